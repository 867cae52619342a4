//! `keyctl lock`

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::global::Output;
use crate::render::{self, Card, plural};

/// Close the vault that 'keyctl unlock' has opened
///
/// What opens it is taken out of the kernel's keyring at once.
#[derive(Args)]
#[command(after_help = "Examples:\n  keyctl lock\n  keyctl lock --all")]
pub(crate) struct LockArgs {
    /// Every vault that is open, and not only the one at hand
    #[arg(long)]
    all: bool,
}

/// What became of vaults that were kept open.
#[derive(JsonSchema, Serialize)]
pub(crate) struct LockView {
    /// Whether any was open.
    changed: bool,
    /// How many vaults were open.
    locked: usize,
}

impl Card for LockView {
    fn card(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}

pub(crate) fn run(ctx: &mut Context, args: &LockArgs) -> Result<Exit, CliError> {
    let locked = if args.all {
        ctx.lock_all()?
    } else {
        let all = "'keyctl lock --all' closes every vault, whatever its file is like";
        let was_open = ctx.lock().map_err(|mut error| {
            let hint = error.hint.take().map_or(all.to_owned(), |hint| format!("{all}; {hint}"));
            error.hint(hint)
        })?;
        usize::from(was_open)
    };
    match ctx.format() {
        Output::Table => {}
        format => {
            let view = LockView { changed: locked > 0, locked };
            render::single(&mut ctx.ui, format, &view)?;
        }
    }
    match locked {
        0 => ctx.ui.status("Nothing was open."),
        1 => ctx.ui.status("The vault is locked."),
        n => ctx.ui.status(&format!("{} are locked.", plural(n, "vault"))),
    }
    Ok(Exit::Done)
}
