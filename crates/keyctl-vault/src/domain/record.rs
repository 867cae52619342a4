//! The encodings of the records in the pages (`docs/vault-format.md`, section 7). What filters
//! look at comes first, so that a scan can stop reading early.

use keyctl_verify::cbor::{Malformed, Reader, Writer};
use keyctl_verify::{
    Environment, IpBlock, KeyId, Kind, PathPattern, PublicId, RateLimit, Scope, Standing,
    Timestamp, TokenDigest,
};

use super::key::Replaced;
use super::outline::Outline;
use super::{
    Customer, Generation, Key, LabelKey, LabelValue, Lifetime, Name, Note, Owner, Project, Reason,
};

/// Fields of a key.
const KEY_FIELDS: usize = 26;
/// What most records take, in bytes.
const USUAL_LEN: usize = 256;
/// Fields of a generation.
const GENERATION_FIELDS: usize = 8;

impl Key {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut w = Writer::with_capacity(USUAL_LEN);
        w.array(KEY_FIELDS)
            .text(self.id.as_str())
            .option_text(self.project.as_ref().map(Project::as_str))
            .uint(environment_code(self.environment))
            .uint(kind_code(self.kind))
            .option_text(self.owner.as_ref().map(Owner::as_str))
            .uint(standing_code(self.standing));
        write_time(&mut w, self.not_before);
        write_time(&mut w, self.expires_at);
        w.text(self.name.as_str())
            .uint(self.created_at.unix().unsigned_abs())
            .uint(self.order)
            .list(self.labels.iter(), |w, (k, v)| {
                w.array(2).text(k.as_str()).text(v.as_str());
            })
            .list(self.scopes.iter(), |w, s| {
                w.text(s.as_str());
            })
            .uint(self.updated_at.unix().unsigned_abs());
        write_time(&mut w, self.revoked_at);
        w.option_text(self.revoke_reason.as_ref().map(Reason::as_str));
        write_lifetime(&mut w, self.lifetime);
        w.list(self.paths.iter(), |w, p| {
            w.text(p.as_str());
        })
        .list(self.ips.iter(), |w, ip| {
            w.text(&ip.to_string());
        })
        .list(self.customers.iter(), |w, c| {
            w.text(c.as_str());
        })
        .option(self.rate_limit, |w, r| {
            w.text(&r.to_string());
        })
        .option_text(self.note.as_ref().map(Note::as_str))
        .bool(self.recoverable)
        .uint(u64::from(self.generation))
        .uint(u64::from(self.next_generation))
        .list(self.generations.iter(), write_generation);
        w.into_bytes()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut r = Reader::new(bytes);
        let (id, first) = read_outline(&mut r)?;
        let key = Key {
            id: KeyId::parse(id).ok_or(Malformed)?,
            project: stored(first.project, Project::from_stored)?,
            environment: first.environment,
            kind: first.kind,
            owner: stored(first.owner, Owner::from_stored)?,
            standing: first.standing,
            not_before: first.not_before,
            expires_at: first.expires_at,
            name: Name::from_stored(first.name).ok_or(Malformed)?,
            created_at: first.created_at,
            order: first.order,
            labels: r.list(|r| {
                r.array(2)?;
                let key = r.parsed(LabelKey::from_stored)?;
                Ok((key, r.parsed(LabelValue::from_stored)?))
            })?,
            scopes: r.list(|r| r.parsed(|t| Scope::parse(t).ok()))?,
            updated_at: read_time(&mut r)?,
            revoked_at: r.option(read_time)?,
            revoke_reason: r.option(|r| r.parsed(Reason::from_stored))?,
            lifetime: r.option(read_lifetime)?,
            paths: r.list(|r| r.parsed(|t| PathPattern::parse(t).ok()))?,
            ips: r.list(|r| r.parsed(|t| IpBlock::parse(t).ok()))?,
            customers: r.list(|r| r.parsed(Customer::from_stored))?,
            rate_limit: r.option(|r| r.parsed(|t| RateLimit::parse(t).ok()))?,
            note: r.option(|r| r.parsed(Note::from_stored))?,
            recoverable: r.bool()?,
            generation: r.small()?,
            next_generation: r.small()?,
            generations: r.list(read_generation)?,
        };
        r.end()?;
        let has_current = key.generation(key.generation).is_some();
        if has_current { Ok(key) } else { Err(Malformed) }
    }
}

/// The id and what comes after it, up to the labels.
pub(super) fn read_outline<'r>(r: &mut Reader<'r>) -> Result<(&'r str, Outline<'r>), Malformed> {
    r.array(KEY_FIELDS)?;
    let id = r.text()?;
    let outline = Outline {
        project: r.option(Reader::text)?,
        environment: from_code(r.uint()?, Environment::ALL, environment_code)?,
        kind: from_code(r.uint()?, Kind::ALL, kind_code)?,
        owner: r.option(Reader::text)?,
        standing: from_code(r.uint()?, STANDINGS, standing_code)?,
        not_before: r.option(read_time)?,
        expires_at: r.option(read_time)?,
        name: r.text()?,
        created_at: read_time(r)?,
        order: r.uint()?,
    };
    Ok((id, outline))
}

