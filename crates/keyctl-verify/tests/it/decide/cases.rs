//! A case is a grant, a request and what is to come of them. Each step sets one thing in a case
//! and says which reason that is, so that the expectation of a combination is the sum of its
//! steps and not a second implementation.

use std::net::IpAddr;
use std::sync::LazyLock;

use keyctl_verify::{
    Advice, Code, Environment, Grant, IpBlock, KeyId, Kind, Matched, Method, PathPattern,
    RateLimit, Request, Scope, ScopeSet, Standing, Status, Strictness, Tenure, Timestamp, Token,
    TokenDigest, Unchecked, Verdict, Warning, decide,
};

use crate::reference::digest;
use crate::vectors::plain;

pub(super) const NOW: i64 = 1_800_000_000;
const SOON: i64 = 14 * 86_400;

pub(super) static PRESENTED: LazyLock<Token> = LazyLock::new(|| Token::parse(&plain()).unwrap());
pub(super) static STORED: LazyLock<TokenDigest> =
    LazyLock::new(|| TokenDigest::from_bytes(digest(&plain())));

pub(super) fn at(seconds: i64) -> Option<Timestamp> {
    Some(Timestamp::from_unix(seconds).unwrap())
}

fn scopes(texts: &[&str]) -> Vec<Scope> {
    texts.iter().map(|text| Scope::parse(text).unwrap()).collect()
}

/// A grant, a request, and what is to come of them.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) grant: Grant,
    pub(super) request: Request,
    reasons: Vec<Code>,
    warnings: Vec<Warning>,
    unchecked: Vec<Unchecked>,
    advice: Vec<Advice>,
}

impl Case {
    /// Nothing against it, and nothing left unsaid.
    pub(super) fn plain() -> Self {
        let grant = Grant {
            key_id: KeyId::parse("key_8dT2mPq4Lw0Z").unwrap(),
            generation: 2,
            tenure: Tenure::Current,
            environment: Environment::Production,
            redacted: false,
            project: Some("shop".to_owned()),
            kind: Kind::General,
            owner: Some("ada".to_owned()),
            standing: Standing::Good,
            scopes: scopes(&["orders:*"]).into_iter().collect(),
            paths: Vec::new(),
            ips: Vec::new(),
            customers: Vec::new(),
            rate_limit: Some(RateLimit::parse("100/1m").unwrap()),
            not_before: None,
            expires_at: None,
            valid_until: None,
            labels: None,
        };
        let request = Request {
            project: Some("shop".to_owned()),
            environment: Some(grant.environment),
            scopes: scopes(&["orders:read"]),
            ..Request::default()
        };
        Case {
            grant,
            request,
            reasons: Vec::new(),
            warnings: Vec::new(),
            unchecked: Vec::new(),
            advice: Vec::new(),
        }
    }

    fn is_strict(&self) -> bool {
        self.request.strictness == Strictness::Strict
    }

    pub(super) fn denied(&mut self, code: Code) {
        self.reasons.push(code);
    }

    fn denied_if(&mut self, holds: bool, code: Code) {
        self.reasons.extend(holds.then_some(code));
    }

    fn advised(&mut self, code: Code, advice: Advice) {
        self.reasons.push(code);
        self.advice.push(advice);
    }

    fn status(&self) -> Status {
        let first = [
            (Code::Revoked, Status::Revoked),
            (Code::Disabled, Status::Inactive),
            (Code::NotYetValid, Status::Pending),
            (Code::Expired, Status::Expired),
        ]
        .into_iter()
        .find(|(code, _)| self.reasons.contains(code));
        first.map_or(Status::Active, |(_, status)| status)
    }

    pub(super) fn decide(&self) -> Verdict {
        let matched = Matched::new(&self.grant, &STORED, &PRESENTED).unwrap();
        decide(&matched, &self.request, at(NOW).unwrap())
    }

    pub(super) fn check(mut self) {
        let verdict = self.decide();
        let place = |code: &Code| Code::ALL.iter().position(|c| c == code);
        self.reasons.sort_by_key(place);
        self.warnings.sort();
        assert_eq!(verdict.reasons(), self.reasons, "{:?} {:?}", self.grant, self.request);
        assert_eq!(verdict.code(), *self.reasons.first().unwrap_or(&Code::Valid));
        assert_eq!(verdict.is_valid(), self.reasons.is_empty());
        let warnings = if self.reasons.is_empty() { &self.warnings[..] } else { &[] };
        assert_eq!(verdict.warnings(), warnings, "{:?} {:?}", self.grant, self.request);
        assert_eq!(verdict.unchecked(), self.unchecked, "{:?}", self.request);
        assert_eq!(verdict.advice(), self.advice, "{:?} {:?}", self.grant, self.request);
        assert_eq!(verdict.key().unwrap().status, self.status());
    }
}

