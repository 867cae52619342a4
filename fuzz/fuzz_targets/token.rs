//! Tokens, prefixes, ids and public keys: what is read is written in the same way, a token that was
//! made is read, and one with any byte changed is not.
#![no_main]

use keyctl_fuzz::Input;
use keyctl_verify::{
    Brand, Environment, KeyId, Prefix, PublicId, PublicKey, SecretBody, StreamId, Token, TokenError,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    read(&text);
    make(&mut Input::new(data));
});

fn read(text: &str) {
    if let Ok(token) = Token::parse(text) {
        assert_eq!(token.expose_token(), text);
        assert!(text.starts_with(&token.prefix().to_string()));
        assert!(text.len() <= Token::MAX_LEN);
        assert!(!format!("{token:?}").contains(&text[text.len() - 10..]), "a token is not shown");
    }
    if let Some(prefix) = Prefix::parse(text) {
        assert_eq!(prefix.to_string(), text);
    }
    if let Some(id) = KeyId::parse(text) {
        assert_eq!(id.to_string(), text);
    }
    if let Some(key) = PublicKey::parse(text) {
        assert_eq!(key.to_string(), text);
        assert_eq!(PublicKey::from_bytes(*key.as_bytes()), Some(key));
    }
    if let Some(stream) = StreamId::parse(text) {
        assert_eq!(stream.to_string(), text);
    }
    if let Ok(brand) = Brand::parse(text) {
        assert_eq!(Brand::read(text), Some(brand));
    }
    if let Some(id) = PublicId::parse(text) {
        assert_eq!(id.as_str(), text);
    }
}

/// A source that has an end, as a drawn byte may be refused for ever.
fn drawn(input: &mut Input<'_>) -> impl FnMut(&mut [u8]) -> Result<(), ()> {
    let bytes = input.take(96).to_vec();
    let mut at = 0;
    move |buffer| {
        for byte in buffer {
            *byte = *bytes.get(at).ok_or(())?;
            at += 1;
        }
        Ok(())
    }
}

fn make(input: &mut Input<'_>) {
    let environment = Environment::ALL[usize::from(input.byte()) % 3];
    let brand = input.byte() % 13;
    let brand = String::from_utf8_lossy(input.take(usize::from(brand))).into_owned();
    let brand = Brand::read(&brand).unwrap_or_default();
    let Ok(id) = PublicId::draw(drawn(input)) else { return };
    let Ok(secret) = SecretBody::draw(drawn(input)) else { return };
    let prefix = Prefix::new(brand, environment, id);
    let token = Token::assemble(&prefix, &secret);
    let again = Token::parse(token.expose_token()).expect("what was made is a token");
    assert!(again.digest().matches(&token.digest()));
    assert_eq!(*again.prefix(), prefix);
    // CRC-32 notices every change of up to 32 bits that lie side by side.
    let mut bytes = token.expose_token().as_bytes().to_vec();
    let (at, change) = (input.number() % bytes.len(), input.byte());
    bytes[at] ^= change;
    if let Ok(text) = String::from_utf8(bytes) {
        let same = change == 0;
        assert_eq!(Token::parse(&text).is_ok(), same);
        let is_of_the_grammar = matches!(Token::parse(&text), Err(TokenError::BadChecksum));
        assert!(!is_of_the_grammar || Prefix::parse(&text[..text.rfind('_').unwrap()]).is_some());
    }
}
