//! Answers about keys.

use keyctl_vault::issue::Expiry;
use serde_json::{Value, json};

use super::{answer, exits, fits, varies};
use crate::past::{self, DAY};
use crate::support::Home;

/// A key that has everything that a key can have.
const FULL: [&str; 30] = [
    "--project",
    "shop",
    "--name",
    "full",
    "--env",
    "production",
    "--kind",
    "webhook",
    "--scope",
    "orders:*",
    "--scope",
    "users:read",
    "--path",
    "GET /v1/**",
    "--ip",
    "10.0.0.0/8",
    "--customer",
    "acme",
    "--rate",
    "100/1m",
    "--label",
    "team=a b",
    "--note",
    "why not",
    "--expires",
    "90d",
    "--not-before",
    "7d",
    "--owner",
    "ada",
];

fn create(home: &Home, args: &[&str]) -> Value {
    answer(home, "create", &[&["--project", "shop", "--scope", "read"], args].concat())
}

#[test]
fn keys_are_made_with_nothing_and_with_everything() {
    let home = Home::new();
    let bare = answer(&home, "create", &["--project", "shop"]);
    let full = answer(&home, "create", &[&FULL[..], &["--recoverable"]].concat());
    assert!(bare["token"].is_string() && bare["note"].is_null() && bare["scopes"] == json!([]));
    let nullable = ["rate_limit", "note", "not_before", "expires_at"];
    let both = [bare, full];
    assert!(nullable.iter().all(|field| varies(&both, field)), "{both:?}");
    home.write("team.csv", "name,scopes\none,read\ntwo,\n");
    let flags = ["--from", "team.csv", "--tokens-to", "tokens.csv", "--project", "shop"];
    let made = answer(&home, "create", &flags);
    assert_eq!(made.as_array().unwrap().len(), 2);
    assert!(made[0]["token"].is_null(), "{made}");
}

#[test]
fn a_list_fits_whatever_is_in_it() {
    let home = Home::new();
    assert_eq!(answer(&home, "list", &[]), json!([]));
    let used = past::key(&home, "old", 100 * DAY, Expiry::At(past::ago(DAY)));
    past::use_token(&home, &used, 50 * DAY);
    past::rotated_key(&home, "turned", 20 * DAY, DAY, Some("7d"));
    past::rotated_key(&home, "through", 20 * DAY, 10 * DAY, Some("1d"));
    create(&home, &["--name", "gone"]);
    create(&home, &["--name", "paused"]);
    create(&home, &["--name", "later", "--not-before", "7d"]);
    answer(&home, "create", &FULL);
    answer(&home, "revoke", &["gone", "--yes", "--reason", "retired"]);
    answer(&home, "disable", &["paused"]);
    let list = answer(&home, "list", &["--all"]);
    let list = list.as_array().unwrap();
    for status in ["active", "inactive", "pending", "expired", "revoked"] {
        assert!(list.iter().any(|key| key["status"] == status), "no key is {status}");
    }
    for field in ["last_used_at", "revoked_at", "revoke_reason", "expires_at", "not_before"] {
        assert!(varies(list, field), "{field}");
    }
    let generations = list.iter().flat_map(|key| key["generations"].as_array().unwrap());
    let generations: Vec<Value> = generations.cloned().collect();
    assert!(varies(&generations, "valid_until") && varies(&generations, "last_used_at"));
    for key in list {
        let shown = answer(&home, "show", &[key["id"].as_str().unwrap()]);
        assert!(shown["effective_scopes"].is_array());
    }
}

#[test]
fn a_key_without_a_project_fits() {
    let home = Home::new();
    answer(&home, "owner add", &["ada"]);
    let shown = answer(&home, "show", &["personal ada"]);
    assert!(shown["project"].is_null(), "{shown}");
    assert!(answer(&home, "reveal", &["personal ada"])["token"].is_string());
}

