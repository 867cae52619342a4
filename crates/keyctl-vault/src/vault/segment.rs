//! A segment of the audit log: entries of one generation after the other, behind the digest of the
//! segment before, padded and sealed together.

use std::ops::Range;

use keyctl_verify::cbor::Malformed;
use zeroize::Zeroizing;

use crate::crypto::{
    Digest, Key32, NONCE_LEN, ReadKeys, Sealed, VaultId, digest, open_in_place, seal_in_place,
    seal_with,
};
use crate::domain::Entry;
use crate::error::{Finding, VaultError};

const AAD_TAG: &[u8] = b"keyctl/v1/audit\0";
const MAX_ENTRIES: usize = 64;
/// A segment is closed once its entries take this many bytes.
const FULL_LEN: usize = 64 << 10;
const PAD: usize = 512;

/// A segment of the log.
pub(super) struct Segment {
    first: u64,
    previous: Digest,
    entries: Vec<Vec<u8>>,
}

impl Segment {
    pub(super) fn new(first: u64, previous: Digest) -> Self {
        Segment { first, previous, entries: Vec::new() }
    }

    pub(super) fn push(&mut self, entry: Vec<u8>) {
        self.entries.push(entry);
    }

    pub(super) fn is_full(&self) -> bool {
        let len: usize = self.entries.iter().map(Vec::len).sum();
        self.entries.len() >= MAX_ENTRIES || len >= FULL_LEN
    }

    /// `digest before[32] || count u32 || count × (len u32 || entry) || zeros`, sealed.
    pub(super) fn seal(&self, key: &Key32, id: VaultId) -> Result<Sealed, VaultError> {
        let len: usize = self.entries.iter().map(|entry| 4 + entry.len()).sum();
        let padded = (32 + 4 + len).next_multiple_of(PAD);
        seal_with(key, &aad(id, self.first), padded, |plain| {
            plain.extend_from_slice(&self.previous);
            plain.extend_from_slice(&u32::try_from(self.entries.len()).unwrap_or(0).to_be_bytes());
            for entry in &self.entries {
                let len = u32::try_from(entry.len()).expect("an entry is smaller than a blob");
                plain.extend_from_slice(&len.to_be_bytes());
                plain.extend_from_slice(entry);
            }
        })
    }

    pub(super) fn sealed(&self, keys: &ReadKeys, id: VaultId) -> Result<SealedSegment, VaultError> {
        Ok(SealedSegment::of(id, self.first, self.seal(&keys.audit, id)?))
    }
}

/// A segment that was opened where it lay.
pub(super) struct OpenedSegment {
    /// The generation of its first entry.
    pub(super) first: u64,
    /// The digest of the segment before it.
    pub(super) previous: Digest,
    /// The plaintext, between the nonce and the room for the tag.
    bytes: Zeroizing<Vec<u8>>,
    /// Where each entry is in them.
    entries: Vec<Range<usize>>,
}

impl OpenedSegment {
    /// `None` when it is not what [`Segment::seal`] makes for that place.
    pub(super) fn open(key: &Key32, id: VaultId, first: u64, sealed: Sealed) -> Option<Self> {
        let mut bytes = Zeroizing::new(sealed);
        let (previous, mut entries) = locate(open_in_place(key, &aad(id, first), &mut bytes)?)?;
        entries.iter_mut().for_each(|at| *at = at.start + NONCE_LEN..at.end + NONCE_LEN);
        Some(OpenedSegment { first, previous, bytes, entries })
    }

    pub(super) fn entries(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.entries.iter().map(|at| &self.bytes[at.clone()])
    }

    /// A segment that can be extended.
    pub(super) fn to_segment(&self) -> Segment {
        let entries = self.entries().map(<[u8]>::to_vec).collect();
        Segment { first: self.first, previous: self.previous, entries }
    }

    /// The same entries behind another segment, under other keys.
    pub(super) fn resealed(
        mut self,
        keys: &ReadKeys,
        id: VaultId,
        previous: &Digest,
    ) -> Result<SealedSegment, VaultError> {
        self.bytes[NONCE_LEN..][..previous.len()].copy_from_slice(previous);
        seal_in_place(&keys.audit, &aad(id, self.first), &mut self.bytes)?;
        Ok(SealedSegment::of(id, self.first, std::mem::take(&mut self.bytes)))
    }

    pub(super) fn decode(&self) -> Result<Vec<Entry>, Finding> {
        self.numbered(|bytes| Entry::decode(bytes).map(|entry| (entry.generation, entry)))
    }

    /// That each entry can be read.
    pub(super) fn check_entries(&self) -> Result<(), Finding> {
        self.numbered(|bytes| Entry::check(bytes).map(|generation| (generation, ()))).map(drop)
    }

    /// The generation of each entry, with the one that it follows.
    pub(super) fn places(&self) -> Result<Vec<(u64, u64)>, Finding> {
        self.numbered(|bytes| Entry::place(bytes).map(|place| (place.0, place)))
    }

    /// What `read` makes of the entries, if they have the generations that they must have.
    fn numbered<T>(
        &self,
        read: impl Fn(&[u8]) -> Result<(u64, T), Malformed>,
    ) -> Result<Vec<T>, Finding> {
        let numbered = (self.first..).zip(self.entries());
        let entries = numbered.map(|(generation, bytes)| {
            read(bytes).ok().filter(|(own, _)| *own == generation).map(|(_, entry)| entry)
        });
        entries.collect::<Option<_>>().ok_or_else(|| damaged(self.first, "is malformed"))
    }
}

