//! What opens another vault file than the one at hand: an export that is imported, or a backup
//! from before a rekey.

use std::path::{Path, PathBuf};

use clap::Args;
use keyctl_vault::{Finding, LockedVault, Secret, SlotChoice, UnlockedVault, VaultError, VaultKey};

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
        let locked = self.look_at(ctx, path)?;
        let what = format!("'{}'", path.display());
        let secret = ctx.other_secret(&what, self.source(), self.source_identity.as_deref())?;
        locked.unlock(&secret, &SlotChoice::Any).map_err(|error| about(error, path))
    }

    /// Opens the copy of a vault at `path`, which `secret` may open that opens another state of it.
    pub(super) fn open_with(
        &self,
        ctx: &mut Context,
        path: &Path,
        secret: &Secret,
    ) -> Result<UnlockedVault, CliError> {
        if self.source().is_some() || self.source_identity.is_some() {
            return self.open(ctx, path);
        }
        match self.look_at(ctx, path)?.unlock(secret, &SlotChoice::Any) {
            Err(VaultError::Locked { .. }) => self.open(ctx, path),
            opened => opened.map_err(|error| about(error, path)),
        }
    }

    fn look_at(&self, ctx: &Context, path: &Path) -> Result<LockedVault, CliError> {
        let locked = LockedVault::open_copy(path, ctx.state());
        Ok(locked.map_err(|error| about(error, path))?.expect(self.source_vault_key))
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
pub(super) fn about(error: VaultError, path: &Path) -> CliError {
    let hint = match &error {
        VaultError::Locked { .. } => {
            Some("it opens with what opened it when it was written; see --source-… in the help")
        }
        VaultError::Integrity(Finding::Unvouched) => {
            Some("ask whoever wrote it for its vault key, and say it: --source-vault-key kcvk_…")
        }
        VaultError::Integrity(Finding::OtherVault { .. }) => {
            Some("check which file this is: it is of another vault, or not the one that was meant")
        }
        VaultError::Missing { .. } => Some("check the path of the file"),
        VaultError::Integrity(Finding::Damaged { .. } | Finding::NotAVault { .. }) => {
            Some("do not use this file: take another copy, and find out who changed it")
        }
        _ => None,
    };
    let error = CliError::from(error).about(path);
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}
