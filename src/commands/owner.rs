//! `keyctl owner`

use std::collections::{BTreeMap, BTreeSet};

use clap::{Args, Subcommand};
use keyctl_vault::issue::{self, Expiry, NewOwner};
use keyctl_vault::{
    Key, Owner, OwnerRecord, Project, Reason, Records, Snapshot, UnlockedVault, Verb,
};
use keyctl_verify::{Environment, KeyId, Kind, Scope, ScopeSet};
use schemars::JsonSchema;
use serde::Serialize;

use super::bulk::{self, BulkResult};
use super::create::in_the_past;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::parse;
use crate::render::{self, Card, check_field_of, instant, plural};
use crate::words::Instant;

/// Register owners, and limit what all of their keys can do
///
/// A registered owner has a ceiling: no key of theirs can do more, whatever its scopes say, and
/// narrowing the ceiling narrows all of them at once. An owner that was never registered has none.
#[derive(Args)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:\n  keyctl owner add ada --scope 'orders:*' --scope users:read\n  keyctl owner edit ada --scope users:read\n  keyctl owner list\n  keyctl owner remove ada --reason 'left the team'"
)]
pub(crate) struct OwnerArgs {
    #[command(subcommand)]
    command: OwnerCommand,
}

#[derive(Subcommand)]
enum OwnerCommand {
    Add(AddArgs),
    List(ListArgs),
    Show(ShowArgs),
    Edit(EditArgs),
    Remove(RemoveArgs),
}

#[derive(Args)]
struct NameArgs {
    /// The owner
    #[arg(value_name = "NAME", value_parser = parse::owner)]
    name: Owner,
}

/// List the registered owners
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl owner list\n  keyctl owner list -o json\n  keyctl owner list --columns name,scopes"
)]
struct ListArgs {
    /// Only these fields, in this order, for tables and csv: name,scopes,…
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = parse::column)]
    columns: Option<Vec<String>>,

    /// Only this field, raw, a line each
    #[arg(long, value_name = "NAME", conflicts_with_all = ["output", "json", "columns"])]
    field: Option<String>,
}

/// Show one owner
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl owner show ada\n  keyctl owner show ada --field personal_key"
)]
struct ShowArgs {
    #[command(flatten)]
    name: NameArgs,

    /// Write only this field, raw
    #[arg(long, value_name = "NAME", conflicts_with_all = ["output", "json"])]
    field: Option<String>,
}

/// Register an owner, and make their personal key
///
/// The personal key is called 'personal NAME', can do all that the ceiling allows, and can be shown
/// again with 'keyctl reveal'. Keys that act for NAME already are narrowed by the ceiling at once.
/// Of the configured defaults only the lifetime is the personal key's too.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl owner add ada\n  keyctl owner add ci --scope 'deploy:*' --env production --expires 90d"
)]
struct AddArgs {
    #[command(flatten)]
    name: NameArgs,

    /// What keys of theirs can do at most (can be repeated) [default: *]
    #[arg(long, value_name = "SCOPE", value_parser = parse::scope)]
    scope: Vec<Scope>,

    /// The project of their personal key; without one it is right for none that is asked for
    #[arg(long, value_name = "PROJECT", value_parser = parse::project)]
    project: Option<Project>,

    /// The environment of their personal key
    #[arg(long, value_name = "ENV", default_value = "development", value_parser = parse::environment)]
    env: Environment,

    /// When their personal key ends: never, 90d, a date or an instant [env: KEYCTL_EXPIRES]
    /// [default: as the policy says, else never]
    #[arg(long, value_name = "WHEN", value_parser = parse::expiry)]
    expires: Option<Expiry>,
}

/// Give an owner another ceiling; every key of theirs follows at once
///
/// The scopes are the whole new ceiling. A bundle tells of it when it is made anew.
#[derive(Args)]
#[command(after_help = "Example:\n  keyctl owner edit ada --scope orders:read --scope users:read")]
struct EditArgs {
    #[command(flatten)]
    name: NameArgs,

    /// What keys of theirs can do at most (can be repeated)
    #[arg(long, value_name = "SCOPE", value_parser = parse::scope, required = true)]
    scope: Vec<Scope>,
}

/// Revoke every key of an owner, and forget their ceiling
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl owner remove ada\n  keyctl owner remove ada --reason 'left the team' --yes"
)]
struct RemoveArgs {
    #[command(flatten)]
    name: NameArgs,

    /// Why; kept in the audit log, and as the reason of their keys
    #[arg(long, value_name = "TEXT", value_parser = parse::reason)]
    reason: Option<Reason>,
}

/// A registered owner.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Owner")]
pub(crate) struct OwnerView {
    /// What they are called.
    name: String,
    /// The ceiling: what keys of theirs can do at most.
    scopes: Vec<String>,
    /// How many live keys act for them.
    keys: u64,
    /// The id of their personal key; null when it was deleted.
    personal_key: Option<String>,
    /// When they were registered.
    #[schemars(with = "Instant")]
    created_at: String,
    /// When the ceiling was last changed.
    #[schemars(with = "Instant")]
    updated_at: String,
    /// False when the ceiling was so already, and nothing was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    changed: Option<bool>,
}

