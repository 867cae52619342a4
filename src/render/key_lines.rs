//! Keys one by one, each as bytes of its own: for lists that can have millions of them, made on
//! every core and written as they come.

use rayon::prelude::*;
use std::borrow::Cow;

use super::stream::csv_line;
use super::{KeyView, key_cells};
use crate::ui::{Ui, escape, json_escape};

/// How many keys are made into bytes before they are written.
const BATCH: usize = 8192;

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
    /// Whether a terminal gets them.
    escapes: bool,
}

impl KeyLines {
    pub(crate) fn new(shape: Shape, ui: &Ui) -> Self {
        KeyLines { shape, escapes: ui.out_is_terminal() }
    }

    /// Writes all of some things, of which `view` makes a key's view each.
    pub(crate) fn write_all<T: Sync>(
        &self,
        ui: &mut Ui,
        things: &[T],
        view: impl Fn(&T) -> KeyView + Sync,
    ) -> std::io::Result<()> {
        ui.write_bytes(&self.begin())?;
        let mut written = 0;
        for batch in things.chunks(BATCH) {
            let lines: Vec<Vec<u8>> =
                batch.par_iter().map(|thing| self.one(&view(thing))).collect();
            for line in lines {
                ui.write_bytes(self.between(written))?;
                ui.write_bytes(&line)?;
                written += 1;
            }
        }
        ui.write_bytes(self.end(written))
    }

    /// What stands before the first.
    pub(crate) fn begin(&self) -> Vec<u8> {
        match &self.shape {
            Shape::Csv(columns) => csv_line(columns.iter().map(Cow::from)),
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

    /// One key.
    pub(crate) fn one(&self, view: &KeyView) -> Vec<u8> {
        let json = || {
            let json = serde_json::to_string(view).expect("views are JSON");
            match json_escape(&json) {
                Cow::Borrowed(_) => json,
                Cow::Owned(escaped) => escaped,
            }
        };
        match &self.shape {
            Shape::Json => json().into_bytes(),
            Shape::Jsonl => (json() + "\n").into_bytes(),
            Shape::Csv(columns) => csv_line(columns.iter().map(|c| key_cells::cell(view, c))),
            Shape::Field(name) => {
                let text = key_cells::cell(view, name);
                let text = if self.escapes { escape(&text) } else { text.as_ref().into() };
                format!("{text}\n").into_bytes()
            }
            Shape::Ids => format!("{}\0", view.id()).into_bytes(),
        }
    }
}
