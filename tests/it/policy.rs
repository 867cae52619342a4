//! `policy`: what it asks for is asked at every place where it could be passed by, said in words
//! that help, and asked of nothing that was there before.

mod reasons;
mod times;

use serde_json::{Value, json};

use crate::support::{Home, Run};

fn set(home: &Home, flags: &[&str]) -> Value {
    home.json(["policy", "set"].into_iter().chain(flags.iter().copied()))
}

/// A home with a policy.
fn with(flags: &[&str]) -> Home {
    let home = Home::new();
    set(&home, flags);
    home
}

/// Tries to make a key of that name in the project `shop`.
fn create(home: &Home, name: &str, flags: &[&str]) -> Run {
    let args = ["create", "--project", "shop", "--scope", "read", "--name", name];
    home.run(args.into_iter().chain(flags.iter().copied()))
}

fn must_create(home: &Home, name: &str, flags: &[&str]) -> String {
    let run = create(home, name, flags);
    assert_eq!(run.code, 0, "{flags:?}: {}", run.stderr);
    run.stdout.trim_end().to_owned()
}

/// How many days a key lives from when it was made, rounded down.
fn days(home: &Home, name: &str) -> Option<i64> {
    let key = home.json(["show", name]);
    let time = |field: &str| key[field].as_str()?.parse::<chrono::DateTime<chrono::Utc>>().ok();
    Some((time("expires_at")? - time("created_at")?).num_days())
}

fn code(home: &Home, token: &str) -> String {
    home.verify(token, &["--field", "code"]).stdout.trim_end().to_owned()
}

fn refused(run: &Run, why: &str) {
    assert_eq!((run.code, run.stdout.as_str()), (5, ""), "{}", run.stderr);
    assert!(run.stderr.contains(why), "{}", run.stderr);
}

fn generation(home: &Home) -> u64 {
    home.json(["audit", "verify"])["generation"].as_u64().unwrap()
}

