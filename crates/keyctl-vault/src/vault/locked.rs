//! The order in which a vault is opened (`docs/vault-format.md`, section 9).
//!
//! Files, then the pin, then SQLite; schema and slots, every number in them checked; only then
//! the secret. The slow hash runs outside of any transaction, so that nobody's passphrase holds
//! up another process; what was read before it is read and compared again after it.

use std::path::Path;

use super::pin::Pins;
use super::session::Session;
use super::snapshot::{read_slots, read_vault_id};
use super::unlocked::{Memory, Place, UnlockedVault, UsedSlot};
use crate::crypto::{Keys, MAX_WORK, Secret, Slot, VaultId, VaultKey};
use crate::error::{Finding, VaultError};
use crate::store::{Access, Store, files, journals_of};

/// A vault that lies at a path; nothing in it has been believed yet.
pub struct LockedVault {
    store: Store,
    pins: Pins,
    id: VaultId,
    slots: Vec<Slot>,
    expected: Option<VaultKey>,
    memory: Memory,
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
        files::check_private_file(&path).map_err(|error| match error {
            VaultError::Missing { .. } if was_there(&path, state) => {
                VaultError::Lost { path: path.clone() }
            }
            error => error,
        })?;
        files::check_folder(files::folder_of(&path))?;
        check_journal(&path)?;
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
        check_journal(&path)?;
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
        check_work(slots.len(), slots.iter().map(|slot| slot.work()).sum())?;
        for slot in slots {
            if let Some((keys, vault_key)) = slot.unwrap(self.id, secret)? {
                check_vault_key(&keys, &vault_key)?;
                self.check_expected(slot, vault_key)?;
                let used = UsedSlot::of(slot);
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
        let used = UsedSlot::none(vault.slot());
        Ok(self.opened(keys, vault.vault_key(), used))
    }

    /// Opens the vault with what `unlock` has left of an earlier opening. That is over when
    /// the slot that was used has changed or is gone, or another vault key is expected. The keys
    /// themselves are put to the test by whatever is read next.
    ///
    /// # Errors
    /// The vault as it was, when the session is over.
    pub fn resume(self, session: &Session) -> Result<UnlockedVault, Box<LockedVault>> {
        let slot = self.slots.iter().find(|slot| session.is_of(slot));
        let opened = slot.and_then(|slot| Some((UsedSlot::of(slot), session.keys(self.id)?)));
        match opened {
            Some((used, (keys, vault_key))) if self.expected.is_none_or(|key| key == vault_key) => {
                let used = used.with_role(session.role());
                Ok(self.opened(keys, vault_key, used))
            }
            _ => Err(Box::new(self)),
        }
    }

    /// The vault's id, in hex: what a session is kept under.
    #[must_use]
    pub fn id(&self) -> String {
        self.id.hex()
    }

    fn opened(self, keys: Keys, vault_key: VaultKey, used: UsedSlot) -> UnlockedVault {
        let is_named = self.expected == Some(vault_key);
        let place = Place { store: self.store, pins: self.pins, id: self.id, memory: self.memory };
        UnlockedVault::new(place, keys, vault_key, used, is_named)
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

/// Whether this machine knows a vault at `path`, be there a file or not.
///
/// What it cannot read of that is no reason to forget it.
#[must_use]
pub fn was_there(path: &Path, state: &Path) -> bool {
    let known = files::canonical(path).map(|path| Pins::new(state).known_at(&path));
    known.is_ok_and(|known| !matches!(known, Ok(None)))
}

/// SQLite plays the journal beside the file into it before anything can be compared. The logs of which
/// no vault has any are refused where the file is opened.
fn check_journal(path: &Path) -> Result<(), VaultError> {
    let [journal, ..] = journals_of(path);
    match files::check_private_file(&journal) {
        Ok(_) | Err(VaultError::Missing { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// What trying so many slots costs, in KiB times passes, is bounded.
fn check_work(slots: usize, work: u64) -> Result<(), VaultError> {
    if work <= MAX_WORK {
        return Ok(());
    }
    let gib = |work: u64| work >> 20;
    Err(VaultError::ExcessiveWork { slots, work_gib: gib(work), limit_gib: gib(MAX_WORK) })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Key32;

    #[test]
    fn one_slot_at_the_bounds_may_be_tried_and_nothing_more() {
        check_work(0, 0).unwrap();
        check_work(1, MAX_WORK).unwrap();
        assert!(check_work(2, MAX_WORK + 1).is_err());
    }

    #[test]
    fn an_administrators_slot_names_the_key_of_its_own_root() {
        let id = VaultId([1; 16]);
        let key = |byte| Key32::fill_with(|key| *key = [byte; 32]);
        let (own, other) = (Keys::admin(id, key(1)), Keys::admin(id, key(2)));
        let (Keys::Admin(admin), Keys::Admin(stranger)) = (&own, &other) else { unreachable!() };
        assert_eq!(check_vault_key(&own, &admin.vault_key()), Ok(()));
        assert!(check_vault_key(&own, &stranger.vault_key()).is_err());
        // Nobody else has the root.
        assert_eq!(check_vault_key(&Keys::viewer(id, key(1)), &stranger.vault_key()), Ok(()));
    }
}
