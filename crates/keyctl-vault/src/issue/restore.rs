//! Putting records of a backup back into the vault that it was taken from, without undoing what
//! was restricted since.
//!
//! A backup knows nothing of what happened after it. So each key that is in both gets the stricter
//! of its two states: revoked stays revoked, a rotation stays made, the narrower scopes and the
//! earlier end count. A key that was deleted since comes back disabled, because deleting it ended
//! its tokens; enabling it is a decision of its own.

use keyctl_verify::{Scope, ScopeSet, Standing, Timestamp};

use super::IssueError;
use super::bounds::check_size;
use super::change::differences;
use super::taken::{Kept, Taken, Taking};
use super::words::joined;
use crate::domain::{Change, FieldChange, Generation, Key, OwnerRecord, Subject};
use crate::error::VaultError;
use crate::vault::{Records, Snapshot, Transaction, UnlockedVault};

/// Puts back what a backup of this vault has, key by key and owner by owner.
///
/// # Errors
/// When either is damaged; what keeps a single record from being put back is its result.
pub fn restore(
    tx: &mut Transaction<'_>,
    backup: &mut UnlockedVault,
    now: Timestamp,
) -> Result<Vec<Taken>, IssueError> {
    let mut taken = Vec::new();
    for owner in backup.snapshot()?.owners()? {
        taken.extend(restore_owner(tx, owner, now)?);
    }
    let witness = if tx.vault_key() == backup.vault_key() {
        Witness::ThisVault
    } else {
        Witness::BeforeRekey
    };
    for key in tx.keys_of(backup)? {
        taken.push(restore_key(tx, key, witness, now)?);
    }
    Ok(taken)
}

/// What would come back to life if `backup` took the place of `present` as it is; and what the
/// audit log has to say of it.
///
/// # Errors
/// When either is damaged.
pub fn revived(
    present: &mut UnlockedVault,
    backup: &mut UnlockedVault,
) -> Result<(Vec<Taken>, Vec<Change>), VaultError> {
    let present = present.snapshot()?;
    let backup = backup.snapshot()?;
    let (mut taken, mut changes) = widened_owners(&present, &backup)?;
    let mut revived = Vec::new();
    backup.each_key(|key| {
        let (order, id, name) = (key.order, Some(key.id), key.name.to_string());
        let subject = Subject::key(&key);
        let (_, kept) = match present.key(key.id)? {
            Some(present) => stricter(&present, key, Witness::ThisVault),
            None => deleted_since(key),
        };
        if !kept.is_empty() {
            let fields = vec![FieldChange::new("revived", Some(Kept::joined(&kept, " ")), None)];
            let taken = Taken { id, name, result: Taking::Changed, kept };
            revived.push((order, taken, Change { subject, fields }));
        }
        Ok(())
    })?;
    revived.sort_by_key(|(order, ..)| *order);
    for (_, key, change) in revived {
        taken.push(key);
        changes.push(change);
    }
    Ok((taken, changes))
}

/// The owners whose ceiling was narrowed since, or set: every key of theirs could do more again.
fn widened_owners(
    present: &Snapshot<'_>,
    backup: &Snapshot<'_>,
) -> Result<(Vec<Taken>, Vec<Change>), VaultError> {
    let (mut taken, mut changes) = (Vec::new(), Vec::new());
    let no_ceiling: ScopeSet = Scope::parse("*").into_iter().collect();
    for owner in present.owners()? {
        let before = backup.owner(&owner.name)?;
        let before = before.map_or_else(|| no_ceiling.clone(), |owner| owner.ceiling);
        if within(&before, &owner.ceiling) == before {
            continue;
        }
        let kept = vec![Kept::Narrowed];
        let fields = vec![FieldChange::new("revived", Some(Kept::joined(&kept, " ")), None)];
        changes.push(Change { subject: Subject::owner(&owner.name), fields });
        taken.push(Taken { id: None, name: owner.name.to_string(), result: Taking::Changed, kept });
    }
    Ok((taken, changes))
}

