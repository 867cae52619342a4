//! `keyctl doctor`

use std::cmp::Reverse;
use std::sync::atomic::{AtomicU64, Ordering};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use keyctl_vault::issue::{Check, Doctor, Examined, Filter, KeyFinding};
use keyctl_vault::{Lifetime, Owner, Policy, Project, Records};
use keyctl_verify::{Environment, Kind};

use crate::context::Context;
use crate::error::{CliError, Kind as ErrorKind};
use crate::exit::Exit;
use crate::global::Output;
use crate::parse;
use crate::render::{KeyFindingView, Remedy, Stream, plural};

/// Say what is wrong with the keys, and how to mend it
///
/// Looks at every key that is neither revoked nor expired, of every kind, and whatever the default
/// project and environment are. Exits 5 when it finds something. Each finding comes with the command
/// that mends it; a word in capitals in there is for you to fill in.
///
/// What it looks for:
///   full_access       it can do everything: its scopes, within its owner's ceiling, have *
///   no_owner          it has no owner; or one who is not registered, where owners are registered
///                     or the policy wants them to be
///   never_expires     it has no expiry
///   grace_open        a token that was rotated away still works, until its grace ends
///   rotation_overdue  two thirds of the time from the making of its token to its expiry are over
///   expiring_soon     it expires within 14 days
///   unused            it was not used for 90 days, or for --unused-for
///   never_used        it was never used, and could be for 30 days, or for --unused-for if shorter
///   empty_scopes      it has no scopes, or none within its owner's ceiling: it can do nothing
///
/// A key that is disabled or pending is looked at for what it is (full_access, no_owner,
/// never_expires, empty_scopes) and not for what became of it.
#[derive(Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:\n  keyctl doctor\n  keyctl doctor --project shop --ignore never_expires,expiring_soon\n  keyctl doctor --check unused,never_used --unused-for 180d\n  keyctl doctor --check full_access -o json | jq -r '.[].command'"
)]
pub(crate) struct DoctorArgs {
    /// Keys of this project
    #[arg(long, value_name = "PROJECT", value_parser = parse::project, help_heading = "Which keys")]
    project: Option<Project>,

    /// Keys of this environment: production, staging or development
    #[arg(long, value_name = "ENV", value_parser = parse::environment, help_heading = "Which keys")]
    env: Option<Environment>,

    /// Keys of this owner
    #[arg(long, value_name = "OWNER", value_parser = parse::owner, help_heading = "Which keys")]
    owner: Option<Owner>,

    /// Keys of this kind: general, personal or webhook
    #[arg(long, value_name = "KIND", value_parser = parse::kind, help_heading = "Which keys")]
    kind: Option<Kind>,

    /// Look for these only (can be repeated)
    #[arg(long, value_name = "CODE", value_parser = check_parser(), value_delimiter = ',', hide_possible_values = true, conflicts_with = "ignore", help_heading = "What to look for")]
    check: Vec<Check>,

    /// Do not look for these (can be repeated)
    #[arg(long, value_name = "CODE", value_parser = check_parser(), value_delimiter = ',', hide_possible_values = true, help_heading = "What to look for")]
    ignore: Vec<Check>,

    /// How long a key may go without use
    #[arg(long, value_name = "TIME", default_value = "90d", value_parser = parse::duration, help_heading = "What to look for")]
    unused_for: Lifetime,
}

fn check_parser() -> impl TypedValueParser<Value = Check> {
    let codes = PossibleValuesParser::new(Check::ALL.map(Check::as_str));
    codes.map(|code| code.parse().expect("only codes are possible"))
}

/// What was looked at, and what was found.
struct Visit {
    /// How many keys were looked at.
    keys: u64,
    /// Those with findings, the newest first.
    found: Vec<Examined>,
    policy: Policy,
}

