//! The script for fish.
//!
//! The generator of clap's own project knows commands of commands, and nothing below them: after
//! `keyctl vault slot add` it would offer `add`, and none of its flags. In this script one function
//! finds out where the command line is, by the words that name a command, however deep.

use std::fmt::Write as _;
use std::io;

use clap::{Arg, ArgAction, Command, ValueHint};
use clap_complete::Generator;

/// Makes the script.
pub(super) struct Fish;

impl Generator for Fish {
    fn file_name(&self, name: &str) -> String {
        format!("{name}.fish")
    }

    fn generate(&self, command: &Command, to: &mut dyn io::Write) {
        self.try_generate(command, to).expect("writing to memory cannot fail");
    }

    fn try_generate(&self, command: &Command, to: &mut dyn io::Write) -> io::Result<()> {
        to.write_all(script(command).as_bytes())
    }
}

fn script(command: &Command) -> String {
    let mut script = format!(
        "# Whether the command line names this command so far.
function __keyctl_at
    set -l words (commandline -opc)
    set -l at keyctl
    for word in $words[2..]
        if contains -- \"$at $word\" {}
            set at \"$at $word\"
        end
    end
    test \"$at\" = \"$argv\"
end

",
        commands(command)
    );
    for arg in command.get_arguments().filter(|arg| arg.is_global_set()) {
        line(&mut script, None, &flag(arg));
    }
    each(command, &mut script);
    script
}

/// Every command but the first, each in quotes.
fn commands(command: &Command) -> String {
    let below = command.get_subcommands().map(|below| {
        let name = quoted(below.get_bin_name().unwrap_or_default());
        format!("{name} {}", commands(below))
    });
    below.collect::<String>()
}

fn each(command: &Command, script: &mut String) {
    let at = command.get_bin_name();
    for arg in command.get_arguments().filter(|arg| !arg.is_global_set() && !arg.is_hide_set()) {
        let what = if arg.is_positional() { values(arg) } else { flag(arg) };
        line(script, at, &what);
    }
    if command.get_positionals().next().is_none() {
        line(script, at, "-f");
    }
    for below in command.get_subcommands() {
        let about = below.get_about().map(ToString::to_string).unwrap_or_default();
        line(script, at, &format!("-f -a {} -d {}", quoted(below.get_name()), quoted(&about)));
    }
    for below in command.get_subcommands() {
        each(below, script);
    }
}

fn line(script: &mut String, at: Option<&str>, what: &str) {
    let condition = at.map(|at| format!(" -n {}", quoted(&format!("__keyctl_at {at}"))));
    let written = writeln!(script, "complete -c keyctl{} {what}", condition.unwrap_or_default());
    written.expect("writing to memory cannot fail");
}

fn flag(arg: &Arg) -> String {
    let mut flag = String::new();
    if let Some(short) = arg.get_short() {
        flag.push_str(&format!("-s {short} "));
    }
    if let Some(long) = arg.get_long() {
        flag.push_str(&format!("-l {long} "));
    }
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    flag.push_str(&format!("-d {}", quoted(&help)));
    if matches!(arg.get_action(), ArgAction::Set | ArgAction::Append) {
        flag.push_str(&format!(" -r {}", values(arg)));
    }
    flag
}

/// Files, or the words that there are, or nothing.
fn values(arg: &Arg) -> String {
    if matches!(arg.get_value_hint(), ValueHint::AnyPath | ValueHint::FilePath) {
        return "-F".to_owned();
    }
    let words = arg.get_possible_values();
    if words.is_empty() {
        return "-f".to_owned();
    }
    let words: Vec<String> = words
        .iter()
        .map(|word| match word.get_help() {
            Some(help) => format!("{}\\t{}", word.get_name(), quoted(&help.to_string())),
            None => word.get_name().to_owned(),
        })
        .collect();
    format!("-f -a {}", quoted(&words.join(" ")))
}

/// Text that fish takes as it is.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
