//! Ending, pausing and resuming keys.

use keyctl_verify::{KeyId, Standing, Timestamp};

use super::change::{Changed, mutate};
use super::policy::check_reason;
use super::{IssueError, Refusal};
use crate::domain::{Change, FieldChange, Reason, Subject};
use crate::vault::{Records, Transaction};

/// Revokes a key for good. One that is revoked already stays as it is.
///
/// # Errors
/// When there is no such key, or the policy wants a reason.
pub fn revoke(
    tx: &mut Transaction<'_>,
    id: KeyId,
    reason: Option<&Reason>,
    now: Timestamp,
) -> Result<Changed, IssueError> {
    if tx.key(id)?.is_some_and(|key| key.is_live()) {
        check_reason(tx, reason)?;
    }
    mutate(tx, id, now, |key| {
        if key.is_live() {
            key.standing = Standing::Revoked;
            key.revoked_at = Some(now);
            key.revoke_reason = reason.cloned();
        }
        Ok(())
    })
}

/// Pauses a key.
///
/// # Errors
/// When there is no such key, or it is revoked.
pub fn disable(tx: &mut Transaction<'_>, id: KeyId, now: Timestamp) -> Result<Changed, IssueError> {
    stand(tx, id, Standing::Disabled, now)
}

/// Resumes a key.
///
/// # Errors
/// When there is no such key, or it is revoked.
pub fn enable(tx: &mut Transaction<'_>, id: KeyId, now: Timestamp) -> Result<Changed, IssueError> {
    stand(tx, id, Standing::Good, now)
}

/// Removes a key's record; the audit log keeps the fact and the reason.
///
/// # Errors
/// When there is no such key, or it is live and the policy wants a reason.
pub fn delete(
    tx: &mut Transaction<'_>,
    id: KeyId,
    reason: Option<&Reason>,
    now: Timestamp,
) -> Result<Changed, IssueError> {
    let not_found = || IssueError::NotFound { wanted: id.to_string() };
    let key = tx.key(id)?.ok_or_else(not_found)?;
    if key.is_live() {
        check_reason(tx, reason)?;
    }
    tx.remove_key(&key)?;
    let status = Some(key.status(now).to_string());
    let mut fields = vec![FieldChange::new("status", status, Some("deleted".to_owned()))];
    fields.extend(given(reason));
    tx.note(&Change { subject: Subject::key(&key), fields: fields.clone() });
    Ok(Changed { key, brand: tx.brand().clone(), fields })
}

/// The reason of a deed that leaves no record to keep it in.
pub(super) fn given(reason: Option<&Reason>) -> Option<FieldChange> {
    reason.map(|reason| FieldChange::new("reason", None, Some(reason.to_string())))
}

fn stand(
    tx: &mut Transaction<'_>,
    id: KeyId,
    standing: Standing,
    now: Timestamp,
) -> Result<Changed, IssueError> {
    mutate(tx, id, now, |key| {
        if !key.is_live() {
            return Err(Refusal::Revoked { id });
        }
        key.standing = standing;
        Ok(())
    })
}
