//! What to do at once when a token has got into other hands: end the key, and make one that takes
//! its place, in one step.

use keyctl_verify::{KeyId, Standing, Timestamp, Token};

use super::change::{Changed, mutate};
use super::create::{Created, Expiry, NameChoice, NewKey, check_window, make};
use super::{IssueError, disable};
use crate::domain::{Change, FieldChange, Key, Policy, Reason, Subject};
use crate::vault::{Records, Transaction};

/// The reason that is given.
const REASON: &str = "compromised";
/// How long a replacement lives when the policy wants it to end and says nothing else.
const LIFETIME: &str = "90d";

/// What was done about a key.
#[derive(Debug)]
pub struct Compromised {
    /// The key, which is revoked now.
    pub changed: Changed,
    /// The key in its place.
    pub replacement: Option<Created>,
}

/// Ends every token of a key; and makes another with the same settings and name, unless
/// `replaces` is false, or the key had ended already. The policy cannot keep a token valid that is
/// known to others: where the key's own end would be too late for it, the replacement gets the
/// latest that is allowed; and keeps its own where that one lies before its beginning.
///
/// # Errors
/// When there is no such key.
pub fn compromised(
    tx: &mut Transaction<'_>,
    id: KeyId,
    replaces: bool,
    now: Timestamp,
) -> Result<Compromised, IssueError> {
    let not_found = || IssueError::NotFound { wanted: id.to_string() };
    let before = tx.key(id)?.ok_or_else(not_found)?;
    let changed = mutate(tx, id, now, |key| {
        if key.is_live() {
            key.standing = Standing::Revoked;
            key.revoked_at = Some(now);
            key.revoke_reason = Reason::parse(REASON).ok();
        }
        Ok(())
    })?;
    let has_ended = !before.is_live() || before.expires_at.is_some_and(|end| end <= now);
    if has_ended || !replaces {
        return Ok(Compromised { changed, replacement: None });
    }
    let created = make(tx, like(&before, &tx.policy()?, now), now)?;
    if before.standing == Standing::Disabled {
        disable(tx, created.key.id, now)?;
    }
    take_over_person(tx, &before, created.key.id, now)?;
    let key = tx.key(created.key.id)?.ok_or_else(not_found)?;
    Ok(Compromised { changed, replacement: Some(Created { key, token: created.token }) })
}

/// The settings of a key, for another.
fn like(key: &Key, policy: &Policy, now: Timestamp) -> NewKey {
    let expires = match (key.lifetime, key.expires_at) {
        (Some(lifetime), _) => Expiry::After(lifetime),
        (None, Some(at)) => Expiry::At(at),
        (None, None) => Expiry::Never,
    };
    let is_allowed = policy.allows_expiry(expires.resolve(now).0, now);
    let fallback = || LIFETIME.parse().expect("ninety days are a lifetime");
    let latest = policy.max_lifetime.or(policy.default_lifetime).unwrap_or_else(fallback);
    let latest = Expiry::After(latest);
    let is_never_valid = check_window(key.not_before, latest.resolve(now).0, now).is_err();
    NewKey {
        project: key.project.clone(),
        environment: key.environment,
        kind: key.kind,
        owner: key.owner.clone(),
        name: NameChoice::Given(key.name.clone()),
        expires: if is_allowed || is_never_valid { expires } else { latest },
        not_before: key.not_before.filter(|at| *at > now),
        scopes: key.scopes.clone(),
        paths: key.paths.clone(),
        ips: key.ips.clone(),
        customers: key.customers.clone(),
        rate_limit: key.rate_limit,
        labels: key.labels.clone(),
        note: key.note.clone(),
        recoverable: key.recoverable,
    }
}

/// Where it was its owner's personal key, the replacement is from now on.
fn take_over_person(
    tx: &mut Transaction<'_>,
    before: &Key,
    replacement: KeyId,
    now: Timestamp,
) -> Result<(), IssueError> {
    let owner = before.owner.as_ref().map(|owner| tx.owner(owner)).transpose()?.flatten();
    if let Some(mut owner) = owner.filter(|owner| owner.personal_key == before.id) {
        owner.personal_key = replacement;
        owner.updated_at = now;
        tx.put_owner(&owner)?;
        let (from, to) = (Some(before.id.to_string()), Some(replacement.to_string()));
        let fields = vec![FieldChange::new("personal_key", from, to)];
        tx.note(&Change { subject: Subject::owner(&owner.name), fields });
    }
    Ok(())
}

/// The key that has, or had, this very token.
///
/// # Errors
/// When there is none: one that shares only the prefix is not it.
pub fn find_by_token(records: &impl Records, token: &Token) -> Result<Key, IssueError> {
    let not_found = || IssueError::NotFound { wanted: token.prefix().to_string() };
    let found = if token.prefix().brand() == records.brand() {
        records.key_with_public_id(token.prefix().public_id())?
    } else {
        None
    };
    let is_its = |(key, n): &(Key, u32)| {
        key.generation(*n).is_some_and(|g| g.digest.matches(&token.digest()))
    };
    Ok(found.filter(is_its).ok_or_else(not_found)?.0)
}
