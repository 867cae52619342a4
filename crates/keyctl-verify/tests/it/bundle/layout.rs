//! The file as `docs/bundle-format.md` lays it out, read and signed again without the crate: for
//! those who know where to strike, and for signers who sign what they should not.

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce, Tag};
use hkdf::Hkdf;
use keyctl_verify::{HeaderSigner, Token};
use sha2::{Digest, Sha256};

use super::kit::{PAGE, Recipe, Signer, members};

pub(super) const SIGNED: usize = 3840;
pub(super) const ENTRY_HEAD: usize = 18;
pub(super) const CHILD: usize = 48;
/// Where a page's entries or children begin.
pub(super) const BODY: usize = 16;

pub(super) fn put(file: &mut [u8], at: usize, bytes: &[u8]) {
    file[at..at + bytes.len()].copy_from_slice(bytes);
}

fn expand<const N: usize>(file: &[u8], token: &Token, name: &[u8]) -> [u8; N] {
    let hkdf = Hkdf::<Sha256>::new(Some(&file[104..136]), token.digest().as_bytes());
    let mut out = [0; N];
    hkdf.expand(&[name, &file[16..40]].concat(), &mut out).unwrap();
    out
}

/// Where the token's entry lies, from the header (section 4).
pub(super) fn lk(file: &[u8], token: &Token) -> [u8; 16] {
    expand(file, token, b"keyctl/v1/bundle/lookup")
}

fn cipher(file: &[u8], token: &Token) -> ChaCha20Poly1305 {
    let ek: [u8; 32] = expand(file, token, b"keyctl/v1/bundle/entry");
    ChaCha20Poly1305::new(&ek.into())
}

/// An entry of that size, with that content and zeros after it.
pub(super) fn seal(file: &[u8], token: &Token, content: &[u8], size: usize) -> Vec<u8> {
    let lk = lk(file, token);
    let mut text = content.to_vec();
    text.resize(size - ENTRY_HEAD - 16, 0);
    let buffer = text.as_mut_slice().into();
    let tag = cipher(file, token).encrypt_inout_detached(&Nonce::default(), &lk, buffer).unwrap();
    let size = u16::try_from(size).unwrap().to_be_bytes();
    [&lk[..], &size, &text, &tag].concat()
}

/// What an entry seals, zeros and all.
pub(super) fn unseal(file: &[u8], token: &Token, entry: &[u8]) -> Vec<u8> {
    let (text, tag) = entry[ENTRY_HEAD..].split_last_chunk::<16>().unwrap();
    let mut text = text.to_vec();
    let (nonce, tag) = (Nonce::default(), Tag::from(*tag));
    let buffer = text.as_mut_slice().into();
    let opened = cipher(file, token).decrypt_inout_detached(&nonce, &entry[..16], buffer, &tag);
    opened.unwrap();
    text
}

pub(super) fn page(file: &[u8], number: usize) -> &[u8] {
    &file[number * PAGE..][..PAGE]
}

pub(super) fn count(page: &[u8]) -> usize {
    usize::from(u16::from_be_bytes([page[2], page[3]]))
}

/// A leaf's entries: where in the page each begins, and its size.
pub(super) fn entries(page: &[u8]) -> Vec<(usize, usize)> {
    assert_eq!(page[0], 0, "a leaf");
    let mut at = BODY;
    let next = |_| {
        let size = usize::from(u16::from_be_bytes([page[at + 16], page[at + 17]]));
        at += size;
        (at - size, size)
    };
    (0..count(page)).map(next).collect()
}

/// The numbers of a file's leaves.
pub(super) fn leaves(file: &[u8]) -> Vec<usize> {
    (1..file.len() / PAGE).filter(|number| page(file, *number)[0] == 0).collect()
}

/// All entries of a file.
pub(super) fn all_entries(file: &[u8]) -> Vec<&[u8]> {
    let of_leaf = |number: usize| {
        let page = page(file, number);
        entries(page).into_iter().map(move |(at, size)| &page[at..][..size])
    };
    leaves(file).into_iter().flat_map(of_leaf).collect()
}

pub(super) fn page_hash(level: u8, number: usize, page: &[u8]) -> [u8; 32] {
    Sha256::new_with_prefix(b"keyctl/v1/bundle-page\0")
        .chain_update([level])
        .chain_update((number as u64).to_be_bytes())
        .chain_update(page)
        .finalize()
        .into()
}

/// Signs page 0 as it is now.
pub(super) fn sign(file: &mut [u8], signer: &Signer) {
    let message = [&b"keyctl/v1/bundle-header\0"[..], &file[..SIGNED]].concat();
    let signature = signer.sign(&message);
    put(file, SIGNED + 8 + 16, &signature);
}

/// How many pages each level has over so many leaves, the leaves first (section 2).
pub(super) fn levels(leaves: u64) -> Vec<u64> {
    let mut levels = Vec::new();
    let mut pages = leaves;
    while pages > 1 {
        levels.push(pages);
        pages = pages.div_ceil(85);
    }
    levels.extend((pages == 1).then_some(1));
    levels
}

/// The place of page `index` of a level, by the formula of section 2.
pub(super) fn number(levels: &[u64], level: usize, index: u64) -> u64 {
    let below = |level: usize| 85_u64.pow(u32::try_from(level).unwrap());
    let last = ((index + 1) * below(level)).min(levels[0]) - 1;
    let nodes: u64 = (1..levels.len()).map(|k| last / below(k)).sum();
    1 + last + nodes + level as u64
}

/// Makes the hashes of the tree right, and signs: what the holder of the key can do. What the
/// pages say is left as it is, and of how many leaves they are is not asked of the header.
pub(super) fn vouch(file: &mut [u8], signer: &Signer) {
    let pages = file.len() as u64 / PAGE as u64 - 1;
    let fits = |leaves: &u64| levels(*leaves).iter().sum::<u64>() == pages;
    let levels = levels((0..=pages).find(fits).unwrap());
    let at = |level, index| usize::try_from(number(&levels, level, index)).unwrap();
    for level in 0..levels.len() {
        for index in 0..levels[level] {
            let own = at(level, index);
            let hash = page_hash(u8::try_from(level).unwrap(), own, page(file, own));
            let slot = if level + 1 == levels.len() {
                72
            } else {
                let child = usize::try_from(index % 85).unwrap();
                at(level + 1, index / 85) * PAGE + BODY + CHILD * child + 16
            };
            put(file, slot, &hash);
        }
    }
    sign(file, signer);
}

#[test]
fn what_is_vouched_for_unchanged_is_the_same_file() {
    for count in [0, 1, 5, 31, 32, 100, 31 * 85, 31 * 85 + 1] {
        let file = Recipe::default().file(&members(count));
        let mut again = file.clone();
        put(&mut again, 72, &[0; 32]);
        put(&mut again, SIGNED + 24, &[0; 64]);
        vouch(&mut again, &Signer::new(1));
        assert!(again == file, "{count} entries");
    }
}
