//! What is said of an error: a phrase for people that names what is wrong.

use std::io;

use ed25519_dalek::SigningKey;
use keyctl_verify::{
    Advice, Brand, BundleFault, IpBlock, PathPattern, PublicKey, RateLimit, Receipt, Scope,
    StreamId, Timestamp, Token, Unreadable, Untrusted, WriteError,
};

fn said<T, E: std::error::Error>(result: Result<T, E>) -> String {
    result.err().unwrap().to_string()
}

#[test]
fn a_value_that_is_none_is_told_what_it_should_be_like() {
    for (said, expected) in [
        (said(Brand::parse("K")), "must be 2 to 12 lower-case letters"),
        (said(Brand::parse("ghp")), "tokens of another issuer"),
        (said(Scope::parse("A")), "not a scope like orders:read"),
        (said(Scope::parse(&"a".repeat(129))), "longer than 128 characters"),
        (said(RateLimit::parse("a")), "not a rate like 100/1m"),
        (said(RateLimit::parse("0/s")), "allows nothing"),
        (said(RateLimit::parse("1/367d")), "at most 1000000000 in at most 366 days"),
        (said(IpBlock::parse("a")), "not an address or a CIDR block"),
        (said(IpBlock::parse("10.0.0.1/8")), "did you mean 10.0.0.0/8?"),
        (said(PathPattern::parse(&"/a".repeat(257))), "longer than 512 bytes"),
        (said(PathPattern::parse("1 /a")), "method like GET"),
        (said(PathPattern::parse("a")), "does not begin with /"),
        (said(PathPattern::parse("/a**")), "stands for whole segments"),
        (said(PathPattern::parse("/a?")), "patterns know only * and **"),
        (said(PathPattern::parse("/a/")), "can match no path"),
        (said(Token::parse("kc")), "not a token"),
        (said(Receipt::parse("kcr1")), "not a receipt"),
    ] {
        assert!(said.contains(expected), "{said}");
    }
}

fn fault(fault: impl Into<BundleFault>) -> String {
    fault.into().to_string()
}

#[test]
fn a_bundle_that_cannot_be_used_says_why() {
    let at = Timestamp::EPOCH;
    let signer = SigningKey::from_bytes(&[1; 32]).verifying_key().to_bytes();
    let signer = PublicKey::from_bytes(signer).unwrap();
    let streams = [[1; 16], [2; 16]].map(StreamId::from_bytes);
    let stream = Untrusted::Stream { found: streams[0], expected: streams[1] };
    for (said, expected) in [
        (fault(Unreadable::Io(io::Error::other("no disc"))), "cannot be read: no disc"),
        (fault(Unreadable::TooShort { size: 9 }), "at least 4096 bytes, this file has 9"),
        (fault(Unreadable::NotABundle), "not a bundle"),
        (fault(Unreadable::Version { found: 2 }), "of version 2"),
        (fault(Untrusted::SignatureBlock), "no well-formed signature"),
        (fault(Untrusted::Nobody), "no trusted key has signed"),
        (fault(Untrusted::BadSignature { signer }), &format!("signature under {signer} is bad")),
        (fault(stream), &format!("stream {}, expected is {}", "01".repeat(16), "02".repeat(16))),
        (fault(BundleFault::Corrupt("why")), "damaged: why"),
        (fault(BundleFault::ClockSkew { issued_at: at, other: at }), "this machine's clock"),
        (fault(BundleFault::Stale { since: at }), "too old"),
        (fault(BundleFault::RolledBack { found: 3, expected: 3 }), "the same serial 3"),
        (fault(BundleFault::RolledBack { found: 3, expected: 4 }), "serial 3 is behind 4"),
    ] {
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn a_bundle_that_cannot_be_made_says_why() {
    for (error, expected) in [
        (WriteError::Io(io::Error::other("no room")), "cannot write the bundle: no room"),
        (WriteError::Order, "the same place"),
        (WriteError::Terms, "a serial below 2^53"),
    ] {
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn advice_names_what_the_request_should_name() {
    for (advice, expected) in [
        (Advice::NamePath, "the request's path"),
        (Advice::NameMethod, "the request's method"),
        (Advice::PathNotNormal, "not in normal form"),
        (Advice::NameIp, "the caller's address"),
        (Advice::NameCustomer, "name the customer"),
        (Advice::Redacted, "--redact"),
    ] {
        assert!(advice.to_string().contains(expected), "{advice}");
    }
}
