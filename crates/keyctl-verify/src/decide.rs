//! The decision: a grant whose secret has matched, and a request, into a verdict.

use crate::{
    Advice, Code, Grant, KeyFacts, Prefix, Request, RequestPath, Standing, Status, Strictness,
    Tenure, Timestamp, Token, TokenDigest, Unchecked, Verdict, Warning,
};

/// How long before its end a key is said to expire soon: 14 days.
const SOON_SECONDS: u64 = 14 * 86_400;

/// Proof that a token's secret is the one the grant was made for.
#[derive(Debug)]
pub struct Matched<'a> {
    grant: &'a Grant,
    prefix: Prefix,
    digest: TokenDigest,
}

impl<'a> Matched<'a> {
    /// Compares the digest that was stored with the grant to that of the presented token, in
    /// constant time; `None` when they differ.
    #[must_use]
    pub fn new(grant: &'a Grant, stored: &TokenDigest, presented: &Token) -> Option<Self> {
        let digest = presented.digest();
        let matched = stored.matches(&digest);
        Matched::of_opened_entry(grant, presented, digest).filter(|_| matched)
    }

    /// A grant that was sealed under the token itself, of which `digest` is: that it opened is the
    /// proof. `None` when the grant is for another environment than the token says.
    pub(crate) fn of_opened_entry(
        grant: &'a Grant,
        presented: &Token,
        digest: TokenDigest,
    ) -> Option<Self> {
        let prefix = presented.prefix().clone();
        let fits = grant.environment == prefix.environment();
        fits.then_some(Matched { grant, prefix, digest })
    }
}

/// Decides about a request at `now`. The reasons come in the order of [`Code::ALL`], and all of
/// them are given; warnings are given only with a valid verdict.
pub fn decide(matched: &Matched<'_>, request: &Request, now: Timestamp) -> Verdict {
    let grant = matched.grant;
    let mut reasons = reasons_of_the_key(grant, now);
    let mut advice = Vec::new();
    reasons.extend(reasons_of_the_request(grant, request, &mut advice));
    let warnings = if reasons.is_empty() { warnings(grant, now) } else { Vec::new() };
    let unchecked = Unchecked::of(request);
    Verdict {
        reasons,
        warnings,
        unchecked,
        advice,
        key: Some(facts(matched, now)),
        bundle: None,
        fault: None,
        retry_after_s: None,
        digest: Some(matched.digest.clone()),
    }
}

fn reasons_of_the_key(grant: &Grant, now: Timestamp) -> Vec<Code> {
    let reached = |end: Option<Timestamp>| end.is_some_and(|end| now >= end);
    let checks = [
        (grant.standing == Standing::Revoked, Code::Revoked),
        (has_ended(grant, now), Code::Superseded),
        (grant.standing == Standing::Disabled, Code::Disabled),
        (grant.not_before.is_some_and(|start| now < start), Code::NotYetValid),
        (reached(grant.expires_at), Code::Expired),
    ];
    checks.into_iter().filter_map(|(fails, code)| fails.then_some(code)).collect()
}

fn has_ended(grant: &Grant, now: Timestamp) -> bool {
    match grant.tenure {
        Tenure::Current => grant.valid_until.is_some_and(|end| now >= end),
        Tenure::InGrace => grant.valid_until.is_none_or(|end| now >= end),
        Tenure::Ended => true,
    }
}

fn reasons_of_the_request(grant: &Grant, request: &Request, advice: &mut Vec<Advice>) -> Vec<Code> {
    let strict = request.strictness == Strictness::Strict;
    let wrong_environment =
        request.environment.map_or(strict, |environment| environment != grant.environment);
    let wrong_project =
        request.project.as_ref().map_or(strict, |project| grant.project.as_ref() != Some(project));
    let hidden = wrong_project && grant.redacted && request.project.is_some();
    advice.extend(hidden.then_some(Advice::Redacted));
    let checks = [
        (wrong_environment, Code::WrongEnvironment),
        (wrong_project, Code::WrongProject),
        (path_denied(grant, request, advice), Code::PathDenied),
        (ip_denied(grant, request, advice), Code::IpDenied),
        (customer_denied(grant, request, advice), Code::CustomerDenied),
        (scope_denied(grant, request, strict), Code::InsufficientScope),
    ];
    checks.into_iter().filter_map(|(fails, code)| fails.then_some(code)).collect()
}

fn path_denied(grant: &Grant, request: &Request, advice: &mut Vec<Advice>) -> bool {
    let Some(path) = &request.path else {
        let limited = !grant.paths.is_empty();
        advice.extend(limited.then_some(Advice::NamePath));
        return limited;
    };
    let Some(path) = RequestPath::parse(path) else {
        advice.push(Advice::PathNotNormal);
        return true;
    };
    let method = request.method.as_ref();
    let denied = !grant.paths.is_empty()
        && !grant.paths.iter().any(|pattern| pattern.matches(method, &path));
    if denied && method.is_none() && grant.paths.iter().any(super::path::PathPattern::needs_method)
    {
        advice.push(Advice::NameMethod);
    }
    denied
}

fn ip_denied(grant: &Grant, request: &Request, advice: &mut Vec<Advice>) -> bool {
    if grant.ips.is_empty() {
        return false;
    }
    let Some(ip) = request.ip else {
        advice.push(Advice::NameIp);
        return true;
    };
    !grant.ips.iter().any(|block| block.contains(ip))
}

fn customer_denied(grant: &Grant, request: &Request, advice: &mut Vec<Advice>) -> bool {
    if grant.customers.is_empty() {
        return false;
    }
    let Some(customer) = &request.customer else {
        advice.push(Advice::NameCustomer);
        return true;
    };
    !grant.customers.contains(customer)
}

fn scope_denied(grant: &Grant, request: &Request, strict: bool) -> bool {
    grant.scopes.is_empty()
        || (strict && request.scopes.is_empty())
        || !request.scopes.iter().all(|scope| grant.scopes.grants(scope))
}

fn warnings(grant: &Grant, now: Timestamp) -> Vec<Warning> {
    let soon = grant.expires_at.is_some_and(|end| now.seconds_until(end) <= SOON_SECONDS);
    let warnings =
        [(grant.tenure == Tenure::InGrace, Warning::InGrace), (soon, Warning::ExpiresSoon)];
    warnings.into_iter().filter_map(|(holds, warning)| holds.then_some(warning)).collect()
}

fn facts(matched: &Matched<'_>, now: Timestamp) -> KeyFacts {
    let grant = matched.grant;
    KeyFacts {
        id: grant.key_id,
        prefix: matched.prefix.clone(),
        generation: grant.generation,
        project: grant.project.clone(),
        environment: grant.environment,
        kind: grant.kind,
        owner: grant.owner.clone(),
        status: Status::derive(grant.standing, grant.not_before, grant.expires_at, now),
        scopes: grant.scopes.clone(),
        rate_limit: grant.rate_limit,
        not_before: grant.not_before,
        expires_at: grant.expires_at,
        valid_until: grant.valid_until,
        labels: grant.labels.clone(),
    }
}
