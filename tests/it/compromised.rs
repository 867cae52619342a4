//! `compromised`: the key ends whatever stands in the way, and another takes its place.

use serde_json::{Value, json};

use crate::past::{self, DAY};
use crate::support::{Home, Run};
use crate::terminal;
use keyctl_vault::issue::Expiry;

/// What must stay as it was.
const SETTINGS: [&str; 14] = [
    "name",
    "kind",
    "project",
    "environment",
    "owner",
    "status",
    "scopes",
    "paths",
    "ips",
    "customers",
    "rate_limit",
    "labels",
    "note",
    "recoverable",
];

fn settings(key: &Value) -> Vec<(&'static str, Value)> {
    SETTINGS.map(|field| (field, key[field].clone())).to_vec()
}

/// The code that `verify` says of a token.
pub fn code(home: &Home, token: &str) -> String {
    home.verify(token, &["--field", "code"]).stdout.trim_end().to_owned()
}

/// Replaces a key and gives the old record, the new one and the new token.
fn replaced(home: &Home, key: &str) -> (Value, Value, String) {
    let before = home.json(["show", key]);
    let id = before["id"].as_str().unwrap().to_owned();
    let run = home.run(["compromised", key, "--yes", "-o", "json"]);
    assert_eq!(run.code, 0, "{key}: {}", run.stderr);
    let new = run.json();
    assert_eq!(new["replaces"], id.as_str());
    assert_ne!(new["id"], id.as_str());
    assert_eq!(settings(&new), settings(&before), "{key}");
    let old = home.json(["show", &id]);
    assert_eq!((&old["status"], &old["revoke_reason"]), (&"revoked".into(), &"compromised".into()));
    let token = new["token"].as_str().unwrap().to_owned();
    (before, new, token)
}

