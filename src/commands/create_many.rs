//! `keyctl create --from`: a key for each record of a file, all or none, and their tokens in
//! another file that is there and synced before anything is committed.

use std::borrow::Cow;
use std::path::Path;

use keyctl_vault::issue::{self, Created, IssueError, NewKey};
use keyctl_vault::{KeyFields, Transaction, UnlockedVault, VaultError, Verb, Waiting};
use keyctl_verify::Timestamp;
use rayon::prelude::*;
use serde::Serialize;
use zeroize::Zeroizing;

use super::init;
use super::records::{self, Origin, Place};
use super::secrets_file;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::global::Output;
use crate::render::{Field, KeyLines, KeyTable, KeyText, Shape, key_lines, key_table, plural};
use crate::ui::{Progress, csv_cell};

/// So many tokens are written by one core at a time.
const PART: usize = 4096;

pub(super) fn run(
    ctx: &mut Context,
    from: &Path,
    to: &Path,
    base: &NewKey,
) -> Result<Exit, CliError> {
    check_free(to)?;
    let new = records::read(ctx, from, base, Origin::Ours)?.all(from)?;
    init::offer(ctx)?;
    let mut vault = ctx.open_for_change()?;
    let now = ctx.now;
    let mut bar = ctx.ui.progress("keys");
    let made = change(ctx, &mut vault, Verb::Create, |tx, tokens| {
        let made = make_all(tx, from, new, now, &mut bar)?;
        tokens.write(to, &made)?;
        Ok(made)
    });
    bar.finish();
    let made = made?;
    say_what_they_lack(ctx, &made);
    ctx.ui.status(&format!(
        "Created {}. The tokens are in '{}': put them where they belong.",
        plural(made.len(), "key"),
        to.display()
    ));
    answer(ctx, &made).map_err(|error| unanswered(error, to))?;
    if made.len() > PART {
        // Each token is wiped; the memory of the keys goes with the process, which is about to end.
        made.into_par_iter().for_each(|Created { key, token }| {
            drop(token);
            std::mem::forget(key);
        });
    }
    Ok(Exit::Done)
}

fn answer(ctx: &mut Context, made: &[Created]) -> Result<(), CliError> {
    const COLUMNS: [&str; 4] = ["id", "name", "project", "prefix"];
    let Some(first) = made.first() else { return Ok(()) };
    let text = KeyText::new(first.token.prefix().brand(), ctx.now);
    let each = |part: &[Created], take: &mut dyn FnMut(&KeyFields<'_>)| -> Result<(), CliError> {
        part.iter().for_each(|created| created.key.with_fields(&mut *take));
        Ok(())
    };
    let shape = match ctx.format() {
        Output::Json => Some(Shape::Json),
        Output::Jsonl => Some(Shape::Jsonl),
        Output::Csv => Some(Shape::Csv(COLUMNS.into_iter().filter_map(Field::named).collect())),
        Output::Table => None,
    };
    if let Some(shape) = shape {
        let lines = KeyLines::new(shape, text, &ctx.ui);
        key_lines(&mut ctx.ui, &lines, made, each)?;
    } else {
        let names = COLUMNS.map(str::to_owned);
        let table = KeyTable::new(&ctx.ui, Some(&names), None, text, ctx.now);
        key_table(&mut ctx.ui, &table, made, each)?;
    }
    Ok(ctx.ui.flush()?)
}

/// The keys stay made, and their tokens are where they were asked for.
fn unanswered(mut error: CliError, to: &Path) -> CliError {
    let done = format!("the keys are made and their tokens are in '{}'", to.display());
    error.message = format!("{done}, but {}", error.message);
    error
}

/// What to know of new keys that can do nothing, or that never end.
pub(super) fn say_what_they_lack(ctx: &mut Context, made: &[Created]) {
    let count = |lacks: fn(&Created) -> bool| made.iter().filter(|c| lacks(c)).count();
    let powerless = count(|created| created.key.scopes.is_empty());
    if powerless > 0 {
        ctx.ui.warn(&format!(
            "{} without scopes, which can do nothing; add some with 'keyctl scope add'",
            plural(powerless, "key")
        ));
    }
    let endless = count(|created| created.key.expires_at.is_none());
    if endless > 0 {
        let keys = plural(endless, "key");
        ctx.ui.note(&format!("{keys} without an expiry; --expires 90d would give one"));
    }
}

