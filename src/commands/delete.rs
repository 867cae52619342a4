//! `keyctl delete`

use clap::Args;
use keyctl_vault::issue;
use keyctl_vault::{Reason, Records, Verb};

use super::bulk::confirm_by_name;
use super::outcome;
use super::target::TargetArgs;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::parse;

/// Remove a key's record; the audit log keeps the fact
///
/// To end a key and keep its history, use 'keyctl revoke'. Asks twice, or takes --yes.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl delete deploy-bot\n  keyctl delete key_3fK9aQ1xZ0bT --reason 'made by mistake' --yes"
)]
pub(crate) struct DeleteArgs {
    #[command(flatten)]
    target: TargetArgs,

    /// Why; kept in the audit log
    #[arg(long, value_name = "TEXT", value_parser = parse::reason)]
    reason: Option<Reason>,
}

pub(crate) fn run(ctx: &mut Context, args: &DeleteArgs) -> Result<Exit, CliError> {
    let wanted = args.target.key_ref()?;
    let mut vault = ctx.open_for_change()?;
    let seen = ctx.seen(&vault);
    let snapshot = vault.snapshot()?;
    let mut key = issue::find(&snapshot, &wanted, args.target.project.as_ref(), ctx.now)?;
    seen.count_in(&mut key, snapshot.brand(), ctx.now);
    drop(snapshot);
    confirm_by_name(ctx, &key)?;
    let now = ctx.now;
    let deleted = ctx.change(&mut vault, Verb::Delete, |tx| {
        issue::delete(tx, key.id, args.reason.as_ref(), now)
    })?;
    outcome::changed(ctx, &vault, "deleted", &deleted)?;
    Ok(Exit::Done)
}
