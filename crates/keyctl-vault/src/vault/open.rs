//! The order in which a vault is opened (`docs/vault-format.md`, section 9).
//!
//! Files, then the pin, then SQLite; schema and slots, every number in them checked; only then
//! the secret. The slow hash runs outside of any transaction, so that nobody's passphrase holds
//! up another process; what was read before it is read and compared again after it.

use std::path::{Path, PathBuf};

use super::head::is_signed;
use super::pin::Pins;
use super::slots::SlotInfo;
use super::snapshot::{Snapshot, read_slots, read_vault_id};
use super::transaction::Transaction;
use crate::crypto::{AdminKeys, KdfParams, Key32, Keys, MAX_WORK, Secret, Slot, VaultId, VaultKey};
use crate::domain::{Author, Role, Verb};
use crate::error::{Finding, VaultError};
use crate::store::{Access, Relation, Store, Tx, files, journals_of};

/// A vault that lies at a path; nothing in it has been believed yet.
pub struct LockedVault {
    store: Store,
    pins: Pins,
    id: VaultId,
    slots: Vec<Slot>,
    expected: Option<VaultKey>,
    memory: Memory,
}

/// Whether a vault is compared with what this machine remembers of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Memory {
    /// It is, and what is seen is remembered.
    Kept,
    /// It is a copy, which may be older, and is never written.
    Copy,
}

/// Which slots a secret is tried on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SlotChoice {
    /// Every slot of the secret's kind.
    Any,
    /// Only the slot of that name.
    Named(String),
}

impl LockedVault {
    /// Looks at the vault at `path`; pins and receipts are under `state`.
    ///
    /// # Errors
    /// When there is none, others could have changed it, it is not a vault or of a later format,
    /// or this machine knows another vault there.
    pub fn open(path: &Path, state: &Path) -> Result<Self, VaultError> {
        let path = files::canonical(path)?;
        files::check_private_file(&path)?;
        files::check_folder(files::folder_of(&path))?;
        check_journals(&path)?;
        let pins = Pins::new(state);
        let known = pins.known_at(&path)?;
        let locked = LockedVault::read(&path, pins, Memory::Kept)?;
        match known {
            Some(known) if known != locked.id.hex() => {
                let known = locked.pins.key_of(&known).unwrap_or(known);
                let found = format!("one with the id {}", locked.id.hex());
                Err(Finding::OtherVault { known, found }.into())
            }
            _ => Ok(locked),
        }
    }

    /// Looks at a copy of a vault: a backup, an export, or one that shall be trusted anew. It is
    /// not compared with what this machine remembers, and cannot be changed.
    ///
    /// # Errors
    /// When there is none, others could read it, it is not a vault or of a later format.
    pub fn open_copy(path: &Path, state: &Path) -> Result<Self, VaultError> {
        let path = files::canonical(path)?;
        files::check_private_file(&path)?;
        check_journals(&path)?;
        LockedVault::read(&path, Pins::new(state), Memory::Copy)
    }

    fn read(path: &Path, pins: Pins, memory: Memory) -> Result<Self, VaultError> {
        let mut store = Store::open(path)?;
        let (id, slots) = {
            let tx = store.begin(Access::Read)?;
            let slots = read_slots(&tx)?.into_iter().map(|(_, slot)| slot).collect();
            (read_vault_id(&tx)?, slots)
        };
        Ok(LockedVault { store, pins, id, slots, expected: None, memory })
    }

    /// The slots, as the file lists them; not vouched for.
    pub fn slots(&self) -> impl Iterator<Item = SlotInfo> {
        self.slots.iter().map(SlotInfo::of)
    }

    /// Says which vault key is expected, if the caller knows it.
    #[must_use]
    pub fn expect(mut self, vault_key: Option<VaultKey>) -> Self {
        self.expected = vault_key;
        self
    }

    /// Opens the vault with a secret.
    ///
    /// # Errors
    /// [`VaultError::Locked`] when it opens none of the chosen slots. Which slot was nearest is
    /// never said. [`Finding::OtherVault`] when the vault key is not the expected one, and
    /// [`Finding::Unvouched`] when none is expected or known for a slot of a recipient.
    pub fn unlock(self, secret: &Secret, choice: &SlotChoice) -> Result<UnlockedVault, VaultError> {
        let slots = self.candidates(secret, choice)?;
        let work: u64 = slots.iter().map(|slot| slot.work()).sum();
        if work > MAX_WORK {
            let gib = |work: u64| work >> 20;
            return Err(VaultError::ExcessiveWork {
                slots: slots.len(),
                work_gib: gib(work),
                limit_gib: gib(MAX_WORK),
            });
        }
        for slot in slots {
            if let Some((keys, vault_key)) = slot.unwrap(self.id, secret)? {
                check_vault_key(&keys, &vault_key)?;
                self.check_expected(slot, vault_key)?;
                let used = UsedSlot {
                    name: slot.name.to_string(),
                    role: slot.role,
                    bytes: slot.as_bytes().to_vec(),
                };
                return Ok(self.opened(keys, vault_key, used));
            }
        }
        Err(VaultError::Locked { secret: secret.noun() })
    }

    /// Opens a copy with the keys of the vault that it was taken from. Only the head's signature
    /// will tell whether they are its keys still.
    ///
    /// # Errors
    /// [`VaultError::Role`] when that vault was not opened by an administrator.
    pub(super) fn open_as(self, vault: &UnlockedVault) -> Result<UnlockedVault, VaultError> {
        let admin = vault.admin()?;
        let keys = Keys::admin(self.id, admin.vrk.duplicate());
        let used = UsedSlot { name: vault.used.name.clone(), role: Role::Admin, bytes: Vec::new() };
        Ok(self.opened(keys, vault.vault_key, used))
    }

