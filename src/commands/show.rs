//! `keyctl show`

use clap::Args;
use keyctl_vault::issue;
use keyctl_vault::{Ceilings, Records};

use super::pick::Offer;
use super::target::TargetArgs;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::render::{self, KeyView, check_shown_field};

/// Show everything about one key
///
/// The beginning of an id is enough here: key_ and at least 6 characters more. Beside the key's own
/// scopes stand the effective ones: what its owner's ceiling leaves of them.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl show deploy-bot --project shop\n  keyctl show key_3fK9aQ1xZ0bT -o json\n  keyctl show deploy-bot --field expires_at"
)]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    target: TargetArgs,

    /// Write only this field, raw
    #[arg(long, value_name = "NAME", conflicts_with_all = ["output", "json"])]
    field: Option<String>,
}

pub(crate) fn run(ctx: &mut Context, args: &ShowArgs) -> Result<Exit, CliError> {
    let wanted = args.target.wanted(ctx)?;
    check_shown_field(args.field.as_deref())?;
    let mut vault = ctx.open()?;
    let wanted = args.target.key(ctx, &mut vault, wanted, Offer::Any)?;
    let seen = ctx.seen(&vault);
    let snapshot = vault.snapshot()?;
    let project = args.target.project.as_ref();
    let mut key = issue::find_for_reading(&snapshot, &wanted, project, ctx.now)?;
    seen.count_in(&mut key, snapshot.brand(), ctx.now);
    let owner = key.owner.as_ref().map(|owner| snapshot.owner(owner)).transpose()?.flatten();
    let effective = owner.into_iter().collect::<Ceilings>().effective(&key);
    let view = KeyView::of(&key, snapshot.brand(), ctx.now).with_effective(&effective);
    drop(snapshot);
    let format = ctx.format();
    match &args.field {
        Some(field) => render::field(&mut ctx.ui, &view, field)?,
        None => render::single(&mut ctx.ui, format, &view)?,
    }
    Ok(Exit::Done)
}
