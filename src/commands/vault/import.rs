//! `keyctl vault import`

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use keyctl_vault::issue::{
    self, Batch, Created, Expiry, Foreign, NameChoice, NewKey, Taken, Taking,
};
use keyctl_vault::{Owner, Project, Verb};
use keyctl_verify::{Environment, KeyId, Kind};

use super::source::SourceArgs;
use super::taken::answer;
use crate::commands::create_many::{change, check_free, say_what_they_lack};
use crate::commands::records::{self, Origin, Record};
use crate::context::Context;
use crate::error::{self, CliError};
use crate::exit::Exit;
use crate::parse;

/// Take in what another vault or product has
///
/// FILE is what 'keyctl vault export' wrote: keys keep their ids, and their tokens go on working.
/// Or it is a list of keys as CSV, JSON lines or JSON, with columns named as the fields of a key:
/// such records have no secrets, so each gets a new token, in the new file of --tokens-to. What is
/// here already stays as it is, so an import can be run again; what cannot be taken in is named,
/// with the reason.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl vault import keys.kcx --source-passphrase-file move.txt\n  keyctl vault import keys.kcx --source-identity id.txt\n  keyctl vault import their-keys.csv --tokens-to tokens.csv --project shop\n  keyctl vault import their-keys.csv --tokens-to tokens.csv --dry-run"
)]
pub(super) struct ImportArgs {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Show what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,

    /// The new file for the tokens of records, as CSV, or JSON lines when it ends with .jsonl
    #[arg(long, value_name = "FILE", value_parser = parse::file, help_heading = "Records without secrets")]
    tokens_to: Option<PathBuf>,

    /// The project of records that have none [env: KEYCTL_PROJECT]
    #[arg(long, value_name = "PROJECT", value_parser = parse::project, help_heading = "Records without secrets")]
    project: Option<Project>,

    /// The environment of records that have none [env: KEYCTL_ENV] [default: development]
    #[arg(long, value_name = "ENV", value_parser = parse::environment, help_heading = "Records without secrets")]
    env: Option<Environment>,

    /// The owner of records that have none [env: KEYCTL_OWNER] [default: your login name]
    #[arg(long, value_name = "OWNER", value_parser = parse::owner, help_heading = "Records without secrets")]
    owner: Option<Owner>,

    /// When records end that do not say it [env: KEYCTL_EXPIRES]
    #[arg(long, value_name = "WHEN", value_parser = parse::expiry, help_heading = "Records without secrets")]
    expires: Option<Expiry>,

    #[command(flatten, next_help_heading = "Opening an export")]
    source: SourceArgs,
}

pub(super) fn run(ctx: &mut Context, args: &ImportArgs) -> Result<Exit, CliError> {
    let taken = if is_vault(&args.file)? { vault(ctx, args)? } else { list(ctx, args)? };
    if args.dry_run {
        ctx.ui.note("dry run: nothing was changed");
    }
    let answered = answer(ctx, &taken).and_then(|exit| Ok((exit, ctx.ui.flush()?)));
    let (exit, ()) = answered.map_err(|error| unanswered(error, args))?;
    let count = |fits: fn(&Taking) -> bool| taken.iter().filter(|t| fits(&t.result)).count();
    let created = count(|result| *result == Taking::Created);
    let failed = count(|result| matches!(result, Taking::Failed(_)));
    let rest = taken.len() - created - failed;
    ctx.ui.status(&format!("{created} created, {rest} unchanged, {failed} failed"));
    Ok(exit)
}

/// What was taken in stays, whether anybody can be told or not.
fn unanswered(mut error: CliError, args: &ImportArgs) -> CliError {
    if !args.dry_run {
        error.message = format!("the import is done, but {}", error.message);
    }
    error
}

/// Only a plain file can be one: what is read of a pipe to find out would be lost.
fn is_vault(file: &Path) -> Result<bool, CliError> {
    if file.as_os_str() == "-" || file.metadata().is_ok_and(|meta| !meta.is_file()) {
        return Ok(false);
    }
    let mut start = Vec::new();
    let read = File::open(file).and_then(|file| file.take(16).read_to_end(&mut start));
    read.map_err(keyctl_vault::VaultError::io("read", file))?;
    Ok(start == b"SQLite format 3\0")
}

