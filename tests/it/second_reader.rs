//! A second reader of the vault format, in Python, written from `docs/vault-format.md` alone by
//! somebody who had not seen the Rust code: it must say of a vault what keyctl says.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::recipient::{IDENTITY, RECIPIENT};
use crate::support::{Home, PASSPHRASE, skip};

/// A Python with the packages that the reader needs.
fn python() -> Option<PathBuf> {
    let named = std::env::var_os("KEYCTL_TEST_PYTHON").map(PathBuf::from);
    let candidates = named.into_iter().chain([PathBuf::from("python3")]);
    candidates.into_iter().find(|python| {
        let probe = Command::new(python).args(["-c", "import cryptography, argon2"]).output();
        probe.is_ok_and(|output| output.status.success())
    })
}

/// What the reader says, and its exit code.
fn read(python: &Path, home: &Home, what: &str, secret: (&str, &str)) -> (i32, String) {
    read_file(python, &home.vault(), what, secret)
}

fn read_file(python: &Path, vault: &Path, what: &str, secret: (&str, &str)) -> (i32, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/second_reader/read_vault.py");
    let output = Command::new(python)
        .arg(script)
        .arg(vault)
        .arg(what)
        .env(secret.0, secret.1)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.code().unwrap_or(-1), text + &String::from_utf8_lossy(&output.stderr))
}

/// A vault with a bit of everything in it.
fn vault() -> Home {
    let home = Home::new();
    let token = home.token("reader");
    home.ok([
        "vault",
        "slot",
        "add",
        "--role",
        "admin",
        "--kind",
        "keyfile",
        "--new-keyfile",
        "fast.key",
    ]);
    home.ok([
        "create",
        "--project",
        "Größe",
        "--name",
        "déploy",
        "--env",
        "production",
        "--scope",
        "*",
        "--expires",
        "90d",
        "--not-before",
        "1d",
        "--path",
        "GET /v1/**",
        "--ip",
        "10.0.0.0/8",
        "--customer",
        "acme",
        "--rate",
        "100/m",
        "--label",
        "team=shop",
        "--note",
        "a\nnote",
        "--kind",
        "webhook",
    ]);
    // More than one segment of the audit log.
    for n in 0..70 {
        let note = format!("change {n}");
        home.ok(["edit", "reader", "--note", &note, "--keyfile", "fast.key"]);
    }
    home.ok(["rotate", "reader", "--grace", "1h"]);
    assert_eq!(home.verify(&token, &[]).code, 0);
    home.ok(["revoke", "déploy", "--reason", "retired", "--yes"]);
    home
}

fn must_list_the_same(python: &Path, home: &Home, secret: (&str, &str)) {
    let (code, list) = read(python, home, "list", secret);
    assert_eq!(code, 0, "{list}");
    let mut ours = home.json(["list", "--all"]);
    for key in ours.as_array_mut().unwrap() {
        let key = key.as_object_mut().unwrap();
        // Derived, and not in the file; and the program counts receipts in that wait beside it.
        key.remove("status");
        key.remove("prefix");
    }
    assert_eq!(serde_json::from_str::<Value>(&list).unwrap(), ours);
}

#[test]
fn both_readers_say_the_same_of_tables_that_got_more_pages() {
    let Some(python) = python() else {
        return skip("the second reader needs Python with cryptography and argon2-cffi");
    };
    let home = Home::new();
    let records: String = (0..2_100).map(|n| format!("k{n},p,read\n")).collect();
    home.write("keys.csv", format!("name,project,scopes\n{records}"));
    home.ok(["create", "--from", "keys.csv", "--tokens-to", "tokens.csv"]);
    must_list_the_same(&python, &home, ("VAULT_PASSPHRASE", PASSPHRASE));
}

