//! `keyctl usage`

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use keyctl_vault::issue::ReadReceipts;
use keyctl_vault::{VaultError, Verb, issue};
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::{Context, without_line_end};
use crate::error::CliError;
use crate::exit::Exit;
use crate::render::{self, Card};

/// Longer than any receipt, in bytes.
const MAX_LINE: u64 = 1024;

/// Bring in when keys were used
#[derive(Args)]
#[command(
    arg_required_else_help = true,
    after_help = "Example:\n  keyctl usage import gateway-1.receipts"
)]
pub(crate) struct UsageArgs {
    #[command(subcommand)]
    command: UsageCommand,
}

#[derive(Subcommand)]
enum UsageCommand {
    /// Fold files of receipts into last-used
    ///
    /// Receipts are written by 'keyctl verify --receipt FILE'. Each is checked; a use is only
    /// ever made later, so importing a file twice changes nothing.
    #[command(after_help = "Example:\n  keyctl usage import gateway-1.receipts gateway-2.receipts")]
    Import {
        /// Files of receipts
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
}

/// What became of the receipts.
#[derive(JsonSchema, Serialize)]
pub(crate) struct ImportView {
    /// How many lines were read; empty ones are none.
    lines: u64,
    /// How many receipts gave a token a later last use.
    counted: u64,
    /// How many receipts said nothing new, or that a token was denied.
    unchanged: u64,
    /// How many receipts are of tokens that this vault does not have.
    unknown: u64,
    /// How many lines are no receipts, not genuine or from the future.
    rejected: u64,
    /// True when any token got a later last use.
    changed: bool,
}

pub(crate) fn run(ctx: &mut Context, args: &UsageArgs) -> Result<Exit, CliError> {
    let UsageCommand::Import { files } = &args.command;
    let mut read = ReadReceipts::default();
    for path in files {
        read_file(path, &mut read)?;
    }
    let mut vault = ctx.open_for_change()?;
    let now = ctx.now;
    let report = ctx.change(&mut vault, Verb::Usage, |tx| issue::import(tx, &read, now))?;
    let view = ImportView {
        lines: report.lines,
        counted: report.counted,
        unchanged: report.unchanged,
        unknown: report.unknown,
        rejected: report.rejected,
        changed: report.counted > 0,
    };
    if report.rejected > 0 {
        ctx.ui.warn(&format!(
            "not counted, because no receipt, not genuine or from the future: {} of {} lines",
            report.rejected, report.lines
        ));
    }
    let format = ctx.format();
    render::single(&mut ctx.ui, format, &view)?;
    Ok(Exit::Done)
}

/// Reads a file line by line; a line longer than any receipt is none.
fn read_file(path: &Path, read: &mut ReadReceipts) -> Result<(), CliError> {
    let mut file = BufReader::new(File::open(path).map_err(VaultError::io("open", path))?);
    let mut line = Vec::new();
    loop {
        line.clear();
        let taken = (&mut file).take(MAX_LINE).read_until(b'\n', &mut line);
        if taken.map_err(VaultError::io("read", path))? == 0 {
            return Ok(());
        }
        let text = String::from_utf8_lossy(without_line_end(&line));
        if !text.is_empty() && !read.push(&text) {
            let message = format!("more than {} receipts at once", ReadReceipts::MAX);
            return Err(CliError::usage(message).hint("import the files one by one"));
        }
    }
}

impl Card for ImportView {
    fn card(&self) -> Vec<(String, String)> {
        [
            ("receipts", self.lines),
            ("counted", self.counted),
            ("known already", self.unchanged),
            ("of other vaults", self.unknown),
            ("rejected", self.rejected),
        ]
        .map(|(name, count)| (name.to_owned(), count.to_string()))
        .to_vec()
    }
}
