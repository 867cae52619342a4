//! `bundle inspect`: what a bundle says of itself, and how much of that is proven.

use std::fs;

use crate::bundle_site::Site;
use crate::past::DAY;
use crate::support::{Home, Run};

fn inspect(site: &Site, flags: &[&str]) -> Run {
    let args = ["bundle", "inspect", "keys.kcb"].into_iter().chain(flags.iter().copied());
    let mut command = site.home.command(args);
    command.env_remove("KEYCTL_PASSPHRASE");
    Run::after(command)
}

#[test]
fn without_a_trusted_key_it_says_that_nothing_is_proven() {
    let site = Site::new();
    insta::assert_snapshot!(inspect(&site, &[]).shown(&site.home), @"
    exit 0
    --- stdout
    stream       [hex]
    serial       [serial]
    issued at    [time]
    valid until  [time] ([relative])
    freshness    fresh
    tokens       1
    pages        2
    trusted      NO
    signed by    [hex] (not verified)
    --- stderr
    warning: NOT VERIFIED: no key is trusted, so anybody could have made this file; give --trust kcpub_…
    ");
    insta::assert_snapshot!(inspect(&site, &["-o", "json"]).shown(&site.home), @r#"
    exit 0
    --- stdout
    {"stream":"[hex]","serial":[serial],"issued_at":"[time]","valid_until":"[time]","signer":null,"signer_ids":["[hex]"],"entries":1,"pages":2,"trusted":false,"freshness":"fresh","sizes":null}
    --- stderr
    warning: NOT VERIFIED: no key is trusted, so anybody could have made this file; give --trust kcpub_…
    "#);
    insta::assert_snapshot!(inspect(&site, &["--check"]).shown(&site.home), @"
    exit 2
    --- stderr
    error: --check needs a trusted key
    hint: give --trust kcpub_…; 'keyctl bundle key show' prints it where the vault is
    ");
}

#[test]
fn with_a_trusted_key_it_names_the_signer() {
    let site = Site::new();
    let trust = ["--trust", &site.trust];
    insta::assert_snapshot!(inspect(&site, &trust).shown(&site.home), @"
    exit 0
    --- stdout
    stream       [hex]
    serial       [serial]
    issued at    [time]
    valid until  [time] ([relative])
    freshness    fresh
    tokens       1
    pages        2
    trusted      yes
    signed by    [public-key]
    --- stderr
    note: the pages were not read; --check reads and verifies each
    ");
    let json = [&trust[..], &["-o", "json"]].concat();
    insta::assert_snapshot!(inspect(&site, &json).shown(&site.home), @r#"
    exit 0
    --- stdout
    {"stream":"[hex]","serial":[serial],"issued_at":"[time]","valid_until":"[time]","signer":"[public-key]","signer_ids":["[hex]"],"entries":1,"pages":2,"trusted":true,"freshness":"fresh","sizes":null}
    --- stderr
    note: the pages were not read; --check reads and verifies each
    "#);
    assert_eq!(inspect(&site, &json).json()["signer"], site.trust.as_str());
    let check = [&trust[..], &["--check"]].concat();
    insta::assert_snapshot!(inspect(&site, &check).shown(&site.home), @"
    exit 0
    --- stdout
    stream        [hex]
    serial        [serial]
    issued at     [time]
    valid until   [time] ([relative])
    freshness     fresh
    tokens        1
    pages         2
    trusted       yes
    signed by     [public-key]
    of 128 bytes  1
    ");
    let check = [&json[..], &["--check"]].concat();
    insta::assert_snapshot!(inspect(&site, &check).shown(&site.home), @r#"
    exit 0
    --- stdout
    {"stream":"[hex]","serial":[serial],"issued_at":"[time]","valid_until":"[time]","signer":"[public-key]","signer_ids":["[hex]"],"entries":1,"pages":2,"trusted":true,"freshness":"fresh","sizes":[{"bytes":128,"entries":1}]}
    "#);
}

#[test]
fn it_shows_what_a_verdict_says_of_the_bundle() {
    let site = Site::new();
    let seen = inspect(&site, &["--trust", &site.trust, "-o", "json"]).json();
    let verdict = site.verify(&["-o", "json"]).json();
    for (field, value) in verdict["bundle"].as_object().unwrap() {
        assert_eq!(&seen[field], value, "{field}");
    }
}

#[test]
fn freshness_is_said_and_a_stale_bundle_can_still_be_looked_into() {
    let site = Site::new();
    let freshness = |ago: i64| {
        fs::remove_file(site.home.file("keys.kcb")).unwrap();
        site.export_in_the_past("keys.kcb", ago, |_| ());
        let run = inspect(&site, &["--trust", &site.trust, "-o", "json"]);
        assert_eq!(run.code, 0, "{run:?}");
        run.json()["freshness"].as_str().unwrap().to_owned()
    };
    let day = i64::try_from(DAY).unwrap();
    assert_eq!(freshness(-3600), "early");
    assert_eq!(freshness(60), "fresh");
    assert_eq!(freshness(day / 2 - 60), "fresh");
    assert_eq!(freshness(day / 2 + 60), "aging");
    assert_eq!(freshness(day + 60), "stale");
    insta::assert_snapshot!(inspect(&site, &["--trust", &site.trust]).shown(&site.home), @"
    exit 0
    --- stdout
    stream       [hex]
    serial       [serial]
    issued at    [time]
    valid until  [time] ([relative])
    freshness    stale
    tokens       1
    pages        2
    trusted      yes
    signed by    [public-key]
    --- stderr
    note: the pages were not read; --check reads and verifies each
    ");
}

#[test]
fn two_signatures_are_both_named() {
    let site = Site::new();
    site.home.ok(["bundle", "key", "rotate"]);
    site.export(&[]);
    insta::assert_snapshot!(inspect(&site, &[]).shown(&site.home), @"
    exit 0
    --- stdout
    stream       [hex]
    serial       [serial]
    issued at    [time]
    valid until  [time] ([relative])
    freshness    fresh
    tokens       1
    pages        2
    trusted      NO
    signed by    [hex], [hex] (not verified)
    --- stderr
    warning: NOT VERIFIED: no key is trusted, so anybody could have made this file; give --trust kcpub_…
    ");
    let seen = inspect(&site, &["--trust", &site.trust, "-o", "json"]).json();
    assert_eq!(seen["signer_ids"].as_array().unwrap().len(), 2);
    assert_eq!(seen["signer"], site.trust.as_str());
}

#[test]
fn what_nobody_trusted_has_signed_is_an_integrity_error() {
    let site = Site::new();
    let other = Home::new().ok(["bundle", "key", "show"]);
    insta::assert_snapshot!(inspect(&site, &["--trust", &other]).shown(&site.home), @"
    exit 7
    --- stderr
    error: 'keys.kcb': no trusted key has signed the bundle
    hint: check --trust and --stream; if they are those of the vault that made it, do not use this file
    ");
    let json = inspect(&site, &["--trust", &other, "-o", "json"]);
    assert_eq!((json.code, json.stdout.as_str()), (7, ""));
    assert_eq!(json.json_error()["code"], "integrity");
}

#[test]
fn a_changed_bundle_is_an_integrity_error() {
    let site = Site::new();
    let clean = fs::read(site.home.file("keys.kcb")).unwrap();
    let with = |at: usize, flags: &[&str]| {
        let mut changed = clean.clone();
        changed[at] ^= 1;
        site.home.write("keys.kcb", changed);
        inspect(&site, &[&["--trust", &site.trust], flags].concat()).shown(&site.home)
    };
    // The serial; then the page, which only a check reads.
    insta::assert_snapshot!(with(39, &[]), @"
    exit 7
    --- stderr
    error: 'keys.kcb': the bundle was changed after it was signed: the signature under [public-key] is bad
    hint: check --trust and --stream; if they are those of the vault that made it, do not use this file
    ");
    assert!(with(4096 + 100, &[]).starts_with("exit 0"));
    insta::assert_snapshot!(with(4096 + 100, &["--check"]), @"
    exit 7
    --- stderr
    error: 'keys.kcb': the bundle is damaged: a page is not the one that was signed
    hint: do not use this file; get the bundle again
    ");
    insta::assert_snapshot!(with(4096 + 100, &["--check", "-o", "json"]), @r#"
    exit 7
    --- stderr
    {"error":{"code":"integrity","message":"'keys.kcb': the bundle is damaged: a page is not the one that was signed","hint":"do not use this file; get the bundle again"}}
    "#);
}

#[test]
fn what_is_no_bundle_cannot_be_read() {
    let home = Home::empty();
    home.write("short", "hello");
    home.write("long", "x".repeat(8192));
    fs::create_dir(home.file("folder")).unwrap();
    let shown = |file: &str| home.run(["bundle", "inspect", file]).shown(&home);
    insta::assert_snapshot!(shown("nowhere"), @"
    exit 1
    --- stderr
    error: 'nowhere': the bundle cannot be read: No such file or directory (os error 2)
    hint: check the path; get the bundle again, or the latest keyctl
    ");
    insta::assert_snapshot!(shown("short"), @"
    exit 1
    --- stderr
    error: 'short': a bundle has at least 4096 bytes, this file has 5
    hint: check the path; get the bundle again, or the latest keyctl
    ");
    insta::assert_snapshot!(shown("long"), @"
    exit 1
    --- stderr
    error: 'long': the file is not a bundle
    hint: check the path; get the bundle again, or the latest keyctl
    ");
    insta::assert_snapshot!(shown("folder"), @"
    exit 1
    --- stderr
    error: 'folder': the bundle cannot be read: not a plain file
    hint: check the path; get the bundle again, or the latest keyctl
    ");
    assert_eq!(home.run(["bundle", "inspect"]).code, 2);
}

#[test]
fn a_bundle_that_was_cut_or_of_another_version_is_named_so() {
    let site = Site::new();
    let clean = fs::read(site.home.file("keys.kcb")).unwrap();
    site.home.write("keys.kcb", &clean[..4096]);
    insta::assert_snapshot!(inspect(&site, &["--trust", &site.trust]).shown(&site.home), @"
    exit 7
    --- stderr
    error: 'keys.kcb': the bundle is damaged: the file is not of the size that its header says
    hint: do not use this file; get the bundle again
    ");
    let mut newer = clean.clone();
    newer[9] = 2;
    site.home.write("keys.kcb", newer);
    insta::assert_snapshot!(inspect(&site, &[]).shown(&site.home), @"
    exit 1
    --- stderr
    error: 'keys.kcb': the bundle is of version 2, which this keyctl does not know
    hint: check the path; get the bundle again, or the latest keyctl
    ");
}
