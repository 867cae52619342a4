//! How files are made and replaced without ever being half written, and read without end.

use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, OFlags, RenameFlags, renameat_with};
use rustix::io::Errno;

pub(crate) use super::ours::check_writable;
pub use super::ours::{check_folder, check_private_file, check_unshared};
use crate::error::VaultError;

/// The mode of what nobody else may read.
const PRIVATE: u32 = 0o600;
/// How the names of temporary files end.
const TEMPORARY_END: &str = ".tmp";
/// How many hex digits tell temporary files for one path apart.
const UNIQUE_LEN: usize = 16;

/// Makes `folder` and what is missing above it, with mode 0700, to last: what is put into a folder
/// that a power cut takes away is gone with it.
///
/// # Errors
/// When it cannot be made, or exists and others can write it.
pub fn make_private_folder(folder: &Path) -> Result<(), VaultError> {
    let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    let missing: Vec<&Path> = folder.ancestors().take_while(is_missing).collect();
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(VaultError::io("make the folder", folder))?;
    for made in missing {
        sync_folder(folder_of(made))?;
    }
    check_folder(folder)
}

/// `path` with its folder resolved, so that two ways to name a file are one; the file itself may
/// not exist, and is not followed if it is a link.
///
/// # Errors
/// [`VaultError::Missing`] when the folder does not exist.
pub fn canonical(path: &Path) -> Result<PathBuf, VaultError> {
    let folder = folder_of(path);
    let Some(name) = path.file_name() else {
        return Err(VaultError::UnsafeFile {
            path: path.to_owned(),
            problem: "does not name a file",
            mend: None,
        });
    };
    let folder = fs::canonicalize(folder).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => VaultError::Missing { path: path.to_owned() },
        _ => VaultError::io("find the folder of", path)(source),
    })?;
    Ok(folder.join(name))
}

/// The folder that holds `path`.
#[must_use]
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Reads a file of at most `max` bytes; a longer one is an error and not a prefix.
///
/// # Errors
/// When it cannot be read, or is longer.
pub fn read_bounded(path: &Path, max: usize) -> Result<Vec<u8>, VaultError> {
    let file = File::open(path).map_err(VaultError::io("open", path))?;
    read_at_most(file, path, max)
}

fn read_at_most(file: File, path: &Path, max: usize) -> Result<Vec<u8>, VaultError> {
    let mut contents = Vec::new();
    let limit = u64::try_from(max).unwrap_or(u64::MAX).saturating_add(1);
    file.take(limit).read_to_end(&mut contents).map_err(VaultError::io("read", path))?;
    if contents.len() > max {
        let source = io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than expected");
        return Err(VaultError::io("read", path)(source));
    }
    Ok(contents)
}

/// Reads a plain file of at most `max` bytes; `None` when there is none. A link is followed; a pipe
/// or a device is not waited for.
///
/// # Errors
/// When it is something else than a file, cannot be read, or is longer.
pub fn read_plain(path: &Path, max: usize) -> Result<Option<Vec<u8>>, VaultError> {
    open_plain(path)?.map(|file| read_at_most(file, path, max)).transpose()
}

/// Opens a plain file to be read; `None` when there is none. A link is followed; a pipe or a device is
/// not waited for, also when it took the file's place just now.
pub(crate) fn open_plain(path: &Path) -> Result<Option<File>, VaultError> {
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    let file = match OpenOptions::new().read(true).custom_flags(flags).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(_) if path.metadata().is_ok_and(|meta| !meta.is_file()) => return Err(not_plain(path)),
        Err(error) => return Err(VaultError::io("open", path)(error)),
    };
    let is_file = file.metadata().map_err(VaultError::io("look at", path))?.is_file();
    if is_file { Ok(Some(file)) } else { Err(not_plain(path)) }
}

/// Writes a file that must not exist yet, mode 0600, and makes it last. It is put in its place when
/// it is whole: whoever looks finds all of it, or none.
///
/// # Errors
/// [`VaultError::Exists`] when something is there, a link too; when it cannot be written. What
/// fails leaves none.
pub fn write_new(path: &Path, contents: &[u8]) -> Result<(), VaultError> {
    write_new_parts(path, &[contents])
}

