//! `vault import` of records: each gets a new token in a new file, and has a result of its own.

use std::fs;

use serde_json::{Value, json};

use crate::create_from::{keys, tokens};
use crate::past::{self, DAY};
use crate::support::{Home, Run};
use keyctl_vault::issue::Expiry;

/// `vault import FILE --tokens-to tokens.csv` with more flags.
fn import(home: &Home, file: &str, flags: &[&str]) -> Run {
    let args = ["vault", "import", file, "--tokens-to", "tokens.csv"];
    home.run(args.into_iter().chain(flags.iter().copied()))
}

/// Result and error of each record, in JSON.
fn results(home: &Home, file: &str, flags: &[&str]) -> Vec<(String, String, String)> {
    drop(fs::remove_file(home.file("tokens.csv")));
    let run = import(home, file, &[flags, &["-o", "json", "-q"]].concat());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of = |row: &Value| (text(&row["name"]), text(&row["result"]), text(&row["error"]));
    run.json().as_array().unwrap().iter().map(of).collect()
}

/// A vault with a key of every kind and in every state.
fn motley() -> Home {
    let home = Home::new();
    let create = |flags: &[&str]| {
        home.ok(["create", "--project", "shop"].iter().chain(flags).copied());
    };
    create(&["--name", "plain", "--scope", "read"]);
    let limits = ["--path", "GET /v1/*", "--path", "/v2/**", "--ip", "10.0.0.0/8", "--ip", "::1"];
    let more = ["--customer", "acme", "--customer", "b", "--rate", "100/1m", "--recoverable"];
    let texts = ["--label", "team=a \"b\" = c", "--label", "t=x", "--label", "wide=a\u{3000}b"];
    let note = ["--note", "two\nlines, and a \"quote\"", "--scope", "a:*", "--scope", "b"];
    create(&[&["--name", "=all, of \"it\""][..], &limits, &more, &texts, &note].concat());
    create(&["--name", "'=marked", "--note=-1", "--env", "production", "--owner", "ben"]);
    create(&["--name", "hook", "--kind", "webhook", "--scope", "hook", "--expires", "2099-01-31"]);
    create(&["--name", "later", "--scope", "read", "--not-before", "2098-01-01"]);
    create(&["--name", "paused", "--scope", "read"]);
    home.ok(["disable", "paused"]);
    create(&["--name", "gone", "--scope", "read"]);
    home.ok(["revoke", "gone", "--yes", "--reason", "retired"]);
    past::key(&home, "over", 40 * DAY, Expiry::After("30d".parse().unwrap()));
    home.ok(["owner", "add", "anna", "--scope", "orders:*"]);
    home
}

/// What an import is to bring over.
const SETTINGS: [&str; 14] = [
    "name",
    "kind",
    "project",
    "environment",
    "owner",
    "status",
    "scopes",
    "paths",
    "ips",
    "customers",
    "rate_limit",
    "labels",
    "note",
    "not_before",
];

fn settings(home: &Home) -> Vec<Value> {
    let of = |key: &Value| Value::from(SETTINGS.map(|field| key[field].clone()).to_vec());
    let live = |key: &&Value| key["status"] != "revoked" && key["status"] != "expired";
    let mut all: Vec<Value> = keys(home).iter().filter(live).map(of).collect();
    all.sort_by_key(|key| key[0].as_str().unwrap().to_owned());
    all
}

