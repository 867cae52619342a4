//! The encodings of the records in the pages (`docs/vault-format.md`, section 7). What filters
//! look at comes first, so that a scan can stop reading early.

use keyctl_verify::cbor::{Items, Malformed, Reader, Writer};
use keyctl_verify::{
    Environment, Grant, IpBlock, KeyId, Kind, PathPattern, PublicId, RateLimit, Scope, Standing,
    Timestamp, TokenDigest,
};

use super::key::Replaced;
use super::outline::{KeyFields, Outline};
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
        let mut generations = Vec::new();
        let fields = KeyFields::read(bytes, |generation| generations.push(generation))?;
        fields.to_key(generations).ok_or(Malformed)
    }
}

impl<'r> KeyFields<'r> {
    /// Reads all of them, and shows each generation to `see`.
    pub(super) fn read(
        bytes: &'r [u8],
        mut see: impl FnMut(Generation),
    ) -> Result<Self, Malformed> {
        let r = &mut Reader::new(bytes);
        let (id, outline) = read_outline(r)?;
        let labels = r.items(read_label, |_| ())?;
        let scopes = read_texts(r)?;
        let (updated_at, revoked_at) = (read_time(r)?, r.option(read_time)?);
        let (revoke_reason, lifetime) = (r.option(Reader::text)?, r.option(Reader::text)?);
        let (paths, ips, customers) = (read_texts(r)?, read_texts(r)?, read_texts(r)?);
        let rate_limit = r.option(|r| r.parsed(|text| RateLimit::parse(text).ok()))?;
        let note = r.option(Reader::text)?;
        let (recoverable, generation, next_generation) = (r.bool()?, r.small()?, r.small()?);
        let (mut current, mut last_used_at) = (None, None);
        let generations = r.items(read_generation, |g| {
            if g.n == generation {
                current = Some(g.public_id);
            }
            last_used_at = last_used_at.max(g.last_used_at);
            see(g);
        })?;
        r.end()?;
        Ok(KeyFields {
            id: KeyId::parse(id).ok_or(Malformed)?,
            outline,
            labels,
            scopes,
            updated_at,
            revoked_at,
            revoke_reason,
            lifetime,
            paths,
            ips,
            customers,
            rate_limit,
            note,
            recoverable,
            generation,
            next_generation,
            generations,
            current: current.ok_or(Malformed)?,
            last_used_at,
        })
    }

    /// What a verifier is told about the token of `generation`; `None` when a field is not what keyctl
    /// writes there.
    pub(crate) fn grant(&self, generation: &Generation) -> Option<Grant> {
        let first = &self.outline;
        Some(Grant {
            key_id: self.id,
            generation: generation.n,
            tenure: generation.tenure(self.generation),
            environment: first.environment,
            redacted: false,
            project: first.project.map(str::to_owned),
            kind: first.kind,
            owner: first.owner.map(str::to_owned),
            standing: first.standing,
            scopes: all(&self.scopes, |text| Scope::parse(text).ok())?,
            paths: all(&self.paths, |text| PathPattern::parse(text).ok())?,
            ips: all(&self.ips, |text| IpBlock::parse(text).ok())?,
            customers: self.customers.iter().map(str::to_owned).collect(),
            rate_limit: self.rate_limit,
            not_before: first.not_before,
            expires_at: first.expires_at,
            valid_until: generation.valid_until,
            labels: None,
        })
    }

