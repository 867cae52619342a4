//! A vault whose keys are at hand: what gives out verified states, and makes changes of them.

use std::path::Path;

use super::head::{head_digest, is_signed};
use super::pin::Pins;
use super::snapshot::{Snapshot, read_slots};
use super::transaction::Transaction;
use crate::crypto::{AdminKeys, Digest, Key32, Keys, Slot, VaultId, VaultKey};
use crate::domain::{Author, Role, Verb};
use crate::error::VaultError;
use crate::store::{Access, Relation, Store, Tx};

/// Whether a vault is compared with what this machine remembers of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Memory {
    /// It is, and what is seen is remembered.
    Kept,
    /// It is a copy, which may be older, and is never written.
    Copy,
}

/// The slot that opened a vault.
pub(super) struct UsedSlot {
    name: String,
    role: Role,
    bytes: Vec<u8>,
}

/// Whether a vault that this machine had not known is known now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FirstUse {
    /// It is remembered from now on.
    Remembered,
    /// It could not be remembered, for this reason.
    NotRemembered(String),
}

/// A vault whose keys are at hand.
pub struct UnlockedVault {
    store: Store,
    pins: Pins,
    id: VaultId,
    keys: Keys,
    vault_key: VaultKey,
    used: UsedSlot,
    memory: Memory,
    /// Whether the user has named the vault key.
    is_named: bool,
    first_use: Option<FirstUse>,
    trouble: Option<VaultError>,
}

/// Where a vault lies, and what remembers it.
pub(super) struct Place {
    pub(super) store: Store,
    pub(super) pins: Pins,
    pub(super) id: VaultId,
    pub(super) memory: Memory,
}

impl UnlockedVault {
    /// `is_named` says whether the user has named the vault key.
    pub(super) fn new(
        place: Place,
        keys: Keys,
        vault_key: VaultKey,
        used: UsedSlot,
        is_named: bool,
    ) -> Self {
        let Place { store, pins, id, memory } = place;
        UnlockedVault {
            store,
            pins,
            id,
            keys,
            vault_key,
            used,
            memory,
            is_named,
            first_use: None,
            trouble: None,
        }
    }

    /// The role of the slot that was used.
    #[must_use]
    pub fn role(&self) -> Role {
        self.used.role
    }

    /// The name of the slot that was used.
    #[must_use]
    pub fn slot(&self) -> &str {
        &self.used.name
    }

    /// The vault's id, in hex: what its receipts are filed under.
    #[must_use]
    pub fn id(&self) -> String {
        self.id.hex()
    }

    /// The public key that signs its heads.
    #[must_use]
    pub fn vault_key(&self) -> VaultKey {
        self.vault_key
    }

    /// Set when the vault was not known to this machine before.
    #[must_use]
    pub fn first_use(&self) -> Option<&FirstUse> {
        self.first_use.as_ref()
    }

    /// What kept the pin from being raised after a change that was made all the same.
    pub fn take_pin_trouble(&mut self) -> Option<VaultError> {
        self.trouble.take()
    }

