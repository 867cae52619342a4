//! The public keys that a verifier trusts, `kcpub_…`.

use std::fmt;

use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::hex;

const CHECK_LEN: usize = 4;

/// The Ed25519 public key of whoever signs bundles, written `kcpub_` + 32 bytes and the first 4
/// bytes of their SHA-256 in lower-case hex. It opens nothing; who trusts it believes what its
/// holder signs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

/// Which key made a signature: `SHA-256("keyctl/v1/bundle-key\0" || public key)[..16]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SignerId(pub(crate) [u8; 16]);

impl PublicKey {
    /// What every key begins with.
    pub const MARK: &'static str = "kcpub_";

    /// Reads the written form; `None` when it is not one, was mistyped, or is no point that
    /// anybody could sign with.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 32 + CHECK_LEN] = hex::decode(text.strip_prefix(Self::MARK)?)?;
        let (key, check) = bytes.split_first_chunk::<32>()?;
        if *check == checksum(key) { Self::from_bytes(*key) } else { None }
    }

    /// A key from its 32 bytes (RFC 8032, section 5.1.2); `None` when they are not a point in
    /// its canonical encoding, or one of small order.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Option<Self> {
        let key = VerifyingKey::from_bytes(&bytes).ok().filter(|key| !key.is_weak())?;
        let canonical = key.to_edwards().compress().to_bytes() == bytes;
        canonical.then_some(PublicKey(bytes))
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What signatures name it by.
    #[must_use]
    pub fn id(&self) -> SignerId {
        let hash = Sha256::new_with_prefix(b"keyctl/v1/bundle-key\0").chain_update(self.as_bytes());
        let hash: [u8; 32] = hash.finalize().into();
        SignerId(*hash.first_chunk().expect("SHA-256 has 32 bytes"))
    }

    /// Verifies strictly: canonical, no small order, the equation without cofactor.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let key = VerifyingKey::from_bytes(&self.0).expect("it was a key when it was read");
        key.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl SignerId {
    /// Its hex digits.
    #[must_use]
    pub fn hex(&self) -> String {
        hex::encode(&self.0)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (key, check) = (hex::encode(self.as_bytes()), hex::encode(&checksum(self.as_bytes())));
        write!(f, "{}{key}{check}", Self::MARK)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn checksum(key: &[u8; 32]) -> [u8; CHECK_LEN] {
    let hash: [u8; 32] = Sha256::digest(key).into();
    *hash.first_chunk().expect("SHA-256 has 32 bytes")
}

#[cfg(test)]
mod standard_vectors;

#[cfg(test)]
mod tests {
    use super::*;

    /// The public key of RFC 8032, section 7.1, test 1.
    const RFC_8032: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

    #[test]
    fn reads_back_what_it_writes_and_nothing_mistyped() {
        let key = PublicKey::from_bytes(hex::decode(RFC_8032).unwrap()).unwrap();
        let text = key.to_string();
        assert_eq!(text.len(), 6 + 72);
        assert_eq!(PublicKey::parse(&text), Some(key));
        for i in 6..text.len() {
            let mut wrong = text.clone();
            wrong.replace_range(i..=i, if &text[i..=i] == "0" { "1" } else { "0" });
            assert_eq!(PublicKey::parse(&wrong), None, "character {i}");
        }
        assert_eq!(PublicKey::parse(&text.to_uppercase()), None);
        let tagged = [&b"keyctl/v1/bundle-key\0"[..], key.as_bytes()].concat();
        assert_eq!(key.id().hex(), hex::encode(&Sha256::digest(tagged)[..16]));
        assert_eq!(PublicKey::parse(&text[6..]), None);
    }

    #[test]
    fn points_that_sign_for_anybody_are_no_keys() {
        let mut identity = [0; 32];
        identity[0] = 1;
        assert_eq!(PublicKey::from_bytes(identity), None);
        assert_eq!(PublicKey::from_bytes([0; 32]), None, "a point of order four");
        // y = p + 3, which only a lenient reader takes for y = 3.
        let mut longer = [0xff; 32];
        (longer[0], longer[31]) = (0xf0, 0x7f);
        assert_eq!(PublicKey::from_bytes(longer), None);
    }
}
