//! One view per thing, and from it a table, a card, JSON or CSV.
//!
//! A view is what `serde` writes as JSON, field for field as the contract names them; tables and
//! CSV take their cells from the same values, so that no format can say something else.

mod audit;
pub(crate) mod audit_log;
mod cell;
mod doctor;
mod failure;
mod finding;
mod key;
mod key_lines;
mod key_table;
mod key_text;
mod keys;
mod search;
mod stream;
mod table;
mod time;
mod verdict;

use serde::Serialize;
use serde_json::Value;

use crate::error::CliError;
use crate::global::Output;
use crate::ui::{Ui, escape, json_escape};

pub(crate) use audit::{AuditRow, AuditView};
pub(crate) use doctor::{KeyFindingView, Remedy};
pub(crate) use failure::FailureView;
pub(crate) use finding::{FindingView, findings};
pub(crate) use key::{KeyView, check_columns, check_field, check_field_of, check_shown_field};
pub(crate) use key_lines::{KeyLines, Shape};
pub(crate) use key_table::{KeyTable, widen};
pub(crate) use key_text::{Field, KeyText};
pub(crate) use keys::{key_lines, key_table};
pub(crate) use search::Search;
pub(crate) use stream::{Stream, to_bytes};
pub(crate) use time::{instant, length, plural, relative};
pub(crate) use verdict::{LineView, VerdictView, verdict_line};

/// A single thing as people see it: names and values, a line each.
pub(crate) trait Card: Serialize {
    /// The lines.
    fn card(&self) -> Vec<(String, String)>;

    /// What follows them.
    fn appendix(&self, _ui: &Ui) -> Option<String> {
        None
    }
}

/// Writes a single thing.
pub(crate) fn single(ui: &mut Ui, format: Output, view: &impl Card) -> Result<(), CliError> {
    match format {
        Output::Json if ui.out_is_terminal() => {
            let json = serde_json::to_string_pretty(view).expect("views are JSON");
            ui.write(&format!("{}\n", json_escape(&json)))?;
        }
        Output::Json | Output::Jsonl => line(ui, view)?,
        Output::Csv => {
            let row = object(view);
            let columns: Vec<String> = row.keys().cloned().collect();
            stream(ui, format, &columns, &[row])?;
        }
        Output::Table => {
            let card = table::card(ui, &view.card());
            ui.write(&card)?;
            if let Some(appendix) = view.appendix(ui) {
                ui.write(&appendix)?;
            }
        }
    }
    Ok(())
}

/// Writes an array of things.
pub(crate) fn list(ui: &mut Ui, format: Output, views: &[impl Serialize]) -> Result<(), CliError> {
    stream(ui, format, &[""; 0], views)
}

/// Writes one object on one line.
pub(crate) fn line(ui: &mut Ui, view: &impl Serialize) -> Result<(), CliError> {
    let json = serde_json::to_string(view).expect("views are JSON");
    Ok(ui.write(&format!("{}\n", json_escape(&json)))?)
}

/// Writes an array of things, as a table or CSV with these columns.
pub(crate) fn rows(
    ui: &mut Ui,
    format: Output,
    columns: &[&str],
    views: &[impl Serialize],
) -> Result<(), CliError> {
    match format {
        Output::Json | Output::Jsonl => list(ui, format, views),
        Output::Csv => stream(ui, format, columns, views),
        Output::Table => {
            let cells = |view| {
                let row = object(view);
                columns.iter().map(|c| cell::text(row.get(*c), "-")).collect::<Vec<_>>()
            };
            table_of(ui, columns, views.iter().map(cells).collect())
        }
    }
}

/// Writes rows of cells under a header, if there are any.
pub(crate) fn table_of(
    ui: &mut Ui,
    columns: &[&str],
    rows: Vec<Vec<String>>,
) -> Result<(), CliError> {
    if rows.is_empty() {
        return Ok(());
    }
    let text = table::table(ui, columns, rows);
    Ok(ui.write(&text)?)
}

/// Writes texts, a line each; in JSON an array, in CSV a column.
pub(crate) fn lines(
    ui: &mut Ui,
    format: Option<Output>,
    name: &str,
    texts: &[String],
) -> Result<(), CliError> {
    match format.unwrap_or(Output::Table) {
        format @ (Output::Json | Output::Jsonl) => list(ui, format, texts),
        format @ Output::Csv => {
            let row = |text: &String| Object::from_iter([(name.to_owned(), text.as_str().into())]);
            stream(ui, format, &[name], &texts.iter().map(row).collect::<Vec<_>>())
        }
        Output::Table => {
            texts.iter().try_for_each(|text| Ok(ui.write(&format!("{}\n", escape(text)))?))
        }
    }
}

/// Writes one field, raw: nothing for a field without a value.
pub(crate) fn field(ui: &mut Ui, view: &impl Serialize, name: &str) -> Result<(), CliError> {
    let text = cell::text(object(view).get(name), "");
    let text = if ui.out_is_terminal() { escape(&text) } else { text.into() };
    Ok(ui.write(&format!("{text}\n"))?)
}

/// Writes one field of each thing, a line each.
pub(crate) fn fields(ui: &mut Ui, views: &[impl Serialize], name: &str) -> Result<(), CliError> {
    views.iter().try_for_each(|view| field(ui, view, name))
}

type Object = serde_json::Map<String, Value>;

fn object(view: &impl Serialize) -> Object {
    match serde_json::to_value(view) {
        Ok(Value::Object(object)) => object,
        _ => Object::new(),
    }
}

fn stream(
    ui: &mut Ui,
    format: Output,
    columns: &[impl AsRef<str>],
    views: &[impl Serialize],
) -> Result<(), CliError> {
    let mut stream = Stream::new(format, columns);
    views.iter().try_for_each(|view| stream.push(ui, view))?;
    stream.end(ui)
}
