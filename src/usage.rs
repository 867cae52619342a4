//! What is wrong with a command line that clap did not take, in our own words.

use std::ffi::OsString;

use clap::ValueEnum;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::error::CliError;
use crate::global::{ColorChoice, Output};
use crate::ui::without_tokens;

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
    let given = context(ContextKind::InvalidArg).unwrap_or_default();
    if error.kind() == ErrorKind::UnknownArgument && without_tokens(&given) != given {
        return CliError::usage("a token is never given as an argument, which others can read")
            .hint("the shell remembers it now; pipe it in: printf %s \"$TOKEN\" | keyctl verify");
    }
    let did_you_mean = nearest(error).map(|near| format!("did you mean '{near}'?"));
    if let Some(word) = context(ContextKind::InvalidSubcommand) {
        let command = command_in(args);
        if word == "help" {
            let others: Vec<OsString> = args.iter().filter(|arg| **arg != *word).cloned().collect();
            return CliError::usage("help is asked for with --help")
                .hint(format!("run '{} --help'", command_in(&others)));
        }
        if command != "keyctl" {
            let help = || format!("'{command} --help' lists those that it has");
            return CliError::usage(format!("'{command}' has no command '{word}'"))
                .hint(did_you_mean.unwrap_or_else(help));
        }
        let below = commands_below(&word);
        if !below.is_empty() {
            return CliError::usage(format!("there is no command '{word}' by itself"))
                .hint(format!("did you mean {}?", below.join(" or ")));
        }
        return CliError::usage(format!("there is no command '{word}'"))
            .hint(did_you_mean.unwrap_or_else(|| "'keyctl --help' lists them".to_owned()));
    }
    let text = error.render().to_string();
    let mut paragraphs = text.split("\n\n");
    let message = paragraphs.next().unwrap_or_default().trim_start_matches("error: ");
    let message = message.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    // What begins with one dash may be meant as a value; a flag that is none never is.
    let tip = paragraphs.find_map(|p| p.trim().strip_prefix("tip: ").map(str::to_owned));
    let tip = tip.filter(|_| !given.starts_with("--"));
    let help = || match command_in(args).as_str() {
        "keyctl" => {
            "'keyctl --help' lists the commands, 'keyctl COMMAND --help' their flags".to_owned()
        }
        command => format!("'{command} --help' says what it takes"),
    };
    CliError::usage(message).hint(did_you_mean.or(tip).unwrap_or_else(help))
}

/// How alike two flags are, at the least, for one to be taken for the other.
const ALIKE: f64 = 0.85;

/// What is most like the word that was not understood.
fn nearest(error: &clap::Error) -> Option<String> {
    if let (Some(ContextValue::String(given)), Some(ContextValue::String(flag))) =
        (error.get(ContextKind::InvalidArg), error.get(ContextKind::SuggestedArg))
    {
        let [given, word] = [given, flag].map(|flag| flag.trim_start_matches('-'));
        return (strsim::jaro_winkler(given, word) > ALIKE).then(|| flag.clone());
    }
    let kinds = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    match kinds.into_iter().find_map(|kind| error.get(kind))? {
        ContextValue::String(word) => Some(word.clone()),
        // The most similar one comes last.
        ContextValue::Strings(words) => words.last().cloned(),
        _ => None,
    }
}

/// The commands of commands that have that name.
fn commands_below(word: &str) -> Vec<String> {
    let command = crate::command();
    let parents = command.get_subcommands().filter(|c| c.find_subcommand(word).is_some());
    parents.map(|parent| format!("'keyctl {} {word}'", parent.get_name())).collect()
}

/// The command that a command line names, like `keyctl policy set`, as far as it is one.
fn command_in(args: &[OsString]) -> String {
    let all = crate::command();
    let (mut command, mut name) = (&all, "keyctl".to_owned());
    let mut words = args.iter().skip(1).filter_map(|arg| arg.to_str());
    while let Some(word) = words.next() {
        if word.starts_with('-') {
            if [&all, command].into_iter().any(|command| has_value_behind(command, word)) {
                words.next();
            }
            continue;
        }
        let Some(found) = command.find_subcommand(word) else { break };
        name = format!("{name} {}", found.get_name());
        command = found;
    }
    name
}

/// Whether the word behind a flag is its value.
fn has_value_behind(command: &clap::Command, flag: &str) -> bool {
    let is_it = |arg: &&clap::Arg| match flag.strip_prefix("--") {
        Some(long) => arg.get_long() == Some(long),
        None => arg.get_short().is_some_and(|short| flag == format!("-{short}")),
    };
    command.get_arguments().find(is_it).is_some_and(|arg| arg.get_action().takes_values())
}

/// The output that a command line asks for which could not be parsed.
pub(crate) fn output_in(args: &[OsString]) -> Option<Output> {
    let named = |word: &str| match word {
        "sarif" => Some(Output::Json),
        word => Output::from_str(word, false).ok(),
    };
    let json = || args.iter().any(|arg| arg == "--json").then_some(Output::Json);
    value_in(args, &["--output", "-o"], named).or_else(json)
}

/// When it asks for colours.
pub(crate) fn color_in(args: &[OsString]) -> ColorChoice {
    let named = |word: &str| ColorChoice::from_str(word, false).ok();
    value_in(args, &["--color"], named).unwrap_or(ColorChoice::Auto)
}

/// The first value of a flag that says something, in one word with it or in the next.
fn value_in<T>(args: &[OsString], flags: &[&str], named: impl Fn(&str) -> Option<T>) -> Option<T> {
    let mut words = args.iter().filter_map(|arg| arg.to_str()).peekable();
    while let Some(word) = words.next() {
        let rest = flags.iter().find_map(|flag| word.strip_prefix(flag));
        let value = match rest {
            Some("") => words.peek().copied(),
            rest => rest.map(|rest| rest.strip_prefix('=').unwrap_or(rest)),
        };
        if let Some(value) = value.and_then(&named) {
            return Some(value);
        }
    }
    None
}