/// The same, of parts that follow each other.
pub(crate) fn write_new_parts(path: &Path, parts: &[impl AsRef<[u8]>]) -> Result<(), VaultError> {
    if path.symlink_metadata().is_ok() {
        return Err(VaultError::Exists { path: path.to_owned() });
    }
    let temporary = temporary_beside(path);
    let mut file = create_new(&temporary, PRIVATE).map_err(|error| error.at(path))?;
    let mut parts = parts.iter().map(AsRef::as_ref);
    let written = parts.try_for_each(|part| file.write_all(part)).and_then(|()| file.sync_all());
    let written = written.map_err(VaultError::io("write", path));
    let written = written.inspect_err(|_| drop(fs::remove_file(&temporary)));
    written.and_then(|()| put_or_remove(&temporary, path))
}

/// Makes an empty file, mode 0600, where none is.
///
/// # Errors
/// [`VaultError::Exists`] when something is there.
pub(crate) fn make_empty(path: &Path) -> Result<File, VaultError> {
    create_new(path, PRIVATE)
}

/// Replaces a file in one step, to last: whoever looks sees all of the old or all of the new one.
///
/// # Errors
/// When any step fails; the old file is then as it was. When only the disk does not confirm it, the
/// new one is there, and a power cut may take it back.
pub fn replace(path: &Path, contents: &[u8]) -> Result<(), VaultError> {
    Replacement::write(path, contents)?.put()
}

/// Replaces a file in one step, without waiting for the disk: after a power cut it may be the
/// old one again, or empty.
///
/// # Errors
/// When any step fails; the old file is then as it was.
pub(crate) fn replace_unsynced(path: &Path, contents: &[u8]) -> Result<(), VaultError> {
    replace_by(path, PRIVATE, |file| {
        file.write_all(contents).map_err(VaultError::io("replace", path))
    })
}

/// A file that is whole, on the disk, and not yet in the place of the one that it replaces. Dropping it
/// removes it.
#[must_use = "dropping it removes the file"]
pub(crate) struct Replacement {
    temporary: PathBuf,
    path: PathBuf,
}

impl Replacement {
    /// Writes it beside `path`, mode 0600, and waits for the disk.
    pub(crate) fn write(path: &Path, contents: &[u8]) -> Result<Self, VaultError> {
        let temporary = temporary_beside(path);
        let mut file = create_new(&temporary, PRIVATE).map_err(|error| error.at(path))?;
        let replacement = Replacement { temporary, path: path.to_owned() };
        let written = file.write_all(contents).and_then(|()| file.sync_all());
        written.map_err(VaultError::io("replace", path)).map(|()| replacement)
    }

    /// Puts it in its place, to last.
    ///
    /// # Errors
    /// As [`replace`].
    pub(crate) fn put(self) -> Result<(), VaultError> {
        fs::rename(&self.temporary, &self.path).map_err(VaultError::io("replace", &self.path))?;
        sync_folder(folder_of(&self.path))
    }
}

impl Drop for Replacement {
    /// Once it is in its place, nothing has this name.
    fn drop(&mut self) {
        drop(fs::remove_file(&self.temporary));
    }
}

/// Replaces a file in one step by what `write` writes and makes to last. A new file gets `mode`,
/// less the umask; one that is replaced and not private keeps its own.
///
/// # Errors
/// When any step or `write` fails; the old file is then as it was.
pub(crate) fn replace_by<T, E: From<VaultError>>(
    path: &Path,
    mode: u32,
    write: impl FnOnce(&mut File) -> Result<T, E>,
) -> Result<T, E> {
    let temporary = temporary_beside(path);
    let mut file = create_new(&temporary, mode).map_err(|error| error.at(path))?;
    let renamed = write(&mut file).and_then(|written| {
        let old = fs::symlink_metadata(path).map(|meta| meta.permissions());
        if let (Ok(old), true) = (old, mode != PRIVATE) {
            file.set_permissions(old).map_err(VaultError::io("set the mode of", &temporary))?;
        }
        fs::rename(&temporary, path).map_err(VaultError::io("replace", path))?;
        Ok(written)
    });
    renamed.inspect_err(|_| drop(fs::remove_file(&temporary)))
}

