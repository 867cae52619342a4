//! Files of keys that are to be made: CSV with a header line, JSON lines, or a JSON array, with
//! columns named as the fields of a key. What they do not say comes from the flags.

use std::io::Read;
use std::path::Path;

use keyctl_vault::files;
use keyctl_vault::issue::{NameChoice, NewKey};
use keyctl_verify::{Kind, Status, Timestamp};
use serde_json::{Map, Value};

use crate::error::CliError;
use crate::parse;

/// The most bytes of such a file.
const MAX_FILE: usize = 256 << 20;
/// The most faults that are listed.
const SHOWN: usize = 10;

/// What a file can say of a key.
const SETTABLE: &[&str] = &[
    "name",
    "kind",
    "project",
    "environment",
    "owner",
    "scopes",
    "paths",
    "ips",
    "customers",
    "rate_limit",
    "labels",
    "note",
    "recoverable",
    "not_before",
    "expires",
];
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
];

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
    /// Where it stands, from 1; the header of CSV is line 1.
    pub(crate) line: u64,
    /// Its name, as far as it has one that can be shown.
    pub(crate) name: String,
    /// What is to be made, or why that is not possible.
    pub(crate) new: Result<NewKey, String>,
    /// What it was where it comes from.
    pub(crate) status: Option<Status>,
}

/// The records of a file.
pub(crate) struct Records {
    pub(crate) records: Vec<Record>,
    /// Columns that were left out.
    pub(crate) ignored: Vec<String>,
}

/// Reads a file, or stdin for `-`. `base` is what a record has that says nothing.
pub(crate) fn read(
    path: &Path,
    base: &NewKey,
    origin: Origin,
    now: Timestamp,
) -> Result<Records, CliError> {
    let rows = rows(path, &contents(path)?)?;
    let mut ignored: Vec<String> = Vec::new();
    for column in rows.iter().flat_map(|(_, row)| row.keys()) {
        if !is_taken(column, origin) && !ignored.contains(column) {
            ignored.push(column.clone());
        }
    }
    if origin == Origin::Ours && !ignored.is_empty() {
        let names = ignored.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ");
        return Err(CliError::usage(format!(
            "'{}' has columns that no key can be given: {names}",
            path.display()
        ))
        .hint(format!(
            "the columns are {}; lists of another vault or product: 'keyctl vault import'",
            SETTABLE.join(", ")
        )));
    }
    let record = |(line, row): (u64, Map<String, Value>)| record(line, &row, base, origin, now);
    Ok(Records { records: rows.into_iter().map(record).collect(), ignored })
}

impl Records {
    /// What is to be made, if everything is as it should be.
    pub(crate) fn all(self, path: &Path) -> Result<Vec<(u64, NewKey)>, CliError> {
        let faults: Vec<String> = self
            .records
            .iter()
            .filter_map(|r| r.new.as_ref().err().map(|why| format!("line {}: {why}", r.line)))
            .collect();
        if faults.is_empty() {
            let new = |record: Record| record.new.ok().map(|new| (record.line, new));
            return Ok(self.records.into_iter().filter_map(new).collect());
        }
        let message = format!("'{}' has {} faulty records", path.display(), faults.len());
        let mut error =
            CliError::usage(message).hint("nothing was made; mend the file and try again");
        let more = faults.len().saturating_sub(SHOWN);
        error.details = faults.into_iter().take(SHOWN).collect();
        if more > 0 {
            error.details.push(format!("and {more} more"));
        }
        Err(error)
    }
}

fn is_taken(column: &str, origin: Origin) -> bool {
    let theirs = || DERIVED.contains(&column) || column == "status";
    SETTABLE.contains(&field_of(column)) || (origin == Origin::Theirs && theirs())
}

/// The field that a column means: flags have other names for some.
fn field_of(column: &str) -> &str {
    match column {
        "env" => "environment",
        "scope" => "scopes",
        "path" => "paths",
        "ip" => "ips",
        "customer" => "customers",
        "rate" => "rate_limit",
        "label" => "labels",
        "expires_at" => "expires",
        other => other,
    }
}

fn contents(path: &Path) -> Result<String, CliError> {
    let bytes = if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        let mut stdin = std::io::stdin().lock().take(MAX_FILE as u64);
        stdin
            .read_to_end(&mut bytes)
            .map_err(|e| CliError::usage(format!("cannot read stdin: {e}")))?;
        bytes
    } else {
        files::read_bounded(path, MAX_FILE)?
    };
    let text = String::from_utf8(bytes);
    let text = text.map_err(|_| CliError::usage(format!("'{}' is not UTF-8", path.display())))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

type Row = (u64, Map<String, Value>);

