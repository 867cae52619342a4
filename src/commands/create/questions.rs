//! What `create` asks at a terminal when nothing was said: one thing after the other, what is
//! usual being an Enter away, and a summary before anything is made.

use keyctl_vault::issue::Expiry;
use keyctl_vault::{Name, Owner, OwnerRecord, Policy, Project, Records, UnlockedVault};
use keyctl_verify::{Environment, Scope, ScopeSet, Timestamp};

use super::CreateArgs;
use crate::commands::scopes::{self, Usage};
use crate::context::Context;
use crate::error::{CliError, Kind};
use crate::parse;
use crate::render::instant;
use crate::ui::{Item, escape};

/// The most choices that are offered without a search.
const FEW: usize = 10;
const ANOTHER: &str = "(another…)";
const LIFETIMES: [&str; 6] = ["7d", "30d", "60d", "90d", "180d", "1y"];
/// What is proposed when neither the configuration nor the policy says anything.
const USUAL: &str = "90d";

/// What the vault knows that answers are chosen from.
struct Known {
    projects: Vec<Project>,
    owners: Vec<OwnerRecord>,
    policy: Policy,
}

impl CreateArgs {
    /// True when somebody is there to be asked, and nothing was said, or not the project.
    pub(super) fn asks(&self, ctx: &Context) -> bool {
        let lacks_project = self.project.is_none() && ctx.settings.project.is_none();
        ctx.ui.can_ask() && !ctx.yes && (lacks_project || self.is_bare())
    }

    fn is_bare(&self) -> bool {
        let says_what = self.project.is_some() || self.name.is_some() || self.env.is_some();
        let says_whose = self.owner.is_some() || !self.scope.is_empty() || self.expires.is_some();
        let limits = self.path.len() + self.ip.len() + self.customer.len() + self.label.len();
        let says_more = limits > 0 || self.rate.is_some() || self.note.is_some();
        !(says_what || says_whose || says_more || self.not_before.is_some() || self.recoverable)
    }
}

/// Asks for what the command line does not say.
pub(super) fn ask(
    ctx: &mut Context,
    vault: &mut UnlockedVault,
    mut args: CreateArgs,
) -> Result<CreateArgs, CliError> {
    let known = known(vault)?;
    let project = match args.project.take() {
        Some(project) => project,
        None => project(ctx, &known)?,
    };
    let in_project = Usage::of(vault, Some(&project))?;
    if args.env.is_none() {
        args.env = Some(environment(ctx)?);
    }
    if args.name.is_none() {
        args.name = name(ctx, &in_project)?;
    }
    let owner = match args.owner.take() {
        Some(owner) => owner,
        None => owner(ctx, &known)?,
    };
    let registered = known.owners.iter().find(|record| record.name == owner);
    if args.scope.is_empty() {
        args.scope = scopes::ask(ctx, "Scopes", &in_project, registered.map(|r| &r.ceiling))?;
    }
    if args.expires.is_none() {
        args.expires = Some(expiry(ctx, &known.policy)?);
    }
    args.project = Some(project);
    args.owner = Some(owner);
    confirm(ctx, &args)?;
    Ok(args)
}

fn known(vault: &mut UnlockedVault) -> Result<Known, CliError> {
    let snapshot = vault.snapshot()?;
    let mut projects = snapshot.keys(|key| key.project.filter(|_| key.revoked_at.is_none()))?;
    projects.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    projects.dedup();
    Ok(Known { projects, owners: snapshot.owners()?, policy: snapshot.policy()? })
}

/// One of what is known, the first being the proposal, or something else that is typed.
fn one_of<T>(
    ctx: &mut Context,
    question: &str,
    known: &[String],
    parse: fn(&str) -> Result<T, String>,
) -> Result<T, CliError> {
    let typed = |ctx: &mut Context| ctx.ui.ask_for(question, "", "", parse).map_err(CliError::from);
    if known.is_empty() {
        return typed(ctx);
    }
    let items: Vec<String> = known.iter().cloned().chain([ANOTHER.to_owned()]).collect();
    let chosen = if items.len() <= FEW {
        ctx.ui.choose(question, &items, 0)?
    } else {
        let item = |text: String| Item { name: text.clone(), line: text };
        let items: Vec<Item> = items.into_iter().map(item).collect();
        ctx.ui.pick(&format!("{question} (type to search)"), &items)?
    };
    match known.get(chosen) {
        Some(text) => parse(text).map_err(|why| CliError::new(Kind::Failed, why)),
        None => typed(ctx),
    }
}

fn project(ctx: &mut Context, known: &Known) -> Result<Project, CliError> {
    let usual = ctx.settings.project.clone();
    let others = known.projects.iter().filter(|project| Some(*project) != usual.as_ref());
    let names: Vec<String> = usual.iter().chain(others).map(ToString::to_string).collect();
    one_of(ctx, "Project", &names, parse::project)
}

