//! What became of the records of a backup or an import: a row each.

use keyctl_vault::issue::{Kept, Taken, Taking};
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::render;
use crate::words::Word;

/// What became of one record.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Record")]
pub(crate) struct TakenView {
    /// The id of a key that is here; null for an owner, and for a key that was not made.
    id: Option<String>,
    /// The name of the key or the owner.
    name: String,
    /// What was done, or would be with --dry-run.
    result: Outcome,
    /// The restrictions since the backup that stay; always empty for an import.
    #[schemars(with = "Vec<Word<Kept>>")]
    kept: Vec<&'static str>,
    /// Why nothing was done with it; null when something was, or when it was so already.
    error: Option<String>,
}

#[derive(Clone, Copy, Debug, JsonSchema, Serialize)]
#[schemars(inline)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Created,
    Changed,
    Unchanged,
    Failed,
}

impl TakenView {
    fn of(taken: &Taken) -> Self {
        TakenView {
            id: taken.id.map(|id| id.to_string()),
            name: taken.name.clone(),
            result: match &taken.result {
                Taking::Created => Outcome::Created,
                Taking::Changed => Outcome::Changed,
                Taking::Unchanged | Taking::Skipped(_) => Outcome::Unchanged,
                Taking::Failed(_) => Outcome::Failed,
            },
            kept: taken.kept.iter().map(|kept| kept.as_str()).collect(),
            error: match &taken.result {
                Taking::Failed(why) | Taking::Skipped(why) => Some(why.clone()),
                _ => None,
            },
        }
    }
}

/// Writes them all; some of them failed or none.
pub(super) fn answer(ctx: &mut Context, taken: &[Taken]) -> Result<Exit, CliError> {
    let views: Vec<TakenView> = taken.iter().map(TakenView::of).collect();
    let format = ctx.format();
    render::rows(&mut ctx.ui, format, &["id", "name", "result", "kept", "error"], &views)?;
    let failed = taken.iter().any(|taken| matches!(taken.result, Taking::Failed(_)));
    Ok(if failed { Exit::Failed } else { Exit::Done })
}
