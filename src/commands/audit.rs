//! `keyctl audit`
//!
//! The log is read twice, a segment at a time: once to verify all of it that is asked for and to
//! find out where the entries are, so that nothing is written before everything is known to be
//! right, and once more to write them, without holding the vault while somebody reads. The newest
//! segment is kept in between, because a change may rewrite it, and so are others of few changes.
//! So memory grows neither with the log nor with the answer, except for a table, whose columns are
//! as wide as their widest cell.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use keyctl_vault::issue::{self, KeyRef};
use keyctl_vault::{
    Change, Entry, LogPlace, Owner, Project, Records, Snapshot, UnlockedVault, Verb,
};
use keyctl_verify::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::global::Output;
use crate::parse::{self, Moment};
use crate::render::{self, AuditRow, AuditView, Card, Stream};
use crate::words::Instant;

/// Who did what to which key, when
///
/// Newest first. Every entry shown is verified; login names and hosts are as the author claimed.
/// An entry has to fit all the flags. Tables and csv have a line for each key, slot or owner that an
/// entry is about, json and jsonl an object for each entry,
/// with those of its changes that are about the key and the owner that are asked for.
#[derive(Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  keyctl audit --since 7d\n  keyctl audit --key deploy-bot -o json\n  keyctl audit --verb revoke,delete --since 2030-01-01 --until 2030-02-01\n  keyctl audit --reverse -o jsonl > audit.jsonl\n  keyctl audit verify"
)]
pub(crate) struct AuditArgs {
    #[command(subcommand)]
    command: Option<AuditCommand>,

    /// Only what was done to this key, be it deleted since
    #[arg(long, value_name = "KEY", help_heading = "Which entries")]
    key: Option<String>,

    /// The project of the key's name, where two projects share it
    #[arg(long, value_name = "PROJECT", value_parser = parse::project, requires = "key", help_heading = "Which entries")]
    project: Option<Project>,

    /// Only what was done to this owner, and to the keys that act for them
    #[arg(long, value_name = "OWNER", value_parser = parse::owner, help_heading = "Which entries")]
    owner: Option<Owner>,

    /// Only since then: 7d or 12h for that long ago, a date or an instant
    #[arg(long, value_name = "WHEN", value_parser = parse::moment, help_heading = "Which entries")]
    since: Option<Moment>,

    /// Only before then: 7d or 12h for that long ago, a date or an instant
    #[arg(long, value_name = "WHEN", value_parser = parse::moment, help_heading = "Which entries")]
    until: Option<Moment>,

    /// Only what was done with these commands (can be repeated)
    #[arg(long, value_name = "VERB", value_parser = verb_parser(), value_delimiter = ',', help_heading = "Which entries")]
    verb: Vec<Verb>,

    /// Only what this login name did
    #[arg(long, value_name = "NAME", help_heading = "Which entries")]
    actor: Option<String>,

    /// Only what was done on this machine
    #[arg(long, value_name = "NAME", help_heading = "Which entries")]
    host: Option<String>,

    /// Only what was done through this slot
    #[arg(long, value_name = "NAME", help_heading = "Which entries")]
    with_slot: Option<String>,

    /// At most so many entries
    #[arg(long, value_name = "N", value_parser = parse::count, help_heading = "How")]
    limit: Option<usize>,

    /// Oldest first
    #[arg(long, help_heading = "How")]
    reverse: bool,

    /// Page through it, with KEYCTL_PAGER, PAGER or less
    #[arg(long, help_heading = "How")]
    pager: bool,
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Verify the whole log, from the first entry to the head
    #[command(after_help = "Example:\n  keyctl audit verify")]
    Verify,
}

fn verb_parser() -> impl TypedValueParser<Value = Verb> {
    let verb = |word: &str| Verb::ALL.into_iter().find(|verb| verb.as_str() == word);
    let words = PossibleValuesParser::new(Verb::ALL.map(Verb::as_str));
    words.map(move |word| verb(&word).expect("only verbs are possible"))
}

/// An audit log that is complete and untouched.
#[derive(JsonSchema, Serialize)]
pub(crate) struct VerifiedView {
    /// Always true: anything else is an error.
    ok: bool,
    /// How many entries the log has.
    entries: u64,
    /// The vault's generation.
    generation: u64,
    /// When the first entry was written.
    #[schemars(with = "Option<Instant>")]
    first: Option<String>,
    /// When the last entry was written.
    #[schemars(with = "Option<Instant>")]
    last: Option<String>,
}

pub(crate) fn run(ctx: &mut Context, args: &AuditArgs) -> Result<Exit, CliError> {
    if args.command.is_some() {
        return verify(ctx);
    }
    let wanted = args.key.as_deref().map(KeyRef::parse).transpose()?;
    args.check_times(ctx.now)?;
    let mut vault = ctx.open()?;
    let snapshot = vault.snapshot()?;
    let filter = EntryFilter::new(ctx, args, &snapshot, wanted.as_ref())?;
    let found = search(&snapshot, &filter, args)?;
    drop(snapshot);
    if args.pager {
        ctx.start_pager()?;
    }
    write(ctx, &mut vault, args, &filter, found)?;
    Ok(Exit::Done)
}

