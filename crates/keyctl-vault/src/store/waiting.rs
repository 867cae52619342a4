//! Files of secrets that belong to a change: tokens of new keys, a new recovery key, a new key file.
//!
//! They are there and synced before the change is committed, so that no secret is lost whose use has
//! begun. But a process can end between the two, and then a file would be there whose secrets open
//! nothing. So it lies beside its place at first, under a name that says so, and gets its own name
//! when the change is made: who finds a file under its own name can rely on it, and who finds one
//! that waits has to ask the vault.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::files;
use crate::error::VaultError;

/// How the name of a file ends whose change is not committed.
const END: &str = ".uncommitted";

/// A file that waits for its change. Dropping it removes it.
#[derive(Debug)]
#[must_use = "dropping it removes the file"]
pub struct Waiting {
    path: PathBuf,
    waiting: PathBuf,
    is_kept: bool,
}

impl Waiting {
    /// Writes a file beside `path`, where nothing may be, with mode 0600 and to last.
    ///
    /// # Errors
    /// As [`Waiting::check_free`]; when it cannot be written.
    pub fn write(path: &Path, contents: &[u8]) -> Result<Self, VaultError> {
        Waiting::write_parts(path, &[contents])
    }

    /// The same, of parts that follow each other.
    ///
    /// # Errors
    /// As [`Waiting::write`].
    pub fn write_parts(path: &Path, parts: &[impl AsRef<[u8]>]) -> Result<Self, VaultError> {
        Waiting::check_free(path)?;
        let waiting = waiting_for(path);
        files::write_new_parts(&waiting, parts).map_err(|error| error.of_a_step().at(path))?;
        Ok(Waiting { path: path.to_owned(), waiting, is_kept: false })
    }

    /// Looks whether a file could wait for `path`.
    ///
    /// # Errors
    /// [`VaultError::Exists`] when something is there, [`VaultError::Left`] when a file waits there
    /// for a change whose process was killed.
    pub fn check_free(path: &Path) -> Result<(), VaultError> {
        let waiting = waiting_for(path);
        if path.symlink_metadata().is_ok() {
            return Err(VaultError::Exists { path: path.to_owned() });
        }
        if waiting.symlink_metadata().is_ok() {
            return Err(VaultError::Left { path: waiting });
        }
        Ok(())
    }

    /// Gives the file its own name: the change is made.
    ///
    /// # Errors
    /// When something lies there by now, or the disk fails. The file then keeps the name that it
    /// waits under, but for [`VaultError::Unconfirmed`].
    pub fn keep(mut self) -> Result<(), VaultError> {
        self.is_kept = true;
        files::put_in_place(&self.waiting, &self.path)
    }

    /// Where the file is until it is kept.
    #[must_use]
    pub fn waiting_at(&self) -> &Path {
        &self.waiting
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if !self.is_kept {
            drop(fs::remove_file(&self.waiting));
        }
    }
}

fn waiting_for(path: &Path) -> PathBuf {
    let mut name = OsString::from(path.file_name().unwrap_or_default());
    name.push(END);
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_its_own_name_only_when_it_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let (path, waiting) = (dir.path().join("t.csv"), dir.path().join("t.csv.uncommitted"));
        drop(Waiting::write(&path, b"1").unwrap());
        assert!(!path.exists() && !waiting.exists());
        let file = Waiting::write(&path, b"2").unwrap();
        assert!(!path.exists() && waiting.exists());
        file.keep().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"2");
        assert!(!waiting.exists());
    }

    #[test]
    fn one_that_was_left_is_neither_taken_nor_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("t.csv");
        fs::write(dir.path().join("t.csv.uncommitted"), b"left").unwrap();
        assert!(matches!(Waiting::write(&path, b"2"), Err(VaultError::Left { .. })));
        assert_eq!(fs::read(dir.path().join("t.csv.uncommitted")).unwrap(), b"left");
    }

    #[test]
    fn one_whose_place_was_taken_meanwhile_keeps_the_name_that_it_waits_under() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("t.csv");
        let file = Waiting::write(&path, b"2").unwrap();
        fs::write(&path, b"other").unwrap();
        assert!(matches!(file.keep(), Err(VaultError::Exists { .. })));
        assert_eq!(fs::read(&path).unwrap(), b"other");
        assert_eq!(fs::read(dir.path().join("t.csv.uncommitted")).unwrap(), b"2");
    }
}