    /// The present state, verified, and compared with what this machine remembers.
    ///
    /// # Errors
    /// When anything does not fit, or the slot that was used is gone.
    pub fn snapshot(&mut self) -> Result<Snapshot<'_>, VaultError> {
        if self.memory == Memory::Copy {
            let tx = self.store.begin(Access::Read)?;
            return Snapshot::verify(tx, self.id, self.keys.read(), &self.vault_key);
        }
        let pin = self.pins.read(self.id)?;
        let path = self.store.path().to_owned();
        let is_placed = self.pins.known_at(&path)?.is_some_and(|known| known == self.id.hex());
        if is_placed && pin.is_none() {
            return Err(self.pins.missing(self.id).into());
        }
        let tx = self.store.begin(Access::Read)?;
        self.used.check_keys(&tx, self.id, self.vault_key, &self.pins)?;
        let snapshot = Snapshot::verify(tx, self.id, self.keys.read(), &self.vault_key)?;
        if let Some(pin) = &pin {
            snapshot.compare(pin, &self.vault_key)?;
        }
        self.used.check(&snapshot)?;
        let is_pinned = pin.as_ref().is_some_and(|pin| pin.generation == snapshot.generation());
        if !is_pinned || !is_placed {
            let raised = self
                .pins
                .prepare(self.id)
                .and_then(|writer| writer.try_raise(&path, &snapshot.pin(self.vault_key)));
            if pin.is_none() {
                self.first_use = Some(FirstUse::of(raised));
            }
        }
        Ok(snapshot)
    }

    /// Makes one change: runs `work` on a verified state, and commits what it did under one new
    /// generation with one audit entry. When `work` changed nothing, neither does this.
    ///
    /// # Errors
    /// [`VaultError::Role`] before anything is touched when the slot is not an administrator's;
    /// whatever `work` fails with; whatever keeps the commit from being made. The vault is then
    /// as it was.
    pub fn transaction<T, E: From<VaultError>>(
        &mut self,
        author: &Author,
        verb: Verb,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let pins = self.pins.clone();
        let (writer, path) = (pins.prepare(self.id)?, self.store.path().to_owned());
        let (slot, vault_key) = (self.used.name.clone(), self.vault_key);
        let (result, seen, is_known, committed) = {
            let (admin, snapshot, is_known) = self.begin_change()?;
            let mut transaction = Transaction::new(snapshot, admin);
            let result = work(&mut transaction)?;
            if transaction.has_changes() {
                let (tx, seen) = transaction.seal(verb, author, &slot)?;
                (result, seen, is_known, Some(tx.commit()))
            } else {
                (result, transaction.snapshot.pin(vault_key), is_known, None)
            }
        };
        let raised = match committed {
            Some(committed) => {
                self.settle(committed, seen.head)?;
                writer.raise_committed(&path, &seen)
            }
            None => writer.raise(&path, &seen),
        };
        if is_known {
            self.trouble = raised.err();
        } else {
            self.first_use = Some(FirstUse::of(raised));
        }
        Ok(result)
    }

    /// What a commit came to. One that failed may have been made all the same: removing the journal is
    /// what makes it, and only then the disk is asked to confirm that. `head` is the new one's digest.
    pub(super) fn settle(
        &mut self,
        committed: Result<(), VaultError>,
        head: Digest,
    ) -> Result<(), VaultError> {
        let Err(error) = committed else { return Ok(()) };
        let found = self.store.begin(Access::Read).and_then(|tx| tx.get(Relation::Head, 1));
        match found {
            Ok(Some(found)) if head_digest(&found) == head => Err(error.unconfirmed()),
            _ => Err(error),
        }
    }

    /// The only writer's verified state, compared with the pin, which is read first; and whether
    /// there was one.
    pub(super) fn begin_change(&mut self) -> Result<(&AdminKeys, Snapshot<'_>, bool), VaultError> {
        let admin = self.used.admin(&self.keys)?;
        assert!(self.memory == Memory::Kept, "a copy is never changed");
        let pin = self.pins.read(self.id)?;
        let tx = self.store.begin(Access::Write)?;
        self.used.check_keys(&tx, self.id, self.vault_key, &self.pins)?;
        let snapshot = Snapshot::verify(tx, self.id, &admin.read, &self.vault_key)?;
        if let Some(pin) = &pin {
            snapshot.compare(pin, &self.vault_key)?;
        }
        self.used.check(&snapshot)?;
        Ok((admin, snapshot, pin.is_some()))
    }

    /// An administrator's keys and the present state, to be read.
    pub(super) fn admin_snapshot(&mut self) -> Result<(&AdminKeys, Snapshot<'_>), VaultError> {
        let admin = self.used.admin(&self.keys)?;
        let pin = match self.memory {
            Memory::Kept => self.pins.read(self.id)?,
            Memory::Copy => None,
        };
        let tx = self.store.begin(Access::Read)?;
        if self.memory == Memory::Kept {
            self.used.check_keys(&tx, self.id, self.vault_key, &self.pins)?;
        }
        let snapshot = Snapshot::verify(tx, self.id, &admin.read, &self.vault_key)?;
        if let Some(pin) = pin {
            snapshot.compare(&pin, &self.vault_key)?;
        }
        Ok((admin, snapshot))
    }

    /// Whether the head is signed by that vault key, be it damaged otherwise or not.
    pub(super) fn has_head_of(&mut self, vault_key: VaultKey) -> Result<bool, VaultError> {
        let tx = self.store.begin(Access::Read)?;
        let head = tx.get(Relation::Head, 1)?.unwrap_or_default();
        Ok(is_signed(self.id, &vault_key, &head))
    }

    /// Whether the user has named the vault key.
    pub(super) fn is_named(&self) -> bool {
        self.is_named
    }

    /// What remembers this vault.
    pub(super) fn pins(&self) -> &Pins {
        &self.pins
    }

    /// Where the vault lies.
    pub(super) fn path(&self) -> &Path {
        self.store.path()
    }

    /// Goes on under new keys, which `slot` wraps, and makes the file smaller if much of it is free.
    pub(super) fn rekeyed(
        &mut self,
        keys: AdminKeys,
        slot: &Slot,
        raised: Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        self.trouble = raised.err();
        self.vault_key = keys.vault_key();
        self.keys = Keys::Admin(Box::new(keys));
        self.used.bytes = slot.as_bytes().to_vec();
        self.store.shrink()
    }

    /// An administrator's keys, or the refusal that names the role.
    pub(super) fn admin(&self) -> Result<&AdminKeys, VaultError> {
        self.used.admin(&self.keys)
    }

    /// The keys at hand, and the slot that gave them, to the bit.
    pub(super) fn held(&self) -> (&Keys, &[u8]) {
        (&self.keys, &self.used.bytes)
    }

    /// K_bundle, or the refusal that names the role.
    pub(super) fn bundle_key(&self) -> Result<&Key32, VaultError> {
        self.keys.bundle().ok_or_else(|| self.used.lacks("exporter or admin"))
    }

    pub(super) fn vault_id(&self) -> VaultId {
        self.id
    }
}

