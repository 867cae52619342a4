//! The table of owners.

use keyctl_verify::ScopeSet;

use super::layout::{Table, What};
use super::snapshot::{Records, Snapshot};
use super::transaction::Transaction;
use crate::domain::{Ceilings, Key, Owner, OwnerRecord};
use crate::error::VaultError;

/// What a key may do: its scopes, as far as its owner's ceiling allows.
///
/// # Errors
/// When the vault is damaged or cannot be read.
pub(crate) fn effective_scopes(records: &impl Records, key: &Key) -> Result<ScopeSet, VaultError> {
    let owner = key.owner.as_ref().map(|owner| records.owner(owner)).transpose()?.flatten();
    Ok(owner.into_iter().collect::<Ceilings>().effective(key))
}

impl Snapshot<'_> {
    /// The ceilings of all registered owners.
    ///
    /// # Errors
    /// When the vault is damaged or cannot be read.
    pub fn ceilings(&self) -> Result<Ceilings, VaultError> {
        Ok(self.owners()?.into_iter().collect())
    }
}

impl Transaction<'_> {
    /// Writes an owner's record.
    pub(crate) fn put_owner(&mut self, owner: &OwnerRecord) -> Result<(), VaultError> {
        self.put(Table::Owners, What::Owner, "", owner.name.as_str(), owner.encode())
    }

    /// Removes an owner's record.
    pub(crate) fn remove_owner(&mut self, name: &Owner) -> Result<(), VaultError> {
        self.remove(Table::Owners, What::Owner, "", name.as_str())
    }
}
