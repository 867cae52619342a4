//! The rows of a file, in each of the forms that it may have.

use std::fmt;
use std::io::Read;
use std::path::Path;

use keyctl_vault::files;
use rayon::prelude::*;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use smol_str::SmolStr;

use super::{MANY, Origin, is_stdin, is_taken, named};
use crate::error::{CliError, Kind};
use crate::ui::without_formula_mark;

/// The most bytes of such a file.
const MAX_FILE: usize = 256 << 20;

/// A row.
pub(super) struct Row {
    pub(super) place: Place,
    pub(super) cells: Vec<(SmolStr, Value)>,
}

/// Where a row stands; the first has number 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Line(u64),
    Record(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Line(n) => write!(f, "line {n}"),
            Place::Record(n) => write!(f, "record {n}"),
        }
    }
}

impl Row {
    /// What it says in the first column of that name.
    pub(super) fn text(&self, column: &str) -> Option<&str> {
        self.cell(column).and_then(Value::as_str)
    }

    /// The same, whatever it is.
    pub(super) fn cell(&self, column: &str) -> Option<&Value> {
        let cell = self.cells.iter().find(|(name, _)| name == column);
        cell.map(|(_, value)| value).filter(|value| !value.is_null())
    }
}

/// The rows of a file, or of stdin for `-`.
pub(super) fn read(path: &Path) -> Result<Vec<Row>, CliError> {
    let text = contents(path)?;
    let wrong = |what: String| {
        CliError::usage(format!("{} {what}", named(path)))
            .hint("it must be CSV with a header line, JSON lines, or a JSON array of objects")
    };
    let rows = rows(&text).map_err(wrong)?;
    if rows.is_empty() { Err(wrong("has no records".to_owned())) } else { Ok(rows) }
}

fn contents(path: &Path) -> Result<String, CliError> {
    let bytes = if is_stdin(path) { stdin()? } else { files::read_bounded(path, MAX_FILE)? };
    let text = String::from_utf8(bytes);
    let text = text.map_err(|_| CliError::usage(format!("{} is not UTF-8", named(path))))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

fn stdin() -> Result<Vec<u8>, CliError> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(MAX_FILE as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|e| CliError::new(Kind::Failed, format!("cannot read stdin: {e}")))?;
    if bytes.len() > MAX_FILE {
        let message = format!("stdin has more than {} MiB", MAX_FILE >> 20);
        return Err(CliError::new(Kind::Failed, message).hint("give it in parts"));
    }
    Ok(bytes)
}

pub(super) fn rows(text: &str) -> Result<Vec<Row>, String> {
    match text.trim_start().as_bytes().first() {
        None => Ok(Vec::new()),
        Some(b'[') => {
            let rows: Vec<Cells> =
                serde_json::from_str(text).map_err(|e| format!("is no list of keys: {e}"))?;
            let row = |(n, Cells(cells))| Row { place: Place::Record(n), cells };
            Ok((1..).zip(rows).map(row).collect())
        }
        Some(b'{') => {
            let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
            let row = |(n, line)| match serde_json::from_str(line) {
                Ok(Cells(cells)) => Ok(Row { place: Place::Line(n), cells }),
                Err(e) => Err(format!("is wrong in line {n}: {}", cause(&e))),
            };
            lines.map(row).collect()
        }
        Some(_) => csv_rows(text).map_err(|e| format!("is no CSV: {e}")),
    }
}

/// Without the place, which is that in a line alone.
fn cause(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}

