//! An export: everything of a vault in a file of its own, under a root key and an id of its own,
//! that one passphrase or one recipient opens. It has the format of a vault, so that there is one
//! format to read, and is as tamper-evident.

use std::path::Path;

use super::backup::{free_place, put_new_vault};
use super::rebuild::Reseal;
use super::rekey::finish;
use super::snapshot::{read_slots, slots_digest, vault_row};
use super::unlocked::UnlockedVault;
use crate::crypto::{AdminKeys, Key32, Opener, Recipient, Secret, Slot, VaultId, VaultKey, random};
use crate::domain::{Author, Change, Entry, FieldChange, Name, Role, Subject, Verb};
use crate::error::VaultError;
use crate::store::{Relation, Store, Tx};

/// Who can open an export.
pub enum ExportSlot {
    /// Whoever knows a passphrase.
    Passphrase(Secret),
    /// Whoever has the identity of a recipient.
    Recipient(Recipient),
}

impl UnlockedVault {
    /// Writes everything to a new file at `to`; the vault key that the export has, which whoever
    /// opens it with an identity must be told.
    ///
    /// # Errors
    /// [`VaultError::Role`] when the slot is not an administrator's; [`VaultError::Exists`] when
    /// something is there; when the vault is damaged, or the file cannot be written.
    pub fn export(
        &mut self,
        to: &Path,
        slot: &ExportSlot,
        author: &Author,
    ) -> Result<VaultKey, VaultError> {
        let path = free_place(to)?;
        self.admin()?;
        let used = self.slot().to_owned();
        let keys = AdminKeys::derive(VaultId(random()?), Key32::random()?);
        let opener = match slot {
            ExportSlot::Passphrase(secret) => Opener::Secret(secret),
            ExportSlot::Recipient(recipient) => Opener::Recipient(*recipient),
        };
        let name = Name::parse("export").expect("our own names are names");
        let (admin, snapshot) = self.admin_snapshot()?;
        let slot = Slot::wrap(&keys, Role::Admin, name, opener, snapshot.head.kdf)?;
        snapshot.check()?;
        let rebuilt = snapshot.rebuild(&Reseal { from: admin, to: &keys, bundle_key: None })?;
        let origin = admin.vault_key().to_string();
        let change = Change {
            subject: Subject::vault(),
            fields: vec![FieldChange::new(
                "vault_key",
                Some(origin),
                Some(keys.vault_key().to_string()),
            )],
        };
        let entry = Entry {
            generation: snapshot.generation() + 1,
            verb: Verb::Export.as_str().to_owned(),
            author: author.clone(),
            slot: used,
            changes: vec![change],
            uses: 0,
            random: random()?,
            previous_head: snapshot.head_digest,
        };
        let write = |tx: &Tx<'_>| {
            tx.put(Relation::Vault, 1, &vault_row(keys.id))?;
            tx.put(Relation::Slot, 1, slot.as_bytes())?;
            let mut head = rebuilt.write(tx, &keys)?;
            head.slots = slots_digest(keys.id, &read_slots(tx)?);
            finish(tx, &keys, head, &entry).map(drop)
        };
        put_new_vault(&path, |file| Store::make(file, write))?;
        Ok(keys.vault_key())
    }
}