fn rows(path: &Path, text: &str) -> Result<Vec<Row>, CliError> {
    let wrong = |what: String| {
        CliError::usage(format!("'{}' {what}", path.display()))
            .hint("it must be CSV with a header line, JSON lines, or a JSON array of objects")
    };
    let rows = match text.trim_start().as_bytes().first() {
        None => Vec::new(),
        Some(b'[') => {
            let rows: Vec<Map<String, Value>> = serde_json::from_str(text)
                .map_err(|e| wrong(format!("is no list of keys: {e}")))?;
            (1..).zip(rows).collect()
        }
        Some(b'{') => {
            let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
            let row = |(n, line)| {
                let row = serde_json::from_str(line);
                row.map(|row| (n, row)).map_err(|e| wrong(format!("is wrong in line {n}: {e}")))
            };
            lines.map(row).collect::<Result<_, _>>()?
        }
        Some(_) => csv_rows(text).map_err(|e| wrong(format!("is no CSV: {e}")))?,
    };
    if rows.is_empty() { Err(wrong("has no records".to_owned())) } else { Ok(rows) }
}

fn csv_rows(text: &str) -> Result<Vec<Row>, csv::Error> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let columns: Vec<String> = reader.headers()?.iter().map(|c| c.trim().to_owned()).collect();
    let mut rows = Vec::new();
    for row in reader.records() {
        let row = row?;
        let line = row.position().map_or(0, csv::Position::line);
        let cells = columns.iter().cloned().zip(row.iter());
        let given = cells.filter(|(_, cell)| !cell.is_empty());
        rows.push((line, given.map(|(c, cell)| (c, Value::from(unescaped(cell)))).collect()));
    }
    Ok(rows)
}

/// Without the mark by which a spreadsheet knows that a cell is no formula.
fn unescaped(cell: &str) -> &str {
    let after =
        cell.strip_prefix('\'').filter(|cell| cell.starts_with(['=', '+', '-', '@', '\t', '\n']));
    after.unwrap_or(cell)
}

fn record(
    line: u64,
    row: &Map<String, Value>,
    base: &NewKey,
    origin: Origin,
    now: Timestamp,
) -> Record {
    let text = |name: &str| row.get(name).and_then(Value::as_str);
    let name = text("name").or(text("id")).unwrap_or("(no name)").to_owned();
    let status = text("status").map(parse::status).transpose();
    let (new, status) = match status {
        Ok(status) => (new_key(row, base, origin, now), status),
        Err(why) => (Err(format!("status: {why}")), None),
    };
    Record { line, name, new, status }
}

fn new_key(
    row: &Map<String, Value>,
    base: &NewKey,
    origin: Origin,
    now: Timestamp,
) -> Result<NewKey, String> {
    let mut new = base.clone();
    for (column, value) in row.iter().filter(|(_, value)| !value.is_null()) {
        set(&mut new, field_of(column), value, now).map_err(|why| format!("{column}: {why}"))?;
    }
    // Another vault's personal keys may have none.
    let may_lack = origin == Origin::Theirs && new.kind == Kind::Personal;
    if new.project.is_none() && !may_lack {
        return Err("it has no project".to_owned());
    }
    Ok(new)
}

fn set(new: &mut NewKey, field: &str, value: &Value, now: Timestamp) -> Result<(), String> {
    match field {
        "name" => new.name = NameChoice::Given(one(value, parse::name)?),
        "kind" => new.kind = one(value, parse::kind)?,
        "project" => new.project = Some(one(value, parse::project)?),
        "environment" => new.environment = one(value, parse::environment)?,
        "owner" => new.owner = Some(one(value, parse::owner)?),
        "scopes" => new.scopes = many(value, parse::scope)?.into_iter().collect(),
        "paths" => new.paths = paths(value)?,
        "ips" => new.ips = many(value, parse::ip_block)?,
        "customers" => new.customers = many(value, parse::customer)?,
        "rate_limit" => new.rate_limit = Some(one(value, parse::rate)?),
        "labels" => new.labels = parse::labels(labels(value)?)?,
        "note" => new.note = Some(one(value, parse::note)?),
        "recoverable" => new.recoverable = yes_or_no(value)?,
        "not_before" => new.not_before = not_before(value, now)?,
        "expires" => new.expires = one(value, parse::expiry)?,
        // What a list of keys says besides.
        _ => {}
    }
    Ok(())
}

/// What lies in the past has come about.
fn not_before(value: &Value, now: Timestamp) -> Result<Option<Timestamp>, String> {
    let at = one(value, parse::moment)?.after(now);
    Ok(Some(at).filter(|at| *at > now))
}

