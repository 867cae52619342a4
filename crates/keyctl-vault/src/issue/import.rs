//! Taking in what another vault or another product has.
//!
//! An export of a vault brings its keys as they are: the same ids, and tokens that go on working.
//! Records of other products bring settings and never secrets: each gets a new token. Both can be
//! run again: what is here already stays, and whatever differs is said and left alone.

use keyctl_verify::{KeyId, Kind, Scope, ScopeSet, Standing, Status, Timestamp};

use super::batch::Batch;
use super::bounds::check_size;
use super::change::differences;
use super::create::{Created, NameChoice, NewKey, create_one_of, unique};
use super::end::disable;
use super::taken::{Taken, Taking};
use super::words::joined;
use super::{IssueError, Refusal};
use crate::domain::{Change, FieldChange, Generation, Key, OwnerRecord, Subject};
use crate::error::VaultError;
use crate::vault::{Records, Transaction, UnlockedVault};

/// Takes in every owner and key of another vault.
///
/// # Errors
/// When its tokens begin with something else, so that none of them would be known here; when
/// either vault is damaged. What keeps a single record out is its result.
pub fn import_vault(
    tx: &mut Transaction<'_>,
    other: &mut UnlockedVault,
    now: Timestamp,
) -> Result<Vec<Taken>, IssueError> {
    let theirs = other.snapshot()?.brand().to_string();
    let ours = tx.brand().to_string();
    if ours != theirs {
        return Err(Refusal::OtherTokenPrefix { ours, theirs }.into());
    }
    let (mut taken, keys) = (Vec::new(), tx.keys_of(other)?);
    tx.make_room(keys.len())?;
    for owner in other.snapshot()?.owners()? {
        taken.push(take_owner(tx, &owner)?);
    }
    for key in keys {
        taken.push(take_key(tx, key, now)?);
    }
    Ok(taken)
}

fn take_owner(tx: &mut Transaction<'_>, owner: &OwnerRecord) -> Result<Taken, VaultError> {
    let result = match tx.owner(&owner.name)? {
        Some(present) if present.ceiling == owner.ceiling => Taking::Unchanged,
        Some(_) => Taking::Failed("the owner is here with another ceiling".to_owned()),
        None => {
            tx.put_owner(owner)?;
            let fields = vec![FieldChange::new("ceiling", None, joined(owner.ceiling.iter()))];
            tx.note(&Change { subject: Subject::owner(&owner.name), fields });
            Taking::Created
        }
    };
    Ok(Taken { id: None, name: owner.name.to_string(), result, kept: Vec::new() })
}

fn take_key(tx: &mut Transaction<'_>, mut key: Key, now: Timestamp) -> Result<Taken, VaultError> {
    let result = match obstacle(tx, &key, now)? {
        Some(result) => result,
        None => {
            key.order = tx.next_order();
            tx.put_key(None, &key)?;
            let status = Some(key.status(now).to_string());
            let fields = vec![FieldChange::new("status", None, status)];
            tx.note(&Change { subject: Subject::key(&key), fields });
            Taking::Created
        }
    };
    Ok(Taken { id: Some(key.id), name: key.name.to_string(), result, kept: Vec::new() })
}

/// Why a key is not taken in: it is here already, or something of it is another key's.
fn obstacle(tx: &Transaction<'_>, key: &Key, now: Timestamp) -> Result<Option<Taking>, VaultError> {
    if let Some(present) = tx.key(key.id)? {
        let mut fields: Vec<String> = differences(&present, key, now)
            .into_iter()
            .map(|change| change.field.to_string())
            .collect();
        let is_same = |(ours, theirs): (&Generation, &Generation)| {
            ours.n == theirs.n && ours.digest.matches(&theirs.digest)
        };
        let same_count = present.generations.len() == key.generations.len();
        if !same_count || !present.generations.iter().zip(&key.generations).all(is_same) {
            fields.push("tokens".to_owned());
        }
        if fields.is_empty() {
            return Ok(Some(Taking::Unchanged));
        }
        let what = format!("the key is here, and differs in {}", fields.join(", "));
        return Ok(Some(Taking::Failed(what)));
    }
    if let Err(refusal) = check_size(key) {
        return Ok(Some(Taking::Failed(refusal.to_string())));
    }
    let holder = tx.live_key_named(key.project.as_ref(), &key.name)?.filter(|_| key.is_live());
    if let Some(holder) = holder {
        return Ok(Some(Taking::Failed(format!("the name is taken by {holder}"))));
    }
    for generation in &key.generations {
        if tx.key_with_public_id(generation.public_id)?.is_some() {
            return Ok(Some(Taking::Failed("another key has its prefix".to_owned())));
        }
    }
    Ok(None)
}

