//! Where a bundle goes, and which serial came before it: in the file that it replaces, and in the
//! state directory, where the last serial of each stream is noted.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use keyctl_verify::{PublicKey, StreamId, UnverifiedBundle};

use super::ExportError;
use crate::error::VaultError;
use crate::store::files;

/// A serial has at most 16 digits.
const MAX_NOTE: usize = 32;

/// The place of a bundle, held against other exports of the same vault.
pub(super) struct Place<'p> {
    path: &'p Path,
    notes: PathBuf,
    _lock: File,
}

impl<'p> Place<'p> {
    /// Waits until no other export of the vault runs on this machine.
    pub(super) fn take(path: &'p Path, state: &Path, vault: &str) -> Result<Self, ExportError> {
        let notes = state.join("bundles").join(vault);
        files::make_private_folder(&notes)?;
        let lock = notes.join("lock");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(0o600);
        let file = options.open(&lock).map_err(VaultError::io("open", &lock))?;
        file.lock().map_err(VaultError::io("lock", &lock))?;
        Ok(Place { path, notes, _lock: file })
    }

    /// What lies there must be nothing, or an older bundle of the same stream.
    pub(super) fn check(
        &self,
        known: &[PublicKey],
        stream: StreamId,
        serial: u64,
    ) -> Result<(), ExportError> {
        let lasts = [self.replaced(known, stream)?, self.noted(stream)?];
        match lasts.into_iter().flatten().max() {
            Some(last) if serial <= last => Err(ExportError::Clock { now: serial, last }),
            _ => Ok(()),
        }
    }

    /// Notes the serial of a bundle that was made.
    pub(super) fn note(&self, stream: StreamId, serial: u64) -> Result<(), ExportError> {
        Ok(files::replace(&self.notes.join(stream.to_string()), serial.to_string().as_bytes())?)
    }

    fn replaced(&self, known: &[PublicKey], stream: StreamId) -> Result<Option<u64>, ExportError> {
        let in_the_way = |problem| ExportError::InTheWay { path: self.path.to_owned(), problem };
        match fs::symlink_metadata(self.path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(VaultError::io("look at", self.path)(error).into()),
            Ok(meta) if !meta.is_file() => return Err(in_the_way("is not a plain file")),
            Ok(_) => {}
        }
        let file = File::open(self.path).map_err(VaultError::io("open", self.path))?;
        let bundle = UnverifiedBundle::open(file).map_err(|_| in_the_way("is not a bundle"))?;
        let (header, ..) =
            bundle.authenticate(known).map_err(|_| in_the_way("is a bundle of another vault"))?;
        if header.stream != stream {
            return Err(in_the_way("is a bundle of other projects or environments"));
        }
        Ok(Some(header.serial))
    }

    fn noted(&self, stream: StreamId) -> Result<Option<u64>, ExportError> {
        let note = self.notes.join(stream.to_string());
        if fs::symlink_metadata(&note).is_err() {
            return Ok(None);
        }
        let text = files::read_bounded(&note, MAX_NOTE)?;
        let serial = std::str::from_utf8(&text).ok().and_then(|text| text.parse().ok());
        let malformed =
            || std::io::Error::other("it is not a serial; remove it if the clock is right");
        Ok(Some(serial.ok_or_else(|| VaultError::io("read", &note)(malformed()))?))
    }
}
