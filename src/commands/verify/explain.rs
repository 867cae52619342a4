//! What is said of a verdict beside it: why, and what to do.

use keyctl_verify::{Code, Request, Strictness, Unchecked, Verdict};

use super::VerifyArgs;
use crate::context::Context;
use crate::render::instant;

/// What is wrong with the bundle, and what the caller could say or do.
pub(super) fn explain(ctx: &mut Context, args: &VerifyArgs, verdict: &Verdict) {
    if let (Some(fault), Some(path)) = (verdict.fault(), &args.bundle) {
        let times = verdict.bundle().filter(|_| verdict.code() != Code::BundleCorrupt);
        let times = times.map(|facts| {
            format!(
                "; made {}, valid until {}",
                instant(facts.issued_at),
                instant(facts.valid_until)
            )
        });
        let times = times.unwrap_or_default();
        let limit = args.max_age.filter(|_| verdict.code() == Code::BundleStale);
        let limit = limit.map_or(String::new(), |age| format!(", and --max-age is {age}"));
        ctx.ui.warn(&format!("'{}': {fault}{times}{limit}", path.display()));
    }
    if let Some(hint) = next_step(verdict.code()) {
        ctx.ui.hint(hint);
    }
    for advice in verdict.advice() {
        ctx.ui.hint(&advice.to_string());
    }
}

/// What is known of why a token was refused, and is not in the name of the verdict.
pub(super) fn why(verdict: &Verdict, token: &[u8], request: &Request) -> Option<String> {
    let key = verdict.key();
    match verdict.code() {
        Code::Malformed => malformed(token).map(str::to_owned),
        Code::Unknown => verdict.bundle().map(|bundle| {
            let made = instant(bundle.issued_at);
            format!(
                "the bundle was made {made}; what was made since, or left out of it, is not in it"
            )
        }),
        Code::Expired => key?.expires_at.map(|end| format!("the key expired {}", instant(end))),
        Code::NotYetValid => {
            key?.not_before.map(|from| format!("the key is valid from {}", instant(from)))
        }
        Code::InsufficientScope => {
            let granted = &key?.scopes;
            let missing = request.scopes.iter().filter(|scope| !granted.grants(scope));
            let missing: Vec<String> = missing.map(ToString::to_string).collect();
            (!missing.is_empty()).then(|| format!("the key lacks {}", missing.join(", ")))
        }
        _ => None,
    }
}

/// What is most often given in place of a token.
fn malformed(token: &[u8]) -> Option<&'static str> {
    let bare = token.trim_ascii();
    if bare.is_empty() {
        return Some("the token is empty: see whether the file or variable has one");
    }
    if bare.contains(&b'\n') {
        return Some("there is more than one line: --batch verifies a token a line");
    }
    if bare.len() >= 7 && bare[..7].eq_ignore_ascii_case(b"Bearer ") {
        return Some("give the token alone, without the word before it");
    }
    if bare.starts_with(b"\"") || bare.starts_with(b"'") {
        return Some("give the token without quotes");
    }
    (bare.len() < token.len()).then_some("there is white space around the token")
}

/// Says what was not checked, in one line.
pub(super) fn say_unchecked(ctx: &mut Context, unchecked: &[Unchecked], strictness: Strictness) {
    if unchecked.is_empty() {
        return;
    }
    let names: Vec<&str> = unchecked.iter().map(|what| what.as_str()).collect();
    let names = names.join(", ");
    let text = match strictness {
        Strictness::Lenient => {
            format!("not checked, because not named: {names}; --strict denies then")
        }
        Strictness::Strict => format!("denied, because not named: {names}"),
    };
    ctx.ui.note(&text);
}

/// What to do about a bundle that cannot be used.
pub(crate) fn next_step(code: Code) -> Option<&'static str> {
    Some(match code {
        Code::BundleUnreadable => "check the path; get the bundle again, or the latest keyctl",
        Code::BundleUntrusted => {
            "check --trust and --stream; if they are those of the vault that made it, do not use this file"
        }
        Code::BundleCorrupt => "do not use this file; get the bundle again",
        Code::ClockSkew => {
            "check this machine's clock, and that of the machine that makes the bundles"
        }
        Code::BundleStale => "get the latest bundle; 'keyctl bundle export' makes it",
        Code::BundleRolledBack => {
            "get the latest bundle; an old one would bring revoked keys back to life"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_in_place_of_a_token_is_told() {
        for (given, word) in [
            ("", "empty"),
            (" \n", "empty"),
            ("kc_a\nkc_b", "--batch"),
            ("bearer kc_a", "word before"),
            ("\"kc_a\"", "quotes"),
            (" kc_a", "white space"),
        ] {
            assert!(malformed(given.as_bytes()).unwrap().contains(word), "{given:?}");
        }
        assert_eq!(malformed(b"nothing_of_a_token"), None);
    }
}
