//! A vault of the first format, made once and kept: it must open for ever, say what it said on the
//! day it was made, and take changes.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Home, Run};

const PASSPHRASE: &str = "a passphrase that is no secret";

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/vault-v1").join(name)
}

/// A home with a copy of the vault.
fn home() -> Home {
    let home = Home::empty();
    let folder = home.vault().parent().unwrap().to_owned();
    fs::create_dir_all(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    fs::copy(fixture("vault.db"), home.vault()).unwrap();
    fs::set_permissions(home.vault(), fs::Permissions::from_mode(0o600)).unwrap();
    home
}

fn run<'a>(home: &Home, args: impl IntoIterator<Item = &'a str>) -> Run {
    Run::after({
        let mut command = home.command(args);
        command.env("KEYCTL_PASSPHRASE", PASSPHRASE);
        command
    })
}

/// What a command says in JSON, without what depends on the day.
fn json(home: &Home, args: &[&str]) -> Value {
    let run = run(home, args.iter().copied().chain(["-o", "json"]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

fn committed(name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(fixture(name)).unwrap()).unwrap()
}

#[test]
fn it_says_what_it_said() {
    let home = home();
    assert_eq!(json(&home, &["list", "--all"]), committed("keys.json"));
    assert_eq!(json(&home, &["audit"]), committed("audit.json"));
    assert_eq!(json(&home, &["vault", "check"])["ok"], true);
}

#[test]
fn every_secret_still_opens_it() {
    let home = home();
    let path = |name: &str| fixture(name).display().to_string();
    for (flag, file) in [
        ("--recovery-file", "recovery.txt"),
        ("--keyfile", "admin.key"),
        ("--keyfile", "viewer.key"),
    ] {
        let listed = run(&home, ["list", flag, &path(file)]);
        assert_eq!(listed.code, 0, "{file}: {}", listed.stderr);
    }
    let exporter = "echo the exporter of the fixture";
    assert_eq!(run(&home, ["list", "--passphrase-command", exporter]).code, 0);
}

#[test]
fn its_tokens_are_judged_as_ever() {
    let home = home();
    for (name, code, verdict) in [
        ("active", 0, "VALID"),
        ("rotated", 0, "VALID"),
        ("webhook", 0, "VALID"),
        ("again", 0, "VALID"),
        ("pending", 10, "NOT_YET_VALID"),
        ("disabled", 10, "DISABLED"),
        ("revoked", 10, "REVOKED"),
        ("deleted", 10, "UNKNOWN"),
        ("superseded", 10, "SUPERSEDED"),
        ("cancelled", 10, "SUPERSEDED"),
        ("powerless", 11, "INSUFFICIENT_SCOPE"),
    ] {
        let file = fixture(&format!("{name}.token")).display().to_string();
        let verified =
            run(&home, ["verify", "--no-record", "--field", "code", "--token-file", &file]);
        assert_eq!((verified.code, verified.stdout.trim()), (code, verdict), "{name}");
    }
}

#[test]
fn it_takes_changes() {
    let home = home();
    let created = run(&home, ["create", "--project", "shop", "--name", "new", "--scope", "read"]);
    assert_eq!(created.code, 0, "{}", created.stderr);
    let revoked = run(&home, ["revoke", "reader", "--project", "shop", "--yes"]);
    assert_eq!(revoked.code, 0, "{}", revoked.stderr);
    assert_eq!(json(&home, &["vault", "check"])["ok"], true);
}
