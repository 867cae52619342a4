//! The words of a verdict, in the order of the checks. They are the contract; scripts depend on them.

use std::fmt;
use std::str::FromStr;

/// The codes, in the order in which they are checked; [`Code::Valid`] is the absence of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// The bundle cannot be read, or is none.
    BundleUnreadable,
    /// Nobody who is trusted vouches for the bundle.
    BundleUntrusted,
    /// The bundle is signed, but not what its format says.
    BundleCorrupt,
    /// The bundle comes from a time that cannot be.
    ClockSkew,
    /// The bundle's time is over.
    BundleStale,
    /// There was a later bundle.
    BundleRolledBack,
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
    /// The key was used too often.
    RateLimited,
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
    /// Like 429: allowed, but too often.
    TooMany,
    /// Like 503: nothing can be said, so nothing is allowed.
    Unavailable,
    /// Like 200.
    Valid,
}

impl Code {
    /// Every code, in the order of the checks.
    pub const ALL: [Code; 22] = [
        Code::BundleUnreadable,
        Code::BundleUntrusted,
        Code::BundleCorrupt,
        Code::ClockSkew,
        Code::BundleStale,
        Code::BundleRolledBack,
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
        Code::RateLimited,
        Code::Valid,
    ];

    /// The word of the contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Code::BundleUnreadable => "BUNDLE_UNREADABLE",
            Code::BundleUntrusted => "BUNDLE_UNTRUSTED",
            Code::BundleCorrupt => "BUNDLE_CORRUPT",
            Code::ClockSkew => "CLOCK_SKEW",
            Code::BundleStale => "BUNDLE_STALE",
            Code::BundleRolledBack => "BUNDLE_ROLLED_BACK",
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
            Code::RateLimited => "RATE_LIMITED",
            Code::Valid => "VALID",
        }
    }

    /// What kind of answer it is.
    #[must_use]
    pub fn class(self) -> Class {
        match self {
            Code::Valid => Class::Valid,
            Code::RateLimited => Class::TooMany,
            code if code <= Code::BundleRolledBack => Class::Unavailable,
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
