//! `keyctl delete`

use clap::Args;
use keyctl_vault::issue;
use keyctl_vault::{Reason, Verb};

use super::bulk::{self, Asks, BulkArgs, Deed};
use super::pick::Offer;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::parse;

/// Remove keys' records; the audit log keeps the fact
///
/// To end a key and keep its history, use 'keyctl revoke'. Asks twice, or takes --yes.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl delete deploy-bot\n  keyctl delete key_3fK9aQ1xZ0bT --reason 'made by mistake' --yes\n  keyctl delete --project shop --status revoked --dry-run"
)]
pub(crate) struct DeleteArgs {
    #[command(flatten)]
    bulk: BulkArgs,

    /// Why; kept in the audit log
    #[arg(long, value_name = "TEXT", value_parser = parse::reason)]
    reason: Option<Reason>,
}

pub(crate) fn run(ctx: &mut Context, args: &DeleteArgs) -> Result<Exit, CliError> {
    let now = ctx.now;
    let deed = Deed {
        verb: Verb::Delete,
        order: "delete",
        done: "deleted",
        effect: "What is deleted stops working at once; only the audit log keeps it.",
        asks: Asks::Twice,
        offer: Offer::Any,
        is_so: |_| false,
        apply: &|tx, id| issue::delete(tx, id, args.reason.as_ref(), now),
    };
    bulk::run(ctx, &args.bulk, &deed)
}
