//! `keyctl bundle export`

use std::path::{Path, PathBuf};

use clap::Args;
use keyctl_vault::issue::{self, ExportOptions, Exported};
use keyctl_vault::{Lifetime, Project, UnlockedVault};
use keyctl_verify::Environment;
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::parse;
use crate::render::{self, Card, instant, relative};
use crate::words::Instant;

/// Make a signed bundle of the vault's keys
///
/// By the slot of an exporter or an administrator; nothing in the vault is changed. FILE is
/// replaced in one step. Revoked, disabled, expired and rotated tokens are in it as such, until
/// --keep-ended after they ended. A revocation reaches verifiers with the next bundle: at the
/// latest when this one has ended, after --valid-for.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl bundle export keys.kcb\n  keyctl bundle export keys.kcb --project shop --env production --valid-for 1h\n  keyctl bundle export keys.kcb --keyfile exporter.key --quiet"
)]
pub(super) struct ExportArgs {
    /// The file to make or to replace
    #[arg(value_name = "FILE", value_parser = parse::file)]
    file: PathBuf,

    /// Only keys of this project
    #[arg(long, value_name = "PROJECT", value_parser = parse::project)]
    project: Option<Project>,

    /// Only keys of this environment
    #[arg(long, value_name = "ENV", value_parser = parse::environment)]
    env: Option<Environment>,

    /// For how long the bundle holds, at most 1y
    #[arg(long, value_name = "DURATION", default_value = "24h", value_parser = parse::duration)]
    valid_for: Lifetime,

    /// Leave out owners and projects; who verifies can then not ask for a project
    #[arg(long)]
    redact: bool,

    /// Put labels in, for who presents a token
    #[arg(long)]
    with_labels: bool,

    /// For how long tokens that have ended are still in the bundle; 0 for no longer
    #[arg(long, value_name = "DURATION", default_value = "30d", value_parser = parse::seconds)]
    keep_ended: u64,
}

/// A bundle that was made.
#[derive(JsonSchema, Serialize)]
pub(crate) struct ExportView {
    /// The bundle's file.
    file: String,
    /// The series of bundles that it is of: 32 hex digits.
    stream: String,
    /// Its number; a later bundle of the stream has a larger one.
    serial: u64,
    /// When it was made.
    #[schemars(with = "Instant")]
    issued_at: String,
    /// Until when it can be believed.
    #[schemars(with = "Instant")]
    valid_until: String,
    /// How many tokens it has.
    entries: u64,
    /// How many tokens it does not have because they ended too long ago.
    left_out: u64,
    /// How many pages of 4096 bytes it has.
    pages: u64,
    /// How long it is, in bytes.
    bytes: u64,
    /// The public keys that it is signed by; two during an overlap.
    signers: Vec<String>,
    #[serde(skip)]
    ends: String,
}

const YEAR: u64 = 366 * 86_400;

/// Makes a bundle, with progress.
pub(crate) fn make(
    ctx: &mut Context,
    vault: &mut UnlockedVault,
    file: &Path,
    options: &ExportOptions,
) -> Result<Exported, CliError> {
    let state = ctx.state().to_owned();
    let now = ctx.nanos()? / 1_000_000;
    let mut bar = ctx.ui.progress("keys");
    let clock = || ctx.nanos().map_or(now, |nanos| nanos / 1_000_000);
    let exported =
        issue::export(vault, file, &state, options, clock, &mut |done, all| bar.show(done, all));
    bar.finish();
    Ok(exported?)
}

pub(super) fn run(ctx: &mut Context, args: &ExportArgs) -> Result<Exit, CliError> {
    let options = ExportOptions {
        project: args.project.clone(),
        environment: args.env,
        redact: args.redact,
        with_labels: args.with_labels,
        keep_ended: args.keep_ended,
        valid_for: args.valid_for.seconds(),
    };
    if options.valid_for > YEAR {
        return Err(CliError::usage(format!("--valid-for: '{}' is more than 1y", args.valid_for))
            .hint("a revocation can go unnoticed for that long; 24h is usual"));
    }
    let mut vault = ctx.open_for_export()?;
    let exported = make(ctx, &mut vault, &args.file, &options)?;
    let view = ExportView::of(args, &exported, ctx);
    if view.entries == 0 {
        ctx.ui.warn("the bundle is empty: every token will be UNKNOWN");
    }
    ctx.ui.note(&format!(
        "a revocation reaches verifiers with the next bundle, at the latest in {}",
        args.valid_for
    ));
    let format = ctx.format();
    render::single(&mut ctx.ui, format, &view)?;
    Ok(Exit::Done)
}

impl ExportView {
    fn of(args: &ExportArgs, exported: &Exported, ctx: &Context) -> Self {
        let header = &exported.header;
        ExportView {
            file: args.file.display().to_string(),
            stream: header.stream.to_string(),
            serial: header.serial,
            issued_at: instant(header.issued_at),
            valid_until: instant(header.valid_until),
            entries: header.entries,
            left_out: exported.left_out,
            pages: header.pages,
            bytes: header.pages * 4096,
            signers: exported.signers.iter().map(ToString::to_string).collect(),
            ends: relative(ctx.now, header.valid_until),
        }
    }
}

impl Card for ExportView {
    fn card(&self) -> Vec<(String, String)> {
        let mut card = vec![
            ("bundle".to_owned(), self.file.clone()),
            ("tokens".to_owned(), self.entries.to_string()),
            ("left out".to_owned(), format!("{} that ended too long ago", self.left_out)),
            ("bytes".to_owned(), self.bytes.to_string()),
            ("stream".to_owned(), self.stream.clone()),
            ("serial".to_owned(), self.serial.to_string()),
            ("valid until".to_owned(), format!("{} ({})", self.valid_until, self.ends)),
        ];
        card.extend(self.signers.iter().map(|key| ("signed by".to_owned(), key.clone())));
        card
    }
}
