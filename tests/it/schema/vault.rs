//! Answers about the vault's file.

use std::fs;

use serde_json::{Value, json};

use super::{answer, exits, fits, varies};
use crate::recipient::RECIPIENT;
use crate::support::{Home, Run};
use crate::terminal;

const CHEAP: [&str; 4] = ["--kdf-memory", "19", "--kdf-passes", "1"];

/// What is shown as JSON at the end of a run at a terminal.
fn init(run: &Run) -> Value {
    assert_eq!(run.code, 0, "{run:?}");
    fits("init", run.json())
}

#[test]
fn a_vault_is_made_with_a_recovery_key_or_without() {
    let home = Home::empty();
    let none = answer(&home, "init", &[&["--no-recovery"], &CHEAP[..]].concat());
    let to_file = ["--recovery-to", "r.txt", "--vault", "other.db"];
    answer(&home, "init", &[&to_file, &CHEAP[..]].concat());
    let args = [&["init", "--vault", "third.db", "-o", "json"], &CHEAP[..]].concat();
    let shown = init(&terminal::run(&home, args, &[]));
    assert!(varies(&[none, shown], "recovery_key"));
}

#[test]
fn slots_and_the_vault_itself_fit() {
    let home = Home::new();
    home.write("ci.pass", "viewer pass words");
    let add = |args: &[&str]| answer(&home, "vault slot add", args);
    add(&["ci", "--role", "viewer", "--new-passphrase-file", "ci.pass"]);
    add(&["k", "--role", "exporter", "--kind", "keyfile", "--new-keyfile", "k.key"]);
    add(&["r", "--role", "admin", "--kind", "recovery", "--recovery-to", "r.txt"]);
    add(&["alice", "--role", "admin", "--kind", "x25519", "--recipient", RECIPIENT]);
    let slots = answer(&home, "vault slot list", &[]);
    let slots = slots.as_array().unwrap();
    assert!(varies(slots, "kdf") && varies(slots, "recipient"), "{slots:?}");
    assert_eq!(answer(&home, "vault info", &[])["slots"].as_array().unwrap(), slots);
    answer(&home, "vault passphrase", &["ci", "--new-passphrase-file", "ci.pass"]);
    assert_eq!(answer(&home, "vault slot remove", &["ci", "--yes"])["changed"], true);
    assert_eq!(answer(&home, "vault check", &[])["ok"], true);
}

#[test]
fn backups_and_what_is_put_back_fit() {
    let home = Home::new();
    for name in ["same", "turned", "narrowed", "paused", "ended", "deleted"] {
        home.token(name);
    }
    answer(&home, "edit", &["same", "--note", "before"]);
    answer(&home, "vault backup", &["b.db"]);
    answer(&home, "edit", &["same", "--note", "after"]);
    answer(&home, "rotate", &["turned"]);
    answer(&home, "scope remove", &["narrowed", "read"]);
    answer(&home, "disable", &["paused"]);
    answer(&home, "revoke", &["ended", "--yes"]);
    answer(&home, "delete", &["deleted", "--yes"]);
    let dry = answer(&home, "vault restore", &["b.db", "--accept-rollback", "--dry-run"]);
    let kept = |taken: &Value| -> Vec<String> {
        let kept = taken.as_array().unwrap().iter().flat_map(|t| t["kept"].as_array().unwrap());
        kept.map(|word| word.as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kept(&dry), ["rotated", "narrowed", "disabled", "revoked", "deleted"]);
    let taken = answer(&home, "vault restore", &["b.db", "--yes"]);
    let results = |taken: &Value, result: &str| {
        taken.as_array().unwrap().iter().filter(|t| t["result"] == result).count()
    };
    assert_eq!(["changed", "created", "unchanged"].map(|r| results(&taken, r) > 0), [true; 3]);
    let rolled = answer(&home, "vault restore", &["b.db", "--accept-rollback", "--yes"]);
    fs::remove_file(home.vault()).unwrap();
    let elsewhere = ["b.db", "--accept-rollback", "--yes", "--vault", "new.db"];
    let both = [rolled, answer(&home, "vault restore", &elsewhere)];
    assert!(varies(&both, "moved_to"), "{both:?}");
}

#[test]
fn what_is_moved_to_another_vault_fits() {
    let from = Home::new();
    from.token("one");
    from.write("move.pass", "moving pass words");
    let out = answer(&from, "vault export", &["x.kcx", "--new-passphrase-file", "move.pass"]);
    let both = [out, answer(&from, "vault export", &["--metadata", "keys.json"])];
    assert!(varies(&both, "vault_key"), "{both:?}");
    let to = Home::new();
    fs::copy(from.file("x.kcx"), to.file("x.kcx")).unwrap();
    to.write("move.pass", "moving pass words");
    let import = ["x.kcx", "--source-passphrase-file", "move.pass"];
    assert_eq!(answer(&to, "vault import", &import)[0]["result"], "created");
    assert_eq!(answer(&to, "vault import", &import)[0]["result"], "unchanged");
    to.write("list.csv", "name,status,expires\ngood,,\nover,revoked,\nbad,,soon\n");
    let records = ["list.csv", "--tokens-to", "t.csv", "--project", "shop"];
    let taken = exits(&to, 1, "vault import", &records);
    let results: Vec<&Value> = taken.as_array().unwrap().iter().map(|t| &t["result"]).collect();
    assert_eq!(results, [&json!("created"), &json!("unchanged"), &json!("failed")], "{taken}");
    let taken = taken.as_array().unwrap();
    assert!(varies(taken, "id") && varies(taken, "error"), "{taken:?}");
}

#[test]
fn a_new_root_key_and_trust_in_it_fit() {
    let home = Home::new();
    home.add_slot("ci", "viewer", "viewer pass words");
    home.ok(["create", "--project", "shop", "--name", "kept", "--recoverable"]);
    home.ok(["bundle", "key", "show"]);
    let rekeyed = answer(&home, "vault rekey", &["--yes"]);
    assert_eq!(rekeyed["slots_to_add"], json!(["ci"]));
    assert_eq!(rekeyed["keys_to_rotate"].as_array().unwrap().len(), 1);
    let both = [rekeyed, answer(&home, "vault rekey", &["--yes", "--keep-bundle-key"])];
    assert!(varies(&both, "bundle_key"), "{both:?}");
    let key = both[1]["vault_key"].as_str().unwrap();
    assert_eq!(answer(&home, "vault trust", &[key, "--yes"])["ok"], true);
}

#[test]
fn the_configuration() {
    let home = Home::new();
    answer(&home, "config show", &[]);
    answer(&home, "config init", &[]);
    let shown = answer(&home, "config show", &[]);
    let source = |name: &str| {
        let all = shown.as_array().unwrap();
        all.iter().find(|view| view["name"] == name).unwrap()["source"].clone()
    };
    assert_eq!(source("passphrase"), "KEYCTL_PASSPHRASE");
    assert_eq!(source("vault"), "default");
}

#[test]
fn a_vault_that_is_kept_open() {
    let home = Home::new();
    let run = home.run(["unlock", "-o", "json"]);
    if run.stderr.contains("the kernel's keyring cannot") {
        return;
    }
    assert_eq!(fits("unlock", run.json())["access"], "read");
    assert_eq!(answer(&home, "vault info", &[])["session"]["access"], "read");
    assert_eq!(answer(&home, "lock", &[])["changed"], true);
    assert_eq!(answer(&home, "lock", &[])["changed"], false);
    assert!(answer(&home, "vault info", &[])["session"].is_null());
}
