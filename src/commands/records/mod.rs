//! Files of keys that are to be made: CSV with a header line, JSON lines, or a JSON array, with
//! columns named as the fields of a key. What they do not say comes from the flags.

mod fields;
mod rows;

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::path::Path;

use keyctl_vault::issue::{Expiry, NameChoice, NewKey};
use keyctl_verify::{Kind, ScopeSet, Status, Timestamp};
use rayon::prelude::*;
use serde_json::Value;

use crate::context::Context;
use crate::error::CliError;
use crate::parse;
use crate::ui::without_tokens;
pub(crate) use rows::Place;
use rows::Row;

/// From here on records are read on every core.
const MANY: usize = 512;
/// The most faults that are listed.
const SHOWN: usize = 10;

/// What a list of keys says besides, and a new key gets anew.
const DERIVED: &[&str] = &[
    "id",
    "prefix",
    "generation",
    "generations",
    "created_at",
    "updated_at",
    "last_used_at",
    "revoked_at",
    "revoke_reason",
    "changed",
    EFFECTIVE,
];
/// What an owner's ceiling has left of the scopes where the record comes from.
const EFFECTIVE: &str = "effective_scopes";

/// Whose file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Written for keyctl: every column must mean something.
    Ours,
    /// Written by another vault or product: what means nothing here is named, and left out.
    Theirs,
}

/// What a file says of one key.
pub(crate) struct Record {
    /// Where it stands; the header of CSV is line 1.
    pub(crate) place: Place,
    /// Its name, as far as it has one that can be shown.
    pub(crate) name: String,
    /// What is to be made, or why that is not possible.
    pub(crate) new: Result<NewKey, String>,
    /// What it was where it comes from.
    pub(crate) status: Option<Status>,
    /// What its owner's ceiling left of its scopes there.
    pub(crate) effective: Option<ScopeSet>,
}

/// The records of a file.
pub(crate) struct Records {
    pub(crate) records: Vec<Record>,
    /// Columns that were left out.
    pub(crate) ignored: Vec<String>,
}

/// What a file can say of a key, for people.
pub(crate) fn columns() -> String {
    fields::SETTABLE.join(", ")
}

/// How a file is called in messages.
pub(crate) fn named(path: &Path) -> String {
    if is_stdin(path) { "stdin".to_owned() } else { format!("'{}'", path.display()) }
}

/// Reads a file, or stdin for `-`. `base` is what a record has that says nothing.
pub(crate) fn read(
    ctx: &Context,
    path: &Path,
    base: &NewKey,
    origin: Origin,
) -> Result<Records, CliError> {
    if is_stdin(path) && ctx.unlocks_from_stdin() {
        return Err(CliError::usage("stdin cannot give both the records and the passphrase")
            .hint("name a file, or use another way to unlock"));
    }
    let rows = rows::read(path)?;
    let (mut ignored, mut seen): (Vec<String>, HashSet<&str>) = Default::default();
    for (column, _) in rows.iter().flat_map(|row| &row.cells) {
        if seen.insert(column) && !is_taken(column, origin) {
            ignored.push(column.to_string());
        }
    }
    if origin == Origin::Ours && !ignored.is_empty() {
        let names = ignored.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ");
        return Err(CliError::usage(format!(
            "{} has columns that no key can be given: {names}",
            named(path)
        ))
        .hint(format!(
            "the columns are {}; lists of another vault or product: 'keyctl vault import'",
            columns()
        )));
    }
    let now = ctx.now;
    let read = |row: &Row| record(row, base, origin, now);
    if rows.len() <= MANY {
        return Ok(Records { records: rows.iter().map(read).collect(), ignored });
    }
    let records = rows.par_iter().map(read).collect();
    // Who gives memory back that another thread has asked for waits for that one.
    rayon::spawn(|| drop(rows));
    Ok(Records { records, ignored })
}

/// The records of a text, as [`read`] has them of a file.
#[cfg(fuzzing)]
pub(crate) fn of_text(
    text: &str,
    base: &NewKey,
    origin: Origin,
    now: Timestamp,
) -> Result<(Vec<Record>, Vec<Vec<(String, Value)>>), String> {
    let rows = rows::rows(text)?;
    let cell = |(column, value): &(_, Value)| (smol_str::SmolStr::to_string(column), value.clone());
    let cells = rows.iter().map(|row| row.cells.iter().map(cell).collect()).collect();
    Ok((rows.iter().map(|row| record(row, base, origin, now)).collect(), cells))
}

