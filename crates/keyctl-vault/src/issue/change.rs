//! The one way to change a key, and the one way to make a change.

use keyctl_verify::{Brand, KeyId, Timestamp};
use smol_str::{SmolStr, ToSmolStr, format_smolstr};

use super::bounds::{check_ceiling, check_size};
use super::usage::ReceiptBox;
use super::words::{instant, joined};
use super::{IssueError, Refusal};
use crate::domain::{Author, Change, FieldChange, Key, OwnerRecord, Subject, Verb};
use crate::error::VaultError;
use crate::vault::{Records, Transaction, UnlockedVault};

/// What became of one key.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The key as it is now, or as it was last.
    pub key: Key,
    /// What its tokens begin with.
    pub brand: Brand,
    /// What differs; nothing when it was so already.
    pub fields: Vec<FieldChange>,
}

impl Changed {
    /// True when anything differs.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        !self.fields.is_empty()
    }
}

/// Makes one change of the vault, and folds the receipts that have gathered into it.
///
/// # Errors
/// Whatever `work` or the vault fails with; nothing is then changed.
pub fn change<T>(
    vault: &mut UnlockedVault,
    author: &Author,
    verb: Verb,
    receipts: &ReceiptBox,
    work: impl FnOnce(&mut Transaction<'_>) -> Result<T, IssueError>,
) -> Result<T, IssueError> {
    let gathered = receipts.all();
    let mut folded = false;
    let result = vault.transaction(author, verb, |tx| {
        let result = work(tx)?;
        if tx.has_changes() {
            super::usage::fold(tx, &gathered, author.now)?;
            folded = true;
        }
        Ok::<_, IssueError>(result)
    })?;
    if folded {
        receipts.forget(&gathered);
    }
    Ok(result)
}

/// Lets `work` change a copy of the key, and writes and notes what differs.
pub(super) fn mutate(
    tx: &mut Transaction<'_>,
    id: KeyId,
    now: Timestamp,
    work: impl FnOnce(&mut Key) -> Result<(), Refusal>,
) -> Result<Changed, IssueError> {
    let not_found = || IssueError::NotFound { wanted: id.to_string() };
    let before = tx.key(id)?.ok_or_else(not_found)?;
    let mut after = before.clone();
    work(&mut after)?;
    let fields = differences(&before, &after, now);
    if !fields.is_empty() {
        after.updated_at = now;
        after.close_grace(now);
        after.forget_ended_tokens();
        check_name(tx, &after)?;
        check_size(&after)?;
        if after.is_live() {
            check_ceiling(owner_of(tx, &after)?.as_ref(), Some(&before), &after)?;
        }
        tx.put_key(Some(&before), &after)?;
        tx.note(&Change { subject: Subject::key(&after), fields: fields.clone() });
    }
    Ok(Changed { key: after, brand: tx.brand().clone(), fields })
}

/// A live key's name must be its own in its project.
pub(super) fn check_name(tx: &Transaction<'_>, key: &Key) -> Result<(), IssueError> {
    let holder = tx.live_key_named(key.project.as_ref(), &key.name)?;
    match holder.filter(|holder| *holder != key.id && key.is_live()) {
        None => Ok(()),
        Some(holder) => Err(name_taken(key, holder).into()),
    }
}

pub(super) fn name_taken(key: &Key, holder: KeyId) -> Refusal {
    Refusal::NameTaken {
        name: key.name.to_string(),
        project: key.project.as_ref().map(ToString::to_string),
        holder,
    }
}

/// The record of whom a key acts for, if they are registered.
fn owner_of(tx: &Transaction<'_>, key: &Key) -> Result<Option<OwnerRecord>, VaultError> {
    Ok(key.owner.as_ref().map(|owner| tx.owner(owner)).transpose()?.flatten())
}

/// What people read of a field.
type Show = fn(&Key) -> Option<SmolStr>;

/// The fields that a change can touch, but for those that depend on the time.
const FIELDS: [(&str, Show); 13] = [
    ("name", |k| Some(k.name.to_smolstr())),
    ("scopes", |k| joined(k.scopes.iter())),
    ("paths", |k| joined(&k.paths)),
    ("ips", |k| joined(&k.ips)),
    ("customers", |k| joined(&k.customers)),
    ("rate_limit", |k| k.rate_limit.map(|rate| rate.to_smolstr())),
    ("labels", |k| joined(k.labels.iter().map(|(name, value)| format_smolstr!("{name}={value}")))),
    ("note", |k| k.note.as_ref().map(ToSmolStr::to_smolstr)),
    ("not_before", |k| k.not_before.map(instant)),
    ("expires_at", |k| k.expires_at.map(instant)),
    ("lifetime", |k| k.lifetime.map(|lifetime| lifetime.to_smolstr())),
    ("revoke_reason", |k| k.revoke_reason.as_ref().map(ToSmolStr::to_smolstr)),
    ("generation", |k| Some(k.generation.to_smolstr())),
];

/// All that a new key was made with, so that the log alone says what it could do from then on.
pub(super) fn first_fields(key: &Key, now: Timestamp) -> Vec<FieldChange> {
    let fixed = [
        ("status", Some(key.status(now).as_str())),
        ("environment", Some(key.environment.as_str())),
        ("kind", Some(key.kind.as_str())),
        ("recoverable", key.recoverable.then_some("true")),
    ];
    let fixed = fixed.map(|(field, word)| (field, word.map(SmolStr::new_static)));
    // The name is its subject's, and every key begins with its first token.
    let is_said = |(field, _): &(&str, Show)| ["name", "generation"].contains(field);
    let rest = FIELDS.into_iter().filter(|field| !is_said(field));
    let rest = rest.map(|(field, show)| (field, show(key)));
    let given = fixed.into_iter().chain(rest).filter(|(_, value)| value.is_some());
    let mut fields = Vec::with_capacity(FIELDS.len());
    fields.extend(given.map(|(field, value)| FieldChange::new(field, None, value)));
    fields
}

/// The fields that differ, named as the contract names them, with their values as people read
/// them.
pub(super) fn differences(before: &Key, after: &Key, now: Timestamp) -> Vec<FieldChange> {
    let status = |key: &Key| Some(key.status(now).as_str());
    let grace = |key: &Key| {
        let old = key.replaced()?;
        Some(format!("{} until {}", old.n, instant(old.valid_until?)))
    };
    FIELDS
        .into_iter()
        .map(|(field, show)| FieldChange::new(field, show(before), show(after)))
        .chain([
            FieldChange::new("status", status(before), status(after)),
            FieldChange::new("grace", grace(before), grace(after)),
        ])
        .filter(|change| change.from != change.to)
        .collect()
}
