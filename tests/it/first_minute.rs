//! The first minute: nothing is there yet, and somebody types `keyctl create`.

use crate::screen::{CTRL_C, ENTER, ESC, LOCKED, Screen, WIDE};
use crate::support::{Home, PASSPHRASE, redact};

/// `create` in a home without a vault, up to the question for a project.
fn make_a_vault(home: &Home) -> Screen {
    let mut command = home.command(["create"]);
    command.env_remove(LOCKED.0);
    let mut screen = Screen::of(command, WIDE);
    screen
        .answer("Make one now? [Y/n]", "y")
        .answer("New passphrase:", PASSPHRASE)
        .answer("New passphrase again:", PASSPHRASE)
        .wait_for("? Project");
    screen
}

#[test]
fn create_makes_a_vault_and_a_key_and_asks_for_the_passphrase_once() {
    let home = Home::empty();
    let mut screen = make_a_vault(&home);
    let recovery = recovery_key(&screen.text());
    screen
        .press("shop")
        .press(ENTER)
        .answer("? Environment", "")
        .answer("? Name", "deploy-bot")
        .answer("? Owner", "")
        .answer("? Scopes", "orders:read orders:write")
        .answer("? Expires", "")
        .answer("Make this key? [Y/n]", "");
    let left = screen.end();
    assert_eq!(left.code, 0, "{}", left.text);
    left.assert_restored();
    let text = redact(&left.text, &home).replace(&recovery, "[recovery]");
    let (before, after) = text.split_once("90d until ").unwrap();
    let text = format!("{before}90d until [day]{}", &after["2022-07-15".len()..]);
    insta::assert_snapshot!(text, @"
    There is no vault at '[home]/data/keyctl/vault.db'. Make one now? [Y/n] yes
    New passphrase:
    New passphrase again:
    The recovery key:

      [recovery]

    Made the vault '[home]/data/keyctl/vault.db'.
    The recovery key opens the vault when the passphrase is lost. It is shown only
    now: write it down, and keep it away from the vault.
    ✔ Project · shop
    ✔ Environment · development
    ✔ Name · deploy-bot
    ✔ Owner · tester
    ✔ Scopes · orders:read orders:write
    ✔ Expires · 90d until [day]

      name         deploy-bot
      project      shop
      environment  development
      owner        tester
      scopes       orders:read orders:write
      expires      [time]

    Make this key? [Y/n] yes
    Created [id] (deploy-bot, project shop).
      environment development, owner tester
      scopes orders:read orders:write
      expires [time]

    [kc-dev-token]

    The token is shown only now: put it where it belongs.
    ");
    assert_eq!(home.ok(["list", "--field", "name"]), "deploy-bot");
    let file = home.write("recovery", &recovery);
    assert_eq!(home.run_in(&[LOCKED], ["list", "--recovery-file", &file]).code, 0);
}

/// The line below `The recovery key:`, which is shown once.
fn recovery_key(text: &str) -> String {
    let keys: Vec<&str> = text.split("The recovery key:\n\n  ").skip(1).collect();
    assert_eq!(keys.len(), 1, "{text}");
    keys[0].lines().next().unwrap().to_owned()
}

#[test]
fn what_was_begun_without_a_vault_can_be_broken_off_at_every_question() {
    let home = Home::empty();
    let offer = |home: &Home| Screen::start_in(home, &[LOCKED], ["create"]);
    for keys in [ESC, CTRL_C] {
        let mut screen = offer(&home);
        screen.wait_for("Make one now? [Y/n]").press(keys);
        screen.end().assert_broken_off("");
        let mut screen = offer(&home);
        screen.answer("Make one now? [Y/n]", "y").wait_for("New passphrase:");
        let before = screen.text().replace("New passphrase:\n", "");
        screen.press("secret").press(keys);
        screen.end().assert_broken_off(&before);
        let mut screen = offer(&home);
        screen
            .answer("Make one now? [Y/n]", "y")
            .answer("New passphrase:", "secret")
            .wait_for("again:");
        let before = screen.text().replace("New passphrase again:\n", "");
        screen.press("secret").press(keys);
        screen.end().assert_broken_off(&before);
        assert!(!home.vault().exists());
    }
}

#[test]
fn two_passphrases_that_differ_make_no_vault() {
    let home = Home::empty();
    let mut screen = Screen::start_in(&home, &[LOCKED], ["create"]);
    screen
        .answer("Make one now? [Y/n]", "y")
        .answer("New passphrase:", PASSPHRASE)
        .answer("again:", "something else");
    let left = screen.end();
    assert_eq!(left.code, 4);
    assert!(left.text.contains("error: the two passphrases differ"), "{}", left.text);
    assert!(!home.vault().exists());
}

#[test]
fn who_wants_no_vault_is_told_how_to_make_one() {
    let home = Home::empty();
    let mut screen = Screen::of(home.command(["create"]), WIDE);
    screen.answer("Make one now? [Y/n]", "n");
    let left = screen.end();
    insta::assert_snapshot!(format!("exit {}\n{}", left.code, left.shown(&home)), @"
    exit 1
    There is no vault at '[home]/data/keyctl/vault.db'. Make one now? [Y/n] no
    error: no vault at '[home]/data/keyctl/vault.db'
    hint: run 'keyctl init' to create one
    ");
}

#[test]
fn keyctl_alone_fits_a_terminal() {
    let home = Home::empty();
    let left = Screen::start(&home, []).end();
    assert_eq!(left.code, 0);
    assert!(left.text.starts_with("keyctl keeps API keys in one encrypted file"), "{}", left.text);
    assert_eq!(left.text, home.run([]).stdout, "no line is wrapped");
}

#[test]
fn what_was_mistyped_is_said_in_two_lines() {
    let home = Home::empty();
    let left = Screen::start(&home, ["craete"]).end();
    insta::assert_snapshot!(format!("exit {}\n{}", left.code, left.text), @"
    exit 2
    error: there is no command 'craete'
    hint: did you mean 'create'?
    ");
}

#[test]
fn a_key_that_was_made_is_there_although_the_next_question_is_broken_off() {
    let home = Home::empty();
    let mut screen = make_a_vault(&home);
    screen.press(CTRL_C);
    assert_eq!(screen.end().code, 130);
    assert!(home.vault().exists(), "the vault is made");
    assert_eq!(home.ok(["list", "--field", "id"]), "");
}
