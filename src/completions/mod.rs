//! Completion scripts, made from the command tree.
//!
//! The tree that is handed to the generators is not quite the one that parses. Parsers with messages
//! of their own do not tell which words they take, so the scripts learn the words here, by the flag:
//! `--env` takes the same words whatever the verb. And a value that is no file is not completed with
//! the files of the folder.

mod fish;

use clap::builder::PossibleValuesParser;
use clap::{Arg, Command, ValueEnum, ValueHint};
use clap_complete::{Shell as Kind, generate};
use clap_complete_nushell::Nushell;
use keyctl_vault::Role;
use keyctl_verify::{Environment, Kind as KeyKind, Status};

/// A shell that has completions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "lower")]
pub enum Shell {
    /// GNU Bash, from version 4
    Bash,
    /// The Z shell
    Zsh,
    /// Fish
    Fish,
    /// PowerShell, from version 5
    PowerShell,
    /// Elvish
    Elvish,
    /// Nushell
    Nushell,
}

impl Shell {
    /// Every shell that has completions.
    pub const ALL: [Shell; 6] =
        [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell, Shell::Elvish, Shell::Nushell];

    /// What the file of its script is called.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Shell::Bash => "keyctl.bash",
            Shell::Zsh => "_keyctl",
            Shell::Fish => "keyctl.fish",
            Shell::PowerShell => "keyctl.ps1",
            Shell::Elvish => "keyctl.elv",
            Shell::Nushell => "keyctl.nu",
        }
    }
}

/// The completion script of a shell for these commands.
pub(crate) fn script(command: Command, shell: Shell) -> Vec<u8> {
    let mut command = for_completion(command);
    let mut script = Vec::new();
    match shell {
        Shell::Bash => generate(Kind::Bash, &mut command, "keyctl", &mut script),
        Shell::Zsh => generate(Kind::Zsh, &mut command, "keyctl", &mut script),
        Shell::Fish => generate(fish::Fish, &mut command, "keyctl", &mut script),
        Shell::PowerShell => generate(Kind::PowerShell, &mut command, "keyctl", &mut script),
        Shell::Elvish => generate(Kind::Elvish, &mut command, "keyctl", &mut script),
        Shell::Nushell => generate(Nushell, &mut command, "keyctl", &mut script),
    }
    script
}

/// The tree with every word and every kind of value that a shell can make use of.
fn for_completion(command: Command) -> Command {
    let verbs: Vec<String> =
        command.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    let manual = |man: Command| {
        man.mut_arg("command", |arg| arg.value_parser(PossibleValuesParser::new(verbs)))
    };
    each_argument(command.mut_subcommand("man", manual))
}

fn each_argument(command: Command) -> Command {
    command.mut_args(argument).mut_subcommands(each_argument)
}

fn argument(arg: Arg) -> Arg {
    if !arg.get_action().takes_values() || !arg.get_possible_values().is_empty() {
        return arg;
    }
    if let Some(words) = words(&arg) {
        return arg.value_parser(PossibleValuesParser::new(words));
    }
    if arg.is_positional() {
        // zsh, told that there is nothing to offer, says so instead of completing a flag.
        return arg;
    }
    match arg.get_value_hint() {
        ValueHint::Unknown => arg.value_hint(ValueHint::Other),
        // Bash adds the slash of a folder to this one only.
        ValueHint::AnyPath => arg.value_hint(ValueHint::FilePath),
        _ => arg,
    }
}

/// The words that a flag takes, or the likely ones where it takes others too.
fn words(arg: &Arg) -> Option<Vec<&'static str>> {
    let words = match arg.get_long()? {
        "env" => Environment::ALL.map(Environment::as_str).to_vec(),
        "kind" => KeyKind::ALL.map(KeyKind::as_str).to_vec(),
        "status" => Status::ALL.map(Status::as_str).to_vec(),
        "role" => Role::ALL.map(Role::as_str).to_vec(),
        "expires" => vec!["never", "7d", "30d", "60d", "90d", "180d", "1y"],
        "require-expiry" | "require-owner" | "require-reason" => vec!["yes", "no"],
        "reason" => vec!["compromised", "superseded", "retired"],
        "method" => vec!["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
        _ => return None,
    };
    Some(words)
}
