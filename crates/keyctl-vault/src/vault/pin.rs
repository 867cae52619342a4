//! Pins: what this machine remembers of a vault, outside of it (`docs/vault-format.md`, section
//! 10).
//!
//! No file can say by itself that it is the latest one. The pin says which generation was seen
//! last, and which head; it only ever goes up, and only after the commit that it records, because
//! a pin ahead of its vault would turn a crash into an alarm. A second file remembers which vault
//! lies at a path, so that a whole vault of somebody else's making is noticed before anybody types
//! a passphrase into it.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::crypto::{Digest, VaultId, VaultKey, digest};
use crate::error::{Finding, VaultError};
use crate::store::files;

const VERSION: u32 = 1;
const MAX_LEN: usize = 64 << 10;

/// What is remembered of a vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pin {
    pub(crate) vault_key: VaultKey,
    pub(crate) generation: u64,
    pub(crate) head: Digest,
    /// The vault key that this machine is about to give the vault.
    pub(crate) next: Option<VaultKey>,
    /// The head of the backup that this machine is about to put in the vault's place.
    pub(crate) next_head: Option<Digest>,
}

/// The pin's file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PinFile {
    version: u32,
    vault_id: String,
    path: String,
    vault_key: String,
    generation: u64,
    head_sha256: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_vault_key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_head_sha256: Option<String>,
}

impl PinFile {
    fn of(id: VaultId, path: &Path, pin: &Pin) -> Self {
        PinFile {
            version: VERSION,
            vault_id: id.hex(),
            path: path.to_string_lossy().into_owned(),
            vault_key: pin.vault_key.to_string(),
            generation: pin.generation,
            head_sha256: HEXLOWER.encode(&pin.head),
            next_vault_key: pin.next.map(|next| next.to_string()),
            next_head_sha256: pin.next_head.map(|next| HEXLOWER.encode(&next)),
        }
    }

    /// What it says; `None` when a field is malformed.
    fn pin(&self) -> Option<Pin> {
        let next = self.next_vault_key.as_deref().map(|next| VaultKey::parse(next).ok_or(()));
        let next_head = self.next_head_sha256.as_deref().map(|next| parse_digest(next).ok_or(()));
        Some(Pin {
            vault_key: VaultKey::parse(&self.vault_key)?,
            generation: self.generation,
            head: parse_digest(&self.head_sha256)?,
            next: next.transpose().ok()?,
            next_head: next_head.transpose().ok()?,
        })
    }
}

/// A digest in hex.
fn parse_digest(hex: &str) -> Option<Digest> {
    Digest::try_from(HEXLOWER.decode(hex.as_bytes()).ok()?).ok()
}

/// The file that says which vault lies at a path.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceFile {
    version: u32,
    path: String,
    vault_id: String,
}

/// The pins of a user.
#[derive(Clone, Debug)]
pub(crate) struct Pins {
    state: PathBuf,
    folder: PathBuf,
}

impl Pins {
    /// Pins in the state directory `state`.
    pub(crate) fn new(state: &Path) -> Self {
        Pins { state: state.to_owned(), folder: state.join("pins") }
    }

    /// A folder in which others can remove files remembers nothing.
    fn check_folders(&self) -> Result<(), Finding> {
        for folder in [&self.state, &self.folder] {
            if folder.symlink_metadata().is_ok() {
                files::check_folder(folder).map_err(|e| unreadable(folder, &e.to_string()))?;
            }
        }
        Ok(())
    }

    /// The finding of a vault that lies where this machine knows it, but whose pin is gone.
    pub(crate) fn missing(&self, id: VaultId) -> Finding {
        unreadable(&self.pin_file(id), "it is gone, although this machine knows the vault")
    }

    /// The id of the vault that this machine knows at `path`, in hex.
    pub(crate) fn known_at(&self, path: &Path) -> Result<Option<String>, Finding> {
        self.check_folders()?;
        let file = self.place_file(path);
        let place: Option<PlaceFile> = read(&file)?;
        match place {
            Some(place) if place.version != VERSION => {
                Err(unreadable(&file, "its version is unknown"))
            }
            place => Ok(place.map(|place| place.vault_id)),
        }
    }

    /// The vault key of a vault that is known by its id in hex, for people.
    pub(crate) fn key_of(&self, id: &str) -> Option<String> {
        let file: PinFile = read(&self.folder.join(format!("{id}.json"))).ok()??;
        Some(file.vault_key)
    }

