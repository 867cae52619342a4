//! Where a bundle goes, and which serial came before it: in the file that it replaces, and in the
//! state directory, where the last serial of each stream is noted.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use keyctl_verify::{PublicKey, StreamId, UnverifiedBundle};

use super::ExportError;
use crate::error::VaultError;
use crate::store::files::{self, Replacement};

/// A serial has at most 16 digits.
const MAX_NOTE: usize = 32;

/// The place of a bundle, held against other exports: of the same vault on this machine, and into
/// the same folder by whoever shares it.
pub(super) struct Place<'p> {
    path: &'p Path,
    notes: PathBuf,
    _locks: [Option<File>; 2],
}

impl<'p> Place<'p> {
    /// Waits until no other export runs, and takes away what one that was killed left of a bundle.
    pub(super) fn take(path: &'p Path, state: &Path, vault: &str) -> Result<Self, ExportError> {
        let notes = state.join("bundles").join(vault);
        files::make_private_folder(&notes)?;
        let own = notes.join("lock");
        let own_lock = files::open_lock(&own)?;
        own_lock.lock().map_err(VaultError::io("lock", &own))?;
        let folder = files::folder_of(path);
        let shared = File::open(folder).map_err(VaultError::io("open the folder", folder))?;
        // Some file systems lock no folders; the first lock is all there is then.
        let shared = shared.lock().is_ok().then_some(shared);
        if shared.is_some() {
            files::remove_leftovers(path);
        }
        Ok(Place { path, notes, _locks: [Some(own_lock), shared] })
    }

    /// What lies there must be nothing, or an older bundle of the same stream.
    pub(super) fn check(
        &self,
        known: &[PublicKey],
        stream: StreamId,
        serial: u64,
    ) -> Result<(), ExportError> {
        let note = self.notes.join(stream.to_string());
        let lasts = [(self.path, self.replaced(known, stream)?), (note.as_path(), noted(&note)?)];
        for (path, last) in lasts {
            if let Some(last) = last.filter(|last| serial <= *last) {
                return Err(ExportError::Clock { now: serial, last, path: path.to_owned() });
            }
        }
        Ok(())
    }

    /// Writes down the serial of a bundle that is being made, to be put in its place right before the
    /// bundle is; takes away what an export that was killed left of such a note.
    pub(super) fn note(&self, stream: StreamId, serial: u64) -> Result<Replacement, VaultError> {
        let note = self.notes.join(stream.to_string());
        files::remove_leftovers(&note);
        Replacement::write(&note, serial.to_string().as_bytes())
    }

    fn replaced(&self, known: &[PublicKey], stream: StreamId) -> Result<Option<u64>, ExportError> {
        let in_the_way = |problem| ExportError::InTheWay { path: self.path.to_owned(), problem };
        if fs::symlink_metadata(self.path).is_ok_and(|meta| !meta.is_file()) {
            return Err(in_the_way("is not a plain file"));
        }
        let Some(file) = files::open_plain(self.path)? else { return Ok(None) };
        let bundle = UnverifiedBundle::open(file).map_err(|_| in_the_way("is not a bundle"))?;
        let (header, ..) =
            bundle.authenticate(known).map_err(|_| in_the_way("is a bundle of another vault"))?;
        if header.stream != stream {
            return Err(in_the_way("is a bundle of other projects or environments"));
        }
        Ok(Some(header.serial))
    }
}

fn noted(note: &Path) -> Result<Option<u64>, ExportError> {
    let Some(text) = files::read_plain(note, MAX_NOTE)? else { return Ok(None) };
    let serial = std::str::from_utf8(&text).ok().and_then(|text| text.parse().ok());
    let malformed = || io::Error::new(io::ErrorKind::InvalidData, "it is not a serial");
    Ok(Some(serial.ok_or_else(|| VaultError::io("read", note)(malformed()))?))
}