/// A segment that is sealed and not yet written.
pub(super) struct SealedSegment {
    pub(super) first: u64,
    pub(super) sealed: Sealed,
    pub(super) digest: Digest,
}

impl SealedSegment {
    fn of(id: VaultId, first: u64, sealed: Sealed) -> Self {
        SealedSegment { first, digest: segment_digest(id, first, &sealed), sealed }
    }
}

/// The digest of the segment before, and where each entry is, if this is how [`Segment::seal`] lays them
/// out.
fn locate(plain: &[u8]) -> Option<(Digest, Vec<Range<usize>>)> {
    let (previous, rest) = plain.split_first_chunk::<32>()?;
    let (count, mut rest) = rest.split_first_chunk::<4>()?;
    let mut entries = Vec::new();
    for _ in 0..u32::from_be_bytes(*count) {
        let (len, after) = rest.split_first_chunk::<4>()?;
        let (entry, after) = after.split_at_checked(u32::from_be_bytes(*len) as usize)?;
        let begin = plain.len() - entry.len() - after.len();
        entries.push(begin..begin + entry.len());
        rest = after;
    }
    let is_padded =
        plain.len().is_multiple_of(PAD) && rest.len() < PAD && rest.iter().all(|byte| *byte == 0);
    is_padded.then_some((*previous, entries))
}

pub(super) fn aad(id: VaultId, first: u64) -> Vec<u8> {
    [AAD_TAG, &id.0, &first.to_be_bytes()].concat()
}

/// `SHA-256("keyctl/v1/audit-digest\0" || vault id || first generation u64 || sealed)`.
pub(super) fn segment_digest(id: VaultId, first: u64, sealed: &[u8]) -> Digest {
    digest("keyctl/v1/audit-digest\0", &[&id.0, &first.to_be_bytes(), sealed])
}

pub(super) fn damaged(first: u64, what: &str) -> Finding {
    Finding::damaged(format!("the audit segment of generation {first} {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{open, seal};

    const ID: VaultId = VaultId([1; 16]);

    fn segment(entries: Vec<Vec<u8>>) -> Segment {
        Segment { entries, ..Segment::new(7, [9; 32]) }
    }

    fn plain(segment: &Segment) -> Vec<u8> {
        let key = Key32::fill_with(|k| *k = [2; 32]);
        let sealed = segment.seal(&key, ID).unwrap();
        assert!(open(&key, &aad(ID, 8), &sealed).is_none(), "it is sealed for its place");
        open(&key, &aad(ID, 7), &sealed).unwrap().to_vec()
    }

    fn opened(plain: &[u8]) -> Option<OpenedSegment> {
        let key = Key32::fill_with(|k| *k = [2; 32]);
        let sealed = seal(&key, &aad(ID, 7), plain).unwrap();
        OpenedSegment::open(&key, ID, 7, sealed)
    }

    #[test]
    fn a_segment_reads_back_and_is_no_longer_than_it_must_be() {
        // 32 bytes of digest, 4 of count, 4 of length.
        for (len, padded) in [(0, 512), (472, 512), (473, 1024), (984, 1024), (985, 1536)] {
            let segment = segment(vec![vec![3; len]]);
            let plain = plain(&segment);
            assert_eq!(plain.len(), padded, "{len} bytes");
            let read = opened(&plain).unwrap();
            assert_eq!((read.first, read.previous), (7, [9; 32]));
            assert!(read.entries().eq(segment.entries.iter()));
        }
    }

    #[test]
    fn a_segment_has_one_encoding() {
        let good = plain(&segment(vec![b"one".to_vec(), b"two".to_vec()]));
        let parse = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut plain = good.clone();
            change(&mut plain);
            opened(&plain).is_some()
        };
        assert!(parse(&|_| {}));
        assert!(!parse(&|plain| plain.resize(1024, 0)), "padding of a whole block");
        assert!(!parse(&|plain| plain.truncate(511)), "not a multiple of the block");
        assert!(!parse(&|plain| plain[511] = 1), "padding that is not zero");
        assert!(!parse(&|plain| plain[35] = 1), "an entry in the padding");
        assert!(!parse(&|plain| plain[32] = 1), "more entries than bytes");
        assert!(!parse(&|plain| plain[36] = 1), "an entry longer than the segment");
        assert!(!parse(&|plain| plain.truncate(35)), "no count");
        assert!(opened(&[0; 512]).is_some_and(|read| read.entries().len() == 0));
        assert!(opened(&[0; 1024]).is_none(), "two blocks of nothing");
        let full = plain(&segment(vec![vec![3; 472]]));
        assert!(opened(&full).is_some());
        let longer = [&full[..], &[0; 512]].concat();
        assert!(opened(&longer).is_none(), "a block after a full one");
    }

    #[test]
    fn a_segment_is_full_with_so_many_entries_or_so_many_bytes() {
        assert!(!segment(vec![vec![]; 63]).is_full());
        assert!(segment(vec![vec![]; 64]).is_full());
        assert!(!segment(vec![vec![0; 32 << 10], vec![0; (32 << 10) - 1]]).is_full());
        assert!(segment(vec![vec![0; 32 << 10]; 2]).is_full());
    }
}
