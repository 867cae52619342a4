//! `keyctl vault`: looking after the file itself.

mod backup;
mod check;
mod export;
mod import;
mod info;
mod passphrase;
mod rekey;
mod restore;
mod slot;
mod source;
mod taken;
mod trust;

use std::path::PathBuf;

use clap::{Args, Subcommand};

pub(crate) use backup::BackupView;
pub(crate) use check::CheckView;
pub(crate) use export::ExportView;
pub(crate) use info::{InfoView, SlotView};
pub(crate) use rekey::RekeyView;
pub(crate) use restore::RestoredView;
pub(crate) use slot::ChangedSlot;
pub(crate) use taken::TakenView;

use crate::context::{Context, Source, flag_source};
use crate::error::CliError;
use crate::exit::Exit;

/// Look after the vault's file
#[derive(Args)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:\n  keyctl vault info\n  keyctl vault check\n  keyctl vault passphrase\n  keyctl vault slot add ci --role viewer --new-passphrase-file ci.txt"
)]
pub(crate) struct VaultArgs {
    #[command(subcommand)]
    command: VaultCommand,
}

#[derive(Subcommand)]
enum VaultCommand {
    /// Show what the vault is, and what opens it
    #[command(after_help = "Examples:\n  keyctl vault info\n  keyctl vault info -o json")]
    Info,
    /// Read and verify everything in the file
    ///
    /// SQLite's own check, the schema, the slots, every page, node and audit segment, and that
    /// they agree. Exits 7 when anything is wrong.
    #[command(after_help = "Example:\n  keyctl vault check")]
    Check,
    Passphrase(passphrase::PassphraseArgs),
    Slot(slot::SlotArgs),
    Backup(backup::BackupArgs),
    Restore(Box<restore::RestoreArgs>),
    Rekey(rekey::RekeyArgs),
    Trust(trust::TrustArgs),
    Export(export::ExportArgs),
    Import(Box<import::ImportArgs>),
}

/// Where a new passphrase comes from; from the terminal when nothing is said.
#[derive(Args)]
struct NewPassphraseArgs {
    /// Read the new passphrase from a file
    #[arg(long, value_name = "FILE", group = "new_passphrase")]
    new_passphrase_file: Option<PathBuf>,

    /// Read the new passphrase from an open file descriptor
    #[arg(long, value_name = "N", group = "new_passphrase", value_parser = crate::parse::descriptor)]
    new_passphrase_fd: Option<u32>,

    /// Read the new passphrase from what a shell command writes
    #[arg(long, value_name = "CMD", group = "new_passphrase")]
    new_passphrase_command: Option<String>,
}

impl NewPassphraseArgs {
    fn source(&self) -> Option<Source> {
        flag_source(
            self.new_passphrase_file.as_deref(),
            self.new_passphrase_fd,
            self.new_passphrase_command.as_deref(),
        )
    }
}

pub(crate) fn run(ctx: &mut Context, args: VaultArgs) -> Result<Exit, CliError> {
    match args.command {
        VaultCommand::Info => info::run(ctx),
        VaultCommand::Check => check::run(ctx),
        VaultCommand::Passphrase(args) => passphrase::run(ctx, &args),
        VaultCommand::Slot(args) => slot::run(ctx, args),
        VaultCommand::Backup(args) => backup::run(ctx, &args),
        VaultCommand::Restore(args) => restore::run(ctx, &args),
        VaultCommand::Rekey(args) => rekey::run(ctx, &args),
        VaultCommand::Trust(args) => trust::run(ctx, &args),
        VaultCommand::Export(args) => export::run(ctx, &args),
        VaultCommand::Import(args) => import::run(ctx, &args),
    }
}
