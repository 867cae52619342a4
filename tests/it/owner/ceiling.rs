//! What an owner may have at most: it narrows and widens every key of theirs at once, here and in
//! the next bundle, and nobody asks for more.

use serde_json::json;

use super::{code, generation, judged, key_of_ada, refused, with_ada};
use crate::support::Home;

/// What a bundle says of a token: its code, and the scopes that count.
fn by_bundle(home: &Home, bundle: &str, token: &str) -> (String, serde_json::Value) {
    let trust = home.ok(["bundle", "key", "show"]);
    judged(home, token, &["--bundle", bundle, "--trust", &trust])
}

#[test]
fn registering_narrows_the_keys_that_are_there() {
    let home = Home::new();
    let token = key_of_ada(&home, "bot", &["--scope", "orders:*", "--scope", "users:read"]);
    let full = json!(["orders:*", "users:read"]);
    assert_eq!(judged(&home, &token, &[]), ("VALID".to_owned(), full.clone()));
    home.ok(["owner", "add", "ada", "--scope", "orders:read", "--scope", "stock:*"]);
    assert_eq!(judged(&home, &token, &[]), ("VALID".to_owned(), json!(["orders:read"])));
    assert_eq!(judged(&home, &token, &["--scope", "orders:read"]).0, "VALID");
    for beyond in ["orders:write", "orders:*", "users:read", "stock:read"] {
        let run = home.verify(&token, &["--scope", beyond, "--field", "code"]);
        assert_eq!((run.code, run.stdout.trim_end()), (11, "INSUFFICIENT_SCOPE"), "{beyond}");
    }
    assert_eq!(home.json(["show", "bot"])["scopes"], full, "what it was given is still there");
}

