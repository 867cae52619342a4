//! Rotation: a new generation under the same id. The old token ends at once, or after a grace in
//! which both work.

use keyctl_verify::{KeyId, Timestamp, Token};

use super::change::{Changed, mutate};
use super::policy::check_expiry;
use super::{IssueError, Refusal};
use crate::domain::{Generation, Key, Lifetime, MAX_GENERATIONS, Replaced};
use crate::vault::{Records, Transaction};

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// A new generation; the old token ends at once, or after the grace.
    Begin {
        /// How long the old token goes on.
        grace: Option<Lifetime>,
    },
    /// The old token of a rotation in grace ends now. Where the grace has run out, it is ended for
    /// good: until then a clock that is set back would let it go on.
    Finish,
    /// The new token of a rotation in grace ends now, and the old one is current again, with its
    /// number and its expiry.
    Cancel,
}

/// What a rotation did besides what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RotateNote {
    /// The grace ends at this instant, where the old expiry was.
    GraceShortened(Timestamp),
    /// A rotation was in grace; the token of this generation ended at once.
    OldestEnded(u32),
    /// The expiry was edited since the rotation, and stays as edited.
    ExpiryKept,
}

/// A key after a rotation.
#[derive(Debug)]
pub struct Rotated {
    /// The key, and what differs.
    pub changed: Changed,
    /// The new token; none after a finish or a cancel.
    pub token: Option<Token>,
    /// What else was done.
    pub notes: Vec<RotateNote>,
}

/// Rotates a key, or ends a rotation that is in grace.
///
/// # Errors
/// When the key is revoked or expired, the policy allows neither the grace nor how long the new
/// token would live, or there is nothing to cancel.
pub fn rotate(
    tx: &mut Transaction<'_>,
    id: KeyId,
    rotation: Rotation,
    now: Timestamp,
) -> Result<Rotated, IssueError> {
    match rotation {
        Rotation::Begin { grace } => begin(tx, id, grace, now),
        Rotation::Finish => end(mutate(tx, id, now, |key| finish(key, now))),
        Rotation::Cancel => {
            let mut notes = Vec::new();
            let changed = mutate(tx, id, now, |key| cancel(key, now, &mut notes))?;
            Ok(Rotated { changed, token: None, notes })
        }
    }
}

fn end(changed: Result<Changed, IssueError>) -> Result<Rotated, IssueError> {
    Ok(Rotated { changed: changed?, token: None, notes: Vec::new() })
}

fn begin(
    tx: &mut Transaction<'_>,
    id: KeyId,
    grace: Option<Lifetime>,
    now: Timestamp,
) -> Result<Rotated, IssueError> {
    let not_found = || IssueError::NotFound { wanted: id.to_string() };
    let key = tx.key(id)?.ok_or_else(not_found)?;
    check_rotatable(&key, now)?;
    let policy = tx.policy()?;
    check_grace(grace, policy.max_grace, now)?;
    let anew = key.lifetime.map(|lifetime| lifetime.after(now));
    check_expiry(&policy, anew.or(key.expires_at), now)?;
    let n = key.next_generation;
    let (generation, token) = tx.new_generation(&key, n, now)?;
    let mut notes = Vec::new();
    let changed = mutate(tx, id, now, |key| {
        notes.extend(key.in_grace(now).map(|oldest| RotateNote::OldestEnded(oldest.n)));
        end_old(key, now);
        let wanted = grace.map_or(now, |grace| grace.after(now));
        let end = key.expires_at.map_or(wanted, |expiry| expiry.min(wanted));
        if end < wanted {
            notes.push(RotateNote::GraceShortened(end));
        }
        succeed(key, generation, Some(end).filter(|_| grace.is_some()), now);
        Ok(())
    })?;
    Ok(Rotated { changed, token: Some(token), notes })
}

/// Makes `generation` the current one; the one before is valid until the end of its grace, or ends
/// now.
fn succeed(key: &mut Key, generation: Generation, grace: Option<Timestamp>, now: Timestamp) {
    let replaced = Replaced { expires_at: key.expires_at, lifetime: key.lifetime };
    let current = key.generation;
    if let Some(old) = key.generation_mut(current) {
        old.valid_until = Some(grace.unwrap_or(now));
        old.replaced = grace.map(|_| replaced);
    }
    if let Some(lifetime) = key.lifetime {
        key.expires_at = Some(lifetime.after(now));
    }
    key.generation = generation.n;
    key.next_generation = generation.n + 1;
    key.generations.push(generation);
    forget_oldest(key, now);
}

fn finish(key: &mut Key, now: Timestamp) -> Result<(), Refusal> {
    if !key.is_live() {
        return Err(Refusal::Revoked { id: key.id });
    }
    if key.replaced().is_some() {
        end_old(key, now);
    }
    Ok(())
}

fn cancel(key: &mut Key, now: Timestamp, notes: &mut Vec<RotateNote>) -> Result<(), Refusal> {
    if !key.is_live() {
        return Err(Refusal::Revoked { id: key.id });
    }
    let cancelled = key.generation;
    let old = key.in_grace(now).ok_or(Refusal::NotInGrace { id: key.id })?;
    let (n, replaced) = (old.n, old.replaced);
    let rotated_at = key.current().created_at;
    if let Some(new) = key.generation_mut(cancelled) {
        new.valid_until = Some(now);
    }
    if let Some(old) = key.generation_mut(n) {
        old.valid_until = None;
        old.replaced = None;
    }
    key.generation = n;
    if let Some(replaced) = replaced {
        let by_rotation = replaced.lifetime.map(|lifetime| lifetime.after(rotated_at));
        let as_rotated = (by_rotation.or(replaced.expires_at), replaced.lifetime);
        if (key.expires_at, key.lifetime) == as_rotated {
            (key.expires_at, key.lifetime) = (replaced.expires_at, replaced.lifetime);
        } else {
            notes.push(RotateNote::ExpiryKept);
        }
    }
    Ok(())
}

/// Ends every generation but the current one, those too that a clock set back would let go on.
fn end_old(key: &mut Key, now: Timestamp) {
    let current = key.generation;
    for old in key.generations.iter_mut().filter(|g| g.n != current) {
        old.valid_until = old.valid_until.map(|end| end.min(now));
        old.replaced = None;
    }
}

fn check_rotatable(key: &Key, now: Timestamp) -> Result<(), Refusal> {
    if !key.is_live() {
        return Err(Refusal::Revoked { id: key.id });
    }
    if key.expires_at.is_some_and(|end| now >= end) {
        return Err(Refusal::Expired { id: key.id });
    }
    Ok(())
}

/// Months differ in length, so it is the ends that are compared.
fn check_grace(grace: Option<Lifetime>, max: Lifetime, now: Timestamp) -> Result<(), Refusal> {
    match grace {
        Some(asked) if asked.after(now) > max.after(now) => {
            Err(Refusal::GraceTooLong { asked, max })
        }
        _ => Ok(()),
    }
}

/// Keeps a bounded number of generations: the oldest that have ended go first.
fn forget_oldest(key: &mut Key, now: Timestamp) {
    while key.generations.len() > MAX_GENERATIONS {
        let ended =
            |g: &Generation| g.n != key.generation && g.valid_until.is_some_and(|end| now >= end);
        let Some(at) = key.generations.iter().position(ended) else { return };
        key.generations.remove(at);
    }
}