fn csv_rows(text: &str) -> Result<Vec<Row>, csv::Error> {
    // Spreadsheets of some countries separate by semicolons.
    let header = text.lines().next().unwrap_or_default();
    let separator = if header.contains(';') && !header.contains(',') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).from_reader(text.as_bytes());
    let columns: Vec<SmolStr> = reader.headers()?.iter().map(column).collect();
    let row = |record: &csv::StringRecord| {
        let line = record.position().map_or(0, |position| line_of(text, position));
        let given = columns.iter().cloned().zip(record).filter(|(_, cell)| !cell.is_empty());
        let mut cells = Vec::with_capacity(columns.len());
        let value = |(column, cell)| (column, Value::from(without_formula_mark(cell)));
        cells.extend(given.map(value));
        Row { place: Place::Line(line), cells }
    };
    let records = reader.records().collect::<Result<Vec<_>, _>>()?;
    if records.len() <= MANY {
        return Ok(records.iter().map(row).collect());
    }
    let rows = records.par_iter().map(row).collect();
    // Who gives memory back that another thread has asked for waits for that one.
    rayon::spawn(|| drop(records));
    Ok(rows)
}

/// A header's cell as the name of a field: `Rate limit` is `rate_limit`. What is none stays as it
/// is written.
fn column(cell: &str) -> SmolStr {
    let name = cell.trim().to_lowercase().replace([' ', '-'], "_");
    if is_taken(&name, Origin::Theirs) { name.into() } else { cell.trim().into() }
}

/// The line in which a record begins: the reader's position is before the blank lines in front of
/// it.
fn line_of(text: &str, position: &csv::Position) -> u64 {
    let from_there = usize::try_from(position.byte()).ok().and_then(|byte| text.get(byte..));
    let blank = from_there.unwrap_or_default().bytes().take_while(|b| matches!(b, b'\r' | b'\n'));
    position.line() + blank.filter(|b| *b == b'\n').count() as u64
}

/// The members of a JSON object, also those that are there twice.
struct Cells(Vec<(SmolStr, Value)>);

impl<'de> Deserialize<'de> for Cells {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Cells;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cells, A::Error> {
                let mut cells = Vec::new();
                while let Some(cell) = map.next_entry()? {
                    cells.push(cell);
                }
                Ok(Cells(cells))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let rows = rows(text).unwrap();
        rows.into_iter().map(|row| format!("{} {:?}", row.place, row.cells)).collect()
    }

    #[test]
    fn rows_are_the_same_in_each_form() {
        let cells = |text: &str| -> Vec<_> {
            rows(text).unwrap().into_iter().map(|row| row.cells).collect()
        };
        let cell = |name: &str, value: &str| vec![(name.into(), Value::from(value))];
        let expected = vec![cell("name", "a, b"), cell("name", "=c")];
        assert_eq!(cells("name,note\n\"a, b\",\n'=c,\n"), expected);
        assert_eq!(cells("{\"name\":\"a, b\"}\n\n{\"name\":\"=c\"}\n"), expected);
        assert_eq!(cells(" [{\"name\":\"a, b\"},{\"name\":\"=c\"}]"), expected);
        for none in ["", "\n \n", "name\n", "[]"] {
            assert!(rows(none).unwrap().is_empty(), "{none}");
        }
        for wrong in ["{\"a\":1", "[1]", "a,b\n1\n", "[{}] x", "{}\n[]\n"] {
            assert!(rows(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_place_is_where_an_editor_has_it() {
        let places = |text: &str| -> Vec<_> {
            rows(text).unwrap().into_iter().map(|row| row.place.to_string()).collect()
        };
        let csv = "name\n\n\na\n\n\"b\nb\"\nc\n";
        assert_eq!(places(csv), ["line 4", "line 6", "line 8"]);
        assert_eq!(places(&csv.replace('\n', "\r\n")), ["line 4", "line 6", "line 8"]);
        assert_eq!(places("{}\n\n\n{}\n"), ["line 1", "line 4"]);
        assert_eq!(places("[\n\n{}, {}]\n"), ["record 1", "record 2"]);
    }

    #[test]
    fn what_is_there_twice_is_not_lost() {
        assert_eq!(shown("a,a\nx,y\n"), [r#"line 2 [("a", String("x")), ("a", String("y"))]"#]);
        let json = r#"{"a":"x","a":"y"}"#;
        assert_eq!(shown(json), [r#"line 1 [("a", String("x")), ("a", String("y"))]"#]);
    }
}
