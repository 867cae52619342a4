//! `keyctl revoke`

use clap::Args;
use keyctl_vault::issue;
use keyctl_vault::{Reason, Verb};

use super::bulk::{self, Asks, BulkArgs, Deed};
use super::pick::Offer;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::parse;

/// End keys for good
///
/// A revoked key stays in the list, gives its name free, and can never be used again.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl revoke deploy-bot --reason retired\n  keyctl revoke key_3fK9aQ1xZ0bT key_8sLw02MnQxYz --yes\n  keyctl revoke --owner alice --reason 'left the company' --dry-run\n  keyctl revoke --project shop --unused-for 180d --yes -o json"
)]
pub(crate) struct RevokeArgs {
    #[command(flatten)]
    bulk: BulkArgs,

    /// Why: compromised, superseded, retired, or in your own words
    #[arg(long, value_name = "TEXT", value_parser = parse::reason)]
    reason: Option<Reason>,
}

pub(crate) fn run(ctx: &mut Context, args: &RevokeArgs) -> Result<Exit, CliError> {
    let now = ctx.now;
    let deed = Deed {
        verb: Verb::Revoke,
        order: "revoke",
        done: "revoked",
        effect: "What is revoked stops working at once, and cannot be brought back.",
        asks: Asks::Always,
        offer: Offer::Live,
        is_so: |key| !key.is_live(),
        apply: &|tx, id| issue::revoke(tx, id, args.reason.as_ref(), now),
    };
    bulk::run(ctx, &args.bulk, &deed)
}
