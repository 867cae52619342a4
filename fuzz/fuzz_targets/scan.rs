//! The search for tokens: the same is found wherever the borders of the chunks fall, it is what a
//! search byte by byte finds, and it is a token.
#![no_main]

use keyctl::fuzzing::scan;
use keyctl_fuzz::{Input, forge};
use keyctl_verify::Token;
use libfuzzer_sys::fuzz_target;

const LONG: &str =
    "abcdefghijkl_stage_0123456789AB_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz2lOCCZ";

fuzz_target!(|data: &[u8]| {
    let mut input = Input::new(data);
    let chunk = usize::from(input.byte()) + 1;
    let bytes = with_tokens(input.rest());
    let whole = scan(&bytes, bytes.len() + 1000);
    let found = |all: &[(u64, u64, Token)]| -> Vec<(u64, u64, String)> {
        all.iter()
            .map(|(line, column, token)| (*line, *column, token.expose_token().to_owned()))
            .collect()
    };
    let whole = found(&whole);
    assert_eq!(found(&scan(&bytes, chunk)), whole, "borders make no difference");
    assert_eq!(whole, slowly(&bytes), "nothing is overlooked");
});

/// The input, in which 1 and 2 stand for a token each: no fuzzer guesses one.
fn with_tokens(data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for byte in data {
        match byte {
            1 => bytes.extend_from_slice(forge::token().as_bytes()),
            2 => bytes.extend_from_slice(LONG.as_bytes()),
            byte => bytes.push(*byte),
        }
    }
    bytes
}

fn slowly(bytes: &[u8]) -> Vec<(u64, u64, String)> {
    let (mut found, mut line, mut column, mut at) = (Vec::new(), 1, 1, 0);
    while at < bytes.len() {
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let word = bytes[at..].iter().take_while(|byte| is_word(byte)).count();
        let text = std::str::from_utf8(&bytes[at..at + word]).expect("a word is ASCII");
        if Token::parse(text).is_ok() {
            found.push((line, column, text.to_owned()));
        }
        for byte in &bytes[at..at + word.max(1)] {
            if *byte == b'\n' {
                (line, column) = (line + 1, 1);
            } else if byte & 0xc0 != 0x80 {
                column += 1;
            }
        }
        at += word.max(1);
    }
    found
}
