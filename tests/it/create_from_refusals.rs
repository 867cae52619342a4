//! What `create --from` does not take: then no key is made, and no file of tokens is left.

use std::fs;

use crate::create_from::{create, keys};
use crate::support::{Home, Run};

/// What becomes of these records; nothing may be made of them.
fn refused(home: &Home, records: &str, flags: &[&str]) -> Run {
    let before = fs::read(home.vault()).unwrap();
    home.write("keys", records);
    let run = create(home, "keys", flags);
    assert_ne!(run.code, 0, "{records}");
    assert_eq!(fs::read(home.vault()).unwrap(), before, "{records}");
    assert!(!home.file("tokens.csv").exists(), "{records}");
    run
}

#[test]
fn columns_that_mean_nothing_are_named_with_those_that_do() {
    let home = Home::new();
    let run = refused(&home, "name,scoeps,id,colour\na,read,key_1,red\n", &[]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 2
    --- stderr
    error: 'keys' has columns that no key can be given: 'scoeps', 'id', 'colour'
    hint: the columns are name, kind, project, environment, owner, scopes, paths, ips, customers, rate_limit, labels, note, recoverable, not_before, expires; lists of another vault or product: 'keyctl vault import'
    ");
    let json = refused(
        &home,
        "{\"name\":\"a\"}\n{\"name\":\"b\",\"status\":\"active\"}\n",
        &["-o", "json"],
    );
    assert_eq!((json.code, &json.json_error()["code"]), (2, &"usage".into()));
}

#[test]
fn faults_are_listed_with_their_lines() {
    let home = Home::new();
    let records = "name,scopes,ips,labels,expires\n\
        ok,read,,,\n\nkey_3fK9aQ1xZ0bT,read,,,\nb,Read,,,\nc,,10.0.0.1/8,,\nd,,,a=1 a=2,\ne,,,\"a=\"\"x\",\nf,,,,soon\ng,,,,2020-01-01\n";
    insta::assert_snapshot!(refused(&home, records, &[]).shown(&home), @"
    exit 2
    --- stderr
    error: 'keys' has 7 faulty records:
      line 4: name: '[id]' is shaped like a key's id or a token's prefix; choose another, like deploy-bot
      line 5: scopes: 'Read' is not a scope like orders:read, orders:* or *
      line 6: ips: '10.0.0.1/8' has bits set beyond its prefix; did you mean 10.0.0.0/8?
      line 7: labels: 'a' is given twice
      line 8: labels: has a quote that does not end
      line 9: expires: 'soon' is not never, a duration like 90d, 12h or 18mo, a date like 2030-01-31, or an instant like [time]
      line 10: expires: lies in the past
    hint: nothing was made; mend the file and try again
    ");
}

#[test]
fn at_most_ten_faults_are_listed() {
    let home = Home::new();
    let rows: String = (0..12).map(|n| format!("k{n},NO\n")).collect();
    let run = refused(&home, &format!("name,scopes\n{rows}"), &[]);
    let lines: Vec<&str> = run.stderr.lines().collect();
    assert_eq!((run.code, lines[0]), (2, "error: 'keys' has 12 faulty records:"));
    assert!(lines[10].starts_with("  line 11: scopes"), "{lines:#?}");
    assert_eq!(lines[11], "  and 2 more");
    assert_eq!(lines.len(), 13, "{lines:#?}");
}

#[test]
fn each_bad_value_names_its_column() {
    let home = Home::new();
    for (record, says) in [
        (r#"{"kind":"robot"}"#, "kind: 'robot' is not general, personal or webhook"),
        (r#"{"environment":"prod?"}"#, "environment: 'prod?' is not production"),
        (r#"{"name":7}"#, "name: is not a text"),
        (r#"{"name":""}"#, "name: '' is empty"),
        (r#"{"scopes":{"a":1}}"#, "scopes: is neither a list nor a text"),
        (r#"{"scopes":["read",3]}"#, "scopes: is not a text"),
        (r#"{"paths":["x"]}"#, "paths: 'x' "),
        (r#"{"customers":"a\u0000b"}"#, "customers: 'a"),
        (r#"{"rate_limit":"0/1s"}"#, "rate_limit: '0/1s' "),
        (r#"{"labels":{"a":1}}"#, "labels: 'a' is not a text"),
        (r#"{"labels":{"a b":"c"}}"#, "labels: 'a b=c' has a name that"),
        (r#"{"recoverable":"maybe"}"#, "recoverable: is neither true nor false"),
        (r#"{"not_before":"2020-01-01"}"#, "not_before: lies in the past"),
        (r#"{"expires":"2020-01-01"}"#, "expires: lies in the past"),
        (r#"{"expires":"0d"}"#, "expires: '0d' "),
        (r#"{"name":"a","name":"b"}"#, "'name' and 'name' both say the name"),
        (r#"{"scope":"a","scopes":"b"}"#, "'scope' and 'scopes' both say the scopes"),
    ] {
        let run = refused(&home, record, &[]);
        assert_eq!(run.code, 2, "{record}: {}", run.stderr);
        assert!(run.stderr.contains(&format!("line 1: {says}")), "{record}: {}", run.stderr);
    }
    let run = refused(&home, "name,scopes,name\na,read,b\n", &[]);
    assert!(run.stderr.contains("line 2: 'name' and 'name' both say the name"), "{}", run.stderr);
}

#[test]
fn a_token_in_the_wrong_column_is_not_shown() {
    let home = Home::new();
    let token = home.token("bot");
    for records in
        [format!("name\n{token}\n"), format!("scopes\n{token}\n"), format!("{token}\nx\n")]
    {
        let run = refused(&home, &records, &[]);
        assert!(!run.stderr.contains(&token), "{}", run.stderr);
        assert!(run.stderr.contains(&token[..19]), "its prefix: {}", run.stderr);
    }
}

#[test]
fn files_that_are_no_records_say_what_they_should_be() {
    let home = Home::new();
    for (contents, says) in [
        ("", "'keys' has no records"),
        ("name,scopes\n", "'keys' has no records"),
        ("[]", "'keys' has no records"),
        ("a,b\n1\n", "'keys' is no CSV: "),
        ("{\"name\":\n\"a\"}", "'keys' is wrong in line 1: "),
        ("[1]", "'keys' is no list of keys: "),
    ] {
        let run = refused(&home, contents, &[]);
        assert_eq!(run.code, 2, "{contents}");
        assert!(run.stderr.starts_with(&format!("error: {says}")), "{}", run.stderr);
        assert!(run.stderr.contains("CSV with a header line, JSON lines"), "{}", run.stderr);
    }
    fs::write(home.file("keys"), b"name\n\xff\n").unwrap();
    assert_eq!(create(&home, "keys", &[]).stderr, "error: 'keys' is not UTF-8\n");
    assert_eq!(create(&home, "nowhere", &[]).code, 1);
}

#[test]
fn names_that_two_records_have_are_refused_before_anything_is_made() {
    let home = Home::new();
    let run = refused(&home, "name,project\na,\nb,\na,web\na,shop\nb,\n", &[]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 2
    --- stderr
    error: 'keys' has 2 faulty records:
      line 5: the name 'a' is that of line 2
      line 6: the name 'b' is that of line 3
    hint: nothing was made; mend the file and try again
    ");
    let run = refused(&home, "[{\"name\":\"a\"},\n\n{\"name\":\"a\"}]", &[]);
    assert!(run.stderr.contains("record 2: the name 'a' is that of record 1"), "{}", run.stderr);
}

#[test]
fn a_name_that_is_taken_refuses_all_of_them() {
    let home = Home::new();
    home.token("b");
    let run = refused(&home, "name,scopes\na,read\nb,read\n", &[]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 5
    --- stderr
    error: 'keys', line 3: the name 'b' is taken by [id] in the project 'shop'
    hint: nothing was made; choose another --name, or rotate that key, or revoke it first
    ");
    assert_eq!(keys(&home).len(), 1);
}

#[test]
fn rules_hold_for_each_of_them() {
    let home = Home::new();
    home.ok(["owner", "add", "anna", "--scope", "orders:*"]);
    let run = refused(&home, "name,owner,scopes\na,anna,orders:read\nb,anna,stock:read\n", &[]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 5
    --- stderr
    error: 'keys', line 3: stock:read is more than the owner 'anna' may have: orders:*
    hint: nothing was made; ask for less, or widen the ceiling: keyctl owner edit --scope 'orders:*' --scope 'stock:read' anna
    ");
    let run = refused(&home, "not_before,expires\n2098-01-02,2098-01-01\n", &[]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    home.ok(["policy", "set", "--max-lifetime", "90d", "--require-owner"]);
    let run = refused(&home, "owner,expires\nanna,30d\nanna,91d\n", &[]);
    assert!(run.stderr.contains("'keys', line 3: the policy allows a lifetime"), "{}", run.stderr);
    let run = refused(&home, "owner,expires\nanna,30d\nben,30d\n", &[]);
    assert!(run.stderr.contains("'keys', line 3: the policy wants"), "{}", run.stderr);
}

#[test]
fn the_keys_of_the_file_count_towards_the_limit_of_their_owner() {
    let home = Home::new();
    home.token("old");
    home.ok(["policy", "set", "--max-keys-per-owner", "3"]);
    let run = refused(&home, "name\na\nb\nc\n", &[]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 5
    --- stderr
    error: 'keys', line 4: the policy allows 3 live keys of one owner in a project, and 'tester' has 3
    hint: nothing was made; revoke one that nobody uses first, or rotate it
    ");
    home.write("keys", "name,project,owner\na,,\nb,,\nc,web,\nd,,anna\n");
    assert_eq!(create(&home, "keys", &[]).code, 0, "each project and owner has its own");
}

#[test]
fn a_project_is_needed_from_somewhere() {
    let home = Home::new();
    home.write("keys.csv", "name,project\na,shop\nb,\n");
    let args = ["create", "--from", "keys.csv", "--tokens-to", "t.csv"];
    insta::assert_snapshot!(home.run(args).shown(&home), @"
    exit 2
    --- stderr
    error: 'keys.csv' has a faulty record:
      line 3: it has no project
    hint: nothing was made; mend the file and try again
    ");
    assert_eq!(home.run_in(&[("KEYCTL_PROJECT", "web")], args).code, 0);
}

#[test]
fn the_file_of_tokens_must_be_new_and_have_a_place() {
    let home = Home::new();
    home.write("keys.csv", "name\na\n");
    home.write("there", "mine");
    std::os::unix::fs::symlink("nowhere", home.file("link")).unwrap();
    let run = |to: &str| {
        home.run(["create", "--from", "keys.csv", "--project", "shop", "--tokens-to", to])
    };
    insta::assert_snapshot!(run("there").shown(&home), @"
    exit 5
    --- stderr
    error: 'there' already exists
    hint: name a file that is not there
    ");
    assert_eq!(home.read("there"), "mine");
    assert_eq!(run("link").code, 5);
    insta::assert_snapshot!(run("missing/t.csv").shown(&home), @"
    exit 1
    --- stderr
    error: cannot make 'missing/t.csv': No such file or directory (os error 2)
    hint: check the path, and who may read and write there
    ");
    insta::assert_snapshot!(run("-").shown(&home), @"
    exit 2
    --- stderr
    error: --tokens-to <FILE>: '-' is not a file; name one
    hint: 'keyctl create --help' says what each flag takes
    ");
    assert_eq!(keys(&home).len(), 0);
}

#[test]
fn a_disk_without_room_for_the_tokens_leaves_nothing() {
    let home = Home::new();
    let rows: String = (0..2000).map(|n| format!("key-{n}\n")).collect();
    home.write("keys", format!("name\n{rows}"));
    // Blocks of 512 bytes: fewer than the tokens take.
    let command = "keyctl create --from keys --tokens-to tokens.csv --project shop";
    let run = home.script(&format!("trap '' XFSZ\nulimit -f 200\n{command}"));
    insta::assert_snapshot!(run.shown(&home), @"
    exit 1
    --- stderr
    error: cannot write 'tokens.csv': File too large (os error 27)
    hint: check the path, and who may read and write there
    ");
    assert!(!home.file("tokens.csv").exists());
    assert_eq!(keys(&home).len(), 0);
}

#[test]
fn a_vault_that_cannot_be_written_leaves_no_tokens() {
    let home = Home::new();
    home.token("old");
    let rows: String = (0..500).map(|n| format!("key-{n}\n")).collect();
    home.write("keys", format!("name\n{rows}"));
    // Room for the tokens, and not for the vault with the keys in it.
    let command = "keyctl create --from keys --tokens-to tokens.csv --project shop";
    let run = home.script(&format!("trap '' XFSZ\nulimit -f 150\n{command}"));
    assert_eq!(run.code, 1, "{run:?}");
    assert!(!run.stderr.contains("tokens.csv"), "it is the vault that is full: {}", run.stderr);
    assert!(!home.file("tokens.csv").exists(), "{}", run.stderr);
    assert_eq!(keys(&home).len(), 1);
}

#[test]
fn only_an_administrator_makes_keys() {
    let home = Home::new();
    home.add_slot("reader", "viewer", "only for reading this");
    home.write("keys", "name\na\n");
    let args = ["create", "--from", "keys", "--tokens-to", "tokens.csv", "--project", "shop"];
    let run = home.run_in(&[("KEYCTL_PASSPHRASE", "only for reading this")], args);
    assert_eq!(run.code, 5, "{}", run.stderr);
    assert!(!home.file("tokens.csv").exists());
}

#[test]
fn flags_that_make_no_sense_together_are_usage() {
    let home = Home::empty();
    let both = ["create", "--from", "f", "--tokens-to", "t"];
    for more in [&["--name", "x"][..], &["--field", "id"], &["--snippet", "curl"]] {
        assert_eq!(home.run(both.iter().chain(more).copied()).code, 2, "{more:?}");
    }
    assert_eq!(home.run(["create", "--from", "f"]).code, 2);
    assert_eq!(home.run(["create", "--tokens-to", "t"]).code, 2);
    let past = ["--expires", "2020-01-01"];
    let run = home.run(both.iter().chain(&past).copied());
    assert!(run.stderr.contains("--expires lies in the past"), "{}", run.stderr);
}
