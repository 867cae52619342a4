//! `keyctl disable`

use clap::Args;
use keyctl_vault::Verb;
use keyctl_vault::issue;
use keyctl_verify::Standing;

use super::bulk::{self, Asks, BulkArgs, Deed};
use super::pick::Offer;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;

/// Pause keys until they are enabled again
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl disable deploy-bot\n  keyctl disable --project shop --env staging --dry-run"
)]
pub(crate) struct DisableArgs {
    #[command(flatten)]
    bulk: BulkArgs,
}

pub(crate) fn run(ctx: &mut Context, args: &DisableArgs) -> Result<Exit, CliError> {
    let now = ctx.now;
    let deed = Deed {
        verb: Verb::Disable,
        order: "disable",
        done: "disabled",
        effect: "What is disabled is refused until it is enabled again.",
        asks: Asks::ForSeveral,
        offer: Offer::Enabled,
        is_so: |key| key.standing == Standing::Disabled,
        apply: &|tx, id| issue::disable(tx, id, now),
    };
    bulk::run(ctx, &args.bulk, &deed)
}
