//! `keyctl edit`

use clap::Args;
use keyctl_vault::issue::{self, Expiry, KeyEdit};
use keyctl_vault::{Customer, LabelKey, LabelValue, Name, Note, Verb};
use keyctl_verify::{IpBlock, PathPattern, RateLimit};

use super::bulk::{self, Asks, BulkArgs, Deed};
use super::create::{in_the_past, labels};
use super::filter::WhichArgs;
use super::pick::Offer;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::parse::{self, Moment};

/// Change settings of keys
///
/// What is not named stays as it is; lists are given whole. Project, environment, owner and kind
/// are fixed for the life of the key; scopes have a command of their own.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl edit deploy-bot --name deploy-bot-eu --expires 90d\n  keyctl edit key_3fK9aQ1xZ0bT --path '/v1/orders/**' --path 'GET /v1/*'\n  keyctl edit deploy-bot --clear-ip --note 'runs in the release pipeline'\n  keyctl edit --project shop --env production --expires 90d --dry-run"
)]
pub(crate) struct EditArgs {
    /// The keys: ids, prefixes or exact names
    #[arg(value_name = "KEY")]
    keys: Vec<String>,

    #[command(flatten)]
    which: WhichArgs,

    /// Show what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,

    /// A new name, of a single key
    #[arg(long, value_name = "NAME", value_parser = parse::name)]
    name: Option<Name>,

    /// A new end: never, 90d, a date or an instant
    #[arg(long, value_name = "WHEN", value_parser = parse::expiry)]
    expires: Option<Expiry>,

    /// A new beginning: a time from now like 7d, a date or an instant
    #[arg(long, value_name = "WHEN", value_parser = parse::moment, conflicts_with = "clear_not_before")]
    not_before: Option<Moment>,

    /// Valid from now on
    #[arg(long)]
    clear_not_before: bool,

    /// The paths it is limited to (can be repeated)
    #[arg(long, value_name = "PATTERN", value_parser = parse::path, conflicts_with = "clear_path")]
    path: Option<Vec<PathPattern>>,

    /// No limit to paths
    #[arg(long)]
    clear_path: bool,

    /// The addresses or blocks it is limited to (can be repeated)
    #[arg(long, value_name = "CIDR", value_parser = parse::ip_block, conflicts_with = "clear_ip")]
    ip: Option<Vec<IpBlock>>,

    /// No limit to addresses
    #[arg(long)]
    clear_ip: bool,

    /// The customers it is limited to (can be repeated)
    #[arg(long, value_name = "ID", value_parser = parse::customer, conflicts_with = "clear_customer")]
    customer: Option<Vec<Customer>>,

    /// No limit to customers
    #[arg(long)]
    clear_customer: bool,

    /// How often it may be used, like 100/1m
    #[arg(long, value_name = "N/T", value_parser = parse::rate, conflicts_with = "clear_rate")]
    rate: Option<RateLimit>,

    /// No rate limit
    #[arg(long)]
    clear_rate: bool,

    /// The labels, NAME=VALUE (can be repeated)
    #[arg(long, value_name = "LABEL", value_parser = parse::label, conflicts_with = "clear_label")]
    label: Option<Vec<(LabelKey, LabelValue)>>,

    /// No labels
    #[arg(long)]
    clear_label: bool,

    /// A new note
    #[arg(long, value_name = "TEXT", value_parser = parse::note, conflicts_with = "clear_note")]
    note: Option<Note>,

    /// No note
    #[arg(long)]
    clear_note: bool,
}

pub(crate) fn run(ctx: &mut Context, mut args: EditArgs) -> Result<Exit, CliError> {
    let keys = std::mem::take(&mut args.keys);
    let which = std::mem::take(&mut args.which);
    let bulk = BulkArgs { keys, filter: which.with_labels(Vec::new()), dry_run: args.dry_run };
    if args.name.is_some() && !bulk.is_for_one() {
        return Err(CliError::usage("--name is for a single KEY")
            .hint("two keys of a project cannot have the same name"));
    }
    let edit = key_edit(ctx, args)?;
    let now = ctx.now;
    let deed = Deed {
        verb: Verb::Edit,
        order: "edit",
        done: "edited",
        effect: "",
        asks: Asks::ForSeveral,
        offer: Offer::Live,
        is_so: |_| false,
        apply: &|tx, id| issue::edit(tx, id, edit.clone(), now),
    };
    bulk::run(ctx, &bulk, &deed)
}

fn key_edit(ctx: &Context, args: EditArgs) -> Result<KeyEdit, CliError> {
    let not_before = args.not_before.map(|moment| moment.after(ctx.now));
    if not_before.is_some_and(|at| at <= ctx.now) {
        return Err(in_the_past("--not-before", "7d"));
    }
    if matches!(args.expires, Some(Expiry::At(at)) if at <= ctx.now) {
        return Err(in_the_past("--expires", "90d"));
    }
    let labels = args.label.or(args.clear_label.then(Vec::new)).map(labels);
    let edit = KeyEdit {
        name: args.name,
        expires: args.expires,
        not_before: or_clear(not_before, args.clear_not_before),
        scopes: None,
        paths: args.path.or(args.clear_path.then(Vec::new)),
        ips: args.ip.or(args.clear_ip.then(Vec::new)),
        customers: args.customer.or(args.clear_customer.then(Vec::new)),
        rate_limit: or_clear(args.rate, args.clear_rate),
        labels: labels.transpose()?,
        note: or_clear(args.note, args.clear_note),
    };
    if edit.is_empty() {
        return Err(CliError::usage("nothing to edit was named").hint(
            "'keyctl edit --help' lists what can be edited; scopes: 'keyctl scope add KEY SCOPE'",
        ));
    }
    Ok(edit)
}

/// A new value, an empty one, or no change.
fn or_clear<T>(value: Option<T>, clear: bool) -> Option<Option<T>> {
    if clear { Some(None) } else { value.map(Some) }
}
