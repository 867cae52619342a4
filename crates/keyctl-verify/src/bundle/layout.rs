//! How an entry is laid out (`docs/bundle-format.md`, section 4): `lk || size u16 || sealed grant`.

pub(super) const LK_LEN: usize = 16;
pub(super) const TAG_LEN: usize = 16;
/// What comes before an entry's sealed grant: `lk`, and the size.
pub(super) const ENTRY_HEAD: usize = LK_LEN + 2;
/// The sizes that an entry can have.
const CLASSES: [usize; 6] = [128, 256, 512, 1024, 2048, 4032];

/// Where an entry lies: a pseudo-random number that only the token's holder can compute.
pub(super) type Lk = [u8; LK_LEN];

/// The smallest size of an entry of at least `len` bytes.
pub(super) fn size_class(len: usize) -> Option<usize> {
    CLASSES.into_iter().find(|class| *class >= len)
}
