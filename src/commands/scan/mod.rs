//! `keyctl scan`: where tokens lie that should not, and which key each of them is.

mod find;
mod judge;
mod rules;
mod sarif;
mod walk;

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use indicatif::HumanCount;
use keyctl_verify::Brand;

use super::trust::TrustArgs;
use crate::context::Context;
use crate::error::{CliError, Kind};
use crate::exit::Exit;
use crate::parse;
use crate::render::{self, FindingView};
use crate::ui::{json_escape, without_tokens};
use find::Finder;
#[cfg(fuzzing)]
pub(crate) use find::tokens_in;
pub(crate) use judge::Standing;
use judge::{Finding, Judge};
use rules::Rule;
use walk::{Ignored, Searched, Targets};

/// Find tokens in files, and say which key each one is
///
/// Searches the files and folders that are named, or stdin; at a terminal with none named, the
/// current folder. In folders hidden files are searched too, but not '.git', nor in a repository
/// what git ignores, nor what a .ignore file names; links are not followed. Every file is searched
/// as bytes, binary or not; UTF-16 and compressed files are not decoded. Tokens of every vault are
/// found; their check must be right.
///
/// Whose they are, the vault says. It is unlocked only when a token was found. With --bundle
/// neither vault nor passphrase is needed; --shape-only asks nobody and takes all tokens for live.
/// A token is live unless it was revoked or rotated away or is unknown. It is never shown, only its
/// prefix. Columns count characters, from 1.
///
/// Exits 5 when a live token was found, else 1 when something could not be read, else 0; 7 when
/// the bundle cannot be believed.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl scan .\n  keyctl scan --bundle keys.kcb --trust kcpub_… -o sarif . > scan.sarif\n  git diff --cached | keyctl scan --shape-only\n  keyctl scan --rule pre-commit > .pre-commit-config.yaml"
)]
pub(crate) struct ScanArgs {
    /// Files and folders; - is stdin
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Search what .gitignore, .ignore and the like leave out too
    #[arg(long)]
    no_ignore: bool,

    /// Find only tokens that begin with this, like kc
    #[arg(long, value_name = "BRAND", value_parser = parse::token_prefix)]
    token_prefix: Option<Brand>,

    /// Look the tokens up in this bundle instead of the vault
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,

    #[command(flatten)]
    trust: TrustArgs,

    /// Look nothing up: every token counts as live
    #[arg(long, conflicts_with = "bundle")]
    shape_only: bool,

    /// Write a rule for another scanner instead, and do nothing else
    #[arg(long, value_name = "SCANNER", conflicts_with_all = ["paths", "no_ignore", "bundle", "trust", "trust_file", "shape_only", "output", "json"])]
    rule: Option<Rule>,
}

impl ScanArgs {
    /// True when neither vault nor home is needed.
    pub(crate) fn is_offline(&self) -> bool {
        self.bundle.is_some() || self.shape_only || self.rule.is_some()
    }
}

pub(crate) fn run(ctx: &mut Context, args: &ScanArgs) -> Result<Exit, CliError> {
    if let Some(rule) = args.rule {
        ctx.ui.write(&rules::text(rule, args.token_prefix.as_ref()))?;
        ctx.ui.flush()?;
        return Ok(Exit::Done);
    }
    args.trust.check_bundle(args.bundle.as_deref())?;
    let targets = Targets::new(&args.paths)?;
    if targets.has_stdin() && !args.is_offline() && ctx.unlocks_from_stdin() {
        return Err(CliError::usage("stdin cannot give both what to scan and the passphrase")
            .hint("name a PATH, or use another way to unlock"));
    }
    let judge = Judge::new(ctx, args)?;
    let finder = Finder::new(args.token_prefix.clone());
    let ignored = if args.no_ignore { Ignored::Searched } else { Ignored::LeftOut };
    let mut searched = targets.search(&finder, ignored, &ctx.ui.counter("files scanned"));
    say_what_is_missing(ctx, args, &searched);
    let findings = judge.look_up(ctx, std::mem::take(&mut searched.found))?;
    let exit = exit(&findings, &searched);
    let written = answer(ctx, &findings, searched.unreadable.is_empty());
    summarize(ctx, &findings, &searched);
    match written {
        // A live token is found, whether anybody reads of it or not.
        Err(error) if error.kind != Kind::ClosedOutput && exit != Exit::Refused => Err(error),
        _ => Ok(exit),
    }
}

