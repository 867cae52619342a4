//! `scan`: what is found, what it is said to be, and how it ends.

use std::fs;
use std::os::unix::net::UnixListener;
use std::process::Command;

use keyctl_vault::issue::Expiry;
use keyctl_verify::{Prefix, PublicId, SecretBody, Token};

use crate::bundle_site::Site;
use crate::past::{self, DAY};
use crate::support::{Home, PASSPHRASE, Run, feed};

/// A scan by somebody who does not know the passphrase.
pub(crate) fn offline<'a>(home: &Home, args: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = home.command(["scan"].into_iter().chain(args));
    command.env_remove("KEYCTL_PASSPHRASE");
    command
}

/// What a scan by shape says. Neither stream may show any part of the secret of `token`.
pub(crate) fn by_shape(home: &Home, token: &str, args: &[&str]) -> Run {
    let args = ["--shape-only"].into_iter().chain(args.iter().copied());
    checked(Run::after(offline(home, args)), token)
}

/// What a scan of the vault says, as above.
pub(crate) fn by_vault(home: &Home, token: &str, args: &[&str]) -> Run {
    checked(home.run(["scan"].into_iter().chain(args.iter().copied())), token)
}

/// A run that shows no eight characters of the token's secret and check.
pub(crate) fn checked(run: Run, token: &str) -> Run {
    let (_, secret) = token.rsplit_once('_').unwrap();
    for part in secret.as_bytes().windows(8) {
        let part = std::str::from_utf8(part).unwrap();
        assert!(!run.stdout.contains(part), "a secret on stdout: {run:?}");
        assert!(!run.stderr.contains(part), "a secret on stderr: {run:?}");
    }
    run
}

/// A token that no vault has made.
pub(crate) fn stray(prefix: &str, fill: u8) -> String {
    let secret = SecretBody::draw(|bytes: &mut [u8]| {
        bytes.iter_mut().zip(fill..).for_each(|(byte, value)| *byte = value);
        Ok::<_, ()>(())
    });
    let token = Token::assemble(&Prefix::parse(prefix).unwrap(), &secret.unwrap());
    token.expose_token().to_owned()
}

/// The places that are found, in their order.
pub(crate) fn places(run: &Run) -> Vec<String> {
    let findings = run.json();
    let place = |f: &serde_json::Value| {
        format!("{}:{}:{}", f["file"].as_str().unwrap(), f["line"], f["column"])
    };
    findings.as_array().unwrap().iter().map(place).collect()
}

/// The status of each finding and whether it is live, in their order.
fn statuses(run: &Run) -> Vec<(String, bool)> {
    let findings = run.json();
    let status = |f: &serde_json::Value| {
        (f["status"].as_str().unwrap().to_owned(), f["live"].as_bool().unwrap())
    };
    findings.as_array().unwrap().iter().map(status).collect()
}