/// A file that nobody finds: it has no name any more, and is gone with its last descriptor.
pub(crate) fn nameless_beside(path: &Path) -> Result<File, VaultError> {
    let name = temporary_beside(path);
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true).mode(PRIVATE);
    let file = options.open(&name).map_err(VaultError::io("make", &name))?;
    fs::remove_file(&name).map_err(VaultError::io("remove", &name))?;
    Ok(file)
}

/// Removes what a process that was killed left beside `path`. To be called only while nobody else
/// can be replacing it.
pub(crate) fn remove_leftovers(path: &Path) {
    let Ok(folder) = fs::read_dir(folder_of(path)) else { return };
    let start = temporary_start(path);
    // `.keys.kcb.….tmp` begins as what is left beside `keys` does.
    let is_ours = |name: &OsStr| {
        let unique = name.as_encoded_bytes().strip_prefix(start.as_encoded_bytes());
        let unique = unique.and_then(|rest| rest.strip_suffix(TEMPORARY_END.as_bytes()));
        unique.is_some_and(|hex| hex.len() == UNIQUE_LEN && hex.iter().all(u8::is_ascii_hexdigit))
    };
    for entry in folder.filter_map(Result::ok).filter(|entry| is_ours(&entry.file_name())) {
        drop(fs::remove_file(entry.path()));
    }
}

/// Moves a finished file to its place, to last, unless something is there.
///
/// # Errors
/// [`VaultError::Exists`] when something is there; when the disk does not say that it lasts. The
/// file is then where it was, or, when the disk does nothing any more, in its place and
/// [`VaultError::Unconfirmed`].
pub(crate) fn put_in_place(temporary: &Path, path: &Path) -> Result<(), VaultError> {
    rename_new(temporary, path)?;
    sync_folder(folder_of(path)).map_err(|error| match rename_new(path, temporary) {
        Ok(()) => error,
        Err(_) => error.unconfirmed(),
    })
}

/// The same, and what cannot be put there to last is gone, if it is not [`VaultError::Unconfirmed`].
pub(crate) fn put_or_remove(temporary: &Path, path: &Path) -> Result<(), VaultError> {
    put_in_place(temporary, path).inspect_err(|error| {
        if !error.is_made() {
            drop(fs::remove_file(temporary));
        }
    })
}

/// Some file systems cannot rename without replacing; a second name never replaces.
fn rename_new(from: &Path, to: &Path) -> Result<(), VaultError> {
    let renamed = match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
            fs::hard_link(from, to).and_then(|()| fs::remove_file(from))
        }
        renamed => renamed.map_err(io::Error::from),
    };
    renamed.map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => VaultError::Exists { path: to.to_owned() },
        _ => VaultError::io("make", to)(source),
    })
}

/// A name beside `path` that nobody else uses, in another container neither.
pub(crate) fn temporary_beside(path: &Path) -> PathBuf {
    let unique = getrandom::u64().unwrap_or_else(|_| u64::from(std::process::id()));
    let mut name = temporary_start(path);
    name.push(format!("{unique:0UNIQUE_LEN$x}{TEMPORARY_END}"));
    path.with_file_name(name)
}

/// How the names of temporary files for `path` begin.
fn temporary_start(path: &Path) -> OsString {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".");
    name
}

