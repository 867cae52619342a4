//! Completions as shells make use of them: each shell is asked what comes after some words.

use std::path::Path;

use crate::support::{Home, Run, skip, tool};
use crate::terminal::{self, Stdout};

/// A command line, and all that it can go on with.
const CASES: [(&str, &str); 11] = [
    ("keyctl ro", "rotate"),
    ("keyctl vault slot rem", "remove"),
    ("keyctl rotate --gra", "--grace"),
    ("keyctl vault slot add --new-k", "--new-keyfile"),
    ("keyctl list --status rev", "revoked"),
    ("keyctl --output ta", "table"),
    ("keyctl -o json vault slot add --role ex", "exporter"),
    ("keyctl create --kind web", "webhook"),
    ("keyctl policy set --require-owner n", "no"),
    ("keyctl completions el", "elvish"),
    ("keyctl man rot", "rotate"),
];

/// The script of a shell, as the repository has it.
fn script(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("completions").join(name).display().to_string()
}

/// What each case is completed to, a line each.
fn expected() -> String {
    CASES.iter().map(|(_, word)| format!("{word}\n")).collect()
}

#[test]
fn bash_completes_commands_flags_and_values() {
    if !tool("bash") {
        return skip("completions of bash need bash");
    }
    let ask = "ask() {
        COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
        _keyctl keyctl \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD - 1]}\"
        echo \"${COMPREPLY[*]}\"
    }\n";
    let asked: String = CASES.iter().map(|(line, _)| format!("ask {line}\n")).collect();
    let home = Home::empty();
    let mut bash = home.program("bash");
    bash.args(["--norc", "--noprofile", "-u", "-c"]);
    bash.arg(format!("source '{}'\n{ask}{asked}", script("keyctl.bash")));
    let run = Run::after(bash);
    assert_eq!((run.stdout, run.stderr), (expected(), String::new()));
}

/// An interactive one: what is typed is completed by a tab, and run. The command of that name says
/// what it was called with.
#[test]
fn zsh_completes_commands_flags_and_values() {
    if !tool("zsh") {
        return skip("completions of zsh need zsh");
    }
    let home = Home::empty();
    let folder = script("");
    home.write(
        ".zshrc",
        format!(
            "fpath=('{folder}' $fpath)\nautoload -Uz compinit\ncompinit -u -D\nPS1='ready> '\nkeyctl() {{ print -r -- \"keyctl $*\" }}\n"
        ),
    );
    let mut zsh = home.program("zsh");
    zsh.args(["-d", "-i", "+m"]).env("ZDOTDIR", home.path()).env("TERM", "dumb");
    let typed: Vec<String> = CASES.iter().map(|(line, _)| format!("{line}\t")).collect();
    let mut dialogue: Vec<(&str, &str)> =
        typed.iter().map(|line| ("ready> ", line.as_str())).collect();
    dialogue.push(("ready> ", "exit"));
    let run = terminal::talk(zsh, Stdout::Pipe, &dialogue);
    let lines: String =
        CASES.iter().map(|(line, word)| format!("{}\n", whole(line, word))).collect();
    assert_eq!(run.stdout, lines, "{}", run.stderr);
}

/// The line with its last word in full.
fn whole(line: &str, word: &str) -> String {
    let (before, _) = line.rsplit_once(' ').unwrap();
    format!("{before} {word}")
}

#[test]
fn fish_completes_commands_flags_and_values() {
    if !tool("fish") {
        return skip("completions of fish need fish");
    }
    let asked: String = CASES.iter().map(|(line, _)| format!("complete -C '{line}'\n")).collect();
    let home = Home::empty();
    let mut fish = home.program("fish");
    fish.args(["--no-config", "-c"]);
    fish.arg(format!("source '{}'\n{asked}", script("keyctl.fish")));
    let run = Run::after(fish);
    // After a tab comes what the word means.
    let words: String =
        run.stdout.lines().map(|line| format!("{}\n", line.split('\t').next().unwrap())).collect();
    assert_eq!((words, run.stderr), (expected(), String::new()));
}

/// The folder has files whose names would fit.
#[test]
fn files_are_offered_where_a_file_is_taken_and_nowhere_else() {
    if !tool("fish") {
        return skip("completions of fish need fish");
    }
    let home = Home::empty();
    home.write("shop.db", "");
    let lines = ["list --vault sh", "list --project sh", "show sh", "scan sh", "vault backup sh"];
    let asked: String =
        lines.iter().map(|line| format!("complete -C 'keyctl {line}'\necho ;\n")).collect();
    let mut fish = home.program("fish");
    fish.args(["--no-config", "-c"]);
    fish.arg(format!("source '{}'\n{asked}", script("keyctl.fish")));
    assert_eq!(Run::after(fish).stdout, "shop.db\n\n\n\nshop.db\n\nshop.db\n\n");
}

#[test]
fn the_script_is_the_one_that_is_installed_and_needs_nothing() {
    let home = Home::empty();
    home.write("config", "a file where the folder of the configuration should be");
    for (shell, file) in [
        ("bash", "keyctl.bash"),
        ("zsh", "_keyctl"),
        ("fish", "keyctl.fish"),
        ("powershell", "keyctl.ps1"),
        ("elvish", "keyctl.elv"),
        ("nushell", "keyctl.nu"),
    ] {
        let run = home.run_in(&[("HOME", ""), ("KEYCTL_OUTPUT", "wrong")], ["completions", shell]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{shell}");
        assert!(run.stdout == std::fs::read_to_string(script(file)).unwrap(), "{shell}");
    }
    assert_eq!(home.run(["completions", "csh"]).code, 2);
}

#[test]
fn a_reader_who_goes_away_is_no_failure() {
    let home = Home::empty();
    for what in ["completions bash", "man"] {
        let run = home.script(&format!("{{ keyctl {what}; echo $? > code; }} | true"));
        assert_eq!((run.stderr.as_str(), home.read("code").as_str()), ("", "0\n"), "{what}");
        assert_eq!(home.script(&format!("keyctl {what} >&-")).code, 0, "{what}");
    }
}

/// Flags whose parsers have messages of their own say to nobody which words they take.
#[test]
fn every_flag_that_takes_one_word_of_a_few_offers_them() {
    let fish = std::fs::read_to_string(script("keyctl.fish")).unwrap();
    for flag in ["env", "kind", "status", "role", "expires", "require-owner", "method"] {
        let lines: Vec<&str> =
            fish.lines().filter(|line| line.contains(&format!(" -l {flag} "))).collect();
        assert!(!lines.is_empty(), "no command has --{flag}");
        for line in lines {
            assert!(line.contains(" -r -f -a "), "{line}");
        }
    }
}
