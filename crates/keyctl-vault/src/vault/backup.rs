//! Copies of the whole vault, and what they are good for: `backup`, putting one back where the
//! present vault is lost, and `trust`.
//!
//! A backup is the vault itself, byte for byte, with its slots: whoever could open the vault can
//! open it. Putting it back as it is would look like an attack to every machine that has seen a
//! later state, and is one when a revoked key comes back to life; so it takes a word of the user,
//! and goes on from a generation above everything that this machine has seen.

use std::fs;
use std::path::{Path, PathBuf};

use super::check::CheckReport;
use super::locked::LockedVault;
use super::pin::{Pin, PinWriter, Pins};
use super::rekey::finish;
use super::snapshot::Snapshot;
use super::unlocked::UnlockedVault;
use crate::crypto::{AdminKeys, VaultId, VaultKey, random};
use crate::domain::{Author, Change, Entry, Verb};
use crate::error::{Finding, VaultError};
use crate::store::{Access, Store, Tx, check_free, files, journals_of};

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
    /// Writes a copy of the vault to a new file at `to`, which gets its name when everything has been
    /// read and verified.
    ///
    /// # Errors
    /// [`VaultError::Exists`] when something is there; when the vault is damaged, or the copy
    /// cannot be written. Nothing is then left behind.
    pub fn backup(&mut self, to: &Path) -> Result<CheckReport, VaultError> {
        free_place(to)?;
        let snapshot = self.snapshot()?;
        put_new_vault(to, |copy| snapshot.tx.copy_to(copy, || snapshot.check()))
    }

    /// Remembers the present state of the vault, whatever this machine had remembered of it or of
    /// its place, after reading and verifying everything. `seen` is the generation that somebody has
    /// said is right.
    ///
    /// # Errors
    /// [`Finding::RolledBack`] when the vault has gone back behind `seen` meanwhile; when it is
    /// damaged, or the pin cannot be written.
    pub fn trust(&mut self, seen: u64) -> Result<CheckReport, VaultError> {
        let (pins, path, id) = (self.pins().clone(), self.path().to_owned(), self.vault_id());
        let vault_key = self.vault_key();
        let snapshot = self.snapshot()?;
        let found = snapshot.generation();
        if found < seen {
            return Err(Finding::RolledBack { found, seen }.into());
        }
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
    /// [`VaultError::Role`] when the slot is not an administrator's; [`Finding::OtherVault`] when
    /// this machine knows another vault there, or the vault under another vault key than the
    /// copy's, and nobody has named that: whoever had the root key before a rekey can make such a
    /// copy; when the copy is damaged, or cannot be put there. The old file is then where it was.
    pub fn put_back(
        &mut self,
        path: &Path,
        author: &Author,
        revived: Vec<Change>,
    ) -> Result<Rollback, VaultError> {
        let path = files::canonical(path)?;
        files::check_folder(files::folder_of(&path))?;
        let (id, pins, slot) = (self.vault_id(), self.pins().clone(), self.slot().to_owned());
        let (vault_key, is_named) = (self.vault_key(), self.is_named());
        check_place(&pins, id, vault_key, &path)?;
        let writer = pins.prepare(id)?;
        let seen = pins.read(id).ok().flatten();
        if let Some(seen) = seen.as_ref().filter(|seen| seen.vault_key != vault_key && !is_named) {
            let (known, found) = (seen.vault_key.to_string(), vault_key.to_string());
            return Err(Finding::OtherVault { known, found }.into());
        }
        let mut present = Store::open(&path).ok();
        let lock = lock(present.as_mut())?;
        let (admin, snapshot) = self.admin_snapshot()?;
        snapshot.check()?;
        let from = snapshot.generation();
        let mut pin = snapshot.pin(vault_key);
        let there = generation_of(&path, admin, &writer, seen.as_ref()).unwrap_or(from);
        let is_latest = seen.as_ref() == Some(&pin) && there <= from;
        let above = seen.as_ref().map_or(from, |pin| pin.generation.max(from)).max(there);
        let generation = if is_latest { from } else { above + 1 };
        let temporary = files::temporary_beside(&path);
        let write = |tx: &Tx<'_>| {
            tx.copy_rows(&snapshot.tx)?;
            if !is_latest {
                let gap = Entry::restored(from, generation);
                let entry = Entry {
                    generation,
                    verb: Verb::Restore.as_str().to_owned(),
                    author: author.clone(),
                    slot,
                    changes: [gap].into_iter().chain(revived).collect(),
                    uses: 0,
                    random: random()?,
                    previous_head: snapshot.head_digest,
                };
                pin = finish(tx, admin, snapshot.head.clone(), &entry)?;
            }
            Ok(())
        };
        put_new_vault(&temporary, |file| Store::make(file, write))
            .map_err(VaultError::of_a_step)?;
        let moved_to = writer
            .announce_head(Some(pin.head))
            .and_then(|()| {
                let replaced = replace_vault(&temporary, &path);
                replaced.inspect_err(|_| drop(writer.announce_head(None)))
            })
            .inspect_err(|_| drop(fs::remove_file(&temporary)))?;
        drop(lock);
        // Which waits for the disk first.
        writer.overwrite(&path, &pin).map_err(VaultError::unconfirmed)?;
        Ok(Rollback { from, generation, moved_to })
    }
}

