//! The flags that every verb understands: where the vault is, how it is unlocked, how the answer is
//! written.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use keyctl_vault::VaultKey;

use crate::parse;

/// Flags that every verb understands.
#[derive(Args, Clone)]
pub(crate) struct GlobalArgs {
    /// The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    #[arg(long, global = true, value_name = "FILE", help_heading = "Global options")]
    pub(crate) vault: Option<PathBuf>,

    /// How the answer is written
    #[arg(short, long, global = true, value_name = "FORMAT", help_heading = "Global options")]
    output: Option<Format>,

    /// Short for -o json
    #[arg(long, global = true, conflicts_with = "output", help_heading = "Global options")]
    json: bool,

    /// Whether to use colours
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        help_heading = "Global options"
    )]
    pub(crate) color: ColorChoice,

    /// Say nothing on stderr but warnings and errors
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub(crate) quiet: bool,

    /// Go ahead without asking
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub(crate) yes: bool,

    /// Never ask anything, even at a terminal
    #[arg(long, global = true, help_heading = "Global options")]
    pub(crate) no_input: bool,

    #[command(flatten)]
    pub(crate) unlock: UnlockArgs,
}

/// Ways to unlock the vault; one of them, or the terminal.
#[derive(Args, Clone)]
pub(crate) struct UnlockArgs {
    /// Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    #[arg(long, global = true, value_name = "FILE", help_heading = "Unlocking")]
    pub(crate) passphrase_file: Option<PathBuf>,

    /// Read the passphrase from an open file descriptor
    #[arg(long, global = true, value_name = "N", value_parser = parse::descriptor, help_heading = "Unlocking")]
    pub(crate) passphrase_fd: Option<u32>,

    /// Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    #[arg(long, global = true, value_name = "CMD", help_heading = "Unlocking")]
    pub(crate) passphrase_command: Option<String>,

    /// Unlock with a key file
    #[arg(long, global = true, value_name = "FILE", help_heading = "Unlocking")]
    pub(crate) keyfile: Option<PathBuf>,

    /// Unlock with the recovery key in a file
    #[arg(long, global = true, value_name = "FILE", help_heading = "Unlocking")]
    pub(crate) recovery_file: Option<PathBuf>,

    /// Unlock with the age identities in a file
    #[arg(long, global = true, value_name = "FILE", help_heading = "Unlocking")]
    pub(crate) identity: Option<PathBuf>,

    /// Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    #[arg(long, global = true, value_name = "KEY", value_parser = parse::vault_key, help_heading = "Unlocking")]
    pub(crate) vault_key: Option<VaultKey>,

    /// Try only the slot of that name
    #[arg(long, global = true, value_name = "NAME", help_heading = "Unlocking")]
    pub(crate) slot: Option<String>,
}

/// What `--output` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// One document
    Json,
    /// One object a line
    Jsonl,
    /// With a header line
    Csv,
    /// Of 'scan' only: for code scanning services
    Sarif,
}

/// How the answer is written, whatever the verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people
    Table,
    /// One document
    Json,
    /// One object a line
    Jsonl,
    /// With a header line
    Csv,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    Auto,
    Always,
    Never,
}

impl Output {
    /// The word for it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Output::Table => "table",
            Output::Json => "json",
            Output::Jsonl => "jsonl",
            Output::Csv => "csv",
        }
    }
}

impl GlobalArgs {
    /// What the command line asks for. SARIF is JSON to everybody but the verb that writes it.
    pub(crate) fn output(&self) -> Option<Output> {
        if self.json {
            return Some(Output::Json);
        }
        self.output.map(|format| match format {
            Format::Table => Output::Table,
            Format::Json | Format::Sarif => Output::Json,
            Format::Jsonl => Output::Jsonl,
            Format::Csv => Output::Csv,
        })
    }

    /// True when SARIF is asked for.
    pub(crate) fn is_sarif(&self) -> bool {
        self.output == Some(Format::Sarif)
    }
}
