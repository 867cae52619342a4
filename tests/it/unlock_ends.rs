//! What ends an `unlock` before its time: a change of what it was opened with, whoever makes it.

use crate::login::Login;
use crate::support::Home;

const NEW: &str = "another pass phrase";

/// Makes a change of a vault that is open for a login, as another login does, from a home of its own
/// that shares the file. What the first login says of the vault then.
fn change(home: &Home, login: &Login, args: &[&str]) -> String {
    let elsewhere = Home::empty();
    let file = elsewhere.write("new", NEW);
    let vault = home.vault().display().to_string();
    let args = args.iter().map(|arg| if *arg == "NEW" { file.as_str() } else { arg });
    let run = elsewhere.run(args.chain(["--vault", &vault, "--yes", "-q"]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let run = login.run(home, ["vault", "info"]);
    assert_eq!(run.code, 4, "{}", run.stdout);
    let first = run.stderr.lines().next().unwrap().to_owned();
    assert_eq!(login.run(home, ["lock"]).stderr, "Nothing was open.\n");
    first
}

const OVER: &str = "note: the vault is locked again: what it was unlocked with has changed since";

#[test]
fn another_passphrase_of_the_slot() {
    let Some(login) = Login::new() else { return };
    let home = Home::new();
    login.unlock(&home, &["--admin"]);
    let args = ["vault", "passphrase", "--new-passphrase-file", "NEW"];
    assert_eq!(change(&home, &login, &args), OVER);
}

#[test]
fn the_slot_being_removed() {
    let Some(login) = Login::new() else { return };
    let home = Home::new();
    home.add_slot("guest", "viewer", NEW);
    let guest = [("KEYCTL_PASSPHRASE", NEW)];
    assert_eq!(login.run_in(&home, &guest, ["unlock"]).code, 0);
    assert_eq!(change(&home, &login, &["vault", "slot", "remove", "guest"]), OVER);
}

#[test]
fn other_keys_of_the_vault() {
    let Some(login) = Login::new() else { return };
    let home = Home::new();
    login.unlock(&home, &["--admin"]);
    assert_eq!(change(&home, &login, &["vault", "rekey"]), OVER);
}

#[test]
fn the_same_made_by_the_login_itself() {
    let Some(login) = Login::new() else { return };
    let home = Home::new();
    home.add_slot("guest", "viewer", NEW);
    let changes = [
        &["vault", "slot", "remove", "guest"][..],
        &["vault", "rekey"],
        &["vault", "passphrase", "--new-passphrase-file", "guest.pass"],
    ];
    for args in changes {
        login.unlock(&home, &["--admin"]);
        let run = login.run_in(&home, &[], args.iter().copied().chain(["--yes", "-q"]));
        assert_eq!(run.code, 0, "{args:?}: {}", run.stderr);
        assert_eq!(login.run(&home, ["lock"]).stderr, "Nothing was open.\n", "{args:?}");
    }
}

#[test]
fn changes_of_keys_and_of_other_slots_end_nothing() {
    let Some(login) = Login::new() else { return };
    let home = Home::new();
    login.unlock(&home, &[]);
    home.token("bot");
    home.add_slot("guest", "viewer", NEW);
    home.ok(["vault", "slot", "remove", "guest", "--yes"]);
    assert!(login.is_open(&home));
    assert_eq!(login.run(&home, ["list", "--field", "name"]).stdout, "bot\n");
}

/// A session says who it is of; a vault that was put in its place is none of its business.
#[test]
fn another_vault_at_the_path() {
    let Some(login) = Login::new() else { return };
    let (home, other) = (Home::new(), Home::new());
    login.unlock(&home, &["--admin"]);
    std::fs::copy(other.vault(), home.vault()).unwrap();
    assert_eq!(login.run(&home, ["list"]).code, 7);
}

#[test]
fn a_vault_key_that_is_not_the_expected_one() {
    let Some(login) = Login::new() else { return };
    let (home, other) = (Home::new(), Home::new());
    let key = other.json(["vault", "info"])["vault_key"].as_str().unwrap().to_owned();
    login.unlock(&home, &[]);
    assert_eq!(login.run(&home, ["list", "--vault-key", &key]).code, 4);
}
