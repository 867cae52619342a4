//! What a command takes: its arguments, its own flags by their headings, and those of every command.

use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, Command};

use super::roff::{Roff, Span, bold, italic, plain, with_flags};

/// Headings of the flags that every command has; they come last.
const OF_ALL: [&str; 2] = ["Global options", "Unlocking"];

/// The sections ARGUMENTS and OPTIONS.
pub(super) fn sections(roff: &mut Roff, command: &Command) {
    let shown = || command.get_arguments().filter(|arg| !arg.is_hide_set());
    if shown().any(Arg::is_positional) {
        roff.section("ARGUMENTS");
        shown().filter(|arg| arg.is_positional()).for_each(|arg| entry(roff, arg));
    }
    roff.section("OPTIONS");
    let flags: Vec<&Arg> = shown().filter(|arg| !arg.is_positional()).collect();
    for heading in headings(&flags) {
        if let Some(heading) = heading {
            roff.request("SS", &[heading]);
        }
        let under = flags.iter().filter(|arg| arg.get_help_heading() == heading);
        under.for_each(|arg| entry(roff, arg));
    }
}

/// The headings in their order: none, the command's own, those of every command.
fn headings<'a>(flags: &[&'a Arg]) -> Vec<Option<&'a str>> {
    let mut headings = Vec::new();
    for heading in flags.iter().map(|arg| arg.get_help_heading()) {
        if !headings.contains(&heading) {
            headings.push(heading);
        }
    }
    let rank = |heading: &str| OF_ALL.iter().position(|of_all| *of_all == heading);
    headings.sort_by_key(|heading| heading.map(|heading| rank(heading).map_or(0, |n| n + 1)));
    headings
}

fn entry(roff: &mut Roff, arg: &Arg) {
    roff.request("TP", &[]);
    roff.line(&label(arg));
    let help = arg.get_long_help().or(arg.get_help()).map(ToString::to_string).unwrap_or_default();
    let mut paragraphs = help.split("\n\n");
    roff.line(&with_flags(paragraphs.next().unwrap_or_default()));
    for paragraph in paragraphs {
        roff.request("IP", &[]);
        roff.prose(paragraph);
    }
    values(roff, arg);
}

/// `-o, --output FORMAT`
fn label(arg: &Arg) -> Vec<Span<'static>> {
    let mut label = Vec::new();
    if let Some(short) = arg.get_short() {
        label.push(bold(format!("-{short}")));
    }
    if let Some(long) = arg.get_long() {
        if !label.is_empty() {
            label.push(plain(", "));
        }
        label.push(bold(format!("--{long}")));
    }
    if !takes_values(arg) {
        return label;
    }
    let optional = arg.get_num_args().is_some_and(|values| values.min_values() == 0);
    if !label.is_empty() {
        label.push(plain(if optional { " [" } else { " " }));
    }
    let names = arg.get_value_names().unwrap_or_default();
    let names: Vec<&str> = names.iter().map(clap::builder::Str::as_str).collect();
    label.push(italic(names.join(" ")));
    match arg.get_action() {
        _ if optional && !arg.is_positional() => label.push(plain("]")),
        ArgAction::Append if arg.is_positional() => label.push(plain("...")),
        _ => {}
    }
    label
}

fn takes_values(arg: &Arg) -> bool {
    arg.get_num_args().is_some_and(|values| values.takes_values())
}

/// Which values there are, and which one it is when none is given.
fn values(roff: &mut Roff, arg: &Arg) {
    if !takes_values(arg) {
        return;
    }
    let values: Vec<PossibleValue> = arg.get_possible_values();
    let values: Vec<&PossibleValue> = values.iter().filter(|value| !value.is_hide_set()).collect();
    if arg.is_hide_possible_values_set() || values.is_empty() {
        // Its help names them, or they are too many to name.
    } else if values.iter().any(|value| value.get_help().is_some()) {
        let help = |value: &PossibleValue| value.get_help().map(ToString::to_string);
        let list = values.iter().map(|value| (value.get_name(), help(value).unwrap_or_default()));
        roff.definitions(&list.collect::<Vec<_>>());
    } else {
        let names: Vec<&str> = values.iter().map(|value| value.get_name()).collect();
        roff.request("br", &[]);
        roff.line(&[plain(format!("One of {}.", names.join(", ")))]);
    }
    let defaults: Vec<_> =
        arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if !defaults.is_empty() && !arg.is_hide_default_value_set() {
        roff.line(&[plain(format!("[default: {}]", defaults.join(", ")))]);
    }
}
