//! Whatever is granted, a bundle says of its members what `decide` says of their grants.

use std::collections::BTreeSet;

use keyctl_verify::{
    Code, Environment, Grant, KeyId, Matched, Policy, Request, Token, UnverifiedBundle, Warning,
    decide,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::grants::{any_grant, any_request};
use super::kit::{
    DAY, ISSUED, Member, NOW, Recipe, Said, Watched, ask_open, at, key, members, open, token,
    token_in,
};
use crate::reference::{DIGITS, six_digits};

/// What is to be said of a member: the decision on its grant, and where it comes from.
fn expected(member: &Member, request: &Request, now: i64, added: &[Warning]) -> Said {
    let (token, grant) = member;
    let matched = Matched::new(grant, &token.digest(), token).unwrap();
    let mut said = Said::of(&decide(&matched, request, at(now)));
    if said.code == Code::Valid {
        said.warnings.extend(added);
    }
    said
}

/// So many members, with the grants in turn; no two are the same.
fn members_of(grants: &[Grant], count: u32) -> Vec<Member> {
    let member = |(number, grant): (u32, &Grant)| {
        let id = format!("key_inTurn{}", six_digits(u64::from(number), DIGITS));
        let key_id = KeyId::parse(&id).unwrap();
        let grant = Grant { key_id, ..grant.clone() };
        (token_in(grant.environment, u64::from(number)), grant)
    };
    (0..count).zip(grants.iter().cycle()).map(member).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_bundle_says_what_a_decision_on_the_grant_says(
        grants in vec(any_grant(), 1..12),
        count in prop_oneof![0..4_u32, 0..250_u32],
        request in any_request(),
        salt: u8,
        aging: bool,
        forgetful: bool,
    ) {
        let members = members_of(&grants, count);
        let file = Recipe { salt, ..Recipe::default() }.file(&members);
        let now = if aging { ISSUED + DAY / 2 } else { NOW };
        let policy = Policy { min_serial: (!forgetful).then_some(0), ..Policy::default() };
        let opened = UnverifiedBundle::open(&file).unwrap();
        let bundle = opened.verify(&[key(1)], policy, at(now)).unwrap();
        prop_assert_eq!(bundle.header().entries, u64::from(count));
        prop_assert_eq!(bundle.header().pages, file.len() as u64 / 4096);

        let added = [(aging, Warning::BundleAging), (forgetful, Warning::NoMemory)];
        let added: Vec<_> = added.into_iter().filter_map(|(is, what)| is.then_some(what)).collect();
        let ask = |token: &Token| Said::of(&bundle.decide(token.expose_token(), &request, at(now)));
        for member in &members {
            let said = ask(&member.0);
            prop_assert_eq!(said.bundle.as_ref(), Some(bundle.facts()));
            prop_assert_eq!(Said { bundle: None, ..said }, expected(member, &request, now, &added));
        }
        for environment in Environment::ALL {
            let said = ask(&token_in(environment, 1_000_000 + u64::from(salt)));
            prop_assert!(said.code == Code::Unknown && said.is_bare(), "{said:?}");
        }
    }
}

#[test]
fn the_grants_and_requests_of_this_test_lead_to_every_code_and_warning() {
    let mut runner = TestRunner::deterministic();
    let mut codes = BTreeSet::new();
    let mut warnings = BTreeSet::new();
    for _ in 0..600 {
        let (grant, request) =
            (any_grant(), any_request()).new_tree(&mut runner).unwrap().current();
        let member = (token_in(grant.environment, 0), grant);
        let said = expected(&member, &request, NOW, &[]);
        codes.extend(said.reasons.iter().copied().chain([said.code]));
        warnings.extend(said.warnings);
    }
    let of_grants = Code::ALL.into_iter().filter(|code| *code >= Code::Revoked);
    let of_grants: BTreeSet<_> = of_grants.filter(|code| *code != Code::RateLimited).collect();
    assert_eq!(codes, of_grants);
    assert_eq!(warnings, BTreeSet::from([Warning::InGrace, Warning::ExpiresSoon]));
}

#[test]
fn a_token_of_another_environment_is_another_token() {
    let bundle = open(Recipe::default().file(&members(3)));
    for number in 0..3 {
        assert_ne!(
            ask_open(&bundle, &token_in(Environment::Production, number)).code,
            Code::Unknown
        );
        assert_eq!(ask_open(&bundle, &token_in(Environment::Staging, number)).code, Code::Unknown);
    }
}

#[test]
fn what_is_no_token_is_refused_and_looked_up_nowhere() {
    let file = Recipe::default().file(&members(40));
    let watched = Watched::new(&file);
    let bundle = open(&watched);
    watched.reads();
    let whole = token(7);
    let text = whole.expose_token();
    let typo =
        format!("{}{}", &text[..text.len() - 1], if text.ends_with('0') { '1' } else { '0' });
    for (text, code) in [
        ("", Code::Malformed),
        (&text[..text.len() - 1], Code::Malformed),
        (&format!("{text} "), Code::Malformed),
        (&typo, Code::BadChecksum),
    ] {
        let said = Said::of(&bundle.decide(text, &Request::default(), at(NOW)));
        assert_eq!(said.code, code, "{text}");
        assert!(said.is_bare() && said.bundle.as_ref() == Some(bundle.facts()), "{said:?}");
        assert!(watched.reads().is_empty(), "{text}");
    }
}
