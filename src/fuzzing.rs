//! What a fuzzer needs of the command line, and nobody else gets: this module is there only where
//! the compiler was told `--cfg fuzzing`, which `cargo fuzz` does.

use keyctl_vault::issue::{Expiry, NameChoice, NewKey};
use keyctl_verify::{Environment, Kind, Timestamp, Token};
use serde_json::Value;

use crate::commands::fuzzing::{Origin, Record, of_text, tokens_in};
use crate::context::settings_in;
use crate::ui::{csv_cell, escape, json_escape, without_formula_mark, without_tokens};

/// What a record of a file would make: the key, or why none, and what is said of it.
pub type Made = (String, Result<NewKey, String>);

/// The names and values of a row.
pub type Cells = Vec<(String, Value)>;

/// The keys that a list of keys would make, by a file of ours or by that of another product, and
/// the rows that it has.
///
/// # Errors
/// When the text is no list.
pub fn records(
    text: &str,
    theirs: bool,
    now: Timestamp,
) -> Result<(Vec<Made>, Vec<Cells>), String> {
    let origin = if theirs { Origin::Theirs } else { Origin::Ours };
    let (records, cells) = of_text(text, &base(), origin, now)?;
    let made = |Record { name, new, .. }: Record| (name, new);
    Ok((records.into_iter().map(made).collect(), cells))
}

fn base() -> NewKey {
    NewKey {
        project: None,
        environment: Environment::Development,
        kind: Kind::General,
        owner: None,
        name: NameChoice::Automatic,
        expires: Expiry::Default,
        not_before: None,
        scopes: [].into_iter().collect(),
        paths: Vec::new(),
        ips: Vec::new(),
        customers: Vec::new(),
        rate_limit: None,
        labels: std::collections::BTreeMap::default(),
        note: None,
        recoverable: false,
    }
}

/// The settings of a configuration file.
///
/// # Errors
/// What is wrong with it.
pub fn config(contents: &[u8]) -> Result<Vec<(&'static str, String)>, String> {
    settings_in(contents.to_vec())
}

/// The tokens in bytes that are read in chunks of that size: line, column, token.
#[must_use]
pub fn scan(bytes: &[u8], chunk: usize) -> Vec<(u64, u64, Token)> {
    tokens_in(bytes, chunk)
}

/// A text as a terminal gets it.
#[must_use]
pub fn for_terminal(text: &str) -> String {
    escape(text).into_owned()
}

/// A text as a cell of CSV, and the cell as it is read back.
#[must_use]
pub fn for_csv(text: &str) -> (String, String) {
    let cell = csv_cell(text).into_owned();
    let read = without_formula_mark(&cell).to_owned();
    (cell, read)
}

/// JSON as a terminal gets it.
#[must_use]
pub fn for_json(text: &str) -> String {
    json_escape(text).into_owned()
}

/// A text of somebody's, its tokens left out.
#[must_use]
pub fn without_secrets(text: &str) -> String {
    without_tokens(text).into_owned()
}
