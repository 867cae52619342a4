//! What opens another vault file than the one at hand: an export that is imported, or a backup
//! from before a rekey.

use std::path::{Path, PathBuf};

use clap::Args;
use keyctl_vault::{LockedVault, SlotChoice, UnlockedVault, VaultKey};

use crate::context::{Context, Source, flag_source};
use crate::error::CliError;
use crate::parse;

/// Where its secret comes from; from the terminal when nothing is said.
#[derive(Args)]
pub(super) struct SourceArgs {
    /// Read the passphrase of FILE from a file
    #[arg(long, value_name = "PATH", group = "source_secret")]
    source_passphrase_file: Option<PathBuf>,

    /// Read the passphrase of FILE from an open file descriptor
    #[arg(long, value_name = "N", group = "source_secret", value_parser = parse::descriptor)]
    source_passphrase_fd: Option<u32>,

    /// Read the passphrase of FILE from what a shell command writes
    #[arg(long, value_name = "CMD", group = "source_secret")]
    source_passphrase_command: Option<String>,

    /// Open FILE with the age identities in this file
    #[arg(long, value_name = "PATH", group = "source_secret")]
    source_identity: Option<PathBuf>,

    /// Take FILE only if it has this vault key (kcvk_…)
    #[arg(long, value_name = "KEY", value_parser = parse::vault_key)]
    source_vault_key: Option<VaultKey>,
}

impl SourceArgs {
    /// Opens the copy of a vault at `path`.
    pub(super) fn open(&self, ctx: &mut Context, path: &Path) -> Result<UnlockedVault, CliError> {
        let locked = LockedVault::open_copy(path, ctx.state())?.expect(self.source_vault_key);
        let what = format!("'{}'", path.display());
        let secret = ctx.other_secret(&what, self.source(), self.source_identity.as_deref())?;
        locked.unlock(&secret, &SlotChoice::Any).map_err(|error| about(error, path))
    }

    fn source(&self) -> Option<Source> {
        flag_source(
            self.source_passphrase_file.as_deref(),
            self.source_passphrase_fd,
            self.source_passphrase_command.as_deref(),
        )
    }
}

/// An error about another vault than the one that all others are about.
pub(super) fn about(error: keyctl_vault::VaultError, path: &Path) -> CliError {
    CliError::from(error).about(path)
}
