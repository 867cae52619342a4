//! Editing a key. Its project, environment, owner and kind are fixed; everything else can be
//! changed as long as it is not revoked.

use std::collections::BTreeMap;

use keyctl_verify::{IpBlock, KeyId, PathPattern, RateLimit, Scope, ScopeSet, Timestamp};

use super::change::{Changed, mutate};
use super::create::{Expiry, check_window, unique};
use super::policy::check_expiry;
use super::{IssueError, Refusal};
use crate::domain::{Customer, Key, LabelKey, LabelValue, Name, Note};
use crate::vault::Transaction;

/// What to do with a key's scopes.
#[derive(Clone, Debug)]
pub enum ScopeEdit {
    /// Add these.
    Add(Vec<Scope>),
    /// Remove these very scopes.
    Remove(Vec<Scope>),
    /// Have these and no others.
    Set(ScopeSet),
}

/// What to change; `None` leaves a field as it is, and `Some(None)` empties it.
#[derive(Clone, Debug, Default)]
pub struct KeyEdit {
    /// Its name.
    pub name: Option<Name>,
    /// When it ends.
    pub expires: Option<Expiry>,
    /// When it begins.
    pub not_before: Option<Option<Timestamp>>,
    /// What it may do.
    pub scopes: Option<ScopeEdit>,
    /// The paths it is limited to.
    pub paths: Option<Vec<PathPattern>>,
    /// The addresses it is limited to.
    pub ips: Option<Vec<IpBlock>>,
    /// The customers it is limited to.
    pub customers: Option<Vec<Customer>>,
    /// How often it may be used.
    pub rate_limit: Option<Option<RateLimit>>,
    /// Names and values.
    pub labels: Option<BTreeMap<LabelKey, LabelValue>>,
    /// Its note.
    pub note: Option<Option<Note>>,
}

/// Edits a key.
///
/// # Errors
/// When it is revoked, the name is taken, it would never be valid, or it would be too large.
pub fn edit(
    tx: &mut Transaction<'_>,
    id: KeyId,
    edit: KeyEdit,
    now: Timestamp,
) -> Result<Changed, IssueError> {
    let policy = tx.policy()?;
    mutate(tx, id, now, |key| {
        if !key.is_live() {
            return Err(Refusal::Revoked { id });
        }
        let sets_expiry = edit.expires.is_some();
        edit.apply(key, now)?;
        if sets_expiry { check_expiry(&policy, key.expires_at, now) } else { Ok(()) }
    })
}

impl KeyEdit {
    /// True when it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.name.is_none()
            && self.expires.is_none()
            && self.not_before.is_none()
            && self.scopes.is_none()
            && self.paths.is_none()
            && self.ips.is_none()
            && self.customers.is_none()
            && self.rate_limit.is_none()
            && self.labels.is_none()
            && self.note.is_none()
    }

    fn apply(self, key: &mut Key, now: Timestamp) -> Result<(), Refusal> {
        let sets_window = self.expires.is_some() || self.not_before.is_some();
        if let Some(expires) = self.expires {
            (key.expires_at, key.lifetime) = expires.resolve(now);
        }
        set(&mut key.not_before, self.not_before);
        if sets_window {
            let new_expiry = key.expires_at.filter(|_| self.expires.is_some());
            check_window(key.not_before, new_expiry, now)?;
            check_window(key.not_before, key.expires_at, Timestamp::EPOCH)?;
        }
        if let Some(scopes) = self.scopes {
            scopes.apply(&mut key.scopes);
        }
        set(&mut key.name, self.name);
        set(&mut key.paths, self.paths.map(unique));
        set(&mut key.ips, self.ips.map(unique));
        set(&mut key.customers, self.customers.map(unique));
        set(&mut key.rate_limit, self.rate_limit);
        set(&mut key.labels, self.labels);
        set(&mut key.note, self.note);
        Ok(())
    }
}

impl ScopeEdit {
    fn apply(self, scopes: &mut ScopeSet) {
        match self {
            ScopeEdit::Set(new) => *scopes = new,
            ScopeEdit::Add(more) => {
                for scope in more {
                    scopes.insert(scope);
                }
            }
            ScopeEdit::Remove(less) => {
                for scope in &less {
                    scopes.remove(scope);
                }
            }
        }
    }
}

fn set<T>(field: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *field = new;
    }
}
