//! Owners: registering them, narrowing and widening what their keys can do, and seeing them off.

use keyctl_verify::{Environment, Kind, Scope, ScopeSet, Standing, Timestamp};

use super::batch::Batch;
use super::bounds::check_size;
use super::change::Changed;
use super::create::{Expiry, NameChoice, NewKey, make};
use super::end::{given, revoke};
use super::policy::{check_new_key, check_reason};
use super::words::joined;
use super::{IssueError, Refusal};
use crate::domain::{
    Ceilings, Change, FieldChange, Key, Lifetime, Name, Owner, OwnerRecord, Policy, Project,
    Reason, Subject,
};
use crate::vault::{Records, Transaction};

/// An owner to be registered.
#[derive(Clone, Debug)]
pub struct NewOwner {
    /// Who.
    pub name: Owner,
    /// What keys of theirs can do at most.
    pub ceiling: ScopeSet,
    /// The project of their personal key; without one it is right for no project that is asked for.
    pub project: Option<Project>,
    /// The environment of their personal key.
    pub environment: Environment,
    /// When their personal key ends; by default as the policy says, else never.
    pub expires: Expiry,
}

/// An owner, before and after a change.
#[derive(Clone, Debug)]
pub struct ChangedOwner {
    /// The owner as they are now, or were last.
    pub owner: OwnerRecord,
    /// True when anything differs.
    pub is_changed: bool,
}

/// Registers an owner, and makes their personal key: all that the ceiling allows, and recoverable.
/// Keys that act for them already are narrowed by the ceiling at once.
///
/// # Errors
/// When they are registered already, the policy does not allow one more key of theirs, or one would
/// become too large for a bundle.
pub fn add_owner(
    tx: &mut Transaction<'_>,
    new: NewOwner,
    now: Timestamp,
) -> Result<(OwnerRecord, Key), IssueError> {
    if tx.owner(&new.name)?.is_some() {
        return Err(Refusal::OwnerTaken { owner: new.name.to_string() }.into());
    }
    let expires = match new.expires {
        Expiry::Default => lifetime_unsaid(&tx.policy()?, now).map_or(Expiry::Never, Expiry::After),
        said => said,
    };
    let everything: ScopeSet = Scope::parse("*").into_iter().collect();
    let personal = NewKey {
        project: new.project,
        environment: new.environment,
        kind: Kind::Personal,
        owner: Some(new.name.clone()),
        name: NameChoice::Given(personal_name(&new.name)),
        expires,
        not_before: None,
        scopes: everything,
        paths: Vec::new(),
        ips: Vec::new(),
        customers: Vec::new(),
        rate_limit: None,
        labels: std::collections::BTreeMap::new(),
        note: None,
        recoverable: true,
    };
    let key = make(tx, personal, now).map_err(|error| of_personal_key(error, &new.name))?.key;
    let owner = OwnerRecord {
        name: new.name,
        ceiling: new.ceiling,
        created_at: now,
        updated_at: now,
        personal_key: key.id,
    };
    check_keys(tx, &owner)?;
    tx.put_owner(&owner)?;
    let policy = tx.policy()?;
    check_new_key(&policy, &key, true)?;
    Batch::default().count(tx, &key, policy.max_keys_per_owner)?;
    let fields = vec![FieldChange::new("ceiling", None, joined(owner.ceiling.iter()))];
    tx.note(&Change { subject: Subject::owner(&owner.name), fields });
    Ok((owner, key))
}

/// Nobody chose the name of a personal key, so nobody can be told to choose another.
fn of_personal_key(error: IssueError, owner: &Owner) -> IssueError {
    match error {
        IssueError::Refused(Refusal::NameTaken { name, project, holder }) => {
            Refusal::PersonalNameTaken { owner: owner.to_string(), name, project, holder }.into()
        }
        error => error,
    }
}

/// The policy holds for a personal key too, so one whose lifetime nobody says lives as long as the
/// policy allows, or a year where it only wants an end.
fn lifetime_unsaid(policy: &Policy, now: Timestamp) -> Option<Lifetime> {
    let year = || "1y".parse().expect("a year is a length of time");
    let allowed = policy.lifetime_unsaid(now).or(policy.max_lifetime);
    allowed.or_else(|| policy.require_expiry.then(year))
}

fn personal_name(owner: &Owner) -> Name {
    let name = Name::parse(&format!("personal {owner}"));
    name.expect("an owner has at most 100 characters, all of which a name may have")
}

/// Gives an owner another ceiling; every key of theirs follows at once.
///
/// # Errors
/// When they are not registered, or a key of theirs would become too large for a bundle.
pub fn edit_owner(
    tx: &mut Transaction<'_>,
    name: &Owner,
    ceiling: ScopeSet,
    now: Timestamp,
) -> Result<ChangedOwner, IssueError> {
    let before = registered(tx, name)?;
    if before.ceiling == ceiling {
        return Ok(ChangedOwner { owner: before, is_changed: false });
    }
    let field = FieldChange::new("ceiling", joined(before.ceiling.iter()), joined(ceiling.iter()));
    let owner = OwnerRecord { ceiling, updated_at: now, ..before };
    check_keys(tx, &owner)?;
    tx.put_owner(&owner)?;
    tx.note(&Change { subject: Subject::owner(name), fields: vec![field] });
    Ok(ChangedOwner { owner, is_changed: true })
}

/// Revokes every key of an owner and removes their record.
///
/// # Errors
/// When they are not registered.
pub fn remove_owner(
    tx: &mut Transaction<'_>,
    name: &Owner,
    reason: Option<&Reason>,
    now: Timestamp,
) -> Result<Vec<Changed>, IssueError> {
    let owner = registered(tx, name)?;
    check_reason(tx, reason)?;
    let keys = keys_of(tx, name)?;
    let live = keys.iter().filter(|key| key.standing != Standing::Revoked);
    let ids: Vec<_> = live.map(|key| key.id).collect();
    let revoked =
        ids.into_iter().map(|id| revoke(tx, id, reason, now)).collect::<Result<_, _>>()?;
    tx.remove_owner(name)?;
    let mut fields = vec![FieldChange::new("ceiling", joined(owner.ceiling.iter()), None)];
    fields.extend(given(reason));
    tx.note(&Change { subject: Subject::owner(name), fields });
    Ok(revoked)
}

fn registered(tx: &Transaction<'_>, name: &Owner) -> Result<OwnerRecord, IssueError> {
    let not_found = || IssueError::NoSuchOwner { owner: name.to_string() };
    tx.owner(name)?.ok_or_else(not_found)
}

/// The keys of an owner, the newest first.
///
/// # Errors
/// When the vault is damaged.
pub fn keys_of(records: &impl Records, owner: &Owner) -> Result<Vec<Key>, IssueError> {
    let mut keys = records.keys(|key| (key.owner.as_ref() == Some(owner)).then_some(key))?;
    keys.sort_by_key(|key| std::cmp::Reverse(key.order));
    Ok(keys)
}

/// A bundle must be able to carry what each key of theirs may do.
fn check_keys(tx: &Transaction<'_>, owner: &OwnerRecord) -> Result<(), IssueError> {
    let ceilings: Ceilings = [owner.clone()].into_iter().collect();
    for mut key in keys_of(tx, &owner.name)? {
        key.scopes = ceilings.effective(&key);
        check_size(&key)?;
    }
    Ok(())
}
