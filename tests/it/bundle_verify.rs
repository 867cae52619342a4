//! `verify --bundle`: the verdicts on keys and requests, which are those of the vault, without the
//! vault and without a passphrase.

use std::fs;

use crate::bundle_site::{Site, code, without_passphrase};
use crate::past::{self, DAY};
use crate::support::{Home, feed, redact};
use keyctl_vault::issue::Expiry;

fn is(code: &str, exit: i32) -> (String, i32) {
    (code.to_owned(), exit)
}

#[test]
fn the_shape_of_a_valid_verdict_is_the_contract_to_the_letter() {
    let site = Site::new();
    insta::assert_snapshot!(site.verify(&["-o", "json"]).shown(&site.home), @r#"
    exit 0
    --- stdout
    {"valid":true,"code":"VALID","reasons":[],"warnings":["NO_MEMORY"],"unchecked":["project","environment","scopes"],"key":{"id":"[id]","prefix":"[kc-dev-prefix]","generation":1,"project":"shop","environment":"development","kind":"general","owner":"tester","status":"active","scopes":["read"],"rate_limit":null,"not_before":null,"expires_at":null,"valid_until":null},"bundle":{"stream":"[hex]","serial":[serial],"issued_at":"[time]","valid_until":"[time]","signer":"[public-key]"}}
    --- stderr
    note: not checked, because not named: project, environment, scopes; --strict denies then
    "#);
    let all = ["--project", "shop", "--env", "development", "--scope", "read", "--min-serial", "1"];
    insta::assert_snapshot!(site.verify(&all).shown(&site.home), @"
    exit 0
    --- stdout
    VALID [id] [kc-dev-prefix] project=shop environment=development owner=tester generation=1
    ");
    insta::assert_snapshot!(site.verify(&[]).shown(&site.home), @"
    exit 0
    --- stdout
    VALID [id] [kc-dev-prefix] project=shop environment=development owner=tester generation=1 warnings=NO_MEMORY
    --- stderr
    note: not checked, because not named: project, environment, scopes; --strict denies then
    ");
}

#[test]
fn a_verdict_like_401_exits_with_10() {
    let site = Site::new();
    let stranger = Home::new().token("elsewhere");
    insta::assert_snapshot!(site.verify_token(&stranger, &["-o", "json"]).shown(&site.home), @r#"
    exit 10
    --- stdout
    {"valid":false,"code":"UNKNOWN","reasons":["UNKNOWN"],"warnings":[],"unchecked":["project","environment","scopes"],"key":null,"bundle":{"stream":"[hex]","serial":[serial],"issued_at":"[time]","valid_until":"[time]","signer":"[public-key]"}}
    --- stderr
    note: not checked, because not named: project, environment, scopes; --strict denies then
    hint: the bundle was made [time]; what was made since, or left out of it, is not in it
    "#);
    insta::assert_snapshot!(site.verify_token(&stranger, &[]).shown(&site.home), @"
    exit 10
    --- stdout
    UNKNOWN
    --- stderr
    note: not checked, because not named: project, environment, scopes; --strict denies then
    hint: the bundle was made [time]; what was made since, or left out of it, is not in it
    ");
    site.home.ok(["revoke", "bot", "--yes"]);
    assert_eq!(site.code(&[]), is("VALID", 0), "until the next bundle");
    site.export(&[]);
    insta::assert_snapshot!(site.verify(&["-o", "json"]).shown(&site.home), @r#"
    exit 10
    --- stdout
    {"valid":false,"code":"REVOKED","reasons":["REVOKED"],"warnings":[],"unchecked":["project","environment","scopes"],"key":{"id":"[id]","prefix":"[kc-dev-prefix]","generation":1,"project":"shop","environment":"development","kind":"general","owner":"tester","status":"revoked","scopes":["read"],"rate_limit":null,"not_before":null,"expires_at":null,"valid_until":null},"bundle":{"stream":"[hex]","serial":[serial],"issued_at":"[time]","valid_until":"[time]","signer":"[public-key]"}}
    --- stderr
    note: not checked, because not named: project, environment, scopes; --strict denies then
    "#);
    insta::assert_snapshot!(site.verify(&["-q"]).shown(&site.home), @"
    exit 10
    --- stdout
    REVOKED [id] [kc-dev-prefix] project=shop environment=development owner=tester generation=1
    ");
}

#[test]
fn a_verdict_like_403_exits_with_11() {
    let site = Site::new();
    let wrong = ["--project", "web", "--env", "development", "--scope", "write"];
    insta::assert_snapshot!(site.verify(&wrong).shown(&site.home), @"
    exit 11
    --- stdout
    WRONG_PROJECT [id] [kc-dev-prefix] project=shop environment=development owner=tester generation=1 also=INSUFFICIENT_SCOPE
    ");
    insta::assert_snapshot!(site.verify(&[&wrong[..], &["-o", "json"]].concat()).shown(&site.home), @r#"
    exit 11
    --- stdout
    {"valid":false,"code":"WRONG_PROJECT","reasons":["WRONG_PROJECT","INSUFFICIENT_SCOPE"],"warnings":[],"unchecked":[],"key":{"id":"[id]","prefix":"[kc-dev-prefix]","generation":1,"project":"shop","environment":"development","kind":"general","owner":"tester","status":"active","scopes":["read"],"rate_limit":null,"not_before":null,"expires_at":null,"valid_until":null},"bundle":{"stream":"[hex]","serial":[serial],"issued_at":"[time]","valid_until":"[time]","signer":"[public-key]"}}
    "#);
}

#[test]
fn a_verdict_like_429_exits_with_12() {
    let site = Site::with_key(&["--rate", "1/1d"]);
    assert_eq!(site.verify(&["--state", "seen"]).code, 0);
    let run = site.verify(&["--state", "seen", "-o", "json"]);
    let wait = run.json()["retry_after_s"].as_u64().unwrap();
    assert!((DAY - 60..=DAY).contains(&wait), "{wait}");
    let shown = run.shown(&site.home).replace(&wait.to_string(), "[seconds]");
    insta::assert_snapshot!(shown, @r#"
    exit 12
    --- stdout
    {"valid":false,"code":"RATE_LIMITED","reasons":["RATE_LIMITED"],"warnings":[],"unchecked":["project","environment","scopes"],"key":{"id":"[id]","prefix":"[kc-dev-prefix]","generation":1,"project":"shop","environment":"development","kind":"general","owner":"tester","status":"active","scopes":["read"],"rate_limit":"1/1d","not_before":null,"expires_at":null,"valid_until":null},"bundle":{"stream":"[hex]","serial":[serial],"issued_at":"[time]","valid_until":"[time]","signer":"[public-key]"},"retry_after_s":[seconds]}
    --- stderr
    note: not checked, because not named: project, environment, scopes; --strict denies then
    "#);
    let run = site.verify(&["--state", "seen", "-q"]);
    let (line, seconds) = run.stdout.trim_end().rsplit_once('=').unwrap();
    assert!(line.starts_with("RATE_LIMITED ") && line.ends_with(" retry_after"), "{run:?}");
    assert!(seconds.strip_suffix('s').unwrap().parse::<u64>().unwrap() > DAY - 60, "{run:?}");
    let field = site.verify(&["--state", "seen", "-q", "--field", "retry_after_s"]);
    assert_eq!(field.code, 12);
    assert!(field.stdout.trim_end().parse::<u64>().unwrap() > DAY - 60);
    // Without a counter there is no limit.
    assert_eq!(site.code(&[]), is("VALID", 0));
}

#[test]
fn keys_of_every_standing_are_judged_as_the_vault_judges_them() {
    let home = Home::new();
    let [over, current] = past::rotated_key(&home, "over", 9 * DAY, 3 * DAY, Some("24h"));
    let [old, new] = past::rotated_key(&home, "grace", 9 * DAY, DAY, Some("7d"));
    let expired = past::key(&home, "expired", 9 * DAY, Expiry::After("2d".parse().unwrap()));
    let soon = past::key(&home, "soon", 9 * DAY, Expiry::After("10d".parse().unwrap()));
    let create = ["create", "--project", "shop", "--not-before", "2099-01-01", "--scope", "read"];
    let pending = home.ok(create);
    let powerless = home.ok(["create", "--project", "shop", "--name", "powerless"]);
    let (disabled, revoked, deleted) = (home.token("off"), home.token("gone"), home.token("lost"));
    home.ok(["disable", "off"]);
    home.ok(["revoke", "gone", "--yes"]);
    home.ok(["delete", "lost", "--yes"]);
    let site = Site::of(home, current.clone());
    site.export(&[]);
    for (token, expected, exit) in [
        (&over, "SUPERSEDED", 10),
        (&current, "VALID", 0),
        (&old, "VALID", 0),
        (&new, "VALID", 0),
        (&expired, "EXPIRED", 10),
        (&soon, "VALID", 0),
        (&pending, "NOT_YET_VALID", 10),
        (&powerless, "INSUFFICIENT_SCOPE", 11),
        (&disabled, "DISABLED", 10),
        (&revoked, "REVOKED", 10),
        (&deleted, "UNKNOWN", 10),
    ] {
        let run = site.verify_token(token, &["-o", "json"]);
        assert_eq!(code(&run), is(expected, exit));
        let vault = site.home.verify(token, &["-o", "json", "--no-record"]);
        let (mut ours, theirs) = (run.json(), vault.json());
        assert_eq!(theirs["bundle"], serde_json::Value::Null);
        ours["bundle"] = serde_json::Value::Null;
        let warnings = ours["warnings"].as_array().unwrap().clone();
        let own = |warning: &&serde_json::Value| *warning != "NO_MEMORY";
        ours["warnings"] = warnings.iter().filter(own).cloned().collect();
        assert_eq!((ours, run.code), (theirs, vault.code));
    }
    let warnings =
        |token: &str| site.verify_token(token, &["-o", "json"]).json()["warnings"].clone();
    assert_eq!(warnings(&old), serde_json::json!(["IN_GRACE", "NO_MEMORY"]));
    assert_eq!(warnings(&soon), serde_json::json!(["EXPIRES_SOON", "NO_MEMORY"]));
}

#[test]
fn limits_of_the_key_are_in_the_bundle() {
    let limits = ["--path", "GET /v1/**", "--ip", "192.0.2.0/24", "--customer", "acme"];
    let site = Site::with_key(&limits);
    insta::assert_snapshot!(site.verify(&[]).shown(&site.home), @"
    exit 11
    --- stdout
    PATH_DENIED [id] [kc-dev-prefix] project=shop environment=development owner=tester generation=1 also=IP_DENIED,CUSTOMER_DENIED
    --- stderr
    note: not checked, because not named: project, environment, scopes; --strict denies then
    hint: this key is limited to certain paths: name the request's path
    hint: this key is limited to certain addresses: name the caller's address
    hint: this key is limited to certain customers: name the customer
    ");
    let ask = |method, path, ip, customer| {
        site.code(&["--method", method, "--path", path, "--ip", ip, "--customer", customer])
    };
    assert_eq!(ask("GET", "/v1/x", "192.0.2.7", "acme"), is("VALID", 0));
    assert_eq!(ask("GET", "/v1/x", "::ffff:192.0.2.7", "acme"), is("VALID", 0));
    assert_eq!(ask("POST", "/v1/x", "192.0.2.7", "acme"), is("PATH_DENIED", 11));
    assert_eq!(ask("GET", "/v1/%2e%2e/x", "192.0.2.7", "acme"), is("PATH_DENIED", 11));
    assert_eq!(ask("GET", "/v1/x", "198.51.100.1", "acme"), is("IP_DENIED", 11));
    assert_eq!(ask("GET", "/v1/x", "192.0.2.7", "other"), is("CUSTOMER_DENIED", 11));
}

#[test]
fn a_refusal_says_what_its_name_does_not() {
    let site = Site::new();
    let hint = |flags: &[&str], token: &str| {
        let args = ["--bundle", "keys.kcb", "--trust", &site.trust];
        let flags: Vec<&str> = args.into_iter().chain(flags.iter().copied()).collect();
        let run = without_passphrase(&site.home, &flags, token.as_bytes());
        let hint = run.stderr.lines().find(|line| line.starts_with("hint: "));
        redact(hint.unwrap_or_default(), &site.home) + "\n"
    };
    let said = [
        hint(&["--scope", "read", "--scope", "a:b", "--scope", "c:d"], &site.token),
        hint(&[], &format!("Bearer {}", site.token)),
        hint(&[], &format!("\"{}\"", site.token)),
        hint(&[], &format!("{}\n{}\n", site.token, site.token)),
        hint(&[], &site.home.token("later")),
    ];
    insta::assert_snapshot!(said.concat(), @"
    hint: the key lacks a:b, c:d
    hint: give the token alone, without the word before it
    hint: give the token without quotes
    hint: there is more than one line: --batch verifies a token a line
    hint: the bundle was made [time]; what was made since, or left out of it, is not in it
    ");
}

/// What is a default of keys that are made is none of a verifier.
#[test]
fn defaults_that_are_wrong_keep_no_verifier_from_its_verdict() {
    let site = Site::new();
    fs::create_dir_all(site.home.file("config/keyctl")).unwrap();
    site.home.write("config/keyctl/config.toml", "expires = \"soon\"\nproject = \"a b\"\n");
    let args = ["verify", "--bundle", "keys.kcb", "--trust", &site.trust];
    let mut command = site.home.command(args);
    command.env_remove("KEYCTL_PASSPHRASE").env("KEYCTL_OWNER", " ");
    assert_eq!(feed(command, site.token.as_bytes()).code, 0);
    assert_eq!(site.home.run(["list"]).code, 2);
}

#[test]
fn tokens_that_are_none() {
    let site = Site::new();
    let judge = |token: &str| code(&site.verify_token(token, &["-o", "json"]));
    assert_eq!(judge(""), is("MALFORMED", 10));
    assert_eq!(judge("\n"), is("MALFORMED", 10));
    assert_eq!(judge(&format!("{} ", site.token)), is("MALFORMED", 10));
    assert_eq!(judge(&format!("{}\r\n", site.token)), is("VALID", 0));
    let last = if site.token.ends_with('0') { "1" } else { "0" };
    let mistyped = format!("{}{last}", &site.token[..site.token.len() - 1]);
    assert_eq!(judge(&mistyped), is("BAD_CHECKSUM", 10));
    let run = site.verify_token("", &["-o", "json"]);
    insta::assert_snapshot!(run.shown(&site.home), @r#"
    exit 10
    --- stdout
    {"valid":false,"code":"MALFORMED","reasons":["MALFORMED"],"warnings":[],"unchecked":["project","environment","scopes"],"key":null,"bundle":{"stream":"[hex]","serial":[serial],"issued_at":"[time]","valid_until":"[time]","signer":"[public-key]"}}
    --- stderr
    note: not checked, because not named: project, environment, scopes; --strict denies then
    hint: the token is empty: see whether the file or variable has one
    "#);
    let args = ["verify", "--bundle", "keys.kcb", "--trust", &site.trust, "--field", "code"];
    let variable = |value: &str| {
        let mut command = site.home.command(args.into_iter().chain(["--token-env", "T", "-q"]));
        command.env("T", value);
        crate::support::Run::after(command)
    };
    assert_eq!(variable(&site.token).stdout, "VALID\n");
    assert_eq!((variable("").stdout.as_str(), variable("").code), ("MALFORMED\n", 10));
    let run = site.home.run(args.into_iter().chain(["--token-env", "T"]));
    insta::assert_snapshot!(run.shown(&site.home), @"
    exit 2
    --- stderr
    error: --token-env: the variable 'T' is not set
    hint: export it, or pipe the token in
    ");
}

#[test]
fn what_is_not_named_is_denied_when_it_is_strict() {
    let site = Site::new();
    insta::assert_snapshot!(site.verify(&["--strict"]).shown(&site.home), @"
    exit 10
    --- stdout
    WRONG_ENVIRONMENT [id] [kc-dev-prefix] project=shop environment=development owner=tester generation=1 also=WRONG_PROJECT,INSUFFICIENT_SCOPE
    --- stderr
    note: denied, because not named: project, environment, scopes
    ");
    let named = ["--strict", "--project", "shop", "--env", "development", "--scope", "read"];
    assert_eq!(site.code(&named), is("VALID", 0));
}

#[test]
fn a_redacted_bundle_knows_no_project_and_says_so() {
    let site = Site::new();
    site.export(&["--redact"]);
    insta::assert_snapshot!(site.verify(&["--project", "shop"]).shown(&site.home), @"
    exit 11
    --- stdout
    WRONG_PROJECT [id] [kc-dev-prefix] project=- environment=development owner=- generation=1
    --- stderr
    note: not checked, because not named: environment, scopes; --strict denies then
    hint: this bundle leaves out projects, so no project can be found right: do not name one, or export without --redact
    ");
    insta::assert_snapshot!(site.verify(&["-o", "json"]).shown(&site.home), @r#"
    exit 0
    --- stdout
    {"valid":true,"code":"VALID","reasons":[],"warnings":["NO_MEMORY"],"unchecked":["project","environment","scopes"],"key":{"id":"[id]","prefix":"[kc-dev-prefix]","generation":1,"project":null,"environment":"development","kind":"general","owner":null,"status":"active","scopes":["read"],"rate_limit":null,"not_before":null,"expires_at":null,"valid_until":null},"bundle":{"stream":"[hex]","serial":[serial],"issued_at":"[time]","valid_until":"[time]","signer":"[public-key]"}}
    --- stderr
    note: not checked, because not named: project, environment, scopes; --strict denies then
    "#);
    let strict = site.verify(&["--strict", "--env", "development", "--scope", "read"]);
    assert_eq!(strict.code, 11, "{strict:?}");
}

#[test]
fn labels_are_told_only_where_they_were_exported() {
    let site = Site::with_key(&["--label", "team=core", "--label", "tier=1"]);
    assert!(site.verify(&["-o", "json"]).json()["key"].get("labels").is_none());
    site.export(&["--with-labels"]);
    insta::assert_snapshot!(site.verify(&["-o", "json"]).json()["key"]["labels"], @r#"{"team":"core","tier":"1"}"#);
    site.export(&["--with-labels", "--redact"]);
    let key = &site.verify(&["-o", "json"]).json()["key"];
    assert_eq!((&key["labels"]["team"], &key["project"]), (&"core".into(), &().into()));
}

#[test]
fn receipts_of_a_bundle_raise_the_last_use_at_once() {
    let site = Site::new();
    let used = || site.home.json(["show", "bot"])["last_used_at"].clone();
    let receipt = ["--receipt", "receipts", "--receipt-label", "gateway"];
    assert_eq!(site.verify(&receipt).code, 0);
    assert!(used().is_null(), "a bundle leaves nothing in the state directory");
    let line = site.home.read("receipts");
    assert!(!line.contains(&site.token) && line.contains("gateway"), "{line}");
    let run = site.home.run(["usage", "import", "receipts", "-o", "json"]);
    insta::assert_snapshot!(run.shown(&site.home), @r#"
    exit 0
    --- stdout
    {"lines":1,"counted":1,"unchanged":0,"unknown":0,"rejected":0,"changed":true}
    "#);
    assert!(used().is_string());
    assert_eq!(site.home.json(["usage", "import", "receipts"])["counted"], 0);
    // A token that leads to no key leaves no line.
    let before = site.home.read("receipts");
    assert_eq!(site.verify_token("hello", &receipt).code, 10);
    assert_eq!(site.home.read("receipts"), before);
    fs::create_dir(site.home.file("folder")).unwrap();
    let run = site.verify(&["--receipt", "folder"]);
    insta::assert_snapshot!(run.shown(&site.home), @"
    exit 1
    --- stderr
    error: cannot open the receipt file 'folder': Is a directory (os error 21)
    hint: check the path; nothing was decided
    ");
}

#[test]
fn receipts_are_not_mixed_into_another_file() {
    let site = Site::new();
    site.home.write("notes", "my notes\n");
    insta::assert_snapshot!(site.verify(&["--receipt", "notes"]).shown(&site.home), @"
    exit 1
    --- stderr
    error: cannot open the receipt file 'notes': it has something else than receipts in it
    hint: check the path; nothing was decided
    ");
    assert_eq!(site.home.read("notes"), "my notes\n");
    assert_eq!(site.home.script("mkfifo pipe").code, 0);
    let run = site.verify(&["--receipt", "pipe"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{run:?}");
}
