//! `vault trust`: somebody says that the vault is right, whatever this machine remembers.

use std::fs;

use crate::backup::files_below;
use crate::recipient::{IDENTITY, RECIPIENT};
use crate::support::Home;

fn key_of(home: &Home) -> String {
    home.json(["vault", "info"])["vault_key"].as_str().unwrap().to_owned()
}

/// A vault that was put back to an older state behind the back of this machine.
fn rolled_back() -> (Home, String) {
    let home = Home::new();
    home.token("bot");
    let old = fs::read(home.vault()).unwrap();
    home.token("later");
    let key = key_of(&home);
    fs::write(home.vault(), old).unwrap();
    (home, key)
}

#[test]
fn an_older_state_is_taken_when_somebody_says_so() {
    let (home, key) = rolled_back();
    assert_eq!(home.run(["list"]).code, 7);
    let before = files_below(home.path());
    insta::assert_snapshot!(home.run(["vault", "trust", &key]).shown(&home), @"
    exit 6
    --- stderr
    error: this needs a confirmation: Take generation 2 of the vault '[home]/data/keyctl/vault.db' as the latest
    hint: add --yes to go ahead without being asked
    ");
    assert_eq!(files_below(home.path()), before);
    let run = home.run(["vault", "trust", &key, "--yes"]);
    let random = |line: &&str| line.starts_with("pages") || line.starts_with("nodes");
    let stable: Vec<&str> = run.stdout.lines().filter(|line| !random(line)).collect();
    assert_eq!((run.code, run.stderr.as_str()), (0, "This machine remembers it from now on.\n"));
    insta::assert_snapshot!(stable.join("\n"), @"
    vault          everything is as it should be
    generation     2
    slots          1
    keys           1
    audit entries  2
    ");
    assert_eq!(home.json(["list"]).as_array().unwrap().len(), 1);
    let again = home.json(["vault", "trust", &key, "--yes"]);
    assert_eq!((&again["ok"], &again["generation"]), (&true.into(), &2.into()));
}

#[test]
fn another_vault_key_is_not_what_the_file_has() {
    let (home, key) = rolled_back();
    let other = key_of(&Home::new());
    let before = files_below(home.path());
    let refused = home.run(["vault", "trust", &other, "--yes"]);
    insta::assert_snapshot!(refused.shown(&home), @"
    exit 7
    --- stderr
    error: vault '[home]/data/keyctl/vault.db': another vault: this machine knows [vault-key] here, the file is [vault-key]
    hint: if somebody has rekeyed or replaced the vault, ask them for its key: keyctl vault trust [vault-key]…; else do not use this file
    ");
    assert_eq!(home.run(["vault", "trust", &key.replace("kcvk_", "kcvk_0"), "--yes"]).code, 2);
    assert_eq!(home.run(["vault", "trust"]).code, 2);
    let wrong = [("KEYCTL_PASSPHRASE", "wrong")];
    assert_eq!(home.run_in(&wrong, ["vault", "trust", &key, "--yes"]).code, 4);
    assert_eq!(files_below(home.path()), before);
}

#[test]
fn a_damaged_vault_is_not_trusted() {
    let (home, key) = rolled_back();
    let db = rusqlite::Connection::open(home.vault()).unwrap();
    db.execute("UPDATE page SET d = zeroblob(length(d))", []).unwrap();
    drop(db);
    let before = files_below(home.path());
    let run = home.run(["vault", "trust", &key, "--yes"]);
    assert_eq!((run.code, run.stdout.as_str()), (7, ""), "{}", run.stderr);
    assert_eq!(files_below(home.path()), before);
    fs::remove_file(home.vault()).unwrap();
    assert_eq!(home.run(["vault", "trust", &key, "--yes"]).code, 1);
}

#[test]
fn it_mends_a_pin_that_is_gone_garbled_or_another_vaults() {
    let home = Home::new();
    home.token("bot");
    let (key, pins) = (key_of(&home), home.state().join("pins"));
    let pin = |start: &str| {
        let files = fs::read_dir(&pins).unwrap().map(|entry| entry.unwrap().path());
        let name =
            |path: &std::path::PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
        let mut files = files.filter(|path| {
            name(path).ends_with(".json") && name(path).starts_with("at-") == (start == "at")
        });
        files.next().unwrap()
    };
    for break_it in [
        |path: &std::path::Path| fs::remove_file(path).unwrap(),
        |path: &std::path::Path| fs::write(path, "garbage").unwrap(),
    ] {
        break_it(&pin("pin"));
        assert_eq!(home.run(["list"]).code, 7);
        home.ok(["vault", "trust", &key, "--yes"]);
        assert_eq!(home.run(["list"]).code, 0);
    }
    fs::write(pin("at"), "garbage").unwrap();
    assert_eq!(home.run(["list"]).code, 7);
    home.ok(["vault", "trust", &key, "--yes"]);
    // Another vault at the same place, on purpose.
    let other = Home::new();
    fs::copy(other.vault(), home.vault()).unwrap();
    assert_eq!(home.run(["list"]).code, 7);
    assert_eq!(home.run(["vault", "trust", &key, "--yes"]).code, 7);
    home.ok(["vault", "trust", &key_of(&other), "--yes"]);
    assert_eq!(home.run(["list"]).code, 0);
}

#[test]
fn a_restore_elsewhere_is_an_alarm_until_then() {
    let (home, other) = (Home::new(), Home::empty());
    home.token("bot");
    home.ok(["vault", "backup", "b.db"]);
    home.token("later");
    fs::create_dir_all(other.file("data/keyctl")).unwrap();
    let carry = || fs::copy(home.vault(), other.vault()).map(drop).unwrap();
    carry();
    assert_eq!(other.run(["list"]).code, 0);
    home.token("later still");
    home.ok(["vault", "restore", "b.db", "--accept-rollback", "--yes"]);
    carry();
    insta::assert_snapshot!(other.run(["list"]).shown(&other), @"
    exit 7
    --- stderr
    error: vault '[home]/data/keyctl/vault.db': the vault was forked: its history does not contain the generation 3 that this machine has seen
    hint: if somebody has put a backup back, ask them for the vault key: keyctl vault trust [vault-key]…; else two histories of this vault exist: keep only one file
    ");
    assert_eq!(other.run(["vault", "trust", &key_of(&home), "--yes"]).code, 0);
    assert_eq!(other.json(["vault", "check"])["generation"], 5);
    home.token("after it");
    carry();
    assert_eq!(other.run(["list"]).code, 0);
}

#[test]
fn a_recipient_needs_nothing_else_where_the_key_is_said() {
    let home = Home::new();
    home.write("id.txt", IDENTITY);
    home.ok([
        "vault",
        "slot",
        "add",
        "alice",
        "--role",
        "viewer",
        "--kind",
        "x25519",
        "--recipient",
        RECIPIENT,
    ]);
    let key = key_of(&home);
    fs::remove_dir_all(home.state()).unwrap();
    let alice = |args: &[&str]| {
        let with = args.iter().copied().chain(["--identity", "id.txt"]);
        home.run_in(&[("KEYCTL_PASSPHRASE", "")], with)
    };
    assert_eq!(alice(&["list"]).code, 7);
    assert_eq!(alice(&["vault", "trust", &key, "--yes"]).code, 0);
    assert_eq!(alice(&["list"]).code, 0);
}
