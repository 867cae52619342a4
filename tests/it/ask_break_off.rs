//! Esc and Ctrl-C at each kind of question: nothing has changed, nothing is left of the question, and
//! the terminal is as it was.

use crate::screen::{CTRL_C, ENTER, ESC, LOCKED, Screen, WIDE};
use crate::support::Home;

/// Breaks a command off at a question, with each of both keys. `to_there` answers what comes before
/// it, `keys` are pressed in it.
fn break_off(
    home: &Home,
    args: &[&str],
    to_there: impl Fn(&mut Screen),
    question: &str,
    keys: &str,
) {
    let state = || (home.json(["vault", "info"]), home.json(["list", "--all"]));
    let before = state();
    for end in [ESC, CTRL_C] {
        let mut screen = Screen::of(home.command(args.iter().copied()), WIDE);
        to_there(&mut screen);
        screen.wait_for(question);
        let text = screen.text();
        let line = text.lines().position(|line| line.contains(question)).unwrap();
        let answered: String = text.lines().take(line).map(|line| line.to_owned() + "\n").collect();
        screen.press(keys).press(end);
        screen.end().assert_broken_off(&answered);
    }
    assert_eq!(state(), before);
}

fn nothing(_: &mut Screen) {}

/// That many keys in the project `shop`, each with a scope of its own.
fn keys(count: usize) -> Home {
    let home = Home::new();
    let rows: String = (0..count).map(|n| format!("bot-{n},scope-{n}\n")).collect();
    home.write("keys.csv", format!("name,scopes\n{rows}"));
    home.ok(["create", "--from", "keys.csv", "--tokens-to", "t.csv", "--project", "shop", "-q"]);
    home
}

#[test]
fn a_line() {
    let home = Home::new();
    break_off(&home, &["create"], nothing, "? Project", "shop");
}

#[test]
fn a_line_that_was_refused_once() {
    let home = Home::new();
    let refused = |screen: &mut Screen| {
        screen.answer("? Project", "").wait_for("✘ '' is empty");
    };
    break_off(&home, &["create"], refused, "? Project", "x");
}

#[test]
fn a_short_list() {
    let home = keys(1);
    let in_list = |screen: &mut Screen| {
        screen.answer("? Project", "");
    };
    break_off(&home, &["create"], in_list, "? Environment", "jj");
}

#[test]
fn scopes_on_one_page_and_on_several() {
    for count in [3, 11, 30] {
        let home = keys(count);
        let args = ["create", "--env", "staging", "--name", "new", "--owner", "bob"];
        let in_list = |screen: &mut Screen| {
            screen.answer("? Project", "");
        };
        break_off(&home, &args, in_list, "? Scopes", " j jjj ");
    }
}

#[test]
fn a_search() {
    for count in [2, 40] {
        let home = keys(count);
        break_off(&home, &["show"], nothing, "? Which key", "bot");
        break_off(&home, &["revoke"], nothing, "? Which key", "none of these");
    }
}

#[test]
fn yes_or_no() {
    let home = keys(2);
    break_off(&home, &["revoke", "bot-1"], nothing, "Revoke key_", "y");
    let name = "a-name-that-makes-the-question-longer-than-a-line-".repeat(3);
    home.token(&name);
    break_off(&home, &["delete", &name], nothing, "Delete key_", "yn");
}

#[test]
fn a_name_that_is_to_be_typed() {
    let home = keys(2);
    let said_yes = |screen: &mut Screen| {
        screen.answer("for good? [y/N]", "y");
    };
    break_off(&home, &["delete", "bot-1"], said_yes, "? Type its name", "bot-1");
}

#[test]
fn a_hidden_line() {
    let home = keys(1);
    for keys in [ESC, CTRL_C] {
        for args in [&["list"][..], &["verify"], &["vault", "passphrase"]] {
            let mut screen = Screen::start_in(&home, &[LOCKED], args.iter().copied());
            screen.wait_for(":").press("secret").press(keys);
            screen.end().assert_broken_off("");
        }
    }
}

/// An arrow key is no part of a passphrase, and what was wrong can be taken back.
#[test]
fn a_hidden_line_takes_no_other_keys() {
    let home = Home::new();
    let mut screen = Screen::start_in(&home, &[LOCKED], ["list", "--field", "id"]);
    screen.wait_for("Passphrase:").press("wrong\u{15}").press("\u{1b}[D\u{1b}OA");
    screen.press(crate::support::PASSPHRASE).press("x\u{7f}").press(ENTER);
    let left = screen.end();
    assert_eq!((left.code, left.text.as_str()), (0, "Passphrase:\nnote: no key fits\n"));
}

/// What is typed before a question is there belongs to it, and is not shown twice.
#[test]
fn answers_that_come_faster_than_the_questions_count() {
    let home = Home::new();
    let args = ["create", "--env", "staging", "--owner", "bob", "--expires", "30d"];
    let mut screen = Screen::start(&home, args);
    screen.wait_for("? Project").press("shop\rfast\rx y\ry\r");
    let left = screen.end();
    assert_eq!(left.code, 0, "{}", left.text);
    let shown = |text: &str| left.text.matches(text).count();
    assert_eq!([shown("Project · shop"), shown("Name · fast"), shown("Scopes · x y")], [1, 1, 1]);
    assert_eq!(home.ok(["scope", "list", "fast"]), "x\ny");
}
