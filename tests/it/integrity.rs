//! The demonstration: revoke a key, put the old bytes back, and be told so. And what else can be
//! wrong with a file, each named with what to do.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use rusqlite::Connection;

use crate::support::{Home, Run};

type Rows = Vec<(i64, Vec<u8>)>;

fn pages(vault: &Path) -> Rows {
    let db = Connection::open(vault).unwrap();
    let mut query = db.prepare("SELECT id, d FROM page ORDER BY id").unwrap();
    query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
}

/// Changes the file as its thief would.
fn tamper(home: &Home, sql: &str) {
    Connection::open(home.vault()).unwrap().execute_batch(sql).unwrap();
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// `list` and `verify` must both say the same and exit with `code`; what `list` says.
fn both(home: &Home, token: &str, code: i32) -> Run {
    let verify = home.verify(token, &[]);
    assert_eq!((verify.code, verify.stdout.as_str()), (code, ""), "{verify:?}");
    let list = home.run(["list"]);
    assert_eq!((list.code, list.stdout.as_str()), (code, ""), "{list:?}");
    assert_eq!(list.stderr, verify.stderr);
    list
}

/// The policy is what is looked at first, before any record of the file.
#[test]
fn a_log_beside_the_vault_is_named_with_what_to_do() {
    let home = Home::new();
    let log = home.write("data/keyctl/vault.db-wal", "");
    insta::assert_snapshot!(home.run(["list"]).shown(&home), @"
    exit 7
    --- stderr
    error: vault '[home]/data/keyctl/vault.db': a log that no vault has lies beside it: '[home]/data/keyctl/vault.db-wal'
    hint: move it away, and find out who put it there; then 'keyctl vault check' reads everything
    ");
    fs::remove_file(log).unwrap();
    home.ok(["vault", "check"]);
}

#[test]
fn a_policy_that_was_tampered_with_makes_no_keys() {
    let home = Home::new();
    home.ok(["policy", "set", "--require-expiry"]);
    tamper(&home, "UPDATE page SET d = zeroblob(length(d)) WHERE id >> 12 = 4");
    home.write("keys.csv", "name,project\nbot,shop\n");
    let run = home.run(["create", "--from", "keys.csv", "--tokens-to", "tokens.csv"]);
    assert_eq!((run.code, run.stdout.as_str()), (7, ""), "{run:?}");
    assert!(run.stderr.contains("page") && run.stderr.contains("hint:"), "{run:?}");
    assert!(!home.file("tokens.csv").exists());
}

#[test]
fn an_old_page_put_back_does_not_bring_a_revoked_key_to_life() {
    let home = Home::new();
    let token = home.token("bot");
    let before = pages(&home.vault());
    home.ok(["revoke", "bot", "--yes"]);
    let after = pages(&home.vault());
    let old = before.iter().find(|row| !after.contains(row)).unwrap();
    let db = Connection::open(home.vault()).unwrap();
    db.execute("UPDATE page SET d = ?2 WHERE id = ?1", (&old.0, &old.1)).unwrap();
    drop(db);
    let said = both(&home, &token, 7);
    let number: String = said
        .stderr
        .split("page ")
        .nth(1)
        .unwrap()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    let shown = said.shown(&home).replace(&format!("page {number} "), "page [n] ");
    insta::assert_snapshot!(shown, @"
    exit 7
    --- stderr
    error: vault '[home]/data/keyctl/vault.db': page [n] of the table 'keys' is not the one that the head vouches for
    hint: do not use this file: put a backup back, and find out who changed it; 'keyctl vault check' reads everything
    ");
    assert_eq!(home.run(["list", "-o", "json"]).json_error()["code"], "integrity");
    assert_eq!(home.run(["vault", "check"]).code, 7);
    let write = home.run(["edit", "bot", "--note", "laundered"]);
    assert_eq!(write.code, 7, "an honest write launders nothing: {write:?}");
}

#[test]
fn an_old_file_put_back_does_not_either() {
    let home = Home::new();
    let token = home.token("bot");
    let old = fs::read(home.vault()).unwrap();
    home.ok(["revoke", "bot", "--yes"]);
    fs::write(home.vault(), old).unwrap();
    insta::assert_snapshot!(both(&home, &token, 7).shown(&home), @"
    exit 7
    --- stderr
    error: vault '[home]/data/keyctl/vault.db': the vault was rolled back: it is at generation 2, but this machine has seen generation 3
    hint: put the newer file back; an old copy would bring revoked keys back to life
    ");
    assert_eq!(home.run(["create", "--project", "shop", "--scope", "x"]).code, 7);
}

#[test]
fn two_histories_are_a_fork() {
    let home = Home::new();
    let token = home.token("bot");
    let common = fs::read(home.vault()).unwrap();
    let pins = home.file("state");
    let copy = home.file("state-before");
    copy_folder(&pins, &copy);
    home.ok(["disable", "bot"]);
    let mine = fs::read(home.vault()).unwrap();
    fs::remove_dir_all(&pins).unwrap();
    fs::rename(&copy, &pins).unwrap();
    fs::write(home.vault(), common).unwrap();
    home.ok(["edit", "bot", "--note", "theirs"]);
    fs::write(home.vault(), mine).unwrap();
    insta::assert_snapshot!(both(&home, &token, 7).shown(&home), @"
    exit 7
    --- stderr
    error: vault '[home]/data/keyctl/vault.db': the vault was forked: its generation 3 is not the one this machine has seen
    hint: two histories of this vault exist: find out who wrote the other one, and keep only one file
    ");
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    set_mode(to, 0o700);
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn an_added_trigger_is_found() {
    let home = Home::new();
    let token = home.token("bot");
    tamper(&home, "CREATE TRIGGER t AFTER UPDATE ON page BEGIN DELETE FROM audit; END");
    insta::assert_snapshot!(both(&home, &token, 7).shown(&home), @"
    exit 7
    --- stderr
    error: vault '[home]/data/keyctl/vault.db': the schema has been changed: a table, index, trigger or view too many or too few
    hint: do not use this file: put a backup back, and find out who changed it; 'keyctl vault check' reads everything
    ");
}

#[test]
fn what_is_missing_added_or_changed_is_found() {
    for sql in [
        "DELETE FROM page",
        "DELETE FROM node",
        "DELETE FROM head",
        "DELETE FROM slot",
        "INSERT INTO page VALUES (99999, zeroblob(552))",
        "CREATE TABLE extra (id INTEGER)",
        "UPDATE head SET d = zeroblob(length(d))",
    ] {
        let home = Home::new();
        home.token("bot");
        tamper(&home, sql);
        let run = home.run(["vault", "check"]);
        assert!(run.code == 7 || run.code == 4 && sql.contains("slot"), "{sql}: {run:?}");
    }
}

#[test]
fn another_vault_in_its_place_is_refused() {
    let home = Home::new();
    let token = home.token("bot");
    let other = Home::new();
    fs::copy(other.vault(), home.vault()).unwrap();
    insta::assert_snapshot!(both(&home, &token, 7).shown(&home), @"
    exit 7
    --- stderr
    error: vault '[home]/data/keyctl/vault.db': another vault: this machine knows [vault-key] here, the file is one with the id [hex]
    hint: if somebody has rekeyed or replaced the vault, ask them for its key: keyctl vault trust [vault-key]…; else do not use this file
    ");
}

#[test]
fn a_vault_that_this_machine_has_not_seen_is_said_to_be_new() {
    let home = Home::new();
    home.token("bot");
    fs::remove_dir_all(home.file("state")).unwrap();
    insta::assert_snapshot!(home.run(["list", "--field", "name"]).shown(&home), @"
    exit 0
    --- stdout
    bot
    --- stderr
    note: first use of the vault '[home]/data/keyctl/vault.db' on this machine; its key [vault-key] is remembered from now on
    ");
    assert_eq!(home.run(["list"]).stderr, "", "only once");
}

#[test]
fn a_pin_that_cannot_be_read_is_refused() {
    let home = Home::new();
    let token = home.token("bot");
    for entry in fs::read_dir(home.state().join("pins")).unwrap().map(Result::unwrap) {
        if entry.path().extension().is_some_and(|e| e == "json") {
            fs::write(entry.path(), "{").unwrap();
        }
    }
    let said = both(&home, &token, 7);
    assert!(said.stderr.contains("the pin '") && said.stderr.contains("hint: "), "{said:?}");
}

#[test]
fn what_others_can_touch_is_refused_with_the_command_that_mends_it() {
    let home = Home::new();
    let token = home.token("bot");
    set_mode(&home.vault(), 0o644);
    insta::assert_snapshot!(both(&home, &token, 1).shown(&home), @"
    exit 1
    --- stderr
    error: '[home]/data/keyctl/vault.db' can be opened by other users
    hint: run chmod 600 '[home]/data/keyctl/vault.db'
    ");
    set_mode(&home.vault(), 0o600);
    let folder = home.vault().parent().unwrap().to_owned();
    set_mode(&folder, 0o777);
    insta::assert_snapshot!(both(&home, &token, 1).shown(&home), @"
    exit 1
    --- stderr
    error: '[home]/data/keyctl' is a folder that other users can write
    hint: run chmod go-w '[home]/data/keyctl'
    ");
    set_mode(&folder, 0o755);
    assert_eq!(home.run(["list"]).code, 0, "a readable folder is not refused");
}

#[test]
fn a_link_is_not_followed() {
    let home = Home::new();
    let token = home.token("bot");
    let elsewhere = home.file("elsewhere.db");
    fs::rename(home.vault(), &elsewhere).unwrap();
    symlink(&elsewhere, home.vault()).unwrap();
    insta::assert_snapshot!(both(&home, &token, 1).shown(&home), @"
    exit 1
    --- stderr
    error: '[home]/data/keyctl/vault.db' is a symbolic link, which is not followed
    hint: name another file, or find out how it came to be so
    ");
}

#[test]
fn what_is_no_vault_is_said_to_be_none() {
    let home = Home::empty();
    let list = |name: &str| {
        set_mode(&home.file(name), 0o600);
        home.run(["list", "--vault", name]).shown(&home)
    };
    home.write("text.db", "just text ".repeat(100));
    insta::assert_snapshot!(list("text.db"), @"
    exit 7
    --- stderr
    error: vault 'text.db': the file is not a keyctl vault: it is not an SQLite file
    hint: check the path; if it is right, put a backup of the vault back
    ");
    home.write("empty.db", "");
    insta::assert_snapshot!(list("empty.db"), @"
    exit 7
    --- stderr
    error: vault 'empty.db': the file is not a keyctl vault: it is shorter than a header
    hint: check the path; if it is right, put a backup of the vault back
    ");
    let other = Connection::open(home.file("other.db")).unwrap();
    other.execute_batch("CREATE TABLE t (x)").unwrap();
    drop(other);
    insta::assert_snapshot!(list("other.db"), @"
    exit 7
    --- stderr
    error: vault 'other.db': the file is not a keyctl vault: it is another program's SQLite file
    hint: check the path; if it is right, put a backup of the vault back
    ");
}

#[test]
fn a_vault_of_a_later_version_is_refused_and_not_guessed_at() {
    let home = Home::new();
    let token = home.token("bot");
    tamper(&home, "PRAGMA user_version = 99");
    insta::assert_snapshot!(both(&home, &token, 1).shown(&home), @"
    exit 1
    --- stderr
    error: the vault '[home]/data/keyctl/vault.db' is of format 99; this keyctl knows formats up to 1
    hint: install the latest keyctl
    ");
}

#[test]
fn no_vault_says_where_it_was_looked_for() {
    let home = Home::empty();
    insta::assert_snapshot!(home.run(["list"]).shown(&home), @"
    exit 1
    --- stderr
    error: no vault at '[home]/data/keyctl/vault.db'
    hint: run 'keyctl init' to create one
    ");
}