    fn opened(self, keys: Keys, vault_key: VaultKey, used: UsedSlot) -> UnlockedVault {
        UnlockedVault {
            store: self.store,
            pins: self.pins,
            id: self.id,
            keys,
            vault_key,
            used,
            memory: self.memory,
            is_named: self.expected == Some(vault_key),
            first_use: None,
            trouble: None,
        }
    }

    pub(super) fn vault_id(&self) -> VaultId {
        self.id
    }

    /// A recipient is public: anybody can make a vault that opens with its identity. So something
    /// else must say that this is the one.
    fn check_expected(&self, slot: &Slot, found: VaultKey) -> Result<(), Finding> {
        match self.expected {
            Some(known) if known != found => {
                let (known, found) = (known.to_string(), found.to_string());
                Err(Finding::OtherVault { known, found })
            }
            None if slot.kind.recipient().is_some() => match self.pins.read(self.id)? {
                Some(pin) if self.memory == Memory::Kept || pin.vault_key == found => Ok(()),
                _ => Err(Finding::Unvouched),
            },
            _ => Ok(()),
        }
    }

    fn candidates(&self, secret: &Secret, choice: &SlotChoice) -> Result<Vec<&Slot>, VaultError> {
        let of_kind = |slot: &&Slot| slot.kind.opened_by(secret);
        match choice {
            SlotChoice::Any => Ok(self.slots.iter().filter(of_kind).collect()),
            SlotChoice::Named(name) => {
                let named = self.slots.iter().find(|slot| slot.name.as_str() == name);
                let named = named.ok_or_else(|| VaultError::NoSuchSlot { name: name.clone() })?;
                Ok(Some(named).filter(of_kind).into_iter().collect())
            }
        }
    }
}

/// SQLite plays what lies beside the file into it before anything can be compared.
fn check_journals(path: &Path) -> Result<(), VaultError> {
    for journal in journals_of(path) {
        match files::check_private_file(&journal) {
            Ok(_) | Err(VaultError::Missing { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// An administrator's root must lead to the vault key that the slot names.
fn check_vault_key(keys: &Keys, vault_key: &VaultKey) -> Result<(), Finding> {
    match keys {
        Keys::Admin(admin) if admin.vault_key() != *vault_key => {
            Err(Finding::damaged("the slot's vault key is not the one of its root key"))
        }
        _ => Ok(()),
    }
}

/// The slot that opened a vault.
struct UsedSlot {
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

/// What there is to say of a vault as a whole.
#[derive(Clone, Debug)]
pub struct VaultInfo {
    /// Where it lies.
    pub path: PathBuf,
    /// Its id, in hex.
    pub id: String,
    /// The public key that signs its heads.
    pub vault_key: VaultKey,
    /// The format of its file.
    pub format: u32,
    /// How many changes were made to it, the first included.
    pub generation: u64,
    /// How many key records it has.
    pub keys: u64,
    /// What its tokens begin with.
    pub brand: String,
    /// What new passphrase slots take.
    pub kdf: KdfParams,
    /// The name of the slot that was used.
    pub slot: String,
    /// The role of that slot.
    pub role: Role,
    /// Its slots.
    pub slots: Vec<SlotInfo>,
}

impl UnlockedVault {
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
        let (result, seen, is_known) = {
            let (admin, snapshot, is_known) = self.begin_change()?;
            let mut transaction = Transaction::new(snapshot, admin);
            let result = work(&mut transaction)?;
            let seen = if transaction.has_changes() {
                transaction.commit(verb, author, &slot)?
            } else {
                transaction.snapshot.pin(vault_key)
            };
            (result, seen, is_known)
        };
        let raised = writer.raise(&path, &seen);
        if is_known {
            self.trouble = raised.err();
        } else {
            self.first_use = Some(FirstUse::of(raised));
        }
        Ok(result)
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

    /// Goes on under new keys, which `slot` wraps, and leaves nothing of the old ones in the file.
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
        self.store.vacuum()
    }

    /// An administrator's keys, or the refusal that names the role.
    pub(super) fn admin(&self) -> Result<&AdminKeys, VaultError> {
        self.used.admin(&self.keys)
    }

    /// K_bundle, or the refusal that names the role.
    pub(super) fn bundle_key(&self) -> Result<&Key32, VaultError> {
        self.keys.bundle().ok_or_else(|| self.used.lacks("exporter or admin"))
    }

    pub(super) fn vault_id(&self) -> VaultId {
        self.id
    }

    /// What there is to say of the vault as a whole.
    ///
    /// # Errors
    /// As [`UnlockedVault::snapshot`].
    pub fn info(&mut self) -> Result<VaultInfo, VaultError> {
        let (slot, role) = (self.used.name.clone(), self.used.role);
        let (path, id, vault_key) = (self.store.path().to_owned(), self.id.hex(), self.vault_key);
        let snapshot = self.snapshot()?;
        Ok(VaultInfo {
            path,
            id,
            vault_key,
            format: crate::store::FORMAT,
            generation: snapshot.head.generation,
            keys: snapshot.head.table(super::layout::Table::Keys).records,
            brand: snapshot.head.brand.to_string(),
            kdf: snapshot.head.kdf,
            slot,
            role,
            slots: snapshot.slots.iter().map(SlotInfo::of).collect(),
        })
    }
}

impl UsedSlot {
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
