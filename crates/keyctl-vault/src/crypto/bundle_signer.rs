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

    /// RFC 8032, section 7.1, tests 1 to 3: seed, public key, message, signature.
    #[test]
    fn signs_as_rfc_8032_does() {
        let hex = |text: &str| data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap();
        for (seed, public, message, signature) in [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            ),
            (
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
                "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
            ),
        ] {
            let seed = <[u8; 32]>::try_from(hex(seed)).unwrap();
            let signer = BundleSigner(SigningKey::from_bytes(&seed));
            assert_eq!(signer.public_key().as_bytes()[..], hex(public));
            assert_eq!(signer.sign(&hex(message))[..], hex(signature));
        }
    }
}