pub(crate) fn run(ctx: &mut Context, args: OwnerArgs) -> Result<Exit, CliError> {
    match args.command {
        OwnerCommand::Add(args) => add(ctx, args),
        OwnerCommand::List(args) => list(ctx, &args),
        OwnerCommand::Show(args) => show(ctx, &args),
        OwnerCommand::Edit(args) => edit(ctx, args),
        OwnerCommand::Remove(args) => remove(ctx, &args),
    }
}

fn add(ctx: &mut Context, args: AddArgs) -> Result<Exit, CliError> {
    let everything = || Scope::parse("*").into_iter().collect();
    let ceiling: ScopeSet =
        if args.scope.is_empty() { everything() } else { args.scope.into_iter().collect() };
    let expires = args.expires.or(ctx.settings.expires).unwrap_or(Expiry::Default);
    if matches!(expires, Expiry::At(at) if at <= ctx.now) {
        return Err(in_the_past("--expires", "90d"));
    }
    let new = NewOwner {
        name: args.name.name,
        ceiling,
        project: args.project,
        environment: args.env,
        expires,
    };
    let mut vault = ctx.open_for_change()?;
    let now = ctx.now;
    let (owner, key) =
        ctx.change(&mut vault, Verb::OwnerAdd, |tx| issue::add_owner(tx, new, now))?;
    ctx.ui.status(&format!(
        "Registered {} and made the personal key {}: 'keyctl reveal {}' shows its token.",
        owner.name, key.id, key.id
    ));
    if key.expires_at.is_none() {
        let id = key.id;
        ctx.ui.note(&format!("{id} never expires; 'keyctl edit {id} --expires 90d' would end it"));
    }
    say_narrowed(ctx, &mut vault, &owner)?;
    let keys = Keys::of(&vault.snapshot()?)?;
    answer(ctx, &OwnerView::of(&owner, &keys).with_changed(true))?;
    Ok(Exit::Done)
}

fn list(ctx: &mut Context, args: &ListArgs) -> Result<Exit, CliError> {
    let columns = args.columns.iter().flatten().map(String::as_str);
    columns
        .chain(args.field.as_deref())
        .try_for_each(|name| check_field_of(OwnerView::FIELDS, Some(name)))?;
    let mut vault = ctx.open()?;
    let snapshot = vault.snapshot()?;
    let (owners, keys) = (snapshot.owners()?, Keys::of(&snapshot)?);
    drop(snapshot);
    let views: Vec<OwnerView> = owners.iter().map(|owner| OwnerView::of(owner, &keys)).collect();
    let format = ctx.format();
    match (&args.field, &args.columns) {
        (Some(field), _) => render::fields(&mut ctx.ui, &views, field)?,
        (None, Some(columns)) => {
            let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
            render::rows(&mut ctx.ui, format, &columns, &views)?;
        }
        (None, None) => render::rows(&mut ctx.ui, format, OwnerView::FIELDS, &views)?,
    }
    if views.is_empty() {
        ctx.ui.note("no owner is registered; 'keyctl owner add NAME' registers one");
    }
    Ok(Exit::Done)
}

fn show(ctx: &mut Context, args: &ShowArgs) -> Result<Exit, CliError> {
    check_field_of(OwnerView::FIELDS, args.field.as_deref())?;
    let name = &args.name.name;
    let mut vault = ctx.open()?;
    let snapshot = vault.snapshot()?;
    let owner = snapshot.owner(name)?;
    let keys = Keys::of(&snapshot)?;
    drop(snapshot);
    let missing = || issue::IssueError::NoSuchOwner { owner: name.to_string() };
    let view = OwnerView::of(&owner.ok_or_else(missing)?, &keys);
    match &args.field {
        Some(field) => render::field(&mut ctx.ui, &view, field)?,
        None => answer(ctx, &view)?,
    }
    Ok(Exit::Done)
}

fn edit(ctx: &mut Context, args: EditArgs) -> Result<Exit, CliError> {
    let mut vault = ctx.open_for_change()?;
    let (now, name, ceiling) = (ctx.now, args.name.name, args.scope.into_iter().collect());
    let changed =
        ctx.change(&mut vault, Verb::OwnerEdit, |tx| issue::edit_owner(tx, &name, ceiling, now))?;
    if changed.is_changed {
        say_narrowed(ctx, &mut vault, &changed.owner)?;
    }
    let keys = Keys::of(&vault.snapshot()?)?;
    answer(ctx, &OwnerView::of(&changed.owner, &keys).with_changed(changed.is_changed))?;
    Ok(Exit::Done)
}