/// Whoever is writing the vault finishes first, and whoever waits is told that it was replaced; a
/// file that cannot be opened has no writers.
fn lock(present: Option<&mut Store>) -> Result<Option<Tx<'_>>, VaultError> {
    match present.map(|store| store.begin(Access::Write)) {
        Some(Err(error @ (VaultError::Busy { .. } | VaultError::Replaced { .. }))) => Err(error),
        lock => Ok(lock.and_then(Result::ok)),
    }
}

/// Refuses a place where this machine knows another vault. What it cannot read of that is about to
/// be written anew.
fn check_place(
    pins: &Pins,
    id: VaultId,
    vault_key: VaultKey,
    path: &Path,
) -> Result<(), VaultError> {
    match pins.known_at(path) {
        Ok(Some(known)) if known != id.hex() => {
            let known = pins.key_of(&known).unwrap_or(known);
            Err(Finding::OtherVault { known, found: vault_key.to_string() }.into())
        }
        _ => Ok(()),
    }
}

/// The generation of the vault that is to be replaced, if it is of these keys. It is remembered if
/// it follows what was `seen`: whoever made that state, and comes to raise the pin only now, then
/// takes nothing back of what is announced.
fn generation_of(
    path: &Path,
    admin: &AdminKeys,
    writer: &PinWriter<'_>,
    seen: Option<&Pin>,
) -> Option<u64> {
    let vault_key = admin.vault_key();
    let mut store = Store::open(path).ok()?;
    let tx = store.begin(Access::Read).ok()?;
    let snapshot = Snapshot::verify(tx, admin.id, &admin.read, &vault_key).ok()?;
    if seen.is_some_and(|seen| snapshot.compare(seen, &vault_key).is_ok()) {
        drop(writer.raise(path, &snapshot.pin(vault_key)));
    }
    Some(snapshot.generation())
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
        let is_ours = copy.has_head_of(vault.vault_key())?;
        match copy.snapshot().map(drop) {
            Ok(()) => Ok(Some(copy)),
            Err(VaultError::Integrity(_)) if !is_ours => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The canonical path of a new file, where nothing lies yet.
pub(super) fn free_place(path: &Path) -> Result<PathBuf, VaultError> {
    let folder = files::folder_of(path);
    fs::metadata(folder).map_err(VaultError::io("find the folder", folder))?;
    let path = files::canonical(path)?;
    check_free(&path)?;
    Ok(path)
}

/// Puts the vault's file that `make` makes at a path beside to `path`, when it is whole and nothing is
/// there; nothing is left when that fails.
pub(super) fn put_new_vault<T>(
    path: &Path,
    make: impl FnOnce(&Path) -> Result<T, VaultError>,
) -> Result<T, VaultError> {
    let path = free_place(path)?;
    let temporary = files::temporary_beside(&path);
    let made = make(&temporary).and_then(|made| {
        files::put_or_remove(&temporary, &path)?;
        Ok(made)
    });
    made.map_err(|error| {
        drop(fs::remove_file(&temporary));
        error.at(&path)
    })
}

/// Puts a finished vault in the place of what lies at `path`, in one step: whoever looks finds the
/// old file or the new one. The old one keeps a name beside it, which is returned.
fn replace_vault(temporary: &Path, path: &Path) -> Result<Option<PathBuf>, VaultError> {
    let aside = free_name_beside(path);
    let is_there = path.symlink_metadata().is_ok();
    if is_there {
        fs::hard_link(path, &aside).map_err(VaultError::io("keep", path))?;
    }
    let mut moved = Vec::new();
    let replaced = move_journals(path, &aside, &mut moved)
        .and_then(|()| fs::rename(temporary, path).map_err(VaultError::io("replace", path)));
    if let Err(error) = replaced {
        for (from, to) in moved {
            drop(files::put_in_place(&to, &from));
        }
        if is_there {
            drop(fs::remove_file(&aside));
        }
        return Err(error);
    }
    Ok(Some(aside).filter(|_| is_there))
}

/// Moves the journals of the file at `path` to the name that it gets; `moved` are those that were.
/// One that stayed would be played into the file that comes.
fn move_journals(
    path: &Path,
    aside: &Path,
    moved: &mut Vec<(PathBuf, PathBuf)>,
) -> Result<(), VaultError> {
    for (from, to) in journals_of(path).into_iter().zip(journals_of(aside)) {
        if from.symlink_metadata().is_ok() {
            files::put_in_place(&from, &to).map_err(VaultError::of_a_step)?;
            moved.push((from, to));
        }
    }
    Ok(())
}

/// A name beside `path` under which neither a file lies nor a journal.
fn free_name_beside(path: &Path) -> PathBuf {
    let name = |n: u64| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".replaced-{n}"));
        PathBuf::from(name)
    };
    let free = (1..).map(name).find(|path| check_free(path).is_ok());
    free.expect("there are more numbers than files")
}

impl Snapshot<'_> {
    pub(super) fn pin(&self, vault_key: VaultKey) -> Pin {
        let (generation, head) = (self.head.generation, self.head_digest);
        Pin { vault_key, generation, head, next: None, next_head: None }
    }
}
