//! `--require-reason`: who has to say why, and where that is kept.

use serde_json::json;

use super::{code, must_create, refused, set, with};
use crate::support::Home;

#[test]
fn whoever_revokes_says_why() {
    let home = Home::new();
    for name in ["one", "two", "three"] {
        home.token(name);
    }
    set(&home, &["--require-reason"]);
    insta::assert_snapshot!(home.run(["revoke", "one", "--yes"]).shown(&home), @"
    exit 5
    --- stderr
    error: the policy wants a reason for that
    hint: add --reason TEXT
    ");
    refused(&home.run(["revoke", "one", "--dry-run"]), "a reason");
    let run = home.run(["revoke", "--project", "shop", "--yes", "-o", "json"]);
    assert_eq!((run.code, run.json()[2]["result"].clone()), (1, json!("failed")));
    let all = home.json(["list", "--status", "active"]);
    assert_eq!(all.as_array().unwrap().len(), 3);
    home.ok(["revoke", "one", "--reason", "retired", "--yes"]);
    assert_eq!(home.json(["show", "one"])["revoke_reason"], "retired");
    assert_eq!(home.json(["revoke", "one", "--yes"])["changed"], false, "there is nothing to say");
    home.ok(["revoke", "--project", "shop", "--reason", "moved", "--yes"]);
    assert_eq!(home.json(["list", "--status", "active"]), json!([]));
}

#[test]
fn whoever_reveals_or_sees_an_owner_off_says_why() {
    let home = with(&["--require-reason"]);
    home.ok(["owner", "add", "ada"]);
    refused(&home.run(["reveal", "personal ada"]), "a reason");
    let token = home.ok(["reveal", "personal ada", "--reason", "a new laptop"]);
    refused(&home.run(["owner", "remove", "ada", "--yes"]), "a reason");
    assert_eq!(code(&home, &token), "VALID");
    home.ok(["owner", "remove", "ada", "--reason", "left", "--yes"]);
    assert_eq!(code(&home, &token), "REVOKED");
    assert_eq!(home.json(["show", "personal ada"])["revoke_reason"], "left");
    home.ok(["owner", "add", "bob"]);
    home.ok(["revoke", "personal bob", "--reason", "left", "--yes"]);
    refused(&home.run(["owner", "remove", "bob", "--yes"]), "a reason");
}

#[test]
fn whoever_deletes_a_live_key_says_why_and_the_log_keeps_it() {
    let home = with(&["--require-reason"]);
    for name in ["live", "free", "gone"] {
        must_create(&home, name, &[]);
    }
    insta::assert_snapshot!(home.run(["delete", "live", "--yes"]).shown(&home), @"
    exit 5
    --- stderr
    error: the policy wants a reason for that
    hint: add --reason TEXT
    ");
    assert_eq!(home.json(["show", "live"])["status"], "active");
    let delete = ["delete", "live", "--reason", "made by mistake", "--yes"];
    insta::assert_snapshot!(home.run(delete).shown(&home), @"
    exit 0
    --- stdout
    deleted [id] (live, project shop)
      status: active → deleted
      reason: - → made by mistake
    ");
    let fields = home.json(["audit"])[0]["changes"][0]["fields"].clone();
    let reason = json!({"field": "reason", "from": null, "to": "made by mistake"});
    assert_eq!(fields[1], reason);
    // What has been explained when it ended needs no second reason.
    home.ok(["revoke", "gone", "--reason", "retired", "--yes"]);
    home.ok(["delete", "gone", "--yes"]);
    set(&home, &["--require-reason", "no"]);
    home.ok(["delete", "free", "--yes"]);
    let fields = home.json(["audit"])[0]["changes"][0]["fields"].clone();
    assert_eq!(fields.as_array().map(Vec::len), Some(1), "{fields}");
}

#[test]
fn pausing_and_rotating_need_no_reason() {
    let home = with(&["--require-reason"]);
    home.token("bot");
    home.ok(["rotate", "bot", "--grace", "1h"]);
    home.ok(["rotate", "bot", "--cancel"]);
    home.ok(["disable", "bot", "--yes"]);
    home.ok(["enable", "bot", "--yes"]);
}
