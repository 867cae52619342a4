//! Decisions, over the product of everything that a decision looks at.

mod cases;

use keyctl_verify::{
    Class, Code, Environment, Grant, Matched, Refusal, Request, Token, TokenDigest, Unchecked,
    Verdict,
};

use crate::reference::sealed;
use cases::{
    CUSTOMER, Case, ENVIRONMENT, EXPIRES_AT, IP, NOT_BEFORE, NOW, PATH, PRESENTED, PROJECT, SCOPES,
    STANDING, STORED, STRICTNESS, TENURE, at, check_every_combination, limit_path,
};

#[test]
fn every_key_at_every_time_in_every_place() {
    check_every_combination(&[
        STANDING,
        TENURE,
        NOT_BEFORE,
        EXPIRES_AT,
        STRICTNESS,
        PROJECT,
        ENVIRONMENT,
    ]);
}

#[test]
fn every_request_under_every_limit() {
    check_every_combination(&[
        &STANDING[..2],
        STRICTNESS,
        PROJECT,
        ENVIRONMENT,
        PATH,
        IP,
        CUSTOMER,
        SCOPES,
    ]);
}

#[test]
fn a_verdict_tells_what_the_key_is() {
    let mut case = Case::plain();
    case.grant.not_before = at(NOW - 7);
    case.grant.expires_at = at(NOW + 7);
    case.grant.valid_until = at(NOW + 5);
    let verdict = case.decide();
    let (facts, grant) = (verdict.key().unwrap(), &case.grant);
    assert_eq!(facts.id, grant.key_id);
    assert_eq!(facts.prefix, *PRESENTED.prefix());
    assert_eq!(facts.generation, grant.generation);
    assert_eq!(facts.project, grant.project);
    assert_eq!(facts.environment.as_str(), "production");
    assert_eq!(facts.kind, grant.kind);
    assert_eq!(facts.owner, grant.owner);
    assert_eq!(facts.scopes, grant.scopes);
    assert_eq!(facts.rate_limit, grant.rate_limit);
    assert_eq!(
        (facts.not_before, facts.expires_at, facts.valid_until),
        (grant.not_before, grant.expires_at, grant.valid_until)
    );
}

#[test]
fn a_method_that_would_not_help_is_not_asked_for() {
    let mut case = Case::plain();
    limit_path(&mut case, &["/v1/*"], None, Some("/v2"));
    case.denied(Code::PathDenied);
    case.check();
}

#[test]
fn a_wrong_secret_matches_nothing() {
    let grant = Case::plain().grant;
    assert!(Matched::new(&grant, &STORED, &PRESENTED).is_some());

    let another = sealed(format!("{}_{}", PRESENTED.prefix(), "0".repeat(43)));
    assert!(Matched::new(&grant, &STORED, &Token::parse(&another).unwrap()).is_none());
    for bit in 0..256 {
        let mut flipped = *STORED.as_bytes();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(Matched::new(&grant, &TokenDigest::from_bytes(flipped), &PRESENTED).is_none());
    }
}

#[test]
fn a_grant_for_another_environment_is_no_match() {
    for environment in [Environment::Staging, Environment::Development] {
        let grant = Grant { environment, ..Case::plain().grant };
        assert!(Matched::new(&grant, &STORED, &PRESENTED).is_none(), "{environment}");
    }
}

#[test]
fn a_refusal_is_one_code_and_nothing_about_a_key() {
    for (refusal, code) in [
        (Refusal::Malformed, Code::Malformed),
        (Refusal::BadChecksum, Code::BadChecksum),
        (Refusal::Unknown, Code::Unknown),
    ] {
        let verdict = Verdict::refused(refusal, &Request::default());
        assert_eq!((verdict.code(), verdict.reasons()), (code, &[code][..]));
        assert!(!verdict.is_valid() && verdict.key().is_none() && verdict.warnings().is_empty());
        assert_eq!(
            verdict.unchecked(),
            [Unchecked::Project, Unchecked::Environment, Unchecked::Scopes]
        );
    }
}

#[test]
fn codes_are_the_words_and_classes_of_the_contract_in_its_order() {
    let contract = [
        (
            Class::Unavailable,
            "BUNDLE_UNREADABLE BUNDLE_UNTRUSTED BUNDLE_CORRUPT CLOCK_SKEW BUNDLE_STALE BUNDLE_ROLLED_BACK",
        ),
        (
            Class::Unauthenticated,
            "MALFORMED BAD_CHECKSUM UNKNOWN REVOKED SUPERSEDED DISABLED NOT_YET_VALID EXPIRED WRONG_ENVIRONMENT",
        ),
        (
            Class::Forbidden,
            "WRONG_PROJECT PATH_DENIED IP_DENIED CUSTOMER_DENIED INSUFFICIENT_SCOPE",
        ),
        (Class::TooMany, "RATE_LIMITED"),
        (Class::Valid, "VALID"),
    ];
    let said: Vec<_> = Code::ALL.iter().map(|code| (code.class(), code.as_str())).collect();
    let wanted: Vec<_> = contract
        .iter()
        .flat_map(|(class, words)| words.split(' ').map(move |word| (*class, word)))
        .collect();
    assert_eq!(said, wanted);
    assert!(Code::ALL.is_sorted());
    assert!(Code::ALL.iter().all(|code| code.as_str().parse() == Ok(*code)));
}
