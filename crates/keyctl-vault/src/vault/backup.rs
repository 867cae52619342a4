//! Copies of the whole vault, and what they are good for: `backup`, putting one back where the
//! present vault is lost, and `trust`.
//!
//! A backup is the vault itself, row by row, with its slots: whoever could open the vault can
//! open it. Putting it back as it is would look like an attack to every machine that has seen a
//! later state, and is one when a revoked key comes back to life; so it takes a word of the user,
//! and goes on from a generation above everything that this machine has seen.

use std::fs;
use std::path::{Path, PathBuf};

use super::check::CheckReport;
use super::open::{LockedVault, UnlockedVault};
use super::pin::Pin;
use super::rekey::finish;
use super::snapshot::Snapshot;
use crate::crypto::random;
use crate::domain::{Author, Change, Entry, Verb};
use crate::error::{Finding, VaultError};
use crate::store::{Access, Store, files};

/// What putting a backup back has done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rollback {
    /// The generation of the backup.
    pub from: u64,
    /// The generation that the vault has now.
    pub generation: u64,
    /// Where the file that was there lies now.
    pub moved_to: Option<PathBuf>,
}

impl UnlockedVault {
    /// Writes a copy of the vault to a new file at `to`, after reading and verifying everything.
    ///
    /// # Errors
    /// [`VaultError::Exists`] when something is there; when the vault is damaged, or the copy
    /// cannot be written. Nothing is then left behind.
    pub fn backup(&mut self, to: &Path) -> Result<CheckReport, VaultError> {
        let snapshot = self.snapshot()?;
        let report = snapshot.check()?;
        write_new_vault(to, |store| {
            let tx = store.begin(Access::Write)?;
            tx.copy_rows(&snapshot.tx)?;
            tx.commit()
        })?;
        Ok(report)
    }

    /// Remembers the present state of the vault, whatever this machine had remembered of it or of
    /// its place, after reading and verifying everything.
    ///
    /// # Errors
    /// When the vault is damaged, or the pin cannot be written.
    pub fn trust(&mut self) -> Result<CheckReport, VaultError> {
        let (pins, path, id) = (self.pins().clone(), self.path().to_owned(), self.vault_id());
        let vault_key = self.vault_key();
        let snapshot = self.snapshot()?;
        let report = snapshot.check()?;
        pins.prepare(id)?.overwrite(&path, &snapshot.pin(vault_key))?;
        Ok(report)
    }

    /// Whether this copy is the very state that this machine has seen last.
    ///
    /// # Errors
    /// When the copy is damaged.
    pub fn is_latest_seen(&mut self) -> Result<bool, VaultError> {
        let (pin, vault_key) = (self.pins().read(self.vault_id()).ok().flatten(), self.vault_key());
        Ok(pin == Some(self.snapshot()?.pin(vault_key)))
    }