/// One way in which a case can differ from the plain one.
pub(super) type Step = fn(&mut Case);

/// Checks the cases of every combination of one step of each list.
pub(super) fn check_every_combination(lists: &[&[Step]]) {
    fn from(case: &Case, lists: &[&[Step]]) {
        let Some((steps, rest)) = lists.split_first() else { return case.clone().check() };
        for step in *steps {
            let mut case = case.clone();
            step(&mut case);
            from(&case, rest);
        }
    }
    from(&Case::plain(), lists);
}

pub(super) const STANDING: &[Step] = &[
    |_| {},
    |c| {
        c.grant.standing = Standing::Disabled;
        c.denied(Code::Disabled);
    },
    |c| {
        c.grant.standing = Standing::Revoked;
        c.denied(Code::Revoked);
    },
];

pub(super) const TENURE: &[Step] = &[
    |_| {},
    |c| c.grant.valid_until = at(NOW + 1),
    |c| {
        c.grant.valid_until = at(NOW);
        c.denied(Code::Superseded);
    },
    |c| {
        (c.grant.tenure, c.grant.valid_until) = (Tenure::InGrace, at(NOW + 1));
        c.warnings.push(Warning::InGrace);
    },
    |c| {
        (c.grant.tenure, c.grant.valid_until) = (Tenure::InGrace, at(NOW));
        c.denied(Code::Superseded);
    },
    |c| {
        (c.grant.tenure, c.grant.valid_until) = (Tenure::InGrace, None);
        c.denied(Code::Superseded);
    },
    |c| {
        (c.grant.tenure, c.grant.valid_until) = (Tenure::Ended, at(NOW + 1));
        c.denied(Code::Superseded);
    },
    |c| {
        c.grant.tenure = Tenure::Ended;
        c.denied(Code::Superseded);
    },
];

pub(super) const NOT_BEFORE: &[Step] = &[
    |_| {},
    |c| c.grant.not_before = at(NOW - 1),
    |c| c.grant.not_before = at(NOW),
    |c| {
        c.grant.not_before = at(NOW + 1);
        c.denied(Code::NotYetValid);
    },
];

pub(super) const EXPIRES_AT: &[Step] = &[
    |_| {},
    |c| c.grant.expires_at = at(NOW + SOON + 1),
    |c| {
        c.grant.expires_at = at(NOW + SOON);
        c.warnings.push(Warning::ExpiresSoon);
    },
    |c| {
        c.grant.expires_at = at(NOW + 1);
        c.warnings.push(Warning::ExpiresSoon);
    },
    |c| {
        c.grant.expires_at = at(NOW);
        c.denied(Code::Expired);
    },
    |c| {
        c.grant.expires_at = at(NOW - 1);
        c.denied(Code::Expired);
    },
];

/// Comes before the lists that ask for it.
pub(super) const STRICTNESS: &[Step] = &[|_| {}, |c| c.request.strictness = Strictness::Strict];

pub(super) const ENVIRONMENT: &[Step] = &[
    |_| {},
    |c| {
        c.request.environment = Some("dev".parse().unwrap());
        c.denied(Code::WrongEnvironment);
    },
    |c| {
        c.request.environment = None;
        c.unchecked.push(Unchecked::Environment);
        c.denied_if(c.is_strict(), Code::WrongEnvironment);
    },
];

/// Comes before [`ENVIRONMENT`], as in what is unchecked.
pub(super) const PROJECT: &[Step] = &[
    |_| {},
    |c| {
        c.request.project = Some("Shop".to_owned());
        c.denied(Code::WrongProject);
    },
    |c| {
        c.request.project = None;
        c.unchecked.push(Unchecked::Project);
        c.denied_if(c.is_strict(), Code::WrongProject);
    },
    |c| {
        c.grant.project = None;
        c.denied(Code::WrongProject);
    },
    |c| {
        c.grant.project = None;
        c.request.project = None;
        c.unchecked.push(Unchecked::Project);
        c.denied_if(c.is_strict(), Code::WrongProject);
    },
];

