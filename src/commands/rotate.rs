//! `keyctl rotate`

use clap::Args;
use keyctl_vault::issue::{self, RotateNote, Rotated, Rotation};
use keyctl_vault::{Lifetime, LifetimeError, Verb};
use keyctl_verify::Timestamp;

use super::handover::{Answer, hand_over};
use super::outcome;
use super::pick::Offer;
use super::snippet::Snippet;
use super::target::TargetArgs;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::render::{KeyView, check_field, instant};

/// Give a key a new token; id, name and settings stay
///
/// The old token ends at once, or goes on for the --grace. An expiry given as a length of time
/// starts anew, a date stays. During the grace both tokens work: --finish ends the old one,
/// --cancel ends the new one and goes back. docs/rotation.md says what happens to a key that is
/// rotated twice, or expired, disabled, edited or revoked in between.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl rotate deploy-bot\n  TOKEN=$(keyctl rotate deploy-bot --grace 24h)\n  keyctl rotate deploy-bot --finish\n  keyctl rotate deploy-bot --cancel"
)]
pub(crate) struct RotateArgs {
    #[command(flatten)]
    target: TargetArgs,

    /// How long the old token goes on, like 24h; 0 for not at all; at most what the policy allows as
    /// --max-grace (7d until that is set)
    #[arg(long, value_name = "TIME", value_parser = grace)]
    grace: Option<Grace>,

    /// End the grace: the old token ends now
    #[arg(long, conflicts_with_all = ["grace", "cancel"])]
    finish: bool,

    /// Take the rotation back during its grace: the new token ends now
    #[arg(long, conflicts_with = "grace")]
    cancel: bool,

    /// Write a command with the new token in it, ready to paste, instead of the token
    #[arg(long, value_name = "LANGUAGE", value_enum, conflicts_with_all = ["output", "json", "field", "finish", "cancel"])]
    snippet: Option<Snippet>,

    /// Write only this field of the record, raw
    #[arg(long, value_name = "NAME", conflicts_with_all = ["output", "json", "finish", "cancel"])]
    field: Option<String>,
}

/// How long the old token goes on; none ends it at once.
#[derive(Clone, Copy, Debug)]
struct Grace(Option<Lifetime>);

/// Scripts that have no grace to give say 0.
fn grace(text: &str) -> Result<Grace, String> {
    match text.parse() {
        Ok(lifetime) => Ok(Grace(Some(lifetime))),
        Err(LifetimeError::Zero) => Ok(Grace(None)),
        Err(_) if text == "0" => Ok(Grace(None)),
        Err(e) => Err(e.to_string()),
    }
}

pub(crate) fn run(ctx: &mut Context, args: &RotateArgs) -> Result<Exit, CliError> {
    let wanted = args.target.wanted(ctx)?;
    check_field(args.field.as_deref(), true)?;
    let rotation = match (args.finish, args.cancel) {
        (true, _) => Rotation::Finish,
        (_, true) => Rotation::Cancel,
        _ => Rotation::Begin { grace: args.grace.and_then(|grace| grace.0) },
    };
    if let Rotation::Begin { .. } = rotation {
        ctx.check_stdout()?;
    }
    let mut vault = ctx.open_for_change()?;
    let wanted = args.target.key(ctx, &mut vault, wanted, Offer::Live)?;
    let (now, project) = (ctx.now, args.target.project.as_ref());
    let rotated = ctx.change(&mut vault, Verb::Rotate, |tx| {
        let key = issue::find(tx, &wanted, project, now)?;
        issue::rotate(tx, key.id, rotation, now)
    })?;
    say_notes(ctx, &rotated.notes);
    let Some(token) = &rotated.token else {
        let done =
            if args.finish { "finished the rotation of" } else { "cancelled the rotation of" };
        outcome::changed(ctx, &vault, done, &rotated.changed)?;
        return Ok(Exit::Done);
    };
    let key = &rotated.changed.key;
    let view = KeyView::of(key, &rotated.changed.brand, now).with_changed(true);
    let headline = headline(&rotated, &view, now);
    let done = format!("{} was rotated", key.id);
    let (field, snippet) = (args.field.as_deref(), args.snippet);
    hand_over(ctx, key, view, token, &Answer { field, snippet, headline, done })?;
    if args.grace.is_none() {
        ctx.remind_of_bundles(&vault);
    }
    Ok(Exit::Done)
}

fn headline(rotated: &Rotated, view: &KeyView, now: Timestamp) -> String {
    let key = &rotated.changed.key;
    let old = match key.in_grace(now).and_then(|g| g.valid_until) {
        Some(end) => format!("The old token goes on until {}.", instant(end)),
        None => "The old token has ended.".to_owned(),
    };
    format!(
        "Rotated {} ({}) to generation {}. {old}",
        key.id,
        view.name_for_people(),
        key.generation
    )
}

fn say_notes(ctx: &mut Context, notes: &[RotateNote]) {
    for note in notes {
        let text = match note {
            RotateNote::GraceShortened(end) => {
                format!("the grace is shortened to {}, when the old token expires", instant(*end))
            }
            RotateNote::ExpiryKept => {
                "the expiry was edited since the rotation, and stays as edited".to_owned()
            }
            RotateNote::OldestEnded(n) => {
                format!("a rotation was in grace already; the token of generation {n} has ended")
            }
        };
        ctx.ui.warn(&text);
    }
}