fn environment(ctx: &mut Context) -> Result<Environment, CliError> {
    let usual = ctx.settings.environment.unwrap_or(Environment::Development);
    let mut all = Environment::ALL.to_vec();
    all.sort_by_key(|environment| *environment != usual);
    let items: Vec<String> = all.iter().map(|e| e.as_str().to_owned()).collect();
    Ok(all[ctx.ui.choose("Environment", &items, 0)?])
}

fn name(ctx: &mut Context, in_project: &Usage) -> Result<Option<Name>, CliError> {
    let free = |text: &str| {
        if text.is_empty() {
            return Ok(None);
        }
        let name = parse::name(text)?;
        if in_project.has_name(&name) {
            return Err("is the name of another key of this project".to_owned());
        }
        Ok(Some(name))
    };
    Ok(ctx.ui.ask_for("Name", "from the time", "from the time", free)?)
}

fn owner(ctx: &mut Context, known: &Known) -> Result<Owner, CliError> {
    let usual = ctx.owner()?;
    let others = known.owners.iter().map(|owner| &owner.name).filter(|name| **name != usual);
    let names: Vec<String> = [&usual].into_iter().chain(others).map(ToString::to_string).collect();
    one_of(ctx, "Owner", &names, parse::owner)
}

fn expiry(ctx: &mut Context, policy: &Policy) -> Result<Expiry, CliError> {
    let now = ctx.now;
    let parsed = |text: &&str| parse::expiry(text).ok().map(|expiry| ((*text).to_owned(), expiry));
    let mut presets: Vec<(String, Expiry)> = LIFETIMES.iter().filter_map(parsed).collect();
    presets.push(("never".to_owned(), Expiry::Never));
    let usual = match (ctx.settings.expires, policy.default_lifetime) {
        (Some(expiry), _) => expiry,
        (None, Some(lifetime)) => Expiry::After(lifetime),
        (None, None) => parse::expiry(USUAL).unwrap_or(Expiry::Never),
    };
    if !presets.iter().any(|(_, preset)| *preset == usual) {
        let text = match usual {
            Expiry::After(lifetime) => lifetime.to_string(),
            Expiry::At(at) => instant(at),
            Expiry::Default | Expiry::Never => "never".to_owned(),
        };
        presets.insert(0, (text, usual));
    }
    presets.retain(|(_, preset)| policy.allows_expiry(end(*preset, now), now));
    let item = |(text, expiry): &(String, Expiry)| match end(*expiry, now) {
        Some(end) if matches!(expiry, Expiry::After(_)) => {
            format!("{text:<6} until {}", &instant(end)[..10])
        }
        _ => text.clone(),
    };
    let items: Vec<String> = presets.iter().map(item).chain([ANOTHER.to_owned()]).collect();
    let default = presets.iter().position(|(_, preset)| *preset == usual).unwrap_or(0);
    let chosen = ctx.ui.choose("Expires", &items, default)?;
    if let Some((_, expiry)) = presets.get(chosen) {
        return Ok(*expiry);
    }
    let allowed = |text: &str| {
        let expiry = parse::expiry(text)?;
        match end(expiry, now) {
            Some(end) if end <= now => Err("lies in the past".to_owned()),
            end if policy.allows_expiry(end, now) => Ok(expiry),
            _ => Err("is more than the policy allows".to_owned()),
        }
    };
    Ok(ctx.ui.ask_for("Expires", "like 45d, 18mo or 2030-01-31", "", allowed)?)
}

fn end(expiry: Expiry, now: Timestamp) -> Option<Timestamp> {
    match expiry {
        Expiry::Default | Expiry::Never => None,
        Expiry::At(at) => Some(at),
        Expiry::After(lifetime) => Some(lifetime.after(now)),
    }
}

/// Shows what will be made, and asks once.
fn confirm(ctx: &mut Context, args: &CreateArgs) -> Result<(), CliError> {
    let text = |value: Option<String>, absent: &str| value.unwrap_or_else(|| absent.to_owned());
    let scopes: ScopeSet = args.scope.iter().cloned().collect();
    let scopes: Vec<&str> = scopes.iter().map(Scope::as_str).collect();
    let expires = match args.expires.and_then(|expiry| end(expiry, ctx.now)) {
        Some(end) => instant(end),
        None => "never".to_owned(),
    };
    let lines = [
        ("name", text(args.name.as_ref().map(ToString::to_string), "from the time")),
        ("project", text(args.project.as_ref().map(ToString::to_string), "-")),
        ("environment", text(args.env.map(|e| e.to_string()), "development")),
        ("owner", text(args.owner.as_ref().map(ToString::to_string), "-")),
        (
            "scopes",
            if scopes.is_empty() { "none: it can do nothing".into() } else { scopes.join(" ") },
        ),
        ("expires", expires),
    ];
    ctx.ui.say("");
    for (name, value) in lines {
        ctx.ui.say(&format!("  {name:<13}{}", escape(&value)));
    }
    ctx.ui.say("");
    if ctx.ui.confirm_harmless("Make this key?")? {
        return Ok(());
    }
    Err(CliError::new(Kind::Interrupted, "nothing was made"))
}
