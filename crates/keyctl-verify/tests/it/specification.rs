//! `docs/token-format.md` shows what the crate does.

use std::fs;
use std::path::Path;

use data_encoding::HEXLOWER;
use keyctl_verify::{Code, RESERVED_BRANDS, Receipt, ReceiptLabel, Timestamp, Token};

use crate::reference::{Crc32, DIGITS};
use crate::vectors::plain;

fn specification() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/token-format.md");
    fs::read_to_string(path).unwrap()
}

fn assert_shown(text: &str, specification: &str) {
    assert!(specification.contains(text), "docs/token-format.md does not show {text}");
}

#[test]
fn the_example_of_a_token_is_right() {
    let specification = specification();
    let token = Token::parse(&plain()).unwrap();
    let (checked, check) = token.expose_token().split_at(token.expose_token().len() - 6);
    let crc = Crc32::IEEE.of(checked.as_bytes());
    for text in [
        token.expose_token(),
        &format!("`{checked}`"),
        &format!("`{crc:08x}`"),
        &format!("`{check}`"),
        &HEXLOWER.encode(token.digest().as_bytes()),
        DIGITS,
    ] {
        assert_shown(text, &specification);
    }
}

#[test]
fn the_examples_of_receipts_are_right() {
    let specification = specification();
    let token = Token::parse(&plain()).unwrap();
    let time = Timestamp::from_unix(1_800_000_059).unwrap();
    for label in [None, ReceiptLabel::parse("ci/deploy@main")] {
        let prefix = token.prefix().clone();
        let receipt = Receipt::new(&token.digest(), prefix, time, Code::Valid, label).to_string();
        assert_shown(&receipt, &specification);
        assert!(Receipt::parse(&receipt).unwrap().is_genuine(&token.digest()));
    }
}

#[test]
fn every_reserved_brand_and_every_code_is_listed() {
    let specification = specification();
    for brand in RESERVED_BRANDS {
        assert_shown(&format!("`{brand}`"), &specification);
    }
    for code in Code::ALL {
        assert_shown(code.as_str(), &specification);
    }
}
