//! The table of `docs/rotation.md`: what the vault says of each token, and that a bundle exported
//! then says the same.

use keyctl_vault::issue::Expiry;
use serde_json::{Value, json};

use crate::bundle_site::Site;
use crate::past::{self, DAY};
use crate::support::{Home, Run};

/// A vault and whoever verifies against its bundles.
fn bench() -> Site {
    Site::of(Home::new(), String::new())
}

/// What the vault and a fresh bundle say of each token, which must be the same.
fn said<const N: usize>(site: &Site, tokens: [&str; N]) -> [String; N] {
    said_with(site, tokens, &[])
}

fn said_with<const N: usize>(site: &Site, tokens: [&str; N], flags: &[&str]) -> [String; N] {
    site.export(&[]);
    let json = [flags, &["-o", "json"]].concat();
    tokens.map(|token| {
        let vault = in_short(&site.home.verify(token, &json));
        assert_eq!(in_short(&site.verify_token(token, &json)), vault, "by the bundle");
        vault
    })
}

/// The code, and whether the token is in its grace.
fn in_short(run: &Run) -> String {
    let verdict = run.json();
    let in_grace = verdict["warnings"].as_array().unwrap().contains(&json!("IN_GRACE"));
    let code = verdict["code"].as_str().unwrap();
    if in_grace { format!("{code} IN_GRACE") } else { code.to_owned() }
}

fn refused(run: &Run, why: &str) {
    assert_eq!((run.code, run.stdout.as_str()), (5, ""), "{}", run.stderr);
    assert!(run.stderr.contains(why), "{}", run.stderr);
}

/// The key `bot` in a grace of a day: the old token and the new one.
fn in_grace(site: &Site, flags: &[&str]) -> [String; 2] {
    let create = ["create", "--project", "shop", "--name", "bot", "--scope", "read"];
    let old = site.home.ok(create.iter().chain(flags).copied());
    [old, site.home.ok(["rotate", "bot", "--grace", "24h"])]
}

#[test]
fn a_grace_of_nothing_is_none() {
    let site = bench();
    let mut old = site.home.token("bot");
    for grace in ["0", "0s", "0d"] {
        let run = site.home.run(["rotate", "bot", "--grace", grace]);
        assert!(run.stderr.contains("The old token has ended."), "{}", run.stderr);
        let new = run.stdout.trim_end().to_owned();
        assert_eq!(said(&site, [&old, &new]), ["SUPERSEDED", "VALID"], "{grace}");
        refused(&site.home.run(["rotate", "bot", "--cancel"]), "no rotation to cancel");
        old = new;
    }
    for grace in ["-1", "00", "", "0x"] {
        let run = site.home.run(["rotate", "bot", &format!("--grace={grace}")]);
        assert_eq!(run.code, 2, "{grace}: {}", run.stderr);
    }
}

#[test]
fn a_second_rotation_in_the_grace_ends_the_first_token() {
    let site = bench();
    let [one, two] = in_grace(&site, &[]);
    let three = site.home.ok(["rotate", "bot", "--grace", "24h"]);
    assert_eq!(said(&site, [&one, &two, &three]), ["SUPERSEDED", "VALID IN_GRACE", "VALID"]);
    site.home.ok(["rotate", "bot", "--cancel"]);
    assert_eq!(said(&site, [&one, &two, &three]), ["SUPERSEDED", "VALID", "SUPERSEDED"]);
    site.home.ok(["rotate", "bot", "--grace", "24h"]);
    let five = site.home.ok(["rotate", "bot"]);
    assert_eq!(site.home.json(["show", "bot"])["generation"], 5);
    assert_eq!(
        said(&site, [&one, &two, &three, &five])[1..],
        ["SUPERSEDED", "SUPERSEDED", "VALID"]
    );
    refused(&site.home.run(["rotate", "bot", "--cancel"]), "no rotation to cancel");
}