fn vault(ctx: &mut Context, args: &ImportArgs) -> Result<Vec<Taken>, CliError> {
    if args.tokens_to.is_some() {
        return Err(CliError::usage("--tokens-to is for records, but the file is an export")
            .hint("leave it out: the tokens of an export go on working"));
    }
    let mut vault = ctx.open_for_change()?;
    let mut other = args.source.open(ctx, &args.file)?;
    if other.id() == vault.id() {
        let message = format!("'{}' is a backup of this very vault", args.file.display());
        return Err(CliError::new(error::Kind::Refused, message).hint(
            "'keyctl vault restore' puts back what it has, but nothing that was ended since",
        ));
    }
    let now = ctx.now;
    let dry_run = args.dry_run;
    let _spinner = ctx.ui.spinner("importing");
    let taken = ctx.change(&mut vault, Verb::Import, |tx| {
        let taken = issue::import_vault(tx, &mut other, now)?;
        if dry_run {
            tx.discard();
        }
        Ok(taken)
    })?;
    ctx.ui.note("keys and owners are taken over; policy, bundle key, slots and history stay those of this vault");
    Ok(taken)
}

fn list(ctx: &mut Context, args: &ImportArgs) -> Result<Vec<Taken>, CliError> {
    let Some(tokens_to) = &args.tokens_to else {
        return Err(CliError::usage(
            "the file has records, and each gets a new token: --tokens-to is missing",
        )
        .hint("add --tokens-to FILE, a new file for the tokens"));
    };
    check_free(tokens_to)?;
    let found = records::read(ctx, &args.file, &base(ctx, args)?, Origin::Theirs)?;
    for column in &found.ignored {
        ctx.ui.warn(&format!("the column '{column}' means nothing here, and is left out"));
    }
    if !found.ignored.is_empty() {
        ctx.ui.hint(&format!("the columns are {}", records::columns()));
    }
    let mut vault = ctx.open_for_change()?;
    let (now, dry_run) = (ctx.now, args.dry_run);
    let spinner = ctx.ui.spinner("importing");
    let done = change(ctx, &mut vault, Verb::Import, |tx, tokens| {
        let (mut taken, mut made): (Vec<Taken>, Vec<Created>) = (Vec::new(), Vec::new());
        let mut batch = Batch::default();
        tx.make_room(found.records.len())?;
        for record in found.records {
            let (record, created) = take(tx, record, now, &mut batch)?;
            taken.push(record);
            made.extend(created);
        }
        if dry_run {
            tx.discard();
        } else if !made.is_empty() {
            tokens.write(tokens_to, &made)?;
        }
        Ok((taken, made))
    });
    drop(spinner);
    let (taken, made) = done?;
    say_what_they_lack(ctx, &made);
    Ok(if dry_run { without_ids(taken, &made) } else { taken })
}

/// What was not made has no id.
fn without_ids(mut taken: Vec<Taken>, made: &[Created]) -> Vec<Taken> {
    let made: HashSet<KeyId> = made.iter().map(|created| created.key.id).collect();
    for taken in &mut taken {
        taken.id = taken.id.filter(|id| !made.contains(id));
    }
    taken
}

fn take(
    tx: &mut keyctl_vault::Transaction<'_>,
    record: Record,
    now: keyctl_verify::Timestamp,
    batch: &mut Batch,
) -> Result<(Taken, Option<Created>), issue::IssueError> {
    let (mut taken, made) = match record.new {
        Ok(new) => {
            let (effective, status) = (record.effective, record.status);
            issue::import_record(tx, Foreign { new, effective, status }, now, batch)?
        }
        Err(why) => {
            let result = match record.status {
                Some(ended) if issue::is_over(ended) => Taking::over(ended),
                _ => Taking::Failed(why),
            };
            (Taken { id: None, name: record.name, result, kept: Vec::new() }, None)
        }
    };
    if let Taking::Failed(why) = &mut taken.result {
        *why = format!("{}: {why}", record.place);
    }
    Ok((taken, made))
}

/// What a record is that says nothing.
fn base(ctx: &Context, args: &ImportArgs) -> Result<NewKey, CliError> {
    let settings = &ctx.settings;
    Ok(NewKey {
        project: args.project.clone().or_else(|| settings.project.clone()),
        environment: args.env.or(settings.environment).unwrap_or(Environment::Development),
        kind: Kind::General,
        owner: Some(args.owner.clone().map_or_else(|| ctx.owner(), Ok)?),
        name: NameChoice::Automatic,
        expires: args.expires.or(settings.expires).unwrap_or(Expiry::Default),
        not_before: None,
        scopes: keyctl_verify::ScopeSet::default(),
        paths: Vec::new(),
        ips: Vec::new(),
        customers: Vec::new(),
        rate_limit: None,
        labels: std::collections::BTreeMap::new(),
        note: None,
        recoverable: false,
    })
}