fn exit(findings: &[Finding], searched: &Searched) -> Exit {
    if findings.iter().any(|finding| finding.standing.is_live()) {
        Exit::Refused
    } else if searched.unreadable.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    }
}

fn say_what_is_missing(ctx: &mut Context, args: &ScanArgs, searched: &Searched) {
    for unreadable in &searched.unreadable {
        ctx.ui.warn(&unreadable.to_string());
    }
    if searched.stdin_was_empty && args.paths.is_empty() {
        ctx.ui.warn("nothing came from stdin; 'keyctl scan .' scans the current folder");
    }
}

fn answer(ctx: &mut Context, findings: &[Finding], is_whole: bool) -> Result<(), CliError> {
    if ctx.sarif {
        let document = sarif::document(findings, ctx.folder().as_deref(), is_whole);
        let json = serde_json::to_string_pretty(&document).expect("it is JSON");
        ctx.ui.write(&format!("{}\n", json_escape(&json)))?;
    } else {
        let views: Vec<FindingView> = findings.iter().map(view).collect();
        let format = ctx.format();
        render::findings(&mut ctx.ui, format, &views)?;
    }
    Ok(ctx.ui.flush()?)
}

fn view(finding: &Finding) -> FindingView {
    let key = finding.key.as_ref();
    FindingView {
        file: without_tokens(&finding.path.to_string_lossy()).into_owned(),
        line: finding.place.line,
        column: finding.place.column,
        prefix: finding.prefix.clone(),
        live: finding.standing.is_live(),
        status: finding.standing.as_str(),
        id: key.map(|key| key.id.clone()),
        name: key.and_then(|key| key.name.clone()),
        project: key.and_then(|key| key.project.clone()),
        environment: key.map(|key| key.environment),
        owner: key.and_then(|key| key.owner.clone()),
    }
}

/// Says on stderr what it came to, and what to do.
fn summarize(ctx: &mut Context, findings: &[Finding], searched: &Searched) {
    let files: BTreeSet<_> = findings.iter().map(|finding| &finding.path).collect();
    let live: Vec<_> = findings.iter().filter(|finding| finding.standing.is_live()).collect();
    let live_of = |all: usize| match (live.len(), all) {
        (0, 1) => "not live".to_owned(),
        (_, 1) => "live".to_owned(),
        (0, _) => "none of them live".to_owned(),
        (n, _) => format!("{} of them live", count(n)),
    };
    let tokens = match findings.len() {
        0 => "no tokens".to_owned(),
        n => {
            let files = counted(files.len(), "file", "files");
            format!("{} in {files}, {}", counted(n, "token", "tokens"), live_of(n))
        }
    };
    let scanned = usize::try_from(searched.files).unwrap_or(usize::MAX);
    let scanned = counted(scanned, "file", "files");
    let unread = match searched.unreadable.len() {
        0 => String::new(),
        n => format!(", {} could not be read", count(n)),
    };
    ctx.ui.status(&format!("{tokens}; {scanned} scanned{unread}"));
    let keys: BTreeSet<_> = live.iter().map(|finding| &finding.prefix).collect();
    match keys.first() {
        None => {}
        Some(key) if keys.len() == 1 => ctx
            .ui
            .hint(&format!("'keyctl compromised {key}' revokes it and makes a replacement")),
        Some(_) => ctx.ui.hint(
            "'keyctl compromised KEY' revokes a key and makes a replacement; a prefix will do as KEY",
        ),
    }
}

fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

fn count(n: usize) -> String {
    HumanCount(n as u64).to_string()
}
