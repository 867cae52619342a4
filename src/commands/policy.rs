//! `keyctl policy`

use clap::{Args, Subcommand};
use keyctl_vault::issue::{self, PolicyEdit};
use keyctl_vault::{Key, Lifetime, Policy, Records, UnlockedVault, Verb};
use keyctl_verify::Status;
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::parse;
use crate::render::{self, Card, check_field_of};

/// Show or set the limits that every key has to keep
///
/// They hold for what is done from now on: a key that has more already is left as it is, until its
/// expiry is edited or it is rotated.
#[derive(Args)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:\n  keyctl policy show\n  keyctl policy set --max-lifetime 1y --default-lifetime 90d\n  keyctl policy set --max-keys-per-owner 10 --require-reason"
)]
pub(crate) struct PolicyArgs {
    #[command(subcommand)]
    command: PolicyCommand,
}

#[derive(Subcommand)]
enum PolicyCommand {
    Show(ShowArgs),
    Set(SetArgs),
}

/// Show the policy
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl policy show\n  keyctl policy show -o json\n  keyctl policy show --field max_grace"
)]
struct ShowArgs {
    /// Write only this field, raw
    #[arg(long, value_name = "NAME", conflicts_with_all = ["output", "json"])]
    field: Option<String>,
}

/// Set parts of the policy; the rest stays as it is
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl policy set --max-lifetime 1y\n  keyctl policy set --max-lifetime none --require-expiry no\n  keyctl policy set --max-grace 48h"
)]
struct SetArgs {
    /// How long a key lives when nothing is said: like 90d, or none
    #[arg(long, value_name = "DURATION", value_parser = limit)]
    default_lifetime: Option<Limit>,

    /// The longest that a key may live from when its expiry is set: like 1y, or none
    #[arg(long, value_name = "DURATION", value_parser = limit)]
    max_lifetime: Option<Limit>,

    /// The most live keys of one owner in one project; 0 for no limit
    #[arg(long, value_name = "N", value_parser = most)]
    max_keys_per_owner: Option<u32>,

    /// Every key must expire
    #[arg(long, value_name = "YES|NO", num_args = 0..=1, default_missing_value = "yes", value_parser = yes_or_no)]
    require_expiry: Option<bool>,

    /// Every key must act for a registered owner
    #[arg(long, value_name = "YES|NO", num_args = 0..=1, default_missing_value = "yes", value_parser = yes_or_no)]
    require_owner: Option<bool>,

    /// Whoever revokes, deletes or reveals must say why
    #[arg(long, value_name = "YES|NO", num_args = 0..=1, default_missing_value = "yes", value_parser = yes_or_no)]
    require_reason: Option<bool>,

    /// The longest grace of a rotation
    #[arg(long, value_name = "DURATION", value_parser = parse::duration)]
    max_grace: Option<Lifetime>,
}

/// A length of time, or none.
#[derive(Clone, Copy, Debug)]
struct Limit(Option<Lifetime>);

fn limit(text: &str) -> Result<Limit, String> {
    match text {
        "none" | "never" => Ok(Limit(None)),
        _ => parse::duration(text).map(|lifetime| Limit(Some(lifetime))),
    }
}

fn most(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| "is not a number like 10, or 0 for no limit".to_owned())
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        _ => Err("is neither yes nor no".to_owned()),
    }
}

/// The limits that every key has to keep.
#[derive(JsonSchema, Serialize)]
pub(crate) struct PolicyView {
    /// How long a key lives when nothing is said, like 90d; null for ever.
    default_lifetime: Option<String>,
    /// The longest that a key may live, like 1y; null for no limit.
    max_lifetime: Option<String>,
    /// The most live keys of one owner in one project; 0 for no limit.
    max_keys_per_owner: u32,
    /// True when every key must expire.
    require_expiry: bool,
    /// True when every key must act for a registered owner.
    require_owner: bool,
    /// True when whoever revokes, deletes or reveals must say why.
    require_reason: bool,
    /// The longest grace of a rotation, like 7d.
    max_grace: String,
    /// False when the policy was so already, and nothing was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    changed: Option<bool>,
}

