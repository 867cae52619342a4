//! The faults, as cargo-mutants lists them.

use crate::Result;
use serde::Deserialize;
use std::{ops::Range, process::Command};

/// One fault: `replacement` in the place of what is at `span`.
#[derive(Deserialize)]
pub struct Fault {
    /// File, line and column, and what is done there.
    pub name: String,
    pub package: String,
    pub file: String,
    replacement: String,
    span: Span,
    function: Option<Function>,
}

#[derive(Deserialize)]
struct Function {
    return_type: String,
    span: Span,
}

#[derive(Deserialize)]
struct Span {
    start: Position,
    end: Position,
}

/// Lines and columns begin with 1; a column is a character.
#[derive(Deserialize)]
struct Position {
    line: usize,
    column: usize,
}

impl Fault {
    /// What is done, without the place: lines and columns change with every edit.
    pub fn text(&self) -> &str {
        self.name.split_once(": ").map_or(&self.name, |(_, text)| text)
    }

    /// The whole of the file with this fault.
    pub fn applied(&self, source: &str) -> String {
        let Range { start, end } = self.span.bytes(source);
        [&source[..start], &self.replacement, &source[end..]].concat()
    }

    /// The body of the function that it is in, and the same with the fault. `None` where none of
    /// the two can be chosen while running: in constants, and where each body would be of a type of
    /// its own.
    pub fn bodies(&self, source: &str) -> Option<(Range<usize>, String)> {
        let function = self.function.as_ref()?;
        let Range { start, end } = function.span.bytes(source);
        let body = start + source[start..end].find('{')?..end;
        if function.return_type.contains("impl ") {
            return None;
        }
        let applied = self.applied(source);
        let after = applied.len() - (source.len() - end);
        Some((body.clone(), applied[body.start..after].to_owned()))
    }
}

impl Span {
    fn bytes(&self, source: &str) -> Range<usize> {
        self.start.byte(source)..self.end.byte(source)
    }
}

impl Position {
    fn byte(&self, source: &str) -> usize {
        let line: usize = source.split_inclusive('\n').take(self.line - 1).map(str::len).sum();
        let column = source[line..].char_indices().nth(self.column - 1);
        column.map_or(source.len(), |(byte, _)| line + byte)
    }
}

/// Asks cargo-mutants; what is mutated at all is in `.cargo/mutants.toml`.
pub fn list(arguments: &[String]) -> Result<Vec<Fault>> {
    let output = Command::new("cargo")
        .args(["mutants", "--list", "--json", "-p", "keyctl-verify", "-p", "keyctl-vault"])
        .args(arguments)
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
