//! The view of a token that was found in a file.

use anstyle::AnsiColor;
use keyctl_verify::Environment;
use schemars::JsonSchema;
use serde::Serialize;

use super::{list, stream, table};
use crate::commands::scan::Standing;
use crate::error::CliError;
use crate::global::Output;
use crate::ui::Ui;
use crate::words::Word;

/// A token that was found in a file, and what is known of it. Never the token itself.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Finding")]
pub(crate) struct FindingView {
    /// The path of the file; <stdin> for what came from there.
    pub(crate) file: String,
    /// The line, from 1.
    pub(crate) line: u64,
    /// The column of the token's first character, in characters, from 1.
    pub(crate) column: u64,
    /// The public start of the token.
    pub(crate) prefix: String,
    /// True unless the token is revoked, superseded or unknown.
    pub(crate) live: bool,
    /// What the token is now: what its key is, or superseded (rotated away, its grace over), unknown
    /// (nobody knows it), unchecked (nobody was asked).
    #[schemars(with = "Word<Standing>")]
    pub(crate) status: &'static str,
    /// The key's id; null when it is not known.
    pub(crate) id: Option<String>,
    /// The key's name; null when it is not known, and always by a bundle.
    pub(crate) name: Option<String>,
    /// The key's project; null for none, or when it is not known.
    pub(crate) project: Option<String>,
    /// Where the key may be used; null when it is not known.
    #[schemars(with = "Option<Word<Environment>>")]
    pub(crate) environment: Option<&'static str>,
    /// Whom the key acts for; null for nobody, or when it is not known.
    pub(crate) owner: Option<String>,
}

impl FindingView {
    const COLUMNS: &[&str] = &[
        "file",
        "line",
        "column",
        "prefix",
        "live",
        "status",
        "id",
        "name",
        "project",
        "environment",
        "owner",
    ];

    /// The cells for people: the place first, in the form that terminals and editors open.
    fn row(&self) -> Vec<String> {
        let text = |text: Option<&String>| text.cloned().unwrap_or_else(|| "-".to_owned());
        vec![
            format!("{}:{}:{}", self.file, self.line, self.column),
            self.prefix.clone(),
            self.status.to_owned(),
            text(self.name.as_ref().or(self.id.as_ref())),
            text(self.owner.as_ref()),
        ]
    }
}

/// Writes findings; no column is cut, since a place that is cut leads nowhere.
pub(crate) fn findings(ui: &mut Ui, format: Output, views: &[FindingView]) -> Result<(), CliError> {
    match format {
        Output::Json | Output::Jsonl => list(ui, format, views),
        Output::Csv => stream(ui, format, FindingView::COLUMNS, views),
        Output::Table if views.is_empty() => Ok(()),
        Output::Table => {
            let color = |live| if live { AnsiColor::Red } else { AnsiColor::Green };
            let rows: Vec<_> = views.iter().map(|view| (view.row(), color(view.live))).collect();
            let columns = ["place", "prefix", "status", "key", "owner"];
            let text = table::colored(ui, &columns, &rows, 2);
            Ok(ui.write(&text)?)
        }
    }
}
