//! Scopes against what they mean: the set of the plain scopes that they stand for.

use keyctl_verify::{Scope, ScopeSet};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap()
}

/// Every text of up to `depth` words.
fn paths(words: &[&str], depth: usize) -> Vec<String> {
    let mut all: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let mut longest = all.clone();
    for _ in 1..depth {
        longest = longest
            .iter()
            .flat_map(|path| words.iter().map(move |word| format!("{path}:{word}")))
            .collect();
        all.extend_from_slice(&longest);
    }
    all
}

/// Every scope of the words `a` and `aa`, up to three deep, with a star and without.
fn scopes() -> Vec<Scope> {
    let plain = paths(&["a", "aa"], 3);
    let stars = paths(&["a", "aa"], 2).into_iter().map(|path| format!("{path}:*"));
    stars.chain(plain).chain(["*".to_owned()]).map(|text| scope(&text)).collect()
}

/// What a scope can be asked for: deeper than [`scopes`] by one, with a word that those lack, so
/// that no scope with a star stands for the same as a list of others.
fn plain_scopes() -> Vec<Scope> {
    paths(&["a", "aa", "b"], 4).iter().map(|text| scope(text)).collect()
}

/// The definition, word by word.
fn stands_for(scope: &Scope, plain: &Scope) -> bool {
    let (words, asked): (Vec<_>, Vec<_>) =
        (scope.as_str().split(':').collect(), plain.as_str().split(':').collect());
    match words.split_last() {
        Some((&"*", stem)) => asked.len() > stem.len() && asked.starts_with(stem),
        _ => words == asked,
    }
}

#[test]
fn a_scope_covers_what_stands_for_nothing_more() {
    let (scopes, plain) = (scopes(), plain_scopes());
    for a in &scopes {
        for b in &scopes {
            let within = plain.iter().filter(|p| stands_for(b, p)).all(|p| stands_for(a, p));
            assert_eq!(a.covers(b), within, "{a} {b}");
        }
    }
}

#[test]
fn covering_is_a_partial_order() {
    let scopes = scopes();
    for a in &scopes {
        assert!(a.covers(a), "{a}");
        for b in scopes.iter().filter(|b| a.covers(b)) {
            assert!(!b.covers(a) || a == b, "{a} {b}");
            for c in scopes.iter().filter(|c| b.covers(c)) {
                assert!(a.covers(c), "{a} {b} {c}");
            }
        }
    }
}

#[test]
fn two_scopes_are_disjoint_or_one_covers_the_other() {
    let (scopes, plain) = (scopes(), plain_scopes());
    for a in &scopes {
        for b in &scopes {
            let overlap = plain.iter().any(|p| stands_for(a, p) && stands_for(b, p));
            assert_eq!(overlap, a.covers(b) || b.covers(a), "{a} {b}");
        }
    }
}

fn scope_set() -> impl Strategy<Value = ScopeSet> {
    subsequence(scopes(), 0..=6).prop_map(ScopeSet::from_iter)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn an_intersection_grants_what_both_grant(a in scope_set(), b in scope_set()) {
        let both = a.intersect(&b);
        for asked in scopes().iter().chain(&plain_scopes()) {
            prop_assert_eq!(both.grants(asked), a.grants(asked) && b.grants(asked), "{}", asked);
        }
    }

    #[test]
    fn an_intersection_is_minimal_and_commutes(a in scope_set(), b in scope_set()) {
        let both = a.intersect(&b);
        for one in both.iter() {
            let mut others = both.clone();
            prop_assert!(others.remove(one));
            prop_assert!(!others.grants(one), "{} is there twice", one);
        }
        prop_assert_eq!(&both, &b.intersect(&a));
        prop_assert_eq!(&both, &both.intersect(&both));
    }

    #[test]
    fn narrowing_never_adds(a in scope_set(), b in scope_set(), asked in select(scopes())) {
        prop_assert!(a.grants(&asked) || !a.intersect(&b).grants(&asked));
    }

    #[test]
    fn a_set_grants_what_one_of_its_scopes_covers(set in scope_set(), asked in select(plain_scopes())) {
        prop_assert_eq!(set.grants(&asked), set.iter().any(|own| stands_for(own, &asked)));
    }
}
