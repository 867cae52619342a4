//! What verification says: one code, all the reasons, and the key's facts. The words are the
//! contract; scripts depend on them.

use std::fmt;
use std::str::FromStr;

use crate::{
    Environment, KeyId, Kind, Prefix, RateLimit, Request, ScopeSet, Status, Timestamp, TokenError,
};

/// The codes, in the order in which they are checked; [`Code::Valid`] is the absence of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// Not of a token's grammar.
    Malformed,
    /// A token's check does not fit.
    BadChecksum,
    /// No such token.
    Unknown,
    /// The key was revoked.
    Revoked,
    /// The token was rotated away, and its grace is over.
    Superseded,
    /// The key is disabled.
    Disabled,
    /// The key's time has not come.
    NotYetValid,
    /// The key's time is over.
    Expired,
    /// The key is for another environment.
    WrongEnvironment,
    /// The key is for another project.
    WrongProject,
    /// The key is limited to other paths, or the path is not in normal form.
    PathDenied,
    /// The key is limited to other addresses.
    IpDenied,
    /// The key is limited to other customers.
    CustomerDenied,
    /// The key may not do that.
    InsufficientScope,
    /// Nothing against it.
    Valid,
}

/// What kind of answer a code is, after the HTTP status that it is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Like 401: who asks is not known, or no longer.
    Unauthenticated,
    /// Like 403: known, but not allowed.
    Forbidden,
    /// Like 200.
    Valid,
}

impl Code {
    /// Every code, in the order of the checks.
    pub const ALL: [Code; 15] = [
        Code::Malformed,
        Code::BadChecksum,
        Code::Unknown,
        Code::Revoked,
        Code::Superseded,
        Code::Disabled,
        Code::NotYetValid,
        Code::Expired,
        Code::WrongEnvironment,
        Code::WrongProject,
        Code::PathDenied,
        Code::IpDenied,
        Code::CustomerDenied,
        Code::InsufficientScope,
        Code::Valid,
    ];

    /// The word of the contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Code::Malformed => "MALFORMED",
            Code::BadChecksum => "BAD_CHECKSUM",
            Code::Unknown => "UNKNOWN",
            Code::Revoked => "REVOKED",
            Code::Superseded => "SUPERSEDED",
            Code::Disabled => "DISABLED",
            Code::NotYetValid => "NOT_YET_VALID",
            Code::Expired => "EXPIRED",
            Code::WrongEnvironment => "WRONG_ENVIRONMENT",
            Code::WrongProject => "WRONG_PROJECT",
            Code::PathDenied => "PATH_DENIED",
            Code::IpDenied => "IP_DENIED",
            Code::CustomerDenied => "CUSTOMER_DENIED",
            Code::InsufficientScope => "INSUFFICIENT_SCOPE",
            Code::Valid => "VALID",
        }
    }

    /// What kind of answer it is.
    #[must_use]
    pub fn class(self) -> Class {
        match self {
            Code::Valid => Class::Valid,
            code if code <= Code::WrongEnvironment => Class::Unauthenticated,
            _ => Class::Forbidden,
        }
    }
}

impl FromStr for Code {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Code::ALL.into_iter().find(|code| code.as_str() == text).ok_or(())
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Said beside [`Code::Valid`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Warning {
    /// The token was rotated and works only until the end of its grace.
    InGrace,
    /// The key expires within 14 days.
    ExpiresSoon,
}

impl Warning {
    /// The word of the contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Warning::InGrace => "IN_GRACE",
            Warning::ExpiresSoon => "EXPIRES_SOON",
        }
    }
}

/// What the request did not name, and so was not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unchecked {
    /// The project.
    Project,
    /// The environment.
    Environment,
    /// The scopes.
    Scopes,
}

impl Unchecked {
    /// The word of the contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Unchecked::Project => "project",
            Unchecked::Environment => "environment",
            Unchecked::Scopes => "scopes",
        }
    }

    pub(crate) fn of(request: &Request) -> Vec<Unchecked> {
        let missing = [
            (request.project.is_none(), Unchecked::Project),
            (request.environment.is_none(), Unchecked::Environment),
            (request.scopes.is_empty(), Unchecked::Scopes),
        ];
        missing.into_iter().filter_map(|(missing, what)| missing.then_some(what)).collect()
    }
}