#[test]
fn both_readers_say_the_same() {
    let Some(python) = python() else {
        return skip("the second reader needs Python with cryptography and argon2-cffi");
    };
    let home = vault();
    let secret = ("VAULT_PASSPHRASE", PASSPHRASE);
    must_list_the_same(&python, &home, secret);
    let (code, audit) = read(&python, &home, "audit", secret);
    assert_eq!(code, 0, "{audit}");
    assert_eq!(serde_json::from_str::<Value>(&audit).unwrap(), home.json(["audit"]));
    let (code, check) = read(&python, &home, "check", secret);
    assert_eq!(code, 0, "{check}");
    let identity = home.write("id.txt", IDENTITY);
    let recipient = ["--kind", "x25519", "--recipient", RECIPIENT];
    home.ok(["vault", "slot", "add", "--role", "viewer"].into_iter().chain(recipient));
    let (code, list) = read(&python, &home, "list", ("VAULT_IDENTITY", &identity));
    assert_eq!(code, 0, "{list}");
}

#[test]
fn the_second_reader_refuses_what_was_changed() {
    let Some(python) = python() else {
        return skip("the second reader needs Python with cryptography and argon2-cffi");
    };
    let home = Home::new();
    home.token("reader");
    let db = rusqlite::Connection::open_with_flags(home.vault(), rusqlite::OpenFlags::default())
        .unwrap();
    let page: Vec<u8> = db.query_row("SELECT d FROM page LIMIT 1", [], |row| row.get(0)).unwrap();
    let mut flipped = page.clone();
    flipped[40] ^= 1;
    db.execute("UPDATE page SET d = ?1 WHERE d = ?2", (&flipped, &page)).unwrap();
    drop(db);
    let (code, said) = read(&python, &home, "list", ("VAULT_PASSPHRASE", PASSPHRASE));
    assert_eq!(code, 7, "{said}");
    let wrong = read(&python, &home, "list", ("VAULT_PASSPHRASE", "wrong"));
    assert_eq!(wrong.0, 4, "{}", wrong.1);
}

#[test]
fn both_readers_say_the_same_of_a_vault_that_was_restored_rekeyed_and_exported() {
    let Some(python) = python() else {
        return skip("the second reader needs Python with cryptography and argon2-cffi");
    };
    let home = Home::new();
    let secret = ("VAULT_PASSPHRASE", PASSPHRASE);
    let agree = |when: &str| {
        let (code, audit) = read(&python, &home, "audit", secret);
        assert_eq!(code, 0, "{when}: {audit}");
        assert_eq!(serde_json::from_str::<Value>(&audit).unwrap(), home.json(["audit"]), "{when}");
        let (code, check) = read(&python, &home, "check", secret);
        assert_eq!(code, 0, "{when}: {check}");
        let check = serde_json::from_str::<Value>(&check).unwrap();
        let ours = home.json(["vault", "check"]);
        for count in ["keys", "audit_entries", "generation"] {
            assert_eq!(check[count], ours[count], "{when}: {count}");
        }
    };
    home.token("kept");
    home.token("deleted");
    home.ok(["owner", "add", "alice", "--scope", "read"]);
    home.ok(["vault", "backup", "b.db"]);
    home.ok(["delete", "deleted", "--yes"]);
    home.ok(["vault", "restore", "b.db", "--yes"]);
    agree("after records came back");
    home.ok(["vault", "restore", "b.db", "--accept-rollback", "--yes"]);
    agree("right after a gap");
    home.token("after");
    agree("after a gap");
    home.ok(["vault", "rekey", "--yes"]);
    agree("after a rekey");
    home.ok(["vault", "backup", "c.db"]);
    let (code, backup) = read_file(&python, &home.file("c.db"), "check", secret);
    assert_eq!(code, 0, "{backup}");
    home.write("move.pass", "moving pass words");
    home.ok(["vault", "export", "x.kcx", "--new-passphrase-file", "move.pass"]);
    let moving = ("VAULT_PASSPHRASE", "moving pass words");
    let (code, exported) = read_file(&python, &home.file("x.kcx"), "check", moving);
    assert_eq!(code, 0, "{exported}");
    // Keys that came from there have a place of their own in the order of creation.
    home.ok(["delete", "after", "--yes"]);
    home.ok(["vault", "import", "x.kcx", "--source-passphrase-file", "move.pass"]);
    agree("after an import");
}
