//! Receipts, codes and verdicts: a receipt has one form, is genuine only for who knows the token,
//! and a word is read as the code that writes it.
#![no_main]

use keyctl_fuzz::{Input, at, forge};
use keyctl_verify::{
    Code, Prefix, Receipt, ReceiptLabel, Refusal, Request, Status, Token, Verdict,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let token = Token::parse(forge::token()).expect("it is a token");
    let (digest, stranger) = (token.digest(), keyctl_verify::TokenDigest::from_bytes([1; 32]));
    if let Ok(receipt) = Receipt::parse(&text) {
        assert_eq!(receipt.to_string(), text);
        assert!(!receipt.is_genuine(&stranger), "nobody knows that token");
        assert!(receipt.time().unix() >= 0);
    }
    if let Ok(code) = text.parse::<Code>() {
        assert_eq!(code.as_str(), text);
    }
    if let Ok(status) = text.parse::<Status>() {
        assert_eq!(status.as_str(), text);
    }
    make(&mut Input::new(data), &digest, token.prefix());
});

fn make(input: &mut Input<'_>, digest: &keyctl_verify::TokenDigest, prefix: &Prefix) {
    let code = Code::ALL[usize::from(input.byte()) % Code::ALL.len()];
    let time = at(i64::try_from(input.number()).expect("16 bits"));
    let len = usize::from(input.byte() % 70);
    let label = ReceiptLabel::parse(&String::from_utf8_lossy(input.take(len)));
    let receipt = Receipt::new(digest, prefix.clone(), time, code, label);
    let mut line = receipt.to_string();
    assert_eq!(Receipt::parse(&line).as_ref(), Ok(&receipt), "{line}");
    assert!(receipt.is_genuine(digest));
    let (place, with) = (usize::from(input.byte()) % line.len(), input.byte() & 0x7f);
    line.replace_range(place..=place, char::from(with).encode_utf8(&mut [0; 4]));
    let genuine = Receipt::parse(&line).is_ok_and(|read| read.is_genuine(digest));
    assert_eq!(genuine, line == receipt.to_string(), "{line}");
    for refusal in [Refusal::Malformed, Refusal::BadChecksum, Refusal::Unknown] {
        let verdict = Verdict::refused(refusal, &Request::default());
        assert!(!verdict.is_valid() && verdict.receipt(time, None).is_none());
    }
}
