//! `vault rekey`: a new root key, and everything sealed anew under it.
//!
//! Removing a slot keeps nobody out who has a copy of the file from before and could open that.
//! After this, what such a copy holds opens nothing of the vault any more. Slots whose secret is
//! not at hand are gone with it, because only their owners could have them wrapped again.

use keyctl_verify::{KeyId, PublicKey};

use super::bundle_keys::new_key;
use super::head::{Head, head_digest};
use super::info::SlotInfo;
use super::log::Log;
use super::pin::Pin;
use super::rebuild::{Rebuilt, Reseal, clear};
use super::snapshot::{MAX_SLOTS, Snapshot, read_slots, slots_digest};
use super::unlocked::UnlockedVault;
use crate::crypto::{
    AdminKeys, KdfParams, Key32, Opener, RecoveryKey, Secret, Slot, VaultKey, random,
};
use crate::domain::{Author, Change, Entry, FieldChange, Name, Role, Subject, Verb};
use crate::error::VaultError;
use crate::store::{Relation, Tx};

/// What a new root key takes with it.
pub struct RekeyOptions<'s> {
    /// What opened the vault, and shall open it again.
    pub secret: &'s Secret,
    /// Whether bundles go on being signed by the same key.
    pub keep_bundle_key: bool,
    /// Whether the vault gets a new recovery key.
    pub with_recovery: bool,
}

/// What came of it.
#[derive(Debug)]
pub struct Rekeyed {
    /// The new vault key.
    pub vault_key: VaultKey,
    /// The new key of bundles, when it was changed.
    pub bundle_key: Option<PublicKey>,
    /// The slots that are there now.
    pub slots: Vec<SlotInfo>,
    /// The slots that must be added again.
    pub lost: Vec<SlotInfo>,
    /// The keys whose sealed token could be read by whoever had the old root key.
    pub revealable: Vec<KeyId>,
    /// The new recovery key, to be shown once.
    pub recovery_key: Option<RecoveryKey>,
    /// What kept the file from being made smaller afterwards. What it had is overwritten all the same.
    pub untidy: Option<VaultError>,
}

/// The slots of a vault under its new root key.
struct NewSlots {
    slots: Vec<Slot>,
    recovery_key: Option<RecoveryKey>,
}

impl UnlockedVault {
    /// Gives the vault a new root key. What there is to hand over is given to `deliver` before
    /// anything is committed.
    ///
    /// # Errors
    /// [`VaultError::Role`] when the slot is not an administrator's; whatever keeps the vault from
    /// being read or written, and whatever `deliver` fails with. It is then as it was.
    pub fn rekey(
        &mut self,
        author: &Author,
        options: &RekeyOptions<'_>,
        deliver: impl FnOnce(&Rekeyed) -> Result<(), VaultError>,
    ) -> Result<Rekeyed, VaultError> {
        let id = self.vault_id();
        self.admin()?;
        let kdf = self.snapshot()?.head.kdf;
        let keys = AdminKeys::derive(id, Key32::random()?);
        // The slow hash runs here, outside of the transaction.
        let own = self.own_slot(&keys, options.secret, kdf)?;
        let mut new = NewSlots { slots: vec![own], recovery_key: None };

        let (pins, path) = (self.pins().clone(), self.path().to_owned());
        let (slot, old_key) = (self.slot().to_owned(), self.vault_key());
        let writer = pins.prepare(id)?;
        let (admin, snapshot, _) = self.begin_change()?;
        let mut lost = new.add_recipients(&snapshot, &slot, &keys, kdf)?;
        if options.with_recovery {
            lost.retain(|slot| !slot.is_first_recovery());
            new.add_recovery(&lost, &keys, kdf)?;
        }
        if new.slots.len() > MAX_SLOTS {
            return Err(VaultError::TooManySlots { limit: MAX_SLOTS });
        }
        let bundle_key = match (options.keep_bundle_key, snapshot.bundle_setting()?) {
            (false, Some(_)) => Some(new_key(&keys, author.now)?),
            _ => None,
        };
        let public_key = bundle_key.as_ref().map(|key| key.public);
        let mut rebuilt = snapshot.rebuild(&Reseal { from: admin, to: &keys, bundle_key })?;
        let mut rekeyed = Rekeyed {
            vault_key: keys.vault_key(),
            bundle_key: public_key,
            slots: new.slots.iter().map(SlotInfo::of).collect(),
            lost,
            revealable: std::mem::take(&mut rebuilt.revealable),
            recovery_key: new.recovery_key,
            untidy: None,
        };
        let (previous_head, generation) = (snapshot.head_digest, snapshot.head.generation + 1);
        let present = snapshot.pin(old_key);
        let tx = snapshot.into_tx();
        let entry = Entry {
            generation,
            verb: Verb::Rekey.as_str().to_owned(),
            author: author.clone(),
            slot,
            changes: changes(&rekeyed, &old_key),
            uses: 0,
            random: random()?,
            previous_head,
        };
        let pin = rewrite(&tx, &keys, &new.slots, rebuilt, &entry)?;
        deliver(&rekeyed)?;
        writer.announce(&path, present, keys.vault_key())?;
        let committed = tx.commit();
        self.settle(committed, pin.head)?;
        let raised = writer.raise_committed(&path, &pin);
        rekeyed.untidy = self.rekeyed(keys, &new.slots[0], raised).err();
        Ok(rekeyed)
    }