    /// The pin of a vault.
    pub(crate) fn read(&self, id: VaultId) -> Result<Option<Pin>, Finding> {
        self.check_folders()?;
        let path = self.pin_file(id);
        let Some(file) = read::<PinFile>(&path)? else { return Ok(None) };
        let fits = file.version == VERSION && file.vault_id == id.hex();
        let pin = file.pin().filter(|_| fits);
        pin.map(Some).ok_or_else(|| unreadable(&path, "a field of it is malformed"))
    }

    /// Makes the folder and takes the lock under which the pin of `id` may be raised. To be held
    /// before a commit is begun, so that a state directory that cannot be written is noticed
    /// while nothing has happened yet.
    pub(crate) fn prepare(&self, id: VaultId) -> Result<PinWriter<'_>, VaultError> {
        files::make_private_folder(&self.folder)?;
        files::check_writable(&self.folder)?;
        let path = self.folder.join(format!("{}.lock", id.hex()));
        let lock = files::open_lock(&path)?;
        Ok(PinWriter { pins: self, id, lock, lock_path: path })
    }

    fn pin_file(&self, id: VaultId) -> PathBuf {
        self.folder.join(format!("{}.json", id.hex()))
    }

    fn place_file(&self, path: &Path) -> PathBuf {
        let hash = digest("keyctl/v1/place\0", &[path.as_os_str().as_encoded_bytes()]);
        self.folder.join(format!("at-{}.json", HEXLOWER.encode(&hash[..16])))
    }
}

/// May raise the pin of one vault.
pub(crate) struct PinWriter<'p> {
    pins: &'p Pins,
    id: VaultId,
    lock: File,
    lock_path: PathBuf,
}

impl PinWriter<'_> {
    /// Remembers `pin`, unless a later one is remembered already, and that the vault lies at
    /// `path`.
    pub(crate) fn raise(&self, path: &Path, pin: &Pin) -> Result<(), VaultError> {
        self.locked(|| self.raise_locked(path, pin, settle))
    }

    /// The same for a state that this process has committed, so that it is on the disk.
    pub(crate) fn raise_committed(&self, path: &Path, pin: &Pin) -> Result<(), VaultError> {
        self.locked(|| self.raise_locked(path, pin, |_| Ok(())))
    }

    /// The same, but gives up at once when another process is raising the pin: whoever only
    /// reads need not wait.
    pub(crate) fn try_raise(&self, path: &Path, pin: &Pin) -> Result<(), VaultError> {
        match self.lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(()),
            Err(TryLockError::Error(e)) => return Err(VaultError::io("lock", &self.lock_path)(e)),
        }
        let result = self.raise_locked(path, pin, settle);
        drop(self.lock.unlock());
        result
    }

    /// Remembers that the vault is about to get the key `next`: a crash between that change and its
    /// pin must not make a stranger of the vault. `present` is the state that the change starts
    /// from, so that it directly follows what is remembered, and so that whoever made that state
    /// and comes to raise the pin only now leaves this one as it is.
    pub(crate) fn announce(
        &self,
        path: &Path,
        present: Pin,
        next: VaultKey,
    ) -> Result<(), VaultError> {
        self.locked(|| {
            let known = self.pins.read(self.id)?;
            // What is remembered is on the disk.
            if known.is_none_or(|known| known.generation != present.generation) {
                settle(path)?;
            }
            let pin = Pin { next: Some(next), ..present };
            write(&self.pins.pin_file(self.id), &PinFile::of(self.id, path, &pin))
        })
    }

    /// Remembers, besides what is known, that a state with this head is about to be put in the
    /// vault's place, or that it is not. Without a pin there is nothing that it could contradict;
    /// one that cannot be read is about to be written anew.
    pub(crate) fn announce_head(&self, next: Option<Digest>) -> Result<(), VaultError> {
        let path = self.pins.pin_file(self.id);
        self.locked(|| match read::<PinFile>(&path) {
            Ok(Some(known)) => {
                let next_head_sha256 = next.map(|next| HEXLOWER.encode(&next));
                write(&path, &PinFile { next_head_sha256, ..known })
            }
            _ => Ok(()),
        })
    }

    /// Remembers `pin` whatever was known before: somebody has said that it is right.
    pub(crate) fn overwrite(&self, path: &Path, pin: &Pin) -> Result<(), VaultError> {
        self.locked(|| {
            settle(path)?;
            write(&self.pins.pin_file(self.id), &PinFile::of(self.id, path, pin))?;
            self.place(path)
        })
    }

    /// Forgets a vault that was not made after all, and that it lies at `path`.
    pub(crate) fn forget(&self, path: &Path) {
        let id = self.id.hex();
        if self.pins.known_at(path).is_ok_and(|known| known.as_ref() == Some(&id)) {
            drop(fs::remove_file(self.pins.place_file(path)));
        }
        drop(fs::remove_file(self.pins.pin_file(self.id)));
        drop(fs::remove_file(&self.lock_path));
    }

    fn locked(&self, work: impl FnOnce() -> Result<(), VaultError>) -> Result<(), VaultError> {
        self.lock.lock().map_err(VaultError::io("lock", &self.lock_path))?;
        let result = work();
        drop(self.lock.unlock());
        result
    }

    fn raise_locked(
        &self,
        path: &Path,
        pin: &Pin,
        settle: impl FnOnce(&Path) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        let known = self.pins.read(self.id)?;
        let same_age = known.as_ref().filter(|known| known.generation == pin.generation);
        if same_age.is_some_and(|known| known.head != pin.head) {
            return Err(Finding::Forked { generation: pin.generation }.into());
        }
        if known.is_none_or(|known| known.generation < pin.generation) {
            settle(path)?;
            write(&self.pins.pin_file(self.id), &PinFile::of(self.id, path, pin))?;
        }
        if self.pins.known_at(path)?.as_ref() != Some(&self.id.hex()) {
            self.place(path)?;
        }
        Ok(())
    }

    /// Remembers that the vault lies at `path`.
    fn place(&self, path: &Path) -> Result<(), VaultError> {
        let path_text = path.to_string_lossy().into_owned();
        let place = PlaceFile { version: VERSION, path: path_text, vault_id: self.id.hex() };
        write(&self.pins.place_file(path), &place)
    }
}

