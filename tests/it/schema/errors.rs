//! The line of a failure.

use std::fs;

use super::failure;
use crate::support::{Home, Run};
use crate::terminal;

#[test]
fn every_kind_of_failure_fits() {
    let home = Home::new();
    home.token("bot");
    home.ok(["create", "--project", "other", "--name", "bot"]);
    home.ok(["create", "--project", "shop", "--name", "gone"]);
    home.ok(["revoke", "gone", "--yes"]);
    let code = |args: &[&str]| failure(&home.run(args.iter().copied().chain(["-o", "json"])));
    assert_eq!(code(&["list", "--vault", "nowhere.db"]), "failed");
    assert_eq!(code(&["list", "--status", "asleep"]), "usage");
    assert_eq!(code(&["lst"]), "usage");
    assert_eq!(code(&["show", "nobody"]), "not_found");
    assert_eq!(code(&["show", "bot"]), "ambiguous");
    assert_eq!(code(&["rotate", "gone"]), "refused");
    assert_eq!(code(&["revoke", "bot", "--project", "shop"]), "needs_confirmation");
    let locked = home.run_in(&[("KEYCTL_PASSPHRASE", "wrong")], ["list", "-o", "json"]);
    assert_eq!(failure(&locked), "locked");
    let no = terminal::run(
        &home,
        ["revoke", "bot", "--project", "shop", "-o", "json"],
        &[("Revoke", "n")],
    );
    let (_, line) = no.stderr.rsplit_once("{\"error\"").unwrap();
    assert_eq!(failure(&Run { stderr: format!("{{\"error\"{line}"), ..no }), "interrupted");
    let mut damaged = fs::read(home.vault()).unwrap();
    damaged[0] ^= 1;
    fs::write(home.vault(), damaged).unwrap();
    assert_eq!(code(&["list"]), "integrity");
}

#[test]
fn with_jsonl_it_is_the_same_line() {
    let home = Home::empty();
    assert_eq!(failure(&home.run(["list", "-o", "jsonl"])), "failed");
}
