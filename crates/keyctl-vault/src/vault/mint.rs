//! New keys and tokens on their way into the vault. What a key takes is made ready without a look
//! at the vault, and so on any core; only whether it clashes with another is asked one by one.

use keyctl_verify::{Brand, Environment, KeyId, Prefix, PublicId, SecretBody, Timestamp, Token};

use super::layout::{Loc, Table, What, locate};
use super::snapshot::{project_value, read_name};
use super::transaction::Transaction;
use crate::crypto::{AdminKeys, Draws, seal_token};
use crate::domain::{Change, Generation, Key, NameEntry, PublicIdEntry};
use crate::error::VaultError;

/// What makes tokens, and the records of new keys.
pub(crate) struct Minter<'v> {
    brand: Brand,
    admin: &'v AdminKeys,
}

/// What is written of a new key, and where.
pub(crate) struct Ready {
    key: (Loc, Vec<u8>),
    name: (Loc, Vec<u8>),
    public_id: (Loc, Vec<u8>),
    change: Vec<u8>,
}

/// What of a new key is another's.
pub(crate) enum Clash {
    /// The id, or the public id of its token.
    Id,
    /// The name, which is that of this key.
    Name(KeyId),
}

impl Minter<'_> {
    /// A new key's id, its first generation and its token. Most likely no other key has the id, and
    /// no other token the public id.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub(crate) fn first(
        &self,
        environment: Environment,
        recoverable: bool,
        now: Timestamp,
    ) -> Result<(KeyId, Generation, Token), VaultError> {
        let mut draws = Draws::new();
        let id = KeyId::from_body(draws.base62()?);
        let (generation, token) =
            self.generation((id, 1), environment, recoverable, now, &mut draws)?;
        Ok((id, generation, token))
    }

    fn generation(
        &self,
        (key, n): (KeyId, u32),
        environment: Environment,
        recoverable: bool,
        now: Timestamp,
        draws: &mut Draws,
    ) -> Result<(Generation, Token), VaultError> {
        let public_id: PublicId = draws.base62()?;
        let prefix = Prefix::new(self.brand.clone(), environment, public_id);
        let token = Token::assemble(&prefix, &SecretBody::draw(|out| draws.fill(out))?);
        let sealed = recoverable.then(|| seal_token(self.admin, key, n, &token)).transpose()?;
        let generation = Generation {
            n,
            public_id,
            digest: token.digest(),
            created_at: now,
            valid_until: None,
            last_used_at: None,
            replaced: None,
            sealed_token: sealed,
        };
        Ok((generation, token))
    }

    /// What is written of a new key, of one generation and live.
    pub(crate) fn ready(&self, key: &Key, change: &Change) -> Ready {
        let first = &key.generations[0];
        let at =
            |table, what, project, value| locate(&self.admin.read, table, what, project, value);
        let project = project_value(key.project.as_ref());
        let public_id = PublicIdEntry { public_id: first.public_id, key: key.id, n: first.n };
        Ready {
            key: (at(Table::Keys, What::Id, "", key.id.as_str()), key.encode()),
            name: (
                at(Table::Index, What::Name, project, key.name.as_str()),
                NameEntry::of(key).encode(),
            ),
            public_id: (
                at(Table::Index, What::PublicId, "", first.public_id.as_str()),
                public_id.encode(),
            ),
            change: change.encode(),
        }
    }
}