impl AuditArgs {
    fn since(&self, now: Timestamp) -> Option<Timestamp> {
        self.since.map(|moment| moment.before(now))
    }

    fn until(&self, now: Timestamp) -> Option<Timestamp> {
        self.until.map(|moment| moment.before(now))
    }

    fn check_times(&self, now: Timestamp) -> Result<(), CliError> {
        let is_empty = matches!((self.since(now), self.until(now)), (Some(since), Some(until)) if until <= since);
        if is_empty {
            return Err(CliError::usage("--until is not later than --since, so nothing can fit")
                .hint("--since 7d --until 1d is from 7 days ago to 1 day ago"));
        }
        Ok(())
    }
}

/// Which entries are asked for.
struct EntryFilter<'a> {
    args: &'a AuditArgs,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    /// The id of a key, or the name that a key had which is gone.
    key: Option<String>,
    /// The ids of the keys that act for the owner.
    keys_of_owner: BTreeSet<String>,
}

impl<'a> EntryFilter<'a> {
    fn new(
        ctx: &Context,
        args: &'a AuditArgs,
        snapshot: &Snapshot<'_>,
        wanted: Option<&KeyRef>,
    ) -> Result<Self, CliError> {
        let key = wanted.map(|wanted| resolve(ctx, args, snapshot, wanted)).transpose()?;
        let keys_of_owner = match &args.owner {
            None => BTreeSet::new(),
            Some(owner) => snapshot
                .keys(|key| (key.owner.as_ref() == Some(owner)).then(|| key.id.to_string()))?
                .into_iter()
                .collect(),
        };
        let (since, until) = (args.since(ctx.now), args.until(ctx.now));
        Ok(EntryFilter { args, since, until, key, keys_of_owner })
    }

    fn fits(&self, entry: &Entry) -> bool {
        let (args, author) = (self.args, &entry.author);
        let is = |wanted: &Option<String>, has: &str| wanted.as_ref().is_none_or(|w| w == has);
        self.since.is_none_or(|since| author.now >= since)
            && self.until.is_none_or(|until| author.now < until)
            && (args.verb.is_empty() || args.verb.iter().any(|verb| verb.as_str() == entry.verb))
            && is(&args.actor, &author.actor)
            && is(&args.host, &author.host)
            && is(&args.with_slot, &entry.slot)
            && (self.takes_all_subjects() || entry.changes.iter().any(|c| self.is_about(c)))
    }

    fn takes_all_subjects(&self) -> bool {
        self.key.is_none() && self.args.owner.is_none()
    }

    /// Whether a change is about the key and the owner that are asked for.
    fn is_about(&self, change: &Change) -> bool {
        self.is_about_key(change) && self.is_about_owner(change)
    }

    fn is_about_key(&self, change: &Change) -> bool {
        let Some(key) = self.key.as_deref() else { return true };
        let subject = &change.subject;
        subject.kind == "key"
            && (subject.id.as_deref() == Some(key) || subject.name.as_deref() == Some(key))
    }

    fn is_about_owner(&self, change: &Change) -> bool {
        let Some(owner) = &self.args.owner else { return true };
        let subject = &change.subject;
        match &subject.id {
            Some(id) => {
                subject.owner.as_deref() == Some(owner.as_str())
                    || self.keys_of_owner.contains(id.as_str())
            }
            None => subject.kind == "owner" && subject.name.as_deref() == Some(owner.as_str()),
        }
    }
}

/// The id that entries name, or the name where the key is gone.
fn resolve(
    ctx: &Context,
    args: &AuditArgs,
    snapshot: &Snapshot<'_>,
    wanted: &KeyRef,
) -> Result<String, CliError> {
    match (wanted, issue::find_for_reading(snapshot, wanted, args.project.as_ref(), ctx.now)) {
        (_, Ok(key)) => Ok(key.id.to_string()),
        (KeyRef::Id(id), Err(issue::IssueError::NotFound { .. })) => Ok(id.to_string()),
        (KeyRef::Name(name), Err(issue::IssueError::NotFound { .. })) => Ok(name.to_string()),
        (_, Err(error)) => Err(error.into()),
    }
}

/// So many changes are kept of what is found, besides the newest segment: few megabytes.
const KEEP: usize = 4096;

/// Where entries are that fit.
enum Place {
    /// Here, the oldest first.
    Kept(Vec<Entry>),
    /// In this segment of the log.
    Segment(LogPlace),
}

