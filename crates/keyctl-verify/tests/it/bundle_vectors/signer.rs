//! Signatures (`docs/bundle-format.md`, section 3): right ones, and those of Ed25519's that only a
//! lenient verifier takes. For the latter the arithmetic of the scalars is here.

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use ed25519_dalek::{Signer as _, SigningKey};
use sha2::{Digest, Sha256, Sha512};

pub(super) const SIGNED_LEN: usize = 3840;
pub(super) const HEADER_TAG: &[u8] = b"keyctl/v1/bundle-header\0";

/// Makes the 80 bytes of one signature from the signed bytes.
pub(super) type Slot = Box<dyn Fn(&[u8]) -> Vec<u8>>;

/// Who signs bundles, by the seed of the private key.
#[derive(Clone, Copy)]
pub(super) struct Signer(u8);

/// Whom all vectors trust, unless they say otherwise.
pub(super) const SIGNER: Signer = Signer(1);
/// Who signs beside the first, or in its place.
pub(super) const SECOND: Signer = Signer(2);
/// Neither of both.
pub(super) const OTHER: Signer = Signer(3);

impl Signer {
    fn seed(self) -> [u8; 32] {
        [self.0; 32]
    }

    pub(super) fn public(self) -> [u8; 32] {
        SigningKey::from_bytes(&self.seed()).verifying_key().to_bytes()
    }

    pub(super) fn key(self) -> String {
        written(&self.public())
    }

    pub(super) fn sign(self, message: &[u8]) -> [u8; 64] {
        SigningKey::from_bytes(&self.seed()).sign(message).to_bytes()
    }

    /// A good signature.
    pub(super) fn slot(self) -> Slot {
        self.slot_by(move |message| self.sign(message))
    }

    /// Whatever signature of the right message, under the right key id.
    pub(super) fn slot_by(self, sign: impl Fn(&[u8]) -> [u8; 64] + 'static) -> Slot {
        named(key_id(&self.public()), move |signed| sign(&message(signed)))
    }

    /// A signature with that R, of which `r` is the scalar as far as the verifier can tell.
    pub(super) fn sign_with(self, r: Scalar, point: [u8; 32], message: &[u8]) -> [u8; 64] {
        let hash = Sha512::new_with_prefix(point).chain_update(self.public()).chain_update(message);
        let h = Scalar::reduced(&hash.finalize());
        let s = self.scalar().times(h).plus(r);
        [point, s.0].concat().try_into().unwrap()
    }

    /// The private scalar (RFC 8032, section 5.1.5).
    pub(super) fn scalar(self) -> Scalar {
        let mut bytes: [u8; 64] = Sha512::digest(self.seed()).into();
        bytes[0] &= 0xf8;
        bytes[31] = bytes[31] & 0x3f | 0x40;
        Scalar::reduced(&bytes[..32])
    }
}

/// What is signed.
pub(super) fn message(signed: &[u8]) -> Vec<u8> {
    [HEADER_TAG, signed].concat()
}

/// A signature under a key id.
pub(super) fn named(id: [u8; 16], sign: impl Fn(&[u8]) -> [u8; 64] + 'static) -> Slot {
    Box::new(move |signed| [&id[..], &sign(signed)].concat())
}

pub(super) fn key_id(public: &[u8; 32]) -> [u8; 16] {
    let hash = Sha256::new_with_prefix(b"keyctl/v1/bundle-key\0").chain_update(public).finalize();
    hash[..16].try_into().unwrap()
}

/// A public key as it is written.
pub(super) fn written(public: &[u8; 32]) -> String {
    let check = &Sha256::digest(public)[..4];
    format!("kcpub_{}{}", HEXLOWER.encode(public), HEXLOWER.encode(check))
}

/// A number of 32 bytes, the lowest first; below the order of the group unless said otherwise.
#[derive(Clone, Copy)]
pub(super) struct Scalar(pub(super) [u8; 32]);

impl Scalar {
    pub(super) const ZERO: Scalar = Scalar([0; 32]);

    /// 2^252 + 27742317777372353535851937790883648493.
    pub(super) fn order() -> Self {
        let hex = b"edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
        Scalar(HEXLOWER_PERMISSIVE.decode(hex).unwrap().try_into().unwrap())
    }

    /// Any number, by the order of the group.
    fn reduced(bytes: &[u8]) -> Self {
        let one = Scalar(std::array::from_fn(|i| u8::from(i == 0)));
        one.times_bits(bytes)
    }

    fn times(self, other: Scalar) -> Self {
        self.times_bits(&other.0)
    }

    fn times_bits(self, bytes: &[u8]) -> Self {
        let bits = (0..8 * bytes.len()).rev().map(|i| bytes[i / 8] >> (i % 8) & 1);
        bits.fold(Scalar::ZERO, |sum, bit| {
            let twice = sum.plus(sum);
            if bit == 1 { twice.plus(self) } else { twice }
        })
    }

    fn plus(self, other: Scalar) -> Self {
        let sum = self.plus_unreduced(other);
        let order = Scalar::order();
        let below = sum.0.iter().rev().lt(order.0.iter().rev());
        if below { sum } else { sum.minus(order) }
    }

    /// The sum as it is, which is at most twice the order.
    pub(super) fn plus_unreduced(self, other: Scalar) -> Self {
        let mut carry = 0;
        Scalar(std::array::from_fn(|i| {
            let sum = u16::from(self.0[i]) + u16::from(other.0[i]) + carry;
            carry = sum >> 8;
            (sum & 0xff) as u8
        }))
    }

    fn minus(self, other: Scalar) -> Self {
        let mut borrow = false;
        Scalar(std::array::from_fn(|i| {
            let (first, under) = self.0[i].overflowing_sub(other.0[i]);
            let (byte, again) = first.overflowing_sub(u8::from(borrow));
            borrow = under || again;
            byte
        }))
    }
}

/// The point (x, y) plus the one of order two: (−x, −y).
pub(super) fn plus_order_two(point: [u8; 32]) -> [u8; 32] {
    let sign = point[31] & 0x80;
    let mut y = Scalar(point);
    y.0[31] &= 0x7f;
    let mut prime = Scalar([0xff; 32]);
    (prime.0[0], prime.0[31]) = (0xed, 0x7f);
    let mut sum = prime.minus(y).0;
    sum[31] |= sign ^ 0x80;
    sum
}

#[test]
fn the_arithmetic_of_scalars_makes_signatures_that_dalek_takes() {
    let key = SigningKey::from_bytes(&SIGNER.seed()).verifying_key();
    let nonce = Signer(9);
    let signature = SIGNER.sign_with(nonce.scalar(), nonce.public(), b"message");
    assert!(key.verify_strict(b"message", &signature.into()).is_ok());
    // What the vectors are made of: lenient verifiers take the one, strict ones do not.
    let identity = std::array::from_fn(|i| u8::from(i == 0));
    let signature = SIGNER.sign_with(Scalar::ZERO, identity, b"message").into();
    assert!(ed25519_dalek::Verifier::verify(&key, b"message", &signature).is_ok());
    assert!(key.verify_strict(b"message", &signature).is_err());
}
