//! `edit` and `delete` of several keys, by name or by filter: one change of the vault, and a result
//! for each.

use serde_json::{Value, json};

use crate::support::Home;
use crate::terminal;

/// Three keys of the project `shop` and one of `web`.
fn keys() -> Home {
    let home = Home::new();
    for name in ["one", "two", "three"] {
        home.token(name);
    }
    home.ok(["create", "--project", "web", "--name", "elsewhere", "--scope", "read"]);
    home
}

fn field(home: &Home, name: &str, field: &str) -> Value {
    home.json(["show", name])[field].clone()
}

fn entries(home: &Home) -> u64 {
    home.json(["audit", "verify"])["entries"].as_u64().unwrap()
}

/// Name and result of each.
fn results<'a>(answer: &'a Value) -> Vec<(&'a str, &'a str)> {
    let text = |row: &'a Value, field: &str| row[field].as_str().unwrap();
    answer.as_array().unwrap().iter().map(|row| (text(row, "name"), text(row, "result"))).collect()
}

#[test]
fn several_are_edited_in_one_change_with_a_result_each() {
    let home = keys();
    home.ok(["edit", "two", "--note", "same"]);
    home.ok(["revoke", "three", "--yes"]);
    let before = entries(&home);
    let args = ["edit", "one", "two", "three", "nobody", "--note", "same"];
    insta::assert_snapshot!(home.run(args).shown(&home), @"
    exit 6
    --- stderr
    error: this needs a confirmation: Edit 3 keys
    hint: add --yes to go ahead without being asked
    ");
    assert_eq!(entries(&home), before);
    let run = home.run(args.into_iter().chain(["--yes"]));
    insta::assert_snapshot!(run.shown(&home), @"
    exit 1
    --- stdout
    ID                NAME    PROJECT  ENVIRONMENT  RESULT     ERROR
    -                 nobody  -        -            failed     no key fits 'nobody'
    [id]  one     shop     development  changed    -
    [id]  two     shop     development  unchanged  -
    [id]  three   shop     development  failed     [id] is revoked, which is final
    --- stderr
    edited: 1, unchanged: 1, failed: 2
    ");
    assert_eq!(entries(&home), before + 1);
    assert_eq!(field(&home, "one", "note"), "same");
}

#[test]
fn a_filter_edits_what_fits_and_a_dry_run_nothing() {
    let home = keys();
    home.ok(["revoke", "three", "--yes"]);
    let before = entries(&home);
    let args = ["edit", "--project", "shop", "--expires", "2099-01-31", "--label", "a=b"];
    let run = home.run(args.into_iter().chain(["--dry-run"]));
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    ID                NAME  PROJECT  ENVIRONMENT  RESULT   ERROR
    [id]  two   shop     development  changed  -
    [id]  one   shop     development  changed  -
    --- stderr
    note: dry run: nothing was changed
    note: they would have expires at [time]; labels a=b
    would edit: 2, unchanged: 0, failed: 0
    ");
    assert_eq!(home.run(args).code, 6);
    assert_eq!(entries(&home), before);
    let done = home.json(args.into_iter().chain(["--yes"]));
    assert_eq!(results(&done), [("two", "changed"), ("one", "changed")]);
    assert_eq!(entries(&home), before + 1);
    assert_eq!(field(&home, "two", "labels"), json!({"a": "b"}));
    assert!(field(&home, "elsewhere", "expires_at").is_null());
    let again = home.json(args.into_iter().chain(["--yes"]));
    assert_eq!(results(&again), [("two", "unchanged"), ("one", "unchanged")]);
    assert_eq!(entries(&home), before + 1, "nothing changed, nothing noted");
}

#[test]
fn each_flag_sets_what_it_says_for_all() {
    let home = keys();
    let lists = ["--path", "GET /v1/*", "--ip", "10.0.0.0/8", "--customer", "acme"];
    let more = ["--rate", "5/1s", "--not-before", "2098-01-01", "--note", "n"];
    let filter = ["edit", "--project", "shop", "--yes", "-q"];
    home.ok(filter.into_iter().chain(lists).chain(more));
    let fields = ["paths", "ips", "customers", "rate_limit", "not_before", "note"];
    let of = |name: &str| Value::from(fields.map(|f| field(&home, name, f)).to_vec());
    let set = json!([["GET /v1/*"], ["10.0.0.0/8"], ["acme"], "5/1s", "2098-01-01T00:00:00Z", "n"]);
    for name in ["one", "two", "three"] {
        assert_eq!(of(name), set, "{name}");
    }
    let clear = ["--clear-path", "--clear-ip", "--clear-customer", "--clear-rate"];
    home.ok(filter.into_iter().chain(clear).chain(["--clear-not-before", "--clear-note"]));
    assert_eq!(of("two"), json!([[], [], [], null, null, null]));
}

#[test]
fn labels_are_set_by_an_edit_and_choose_for_a_deletion() {
    let home = keys();
    home.ok(["edit", "one", "--label", "team=a"]);
    let run = home.run(["edit", "--label", "team=a", "--yes"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 2
    --- stderr
    error: no key was named
    hint: name one or more KEYs, or choose them by --project, --owner, --status, …
    ");
    let gone = home.json(["delete", "--label", "team=a", "--yes"]);
    assert_eq!(results(&gone), [("one", "changed")]);
    assert_eq!(home.json(["list"]).as_array().unwrap().len(), 3);
}

#[test]
fn a_name_is_for_a_single_key() {
    let home = keys();
    insta::assert_snapshot!(home.run(["edit", "one", "two", "--name", "x"]).shown(&home), @"
    exit 2
    --- stderr
    error: --name is for a single KEY
    hint: two keys of a project cannot have the same name
    ");
    assert_eq!(home.run(["edit", "--project", "shop", "--name", "x", "--yes"]).code, 2);
    home.ok(["edit", "one", "--project", "shop", "--name", "x"]);
    assert_eq!(field(&home, "x", "status"), "active");
}

#[test]
fn a_rule_that_refuses_one_of_several_stops_no_other() {
    let home = keys();
    home.ok(["edit", "two", "--not-before", "2098-01-01"]);
    let run = home.run(["edit", "one", "two", "--expires", "2097-01-01", "--yes"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 1
    --- stdout
    ID                NAME  PROJECT  ENVIRONMENT  RESULT   ERROR
    [id]  one   shop     development  changed  -
    [id]  two   shop     development  failed   the key would expire before it becomes valid
    --- stderr
    edited: 1, unchanged: 0, failed: 1
    ");
    assert_eq!(field(&home, "one", "expires_at"), "2097-01-01T00:00:00Z");
    home.ok(["policy", "set", "--max-lifetime", "30d"]);
    let run = home.run(["edit", "--project", "shop", "--expires", "31d", "--yes", "-o", "json"]);
    assert_eq!(run.code, 1);
    assert!(results(&run.json()).iter().all(|(_, result)| *result == "failed"), "{run:?}");
}

#[test]
fn one_key_by_name_is_edited_without_a_question_and_by_filter_with_one() {
    let home = keys();
    home.ok(["edit", "elsewhere", "--note", "n"]);
    let run = home.run(["edit", "--project", "web", "--note", "m"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 6
    --- stderr
    error: this needs a confirmation: Edit 1 key
    hint: add --yes to go ahead without being asked
    ");
    let said = [("Edit 1 key? [y/N]", "y")];
    assert_eq!(terminal::run(&home, ["edit", "--project", "web", "--note", "m"], &said).code, 0);
    assert_eq!(field(&home, "elsewhere", "note"), "m");
}

/// `list` shows less with the same flags, so it is said.
#[test]
fn what_a_change_takes_beyond_lists_is_said() {
    let home = keys();
    home.ok(["create", "--name", "hook", "--project", "shop", "--kind", "webhook"]);
    let defaults = [("KEYCTL_PROJECT", "shop"), ("KEYCTL_ENV", "production")];
    let said = |flags: &[&str]| {
        let args = ["disable", "--dry-run"].iter().chain(flags).copied();
        let said = home.run_in(&defaults, args).stderr;
        said.lines().filter(|line| !line.contains("dry run")).map(|l| format!("{l}\n")).collect()
    };
    let said: [String; 3] = [
        said(&["--status", "active"]),
        said(&["--project", "shop", "--env", "development", "--kind", "webhook"]),
        said(&["--project", "web", "--env", "development"]),
    ];
    insta::assert_snapshot!(said.join("--\n"), @"
    note: of every project: the default project 'shop' narrows lists, and no change
    note: of every environment: the default environment production narrows lists, and no change
    note: 1 key for webhooks, which lists hide
    would disable: 5, unchanged: 0, failed: 0
    --
    would disable: 1, unchanged: 0, failed: 0
    --
    would disable: 1, unchanged: 0, failed: 0
    ");
}

#[test]
fn a_revoked_key_is_chosen_only_by_who_asks_for_it() {
    let home = keys();
    home.ok(["revoke", "one", "--yes"]);
    let dry = |flags: &[&str]| home.json(["delete", "--dry-run"].iter().chain(flags).copied());
    assert_eq!(results(&dry(&["--project", "shop"])), [("three", "changed"), ("two", "changed")]);
    assert_eq!(results(&dry(&["--status", "revoked"])), [("one", "changed")]);
    assert_eq!(results(&dry(&["--status", "revoked,active", "--project", "shop"])).len(), 3);
    assert_eq!(home.json(["list"]).as_array().unwrap().len(), 4);
}

#[test]
fn several_are_deleted_in_one_change_with_a_result_each() {
    let home = keys();
    let before = entries(&home);
    insta::assert_snapshot!(home.run(["delete", "one", "two", "nobody"]).shown(&home), @"
    exit 6
    --- stderr
    error: this needs a confirmation: Delete 2 keys
    hint: add --yes to go ahead without being asked
    ");
    let run = home.run(["delete", "one", "two", "nobody", "--yes", "-o", "json"]);
    insta::assert_snapshot!(run.shown(&home), @r#"
    exit 1
    --- stdout
    [
    {"id":null,"name":"nobody","project":null,"environment":null,"result":"failed","error":"no key fits 'nobody'"},
    {"id":"[id]","name":"one","project":"shop","environment":"development","result":"changed","error":null},
    {"id":"[id]","name":"two","project":"shop","environment":"development","result":"changed","error":null}
    ]
    --- stderr
    deleted: 2, unchanged: 0, failed: 1
    "#);
    assert_eq!(entries(&home), before + 1);
    assert_eq!(home.run(["show", "one"]).code, 3);
    let gone = home.json(["delete", "--project", "shop", "--yes"]);
    assert_eq!(results(&gone), [("three", "changed")]);
    assert_eq!(home.json(["list"]).as_array().unwrap().len(), 1);
    home.ok(["vault", "check"]);
}

#[test]
fn at_a_terminal_a_deletion_of_several_wants_a_yes_and_their_number() {
    let home = keys();
    let (sure, number) = ("Delete 3 keys? [y/N]", "Type how many they are to go ahead");
    for (said, code, left) in [
        (&[(sure, "n")][..], 130, 4),
        (&[(sure, "y"), (number, "")], 130, 4),
        (&[(sure, "y"), (number, "yes")], 130, 4),
        (&[(sure, "y"), (number, "2")], 130, 4),
        (&[(sure, "y"), (number, "3")], 0, 1),
    ] {
        let run = terminal::run(&home, ["delete", "--project", "shop"], said);
        assert_eq!(run.code, code, "{said:?}: {}", run.stderr);
        assert!(run.stderr.contains("(two, shop, development, never used)"), "{}", run.stderr);
        assert_eq!(home.json(["list"]).as_array().unwrap().len(), left, "{said:?}");
    }
}

#[test]
fn a_reason_is_wanted_of_what_is_live_and_kept_in_the_log() {
    let home = keys();
    home.ok(["revoke", "one", "--yes"]);
    home.ok(["policy", "set", "--require-reason"]);
    let run = home.run(["delete", "one", "two", "--yes"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 1
    --- stdout
    ID                NAME  PROJECT  ENVIRONMENT  RESULT   ERROR
    [id]  one   shop     development  changed  -
    [id]  two   shop     development  failed   the policy wants a reason for that
    --- stderr
    deleted: 1, unchanged: 0, failed: 1
    ");
    home.ok(["delete", "two", "three", "--reason", "made by mistake", "--yes"]);
    let log = home.json(["audit", "--verb", "delete"]);
    assert!(log[0].to_string().contains("made by mistake"), "{log}");
    assert_eq!(home.run(["edit", "elsewhere", "--reason", "x", "--note", "n"]).code, 2);
}

#[test]
fn neither_keys_nor_a_filter_and_both_are_usage() {
    let home = Home::empty();
    for verb in [&["edit", "--note", "n"][..], &["delete"]] {
        let run = |more: &[&str]| home.run(verb.iter().chain(more).copied());
        assert!(run(&[]).stderr.starts_with("error: no key was named"), "{verb:?}");
        assert_eq!((run(&[]).code, run(&["bot", "--owner", "anna"]).code), (2, 2), "{verb:?}");
    }
    assert_eq!(home.run(["edit", "--project", "shop"]).code, 2, "nothing to edit was named");
    assert_eq!(home.run(["edit", "--project", "shop", "--search", "x", "--note", "n"]).code, 2);
}

#[test]
fn a_thousand_keys_are_one_change() {
    let home = Home::new();
    let rows: String = (0..1000).map(|n| format!("key-{n},read\n")).collect();
    home.write("many.csv", format!("name,scopes\n{rows}"));
    home.ok(["create", "--from", "many.csv", "--tokens-to", "t.csv", "--project", "shop"]);
    let done = home.json(["edit", "--project", "shop", "--note", "n", "--yes"]);
    assert!(results(&done).iter().all(|(_, result)| *result == "changed"));
    let gone = home.json(["delete", "--project", "shop", "--yes"]);
    assert_eq!((gone.as_array().unwrap().len(), entries(&home)), (1000, 4));
    assert_eq!(home.json(["list"]), json!([]));
}
