//! `keyctl compromised`

use std::path::PathBuf;

use clap::Args;
use keyctl_vault::issue::{self, Changed, Compromised, IssueError, KeyRef};
use keyctl_vault::{Key, Project, UnlockedVault, Verb};
use keyctl_verify::Token;

use super::bulk::describe;
use super::bundle;
use super::handover::{Answer, hand_over};
use super::outcome;
use super::pick::{self, Offer};
use super::verify::read_token;
use crate::context::Context;
use crate::error::{CliError, Kind};
use crate::exit::Exit;
use crate::parse;
use crate::render::{KeyView, check_field};

/// End a key that others know, and make another in its place, in one step
///
/// Every token of the key ends, with the reason 'compromised'. A new key gets the same name and
/// settings; its token is shown once, as by 'keyctl create'. Without a KEY, the token itself is
/// read from stdin, or asked for at a terminal. With --bundle the verifiers' bundle is made anew as
/// it was made before.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl compromised deploy-bot\n  NEW=$(keyctl compromised deploy-bot --yes --bundle /srv/keys.kcb)\n  printf %s \"$LEAKED\" | keyctl compromised --no-replacement --yes"
)]
pub(crate) struct CompromisedArgs {
    /// The key: an id, a token's prefix, or an exact name; without it a token is read from stdin
    #[arg(value_name = "KEY")]
    key: Option<String>,

    /// The project of the name, where two projects share it
    #[arg(long, value_name = "PROJECT", value_parser = parse::project)]
    project: Option<Project>,

    /// Read the leaked token from a file
    #[arg(long, value_name = "FILE", group = "source", conflicts_with = "key")]
    token_file: Option<PathBuf>,

    /// Read the leaked token from this environment variable
    #[arg(long, value_name = "NAME", group = "source", conflicts_with = "key")]
    token_env: Option<String>,

    /// Make no other key in its place
    #[arg(long)]
    no_replacement: bool,

    /// The bundle to make anew afterwards
    #[arg(long, value_name = "FILE", value_parser = parse::file)]
    bundle: Option<PathBuf>,

    /// Write only this field of the new record, raw
    #[arg(long, value_name = "NAME", conflicts_with_all = ["output", "json", "no_replacement"])]
    field: Option<String>,
}

/// What was said of the key: what names it, or its token.
enum Said {
    Key(KeyRef),
    Token(Token),
}

pub(crate) fn run(ctx: &mut Context, args: &CompromisedArgs) -> Result<Exit, CliError> {
    check_field(args.field.as_deref(), true)?;
    let said = said(ctx, args)?;
    if !args.no_replacement {
        ctx.check_stdout()?;
    }
    let mut vault = ctx.open_for_change()?;
    let wanted = match said {
        Some(said) => said,
        None => {
            let project = args.project.as_ref();
            Said::Key(pick::or_ask(ctx, &mut vault, None, project, Offer::Live)?)
        }
    };
    let key = find(ctx, &mut vault, args, &wanted)?;
    if key.is_live() {
        ctx.confirm(&question(ctx, args, &key))?;
    }
    let (now, replaces) = (ctx.now, !args.no_replacement);
    let done = ctx.change(&mut vault, Verb::Compromised, |tx| {
        issue::compromised(tx, key.id, replaces, now)
    })?;
    // The bundle first: verifiers go on accepting the old token until they have it.
    let renewed = renew(ctx, &mut vault, args);
    let answered = answer(ctx, &vault, args, &done);
    if let (Err(_), Err(error)) = (&answered, &renewed) {
        ctx.ui.warn(&error.message);
    }
    answered.and(renewed)?;
    Ok(Exit::Done)
}

/// What was said, or nothing when the key is to be chosen from a list.
fn said(ctx: &mut Context, args: &CompromisedArgs) -> Result<Option<Said>, CliError> {
    if let Some(key) = &args.key {
        return Ok(Some(Said::Key(KeyRef::parse(key)?)));
    }
    let reads_stdin = args.token_file.is_none() && args.token_env.is_none();
    if reads_stdin && ctx.unlocks_from_stdin() {
        return Err(CliError::usage("stdin cannot give both the token and the passphrase")
            .hint("name a KEY, use --token-file, --token-env or another way to unlock"));
    }
    let ways =
        ["choose the key from a list", "give its token, which is not shown"].map(str::to_owned);
    if reads_stdin && ctx.ui.can_ask() && ctx.ui.choose("Which key?", &ways, 0)? == 0 {
        return Ok(None);
    }
    let token = read_token(ctx, args.token_file.as_deref(), args.token_env.as_deref())?;
    let token = std::str::from_utf8(&token).ok().and_then(|text| Token::parse(text).ok());
    let wrong = || {
        CliError::usage("what was given instead of a KEY is no token, or was cut or mistyped")
            .hint("name the key by its prefix or name: keyctl compromised KEY")
    };
    token.map(|token| Some(Said::Token(token))).ok_or_else(wrong)
}

