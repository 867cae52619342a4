//! `keyctl list`

mod choice;
mod order;
mod sorted;
mod streamed;

use clap::Args;
use keyctl_vault::issue::Filter;
use keyctl_verify::Scope;

use super::filter::FilterArgs;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::global::Output;
use crate::parse;
use crate::render::{self, Field, KeyLines, KeyTable, Search, Shape, check_columns, plural};
use choice::{Choice, Hidden};
use order::{Order, Sort};

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

/// So many keys take no memory to speak of.
const FEW: u64 = 5_000;

/// What was written.
struct Listed {
    count: usize,
    hidden: Hidden,
    /// The columns that there was no room for.
    left_out: Vec<&'static str>,
}

pub(crate) fn run(ctx: &mut Context, args: &ListArgs) -> Result<Exit, CliError> {
    check_columns(args.columns.as_deref())?;
    render::check_field(args.field.as_deref(), false)?;
    let mut vault = ctx.open()?;
    if args.pager {
        ctx.start_pager()?;
    }
    let search = args.search.as_deref().map(Search::new);
    let search = search.as_ref();
    let choice = Choice::new(ctx, args, search, &mut vault)?;
    let order = Order { sort: args.sort, search, reverse: args.reverse };
    let is_table = args.shape(ctx).is_none();
    let listed = if let Some(shape) = args.shape(ctx) {
        let lines = KeyLines::new(shape, choice.text(), &ctx.ui);
        if args.is_streamed() {
            streamed::lines(&mut ctx.ui, &mut vault, &choice, args, &lines)?
        } else {
            sorted::lines(&mut ctx.ui, &mut vault, &choice, (args, order), &lines)?
        }
    } else {
        let table = KeyTable::new(&ctx.ui, args.columns.as_deref(), search, choice.text(), ctx.now)
            .about(args.about());
        // Keys that would come by twice are kept instead, if they are few.
        if args.is_streamed() && vault.snapshot()?.key_count() > FEW {
            streamed::table(&mut ctx.ui, &mut vault, &choice, args, &table)?
        } else {
            sorted::table(&mut ctx.ui, &mut vault, &choice, (args, order), &table)?
        }
    };
    ctx.ui.finish()?;
    if listed.count == 0 && args.limit != Some(0) {
        ctx.ui.note("no key fits");
    }
    if ctx.ui.width().is_some() && is_table {
        say_footer(ctx, args, &listed);
    } else {
        say_hidden(ctx, args, listed.hidden);
    }
    Ok(Exit::Done)
}

impl ListArgs {
    /// True when keys can be written as they come.
    fn is_streamed(&self) -> bool {
        self.sort == Some(Sort::None) && !self.reverse && !self.pager
    }

    /// What keys are sorted or chosen by, of what a narrow table has no room for.
    fn about(&self) -> Vec<Field> {
        let sorted = match self.sort {
            Some(Sort::Expires) => Some(Field::ExpiresAt),
            Some(Sort::LastUsed) => Some(Field::LastUsedAt),
            Some(Sort::Created) => Some(Field::CreatedAt),
            Some(Sort::Name | Sort::None) | None => None,
        };
        let which = &self.filter.which;
        let expiring = which.expiring_within.map(|_| Field::ExpiresAt);
        let unused = which.unused_for.map(|_| Field::LastUsedAt);
        [sorted, expiring, unused].into_iter().flatten().collect()
    }

    /// How each key is written by itself; not at all in a table.
    fn shape(&self, ctx: &Context) -> Option<Shape> {
        if let Some(field) = self.field.as_deref().and_then(Field::named) {
            return Some(Shape::Field(field));
        }
        match ctx.format() {
            _ if self.print0 => Some(Shape::Ids),
            Output::Jsonl => Some(Shape::Jsonl),
            Output::Json => Some(Shape::Json),
            Output::Csv => Some(Shape::Csv(match &self.columns {
                None => Field::ALL.map(|(field, _)| field).to_vec(),
                Some(names) => names.iter().filter_map(|name| Field::named(name)).collect(),
            })),
            Output::Table => None,
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

/// Under a table at a terminal: how many there are, and what is not seen of them.
fn say_footer(ctx: &mut Context, args: &ListArgs, listed: &Listed) {
    let Listed { count, hidden, left_out } = listed;
    let mut footer = plural(count, "key");
    if args.limit == Some(*count) {
        footer += ", as many as --limit takes";
    }
    if hidden.revoked > 0 {
        footer += &format!(", {} revoked hidden", hidden.revoked);
    }
    if hidden.webhook > 0 {
        footer += &format!(", {} for webhooks hidden (--all shows them)", hidden.webhook);
    }
    if *count > 0 || footer.contains("hidden") {
        ctx.ui.aside(&footer);
    }
    if !left_out.is_empty() {
        let names = left_out.join(", ");
        ctx.ui.aside(&format!("no room for {names}; see --columns"));
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
