//! The manual: how it is shown, and that its pages are good roff.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::exits::{codes, page, section};
use crate::support::{Home, Run, skip, tool};
use crate::terminal::{self, Stdout};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> =
        fs::read_dir(root().join("man")).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    assert!(pages.len() > 50, "{pages:?}");
    pages
}

#[test]
fn a_pipe_gets_the_page_as_it_is() {
    let home = Home::empty();
    for (words, name) in [
        (&["man"][..], "keyctl"),
        (&["man", "rotate"], "keyctl-rotate"),
        (&["man", "vault", "slot", "add"], "keyctl-vault-slot-add"),
    ] {
        let run = home.run_in(&[("HOME", ""), ("KEYCTL_ENV", "wrong")], words.iter().copied());
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{words:?}");
        assert_eq!(run.stdout, page(name));
    }
}

/// `keyctl man rotate` where the program `man` is that script. A shell writes it: what this process has
/// open for writing, another test's child may have inherited, and then nobody can run it.
fn with_man(home: &Home, script: &str) -> Command {
    home.write("man.txt", format!("#!/bin/sh\n{script}\n"));
    assert_eq!(home.script("mkdir bin && cat man.txt > bin/man && chmod +x bin/man").code, 0);
    let folder = home.file("bin");
    let mut command = home.command(["man", "rotate"]);
    let path = std::env::var("PATH").unwrap();
    command.env("PATH", format!("{}:{path}", folder.display()));
    command
}

#[test]
fn a_terminal_gets_it_from_the_program_man_which_sees_no_passphrase() {
    let home = Home::empty();
    let command = with_man(&home, "echo \"$@ ${KEYCTL_PASSPHRASE-none}\"; grep -c SYNOPSIS");
    let run = terminal::talk(command, Stdout::Terminal, &[]);
    assert_eq!((run.code, run.stderr.as_str()), (0, "-l - none\r\n1\r\n"));
}

#[test]
fn a_man_that_fails_is_a_failure_with_another_way() {
    let home = Home::empty();
    let mut command = with_man(&home, "exit 3");
    command.env("NO_COLOR", "1");
    let run = terminal::talk(command, Stdout::Terminal, &[]);
    assert_eq!(run.code, 1);
    insta::assert_snapshot!(run.stderr.replace('\r', ""), @"
    error: the program 'man' could not show the page: exit status: 3
    hint: --help says the same; a pipe gets the page as it is: keyctl man | less
    ");
}

#[test]
fn a_terminal_without_man_gets_the_page_as_it_is() {
    let home = Home::empty();
    let mut command = home.command(["man", "rotate"]);
    command.env("PATH", home.path());
    let run = terminal::talk(command, Stdout::Terminal, &[]);
    assert_eq!((run.code, run.stderr.replace('\r', "")), (0, page("keyctl-rotate")));
}

#[test]
fn what_was_mistyped_gets_the_nearest_command() {
    let home = Home::empty();
    let said = [
        &["man", "rotat"][..],
        &["man", "vault", "chek"],
        &["man", "backup"],
        &["man", "show", "deploy-bot"],
        &["man", "zzzzzz"],
    ]
    .map(|args| {
        let run = home.run(args.iter().copied());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{args:?}");
        run.stderr
    });
    insta::assert_snapshot!(said.concat(), @"
    error: there is no command 'rotat'
    hint: did you mean 'rotate'?
    error: 'keyctl vault' has no command 'chek'
    hint: did you mean 'check'?
    error: there is no command 'backup' by itself
    hint: did you mean 'keyctl vault backup'?
    error: 'keyctl show' has no command 'deploy-bot'
    hint: its own page is 'keyctl man show'
    error: there is no command 'zzzzzz'
    hint: 'keyctl --help' lists them
    ");
}

#[test]
fn each_page_has_its_sections_in_their_order() {
    for path in pages() {
        let text = fs::read_to_string(&path).unwrap();
        let titles: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix(".SH "))
            .map(|t| t.trim_matches('"'))
            .collect();
        let order = [
            "NAME",
            "SYNOPSIS",
            "DESCRIPTION",
            "COMMANDS",
            "ARGUMENTS",
            "OPTIONS",
            "EXAMPLES",
            "EXIT STATUS",
            "ENVIRONMENT",
            "FILES",
            "SEE ALSO",
        ];
        let wanted: Vec<&str> = order.into_iter().filter(|title| titles.contains(title)).collect();
        assert_eq!(titles, wanted, "{}", path.display());
        for title in ["SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "EXIT STATUS"] {
            assert!(!section(&text, title).is_empty(), "{} has no {title}", path.display());
        }
        assert!(text.contains(".SS \"Global options\"\n"), "{}", path.display());
    }
}

#[test]
fn a_page_has_the_exit_codes_of_its_command_and_no_others() {
    assert_eq!(codes("keyctl-man"), ["0", "1", "2", "70"]);
    assert_eq!(codes("keyctl-list"), ["0", "1", "2", "4", "7", "70", "130"]);
    assert_eq!(codes("keyctl-revoke"), ["0", "1", "2", "3", "4", "5", "6", "7", "70", "130"]);
    let verify = ["0", "1", "2", "4", "7", "10", "11", "12", "13", "70", "130"];
    assert_eq!(codes("keyctl-verify"), verify);
    let table = fs::read_to_string(root().join("docs/exit-codes.md")).unwrap();
    let all: Vec<String> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(' ').next())
        .filter(|code| code.bytes().all(|b| b.is_ascii_digit()))
        .map(str::to_owned)
        .collect();
    assert_eq!(codes("keyctl"), all, "keyctl(1) has every code of docs/exit-codes.md");
}

