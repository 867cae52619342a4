//! Keys one by one, each as bytes of its own: for lists that can have millions of them, made on
//! every core and written as they come.

use std::borrow::Cow;

use keyctl_vault::KeyFields;

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
    pub(crate) fn begin(&self) -> String {
        match &self.shape {
            Shape::Csv(columns) => {
                let name = |field| Field::ALL.iter().find(|(own, _)| own == field);
                let names: Vec<&str> =
                    columns.iter().filter_map(name).map(|(_, name)| *name).collect();
                names.join(",") + "\n"
            }
            _ => String::new(),
        }
    }

    /// What stands before one that `written` have come before.
    pub(crate) fn between(&self, written: usize) -> &'static str {
        match (&self.shape, written) {
            (Shape::Json, 0) => "[\n",
            (Shape::Json, _) => ",\n",
            _ => "",
        }
    }

    /// What stands after the last of so many.
    pub(crate) fn end(&self, written: usize) -> &'static str {
        match (&self.shape, written) {
            (Shape::Json, 0) => "[]\n",
            (Shape::Json, _) => "\n]\n",
            _ => "",
        }
    }

    /// Appends one key.
    pub(crate) fn push(&self, out: &mut String, key: &KeyFields<'_>) {
        match &self.shape {
            Shape::Json => self.text.json(out, key),
            Shape::Jsonl => {
                self.text.json(out, key);
                out.push('\n');
            }
            Shape::Csv(columns) => {
                for (i, field) in columns.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    let begin = out.len();
                    let is_ours = self.text.push(out, key, *field);
                    if !is_ours || columns.len() == 1 {
                        quote(out, begin, columns.len() == 1);
                    }
                }
                out.push('\n');
            }
            Shape::Field(field) if self.escapes => {
                out.push_str(&escape(&self.text.cell(key, *field)));
                out.push('\n');
            }
            Shape::Field(field) => {
                self.text.push(out, key, *field);
                out.push('\n');
            }
            Shape::Ids => {
                self.text.push(out, key, Field::Id);
                out.push('\0');
            }
        }
    }
}

/// Makes what was written from `begin` on a cell of CSV (RFC 4180): no formula, and in quotes where
/// it must be. A row of one empty cell would be no row.
fn quote(out: &mut String, begin: usize, is_alone: bool) {
    let text = &out[begin..];
    let cell = csv_cell(text);
    let needs_none = is_plain(&cell, |b| !matches!(b, b',' | b'"' | b'\n'));
    if needs_none && !(is_alone && cell.is_empty()) {
        if let Cow::Owned(changed) = cell {
            out.truncate(begin);
            out.push_str(&changed);
        }
        return;
    }
    let quoted = format!("\"{}\"", cell.replace('"', "\"\""));
    out.truncate(begin);
    out.push_str(&quoted);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_in_quotes_as_a_library_has_them() {
        let texts = ["", "a", "a,b", "a\"b", "two\nlines", "ä ö", " ", "'", "a;b", "#"];
        for row in texts.iter().map(|text| vec![*text]).chain([texts.to_vec()]) {
            let mut own = String::new();
            for (i, cell) in row.iter().enumerate() {
                own.push_str(if i == 0 { "" } else { "," });
                let begin = own.len();
                own.push_str(cell);
                quote(&mut own, begin, row.len() == 1);
            }
            let mut library = csv::Writer::from_writer(Vec::new());
            library.write_record(&row).unwrap();
            let library = String::from_utf8(library.into_inner().unwrap()).unwrap();
            assert_eq!(own + "\n", library);
        }
    }
}
