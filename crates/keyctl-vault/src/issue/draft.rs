//! Drafts of new keys: all that can be said of one without asking whether another has its name or
//! ids. Many are drafted on all cores.

use std::collections::HashMap;

use chrono::DateTime;
use keyctl_verify::{Standing, Timestamp};
use rayon::prelude::*;

use super::IssueError;
use super::batch::Batch;
use super::bounds::{check_ceiling, check_size};
use super::change::{first_fields, name_taken};
use super::create::{Created, Expiry, NameChoice, NewKey, check_window, unique};
use super::policy::check_new_key;
use crate::domain::{Change, Key, Name, Owner, OwnerRecord, Policy, Project, Subject};
use crate::error::VaultError;
use crate::vault::{Clash, Minter, Ready, Records, Transaction};

/// From so many on they are drafted on every core.
pub(super) const MANY: usize = 128;

/// What drafts follow.
pub(super) struct Drafter<'v> {
    minter: Minter<'v>,
    policy: Policy,
    /// Those that were named so far, as they are registered.
    owners: HashMap<Owner, Option<OwnerRecord>>,
    now: Timestamp,
}

/// A new key that has a name.
pub(super) struct Named {
    new: NewKey,
    name: Name,
    is_automatic: bool,
}

/// A key that is not in the vault yet.
pub(super) struct Draft {
    created: Created,
    ready: Ready,
    /// How many keys an owner may have; 0 is no limit.
    max_of_owner: u32,
    is_automatic: bool,
}

impl<'v> Drafter<'v> {
    pub(super) fn of(tx: &Transaction<'v>, now: Timestamp) -> Result<Self, VaultError> {
        Ok(Drafter { minter: tx.minter(), policy: tx.policy()?, owners: HashMap::new(), now })
    }

    /// Gives a key a name, if it has none, and looks up its owner.
    pub(super) fn named(
        &mut self,
        tx: &Transaction<'_>,
        new: NewKey,
        batch: &mut Batch,
    ) -> Result<Named, VaultError> {
        if let Some(owner) = &new.owner
            && !self.owners.contains_key(owner)
        {
            self.owners.insert(owner.clone(), tx.owner(owner)?);
        }
        let is_automatic = new.name == NameChoice::Automatic;
        let name = match &new.name {
            NameChoice::Given(name) => name.clone(),
            NameChoice::Automatic => automatic_name(tx, new.project.as_ref(), self.now, batch)?,
        };
        Ok(Named { new, name, is_automatic })
    }

    /// Drafts in their order, the first of which comes to the vault as number `first`; or why one is
    /// refused.
    pub(super) fn drafts(&self, first: u64, named: Vec<Named>) -> Vec<Result<Draft, IssueError>> {
        let draft = |(n, named)| self.draft(first + n as u64, named);
        match named.len() {
            ..MANY => named.into_iter().enumerate().map(draft).collect(),
            _ => named.into_par_iter().enumerate().map(draft).collect(),
        }
    }

    /// The draft of a key that its owner may have.
    pub(super) fn draft(&self, order: u64, named: Named) -> Result<Draft, IssueError> {
        let draft = self.unchecked(order, named)?;
        let key = &draft.created.key;
        let owner = key.owner.as_ref().and_then(|owner| self.owners.get(owner)?.as_ref());
        check_ceiling(owner, None, key)?;
        check_new_key(&self.policy, key, owner.is_some())?;
        Ok(draft)
    }

    /// The draft of a key, whatever its owner's ceiling and the policy.
    pub(super) fn unchecked(&self, order: u64, named: Named) -> Result<Draft, IssueError> {
        let (now, Named { new, name, is_automatic }) = (self.now, named);
        let unsaid = || self.policy.lifetime_unsaid(now).map_or(Expiry::Never, Expiry::After);
        let expires = if new.expires == Expiry::Default { unsaid() } else { new.expires };
        let (expires_at, lifetime) = expires.resolve(now);
        check_window(new.not_before, expires_at, now)?;
        let (id, generation, token) = self.minter.first(new.environment, new.recoverable, now)?;
        let key = Key {
            id,
            order,
            project: new.project,
            environment: new.environment,
            kind: new.kind,
            owner: new.owner,
            standing: Standing::Good,
            not_before: new.not_before,
            expires_at,
            lifetime,
            name,
            created_at: now,
            updated_at: now,
            revoked_at: None,
            revoke_reason: None,
            scopes: new.scopes,
            paths: unique(new.paths),
            ips: unique(new.ips),
            customers: unique(new.customers),
            rate_limit: new.rate_limit,
            labels: new.labels,
            note: new.note,
            recoverable: new.recoverable,
            generation: 1,
            next_generation: 2,
            generations: vec![generation],
        };
        check_size(&key)?;
        let ready = ready(&self.minter, &key);
        let max_of_owner = self.policy.max_keys_per_owner;
        Ok(Draft { created: Created { key, token }, ready, max_of_owner, is_automatic })
    }
}

impl Draft {
    /// Puts it into the vault, unless its owner has too many.
    pub(super) fn settle(
        self,
        tx: &mut Transaction<'_>,
        batch: &mut Batch,
    ) -> Result<Created, IssueError> {
        batch.count(tx, &self.created.key, self.max_of_owner)?;
        self.put(tx, batch)
    }

    /// Puts it into the vault. What another key has is drawn again; but a name that was given must
    /// be free.
    pub(super) fn put(
        self,
        tx: &mut Transaction<'_>,
        batch: &mut Batch,
    ) -> Result<Created, IssueError> {
        let Created { mut key, mut token } = self.created;
        let mut clash = tx.put_ready(&key, self.ready)?;
        while let Some(with) = clash {
            let minter = tx.minter();
            match with {
                Clash::Name(holder) if !self.is_automatic => {
                    return Err(name_taken(&key, holder).into());
                }
                Clash::Name(_) => {
                    key.name = automatic_name(tx, key.project.as_ref(), key.created_at, batch)?;
                }
                Clash::Id => {
                    let (id, first, drawn) =
                        minter.first(key.environment, key.recoverable, key.created_at)?;
                    (key.id, key.generations, token) = (id, vec![first], drawn);
                }
            }
            clash = tx.put_ready(&key, ready(&minter, &key))?;
        }
        Ok(Created { key, token })
    }
}

fn ready(minter: &Minter<'_>, key: &Key) -> Ready {
    let fields = first_fields(key, key.created_at);
    minter.ready(key, &Change { subject: Subject::key(key), fields })
}

fn automatic_name(
    tx: &Transaction<'_>,
    project: Option<&Project>,
    now: Timestamp,
    batch: &mut Batch,
) -> Result<Name, VaultError> {
    let time =
        DateTime::from_timestamp(now.unix(), 0).expect("a timestamp is within chrono's range");
    let base = format!("API key {}", time.format("%Y%m%d%H%M%S"));
    loop {
        batch.numbered += 1;
        let text = match batch.numbered {
            1 => base.clone(),
            n => format!("{base} ({n})"),
        };
        let name = Name::parse(&text).expect("an automatic name is a name");
        if tx.live_key_named(project, &name)?.is_none() {
            return Ok(name);
        }
    }
}
