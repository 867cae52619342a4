//! What SQLite's errors mean for a vault.

use std::path::Path;

use rusqlite::ErrorCode;
use rusqlite::ffi::SQLITE_IOERR_SHORT_READ;

use crate::error::{Finding, VaultError};

/// The error of ours that an error about the file at `path` is.
pub(super) fn sql_error(path: &Path) -> impl Fn(rusqlite::Error) -> VaultError {
    let path = path.to_owned();
    move |error| {
        let not_writable = |reason: &str| VaultError::NotWritable {
            path: path.clone(),
            reason: reason.to_owned(),
        };
        if extended_code(&error) == Some(SQLITE_IOERR_SHORT_READ) {
            // The disk has given all that there is: somebody has cut the file off.
            let what = "it ends in the middle of a page".to_owned();
            return Finding::NotAVault { what }.into();
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                VaultError::Busy { path: path.clone() }
            }
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                not_writable("the file or its folder is read-only")
            }
            Some(ErrorCode::DiskFull) => VaultError::Full { path: path.clone() },
            Some(ErrorCode::CannotOpen) => {
                not_writable("its journal beside it cannot be made or opened")
            }
            Some(ErrorCode::SystemIoFailure) => {
                VaultError::Disk { path: path.clone(), reason: error.to_string() }
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::TooBig)
            | None => Finding::NotAVault { what: format!("SQLite says: {error}") }.into(),
            Some(_) => VaultError::io("use", &path)(std::io::Error::other(error.to_string())),
        }
    }
}

fn extended_code(error: &rusqlite::Error) -> Option<i32> {
    error.sqlite_error().map(|error| error.extended_code)
}
