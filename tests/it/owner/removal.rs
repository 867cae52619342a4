//! `owner remove`: every key of theirs is revoked, in one change, after somebody was asked.

use serde_json::{Value, json};

use super::{code, generation, judged, key_of_ada, with_ada};

#[test]
fn removing_asks_and_nobody_answers() {
    let home = with_ada(&[]);
    let before = generation(&home);
    insta::assert_snapshot!(home.run(["owner", "remove", "ada"]).shown(&home), @"
    exit 6
    --- stderr
    error: this needs a confirmation: Remove the owner ada and revoke 1 key
    hint: add --yes to go ahead without being asked
    ");
    key_of_ada(&home, "bot", &[]);
    let run = home.run(["owner", "remove", "ada", "-o", "json"]);
    assert_eq!((run.code, &run.json_error()["code"]), (6, &json!("needs_confirmation")));
    assert!(run.stderr.contains("2 keys"), "{}", run.stderr);
    assert_eq!(generation(&home), before + 1);
}

#[test]
fn removing_revokes_every_key_of_theirs_and_no_other() {
    let home = with_ada(&["--scope", "read"]);
    let mut tokens = vec![home.ok(["reveal", "personal ada"])];
    tokens.push(key_of_ada(&home, "old", &["--scope", "read"]));
    tokens.push(home.ok(["rotate", "old", "--grace", "1h"]));
    assert_eq!(code(&home, &tokens[1]), "VALID", "in its grace");
    tokens.push(key_of_ada(&home, "paused", &["--env", "production"]));
    home.ok(["disable", "paused", "--yes"]);
    tokens.push(key_of_ada(&home, "later", &["--not-before", "7d"]));
    tokens.push(key_of_ada(&home, "hook", &["--kind", "webhook"]));
    tokens.push(home.ok(["create", "--project", "other", "--owner", "ada", "--name", "away"]));
    key_of_ada(&home, "gone", &[]);
    home.ok(["revoke", "gone", "--reason", "retired", "--yes"]);
    let others = [home.token("bot"), home.ok(["create", "--project", "shop", "--owner", "Ada"])];
    let before = generation(&home);
    let run = home.run(["owner", "remove", "ada", "--reason", "left", "--yes"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    ID                NAME          PROJECT  ENVIRONMENT  RESULT   ERROR
    [id]  away          other    development  changed  -
    [id]  hook          shop     development  changed  -
    [id]  later         shop     development  changed  -
    [id]  paused        shop     production   changed  -
    [id]  old           shop     development  changed  -
    [id]  personal ada  -        development  changed  -
    --- stderr
    Removed the owner ada and revoked 6 keys of theirs.
    ");
    for token in &tokens {
        assert_eq!(code(&home, token), "REVOKED");
    }
    assert!(others.iter().all(|token| code(&home, token) != "REVOKED"));
    assert_eq!(home.json(["show", "old"])["revoke_reason"], "left");
    assert_eq!(home.json(["show", "gone"])["revoke_reason"], "retired");
    assert_eq!(home.json(["owner", "list"]), json!([]));
    assert_eq!(generation(&home), before + 1, "it is one change");
    home.ok(["vault", "check"]);
}

#[test]
fn removing_answers_with_a_result_for_each_key() {
    let home = with_ada(&[]);
    key_of_ada(&home, "bot", &[]);
    let ids = ["bot", "personal ada"].map(|name| home.json(["show", name])["id"].clone());
    let result = |id: &Value, name: &str, project: Option<&str>| {
        json!({
            "id": id, "name": name, "project": project, "environment": "development",
            "result": "changed", "error": null
        })
    };
    let wanted =
        json!([result(&ids[0], "bot", Some("shop")), result(&ids[1], "personal ada", None)]);
    assert_eq!(home.json(["owner", "remove", "ada", "--yes"]), wanted);
    assert_eq!(home.run(["owner", "remove", "ada", "--yes"]).code, 3);
    home.ok(["owner", "add", "ada"]);
    home.ok(["revoke", "personal ada", "--yes"]);
    assert_eq!(home.json(["owner", "remove", "ada", "--yes"]), json!([]), "no key was left");
}

#[test]
fn who_was_removed_can_come_back() {
    let home = with_ada(&["--scope", "orders:read"]);
    let first = home.ok(["reveal", "personal ada"]);
    home.ok(["owner", "remove", "ada", "--yes"]);
    home.ok(["owner", "add", "ada", "--scope", "users:read"]);
    let second = home.ok(["reveal", "personal ada"]);
    assert_eq!(code(&home, &first), "REVOKED");
    assert_eq!(judged(&home, &second, &[]).1, json!(["users:read"]));
}

#[test]
fn the_reason_is_kept_although_no_key_was_left() {
    let home = with_ada(&[]);
    home.ok(["delete", "personal ada", "--yes"]);
    home.ok(["owner", "remove", "ada", "--reason", "left", "--yes"]);
    let changes = home.json(["audit"])[0]["changes"].clone();
    assert_eq!(changes.as_array().map(Vec::len), Some(1), "{changes}");
    let reason = json!({"field": "reason", "from": null, "to": "left"});
    assert_eq!((&changes[0]["kind"], &changes[0]["fields"][1]), (&json!("owner"), &reason));
}
