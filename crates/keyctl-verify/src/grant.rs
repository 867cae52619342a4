//! The two sides of a decision: what a key was granted, and what a request asks for.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::{
    Environment, IpBlock, KeyId, Kind, Method, PathPattern, RateLimit, Scope, ScopeSet, Standing,
    Timestamp,
};

/// What a vault or a bundle says about one generation of a key.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The key.
    pub key_id: KeyId,
    /// The generation's number.
    pub generation: u32,
    /// Whether the generation is the key's current one.
    pub tenure: Tenure,
    /// Where the key may be used.
    pub environment: Environment,
    /// Project and owner were left out on purpose: nothing can be said about them.
    pub redacted: bool,
    /// The project the key is bound to; a key without one is right for no project.
    pub project: Option<String>,
    /// What the key is for.
    pub kind: Kind,
    /// Whom it acts for.
    pub owner: Option<String>,
    /// Good, disabled or revoked.
    pub standing: Standing,
    /// What it may do, its owner's ceiling applied.
    pub scopes: ScopeSet,
    /// The paths it is limited to; none means no limit.
    pub paths: Vec<PathPattern>,
    /// The addresses it is limited to; none means no limit.
    pub ips: Vec<IpBlock>,
    /// The customers it is limited to; none means no limit.
    pub customers: Vec<String>,
    /// How often it may be used.
    pub rate_limit: Option<RateLimit>,
    /// Before this it is not valid yet.
    pub not_before: Option<Timestamp>,
    /// From this on it has expired.
    pub expires_at: Option<Timestamp>,
    /// When this generation ends or ended.
    pub valid_until: Option<Timestamp>,
    /// The key's labels, where they are told.
    pub labels: Option<BTreeMap<String, String>>,
}

/// What became of a generation. That one has ended is written down and not only a matter of time:
/// a clock that is behind must not bring it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tenure {
    /// The key's current one.
    Current,
    /// Replaced, and valid until the end of its grace; without an end it has ended.
    InGrace,
    /// Ended for good.
    Ended,
}

impl Tenure {
    /// Every one.
    pub const ALL: [Tenure; 3] = [Tenure::Current, Tenure::InGrace, Tenure::Ended];
}

/// What a caller asks for. What is not named is not checked, unless [`Strictness::Strict`].
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The project that is acted on.
    pub project: Option<String>,
    /// The environment of the service.
    pub environment: Option<Environment>,
    /// Every scope that the request needs.
    pub scopes: Vec<Scope>,
    /// The request's method.
    pub method: Option<Method>,
    /// The request's path, as it arrived.
    pub path: Option<String>,
    /// The caller's address.
    pub ip: Option<IpAddr>,
    /// The customer that is acted for.
    pub customer: Option<String>,
    /// What a project, environment or scope that is not named means.
    pub strictness: Strictness,
}

/// What it means that a request does not name its project, environment or scopes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// They are not checked, and the verdict says so.
    #[default]
    Lenient,
    /// They are denied.
    Strict,
}