impl Records {
    /// What is to be made and where it stands, if everything is as it should be.
    pub(crate) fn all(self, path: &Path) -> Result<Vec<(Place, NewKey)>, CliError> {
        let faults = self.faults();
        if faults.is_empty() {
            let new = |record: Record| record.new.ok().map(|new| (record.place, new));
            return Ok(self.records.into_iter().filter_map(new).collect());
        }
        let what = match faults.len() {
            1 => "a faulty record".to_owned(),
            n => format!("{n} faulty records"),
        };
        let mut error = CliError::usage(format!("{} has {what}", named(path)))
            .hint("nothing was made; mend the file and try again");
        let more = faults.len().saturating_sub(SHOWN);
        error.details = faults.into_iter().take(SHOWN).collect();
        if more > 0 {
            error.details.push(format!("and {more} more"));
        }
        Err(error)
    }

    /// What is wrong with each record for itself, and names that two of them have.
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut names = HashMap::with_capacity(self.records.len());
        for Record { place, new, .. } in &self.records {
            match new {
                Err(why) => faults.push(format!("{place}: {why}")),
                Ok(NewKey { name: NameChoice::Automatic, .. }) => {}
                Ok(NewKey { name: NameChoice::Given(name), project, .. }) => {
                    match names.entry((project, name)) {
                        Entry::Vacant(free) => drop(free.insert(place)),
                        Entry::Occupied(taken) => faults
                            .push(format!("{place}: the name '{name}' is that of {}", taken.get())),
                    }
                }
            }
        }
        faults
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn is_taken(column: &str, origin: Origin) -> bool {
    let theirs = || DERIVED.contains(&column) || column == "status";
    fields::SETTABLE.contains(&fields::meant_by(column)) || (origin == Origin::Theirs && theirs())
}

fn record(row: &Row, base: &NewKey, origin: Origin, now: Timestamp) -> Record {
    let name = row.text("name").or(row.text("id")).unwrap_or("(no name)");
    let (new, status) = match row.text("status").map(|text| (text, parse::status(text))) {
        Some((text, Err(why))) => (Err(format!("status: '{text}' {why}")), None),
        Some((_, Ok(status))) => (new_key(row, base, origin, now), Some(status)),
        None => (new_key(row, base, origin, now), None),
    };
    // A column in the wrong place may hold a token, and what is said of a record goes to stdout.
    let name = without_tokens(name).into_owned();
    let new = new.map_err(|why| without_tokens(&why).into_owned());
    let effective = row.cell(EFFECTIVE).map(fields::scopes).transpose();
    let effective = effective.map_err(|why| format!("{EFFECTIVE}: {why}"));
    let (new, effective) = match effective {
        Ok(effective) => (new, effective),
        Err(why) => (new.and(Err(without_tokens(&why).into_owned())), None),
    };
    Record { place: row.place, name, new, effective, status }
}

fn new_key(row: &Row, base: &NewKey, origin: Origin, now: Timestamp) -> Result<NewKey, String> {
    let mut new = base.clone();
    let given = |value: &Value| !value.is_null();
    let mut said = [None; fields::SETTABLE.len()];
    for (column, value) in row.cells.iter().filter(|(_, value)| given(value)) {
        let field = fields::meant_by(column);
        if let Some(at) = fields::SETTABLE.iter().position(|settable| *settable == field)
            && let Some(first) = said[at].replace(column)
        {
            return Err(format!("'{first}' and '{column}' both say the {field}"));
        }
        fields::set(&mut new, field, value, now).map_err(|why| format!("{column}: {why}"))?;
    }
    match origin {
        Origin::Ours => check_times(&new, now)?,
        // What lay ahead once has come about.
        Origin::Theirs => new.not_before = new.not_before.filter(|at| *at > now),
    }
    // Another vault's personal keys may have none.
    let may_lack = origin == Origin::Theirs && new.kind == Kind::Personal;
    if new.project.is_none() && !may_lack {
        return Err("it has no project".to_owned());
    }
    Ok(new)
}

fn check_times(new: &NewKey, now: Timestamp) -> Result<(), String> {
    if matches!(new.expires, Expiry::At(at) if at <= now) {
        return Err("expires: lies in the past".to_owned());
    }
    if new.not_before.is_some_and(|at| at <= now) {
        return Err("not_before: lies in the past".to_owned());
    }
    Ok(())
}
