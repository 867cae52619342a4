//! One page, section by section.

use clap::Command;

use super::roff::{Roff, Span, bold, italic, plain, with_flags};
use super::{about_all, each, example, options};
use crate::exit::{Exit, exits_of};

/// What a page is called: `keyctl-vault-check`.
pub(super) fn name(command: &Command) -> String {
    line(command).replace(' ', "-")
}

/// What is typed: `keyctl vault check`.
fn line(command: &Command) -> &str {
    command.get_bin_name().unwrap_or(command.get_name())
}

/// The page of a command of this tree.
pub(super) fn page(tree: &Command, command: &Command) -> String {
    let mut page = Roff::default();
    title(&mut page, tree, command);
    synopsis(&mut page, command);
    description(&mut page, command);
    commands(&mut page, command);
    options::sections(&mut page, command);
    examples(&mut page, command);
    exit_status(&mut page, command);
    about_all::sections(&mut page, is_root(command));
    see_also(&mut page, tree, command);
    page.finish()
}

fn is_root(command: &Command) -> bool {
    line(command) == "keyctl"
}

/// Without a date: a page is the same whenever it is made, and the version says how old it is.
fn title(roff: &mut Roff, tree: &Command, command: &Command) {
    let version = format!("keyctl {}", tree.get_version().unwrap_or_default());
    // groff's own switch for what the next but one line asks of every other program.
    roff.request("nr", &["HY", "0"]);
    roff.request("TH", &[&name(command).to_uppercase(), "1", "", &version, "keyctl manual"]);
    // Ragged on the right, and no word broken: flags and examples are to be found and copied.
    roff.request("ad", &["l"]);
    roff.request("nh", &[]);
    roff.section("NAME");
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    roff.line(&[plain(format!("{} - {}", name(command), about.trim_end_matches('.')))]);
}

/// The usage of `--help`: what is typed in bold, what stands for something else in italics.
fn synopsis(roff: &mut Roff, command: &Command) {
    roff.section("SYNOPSIS");
    let usage = command.clone().render_usage().to_string();
    for (number, usage) in usage.trim_start_matches("Usage:").lines().enumerate() {
        if number > 0 {
            roff.request("br", &[]);
        }
        let mut spans = vec![bold(line(command))];
        let arguments = usage.trim().strip_prefix(line(command)).unwrap_or_default();
        for word in arguments.split(' ').filter(|word| !word.is_empty()) {
            spans.push(plain(" "));
            spans.extend(of_usage(word));
        }
        roff.line(&spans);
    }
}

/// A word of the usage: `<KEY>...`, `[OPTIONS]`, `--scope`.
fn of_usage(word: &str) -> Vec<Span<'_>> {
    if word.starts_with('-') {
        return vec![bold(word)];
    }
    let (open, inside) = match word.split_at(1) {
        ("[", rest) => ("[", rest),
        (_, rest) => ("", rest),
    };
    let end = inside.find(['>', ']']).unwrap_or(inside.len());
    let close = inside[end..].trim_start_matches('>');
    vec![plain(open), italic(&inside[..end]), plain(close)]
}

fn description(roff: &mut Roff, command: &Command) {
    roff.section("DESCRIPTION");
    let about = command.get_long_about().or(command.get_about());
    let about = about.map(ToString::to_string).unwrap_or_default();
    // Where the first paragraph is the one of NAME, only what follows is news.
    let news = about.split_once("\n\n").filter(|_| !is_root(command)).map(|(_, news)| news);
    let more = after_help(command).into_iter().filter(|text| !text.starts_with("Exit codes"));
    let text: Vec<String> = std::iter::once(sentence(news.unwrap_or(&about))).chain(more).collect();
    roff.prose(&text.join("\n\n"));
}

/// Short help has no full stop; prose has one.
fn sentence(text: &str) -> String {
    let last = text.lines().next_back().unwrap_or_default();
    let end = if last.ends_with(['.', '?', '!']) || last.starts_with("  ") { "" } else { "." };
    format!("{text}{end}")
}

/// The paragraphs after the help that are no examples.
fn after_help(command: &Command) -> Vec<String> {
    let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let paragraphs = text.split("\n\n").filter(|p| !p.is_empty() && !p.starts_with("Example"));
    paragraphs.map(str::to_owned).collect()
}

fn commands(roff: &mut Roff, command: &Command) {
    if !command.has_subcommands() {
        return;
    }
    roff.section("COMMANDS");
    for below in command.get_subcommands() {
        roff.request("TP", &[]);
        roff.line(&[bold(name(below)), plain("(1)")]);
        let about = below.get_about().map(ToString::to_string).unwrap_or_default();
        roff.line(&with_flags(&about));
    }
}

fn examples(roff: &mut Roff, command: &Command) {
    let text = if is_root(command) {
        about_all::EXAMPLES.to_owned()
    } else {
        command.get_after_help().map(ToString::to_string).unwrap_or_default()
    };
    let blocks = text.split("\n\n").filter(|block| block.starts_with("Example"));
    let lines: Vec<String> = blocks
        .flat_map(|block| block.lines().skip(1))
        .flat_map(|line| example::lines(line.strip_prefix("  ").unwrap_or(line)))
        .collect();
    if !lines.is_empty() {
        roff.section("EXAMPLES");
        roff.request("EX", &[]);
        lines.iter().for_each(|line| roff.line(&[plain(line.as_str())]));
        roff.request("EE", &[]);
    }
}

/// The codes that a command can end with; a group of commands has those of all of them.
fn exit_status(roff: &mut Roff, command: &Command) {
    roff.section("EXIT STATUS");
    let mut exits: Vec<Exit> = Vec::new();
    each(command, &mut |command| {
        let words = line(command).strip_prefix("keyctl ").unwrap_or_default();
        exits.extend(exits_of(words));
    });
    exits.sort_by_key(|exit| exit.code());
    exits.dedup();
    let words = line(command).strip_prefix("keyctl ").unwrap_or_default();
    for exit in exits {
        roff.request("TP", &["6"]);
        roff.line(&[bold(exit.code().to_string())]);
        roff.line(&with_flags(exit.meaning(words)));
    }
}

/// The commands above, and those that the help names.
fn see_also(roff: &mut Roff, tree: &Command, command: &Command) {
    let mut help = command.clone().render_long_help().to_string();
    // Where a line was broken does not matter.
    help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let own = line(command);
    let mut names = Vec::new();
    each(tree, &mut |other| {
        let is_above = own.starts_with(&format!("{} ", line(other)));
        let is_named = !own.starts_with(line(other)) && names_command(&help, line(other));
        let is_below = line(other).starts_with(&format!("{own} "));
        if is_above || (is_named && !is_below) {
            names.push(name(other));
        }
    });
    if names.is_empty() {
        return;
    }
    roff.section("SEE ALSO");
    let last = names.len() - 1;
    for (number, name) in names.iter().enumerate() {
        let end = if number == last { "(1)" } else { "(1)," };
        roff.line(&[bold(name.as_str()), plain(end)]);
    }
}

/// True when a text names a command in quotes: 'keyctl vault slot list --flag'.
fn names_command(text: &str, line: &str) -> bool {
    let quoted = format!("'{line}");
    text.match_indices(&quoted).any(|(at, _)| {
        let rest = &text[at + quoted.len()..];
        let word = rest.strip_prefix(' ').map(|rest| rest.split([' ', '\'']).next());
        rest.starts_with('\'')
            || word.flatten().is_some_and(|word| !word.starts_with(char::is_lowercase))
    })
}
