//! `owner`: who is registered, and how that is answered.

mod ceiling;
mod personal;
mod removal;

use serde_json::{Value, json};

use crate::support::{Home, Run};

/// A home with the owner `ada`.
fn with_ada(flags: &[&str]) -> Home {
    let home = Home::new();
    home.ok(["owner", "add", "ada"].into_iter().chain(flags.iter().copied()));
    home
}

/// Makes a key of `ada`; its token.
fn key_of_ada(home: &Home, name: &str, flags: &[&str]) -> String {
    let args = ["create", "--project", "shop", "--owner", "ada", "--name", name];
    home.ok(args.into_iter().chain(flags.iter().copied()))
}

/// What a verdict says of a token: its code, and the scopes that count.
fn judged(home: &Home, token: &str, flags: &[&str]) -> (String, Value) {
    let all: Vec<&str> = flags.iter().copied().chain(["-o", "json"]).collect();
    let verdict = home.verify(token, &all).json();
    (verdict["code"].as_str().unwrap().to_owned(), verdict["key"]["scopes"].clone())
}

fn code(home: &Home, token: &str) -> String {
    judged(home, token, &[]).0
}

fn refused(run: &Run, why: &str) {
    assert_eq!((run.code, run.stdout.as_str()), (5, ""), "{}", run.stderr);
    assert!(run.stderr.contains(why), "{}", run.stderr);
}

fn generation(home: &Home) -> u64 {
    home.json(["audit", "verify"])["generation"].as_u64().unwrap()
}

