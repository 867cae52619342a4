//! `keyctl vault trust`

use clap::Args;
use keyctl_vault::VaultKey;

use super::check::CheckView;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::parse;
use crate::render;

/// Take the vault as it is, whatever this machine remembers of it
///
/// After a rekey or a restore on another machine, or when an older file was put back on purpose,
/// this machine refuses the vault: it cannot tell that from an attack. Get the vault key from
/// whoever did it, not from the file, and say it here.
#[derive(Args)]
#[command(after_help = "Example:\n  keyctl vault trust kcvk_…")]
pub(super) struct TrustArgs {
    /// The vault key that the file must have
    #[arg(value_name = "KEY", value_parser = parse::vault_key)]
    key: VaultKey,
}

pub(super) fn run(ctx: &mut Context, args: &TrustArgs) -> Result<Exit, CliError> {
    let path = ctx.settings.vault.clone();
    let (mut vault, _) = ctx.open_copy(&path, Some(args.key))?;
    let generation = vault.snapshot()?.generation();
    ctx.confirm(&format!(
        "Take generation {generation} of the vault '{}' as the latest?",
        path.display()
    ))?;
    let report = vault.trust(generation)?;
    let format = ctx.format();
    render::single(&mut ctx.ui, format, &CheckView::of(&report))?;
    ctx.ui.flush()?;
    ctx.ui.status("This machine remembers it from now on.");
    Ok(Exit::Done)
}