/// A file of tokens is a new one.
pub(super) fn check_free(to: &Path) -> Result<(), CliError> {
    Waiting::check_free(to).map_err(|error| match error {
        error @ VaultError::Exists { .. } => {
            CliError::from(error).hint("name a file that is not there")
        }
        error => error.into(),
    })
}

fn make_all(
    tx: &mut Transaction<'_>,
    from: &Path,
    new: Vec<(Place, NewKey)>,
    now: Timestamp,
    bar: &mut Progress,
) -> Result<Vec<Created>, IssueError> {
    let (all, mut places) = (new.len() as u64, Vec::with_capacity(new.len()));
    let new = new.into_iter().map(|(place, new)| {
        places.push(place);
        new
    });
    let made = issue::create_many(tx, new, now, |made| bar.show(made as u64, all));
    made.map_err(|(n, error)| match places.get(n) {
        Some(place) => error.in_record(format!("{}, {place}", records::named(from))),
        // The vault itself, before any record was looked at.
        None => error,
    })
}

/// A token and the key that it is for.
#[derive(Serialize)]
struct Row<'c> {
    id: &'c str,
    name: Cow<'c, str>,
    project: Option<Cow<'c, str>>,
    environment: &'static str,
    token: &'c str,
}

impl<'c> Row<'c> {
    /// `cell` is what becomes of what people said.
    fn of(created: &'c Created, cell: fn(&'c str) -> Cow<'c, str>) -> Self {
        let key = &created.key;
        Row {
            id: key.id.as_str(),
            name: cell(key.name.as_str()),
            project: key.project.as_ref().map(|project| cell(project.as_str())),
            environment: key.environment.as_str(),
            token: created.token.expose_token(),
        }
    }
}

/// The file of tokens that a change has written.
#[derive(Default)]
pub(super) struct TokenFile(Option<Waiting>);

impl TokenFile {
    /// Writes the tokens of new keys to a new file that only its owner can read, and syncs it.
    pub(super) fn write(&mut self, to: &Path, made: &[Created]) -> Result<(), VaultError> {
        self.0 = Some(Waiting::write_parts(to, &listed(to, made))?);
        Ok(())
    }
}

/// Makes a change that writes tokens before it is committed.
pub(super) fn change<T>(
    ctx: &mut Context,
    vault: &mut UnlockedVault,
    verb: Verb,
    work: impl FnOnce(&mut Transaction<'_>, &mut TokenFile) -> Result<T, IssueError>,
) -> Result<T, CliError> {
    let mut tokens = TokenFile::default();
    let done = ctx.change(vault, verb, |tx| work(tx, &mut tokens));
    secrets_file::settle(tokens.0, done)
}

/// The rows as the name of the file says, some in each part.
fn listed(to: &Path, made: &[Created]) -> Vec<Zeroizing<Vec<u8>>> {
    let is_jsonl = to.extension().is_some_and(|end| end == "jsonl" || end == "ndjson");
    let parts: Vec<&[Created]> = made.chunks(PART).collect();
    let text = |(n, part): (usize, &&[Created])| match is_jsonl {
        true => json_lines(part),
        false => csv_lines(part, n == 0),
    };
    match parts.len() {
        ..=1 => parts.iter().enumerate().map(text).collect(),
        _ => parts.par_iter().enumerate().map(text).collect(),
    }
}

fn json_lines(made: &[Created]) -> Zeroizing<Vec<u8>> {
    let mut text = Zeroizing::new(Vec::new());
    for created in made {
        let row = Row::of(created, Cow::Borrowed);
        serde_json::to_writer(&mut *text, &row).expect("a row is JSON");
        text.push(b'\n');
    }
    text
}

fn csv_lines(made: &[Created], has_header: bool) -> Zeroizing<Vec<u8>> {
    let mut text = Zeroizing::new(Vec::new());
    let into_memory = "writing to memory cannot fail";
    let mut writer = csv::WriterBuilder::new().has_headers(has_header).from_writer(&mut *text);
    // A spreadsheet makes no formulas of them.
    let rows = made.iter().map(|created| Row::of(created, csv_cell));
    rows.for_each(|row| writer.serialize(row).expect(into_memory));
    writer.flush().expect(into_memory);
    drop(writer);
    text
}
