//! Many things, written one after the other: memory does not grow with their number.

use std::borrow::Cow;
use std::io::Write;

use serde::Serialize;

use super::{Field, KeyView, cell, line, object};
use crate::error::CliError;
use crate::global::Output;
use crate::ui::{Ui, csv_cell, json_escape};

/// Bytes that a line of CSV usually fits into.
const LINE: usize = 512;

/// An array in the making, as JSON, a JSON object a line, or CSV. A table is not written this way:
/// the width of its columns is known at its end.
pub(crate) struct Stream {
    format: Output,
    columns: Vec<String>,
    is_begun: bool,
}

impl Stream {
    /// An array of things that have these fields; CSV has them as its columns.
    pub(crate) fn new(format: Output, columns: &[impl AsRef<str>]) -> Self {
        let columns = columns.iter().map(|column| column.as_ref().to_owned()).collect();
        Stream { format, columns, is_begun: false }
    }

    /// Writes one more.
    pub(crate) fn push(&mut self, ui: &mut Ui, view: &impl Serialize) -> Result<(), CliError> {
        match self.format {
            Output::Json => {
                let json = serde_json::to_string(view).expect("views are JSON");
                let before = if self.is_begun { ",\n" } else { "[\n" };
                ui.write(&format!("{before}{}", json_escape(&json)))?;
            }
            Output::Jsonl => line(ui, view)?,
            Output::Csv | Output::Table => {
                self.begin(ui)?;
                let row = object(view);
                let cells = self.columns.iter().map(|c| cell::text(row.get(c), "").into());
                csv_record(ui, cells)?;
            }
        }
        self.is_begun = true;
        Ok(())
    }

    /// Ends the array.
    pub(crate) fn end(mut self, ui: &mut Ui) -> Result<(), CliError> {
        match self.format {
            Output::Json if self.is_begun => ui.write("\n]\n")?,
            Output::Json => ui.write("[]\n")?,
            Output::Jsonl => {}
            Output::Csv | Output::Table => self.begin(ui)?,
        }
        Ok(())
    }

    /// Writes the header, once.
    fn begin(&mut self, ui: &mut Ui) -> Result<(), CliError> {
        if !self.is_begun {
            self.is_begun = true;
            csv_record(ui, self.columns.iter().map(Cow::from))?;
        }
        Ok(())
    }
}

/// The last column of a file of keys.
const EFFECTIVE: &str = "effective_scopes";

/// Keys as the bytes of a file: as `list` writes them in that format, with their effective scopes.
pub(crate) fn to_bytes(format: Output, views: &[KeyView]) -> Vec<u8> {
    let json = |view: &KeyView| serde_json::to_string(view).expect("views are JSON");
    match format {
        Output::Csv => {
            let columns = [&Field::names()[..], &[EFFECTIVE]].concat();
            let header = csv_line(columns.iter().map(|column| Cow::from(*column)));
            let rows = views.iter().map(|view| {
                let row = object(view);
                // Nothing that is left says something else than nothing that is said.
                let absent = |column| if column == EFFECTIVE { "-" } else { "" };
                csv_line(columns.iter().map(|c| cell::text(row.get(*c), absent(*c)).into()))
            });
            std::iter::once(header).chain(rows).flatten().collect()
        }
        Output::Jsonl => views.iter().map(|v| json(v) + "\n").collect::<String>().into_bytes(),
        Output::Json | Output::Table => {
            let views: Vec<String> = views.iter().map(json).collect();
            format!("[\n{}\n]\n", views.join(",\n")).into_bytes()
        }
    }
}

fn csv_record<'c>(ui: &mut Ui, cells: impl Iterator<Item = Cow<'c, str>>) -> Result<(), CliError> {
    Ok(ui.out().write_all(&csv_line(cells))?)
}

fn csv_line<'c>(cells: impl Iterator<Item = Cow<'c, str>>) -> Vec<u8> {
    let into_memory = "writing to memory cannot fail";
    let to_memory = Vec::with_capacity(LINE);
    let mut writer = csv::WriterBuilder::new().buffer_capacity(LINE).from_writer(to_memory);
    for text in cells {
        writer.write_field(csv_cell(&text).as_bytes()).expect(into_memory);
    }
    writer.write_record(None::<&[u8]>).expect(into_memory);
    writer.into_inner().expect(into_memory)
}
