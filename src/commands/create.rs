//! `keyctl create`

mod questions;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use keyctl_vault::issue::{self, Expiry, NameChoice, NewKey};
use keyctl_vault::{Customer, LabelKey, LabelValue, Name, Note, Owner, Project, Verb};
use keyctl_verify::{Environment, IpBlock, Kind, PathPattern, RateLimit, Scope, Timestamp};

use super::create_many;
use super::handover::{Answer, hand_over};
use super::init;
use super::snippet::Snippet;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::parse::{self, Moment};
use crate::render::{KeyView, check_field};

/// Make a key, and show its token once
///
/// When stdout is not a terminal it gets the token alone, so that TOKEN=$(keyctl create …) just
/// works; everything else is said on stderr. With -o json the answer is the record and the token.
/// At a terminal, with nothing given, it asks for each thing.
#[derive(Args, Clone)]
#[command(
    after_help = "Examples:\n  keyctl create\n  keyctl create --project shop --scope read\n  TOKEN=$(keyctl create --project shop --scope orders:read --expires 90d)\n  keyctl create --project shop --name deploy-bot --env production -o json \\\n    --scope 'deploy:*' --path 'POST /v1/deploys/**' --ip 10.0.0.0/8\n  keyctl create --project shop --kind webhook --path 'POST /hooks/orders' \\\n    --scope hook --snippet curl\n  keyctl create --from team.csv --tokens-to tokens.csv --project shop"
)]
pub(crate) struct CreateArgs {
    /// The project that the key is bound to [env: KEYCTL_PROJECT]
    #[arg(long, value_name = "PROJECT", value_parser = parse::project, help_heading = "The key")]
    project: Option<Project>,

    /// What the key is called; unique among the live keys of the project
    #[arg(long, value_name = "NAME", value_parser = parse::name, help_heading = "The key")]
    name: Option<Name>,

    /// Where it may be used: production, staging or development [env: KEYCTL_ENV] [default: development]
    #[arg(long, value_name = "ENV", value_parser = parse::environment, help_heading = "The key")]
    env: Option<Environment>,

    /// What it may do, like orders:read, orders:* or * (can be repeated)
    #[arg(long, value_name = "SCOPE", value_parser = parse::scope, help_heading = "What it may do")]
    scope: Vec<Scope>,

    /// When it ends: never, 7d, 30d, 60d, 90d, 180d, 1y, 12h, a date or an instant [env: KEYCTL_EXPIRES]
    #[arg(long, value_name = "WHEN", value_parser = parse::expiry, help_heading = "How long")]
    expires: Option<Expiry>,

    /// When it begins: a time from now like 7d, a date or an instant
    #[arg(long, value_name = "WHEN", value_parser = parse::moment, help_heading = "How long")]
    not_before: Option<Moment>,

    /// Whom it acts for [env: KEYCTL_OWNER] [default: your login name]
    #[arg(long, value_name = "OWNER", value_parser = parse::owner, help_heading = "The key")]
    owner: Option<Owner>,

    /// What it is for: general, personal or webhook
    #[arg(long, value_name = "KIND", default_value = "general", value_parser = parse::kind, help_heading = "The key")]
    kind: Kind,

    /// A path it is limited to, like '/v1/orders/**' or 'GET /v1/*' (can be repeated)
    #[arg(long, value_name = "PATTERN", value_parser = parse::path, help_heading = "What it may do")]
    path: Vec<PathPattern>,

    /// An address or block it is limited to, like 10.0.0.0/8 (can be repeated)
    #[arg(long, value_name = "CIDR", value_parser = parse::ip_block, help_heading = "What it may do")]
    ip: Vec<IpBlock>,

    /// A customer it is limited to (can be repeated)
    #[arg(long, value_name = "ID", value_parser = parse::customer, help_heading = "What it may do")]
    customer: Vec<Customer>,

    /// How often it may be used: 100/1m is up to 100 at once, then 100 a minute
    #[arg(long, value_name = "N/T", value_parser = parse::rate, help_heading = "What it may do")]
    rate: Option<RateLimit>,

    /// A label, NAME=VALUE (can be repeated)
    #[arg(long, value_name = "LABEL", value_parser = parse::label, help_heading = "The key")]
    label: Vec<(LabelKey, LabelValue)>,

    /// A note for people: where is it used?
    #[arg(long, value_name = "TEXT", value_parser = parse::note, help_heading = "The key")]
    note: Option<Note>,

    /// Keep the token, sealed for administrators, so that 'keyctl reveal' can show it again
    #[arg(long, help_heading = "Its token")]
    recoverable: bool,

    /// Make a key of each record of this file: CSV, JSON lines or a JSON array; '-' is stdin
    #[arg(long, value_name = "FILE", requires = "tokens_to", conflicts_with_all = ["name", "snippet", "field"], help_heading = "Many at once")]
    from: Option<PathBuf>,