#[test]
fn a_key_ends_and_another_takes_its_place() {
    let home = Home::new();
    let old = home.token("bot");
    let run = home.run(["compromised", "bot", "--yes"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    [kc-dev-token]
    --- stderr
    note: verifiers accept the old token until they get the next bundle; 'keyctl bundle export' makes it
    Revoked [id] and made [id] (bot, project shop) in its place.
      environment development, owner tester
      scopes read
      expires never
    The token is shown only now: put it where it belongs.
    ");
    let new = run.stdout.trim_end();
    assert_eq!((code(&home, &old), code(&home, new)), ("REVOKED".into(), "VALID".into()));
    let log = home.json(["audit", "--verb", "compromised"]);
    assert_eq!(log.as_array().unwrap().len(), 1, "one change of the vault");
    assert_eq!(log[0]["changes"].as_array().unwrap().len(), 2, "of both keys: {log}");
}

#[test]
fn scripts_get_the_new_record_with_its_token_and_what_it_replaces() {
    let home = Home::new();
    home.token("bot");
    let run = home.run(["compromised", "bot", "--yes", "-o", "json", "-q"]);
    insta::assert_snapshot!(run.shown(&home), @r#"
    exit 0
    --- stdout
    {"id":"[id]","name":"bot","kind":"general","project":"shop","environment":"development","owner":"tester","prefix":"[kc-dev-prefix]","status":"active","scopes":["read"],"paths":[],"ips":[],"customers":[],"rate_limit":null,"labels":{},"note":null,"recoverable":false,"generation":1,"not_before":null,"created_at":"[time]","updated_at":"[time]","expires_at":null,"last_used_at":null,"revoked_at":null,"revoke_reason":null,"generations":[{"n":1,"prefix":"[kc-dev-prefix]","created_at":"[time]","valid_until":null,"last_used_at":null}],"token":"[kc-dev-token]","replaces":"[id]"}
    "#);
    let run = home.run_in(&[("KEYCTL_OUTPUT", "json")], ["compromised", "bot", "--yes", "-q"]);
    assert_eq!(code(&home, run.stdout.trim_end()), "VALID", "a configured format changes nothing");
    let token = home.ok(["compromised", "bot", "--yes", "--field", "token"]);
    assert_eq!(code(&home, &token), "VALID");
    let run = home.run(["compromised", "bot", "--yes", "--field", "id"]);
    assert!(run.stderr.contains("the token was not asked for and is gone"), "{}", run.stderr);
    assert_eq!(home.run(["compromised", "bot", "--yes", "--field", "colour"]).code, 2);
    assert_eq!(home.json(["show", "bot"])["status"], "active");
}

#[test]
fn every_setting_is_kept() {
    let home = Home::new();
    let create = ["create", "--project", "shop", "--name", "bot", "--env", "production", "--owner"];
    let scopes = ["anna", "--scope", "a:*", "--scope", "b", "--kind", "webhook", "--rate", "5/1s"];
    let limits = ["--path", "GET /v1/*", "--ip", "10.0.0.0/8", "--customer", "acme", "--note", "n"];
    let more = ["--label", "a=b c", "--recoverable", "--expires", "2099-01-31"];
    home.ok(create.into_iter().chain(scopes).chain(limits).chain(more));
    let (before, new, token) = replaced(&home, "bot");
    assert_eq!(new["expires_at"], before["expires_at"], "a date stays");
    assert!(new["prefix"].as_str().unwrap().starts_with("kc_prod_"));
    assert_eq!(home.ok(["reveal", "bot"]), token);
}

#[test]
fn a_lifetime_begins_anew() {
    let home = Home::new();
    past::key(&home, "bot", 20 * DAY, Expiry::After("30d".parse().unwrap()));
    let (before, new, _) = replaced(&home, "bot");
    let time = |key: &Value| -> chrono::DateTime<chrono::Utc> {
        key["expires_at"].as_str().unwrap().parse().unwrap()
    };
    let days = (time(&new) - time(&before)).num_days();
    assert_eq!(days, 20);
}

#[test]
fn a_key_stays_as_paused_or_pending_as_it_was() {
    let home = Home::new();
    home.token("paused");
    home.ok(["disable", "paused"]);
    let create = ["create", "--project", "shop", "--name", "later", "--scope", "read"];
    home.ok(create.into_iter().chain(["--not-before", "2098-01-01"]));
    let (_, _, token) = replaced(&home, "paused");
    assert_eq!(code(&home, &token), "DISABLED");
    let (before, new, token) = replaced(&home, "later");
    assert_eq!(new["not_before"], before["not_before"]);
    assert_eq!(code(&home, &token), "NOT_YET_VALID");
}

#[test]
fn every_token_of_the_key_ends_also_those_before_it_and_in_a_grace() {
    let home = Home::new();
    let first = home.token("bot");
    let second = home.ok(["rotate", "bot", "-q"]);
    let third = home.ok(["rotate", "bot", "--grace", "1h", "-q"]);
    assert_eq!(code(&home, &second), "VALID", "in its grace");
    let run = home.run_with(["compromised", "--yes", "-q"], first.as_bytes());
    assert_eq!(run.code, 0, "a token of the past names its key: {}", run.stderr);
    let new = run.stdout.trim_end();
    for token in [&first, &second, &third] {
        assert_eq!(code(&home, token), "REVOKED");
    }
    assert_eq!(code(&home, new), "VALID");
    assert_eq!(home.json(["show", "bot"])["generation"], 1);
}

#[test]
fn it_asks_and_without_anybody_to_ask_changes_nothing() {
    let home = Home::new();
    let token = home.token("bot");
    insta::assert_snapshot!(home.run(["compromised", "bot"]).shown(&home), @"
    exit 6
    --- stderr
    error: this needs a confirmation: Revoke [id] (bot, shop, development, never used) and make another in its place
    hint: add --yes to go ahead without being asked
    ");
    let run = home.run(["compromised", "bot", "--no-replacement"]);
    assert!(run.stderr.contains("Revoke key_"), "{}", run.stderr);
    assert!(!run.stderr.contains("make another"), "{}", run.stderr);
    let asked = "its place? [y/N]";
    assert_eq!(terminal::run(&home, ["compromised", "bot"], &[(asked, "n")]).code, 130);
    assert_eq!(code(&home, &token), "VALID");
    let run = terminal::run(&home, ["compromised", "bot"], &[(asked, "y")]);
    assert_eq!(code(&home, run.stdout.trim_end()), "VALID");
    assert_eq!(code(&home, &token), "REVOKED");
}

#[test]
fn without_a_replacement_the_answer_is_the_change() {
    let home = Home::new();
    let token = home.token("bot");
    let run = home.run(["compromised", "bot", "--no-replacement", "--yes"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    revoked [id] (bot, project shop)
      revoke reason: - → compromised
      status: active → revoked
    --- stderr
    note: verifiers accept the old token until they get the next bundle; 'keyctl bundle export' makes it
    ");
    assert_eq!(code(&home, &token), "REVOKED");
    assert_eq!(home.json(["list"]).as_array().unwrap().len(), 1);
    home.token("other");
    let done = home.json(["compromised", "other", "--no-replacement", "--yes"]);
    assert_eq!((&done["changed"], &done["status"]), (&true.into(), &"revoked".into()));
    assert!(done.get("token").is_none() && done.get("replaces").is_none());
    let both = ["compromised", "bot", "--no-replacement", "--field", "id"];
    assert_eq!(home.run(both).code, 2);
}

#[test]
fn a_key_that_had_ended_gets_no_replacement_and_a_script_no_token() {
    let home = Home::new();
    past::key(&home, "over", 40 * DAY, Expiry::After("30d".parse().unwrap()));
    insta::assert_snapshot!(home.run(["compromised", "over", "--yes"]).shown(&home), @"
    exit 0
    --- stderr
    note: verifiers accept the old token until they get the next bundle; 'keyctl bundle export' makes it
    note: the key had ended already, so no other was made; 'keyctl create' makes one
    Revoked [id] (over, project shop).
    ");
    assert_eq!(home.json(["show", "over"])["revoke_reason"], "compromised");
    home.token("gone");
    home.ok(["revoke", "gone", "--yes", "--reason", "retired"]);
    insta::assert_snapshot!(home.run(["compromised", "gone"]).shown(&home), @"
    exit 0
    --- stderr
    note: verifiers accept the old token until they get the next bundle; 'keyctl bundle export' makes it
    note: the key had ended already, so no other was made; 'keyctl create' makes one
    Revoked already: [id] (gone, project shop).
    ");
    let run = home.run(["compromised", "gone", "--field", "token"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let same = home.json(["compromised", "gone"]);
    assert_eq!((&same["changed"], &same["revoke_reason"]), (&false.into(), &"retired".into()));
    assert!(same.get("token").is_none());
}

#[test]
fn no_rule_keeps_a_leaked_token_valid() {
    for policy in [
        &["--max-keys-per-owner", "1"][..],
        &["--require-reason"],
        &["--require-owner"],
        &["--require-expiry"],
        &["--max-lifetime", "30d"],
        &["--max-lifetime", "30d", "--default-lifetime", "7d", "--require-expiry"],
        &["--default-lifetime", "7d", "--require-expiry"],
    ] {
        let home = Home::new();
        let tokens = [home.token("endless"), {
            let create = ["create", "--project", "shop", "--name", "later", "--scope", "read"];
            home.ok(create.into_iter().chain(["--not-before", "2098-01-01"]))
        }];
        home.ok(["policy", "set"].iter().chain(policy).copied());
        let (_, new, token) = replaced(&home, "endless");
        let (_, later, _) = replaced(&home, "later");
        assert_eq!(code(&home, &token), "VALID", "{policy:?}");
        for token in &tokens {
            assert_eq!(code(&home, token), "REVOKED", "{policy:?}");
        }
        let asks_for_an_end =
            policy.iter().any(|flag| flag.contains("expiry") || flag.contains("max-l"));
        assert_eq!(new["expires_at"].is_string(), asks_for_an_end, "{policy:?}");
        assert_eq!(later["not_before"], "2098-01-01T00:00:00Z");
        assert!(later["expires_at"].is_null(), "no end before its beginning: {policy:?}");
    }
}

#[test]
fn the_replacement_lives_as_long_as_the_policy_allows() {
    for (policy, days) in [
        (&["--max-lifetime", "30d", "--default-lifetime", "7d"][..], 30),
        (&["--default-lifetime", "7d", "--require-expiry"], 7),
        (&["--require-expiry"], 90),
    ] {
        let home = Home::new();
        home.token("bot");
        home.ok(["policy", "set"].iter().chain(policy).copied());
        let (_, new, _) = replaced(&home, "bot");
        let time = |field: &str| -> chrono::DateTime<chrono::Utc> {
            new[field].as_str().unwrap().parse().unwrap()
        };
        assert_eq!((time("expires_at") - time("created_at")).num_days(), days, "{policy:?}");
    }
}

#[test]
fn a_ceiling_narrows_the_replacement_and_does_not_refuse_it() {
    let home = Home::new();
    home.ok(["owner", "add", "anna", "--scope", "*"]);
    let create = ["create", "--project", "shop", "--name", "bot", "--owner", "anna"];
    home.ok(create.into_iter().chain(["--scope", "orders:read", "--scope", "stock:read"]));
    home.ok(["owner", "edit", "anna", "--scope", "orders:*"]);
    let (_, _, token) = replaced(&home, "bot");
    assert_eq!(home.verify(&token, &["--scope", "orders:read"]).code, 0);
    assert_eq!(home.verify(&token, &["--scope", "stock:read"]).code, 11);
}

#[test]
fn the_replacement_of_a_personal_key_is_the_owners_personal_key() {
    let home = Home::new();
    home.ok(["owner", "add", "anna", "--scope", "orders:*"]);
    let (_, new, token) = replaced(&home, "personal anna");
    assert_eq!(home.json(["owner", "show", "anna"])["personal_key"], new["id"]);
    assert_eq!(home.ok(["reveal", "personal anna"]), token);
    assert_eq!(home.verify(&token, &["--scope", "orders:read"]).code, 0);
}

#[test]
fn a_token_that_cannot_be_handed_over_names_both_keys() {
    let home = Home::new();
    let token = home.token("bot");
    let run = home.script("keyctl compromised bot --yes >&-");
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("nothing was changed"), "{}", run.stderr);
    assert_eq!(code(&home, &token), "VALID");
    let run = home.script("keyctl compromised bot --yes >/dev/full");
    insta::assert_snapshot!(run.shown(&home), @"
    exit 1
    --- stderr
    note: verifiers accept the old token until they get the next bundle; 'keyctl bundle export' makes it
    Revoked [id] and made [id] (bot, project shop) in its place.
      environment development, owner tester
      scopes read
      expires never
    error: [id] is revoked and [id] is made, but its new token could not be handed over: cannot write to stdout: No space left on device (os error 28)
    hint: make another token with 'keyctl rotate [id]', or end the key with 'keyctl revoke [id]'
    ");
    assert_eq!(code(&home, &token), "REVOKED");
    assert_eq!(home.script("keyctl compromised bot --no-replacement --yes >&-").code, 0);
    assert_eq!(home.json(["list", "--hide-revoked"]), json!([]));
}

#[test]
fn only_an_administrator_may() {
    let home = Home::new();
    let token = home.token("bot");
    home.add_slot("reader", "viewer", "only for reading this");
    let reader = [("KEYCTL_PASSPHRASE", "only for reading this")];
    let run: Run = home.run_in(&reader, ["compromised", "bot", "--yes"]);
    assert_eq!((run.code, run.stdout.as_str()), (5, ""), "{}", run.stderr);
    assert_eq!(code(&home, &token), "VALID");
}
