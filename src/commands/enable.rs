//! `keyctl enable`

use clap::Args;
use keyctl_vault::Verb;
use keyctl_vault::issue;
use keyctl_verify::Standing;

use super::bulk::{self, Asks, BulkArgs, Deed};
use super::pick::Offer;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;

/// Resume keys that were disabled
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl enable deploy-bot\n  keyctl enable --project shop --status inactive --yes"
)]
pub(crate) struct EnableArgs {
    #[command(flatten)]
    bulk: BulkArgs,
}

pub(crate) fn run(ctx: &mut Context, args: &EnableArgs) -> Result<Exit, CliError> {
    let now = ctx.now;
    let deed = Deed {
        verb: Verb::Enable,
        order: "enable",
        done: "enabled",
        effect: "",
        asks: Asks::ForSeveral,
        offer: Offer::Disabled,
        is_so: |key| key.standing == Standing::Good,
        apply: &|tx, id| issue::enable(tx, id, now),
    };
    bulk::run(ctx, &args.bulk, &deed)
}
