//! What lies in an entry that opens: who has the vault and the signer's key can seal anything.

use keyctl_verify::{Code, Grant, Request, Scope, Token};
use proptest::collection::vec;
use proptest::prelude::*;

use super::kit::{NOW, PAGE, Recipe, Said, Signer, at, grant, open, token};
use super::layout::{BODY, put, seal, unseal, vouch};

/// The only entry of a file, which has 128 bytes.
fn one(grant: Grant) -> (Vec<u8>, Token) {
    (Recipe::default().file(&[(token(0), grant)]), token(0))
}

/// The file with another content in its only entry.
fn containing(file: &[u8], token: &Token, content: &[u8], size: usize) -> Vec<u8> {
    let mut forged = file.to_vec();
    forged[PAGE + BODY..].fill(0);
    put(&mut forged, PAGE + BODY, &seal(file, token, content, size));
    vouch(&mut forged, &Signer::new(1));
    forged
}

/// What is said to a request that names a project, so that what is redacted shows.
fn ask(file: &[u8], token: &Token) -> Said {
    let request = Request { project: Some("shop".to_owned()), ..Request::default() };
    Said::of(&open(file).decide(token.expose_token(), &request, at(NOW)))
}

/// A grant's bytes without the zeros after them, of which it has none at its end.
fn content(file: &[u8], token: &Token) -> Vec<u8> {
    let mut text = unseal(file, token, &file[PAGE + BODY..][..128]);
    while text.pop_if(|byte| *byte == 0).is_some() {}
    text
}

#[test]
fn an_entry_is_what_the_specification_says() {
    let (file, token) = one(grant(0));
    let text = content(&file, &token);
    let expected =
        [b"\x92\x6ckeyNum000000".as_slice(), &[1, 1, 1, 1, 1, 0xf4, 0xf6, 0xf6]].concat();
    assert_eq!(text[..expected.len()], expected);
    assert_eq!(text[expected.len()..], *b"\x81\x61*\x80\x80\x80\xf6\xf6\xf6\xf6\xf6");
    assert!(containing(&file, &token, &text, 128) == file, "sealed again, it is the same file");
}

#[test]
fn after_a_grant_there_are_zeros_and_no_more_than_there_must_be() {
    let (file, token) = one(grant(0));
    let text = content(&file, &token);
    for byte in text.len()..94 {
        let mut padded = text.clone();
        padded.resize(94, 0);
        padded[byte] = 1 << (byte % 8);
        let forged = containing(&file, &token, &padded, 128);
        assert_eq!(ask(&forged, &token).code, Code::BundleCorrupt, "byte {byte}");
    }
    for size in [256, 512, 1024, 2048, 4032] {
        let forged = containing(&file, &token, &text, size);
        assert_eq!(ask(&forged, &token).code, Code::BundleCorrupt, "{size} bytes");
    }
}

#[test]
fn a_grant_is_for_the_environment_of_its_token() {
    let (file, token) = one(grant(0));
    let mut text = content(&file, &token);
    for (code, said) in
        [(1, Code::WrongProject), (2, Code::BundleCorrupt), (3, Code::BundleCorrupt)]
    {
        text[15] = code;
        assert_eq!(ask(&containing(&file, &token, &text, 128), &token).code, said);
    }
}

#[test]
fn there_is_no_generation_zero() {
    let (file, token) = one(grant(0));
    let mut text = content(&file, &token);
    for (generation, said) in [(0, Code::BundleCorrupt), (1, Code::WrongProject)] {
        text[14] = generation;
        assert_eq!(ask(&containing(&file, &token, &text, 128), &token).code, said);
    }
}

#[test]
fn no_bit_of_a_grant_is_without_a_meaning() {
    let scopes = ["a:b", "c"].map(|text| Scope::parse(text).unwrap());
    let rich = Grant {
        scopes: scopes.into_iter().collect(),
        owner: Some("ada".to_owned()),
        not_before: Some(at(NOW - 1)),
        ..grant(0)
    };
    let (file, token) = one(rich);
    let (text, said) = (content(&file, &token), ask(&file, &token));
    assert_eq!(said.code, Code::WrongProject);
    let mut accepted = 0;
    for bit in 0..text.len() * 8 {
        let mut other = text.clone();
        other[bit / 8] ^= 1 << (bit % 8);
        let now_said = ask(&containing(&file, &token, &other, 128), &token);
        assert_ne!(now_said, said, "bit {bit}");
        accepted += usize::from(!now_said.is_unavailable());
    }
    assert!(accepted > 0 && accepted < text.len() * 8);
}

proptest! {
    #[test]
    fn whatever_is_sealed_nothing_panics(
        edits in vec((0..94_usize, prop_oneof![any::<u8>(), 0x60..0x9f_u8]), 0..5),
        rubbish in vec(any::<u8>(), 0..=94),
    ) {
        let (file, token) = one(grant(0));
        let mut text = content(&file, &token);
        text.resize(94, 0);
        for (at, byte) in edits {
            text[at] = byte;
        }
        for text in [text, rubbish] {
            let said = ask(&containing(&file, &token, &text, 128), &token);
            prop_assert!(said.is_unavailable() || said.key.is_some(), "{said:?}");
            prop_assert_ne!(said.code, Code::Unknown);
        }
    }
}
