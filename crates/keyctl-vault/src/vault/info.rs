//! What there is to say of a vault as a whole, and of its slots.

use std::path::PathBuf;

use super::layout::Table;
use super::unlocked::UnlockedVault;
use crate::crypto::{KdfParams, Slot, SlotKind, VaultKey};
use crate::domain::Role;
use crate::error::VaultError;
use crate::store::FORMAT;

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

/// What a slot shows of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotInfo {
    /// Its name, unique in the vault.
    pub name: String,
    /// What opens it.
    pub kind: SlotKind,
    /// What whoever opens it may do.
    pub role: Role,
}

impl SlotInfo {
    pub(super) fn of(slot: &Slot) -> Self {
        SlotInfo { name: slot.name.to_string(), kind: slot.kind, role: slot.role }
    }

    /// Whether it is the recovery slot that a vault is made with, in whose place a new recovery key
    /// is put.
    #[must_use]
    pub fn is_first_recovery(&self) -> bool {
        self.kind == SlotKind::Recovery && self.role == Role::Admin && self.name == "recovery"
    }
}

impl UnlockedVault {
    /// What there is to say of the vault as a whole.
    ///
    /// # Errors
    /// As [`UnlockedVault::snapshot`].
    pub fn info(&mut self) -> Result<VaultInfo, VaultError> {
        let (slot, role) = (self.slot().to_owned(), self.role());
        let (path, id, vault_key) = (self.path().to_owned(), self.id(), self.vault_key());
        let snapshot = self.snapshot()?;
        Ok(VaultInfo {
            path,
            id,
            vault_key,
            format: FORMAT,
            generation: snapshot.head.generation,
            keys: snapshot.head.table(Table::Keys).records,
            brand: snapshot.head.brand.to_string(),
            kdf: snapshot.head.kdf,
            slot,
            role,
            slots: snapshot.slots.iter().map(SlotInfo::of).collect(),
        })
    }
}