#[test]
fn changes_of_one_key_fit() {
    let home = Home::new();
    create(&home, &["--name", "bot", "--recoverable"]);
    let bot = |command, args: &[&str]| answer(&home, command, &[&["bot"], args].concat());
    for (command, args) in [
        ("edit", &["--note", "new"][..]),
        ("scope add", &["write"]),
        ("scope remove", &["write"]),
        ("scope set", &["write"]),
        ("disable", &[]),
        ("enable", &[]),
        ("revoke", &["--dry-run"]),
    ] {
        let once = bot(command, args);
        assert_eq!(once["changed"], true, "{command}");
        if command != "scope remove" && command != "revoke" {
            assert_eq!(bot(command, args)["changed"], false, "{command}");
        }
    }
    assert_eq!(bot("scope list", &[]), json!(["write"]));
    assert_eq!(bot("scope set", &["read"])["changed"], true);
    assert_eq!(bot("delete", &["--yes"])["changed"], true);
    create(&home, &["--name", "empty"]);
    answer(&home, "scope remove", &["empty", "read"]);
    assert_eq!(answer(&home, "scope list", &["empty"]), json!([]));
}

#[test]
fn rotations_have_a_token_only_when_there_is_a_new_one() {
    let home = Home::new();
    create(&home, &["--name", "bot"]);
    let rotate = |flags: &[&str]| answer(&home, "rotate", &[&["bot"], flags].concat());
    assert!(rotate(&[])["token"].is_string());
    assert!(rotate(&["--grace", "24h"])["generations"][1]["valid_until"].is_string());
    assert_eq!(rotate(&["--cancel"]).get("token"), None);
    rotate(&["--grace", "24h"]);
    assert_eq!(rotate(&["--finish"]).get("token"), None);
}

#[test]
fn changes_of_several_keys_fit() {
    let home = Home::new();
    for name in ["one", "two", "gone"] {
        create(&home, &["--name", name]);
    }
    answer(&home, "revoke", &["gone", "--yes"]);
    answer(&home, "disable", &["one"]);
    let results = exits(&home, 1, "enable", &["one", "two", "gone", "nobody", "--yes"]);
    let said: Vec<&str> =
        results.as_array().unwrap().iter().map(|r| r["result"].as_str().unwrap()).collect();
    for result in ["changed", "unchanged", "failed"] {
        assert!(said.contains(&result), "{results}");
    }
    assert!(varies(results.as_array().unwrap(), "id"), "{results}");
    let shop = ["--project", "shop", "--yes"];
    for (command, args) in [
        ("edit", &["--note", "n"][..]),
        ("disable", &[]),
        ("revoke", &["--dry-run"]),
        ("revoke", &[]),
        ("delete", &["--status", "revoked"]),
    ] {
        let results = answer(&home, command, &[&shop[..], args].concat());
        assert!(!results.as_array().unwrap().is_empty(), "{command}");
    }
    assert_eq!(answer(&home, "enable", &["--project", "none"]), json!([]));
}

#[test]
fn a_compromised_key_has_a_replacement_or_none() {
    let home = Home::new();
    create(&home, &["--name", "bot"]);
    create(&home, &["--name", "other"]);
    let made = answer(&home, "compromised", &["bot", "--yes"]);
    assert!(made["token"].is_string() && made["replaces"].is_string());
    let ended = answer(&home, "compromised", &["other", "--yes", "--no-replacement"]);
    assert_eq!((&ended["changed"], ended.get("token")), (&json!(true), None));
    let already = answer(&home, "compromised", &["other", "--yes"]);
    assert_eq!(already["changed"], false);
}

#[test]
fn findings_of_the_doctor_fit() {
    let home = Home::new();
    assert_eq!(answer(&home, "doctor", &[]), json!([]));
    answer(&home, "owner add", &["ada"]);
    past::rotated_key(&home, "turned", 100 * DAY, DAY, Some("7d"));
    past::key(&home, "old", 100 * DAY, Expiry::At(past::ago(0).saturating_add(3 * DAY)));
    answer(&home, "create", &["--project", "shop", "--name", "empty"]);
    let findings = exits(&home, 5, "doctor", &[]);
    let findings = findings.as_array().unwrap();
    let codes: std::collections::BTreeSet<&str> =
        findings.iter().map(|finding| finding["code"].as_str().unwrap()).collect();
    assert!(codes.len() >= 6, "{codes:?}");
    assert!(varies(findings, "project"), "{findings:?}");
}

#[test]
fn records_of_an_export_are_those_of_show() {
    let home = Home::new();
    create(&home, &["--name", "bot"]);
    answer(&home, "vault export", &["--metadata", "keys.json"]);
    let records: Value = serde_json::from_str(&home.read("keys.json")).unwrap();
    fits("show", records[0].clone());
}
