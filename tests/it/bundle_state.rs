//! `verify --state`: what is remembered of bundles, and the counters of rate limits, in one file
//! that several processes may share.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Stdio;

use crate::bundle_site::{Site, code};
use crate::past::DAY;
use crate::support::{Home, Run};

const STATE: [&str; 2] = ["--state", "seen"];

fn is(code: &str, exit: i32) -> (String, i32) {
    (code.to_owned(), exit)
}

/// The verdict with the state file, by JSON.
fn judge(site: &Site) -> (String, i32) {
    site.code(&STATE)
}

fn seen(site: &Site) -> serde_json::Value {
    serde_json::from_str(&site.home.read("seen")).unwrap()
}

#[test]
fn the_first_use_writes_it_for_the_owner_alone() {
    let site = Site::new();
    let first = site.verify(&["--state", "seen", "-o", "json"]);
    assert_eq!(first.json()["warnings"], serde_json::json!(["NO_MEMORY"]));
    let mode = fs::metadata(site.home.file("seen")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    insta::assert_snapshot!(
        site.verify(&["--state", "seen", "-q"]).shown(&site.home),
        @"
    exit 0
    --- stdout
    VALID [id] [kc-dev-prefix] project=shop environment=development owner=tester generation=1
    "
    );
    let state = seen(&site);
    assert_eq!(state["bundles"].as_object().unwrap().len(), 1);
    let place = site.home.file("keys.kcb").canonicalize().unwrap().display().to_string();
    let entry = &state["bundles"][place];
    let facts = &first.json()["bundle"];
    for field in ["stream", "serial", "signer"] {
        assert_eq!(entry[field], facts[field], "{field}");
    }
    // Nothing new to remember, nothing written.
    let before = crate::bundle_site::tree(site.home.path());
    assert_eq!(judge(&site).1, 0);
    let mut after = crate::bundle_site::tree(site.home.path());
    after.retain(|path, _| before.contains_key(path));
    assert_eq!(after, before);
}

#[test]
fn an_older_bundle_that_is_put_back_is_rolled_back() {
    let site = Site::new();
    let old = fs::read(site.home.file("keys.kcb")).unwrap();
    assert_eq!(judge(&site).1, 0);
    site.home.ok(["revoke", "bot", "--yes"]);
    site.export(&[]);
    assert_eq!(judge(&site), is("REVOKED", 10));
    let state = site.home.read("seen");
    site.home.write("keys.kcb", &old);
    insta::assert_snapshot!(site.verify(&[&STATE[..], &["-o", "json"]].concat()).shown(&site.home), @r#"
    exit 13
    --- stdout
    {"valid":false,"code":"BUNDLE_ROLLED_BACK","reasons":["BUNDLE_ROLLED_BACK"],"warnings":[],"unchecked":["project","environment","scopes"],"key":null,"bundle":{"stream":"[hex]","serial":[serial],"issued_at":"[time]","valid_until":"[time]","signer":"[public-key]"}}
    --- stderr
    warning: 'keys.kcb': the bundle's serial [serial] is behind [serial]: there was a later one; made [time], valid until [time]
    hint: get the latest bundle; an old one would bring revoked keys back to life
    "#);
    insta::assert_snapshot!(site.verify(&STATE).shown(&site.home), @"
    exit 13
    --- stdout
    BUNDLE_ROLLED_BACK
    --- stderr
    warning: 'keys.kcb': the bundle's serial [serial] is behind [serial]: there was a later one; made [time], valid until [time]
    hint: get the latest bundle; an old one would bring revoked keys back to life
    ");
    assert_eq!(site.home.read("seen"), state, "nothing was forgotten");
    // By another way to name the file as well.
    fs::create_dir(site.home.file("d")).unwrap();
    let run = site.verify_by("d/../keys.kcb", &site.token, &[&STATE[..], &["-o", "json"]].concat());
    assert_eq!(code(&run), is("BUNDLE_ROLLED_BACK", 13));
    let absolute = site.home.file("keys.kcb").display().to_string();
    let run = site.verify_by(&absolute, &site.token, &[&STATE[..], &["-o", "json"]].concat());
    assert_eq!(code(&run), is("BUNDLE_ROLLED_BACK", 13));
    // Without a memory it cannot be noticed, and the verdict says that.
    let run = site.verify(&["-o", "json"]);
    assert_eq!((run.code, &run.json()["warnings"]), (0, &serde_json::json!(["NO_MEMORY"])));
}

#[test]
fn two_bundles_of_one_serial_are_a_fork() {
    let site = Site::new();
    let serial = site.export(&[]) + 1;
    site.export_with_serial("keys.kcb", serial, |_| ());
    site.export_with_serial("other.kcb", serial, |_| ());
    assert_eq!(judge(&site).1, 0);
    let state = site.home.read("seen");
    fs::rename(site.home.file("other.kcb"), site.home.file("keys.kcb")).unwrap();
    insta::assert_snapshot!(site.verify(&STATE).shown(&site.home), @"
    exit 13
    --- stdout
    BUNDLE_ROLLED_BACK
    --- stderr
    warning: 'keys.kcb': another bundle had the same serial [serial]; made [time], valid until [time]
    hint: get the latest bundle; an old one would bring revoked keys back to life
    ");
    assert_eq!(judge(&site), is("BUNDLE_ROLLED_BACK", 13));
    assert_eq!(site.home.read("seen"), state);
}

#[test]
fn another_stream_at_the_same_place_is_untrusted() {
    let site = Site::new();
    assert_eq!(judge(&site).1, 0);
    let state = site.home.read("seen");
    fs::remove_file(site.home.file("keys.kcb")).unwrap();
    site.export(&["--project", "shop"]);
    insta::assert_snapshot!(site.verify(&STATE).shown(&site.home), @"
    exit 13
    --- stdout
    BUNDLE_UNTRUSTED
    --- stderr
    warning: 'keys.kcb': the bundle is of the stream [hex], expected is [hex]; made [time], valid until [time]
    hint: check --trust and --stream; if they are those of the vault that made it, do not use this file
    ");
    assert_eq!(site.home.read("seen"), state);
    // At another place it is a bundle of its own.
    fs::rename(site.home.file("keys.kcb"), site.home.file("shop.kcb")).unwrap();
    let run = site.verify_by("shop.kcb", &site.token, &STATE);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(seen(&site)["bundles"].as_object().unwrap().len(), 2);
}

#[test]
fn a_bundle_that_is_refused_leaves_no_trace_in_it() {
    let site = Site::new();
    let good = fs::read(site.home.file("keys.kcb")).unwrap();
    assert_eq!(judge(&site).1, 0);
    let state = site.home.read("seen");
    let untouched = |what: &str, flags: &[&str], expected: &str| {
        let verdict = site.code(&[&STATE[..], flags].concat());
        assert_eq!(verdict, is(expected, 13), "{what}");
        assert_eq!(site.home.read("seen"), state, "{what}");
    };
    let serial = site.export(&[]);
    let newer = fs::read(site.home.file("keys.kcb")).unwrap();
    untouched("min-serial", &["--min-serial", &(serial + 1).to_string()], "BUNDLE_ROLLED_BACK");
    untouched("stream", &["--stream", &"1".repeat(32)], "BUNDLE_UNTRUSTED");
    for (what, at, expected) in
        [("magic", 0, "BUNDLE_UNREADABLE"), ("time", 45, "BUNDLE_UNTRUSTED")]
    {
        let mut changed = newer.clone();
        changed[at] ^= 1;
        site.home.write("keys.kcb", changed);
        untouched(what, &[], expected);
    }
    site.home.write("keys.kcb", &newer[..4096]);
    untouched("cut", &[], "BUNDLE_CORRUPT");
    fs::remove_file(site.home.file("keys.kcb")).unwrap();
    untouched("missing", &[], "BUNDLE_UNREADABLE");
    let day = i64::try_from(DAY).unwrap();
    site.export_in_the_past("keys.kcb", day + 5, |_| ());
    untouched("stale", &[], "BUNDLE_STALE");
    fs::remove_file(site.home.file("keys.kcb")).unwrap();
    site.export_in_the_past("keys.kcb", -3600, |_| ());
    untouched("early", &[], "CLOCK_SKEW");
    site.home.write("keys.kcb", good);
    assert_eq!(judge(&site), is("VALID", 0));
    // A token that is none is no fault of the bundle, which is remembered.
    site.home.write("keys.kcb", newer);
    let run = site.verify_token("", &[&STATE[..], &["-o", "json"]].concat());
    assert_eq!(code(&run), is("MALFORMED", 10));
    assert_ne!(site.home.read("seen"), state);
}

#[test]
fn a_state_that_cannot_be_read_decides_nothing() {
    let site = Site::new();
    assert_eq!(judge(&site).1, 0);
    let good = site.home.read("seen");
    let entry = |from: &str, to: &str| {
        assert!(good.contains(from), "{good}");
        good.replace(from, to)
    };
    let damaged = [
        String::new(),
        "{}".to_owned(),
        "hello".to_owned(),
        good[..good.len() / 2].to_owned(),
        format!("{good}{good}"),
        entry("\"version\":1", "\"version\":2"),
        entry("\"serial\":", "\"serial\":-"),
        entry("kcpub_", "kcpub-"),
        entry("\"rates\"", "\"rate\""),
        entry("\"stream\":\"", "\"stream\":\"0"),
        entry("\"header_hash\":\"", "\"header_hash\":\"00"),
    ];
    for text in damaged {
        site.home.write("seen", &text);
        for flags in [&[][..], &["-o", "json"], &["--batch"]] {
            let run = site.verify(&[&STATE[..], flags].concat());
            assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{text} {flags:?}");
            assert_eq!(site.home.read("seen"), text, "it is left as it was");
        }
    }
    site.home.write("seen", "hello");
    insta::assert_snapshot!(site.verify(&STATE).shown(&site.home), @"
    exit 1
    --- stderr
    error: the state file 'seen' is not what keyctl writes: expected value at line 1 column 1
    hint: no verdict without it; mend that, or remove the file, which forgets what was seen
    ");
    insta::assert_snapshot!(site.verify(&["--state", "seen", "-o", "json"]).shown(&site.home), @r#"
    exit 1
    --- stderr
    {"error":{"code":"failed","message":"the state file 'seen' is not what keyctl writes: expected value at line 1 column 1","hint":"no verdict without it; mend that, or remove the file, which forgets what was seen"}}
    "#);
}

#[test]
fn a_counter_that_is_no_number_decides_nothing() {
    let site = Site::with_key(&["--rate", "1/1d"]);
    assert_eq!(judge(&site), is("VALID", 0));
    assert_eq!(judge(&site), is("RATE_LIMITED", 12));
    let mut state = seen(&site);
    for counter in state["rates"].as_object_mut().unwrap().values_mut() {
        *counter = "damaged".into();
    }
    site.home.write("seen", state.to_string());
    let run = site.verify(&STATE);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "a damaged counter lets nobody through");
}

#[test]
fn a_folder_that_is_switched_back_is_a_rollback() {
    let site = Site::new();
    let serve = |folder: &str| {
        drop(fs::remove_file(site.home.file("current")));
        symlink(folder, site.home.file("current")).unwrap();
        let flags = ["--state", "seen", "-o", "json"];
        code(&site.verify_by("current/keys.kcb", &site.token, &flags))
    };
    for release in ["r1", "r2"] {
        fs::create_dir(site.home.file(release)).unwrap();
        site.export(&[]);
        let to = site.home.file(release).join("keys.kcb");
        fs::copy(site.home.file("keys.kcb"), to).unwrap();
        site.home.ok(["revoke", "bot", "--yes"]);
    }
    assert_eq!(serve("r1"), is("VALID", 0));
    assert_eq!(serve("r2"), is("REVOKED", 10));
    assert_eq!(serve("r1"), is("BUNDLE_ROLLED_BACK", 13));
}

#[test]
fn an_older_bundle_is_older_under_every_name() {
    let site = Site::new();
    fs::copy(site.home.file("keys.kcb"), site.home.file("old.kcb")).unwrap();
    site.export(&[]);
    assert_eq!(judge(&site), is("VALID", 0));
    let flags = ["--state", "seen", "-o", "json"];
    let run = site.verify_by("old.kcb", &site.token, &flags);
    assert_eq!(code(&run), is("BUNDLE_ROLLED_BACK", 13));
    fs::copy(site.home.file("keys.kcb"), site.home.file("copy.kcb")).unwrap();
    assert_eq!(code(&site.verify_by("copy.kcb", &site.token, &flags)), is("VALID", 0));
}

#[test]
fn a_state_that_others_could_change_decides_nothing() {
    let site = Site::new();
    assert_eq!(judge(&site).1, 0);
    let mode = |name: &str, mode| {
        fs::set_permissions(site.home.file(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    mode("seen", 0o620);
    insta::assert_snapshot!(site.verify(&STATE).shown(&site.home), @"
    exit 1
    --- stderr
    error: the state file 'seen' is not safe: other users can write it
    hint: no verdict without it; mend that, or remove the file, which forgets what was seen
    ");
    mode("seen", 0o600);
    fs::create_dir(site.home.file("open")).unwrap();
    mode("open", 0o777);
    insta::assert_snapshot!(site.verify(&["--state", "open/seen"]).shown(&site.home), @"
    exit 1
    --- stderr
    error: the state file 'open/seen' is not safe: other users can write the folder it is in
    hint: no verdict without it; mend that, or remove the file, which forgets what was seen
    ");
    assert!(!site.home.file("open/seen").exists());
    mode("open", 0o1777);
    assert_eq!(site.verify(&["--state", "open/seen"]).code, 0, "as in /tmp");
}

#[test]
fn a_link_that_is_switched_back_is_a_rollback() {
    let site = Site::new();
    fs::copy(site.home.file("keys.kcb"), site.home.file("old.kcb")).unwrap();
    site.export(&[]);
    let serve = |file: &str| {
        drop(fs::remove_file(site.home.file("current")));
        symlink(file, site.home.file("current")).unwrap();
        code(&site.verify_by("current", &site.token, &["--state", "seen", "-o", "json"]))
    };
    assert_eq!(serve("old.kcb"), is("VALID", 0));
    assert_eq!(serve("keys.kcb"), is("VALID", 0));
    assert_eq!(serve("old.kcb"), is("BUNDLE_ROLLED_BACK", 13));
}

#[test]
fn what_is_no_plain_file_is_no_state() {
    let site = Site::new();
    fs::create_dir(site.home.file("folder")).unwrap();
    site.home.write("target", "");
    symlink("target", site.home.file("link")).unwrap();
    assert_eq!(site.home.script("mkfifo pipe").code, 0);
    let judge = |state: &str| site.verify(&["--state", state]);
    insta::assert_snapshot!(judge("folder").shown(&site.home), @"
    exit 1
    --- stderr
    error: the state file 'folder' cannot be read: it is not a plain file
    hint: no verdict without it; mend that, or remove the file, which forgets what was seen
    ");
    insta::assert_snapshot!(judge("nowhere/seen").shown(&site.home), @"
    exit 1
    --- stderr
    error: the state file 'nowhere/seen' cannot be read: No such file or directory (os error 2)
    hint: no verdict without it; mend that, or remove the file, which forgets what was seen
    ");
    for state in ["link", "pipe", "", "."] {
        let run = judge(state);
        assert_eq!(run.stdout, "", "{state}: {run:?}");
        assert!([1, 2].contains(&run.code), "{state}: {run:?}");
    }
    assert_eq!(site.home.read("target"), "");
}

#[test]
fn a_rate_limit_holds_across_processes() {
    let site = Site::with_key(&["--rate", "3/1d"]);
    site.home.write("token", &site.token);
    let args = ["verify", "--bundle", "keys.kcb", "--trust", &site.trust, "--token-file", "token"];
    let args: Vec<&str> = args.into_iter().chain(["--state", "seen", "-o", "json", "-q"]).collect();
    let spawn = |_| {
        let mut command = site.home.command(args.iter().copied());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<_> = (0..12).map(spawn).collect();
    let runs = children.into_iter().map(|child| Run::of(&child.wait_with_output().unwrap()));
    let mut codes: Vec<_> = runs.map(|run| code(&run)).collect();
    codes.sort();
    let (limited, valid) = codes.split_at(9);
    assert!(limited.iter().all(|verdict| *verdict == is("RATE_LIMITED", 12)), "{codes:?}");
    assert!(valid.iter().all(|verdict| *verdict == is("VALID", 0)), "{codes:?}");
}

#[test]
fn only_requests_that_would_be_valid_are_counted() {
    let site = Site::with_key(&["--rate", "1/1d"]);
    let with = |flags: &[&str]| site.code(&[&STATE[..], flags].concat());
    for _ in 0..3 {
        assert_eq!(with(&["--project", "web"]), is("WRONG_PROJECT", 11));
    }
    assert_eq!(with(&[]), is("VALID", 0));
    assert_eq!(with(&[]), is("RATE_LIMITED", 12));
    assert_eq!(with(&["--project", "web"]), is("WRONG_PROJECT", 11), "and not both");
}

#[test]
fn the_vault_counts_with_a_state_too() {
    let home = Home::new();
    let create = ["create", "--project", "shop", "--name", "bot", "--scope", "read"];
    let token = home.ok(create.into_iter().chain(["--rate", "2/1d"]));
    let verify = || {
        let run = home.verify(&token, &["--state", "seen", "-o", "json"]);
        (code(&run), run.json()["bundle"].clone())
    };
    let codes = [verify(), verify(), verify()].map(|(code, bundle)| {
        assert!(bundle.is_null());
        code
    });
    assert_eq!(codes, [is("VALID", 0), is("VALID", 0), is("RATE_LIMITED", 12)]);
    // The bundle and the vault share the counter of a key.
    let site = Site::of(home, token);
    site.export(&[]);
    assert_eq!(judge(&site), is("RATE_LIMITED", 12));
    site.home.write("seen", "hello");
    let run = site.home.verify(&site.token, &["--state", "seen"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{run:?}");
}

#[test]
fn a_file_is_rewritten_with_a_name_that_is_not_utf8() {
    use std::os::unix::ffi::OsStrExt;
    let site = Site::new();
    let name = std::ffi::OsStr::from_bytes(b"seen-\xff");
    let mut command = site.home.command(["verify", "--bundle", "keys.kcb", "--trust", &site.trust]);
    command.arg("--state").arg(name);
    let run = crate::support::feed(command, site.token.as_bytes());
    assert_eq!(run.code, 0, "{run:?}");
    assert!(site.home.path().join(name).is_file());
}
