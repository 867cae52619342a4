//! `keyctl man`
//!
//! Runs without a [`Context`](crate::context::Context): whoever looks for help may have neither a
//! home nor a vault yet, and a broken configuration is a reason to read and not to refuse.

use std::ffi::OsString;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::process::{Command, Stdio};

use clap::Args;

use crate::error::{CliError, Kind};
use crate::exit::Exit;
use crate::manual;
use crate::usage::usage_error;

/// Show the manual page of keyctl, or of a command
///
/// At a terminal the page is shown by the program 'man', where there is one. Else it is written as
/// it is, in the language of man pages.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl man\n  keyctl man rotate\n  keyctl man vault slot add\n  keyctl man verify > keyctl-verify.1"
)]
pub(crate) struct ManArgs {
    /// The command, like 'rotate' or 'vault slot add' [default: keyctl itself]
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

pub(crate) fn run(args: &ManArgs) -> Result<Exit, CliError> {
    let words: Vec<&str> = args.command.iter().map(String::as_str).collect();
    let page = manual::page(crate::command(), &words).ok_or_else(|| no_page(&words))?;
    if io::stdout().is_terminal() && shown(&page)? {
        return Ok(Exit::Done);
    }
    let mut stdout = io::stdout().lock();
    stdout.write_all(page.as_bytes())?;
    stdout.flush()?;
    Ok(Exit::Done)
}

/// True when a program `man` was there to show the page.
fn shown(page: &str) -> Result<bool, CliError> {
    let mut man = Command::new("man");
    // No child of ours sees a passphrase.
    man.args(["-l", "-"]).env_remove("KEYCTL_PASSPHRASE").stdin(Stdio::piped());
    let mut child = match man.spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(failed(&error.to_string())),
    };
    if let Some(mut stdin) = child.stdin.take() {
        // What it did not want to read, it did not want to show.
        drop(stdin.write_all(page.as_bytes()));
    }
    let status = child.wait().map_err(|error| failed(&error.to_string()))?;
    if status.success() { Ok(true) } else { Err(failed(&status.to_string())) }
}

fn failed(why: &str) -> CliError {
    CliError::new(Kind::Failed, format!("the program 'man' could not show the page: {why}"))
        .hint("--help says the same; a pipe gets the page as it is: keyctl man | less")
}

/// What was mistyped is told as if it had been run.
fn no_page(words: &[&str]) -> CliError {
    let line: Vec<OsString> = ["keyctl"].iter().chain(words).map(OsString::from).collect();
    let (mut command, mut known) = (crate::command(), 0);
    while let Some(below) = words.get(known).and_then(|word| command.find_subcommand(word)) {
        command = below.clone();
        known += 1;
    }
    if command.has_subcommands()
        && let Err(error) = crate::command().try_get_matches_from(&line)
    {
        return usage_error(&error, &line);
    }
    let name = ["keyctl"].iter().chain(&words[..known]).copied().collect::<Vec<_>>().join(" ");
    let word = words.get(known).copied().unwrap_or_default();
    CliError::usage(format!("'{name}' has no command '{word}'"))
        .hint(format!("its own page is '{}'", name.replacen("keyctl", "keyctl man", 1)))
}
