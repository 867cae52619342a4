//! `--pager`: the answer goes through a program, where a terminal would show it.

use crate::screen::{CTRL_C, ENTER, Left, Screen};
use crate::support::{Home, PASSPHRASE};

/// Some hundred keys: more than a terminal shows, and than a pipe takes.
fn many() -> Home {
    let home = Home::new();
    let rows: String = (0..300).map(|n| format!("bot-{n:03},orders:read\n")).collect();
    home.write("keys.csv", format!("name,scopes\n{rows}"));
    home.ok(["create", "--from", "keys.csv", "--tokens-to", "t.csv", "--project", "shop", "-q"]);
    home
}

/// What is left when that pager has been through it.
fn paged(home: &Home, pager: &str, args: &[&str]) -> Left {
    Screen::start_in(home, &[("KEYCTL_PAGER", pager)], args.iter().copied()).end()
}

#[test]
fn the_pager_gets_the_answer_with_its_colours() {
    let home = many();
    let left = paged(&home, "cat > seen", &["list", "--pager"]);
    assert_eq!(left.code, 0);
    assert!(left.text.starts_with("300 keys\n"), "{}", left.text);
    let seen = home.read("seen");
    assert_eq!(seen.lines().count(), 301);
    assert!(seen.contains("bot-299") && seen.contains("\u{1b}[32mactive"), "{}", &seen[..400]);
    let left = paged(&home, "cat > seen", &["audit", "--pager"]);
    assert_eq!((left.code, left.text.as_str()), (0, "\n"));
    assert!(home.read("seen").contains("bot-299"));
}

#[test]
fn who_leaves_it_early_has_read_enough() {
    let home = many();
    for pager in ["true", "head -n 1 > seen", "exit 3"] {
        let left = paged(&home, pager, &["list", "--all", "-o", "jsonl", "--pager"]);
        assert_eq!((left.code, left.text.trim()), (0, ""), "{pager}");
        left.assert_restored();
    }
}

#[test]
fn ctrl_c_is_a_key_of_the_pager() {
    let home = many();
    let pager = "trap 'echo still here > /dev/tty' INT; cat > seen; echo ready > /dev/tty; \
                 while ! read line < /dev/tty; do :; done; echo got $line";
    let pager = [("KEYCTL_PAGER", pager)];
    let mut screen = Screen::start_in(&home, &pager, ["list", "--pager"]);
    screen.wait_for("ready").press(CTRL_C).wait_for("still here").press("go").press(ENTER);
    let left = screen.end();
    assert!(left.text.contains("got go"), "{}", left.text);
    assert_eq!(left.code, 0, "{}", left.text);
}

#[test]
fn a_pipe_needs_none() {
    let home = Home::new();
    home.token("bot");
    let pager = [("KEYCTL_PAGER", "touch started")];
    for args in [&["list", "--pager"][..], &["audit", "--pager"]] {
        let run = home.run_in(&pager, args.iter().copied());
        assert!(run.code == 0 && run.stdout.contains("bot"), "{run:?}");
    }
    assert!(!home.file("started").exists());
    paged(&home, "touch started", &["list", "--pager"]).assert_restored();
    assert!(home.file("started").exists(), "at a terminal it is");
}

#[test]
fn it_is_started_only_when_asked_for() {
    let home = Home::new();
    home.token("bot");
    assert!(paged(&home, "touch started", &["list"]).text.contains("bot"));
    assert!(!home.file("started").exists());
}

#[test]
fn it_does_not_see_the_passphrase() {
    let home = Home::new();
    home.token("bot");
    assert_eq!(paged(&home, "env > seen", &["list", "--pager"]).code, 0);
    let seen = home.read("seen");
    assert!(seen.contains("KEYCTL_OWNER") && !seen.contains(PASSPHRASE), "{seen}");
}

#[test]
fn keyctl_pager_beats_pager() {
    let home = Home::new();
    home.token("bot");
    let both = [("PAGER", "cat > second"), ("KEYCTL_PAGER", "cat > first")];
    assert_eq!(Screen::start_in(&home, &both, ["list", "--pager"]).end().code, 0);
    assert!(home.file("first").exists() && !home.file("second").exists());
    assert_eq!(Screen::start_in(&home, &both[..1], ["list", "--pager"]).end().code, 0);
    assert!(home.read("second").contains("bot"));
}

#[test]
fn a_pager_that_is_not_there_is_said_and_is_1() {
    let home = many();
    for flags in [&["--limit", "1"][..], &["-o", "csv"]] {
        let args = ["list", "--pager"].into_iter().chain(flags.iter().copied());
        let left = paged(&home, "no-such-pager", &args.collect::<Vec<_>>());
        assert_eq!(left.code, 1, "{}", left.text);
        let end =
            "error: the pager cannot be started\nhint: set KEYCTL_PAGER, or leave --pager out\n";
        assert!(left.text.ends_with(end), "{}", left.text);
    }
}
