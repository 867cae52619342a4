//! Keys one by one, each as bytes of its own: for lists that can have millions of them, made on
//! every core and written as they come.

use keyctl_vault::Key;

use super::key_text::{Field, KeyText};
use crate::ui::{Ui, csv_cell, escape, is_plain};

/// What becomes of each key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// An element of an array.
    Json,
    /// An object a line.
    Jsonl,
    /// A row with these columns.
    Csv(Vec<Field>),
    /// One field, raw, a line each.
    Field(Field),
    /// The id, and a NUL.
    Ids,
}

/// Writes keys in one shape.
pub(crate) struct KeyLines {
    shape: Shape,
    text: KeyText,
    /// Whether a terminal gets them.
    escapes: bool,
}

impl KeyLines {
    pub(crate) fn new(shape: Shape, text: KeyText, ui: &Ui) -> Self {
        KeyLines { shape, text, escapes: ui.out_is_terminal() }
    }

    /// What stands before the first.
    pub(crate) fn begin(&self) -> Vec<u8> {
        match &self.shape {
            Shape::Csv(columns) => {
                let name = |field| Field::ALL.iter().find(|(own, _)| own == field);
                let names: Vec<&str> =
                    columns.iter().filter_map(name).map(|(_, name)| *name).collect();
                (names.join(",") + "\n").into_bytes()
            }
            _ => Vec::new(),
        }
    }

    /// What stands before one that `written` have come before.
    pub(crate) fn between(&self, written: usize) -> &'static [u8] {
        match (&self.shape, written) {
            (Shape::Json, 0) => b"[\n",
            (Shape::Json, _) => b",\n",
            _ => b"",
        }
    }

    /// What stands after the last of so many.
    pub(crate) fn end(&self, written: usize) -> &'static [u8] {
        match (&self.shape, written) {
            (Shape::Json, 0) => b"[]\n",
            (Shape::Json, _) => b"\n]\n",
            _ => b"",
        }
    }

    /// Appends one key.
    pub(crate) fn push(&self, out: &mut String, key: &Key) {
        match &self.shape {
            Shape::Json => self.text.json(out, key),
            Shape::Jsonl => {
                self.text.json(out, key);
                out.push('\n');
            }
            Shape::Csv(columns) => {
                for (i, field) in columns.iter().enumerate() {
                    out.push_str(if i == 0 { "" } else { "," });
                    let is_alone = columns.len() == 1;
                    self.text.cell(key, *field, |text| push_cell(out, &csv_cell(text), is_alone));
                }
                out.push('\n');
            }
            Shape::Field(field) => {
                self.text.cell(key, *field, |text| {
                    out.push_str(&if self.escapes { escape(text) } else { text.into() });
                });
                out.push('\n');
            }
            Shape::Ids => {
                self.text.cell(key, Field::Id, |id| out.push_str(id));
                out.push('\0');
            }
        }
    }
}

/// A cell of CSV (RFC 4180), in quotes where it must be: a row of one empty cell would be no row.
fn push_cell(out: &mut String, cell: &str, is_alone: bool) {
    let needs_none = is_plain(cell, |b| !matches!(b, b',' | b'"' | b'\n' | b'\r'));
    if needs_none && !(is_alone && cell.is_empty()) {
        out.push_str(cell);
    } else {
        out.push('"');
        out.push_str(&cell.replace('"', "\"\""));
        out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_in_quotes_as_a_library_has_them() {
        let texts = ["", "a", "a,b", "a\"b", "two\nlines", "\r", "ä ö", " ", "'", "a;b", "#"];
        for row in texts.iter().map(|text| vec![*text]).chain([texts.to_vec()]) {
            let mut own = String::new();
            for (i, cell) in row.iter().enumerate() {
                own.push_str(if i == 0 { "" } else { "," });
                push_cell(&mut own, cell, row.len() == 1);
            }
            let mut library = csv::Writer::from_writer(Vec::new());
            library.write_record(&row).unwrap();
            let library = String::from_utf8(library.into_inner().unwrap()).unwrap();
            assert_eq!(own + "\n", library);
        }
    }
}
