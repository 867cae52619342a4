//! `create` at a terminal: what it asks, what it offers, and when it asks nothing.

use std::process::Command;

use crate::screen::{DOWN, ENTER, Left, NARROW, Screen};
use crate::support::Home;

/// A vault with keys in the project `shop`.
fn shop() -> Home {
    let home = Home::new();
    for (name, scope) in [("api", "orders:read"), ("web", "orders:read"), ("jobs", "users:read")] {
        home.ok(["create", "--project", "shop", "--name", name, "--scope", scope, "-q"]);
    }
    home
}

/// The lines of a list, once it is there as a whole.
fn offered(screen: &mut Screen, question: &str, last: &str) -> Vec<String> {
    let list = |text: &str| {
        let list = text.split_once(question).map(|(_, list)| list.to_owned());
        list.filter(|list| list.contains(last))
    };
    screen.wait_until(question, |text| list(text).is_some());
    let item = |line: &str| line.trim_start_matches(['❯', '✔', '⬚', ' ']).to_owned();
    list(&screen.text()).unwrap().lines().skip(1).map(item).collect()
}

/// What becomes of the rest when Enter answers it.
fn finish(mut screen: Screen) -> Left {
    screen.answer("Make this key? [Y/n]", "");
    let left = screen.end();
    assert_eq!(left.code, 0, "{}", left.text);
    left.assert_restored();
    left
}

#[test]
fn only_what_was_not_said_is_asked() {
    let home = shop();
    let said = ["--name", "bot", "--env", "production", "--owner", "bob"];
    let args = ["create"].into_iter().chain(said).chain(["--scope", "x", "--expires", "30d"]);
    let mut screen = Screen::start(&home, args);
    screen.answer("? Project", "");
    let left = finish(screen);
    assert_eq!(left.text.matches('✔').count(), 1, "{}", left.text);
    let key = home.json(["show", "bot"]);
    assert_eq!((&key["project"], &key["owner"]), (&"shop".into(), &"bob".into()));
    assert_eq!(key["environment"], "production");
}

#[test]
fn with_a_project_and_more_nothing_is_asked() {
    let home = shop();
    let left = Screen::start(&home, ["create", "--project", "shop", "--name", "bot"]).end();
    assert_eq!(left.code, 0);
    assert!(!left.text.contains('?') && !left.text.contains('✔'), "{}", left.text);
    // The configuration's project is one, where anything else is said.
    let project = [("KEYCTL_PROJECT", "shop")];
    let left = Screen::start_in(&home, &project, ["create", "--name", "bot-2"]).end();
    assert_eq!(left.code, 0);
    assert!(!left.text.contains('✔'), "{}", left.text);
}

