//! `keyctl scope`

use clap::{Args, Subcommand};
use keyctl_vault::Verb;
use keyctl_vault::issue::{self, KeyEdit, ScopeEdit};
use keyctl_verify::Scope;

use super::outcome;
use super::pick::Offer;
use super::scopes::{self, Usage};
use super::target::TargetArgs;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::parse;
use crate::render;

/// List or change what a key may do
#[derive(Args)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:\n  keyctl scope list deploy-bot\n  keyctl scope add deploy-bot orders:read orders:write\n  keyctl scope remove deploy-bot orders:write\n  keyctl scope set deploy-bot 'deploy:*'"
)]
pub(crate) struct ScopeArgs {
    #[command(subcommand)]
    command: ScopeCommand,
}

#[derive(Subcommand)]
enum ScopeCommand {
    /// List a key's scopes, a line each
    #[command(after_help = "Example:\n  keyctl scope list deploy-bot")]
    List(TargetArgs),
    /// Give a key more scopes
    #[command(after_help = "Example:\n  keyctl scope add deploy-bot orders:read 'users:*'")]
    Add(ScopeChangeArgs),
    /// Take scopes from a key
    ///
    /// Only scopes that are in its list, to the letter.
    #[command(after_help = "Example:\n  keyctl scope remove deploy-bot orders:write")]
    Remove(ScopeChangeArgs),
    /// Give a key these scopes and no others
    #[command(after_help = "Example:\n  keyctl scope set deploy-bot 'deploy:*'")]
    Set(ScopeChangeArgs),
}

#[derive(Args)]
struct ScopeChangeArgs {
    #[command(flatten)]
    target: TargetArgs,

    /// The scopes, like orders:read, orders:* or *
    #[arg(value_name = "SCOPE", value_parser = parse::scope)]
    scopes: Vec<Scope>,
}

pub(crate) fn run(ctx: &mut Context, args: ScopeArgs) -> Result<Exit, CliError> {
    match args.command {
        ScopeCommand::List(target) => list(ctx, &target),
        ScopeCommand::Add(args) => change(ctx, args, ScopeEdit::Add),
        ScopeCommand::Remove(args) => change(ctx, args, ScopeEdit::Remove),
        ScopeCommand::Set(args) => {
            change(ctx, args, |scopes| ScopeEdit::Set(scopes.into_iter().collect()))
        }
    }
}

fn list(ctx: &mut Context, target: &TargetArgs) -> Result<Exit, CliError> {
    let wanted = target.wanted(ctx)?;
    let mut vault = ctx.open()?;
    let wanted = target.key(ctx, &mut vault, wanted, Offer::Any)?;
    let snapshot = vault.snapshot()?;
    let key = issue::find_for_reading(&snapshot, &wanted, target.project.as_ref(), ctx.now)?;
    drop(snapshot);
    let scopes: Vec<String> = key.scopes.iter().map(ToString::to_string).collect();
    render::lines(&mut ctx.ui, ctx.output.or(ctx.settings.output), "scope", &scopes)?;
    Ok(Exit::Done)
}

fn change(
    ctx: &mut Context,
    args: ScopeChangeArgs,
    edit: impl Fn(Vec<Scope>) -> ScopeEdit,
) -> Result<Exit, CliError> {
    let ScopeChangeArgs { target, scopes } = args;
    let wanted = target.wanted(ctx)?;
    if scopes.is_empty() && !ctx.ui.can_ask() {
        return Err(CliError::usage("no SCOPE was named").hint(
            "name one or more, like orders:read; 'keyctl scope list KEY' shows the present ones",
        ));
    }
    let mut vault = ctx.open_for_change()?;
    let wanted = target.key(ctx, &mut vault, wanted, Offer::Live)?;
    let (now, project) = (ctx.now, target.project.as_ref());
    let scopes = if scopes.is_empty() {
        let key = issue::find(&vault.snapshot()?, &wanted, project, now)?;
        let removes = matches!(edit(Vec::new()), ScopeEdit::Remove(_));
        let usage = if removes {
            Usage::of_key(&key)
        } else {
            Usage::of(&mut vault, key.project.as_ref())?
        };
        scopes::ask(ctx, "Scopes", &usage, None)?
    } else {
        scopes
    };
    let scopes = edit(scopes);
    let removed = match &scopes {
        ScopeEdit::Remove(removed) => removed.clone(),
        ScopeEdit::Add(_) | ScopeEdit::Set(_) => Vec::new(),
    };
    let edit = KeyEdit { scopes: Some(scopes), ..KeyEdit::default() };
    let changed = ctx.change(&mut vault, Verb::Scope, |tx| {
        let key = issue::find(tx, &wanted, project, now)?;
        issue::edit(tx, key.id, edit, now)
    })?;
    for scope in removed.iter().filter(|scope| changed.key.scopes.grants(scope)) {
        let by = changed.key.scopes.iter().find(|own| own.covers(scope));
        let by = by.map(ToString::to_string).unwrap_or_default();
        ctx.ui.warn(&format!("the key still has {scope}, because {by} covers it"));
    }
    if changed.key.scopes.is_empty() {
        ctx.ui.warn("the key has no scopes, so it can do nothing");
    }
    outcome::changed(ctx, &vault, "edited", &changed)?;
    Ok(Exit::Done)
}
