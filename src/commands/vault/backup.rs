//! `keyctl vault backup`

use std::path::PathBuf;

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::render::{self, Card};

/// Copy the vault to a new file
///
/// Reads and verifies everything first. The copy is encrypted as the vault is, and opens with the
/// same passphrases: also with those that are changed or removed later. Any role can make one.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl vault backup keys-$(date +%F).db\n  keyctl vault backup /mnt/usb/keys.db --slot nightly --keyfile n.key"
)]
pub(super) struct BackupArgs {
    /// The new file
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// A backup that was made.
#[derive(JsonSchema, Serialize)]
pub(crate) struct BackupView {
    /// The backup's file.
    file: String,
    /// The vault key, which the backup has too.
    vault_key: String,
    /// The generation of the vault that was copied.
    generation: u64,
    /// How many keys it has.
    keys: u64,
}

impl Card for BackupView {
    fn card(&self) -> Vec<(String, String)> {
        [
            ("backup", self.file.clone()),
            ("vault key", self.vault_key.clone()),
            ("generation", self.generation.to_string()),
            ("keys", self.keys.to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    }
}

pub(super) fn run(ctx: &mut Context, args: &BackupArgs) -> Result<Exit, CliError> {
    let mut vault = ctx.open()?;
    let spinner = ctx.ui.spinner("reading everything");
    let report = vault.backup(&args.file);
    drop(spinner);
    let report = report?;
    let view = BackupView {
        file: args.file.display().to_string(),
        vault_key: vault.vault_key().to_string(),
        generation: report.generation,
        keys: report.keys,
    };
    let format = ctx.format();
    render::single(&mut ctx.ui, format, &view)?;
    ctx.ui.flush()?;
    ctx.ui.status("Keep it where the vault is not; 'keyctl vault restore' puts it back.");
    Ok(Exit::Done)
}
