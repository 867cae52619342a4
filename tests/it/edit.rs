//! `edit` and `scope`: what is named changes, everything else stays, and the difference is shown.

use crate::support::Home;

#[test]
fn what_differs_is_shown() {
    let home = Home::new();
    home.token("bot");
    let flags = ["--name", "bot-eu", "--expires", "2099-01-31", "--path", "/v1/**", "--ip"];
    let more = ["10.0.0.0/8", "--customer", "acme", "--rate", "5/1s", "--label", "a=b", "--note"];
    let args = ["edit", "bot"].into_iter().chain(flags).chain(more).chain(["moved"]);
    insta::assert_snapshot!(home.run(args).shown(&home), @"
    exit 0
    --- stdout
    edited [id] (bot-eu, project shop)
      name: bot → bot-eu
      paths: - → /v1/**
      ips: - → 10.0.0.0/8
      customers: - → acme
      rate limit: - → 5/1s
      labels: - → a=b
      note: - → moved
      expires at: never → [time]
    ");
}

#[test]
fn absent_means_unchanged_and_lists_are_given_whole() {
    let home = Home::new();
    let create = ["create", "--project", "shop", "--name", "bot", "--scope", "read"];
    let limits = ["--ip", "10.0.0.0/8", "--ip", "192.0.2.0/24", "--note", "keep me"];
    home.ok(create.into_iter().chain(limits));
    let edited = home.json(["edit", "bot", "--ip", "198.51.100.0/24"]);
    assert_eq!(edited["ips"], serde_json::json!(["198.51.100.0/24"]));
    assert_eq!(edited["note"], "keep me");
    assert_eq!(edited["changed"], true);
}

#[test]
fn each_clearing_flag_empties_its_field() {
    let home = Home::new();
    let create = ["create", "--project", "shop", "--name", "bot", "--scope", "read"];
    let limits = ["--path", "/a", "--ip", "10.0.0.0/8", "--customer", "acme", "--rate", "5/1s"];
    let more = ["--label", "a=b", "--note", "n", "--not-before", "2098-01-01", "--expires", "99y"];
    home.ok(create.into_iter().chain(limits).chain(more));
    for (flag, field, empty) in [
        ("--clear-path", "paths", serde_json::json!([])),
        ("--clear-ip", "ips", serde_json::json!([])),
        ("--clear-customer", "customers", serde_json::json!([])),
        ("--clear-rate", "rate_limit", serde_json::Value::Null),
        ("--clear-label", "labels", serde_json::json!({})),
        ("--clear-note", "note", serde_json::Value::Null),
        ("--clear-not-before", "not_before", serde_json::Value::Null),
    ] {
        let edited = home.json(["edit", "bot", flag]);
        assert_eq!((&edited[field], &edited["changed"]), (&empty, &true.into()), "{flag}");
        assert_eq!(home.json(["edit", "bot", flag])["changed"], false, "{flag}");
    }
    assert!(home.json(["edit", "bot", "--expires", "never"])["expires_at"].is_null());
}

#[test]
fn giving_and_clearing_at_once_is_usage() {
    let home = Home::empty();
    let run = home.run(["edit", "bot", "--note", "x", "--clear-note"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 2
    --- stderr
    error: the argument '--note <TEXT>' cannot be used with '--clear-note'
    hint: 'keyctl edit --help' says what it takes
    ");
}

#[test]
fn what_is_so_already_is_unchanged() {
    let home = Home::new();
    home.token("bot");
    insta::assert_snapshot!(home.run(["edit", "bot", "--name", "bot"]).shown(&home), @"
    exit 0
    --- stdout
    unchanged [id] (bot, project shop): it is so already
    ");
    assert_eq!(home.json(["audit", "verify"])["entries"], 2, "nothing is noted");
}

#[test]
fn nothing_named_is_usage() {
    let home = Home::empty();
    insta::assert_snapshot!(home.run(["edit", "bot"]).shown(&home), @"
    exit 2
    --- stderr
    error: nothing to edit was named
    hint: 'keyctl edit --help' lists what can be edited; scopes: 'keyctl scope add KEY SCOPE'
    ");
}

#[test]
fn a_name_that_is_taken_is_refused() {
    let home = Home::new();
    home.token("bot");
    home.token("other");
    insta::assert_snapshot!(home.run(["edit", "other", "--name", "bot"]).shown(&home), @"
    exit 5
    --- stderr
    error: the name 'bot' is taken by [id] in the project 'shop'
    hint: choose another --name, or rotate that key, or revoke it first
    ");
}

#[test]
fn what_is_fixed_at_creation_has_no_flag() {
    let home = Home::empty();
    for flag in ["--env", "--owner", "--kind", "--scope"] {
        assert_eq!(home.run(["edit", "bot", flag, "x"]).code, 2, "{flag}");
    }
}

#[test]
fn wrong_values_name_their_flag() {
    let home = Home::empty();
    for (flag, value) in [
        ("--name", "key_3fK9aQ1xZ0bT"),
        ("--expires", "soon"),
        ("--expires", "2020-01-01"),
        ("--not-before", "2020-01-01"),
        ("--ip", "10.0.0.1/8"),
        ("--rate", "0/1s"),
        ("--path", "x"),
        ("--label", "x"),
        ("--note", ""),
    ] {
        let run = home.run(["edit", "bot", flag, value]);
        assert_eq!(run.code, 2, "{flag} {value}");
        assert!(run.stderr.contains(flag), "{flag} {value}: {}", run.stderr);
    }
}

#[test]
fn scopes_are_edited_in_place_and_the_difference_is_shown() {
    let home = Home::new();
    home.token("bot");
    insta::assert_snapshot!(home.run(["scope", "add", "bot", "b", "a:*", "read"]).shown(&home), @"
    exit 0
    --- stdout
    edited [id] (bot, project shop)
      scopes: read → a:* b read
    ");
    insta::assert_snapshot!(home.run(["scope", "list", "bot"]).shown(&home), @"
    exit 0
    --- stdout
    a:*
    b
    read
    ");
    insta::assert_snapshot!(home.run(["scope", "remove", "bot", "b", "nope"]).shown(&home), @"
    exit 0
    --- stdout
    edited [id] (bot, project shop)
      scopes: a:* b read → a:* read
    ");
    insta::assert_snapshot!(home.run(["scope", "set", "bot", "c"]).shown(&home), @"
    exit 0
    --- stdout
    edited [id] (bot, project shop)
      scopes: a:* read → c
    ");
    assert_eq!(home.json(["scope", "list", "bot"]), serde_json::json!(["c"]));
    assert_eq!(home.run(["scope", "list", "bot", "-o", "csv"]).stdout, "scope\nc\n");
    let same = home.json(["scope", "add", "bot", "c"]);
    assert_eq!((&same["changed"], &same["scopes"]), (&false.into(), &serde_json::json!(["c"])));
}

#[test]
fn a_key_without_scopes_is_said_to_be_powerless() {
    let home = Home::new();
    let token = home.token("bot");
    insta::assert_snapshot!(home.run(["scope", "remove", "bot", "read"]).shown(&home), @"
    exit 0
    --- stdout
    edited [id] (bot, project shop)
      scopes: read → -
    --- stderr
    warning: the key has no scopes, so it can do nothing
    ");
    assert_eq!(home.verify(&token, &[]).code, 11);
}

#[test]
fn wrong_scopes_are_usage() {
    let home = Home::empty();
    insta::assert_snapshot!(home.run(["scope", "add", "bot", "Read Me"]).shown(&home), @"
    exit 2
    --- stderr
    error: SCOPE: 'Read Me' is not a scope like orders:read, orders:* or *
    hint: 'keyctl scope add --help' says what each flag takes
    ");
    assert_eq!(home.run(["scope", "set", "bot"]).code, 2);
    assert_eq!(home.run(["scope", "frobnicate", "bot"]).code, 2);
}
