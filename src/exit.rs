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