/// Opens a file that is only there to be locked, and makes it where there is none.
///
/// # Errors
/// When it is not a plain file, or cannot be opened.
pub fn open_lock(path: &Path) -> Result<File, VaultError> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(PRIVATE).custom_flags(flags);
    let is_other = || path.symlink_metadata().is_ok_and(|meta| !meta.is_file());
    let file = options.open(path).map_err(|source| {
        if is_other() { not_plain(path) } else { VaultError::io("open", path)(source) }
    })?;
    let is_file = file.metadata().map_err(VaultError::io("look at", path))?.is_file();
    if is_file { Ok(file) } else { Err(not_plain(path)) }
}

fn not_plain(path: &Path) -> VaultError {
    VaultError::UnsafeFile { path: path.to_owned(), problem: "is not a plain file", mend: None }
}

fn create_new(path: &Path, mode: u32) -> Result<File, VaultError> {
    let nofollow = OFlags::NOFOLLOW.bits().cast_signed();
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(mode).custom_flags(nofollow);
    options.open(path).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => VaultError::Exists { path: path.to_owned() },
        _ => VaultError::io("make", path)(source),
    })
}

/// Waits until the names in a folder are on the disk. A folder that may not be read, or whose file
/// system knows no such thing, cannot be waited for.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), VaultError> {
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::PermissionDenied | io::ErrorKind::InvalidInput
            ) =>
        {
            Ok(())
        }
        synced => synced.map_err(VaultError::io("sync the folder", folder)),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use rustix::fs::{FileType, Mode, mknodat};

    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_private() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        replace(&path, b"old").unwrap();
        replace(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(check_private_file(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_replacement_that_is_not_put_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        replace(&path, b"old").unwrap();
        let new = Replacement::write(&path, b"new").unwrap();
        assert_eq!(
            (fs::read(&path).unwrap(), fs::read_dir(&dir).unwrap().count()),
            (b"old".into(), 2)
        );
        drop(new);
        assert_eq!(
            (fs::read(&path).unwrap(), fs::read_dir(&dir).unwrap().count()),
            (b"old".into(), 1)
        );
    }

    #[test]
    fn a_new_file_never_overwrites_nor_follows() {
        let dir = tempfile::tempdir().unwrap();
        let (path, link) = (dir.path().join("f"), dir.path().join("l"));
        symlink(&path, &link).unwrap();
        assert!(matches!(write_new(&link, b"x"), Err(VaultError::Exists { .. })));
        write_new(&path, b"x").unwrap();
        assert!(matches!(write_new(&path, b"y"), Err(VaultError::Exists { .. })));
        assert!(matches!(check_private_file(&link), Err(VaultError::UnsafeFile { .. })));
    }

    #[test]
    fn a_pipe_is_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let (pipe, file) = (dir.path().join("p"), dir.path().join("f"));
        mknodat(CWD, &pipe, FileType::Fifo, Mode::RWXU, 0).unwrap();
        for path in [pipe.as_path(), dir.path()] {
            assert!(matches!(open_plain(path), Err(VaultError::UnsafeFile { .. })));
            assert!(matches!(read_plain(path, 5), Err(VaultError::UnsafeFile { .. })));
        }
        assert!(open_plain(&file).unwrap().is_none());
        write_new(&file, b"12345").unwrap();
        assert_eq!(read_plain(&file, 5).unwrap().unwrap(), b"12345");
    }

    #[test]
    fn only_what_was_left_beside_this_file_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys");
        let others =
            [".keys.kcb.0123456789abcdef.tmp", ".keys.0123.tmp", ".key.0123456789abcdef.tmp"];
        for other in others {
            fs::write(dir.path().join(other), b"").unwrap();
        }
        for _ in 0..2 {
            fs::write(temporary_beside(&path), b"").unwrap();
        }
        remove_leftovers(&path);
        let left = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().file_name());
        let mut left: Vec<String> = left.map(|name| name.into_string().unwrap()).collect();
        left.sort();
        let mut others = others.map(str::to_owned);
        others.sort();
        assert_eq!(left, others);
    }

    #[test]
    fn reading_is_bounded() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        write_new(&path, b"12345").unwrap();
        assert_eq!(read_bounded(&path, 5).unwrap(), b"12345");
        assert!(read_bounded(&path, 4).is_err());
    }
}
