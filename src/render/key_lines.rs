//! Keys one by one, each as bytes of its own: for lists that are written as they come, and made on
//! every core.

use super::stream::csv_line;
use super::{KeyView, cell, object};
use crate::ui::json_escape;

/// What becomes of each key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// An element of an array.
    Json,
    /// An object a line.
    Jsonl,
    /// A row with these columns.
    Csv(Vec<String>),
    /// One field, raw, a line each.
    Field(String),
    /// The id, and a NUL.
    Ids,
}

/// Writes keys in one shape.
pub(crate) struct KeyLines {
    shape: Shape,
    header: Vec<u8>,
}

impl KeyLines {
    pub(crate) fn new(shape: Shape) -> Self {
        let header = match &shape {
            Shape::Csv(columns) => csv_line(columns.iter().cloned()),
            _ => Vec::new(),
        };
        KeyLines { shape, header }
    }

    /// What stands before the first.
    pub(crate) fn begin(&self) -> &[u8] {
        &self.header
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

    /// One key.
    pub(crate) fn one(&self, view: &KeyView) -> Vec<u8> {
        let json = || {
            let json = serde_json::to_string(view).expect("views are JSON");
            json_escape(&json).into_owned()
        };
        match &self.shape {
            Shape::Json => json().into_bytes(),
            Shape::Jsonl => (json() + "\n").into_bytes(),
            Shape::Csv(columns) => {
                let row = object(view);
                csv_line(columns.iter().map(|column| cell::text(row.get(column), "")))
            }
            Shape::Field(name) => (cell::text(object(view).get(name), "") + "\n").into_bytes(),
            Shape::Ids => format!("{}\0", view.id).into_bytes(),
        }
    }
}