/// An owner's ceiling is what both states allow.
fn restore_owner(
    tx: &mut Transaction<'_>,
    mut owner: OwnerRecord,
    now: Timestamp,
) -> Result<Option<Taken>, VaultError> {
    let name = owner.name.to_string();
    let (before, result) = match tx.owner(&owner.name)? {
        Some(present) => {
            owner.ceiling = within(&owner.ceiling, &present.ceiling);
            owner.personal_key = present.personal_key;
            if owner.ceiling == present.ceiling {
                return Ok(None);
            }
            (joined(present.ceiling.iter()), Taking::Changed)
        }
        None => (None, Taking::Created),
    };
    owner.updated_at = now;
    tx.put_owner(&owner)?;
    let fields = vec![FieldChange::new("ceiling", before, joined(owner.ceiling.iter()))];
    tx.note(&Change { subject: Subject::owner(&owner.name), fields });
    Ok(Some(Taken { id: None, name, result, kept: Vec::new() }))
}

/// Whose signature a backup bears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Witness {
    /// That of the keys which the vault has now.
    ThisVault,
    /// That of keys from before a rekey, which somebody may have whom it shut out: no token is
    /// taken from it for a key that is here.
    BeforeRekey,
}

fn restore_key(
    tx: &mut Transaction<'_>,
    key: Key,
    witness: Witness,
    now: Timestamp,
) -> Result<Taken, VaultError> {
    let (id, name) = (key.id, key.name.to_string());
    let present = tx.key(id)?;
    let (mut after, kept) = match &present {
        Some(present) => stricter(present, key, witness),
        None => deleted_since(key),
    };
    let done = |result| Taken { id: Some(id), name: name.clone(), result, kept: kept.clone() };
    if present.as_ref().is_some_and(|present| !is_same_key(present, &after)) {
        let why = "the backup has another key under its id".to_owned();
        return Ok(done(Taking::Failed(why)));
    }
    let holder = tx.live_key_named(after.project.as_ref(), &after.name)?;
    if let Some(holder) = holder.filter(|holder| *holder != id && after.is_live()) {
        match &present {
            Some(present) => after.name = present.name.clone(),
            None => return Ok(done(Taking::Failed(format!("the name is taken by {holder}")))),
        }
    }
    let fields = match &present {
        Some(present) => differences(present, &after, now),
        None => {
            let status = Some(after.status(now).to_string());
            vec![FieldChange::new("status", Some("deleted".to_owned()), status)]
        }
    };
    if fields.is_empty() {
        return Ok(done(Taking::Unchanged));
    }
    for generation in after.generations.iter().filter(|_| present.is_none()) {
        if tx.key_with_public_id(generation.public_id)?.is_some() {
            return Ok(done(Taking::Failed("another key has its prefix".to_owned())));
        }
    }
    if let Err(refusal) = check_size(&after) {
        return Ok(done(Taking::Failed(refusal.to_string())));
    }
    after.order = present.as_ref().map_or_else(|| tx.next_order(), |present| present.order);
    after.updated_at = now;
    after.forget_ended_tokens();
    tx.put_key(present.as_ref(), &after)?;
    tx.note(&Change { subject: Subject::key(&after), fields });
    Ok(done(if present.is_some() { Taking::Changed } else { Taking::Created }))
}

/// What never changes of a key is what makes it that key: a backup from before a rekey is signed by
/// a root key that others may have by now, and must not move a key to another project.
fn is_same_key(present: &Key, backup: &Key) -> bool {
    let fixed = |key: &Key| (key.environment, key.kind, key.created_at);
    fixed(present) == fixed(backup)
        && present.project == backup.project
        && present.owner == backup.owner
}

/// What was deleted had ended: it comes back, but not to life.
fn deleted_since(mut key: Key) -> (Key, Vec<Kept>) {
    if key.standing == Standing::Good {
        key.standing = Standing::Disabled;
        return (key, vec![Kept::Deleted]);
    }
    (key, Vec::new())
}

