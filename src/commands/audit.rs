//! `keyctl audit`

use clap::{Args, Subcommand};
use keyctl_vault::issue::{self, KeyRef};
use keyctl_vault::{Entry, Snapshot};
use serde::Serialize;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::global::Output;
use crate::parse::{self, Moment};
use crate::render::{self, AuditView, Card};

/// Who did what to which key, when
///
/// Newest first. Every entry shown is verified; login names and hosts are as the author claimed.
#[derive(Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  keyctl audit --since 7d\n  keyctl audit --key deploy-bot -o json\n  keyctl audit verify"
)]
pub(crate) struct AuditArgs {
    #[command(subcommand)]
    command: Option<AuditCommand>,

    /// Only what was done to this key
    #[arg(long, value_name = "KEY")]
    key: Option<String>,

    /// Only since then: 7d ago, a date or an instant
    #[arg(long, value_name = "WHEN", value_parser = parse::moment)]
    since: Option<Moment>,

    /// At most so many
    #[arg(long, value_name = "N", value_parser = parse::count)]
    limit: Option<usize>,
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Verify the whole log, from the first entry to the head
    #[command(after_help = "Example:\n  keyctl audit verify")]
    Verify,
}

/// The answer of `audit verify`.
#[derive(Serialize)]
struct VerifiedView {
    ok: bool,
    entries: u64,
    generation: u64,
    first: Option<String>,
    last: Option<String>,
}

pub(crate) fn run(ctx: &mut Context, args: &AuditArgs) -> Result<Exit, CliError> {
    if args.command.is_some() {
        return verify(ctx);
    }
    let wanted = args.key.as_deref().map(KeyRef::parse).transpose()?;
    let since = args.since.map(|moment| moment.before(ctx.now));
    let mut vault = ctx.open()?;
    let snapshot = vault.snapshot()?;
    let wanted = wanted.map(|wanted| resolve(ctx, &snapshot, &wanted)).transpose()?;
    let mut entries = snapshot.audit(1)?;
    if let Some(wanted) = wanted.as_ref().filter(|w| !entries.iter().any(|e| is_about(e, w))) {
        return Err(issue::IssueError::NotFound { wanted: wanted.clone() }.into());
    }
    drop(snapshot);
    entries.reverse();
    let views: Vec<AuditView> = entries
        .iter()
        .filter(|entry| since.is_none_or(|since| entry.author.now >= since))
        .filter(|entry| wanted.as_ref().is_none_or(|wanted| is_about(entry, wanted)))
        .take(args.limit.unwrap_or(usize::MAX))
        .map(AuditView::of)
        .collect();
    let format = ctx.format();
    if format == Output::Json || format == Output::Jsonl {
        render::list(&mut ctx.ui, format, &views)?;
    } else {
        let columns = ["generation", "time", "verb", "actor", "host", "subject", "changes"];
        let rows: Vec<_> = views.iter().flat_map(AuditView::rows).collect();
        render::rows(&mut ctx.ui, format, &columns, &rows)?;
    }
    Ok(Exit::Done)
}

/// The id that entries name, or the name where the key is gone.
fn resolve(ctx: &Context, snapshot: &Snapshot<'_>, wanted: &KeyRef) -> Result<String, CliError> {
    match (wanted, issue::find_for_reading(snapshot, wanted, None, ctx.now)) {
        (_, Ok(key)) => Ok(key.id.to_string()),
        (KeyRef::Id(id), Err(issue::IssueError::NotFound { .. })) => Ok(id.to_string()),
        (KeyRef::Name(name), Err(issue::IssueError::NotFound { .. })) => Ok(name.to_string()),
        (_, Err(error)) => Err(error.into()),
    }
}

fn is_about(entry: &Entry, wanted: &str) -> bool {
    let is = |text: &Option<String>| text.as_deref() == Some(wanted);
    entry.changes.iter().any(|change| is(&change.subject.id) || is(&change.subject.name))
}

fn verify(ctx: &mut Context) -> Result<Exit, CliError> {
    let mut vault = ctx.open()?;
    let snapshot = vault.snapshot()?;
    let entries = snapshot.audit(1)?;
    let time = |entry: Option<&Entry>| entry.map(|entry| render::instant(entry.author.now));
    let view = VerifiedView {
        ok: true,
        entries: entries.len() as u64,
        generation: snapshot.generation(),
        first: time(entries.first()),
        last: time(entries.last()),
    };
    drop(snapshot);
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
