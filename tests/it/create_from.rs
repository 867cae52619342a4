//! `create --from`: a key for each record, all or none, and their tokens in a new file.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::support::{Home, Run};

/// `create --from FILE --tokens-to tokens.csv --project shop` with more flags.
pub fn create(home: &Home, file: &str, flags: &[&str]) -> Run {
    let args = ["create", "--from", file, "--tokens-to", "tokens.csv", "--project", "shop"];
    home.run(args.into_iter().chain(flags.iter().copied()))
}

/// The same of these records, which must succeed; the new keys as `list` has them, the oldest first.
fn made(home: &Home, records: &str, flags: &[&str]) -> Vec<Value> {
    home.write("keys", records);
    let run = create(home, "keys", flags);
    assert_eq!(run.code, 0, "{records}: {}", run.stderr);
    fs::remove_file(home.file("tokens.csv")).unwrap();
    keys(home)
}

/// Every key, the oldest first.
pub fn keys(home: &Home) -> Vec<Value> {
    let list = home.json(["list", "--all", "--reverse"]);
    list.as_array().unwrap().clone()
}

/// Name and token of each row of a CSV file of tokens.
pub fn tokens(home: &Home, file: &str) -> Vec<(String, String)> {
    let mut reader = csv::Reader::from_path(home.file(file)).unwrap();
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| (row[1].to_owned(), row[4].to_owned())).collect()
}

