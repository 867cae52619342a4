//! Making keys.

use std::collections::BTreeMap;

use keyctl_verify::{
    Environment, IpBlock, Kind, PathPattern, RateLimit, ScopeSet, Timestamp, Token,
};

use super::batch::Batch;
use super::draft::{Draft, Drafter, MANY};
use super::{IssueError, Refusal};
use crate::beside::beside;
use crate::domain::{Customer, Key, LabelKey, LabelValue, Lifetime, Name, Note, Owner, Project};
use crate::error::VaultError;
use crate::vault::Transaction;

/// So many keys are drafted at a time.
const AT_ONCE: usize = 2048;

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

/// Makes many keys, and tells `done` from time to time how many. Some are put into the vault while
/// those after them are drafted on the other cores.
///
/// # Errors
/// As [`create`], with the place of the first that is refused. Some are made then, and the
/// transaction must not be committed.
pub fn create_many(
    tx: &mut Transaction<'_>,
    mut new: impl ExactSizeIterator<Item = NewKey>,
    now: Timestamp,
    mut done: impl FnMut(usize),
) -> Result<Vec<Created>, (usize, IssueError)> {
    tx.make_room(new.len()).map_err(|error| (0, error.into()))?;
    let (mut batch, mut made) = (Batch::default(), Vec::with_capacity(new.len()));
    let mut drafter = Drafter::of(tx, now).map_err(|error| (0, error.into()))?;
    let mut drafts = Vec::new();
    while new.len() > 0 || !drafts.is_empty() {
        let some = new.by_ref().take(AT_ONCE).map(|new| drafter.named(tx, new, &mut batch));
        let some: Result<Vec<_>, VaultError> = some.collect();
        let some = some.map_err(|error| (made.len(), error.into()))?;
        let first = tx.keys_made() + drafts.len() as u64;
        drafts = beside(
            some.len() >= MANY,
            || drafter.drafts(first, some),
            || {
                drafts.into_iter().try_for_each(|draft: Result<Draft, IssueError>| {
                    let created = draft.and_then(|draft| draft.settle(tx, &mut batch));
                    made.push(created.map_err(|error| (made.len(), error))?);
                    Ok(())
                })
            },
        )?;
        done(made.len());
    }
    Ok(made)
}

/// Makes one of several keys; `batch` goes from one to the next. What is refused leaves nothing.
///
/// # Errors
/// As [`create`].
pub fn create_one_of(
    tx: &mut Transaction<'_>,
    new: NewKey,
    now: Timestamp,
    batch: &mut Batch,
) -> Result<Created, IssueError> {
    let mut drafter = Drafter::of(tx, now)?;
    let named = drafter.named(tx, new, batch)?;
    drafter.draft(tx.keys_made(), named)?.settle(tx, batch)
}

/// Makes a key, whatever its owner's ceiling and the policy: for the one that comes with the owner.
pub(super) fn make(
    tx: &mut Transaction<'_>,
    new: NewKey,
    now: Timestamp,
) -> Result<Created, IssueError> {
    let mut batch = Batch::default();
    let mut drafter = Drafter::of(tx, now)?;
    let named = drafter.named(tx, new, &mut batch)?;
    drafter.unchecked(tx.keys_made(), named)?.put(tx, &mut batch)
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
