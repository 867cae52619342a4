//! `keyctl list`

mod streamed;

use std::cmp::Reverse;

use clap::{Args, ValueEnum};
use keyctl_vault::Key;
use keyctl_vault::Records;
use keyctl_vault::issue::Filter;
use keyctl_verify::{Kind, Scope, Standing};

use super::filter::FilterArgs;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::global::Output;
use crate::parse;
use crate::render::{self, KeyLines, KeyView, Search, Shape, check_columns, plural};

/// List the keys, newest first
///
/// Keys of webhooks are left out unless asked for with --kind webhook or --all.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl list --project shop --hide-revoked\n  keyctl list --mine\n  keyctl list --search deploy --env production\n  keyctl list --expiring-within 14d -o json | jq -r '.[].id'\n  keyctl list --unused-for 180d --columns id,name,last_used_at -o csv"
)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    filter: FilterArgs,

    /// Your keys: those of the default owner, or else of your login name
    #[arg(long, conflicts_with = "owner", help_heading = "Which keys")]
    mine: bool,

    /// Keys that may do this
    #[arg(long, value_name = "SCOPE", value_parser = parse::scope, help_heading = "Which keys")]
    scope: Option<Scope>,

    /// Keys with a name like this: letters in this order, best first
    #[arg(long, value_name = "TEXT", help_heading = "Which keys")]
    search: Option<String>,

    /// Leave revoked keys out
    #[arg(long, help_heading = "Which keys")]
    hide_revoked: bool,

    /// Webhook keys too, and every project and environment whatever the defaults say
    #[arg(long, help_heading = "Which keys")]
    all: bool,

    /// What to sort by
    #[arg(long, value_name = "BY", help_heading = "How")]
    sort: Option<Sort>,

    /// The other way round
    #[arg(long, help_heading = "How")]
    reverse: bool,

    /// At most so many
    #[arg(long, value_name = "N", value_parser = parse::count, help_heading = "How")]
    limit: Option<usize>,

    /// Only these fields, in this order, for tables and csv: id,name,status,…
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = parse::column, help_heading = "How")]
    columns: Option<Vec<String>>,

    /// Only this field, raw, a line each
    #[arg(long, value_name = "NAME", conflicts_with_all = ["output", "json", "columns"], help_heading = "How")]
    field: Option<String>,

    /// Only the ids, each followed by a NUL: for xargs -0, and for KEYs that are '-'
    #[arg(long, conflicts_with_all = ["output", "json", "columns", "field"], help_heading = "How")]
    print0: bool,

    /// Page through it, with KEYCTL_PAGER, PAGER or less
    #[arg(long, help_heading = "How")]
    pager: bool,
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Sort {
    /// Newest first
    Created,
    /// By name
    Name,
    /// The next to expire first, never last
    Expires,
    /// The latest used first, never last
    LastUsed,
    /// As they come: memory does not grow with their number
    None,
}

pub(crate) fn run(ctx: &mut Context, args: &ListArgs) -> Result<Exit, CliError> {
    check_columns(args.columns.as_deref())?;
    render::check_field(args.field.as_deref(), false)?;
    if let Some(shape) = args.shape(ctx).filter(|_| args.is_streamed()) {
        return streamed::run(ctx, args, shape);
    }
    let filter = filter(ctx, args)?;
    let mut vault = ctx.open()?;
    if args.pager {
        ctx.start_pager()?;
    }
    let seen = ctx.seen(&vault);
    let snapshot = vault.snapshot()?;
    let (brand, ceilings) = (snapshot.brand().clone(), snapshot.ceilings()?);
    let now = ctx.now;
    let search = args.search.as_deref().map(Search::new);
    let mut keys: Vec<Key> = snapshot.keys(|mut key| {
        let named = search.as_ref().is_none_or(|search| search.score(&key).is_some());
        if !named {
            return None;
        }
        seen.count_in(&mut key, &brand, now);
        filter.matches_effectively(&key, &ceilings, now).then_some(key)
    })?;
    // Whoever reads our output slowly must not hold writers up.
    drop(snapshot);
    let hidden = hide(args, &mut keys);
    sort(args, search.as_ref(), &mut keys);
    if let Some(limit) = args.limit {
        keys.truncate(limit);
    }
    let view = |key: &Key| KeyView::of(key, &brand, now);
    let mut left_out = Vec::new();
    if let Some(shape) = args.shape(ctx) {
        KeyLines::new(shape, &ctx.ui).write_all(&mut ctx.ui, &keys, view)?;
    } else {
        let views: Vec<KeyView> = keys.iter().map(view).collect();
        let columns = args.columns.as_deref();
        left_out = render::keys(&mut ctx.ui, &views, columns, search.as_ref(), now)?;
    }
    ctx.ui.finish()?;
    if keys.is_empty() {
        ctx.ui.note("no key fits");
    }
    if ctx.ui.width().is_some() && args.shape(ctx).is_none() {
        say_footer(ctx, args, keys.len(), hidden, &left_out);
    } else {
        say_hidden(ctx, args, hidden);
    }
    Ok(Exit::Done)
}

impl ListArgs {
    /// True when keys can be written as they come.
    fn is_streamed(&self) -> bool {
        self.sort == Some(Sort::None) && !self.reverse && !self.pager
    }