/// Says how many keys the ceiling takes something from, and how many everything.
fn say_narrowed(
    ctx: &mut Context,
    vault: &mut UnlockedVault,
    owner: &OwnerRecord,
) -> Result<(), CliError> {
    let left = |key: Key| {
        let is_theirs = key.owner.as_ref() == Some(&owner.name) && key.is_live();
        let narrowed = is_theirs && key.kind != Kind::Personal;
        let left = key.scopes.intersect(&owner.ceiling);
        (narrowed && left != key.scopes).then(|| left.is_empty())
    };
    let narrowed = vault.snapshot()?.keys(left)?;
    let dead = narrowed.iter().filter(|is_dead| **is_dead).count();
    if dead > 0 {
        ctx.ui.warn(&format!(
            "the ceiling narrows {}, and leaves {dead} of them nothing that they could do",
            plural(narrowed.len(), "key")
        ));
    } else if !narrowed.is_empty() {
        ctx.ui.note(&format!("the ceiling narrows {}", plural(narrowed.len(), "key")));
    }
    Ok(())
}

fn remove(ctx: &mut Context, args: &RemoveArgs) -> Result<Exit, CliError> {
    let name = &args.name.name;
    let mut vault = ctx.open_for_change()?;
    let snapshot = vault.snapshot()?;
    let missing = || issue::IssueError::NoSuchOwner { owner: name.to_string() };
    snapshot.owner(name)?.ok_or_else(missing)?;
    let mut live = issue::keys_of(&snapshot, name)?;
    live.retain(Key::is_live);
    let brand = snapshot.brand().clone();
    drop(snapshot);
    let seen = ctx.seen(&vault);
    live.iter_mut().for_each(|key| seen.count_in(key, &brand, ctx.now));
    bulk::say_keys(ctx, &live);
    let keys = plural(live.len(), "key");
    ctx.confirm(&format!("Remove the owner {name} and revoke {keys}?"))?;
    let now = ctx.now;
    let revoked = ctx.change(&mut vault, Verb::OwnerRemove, |tx| {
        issue::remove_owner(tx, name, args.reason.as_ref(), now)
    })?;
    let results: Vec<BulkResult> = revoked.iter().map(BulkResult::of).collect();
    let format = ctx.format();
    render::rows(&mut ctx.ui, format, &BulkResult::COLUMNS, &results)?;
    let revoked = plural(revoked.len(), "key");
    ctx.ui.status(&format!("Removed the owner {name} and revoked {revoked} of theirs."));
    ctx.remind_of_bundles(&vault);
    Ok(Exit::Done)
}

fn answer(ctx: &mut Context, view: &OwnerView) -> Result<(), CliError> {
    let format = ctx.format();
    render::single(&mut ctx.ui, format, view)
}

/// What owners have.
struct Keys {
    /// How many live keys each owner has.
    live: BTreeMap<Owner, u64>,
    /// The personal keys that are there, whatever their status.
    personal: BTreeSet<KeyId>,
}

impl Keys {
    fn of(snapshot: &Snapshot<'_>) -> Result<Self, CliError> {
        let seen = snapshot.keys(|key| {
            let personal = (key.kind == Kind::Personal).then_some(key.id);
            key.owner.clone().map(|owner| (owner, key.is_live(), personal))
        })?;
        let mut keys = Keys { live: BTreeMap::new(), personal: BTreeSet::new() };
        for (owner, is_live, personal) in seen {
            *keys.live.entry(owner).or_default() += u64::from(is_live);
            keys.personal.extend(personal);
        }
        Ok(keys)
    }
}

impl OwnerView {
    /// Every field, which are the columns too.
    const FIELDS: &[&str] = &["name", "scopes", "keys", "personal_key", "created_at", "updated_at"];

    fn of(owner: &OwnerRecord, keys: &Keys) -> Self {
        let personal = keys.personal.get(&owner.personal_key);
        OwnerView {
            name: owner.name.to_string(),
            scopes: owner.ceiling.iter().map(ToString::to_string).collect(),
            keys: keys.live.get(&owner.name).copied().unwrap_or(0),
            personal_key: personal.map(ToString::to_string),
            created_at: instant(owner.created_at),
            updated_at: instant(owner.updated_at),
            changed: None,
        }
    }

    fn with_changed(self, changed: bool) -> Self {
        OwnerView { changed: Some(changed), ..self }
    }
}

impl Card for OwnerView {
    fn card(&self) -> Vec<(String, String)> {
        let none = "none".to_owned();
        let mut card = vec![
            ("owner".to_owned(), self.name.clone()),
            ("ceiling".to_owned(), self.scopes.join(" ")),
            ("live keys".to_owned(), self.keys.to_string()),
            ("personal key".to_owned(), self.personal_key.clone().unwrap_or(none)),
            ("registered".to_owned(), self.created_at.clone()),
            ("updated".to_owned(), self.updated_at.clone()),
        ];
        if self.changed == Some(false) {
            card.push(("unchanged".to_owned(), "it is so already".to_owned()));
        }
        card
    }
}
