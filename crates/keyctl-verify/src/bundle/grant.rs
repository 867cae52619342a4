//! The grant as a bundle carries it (`docs/bundle-format.md`, section 6).

use std::collections::BTreeMap;

use crate::cbor::{Malformed, Reader, Writer};
use crate::grant::{Grant, Tenure};
use crate::{
    Base62, Environment, IpBlock, KeyId, Kind, PathPattern, RateLimit, Scope, ScopeSet, Standing,
    Timestamp,
};

const FIELDS: usize = 18;

impl Grant {
    /// Writes it behind what is there already.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        let mut w = Writer::behind(std::mem::take(out));
        w.array(FIELDS)
            .text(self.key_id.body())
            .uint(u64::from(self.generation))
            .uint(code_of(self.environment, &Environment::ALL))
            .uint(code_of(self.kind, &Kind::ALL))
            .uint(code_of(self.standing, &Standing::ALL))
            .uint(code_of(self.tenure, &Tenure::ALL))
            .bool(self.redacted)
            .option(self.project.as_deref(), put_text)
            .option(self.owner.as_deref(), put_text)
            .list(self.scopes.iter(), |w, scope| put_text(w, scope.as_str()))
            .list(self.paths.iter(), |w, path| put_text(w, path.as_str()))
            .list(self.ips.iter(), |w, block| put_text(w, &block.to_string()))
            .list(self.customers.iter(), |w, customer| put_text(w, customer))
            .option(self.rate_limit, |w, rate| {
                w.array(2).uint(u64::from(rate.count())).uint(u64::from(rate.seconds()));
            })
            .option(self.not_before, put_time)
            .option(self.expires_at, put_time)
            .option(self.valid_until, put_time)
            .option(self.labels.as_ref(), |w, labels| {
                w.list(labels.iter(), |w, (name, value)| {
                    w.array(2).text(name).text(value);
                });
            });
        *out = w.into_bytes();
    }

    /// Whether a reader takes it. Nobody can say of a grant what is not so of its types.
    pub(super) fn check(&self) -> Result<(), Malformed> {
        let labels = self.labels.iter().flat_map(BTreeMap::keys);
        let names = self.project.iter().chain(&self.owner).chain(&self.customers).chain(labels);
        let is_named = names.into_iter().all(|name| !name.is_empty());
        let contradicts = self.redacted && (self.project.is_some() || self.owner.is_some());
        if is_named && self.generation > 0 && !contradicts { Ok(()) } else { Err(Malformed) }
    }

    /// Reads a grant, and gives what comes after it.
    pub(super) fn decode(bytes: &[u8]) -> Result<(Self, &[u8]), Malformed> {
        let mut r = Reader::new(bytes);
        r.array(FIELDS)?;
        let key_id = Base62::parse(r.text()?).map(KeyId::from_body).ok_or(Malformed)?;
        let grant = Grant {
            key_id,
            generation: u32::try_from(r.uint()?).ok().filter(|n| *n > 0).ok_or(Malformed)?,
            environment: coded(r.uint()?, &Environment::ALL)?,
            kind: coded(r.uint()?, &Kind::ALL)?,
            standing: coded(r.uint()?, &Standing::ALL)?,
            tenure: coded(r.uint()?, &Tenure::ALL)?,
            redacted: r.bool()?,
            project: r.option(name)?,
            owner: r.option(name)?,
            scopes: scopes(&mut r)?,
            paths: r.list(|r| as_written(r.text()?, |text| PathPattern::parse(text).ok()))?,
            ips: r.list(|r| as_written(r.text()?, |text| IpBlock::parse(text).ok()))?,
            customers: r.list(name)?,
            rate_limit: r.option(rate)?,
            not_before: r.option(time)?,
            expires_at: r.option(time)?,
            valid_until: r.option(time)?,
            labels: r.option(labels)?,
        };
        let contradicts = grant.redacted && (grant.project.is_some() || grant.owner.is_some());
        if contradicts { Err(Malformed) } else { Ok((grant, r.rest())) }
    }
}

fn put_text(w: &mut Writer, text: &str) {
    w.text(text);
}

fn put_time(w: &mut Writer, time: Timestamp) {
    w.uint(time.unix().unsigned_abs());
}

/// The place of a value among all, from 1.
fn code_of<T: Copy + PartialEq, const N: usize>(value: T, all: &[T; N]) -> u64 {
    let at = all.iter().position(|each| *each == value);
    at.expect("all values are listed") as u64 + 1
}

fn coded<T: Copy, const N: usize>(code: u64, all: &[T; N]) -> Result<T, Malformed> {
    let at = usize::try_from(code).ok().and_then(|code| code.checked_sub(1));
    at.and_then(|at| all.get(at)).copied().ok_or(Malformed)
}

fn name(r: &mut Reader<'_>) -> Result<String, Malformed> {
    let text = r.text()?;
    if text.is_empty() { Err(Malformed) } else { Ok(text.to_owned()) }
}

/// Parses what has only one way to be written.
fn as_written<T: ToString>(
    text: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, Malformed> {
    parse(text).filter(|value| value.to_string() == text).ok_or(Malformed)
}

fn scopes(r: &mut Reader<'_>) -> Result<ScopeSet, Malformed> {
    let scopes: Vec<Scope> = r.list(|r| Scope::parse(r.text()?).map_err(|_| Malformed))?;
    let ascending = scopes.is_sorted_by(|a, b| a < b);
    if ascending { Ok(scopes.into_iter().collect()) } else { Err(Malformed) }
}

fn rate(r: &mut Reader<'_>) -> Result<RateLimit, Malformed> {
    r.array(2)?;
    let number = |n: u64| u32::try_from(n).map_err(|_| Malformed);
    let (count, seconds) = (number(r.uint()?)?, number(r.uint()?)?);
    RateLimit::new(count, seconds).map_err(|_| Malformed)
}

fn time(r: &mut Reader<'_>) -> Result<Timestamp, Malformed> {
    i64::try_from(r.uint()?).ok().and_then(Timestamp::from_unix).ok_or(Malformed)
}

fn labels(r: &mut Reader<'_>) -> Result<BTreeMap<String, String>, Malformed> {
    let labels: Vec<(String, String)> = r.list(|r| {
        r.array(2)?;
        Ok((name(r)?, r.text()?.to_owned()))
    })?;
    let ascending = labels.is_sorted_by(|a, b| a.0 < b.0);
    if ascending { Ok(labels.into_iter().collect()) } else { Err(Malformed) }
}
