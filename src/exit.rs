//! The exit codes: the contract with scripts, in one place.

use std::process::ExitCode;

use keyctl_verify::{Class, Code};

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, or nothing to do; a valid token.
    Done,
    /// I/O, no vault, some of a bulk.
    Failed,
    /// Bad arguments.
    Usage,
    /// No such key, or more than one.
    NotFound,
    /// Wrong or missing passphrase.
    Locked,
    /// A rule, a conflict, a role; findings of `doctor`.
    Refused,
    /// A confirmation that nobody could give.
    NeedsConfirmation,
    /// Damaged, tampered with, rolled back, another vault.
    Integrity,
    /// A verdict like 401.
    Unauthenticated,
    /// A verdict like 403.
    Forbidden,
    /// A verdict like 429.
    TooMany,
    /// A verdict like 503, or a batch that was cut short: fail closed.
    Unavailable,
    /// A bug.
    Bug,
    /// Interrupted.
    Interrupted,
}

impl Exit {
    /// The number.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::NotFound => 3,
            Exit::Locked => 4,
            Exit::Refused => 5,
            Exit::NeedsConfirmation => 6,
            Exit::Integrity => 7,
            Exit::Unauthenticated => 10,
            Exit::Forbidden => 11,
            Exit::TooMany => 12,
            Exit::Unavailable => 13,
            Exit::Bug => 70,
            Exit::Interrupted => 130,
        }
    }

    /// What it means for a command, named by the words after `keyctl`.
    pub(crate) fn meaning(self, command: &str) -> &'static str {
        match (self, command) {
            (Exit::Done, "verify") => "The token is valid.",
            (Exit::Done, "doctor" | "scan") => "Nothing was found.",
            (Exit::Done, _) => "Done, also when there was nothing to do.",
            (Exit::Failed, "completions" | "man") => "Failed: something could not be written.",
            (Exit::Failed, _) => {
                "Failed: something could not be read or written, there is no vault, or not all of several keys could be changed."
            }
            (Exit::Usage, "verify") => "Wrong usage, or no key is trusted: nothing was decided.",
            (Exit::Usage, _) => "Wrong usage: a flag, or the value of one.",
            (Exit::NotFound, _) => "Nothing has that name, or more than one thing has.",
            (Exit::Locked, _) => "Locked: what should open the vault is missing or wrong.",
            (Exit::Refused, "scan") => "A live token was found.",
            (Exit::Refused, "doctor") => "Something was found.",
            (Exit::Refused, _) => "Refused by a rule: a conflict, the policy, or the slot's role.",
            (Exit::NeedsConfirmation, _) => {
                "Needs a confirmation that nobody could give; --yes gives it."
            }
            (Exit::Integrity, "bundle inspect") => {
                "The bundle was changed, or no trusted key has signed it."
            }
            (Exit::Integrity, _) => {
                "Damaged, tampered with, rolled back, forked, or another vault."
            }
            (Exit::Unauthenticated, _) => "The token is not or no longer good, like HTTP's 401.",
            (Exit::Forbidden, _) => "The token is good, but not for that, like HTTP's 403.",
            (Exit::TooMany, _) => "The token was used too often, like HTTP's 429.",
            (Exit::Unavailable, _) => {
                "Nothing can be said, like HTTP's 503: let nobody in. The bundle is missing, damaged, too old, rolled back or not to be believed, or a batch broke off."
            }
            (Exit::Bug, _) => "A bug in keyctl.",
            (Exit::Interrupted, _) => "Interrupted, or somebody answered no.",
        }
    }

    /// The exit of a verdict.
    pub(crate) fn of_verdict(code: Code) -> Self {
        match code.class() {
            Class::Valid => Exit::Done,
            Class::Unauthenticated => Exit::Unauthenticated,
            Class::Forbidden => Exit::Forbidden,
            Class::TooMany => Exit::TooMany,
            Class::Unavailable => Exit::Unavailable,
        }
    }

    /// The worse of two exits of a batch: 13 before 10, 11, 12 and 0.
    pub(crate) fn worse(self, other: Exit) -> Exit {
        let rank = |exit: Exit| match exit {
            Exit::Unavailable => 0,
            Exit::Unauthenticated => 1,
            Exit::Forbidden => 2,
            Exit::TooMany => 3,
            _ => 4,
        };
        if rank(other) < rank(self) { other } else { self }
    }
}

/// How a command can end, named by the words after `keyctl`. A command that is not named here reads
/// the vault; one that only holds others ends as wrong usage.
pub(crate) fn exits_of(command: &str) -> Vec<Exit> {
    let mut exits = vec![Exit::Done, Exit::Failed, Exit::Usage, Exit::Bug];
    if !NO_VAULT.contains(&command) {
        exits.extend([Exit::Locked, Exit::Integrity, Exit::Interrupted]);
    }
    for (exit, commands) in MORE {
        if commands.contains(&command) {
            exits.push(*exit);
        }
    }
    exits.sort_by_key(|exit| exit.code());
    exits
}

/// Commands that never open a vault.
const NO_VAULT: [&str; 6] =
    ["", "bundle inspect", "completions", "config init", "config show", "man"];

/// Which commands end with what not every command can end with.
#[rustfmt::skip]
const MORE: &[(Exit, &[&str])] = &[
    (Exit::NotFound, &[
        "show", "edit", "scope list", "scope add", "scope remove", "scope set", "rotate", "reveal",
        "revoke", "disable", "enable", "delete", "compromised", "owner show", "owner edit",
        "owner remove", "audit", "vault passphrase", "vault slot remove",
    ]),
    (Exit::Refused, &[
        "init", "create", "edit", "scope add", "scope remove", "scope set", "rotate", "reveal",
        "revoke", "disable", "enable", "delete", "compromised", "scan", "bundle export",
        "bundle key show", "bundle key rotate", "owner add", "owner edit", "owner remove",
        "policy set", "doctor", "usage import", "vault passphrase", "vault slot add",
        "vault slot remove", "vault backup", "vault restore", "vault rekey", "vault export",
        "vault import", "config init", "unlock",
    ]),
    (Exit::NeedsConfirmation, &[
        "init", "edit", "revoke", "disable", "enable", "delete", "compromised", "owner remove",
        "vault slot remove", "vault restore", "vault rekey", "vault trust",
    ]),
    (Exit::Integrity, &["bundle inspect"]),
    (Exit::Unauthenticated, &["verify"]),
    (Exit::Forbidden, &["verify"]),
    (Exit::TooMany, &["verify"]),
    (Exit::Unavailable, &["verify"]),
];

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_exit_as_the_contract_says() {
        for code in Code::ALL {
            let expected = match code.as_str() {
                "VALID" => 0,
                "WRONG_PROJECT" | "PATH_DENIED" | "IP_DENIED" | "CUSTOMER_DENIED"
                | "INSUFFICIENT_SCOPE" => 11,
                "RATE_LIMITED" => 12,
                "CLOCK_SKEW" => 13,
                code if code.starts_with("BUNDLE_") => 13,
                _ => 10,
            };
            assert_eq!(Exit::of_verdict(code).code(), expected, "{code}");
        }
    }

    #[test]
    fn a_batch_exits_with_its_worst_line() {
        use Exit::{Done, Forbidden, TooMany, Unauthenticated, Unavailable};
        let order = [Unavailable, Unauthenticated, Forbidden, TooMany, Done];
        for (i, worse) in order.into_iter().enumerate() {
            for better in &order[i..] {
                assert_eq!(worse.worse(*better), worse);
                assert_eq!(better.worse(worse), worse);
            }
        }
    }
}