#[test]
fn a_new_vault_asks_for_a_bounded_grace_and_nothing_else() {
    let home = Home::new();
    insta::assert_snapshot!(home.run(["policy", "show"]).shown(&home), @"
    exit 0
    --- stdout
    default lifetime  none
    largest lifetime  none
    keys per owner    no limit
    require expiry    no
    require owner     no
    require reason    no
    longest grace     7d
    ");
    let defaults = json!({
        "default_lifetime": null, "max_lifetime": null, "max_keys_per_owner": 0,
        "require_expiry": false, "require_owner": false, "require_reason": false,
        "max_grace": "7d",
    });
    assert_eq!(home.json(["policy", "show"]), defaults);
    insta::assert_snapshot!(home.ok(["policy", "show", "-o", "jsonl"]), @r#"{"default_lifetime":null,"max_lifetime":null,"max_keys_per_owner":0,"require_expiry":false,"require_owner":false,"require_reason":false,"max_grace":"7d"}"#);
    insta::assert_snapshot!(home.ok(["policy", "show", "-o", "csv"]), @"
    default_lifetime,max_lifetime,max_keys_per_owner,require_expiry,require_owner,require_reason,max_grace
    ,,0,false,false,false,7d
    ");
}

#[test]
fn what_is_named_is_set_and_the_rest_stays() {
    let home = Home::new();
    let flags = ["--default-lifetime", "90d", "--max-lifetime", "1y", "--max-keys-per-owner", "3"];
    let more = ["--require-expiry", "--require-owner", "--require-reason", "--max-grace", "48h"];
    let args = ["policy", "set"].into_iter().chain(flags).chain(more);
    insta::assert_snapshot!(home.run(args).shown(&home), @"
    exit 0
    --- stdout
    default lifetime  90d
    largest lifetime  1y
    keys per owner    3
    require expiry    yes
    require owner     yes
    require reason    yes
    longest grace     48h
    ");
    let set_one = set(&home, &["--max-lifetime", "18mo"]);
    let wanted = json!({
        "default_lifetime": "90d", "max_lifetime": "18mo", "max_keys_per_owner": 3,
        "require_expiry": true, "require_owner": true, "require_reason": true,
        "max_grace": "48h", "changed": true,
    });
    assert_eq!(set_one, wanted);
    assert_eq!(home.json(["policy", "show"])["require_owner"], true);
}

#[test]
fn each_limit_can_be_switched_off_again() {
    let home = with(
        &["--default-lifetime", "90d", "--max-lifetime", "1y", "--max-keys-per-owner"]
            .into_iter()
            .chain(["3", "--require-expiry=yes", "--require-owner=true", "--require-reason"])
            .collect::<Vec<_>>(),
    );
    for (flags, field, off) in [
        (["--default-lifetime", "none"], "default_lifetime", Value::Null),
        (["--max-lifetime", "none"], "max_lifetime", Value::Null),
        (["--max-keys-per-owner", "0"], "max_keys_per_owner", json!(0)),
        (["--require-expiry", "no"], "require_expiry", json!(false)),
        (["--require-owner", "no"], "require_owner", json!(false)),
        (["--require-reason", "false"], "require_reason", json!(false)),
    ] {
        let policy = set(&home, &flags);
        assert_eq!((&policy[field], &policy["changed"]), (&off, &true.into()), "{flags:?}");
        assert_eq!(set(&home, &flags)["changed"], false, "{flags:?}");
    }
    must_create(&home, "bot", &[]);
    home.ok(["revoke", "bot", "--yes"]);
}

#[test]
fn never_is_a_word_for_no_lifetime_here_too() {
    let home = with(&["--default-lifetime", "90d", "--max-lifetime", "1y"]);
    let policy = set(&home, &["--default-lifetime", "never", "--max-lifetime", "never"]);
    assert_eq!(
        (&policy["default_lifetime"], &policy["max_lifetime"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn nothing_to_change_is_said_and_makes_no_entry() {
    let home = with(&["--max-grace", "2d"]);
    let before = generation(&home);
    insta::assert_snapshot!(home.run(["policy", "set", "--max-grace", "2d"]).shown(&home), @"
    exit 0
    --- stdout
    default lifetime  none
    largest lifetime  none
    keys per owner    no limit
    require expiry    no
    require owner     no
    require reason    no
    longest grace     2d
    unchanged         it is so already
    ");
    assert_eq!(generation(&home), before);
}

#[test]
fn the_log_tells_from_what_to_what() {
    let home = with(&["--max-lifetime", "1y", "--require-reason"]);
    set(&home, &["--max-lifetime", "30d", "--max-keys-per-owner", "5"]);
    set(&home, &["--max-lifetime", "none"]);
    let log = home.json(["audit"]);
    let fields = |n: usize| log[n]["changes"][0]["fields"].clone();
    let field = |name: &str, from: Value, to: Value| json!({"field": name, "from": from, "to": to});
    assert_eq!(
        (&log[0]["verb"], &log[0]["changes"][0]["kind"]),
        (&"policy".into(), &"vault".into())
    );
    assert_eq!(fields(0), json!([field("max_lifetime", json!("30d"), Value::Null)]));
    let tightened = json!([
        field("max_lifetime", json!("1y"), json!("30d")),
        field("max_keys_per_owner", json!("0"), json!("5")),
    ]);
    assert_eq!(fields(1), tightened);
    assert_eq!(fields(2)[1], field("require_reason", json!("false"), json!("true")));
}

#[test]
fn one_field_is_written_raw() {
    let home = with(&["--max-lifetime", "1y", "--require-owner"]);
    let field = |name| home.ok(["policy", "show", "--field", name]);
    assert_eq!((field("max_lifetime"), field("require_owner")), ("1y".into(), "true".into()));
    assert_eq!(field("default_lifetime"), "");
    let policy = home.json(["policy", "show"]);
    for name in policy.as_object().unwrap().keys() {
        assert_eq!(home.run(["policy", "show", "--field", name]).code, 0, "{name}");
    }
    insta::assert_snapshot!(home.run(["policy", "show", "--field", "id"]).shown(&home), @"
    exit 2
    --- stderr
    error: 'id' is no field
    hint: the fields are default_lifetime, max_lifetime, max_keys_per_owner, require_expiry, require_owner, require_reason, max_grace
    ");
    assert_eq!(home.run(["policy", "show", "--field", "max_grace", "--json"]).code, 2);
}

#[test]
fn a_bad_value_is_explained_with_a_next_step() {
    let home = Home::empty();
    let said = [["--require-owner", "maybe"], ["--max-keys-per-owner", "many"]]
        .map(|flags| home.run(["policy", "set"].into_iter().chain(flags)).stderr);
    insta::assert_snapshot!(said.concat(), @"
    error: --require-owner [<YES|NO>]: 'maybe' is neither yes nor no
    hint: 'keyctl policy set --help' says what each flag takes
    error: --max-keys-per-owner <N>: 'many' is not a number like 10, or 0 for no limit
    hint: 'keyctl policy set --help' says what each flag takes
    ");
}

#[test]
fn bad_values_are_usage_and_change_nothing() {
    let home = Home::new();
    let before = generation(&home);
    insta::assert_snapshot!(home.run(["policy", "set"]).shown(&home), @"
    exit 2
    --- stderr
    error: nothing was said to be set
    hint: 'keyctl policy set --help' lists what can be
    ");
    for flags in [
        &["--max-lifetime", "0d"][..],
        &["--max-lifetime", "2030-01-31"],
        &["--default-lifetime", "soon"],
        &["--default-lifetime", "101y"],
        &["--max-keys-per-owner", "many"],
        &["--max-keys-per-owner=-1"],
        &["--max-keys-per-owner", "4294967296"],
        &["--require-expiry", "maybe"],
        &["--max-grace", "none"],
        &["--max-grace", "0d"],
        &["--max-lifetime", "1y", "--max-lifetime", "2y"],
        &["--no-such-limit"],
    ] {
        let run = home.run(["policy", "set"].into_iter().chain(flags.iter().copied()));
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{flags:?} {}", run.stderr);
    }
    assert_eq!(generation(&home), before);
}

#[test]
fn required_owners_are_registered_ones() {
    let home = Home::new();
    let old = home.token("old");
    set(&home, &["--require-owner"]);
    insta::assert_snapshot!(create(&home, "bot", &[]).shown(&home), @"
    exit 5
    --- stderr
    error: the policy wants every key to act for a registered owner, and 'tester' is none
    hint: 'keyctl owner list' shows who is registered
    ");
    refused(&create(&home, "bot", &["--owner", "ada"]), "'ada' is none");
    home.ok(["owner", "add", "ada"]);
    must_create(&home, "bot", &["--owner", "ada"]);
    assert_eq!(code(&home, &old), "VALID");
    home.ok(["rotate", "old"]);
    home.ok(["edit", "old", "--note", "from before"]);
    home.ok(["owner", "remove", "ada", "--yes"]);
    refused(&create(&home, "bot", &["--owner", "ada"]), "'ada' is none");
}

#[test]
fn the_number_of_keys_counts_the_live_ones_of_an_owner_in_a_project() {
    let home = with(&["--max-keys-per-owner", "2"]);
    must_create(&home, "one", &[]);
    must_create(&home, "two", &["--env", "production"]);
    home.ok(["disable", "two", "--yes"]);
    insta::assert_snapshot!(create(&home, "three", &[]).shown(&home), @"
    exit 5
    --- stderr
    error: the policy allows 2 live keys of one owner in a project, and 'tester' has 2
    hint: revoke one that nobody uses first, or rotate it
    ");
    must_create(&home, "another's", &["--owner", "ada"]);
    home.ok(["create", "--project", "other", "--name", "elsewhere"]);
    // What makes no new key is no matter of the number.
    home.ok(["rotate", "one", "--grace", "1h"]);
    home.ok(["enable", "two", "--yes"]);
    home.ok(["edit", "two", "--name", "three"]);
    home.ok(["revoke", "three", "--yes"]);
    must_create(&home, "four", &[]);
    refused(&create(&home, "five", &[]), "allows 2 live keys");
    home.ok(["delete", "four", "--yes"]);
    must_create(&home, "five", &[]);
    set(&home, &["--max-keys-per-owner", "1"]);
    home.ok(["rotate", "one"]);
    refused(
        &create(&home, "six", &[]),
        "allows 1 live key of one owner in a project, and 'tester' has 2",
    );
    set(&home, &["--max-keys-per-owner", "0"]);
    must_create(&home, "six", &[]);
}

#[test]
fn an_expired_key_is_live_and_counts() {
    use keyctl_vault::issue::Expiry;
    let home = with(&["--max-keys-per-owner", "1"]);
    crate::past::key(&home, "old", 9, Expiry::After("1s".parse().unwrap()));
    assert_eq!(home.json(["show", "old"])["status"], "expired");
    refused(&create(&home, "bot", &[]), "allows 1 live key of");
}

#[test]
fn the_key_that_comes_with_an_owner_keeps_to_the_policy() {
    let personal = |flags: &[&str]| {
        let home = with(flags);
        home.ok(["owner", "add", "ada"]);
        days(&home, "personal ada")
    };
    assert_eq!(personal(&["--require-owner", "--require-reason"]), None);
    assert_eq!(personal(&["--default-lifetime", "30d", "--max-lifetime", "60d"]), Some(30));
    assert_eq!(personal(&["--max-lifetime", "60d"]), Some(60));
    assert!((365..=366).contains(&personal(&["--require-expiry"]).unwrap()));
    assert_eq!(personal(&["--max-keys-per-owner", "1"]), None);
    let home = with(&["--max-keys-per-owner", "1"]);
    must_create(&home, "bot", &["--owner", "ada"]);
    refused(&home.run(["owner", "add", "ada", "--project", "shop"]), "allows 1 live key of");
    assert_eq!(home.json(["owner", "list"]), json!([]));
    home.ok(["owner", "add", "ada"]);
}

#[test]
fn only_administrators_set_it_and_everybody_sees_it() {
    let home = with(&["--max-grace", "2d"]);
    for role in ["viewer", "exporter"] {
        let pass = format!("the {role} pass words");
        home.add_slot(role, role, &pass);
        let before = generation(&home);
        let run =
            home.run_in(&[("KEYCTL_PASSPHRASE", &pass)], ["policy", "set", "--max-grace", "9d"]);
        refused(&run, role);
        let run = home.run_in(&[("KEYCTL_PASSPHRASE", &pass)], ["policy", "show", "-o", "json"]);
        assert_eq!((run.code, &run.json()["max_grace"]), (0, &json!("2d")), "{}", run.stderr);
        assert_eq!(generation(&home), before);
    }
}
