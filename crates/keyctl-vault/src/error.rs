//! What can go wrong with a vault as such. Refusals by rule (a name that is taken, a key that is
//! revoked) are `issue::Refusal`; this is about files, locks and integrity.

use std::io;
use std::path::{Path, PathBuf};

use keyctl_verify::cbor::Malformed;

use crate::domain::Role;

/// Why a vault could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// There is no file.
    #[error("no vault at '{}'", .path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// There is no file where this machine has seen a vault.
    #[error("the vault '{}' is gone: this machine has seen one there", .path.display())]
    Lost {
        /// Where it was.
        path: PathBuf,
    },
    /// There is a file already.
    #[error("'{}' already exists", .path.display())]
    Exists {
        /// The file in the way.
        path: PathBuf,
    },
    /// A file of secrets is there whose change may not have been made.
    #[error("'{}' is left of a command that was broken off: what is in it may count or not", .path.display())]
    Left {
        /// The file.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("cannot {action} '{}': {source}", .path.display())]
    Io {
        /// What was tried: `open`, `write`, …
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Its reason.
        source: io::Error,
    },
    /// A file or folder that others could have changed, or that is not a plain file.
    #[error("'{}' {problem}", .path.display())]
    UnsafeFile {
        /// Which.
        path: PathBuf,
        /// What is wrong, as a verb phrase.
        problem: &'static str,
        /// The command that mends it.
        mend: Option<String>,
    },
    /// Written by a later version.
    #[error("the vault '{}' is of format {found}; this keyctl knows formats up to {known}", .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The latest this version knows.
        known: u32,
    },
    /// The file, or the memory of it, is not what an honest writer leaves behind.
    #[error(transparent)]
    Integrity(#[from] Finding),
    /// The secret opens none of the slots that were tried.
    #[error("the {secret} opens no slot of the vault")]
    Locked {
        /// `passphrase`, `recovery key`, `key file` or `age identity`.
        secret: &'static str,
    },
    /// The slot that opened the vault is gone or has changed since.
    #[error("the slot '{slot}' was removed or changed in the meantime")]
    SlotGone {
        /// Its name.
        slot: String,
    },
    /// No slot has that name.
    #[error("no slot is named '{name}'")]
    NoSuchSlot {
        /// The name that was asked for.
        name: String,
    },
    /// There would be more slots than a vault has.
    #[error("a vault has at most {limit} slots")]
    TooManySlots {
        /// The most.
        limit: usize,
    },
    /// Trying all passphrase slots would cost more than is allowed.
    #[error(
        "trying the vault's {slots} passphrase slots would cost {work_gib} GiB-passes of Argon2id, more than the limit of {limit_gib}"
    )]
    ExcessiveWork {
        /// How many slots would be tried.
        slots: usize,
        /// What that costs.
        work_gib: u64,
        /// The limit.
        limit_gib: u64,
    },
    /// Argon2id's memory could not be had.
    #[error("Argon2id needs {mib} MiB of memory, which this machine does not give")]
    KdfMemory {
        /// How much.
        mib: u32,
    },
    /// The slot's role does not allow it.
    #[error("this needs the role {needed}; the slot '{slot}' has the role {role}")]
    Role {
        /// The roles that would do.
        needed: &'static str,
        /// The slot that was used.
        slot: String,
        /// Its role.
        role: Role,
    },
    /// The vault was made before there were bundles.
    #[error("no bundle key has been made yet")]
    NoBundleKey,
    /// Another process holds the vault.
    #[error("another process is using the vault '{}' and did not finish in time", .path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// Another file was put in its place since it was opened.
    #[error("the vault '{}' was replaced by another file in the meantime", .path.display())]
    Replaced {
        /// Where it was.
        path: PathBuf,
    },
    /// The file cannot be written.
    #[error("the vault '{}' cannot be written: {reason}", .path.display())]
    NotWritable {
        /// The file.
        path: PathBuf,
        /// SQLite's reason.
        reason: String,
    },
    /// There is no room for it.
    #[error("the vault '{}' cannot be written: the disk is full", .path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// The disk failed.
    #[error("the disk failed while the vault '{}' was used: {reason}", .path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// SQLite's reason.
        reason: String,
    },
    /// The change can be seen by everybody, but a power cut may still take it back.
    #[error("the change is made, but the disk does not confirm that it lasts: {source}")]
    Unconfirmed {
        /// What the disk said.
        source: Box<VaultError>,
    },
    /// A record or an audit entry would take more than the format holds of one.
    #[error("{what} would be larger than {limit} bytes")]
    TooLarge {
        /// `the record` or `the audit entry`.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// What must be handed over once could not be.
    #[error("{what} could not be handed over: {source}")]
    Undelivered {
        /// What.
        what: &'static str,
        /// Why not.
        source: io::Error,
    },
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandom,
}