impl UsedSlot {
    pub(super) fn of(slot: &Slot) -> Self {
        let (name, bytes) = (slot.name.to_string(), slot.as_bytes().to_vec());
        UsedSlot { name, role: slot.role, bytes }
    }

    /// The same slot, by who may only read whatever its role.
    pub(super) fn with_role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    /// No slot of the file: it is a copy, opened by who used the slot `name` of the vault.
    pub(super) fn none(name: &str) -> Self {
        UsedSlot { name: name.to_owned(), role: Role::Admin, bytes: Vec::new() }
    }

    /// An administrator's keys, or the refusal that names the role.
    fn admin<'k>(&self, keys: &'k Keys) -> Result<&'k AdminKeys, VaultError> {
        match keys {
            Keys::Admin(admin) => Ok(admin),
            _ => Err(self.lacks("admin")),
        }
    }

    fn lacks(&self, needed: &'static str) -> VaultError {
        VaultError::Role { slot: self.name.clone(), role: self.role, needed }
    }

    /// The vault got another root key since this slot opened it, if the slot is gone and the head is
    /// signed by a vault key that this machine remembers by now. That is not damage, as which
    /// verifying it with the keys at hand would show it.
    fn check_keys(
        &self,
        tx: &Tx<'_>,
        id: VaultId,
        own: VaultKey,
        pins: &Pins,
    ) -> Result<(), VaultError> {
        if read_slots(tx)?.iter().any(|(_, slot)| slot.as_bytes() == self.bytes) {
            return Ok(());
        }
        let head = tx.get(Relation::Head, 1)?.unwrap_or_default();
        let known = pins.read(id)?.into_iter().flat_map(|pin| [Some(pin.vault_key), pin.next]);
        if known.flatten().any(|key| key != own && is_signed(id, &key, &head)) {
            return Err(VaultError::SlotGone { slot: self.name.clone() });
        }
        Ok(())
    }

    /// The slot must still be there, to the bit: whoever removed it meant to shut us out.
    fn check(&self, snapshot: &Snapshot<'_>) -> Result<(), VaultError> {
        let there = snapshot.slots.iter().any(|slot| slot.as_bytes() == self.bytes);
        if there { Ok(()) } else { Err(VaultError::SlotGone { slot: self.name.clone() }) }
    }
}

impl FirstUse {
    fn of(raised: Result<(), VaultError>) -> Self {
        match raised {
            Ok(()) => FirstUse::Remembered,
            Err(error) => FirstUse::NotRemembered(error.to_string()),
        }
    }
}
