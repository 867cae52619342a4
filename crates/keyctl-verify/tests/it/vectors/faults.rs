//! Every vector: what is right about a good token, or the one thing that is wrong with a bad one.
//! Where the fault is in the grammar the check is computed over the faulty text, so that it fits
//! and only a reader who looks at the grammar refuses the token.

mod checks;
mod grammar;
mod surroundings;

use super::{Expect, Vector};
use crate::reference::sealed;

const ID: &str = "3fK9aQ1xZ0bT";
const SECRET: &str = "Q7mZ0xV3bN8kL2pR5tW9yA1cD4fG6hJ0sE3uI7oP2qX";
/// Ends of a secret, in place of its last six, that bring the CRC to the ends of its range.
const END_FOR_CRC_00000000: &str = "3gyAGO";
const END_FOR_CRC_FFFFFFFF: &str = "74QqoK";

pub(super) fn all() -> Vec<Vector> {
    [
        good(),
        grammar::separators(),
        grammar::brands(),
        grammar::environments(),
        grammar::bodies(),
        checks::checks(),
        checks::typos(),
        surroundings::blanks(),
        surroundings::scripts(),
        surroundings::wrappings(),
        surroundings::sizes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn ok(name: &'static str, about: &'static str, token: String) -> Vector {
    Vector::new(Expect::Ok, name, about, token)
}

fn malformed(name: &'static str, about: &'static str, token: impl Into<Vec<u8>>) -> Vector {
    Vector::new(Expect::Malformed, name, about, token)
}

fn bad_checksum(name: &'static str, about: &'static str, token: String) -> Vector {
    Vector::new(Expect::BadChecksum, name, about, token)
}

/// The token that all others are variations of.
pub(crate) fn plain() -> String {
    token("kc", "prod", ID, SECRET)
}

fn token(brand: &str, environment: &str, id: &str, secret: &str) -> String {
    sealed(format!("{brand}_{environment}_{id}_{secret}"))
}

/// Everything of the plain token before its check.
fn checked() -> String {
    format!("kc_prod_{ID}_{SECRET}")
}

/// A plain token but for the secret's end, which is counted up until the check is as wanted.
fn token_with_check(wanted: impl Fn(&str) -> bool) -> String {
    let stem = &SECRET[..38];
    (0..99_999)
        .map(|n| token("kc", "prod", ID, &format!("{stem}{n:05}")))
        .find(|token| wanted(&token[token.len() - 6..]))
        .expect("one check in five begins with 0, and one in three hundred with 00")
}

fn good() -> Vec<Vector> {
    let with_end = |end: &str| token("kc", "prod", ID, &format!("{}{end}", &SECRET[..37]));
    let one_zero = token_with_check(|c| c.starts_with('0') && !c.starts_with("00"));
    let two_zeros = token_with_check(|c| c.starts_with("00") && !c.starts_with("000"));
    vec![
        ok("ok-production", "A token of the default brand for production.", plain()),
        ok("ok-staging", "The same for staging.", token("kc", "stage", ID, SECRET)),
        ok("ok-development", "The same for development.", token("kc", "dev", ID, SECRET)),
        ok(
            "ok-brand-shortest",
            "A brand of two characters, the second a digit, and the shortest environment: 69 characters.",
            token("a0", "dev", ID, SECRET),
        ),
        ok(
            "ok-brand-longest",
            "A brand of twelve characters and the longest environment: 81 characters.",
            token("abcdefghijkl", "stage", ID, SECRET),
        ),
        ok(
            "ok-brand-digits",
            "A brand with as many digits as can be.",
            token("z99999999999", "prod", ID, SECRET),
        ),
        ok(
            "ok-brand-reserved",
            "No new vault may take this brand, but a token that has it is read.",
            token("sk", "prod", ID, SECRET),
        ),
        ok(
            "ok-brand-environment",
            "A brand that looks like an environment.",
            token("prod", "prod", ID, SECRET),
        ),
        ok(
            "ok-id-zeros",
            "An id of nothing but the first digit.",
            token("kc", "prod", "000000000000", SECRET),
        ),
        ok(
            "ok-id-last-digit",
            "An id of nothing but the last digit.",
            token("kc", "prod", "zzzzzzzzzzzz", SECRET),
        ),
        ok(
            "ok-secret-zeros",
            "A secret of nothing but the first digit.",
            token("kc", "prod", ID, &"0".repeat(43)),
        ),
        ok(
            "ok-secret-last-digit",
            "A secret of nothing but the last digit.",
            token("kc", "prod", ID, &"z".repeat(43)),
        ),
        ok("ok-check-one-zero", "The check begins with 0 and is still six characters.", one_zero),
        ok("ok-check-two-zeros", "The check begins with 00.", two_zeros),
        ok(
            "ok-check-smallest",
            "The CRC is 0, the smallest there is: the check is six zeros.",
            with_end(END_FOR_CRC_00000000),
        ),
        ok(
            "ok-check-largest",
            "The CRC is ffffffff, the largest there is.",
            with_end(END_FOR_CRC_FFFFFFFF),
        ),
    ]
}
