//! The command line of keyctl, and nothing else: what is done to a vault is done by
//! `keyctl-vault`, what is decided about a token by `keyctl-verify`.
//!
//! `cli` is the table of contents, `commands` has one verb a file, `context` is the only reader
//! of the environment, `render` makes a thing into a table, JSON or CSV, and `ui` owns the
//! streams and the terminal. `completions` and `manual` are made from the same tree as the help.

mod cli;
mod commands;
mod completions;
mod context;
mod error;
mod exit;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod global;
mod manual;
mod parse;
mod render;
mod schema;
mod ui;
mod usage;
mod verb;
mod words;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::CommandFactory;

pub use completions::Shell;

/// Runs one command line, its first item being the program's name, and gives the exit code of
/// `docs/exit-codes.md`.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    context::harden();
    let args: Vec<OsString> = args.into_iter().collect();
    cli::run(&args).into()
}

/// The command tree, for the generators of man pages and completions, and for tests.
#[must_use]
pub fn command() -> clap::Command {
    let mut command = cli::Cli::command();
    // Verbs are described only when they are needed.
    command.build();
    command
}

/// The JSON schema of what each command writes with `-o json`, by the command's name (`list`,
/// `bundle key show`), and of the line of an `error`: for the generator of `docs/schema/`, and for
/// tests.
#[must_use]
pub fn schemas() -> Vec<(String, serde_json::Value)> {
    schema::all()
}

/// The completion script of a shell.
#[must_use]
pub fn completions(shell: Shell) -> Vec<u8> {
    completions::script(command(), shell)
}

/// Every man page, as the name of its file and its text, the program's own first.
#[must_use]
pub fn man_pages() -> Vec<(String, String)> {
    manual::pages(command())
}
