//! What is looked at beside SQLite and without it: the fields of the file's header that never change, what
//! lies beside the file, and all of it for a copy.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Finding, VaultError};

/// The latest format, kept in `user_version`.
pub(crate) const FORMAT: u32 = 1;
/// How many bytes are copied at once.
const COPY_LEN: usize = 128 << 10;
/// `application_id`: "kcvt".
pub(super) const APPLICATION_ID: u32 = 0x6b63_7674;

/// Compares the fields of SQLite's header that never change (<https://sqlite.org/fileformat.html>,
/// section 1.3), so that SQLite only ever opens a file that can be one of ours.
pub(super) fn check_header(path: &Path) -> Result<(), VaultError> {
    check_no_log(path)?;
    let mut header = [0; 108];
    let not_a_vault = |what: &str| Finding::NotAVault { what: what.to_owned() };
    read_start(path, &mut header)?.ok_or_else(|| not_a_vault("it is shorter than a header"))?;
    let number = |at: usize| {
        u32::from_be_bytes(header[at..at + 4].try_into().expect("four bytes of the header"))
    };
    if header[..16] != *b"SQLite format 3\0" {
        return Err(not_a_vault("it is not an SQLite file").into());
    }
    if number(68) != APPLICATION_ID {
        return Err(not_a_vault("it is another program's SQLite file").into());
    }
    let found = number(60);
    if found > FORMAT {
        return Err(VaultError::Newer { path: path.to_owned(), found, known: FORMAT });
    }
    // Page size 4096, rollback journal, no reserved bytes, the fixed payload fractions.
    let fixed = header[16..24] == [16, 0, 1, 1, 0, 64, 32, 32];
    // Schema format 4, no auto-vacuum, UTF-8, no incremental vacuum; the rest is reserved. A file of
    // no pages is to SQLite one of as many as there are.
    let settings = (number(44), number(52), number(56), number(64)) == (4, 0, 1, 0);
    let is_counted = number(28) != 0;
    // The schema is one leaf with six rows: SQLite reads it before anybody can compare it, and
    // would follow a hostile one for ever.
    if header[100] != 0x0d || header[103..105] != [0, 6] {
        let what =
            "the schema has been changed: a table, index, trigger or view too many or too few";
        return Err(Finding::damaged(what).into());
    }
    if found != FORMAT || !fixed || !settings || !is_counted || header[72..92] != [0; 20] {
        return Err(Finding::damaged("a field of the file's header has been changed").into());
    }
    Ok(())
}

/// What SQLite would play into the file at `path` when it lies beside it: a journal, and also a log
/// of a mode that a vault never has, whatever the file's header says.
pub(crate) fn journals_of(path: &Path) -> [PathBuf; 3] {
    ["-journal", "-wal", "-shm"].map(|end| {
        let mut journal = path.as_os_str().to_owned();
        journal.push(end);
        PathBuf::from(journal)
    })
}

/// SQLite takes what a write-ahead log beside the file has for the file, whatever the header says. No
/// vault has one, and what is read of the file here would be of another state.
pub(super) fn check_no_log(path: &Path) -> Result<(), VaultError> {
    let [_, logs @ ..] = journals_of(path);
    match logs.into_iter().find(|log| log.symlink_metadata().is_ok()) {
        Some(path) => Err(Finding::LogBeside { path }.into()),
        None => Ok(()),
    }
}

/// Which file it is: its device and its number there.
pub(crate) type FileId = (u64, u64);

/// Every file of which something was read beside SQLite.
///
/// POSIX locks belong to a process and a file: closing any descriptor of the file drops the locks
/// that SQLite holds on another. So each file is opened for this once, and never closed.
static OPEN: Mutex<BTreeMap<FileId, Arc<File>>> = Mutex::new(BTreeMap::new());

/// Reads the first bytes of a file; `None` when it is shorter.
fn read_start(path: &Path, start: &mut [u8]) -> Result<Option<()>, VaultError> {
    let io = |action| VaultError::io(action, path);
    let meta = std::fs::metadata(path).map_err(io("look at"))?;
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    let file = match open.entry((meta.dev(), meta.ino())) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(new) => new.insert(Arc::new(File::open(path).map_err(io("open"))?)),
    };
    read_at(file, start, 0).map_err(io("read"))
}

/// Fills `bytes` from a place in a file; `None` when it is shorter.
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<Option<()>> {
    match file.read_exact_at(bytes, at) {
        Ok(()) => Ok(Some(())),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

/// Copies the first `len` bytes of a file of which the header was read before; `None` when it was not,
/// or the file is shorter. Whoever asks holds a lock that keeps others from writing it.
pub(super) fn copy_start(file: FileId, len: u64, to: &mut File) -> io::Result<Option<()>> {
    let open = OPEN.lock().unwrap_or_else(PoisonError::into_inner).get(&file).cloned();
    let Some(from) = open else { return Ok(None) };
    let mut buffer = vec![0; COPY_LEN];
    let mut at = 0;
    while at < len {
        let rest = usize::try_from(len - at).unwrap_or(COPY_LEN);
        let piece = &mut buffer[..rest.min(COPY_LEN)];
        if read_at(&from, piece, at)?.is_none() {
            return Ok(None);
        }
        to.write_all(piece)?;
        at += piece.len() as u64;
    }
    Ok(Some(()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_beginning_of_a_file_that_was_looked_at_is_copied() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        let bytes: Vec<u8> = (0..COPY_LEN + 99).map(|n| (n % 251) as u8).collect();
        fs::write(&path, &bytes).unwrap();
        let meta = fs::metadata(&path).unwrap();
        let copied = |len: usize| {
            let to = folder.path().join("copy");
            let copied = copy_start((meta.dev(), meta.ino()), len as u64, &mut File::create(&to)?)?;
            Ok::<_, io::Error>(copied.map(|()| fs::read(&to).unwrap()))
        };
        assert_eq!(copied(0).unwrap(), None, "nobody has looked at it");
        assert_eq!(read_start(&path, &mut [0; 100]).unwrap(), Some(()));
        for len in [0, 1, COPY_LEN - 1, COPY_LEN, COPY_LEN + 1, COPY_LEN + 99] {
            assert_eq!(copied(len).unwrap().as_deref(), Some(&bytes[..len]), "{len} bytes");
        }
        assert_eq!(copied(COPY_LEN + 100).unwrap(), None, "it has no more");
        fs::rename(&path, folder.path().join("g")).unwrap();
        fs::write(&path, b"another").unwrap();
        assert_eq!(copied(9).unwrap().as_deref(), Some(&bytes[..9]), "it is told by its number");
    }
}