impl<'v> Transaction<'v> {
    pub(crate) fn minter(&self) -> Minter<'v> {
        Minter { brand: self.snapshot.head.brand.clone(), admin: self.admin }
    }

    /// Another generation of a key and its token, whose public id no other token has.
    ///
    /// # Errors
    /// When the system gives no random bytes, or the vault is damaged.
    pub(crate) fn new_generation(
        &self,
        key: &Key,
        n: u32,
        now: Timestamp,
    ) -> Result<(Generation, Token), VaultError> {
        loop {
            let (whose, draws) = ((key.id, n), &mut Draws::new());
            let made =
                self.minter().generation(whose, key.environment, key.recoverable, now, draws)?;
            let id = made.0.public_id;
            let loc = self.snapshot.locate(Table::Index, What::PublicId, "", id.as_str());
            if !self.has(Table::Index, loc)? {
                return Ok(made);
            }
        }
    }

    /// Writes a new key in the next place of the order of creation. Nothing is written of one that
    /// clashes with another.
    ///
    /// # Errors
    /// When it is too large, or the vault is damaged.
    pub(crate) fn put_ready(
        &mut self,
        key: &Key,
        ready: Ready,
    ) -> Result<Option<Clash>, VaultError> {
        let (name, id) = (ready.name.0, ready.key.0);
        if !self.put_new(Table::Index, ready.name)? {
            let record = self.record(Table::Index, name)?.unwrap_or_default();
            let holder = read_name(&record, key.project.as_ref(), &key.name)?;
            return Ok(Some(Clash::Name(holder)));
        }
        if !self.put_new(Table::Keys, ready.key)? {
            self.remove_at(Table::Index, name)?;
            return Ok(Some(Clash::Id));
        }
        if !self.put_new(Table::Index, ready.public_id)? {
            self.remove_at(Table::Index, name)?;
            self.remove_at(Table::Keys, id)?;
            return Ok(Some(Clash::Id));
        }
        self.next_order();
        self.changes.note_encoded(ready.change);
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use keyctl_verify::{Kind, ScopeSet, Standing};

    use super::*;
    use crate::domain::{Name, Subject, Verb};
    use crate::vault::{Records, sample};

    fn key(minter: &Minter<'_>, name: &str, now: Timestamp) -> Key {
        let (id, first, _) = minter.first(Environment::Production, true, now).unwrap();
        Key {
            id,
            order: 0,
            project: None,
            environment: Environment::Production,
            kind: Kind::General,
            owner: None,
            standing: Standing::Good,
            not_before: None,
            expires_at: None,
            lifetime: None,
            name: Name::parse(name).unwrap(),
            created_at: now,
            updated_at: now,
            revoked_at: None,
            revoke_reason: None,
            scopes: ScopeSet::default(),
            paths: Vec::new(),
            ips: Vec::new(),
            customers: Vec::new(),
            rate_limit: None,
            labels: std::collections::BTreeMap::new(),
            note: None,
            recoverable: true,
            generation: 1,
            next_generation: 2,
            generations: vec![first],
        }
    }

    #[test]
    fn a_key_that_has_something_of_another_leaves_nothing() {
        let (_folder, mut vault, by) = sample::vault();
        let now = by.now;
        let made = vault.transaction(&by, Verb::Create, |tx| {
            let minter = tx.minter();
            let put = |tx: &mut Transaction<'_>, key: &Key| {
                let change = Change { subject: Subject::key(key), fields: Vec::new() };
                tx.put_ready(key, minter.ready(key, &change))
            };
            let first = key(&minter, "first", now);
            assert!(put(tx, &first)?.is_none());
            let same_name = key(&minter, "first", now);
            assert!(
                matches!(put(tx, &same_name)?, Some(Clash::Name(holder)) if holder == first.id)
            );
            let same_id = Key { id: first.id, ..key(&minter, "second", now) };
            assert!(matches!(put(tx, &same_id)?, Some(Clash::Id)));
            let generations = first.generations.clone();
            let same_public_id = Key { generations, ..key(&minter, "third", now) };
            assert!(matches!(put(tx, &same_public_id)?, Some(Clash::Id)));
            for absent in [&same_name, &same_public_id] {
                assert!(tx.key(absent.id)?.is_none());
            }
            assert_eq!(tx.live_key_named(None, &same_id.name)?, None);
            assert_eq!(tx.live_key_named(None, &same_public_id.name)?, None);
            assert_eq!((tx.keys_made(), tx.snapshot.head.table(Table::Index).records), (1, 2));
            assert!(put(tx, &Key { name: same_id.name, ..same_name })?.is_none());
            Ok::<_, VaultError>(tx.keys_made())
        });
        assert_eq!(made.unwrap(), 2);
        let snapshot = vault.snapshot().unwrap();
        snapshot.check().unwrap();
        assert_eq!(snapshot.audit(2).unwrap()[0].changes.len(), 2, "of the two that were made");
    }
}
