//! Who signs bundles: an Ed25519 key of its own, kept in the vault sealed under K_bundle, so that
//! administrators and exporters have it and viewers do not (`docs/vault-format.md`, section 7).

use ed25519_dalek::{Signer, SigningKey};
use hmac::{Hmac, KeyInit, Mac};
use keyctl_verify::{HeaderSigner, PublicKey, StreamId};
use sha2::Sha256;

use super::key32::Key32;
use super::keys::VaultId;
use super::seal::{Sealed, open, seal};
use crate::error::VaultError;

const AAD_TAG: &[u8] = b"keyctl/v1/bundle-seed\0";
const STREAM_TAG: &[u8] = b"keyctl/v1/stream\0";

/// A key that signs bundles.
pub(crate) struct BundleSigner(SigningKey);

impl BundleSigner {
    pub(crate) fn random() -> Result<Self, VaultError> {
        Ok(BundleSigner(SigningKey::from_bytes(Key32::random()?.expose_key())))
    }

    /// `seal(K_bundle, aad = "keyctl/v1/bundle-seed\0" || vault id || public key, seed)`.
    pub(crate) fn seal(&self, bundle: &Key32, id: VaultId) -> Result<Sealed, VaultError> {
        let seed = Key32::fill_with(|seed| seed.copy_from_slice(self.0.as_bytes()));
        seal(bundle, &aad(id, &self.public_key()), seed.expose_key())
    }

    /// Opens a sealed seed; `None` when it is not that of `public`.
    pub(crate) fn open(
        bundle: &Key32,
        id: VaultId,
        public: &PublicKey,
        sealed: &[u8],
    ) -> Option<Self> {
        let seed = Key32::from_slice(&open(bundle, &aad(id, public), sealed)?)?;
        let signer = BundleSigner(SigningKey::from_bytes(seed.expose_key()));
        (signer.public_key() == *public).then_some(signer)
    }
}

impl HeaderSigner for BundleSigner {
    fn public_key(&self) -> PublicKey {
        PublicKey::from_bytes(self.0.verifying_key().to_bytes())
            .expect("a signing key's public key is a point of large order")
    }

    fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

fn aad(id: VaultId, public: &PublicKey) -> Vec<u8> {
    [AAD_TAG, &id.0, public.as_bytes()].concat()
}

/// `HMAC-SHA256(root, "keyctl/v1/stream\0" || selection)[..16]`: each selection of keys is a
/// stream of its own, and nobody without the root can tell which.
pub(crate) fn stream_of(root: &[u8; 32], selection: &[u8]) -> StreamId {
    let mut mac = Hmac::<Sha256>::new_from_slice(root).expect("HMAC takes keys of any length");
    mac.update(STREAM_TAG);
    mac.update(selection);
    let full = mac.finalize().into_bytes();
    StreamId::from_bytes(full[..16].try_into().expect("SHA-256 has 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_signer_opens_only_with_its_key_its_vault_and_its_name() {
        let (id, bundle) = (VaultId([1; 16]), Key32::fill_with(|k| *k = [2; 32]));
        let (signer, other) = (BundleSigner::random().unwrap(), BundleSigner::random().unwrap());
        let sealed = signer.seal(&bundle, id).unwrap();
        let public = signer.public_key();
        let opened = BundleSigner::open(&bundle, id, &public, &sealed).unwrap();
        assert_eq!(opened.sign(b"m"), signer.sign(b"m"));
        let wrong = Key32::fill_with(|k| *k = [3; 32]);
        assert!(BundleSigner::open(&wrong, id, &public, &sealed).is_none());
        assert!(BundleSigner::open(&bundle, VaultId([2; 16]), &public, &sealed).is_none());
        assert!(BundleSigner::open(&bundle, id, &other.public_key(), &sealed).is_none());
    }

    #[test]
    fn selections_are_streams_of_their_own() {
        assert_eq!(stream_of(&[1; 32], b"a"), stream_of(&[1; 32], b"a"));
        assert_ne!(stream_of(&[1; 32], b"a"), stream_of(&[1; 32], b"b"));
        assert_ne!(stream_of(&[1; 32], b"a"), stream_of(&[2; 32], b"a"));
    }
}
