//! `keyctl reveal`

use std::path::{Path, PathBuf};

use clap::Args;
use keyctl_vault::issue::{self, Revealed};
use keyctl_vault::{Reason, Records, Verb, files};

use super::pick::Offer;
use super::target::TargetArgs;
use crate::context::Context;
use crate::error::{CliError, Kind};
use crate::exit::Exit;
use crate::global::Output;
use crate::parse;
use crate::render::{self, KeyView, check_field};
use crate::ui::{CLIPBOARD_SECONDS, Clipboard};

/// Show the token of a recoverable key again
///
/// Only keys made with --recoverable keep their token, sealed for administrators. stdout gets the
/// token alone when it is not a terminal; at one, say --show. Each time is in the audit log.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  TOKEN=$(keyctl reveal deploy-bot)\n  keyctl reveal deploy-bot --show --reason 'moving to the new runner'\n  keyctl reveal deploy-bot --to-file token.txt\n  keyctl reveal deploy-bot --copy"
)]
pub(crate) struct RevealArgs {
    #[command(flatten)]
    target: TargetArgs,

    /// Why; kept in the audit log
    #[arg(long, value_name = "TEXT", value_parser = parse::reason)]
    reason: Option<Reason>,

    /// Show it on the terminal
    #[arg(long, group = "where_to")]
    show: bool,

    /// Write it to this new file, which only you can read
    #[arg(long, value_name = "FILE", group = "where_to")]
    to_file: Option<PathBuf>,

    /// Put it into the clipboard for 30 seconds
    #[arg(long, group = "where_to")]
    copy: bool,

    /// Write only this field of the record, raw
    #[arg(long, value_name = "NAME", conflicts_with_all = ["output", "json", "to_file", "copy"])]
    field: Option<String>,
}

/// Where the token goes.
enum Target<'a> {
    Stdout,
    File(&'a Path),
    Clipboard(Clipboard),
}

pub(crate) fn run(ctx: &mut Context, args: &RevealArgs) -> Result<Exit, CliError> {
    let wanted = args.target.wanted(ctx)?;
    check_field(args.field.as_deref(), true)?;
    let target = target(ctx, args)?;
    let mut vault = ctx.open_for_change()?;
    let wanted = args.target.key(ctx, &mut vault, wanted, Offer::Recoverable)?;
    let (now, project) = (ctx.now, args.target.project.as_ref());
    let brand = vault.snapshot()?.brand().clone();
    let revealed = ctx.change(&mut vault, Verb::Reveal, |tx| {
        let key = issue::find(tx, &wanted, project, now)?;
        issue::reveal(tx, key.id, args.reason.as_ref())
    })?;
    let view = KeyView::of(&revealed.key, &brand, now);
    deliver(ctx, args, &target, &revealed, view)?;
    Ok(Exit::Done)
}

fn target<'a>(ctx: &mut Context, args: &'a RevealArgs) -> Result<Target<'a>, CliError> {
    if let Some(path) = &args.to_file {
        if path.symlink_metadata().is_ok() {
            let message = format!("'{}' already exists", path.display());
            return Err(CliError::new(Kind::Refused, message).hint("name a file that is not there"));
        }
        return Ok(Target::File(path));
    }
    if args.copy {
        let missing = || {
            CliError::new(Kind::Failed, "there is no clipboard that could be reached")
                .hint("install wl-clipboard, xclip or xsel, or use --to-file")
        };
        return ctx.clipboard().map(Target::Clipboard).ok_or_else(missing);
    }
    if ctx.ui.out_is_terminal() && !args.show {
        return Err(CliError::usage("the token would be shown on the terminal").hint(
            "add --show if nobody looks over your shoulder, or use --to-file, --copy or a pipe",
        ));
    }
    ctx.check_stdout()?;
    Ok(Target::Stdout)
}

fn deliver(
    ctx: &mut Context,
    args: &RevealArgs,
    target: &Target<'_>,
    revealed: &Revealed,
    view: KeyView,
) -> Result<(), CliError> {
    let (key, token) = (&revealed.key, revealed.token.expose_token());
    let undelivered = |why: String| {
        let message = format!("the token of {} could not be handed over: {why}", key.id);
        CliError::new(Kind::Failed, message).hint("try again; the key is as it was")
    };
    match target {
        Target::File(path) => {
            files::write_new(path, token.as_bytes()).map_err(|e| undelivered(e.to_string()))?;
            ctx.ui.status(&format!("The token of {} is in '{}'.", key.id, path.display()));
            return Ok(());
        }
        Target::Clipboard(clipboard) => {
            ctx.copy(*clipboard, token).map_err(|e| undelivered(e.to_string()))?;
            ctx.ui.status(&format!(
                "The token of {} is in the clipboard for {CLIPBOARD_SECONDS} seconds.",
                key.id
            ));
            return Ok(());
        }
        Target::Stdout => {}
    }
    let written = match (&args.field, ctx.output) {
        (None, None | Some(Output::Table)) => {
            ctx.ui.write(&format!("{token}\n")).map_err(CliError::from)
        }
        (Some(field), _) => render::field(&mut ctx.ui, &view.with_token(&revealed.token), field),
        (None, Some(format)) => {
            render::single(&mut ctx.ui, format, &view.with_token(&revealed.token))
        }
    };
    written
        .and_then(|()| ctx.ui.flush().map_err(CliError::from))
        .map_err(|e| undelivered(e.message))
}
