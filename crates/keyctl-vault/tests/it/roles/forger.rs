//! A viewer as the attacker: he has every key but the one that signs. Written from the format's
//! description alone, so it also shows that a stranger can read a vault by it.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use ed25519_dalek::{Signer, SigningKey};
use hkdf::Hkdf;
use keyctl_vault::Role;
use sha2::{Digest, Sha256};

use super::add;
use crate::support::{Attacker, Lab, Made, at, is_integrity, keyfile, make, revoke};

/// The viewer's slot, and what opens it.
const WATCH: i64 = 3;
const SECRET: u8 = 7;
const SIGNATURE_LEN: usize = 64;
const HEAD_TAG: &[u8] = b"keyctl/v1/head\0";

/// What a viewer knows.
struct Forger {
    id: Vec<u8>,
    read: Vec<u8>,
}

impl Forger {
    /// Opens the viewer's slot by hand.
    fn new(attacker: &Attacker) -> Self {
        let id = attacker.get("vault", 1).unwrap()[..16].to_vec();
        let slot = attacker.get("slot", WATCH).unwrap();
        let name_len = usize::from(slot[20]);
        let params_at = 21 + name_len + 2;
        let commitment = &slot[params_at..params_at + 32];
        let info = [b"keyctl/v1/slot".as_slice(), &slot[17..19]].concat();
        let input = Sha256::new_with_prefix(b"keyctl/v1/keyfile\0").chain_update([SECRET; 32]);
        let salt = [&id[..], &slot[1..17]].concat();
        let mut okm = [0; 64];
        Hkdf::<Sha256>::new(Some(&salt), &input.finalize()).expand(&info, &mut okm).unwrap();
        assert_eq!(commitment, &okm[32..]);
        let plain = open(&okm[..32], &info, &slot[params_at + 32..]);
        Forger { id, read: plain[..32].to_vec() }
    }

    fn key(&self, name: &str) -> [u8; 32] {
        let mut key = [0; 32];
        let info = format!("keyctl/v1/{name}");
        Hkdf::<Sha256>::new(Some(&self.id), &self.read).expand(info.as_bytes(), &mut key).unwrap();
        key
    }

    fn head_aad(&self) -> Vec<u8> {
        [HEAD_TAG, &self.id].concat()
    }

    fn read_head(&self, signed: &[u8]) -> Vec<u8> {
        let sealed = &signed[..signed.len() - SIGNATURE_LEN];
        open(&self.key("head"), &self.head_aad(), sealed)
    }

    /// Seals a head well, and signs it with a key of his own.
    fn forge_head(&self, plain: &[u8]) -> Vec<u8> {
        let mut forged = seal(&self.key("head"), &self.head_aad(), plain);
        let message = [b"keyctl/v1/head-signature\0".as_slice(), &self.id, &forged].concat();
        let signature = SigningKey::from_bytes(&[9; 32]).sign(&message);
        forged.extend_from_slice(&signature.to_bytes());
        forged
    }
}

fn open(key: &[u8], aad: &[u8], sealed: &[u8]) -> Vec<u8> {
    let key: [u8; 32] = key.try_into().unwrap();
    let nonce: [u8; 24] = sealed[..24].try_into().unwrap();
    let payload = Payload { msg: &sealed[24..], aad };
    XChaCha20Poly1305::new(&key.into()).decrypt(&XNonce::from(nonce), payload).unwrap()
}

fn seal(key: &[u8; 32], aad: &[u8], plain: &[u8]) -> Vec<u8> {
    let nonce = [5; 24];
    let payload = Payload { msg: plain, aad };
    let body = XChaCha20Poly1305::new(key.into()).encrypt(&XNonce::from(nonce), payload).unwrap();
    [&nonce[..], &body].concat()
}

/// A vault with a viewer, a revoked key, and the head before the revocation.
fn watched() -> (Lab, Made, Vec<u8>) {
    let lab = Lab::new();
    let mut vault = lab.open();
    add(&mut vault, "watch", Role::Viewer, &keyfile(SECRET)).unwrap();
    let made = make(&mut vault, "k", at(1));
    let before = lab.attacker().get("head", 1).unwrap();
    revoke(&mut vault, made.id, at(2));
    (lab, made, before)
}

fn assert_refused(lab: &Lab, head: &[u8]) {
    lab.attacker().put("head", 1, Some(head));
    for state_is_known in [true, false] {
        if !state_is_known {
            lab.forget_everything();
        }
        for secret in [keyfile(SECRET), keyfile(crate::support::KEYFILE)] {
            let mut vault = lab.unlock(&secret).unwrap();
            let error = vault.snapshot().err().unwrap();
            assert!(is_integrity(&error), "{error}");
            assert!(error.to_string().contains("not signed by the vault key"), "{error}");
        }
    }
}

#[test]
fn a_viewer_reads_the_head_by_the_formats_description() {
    let (lab, ..) = watched();
    let attacker = lab.attacker();
    let plain = Forger::new(&attacker).read_head(&attacker.get("head", 1).unwrap());
    // An array of eight: the format, the generation, …
    assert_eq!(plain[..3], [0x88, 1, 5]);
}

#[test]
fn a_head_that_a_viewer_sealed_and_signed_himself_is_refused() {
    let (lab, ..) = watched();
    let attacker = lab.attacker();
    let forger = Forger::new(&attacker);
    let plain = forger.read_head(&attacker.get("head", 1).unwrap());
    assert_refused(&lab, &forger.forge_head(&plain));
}

#[test]
fn a_head_that_a_viewer_sealed_under_a_genuine_signature_is_refused() {
    let (lab, _, before) = watched();
    let attacker = lab.attacker();
    let forger = Forger::new(&attacker);
    let now = attacker.get("head", 1).unwrap();
    // The state before the revocation, with the present generation.
    let mut plain = forger.read_head(&before);
    plain[2] = forger.read_head(&now)[2];
    let mut forged = forger.forge_head(&plain);
    let signature_at = forged.len() - SIGNATURE_LEN;
    for genuine in [&now, &before] {
        let signature = &genuine[genuine.len() - SIGNATURE_LEN..];
        forged[signature_at..].copy_from_slice(signature);
        assert_refused(&lab, &forged);
    }
}

#[test]
fn a_page_that_a_viewer_sealed_is_refused() {
    let (lab, made, _) = watched();
    let attacker = lab.attacker();
    let forger = Forger::new(&attacker);
    let row = attacker.key_pages()[0];
    let number = u16::try_from(row & 0xfff).unwrap().to_be_bytes();
    let aad = [b"keyctl/v1/page\0".as_slice(), &forger.id, &[1], &number].concat();
    let plain = open(&forger.key("page"), &aad, &attacker.get("page", row).unwrap());
    attacker.put("page", row, Some(&seal(&forger.key("page"), &aad, &plain)));
    let mut vault = lab.open();
    let error = crate::support::try_code(&mut vault, &made.token, at(3)).unwrap_err();
    assert!(is_integrity(&error), "{error}");
}
