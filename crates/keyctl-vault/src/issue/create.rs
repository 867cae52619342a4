//! Making keys.

use std::collections::BTreeMap;

use chrono::DateTime;
use keyctl_verify::{
    Environment, IpBlock, Kind, PathPattern, RateLimit, ScopeSet, SecretBody, Standing, Timestamp,
    Token,
};

use super::batch::Batch;
use super::bounds::{check_ceiling, check_size};
use super::change::{check_name, first_fields};
use super::policy::check_new_key;
use super::{IssueError, Refusal};
use crate::crypto::fill;
use crate::domain::{
    Change, Customer, Generation, Key, LabelKey, LabelValue, Lifetime, Name, Note, Owner, Project,
    Subject,
};
use crate::error::VaultError;
use crate::vault::{Records, Transaction};

/// When a key ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// As the policy says when nobody says anything, else not at all.
    Default,
    /// Not at all.
    Never,
    /// At an instant, which a rotation keeps.
    At(Timestamp),
    /// After a length of time, which a rotation starts anew.
    After(Lifetime),
}

impl Expiry {
    pub(super) fn resolve(self, now: Timestamp) -> (Option<Timestamp>, Option<Lifetime>) {
        match self {
            Expiry::Default | Expiry::Never => (None, None),
            Expiry::At(at) => (Some(at), None),
            Expiry::After(lifetime) => (Some(lifetime.after(now)), Some(lifetime)),
        }
    }
}

/// What a new key is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameChoice {
    /// This.
    Given(Name),
    /// `API key 20220715165727`, from the time, made unique.
    Automatic,
}

/// What a new key shall be.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Its project.
    pub project: Option<Project>,
    /// Where it may be used.
    pub environment: Environment,
    /// What it is for.
    pub kind: Kind,
    /// Whom it acts for.
    pub owner: Option<Owner>,
    /// What it is called.
    pub name: NameChoice,
    /// When it ends.
    pub expires: Expiry,
    /// When it begins.
    pub not_before: Option<Timestamp>,
    /// What it may do.
    pub scopes: ScopeSet,
    /// The paths it is limited to.
    pub paths: Vec<PathPattern>,
    /// The addresses it is limited to.
    pub ips: Vec<IpBlock>,
    /// The customers it is limited to.
    pub customers: Vec<Customer>,
    /// How often it may be used.
    pub rate_limit: Option<RateLimit>,
    /// Names and values.
    pub labels: BTreeMap<LabelKey, LabelValue>,
    /// A note.
    pub note: Option<Note>,
    /// Whether its token can be shown again.
    pub recoverable: bool,
}

/// A new key and its token, which is nowhere else.
#[derive(Debug)]
pub struct Created {
    /// The record.
    pub key: Key,
    /// The token, to be handed over once.
    pub token: Token,
}

/// Makes a key.
///
/// # Errors
/// When the name is taken, the key would never be valid, it is too large, or its owner may not have
/// what it asks for.
pub fn create(
    tx: &mut Transaction<'_>,
    new: NewKey,
    now: Timestamp,
) -> Result<Created, IssueError> {
    create_one_of(tx, new, now, &mut Batch::default())
}

/// Makes one of many keys; `batch` goes from one to the next. What is refused leaves nothing.
///
/// # Errors
/// As [`create`].
pub fn create_one_of(
    tx: &mut Transaction<'_>,
    new: NewKey,
    now: Timestamp,
    batch: &mut Batch,
) -> Result<Created, IssueError> {
    let created = draft(tx, new, now, batch)?;
    check_ceiling(tx, None, &created.key)?;
    check_new_key(tx, &created.key, batch)?;
    put(tx, &created.key, now)?;
    Ok(created)
}

/// Makes a key, whatever its owner's ceiling: for the one that comes with the owner.
pub(super) fn make(
    tx: &mut Transaction<'_>,
    new: NewKey,
    now: Timestamp,
) -> Result<Created, IssueError> {
    let created = draft(tx, new, now, &mut Batch::default())?;
    put(tx, &created.key, now)?;
    Ok(created)
}

