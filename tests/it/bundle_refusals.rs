//! A bundle that cannot be used is an answer: a verdict on stdout, exit 13, the reason on stderr.

use std::fs;

use crate::bundle_site::{Site, code};
use crate::past::DAY;
use crate::support::Home;

fn is(code: &str) -> (String, i32) {
    (code.to_owned(), 13)
}

#[test]
fn a_bundle_that_is_not_there() {
    let site = Site::new();
    insta::assert_snapshot!(site.verify_by("nowhere.kcb", &site.token, &["-o", "json"]).shown(&site.home), @r#"
    exit 13
    --- stdout
    {"valid":false,"code":"BUNDLE_UNREADABLE","reasons":["BUNDLE_UNREADABLE"],"warnings":[],"unchecked":["project","environment","scopes"],"key":null,"bundle":null}
    --- stderr
    warning: 'nowhere.kcb': the bundle cannot be read: No such file or directory (os error 2)
    hint: check the path; get the bundle again, or the latest keyctl
    "#);
    insta::assert_snapshot!(site.verify_by("nowhere.kcb", &site.token, &[]).shown(&site.home), @"
    exit 13
    --- stdout
    BUNDLE_UNREADABLE
    --- stderr
    warning: 'nowhere.kcb': the bundle cannot be read: No such file or directory (os error 2)
    hint: check the path; get the bundle again, or the latest keyctl
    ");
    insta::assert_snapshot!(site.verify_by("nowhere.kcb", &site.token, &["-q", "--field", "code"]).shown(&site.home), @"
    exit 13
    --- stdout
    BUNDLE_UNREADABLE
    --- stderr
    warning: 'nowhere.kcb': the bundle cannot be read: No such file or directory (os error 2)
    ");
    insta::assert_snapshot!(site.verify_by("nowhere.kcb", &site.token, &["-q", "--strict"]).shown(&site.home), @"
    exit 13
    --- stdout
    BUNDLE_UNREADABLE
    --- stderr
    warning: 'nowhere.kcb': the bundle cannot be read: No such file or directory (os error 2)
    ");
}

#[test]
fn what_is_no_bundle_is_unreadable() {
    let site = Site::new();
    let clean = fs::read(site.home.file("keys.kcb")).unwrap();
    let judge = |file: &str| code(&site.verify_by(file, &site.token, &["-o", "json"]));
    site.home.write("empty", "");
    site.home.write("short", &clean[..4095]);
    site.home.write("text", "x".repeat(9000));
    let mut newer = clean.clone();
    newer[9] = 2;
    site.home.write("newer", newer);
    fs::create_dir(site.home.file("folder")).unwrap();
    for file in ["empty", "short", "text", "newer", "folder", "data/keyctl/vault.db", "/dev/zero"] {
        assert_eq!(judge(file), is("BUNDLE_UNREADABLE"), "{file}");
    }
    let made = site.home.script("mkfifo pipe");
    assert_eq!(made.code, 0, "{made:?}");
    assert_eq!(judge("pipe"), is("BUNDLE_UNREADABLE"), "nobody waits for a writer");
}

#[test]
fn what_nobody_trusted_has_signed_is_untrusted() {
    let site = Site::new();
    let other = Home::new().ok(["bundle", "key", "show"]);
    let flags = ["--bundle", "keys.kcb", "--trust", &other];
    let judge = |flags: &[&str]| {
        crate::bundle_site::without_passphrase(&site.home, flags, site.token.as_bytes())
    };
    insta::assert_snapshot!(judge(&flags).shown(&site.home), @"
    exit 13
    --- stdout
    BUNDLE_UNTRUSTED
    --- stderr
    warning: 'keys.kcb': no trusted key has signed the bundle
    hint: check --trust and --stream; if they are those of the vault that made it, do not use this file
    ");
    insta::assert_snapshot!(judge(&[&flags[..], &["-o", "json"]].concat()).shown(&site.home), @r#"
    exit 13
    --- stdout
    {"valid":false,"code":"BUNDLE_UNTRUSTED","reasons":["BUNDLE_UNTRUSTED"],"warnings":[],"unchecked":["project","environment","scopes"],"key":null,"bundle":null}
    --- stderr
    warning: 'keys.kcb': no trusted key has signed the bundle
    hint: check --trust and --stream; if they are those of the vault that made it, do not use this file
    "#);
    // One trusted key of several is enough.
    let both = ["--bundle", "keys.kcb", "--trust", &format!("{other},{}", site.trust)];
    assert_eq!(judge(&both).code, 0);
    let both = ["--bundle", "keys.kcb", "--trust", &other, "--trust", &site.trust];
    assert_eq!(judge(&both).code, 0);
}

#[test]
fn a_flipped_byte_is_never_valid() {
    let site = Site::new();
    let clean = fs::read(site.home.file("keys.kcb")).unwrap();
    for (at, expected) in [
        (0, "BUNDLE_UNREADABLE"),
        (20, "BUNDLE_UNTRUSTED"),
        (55, "BUNDLE_UNTRUSTED"),
        (72, "BUNDLE_UNTRUSTED"),
        (3839, "BUNDLE_UNTRUSTED"),
        (3840, "BUNDLE_UNTRUSTED"),
        (3848, "BUNDLE_UNTRUSTED"),
        (3900, "BUNDLE_UNTRUSTED"),
        (4095, "BUNDLE_UNTRUSTED"),
        (4096, "BUNDLE_CORRUPT"),
        (4096 + 20, "BUNDLE_CORRUPT"),
        (8191, "BUNDLE_CORRUPT"),
    ] {
        let mut changed = clean.clone();
        changed[at] ^= 1;
        site.home.write("keys.kcb", changed);
        assert_eq!(site.code(&[]), is(expected), "byte {at}");
    }
    site.home.write("keys.kcb", [&clean[..], &[0; 4096]].concat());
    assert_eq!(site.code(&[]), is("BUNDLE_CORRUPT"), "a page too many");
    site.home.write("keys.kcb", &clean[..4096]);
    insta::assert_snapshot!(site.verify(&["-o", "json"]).shown(&site.home), @r#"
    exit 13
    --- stdout
    {"valid":false,"code":"BUNDLE_CORRUPT","reasons":["BUNDLE_CORRUPT"],"warnings":[],"unchecked":["project","environment","scopes"],"key":null,"bundle":null}
    --- stderr
    warning: 'keys.kcb': the bundle is damaged: the file is not of the size that its header says
    hint: do not use this file; get the bundle again
    "#);
    site.home.write("keys.kcb", &clean[..4096 + 2048]);
    assert_eq!(site.code(&[]), is("BUNDLE_CORRUPT"), "half a page");
    site.home.write("keys.kcb", clean);
    assert_eq!(site.code(&[]), ("VALID".to_owned(), 0));
}

#[test]
fn a_stale_bundle_is_refused_and_one_in_its_second_half_warns() {
    let site = Site::new();
    fs::remove_file(site.home.file("keys.kcb")).unwrap();
    let day = i64::try_from(DAY).unwrap();
    site.export_in_the_past("keys.kcb", day + 5, |_| ());
    insta::assert_snapshot!(site.verify(&["-o", "json"]).shown(&site.home), @r#"
    exit 13
    --- stdout
    {"valid":false,"code":"BUNDLE_STALE","reasons":["BUNDLE_STALE"],"warnings":[],"unchecked":["project","environment","scopes"],"key":null,"bundle":{"stream":"[hex]","serial":[serial],"issued_at":"[time]","valid_until":"[time]","signer":"[public-key]"}}
    --- stderr
    warning: 'keys.kcb': the bundle is too old; made [time], valid until [time]
    hint: get the latest bundle; 'keyctl bundle export' makes it
    "#);
    insta::assert_snapshot!(site.verify(&[]).shown(&site.home), @"
    exit 13
    --- stdout
    BUNDLE_STALE
    --- stderr
    warning: 'keys.kcb': the bundle is too old; made [time], valid until [time]
    hint: get the latest bundle; 'keyctl bundle export' makes it
    ");
    // A token that is none is not even looked at.
    assert_eq!(code(&site.verify_token("", &["-o", "json"])), is("BUNDLE_STALE"));
    let warnings = |ago: i64| {
        fs::remove_file(site.home.file("keys.kcb")).unwrap();
        site.export_in_the_past("keys.kcb", ago, |_| ());
        site.verify(&["-o", "json", "--min-serial", "1"]).json()["warnings"].clone()
    };
    assert_eq!(warnings(day / 2 + 60), serde_json::json!(["BUNDLE_AGING"]));
    assert_eq!(warnings(day / 2 - 60), serde_json::json!([]));
    insta::assert_snapshot!(site.verify(&["-q"]).shown(&site.home), @"
    exit 0
    --- stdout
    VALID [id] [kc-dev-prefix] project=shop environment=development owner=tester generation=1 warnings=NO_MEMORY
    ");
}

#[test]
fn the_greatest_age_can_be_less_than_the_bundle_says() {
    let site = Site::new();
    fs::remove_file(site.home.file("keys.kcb")).unwrap();
    site.export_in_the_past("keys.kcb", 7200, |_| ());
    assert_eq!(site.code(&["--max-age", "1h"]), is("BUNDLE_STALE"));
    assert_eq!(site.code(&["--max-age", "7100s"]), is("BUNDLE_STALE"));
    assert_eq!(site.code(&["--max-age", "3h"]), ("VALID".to_owned(), 0));
    insta::assert_snapshot!(site.verify(&["--max-age", "never"]).shown(&site.home), @"
    exit 2
    --- stderr
    error: --max-age <DURATION>: 'never' is not a duration like 12h, 45d or 18mo
    hint: 'keyctl verify --help' says what each flag takes
    ");
}

#[test]
fn a_bundle_from_the_future_is_a_matter_of_clocks() {
    let site = Site::new();
    site.export_in_the_past("soon.kcb", -200, |_| ());
    site.export_in_the_past("later.kcb", -3600, |_| ());
    let judge = |file: &str| site.verify_by(file, &site.token, &["-o", "json"]);
    assert_eq!(code(&judge("soon.kcb")), ("VALID".to_owned(), 0));
    insta::assert_snapshot!(judge("later.kcb").shown(&site.home), @r#"
    exit 13
    --- stdout
    {"valid":false,"code":"CLOCK_SKEW","reasons":["CLOCK_SKEW"],"warnings":[],"unchecked":["project","environment","scopes"],"key":null,"bundle":{"stream":"[hex]","serial":[serial],"issued_at":"[time]","valid_until":"[time]","signer":"[public-key]"}}
    --- stderr
    warning: 'later.kcb': the bundle says it was made at a time that this machine's clock, or a bundle before it, rules out; made [time], valid until [time]
    hint: check this machine's clock, and that of the machine that makes the bundles
    "#);
}

#[test]
fn another_stream_than_the_one_that_is_asked_for_is_untrusted() {
    let site = Site::new();
    let stream = site.home.json(["bundle", "inspect", "keys.kcb"])["stream"].clone();
    let stream = stream.as_str().unwrap();
    assert_eq!(site.code(&["--stream", stream]), ("VALID".to_owned(), 0));
    let other = "0".repeat(32);
    insta::assert_snapshot!(site.verify(&["--stream", &other, "-o", "json"]).shown(&site.home), @r#"
    exit 13
    --- stdout
    {"valid":false,"code":"BUNDLE_UNTRUSTED","reasons":["BUNDLE_UNTRUSTED"],"warnings":[],"unchecked":["project","environment","scopes"],"key":null,"bundle":{"stream":"[hex]","serial":[serial],"issued_at":"[time]","valid_until":"[time]","signer":"[public-key]"}}
    --- stderr
    warning: 'keys.kcb': the bundle is of the stream [hex], expected is [hex]; made [time], valid until [time]
    hint: check --trust and --stream; if they are those of the vault that made it, do not use this file
    "#);
    // The bundle of another selection, swapped in.
    site.home.ok(["bundle", "export", "shop.kcb", "--project", "shop", "-q"]);
    let run = site.verify_by("shop.kcb", &site.token, &["--stream", stream, "-o", "json"]);
    assert_eq!(code(&run), is("BUNDLE_UNTRUSTED"));
    insta::assert_snapshot!(site.verify(&["--stream", "mine"]).shown(&site.home), @"
    exit 2
    --- stderr
    error: --stream <STREAM>: 'mine' is not a stream: 32 lower-case hex digits
    hint: 'keyctl verify --help' says what each flag takes
    ");
}

#[test]
fn a_serial_below_the_smallest_is_rolled_back() {
    let site = Site::new();
    let serial = site.export(&[]);
    let least = |serial: u64| site.verify(&["--min-serial", &serial.to_string(), "-o", "json"]);
    assert_eq!(code(&least(serial)), ("VALID".to_owned(), 0));
    assert_eq!(least(serial).json()["warnings"], serde_json::json!([]), "that is a memory");
    insta::assert_snapshot!(least(serial + 1).shown(&site.home), @r#"
    exit 13
    --- stdout
    {"valid":false,"code":"BUNDLE_ROLLED_BACK","reasons":["BUNDLE_ROLLED_BACK"],"warnings":[],"unchecked":["project","environment","scopes"],"key":null,"bundle":{"stream":"[hex]","serial":[serial],"issued_at":"[time]","valid_until":"[time]","signer":"[public-key]"}}
    --- stderr
    warning: 'keys.kcb': the bundle's serial [serial] is behind [serial]: there was a later one; made [time], valid until [time]
    hint: get the latest bundle; an old one would bring revoked keys back to life
    "#);
    insta::assert_snapshot!(site.verify(&["--min-serial", "-1"]).shown(&site.home), @"
    exit 2
    --- stderr
    error: unexpected argument '-1' found
    hint: 'keyctl verify --help' says what it takes
    ");
}

#[test]
fn the_exit_is_the_verdict_though_nobody_reads_it() {
    let site = Site::new();
    let exit = |flags: &str| {
        let trust = &site.trust;
        let token = &site.token;
        let verify = format!("keyctl verify --trust {trust} {flags}");
        let closed = site.home.script(&format!("printf %s '{token}' | {verify} >&-")).code;
        let full = site.home.script(&format!("printf %s '{token}' | {verify} >/dev/full")).code;
        assert_eq!(closed, full, "{flags}");
        closed
    };
    assert_eq!(exit("--bundle keys.kcb"), 0);
    assert_eq!(exit("--bundle keys.kcb -o json"), 0);
    assert_eq!(exit("--bundle keys.kcb --env production"), 10);
    assert_eq!(exit("--bundle keys.kcb --project web"), 11);
    assert_eq!(exit("--bundle nowhere.kcb"), 13);
    assert_eq!(exit("--bundle nowhere.kcb -o json --batch"), 13);
    assert_eq!(exit("--bundle keys.kcb --batch"), 0);
}