    /// The slot that was used, under new keys.
    fn own_slot(
        &mut self,
        keys: &AdminKeys,
        secret: &Secret,
        kdf: KdfParams,
    ) -> Result<Slot, VaultError> {
        let name = Name::from_stored(self.slot()).expect("it was the name of a slot");
        let snapshot = self.snapshot()?;
        let used = snapshot.slots.iter().find(|slot| slot.name == name);
        let recipient = used.and_then(|slot| slot.kind.recipient());
        let opener = recipient.map_or(Opener::Secret(secret), Opener::Recipient);
        Slot::wrap(keys, Role::Admin, name, opener, kdf)
    }
}

impl NewSlots {
    /// Adds a slot with a new recovery key, under a name that is neither kept nor to be added again.
    fn add_recovery(
        &mut self,
        lost: &[SlotInfo],
        keys: &AdminKeys,
        kdf: KdfParams,
    ) -> Result<(), VaultError> {
        let secret = Secret::Recovery(RecoveryKey::random()?);
        let is_free = |name: &String| {
            !self.slots.iter().any(|slot| slot.name.as_str() == name)
                && !lost.iter().any(|slot| slot.name == *name)
        };
        let numbered = (2..).map(|n| format!("recovery-{n}"));
        let name = std::iter::once("recovery".to_owned()).chain(numbered).find(is_free);
        let name = name.expect("there are more numbers than slots");
        let name = Name::parse(&name).expect("our own names are names");
        self.slots.push(Slot::wrap(keys, Role::Admin, name, Opener::Secret(&secret), kdf)?);
        if let Secret::Recovery(key) = secret {
            self.recovery_key = Some(key);
        }
        Ok(())
    }

    /// Adds the slots of recipients, which are public; the others, but for the one that was used.
    fn add_recipients(
        &mut self,
        snapshot: &Snapshot<'_>,
        used: &str,
        keys: &AdminKeys,
        kdf: KdfParams,
    ) -> Result<Vec<SlotInfo>, VaultError> {
        let mut lost = Vec::new();
        for old in snapshot.slots.iter().filter(|old| old.name.as_str() != used) {
            match old.kind.recipient() {
                Some(recipient) => {
                    let (role, name) = (old.role, old.name.clone());
                    let opener = Opener::Recipient(recipient);
                    self.slots.push(Slot::wrap(keys, role, name, opener, kdf)?);
                }
                None => lost.push(SlotInfo::of(old)),
            }
        }
        Ok(lost)
    }
}

fn changes(rekeyed: &Rekeyed, old: &VaultKey) -> Vec<Change> {
    let key =
        FieldChange::new("vault_key", Some(old.to_string()), Some(rekeyed.vault_key.to_string()));
    let bundle = rekeyed.bundle_key.map(|key| key.to_string());
    let bundle = bundle.map(|key| FieldChange::new("bundle_key", None, Some(key)));
    let vault =
        Change { subject: Subject::vault(), fields: [key].into_iter().chain(bundle).collect() };
    let lost = rekeyed.lost.iter().filter_map(|slot| {
        let name = Name::from_stored(&slot.name)?;
        let field = FieldChange::new("role", Some(slot.role.to_string()), None);
        Some(Change { subject: Subject::slot(&name), fields: vec![field] })
    });
    [vault].into_iter().chain(lost).collect()
}

/// Writes everything but the vault's id anew; the pin of the new state.
fn rewrite(
    tx: &Tx<'_>,
    keys: &AdminKeys,
    slots: &[Slot],
    rebuilt: Rebuilt,
    entry: &Entry,
) -> Result<Pin, VaultError> {
    clear(tx)?;
    for (row, slot) in (1..).zip(slots) {
        tx.put(Relation::Slot, row, slot.as_bytes())?;
    }
    let mut head = rebuilt.write(tx, keys)?;
    head.slots = slots_digest(keys.id, &read_slots(tx)?);
    finish(tx, keys, head, entry)
}

/// Appends the entry, and signs and writes the head; the pin of the new state.
pub(super) fn finish(
    tx: &Tx<'_>,
    keys: &AdminKeys,
    mut head: Head,
    entry: &Entry,
) -> Result<Pin, VaultError> {
    head.generation = entry.generation;
    head.audit = Log { id: keys.id, keys: &keys.read, tx }.append(head.audit, entry.encode())?;
    let signed = head.seal(keys)?;
    tx.put(Relation::Head, 1, &signed)?;
    let (vault_key, generation) = (keys.vault_key(), head.generation);
    Ok(Pin { vault_key, generation, head: head_digest(&signed), next: None, next_head: None })
}
