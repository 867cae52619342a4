//! Files and folders that must be ours alone: who owns them, and who can read, write or replace them.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use rustix::fs::Access;
use rustix::process::geteuid;

use super::files::folder_of;
use crate::error::VaultError;

/// Refuses a folder in which we can make no files.
///
/// # Errors
/// What the system would say when one was made.
pub(crate) fn check_writable(folder: &Path) -> Result<(), VaultError> {
    let may = rustix::fs::access(folder, Access::WRITE_OK | Access::EXEC_OK);
    may.map_err(|errno| VaultError::io("write in the folder", folder)(errno.into()))
}

/// Refuses a folder in which somebody else could replace files.
///
/// # Errors
/// When others can write it, or it belongs to another user than us or root.
pub fn check_folder(folder: &Path) -> Result<(), VaultError> {
    let meta = fs::metadata(folder).map_err(VaultError::io("look at the folder", folder))?;
    let unsafe_folder =
        |problem, mend| Err(VaultError::UnsafeFile { path: folder.to_owned(), problem, mend });
    if !meta.is_dir() {
        return unsafe_folder("is not a folder", None);
    }
    if meta.uid() != geteuid().as_raw() && meta.uid() != 0 {
        return unsafe_folder("belongs to another user, who could replace the files in it", None);
    }
    if meta.permissions().mode() & 0o022 != 0 {
        let mend = format!("chmod go-w '{}'", folder.display());
        return unsafe_folder("is a folder that other users can write", Some(mend));
    }
    Ok(())
}

/// Refuses a file that somebody else but root can change, be it by replacing it. A link is followed.
///
/// # Errors
/// When others can write it or its folder, or one of them belongs to another user than us or root.
pub fn check_unshared(path: &Path) -> Result<(), VaultError> {
    let meta = fs::metadata(path).map_err(VaultError::io("look at", path))?;
    let unsafe_file =
        |problem, mend| Err(VaultError::UnsafeFile { path: path.to_owned(), problem, mend });
    if meta.uid() != geteuid().as_raw() && meta.uid() != 0 {
        return unsafe_file("belongs to another user", None);
    }
    if meta.permissions().mode() & 0o022 != 0 {
        let mend = format!("chmod go-w '{}'", path.display());
        return unsafe_file("can be written by other users", Some(mend));
    }
    check_folder(folder_of(path))
}

/// Refuses a file that is not a plain file of ours with mode 0600 or less.
///
/// # Errors
/// [`VaultError::Missing`] when there is none, else what is wrong with it.
pub fn check_private_file(path: &Path) -> Result<Metadata, VaultError> {
    let meta = fs::symlink_metadata(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => VaultError::Missing { path: path.to_owned() },
        _ => VaultError::io("look at", path)(source),
    })?;
    let unsafe_file =
        |problem, mend| Err(VaultError::UnsafeFile { path: path.to_owned(), problem, mend });
    if meta.is_symlink() {
        return unsafe_file("is a symbolic link, which is not followed", None);
    }
    if !meta.is_file() {
        return unsafe_file("is not a plain file", None);
    }
    if meta.uid() != geteuid().as_raw() {
        return unsafe_file("belongs to another user", None);
    }
    if meta.permissions().mode() & 0o077 != 0 {
        let mend = format!("chmod 600 '{}'", path.display());
        return unsafe_file("can be opened by other users", Some(mend));
    }
    Ok(meta)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::files::write_new;

    #[test]
    fn what_others_can_touch_is_refused_with_the_mend() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        write_new(&path, b"x").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let Err(VaultError::UnsafeFile { mend: Some(mend), .. }) = check_private_file(&path) else {
            panic!("a readable vault was accepted");
        };
        assert!(mend.starts_with("chmod 600 "), "{mend}");
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o770)).unwrap();
        assert!(matches!(check_folder(dir.path()), Err(VaultError::UnsafeFile { .. })));
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        check_folder(dir.path()).unwrap();
    }

    #[test]
    fn what_says_whom_to_trust_may_be_read_by_others_and_not_written() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        write_new(&path, b"x").unwrap();
        let set = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        set(0o644);
        check_unshared(&path).unwrap();
        set(0o664);
        let Err(VaultError::UnsafeFile { mend: Some(mend), .. }) = check_unshared(&path) else {
            panic!("a file that others write was accepted");
        };
        assert!(mend.starts_with("chmod go-w "), "{mend}");
    }
}