#[test]
fn an_expired_key_is_rotated_once_it_has_a_new_expiry() {
    let site = bench();
    let old = past::key(&site.home, "bot", 9 * DAY, Expiry::After("2d".parse().unwrap()));
    refused(&site.home.run(["rotate", "bot", "--grace", "1h"]), "has expired");
    assert_eq!(said(&site, [&old]), ["EXPIRED"]);
    assert_eq!(site.home.json(["rotate", "bot", "--finish"])["changed"], false);
    site.home.ok(["edit", "bot", "--expires", "30d"]);
    let new = site.home.ok(["rotate", "bot", "--grace", "1h"]);
    assert_eq!(said(&site, [&old, &new]), ["VALID IN_GRACE", "VALID"]);
}

#[test]
fn a_revoked_key_is_not_rotated_finished_or_cancelled() {
    let site = bench();
    let [old, new] = in_grace(&site, &[]);
    site.home.ok(["revoke", "bot", "--yes"]);
    assert_eq!(said(&site, [&old, &new]), ["REVOKED", "REVOKED"]);
    for flags in [&[][..], &["--grace", "1h"], &["--finish"], &["--cancel"]] {
        let run = site.home.run(["rotate", "bot"].iter().chain(flags).copied());
        refused(&run, "is revoked, which is final");
    }
}

#[test]
fn a_disabled_key_stays_so_and_its_grace_runs() {
    let site = bench();
    let [old, new] = in_grace(&site, &[]);
    let end = site.home.json(["show", "bot"])["generations"][0]["valid_until"].clone();
    site.home.ok(["disable", "bot"]);
    assert_eq!(said(&site, [&old, &new]), ["DISABLED", "DISABLED"]);
    site.home.ok(["enable", "bot"]);
    assert_eq!(said(&site, [&old, &new]), ["VALID IN_GRACE", "VALID"]);
    assert_eq!(site.home.json(["show", "bot"])["generations"][0]["valid_until"], end);
    site.home.ok(["disable", "bot"]);
    let third = site.home.ok(["rotate", "bot", "--grace", "1h"]);
    assert_eq!(said(&site, [&old, &new, &third]), ["SUPERSEDED", "DISABLED", "DISABLED"]);
    site.home.ok(["rotate", "bot", "--cancel"]);
    site.home.ok(["enable", "bot"]);
    assert_eq!(said(&site, [&new, &third]), ["VALID", "SUPERSEDED"]);
}

#[test]
fn a_pending_key_stays_so() {
    let site = bench();
    let [old, new] = in_grace(&site, &["--not-before", "7d"]);
    assert_eq!(said(&site, [&old, &new]), ["NOT_YET_VALID", "NOT_YET_VALID"]);
    site.home.ok(["rotate", "bot", "--finish"]);
    assert_eq!(said(&site, [&old, &new]), ["SUPERSEDED", "NOT_YET_VALID"]);
}

#[test]
fn finishing_without_a_grace_changes_nothing() {
    let site = bench();
    site.home.token("bot");
    let changed = || site.home.json(["rotate", "bot", "--finish"])["changed"].clone();
    assert_eq!(changed(), false);
    site.home.ok(["rotate", "bot"]);
    assert_eq!(changed(), false);
    site.home.ok(["rotate", "bot", "--grace", "1h"]);
    assert_eq!((changed(), changed()), (json!(true), json!(false)));
}

