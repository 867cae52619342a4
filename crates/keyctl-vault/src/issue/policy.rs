//! What the policy forbids, and changing it.

use keyctl_verify::Timestamp;

use super::{IssueError, Refusal};
use crate::domain::{Change, FieldChange, Key, Lifetime, Policy, Reason, Subject};
use crate::vault::Transaction;

/// What to change of a policy; `None` leaves a field as it is, and `Some(None)` empties it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PolicyEdit {
    /// How long a key lives when nothing was said.
    pub default_lifetime: Option<Option<Lifetime>>,
    /// The longest that a key may live.
    pub max_lifetime: Option<Option<Lifetime>>,
    /// The most live keys of one owner in one project; 0 for no limit.
    pub max_keys_per_owner: Option<u32>,
    /// Every key must expire.
    pub require_expiry: Option<bool>,
    /// Every key must act for a registered owner.
    pub require_owner: Option<bool>,
    /// Whoever revokes, deletes or reveals must say why.
    pub require_reason: Option<bool>,
    /// The longest grace of a rotation.
    pub max_grace: Option<Lifetime>,
}

/// Changes the policy; the policy as it is now, and whether it differs.
///
/// # Errors
/// When its default would be more than its maximum.
pub fn edit_policy(
    tx: &mut Transaction<'_>,
    edit: &PolicyEdit,
) -> Result<(Policy, bool), IssueError> {
    let before = tx.policy()?;
    let after = Policy {
        default_lifetime: edit.default_lifetime.unwrap_or(before.default_lifetime),
        max_lifetime: edit.max_lifetime.unwrap_or(before.max_lifetime),
        max_keys_per_owner: edit.max_keys_per_owner.unwrap_or(before.max_keys_per_owner),
        require_expiry: edit.require_expiry.unwrap_or(before.require_expiry),
        require_owner: edit.require_owner.unwrap_or(before.require_owner),
        require_reason: edit.require_reason.unwrap_or(before.require_reason),
        max_grace: edit.max_grace.unwrap_or(before.max_grace),
    };
    if let (Some(default), Some(max)) = (after.default_lifetime, after.max_lifetime)
        && default.seconds() > max.seconds()
    {
        return Err(Refusal::DefaultTooLong { default, max }.into());
    }
    let fields = differences(&before, &after);
    let is_changed = !fields.is_empty();
    if is_changed {
        tx.put_policy(&after)?;
        tx.note(&Change { subject: Subject::vault(), fields });
    }
    Ok((after, is_changed))
}

fn differences(before: &Policy, after: &Policy) -> Vec<FieldChange> {
    type Show = fn(&Policy) -> Option<String>;
    let fields: [(&str, Show); 7] = [
        ("default_lifetime", |p| p.default_lifetime.map(|l| l.to_string())),
        ("max_lifetime", |p| p.max_lifetime.map(|l| l.to_string())),
        ("max_keys_per_owner", |p| Some(p.max_keys_per_owner.to_string())),
        ("require_expiry", |p| Some(p.require_expiry.to_string())),
        ("require_owner", |p| Some(p.require_owner.to_string())),
        ("require_reason", |p| Some(p.require_reason.to_string())),
        ("max_grace", |p| Some(p.max_grace.to_string())),
    ];
    let changes = fields.map(|(field, show)| FieldChange::new(field, show(before), show(after)));
    changes.into_iter().filter(|change| change.from != change.to).collect()
}

/// Refuses an expiry that is said now and that the policy does not allow.
pub(super) fn check_expiry(
    policy: &Policy,
    expires_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Refusal> {
    if policy.allows_expiry(expires_at, now) {
        return Ok(());
    }
    Err(match policy.max_lifetime {
        Some(max) => Refusal::LifetimeTooLong { max },
        None => Refusal::ExpiryRequired,
    })
}

/// Refuses a new key that the policy does not allow, whose owner is registered or not. How many the
/// owner has is counted by [`Batch`](super::Batch).
pub(super) fn check_new_key(
    policy: &Policy,
    key: &Key,
    is_registered: bool,
) -> Result<(), Refusal> {
    check_expiry(policy, key.expires_at, key.created_at)?;
    if !policy.require_owner || (key.owner.is_some() && is_registered) {
        return Ok(());
    }
    Err(Refusal::OwnerRequired { owner: key.owner.as_ref().map(ToString::to_string) })
}

/// Refuses what has to be explained and is not.
pub(super) fn check_reason(
    tx: &Transaction<'_>,
    reason: Option<&Reason>,
) -> Result<(), IssueError> {
    let missing = reason.is_none() && tx.policy()?.require_reason;
    if missing { Err(Refusal::ReasonRequired.into()) } else { Ok(()) }
}
