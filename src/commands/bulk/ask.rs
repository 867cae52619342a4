//! What is asked before a bulk change, and said around it.

use std::collections::BTreeSet;

use keyctl_vault::{Key, UnlockedVault, Verb};
use keyctl_verify::Kind;
use smol_str::SmolStr;

use super::{Asks, BulkArgs, Deed};
use crate::commands::filter::FilterArgs;
use crate::context::{Context, needs_confirmation};
use crate::error::{CliError, Kind as Failure};
use crate::render::{plural, relative};
use crate::ui::escape;

/// Says what a filter chooses that `list` does not show with the same flags.
pub(super) fn say_beyond_lists(ctx: &mut Context, filter: &FilterArgs, keys: &[Key]) {
    let which = &filter.which;
    let project = ctx.settings.project.clone().filter(|_| which.project.is_none());
    if let Some(project) = project {
        ctx.ui.note(&format!(
            "of every project: the default project '{project}' narrows lists, and no change"
        ));
    }
    let environment = ctx.settings.environment.filter(|_| which.env.is_none());
    if let Some(environment) = environment {
        ctx.ui.note(&format!(
            "of every environment: the default environment {environment} narrows lists, and no change"
        ));
    }
    let webhooks = keys.iter().filter(|key| key.kind == Kind::Webhook).count();
    if webhooks > 0 && which.kind.is_none() {
        ctx.ui.note(&format!("{} for webhooks, which lists hide", plural(webhooks, "key")));
    }
}

pub(super) fn ask_for_one(ctx: &mut Context, deed: &Deed<'_>, key: &Key) -> Result<(), CliError> {
    if deed.asks == Asks::ForSeveral {
        return Ok(());
    }
    let end = if deed.asks == Asks::Twice { " for good" } else { "" };
    say_effect(ctx, deed);
    ctx.confirm(&format!("{} {}{end}?", capital(deed.order), describe(ctx, key)))?;
    if deed.asks == Asks::Twice {
        confirm_by_typing(ctx, "its name", key.name.as_str())?;
    }
    Ok(())
}

/// The most keys that are listed before asking about all of them.
const SHOWN: usize = 10;

pub(super) fn ask_for_all(
    ctx: &mut Context,
    deed: &Deed<'_>,
    keys: &[Key],
) -> Result<(), CliError> {
    let question = format!("{} {}?", capital(deed.order), plural(keys.len(), "key"));
    if ctx.yes {
        return Ok(());
    }
    if !ctx.ui.can_ask() {
        return Err(needs_confirmation(&question));
    }
    say_keys(ctx, keys);
    say_effect(ctx, deed);
    ctx.confirm(&question)?;
    if deed.asks == Asks::Twice {
        confirm_by_typing(ctx, "how many they are", &keys.len().to_string())?;
    }
    Ok(())
}

/// What the answer is about to do, to who will give it.
fn say_effect(ctx: &mut Context, deed: &Deed<'_>) {
    if !ctx.yes && ctx.ui.can_ask() && !deed.effect.is_empty() {
        ctx.ui.say(deed.effect);
    }
}

/// Lists what is asked about, where somebody is asked.
pub(in crate::commands) fn say_keys(ctx: &mut Context, keys: &[Key]) {
    if ctx.yes || !ctx.ui.can_ask() {
        return;
    }
    for key in keys.iter().take(SHOWN) {
        let line = format!("  {}", describe(ctx, key));
        ctx.ui.say(&line);
    }
    if keys.len() > SHOWN {
        ctx.ui.say(&format!("  and {} more", keys.len() - SHOWN));
    }
}

/// A key as somebody who is to decide about it wants to see it.
pub(in crate::commands) fn describe(ctx: &Context, key: &Key) -> String {
    let used = match key.last_used_at() {
        Some(at) => format!("last used {}", relative(ctx.now, at)),
        None => "never used".to_owned(),
    };
    let project = key.project.as_ref().map_or("no project", |p| p.as_str());
    let (name, project) = (escape(key.name.as_str()), escape(project));
    format!("{} ({name}, {project}, {}, {used})", key.id, key.environment)
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    format!("{}{rest}", first.to_uppercase())
}

/// What ended or was paused still works where a bundle decides.
pub(super) fn remind(ctx: &mut Context, vault: &UnlockedVault, deed: &Deed<'_>) {
    if matches!(deed.verb, Verb::Revoke | Verb::Disable | Verb::Delete) {
        ctx.remind_of_bundles(vault);
    }
}

pub(super) fn say_dry_run(ctx: &mut Context, args: &BulkArgs) {
    if args.dry_run {
        ctx.ui.note("dry run: nothing was changed");
    }
}

/// Says what keys would have after an edit that is not made.
pub(super) fn say_settings(ctx: &mut Context, settings: &BTreeSet<(SmolStr, Option<SmolStr>)>) {
    let setting = |(field, to): &(SmolStr, Option<SmolStr>)| match to {
        Some(to) => format!("{} {to}", field.replace('_', " ")),
        None => format!("no {}", field.replace('_', " ")),
    };
    let settings: Vec<String> = settings.iter().map(setting).collect();
    if !settings.is_empty() {
        ctx.ui.note(&format!("they would have {}", settings.join("; ")));
    }
}

/// Asks for something to be typed, twice the care of a yes.
fn confirm_by_typing(ctx: &mut Context, what: &str, expected: &str) -> Result<(), CliError> {
    if ctx.yes {
        return Ok(());
    }
    let typed =
        ctx.ui.ask_for(&format!("Type {what} to go ahead"), "", "", |t| Ok(t.to_owned()))?;
    if typed == expected {
        return Ok(());
    }
    Err(CliError::new(Failure::Interrupted, format!("that is not {what}; nothing was changed")))
}