pub(crate) fn run(ctx: &mut Context, args: &DoctorArgs) -> Result<Exit, CliError> {
    let checks = args.checks()?;
    let visit = visit(ctx, args, checks)?;
    let exit = if visit.found.is_empty() { Exit::Done } else { Exit::Refused };
    match write(ctx, &visit).and_then(|()| Ok(ctx.ui.flush()?)) {
        // Whoever has read enough has not mended anything.
        Err(error) if error.kind == ErrorKind::ClosedOutput => {}
        other => other?,
    }
    say(ctx, &visit);
    Ok(exit)
}

impl DoctorArgs {
    fn checks(&self) -> Result<Vec<Check>, CliError> {
        let is_wanted = |check: &Check| {
            (self.check.is_empty() || self.check.contains(check)) && !self.ignore.contains(check)
        };
        let checks: Vec<Check> = Check::ALL.into_iter().filter(is_wanted).collect();
        if checks.is_empty() {
            return Err(CliError::usage("--ignore leaves nothing to look for")
                .hint("say with --check what to look for"));
        }
        Ok(checks)
    }

    fn filter(&self) -> Filter {
        Filter {
            project: self.project.clone(),
            environment: self.env,
            owner: self.owner.clone(),
            kind: self.kind,
            ..Filter::default()
        }
    }
}

/// Reads every key once; the vault is let go of before anything is written.
fn visit(ctx: &mut Context, args: &DoctorArgs, checks: Vec<Check>) -> Result<Visit, CliError> {
    let mut vault = ctx.open()?;
    let seen = ctx.seen(&vault);
    let snapshot = vault.snapshot()?;
    let (brand, policy) = (snapshot.brand().clone(), snapshot.policy()?);
    let doctor = Doctor::new(checks, args.unused_for, snapshot.owners()?, &policy);
    let (filter, now, keys) = (args.filter(), ctx.now, AtomicU64::new(0));
    let mut found = snapshot.keys(|mut key| {
        if !filter.matches(&key, now) || !Doctor::looks_at(&key, now) {
            return None;
        }
        keys.fetch_add(1, Ordering::Relaxed);
        seen.count_in(&mut key, &brand, now);
        doctor.examine(&key, now)
    })?;
    found.sort_unstable_by_key(|examined| Reverse(examined.order));
    Ok(Visit { keys: keys.into_inner(), found, policy })
}

fn write(ctx: &mut Context, visit: &Visit) -> Result<(), CliError> {
    let (remedy, now, format) = (Remedy::within(&visit.policy), ctx.now, ctx.format());
    let views = |examined| KeyFindingView::all_of(examined, remedy, now);
    if format == Output::Table {
        for (i, examined) in visit.found.iter().enumerate() {
            let gap = if i == 0 { "" } else { "\n" };
            let group = KeyFindingView::group(&ctx.ui, &views(examined));
            ctx.ui.write(&format!("{gap}{group}"))?;
        }
        return Ok(());
    }
    let mut stream = Stream::new(format, &KeyFindingView::FIELDS);
    for view in visit.found.iter().flat_map(views) {
        stream.push(&mut ctx.ui, &view)?;
    }
    stream.end(&mut ctx.ui)
}

/// Says how much was found, of what.
fn say(ctx: &mut Context, visit: &Visit) {
    let keys = plural(visit.keys, "key");
    if visit.keys == 0 {
        return ctx.ui.note("no key fits");
    }
    if visit.found.is_empty() {
        return ctx.ui.status(&format!("Looked at {keys}: nothing is wrong."));
    }
    let codes = || visit.found.iter().flat_map(|e| e.findings.iter().map(KeyFinding::check));
    let counts = Check::ALL.map(|check| (check, codes().filter(|found| *found == check).count()));
    let counts = counts.iter().filter(|(_, count)| *count > 0);
    let counts: Vec<String> = counts.map(|(check, count)| format!("{check} {count}")).collect();
    let findings = plural(codes().count() as u64, "finding");
    let of = format!("{findings} on {} of {keys}: {}", visit.found.len(), counts.join(", "));
    ctx.ui.note(&of);
}