#[test]
fn narrowing_and_widening_act_at_once() {
    let home = with_ada(&[]);
    let personal = home.ok(["reveal", "personal ada"]);
    let token = key_of_ada(&home, "bot", &["--scope", "orders:*"]);
    insta::assert_snapshot!(home.run(["owner", "edit", "ada", "--scope", "orders:read"]).shown(&home), @"
    exit 0
    --- stdout
    owner         ada
    ceiling       orders:read
    live keys     2
    personal key  [id]
    registered    [time]
    updated       [time]
    --- stderr
    note: the ceiling narrows 1 key
    ");
    assert_eq!(judged(&home, &token, &[]).1, json!(["orders:read"]));
    assert_eq!(judged(&home, &personal, &[]).1, json!(["orders:read"]));
    let wide = ["owner", "edit", "ada", "--scope", "orders:*", "--scope", "users:read"];
    assert_eq!(home.json(wide)["scopes"], json!(["orders:*", "users:read"]));
    assert_eq!(judged(&home, &token, &[]).1, json!(["orders:*"]));
    assert_eq!(judged(&home, &personal, &[]).1, json!(["orders:*", "users:read"]));
    home.ok(["owner", "edit", "ada", "--scope", "stock:read"]);
    assert_eq!(judged(&home, &token, &[]), ("INSUFFICIENT_SCOPE".to_owned(), json!([])));
}

#[test]
fn both_tokens_of_a_grace_are_narrowed() {
    let home = with_ada(&[]);
    let old = key_of_ada(&home, "bot", &["--scope", "orders:*"]);
    let new = home.ok(["rotate", "bot", "--grace", "1h"]);
    home.ok(["owner", "edit", "ada", "--scope", "orders:read"]);
    for token in [old, new] {
        assert_eq!(judged(&home, &token, &[]), ("VALID".to_owned(), json!(["orders:read"])));
    }
}

#[test]
fn the_same_ceiling_again_is_no_change() {
    let home = with_ada(&["--scope", "orders:*", "--scope", "users:read"]);
    let before = generation(&home);
    let again = ["owner", "edit", "ada", "--scope", "users:read", "--scope", "orders:*"];
    insta::assert_snapshot!(home.run(again).shown(&home), @"
    exit 0
    --- stdout
    owner         ada
    ceiling       orders:* users:read
    live keys     1
    personal key  [id]
    registered    [time]
    updated       [time]
    unchanged     it is so already
    ");
    let twice = ["--scope", "orders:*", "-o", "json"];
    assert_eq!(home.run(again.into_iter().chain(twice)).json()["changed"], false);
    assert_eq!(generation(&home), before);
}

#[test]
fn a_bundle_tells_the_ceiling_of_when_it_was_made() {
    let home = with_ada(&["--scope", "orders:*"]);
    let token = key_of_ada(&home, "bot", &["--scope", "orders:*"]);
    home.ok(["bundle", "export", "old.kcb"]);
    assert_eq!(by_bundle(&home, "old.kcb", &token).1, json!(["orders:*"]));
    home.ok(["owner", "edit", "ada", "--scope", "orders:read"]);
    assert_eq!(by_bundle(&home, "old.kcb", &token).1, json!(["orders:*"]));
    home.ok(["bundle", "export", "new.kcb"]);
    assert_eq!(by_bundle(&home, "new.kcb", &token), ("VALID".to_owned(), json!(["orders:read"])));
    home.ok(["owner", "edit", "ada", "--scope", "users:read"]);
    home.ok(["bundle", "export", "none.kcb", "--redact"]);
    let (code, scopes) = by_bundle(&home, "none.kcb", &token);
    assert_eq!((code.as_str(), scopes), ("INSUFFICIENT_SCOPE", json!([])), "a redacted one too");
    home.ok(["owner", "remove", "ada", "--yes"]);
    home.ok(["bundle", "export", "gone.kcb"]);
    assert_eq!(by_bundle(&home, "gone.kcb", &token).0, "REVOKED");
}

#[test]
fn asking_for_more_is_refused_with_what_is_allowed() {
    let home = with_ada(&["--scope", "orders:*", "--scope", "users:read"]);
    let create = |name, scope| {
        ["create", "--project", "shop", "--owner", "ada", "--name", name, "--scope", scope]
    };
    let before = generation(&home);
    insta::assert_snapshot!(home.run(create("bot", "users:write")).shown(&home), @"
    exit 5
    --- stderr
    error: users:write is more than the owner 'ada' may have: orders:* users:read
    hint: ask for less, or widen the ceiling: keyctl owner edit --scope 'orders:*' --scope 'users:read' --scope 'users:write' ada
    ");
    for scope in ["*", "orders", "users:*", "users:read:own"] {
        refused(&home.run(create("bot", scope)), &format!("{scope} is more than"));
    }
    let both = create("bot", "orders:read").into_iter().chain(["--scope", "users:write"]);
    refused(&home.run(both), "users:write");
    assert_eq!(generation(&home), before);
    for scope in ["orders:*", "orders:read:own", "users:read"] {
        home.ok(create(scope, scope));
    }
    home.ok(["create", "--project", "shop", "--owner", "ada", "--name", "without scopes"]);
}

#[test]
fn scope_commands_go_no_further_either() {
    let home = with_ada(&["--scope", "orders:*"]);
    key_of_ada(&home, "bot", &["--scope", "orders:read"]);
    insta::assert_snapshot!(home.run(["scope", "add", "bot", "users:read"]).shown(&home), @"
    exit 5
    --- stderr
    error: users:read is more than the owner 'ada' may have: orders:*
    hint: ask for less, or widen the ceiling: keyctl owner edit --scope 'orders:*' --scope 'users:read' ada
    ");
    refused(&home.run(["scope", "set", "bot", "orders:read", "*"]), "* is more than");
    assert_eq!(home.json(["show", "bot"])["scopes"], json!(["orders:read"]));
    home.ok(["scope", "add", "bot", "orders:write"]);
    home.ok(["scope", "set", "bot", "orders:*"]);
}

#[test]
fn what_a_key_had_before_is_not_asked_for() {
    let home = Home::new();
    let token = key_of_ada(&home, "bot", &["--scope", "orders:*", "--scope", "users:read"]);
    home.ok(["owner", "add", "ada", "--scope", "orders:read"]);
    home.ok(["edit", "bot", "--note", "runs in CI"]);
    home.ok(["scope", "add", "bot", "orders:read"]);
    home.ok(["scope", "remove", "bot", "users:read"]);
    refused(&home.run(["scope", "add", "bot", "users:read"]), "users:read is more than");
    home.ok(["disable", "bot", "--yes"]);
    home.ok(["enable", "bot", "--yes"]);
    assert_eq!(judged(&home, &token, &[]).1, json!(["orders:read"]));
    home.ok(["rotate", "bot"]);
    home.ok(["scope", "set", "bot", "orders:*"]);
    home.ok(["revoke", "bot", "--yes"]);
}

#[test]
fn who_was_never_registered_has_no_ceiling() {
    let home = with_ada(&["--scope", "orders:read"]);
    let args = ["create", "--project", "shop", "--owner", "bob", "--scope", "*"];
    let token = home.ok(args);
    assert_eq!(
        judged(&home, &token, &["--scope", "any:thing"]),
        ("VALID".to_owned(), json!(["*"]))
    );
    home.ok(["owner", "remove", "ada", "--yes"]);
    let token = key_of_ada(&home, "after", &["--scope", "*"]);
    assert_eq!(code(&home, &token), "VALID");
}

#[test]
fn the_owner_that_is_configured_has_a_ceiling_too() {
    let home = Home::new();
    home.ok(["owner", "add", "tester", "--scope", "read"]);
    home.token("bot");
    refused(&home.run(["create", "--project", "shop", "--scope", "write"]), "'tester'");
}

#[test]
fn a_ceiling_that_no_bundle_could_carry_is_refused() {
    let home = with_ada(&["--scope", "orders:read"]);
    let before = generation(&home);
    let many: Vec<String> = (0..257).map(|n| format!("s{n}")).collect();
    let large: Vec<String> = (0..40).map(|n| format!("{n:03}{}", "s".repeat(100))).collect();
    for scopes in [many, large] {
        let flags: Vec<&str> = scopes.iter().flat_map(|scope| ["--scope", scope]).collect();
        for args in [["owner", "add", "bob"], ["owner", "edit", "ada"]] {
            let run = home.run(args.into_iter().chain(flags.iter().copied()));
            refused(&run, "at most");
            assert!(run.stderr.contains("hint: ask for less"), "{}", run.stderr);
        }
    }
    assert_eq!(generation(&home), before);
    let few: Vec<String> = (0..30).map(|n| format!("{n:03}{}", "s".repeat(100))).collect();
    let flags: Vec<&str> = few.iter().flat_map(|scope| ["--scope", scope]).collect();
    home.ok(["owner", "edit", "ada"].into_iter().chain(flags));
    home.ok(["bundle", "export", "keys.kcb"]);
    let token = home.ok(["reveal", "personal ada"]);
    assert_eq!(by_bundle(&home, "keys.kcb", &token).1.as_array().unwrap().len(), 30);
}

#[test]
fn a_key_is_shown_with_what_the_ceiling_leaves_of_its_scopes() {
    let home = with_ada(&["--scope", "*"]);
    key_of_ada(&home, "bot", &["--scope", "orders:*", "--scope", "users:read"]);
    let effective = || home.json(["show", "bot"])["effective_scopes"].clone();
    assert_eq!(effective(), json!(["orders:*", "users:read"]));
    assert!(!home.run(["show", "bot"]).stdout.contains("effective"));
    home.ok(["owner", "edit", "ada", "--scope", "orders:read"]);
    assert_eq!(effective(), json!(["orders:read"]));
    assert_eq!(home.ok(["show", "bot", "--field", "effective_scopes"]), "orders:read");
    assert_eq!(home.json(["show", "bot"])["scopes"], json!(["orders:*", "users:read"]));
    insta::assert_snapshot!(home.run(["show", "bot"]).shown(&home), @"
    exit 0
    --- stdout
    name         bot
    id           [id]
    prefix       [kc-dev-prefix]
    status       active
    kind         general
    project      shop
    environment  development
    owner        ada
    scopes       orders:* users:read
    effective    orders:read
    expires      never
    last used    never
    created      [time] ([relative])
    updated      [time]
    ");
    home.ok(["owner", "edit", "ada", "--scope", "deploy:run"]);
    assert_eq!(effective(), json!([]));
    assert!(home.run(["show", "bot"]).stdout.contains("\neffective    none\n"));
    // Only one key by itself has it.
    assert_eq!(home.json(["list"])[0].get("effective_scopes"), None);
    assert_eq!(home.run(["list", "--columns", "effective_scopes"]).code, 2);
    home.ok(["owner", "remove", "ada", "--yes"]);
    assert_eq!(effective(), json!(["orders:*", "users:read"]), "nobody has a ceiling then");
}
