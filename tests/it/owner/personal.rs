//! The key that comes with an owner: what it is, how long it lives, and what becomes of it.

use serde_json::{Value, json};

use super::{code, generation, judged, refused, with_ada};
use crate::support::Home;

#[test]
fn the_personal_key_is_theirs_and_can_be_shown_again() {
    let home = with_ada(&["--scope", "orders:read"]);
    let key = home.json(["show", "personal ada"]);
    for (field, wanted) in [
        ("kind", json!("personal")),
        ("owner", json!("ada")),
        ("project", Value::Null),
        ("environment", json!("development")),
        ("scopes", json!(["*"])),
        ("recoverable", json!(true)),
        ("status", json!("active")),
        ("expires_at", Value::Null),
        ("generation", json!(1)),
    ] {
        assert_eq!(key[field], wanted, "{field}");
    }
    let token = home.ok(["reveal", "personal ada"]);
    assert_eq!(judged(&home, &token, &[]), ("VALID".to_owned(), json!(["orders:read"])));
    let second = home.ok(["rotate", "personal ada"]);
    assert_eq!(home.ok(["reveal", "personal ada"]), second);
    assert_eq!(code(&home, &token), "SUPERSEDED");
}

#[test]
fn a_personal_key_without_a_project_is_right_for_none_that_is_asked_for() {
    let home = with_ada(&[]);
    let token = home.ok(["reveal", "personal ada"]);
    let run = home.verify(&token, &["--project", "shop", "--field", "code"]);
    assert_eq!((run.code, run.stdout.trim_end()), (11, "WRONG_PROJECT"));
    let run = home.verify(&token, &["--scope", "any:thing", "--field", "code"]);
    assert_eq!((run.code, run.stdout.trim_end()), (0, "VALID"));
    let strict = ["--strict", "--env", "development", "--scope", "a"];
    assert_eq!(judged(&home, &token, &strict).0, "WRONG_PROJECT");
}

#[test]
fn a_project_and_an_environment_are_the_personal_keys() {
    let home = with_ada(&["--project", "shop", "--env", "production"]);
    let token = home.ok(["reveal", "personal ada", "--project", "shop"]);
    assert!(token.starts_with("kc_prod_"), "{}", &token[..8]);
    assert_eq!(judged(&home, &token, &["--project", "shop"]).0, "VALID");
    assert_eq!(judged(&home, &token, &["--project", "other"]).0, "WRONG_PROJECT");
    assert_eq!(judged(&home, &token, &["--env", "staging"]).0, "WRONG_ENVIRONMENT");
}

#[test]
fn configured_defaults_are_not_the_personal_keys() {
    let home = Home::new();
    let configured = [("KEYCTL_PROJECT", "shop"), ("KEYCTL_ENV", "production")];
    assert_eq!(home.run_in(&configured, ["owner", "add", "ada"]).code, 0);
    let key = home.json(["show", "personal ada"]);
    assert_eq!((&key["project"], &key["environment"]), (&Value::Null, &json!("development")));
}

#[test]
fn the_personal_keys_lifetime_is_the_flags_then_the_configured_then_the_policys() {
    let home = Home::new();
    let days = |name: &str| {
        let key = home.json(["show", &format!("personal {name}")]);
        let time = |f: &str| key[f].as_str()?.parse::<chrono::DateTime<chrono::Utc>>().ok();
        Some((time("expires_at")? - time("created_at")?).num_days())
    };
    home.ok(["owner", "add", "flag", "--expires", "10d", "-q"]);
    home.ok(["owner", "add", "nobody", "-q"]);
    let configured = [("KEYCTL_EXPIRES", "20d")];
    assert_eq!(home.run_in(&configured, ["owner", "add", "environment"]).code, 0);
    assert_eq!(home.run_in(&configured, ["owner", "add", "both", "--expires", "never"]).code, 0);
    home.ok(["policy", "set", "--default-lifetime", "30d", "--max-lifetime", "60d"]);
    home.ok(["owner", "add", "policy", "-q"]);
    home.ok(["owner", "add", "within", "--expires", "60d", "-q"]);
    refused(&home.run(["owner", "add", "beyond", "--expires", "61d"]), "at most 60d");
    refused(&home.run(["owner", "add", "beyond", "--expires", "never"]), "at most 60d");
    for (name, wanted) in [
        ("flag", Some(10)),
        ("nobody", None),
        ("environment", Some(20)),
        ("both", None),
        ("policy", Some(30)),
        ("within", Some(60)),
    ] {
        assert_eq!(days(name), wanted, "{name}");
    }
    let run = home.run(["owner", "add", "late", "--expires", "2020-01-01"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--expires lies in the past\nhint: "), "{}", run.stderr);
    assert_eq!(home.json(["owner", "list"]).as_array().map(Vec::len), Some(6));
}

#[test]
fn a_personal_name_that_is_taken_registers_nobody() {
    let home = Home::new();
    let args = ["create", "--project", "shop", "--name", "personal ada"];
    home.ok(args);
    let before = generation(&home);
    let add = ["owner", "add", "ada", "--project", "shop"];
    insta::assert_snapshot!(home.run(add).shown(&home), @"
    exit 5
    --- stderr
    error: the name 'personal ada' is taken by [id] in the project 'shop', so the owner 'ada' can have no personal key
    hint: give that key another name first: keyctl edit [id] --name NAME
    ");
    assert_eq!((home.json(["owner", "list"]), generation(&home)), (json!([]), before));
    home.ok(["owner", "add", "ada", "--project", "other"]);
}

#[test]
fn a_personal_key_that_was_deleted_is_named_no_more() {
    let home = with_ada(&[]);
    let key = || home.json(["owner", "show", "ada"])["personal_key"].clone();
    home.ok(["revoke", "personal ada", "--yes"]);
    assert_eq!(key(), home.json(["show", "personal ada"])["id"], "revoked, and still there");
    home.ok(["delete", "personal ada", "--yes"]);
    assert_eq!(key(), Value::Null);
    insta::assert_snapshot!(home.run(["owner", "show", "ada"]).shown(&home), @"
    exit 0
    --- stdout
    owner         ada
    ceiling       *
    live keys     0
    personal key  none
    registered    [time]
    updated       [time]
    ");
    assert_eq!(home.json(["owner", "list"])[0]["personal_key"], Value::Null);
    let edited = home.json(["owner", "edit", "ada", "--scope", "read"]);
    assert_eq!((&edited["personal_key"], &edited["keys"]), (&Value::Null, &json!(0)));
}
