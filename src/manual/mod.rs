//! The manual: a page for each command, made from the command tree as its `--help` is.
//!
//! The generator of clap's own project puts every flag into the synopsis, mixes a verb's flags with
//! those of all verbs, and has no place for examples, exit codes, files and variables; so the pages are
//! written here, with the few macros of man(7) that every reader of man pages knows.

mod about_all;
mod example;
mod options;
mod page;
mod roff;

use clap::Command;

/// The page of the command that these words name; none for words that name none.
pub(crate) fn page(command: Command, words: &[&str]) -> Option<String> {
    let tree = built(command);
    let mut command = &tree;
    for word in words {
        command = command.find_subcommand(word)?;
    }
    Some(page::page(&tree, command))
}

/// Every page, with the name of its file.
pub(crate) fn pages(command: Command) -> Vec<(String, String)> {
    let tree = built(command);
    let mut pages = Vec::new();
    each(&tree, &mut |command| {
        pages.push((format!("{}.1", page::name(command)), page::page(&tree, command)));
    });
    pages
}

/// Does something with a command and with each one below it.
fn each<'a>(command: &'a Command, deed: &mut impl FnMut(&'a Command)) {
    deed(command);
    for below in command.get_subcommands() {
        each(below, deed);
    }
}

/// The tree as it parses: global flags are everywhere, and every command knows its full name.
fn built(command: Command) -> Command {
    let mut command = command;
    command.build();
    command
}