pub(super) const SCOPES: &[Step] = &[
    |_| {},
    |c| c.request.scopes = scopes(&["orders:read", "orders:*"]),
    |c| {
        c.request.scopes = scopes(&["orders:read", "users:read"]);
        c.denied(Code::InsufficientScope);
    },
    |c| {
        c.request.scopes = scopes(&["*"]);
        c.denied(Code::InsufficientScope);
    },
    |c| {
        c.grant.scopes = scopes(&["orders:read", "orders:write"]).into_iter().collect();
        c.request.scopes = scopes(&["orders:*"]);
        c.denied(Code::InsufficientScope);
    },
    |c| {
        c.grant.scopes = scopes(&["*"]).into_iter().collect();
        c.request.scopes = scopes(&["*"]);
    },
    |c| {
        c.request.scopes = Vec::new();
        c.unchecked.push(Unchecked::Scopes);
        c.denied_if(c.is_strict(), Code::InsufficientScope);
    },
    |c| {
        c.grant.scopes = ScopeSet::default();
        c.denied(Code::InsufficientScope);
    },
    |c| {
        c.grant.scopes = ScopeSet::default();
        c.request.scopes = Vec::new();
        c.unchecked.push(Unchecked::Scopes);
        c.denied(Code::InsufficientScope);
    },
];

pub(super) fn limit_path(
    case: &mut Case,
    patterns: &[&str],
    method: Option<&str>,
    path: Option<&str>,
) {
    case.grant.paths = patterns.iter().map(|p| PathPattern::parse(p).unwrap()).collect();
    case.request.method = method.and_then(Method::parse);
    case.request.path = path.map(str::to_owned);
}

pub(super) const PATH: &[Step] = &[
    |_| {},
    |c| limit_path(c, &[], None, Some("/v1/a")),
    |c| limit_path(c, &["/v2", "/v1/*"], None, Some("/v1/a")),
    |c| limit_path(c, &["GET /v1/*"], Some("GET"), Some("/v1/a")),
    |c| {
        limit_path(c, &["/v1/*"], Some("GET"), Some("/v2"));
        c.denied(Code::PathDenied);
    },
    |c| {
        limit_path(c, &["GET /v1/*"], Some("POST"), Some("/v1/a"));
        c.denied(Code::PathDenied);
    },
    |c| {
        limit_path(c, &["GET /v1/*"], None, Some("/v1/a"));
        c.advised(Code::PathDenied, Advice::NameMethod);
    },
    |c| {
        limit_path(c, &["/v1/*"], Some("GET"), None);
        c.advised(Code::PathDenied, Advice::NamePath);
    },
    |c| {
        limit_path(c, &["/**"], None, Some("/v1/../a"));
        c.advised(Code::PathDenied, Advice::PathNotNormal);
    },
    |c| {
        limit_path(c, &[], None, Some("/v1/%2e%2e/a"));
        c.advised(Code::PathDenied, Advice::PathNotNormal);
    },
];

fn limit_ip(case: &mut Case, blocks: &[&str], ip: Option<&str>) {
    case.grant.ips = blocks.iter().map(|b| IpBlock::parse(b).unwrap()).collect();
    case.request.ip = ip.map(|ip| ip.parse::<IpAddr>().unwrap());
}

pub(super) const IP: &[Step] = &[
    |_| {},
    |c| limit_ip(c, &[], Some("192.0.2.1")),
    |c| limit_ip(c, &["2001:db8::/32", "10.0.0.0/8"], Some("::ffff:10.255.255.255")),
    |c| {
        limit_ip(c, &["10.0.0.0/8"], Some("11.0.0.0"));
        c.denied(Code::IpDenied);
    },
    |c| {
        limit_ip(c, &["10.0.0.0/8"], None);
        c.advised(Code::IpDenied, Advice::NameIp);
    },
];

fn limit_customer(case: &mut Case, customers: &[&str], customer: Option<&str>) {
    case.grant.customers = customers.iter().map(|c| (*c).to_owned()).collect();
    case.request.customer = customer.map(str::to_owned);
}

pub(super) const CUSTOMER: &[Step] = &[
    |_| {},
    |c| limit_customer(c, &[], Some("acme")),
    |c| limit_customer(c, &["globex", "acme"], Some("acme")),
    |c| {
        limit_customer(c, &["acme"], Some("ACME"));
        c.denied(Code::CustomerDenied);
    },
    |c| {
        limit_customer(c, &["acme"], None);
        c.advised(Code::CustomerDenied, Advice::NameCustomer);
    },
];
