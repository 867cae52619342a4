//! Verbs that change one key, several, or all that a filter chooses: in one transaction, with a
//! result for each.

mod ask;

use std::collections::BTreeSet;

use clap::Args;
use keyctl_vault::issue::{self, Changed, Filter, IssueError, KeyRef};
use keyctl_vault::{Key, Records, Transaction, UnlockedVault, Verb};
use keyctl_verify::{KeyId, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use super::filter::FilterArgs;
use super::ids;
use super::outcome;
use super::pick::{self, Offer};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::render;
use ask::{ask_for_all, ask_for_one, remind, say_beyond_lists, say_dry_run, say_settings};

pub(super) use ask::{describe, say_keys};

/// Which keys to change.
#[derive(Args)]
pub(crate) struct BulkArgs {
    /// The keys: ids, prefixes or exact names; '-' reads them from stdin, a line each
    #[arg(value_name = "KEY")]
    pub(super) keys: Vec<String>,

    #[command(flatten)]
    pub(super) filter: FilterArgs,

    /// Show what would be done, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

/// Before what a verb asks at a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    /// Before it changes several keys.
    ForSeveral,
    /// Before it changes any.
    Always,
    /// The same, and again: for a name or a number to be typed.
    Twice,
}

/// What a verb does to a key.
pub(crate) struct Deed<'a> {
    pub(crate) verb: Verb,
    /// As in "revoke 3 keys?".
    pub(crate) order: &'static str,
    /// As in "revoked".
    pub(crate) done: &'static str,
    /// What comes of it, said where it is asked for.
    pub(crate) effect: &'static str,
    /// Before what is asked.
    pub(crate) asks: Asks,
    /// Which keys are offered where none is named.
    pub(crate) offer: Offer,
    /// Whether a key is so already.
    pub(crate) is_so: fn(&Key) -> bool,
    pub(crate) apply: &'a dyn Fn(&mut Transaction<'_>, KeyId) -> Result<Changed, IssueError>,
}

impl Deed<'_> {
    /// What was done, or would be.
    fn said(&self, dry_run: bool) -> String {
        if dry_run { format!("would {}", self.order) } else { self.done.to_owned() }
    }
}

/// What became of one key of several.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Result")]
pub(crate) struct BulkResult {
    /// The key's id; null when no key was found.
    id: Option<String>,
    /// The key's name, or what was given as KEY when no key was found.
    name: String,
    /// The key's project; null when it has none, or no key was found.
    project: Option<String>,
    /// The key's environment; null when no key was found.
    environment: Option<String>,
    /// What was done, or would be with --dry-run.
    result: Outcome,
    /// Why it failed; null when it did not.
    error: Option<String>,
}

#[derive(Clone, Copy, Debug, JsonSchema, PartialEq, Eq, Serialize)]
#[schemars(inline)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Changed,
    Unchanged,
    Failed,
}

impl BulkResult {
    /// What a table has.
    pub(super) const COLUMNS: [&str; 6] =
        ["id", "name", "project", "environment", "result", "error"];

    /// What was done to a key.
    pub(super) fn of(changed: &Changed) -> Self {
        let result = if changed.is_changed() { Outcome::Changed } else { Outcome::Unchanged };
        BulkResult::new(&changed.key, result, None)
    }

    fn new(key: &Key, result: Outcome, error: Option<String>) -> Self {
        BulkResult {
            id: Some(key.id.to_string()),
            name: key.name.to_string(),
            project: key.project.as_ref().map(ToString::to_string),
            environment: Some(key.environment.to_string()),
            result,
            error,
        }
    }
}

pub(crate) fn run(ctx: &mut Context, args: &BulkArgs, deed: &Deed<'_>) -> Result<Exit, CliError> {
    let named = args.named(ctx)?;
    let mut vault = ctx.open_for_change()?;
    if args.is_open() {
        let chosen = pick::or_ask(ctx, &mut vault, None, None, deed.offer)?;
        return single(ctx, &mut vault, args, deed, &chosen);
    }
    match named.as_slice() {
        [(one, _)] if !args.reads_stdin() => single(ctx, &mut vault, args, deed, one),
        _ => several(ctx, &mut vault, args, deed, &named),
    }
}

