//! Making a vault: all of it in a file beside, and then in its place in one step.

use std::fs;
use std::path::Path;

use keyctl_verify::Brand;

use super::bundle_keys::put_first_key;
use super::head::{Head, head_digest};
use super::log::Log;
use super::pin::{Pin, Pins};
use super::snapshot::{read_slots, slots_digest, vault_row};
use crate::crypto::{
    AdminKeys, KdfParams, Key32, Opener, RecoveryKey, Secret, Slot, VaultId, VaultKey, random,
};
use crate::domain::{Author, Change, Entry, FieldChange, Name, Role, Subject, Verb};
use crate::error::VaultError;
use crate::store::{Relation, Store, Tx, check_free, files};

/// What a new vault shall be.
pub struct InitOptions {
    /// What its tokens begin with.
    pub brand: Brand,
    /// What its passphrase slots take.
    pub kdf: KdfParams,
    /// What opens its first slot, `main`: a passphrase.
    pub passphrase: Secret,
    /// Whether it gets a recovery key.
    pub with_recovery: bool,
}

/// A new vault.
pub struct Initialized {
    /// Its public key.
    pub vault_key: VaultKey,
    /// Its recovery key, to be shown once.
    pub recovery_key: Option<RecoveryKey>,
}

/// Makes a vault at `path`, pinned under `state`. What there is to hand over is given
/// to `deliver` before the vault is put in its place.
///
/// # Errors
/// [`VaultError::Exists`] when something is there; whatever `deliver` fails with. Nothing is
/// then left behind.
pub fn init(
    path: &Path,
    state: &Path,
    options: &InitOptions,
    author: &Author,
    deliver: impl FnOnce(&Initialized) -> Result<(), VaultError>,
) -> Result<Initialized, VaultError> {
    let path = files::canonical(path)?;
    files::check_folder(files::folder_of(&path))?;
    check_free(&path)?;
    let id = VaultId(random()?);
    let pins = Pins::new(state);
    let pin_writer = pins.prepare(id)?;
    let temporary = files::temporary_beside(&path);
    let built = build(&temporary, id, options, author).map_err(|error| error.at(&path));
    let made = built.and_then(|(pin, initialized)| {
        deliver(&initialized)?;
        files::put_or_remove(&temporary, &path)?;
        pin_writer.raise(&path, &pin).map_err(|error| match fs::remove_file(&path) {
            Ok(()) => error,
            Err(_) => error.unconfirmed(),
        })?;
        Ok(initialized)
    });
    if made.is_err() {
        drop(fs::remove_file(&temporary));
        if path.symlink_metadata().is_err() {
            pin_writer.forget(&path);
        }
    }
    made
}

fn build(
    temporary: &Path,
    id: VaultId,
    options: &InitOptions,
    author: &Author,
) -> Result<(Pin, Initialized), VaultError> {
    let keys = AdminKeys::derive(id, Key32::random()?);
    let recovery_key = if options.with_recovery { Some(RecoveryKey::random()?) } else { None };
    let secret = recovery_key.map(Secret::Recovery);
    let pin = Store::make(temporary, |tx| {
        tx.put(Relation::Vault, 1, &vault_row(id))?;
        let slot = |row, name, secret| {
            let opener = Opener::Secret(secret);
            let slot = Slot::wrap(&keys, Role::Admin, slot_name(name), opener, options.kdf)?;
            tx.put(Relation::Slot, row, slot.as_bytes())
        };
        slot(1, "main", &options.passphrase)?;
        if let Some(secret) = &secret {
            slot(2, "recovery", secret)?;
        }
        write_head(tx, &keys, options, author)
    })?;
    let recovery_key = match secret {
        Some(Secret::Recovery(key)) => Some(key),
        _ => None,
    };
    Ok((pin, Initialized { vault_key: keys.vault_key(), recovery_key }))
}

fn write_head(
    tx: &Tx<'_>,
    keys: &AdminKeys,
    options: &InitOptions,
    author: &Author,
) -> Result<Pin, VaultError> {
    let mut head = Head::new(options.brand.clone(), options.kdf);
    head.slots = slots_digest(keys.id, &read_slots(tx)?);
    put_first_key(tx, keys, &mut head, author.now)?;
    let entry = Entry {
        generation: 1,
        verb: Verb::Init.as_str().to_owned(),
        author: author.clone(),
        slot: "main".to_owned(),
        changes: vec![Change {
            subject: Subject::vault(),
            fields: vec![FieldChange::new("token_prefix", None, Some(options.brand.to_string()))],
        }],
        uses: 0,
        random: random()?,
        previous_head: [0; 32],
    };
    head.audit = Log { id: keys.id, keys: &keys.read, tx }.append(head.audit, entry.encode())?;
    head.generation = 1;
    let signed = head.seal(keys)?;
    tx.put(Relation::Head, 1, &signed)?;
    Ok(Pin {
        vault_key: keys.vault_key(),
        generation: 1,
        head: head_digest(&signed),
        next: None,
        next_head: None,
    })
}

fn slot_name(name: &str) -> Name {
    Name::parse(name).expect("our own names are names")
}
