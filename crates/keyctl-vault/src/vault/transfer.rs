//! Taking records over from a copy of a vault: tokens that are sealed in them are opened with its
//! keys and sealed with ours.

use super::open::UnlockedVault;
use super::rebuild::reseal_tokens;
use super::transaction::Transaction;
use crate::domain::Key;
use crate::error::{Finding, VaultError};

impl Transaction<'_> {
    /// Gives every key of `copy` to `take`, as it would be in this vault.
    ///
    /// # Errors
    /// [`VaultError::Role`] when the copy was not opened by an administrator; when it is damaged;
    /// whatever `take` fails with.
    pub(crate) fn each_key_of(
        &mut self,
        copy: &mut UnlockedVault,
        mut take: impl FnMut(&mut Self, Key) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        let to = self.admin;
        let (from, snapshot) = copy.admin_snapshot()?;
        snapshot.each_key(Some, |keys| {
            for mut key in keys {
                let id = key.id;
                let damaged = || Finding::damaged(format!("a sealed token of {id} does not open"));
                reseal_tokens(&mut key, from, to).ok_or_else(damaged)?;
                take(self, key)?;
            }
            Ok(())
        })
    }
}