#[test]
fn the_page_of_keyctl_has_every_variable_that_is_read() {
    let listed: BTreeSet<String> = section(&page("keyctl"), "ENVIRONMENT")
        .lines()
        .filter_map(|line| line.strip_prefix("\\fBKEYCTL_"))
        .map(|line| format!("KEYCTL_{}", line.trim_end_matches("\\fR")))
        .collect();
    let mut read = BTreeSet::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("manual/about_all.rs") {
                let text = fs::read_to_string(&path).unwrap();
                let names = text.split("\"KEYCTL_").skip(1).filter_map(|rest| rest.split_once('"'));
                let is_name =
                    |name: &str| name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
                read.extend(
                    names
                        .map(|(name, _)| name)
                        .filter(|n| is_name(n))
                        .map(|n| format!("KEYCTL_{n}")),
                );
            }
        }
    }
    assert_eq!(listed, read);
}

#[test]
fn no_formatter_has_anything_to_complain_about() {
    if !tool("groff") {
        return skip("checking man pages needs groff");
    }
    let mut groff = Command::new("groff");
    groff.args(["-ww", "-man", "-z", "-Kutf8", "-Tutf8"]).args(pages());
    let run = Run::after(groff);
    assert_eq!((run.code, run.stdout + &run.stderr), (0, String::new()));
}

/// mandoc has the strictest eyes, and misses only a date: a page that had one would differ with the
/// day on which it is made.
#[test]
fn the_other_formatter_misses_a_date_and_nothing_else() {
    if Command::new("mandoc").arg("-h").output().is_err() {
        return skip("checking man pages needs mandoc");
    }
    let mut mandoc = Command::new("mandoc");
    mandoc.args(["-Tlint", "-Wwarning"]).args(pages());
    let run = Run::after(mandoc);
    let found: Vec<&str> =
        run.stdout.lines().filter(|line| !line.contains("missing date")).collect();
    assert!(found.is_empty() && run.stdout.contains("missing date"), "{found:?} {run:?}");
}

/// But for one line, which has to be copied whole.
#[test]
fn pages_fit_on_a_terminal() {
    if !tool("groff") {
        return skip("formatting man pages needs groff");
    }
    for path in pages() {
        let mut groff = Command::new("groff");
        groff.args(["-man", "-Kutf8", "-Tutf8", "-P-c", "-P-b", "-P-u", "-rLL=78n"]).arg(&path);
        let run = Run::after(groff);
        let fits = |line: &&str| line.chars().count() <= 80 || line.contains("nushell | save");
        let long: Vec<&str> = run.stdout.lines().filter(|line| !fits(line)).collect();
        assert!(long.is_empty() && run.stdout.contains("SYNOPSIS"), "{}: {long:?}", path.display());
    }
}