#[test]
fn registering_answers_with_the_owner_and_says_where_the_token_is() {
    let home = Home::new();
    let args = ["owner", "add", "ada", "--scope", "users:read", "--scope", "orders:*"];
    insta::assert_snapshot!(home.run(args).shown(&home), @"
    exit 0
    --- stdout
    owner         ada
    ceiling       orders:* users:read
    live keys     1
    personal key  [id]
    registered    [time]
    updated       [time]
    --- stderr
    Registered ada and made the personal key [id]: 'keyctl reveal [id]' shows its token.
    note: [id] never expires; 'keyctl edit [id] --expires 90d' would end it
    ");
    insta::assert_snapshot!(home.run(["owner", "add", "ci", "-o", "json"]).shown_json(&home), @r#"
    exit 0
    {
      "name": "ci",
      "scopes": [
        "*"
      ],
      "keys": 1,
      "personal_key": "[id]",
      "created_at": "[time]",
      "updated_at": "[time]",
      "changed": true
    }
    "#);
    assert_eq!(home.run(["owner", "add", "quiet", "-q"]).stderr, "");
}

#[test]
fn owners_are_listed_by_name_in_every_format() {
    let home = with_ada(&["--scope", "orders:*", "--scope", "users:read"]);
    home.ok(["owner", "add", "Zoë", "-q"]);
    home.ok(["owner", "add", "=cmd", "-q"]);
    insta::assert_snapshot!(home.run(["owner", "list"]).shown(&home), @"
    exit 0
    --- stdout
    NAME  SCOPES               KEYS  PERSONAL KEY      CREATED AT            UPDATED AT
    =cmd  *                    1     [id]  [time]  [time]
    Zoë   *                    1     [id]  [time]  [time]
    ada   orders:* users:read  1     [id]  [time]  [time]
    ");
    insta::assert_snapshot!(home.run(["owner", "list", "-o", "csv"]).shown(&home), @"
    exit 0
    --- stdout
    name,scopes,keys,personal_key,created_at,updated_at
    '=cmd,*,1,[id],[time],[time]
    Zoë,*,1,[id],[time],[time]
    ada,orders:* users:read,1,[id],[time],[time]
    ");
    insta::assert_snapshot!(home.run(["owner", "list", "-o", "jsonl"]).shown(&home), @r#"
    exit 0
    --- stdout
    {"name":"=cmd","scopes":["*"],"keys":1,"personal_key":"[id]","created_at":"[time]","updated_at":"[time]"}
    {"name":"Zoë","scopes":["*"],"keys":1,"personal_key":"[id]","created_at":"[time]","updated_at":"[time]"}
    {"name":"ada","scopes":["orders:*","users:read"],"keys":1,"personal_key":"[id]","created_at":"[time]","updated_at":"[time]"}
    "#);
    let list = home.json(["owner", "list"]);
    assert_eq!(list.as_array().unwrap().len(), 3);
    assert_eq!(list[1], home.json(["owner", "show", "Zoë"]));
}

#[test]
fn nobody_registered_is_an_empty_answer() {
    let home = Home::new();
    insta::assert_snapshot!(home.run(["owner", "list"]).shown(&home), @"
    exit 0
    --- stderr
    note: no owner is registered; 'keyctl owner add NAME' registers one
    ");
    assert_eq!(home.json(["owner", "list"]), json!([]));
    assert_eq!(home.ok(["owner", "list", "-o", "jsonl"]), "");
}

#[test]
fn one_is_shown_with_the_number_of_their_live_keys() {
    let home = with_ada(&[]);
    key_of_ada(&home, "one", &[]);
    key_of_ada(&home, "two", &[]);
    key_of_ada(&home, "gone", &[]);
    home.ok(["revoke", "gone", "--yes"]);
    home.ok(["disable", "two", "--yes"]);
    home.token("another's");
    insta::assert_snapshot!(home.run(["owner", "show", "ada"]).shown(&home), @"
    exit 0
    --- stdout
    owner         ada
    ceiling       *
    live keys     3
    personal key  [id]
    registered    [time]
    updated       [time]
    ");
    insta::assert_snapshot!(home.run(["owner", "show", "ada", "-o", "csv"]).shown(&home), @"
    exit 0
    --- stdout
    name,scopes,keys,personal_key,created_at,updated_at
    ada,*,3,[id],[time],[time]
    ");
    let shown = home.json(["owner", "show", "ada"]);
    assert_eq!((&shown["keys"], &shown["changed"]), (&json!(3), &Value::Null));
    assert_eq!(shown["personal_key"], home.json(["show", "personal ada"])["id"]);
}

#[test]
fn who_is_not_registered_is_not_found() {
    let home = Home::new();
    let args = ["create", "--project", "shop", "--owner", "bob", "--name", "bobs"];
    home.ok(args);
    insta::assert_snapshot!(home.run(["owner", "show", "bob"]).shown(&home), @"
    exit 3
    --- stderr
    error: no owner 'bob' is registered
    hint: 'keyctl owner list' shows who is; 'keyctl owner add' registers
    ");
    for args in [
        &["owner", "show", "bob"][..],
        &["owner", "edit", "bob", "--scope", "*"],
        &["owner", "remove", "bob"],
        &["owner", "remove", "bob", "--yes"],
    ] {
        let run = home.run(args.iter().copied().chain(["-o", "json"]));
        assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{args:?}");
        assert_eq!(run.json_error()["code"], "not_found", "{args:?}");
    }
    assert_eq!(home.json(["show", "bobs"])["status"], "active");
}

#[test]
fn the_token_is_in_no_answer_of_owner() {
    let home = Home::new();
    let mut said = String::new();
    for format in ["table", "json", "jsonl", "csv"] {
        for args in [["owner", "add"], ["owner", "show"]] {
            let run = home.run(args.into_iter().chain([format, "-o", format]));
            said += &(run.stdout + &run.stderr);
        }
        let run = home.run(["owner", "list", "-o", format]);
        said += &(run.stdout + &run.stderr);
    }
    for name in ["table", "json", "jsonl", "csv"] {
        let token = home.ok(["reveal", &format!("personal {name}")]);
        assert!(!said.contains(token.rsplit_once('_').unwrap().1), "{name}");
    }
}

#[test]
fn a_name_is_taken_once_and_nothing_changes() {
    let home = with_ada(&["--scope", "orders:read"]);
    let (before, shown) = (generation(&home), home.json(["owner", "show", "ada"]));
    insta::assert_snapshot!(home.run(["owner", "add", "ada"]).shown(&home), @"
    exit 5
    --- stderr
    error: the owner 'ada' is registered already
    hint: to change what they may have: keyctl owner edit --scope … ada
    ");
    assert_eq!(home.run(["owner", "add", "ada", "--json"]).json_error()["code"], "refused");
    assert_eq!((generation(&home), home.json(["owner", "show", "ada"])), (before, shown));
    // Another one in capitals is somebody else.
    home.ok(["owner", "add", "Ada"]);
}

#[test]
fn columns_and_fields_are_chosen_as_for_keys() {
    let home = with_ada(&["--scope", "orders:*", "--scope", "users:read"]);
    home.ok(["owner", "add", "bob", "-q"]);
    let list = |flags: &[&str]| home.run(["owner", "list"].iter().chain(flags).copied());
    insta::assert_snapshot!(list(&["--columns", "keys, name"]).shown(&home), @"
    exit 0
    --- stdout
    KEYS  NAME
    1     ada
    1     bob
    ");
    insta::assert_snapshot!(list(&["--columns", "name,scopes", "-o", "csv"]).shown(&home), @"
    exit 0
    --- stdout
    name,scopes
    ada,orders:* users:read
    bob,*
    ");
    assert_eq!(list(&["--field", "name"]).stdout, "ada\nbob\n");
    assert_eq!(home.ok(["owner", "show", "ada", "--field", "scopes"]), "orders:* users:read");
    let id = home.json(["show", "personal ada"])["id"].clone();
    assert_eq!(home.ok(["owner", "show", "ada", "--field", "personal_key"]), id.as_str().unwrap());
    insta::assert_snapshot!(list(&["--columns", "name,status"]).shown(&home), @"
    exit 2
    --- stderr
    error: 'status' is no field
    hint: the fields are name, scopes, keys, personal_key, created_at, updated_at
    ");
    for args in [
        &["owner", "list", "--field", "id"][..],
        &["owner", "list", "--field", "name", "--columns", "name"],
        &["owner", "list", "--field", "name", "-o", "csv"],
        &["owner", "show", "ada", "--field", "id"],
        &["owner", "show", "ada", "--field", "name", "--json"],
    ] {
        assert_eq!(home.run(args.iter().copied()).code, 2, "{args:?}");
    }
}

#[test]
fn hints_quote_a_name_for_the_shell() {
    let home = Home::new();
    let hint = |run: Run| run.stderr.lines().last().unwrap_or_default().to_owned();
    let mut hints = String::new();
    for name in ["the team", "ada's", "$(id)", "Zoë", "-x"] {
        home.ok(["owner", "add", "--scope", "read", "-q", "--", name]);
        hints += &(hint(home.run(["owner", "add", "--", name])) + "\n");
        let owner = format!("--owner={name}");
        let create = ["create", "--project", "shop", "--scope", "write", &owner];
        hints += &(hint(home.run(create)) + "\n");
    }
    insta::assert_snapshot!(hints, @r"
    hint: to change what they may have: keyctl owner edit --scope … 'the team'
    hint: ask for less, or widen the ceiling: keyctl owner edit --scope 'read' --scope 'write' 'the team'
    hint: to change what they may have: keyctl owner edit --scope … 'ada'\''s'
    hint: ask for less, or widen the ceiling: keyctl owner edit --scope 'read' --scope 'write' 'ada'\''s'
    hint: to change what they may have: keyctl owner edit --scope … '$(id)'
    hint: ask for less, or widen the ceiling: keyctl owner edit --scope 'read' --scope 'write' '$(id)'
    hint: to change what they may have: keyctl owner edit --scope … Zoë
    hint: ask for less, or widen the ceiling: keyctl owner edit --scope 'read' --scope 'write' Zoë
    hint: to change what they may have: keyctl owner edit --scope … -- -x
    hint: ask for less, or widen the ceiling: keyctl owner edit --scope 'read' --scope 'write' -- -x
    ");
    // And a shell takes them.
    let script = hints.lines().map(|line| {
        let (_, command) = line.split_once(": keyctl").unwrap_or_default();
        format!("keyctl{}\n", command.replace('…', "write"))
    });
    let script: String = script.collect();
    assert_eq!(home.script(&format!("set -e\n{script}")).code, 0, "{script}");
}

#[test]
fn one_name_however_it_is_written() {
    let home = Home::new();
    home.ok(["owner", "add", "Zoe\u{308}", "--scope", "orders:read"]);
    assert_eq!(home.json(["owner", "show", "Zo\u{eb}"])["name"], "Zo\u{eb}");
    refused(&home.run(["owner", "add", "Zo\u{eb}"]), "registered already");
    let args = ["create", "--project", "shop", "--owner", "Zoe\u{308}", "--scope", "users:read"];
    refused(&home.run(args), "users:read");
}

#[test]
fn names_have_a_shape() {
    let home = Home::new();
    let (longest, longer) = ("ä".repeat(100), "ä".repeat(101));
    home.ok(["owner", "add", &longest]);
    assert_eq!(home.json(["show", &format!("personal {longest}")])["owner"], longest.as_str());
    home.ok(["owner", "add", "the team @ 鍵/eu-1"]);
    home.ok(["owner", "add", "kc_dev_3fK9aQ1xZ0bT"]);
    let token = home.token("bot");
    let token = format!("x {token}");
    for name in [&longer, "", " ", " ada", "ada ", "a\nb", "a\u{1b}[31m", "a\u{202e}b", &token] {
        for verb in ["add", "show", "remove"] {
            let run = home.run(["owner", verb, "--", name]);
            assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{verb} {name:?} {}", run.stderr);
            assert!(!run.stderr.contains('\u{202e}') && !run.stderr.contains('\u{1b}'));
            assert!(!run.stderr.contains(token.rsplit_once('_').unwrap().1), "{name}");
        }
    }
    assert_eq!(home.json(["owner", "list"]).as_array().unwrap().len(), 3);
}

#[test]
fn bad_flags_are_usage() {
    let home = with_ada(&[]);
    let before = generation(&home);
    insta::assert_snapshot!(home.run(["owner", "add", "bob", "--scope", "Orders"]).shown(&home), @"
    exit 2
    --- stderr
    error: --scope <SCOPE>: 'Orders' is not a scope like orders:read, orders:* or *
    hint: 'keyctl owner add --help' says what each flag takes
    ");
    for args in [
        &["add"][..],
        &["add", "bob", "eve"],
        &["add", "bob", "--scope", ""],
        &["add", "bob", "--env", "nowhere"],
        &["add", "bob", "--project", ""],
        &["edit", "ada"],
        &["edit", "ada", "--scope", "a b"],
        &["edit", "--scope", "a"],
        &["show"],
        &["list", "ada"],
        &["remove"],
        &["remove", "ada", "--reason", "a\u{1b}b"],
        &["rename", "ada"],
    ] {
        let run = home.run(["owner"].into_iter().chain(args.iter().copied()));
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{args:?} {}", run.stderr);
    }
    assert_eq!(generation(&home), before);
}

#[test]
fn the_log_tells_who_got_and_lost_what() {
    let home = with_ada(&["--scope", "orders:*"]);
    home.ok(["owner", "edit", "ada", "--scope", "orders:read"]);
    home.ok(["owner", "remove", "ada", "--reason", "left", "--yes"]);
    let log = home.json(["audit"]);
    let owner = |n: usize| {
        let changes = log[n]["changes"].as_array().unwrap();
        let one = changes.iter().find(|change| change["kind"] == "owner").unwrap();
        (log[n]["verb"].clone(), one["name"].clone(), one["fields"].clone())
    };
    let ceiling = |from: Value, to: Value| json!([{"field": "ceiling", "from": from, "to": to}]);
    let reason = json!({"field": "reason", "from": null, "to": "left"});
    let [wide, narrow] = ["orders:*", "orders:read"].map(Value::from);
    let none = || Value::Null;
    assert_eq!(owner(2), ("owner-add".into(), "ada".into(), ceiling(none(), wide.clone())));
    assert_eq!(owner(1), ("owner-edit".into(), "ada".into(), ceiling(wide, narrow.clone())));
    let mut removed = ceiling(narrow, none());
    removed.as_array_mut().unwrap().push(reason);
    assert_eq!(owner(0), ("owner-remove".into(), "ada".into(), removed));
    let revoked = &log[0]["changes"][0];
    assert_eq!((&revoked["kind"], &revoked["name"]), (&json!("key"), &json!("personal ada")));
    assert_eq!(log[1]["changes"].as_array().unwrap().len(), 1, "no key was written");
}

#[test]
fn only_administrators_change_owners_and_everybody_sees_them() {
    let home = with_ada(&["--scope", "orders:*"]);
    for role in ["viewer", "exporter"] {
        let pass = format!("the {role} pass words");
        home.add_slot(role, role, &pass);
        let (before, env) = (generation(&home), [("KEYCTL_PASSPHRASE", pass.as_str())]);
        for args in [
            &["owner", "add", "bob"][..],
            &["owner", "edit", "ada", "--scope", "*"],
            &["owner", "remove", "ada", "--yes"],
            &["owner", "remove", "ada"],
        ] {
            let run = home.run_in(&env, args.iter().copied());
            refused(&run, role);
            assert!(run.stderr.contains("admin"), "{}", run.stderr);
        }
        let show = home.run_in(&env, ["owner", "show", "ada", "-o", "json"]);
        assert_eq!(show.json(), home.json(["owner", "show", "ada"]));
        let list = home.run_in(&env, ["owner", "list", "-o", "json"]);
        assert_eq!(list.json(), home.json(["owner", "list"]));
        assert_eq!(generation(&home), before);
    }
}
