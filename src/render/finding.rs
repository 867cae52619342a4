//! The view of a token that was found in a file.

use anstyle::AnsiColor;
use serde::Serialize;

use super::{list, stream, table};
use crate::error::CliError;
use crate::global::Output;
use crate::ui::Ui;

/// A finding, field for field as the contract names them. Never the token.
#[derive(Serialize)]
pub(crate) struct FindingView {
    pub(crate) file: String,
    pub(crate) line: u64,
    pub(crate) column: u64,
    pub(crate) prefix: String,
    pub(crate) live: bool,
    pub(crate) status: &'static str,
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) project: Option<String>,
    pub(crate) environment: Option<&'static str>,
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