fn find(
    ctx: &Context,
    vault: &mut UnlockedVault,
    args: &CompromisedArgs,
    wanted: &Said,
) -> Result<Key, CliError> {
    let seen = ctx.seen(vault);
    let snapshot = vault.snapshot()?;
    let mut key = match wanted {
        Said::Key(key) => issue::find(&snapshot, key, args.project.as_ref(), ctx.now)?,
        Said::Token(token) => {
            issue::find_by_token(&snapshot, token).map_err(|e| not_ours(e, token))?
        }
    };
    seen.count_in(&mut key, keyctl_vault::Records::brand(&snapshot), ctx.now);
    Ok(key)
}

/// The secret is no key's, whatever key has the prefix.
fn not_ours(error: IssueError, token: &Token) -> CliError {
    if !matches!(error, IssueError::NotFound { .. }) {
        return error.into();
    }
    let message =
        format!("no key of this vault has or had that token, of the prefix {}", token.prefix());
    CliError::new(Kind::NotFound, message)
        .hint("it may be another vault's, or have lost a character; 'keyctl show PREFIX' tells whose prefix it is")
}

fn question(ctx: &Context, args: &CompromisedArgs, key: &Key) -> String {
    let then = if args.no_replacement { "" } else { " and make another in its place" };
    format!("Revoke {}{then}?", describe(ctx, key))
}

/// Makes the bundle anew; the change of the vault stays made whether that works or not.
fn renew(
    ctx: &mut Context,
    vault: &mut UnlockedVault,
    args: &CompromisedArgs,
) -> Result<(), CliError> {
    let Some(file) = &args.bundle else {
        ctx.ui.note("verifiers accept the old token until they get the next bundle; 'keyctl bundle export' makes it");
        return Ok(());
    };
    let was_there = file.symlink_metadata().is_ok();
    ctx.refresh_now()?;
    let options = issue::options_of(vault, file, ctx.now).map_err(CliError::from);
    let made = options.and_then(|options| bundle::make(ctx, vault, file, &options));
    made.map(drop).map_err(|mut error| {
        error.message =
            format!("the key is revoked, but the bundle was not made: {}", error.message);
        // A rule stopped some of the work, and not the work.
        if error.kind == Kind::Refused {
            error.kind = Kind::Failed;
        }
        // Not this command again: the name is that of the replacement by now.
        error.hint(
            "verifiers accept the old token until they get one; make it with 'keyctl bundle export'",
        )
    })?;
    if was_there {
        ctx.ui.status(&format!("The bundle '{}' is made anew.", file.display()));
    } else {
        ctx.ui.warn(&format!("there was no bundle '{}': it has all keys now, for 24 h; check that it is where verifiers look", file.display()));
    }
    Ok(())
}

fn answer(
    ctx: &mut Context,
    vault: &UnlockedVault,
    args: &CompromisedArgs,
    done: &Compromised,
) -> Result<(), CliError> {
    let Some(created) = &done.replacement else {
        return unreplaced(ctx, vault, args, &done.changed);
    };
    let old = &done.changed.key;
    let brand = created.token.prefix().brand();
    let view = KeyView::of(&created.key, brand, ctx.now).with_replaced(old.id);
    let headline = format!(
        "Revoked {} and made {} ({}) in its place.",
        old.id,
        created.key.id,
        view.name_for_people()
    );
    let done = format!("{} is revoked and {} is made", old.id, created.key.id);
    let answer = Answer { field: args.field.as_deref(), snippet: None, headline, done };
    hand_over(ctx, &created.key, view, &created.token, &answer)
}

/// Without a new token, stdout has nothing where a script would take it for one.
fn unreplaced(
    ctx: &mut Context,
    vault: &UnlockedVault,
    args: &CompromisedArgs,
    changed: &Changed,
) -> Result<(), CliError> {
    if args.no_replacement {
        return outcome::changed(ctx, vault, "revoked", changed);
    }
    ctx.ui.note("the key had ended already, so no other was made; 'keyctl create' makes one");
    if ctx.output.is_some() {
        return outcome::changed(ctx, vault, "revoked", changed);
    }
    let done = if changed.is_changed() { "Revoked" } else { "Revoked already:" };
    let view = KeyView::of(&changed.key, &changed.brand, ctx.now);
    ctx.ui.status(&format!("{done} {} ({}).", changed.key.id, view.name_for_people()));
    Ok(())
}
