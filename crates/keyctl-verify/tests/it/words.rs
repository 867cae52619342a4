//! The words of closed sets: scripts depend on them, and some are written into vaults.

use std::fmt::Display;
use std::str::FromStr;

use keyctl_verify::{Environment, Freshness, Kind, Status, Unchecked, Warning};

/// Each value is written as its word, and only that word is read as it.
fn check<T>(all: &[T], words: &[&str])
where
    T: Display + FromStr<Err = ()> + PartialEq + Copy + std::fmt::Debug,
{
    assert_eq!(all.iter().map(ToString::to_string).collect::<Vec<_>>(), words);
    for (value, word) in all.iter().zip(words) {
        assert_eq!(word.parse(), Ok(*value));
        for other in ["", "x", &word.to_uppercase(), &format!("{word} "), &word[1..]] {
            assert_eq!(other.parse::<T>(), Err(()), "{other}");
        }
    }
}

#[test]
fn what_is_written_is_what_is_read() {
    check(&Kind::ALL, &["general", "personal", "webhook"]);
    check(&Status::ALL, &["active", "inactive", "pending", "expired", "revoked"]);
    check(&Environment::ALL, &["production", "staging", "development"]);
}

#[test]
fn warnings_and_what_was_left_unchecked_have_the_words_of_the_contract() {
    assert_eq!(
        Warning::ALL.map(Warning::as_str),
        ["IN_GRACE", "EXPIRES_SOON", "BUNDLE_AGING", "NO_MEMORY"]
    );
    assert_eq!(Unchecked::ALL.map(Unchecked::as_str), ["project", "environment", "scopes"]);
    assert_eq!(Freshness::ALL.map(Freshness::as_str), ["early", "fresh", "aging", "stale"]);
}