#[test]
fn each_record_becomes_a_key_whose_token_is_in_the_file_and_nowhere_else() {
    let home = Home::new();
    home.write("team.csv", "name,scopes,owner\nteam-a,orders:read stock:read,anna\nteam-b,*,ben\n");
    let run = create(&home, "team.csv", &["--expires", "90d"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    ID                NAME    PROJECT  PREFIX
    [id]  team-a  shop     [kc-dev-prefix]
    [id]  team-b  shop     [kc-dev-prefix]
    --- stderr
    Created 2 keys. The tokens are in 'tokens.csv': put them where they belong.
    ");
    insta::assert_snapshot!(
        Run { code: 0, stdout: home.read("tokens.csv"), stderr: String::new() }.shown(&home), @"
    exit 0
    --- stdout
    id,name,project,environment,token
    [id],team-a,shop,development,[kc-dev-token]
    [id],team-b,shop,development,[kc-dev-token]
    ");
    let vault = fs::read(home.vault()).unwrap();
    for (name, token) in tokens(&home, "tokens.csv") {
        let verdict = home.verify(&token, &["--project", "shop", "-o", "json"]);
        assert_eq!((verdict.code, &verdict.json()["code"]), (0, &"VALID".into()), "{name}");
        assert!(!run.stdout.contains(&token) && !run.stderr.contains(&token), "{name}");
        let body = token.rsplit('_').next().unwrap().as_bytes();
        assert!(!vault.windows(body.len()).any(|bytes| bytes == body), "{name}");
    }
    let log = home.json(["audit", "--verb", "create"]);
    assert_eq!(log.as_array().unwrap().len(), 1, "one change of the vault");
    assert_eq!(log[0]["changes"].as_array().unwrap().len(), 2, "of both keys: {log}");
}

#[test]
fn every_field_has_its_column() {
    let home = Home::new();
    let records = "name,kind,project,environment,owner,scopes,paths,ips,customers,rate_limit,labels,note,recoverable,not_before,expires\n\
        \"a, \"\"b\"\"\",webhook,web,staging,anna,a:read b:*,GET /v1/* /v2/**,10.0.0.0/8 192.0.2.7,acme globex,100/1m,\
        \"team=shop desc=\"\"a b\"\"\",\"two\nlines\",yes,2098-01-01,2099-01-31\n";
    let keys = made(&home, records, &[]);
    let expected = json!({
        "name": "a, \"b\"", "kind": "webhook", "project": "web", "environment": "staging",
        "owner": "anna", "scopes": ["a:read", "b:*"], "paths": ["GET /v1/*", "/v2/**"],
        "ips": ["10.0.0.0/8", "192.0.2.7/32"], "customers": ["acme", "globex"],
        "rate_limit": "100/1m", "labels": {"team": "shop", "desc": "a b"}, "note": "two\nlines",
        "recoverable": true, "not_before": "2098-01-01T00:00:00Z",
        "expires_at": "2099-01-31T00:00:00Z", "status": "pending",
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&keys[0][field], value, "{field}");
    }
}

#[test]
fn a_column_may_be_named_as_its_flag() {
    let home = Home::new();
    let records = "env,scope,path,ip,customer,rate,label,expires_at\n\
        production,read,/a,10.0.0.0/8,acme,5/1s,a=b,2099-01-31T00:00:00Z\n";
    let keys = made(&home, records, &[]);
    for (field, value) in [
        ("environment", json!("production")),
        ("scopes", json!(["read"])),
        ("paths", json!(["/a"])),
        ("ips", json!(["10.0.0.0/8"])),
        ("customers", json!(["acme"])),
        ("rate_limit", json!("5/1s")),
        ("labels", json!({"a": "b"})),
        ("expires_at", json!("2099-01-31T00:00:00Z")),
    ] {
        assert_eq!(keys[0][field], value, "{field}");
    }
}

#[test]
fn flags_say_what_a_record_does_not() {
    let home = Home::new();
    home.write(
        "keys.csv",
        "name,scopes,owner,labels,recoverable\nown,write,anna,a=2,FALSE\nnone,,,,\n",
    );
    let flags = ["--scope", "read", "--owner", "ben", "--label", "a=1", "--label", "b=1"];
    let more = ["--env", "staging", "--kind", "webhook", "--expires", "2099-01-31", "--note", "n"];
    let run = create(&home, "keys.csv", &[&flags[..], &more, &["--recoverable"]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let fields = ["scopes", "owner", "labels", "environment", "kind", "note", "recoverable"];
    let of = |n: usize| fields.map(|field| keys(&home)[n][field].clone());
    assert_eq!(
        Value::from(of(0).to_vec()),
        json!([["write"], "anna", {"a": "2"}, "staging", "webhook", "n", false])
    );
    assert_eq!(
        Value::from(of(1).to_vec()),
        json!([["read"], "ben", {"a": "1", "b": "1"}, "staging", "webhook", "n", true])
    );
}

#[test]
fn json_lines_and_an_array_do_the_same() {
    let record = r#"{"name":"=c","scopes":["a","b"],"paths":["GET /x"],"labels":{"t":"a b"},"note":null,"recoverable":true}"#;
    for records in [format!("{record}\n\n"), format!(" [\n{record}\n]\n")] {
        let home = Home::new();
        let keys = made(&home, &records, &[]);
        assert_eq!(keys.len(), 1);
        assert_eq!(keys[0]["name"], "=c");
        assert_eq!(keys[0]["scopes"], json!(["a", "b"]));
        assert_eq!(keys[0]["paths"], json!(["GET /x"]));
        assert_eq!(keys[0]["labels"], json!({"t": "a b"}));
        assert_eq!((&keys[0]["note"], &keys[0]["recoverable"]), (&Value::Null, &true.into()));
    }
}

#[test]
fn what_spreadsheets_make_of_a_file_is_read() {
    let home = Home::new();
    let records =
        "\u{feff}name , scopes,recoverable\r\n\r\na,read,TRUE\r\n\r\n'=b,read,\r\n,read,\r\n";
    let keys = made(&home, records, &[]);
    assert_eq!((&keys[0]["name"], &keys[0]["recoverable"]), (&"a".into(), &true.into()));
    assert_eq!(keys[1]["name"], "=b");
    assert!(keys[2]["name"].as_str().unwrap().starts_with("API key 20"));
}

#[test]
fn keys_without_a_name_get_one_each() {
    let home = Home::new();
    home.ok(["create", "--project", "shop", "--scope", "read"]);
    let keys = made(&home, "scopes\nread\nread\nread\n", &[]);
    let names: BTreeSet<&str> = keys.iter().map(|key| key["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 4, "{names:?}");
}

#[test]
fn stdin_will_do() {
    let home = Home::new();
    let args = ["create", "--from", "-", "--tokens-to", "t.jsonl", "--project", "shop"];
    let run = home.run_with(args, b"{\"name\":\"a\",\"scopes\":[\"read\"],\"expires\":\"1y\"}");
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    ID                NAME  PROJECT  PREFIX
    [id]  a     shop     [kc-dev-prefix]
    --- stderr
    Created 1 key. The tokens are in 't.jsonl': put them where they belong.
    ");
    insta::assert_snapshot!(
        Run { code: 0, stdout: home.read("t.jsonl"), stderr: String::new() }.shown(&home), @r#"
    exit 0
    --- stdout
    {"id":"[id]","name":"a","project":"shop","environment":"development","token":"[kc-dev-token]"}
    "#);
    let unlock = ["create", "--from", "-", "--tokens-to", "u", "--passphrase-fd", "0"];
    insta::assert_snapshot!(home.run_with(unlock, b"x").shown(&home), @"
    exit 2
    --- stderr
    error: stdin cannot give both the records and the passphrase
    hint: name a file, or use another way to unlock
    ");
}

#[test]
fn scripts_get_the_records_without_tokens() {
    let home = Home::new();
    home.write("keys.csv", "name,scopes\na,read\nb,read\n");
    let run = create(&home, "keys.csv", &["-o", "json", "-q"]);
    let made = run.json();
    assert_eq!((run.code, made.as_array().unwrap().len()), (0, 2));
    assert_eq!(made[1]["id"], keys(&home)[1]["id"]);
    assert!(made[0].get("token").is_none());
    let csv = home.write("more.csv", "name\n=x\n");
    let args = ["create", "--from", &csv, "--tokens-to", "more", "--project", "shop", "-o", "csv"];
    insta::assert_snapshot!(home.run(args).shown(&home), @"
    exit 0
    --- stdout
    id,name,project,prefix
    [id],'=x,shop,[kc-dev-prefix]
    --- stderr
    warning: 1 key without scopes, which can do nothing; add some with 'keyctl scope add'
    note: 1 key without an expiry; --expires 90d would give one
    Created 1 key. The tokens are in 'more': put them where they belong.
    ");
    assert_eq!(tokens(&home, "more")[0].0, "'=x", "no spreadsheet makes a formula of it");
}

#[test]
fn the_file_of_tokens_is_private_whatever_the_umask() {
    for umask in ["000", "022", "077"] {
        let home = Home::new();
        home.write("keys.csv", "name\na\n");
        let command = "keyctl create --from keys.csv --tokens-to tokens.csv --project shop";
        let run = home.script(&format!("umask {umask}\n{command}"));
        assert_eq!(run.code, 0, "{}", run.stderr);
        let mode = fs::metadata(home.file("tokens.csv")).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o600, "umask {umask}");
    }
}

#[test]
fn an_answer_that_nobody_takes_costs_no_token() {
    let home = Home::new();
    home.write("keys.csv", "name,scopes,expires\na,read,1y\n");
    let command = "keyctl create --from keys.csv --tokens-to tokens.csv --project shop";
    insta::assert_snapshot!(home.script(&format!("{command} > /dev/full")).shown(&home), @"
    exit 1
    --- stderr
    Created 1 key. The tokens are in 'tokens.csv': put them where they belong.
    error: the keys are made and their tokens are in 'tokens.csv', but cannot write to stdout: No space left on device (os error 28)
    ");
    assert_eq!(home.verify(&tokens(&home, "tokens.csv")[0].1, &[]).code, 0);
    let home = Home::new();
    home.write("keys.csv", "name,scopes,expires\na,read,1y\n");
    assert_eq!(home.script(&format!("{command} >&-")).code, 0);
    assert_eq!(home.verify(&tokens(&home, "tokens.csv")[0].1, &[]).code, 0);
}

#[test]
fn thousands_are_one_change() {
    let home = Home::new();
    let rows: String = (0..2000).map(|n| format!("key-{n},orders:read\n")).collect();
    home.write("many.csv", format!("name,scopes\n{rows}"));
    home.ok(["policy", "set", "--max-keys-per-owner", "2000"]);
    assert_eq!(create(&home, "many.csv", &["--expires", "30d"]).code, 0);
    let tokens = tokens(&home, "tokens.csv");
    assert_eq!(tokens.len(), 2000);
    for (_, token) in [&tokens[0], &tokens[999], &tokens[1999]] {
        assert_eq!(home.verify(token, &[]).code, 0);
    }
    assert_eq!(home.json(["audit", "verify"])["entries"], 3);
    home.ok(["vault", "check"]);
}