fn stored<T>(text: Option<&str>, from: fn(&str) -> Option<T>) -> Result<Option<T>, Malformed> {
    text.map(|text| from(text).ok_or(Malformed)).transpose()
}

fn write_generation(w: &mut Writer, g: &Generation) {
    w.array(GENERATION_FIELDS)
        .uint(u64::from(g.n))
        .text(g.public_id.as_str())
        .bytes(g.digest.as_bytes())
        .uint(g.created_at.unix().unsigned_abs());
    write_time(w, g.valid_until);
    write_time(w, g.last_used_at);
    w.option(g.replaced, |w, replaced| {
        w.array(2);
        write_time(w, replaced.expires_at);
        write_lifetime(w, replaced.lifetime);
    });
    w.option(g.sealed_token.as_deref(), |w, sealed| {
        w.bytes(sealed);
    });
}

fn read_generation(r: &mut Reader<'_>) -> Result<Generation, Malformed> {
    r.array(GENERATION_FIELDS)?;
    Ok(Generation {
        n: r.small()?,
        public_id: r.parsed(PublicId::parse)?,
        digest: TokenDigest::from_bytes(r.fixed()?),
        created_at: read_time(r)?,
        valid_until: r.option(read_time)?,
        last_used_at: r.option(read_time)?,
        replaced: r.option(|r| {
            r.array(2)?;
            let expires_at = r.option(read_time)?;
            Ok(Replaced { expires_at, lifetime: r.option(read_lifetime)? })
        })?,
        sealed_token: r.option(|r| r.bytes().map(<[u8]>::to_vec))?,
    })
}

/// A record of the index: the live key of that name in that project.
pub(crate) struct NameEntry<'a> {
    pub(crate) project: Option<&'a str>,
    pub(crate) name: &'a str,
    pub(crate) key: KeyId,
}

impl<'a> NameEntry<'a> {
    pub(crate) fn of(key: &'a Key) -> Self {
        let project = key.project.as_ref().map(Project::as_str);
        NameEntry { project, name: key.name.as_str(), key: key.id }
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut w = Writer::with_capacity(USUAL_LEN / 2);
        w.array(3).option_text(self.project).text(self.name).text(self.key.as_str());
        w.into_bytes()
    }

    pub(crate) fn decode(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut r = Reader::new(bytes);
        r.array(3)?;
        let project = r.option(Reader::text)?;
        let name = r.text()?;
        let entry = NameEntry { project, name, key: r.parsed(KeyId::parse)? };
        r.end()?;
        Ok(entry)
    }
}

/// A record of the index: the key and generation of that public id.
pub(crate) struct PublicIdEntry {
    pub(crate) public_id: PublicId,
    pub(crate) key: KeyId,
    pub(crate) n: u32,
}

impl PublicIdEntry {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut w = Writer::with_capacity(USUAL_LEN / 2);
        w.array(3).text(self.public_id.as_str()).text(self.key.as_str()).uint(u64::from(self.n));
        w.into_bytes()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut r = Reader::new(bytes);
        r.array(3)?;
        let public_id = r.parsed(PublicId::parse)?;
        let entry = PublicIdEntry { public_id, key: r.parsed(KeyId::parse)?, n: r.small()? };
        r.end()?;
        Ok(entry)
    }
}

const STANDINGS: [Standing; 3] = [Standing::Good, Standing::Disabled, Standing::Revoked];

fn environment_code(environment: Environment) -> u64 {
    match environment {
        Environment::Production => 1,
        Environment::Staging => 2,
        Environment::Development => 3,
    }
}

fn kind_code(kind: Kind) -> u64 {
    match kind {
        Kind::General => 1,
        Kind::Personal => 2,
        Kind::Webhook => 3,
    }
}

fn standing_code(standing: Standing) -> u64 {
    match standing {
        Standing::Good => 1,
        Standing::Disabled => 2,
        Standing::Revoked => 3,
    }
}

fn from_code<T: Copy, const N: usize>(
    code: u64,
    all: [T; N],
    code_of: fn(T) -> u64,
) -> Result<T, Malformed> {
    all.into_iter().find(|value| code_of(*value) == code).ok_or(Malformed)
}

fn write_time(w: &mut Writer, time: Option<Timestamp>) {
    w.option_uint(time.map(|t| t.unix().unsigned_abs()));
}

fn read_time(r: &mut Reader<'_>) -> Result<Timestamp, Malformed> {
    i64::try_from(r.uint()?).ok().and_then(Timestamp::from_unix).ok_or(Malformed)
}

fn write_lifetime(w: &mut Writer, lifetime: Option<Lifetime>) {
    w.option(lifetime, |w, lifetime| {
        w.text(&lifetime.to_string());
    });
}

fn read_lifetime(r: &mut Reader<'_>) -> Result<Lifetime, Malformed> {
    r.parsed(|text| text.parse().ok())
}