fn one<T>(value: &Value, parse: fn(&str) -> Result<T, String>) -> Result<T, String> {
    let text = value.as_str().ok_or("is not a text")?;
    parse(text).map_err(|why| format!("'{text}' {why}"))
}

/// A list of JSON, or items separated by spaces.
fn many<T>(value: &Value, parse: fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    match value {
        Value::Array(items) => items.iter().map(|item| one(item, parse)).collect(),
        Value::String(text) => {
            let parse = |item| parse(item).map_err(|why| format!("'{item}' {why}"));
            text.split_whitespace().map(parse).collect()
        }
        _ => Err("is neither a list nor a text".to_owned()),
    }
}

/// A pattern may begin with a method, so that not every space separates two.
fn paths(value: &Value) -> Result<Vec<keyctl_verify::PathPattern>, String> {
    let Some(text) = value.as_str() else { return many(value, parse::path) };
    let mut patterns: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match patterns.last_mut() {
            Some(method) if word.starts_with('/') && !method.contains('/') => {
                method.push(' ');
                method.push_str(word);
            }
            _ => patterns.push(word.to_owned()),
        }
    }
    let parse = |item: String| parse::path(&item).map_err(|why| format!("'{item}' {why}"));
    patterns.into_iter().map(parse).collect()
}

type Label = (keyctl_vault::LabelKey, keyctl_vault::LabelValue);

/// `name=value` separated by spaces, or an object.
fn labels(value: &Value) -> Result<Vec<Label>, String> {
    if let Value::String(text) = value {
        let parse = |word: &String| parse::label(word).map_err(|why| format!("'{word}' {why}"));
        return label_words(text)?.iter().map(parse).collect();
    }
    let Value::Object(object) = value else { return many(value, parse::label) };
    let label = |(name, value): (&String, &Value)| {
        let value = value.as_str().ok_or_else(|| format!("'{name}' is not a text"))?;
        let text = format!("{name}={value}");
        parse::label(&text).map_err(|why| format!("'{text}' {why}"))
    };
    object.iter().map(label).collect()
}

/// The words of a cell, where `name="a value"` is one.
fn label_words(text: &str) -> Result<Vec<String>, String> {
    let (mut words, mut rest) = (Vec::new(), text.trim_start());
    while !rest.is_empty() {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        match rest
            .split_once('=')
            .filter(|(name, value)| name.len() < end && value.starts_with('"'))
        {
            None => {
                words.push(rest[..end].to_owned());
                rest = &rest[end..];
            }
            Some((name, quoted)) => {
                let mut values = serde_json::Deserializer::from_str(quoted).into_iter::<String>();
                let value =
                    values.next().and_then(Result::ok).ok_or("has a quote that does not end")?;
                words.push(format!("{name}={value}"));
                rest = &quoted[values.byte_offset()..];
            }
        }
        rest = rest.trim_start();
    }
    Ok(words)
}

fn yes_or_no(value: &Value) -> Result<bool, String> {
    match value {
        Value::Bool(yes) => Ok(*yes),
        Value::String(text) if text == "true" || text == "yes" => Ok(true),
        Value::String(text) if text == "false" || text == "no" => Ok(false),
        _ => Err("is neither true nor false".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_the_same_in_each_form() {
        let rows = |text: &str| {
            let rows = rows(Path::new("f"), text).unwrap();
            rows.into_iter().map(|(_, row)| Value::from(row)).collect::<Vec<_>>()
        };
        let expected = vec![serde_json::json!({"name": "a, b"}), serde_json::json!({"name": "=c"})];
        assert_eq!(rows("name,note\n\"a, b\",\n'=c,\n"), expected);
        assert_eq!(rows("{\"name\":\"a, b\"}\n\n{\"name\":\"=c\"}\n"), expected);
        assert_eq!(rows(" [{\"name\":\"a, b\"},{\"name\":\"=c\"}]"), expected);
        for wrong in ["", "name\n", "[]", "{\"a\":1", "[1]", "a,b\n1\n"] {
            assert!(super::rows(Path::new("f"), wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_quoted_value_may_have_spaces() {
        assert_eq!(
            label_words(r#" a=1 b="x \"y\" = z"  c="#).unwrap(),
            ["a=1", "b=x \"y\" = z", "c="]
        );
        assert!(label_words(r#"a="x"#).is_err());
    }

    #[test]
    fn a_method_belongs_to_the_path_after_it() {
        let paths = paths(&Value::from("GET /v1/* /v2/** POST /x")).unwrap();
        let texts: Vec<String> = paths.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["GET /v1/*", "/v2/**", "POST /x"]);
        assert!(super::paths(&Value::from("GET")).is_err());
    }
}