#[test]
fn a_live_token_is_found_and_said_to_be_whose() {
    let home = Home::new();
    let token = home.token("bot");
    fs::create_dir(home.file("src")).unwrap();
    home.write("src/.env", format!("# config\nAPI_TOKEN={token}\n"));
    home.write("src/main.rs", "fn main() {}\n");
    insta::assert_snapshot!(by_vault(&home, &token, &["src"]).shown(&home), @"
    exit 5
    --- stdout
    PLACE          PREFIX               STATUS  KEY  OWNER
    src/.env:2:11  [kc-dev-prefix]  active  bot  tester
    --- stderr
    1 token in 1 file, live; 2 files scanned
    hint: 'keyctl compromised [kc-dev-prefix]' revokes it and makes a replacement
    ");
    insta::assert_snapshot!(by_vault(&home, &token, &["src", "-q"]).shown(&home), @"
    exit 5
    --- stdout
    PLACE          PREFIX               STATUS  KEY  OWNER
    src/.env:2:11  [kc-dev-prefix]  active  bot  tester
    ");
}

#[test]
fn several_keys_have_one_next_step() {
    let home = Home::new();
    let (first, second) = (home.token("first"), home.token("second"));
    home.write("notes.txt", format!("{first} {second}\r\n{first}\r\n"));
    insta::assert_snapshot!(by_vault(&home, &first, &["notes.txt"]).shown(&home), @"
    exit 5
    --- stdout
    PLACE           PREFIX               STATUS  KEY     OWNER
    notes.txt:1:1   [kc-dev-prefix]  active  first   tester
    notes.txt:1:71  [kc-dev-prefix]  active  second  tester
    notes.txt:2:1   [kc-dev-prefix]  active  first   tester
    --- stderr
    3 tokens in 1 file, 3 of them live; 1 file scanned
    hint: 'keyctl compromised KEY' revokes a key and makes a replacement; a prefix will do as KEY
    ");
}

#[test]
fn tokens_of_every_standing_are_told_apart() {
    let home = Home::new();
    let [over, current] = past::rotated_key(&home, "over", 9 * DAY, 3 * DAY, Some("24h"));
    let [old, new] = past::rotated_key(&home, "grace", 9 * DAY, DAY, Some("7d"));
    let expired = past::key(&home, "expired", 9 * DAY, Expiry::After("2d".parse().unwrap()));
    let create = ["create", "--project", "shop", "--not-before", "2099-01-01", "--scope", "read"];
    let pending = home.ok(create);
    let powerless = home.ok(["create", "--project", "shop", "--name", "powerless"]);
    let (disabled, revoked, deleted) = (home.token("off"), home.token("gone"), home.token("lost"));
    let [ended, last] = past::rotated_key(&home, "both", 9 * DAY, 3 * DAY, None);
    home.ok(["disable", "off"]);
    home.ok(["revoke", "gone", "both", "--yes"]);
    home.ok(["delete", "lost", "--yes"]);
    let site = Site::of(home, current.clone());
    site.export(&[]);
    let (start, _) = current.rsplit_once('_').unwrap();
    let same_prefix = stray(start, 7);
    let stranger = stray("acme_prod_3fK9aQ1xZ0bT", 9);
    let cases = [
        (&over, "superseded", false),
        (&current, "active", true),
        (&old, "active", true),
        (&new, "active", true),
        (&expired, "expired", true),
        (&pending, "pending", true),
        (&powerless, "active", true),
        (&disabled, "inactive", true),
        (&revoked, "revoked", false),
        (&ended, "revoked", false),
        (&last, "revoked", false),
        (&deleted, "unknown", false),
        (&same_prefix, "unknown", false),
        (&stranger, "unknown", false),
    ];
    let lines: Vec<&str> = cases.iter().map(|(token, _, _)| token.as_str()).collect();
    let expected: Vec<_> = cases.iter().map(|(_, s, live)| ((*s).to_owned(), *live)).collect();
    site.home.write("all.txt", lines.join("\n"));
    let vault = site.home.run(["scan", "all.txt", "-o", "json"]);
    assert_eq!((vault.code, statuses(&vault)), (5, expected.clone()));
    let args = ["--bundle", "keys.kcb", "--trust", &site.trust, "all.txt", "-o", "json"];
    let bundle = Run::after(offline(&site.home, args));
    assert_eq!((bundle.code, statuses(&bundle)), (5, expected));
}

#[test]
fn nothing_live_is_no_failure() {
    let home = Home::new();
    let token = home.token("bot");
    home.ok(["revoke", "bot", "--yes"]);
    home.write("a.txt", &token);
    home.write("b.txt", stray("acme_prod_3fK9aQ1xZ0bT", 9));
    insta::assert_snapshot!(by_vault(&home, &token, &["a.txt", "b.txt"]).shown(&home), @"
    exit 0
    --- stdout
    PLACE      PREFIX                  STATUS   KEY  OWNER
    a.txt:1:1  [kc-dev-prefix]     revoked  bot  tester
    b.txt:1:1  [acme-prod-prefix]  unknown  -    -
    --- stderr
    2 tokens in 2 files, none of them live; 2 files scanned
    ");
}

#[test]
fn a_bundle_says_it_without_vault_and_passphrase() {
    let site = Site::new();
    site.home.write("a.txt", &site.token);
    fs::remove_file(site.home.vault()).unwrap();
    let args = ["--bundle", "keys.kcb", "--trust", &site.trust, "a.txt"];
    let mut command = offline(&site.home, args);
    command.env_remove("HOME").env_remove("XDG_CONFIG_HOME");
    let run = checked(Run::after(command), &site.token);
    insta::assert_snapshot!(run.shown(&site.home), @"
    exit 5
    --- stdout
    PLACE      PREFIX               STATUS  KEY               OWNER
    a.txt:1:1  [kc-dev-prefix]  active  [id]  tester
    --- stderr
    1 token in 1 file, live; 1 file scanned
    hint: 'keyctl compromised [kc-dev-prefix]' revokes it and makes a replacement
    ");
}

#[test]
fn a_bundle_that_cannot_be_believed_ends_it_before_anything_is_read() {
    let site = Site::new();
    site.home.write("a.txt", &site.token);
    site.home.write("none.kcb", "not a bundle");
    site.export_in_the_past("old.kcb", 9 * DAY as i64, |_| {});
    let other = Home::new().ok(["bundle", "key", "show"]);
    let run = |bundle: &str, trust: &str, format: &str| {
        let args = ["--bundle", bundle, "--trust", trust, "a.txt", "-o", format];
        checked(Run::after(offline(&site.home, args)), &site.token)
    };
    insta::assert_snapshot!(run("old.kcb", &site.trust, "table").shown(&site.home), @"
    exit 7
    --- stderr
    error: BUNDLE_STALE: 'old.kcb': the bundle is too old
    hint: get the latest bundle; 'keyctl bundle export' makes it
    ");
    for (bundle, trust, code, exit) in [
        ("none.kcb", &site.trust, "BUNDLE_UNREADABLE", 1),
        ("missing.kcb", &site.trust, "BUNDLE_UNREADABLE", 1),
        ("keys.kcb", &other, "BUNDLE_UNTRUSTED", 7),
        ("old.kcb", &site.trust, "BUNDLE_STALE", 7),
    ] {
        let run = run(bundle, trust, "json");
        assert_eq!((run.code, run.stdout.as_str()), (exit, ""), "{bundle}");
        let error = run.json_error();
        assert!(error["message"].as_str().unwrap().starts_with(code), "{error}");
        assert_eq!(error["code"], if exit == 1 { "failed" } else { "integrity" });
    }
}

#[test]
fn the_vault_is_opened_only_when_there_is_a_token_to_ask_about() {
    let home = Home::empty();
    home.write("clean.txt", "nothing\n");
    home.write("leak.txt", stray("acme_prod_3fK9aQ1xZ0bT", 9));
    let run = Run::after(offline(&home, ["clean.txt"]));
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    insta::assert_snapshot!(home.run(["scan", "leak.txt"]).shown(&home), @"
    exit 1
    --- stderr
    error: no vault at '[home]/data/keyctl/vault.db'
    hint: run 'keyctl init' to create one
    ");
    let home = Home::new();
    let token = home.token("bot");
    home.write("leak.txt", &token);
    let run = checked(Run::after(offline(&home, ["leak.txt"])), &token);
    assert_eq!((run.code, run.stdout.as_str()), (4, ""));
}

#[test]
fn a_scan_writes_nothing_and_is_no_use_of_the_key() {
    let home = Home::new();
    let token = home.token("bot");
    home.write("leak.txt", &token);
    let before = fs::read(home.vault()).unwrap();
    assert_eq!(by_vault(&home, &token, &["leak.txt"]).code, 5);
    assert_eq!(fs::read(home.vault()).unwrap(), before);
    assert_eq!(home.json(["show", "bot"])["last_used_at"], serde_json::Value::Null);
}

#[test]
fn stdin_is_scanned_when_nothing_is_named() {
    let home = Home::new();
    let token = home.token("bot");
    let text = format!("one\ntwo {token}\n");
    for args in [&["scan"][..], &["scan", "-"], &["scan", "-", "-"]] {
        let run = checked(home.run_with(args.iter().copied(), text.as_bytes()), &token);
        insta::allow_duplicates! {
            insta::assert_snapshot!(run.shown(&home), @"
            exit 5
            --- stdout
            PLACE        PREFIX               STATUS  KEY  OWNER
            <stdin>:2:5  [kc-dev-prefix]  active  bot  tester
            --- stderr
            1 token in 1 file, live; 1 file scanned
            hint: 'keyctl compromised [kc-dev-prefix]' revokes it and makes a replacement
            ");
        }
    }
    home.write("a.txt", &token);
    let args = ["scan", "a.txt", "-", "-o", "json"];
    let run = checked(home.run_with(args, text.as_bytes()), &token);
    assert_eq!(places(&run), ["<stdin>:2:5", "a.txt:1:1"]);
}

#[test]
fn an_empty_stdin_is_worth_a_warning_when_nobody_named_it() {
    let home = Home::empty();
    insta::assert_snapshot!(home.run(["scan"]).shown(&home), @"
    exit 0
    --- stderr
    warning: nothing came from stdin; 'keyctl scan .' scans the current folder
    no tokens; 1 file scanned
    ");
    let run = home.run(["scan", "-"]);
    assert!(!run.stderr.contains("warning"), "{run:?}");
}

#[test]
fn stdin_gives_one_thing_only() {
    let home = Home::new();
    let args = ["scan", "--passphrase-fd", "0"];
    insta::assert_snapshot!(home.run_with(args, b"x").shown(&home), @"
    exit 2
    --- stderr
    error: stdin cannot give both what to scan and the passphrase
    hint: name a PATH, or use another way to unlock
    ");
    let token = home.token("bot");
    home.write("a.txt", &token);
    let command = offline(&home, ["--passphrase-fd", "0", "a.txt"]);
    assert_eq!(feed(command, PASSPHRASE.as_bytes()).code, 5);
}

#[test]
fn a_path_that_is_not_there_is_said_before_anything_is_scanned() {
    let home = Home::new();
    let token = home.token("bot");
    home.write("a.txt", &token);
    insta::assert_snapshot!(by_vault(&home, &token, &["a.txt", "nowhere"]).shown(&home), @"
    exit 1
    --- stderr
    error: cannot read 'nowhere': No such file or directory (os error 2)
    hint: check the path; nothing was scanned
    ");
    let run = by_vault(&home, &token, &["a.txt/b", "-o", "json"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert_eq!(run.json_error()["code"], "failed");
    let name = format!("{token}.txt");
    assert_eq!(by_vault(&home, &token, &[&name]).code, 1);
}

#[test]
fn what_cannot_be_read_is_said_and_the_scan_goes_on() {
    let home = Home::new();
    let token = home.token("bot");
    home.write("clean.txt", "nothing\n");
    home.write("leak.txt", &token);
    // Nobody can open a socket like a file, not even root.
    let _socket = UnixListener::bind(home.file("socket")).unwrap();
    let run = by_vault(&home, &token, &["socket", "clean.txt"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 1
    --- stderr
    warning: cannot read 'socket': No such device or address (os error 6)
    no tokens; 1 file scanned, 1 could not be read
    ");
    // A live token is the worse news.
    let run = by_vault(&home, &token, &["socket", "leak.txt", "-o", "json"]);
    assert_eq!((run.code, places(&run).len()), (5, 1));
    assert!(run.stderr.contains("cannot read 'socket'"), "{run:?}");
    let run = by_vault(&home, &token, &["socket", "clean.txt", "-o", "sarif"]);
    let invocation = &run.json()["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
}

#[test]
fn one_brand_can_be_asked_for() {
    let home = Home::empty();
    let (ours, theirs) = (stray("acme_prod_3fK9aQ1xZ0bT", 9), stray("kc_prod_3fK9aQ1xZ0bT", 9));
    home.write("a.txt", format!("{theirs}\n{ours}\n"));
    let run = by_shape(&home, &ours, &["a.txt", "--token-prefix", "acme", "-o", "json"]);
    assert_eq!(places(&run), ["a.txt:2:1"]);
    // A brand that no new vault may take can be that of an old one.
    assert_eq!(by_shape(&home, &ours, &["a.txt", "--token-prefix", "sk"]).code, 0);
    insta::assert_snapshot!(home.run(["scan", "--token-prefix", "Kc"]).shown(&home), @"
    exit 2
    --- stderr
    error: --token-prefix <BRAND>: 'Kc' must be 2 to 12 lower-case letters and digits, a letter first, like kc or acme
    hint: 'keyctl scan --help' says what each flag takes
    ");
}

#[test]
fn flags_that_do_not_go_together_are_refused() {
    let home = Home::empty();
    let trust = Home::new().ok(["bundle", "key", "show"]);
    for (args, words) in [
        (&["--bundle", "b", "--shape-only"][..], "cannot be used with"),
        (&["--rule", "gitleaks", "."], "cannot be used with"),
        (&["--rule", "gitleaks", "--shape-only"], "cannot be used with"),
        (&["--rule", "gitleaks", "-o", "csv"], "cannot be used with"),
        (&["--rule", "other"], "invalid value"),
        (&["--trust", &trust, "."], "there is no --bundle"),
        (&["--bundle", "b", "."], "no key is trusted"),
    ] {
        let run = home.run(["scan"].into_iter().chain(args.iter().copied()));
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{args:?}");
        assert!(run.stderr.contains(words), "{args:?}: {run:?}");
    }
}

#[test]
fn a_prefix_alone_is_no_finding() {
    let home = Home::new();
    let token = home.token("bot");
    let (prefix, secret) = token.rsplit_once('_').unwrap();
    assert!(PublicId::parse(&prefix[7..]).is_some());
    home.write("a.txt", format!("{prefix}\n{secret}\n"));
    let run = by_vault(&home, &token, &["a.txt", "-o", "json"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "[]\n"));
}