/// Verifies the log, and finds out where the entries are, the newest first: all of it, or as far as the
/// limit goes.
fn search(
    snapshot: &Snapshot<'_>,
    filter: &EntryFilter<'_>,
    args: &AuditArgs,
) -> Result<Vec<Place>, CliError> {
    let limit = args.limit.filter(|_| !args.reverse).unwrap_or(usize::MAX);
    let (mut found, mut count, mut is_known) = (Vec::new(), 0, filter.key.is_none());
    let (mut is_newest, mut kept) = (true, 0);
    snapshot.each_audit_segment(|place, entries| {
        is_known |= entries.iter().flat_map(|e| &e.changes).any(|c| filter.is_about_key(c));
        let fitting: Vec<Entry> = entries.into_iter().filter(|entry| filter.fits(entry)).collect();
        count += fitting.len();
        let changes: usize = fitting.iter().map(|entry| 1 + entry.changes.len()).sum();
        if std::mem::take(&mut is_newest) || kept + changes <= KEEP {
            kept += changes;
            found.push(Place::Kept(fitting));
        } else if !fitting.is_empty() {
            found.push(Place::Segment(place));
        }
        if count < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    match &filter.key {
        Some(wanted) if !is_known && count < limit => {
            Err(issue::IssueError::NotFound { wanted: wanted.clone() }.into())
        }
        _ => Ok(found),
    }
}

/// Writes what was found, reading once more what was not kept.
fn write(
    ctx: &mut Context,
    vault: &mut UnlockedVault,
    args: &AuditArgs,
    filter: &EntryFilter<'_>,
    mut found: Vec<Place>,
) -> Result<(), CliError> {
    let mut page = Page::new(ctx.format(), args.limit);
    if args.reverse {
        found.reverse();
    }
    for place in found {
        if page.is_full() {
            break;
        }
        let mut entries = match place {
            Place::Kept(entries) => entries,
            Place::Segment(place) => {
                let mut entries = vault.snapshot()?.audit_segment(place)?;
                entries.retain(|entry| filter.fits(entry));
                entries
            }
        };
        if !args.reverse {
            entries.reverse();
        }
        page.write(ctx, filter, &entries)?;
    }
    page.end(ctx)
}

/// The answer in the making.
struct Page {
    format: Output,
    stream: Stream,
    /// The lines of a table, which is written at its end.
    table: Vec<Vec<String>>,
    left: usize,
    is_empty: bool,
}

impl Page {
    fn new(format: Output, limit: Option<usize>) -> Self {
        let stream = Stream::new(format, &AuditRow::FIELDS);
        let left = limit.unwrap_or(usize::MAX);
        Page { format, stream, table: Vec::new(), left, is_empty: left > 0 }
    }

    fn is_full(&self) -> bool {
        self.left == 0
    }

    /// Writes entries that fit, as far as there is room for them.
    fn write(
        &mut self,
        ctx: &mut Context,
        filter: &EntryFilter<'_>,
        entries: &[Entry],
    ) -> Result<(), CliError> {
        let entries = &entries[..self.left.min(entries.len())];
        self.left -= entries.len();
        self.is_empty &= entries.is_empty();
        for entry in entries {
            let rows = || AuditRow::all_of(entry, |change| filter.is_about(change));
            match self.format {
                Output::Json | Output::Jsonl => {
                    let view = AuditView::of(entry, |change| filter.is_about(change));
                    self.stream.push(&mut ctx.ui, &view)?;
                }
                Output::Csv => {
                    rows().iter().try_for_each(|row| self.stream.push(&mut ctx.ui, row))?;
                }
                Output::Table if ctx.ui.width().is_some() => {
                    let view = AuditView::of(entry, |change| filter.is_about(change));
                    let at = entry.author.now;
                    let text = render::audit_log::entry(&ctx.ui, &view, at, ctx.now);
                    ctx.ui.write(&text)?;
                }
                Output::Table => {
                    self.table.extend(rows().into_iter().map(AuditRow::into_cells));
                }
            }
        }
        Ok(())
    }

    fn end(self, ctx: &mut Context) -> Result<(), CliError> {
        match self.format {
            Output::Table => render::table_of(&mut ctx.ui, &AuditRow::COLUMNS, self.table)?,
            _ => self.stream.end(&mut ctx.ui)?,
        }
        ctx.ui.finish()?;
        if self.is_empty {
            ctx.ui.note("no entry fits");
        }
        Ok(())
    }
}

fn verify(ctx: &mut Context) -> Result<Exit, CliError> {
    let mut vault = ctx.open()?;
    let snapshot = vault.snapshot()?;
    let (mut count, mut first, mut last) = (0, None, None);
    snapshot.each_audit_segment(|_, entries| {
        let time = |entry: Option<&Entry>| entry.map(|entry| render::instant(entry.author.now));
        count += entries.len() as u64;
        first = time(entries.first());
        last = last.take().or(time(entries.last()));
        ControlFlow::Continue(())
    })?;
    let generation = snapshot.generation();
    drop(snapshot);
    let view = VerifiedView { ok: true, entries: count, generation, first, last };
    let format = ctx.format();
    render::single(&mut ctx.ui, format, &view)?;
    Ok(Exit::Done)
}

impl Card for VerifiedView {
    fn card(&self) -> Vec<(String, String)> {
        vec![
            ("audit log".to_owned(), "complete and untouched".to_owned()),
            ("entries".to_owned(), self.entries.to_string()),
            ("first".to_owned(), self.first.clone().unwrap_or_default()),
            ("last".to_owned(), self.last.clone().unwrap_or_default()),
        ]
    }
}
