//! What became of the records of a backup or an import: a row each.

use keyctl_vault::issue::{Taken, Taking};
use serde::Serialize;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::render;

/// One record.
#[derive(Serialize)]
pub(super) struct TakenView {
    id: Option<String>,
    name: String,
    result: &'static str,
    kept: Vec<&'static str>,
    error: Option<String>,
}

impl TakenView {
    fn of(taken: &Taken) -> Self {
        TakenView {
            id: taken.id.map(|id| id.to_string()),
            name: taken.name.clone(),
            result: match &taken.result {
                Taking::Created => "created",
                Taking::Changed => "changed",
                Taking::Unchanged | Taking::Skipped(_) => "unchanged",
                Taking::Failed(_) => "failed",
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