impl From<Malformed> for VaultError {
    fn from(Malformed: Malformed) -> Self {
        Finding::damaged("the record of a key is malformed").into()
    }
}

impl VaultError {
    /// An I/O failure of `action` on `path`; for use with `map_err`.
    pub fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> VaultError {
        move |source| VaultError::Io { action, path: path.to_owned(), source }
    }

    /// The same failure of what is done for the file at `path`, whose temporary name means nothing to
    /// anybody.
    pub(crate) fn at(mut self, path: &Path) -> Self {
        if let VaultError::Io { path: at, .. }
        | VaultError::Full { path: at }
        | VaultError::Disk { path: at, .. }
        | VaultError::NotWritable { path: at, .. } = &mut self
        {
            path.clone_into(at);
        }
        self
    }

    /// The same failure, when all that is missing is the disk's word.
    pub(crate) fn unconfirmed(self) -> Self {
        VaultError::Unconfirmed { source: Box::new(self) }
    }

    /// The failure itself, of a step that is not yet the change.
    pub(crate) fn of_a_step(self) -> Self {
        match self {
            VaultError::Unconfirmed { source } => *source,
            error => error,
        }
    }

    /// True when the change was made all the same.
    #[must_use]
    pub fn is_made(&self) -> bool {
        matches!(self, VaultError::Unconfirmed { .. })
    }
}

/// What was found that an honest writer does not leave behind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Finding {
    /// Bytes that do not match what vouches for them, or that are missing or superfluous.
    #[error("{what}")]
    Damaged {
        /// Which part, and how.
        what: String,
    },
    /// Not a vault at all, or SQLite itself calls it malformed.
    #[error("the file is not a keyctl vault: {what}")]
    NotAVault {
        /// What is different.
        what: String,
    },
    /// A write-ahead log beside the file, which SQLite would take for it.
    #[error("a log that no vault has lies beside it: '{}'", path.display())]
    LogBeside {
        /// The log.
        path: PathBuf,
    },
    /// The file is older than what this machine has seen.
    #[error(
        "the vault was rolled back: it is at generation {found}, but this machine has seen generation {seen}"
    )]
    RolledBack {
        /// The file's generation.
        found: u64,
        /// The pinned generation.
        seen: u64,
    },
    /// Another history with the same number of changes.
    #[error(
        "the vault was forked: its generation {generation} is not the one this machine has seen"
    )]
    Forked {
        /// The generation both have.
        generation: u64,
    },
    /// A later generation that does not follow from the one this machine has seen.
    #[error(
        "the vault was forked: its history does not contain the generation {seen} that this machine has seen"
    )]
    NotContinued {
        /// The pinned generation.
        seen: u64,
    },
    /// Another vault than the one this machine knows at that place or under that id.
    #[error("another vault: this machine knows {known} here, the file is {found}")]
    OtherVault {
        /// The vault key or id that is known.
        known: String,
        /// What the file has.
        found: String,
    },
    /// Opened by a recipient's identity, which anybody can make a vault for. The key that the file
    /// has is not said: it must come from elsewhere.
    #[error(
        "an age identity alone cannot tell whose vault this is, and this machine has not seen it before"
    )]
    Unvouched,
    /// The pin cannot be read.
    #[error("the pin '{}' cannot be read: {what}", .path.display())]
    Pin {
        /// The pin's file.
        path: PathBuf,
        /// Why not.
        what: String,
    },
}

impl Finding {
    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Finding::Damaged { what: what.into() }
    }
}
