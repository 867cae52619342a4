//! Faults in the check, and those that only the check can find.

use super::{ID, SECRET, Vector, bad_checksum, checked, malformed, plain, token_with_check};
use crate::reference::{Crc32, DIGITS, check, six_digits};

pub(super) fn checks() -> Vec<Vector> {
    let with = |check: &str| format!("{}{check}", checked());
    let of = |number: u32| with(&six_digits(u64::from(number), DIGITS));
    let crc = Crc32::IEEE.of(checked().as_bytes());
    let reversed: String = check(checked()).chars().rev().collect();
    let letters_swapped = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let short = token_with_check(|c| c.starts_with('0') && !c.starts_with("00"));
    let (before, without_zero) = (&short[..short.len() - 6], &short[short.len() - 5..]);
    let variant = |init, xor_out| Crc32 { init, xor_out, ..Crc32::IEEE }.of(checked().as_bytes());
    vec![
        bad_checksum("check-zero", "Six zeros for a check.", with("000000")),
        bad_checksum(
            "check-over-no-brand",
            "The check leaves the brand out.",
            with(&check(format!("prod_{ID}_{SECRET}"))),
        ),
        bad_checksum(
            "check-over-secret",
            "The check covers only the secret.",
            with(&check(SECRET)),
        ),
        bad_checksum(
            "check-over-prefix",
            "The check covers only the prefix.",
            with(&check(format!("kc_prod_{ID}"))),
        ),
        bad_checksum(
            "check-over-no-underscores",
            "The check leaves the underscores out.",
            with(&check(checked().replace('_', ""))),
        ),
        bad_checksum(
            "check-over-newline",
            "The check covers a newline that is not there.",
            with(&check(format!("{}\n", checked()))),
        ),
        bad_checksum(
            "check-over-lower-case",
            "The check covers the text in lower case.",
            with(&check(checked().to_lowercase())),
        ),
        bad_checksum(
            "check-over-nul",
            "The check covers a NUL that ends the text.",
            with(&check(format!("{}\0", checked()))),
        ),
        bad_checksum(
            "check-digits-reversed",
            "The digits of the check, the least significant first.",
            with(&reversed),
        ),
        bad_checksum(
            "check-bytes-reversed",
            "The four bytes of the CRC were read in the other order.",
            of(crc.swap_bytes()),
        ),
        bad_checksum(
            "check-bits-reversed",
            "The bits of the CRC were read in the other order.",
            of(crc.reverse_bits()),
        ),
        bad_checksum(
            "check-digits-0-9-a-z",
            "The digits of the check with small letters before capitals.",
            with(&six_digits(u64::from(crc), letters_swapped)),
        ),
        bad_checksum(
            "check-plus-2-32",
            "The CRC plus 2^32, which fits into six digits: the same number to whoever cuts it to 32 bits.",
            with(&six_digits(u64::from(crc) + (1 << 32), DIGITS)),
        ),
        bad_checksum(
            "check-padded-on-the-right",
            "The leading zero was dropped and a zero put at the end.",
            format!("{before}{without_zero}0"),
        ),
        bad_checksum(
            "check-padded-with-a",
            "The leading zero is an A.",
            format!("{before}A{without_zero}"),
        ),
        bad_checksum(
            "check-crc-32c",
            "The check is CRC-32C.",
            of(Crc32::CASTAGNOLI.of(checked().as_bytes())),
        ),
        bad_checksum(
            "check-crc-not-inverted",
            "The CRC without its last inversion (CRC-32/JAMCRC).",
            of(variant(!0, 0)),
        ),
        bad_checksum(
            "check-crc-from-zero",
            "The CRC began with a register of zeros.",
            of(variant(0, !0)),
        ),
        malformed("check-missing", "Nothing after the secret.", checked()),
        malformed(
            "check-unpadded",
            "A check of five characters, because its leading zero was dropped.",
            format!("{before}{without_zero}"),
        ),
        malformed(
            "check-hex",
            "The check as eight hexadecimal digits.",
            with(&format!("{crc:08x}")),
        ),
        malformed("check-decimal", "The check as a decimal number.", with(&crc.to_string())),
        malformed(
            "check-not-base62",
            "A check that ends with a plus sign.",
            format!("{}+", &plain()[..plain().len() - 1]),
        ),
        malformed(
            "check-twice",
            "The check stands there twice.",
            with(&check(checked()).repeat(2)),
        ),
    ]
}

/// Slips of the pen, which is what the check is for.
pub(super) fn typos() -> Vec<Vector> {
    let plain = plain();
    let (checked, check) = plain.split_at(plain.len() - 6);
    let flip =
        |c: char| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    let letter = check.find(|c: char| c.is_ascii_alphabetic()).unwrap();
    let flipped: String =
        check.char_indices().map(|(i, c)| if i == letter { flip(c) } else { c }).collect();
    let last = plain.as_bytes()[plain.len() - 1];
    let another = if last == b'0' { '1' } else { '0' };
    vec![
        bad_checksum(
            "typo-check-last",
            "The last character is another.",
            format!("{}{another}", &plain[..plain.len() - 1]),
        ),
        bad_checksum(
            "typo-check-first",
            "The first character of the check is the next one.",
            plus_one(&plain, checked.len()),
        ),
        bad_checksum(
            "typo-check-case",
            "One letter of the check has the other case.",
            format!("{checked}{flipped}"),
        ),
        bad_checksum(
            "typo-secret-case",
            "One letter of the secret has the other case.",
            plain.replacen("Q7m", "q7m", 1),
        ),
        bad_checksum(
            "typo-secret-swapped",
            "Two neighbours in the secret have changed places.",
            plain.replacen("Q7m", "7Qm", 1),
        ),
        bad_checksum(
            "typo-secret-o-for-zero",
            "A capital O for a zero.",
            plain.replacen("mZ0x", "mZOx", 1),
        ),
        bad_checksum(
            "typo-id",
            "Another id, with the check of the old one.",
            plain.replacen("3fK", "4fK", 1),
        ),
        bad_checksum(
            "typo-environment",
            "Another environment, with the check of the old one.",
            plain.replacen("_prod_", "_dev_", 1),
        ),
        bad_checksum(
            "typo-brand",
            "Another brand, with the check of the old one.",
            plain.replacen("kc_", "acme_", 1),
        ),
        bad_checksum(
            "typo-lower-case",
            "Everything in lower case, which the grammar allows.",
            plain.to_lowercase(),
        ),
        malformed("typo-upper-case", "Everything in capitals.", plain.to_uppercase()),
        malformed(
            "typo-last-character-lost",
            "The last character is missing.",
            &plain[..plain.len() - 1],
        ),
        malformed("typo-first-character-lost", "The first character is missing.", &plain[1..]),
        malformed(
            "typo-character-added",
            "One base62 character too many at the end.",
            format!("{plain}0"),
        ),
    ]
}

/// The text with the digit at `at` counted up by one.
fn plus_one(text: &str, at: usize) -> String {
    let digit = DIGITS.find(&text[at..=at]).unwrap();
    let next = &DIGITS[(digit + 1) % 62..][..1];
    format!("{}{next}{}", &text[..at], &text[at + 1..])
}