/// Why a limit denied although the request may be innocent: it did not say enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Name the path.
    NamePath,
    /// Name the method.
    NameMethod,
    /// The path is not in normal form.
    PathNotNormal,
    /// Name the address.
    NameIp,
    /// Name the customer.
    NameCustomer,
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Advice::NamePath => "this key is limited to certain paths: name the request's path",
            Advice::NameMethod => "this key is limited to certain methods: name the request's method",
            Advice::PathNotNormal => {
                "the request's path is not in normal form: it begins with /, and has no empty, . or .. segment, no query and no %2F %5C %00 %2E"
            }
            Advice::NameIp => "this key is limited to certain addresses: name the caller's address",
            Advice::NameCustomer => "this key is limited to certain customers: name the customer",
        })
    }
}

/// What may be told about a key once its secret has matched.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyFacts {
    /// The key.
    pub id: KeyId,
    /// The prefix of the token that was presented.
    pub prefix: Prefix,
    /// Its generation.
    pub generation: u32,
    /// The key's project.
    pub project: Option<String>,
    /// The token's environment.
    pub environment: Environment,
    /// The key's kind.
    pub kind: Kind,
    /// The key's owner.
    pub owner: Option<String>,
    /// The key's status at the time of the verdict.
    pub status: Status,
    /// What the key may do, its owner's ceiling applied.
    pub scopes: ScopeSet,
    /// How often it may be used.
    pub rate_limit: Option<RateLimit>,
    /// Before this it is not valid yet.
    pub not_before: Option<Timestamp>,
    /// From this on it has expired.
    pub expires_at: Option<Timestamp>,
    /// When this generation ends or ended.
    pub valid_until: Option<Timestamp>,
}

/// Why a token was refused before anything could be said about a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not of the grammar.
    Malformed,
    /// The check does not fit.
    BadChecksum,
    /// No such token.
    Unknown,
}

impl Refusal {
    fn code(self) -> Code {
        match self {
            Refusal::Malformed => Code::Malformed,
            Refusal::BadChecksum => Code::BadChecksum,
            Refusal::Unknown => Code::Unknown,
        }
    }
}

impl From<TokenError> for Refusal {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Malformed => Refusal::Malformed,
            TokenError::BadChecksum => Refusal::BadChecksum,
        }
    }
}

/// The answer to "may the holder of this token do that?".
#[derive(Clone, Debug)]
#[must_use = "a verdict that nobody looks at protects nothing"]
pub struct Verdict {
    pub(crate) reasons: Vec<Code>,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) unchecked: Vec<Unchecked>,
    pub(crate) advice: Vec<Advice>,
    pub(crate) key: Option<KeyFacts>,
}

impl Verdict {
    /// The verdict on a token that led to no key.
    pub fn refused(refusal: Refusal, request: &Request) -> Self {
        Verdict {
            reasons: vec![refusal.code()],
            warnings: Vec::new(),
            unchecked: Unchecked::of(request),
            advice: Vec::new(),
            key: None,
        }
    }

    /// The first reason, or [`Code::Valid`].
    #[must_use]
    pub fn code(&self) -> Code {
        self.reasons.first().copied().unwrap_or(Code::Valid)
    }

    /// True only for [`Code::Valid`].
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.reasons.is_empty()
    }

    /// Every reason against the token, in the order of the checks; empty when it is valid.
    #[must_use]
    pub fn reasons(&self) -> &[Code] {
        &self.reasons
    }

    /// What to know although the token is valid.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// What the request did not name.
    #[must_use]
    pub fn unchecked(&self) -> &[Unchecked] {
        &self.unchecked
    }

    /// What the request could say to be judged better.
    #[must_use]
    pub fn advice(&self) -> &[Advice] {
        &self.advice
    }

    /// The key, when the secret matched.
    #[must_use]
    pub fn key(&self) -> Option<&KeyFacts> {
        self.key.as_ref()
    }
}
