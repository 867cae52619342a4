//! What is wrong with a command line that clap did not take, in our own words.

use std::ffi::OsString;

use clap::ValueEnum;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::error::CliError;
use crate::global::Output;

/// What clap found wrong with a command line, in our own words.
pub(crate) fn usage_error(error: &clap::Error, args: &[OsString]) -> CliError {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    };
    let source = std::error::Error::source(error).map(ToString::to_string);
    let (flag, value) = (context(ContextKind::InvalidArg), context(ContextKind::InvalidValue));
    if let (ErrorKind::ValueValidation, Some(flag), Some(value), Some(source)) =
        (error.kind(), flag, value, source)
    {
        let shown: String = value.chars().take(80).collect();
        let more = if shown.len() < value.len() { "…" } else { "" };
        let flag = flag.trim_end_matches("...");
        let flag =
            if flag.starts_with('-') { flag } else { flag.trim_matches(['<', '>', '[', ']']) };
        let command = command_in(args);
        return CliError::usage(format!("{flag}: '{shown}{more}' {source}"))
            .hint(format!("'{command} --help' says what each flag takes"));
    }
    if let Some(word) = context(ContextKind::InvalidSubcommand) {
        let below = commands_below(&word);
        if !below.is_empty() && command_in(args) == "keyctl" {
            return CliError::usage(format!("there is no command '{word}' by itself"))
                .hint(format!("did you mean {}?", below.join(" or ")));
        }
    }
    let text = error.render().to_string();
    let mut paragraphs = text.split("\n\n");
    let message = paragraphs.next().unwrap_or_default().trim_start_matches("error: ");
    let message = message.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let tip = paragraphs.find_map(|p| p.trim().strip_prefix("tip: ").map(str::to_owned));
    let help =
        || "'keyctl --help' lists the commands, 'keyctl COMMAND --help' their flags".to_owned();
    CliError::usage(message).hint(tip.unwrap_or_else(help))
}

/// The commands of commands that have that name.
fn commands_below(word: &str) -> Vec<String> {
    let command = crate::command();
    let parents = command.get_subcommands().filter(|c| c.find_subcommand(word).is_some());
    parents.map(|parent| format!("'keyctl {} {word}'", parent.get_name())).collect()
}

/// The command that a command line names, like `keyctl policy set`.
fn command_in(args: &[OsString]) -> String {
    let (mut command, mut name) = (crate::command(), "keyctl".to_owned());
    for word in args.iter().skip(1).filter_map(|arg| arg.to_str()) {
        if let Some(found) = command.find_subcommand(word).cloned() {
            name = format!("{name} {}", found.get_name());
            command = found;
        }
    }
    name
}

/// The output that a command line asks for which could not be parsed.
pub(crate) fn output_in(args: &[OsString]) -> Option<Output> {
    let words: Vec<&str> = args.iter().filter_map(|arg| arg.to_str()).collect();
    let named = |word: &str| match word {
        "sarif" => Some(Output::Json),
        word => Output::from_str(word, false).ok(),
    };
    let joined = words.iter().find_map(|word| {
        let value = word.strip_prefix("--output=").or(word.strip_prefix("-o="));
        value.or(word.strip_prefix("-o")).and_then(named)
    });
    let apart = words
        .windows(2)
        .find_map(|pair| matches!(pair[0], "-o" | "--output").then(|| named(pair[1])).flatten());
    joined.or(apart).or(words.contains(&"--json").then_some(Output::Json))
}