/// The backup's state of a key, with every restriction that was made since.
fn stricter(present: &Key, mut key: Key, witness: Witness) -> (Key, Vec<Kept>) {
    let mut kept = Vec::new();
    if rank(present.standing) > rank(key.standing) {
        kept.push(if present.is_live() { Kept::Disabled } else { Kept::Revoked });
        key.standing = present.standing;
    }
    if !present.is_live() {
        key.revoked_at = present.revoked_at;
        key.revoke_reason = present.revoke_reason.clone();
    }
    // Tokens are those of the later state, which is the present one unless an older file was put
    // in the vault's place. Their numbers tell, which are never used again; no clock does. What was
    // ended here since is ended all the same.
    let then = (key.generation, ends(&key));
    let is_later = key.next_generation > present.next_generation && end_as_in(present, &mut key);
    if witness == Witness::BeforeRekey || !is_later {
        key.generations.clone_from(&present.generations);
        key.generation = present.generation;
        key.next_generation = present.next_generation;
        key.recoverable = present.recoverable;
    }
    if then != (key.generation, ends(&key)) {
        kept.push(Kept::Rotated);
    }
    if narrow(present, &mut key) {
        kept.push(Kept::Narrowed);
    }
    (key, kept)
}

/// Ends the tokens of `key` that `present` has ended; false when that would be its current one.
fn end_as_in(present: &Key, key: &mut Key) -> bool {
    let current = key.generation;
    for generation in &mut key.generations {
        let same = |own: &&Generation| own.public_id == generation.public_id;
        let ended = |own: &&Generation| own.n != present.generation;
        let Some(own) = present.generations.iter().find(same).filter(ended) else { continue };
        if generation.n == current {
            return false;
        }
        let ends = [generation.valid_until, own.valid_until];
        generation.valid_until = ends.into_iter().flatten().min();
        generation.replaced = generation.replaced.filter(|_| own.replaced.is_some());
    }
    true
}

fn rank(standing: Standing) -> u8 {
    match standing {
        Standing::Good => 0,
        Standing::Disabled => 1,
        Standing::Revoked => 2,
    }
}

/// When each generation ends.
fn ends(key: &Key) -> Vec<(u32, Option<Timestamp>)> {
    key.generations.iter().map(|g| (g.n, g.valid_until)).collect()
}

/// Narrows `key` to what `present` allows; true when that took anything away.
fn narrow(present: &Key, key: &mut Key) -> bool {
    let mut narrowed = false;
    let scopes = within(&key.scopes, &present.scopes);
    narrowed |= scopes != key.scopes;
    key.scopes = scopes;
    let ends_earlier = match (present.expires_at, key.expires_at) {
        (Some(now), Some(then)) => now < then,
        (Some(_), None) => true,
        (None, _) => false,
    };
    if ends_earlier {
        key.expires_at = present.expires_at;
        key.lifetime = present.lifetime;
        narrowed = true;
    }
    if present.not_before > key.not_before {
        key.not_before = present.not_before;
        narrowed = true;
    }
    narrowed |= narrow_list(&present.paths, &mut key.paths);
    narrowed |= narrow_list(&present.ips, &mut key.ips);
    narrowed |= narrow_list(&present.customers, &mut key.customers);
    if present.rate_limit.is_some() && present.rate_limit != key.rate_limit {
        key.rate_limit = present.rate_limit;
        narrowed = true;
    }
    narrowed
}

/// What both allow: `scopes` as they stand if `limit` allows all of them.
fn within(scopes: &ScopeSet, limit: &ScopeSet) -> ScopeSet {
    if scopes.iter().all(|scope| limit.grants(scope)) {
        return scopes.clone();
    }
    scopes.intersect(limit)
}

/// A limit stays the present one unless the backup's allows nothing that it does not: an empty
/// list is no limit, and entries are compared as they stand.
fn narrow_list<T: Clone + PartialEq>(present: &[T], list: &mut Vec<T>) -> bool {
    let is_within = !list.is_empty() && list.iter().all(|item| present.contains(item));
    if present.is_empty() || is_within {
        return false;
    }
    *list = present.to_vec();
    true
}