    /// The new file for their tokens, as CSV, or JSON lines when it ends with .jsonl
    #[arg(long, value_name = "FILE", requires = "from", value_parser = parse::file, help_heading = "Many at once")]
    tokens_to: Option<PathBuf>,

    /// Write a command with the token in it, ready to paste, instead of the token
    #[arg(long, value_name = "LANGUAGE", value_enum, conflicts_with_all = ["output", "json", "field"], help_heading = "Its token")]
    snippet: Option<Snippet>,

    /// Write only this field of the record, raw
    #[arg(long, value_name = "NAME", conflicts_with_all = ["output", "json"], help_heading = "Its token")]
    field: Option<String>,
}

pub(crate) fn run(ctx: &mut Context, mut args: CreateArgs) -> Result<Exit, CliError> {
    if let (Some(from), Some(to)) = (args.from.take(), args.tokens_to.take()) {
        let base = defaults(ctx, args)?;
        check_times(&base, ctx.now)?;
        return create_many::run(ctx, &from, &to, &base);
    }
    let (field, snippet) = (args.field.clone(), args.snippet);
    check_field(field.as_deref(), true)?;
    ctx.check_stdout()?;
    let asks = args.asks(ctx);
    if !asks {
        check_times(&new_key(ctx, args.clone())?, ctx.now)?;
    }
    init::offer(ctx)?;
    let mut vault = ctx.open_for_change()?;
    if asks {
        args = questions::ask(ctx, &mut vault, args)?;
    }
    let new = new_key(ctx, args)?;
    let (now, powerless) = (ctx.now, new.scopes.is_empty());
    let created = ctx.change(&mut vault, Verb::Create, |tx| issue::create(tx, new, now))?;
    if powerless {
        ctx.ui
            .warn("the key has no scopes, so it can do nothing; add some with 'keyctl scope add'");
    }
    if created.key.expires_at.is_none() {
        ctx.ui.note("the key never expires; --expires 90d would end it by itself");
    }
    let view = KeyView::of(&created.key, created.token.prefix().brand(), now);
    let headline = format!("Created {} ({}).", created.key.id, view.name_for_people());
    let done = format!("{} is made", created.key.id);
    let answer = Answer { field: field.as_deref(), snippet, headline, done };
    hand_over(ctx, &created.key, view, &created.token, &answer)?;
    Ok(Exit::Done)
}

fn new_key(ctx: &Context, args: CreateArgs) -> Result<NewKey, CliError> {
    let new = defaults(ctx, args)?;
    if new.project.is_some() {
        return Ok(new);
    }
    Err(CliError::usage("a key needs a project: --project is missing")
        .hint("add --project NAME, or set KEYCTL_PROJECT or 'project' in config.toml"))
}

/// What the flags and the configuration say of a key.
fn defaults(ctx: &Context, args: CreateArgs) -> Result<NewKey, CliError> {
    let owner = args.owner.map_or_else(|| ctx.owner(), Ok)?;
    Ok(NewKey {
        project: args.project.or_else(|| ctx.settings.project.clone()),
        environment: args.env.or(ctx.settings.environment).unwrap_or(Environment::Development),
        kind: args.kind,
        owner: Some(owner),
        name: args.name.map_or(NameChoice::Automatic, NameChoice::Given),
        expires: args.expires.or(ctx.settings.expires).unwrap_or(Expiry::Default),
        not_before: args.not_before.map(|moment| moment.after(ctx.now)),
        scopes: args.scope.into_iter().collect(),
        paths: args.path,
        ips: args.ip,
        customers: args.customer,
        rate_limit: args.rate,
        labels: labels(args.label)?,
        note: args.note,
        recoverable: args.recoverable,
    })
}

/// Labels as flags give them.
pub(super) fn labels(
    given: Vec<(LabelKey, LabelValue)>,
) -> Result<BTreeMap<LabelKey, LabelValue>, CliError> {
    parse::labels(given)
        .map_err(|why| CliError::usage(format!("--label: {why}")).hint("give each label once"))
}

/// What lies in the past is refused before anybody is asked for a passphrase.
fn check_times(new: &NewKey, now: Timestamp) -> Result<(), CliError> {
    if matches!(new.expires, Expiry::At(at) if at <= now) {
        return Err(in_the_past("--expires", "90d"));
    }
    if new.not_before.is_some_and(|at| at <= now) {
        return Err(in_the_past("--not-before", "7d"));
    }
    Ok(())
}

/// The error of a flag whose instant has passed.
pub(super) fn in_the_past(flag: &str, example: &str) -> CliError {
    CliError::usage(format!("{flag} lies in the past"))
        .hint(format!("use {flag} {example}, for example, or a date that is still to come"))
}