    /// How each key is written by itself; not at all in a table.
    fn shape(&self, ctx: &Context) -> Option<Shape> {
        if let Some(field) = &self.field {
            return Some(Shape::Field(field.clone()));
        }
        match ctx.format() {
            _ if self.print0 => Some(Shape::Ids),
            Output::Jsonl => Some(Shape::Jsonl),
            Output::Json => Some(Shape::Json),
            Output::Csv => {
                let all = || KeyView::CSV.iter().map(ToString::to_string).collect();
                Some(Shape::Csv(self.columns.clone().unwrap_or_else(all)))
            }
            Output::Table => None,
        }
    }

    /// Why a key that fits is left out all the same.
    fn hides(&self, key: &Key) -> Option<Why> {
        let shows_webhooks = self.all || self.filter.which.kind.is_some();
        match key.standing {
            Standing::Revoked if self.hide_revoked => Some(Why::Revoked),
            _ if key.kind == Kind::Webhook && !shows_webhooks => Some(Why::Webhook),
            _ => None,
        }
    }
}

/// The flags, and the defaults where a flag is absent.
fn filter(ctx: &Context, args: &ListArgs) -> Result<Filter, CliError> {
    let mut filter = args.filter.filter(args.scope.as_ref());
    if args.mine {
        filter.owner = Some(ctx.owner()?);
    }
    if !args.all {
        filter.project = filter.project.or_else(|| ctx.settings.project.clone());
        filter.environment = filter.environment.or(ctx.settings.environment);
    }
    Ok(filter)
}

/// Why a key is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    Revoked,
    Webhook,
}

/// How many keys were left out, and why.
#[derive(Clone, Copy, Default)]
struct Hidden {
    revoked: usize,
    webhook: usize,
}

impl Hidden {
    fn count(&mut self, why: Why) {
        match why {
            Why::Revoked => self.revoked += 1,
            Why::Webhook => self.webhook += 1,
        }
    }
}

fn hide(args: &ListArgs, keys: &mut Vec<Key>) -> Hidden {
    let mut hidden = Hidden::default();
    keys.retain(|key| {
        let why = args.hides(key);
        why.into_iter().for_each(|why| hidden.count(why));
        why.is_none()
    });
    hidden
}

fn sort(args: &ListArgs, search: Option<&Search>, keys: &mut [Key]) {
    let newest = |key: &Key| Reverse((key.created_at, key.order));
    match (args.sort, search) {
        (Some(Sort::None), _) => {}
        (None, Some(search)) => keys.sort_by_cached_key(|k| (Reverse(search.score(k)), newest(k))),
        (None | Some(Sort::Created), _) => keys.sort_by_key(newest),
        (Some(Sort::Name), _) => {
            keys.sort_by_cached_key(|k| (k.name.as_str().to_lowercase(), newest(k)));
        }
        (Some(Sort::Expires), _) => {
            keys.sort_by_key(|k| (k.expires_at.is_none(), k.expires_at, newest(k)));
        }
        (Some(Sort::LastUsed), _) => keys.sort_by_key(|k| (Reverse(k.last_used_at()), newest(k))),
    }
    if args.reverse {
        keys.reverse();
    }
}

/// Under a table at a terminal: how many there are, and what is not seen of them.
fn say_footer(ctx: &mut Context, args: &ListArgs, count: usize, hidden: Hidden, left_out: &[&str]) {
    let mut footer = plural(count, "key");
    if hidden.revoked > 0 {
        footer += &format!(", {} revoked hidden", hidden.revoked);
    }
    if hidden.webhook > 0 {
        footer += &format!(", {} for webhooks hidden (--all shows them)", hidden.webhook);
    }
    if count > 0 || footer.contains("hidden") {
        ctx.ui.aside(&footer);
    }
    if !left_out.is_empty() {
        let names = left_out.join(", ");
        ctx.ui.aside(&format!("no room for {names}; --columns chooses what is shown"));
    }
    say_defaults(ctx, args);
}

fn say_hidden(ctx: &mut Context, args: &ListArgs, hidden: Hidden) {
    let keys = |n: usize| plural(n, "key");
    if hidden.revoked > 0 {
        ctx.ui.note(&format!("{} hidden: revoked", keys(hidden.revoked)));
    }
    if hidden.webhook > 0 {
        let text = format!(
            "{} hidden: for webhooks; --all or --kind webhook shows them",
            keys(hidden.webhook)
        );
        ctx.ui.note(&text);
    }
    say_defaults(ctx, args);
}

/// That keys of other projects and environments are left out, because the settings say so.
fn say_defaults(ctx: &mut Context, args: &ListArgs) {
    let by_default = |flag: bool| !args.all && !flag;
    let project = ctx.settings.project.clone();
    if let Some(project) = project.filter(|_| by_default(args.filter.which.project.is_some())) {
        ctx.ui.note(&format!("only the project '{project}', your default; --all shows every one"));
    }
    let environment = ctx.settings.environment;
    if let Some(environment) = environment.filter(|_| by_default(args.filter.which.env.is_some())) {
        let text =
            format!("only the environment {environment}, your default; --all shows every one");
        ctx.ui.note(&text);
    }
}
