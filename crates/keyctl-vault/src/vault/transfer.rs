//! Taking records over from a copy of a vault: tokens that are sealed in them are opened with its
//! keys and sealed with ours.

use super::rebuild::reseal_tokens;
use super::transaction::Transaction;
use super::unlocked::UnlockedVault;
use crate::crypto::VaultKey;
use crate::domain::Key;
use crate::error::{Finding, VaultError};

impl Transaction<'_> {
    /// The public key that signs the vault's heads.
    pub(crate) fn vault_key(&self) -> VaultKey {
        self.admin.vault_key()
    }

    /// Every key of `copy`, as it would be in this vault, in the order in which they were made.
    ///
    /// # Errors
    /// [`VaultError::Role`] when the copy was not opened by an administrator; when it is damaged.
    pub(crate) fn keys_of(&self, copy: &mut UnlockedVault) -> Result<Vec<Key>, VaultError> {
        let (from, snapshot) = copy.admin_snapshot()?;
        let mut taken = Vec::new();
        snapshot.each_key(|mut key| {
            let id = key.id;
            let damaged = || Finding::damaged(format!("a sealed token of {id} does not open"));
            reseal_tokens(&mut key, from, self.admin).ok_or_else(damaged)?;
            taken.push(key);
            Ok(())
        })?;
        taken.sort_by_key(|key| key.order);
        Ok(taken)
    }
}