    /// The key of these generations; `None` when a field is not what keyctl writes there.
    fn to_key(&self, generations: Vec<Generation>) -> Option<Key> {
        let first = &self.outline;
        Some(Key {
            id: self.id,
            project: stored(first.project, Project::from_stored)?,
            environment: first.environment,
            kind: first.kind,
            owner: stored(first.owner, Owner::from_stored)?,
            standing: first.standing,
            not_before: first.not_before,
            expires_at: first.expires_at,
            name: Name::from_stored(first.name)?,
            created_at: first.created_at,
            order: first.order,
            labels: all(&self.labels, |(key, value)| {
                Some((LabelKey::from_stored(key)?, LabelValue::from_stored(value)?))
            })?,
            scopes: all(&self.scopes, |text| Scope::parse(text).ok())?,
            updated_at: self.updated_at,
            revoked_at: self.revoked_at,
            revoke_reason: stored(self.revoke_reason, Reason::from_stored)?,
            lifetime: stored(self.lifetime, |text| text.parse().ok())?,
            paths: all(&self.paths, |text| PathPattern::parse(text).ok())?,
            ips: all(&self.ips, |text| IpBlock::parse(text).ok())?,
            customers: all(&self.customers, Customer::from_stored)?,
            rate_limit: self.rate_limit,
            note: stored(self.note, Note::from_stored)?,
            recoverable: self.recoverable,
            generation: self.generation,
            next_generation: self.next_generation,
            generations,
        })
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

/// Nothing for nothing; `None` for what is not a value of that kind.
fn stored<T>(text: Option<&str>, from: fn(&str) -> Option<T>) -> Option<Option<T>> {
    text.map_or(Some(None), |text| from(text).map(Some))
}

fn all<I, T, C: FromIterator<T>>(items: &Items<'_, I>, from: fn(I) -> Option<T>) -> Option<C> {
    items.iter().map(from).collect()
}

fn read_label<'r>(r: &mut Reader<'r>) -> Result<(&'r str, &'r str), Malformed> {
    r.array(2)?;
    Ok((r.text()?, r.text()?))
}

fn read_texts<'r>(r: &mut Reader<'r>) -> Result<Items<'r, &'r str>, Malformed> {
    r.items(Reader::text, |_| ())
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

#[cfg(test)]
mod tests {
    use super::super::outline::KeyRecord;
    use super::*;

    fn key() -> Key {
        let time = |s| Timestamp::from_unix(s).unwrap();
        let generation = |n, id: &str, used| Generation {
            n,
            public_id: PublicId::parse(id).unwrap(),
            digest: TokenDigest::from_bytes([7; 32]),
            created_at: time(5),
            valid_until: None,
            last_used_at: Some(time(used)),
            replaced: None,
            sealed_token: None,
        };
        Key {
            id: KeyId::parse("key_000000000000").unwrap(),
            order: 3,
            project: Project::from_stored("shop"),
            environment: Environment::Staging,
            kind: Kind::Personal,
            owner: Owner::from_stored("ann"),
            standing: Standing::Disabled,
            not_before: Some(time(6)),
            expires_at: Some(time(7)),
            lifetime: "90d".parse().ok(),
            name: Name::from_stored("a \"name\"").unwrap(),
            created_at: time(5),
            updated_at: time(8),
            revoked_at: Some(time(9)),
            revoke_reason: Reason::from_stored("retired"),
            scopes: ["a:b", "c"].into_iter().map(|text| Scope::parse(text).unwrap()).collect(),
            paths: vec![PathPattern::parse("/v1/*").unwrap()],
            ips: vec![IpBlock::parse("10.0.0.0/8").unwrap()],
            customers: vec![Customer::from_stored("c1").unwrap()],
            rate_limit: RateLimit::parse("100/1m").ok(),
            labels: [(LabelKey::from_stored("l").unwrap(), LabelValue::from_stored("v").unwrap())]
                .into(),
            note: Note::from_stored("a note"),
            recoverable: true,
            generation: 2,
            next_generation: 4,
            generations: vec![generation(1, "111111111111", 30), generation(2, "222222222222", 20)],
        }
    }

    #[test]
    fn a_record_says_what_its_key_is() {
        let bytes = key().encode();
        assert_eq!(Key::decode(&bytes).unwrap().encode(), bytes);
        key().with_fields(|fields| {
            assert_eq!((fields.id, fields.outline), (key().id, key().outline()));
            assert_eq!(fields.current.as_str(), "222222222222");
            assert_eq!(fields.last_used_at, key().last_used_at());
            assert_eq!(fields.scopes.iter().collect::<Vec<_>>(), ["a:b", "c"]);
            assert_eq!(fields.labels.iter().collect::<Vec<_>>(), [("l", "v")]);
            let rest = [fields.revoke_reason, fields.note];
            assert_eq!(rest, [Some("retired"), Some("a note")]);
            assert_eq!(fields.generations.iter().map(|g| g.n).collect::<Vec<_>>(), [1, 2]);
        });
    }

    /// What is written without a look at what it could do to JSON or to a terminal.
    #[test]
    fn ids_and_rates_that_are_none_are_refused_and_so_is_a_key_without_a_generation() {
        let good = key().encode();
        let with = |old: &str, new: &str| {
            let at = good.windows(old.len()).position(|part| part == old.as_bytes()).unwrap();
            let mut bytes = good.clone();
            bytes[at..at + new.len()].copy_from_slice(new.as_bytes());
            bytes
        };
        let is_read = |bytes: &[u8]| KeyRecord::new(bytes).fields().is_ok();
        assert!(is_read(&good) && is_read(&with("a note", "b note")));
        assert!(!is_read(&with("key_000000000000", "key_\"0000000000\x1b")));
        assert!(!is_read(&with("222222222222", "2222222222\"2")));
        assert!(!is_read(&with("100/1m", "100/1\"")));
        assert!(!is_read(&Key { generation: 3, ..key() }.encode()), "its current one is not there");
        assert!(!is_read(&[&good[..], &[0]].concat()), "something is left");
    }
}
