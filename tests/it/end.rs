//! `revoke`, `disable`, `enable` and `delete`: one key answers with its record, several with a
//! result for each; what cannot be taken back is asked about, and without anybody to ask refused.

use crate::support::Home;
use crate::terminal;

fn three_keys() -> Home {
    let home = Home::new();
    for name in ["one", "two", "three"] {
        home.token(name);
    }
    home
}

fn status(home: &Home, name: &str) -> String {
    home.ok(["show", name, "--field", "status"])
}

#[test]
fn a_revocation_without_a_confirmation_is_6_and_changes_nothing() {
    let home = Home::new();
    let token = home.token("bot");
    insta::assert_snapshot!(home.run(["revoke", "bot"]).shown(&home), @"
    exit 6
    --- stderr
    error: this needs a confirmation: Revoke [id] (bot, shop, development, never used)
    hint: add --yes to go ahead without being asked
    ");
    assert_eq!(home.verify(&token, &[]).code, 0);
    let error = home.run(["revoke", "bot", "-o", "json"]).json_error();
    assert_eq!(error["code"], "needs_confirmation");
}

#[test]
fn a_revocation_is_final_and_its_reason_is_kept() {
    let home = Home::new();
    let token = home.token("bot");
    let run = home.run(["revoke", "bot", "--yes", "--reason", "left the company"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    revoked [id] (bot, project shop)
      revoke reason: - → left the company
      status: active → revoked
    ");
    let run = home.verify(&token, &["-o", "json"]);
    assert_eq!((run.code, &run.json()["code"]), (10, &"REVOKED".into()));
    let shown = home.json(["show", "bot"]);
    assert_eq!(shown["status"], "revoked");
    assert_eq!(shown["revoke_reason"], "left the company");
    assert!(shown["revoked_at"].is_string());
    insta::assert_snapshot!(home.run(["enable", "bot"]).shown(&home), @"
    exit 5
    --- stderr
    error: [id] is revoked, which is final
    hint: create a new key instead
    ");
    assert_eq!(home.run(["edit", "bot", "--name", "x"]).code, 5);
}

#[test]
fn what_is_so_already_is_unchanged_asks_nothing_and_exits_0() {
    let home = Home::new();
    home.token("bot");
    home.ok(["revoke", "bot", "--yes"]);
    let before = home.json(["audit", "verify"])["entries"].clone();
    insta::assert_snapshot!(home.run(["revoke", "bot"]).shown(&home), @"
    exit 0
    --- stdout
    unchanged [id] (bot, project shop): it is so already
    ");
    assert_eq!(home.json(["revoke", "bot", "--yes"])["changed"], false);
    home.token("other");
    assert_eq!(home.json(["enable", "other"])["changed"], false);
    assert_eq!(home.json(["disable", "other"])["changed"], true);
    assert_eq!(home.json(["disable", "other"])["changed"], false);
    let after = home.json(["audit", "verify"])["entries"].as_u64().unwrap();
    assert_eq!(after, before.as_u64().unwrap() + 2, "only changes are noted");
}

#[test]
fn one_key_answers_with_its_record_and_changed() {
    let home = Home::new();
    home.token("bot");
    let run = home.run(["disable", "bot", "-o", "json"]);
    insta::assert_snapshot!(run.shown(&home), @r#"
    exit 0
    --- stdout
    {"id":"[id]","name":"bot","kind":"general","project":"shop","environment":"development","owner":"tester","prefix":"[kc-dev-prefix]","status":"inactive","scopes":["read"],"paths":[],"ips":[],"customers":[],"rate_limit":null,"labels":{},"note":null,"recoverable":false,"generation":1,"not_before":null,"created_at":"[time]","updated_at":"[time]","expires_at":null,"last_used_at":null,"revoked_at":null,"revoke_reason":null,"generations":[{"n":1,"prefix":"[kc-dev-prefix]","created_at":"[time]","valid_until":null,"last_used_at":null}],"changed":true}
    "#);
}

#[test]
fn disabling_pauses_and_enabling_resumes() {
    let home = Home::new();
    let token = home.token("bot");
    insta::assert_snapshot!(home.run(["disable", "bot"]).shown(&home), @"
    exit 0
    --- stdout
    disabled [id] (bot, project shop)
      status: active → inactive
    ");
    let verdict = home.verify(&token, &["-o", "json"]);
    assert_eq!((verdict.code, &verdict.json()["code"]), (10, &"DISABLED".into()));
    insta::assert_snapshot!(home.run(["enable", "bot"]).shown(&home), @"
    exit 0
    --- stdout
    enabled [id] (bot, project shop)
      status: inactive → active
    ");
    assert_eq!(home.verify(&token, &[]).code, 0);
}

#[test]
fn several_keys_need_a_confirmation_even_to_be_disabled() {
    let home = three_keys();
    insta::assert_snapshot!(home.run(["disable", "one", "two"]).shown(&home), @"
    exit 6
    --- stderr
    error: this needs a confirmation: Disable 2 keys
    hint: add --yes to go ahead without being asked
    ");
    assert_eq!(status(&home, "one"), "active");
}

#[test]
fn several_keys_have_a_result_each_and_the_exit_is_1_when_some_fail() {
    let home = three_keys();
    home.ok(["disable", "two"]);
    let run = home.run(["disable", "one", "two", "nobody", "--yes", "-o", "json"]);
    insta::assert_snapshot!(run.shown(&home), @r#"
    exit 1
    --- stdout
    [
    {"id":null,"name":"nobody","project":null,"environment":null,"result":"failed","error":"no key fits 'nobody'"},
    {"id":"[id]","name":"one","project":"shop","environment":"development","result":"changed","error":null},
    {"id":"[id]","name":"two","project":"shop","environment":"development","result":"unchanged","error":null}
    ]
    --- stderr
    disabled: 1, unchanged: 1, failed: 1
    "#);
    assert_eq!(status(&home, "one"), "inactive", "what can be done is done");
}

#[test]
fn a_rule_that_refuses_one_key_does_not_stop_the_others() {
    let home = three_keys();
    home.ok(["revoke", "one", "--yes"]);
    let run = home.run(["enable", "one", "two", "--yes"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 1
    --- stdout
    ID                NAME  PROJECT  ENVIRONMENT  RESULT     ERROR
    [id]  one   shop     development  failed     [id] is revoked, which is final
    [id]  two   shop     development  unchanged  -
    --- stderr
    enabled: 0, unchanged: 1, failed: 1
    ");
}

#[test]
fn several_that_are_so_already_exit_0_and_ask_nothing() {
    let home = three_keys();
    let run = home.run(["enable", "one", "two", "-o", "jsonl"]);
    insta::assert_snapshot!(run.shown(&home), @r#"
    exit 0
    --- stdout
    {"id":"[id]","name":"one","project":"shop","environment":"development","result":"unchanged","error":null}
    {"id":"[id]","name":"two","project":"shop","environment":"development","result":"unchanged","error":null}
    --- stderr
    enabled: 0, unchanged: 2, failed: 0
    "#);
}

#[test]
fn a_key_named_twice_is_one_key() {
    let home = three_keys();
    let id = home.ok(["show", "one", "--field", "id"]);
    let results = home.json(["disable", "one", &id, "--yes"]);
    assert_eq!(results.as_array().unwrap().len(), 1);
}

#[test]
fn a_filter_chooses_and_a_dry_run_changes_nothing_and_never_asks() {
    let home = three_keys();
    home.ok(["create", "--project", "web", "--scope", "read", "--name", "elsewhere"]);
    let run = home.run(["revoke", "--project", "shop", "--dry-run"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    ID                NAME   PROJECT  ENVIRONMENT  RESULT   ERROR
    [id]  three  shop     development  changed  -
    [id]  two    shop     development  changed  -
    [id]  one    shop     development  changed  -
    --- stderr
    note: dry run: nothing was changed
    would revoke: 3, unchanged: 0, failed: 0
    ");
    assert_eq!(status(&home, "one"), "active");
    insta::assert_snapshot!(home.run(["revoke", "--project", "shop"]).shown(&home), @"
    exit 6
    --- stderr
    error: this needs a confirmation: Revoke 3 keys
    hint: add --yes to go ahead without being asked
    ");
    let run = home.run(["revoke", "--project", "shop", "--yes", "-o", "csv"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    id,name,project,environment,result,error
    [id],three,shop,development,changed,
    [id],two,shop,development,changed,
    [id],one,shop,development,changed,
    --- stderr
    revoked: 3, unchanged: 0, failed: 0
    ");
    assert_eq!(status(&home, "elsewhere"), "active");
}

#[test]
fn a_dry_run_of_one_key_changes_nothing() {
    let home = Home::new();
    home.token("bot");
    let run = home.run(["revoke", "bot", "--dry-run"]);
    assert_eq!(run.code, 0);
    assert!(run.stderr.contains("dry run"), "{}", run.stderr);
    assert_eq!(status(&home, "bot"), "active");
    assert_eq!(home.json(["audit", "verify"])["entries"], 2);
}

#[test]
fn each_filter_narrows() {
    let home = three_keys();
    home.ok(["edit", "two", "--label", "team=a", "--expires", "5d"]);
    let create = ["create", "--project", "web", "--name", "hook", "--kind", "webhook"];
    home.ok(create.into_iter().chain(["--env", "staging", "--owner", "bob", "--scope", "read"]));
    let chosen = |filter: &[&str]| -> Vec<String> {
        let args = ["disable", "--dry-run"].into_iter().chain(filter.iter().copied());
        let results = home.json(args);
        let name = |result: &serde_json::Value| result["name"].as_str().unwrap().to_owned();
        results.as_array().unwrap().iter().map(name).collect()
    };
    for filter in
        [["--project", "web"], ["--env", "staging"], ["--owner", "bob"], ["--kind", "webhook"]]
    {
        assert_eq!(chosen(&filter), ["hook"], "{filter:?}");
    }
    assert_eq!(chosen(&["--label", "team"]), ["two"]);
    assert_eq!(chosen(&["--label", "team=b"]), [""; 0]);
    assert_eq!(chosen(&["--expiring-within", "7d"]), ["two"]);
    assert_eq!(chosen(&["--unused-for", "1d"]), [""; 0]);
    assert_eq!(chosen(&["--status", "active", "--project", "shop"]), ["three", "two", "one"]);
}

#[test]
fn a_filter_that_fits_nothing_is_done_and_says_so() {
    let home = Home::new();
    insta::assert_snapshot!(home.run(["revoke", "--owner", "bob", "-o", "json"]).shown(&home), @"
    exit 0
    --- stdout
    []
    --- stderr
    note: no key fits
    ");
    insta::assert_snapshot!(home.run(["revoke", "--owner", "bob"]).shown(&home), @"
    exit 0
    --- stderr
    note: no key fits
    ");
}

#[test]
fn neither_keys_nor_a_filter_and_both_are_usage() {
    let home = Home::empty();
    insta::assert_snapshot!(home.run(["revoke"]).shown(&home), @"
    exit 2
    --- stderr
    error: no key was named
    hint: name one or more KEYs, or choose them by --project, --owner, --status, …
    ");
    insta::assert_snapshot!(home.run(["revoke", "bot", "--owner", "bob"]).shown(&home), @"
    exit 2
    --- stderr
    error: KEYs and filters cannot be used together
    hint: name the keys, or choose them by filters
    ");
    for flag in ["--search", "--limit"] {
        assert_eq!(home.run(["revoke", flag, "3"]).code, 2, "{flag}");
    }
}

#[test]
fn a_name_that_two_projects_share_is_told_apart_by_the_project() {
    let home = Home::new();
    home.token("bot");
    home.ok(["create", "--project", "web", "--scope", "read", "--name", "bot"]);
    let run = home.run(["revoke", "bot", "--yes"]);
    assert_eq!(run.code, 3, "{run:?}");
    home.ok(["revoke", "bot", "--project", "web", "--yes"]);
    assert_eq!(home.json(["show", "bot", "--project", "shop"])["status"], "active");
}

#[test]
fn the_beginning_of_an_id_is_not_enough_to_change_a_key() {
    let home = Home::new();
    home.token("bot");
    let id = home.ok(["show", "bot", "--field", "id"]);
    for args in [&["revoke", &id[..12], "--yes"][..], &["delete", &id[..12], "--yes"]] {
        assert_eq!(home.run(args.iter().copied()).code, 3, "{args:?}");
    }
    assert_eq!(status(&home, &id[..12]), "active");
}

#[test]
fn a_deletion_asks_and_leaves_its_fact_in_the_audit_log() {
    let home = Home::new();
    let token = home.token("bot");
    insta::assert_snapshot!(home.run(["delete", "bot"]).shown(&home), @"
    exit 6
    --- stderr
    error: this needs a confirmation: Delete [id] (bot, shop, development, never used) for good
    hint: add --yes to go ahead without being asked
    ");
    insta::assert_snapshot!(home.run(["delete", "bot", "--yes"]).shown(&home), @"
    exit 0
    --- stdout
    deleted [id] (bot, project shop)
      status: active → deleted
    ");
    let run = home.verify(&token, &["-o", "json"]);
    assert_eq!((run.code, &run.json()["code"]), (10, &"UNKNOWN".into()));
    insta::assert_snapshot!(home.run(["delete", "bot", "--yes"]).shown(&home), @"
    exit 3
    --- stderr
    error: no key fits 'bot'
    hint: 'keyctl list' shows the keys; a KEY is an id, a prefix or an exact name
    ");
    let entries = home.json(["audit", "--key", "bot"]);
    assert_eq!(entries[0]["verb"], "delete");
    assert_eq!(entries[1]["verb"], "create");
}

#[test]
fn a_deletion_answers_with_the_record_that_was() {
    let home = Home::new();
    home.token("bot");
    let gone = home.json(["delete", "bot", "--yes"]);
    assert_eq!((&gone["name"], &gone["changed"]), (&"bot".into(), &true.into()));
    assert!(gone.get("token").is_none());
}

#[test]
fn at_a_terminal_a_deletion_wants_a_yes_and_the_name() {
    let home = Home::new();
    home.token("bot");
    let (sure, name) = ("for good?", "Type its name to go ahead");
    for (said, code, left) in [
        (&[(sure, "n")][..], 130, 1),
        (&[(sure, "")], 130, 1),
        (&[(sure, "y"), (name, "")], 130, 1),
        (&[(sure, "y"), (name, "bo")], 130, 1),
        (&[(sure, "y"), (name, "bot")], 0, 0),
    ] {
        let run = terminal::run(&home, ["delete", "bot"], said);
        assert_eq!(run.code, code, "{said:?}: {}", run.stderr);
        assert_eq!(home.json(["list"]).as_array().unwrap().len(), left, "{said:?}");
    }
}

#[test]
fn where_bundles_are_made_an_end_says_that_verifiers_learn_of_it_later() {
    let home = Home::new();
    for name in ["a", "b", "c", "d"] {
        home.token(name);
    }
    let says = |args: &[&str]| {
        let run = home.run(args.iter().copied());
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stderr.contains("verifiers with a bundle")
    };
    assert!(!says(&["revoke", "a", "--yes"]), "there is no bundle");
    home.ok(["bundle", "export", "keys.kcb"]);
    assert!(says(&["revoke", "b", "--yes"]));
    assert!(says(&["disable", "c", "d", "--yes"]));
    assert!(!says(&["enable", "c"]), "nothing ended");
    assert!(says(&["rotate", "c"]));
    assert!(!says(&["rotate", "c", "--grace", "1h"]));
    assert!(!says(&["delete", "d", "--dry-run"]));
    assert!(says(&["delete", "d", "--yes"]));
}