/// Waits until the state that the vault at `path` has is on the disk. Whoever made it may have been
/// killed after the journal was gone and before that had been confirmed; a power cut would bring it
/// back, and with it the state before, behind what is about to be remembered.
fn settle(path: &Path) -> Result<(), VaultError> {
    files::sync_folder(files::folder_of(path))
}

fn write(path: &Path, contents: &impl Serialize) -> Result<(), VaultError> {
    let mut json = serde_json::to_vec_pretty(contents).expect("a pin is plain text and numbers");
    json.push(b'\n');
    files::replace(path, &json)
}

/// Reads a file of the folder; one that is there but cannot be believed is a finding, because
/// going on without it would be exactly what its disappearance is good for.
fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Finding> {
    let meta = match fs::symlink_metadata(path) {
        Ok(meta) => meta,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(path, &error.to_string())),
    };
    let ours = meta.uid() == rustix::process::geteuid().as_raw();
    if !meta.is_file() || !ours || meta.permissions().mode() & 0o022 != 0 {
        return Err(unreadable(path, "it is not a file that only its owner can write"));
    }
    let contents =
        files::read_bounded(path, MAX_LEN).map_err(|e| unreadable(path, &e.to_string()))?;
    serde_json::from_slice(&contents).map(Some).map_err(|e| unreadable(path, &e.to_string()))
}

