//! Tokens that come back, typing errors that do not, and secrets without bias.

use std::convert::Infallible;

use keyctl_verify::{
    Base62, Brand, BrandError, Environment, Prefix, RESERVED_BRANDS, SecretBody, Token,
};
use proptest::prelude::*;
use proptest::sample::select;

use crate::reference::{DIGITS, check, digest, sealed};
use crate::vectors::plain;

/// SplitMix64: the same bytes in every run.
struct Bytes(u64);

impl Bytes {
    fn next(&mut self) -> u8 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)).to_le_bytes()[0]
    }

    fn fill(&mut self) -> impl FnMut(&mut [u8]) -> Result<(), Infallible> {
        |buffer| {
            buffer.fill_with(|| self.next());
            Ok(())
        }
    }
}

fn draw_secret(bytes: &mut Bytes) -> SecretBody {
    SecretBody::draw(bytes.fill()).unwrap()
}

proptest! {
    #[test]
    fn a_token_reads_back_as_it_was_made(
        brand in "[a-z][a-z0-9]{1,11}",
        environment in select(Environment::ALL.to_vec()),
        id in "[0-9A-Za-z]{12}",
        seed: u64,
    ) {
        let text = format!("{brand}_{}_{id}", environment.tag());
        let prefix = Prefix::parse(&text).unwrap();
        prop_assert_eq!(prefix.to_string(), &text[..]);
        prop_assert_eq!(prefix.brand().as_str(), &brand[..]);
        prop_assert_eq!(prefix.environment(), environment);
        prop_assert_eq!(prefix.public_id().to_string(), id);

        let token = Token::assemble(&prefix, &draw_secret(&mut Bytes(seed)));
        let shown = token.expose_token();
        prop_assert_eq!(shown.len(), text.len() + 1 + 43 + 6);
        let (checked, its_check) = shown.split_at(shown.len() - 6);
        prop_assert_eq!(check(checked), its_check);
        prop_assert!(checked.strip_prefix(&text).unwrap().starts_with('_'));

        let again = Token::parse(shown).unwrap();
        prop_assert_eq!(again.expose_token(), shown);
        prop_assert_eq!(again.prefix(), &prefix);
        prop_assert_eq!(*again.digest().as_bytes(), digest(shown));
        prop_assert!(again.digest().matches(&token.digest()));
    }

    #[test]
    fn what_is_no_token_is_no_token(text in r"[a-z0-9_]{0,14}(_(prod|stage|dev))?_[0-9A-Za-z_]{0,70}") {
        prop_assert!(Token::parse(&text).is_err());
    }

    #[test]
    fn a_brand_is_taken_unless_it_is_reserved(brand in "[a-z][a-z0-9]{1,11}") {
        let reserved = RESERVED_BRANDS.contains(&&brand[..]);
        prop_assert_eq!(Brand::parse(&brand) == Err(BrandError::Reserved), reserved);
        prop_assert_eq!(Brand::parse(&brand).is_ok(), !reserved);
    }
}

#[test]
fn no_reserved_brand_is_taken() {
    for brand in RESERVED_BRANDS {
        assert_eq!(Brand::parse(brand), Err(BrandError::Reserved), "{brand}");
    }
}

#[test]
fn any_one_other_character_is_refused() {
    let token = plain();
    assert!(Token::parse(&token).is_ok());
    for at in 0..token.len() {
        for other in ' '..='~' {
            let mut changed = token.clone();
            changed.replace_range(at..=at, other.encode_utf8(&mut [0; 4]));
            assert_eq!(Token::parse(&changed).is_ok(), changed == token, "{changed}");
        }
    }
}

#[test]
fn any_two_neighbours_swapped_are_refused() {
    let token = plain();
    for at in 1..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes.swap(at - 1, at);
        let swapped = String::from_utf8(bytes).unwrap();
        assert_eq!(Token::parse(&swapped).is_ok(), swapped == token, "{swapped}");
    }
}

#[test]
fn tokens_have_69_to_81_characters() {
    for (brand, environment, length) in [("a0", "dev", 69), ("abcdefghijkl", "stage", 81)] {
        let start = format!("{brand}_{environment}_3fK9aQ1xZ0bT_{}", "0".repeat(43));
        let token = Token::parse(&sealed(start)).unwrap();
        assert_eq!(token.expose_token().len(), length);
    }
}

#[test]
fn any_part_of_a_token_is_refused() {
    let token = plain();
    for from in 0..=token.len() {
        for to in from..=token.len() {
            let part = &token[from..to];
            assert_eq!(Token::parse(part).is_ok(), part == token, "{part}");
        }
    }
}

#[test]
fn nothing_may_stand_before_or_after_a_token() {
    let token = plain();
    let blanks = ['\u{a0}', '\u{2028}', '\u{3000}', '\u{200b}', '\u{feff}'];
    for other in ('\0'..='\u{7f}').chain(blanks) {
        for text in [format!("{other}{token}"), format!("{token}{other}")] {
            assert!(Token::parse(&text).is_err(), "{text:?}");
        }
    }
}

/// Far beyond what 61 degrees of freedom reach by chance: one fair source in ten million does.
const SUSPICIOUS: f64 = 133.0;

fn chi_square(counts: [u32; 62]) -> f64 {
    let expected = f64::from(counts.iter().sum::<u32>()) / 62.0;
    counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum()
}

fn place(digit: char) -> usize {
    DIGITS.find(digit).unwrap()
}

#[test]
fn every_digit_of_an_id_is_equally_likely_at_every_place() {
    let mut bytes = Bytes(1);
    let mut counts = [[0; 62]; 12];
    for _ in 0..62_000 {
        let id = Base62::<12>::draw(bytes.fill()).unwrap();
        for (counts, digit) in counts.iter_mut().zip(id.as_str().chars()) {
            counts[place(digit)] += 1;
        }
    }
    for (at, counts) in counts.into_iter().enumerate() {
        assert!(chi_square(counts) < SUSPICIOUS, "place {at}: {}", chi_square(counts));
    }
}

#[test]
fn every_digit_of_a_secret_is_equally_likely_at_every_place() {
    let prefix = Prefix::parse("kc_prod_3fK9aQ1xZ0bT").unwrap();
    let mut bytes = Bytes(2);
    let mut counts = [[0; 62]; 43];
    for _ in 0..62_000 {
        let token = Token::assemble(&prefix, &draw_secret(&mut bytes));
        let secret = &token.expose_token()[21..64];
        for (counts, digit) in counts.iter_mut().zip(secret.chars()) {
            counts[place(digit)] += 1;
        }
    }
    for (at, counts) in counts.into_iter().enumerate() {
        assert!(chi_square(counts) < SUSPICIOUS, "place {at}: {}", chi_square(counts));
    }
}

#[test]
fn the_test_of_bias_sees_a_bare_modulo() {
    let mut bytes = Bytes(3);
    let mut counts = [0; 62];
    for _ in 0..62_000 {
        counts[usize::from(bytes.next()) % 62] += 1;
    }
    assert!(chi_square(counts) > SUSPICIOUS, "{}", chi_square(counts));
}