impl BulkArgs {
    /// True when one key is meant, be it named or asked for.
    pub(super) fn is_for_one(&self) -> bool {
        self.keys.len() == 1 || self.is_open()
    }

    /// Neither a KEY nor a filter was given.
    fn is_open(&self) -> bool {
        self.keys.is_empty() && self.filter.is_empty()
    }

    /// KEYs or a filter, not neither and not both; a project beside KEYs tells names apart.
    fn named(&self, ctx: &Context) -> Result<Vec<(KeyRef, String)>, CliError> {
        if self.is_open() && !ctx.ui.can_ask() {
            return Err(CliError::usage("no key was named")
                .hint("name one or more KEYs, or choose them by --project, --owner, --status, …"));
        }
        if !self.keys.is_empty() && !self.filter.narrows_only_by_project() {
            return Err(CliError::usage("KEYs and filters cannot be used together")
                .hint("name the keys, or choose them by filters"));
        }
        if self.keys.iter().any(|key| key == ids::STDIN) && self.keys.len() > 1 {
            return Err(CliError::usage("'-' stands for all KEYs, and not beside others")
                .hint("give all of them on stdin, or none"));
        }
        let texts = if self.reads_stdin() { ids::read(ctx)? } else { self.keys.clone() };
        let parsed = |text: String| KeyRef::parse(&text).map(|key| (key, text));
        Ok(texts.into_iter().map(parsed).collect::<Result<_, _>>()?)
    }

    fn reads_stdin(&self) -> bool {
        self.keys == [ids::STDIN]
    }
}

fn single(
    ctx: &mut Context,
    vault: &mut UnlockedVault,
    args: &BulkArgs,
    deed: &Deed<'_>,
    wanted: &KeyRef,
) -> Result<Exit, CliError> {
    let seen = ctx.seen(vault);
    let snapshot = vault.snapshot()?;
    let mut key = issue::find(&snapshot, wanted, args.filter.which.project.as_ref(), ctx.now)?;
    seen.count_in(&mut key, snapshot.brand(), ctx.now);
    drop(snapshot);
    if !args.dry_run && !(deed.is_so)(&key) {
        ask_for_one(ctx, deed, &key)?;
    }
    let changed = ctx.change(vault, deed.verb, |tx| {
        let changed = (deed.apply)(tx, key.id)?;
        if args.dry_run {
            tx.discard();
        }
        Ok(changed)
    })?;
    say_dry_run(ctx, args);
    outcome::changed(ctx, vault, &deed.said(args.dry_run), &changed)?;
    if changed.is_changed() && !args.dry_run {
        remind(ctx, vault, deed);
    }
    Ok(Exit::Done)
}