#[test]
fn who_forbids_questions_gets_an_error_at_once() {
    let home = shop();
    for args in [["create", "--no-input"], ["create", "--yes"]] {
        let left = Screen::start(&home, args).end();
        assert_eq!(left.code, 2);
        insta::allow_duplicates! {
            insta::assert_snapshot!(left.text, @"
            error: a key needs a project: --project is missing
            hint: add --project NAME, or set KEYCTL_PROJECT or 'project' in config.toml
            ");
        }
    }
    let mut piped = Command::new("sh");
    piped.args(["-c", &format!("echo web | '{}' create", env!("CARGO_BIN_EXE_keyctl"))]);
    let ours = home.command([]);
    piped.env_clear().current_dir(home.path());
    piped.envs(ours.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let left = Screen::of(piped, NARROW).end();
    assert!(left.text.starts_with("error: a key needs a project"), "{}", left.text);
    assert_eq!((left.code, home.run_with(["create"], b"web\n").code), (2, 2));
    assert_eq!(home.ok(["list", "--field", "id"]).lines().count(), 3);
}

#[test]
fn what_is_usual_is_an_enter_away() {
    let home = shop();
    let usual = [
        ("KEYCTL_PROJECT", "web"),
        ("KEYCTL_ENV", "staging"),
        ("KEYCTL_OWNER", "carol"),
        ("KEYCTL_EXPIRES", "45d"),
    ];
    let mut screen = Screen::start_in(&home, &usual, ["create"]);
    assert_eq!(offered(&mut screen, "? Project", "(another…)"), ["web", "shop", "(another…)"]);
    screen.press(ENTER).answer("? Environment", "").answer("? Name", "bot");
    screen.answer("? Owner", "").answer("? Scopes", "").answer("? Expires", "");
    finish(screen);
    let key = home.json(["show", "bot"]);
    let said = ["project", "environment", "owner"].map(|field| key[field].as_str().unwrap());
    assert_eq!(said, ["web", "staging", "carol"]);
    assert!(!key["expires_at"].is_null());
}

#[test]
fn the_scopes_of_the_project_are_offered_the_most_used_first() {
    let home = shop();
    let args = ["create", "--env", "staging", "--name", "bot", "--expires", "30d"];
    let mut screen = Screen::start(&home, args);
    screen.answer("? Project", "").answer("? Owner", "");
    assert_eq!(
        offered(&mut screen, "? Scopes", "(others…)"),
        ["orders:read", "users:read", "(others…)"]
    );
    screen.press(" ").press(DOWN).press(DOWN).press(" ").press(ENTER);
    screen.answer("separated by spaces", "jobs:*");
    finish(screen);
    assert_eq!(home.ok(["scope", "list", "bot"]), "jobs:*\norders:read");
}

#[test]
fn a_name_that_is_taken_or_none_is_asked_for_again() {
    let home = shop();
    let args = ["create", "--env", "staging", "--owner", "bob", "--scope", "x", "--expires", "30d"];
    let mut screen = Screen::start(&home, args);
    screen.answer("? Project", "").answer("? Name", "api");
    screen.wait_for("✘ 'api' is the name of another key of this project");
    // What was typed is still there, to be changed.
    screen.wait_for("› api").press("-2").press(ENTER);
    let left = finish(screen);
    assert!(left.text.contains("✔ Name · api-2"), "{}", left.text);
    let mut screen = Screen::start(&home, args);
    screen.answer("? Project", "").answer("? Name", "key_aaaaaaaaaaaa").wait_for("✘");
    screen.press("\u{15}").press(ENTER);
    let left = finish(screen);
    assert!(left.text.contains("✔ Name · from the time"), "{}", left.text);
}

#[test]
fn a_project_that_is_none_is_asked_for_again() {
    let home = Home::new();
    let mut screen = Screen::start(&home, ["create", "--name", "bot", "--env", "staging"]);
    screen.answer("? Project", "").wait_for("✘ '' is empty");
    screen.answer("? Project", "a\u{200b}b").wait_for("✘ 'a\\u{200b}b'").press("\u{17}shop\r");
    screen.answer("? Owner", "").answer("? Scopes", "").answer("? Expires", "");
    let left = finish(screen);
    assert!(left.text.contains("✔ Project · shop"), "{}", left.text);
}

#[test]
fn the_policy_limits_the_lifetimes_that_are_offered() {
    let home = shop();
    home.ok(["policy", "set", "--default-lifetime", "14d", "--max-lifetime", "60d"]);
    let args = ["create", "--env", "staging", "--owner", "bob", "--scope", "x", "--name", "bot"];
    let mut screen = Screen::start(&home, args);
    screen.answer("? Project", "");
    let offers = offered(&mut screen, "? Expires", "(another…)");
    let names: Vec<&str> = offers.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(names, ["14d", "7d", "30d", "60d", "(another…)"]);
    assert!(screen.text().contains("❯ 14d"), "{}", screen.text());
    screen.press("\u{1b}[A").wait_for("❯ (another…)").press(ENTER);
    screen.answer("like 45d", "90d").wait_for("✘ '90d' is more than the policy allows");
    screen.press("\u{15}").answer("like 45d", "never").wait_for("✘ 'never'");
    screen.press("\u{15}").answer("like 45d", "2001-01-01").wait_for("lies in the past");
    screen.press("\u{15}").answer("like 45d", "59d");
    finish(screen);
    assert!(!home.json(["show", "bot"])["expires_at"].is_null());
}

#[test]
fn the_ceiling_of_the_owner_limits_the_scopes_that_are_offered() {
    let home = shop();
    home.ok(["owner", "add", "bob", "--scope", "orders:*", "-q"]);
    let args = ["create", "--env", "staging", "--name", "bot", "--expires", "30d"];
    let mut screen = Screen::start(&home, args);
    screen.answer("? Project", "");
    assert_eq!(offered(&mut screen, "? Owner", "(another…)"), ["tester", "bob", "(another…)"]);
    screen.press(DOWN).wait_for("❯ bob").press(ENTER);
    assert_eq!(offered(&mut screen, "? Scopes", "(others…)"), ["orders:read", "(others…)"]);
    screen.press(DOWN).wait_for("❯ ⬚ (others…)").press(" ").wait_for("❯ ✔").press(ENTER);
    screen.answer("separated by spaces", "users:read").wait_for("beyond what the owner may have");
    screen.press("\u{15}").answer("separated by spaces", "orders:write");
    finish(screen);
    assert_eq!(home.ok(["scope", "list", "bot"]), "orders:write");
}

#[test]
fn many_projects_are_searched() {
    let home = Home::new();
    let rows: String = (0..12).map(|n| format!("bot-{n},project-{n},x\n")).collect();
    home.write("keys.csv", format!("name,project,scopes\n{rows}"));
    home.ok(["create", "--from", "keys.csv", "--tokens-to", "tokens.csv", "-q"]);
    let args = ["create", "--env", "staging", "--name", "new", "--owner", "bob", "--scope", "x"];
    let mut screen = Screen::start(&home, args.into_iter().chain(["--expires", "30d"]));
    screen.wait_for("Project (type to search)").press("11").wait_for("❯ project-11");
    screen.press(ENTER);
    finish(screen);
    assert_eq!(home.ok(["show", "new", "--field", "project"]), "project-11");
}

#[test]
fn a_no_to_the_summary_makes_nothing() {
    let home = shop();
    let args = ["create", "--env", "staging", "--name", "bot", "--owner", "bob", "--scope", "x"];
    let mut screen = Screen::start(&home, args.into_iter().chain(["--expires", "30d"]));
    screen.answer("? Project", "").answer("Make this key?", "n");
    let left = screen.end();
    assert_eq!(left.code, 130);
    assert!(left.text.ends_with("error: nothing was made\n"), "{}", left.text);
    assert_eq!(home.run(["show", "bot"]).code, 3);
}
