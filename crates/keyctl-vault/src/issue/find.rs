//! Which key somebody means: an exact id, then an exact prefix of any generation, then an exact
//! name. The first class with a match wins; two matches are an error that lists them.

use keyctl_verify::{Environment, KeyId, Prefix, Status, Timestamp};

use super::IssueError;
use crate::domain::{Key, Name, Project};
use crate::error::VaultError;
use crate::vault::Records;

/// The fewest characters after `key_` by which a key may be found when reading.
const MIN_ID_BEGINNING: usize = 6;

/// What somebody typed to name a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyRef {
    /// An id.
    Id(KeyId),
    /// The beginning of an id.
    IdBeginning(String),
    /// A token's prefix.
    Prefix(Prefix),
    /// A name.
    Name(Name),
}

/// The text names no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefError {
    /// It is, or looks like, a whole token, which must not be typed there.
    #[error("a token was given where a key is wanted; its prefix is enough, and no secret")]
    Token,
    /// It could not be the name of any key.
    #[error("not an id, a prefix or a name of a key")]
    Malformed,
}

impl KeyRef {
    /// Reads what somebody typed.
    ///
    /// # Errors
    /// When it could be a token, or cannot be a name.
    pub fn parse(text: &str) -> Result<Self, KeyRefError> {
        if let Some(id) = KeyId::parse(text) {
            return Ok(KeyRef::Id(id));
        }
        if let Some(prefix) = Prefix::parse(text) {
            return Ok(KeyRef::Prefix(prefix));
        }
        if looks_like_token(text) {
            return Err(KeyRefError::Token);
        }
        let body = text.strip_prefix(KeyId::MARK).unwrap_or("");
        let base62 = body.bytes().all(|b| b.is_ascii_alphanumeric());
        if (MIN_ID_BEGINNING..12).contains(&body.len()) && base62 {
            return Ok(KeyRef::IdBeginning(text.to_owned()));
        }
        Name::parse(text).map(KeyRef::Name).map_err(|_| KeyRefError::Malformed)
    }
}

/// A prefix with something after it.
fn looks_like_token(text: &str) -> bool {
    text.rsplit_once('_')
        .is_some_and(|(start, rest)| Prefix::parse(start).is_some() && rest.len() > 6)
}

/// A key that fits, where more than one does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its id.
    pub id: KeyId,
    /// Its project.
    pub project: Option<String>,
    /// Its environment.
    pub environment: Environment,
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: Status,
}

/// Finds the one key that is meant; the beginning of an id is not enough.
///
/// # Errors
/// When none or more than one fits.
pub fn find(
    records: &impl Records,
    wanted: &KeyRef,
    project: Option<&Project>,
    now: Timestamp,
) -> Result<Key, IssueError> {
    let found = match wanted {
        KeyRef::Id(id) => records.key(*id)?.into_iter().collect(),
        KeyRef::IdBeginning(_) => Vec::new(),
        KeyRef::Prefix(prefix) => with_prefix(records, prefix)?.into_iter().collect(),
        KeyRef::Name(name) => named(records, name, project)?,
    };
    exactly_one(found, wanted, now)
}

/// The same, but the beginning of an id is enough.
///
/// # Errors
/// When none or more than one fits.
pub fn find_for_reading(
    records: &impl Records,
    wanted: &KeyRef,
    project: Option<&Project>,
    now: Timestamp,
) -> Result<Key, IssueError> {
    let KeyRef::IdBeginning(beginning) = wanted else {
        return find(records, wanted, project, now);
    };
    let begins = |key: Key| Some(key).filter(|key| key.id.to_string().starts_with(beginning));
    exactly_one(records.keys(begins)?, wanted, now)
}

fn with_prefix(records: &impl Records, prefix: &Prefix) -> Result<Option<Key>, VaultError> {
    let found = records.key_with_public_id(prefix.public_id())?;
    let fits = |(key, n): &(Key, u32)| {
        key.generation(*n).is_some_and(|g| key.prefix(records.brand(), g) == *prefix)
    };
    Ok(found.filter(fits).map(|(key, _)| key))
}

/// The live keys of that name, or else the revoked ones. With a project, a live one is found
/// without reading the others.
fn named(
    records: &impl Records,
    name: &Name,
    project: Option<&Project>,
) -> Result<Vec<Key>, VaultError> {
    if project.is_some()
        && let Some(id) = records.live_key_named(project, name)?
    {
        return Ok(records.key(id)?.into_iter().collect());
    }
    let in_project = |key: &Key| project.is_none() || key.project.as_ref() == project;
    let all = records.keys(|key| Some(key).filter(|key| key.name == *name && in_project(key)))?;
    let (live, revoked): (Vec<Key>, Vec<Key>) = all.into_iter().partition(Key::is_live);
    Ok(if live.is_empty() { revoked } else { live })
}

fn exactly_one(mut found: Vec<Key>, wanted: &KeyRef, now: Timestamp) -> Result<Key, IssueError> {
    let text = match wanted {
        KeyRef::Id(id) => id.to_string(),
        KeyRef::IdBeginning(text) => text.clone(),
        KeyRef::Prefix(prefix) => prefix.to_string(),
        KeyRef::Name(name) => name.to_string(),
    };
    found.sort_by_key(|key| std::cmp::Reverse(key.order));
    match found.len() {
        0 => Err(IssueError::NotFound { wanted: text }),
        1 => Ok(found.remove(0)),
        _ => {
            let candidates = found.iter().map(|key| Candidate::of(key, now)).collect();
            Err(IssueError::Ambiguous { wanted: text, candidates })
        }
    }
}

impl Candidate {
    fn of(key: &Key, now: Timestamp) -> Self {
        Candidate {
            id: key.id,
            project: key.project.as_ref().map(ToString::to_string),
            environment: key.environment,
            name: key.name.to_string(),
            status: key.status(now),
        }
    }
}
