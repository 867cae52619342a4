//! `keyctl vault passphrase`

use clap::Args;
use keyctl_vault::Secret;

use super::NewPassphraseArgs;
use super::slot::answer;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;

/// Change the passphrase of a slot
///
/// Of the slot that was used to unlock, unless another is named: with the recovery key, for
/// example, 'keyctl vault passphrase main' sets a new passphrase for the first slot. Whoever has
/// an old copy of the file and the old passphrase can still open that copy.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl vault passphrase\n  keyctl vault passphrase main --recovery-file recovery.txt\n  keyctl vault passphrase --passphrase-file old --new-passphrase-file new"
)]
pub(super) struct PassphraseArgs {
    /// The slot [default: the one that was used]
    #[arg(value_name = "SLOT")]
    name: Option<String>,

    #[command(flatten)]
    new: NewPassphraseArgs,
}

pub(super) fn run(ctx: &mut Context, args: &PassphraseArgs) -> Result<Exit, CliError> {
    let mut vault = ctx.open_for_change()?;
    let secret = Secret::Passphrase(ctx.new_passphrase(args.new.source())?);
    let author = ctx.author();
    let spinner = ctx.ui.spinner("hashing the passphrase");
    let slot = vault.change_passphrase(&author, args.name.as_deref(), &secret)?;
    drop(spinner);
    ctx.report_pin_trouble(&mut vault);
    ctx.end_session(&vault);
    let exit = answer(ctx, "changed the passphrase of", &slot)?;
    ctx.ui.flush()?;
    ctx.ui.status("Copies of the file from before still open with the old passphrase.");
    Ok(exit)
}
