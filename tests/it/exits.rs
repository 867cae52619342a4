//! What the manual promises about exit codes, held against every run of this suite: a command that
//! ends with a code that its page does not list has a wrong page.

use std::fs;
use std::path::Path;
use std::process::Command;

/// A page as the repository has it.
pub fn page(name: &str) -> String {
    let man = Path::new(env!("CARGO_MANIFEST_DIR")).join("man");
    fs::read_to_string(man.join(format!("{name}.1"))).unwrap()
}

/// The text between a heading of a page and the next one.
pub fn section(page: &str, title: &str) -> String {
    let mut inside = false;
    let mut text = String::new();
    for line in page.lines() {
        if let Some(heading) = line.strip_prefix(".SH ") {
            inside = heading.trim_matches('"') == title;
        } else if inside {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

/// The codes that a page lists.
pub fn codes(name: &str) -> Vec<String> {
    let status = section(&page(name), "EXIT STATUS");
    let bold = status.lines().filter_map(|line| line.strip_prefix("\\fB"));
    bold.map(|line| line.trim_end_matches("\\fR").to_owned()).collect()
}

/// Fails when a run of keyctl ended with a code that the page of its command does not list.
pub fn check(command: &Command, code: i32) {
    if command.get_program() != env!("CARGO_BIN_EXE_keyctl") || code < 0 {
        return;
    }
    let name = page_of(command);
    let listed = codes(&name);
    assert!(
        listed.contains(&code.to_string()),
        "{command:?} ended with {code}, and {name}(1) lists {listed:?}; if that is right, add it to the table in src/exit.rs, and run: cargo xtask generate"
    );
}

/// The page of the command that a command line names.
fn page_of(command: &Command) -> String {
    let line = std::iter::once(command.get_program()).chain(command.get_args());
    let parser = keyctl::command().ignore_errors(true);
    let mut name = "keyctl".to_owned();
    let matches = parser.try_get_matches_from(line).ok();
    let mut below = matches.as_ref().and_then(clap::ArgMatches::subcommand);
    while let Some((word, matches)) = below {
        name = format!("{name}-{word}");
        below = matches.subcommand();
    }
    name
}

#[test]
fn a_command_line_is_traced_to_its_page() {
    let traced = |line: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyctl"));
        page_of(command.args(line.split(' ')))
    };
    assert_eq!(
        traced("-o json vault --vault x slot add ci --role viewer"),
        "keyctl-vault-slot-add"
    );
    assert_eq!(traced("list --search verify"), "keyctl-list");
    assert_eq!(traced("audit verify"), "keyctl-audit-verify");
    assert_eq!(traced("nothing show"), "keyctl");
}

#[test]
#[should_panic(expected = "keyctl-list(1) lists")]
fn a_code_that_is_not_on_the_page_is_noticed() {
    check(Command::new(env!("CARGO_BIN_EXE_keyctl")).arg("list"), 13);
}