#[test]
fn a_grace_that_ran_out_cannot_be_cancelled_and_is_finished_once() {
    let site = bench();
    let [old, new] = past::rotated_key(&site.home, "bot", 9 * DAY, 2 * DAY, Some("24h"));
    assert_eq!(said(&site, [&old, &new]), ["SUPERSEDED", "VALID"]);
    refused(&site.home.run(["rotate", "bot", "--cancel"]), "no rotation to cancel");
    insta::assert_snapshot!(site.home.run(["rotate", "bot", "--finish"]).shown(&site.home), @"
    exit 0
    --- stdout
    finished the rotation of [id] (bot, project shop)
      grace: 1 until [time] → -
    ");
    assert_eq!(site.home.json(["rotate", "bot", "--finish"])["changed"], false);
    refused(&site.home.run(["rotate", "bot", "--cancel"]), "no rotation to cancel");
    assert_eq!(said(&site, [&old, &new]), ["SUPERSEDED", "VALID"]);
}

#[test]
fn cancelling_after_finishing_is_refused() {
    let site = bench();
    let [old, new] = in_grace(&site, &[]);
    site.home.ok(["rotate", "bot", "--finish"]);
    refused(&site.home.run(["rotate", "bot", "--cancel"]), "no rotation to cancel");
    assert_eq!(said(&site, [&old, &new]), ["SUPERSEDED", "VALID"]);
}

#[test]
fn cancelling_keeps_what_was_edited_in_between() {
    let site = bench();
    let [old, new] = in_grace(&site, &["--expires", "30d"]);
    let edit = ["edit", "bot", "--name", "bot-eu", "--path", "/v1/*", "--expires", "2099-01-31"];
    site.home.ok(edit);
    site.home.ok(["scope", "add", "bot-eu", "write"]);
    insta::assert_snapshot!(site.home.run(["rotate", "bot-eu", "--cancel"]).shown(&site.home), @"
    exit 0
    --- stdout
    cancelled the rotation of [id] (bot-eu, project shop)
      generation: 2 → 1
      grace: 1 until [time] → -
    --- stderr
    warning: the expiry was edited since the rotation, and stays as edited
    ");
    let key = site.home.json(["show", "bot-eu"]);
    assert_eq!(
        (&key["generation"], &key["expires_at"]),
        (&json!(1), &json!("2099-01-31T00:00:00Z"))
    );
    assert_eq!((&key["scopes"], &key["paths"]), (&json!(["read", "write"]), &json!(["/v1/*"])));
    assert_eq!(said(&site, [&old, &new]), ["PATH_DENIED", "SUPERSEDED"]);
    let fits = ["--path", "/v1/x", "--scope", "write"];
    assert_eq!(said_with(&site, [&old, &new], &fits), ["VALID", "SUPERSEDED"]);
}

#[test]
fn cancelling_a_key_that_was_only_renamed_brings_its_expiry_back() {
    let site = bench();
    let end = "30d".parse().unwrap();
    past::key(&site.home, "bot", 9 * DAY, Expiry::After(end)).clear();
    let expires = || site.home.json(["show", "bot"])["expires_at"].clone();
    let before = expires();
    site.home.ok(["rotate", "bot", "--grace", "1h"]);
    assert_ne!(expires(), before);
    site.home.ok(["edit", "bot", "--note", "moved"]);
    assert_eq!(site.home.run(["rotate", "bot", "--cancel"]).stderr, "");
    assert_eq!(expires(), before);
}

#[test]
fn a_deleted_key_is_unknown_by_both_tokens() {
    let site = bench();
    let [old, new] = in_grace(&site, &[]);
    site.home.ok(["delete", "bot", "--yes"]);
    assert_eq!(said(&site, [&old, &new]), ["UNKNOWN", "UNKNOWN"]);
    assert_eq!(site.home.run(["rotate", "bot", "--finish"]).code, 3);
    for token in [&old, &new] {
        let prefix = token.rsplit_once('_').unwrap().0;
        assert_eq!(site.home.run(["show", prefix]).code, 3);
    }
}

#[test]
fn an_expiry_that_is_edited_in_the_grace_moves_no_grace() {
    let site = bench();
    let [old, new] = in_grace(&site, &[]);
    let end = || site.home.json(["show", "bot"])["generations"][0]["valid_until"].clone();
    let before = end();
    for expires in ["90d", "2099-01-31", "never", "1h"] {
        site.home.ok(["edit", "bot", "--expires", expires]);
        assert_eq!(end(), before, "{expires}");
        assert_eq!(said(&site, [&old, &new]), ["VALID IN_GRACE", "VALID"], "{expires}");
    }
}

#[test]
fn a_key_that_was_made_to_expire_in_the_grace_is_finished_and_cancelled_and_not_rotated() {
    for (flag, wanted) in
        [("--finish", ["SUPERSEDED", "EXPIRED"]), ("--cancel", ["EXPIRED", "SUPERSEDED"])]
    {
        let site = bench();
        let tokens = past::rotated_key(&site.home, "bot", 9 * DAY, DAY, Some("7d"));
        past::expire(&site.home, "bot", DAY, 3600);
        let [old, new] = &tokens;
        assert_eq!(said(&site, [old, new]), ["EXPIRED", "EXPIRED"]);
        refused(&site.home.run(["rotate", "bot"]), "has expired");
        site.home.ok(["rotate", "bot", flag]);
        assert_eq!(said(&site, [old, new]), wanted, "{flag}");
    }
}

#[test]
fn a_grace_ends_with_the_key() {
    let site = bench();
    let [old, new] = in_grace(&site, &["--expires", "2h"]);
    let key = site.home.json(["show", "bot"]);
    let old_end = key["generations"][0]["valid_until"].as_str().unwrap();
    assert!(Some(old_end) < key["expires_at"].as_str() || old_end == key["expires_at"], "{key}");
    assert_eq!(said(&site, [&old, &new]), ["VALID IN_GRACE", "VALID"]);
}

#[test]
fn an_owner_who_is_removed_takes_both_tokens_along() {
    let site = bench();
    site.home.ok(["owner", "add", "ada", "-q"]);
    let [old, new] = in_grace(&site, &["--owner", "ada"]);
    site.home.ok(["owner", "remove", "ada", "--yes"]);
    assert_eq!(said(&site, [&old, &new]), ["REVOKED", "REVOKED"]);
    refused(&site.home.run(["rotate", "bot", "--cancel"]), "is revoked");
}

#[test]
fn an_owner_who_is_narrowed_narrows_both_tokens_and_cancelling_widens_nothing() {
    let site = bench();
    site.home.ok(["owner", "add", "ada", "-q"]);
    let [old, new] = in_grace(&site, &["--owner", "ada", "--scope", "write"]);
    site.home.ok(["owner", "edit", "ada", "--scope", "read"]);
    let write = ["--scope", "write"];
    let beyond = ["INSUFFICIENT_SCOPE", "INSUFFICIENT_SCOPE"];
    assert_eq!(said_with(&site, [&old, &new], &write), beyond);
    assert_eq!(said(&site, [&old, &new]), ["VALID IN_GRACE", "VALID"]);
    site.home.ok(["rotate", "bot", "--cancel"]);
    assert_eq!(said_with(&site, [&old], &write), ["INSUFFICIENT_SCOPE"]);
    let third = site.home.ok(["rotate", "bot", "--grace", "1h"]);
    assert_eq!(said_with(&site, [&old, &third], &write), beyond);
}

#[test]
fn the_current_token_of_a_recoverable_key_can_be_revealed_and_no_other() {
    let site = bench();
    let [old, new] = in_grace(&site, &["--recoverable"]);
    let revealed = || site.home.ok(["reveal", "bot"]);
    assert_eq!(revealed(), new);
    assert_eq!(site.home.ok(["reveal", old.rsplit_once('_').unwrap().0]), new, "by the old prefix");
    site.home.ok(["rotate", "bot", "--cancel"]);
    assert_eq!(revealed(), old);
    let third = site.home.ok(["rotate", "bot", "--grace", "1h"]);
    site.home.ok(["rotate", "bot", "--finish"]);
    assert_eq!(revealed(), third);
    site.home.ok(["revoke", "bot", "--yes"]);
    refused(&site.home.run(["reveal", "bot"]), "is revoked");
}

#[test]
fn of_more_than_a_hundred_generations_the_oldest_are_unknown() {
    let site = bench();
    let [first, second] = past::rotated_key(&site.home, "bot", 9 * DAY, 8 * DAY, None);
    let last = past::rotations(&site.home, "bot", DAY, 99);
    assert_eq!(said(&site, [&first, &second, &last]), ["UNKNOWN", "SUPERSEDED", "VALID"]);
    let key = site.home.json(["show", "bot"]);
    assert_eq!(
        (&key["generation"], key["generations"].as_array().map(Vec::len)),
        (&json!(101), Some(100))
    );
    assert_eq!(site.home.run(["show", first.rsplit_once('_').unwrap().0]).code, 3);
    let prefix = second.rsplit_once('_').unwrap().0;
    assert_eq!(site.home.json(["show", prefix])["id"], key["id"]);
    assert_eq!(key["revoked_at"], Value::Null);
}
