//! What verification says: one code, all the reasons, and the key's facts.

use std::collections::BTreeMap;
use std::fmt;

use crate::rate::{Instant, TooMany};
use crate::{
    BundleFacts, Code, Environment, KeyId, Kind, Prefix, RateLimit, Receipt, ReceiptLabel, Request,
    ScopeSet, Status, Timestamp, TokenDigest, TokenError,
};

/// Said beside [`Code::Valid`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Warning {
    /// The token was rotated and works only until the end of its grace.
    InGrace,
    /// The key expires within 14 days.
    ExpiresSoon,
    /// More than half of the bundle's life is over.
    BundleAging,
    /// Nothing was remembered or asked for by which an older bundle would be noticed.
    NoMemory,
}

impl Warning {
    /// Every warning.
    pub const ALL: [Warning; 4] =
        [Warning::InGrace, Warning::ExpiresSoon, Warning::BundleAging, Warning::NoMemory];

    /// The word of the contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Warning::InGrace => "IN_GRACE",
            Warning::ExpiresSoon => "EXPIRES_SOON",
            Warning::BundleAging => "BUNDLE_AGING",
            Warning::NoMemory => "NO_MEMORY",
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
    /// All that a request may leave out.
    pub const ALL: [Unchecked; 3] = [Unchecked::Project, Unchecked::Environment, Unchecked::Scopes];

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
    /// The bundle does not tell projects.
    Redacted,
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
            Advice::Redacted => "this bundle leaves out projects, so no project can be found right: do not name one, or export without --redact",
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
    /// The key's labels, where a bundle tells them.
    pub labels: Option<BTreeMap<String, String>>,
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
    pub(crate) bundle: Option<BundleFacts>,
    pub(crate) fault: Option<String>,
    pub(crate) retry_after_s: Option<u64>,
    /// Of the token whose secret has matched: what a receipt is made with.
    pub(crate) digest: Option<TokenDigest>,
}

impl Verdict {
    /// The verdict on a token that led to no key.
    pub fn refused(refusal: Refusal, request: &Request) -> Self {
        Verdict::without_key(refusal.code(), request)
    }

    /// The verdict on any token where the bundle cannot be used, and why, for people.
    pub(crate) fn unavailable(
        code: Code,
        fault: String,
        bundle: Option<BundleFacts>,
        request: &Request,
    ) -> Self {
        Verdict { fault: Some(fault), bundle, ..Verdict::without_key(code, request) }
    }

    fn without_key(code: Code, request: &Request) -> Self {
        Verdict {
            reasons: vec![code],
            warnings: Vec::new(),
            unchecked: Unchecked::of(request),
            advice: Vec::new(),
            key: None,
            bundle: None,
            fault: None,
            retry_after_s: None,
            digest: None,
        }
    }

    /// The same verdict, given by a bundle; its warnings are added to a valid one.
    pub(crate) fn about_bundle(mut self, bundle: BundleFacts, warnings: Vec<Warning>) -> Self {
        if self.is_valid() {
            self.warnings.extend(warnings);
        }
        self.bundle = Some(bundle);
        self
    }

    /// The counter that has to be asked before this verdict holds: a valid token of a key with a
    /// rate limit. `None` when there is nothing to count.
    #[must_use]
    pub fn to_be_counted(&self) -> Option<(KeyId, RateLimit)> {
        let facts = self.key.as_ref().filter(|_| self.is_valid())?;
        facts.rate_limit.map(|rate| (facts.id, rate))
    }

    /// Counts the request of a valid verdict against its key's rate limit: `remembered` is what
    /// this gave for the key's last request. What to remember now is given, and a request that
    /// is one too many makes the verdict [`Code::RateLimited`]. `None` when there was nothing to
    /// count.
    pub fn count(&mut self, remembered: Option<Instant>, now: Instant) -> Option<Instant> {
        let (_, rate) = self.to_be_counted()?;
        match rate.admit(remembered, now) {
            Ok(next) => Some(next),
            Err(TooMany { counter, retry_after_s }) => {
                self.reasons = vec![Code::RateLimited];
                self.warnings.clear();
                self.retry_after_s = Some(retry_after_s);
                Some(counter)
            }
        }
    }

    /// The line that proves that this verdict was given; none when the token led to no key.
    #[must_use]
    pub fn receipt(&self, now: Timestamp, label: Option<ReceiptLabel>) -> Option<Receipt> {
        let (digest, facts) = self.digest.as_ref().zip(self.key.as_ref())?;
        Some(Receipt::new(digest, facts.prefix.clone(), now, self.code(), label))
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

    /// What is wrong with the bundle, for people.
    #[must_use]
    pub fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    /// The bundle that the verdict comes from, once a trusted key was found to have signed it.
    #[must_use]
    pub fn bundle(&self) -> Option<&BundleFacts> {
        self.bundle.as_ref()
    }

    /// With [`Code::RateLimited`]: after how many seconds it is worth trying again.
    #[must_use]
    pub fn retry_after_s(&self) -> Option<u64> {
        self.retry_after_s
    }

    /// The key, when the secret matched.
    #[must_use]
    pub fn key(&self) -> Option<&KeyFacts> {
        self.key.as_ref()
    }
}