fn unreadable(path: &Path, what: &str) -> Finding {
    Finding::Pin { path: path.to_owned(), what: what.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: VaultId = VaultId([3; 16]);

    fn key(byte: u8) -> VaultKey {
        let root = crate::crypto::Key32::fill_with(|key| *key = [byte; 32]);
        crate::crypto::AdminKeys::derive(ID, root).vault_key()
    }

    fn pin(generation: u64) -> Pin {
        let head = [u8::try_from(generation).unwrap(); 32];
        Pin { vault_key: key(1), generation, head, next: None, next_head: None }
    }

    #[test]
    fn what_is_announced_outlives_whoever_raises_the_pin_to_the_state_before_it() {
        let dir = tempfile::tempdir().unwrap();
        let (pins, path) = (Pins::new(&dir.path().join("state")), dir.path().join("v"));
        let (ours, theirs) = (pins.prepare(ID).unwrap(), pins.prepare(ID).unwrap());
        ours.raise(&path, &pin(4)).unwrap();
        // Somebody has committed generation 5, and is not yet back to remember it.
        ours.announce(&path, pin(5), key(2)).unwrap();
        theirs.raise(&path, &pin(5)).unwrap();
        theirs.try_raise(&path, &pin(5)).unwrap();
        assert_eq!(pins.read(ID), Ok(Some(Pin { next: Some(key(2)), ..pin(5) })));
        let rekeyed = Pin { vault_key: key(2), ..pin(6) };
        ours.raise(&path, &rekeyed).unwrap();
        assert_eq!(pins.read(ID), Ok(Some(rekeyed)));
    }

    /// A folder that is not there cannot be waited for, so whoever waits is told.
    #[test]
    fn the_disk_is_waited_for_unless_it_has_been() {
        let dir = tempfile::tempdir().unwrap();
        let pins = Pins::new(&dir.path().join("state"));
        let (writer, path) = (pins.prepare(ID).unwrap(), dir.path().join("gone").join("v"));
        writer.announce(&path, pin(4), key(2)).unwrap_err();
        writer.raise(&path, &pin(4)).unwrap_err();
        writer.try_raise(&path, &pin(4)).unwrap_err();
        writer.raise_committed(&path, &pin(4)).unwrap();
        writer.announce(&path, pin(4), key(2)).unwrap();
        writer.announce(&path, pin(5), key(2)).unwrap_err();
        assert_eq!(pins.read(ID), Ok(Some(Pin { next: Some(key(2)), ..pin(4) })));
    }

    #[test]
    fn a_head_that_is_announced_is_remembered_beside_the_pin_until_it_is_taken_back() {
        let dir = tempfile::tempdir().unwrap();
        let (pins, path) = (Pins::new(&dir.path().join("state")), dir.path().join("v"));
        let writer = pins.prepare(ID).unwrap();
        writer.announce_head(Some([7; 32])).unwrap();
        assert_eq!(pins.read(ID), Ok(None), "without a pin there is nothing to contradict");
        writer.raise(&path, &pin(4)).unwrap();
        for next_head in [Some([7; 32]), Some([8; 32]), None] {
            writer.announce_head(next_head).unwrap();
            assert_eq!(pins.read(ID), Ok(Some(Pin { next_head, ..pin(4) })));
        }
    }

    #[test]
    fn a_vault_that_was_not_made_is_forgotten_and_no_other_at_its_path_is() {
        let dir = tempfile::tempdir().unwrap();
        let (pins, path) = (Pins::new(&dir.path().join("state")), dir.path().join("v"));
        let (writer, id) = (pins.prepare(ID).unwrap(), Some(ID.hex()));
        writer.raise(&path, &pin(1)).unwrap();
        assert_eq!((pins.known_at(&path), pins.read(ID)), (Ok(id), Ok(Some(pin(1)))));
        writer.forget(&path);
        assert_eq!((pins.known_at(&path), pins.read(ID)), (Ok(None), Ok(None)));
        let other = VaultId([4; 16]);
        pins.prepare(other).unwrap().raise(&path, &pin(1)).unwrap();
        writer.forget(&path);
        assert_eq!(pins.known_at(&path), Ok(Some(other.hex())));
        assert_eq!(pins.read(other), Ok(Some(pin(1))));
    }

    /// Only what is certainly not there has never been seen.
    #[test]
    fn what_cannot_be_looked_at_is_a_finding_and_not_a_first_use() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        assert!(read::<PinFile>(&file).unwrap().is_none());
        fs::write(&file, "").unwrap();
        let below = read::<PinFile>(&file.join("pin.json")).map(drop);
        assert!(matches!(below, Err(Finding::Pin { .. })));
    }

    #[test]
    fn another_state_of_the_generation_that_was_announced_is_a_fork() {
        let dir = tempfile::tempdir().unwrap();
        let (pins, path) = (Pins::new(&dir.path().join("state")), dir.path().join("v"));
        let writer = pins.prepare(ID).unwrap();
        writer.announce(&path, pin(5), key(2)).unwrap();
        let other = Pin { head: [9; 32], ..pin(5) };
        let raised = writer.raise(&path, &other);
        assert!(matches!(raised, Err(VaultError::Integrity(Finding::Forked { generation: 5 }))));
    }
}