/// What another vault or product says of a key.
#[derive(Clone, Debug)]
pub struct Foreign {
    /// Its settings.
    pub new: NewKey,
    /// What its owner's ceiling left of its scopes there: ceilings are no part of a list of keys.
    pub effective: Option<ScopeSet>,
    /// What it was there.
    pub status: Option<Status>,
}

/// Makes a key of a record that another vault or product has, unless it is here already; `batch`
/// goes from one to the next.
///
/// # Errors
/// When the vault is damaged; what a rule refuses is the record's result.
pub fn import_record(
    tx: &mut Transaction<'_>,
    record: Foreign,
    now: Timestamp,
    batch: &mut Batch,
) -> Result<(Taken, Option<Created>), IssueError> {
    let Foreign { mut new, effective, status } = record;
    let name = match &new.name {
        NameChoice::Given(name) => name.clone(),
        NameChoice::Automatic => {
            let why = "it has no name, by which it would be known again".to_owned();
            return Ok((taken(None, "(no name)".to_owned(), Taking::Failed(why)), None));
        }
    };
    let text = name.to_string();
    if let Some(ended) = status.filter(|status| is_over(*status)) {
        return Ok((taken(None, text, Taking::over(ended)), None));
    }
    let leaves_all = has_lost_its_ceiling(tx, &new)?;
    if let Some(effective) = effective
        && !is_registered(tx, &new)?
    {
        new.scopes = effective;
    }
    if let Some(present) = tx.live_key_named(new.project.as_ref(), &name)? {
        let present = tx.key(present)?.ok_or(IssueError::NotFound { wanted: text.clone() })?;
        let fields = unlike(&present, &new, status);
        let result = if fields.is_empty() {
            Taking::Unchanged
        } else {
            Taking::Failed(format!(
                "a key of that name is here, and differs in {}",
                fields.join(", ")
            ))
        };
        return Ok((taken(Some(present.id), text, result), None));
    }
    if leaves_all {
        let why =
            "its owner is not registered here, and it comes with them: see 'keyctl owner add'";
        return Ok((taken(None, text, Taking::Failed(why.to_owned())), None));
    }
    match create_one_of(tx, new, now, batch) {
        Ok(created) => {
            if status == Some(Status::Inactive) {
                disable(tx, created.key.id, now)?;
            }
            Ok((taken(Some(created.key.id), text, Taking::Created), Some(created)))
        }
        Err(IssueError::Vault(error)) => Err(error.into()),
        Err(error) => Ok((taken(None, text, Taking::Failed(error.to_string())), None)),
    }
}

/// True for a personal key that leaves everything to the ceiling of its owner, who has none here.
fn has_lost_its_ceiling(tx: &Transaction<'_>, new: &NewKey) -> Result<bool, VaultError> {
    let leaves_all = new.kind == Kind::Personal && new.scopes.iter().any(Scope::is_full_access);
    Ok(leaves_all && new.owner.is_some() && !is_registered(tx, new)?)
}

/// Whether the owner has a ceiling here.
fn is_registered(tx: &Transaction<'_>, new: &NewKey) -> Result<bool, VaultError> {
    Ok(new.owner.as_ref().map(|owner| tx.owner(owner)).transpose()?.flatten().is_some())
}

/// True for a status with which no key is made again.
#[must_use]
pub fn is_over(status: Status) -> bool {
    matches!(status, Status::Revoked | Status::Expired)
}

fn taken(id: Option<KeyId>, name: String, result: Taking) -> Taken {
    Taken { id, name, result, kept: Vec::new() }
}

/// The settings in which a key is unlike what a record asks for. When it begins and ends is not
/// among them: lengths of time begin anew with each key.
fn unlike(key: &Key, new: &NewKey, status: Option<Status>) -> Vec<&'static str> {
    let is_paused = key.standing == Standing::Disabled;
    let differs = [
        ("status", status.is_some_and(|status| (status == Status::Inactive) != is_paused)),
        ("kind", key.kind != new.kind),
        ("environment", key.environment != new.environment),
        ("owner", key.owner != new.owner),
        ("scopes", key.scopes != new.scopes),
        ("paths", key.paths != unique(new.paths.clone())),
        ("ips", key.ips != unique(new.ips.clone())),
        ("customers", key.customers != unique(new.customers.clone())),
        ("rate_limit", key.rate_limit != new.rate_limit),
        ("labels", key.labels != new.labels),
        ("note", key.note != new.note),
        ("recoverable", key.recoverable != new.recoverable),
    ];
    differs.into_iter().filter_map(|(name, differs)| differs.then_some(name)).collect()
}