/// A key that fits into the vault and is not in it yet.
fn draft(
    tx: &mut Transaction<'_>,
    new: NewKey,
    now: Timestamp,
    batch: &mut Batch,
) -> Result<Created, IssueError> {
    let expires = match new.expires {
        Expiry::Default => tx.policy()?.lifetime_unsaid(now).map_or(Expiry::Never, Expiry::After),
        said => said,
    };
    let (expires_at, lifetime) = expires.resolve(now);
    check_window(new.not_before, expires_at, now)?;
    let name = match new.name {
        NameChoice::Given(name) => name,
        NameChoice::Automatic => automatic_name(tx, new.project.as_ref(), now, batch)?,
    };
    let (id, order) = tx.new_key_id()?;
    let (mut generation, token) = new_generation(tx, new.environment, 1, now)?;
    if new.recoverable {
        generation.sealed_token = Some(tx.seal_token(id, 1, &token)?);
    }
    let key = Key {
        id,
        order,
        project: new.project,
        environment: new.environment,
        kind: new.kind,
        owner: new.owner,
        standing: Standing::Good,
        not_before: new.not_before,
        expires_at,
        lifetime,
        name,
        created_at: now,
        updated_at: now,
        revoked_at: None,
        revoke_reason: None,
        scopes: new.scopes,
        paths: unique(new.paths),
        ips: unique(new.ips),
        customers: unique(new.customers),
        rate_limit: new.rate_limit,
        labels: new.labels,
        note: new.note,
        recoverable: new.recoverable,
        generation: 1,
        next_generation: 2,
        generations: vec![generation],
    };
    check_name(tx, &key)?;
    check_size(&key)?;
    Ok(Created { key, token })
}

fn put(tx: &mut Transaction<'_>, key: &Key, now: Timestamp) -> Result<(), IssueError> {
    tx.put_key(None, key)?;
    tx.note(Change { subject: Subject::key(key), fields: first_fields(key, now) });
    Ok(())
}

/// A new generation and its token.
pub(super) fn new_generation(
    tx: &Transaction<'_>,
    environment: Environment,
    n: u32,
    now: Timestamp,
) -> Result<(Generation, Token), VaultError> {
    let public_id = tx.new_public_id()?;
    let secret = SecretBody::draw(fill)?;
    let prefix = keyctl_verify::Prefix::new(tx.brand().clone(), environment, public_id);
    let token = Token::assemble(&prefix, &secret);
    let generation = Generation {
        n,
        public_id,
        digest: token.digest(),
        created_at: now,
        valid_until: None,
        last_used_at: None,
        replaced: None,
        sealed_token: None,
    };
    Ok((generation, token))
}

/// An expiry that is new must lie ahead, and after the beginning.
pub(super) fn check_window(
    not_before: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Refusal> {
    match (not_before, expires_at) {
        (_, Some(at)) if at <= now => Err(Refusal::ExpiryPast { at }),
        (Some(start), Some(end)) if start >= end => Err(Refusal::NeverValid),
        _ => Ok(()),
    }
}

/// Without what is there twice, in the order given.
pub(super) fn unique<T: PartialEq>(items: Vec<T>) -> Vec<T> {
    let mut unique = Vec::with_capacity(items.len());
    for item in items {
        if !unique.contains(&item) {
            unique.push(item);
        }
    }
    unique
}

fn automatic_name(
    tx: &Transaction<'_>,
    project: Option<&Project>,
    now: Timestamp,
    batch: &mut Batch,
) -> Result<Name, VaultError> {
    let time =
        DateTime::from_timestamp(now.unix(), 0).expect("a timestamp is within chrono's range");
    let base = format!("API key {}", time.format("%Y%m%d%H%M%S"));
    loop {
        batch.numbered += 1;
        let text = match batch.numbered {
            1 => base.clone(),
            n => format!("{base} ({n})"),
        };
        let name = Name::parse(&text).expect("an automatic name is a name");
        if tx.live_key_named(project, &name)?.is_none() {
            return Ok(name);
        }
    }
}