    /// Puts this copy in the place of the vault at `path`, which is moved aside. `revived` is what
    /// the audit log will say of keys that come back to life.
    ///
    /// # Errors
    /// [`VaultError::Role`] when the slot is not an administrator's; when the copy is damaged, or
    /// cannot be put there. The old file is then where it was.
    pub fn put_back(
        &mut self,
        path: &Path,
        author: &Author,
        revived: Vec<Change>,
    ) -> Result<Rollback, VaultError> {
        let path = files::canonical(path)?;
        files::check_folder(files::folder_of(&path))?;
        let (id, pins, slot) = (self.vault_id(), self.pins().clone(), self.slot().to_owned());
        let vault_key = self.vault_key();
        let writer = pins.prepare(id)?;
        match pins.known_at(&path) {
            Ok(Some(known)) if known != id.hex() => {
                let known = pins.key_of(&known).unwrap_or(known);
                return Err(Finding::OtherVault { known, found: vault_key.to_string() }.into());
            }
            // What cannot be read is about to be written anew.
            _ => {}
        }
        let seen = pins.read(id).ok().flatten();
        // Whoever is writing the vault there finishes first, and whoever waits is told; a file that
        // cannot be opened has no writers.
        let mut present = Store::open(&path).ok();
        let lock = match present.as_mut().map(|store| store.begin(Access::Write)) {
            Some(Err(error @ VaultError::Busy { .. })) => return Err(error),
            lock => lock.and_then(Result::ok),
        };
        let (admin, snapshot) = self.admin_snapshot()?;
        snapshot.check()?;
        let from = snapshot.generation();
        let is_latest = seen.as_ref().is_some_and(|pin| *pin == snapshot.pin(vault_key));
        let above = seen.map_or(from, |pin| pin.generation.max(from));
        let generation = if is_latest { from } else { above + 1 };
        let temporary = files::temporary_beside(&path);
        let mut pin = snapshot.pin(vault_key);
        write_new_vault(&temporary, |store| {
            let tx = store.begin(Access::Write)?;
            tx.copy_rows(&snapshot.tx)?;
            if !is_latest {
                let entry = Entry {
                    generation,
                    verb: Verb::Restore.as_str().to_owned(),
                    author: author.clone(),
                    slot,
                    changes: [Entry::restored(from, generation)]
                        .into_iter()
                        .chain(revived)
                        .collect(),
                    uses: 0,
                    random: random()?,
                    previous_head: snapshot.head_digest,
                };
                pin = finish(&tx, admin, snapshot.head.clone(), &entry)?;
            }
            tx.commit()
        })?;
        let moved_to = move_aside(&path)
            .and_then(|moved| files::put_in_place(&temporary, &path).map(|()| moved))
            .inspect_err(|_| drop(fs::remove_file(&temporary)))?;
        drop(lock);
        writer.overwrite(&path, &pin)?;
        Ok(Rollback { from, generation, moved_to })
    }
}

impl LockedVault {
    /// Opens a backup with the keys of the vault that it was taken from; `None` when the vault has
    /// got others since.
    ///
    /// # Errors
    /// [`Finding::OtherVault`] when it is a copy of another vault; when it is damaged.
    pub fn open_backup_of(
        self,
        vault: &UnlockedVault,
    ) -> Result<Option<UnlockedVault>, VaultError> {
        if self.vault_id() != vault.vault_id() {
            let (known, found) = (vault.id(), self.vault_id().hex());
            return Err(Finding::OtherVault { known, found }.into());
        }
        let mut copy = self.open_as(vault)?;
        match copy.snapshot().map(drop) {
            Ok(()) => Ok(Some(copy)),
            Err(VaultError::Integrity(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Makes a vault's file at `path` by what `write` commits; nothing is left when it fails.
pub(super) fn write_new_vault(
    path: &Path,
    write: impl FnOnce(&mut Store) -> Result<(), VaultError>,
) -> Result<(), VaultError> {
    let path = files::canonical(path)?;
    if fs::symlink_metadata(&path).is_ok() {
        return Err(VaultError::Exists { path });
    }
    let temporary = files::temporary_beside(&path);
    let written = Store::create(&temporary)
        .and_then(|mut store| write(&mut store))
        .and_then(|()| files::put_in_place(&temporary, &path));
    written.inspect_err(|_| drop(fs::remove_file(&temporary)))
}

/// Moves what lies at `path` to a name beside it that is free, and the journal that belongs to it.
fn move_aside(path: &Path) -> Result<Option<PathBuf>, VaultError> {
    if fs::symlink_metadata(path).is_err() {
        return Ok(None);
    }
    let beside = |path: &Path, end: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    let names = (1..).map(|n| beside(path, &format!(".replaced-{n}")));
    let free = |name: &PathBuf| fs::symlink_metadata(name).is_err();
    let moved = names.into_iter().find(free).expect("there are more numbers than files");
    // The journal first: left behind, it would be played back into the file that comes.
    let journal = beside(path, "-journal");
    if fs::symlink_metadata(&journal).is_ok() {
        files::put_in_place(&journal, &beside(&moved, "-journal"))?;
    }
    files::put_in_place(path, &moved)?;
    Ok(Some(moved))
}

impl Snapshot<'_> {
    pub(super) fn pin(&self, vault_key: crate::crypto::VaultKey) -> Pin {
        let (generation, head) = (self.head.generation, self.head_digest);
        Pin { vault_key, generation, head, next: None }
    }
}
