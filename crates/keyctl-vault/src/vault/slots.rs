//! Looking after the slots: who can open the vault, and as what.

use super::info::SlotInfo;
use super::snapshot::{MAX_PASSPHRASE_SLOTS, MAX_SLOT_LEN, MAX_SLOTS, Snapshot};
use super::transaction::Transaction;
use super::unlocked::UnlockedVault;
use crate::crypto::{Opener, Recipient, RecoveryKey, Secret, Slot};
use crate::domain::{Author, Change, FieldChange, Name, Role, Subject, Verb};
use crate::error::VaultError;

/// Why the slots were left as they are.
#[derive(Debug, thiserror::Error)]
pub enum SlotError {
    /// The vault itself.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Another slot has that name.
    #[error("a slot named '{name}' exists already")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// There is no room.
    #[error(
        "a vault has at most {MAX_SLOTS} slots, {MAX_PASSPHRASE_SLOTS} of them with a passphrase"
    )]
    Full,
    /// A slot is bounded in bytes, and a name in characters.
    #[error("the slot would take more than {MAX_SLOT_LEN} bytes with this name")]
    NameTooLong,
    /// No slot has that name.
    #[error("no slot is named '{name}'")]
    NotFound {
        /// The name.
        name: String,
    },
    /// Without it nobody could change the vault any more.
    #[error("'{name}' is the last slot of an administrator")]
    LastAdmin {
        /// The name.
        name: String,
    },
    /// The slot that was used takes no passphrase.
    #[error("the slot '{name}' takes no passphrase, but its {kind}")]
    NotAPassphrase {
        /// The name.
        name: String,
        /// What it takes.
        kind: &'static str,
    },
}

impl UnlockedVault {
    /// Adds a slot. A passphrase slot takes its parameters from the vault's sealed setting.
    ///
    /// # Errors
    /// When the name is taken, there is no room, or the slot used is not an administrator's.
    pub fn add_slot(
        &mut self,
        author: &Author,
        name: &Name,
        role: Role,
        secret: &Secret,
    ) -> Result<SlotInfo, SlotError> {
        let slot = self.wrap(role, name, Opener::Secret(secret))?;
        self.transaction(author, Verb::SlotAdd, |tx| add(tx, &slot))
    }

    /// Adds a slot that the age identity of `recipient` opens.
    ///
    /// # Errors
    /// As [`UnlockedVault::add_slot`].
    pub fn add_recipient_slot(
        &mut self,
        author: &Author,
        name: &Name,
        role: Role,
        recipient: Recipient,
    ) -> Result<SlotInfo, SlotError> {
        let slot = self.wrap(role, name, Opener::Recipient(recipient))?;
        self.transaction(author, Verb::SlotAdd, |tx| add(tx, &slot))
    }

    /// Adds a slot with a new recovery key, which is given to `deliver` before anything is
    /// committed.
    ///
    /// # Errors
    /// As [`UnlockedVault::add_slot`], and whatever `deliver` fails with.
    pub fn add_recovery_slot(
        &mut self,
        author: &Author,
        name: &Name,
        role: Role,
        deliver: impl FnOnce(&RecoveryKey) -> Result<(), VaultError>,
    ) -> Result<SlotInfo, SlotError> {
        let secret = Secret::Recovery(RecoveryKey::random()?);
        let slot = self.wrap(role, name, Opener::Secret(&secret))?;
        self.transaction(author, Verb::SlotAdd, |tx| {
            let info = add(tx, &slot)?;
            if let Secret::Recovery(key) = &secret {
                deliver(key)?;
            }
            Ok(info)
        })
    }