pub(crate) fn run(ctx: &mut Context, args: &PolicyArgs) -> Result<Exit, CliError> {
    match &args.command {
        PolicyCommand::Show(args) => show(ctx, args)?,
        PolicyCommand::Set(args) => {
            let view = set(ctx, args)?;
            let format = ctx.format();
            render::single(&mut ctx.ui, format, &view)?;
        }
    }
    Ok(Exit::Done)
}

fn show(ctx: &mut Context, args: &ShowArgs) -> Result<(), CliError> {
    check_field_of(PolicyView::FIELDS, args.field.as_deref())?;
    let mut vault = ctx.open()?;
    let view = PolicyView::of(&vault.snapshot()?.policy()?, None);
    let format = ctx.format();
    match &args.field {
        Some(field) => render::field(&mut ctx.ui, &view, field),
        None => render::single(&mut ctx.ui, format, &view),
    }
}

fn set(ctx: &mut Context, args: &SetArgs) -> Result<PolicyView, CliError> {
    let edit = PolicyEdit {
        default_lifetime: args.default_lifetime.map(|limit| limit.0),
        max_lifetime: args.max_lifetime.map(|limit| limit.0),
        max_keys_per_owner: args.max_keys_per_owner,
        require_expiry: args.require_expiry,
        require_owner: args.require_owner,
        require_reason: args.require_reason,
        max_grace: args.max_grace,
    };
    if edit == PolicyEdit::default() {
        return Err(CliError::usage("nothing was said to be set")
            .hint("'keyctl policy set --help' lists what can be"));
    }
    let mut vault = ctx.open_for_change()?;
    let (policy, changed) =
        ctx.change(&mut vault, Verb::Policy, |tx| issue::edit_policy(tx, &edit))?;
    if changed {
        say_beyond(ctx, &mut vault, &policy)?;
    }
    Ok(PolicyView::of(&policy, Some(changed)))
}

/// Says how many keys end later than they could if they were made today.
fn say_beyond(
    ctx: &mut Context,
    vault: &mut UnlockedVault,
    policy: &Policy,
) -> Result<(), CliError> {
    let now = ctx.now;
    let is_beyond = |key: Key| {
        let goes_on = key.is_live() && key.status(now) != Status::Expired;
        (goes_on && !policy.allows_expiry(key.expires_at, now)).then_some(())
    };
    let keys = match vault.snapshot()?.keys(is_beyond)?.len() {
        0 => return Ok(()),
        1 => "1 key ends".to_owned(),
        n => format!("{n} keys end"),
    };
    ctx.ui.note(&format!(
        "{keys} later than the policy allows, or never: left so until an edit of the expiry or a rotation"
    ));
    Ok(())
}

impl PolicyView {
    /// Every field of the policy.
    const FIELDS: &[&str] = &[
        "default_lifetime",
        "max_lifetime",
        "max_keys_per_owner",
        "require_expiry",
        "require_owner",
        "require_reason",
        "max_grace",
    ];

    fn of(policy: &Policy, changed: Option<bool>) -> Self {
        PolicyView {
            default_lifetime: policy.default_lifetime.map(|lifetime| lifetime.to_string()),
            max_lifetime: policy.max_lifetime.map(|lifetime| lifetime.to_string()),
            max_keys_per_owner: policy.max_keys_per_owner,
            require_expiry: policy.require_expiry,
            require_owner: policy.require_owner,
            require_reason: policy.require_reason,
            max_grace: policy.max_grace.to_string(),
            changed,
        }
    }
}

impl Card for PolicyView {
    fn card(&self) -> Vec<(String, String)> {
        let limit = |limit: &Option<String>| limit.clone().unwrap_or_else(|| "none".to_owned());
        let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
        let keys = match self.max_keys_per_owner {
            0 => "no limit".to_owned(),
            max => max.to_string(),
        };
        let mut card = vec![
            ("default lifetime".to_owned(), limit(&self.default_lifetime)),
            ("largest lifetime".to_owned(), limit(&self.max_lifetime)),
            ("keys per owner".to_owned(), keys),
            ("require expiry".to_owned(), yes(self.require_expiry)),
            ("require owner".to_owned(), yes(self.require_owner)),
            ("require reason".to_owned(), yes(self.require_reason)),
            ("longest grace".to_owned(), self.max_grace.clone()),
        ];
        if self.changed == Some(false) {
            card.push(("unchanged".to_owned(), "it is so already".to_owned()));
        }
        card
    }
}