#[test]
fn what_a_vault_lists_another_takes_in_and_nothing_is_dropped() {
    let there = motley();
    for file in ["keys.csv", "keys.jsonl", "keys.json"] {
        there.ok(["vault", "export", "--metadata", file]);
        let here = Home::new();
        here.ok(["owner", "add", "anna", "--scope", "orders:*"]);
        here.write("list", there.read(file));
        let run = import(&here, "list", &[]);
        if file == "keys.csv" {
            insta::assert_snapshot!(run.shown(&here), @r#"
            exit 0
            --- stdout
            ID                NAME           RESULT     KEPT  ERROR
            [id]  plain          created    -     -
            [id]  =all, of "it"  created    -     -
            [id]  '=marked       created    -     -
            [id]  hook           created    -     -
            [id]  later          created    -     -
            [id]  paused         created    -     -
            -                 gone           unchanged  -     it is revoked where it comes from
            -                 over           unchanged  -     it is expired where it comes from
            [id]  personal anna  unchanged  -     -
            --- stderr
            warning: 1 key without scopes, which can do nothing; add some with 'keyctl scope add'
            note: 5 keys without an expiry; --expires 90d would give one
            6 created, 3 unchanged, 0 failed
            "#);
        }
        assert_eq!(run.code, 0, "{file}: {}", run.stderr);
        assert_eq!(settings(&here), settings(&there), "{file}");
        let marked = here.json(["show", "=all, of \"it\""]);
        assert_eq!((&marked["recoverable"], &marked["generation"]), (&true.into(), &1.into()));
        assert_eq!(here.json(["show", "hook"])["expires_at"], "2099-01-31T00:00:00Z");
        for (name, token) in tokens(&here, "tokens.csv").iter().filter(|(name, _)| name == "plain")
        {
            assert_eq!(here.verify(token, &[]).code, 0, "{file} {name}");
        }
        let again = results(&here, "list", &[]);
        assert_eq!(again.len(), 9, "{again:?}");
        assert!(again.iter().all(|(_, result, _)| result == "unchanged"), "{again:?}");
        assert!(!here.file("tokens.csv").exists(), "no token, no file");
    }
}

#[test]
fn a_personal_key_with_full_access_is_not_made_where_no_ceiling_narrows_it() {
    let there = Home::new();
    there.ok(["owner", "add", "anna", "--scope", "orders:*"]);
    there.ok(["vault", "export", "--metadata", "keys.csv"]);
    let here = Home::new();
    here.write("list", there.read("keys.csv"));
    insta::assert_snapshot!(import(&here, "list", &[]).shown(&here), @"
    exit 1
    --- stdout
    ID  NAME           RESULT  KEPT  ERROR
    -   personal anna  failed  -     line 2: its owner is not registered here, and it comes with them: see 'keyctl owner add'
    --- stderr
    0 created, 0 unchanged, 1 failed
    ");
    assert_eq!(keys(&here).len(), 0);
    here.ok(["owner", "add", "anna", "--scope", "orders:*"]);
    assert_eq!(results(&here, "list", &[])[0].1, "unchanged", "it came with the owner");
}

#[test]
fn records_of_another_product_have_a_result_each() {
    let home = Home::new();
    home.ok(["create", "--project", "shop", "--name", "same", "--scope", "read"]);
    home.ok(["create", "--project", "shop", "--name", "other", "--scope", "write", "--note", "n"]);
    home.write(
        "theirs.csv",
        "name,scopes,colour,status,token\nnew,read,red,active,\nsame,read,,,\nother,read,,,\n\
         ,read,,,\nbad,READ,,,\nold,OLD,,revoked,\nodd,read,,asleep,\nnew,read,,,\n",
    );
    let run = import(&home, "theirs.csv", &["--project", "shop"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 1
    --- stdout
    ID                NAME       RESULT     KEPT  ERROR
    [id]  new        created    -     -
    [id]  same       unchanged  -     -
    [id]  other      failed     -     line 4: a key of that name is here, and differs in scopes, note
    -                 (no name)  failed     -     line 5: it has no name, by which it would be known again
    -                 bad        failed     -     line 6: scopes: 'READ' is not a scope like orders:read, orders:* or *
    -                 old        unchanged  -     it is revoked where it comes from
    -                 odd        failed     -     line 8: status: 'asleep' is not active, inactive, pending, expired or revoked
    [id]  new        unchanged  -     -
    --- stderr
    warning: the column 'colour' means nothing here, and is left out
    hint: the columns are name, kind, project, environment, owner, scopes, paths, ips, customers, rate_limit, labels, note, recoverable, not_before, expires
    note: 1 key without an expiry; --expires 90d would give one
    1 created, 3 unchanged, 4 failed
    ");
    let made = tokens(&home, "tokens.csv");
    assert_eq!(made.len(), 1);
    assert_eq!((made[0].0.as_str(), home.verify(&made[0].1, &[]).code), ("new", 0));
    assert_eq!(home.json(["audit", "--verb", "import"]).as_array().unwrap().len(), 1);
}

#[test]
fn scripts_get_an_array() {
    let home = Home::new();
    home.write(
        "list",
        "[{\"name\":\"a\",\"project\":\"web\",\"scopes\":[\"read\"]},\n{\"name\":\"b\"}]",
    );
    let run = import(&home, "list", &["--expires", "1y", "-o", "json"]);
    insta::assert_snapshot!(run.shown(&home), @r#"
    exit 1
    --- stdout
    [
    {"id":"[id]","name":"a","result":"created","kept":[],"error":null},
    {"id":null,"name":"b","result":"failed","kept":[],"error":"record 2: it has no project"}
    ]
    --- stderr
    1 created, 0 unchanged, 1 failed
    "#);
}

#[test]
fn what_differs_is_named_and_left_alone() {
    let home = Home::new();
    home.ok(["create", "--project", "shop", "--name", "bot", "--scope", "read"]);
    for (field, value) in [
        ("kind", "webhook"),
        ("environment", "production"),
        ("owner", "anna"),
        ("scopes", "write"),
        ("paths", "/x"),
        ("ips", "10.0.0.0/8"),
        ("customers", "acme"),
        ("rate_limit", "5/1s"),
        ("labels", "a=b"),
        ("note", "n"),
        ("recoverable", "true"),
        ("status", "inactive"),
    ] {
        let mut record = json!({"name": "bot", "project": "shop", "scopes": "read"});
        record[field] = value.into();
        home.write("list", record.to_string());
        let error = format!("line 1: a key of that name is here, and differs in {field}");
        assert_eq!(results(&home, "list", &[]), [("bot".into(), "failed".into(), error)]);
    }
    home.write("list", "name,project,scopes,expires\nbot,shop,read,30d\n");
    assert_eq!(results(&home, "list", &[])[0].1, "unchanged", "a lifetime begins anew");
    assert_eq!(keys(&home).len(), 1);
}

#[test]
fn a_dry_run_says_the_same_and_changes_nothing() {
    let home = Home::new();
    home.write("list", "name,project,scopes\na,shop,read\nb,shop,NO\na,shop,read\n");
    let before = fs::read(home.vault()).unwrap();
    insta::assert_snapshot!(import(&home, "list", &["--dry-run"]).shown(&home), @"
    exit 1
    --- stdout
    ID  NAME  RESULT     KEPT  ERROR
    -   a     created    -     -
    -   b     failed     -     line 3: scopes: 'NO' is not a scope like orders:read, orders:* or *
    -   a     unchanged  -     -
    --- stderr
    note: 1 key without an expiry; --expires 90d would give one
    note: dry run: nothing was changed
    1 created, 1 unchanged, 1 failed
    ");
    assert_eq!(fs::read(home.vault()).unwrap(), before);
    assert!(!home.file("tokens.csv").exists());
}

#[test]
fn rules_refuse_single_records() {
    let home = Home::new();
    home.ok(["owner", "add", "anna", "--scope", "orders:*"]);
    home.ok(["policy", "set", "--max-lifetime", "90d", "--max-keys-per-owner", "2"]);
    home.write(
        "list",
        "name,project,owner,scopes,expires\na,web,anna,orders:read,30d\nb,web,anna,stock:read,30d\n\
         c,web,anna,orders:read,1y\nd,web,anna,orders:read,30d\ne,web,anna,orders:read,30d\n",
    );
    let run = import(&home, "list", &[]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 1
    --- stdout
    ID                NAME  RESULT   KEPT  ERROR
    [id]  a     created  -     -
    -                 b     failed   -     line 3: stock:read is more than the owner 'anna' may have: orders:*
    -                 c     failed   -     line 4: the policy allows a lifetime of at most 90d
    [id]  d     created  -     -
    -                 e     failed   -     line 6: the policy allows 2 live keys of one owner in a project, and 'anna' has 2
    --- stderr
    2 created, 0 unchanged, 3 failed
    ");
    assert_eq!(tokens(&home, "tokens.csv").len(), 2);
}

#[test]
fn what_a_file_does_not_say_comes_from_the_flags() {
    let home = Home::new();
    home.write("list", "name,scopes\na,read\n");
    let flags = ["--project", "web", "--env", "production", "--owner", "ben"];
    assert_eq!(import(&home, "list", &[&flags[..], &["--expires", "2099-01-31"]].concat()).code, 0);
    let key = &keys(&home)[0];
    assert_eq!(
        json!([key["project"], key["environment"], key["owner"], key["expires_at"]]),
        json!(["web", "production", "ben", "2099-01-31T00:00:00Z"])
    );
}

#[test]
fn a_beginning_that_has_come_about_is_no_fault_elsewhere() {
    let home = Home::new();
    home.write("list", "name,project,not_before\na,shop,2020-01-01T00:00:00Z\n");
    assert_eq!(import(&home, "list", &[]).code, 0);
    assert_eq!(
        (&keys(&home)[0]["not_before"], &keys(&home)[0]["status"]),
        (&Value::Null, &"active".into())
    );
}

#[test]
fn a_token_in_the_list_is_neither_taken_nor_shown() {
    let home = Home::new();
    let token = home.token("bot");
    home.write("list", format!("name,project,token\na,shop,{token}\n{token},shop,\n"));
    let run = import(&home, "list", &["-o", "json"]);
    assert!(!run.stdout.contains(&token) && !run.stderr.contains(&token), "{run:?}");
    assert!(run.stderr.contains("the column 'token' means nothing here"), "{}", run.stderr);
    assert_ne!(tokens(&home, "tokens.csv")[0].1, token);
}

#[test]
fn pipes_and_stdin_will_do() {
    let home = Home::new();
    home.write("list", "name,project,scopes\na,shop,read\n");
    let run = home.script("mkfifo p\ncat list > p &\nkeyctl vault import p --tokens-to t.jsonl");
    assert_eq!(run.code, 0, "{run:?}");
    let token = serde_json::from_str::<Value>(&home.read("t.jsonl")).unwrap()["token"].clone();
    assert_eq!(home.verify(token.as_str().unwrap(), &[]).code, 0);
    let args = ["vault", "import", "-", "--tokens-to", "t.csv"];
    assert_eq!(home.run_with(args, b"name,project\nb,shop\n").code, 0);
    let args = ["vault", "import", "-", "--tokens-to", "u.csv", "--passphrase-fd", "0"];
    assert_eq!(home.run_with(args, b"x").code, 2);
}

#[test]
fn the_file_of_tokens_is_needed_new_and_private() {
    let home = Home::new();
    home.write("list", "name,project\na,shop\n");
    insta::assert_snapshot!(home.run(["vault", "import", "list"]).shown(&home), @"
    exit 2
    --- stderr
    error: the file has records, and each gets a new token: --tokens-to is missing
    hint: add --tokens-to FILE, a new file for the tokens
    ");
    home.write("tokens.csv", "mine");
    insta::assert_snapshot!(import(&home, "list", &[]).shown(&home), @"
    exit 5
    --- stderr
    error: 'tokens.csv' already exists
    hint: name a file that is not there
    ");
    let run = home.run(["vault", "import", "list", "--tokens-to", "missing/t.csv"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let run = home.script("umask 000\nkeyctl vault import list --tokens-to t.csv > /dev/full");
    insta::assert_snapshot!(run.shown(&home), @"
    exit 1
    --- stderr
    warning: 1 key without scopes, which can do nothing; add some with 'keyctl scope add'
    note: 1 key without an expiry; --expires 90d would give one
    error: the import is done, but cannot write to stdout: No space left on device (os error 28)
    ");
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(home.file("t.csv")).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
    assert_eq!(keys(&home).len(), 1);
}

#[test]
fn a_full_disk_leaves_neither_keys_nor_tokens() {
    let home = Home::new();
    let rows: String = (0..2000).map(|n| format!("key-{n},shop\n")).collect();
    home.write("list", format!("name,project\n{rows}"));
    let command = "keyctl vault import list --tokens-to tokens.csv";
    let run = home.script(&format!("trap '' XFSZ\nulimit -f 200\n{command}"));
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{}", run.stderr);
    assert!(!home.file("tokens.csv").exists());
    assert_eq!(keys(&home).len(), 0);
}

#[test]
fn what_a_ceiling_left_of_the_scopes_is_what_a_key_may_do_elsewhere() {
    let there = Home::new();
    for name in ["some", "none"] {
        there.ok([
            "create",
            "--project",
            "p",
            "--owner",
            name,
            "--name",
            name,
            "--scope",
            "orders:*",
        ]);
    }
    there.ok(["owner", "add", "some", "--scope", "orders:read"]);
    there.ok(["owner", "add", "none", "--scope", "stock:read"]);
    for file in ["keys.csv", "keys.json", "keys.jsonl"] {
        there.ok(["vault", "export", "--metadata", file]);
        let here = Home::new();
        here.write("list", there.read(file));
        let run = import(&here, "list", &[]);
        assert_eq!(run.code, 1, "the personal keys come with their owners: {}", run.stdout);
        assert_eq!(here.ok(["show", "some", "--field", "scopes"]), "orders:read", "{file}");
        assert_eq!(here.ok(["show", "none", "--field", "scopes"]), "", "{file}");
        let again = results(&here, "list", &[]);
        assert_eq!(again.iter().filter(|(_, result, _)| result == "unchanged").count(), 2);
        // Where the owner has a ceiling, that decides, and the key keeps what it asks for.
        let known = Home::new();
        known.write("list", there.read(file));
        known.ok(["owner", "add", "some", "--scope", "orders:*"]);
        drop(import(&known, "list", &[]));
        assert_eq!(known.ok(["show", "some", "--field", "scopes"]), "orders:*", "{file}");
    }
}

#[test]
fn columns_are_known_however_other_products_write_them() {
    let here = Home::new();
    here.write(
        "list",
        "Name;Project;SCOPES;Rate limit;Notes\na;p;orders:read, orders:write;100/1m;from there\n",
    );
    let run = import(&here, "list", &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let key = here.json(["show", "a"]);
    assert_eq!(key["scopes"], serde_json::json!(["orders:read", "orders:write"]));
    assert_eq!((&key["rate_limit"], &key["note"]), (&"100/1m".into(), &"from there".into()));
}