fn several(
    ctx: &mut Context,
    vault: &mut UnlockedVault,
    args: &BulkArgs,
    deed: &Deed<'_>,
    named: &[(KeyRef, String)],
) -> Result<Exit, CliError> {
    let (keys, mut results) = choose(ctx, vault, args, named)?;
    if args.keys.is_empty() {
        say_beyond_lists(ctx, &args.filter, &keys);
    }
    if !args.dry_run && keys.iter().any(|key| !(deed.is_so)(key)) {
        ask_for_all(ctx, deed, &keys)?;
    }
    let (by_filter, filter, now) = (args.keys.is_empty(), args.filter.filter(None), ctx.now);
    let mut settings = BTreeSet::new();
    let changed = ctx.change(vault, deed.verb, |tx| {
        let mut results = Vec::with_capacity(keys.len());
        for key in &keys {
            // What a filter chose may have changed while somebody was asked.
            let fits = !by_filter || still_fits(tx, key, &filter, now)?;
            if !fits {
                results.push(BulkResult::new(key, Outcome::Unchanged, None));
                continue;
            }
            let done = (deed.apply)(tx, key.id);
            if let Ok(changed) = &done {
                settings.extend(changed.fields.iter().map(|f| (f.field.clone(), f.to.clone())));
            }
            results.push(result_of(key, done)?);
        }
        if args.dry_run {
            tx.discard();
        }
        Ok(results)
    })?;
    results.extend(changed);
    say_dry_run(ctx, args);
    if args.dry_run && deed.verb == Verb::Edit {
        say_settings(ctx, &settings);
    }
    let failed = results.iter().any(|result| result.result == Outcome::Failed);
    let format = ctx.format();
    render::rows(&mut ctx.ui, format, &BulkResult::COLUMNS, &results)?;
    if results.is_empty() {
        ctx.ui.note("no key fits");
        return Ok(Exit::Done);
    }
    ctx.ui.flush()?;
    let count = |result: Outcome| results.iter().filter(|r| r.result == result).count();
    let (changed, unchanged) = (count(Outcome::Changed), count(Outcome::Unchanged));
    let failed_count = results.len() - changed - unchanged;
    let said = deed.said(args.dry_run);
    ctx.ui.status(&format!("{said}: {changed}, unchanged: {unchanged}, failed: {failed_count}"));
    if changed > 0 && !args.dry_run {
        remind(ctx, vault, deed);
    }
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

/// The keys that are meant, and a result for each that was not found.
fn choose(
    ctx: &mut Context,
    vault: &mut UnlockedVault,
    args: &BulkArgs,
    named: &[(KeyRef, String)],
) -> Result<(Vec<Key>, Vec<BulkResult>), CliError> {
    let seen = ctx.seen(vault);
    let (now, snapshot) = (ctx.now, vault.snapshot()?);
    let brand = snapshot.brand().clone();
    if args.keys.is_empty() {
        let filter = args.filter.filter(None);
        // A revoked key is chosen only by who asks for revoked ones.
        let any_status = !args.filter.which.status.is_empty();
        let mut keys = snapshot.keys(|mut key| {
            seen.count_in(&mut key, &brand, now);
            ((any_status || key.is_live()) && filter.matches(&key, now)).then_some(key)
        })?;
        keys.sort_by_key(|key| std::cmp::Reverse(key.order));
        return Ok((keys, Vec::new()));
    }
    let (mut keys, mut missing, mut chosen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (wanted, text) in named {
        match issue::find(&snapshot, wanted, args.filter.which.project.as_ref(), now) {
            Ok(key) if !chosen.insert(key.id) => {}
            Ok(mut key) => {
                seen.count_in(&mut key, &brand, now);
                keys.push(key);
            }
            Err(IssueError::Vault(error)) => return Err(error.into()),
            Err(error) => missing.push(BulkResult {
                id: None,
                name: text.clone(),
                project: None,
                environment: None,
                result: Outcome::Failed,
                error: Some(error.to_string()),
            }),
        }
    }
    Ok((keys, missing))
}

/// True when a key is still one that the filter chooses. Uses that wait outside of the vault were
/// counted when it was chosen; later ones reach the vault with this change.
fn still_fits(
    tx: &Transaction<'_>,
    chosen: &Key,
    filter: &Filter,
    now: Timestamp,
) -> Result<bool, IssueError> {
    let Some(mut key) = tx.key(chosen.id)? else { return Ok(false) };
    key.take_uses(chosen);
    Ok(filter.matches(&key, now))
}

/// What a rule refuses is a result; what is wrong with the vault ends everything.
fn result_of(key: &Key, changed: Result<Changed, IssueError>) -> Result<BulkResult, IssueError> {
    match changed {
        Ok(changed) => Ok(BulkResult::of(&changed)),
        Err(IssueError::Vault(error)) => Err(error.into()),
        Err(error) => Ok(BulkResult::new(key, Outcome::Failed, Some(error.to_string()))),
    }
}
