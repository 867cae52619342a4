//! Steps 9 and 11: what is no token, and what is no token of this bundle.

use crate::bundle_vectors::case::Case;
use crate::bundle_vectors::forge::{Forge, Member};
use crate::bundle_vectors::grant::Grant;
use crate::reference::sealed;
use crate::vectors::plain;

pub(in crate::bundle_vectors) fn all() -> Vec<Case> {
    let refused = |code, name: &str, about: &str, token: String| {
        Case::refused(code, name, about, &Forge::plain()).token(token)
    };
    let malformed = |name, about, token| refused("MALFORMED", name, about, token);
    let unknown = |name, about, token| refused("UNKNOWN", name, about, token);
    let plain = plain();
    let checked = &plain[..plain.len() - 6];
    let other = |from: &str, to: &str| sealed(checked.replacen(from, to, 1));
    vec![
        of_environment(
            "stage",
            2,
            "staging",
            "The longest token there is: 81 characters, for staging.",
        ),
        of_environment("dev", 3, "development", "A token and its grant for development."),
        malformed("token-empty", "No text at all.", String::new()),
        malformed("token-newline", "The token, and the end of its line.", format!("{plain}\n")),
        malformed("token-long", "A thousand characters.", "k".repeat(1000)),
        malformed(
            "token-not-ascii",
            "A Cyrillic letter that looks like the first one; the check is that of this text.",
            other("k", "\u{43a}"),
        ),
        refused(
            "BAD_CHECKSUM",
            "token-check",
            "The last character of the check is another.",
            format!("{}9", &plain[..plain.len() - 1]),
        ),
        unknown(
            "unknown-secret",
            "A token of the same prefix, but with another secret.",
            other("_Q7mZ", "_Q7mz"),
        ),
        unknown("unknown-id", "The same secret under another id.", other("3fK9", "3fK8")),
        unknown(
            "unknown-environment",
            "The same secret for another environment.",
            other("prod", "stage"),
        ),
        Case::refused(
            "UNKNOWN",
            "empty",
            "A bundle without an entry knows nobody.",
            &Forge::empty(),
        ),
        Case::refused(
            "MALFORMED",
            "empty-malformed",
            "Even of an empty bundle only tokens are asked.",
            &Forge::empty(),
        )
        .token("kc_prod_"),
    ]
}

/// A token for another environment than all the others, and its grant.
fn of_environment(word: &str, code: u64, environment: &'static str, about: &str) -> Case {
    let token = sealed(format!("abcdefghijkl_{word}_0123456789AB_{}", "z".repeat(43)));
    let member = Member { token, grant: Grant::with(|g| g.environment = code) };
    let name = format!("ok-token-{environment}");
    Case::ok(&name, about, &Forge::of_leaves(&[vec![member]], 0))
        .request(|r| r.environment = Some(environment))
}