    /// Removes a slot. Protects no copy of the file that was taken before.
    ///
    /// # Errors
    /// When there is none of that name, it is the last of an administrator, or the slot used is
    /// not an administrator's.
    pub fn remove_slot(&mut self, author: &Author, name: &str) -> Result<SlotInfo, SlotError> {
        self.transaction(author, Verb::SlotRemove, |tx| {
            let not_found = || SlotError::NotFound { name: name.to_owned() };
            let slots = &tx.snapshot.slots;
            let slot =
                slots.iter().find(|slot| slot.name.as_str() == name).ok_or_else(not_found)?;
            let admins = slots.iter().filter(|slot| slot.role == Role::Admin).count();
            if slot.role == Role::Admin && admins == 1 {
                return Err(SlotError::LastAdmin { name: name.to_owned() });
            }
            let (info, slot_name) = (SlotInfo::of(slot), slot.name.clone());
            tx.remove_slot(&slot_name)?;
            let fields = vec![FieldChange::new("role", Some(info.role.to_string()), None)];
            tx.note(&Change { subject: Subject::slot(&slot_name), fields });
            Ok(info)
        })
    }

    /// Gives a passphrase slot, of that name or the one that was used, a new passphrase.
    ///
    /// # Errors
    /// When it takes no passphrase, or the slot used is not an administrator's.
    pub fn change_passphrase(
        &mut self,
        author: &Author,
        name: Option<&str>,
        secret: &Secret,
    ) -> Result<SlotInfo, SlotError> {
        let name = name.unwrap_or(self.slot()).to_owned();
        let slot = {
            let snapshot = self.snapshot()?;
            let (old, role) = passphrase_slot(&snapshot, &name, secret)?;
            drop(snapshot);
            self.wrap(role, &old, Opener::Secret(secret))?
        };
        self.transaction(author, Verb::Passphrase, |tx| {
            passphrase_slot(&tx.snapshot, &name, secret)?;
            tx.replace_slot(&slot)?;
            tx.note(&Change { subject: Subject::slot(&slot.name), fields: Vec::new() });
            Ok(SlotInfo::of(&slot))
        })
    }

    /// Wraps the keys of a role, with the parameters of the vault's sealed setting. The slow hash
    /// of a passphrase runs here, outside of any transaction.
    fn wrap(&mut self, role: Role, name: &Name, opener: Opener<'_>) -> Result<Slot, VaultError> {
        let kdf = self.snapshot()?.head.kdf;
        Slot::wrap(self.admin()?, role, name.clone(), opener, kdf)
    }
}

/// The name and role of a slot whose passphrase can be changed to `secret`.
fn passphrase_slot(
    snapshot: &Snapshot<'_>,
    name: &str,
    secret: &Secret,
) -> Result<(Name, Role), SlotError> {
    let slot = snapshot.slots.iter().find(|slot| slot.name.as_str() == name);
    let slot = slot.ok_or_else(|| SlotError::NotFound { name: name.to_owned() })?;
    if slot.kind.kdf().is_some() && slot.kind.opened_by(secret) {
        return Ok((slot.name.clone(), slot.role));
    }
    Err(SlotError::NotAPassphrase { name: name.to_owned(), kind: slot.kind.noun() })
}

fn add(tx: &mut Transaction<'_>, slot: &Slot) -> Result<SlotInfo, SlotError> {
    let slots = &tx.snapshot.slots;
    if slots.iter().any(|other| other.name == slot.name) {
        return Err(SlotError::NameTaken { name: slot.name.to_string() });
    }
    let passphrases = slots.iter().filter(|slot| slot.kind.kdf().is_some()).count();
    let adds_passphrase = slot.kind.kdf().is_some();
    if slots.len() == MAX_SLOTS || (adds_passphrase && passphrases == MAX_PASSPHRASE_SLOTS) {
        return Err(SlotError::Full);
    }
    if slot.as_bytes().len() > MAX_SLOT_LEN {
        return Err(SlotError::NameTooLong);
    }
    tx.add_slot(slot)?;
    let recipient = slot.kind.recipient().map(|recipient| recipient.to_string());
    let mut fields = vec![
        FieldChange::new("kind", None, Some(slot.kind.as_str().to_owned())),
        FieldChange::new("role", None, Some(slot.role.to_string())),
    ];
    fields.extend(recipient.map(|to| FieldChange::new("recipient", None, Some(to))));
    tx.note(&Change { subject: Subject::slot(&slot.name), fields });
    Ok(SlotInfo::of(slot))
}
