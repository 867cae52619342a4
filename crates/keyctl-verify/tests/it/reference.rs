//! The token's arithmetic once more, bit by bit and from the specification alone, so that the
//! vectors check the crate and not the crate itself.

use sha2::{Digest, Sha256};

pub(crate) const DIGITS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// What distinguishes the CRCs of 32 bits that share a register running from the low bit.
#[derive(Clone, Copy)]
pub(crate) struct Crc32 {
    pub(crate) polynomial: u32,
    pub(crate) init: u32,
    pub(crate) xor_out: u32,
}

impl Crc32 {
    /// CRC-32/ISO-HDLC, the one of tokens.
    pub(crate) const IEEE: Crc32 = Crc32 { polynomial: 0xedb8_8320, init: !0, xor_out: !0 };
    /// CRC-32C, which processors compute and which is easily taken for it.
    pub(crate) const CASTAGNOLI: Crc32 = Crc32 { polynomial: 0x82f6_3b78, init: !0, xor_out: !0 };

    pub(crate) fn of(self, bytes: &[u8]) -> u32 {
        let mut register = self.init;
        for byte in bytes {
            register ^= u32::from(*byte);
            for _ in 0..8 {
                let carry = register & 1 == 1;
                register = (register >> 1) ^ if carry { self.polynomial } else { 0 };
            }
        }
        register ^ self.xor_out
    }
}

/// The number's six digits, the most significant first.
pub(crate) fn six_digits(number: u64, digits: &str) -> String {
    let digit = |place: u32| {
        let value = number / 62_u64.pow(place) % 62;
        char::from(digits.as_bytes()[usize::try_from(value).unwrap()])
    };
    (0..6).rev().map(digit).collect()
}

/// The number that digits stand for.
pub(crate) fn number(digits: &str) -> u64 {
    digits.chars().fold(0, |sum, digit| sum * 62 + DIGITS.find(digit).unwrap() as u64)
}

/// The check of a text.
pub(crate) fn check(text: impl AsRef<[u8]>) -> String {
    six_digits(u64::from(Crc32::IEEE.of(text.as_ref())), DIGITS)
}

/// The text and its check, whatever the text.
pub(crate) fn sealed(text: impl Into<String>) -> String {
    let mut text = text.into();
    text += &check(&text);
    text
}

pub(crate) fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(format!("keyctl/token/v1\0{token}")).into()
}

#[test]
fn the_reference_knows_the_published_check_values() {
    assert_eq!(Crc32::IEEE.of(b"123456789"), 0xcbf4_3926);
    assert_eq!(Crc32::CASTAGNOLI.of(b"123456789"), 0xe306_9283);
    assert_eq!(number(&six_digits(0xcbf4_3926, DIGITS)), 0xcbf4_3926);
}
