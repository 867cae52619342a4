//! Receipts and rate limits of verdicts that a bundle gave.

use keyctl_verify::{
    Code, Grant, Instant, RateLimit, Receipt, ReceiptLabel, Request, Standing, Verdict, Warning,
};

use super::kit::{Changing, DAY, ISSUED, NOW, Recipe, at, grant, open, token};

const RATE: &str = "2/10s";

fn file() -> Vec<u8> {
    let rate_limit = Some(RateLimit::parse(RATE).unwrap());
    let limited = Grant { rate_limit, ..grant(0) };
    let revoked = Grant { rate_limit, standing: Standing::Revoked, ..grant(1) };
    Recipe::default().file(&[(token(0), limited), (token(1), revoked), (token(2), grant(2))])
}

fn verdict(number: u64, now: i64) -> Verdict {
    open(file()).decide(token(number).expose_token(), &Request::default(), at(now))
}

#[test]
fn a_verdict_on_a_member_has_a_receipt_that_only_its_token_makes() {
    for (number, code) in [(0, Code::Valid), (1, Code::Revoked), (2, Code::Valid)] {
        let label = ReceiptLabel::parse("gateway@eu").unwrap();
        let receipt = verdict(number, NOW).receipt(at(NOW), Some(label)).unwrap();
        let read = Receipt::parse(&receipt.to_string()).unwrap();
        assert_eq!(read.code(), code);
        assert_eq!(read.prefix(), token(number).prefix());
        assert_eq!(read.time(), at(NOW / 60 * 60));
        for other in 0..4 {
            assert_eq!(read.is_genuine(&token(other).digest()), other == number);
        }
    }
}

#[test]
fn without_a_key_there_is_no_receipt() {
    let no_receipt = |verdict: &Verdict, code| {
        assert_eq!(verdict.code(), code);
        assert!(verdict.receipt(at(NOW), None).is_none() && verdict.key().is_none(), "{code}");
        assert!(verdict.to_be_counted().is_none());
    };
    no_receipt(&verdict(99, NOW), Code::Unknown);
    no_receipt(&verdict(0, ISSUED + DAY), Code::BundleStale);
    no_receipt(&verdict(0, ISSUED - 301), Code::ClockSkew);
    let source = Changing::new(&file());
    let bundle = open(&source);
    source.flip(4096 * 8);
    let ask = |text: &str| bundle.decide(text, &Request::default(), at(NOW));
    no_receipt(&ask(token(0).expose_token()), Code::BundleCorrupt);
    no_receipt(&ask(""), Code::Malformed);
}

#[test]
fn a_request_too_many_is_rate_limited_and_its_receipt_says_so() {
    let now = Instant::from_nanos(1_800_003_600_000_000_000);
    let mut tat = None;
    for request in 0..4 {
        let mut verdict = verdict(0, NOW);
        assert_eq!(verdict.to_be_counted().unwrap().0, grant(0).key_id);
        assert_eq!(verdict.warnings(), [Warning::NoMemory]);
        let counted = verdict.count(tat, now);
        let receipt = verdict.receipt(at(NOW), None).unwrap();
        assert!(receipt.is_genuine(&token(0).digest()));
        assert_eq!(receipt.code(), verdict.code());
        assert!(verdict.bundle().is_some() && verdict.key().is_some());
        if request < 2 {
            assert_eq!((verdict.code(), verdict.retry_after_s()), (Code::Valid, None));
            tat = counted;
        } else {
            assert_eq!((verdict.code(), verdict.retry_after_s()), (Code::RateLimited, Some(5)));
            assert_eq!(verdict.reasons(), [Code::RateLimited]);
            assert_eq!(counted, tat, "it is not counted");
            assert!(verdict.warnings().is_empty() && !verdict.is_valid());
        }
    }
}

#[test]
fn what_is_refused_or_has_no_limit_is_not_counted() {
    let now = Instant::from_nanos(1_800_003_600_000_000_000);
    for (number, time) in [(1, NOW), (2, NOW), (99, NOW), (0, ISSUED + DAY)] {
        let mut verdict = verdict(number, time);
        let before = verdict.reasons().to_vec();
        // A counter that is full for another thousand years.
        let full = Some(Instant::from_picos(u128::MAX / 2));
        assert_eq!(verdict.count(full, now), None);
        assert_eq!(verdict.reasons(), before);
    }
}
