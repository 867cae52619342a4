//! `bundle export`: what it says, what it refuses, and what is then at the path.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use rusqlite::Connection;

use crate::bundle_site::Site;
use crate::past::{self, DAY};
use crate::support::Home;
use keyctl_vault::issue::Expiry;

#[test]
fn what_was_made_is_said_to_people_and_to_scripts() {
    let home = Home::new();
    home.token("bot");
    insta::assert_snapshot!(home.run(["bundle", "export", "keys.kcb"]).shown(&home), @"
    exit 0
    --- stdout
    bundle       keys.kcb
    tokens       1
    left out     0 that ended too long ago
    bytes        8192
    stream       [hex]
    serial       [serial]
    valid until  [time] ([relative])
    signed by    [public-key]
    --- stderr
    note: a revocation reaches verifiers with the next bundle, at the latest in 24h
    ");
    insta::assert_snapshot!(home.run(["bundle", "export", "keys.kcb", "-o", "json"]).shown(&home), @r#"
    exit 0
    --- stdout
    {"file":"keys.kcb","stream":"[hex]","serial":[serial],"issued_at":"[time]","valid_until":"[time]","entries":1,"left_out":0,"pages":2,"bytes":8192,"signers":["[public-key]"]}
    --- stderr
    note: a revocation reaches verifiers with the next bundle, at the latest in 24h
    "#);
    insta::assert_snapshot!(home.run(["bundle", "export", "keys.kcb", "-o", "csv", "-q"]).shown(&home), @"
    exit 0
    --- stdout
    file,stream,serial,issued_at,valid_until,entries,left_out,pages,bytes,signers
    keys.kcb,[hex],[serial],[time],[time],1,0,2,8192,[public-key]
    ");
}

#[test]
fn numbers_in_json_are_numbers_that_fit_each_other_and_the_file() {
    let home = Home::new();
    for n in 0..3 {
        home.token(&format!("k{n}"));
    }
    let made = home.json(["bundle", "export", "keys.kcb", "--valid-for", "90m"]);
    let size = fs::metadata(home.file("keys.kcb")).unwrap().len();
    assert_eq!(made["bytes"].as_u64(), Some(size));
    assert_eq!(made["pages"].as_u64(), Some(size / 4096));
    assert_eq!((&made["entries"], &made["left_out"]), (&3.into(), &0.into()));
    assert!(made["serial"].as_u64().unwrap() > 1_700_000_000_000);
    let seen = home.json(["bundle", "inspect", "keys.kcb"]);
    for field in ["stream", "serial", "issued_at", "valid_until", "entries", "pages"] {
        assert_eq!(made[field], seen[field], "{field}");
    }
}

#[test]
fn an_empty_bundle_is_worth_a_warning() {
    let home = Home::new();
    insta::assert_snapshot!(home.run(["bundle", "export", "keys.kcb", "-q"]).shown(&home), @"
    exit 0
    --- stdout
    bundle       keys.kcb
    tokens       0
    left out     0 that ended too long ago
    bytes        4096
    stream       [hex]
    serial       [serial]
    valid until  [time] ([relative])
    signed by    [public-key]
    --- stderr
    warning: the bundle is empty: every token will be UNKNOWN
    ");
    home.token("bot");
    let elsewhere = ["bundle", "export", "web.kcb", "--project", "web", "-q", "-o", "json"];
    let run = home.run(elsewhere);
    assert_eq!(run.json()["entries"], 0);
    assert!(run.stderr.contains("empty"), "{run:?}");
}

#[test]
fn only_the_keys_that_are_asked_for_are_in_it_and_defaults_choose_none() {
    let home = Home::new();
    for (project, env) in
        [("shop", "production"), ("shop", "staging"), ("web", "production"), ("web", "staging")]
    {
        home.ok(["create", "--project", project, "--env", env, "--scope", "read"]);
    }
    let entries = |file: &str, flags: &[&str]| {
        let args = ["bundle", "export", file].into_iter().chain(flags.iter().copied());
        home.json(args)["entries"].as_u64().unwrap()
    };
    assert_eq!(entries("a", &[]), 4);
    assert_eq!(entries("b", &["--project", "shop"]), 2);
    assert_eq!(entries("c", &["--env", "production"]), 2);
    assert_eq!(entries("d", &["--project", "shop", "--env", "production"]), 1);
    let variables = [("KEYCTL_PROJECT", "shop"), ("KEYCTL_ENV", "staging")];
    let run = home.run_in(&variables, ["bundle", "export", "e", "-o", "json"]);
    assert_eq!(run.json()["entries"], 4, "defaults apply to create and list");
}

#[test]
fn tokens_that_ended_long_ago_are_left_out_and_counted() {
    let home = Home::new();
    past::key(&home, "long ago", 60 * DAY, Expiry::After("5d".parse().unwrap()));
    past::key(&home, "lately", 60 * DAY, Expiry::After("40d".parse().unwrap()));
    past::rotated_key(&home, "rotated", 60 * DAY, 50 * DAY, None);
    let counts = |flags: &[&str]| {
        let made = home.json(["bundle", "export", "keys.kcb"].iter().chain(flags).copied());
        (made["entries"].as_u64().unwrap(), made["left_out"].as_u64().unwrap())
    };
    assert_eq!(counts(&[]), (2, 2));
    assert_eq!(counts(&["--keep-ended", "52d"]), (3, 1));
    assert_eq!(counts(&["--keep-ended", "0"]), (1, 3));
    assert_eq!(counts(&["--keep-ended", "1y"]), (4, 0));
    let shown = home.run(["bundle", "export", "keys.kcb", "-q"]);
    assert!(shown.stdout.contains("left out     2 that ended too long ago"), "{shown:?}");
}

#[test]
fn what_lies_in_the_way_is_refused_and_stays() {
    let site = Site::new();
    let home = &site.home;
    home.write("notes.txt", "my notes");
    fs::create_dir(home.file("folder")).unwrap();
    symlink("keys.kcb", home.file("link")).unwrap();
    let other = Site::new();
    fs::copy(other.home.file("keys.kcb"), home.file("theirs.kcb")).unwrap();
    let before = crate::bundle_site::tree(home.path());
    let shown =
        |args: &[&str]| home.run(["bundle", "export"].iter().chain(args).copied()).shown(home);
    insta::assert_snapshot!(shown(&["notes.txt"]), @"
    exit 5
    --- stderr
    error: '[home]/notes.txt' is not a bundle
    hint: choose another file; a bundle replaces only an older one of the same vault, projects and environments
    ");
    insta::assert_snapshot!(shown(&["folder"]), @"
    exit 5
    --- stderr
    error: '[home]/folder' is not a plain file
    hint: choose another file; a bundle replaces only an older one of the same vault, projects and environments
    ");
    insta::assert_snapshot!(shown(&["link"]), @"
    exit 5
    --- stderr
    error: '[home]/link' is not a plain file
    hint: choose another file; a bundle replaces only an older one of the same vault, projects and environments
    ");
    insta::assert_snapshot!(shown(&["theirs.kcb"]), @"
    exit 5
    --- stderr
    error: '[home]/theirs.kcb' is a bundle of another vault
    hint: choose another file; a bundle replaces only an older one of the same vault, projects and environments
    ");
    insta::assert_snapshot!(shown(&["keys.kcb", "--project", "shop"]), @"
    exit 5
    --- stderr
    error: '[home]/keys.kcb' is a bundle of other projects or environments
    hint: choose another file; a bundle replaces only an older one of the same vault, projects and environments
    ");
    insta::assert_snapshot!(shown(&["data/keyctl/vault.db"]), @"
    exit 5
    --- stderr
    error: '[home]/data/keyctl/vault.db' is not a bundle
    hint: choose another file; a bundle replaces only an older one of the same vault, projects and environments
    ");
    insta::assert_snapshot!(shown(&["notes.txt", "-o", "json"]), @r#"
    exit 5
    --- stderr
    {"error":{"code":"refused","message":"'[home]/notes.txt' is not a bundle","hint":"choose another file; a bundle replaces only an older one of the same vault, projects and environments"}}
    "#);
    let mut after = crate::bundle_site::tree(home.path());
    let mut before = before;
    // Receipts, pins and notes of the vault may be touched, but nothing that was in the way.
    for tree in [&mut before, &mut after] {
        tree.retain(|path, _| !path.starts_with(home.state()));
    }
    assert_eq!(after, before);
}

#[test]
fn a_folder_that_does_not_exist_is_named() {
    let home = Home::new();
    let run = home.run(["bundle", "export", "nowhere/keys.kcb"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.contains("nowhere"), "{run:?}");
    assert!(!run.stderr.contains("vault") && !run.stderr.contains("init"), "{run:?}");
}

#[test]
fn lengths_of_time_that_are_none() {
    let home = Home::new();
    let shown = |args: &[&str]| {
        home.run(["bundle", "export", "keys.kcb"].iter().chain(args).copied()).shown(&home)
    };
    insta::assert_snapshot!(shown(&["--valid-for", "2y"]), @"
    exit 2
    --- stderr
    error: --valid-for: '2y' is more than 1y
    hint: a revocation can go unnoticed for that long; 24h is usual
    ");
    insta::assert_snapshot!(shown(&["--valid-for", "0s"]), @"
    exit 2
    --- stderr
    error: --valid-for <DURATION>: '0s' is no time at all
    hint: 'keyctl bundle export --help' says what each flag takes
    ");
    insta::assert_snapshot!(shown(&["--keep-ended", "soon"]), @"
    exit 2
    --- stderr
    error: --keep-ended <DURATION>: 'soon' is not a duration like 12h, 45d or 18mo
    hint: 'keyctl bundle export --help' says what each flag takes
    ");
    insta::assert_snapshot!(shown(&["--env", "qa"]), @"
    exit 2
    --- stderr
    error: --env <ENV>: 'qa' is not production, staging or development
    hint: 'keyctl bundle export --help' says what each flag takes
    ");
    assert!(!home.file("keys.kcb").exists());
    for longest in ["1y", "366d", "12mo"] {
        let run = home.run(["bundle", "export", "keys.kcb", "--valid-for", longest, "-q"]);
        assert_eq!(run.code, 0, "{run:?}");
    }
}

#[test]
fn a_viewer_may_not_export_and_an_exporter_may() {
    let home = Home::new();
    home.token("bot");
    home.add_slot("watch", "viewer", "a viewer passphrase");
    home.add_slot("nightly", "exporter", "an exporter passphrase");
    let vault = fs::read(home.vault()).unwrap();
    let by = |passphrase: &str| {
        home.run_in(&[("KEYCTL_PASSPHRASE", passphrase)], ["bundle", "export", "keys.kcb", "-q"])
    };
    insta::assert_snapshot!(by("a viewer passphrase").shown(&home), @"
    exit 5
    --- stderr
    error: vault '[home]/data/keyctl/vault.db': this needs the role exporter or admin; the slot 'watch' has the role viewer
    hint: unlock with a slot of that role
    ");
    assert!(!home.file("keys.kcb").exists());
    assert_eq!(by("an exporter passphrase").code, 0);
    assert_eq!(by("no passphrase of this vault").code, 4);
    assert_eq!(fs::read(home.vault()).unwrap(), vault);
    let mode = fs::metadata(home.file("keys.kcb")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o644);
}

#[test]
fn a_key_file_of_an_exporter_is_enough_for_a_nightly_job() {
    let home = Home::new();
    home.token("bot");
    let slot = ["vault", "slot", "add", "nightly", "--role", "exporter", "--kind", "keyfile"];
    home.ok(slot.into_iter().chain(["--new-keyfile", "exporter.key"]));
    let none = [("KEYCTL_PASSPHRASE", "")];
    let export = ["bundle", "export", "keys.kcb", "--keyfile", "exporter.key", "--quiet"];
    let run = home.run_in(&none, export);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    assert_eq!(home.run_in(&none, ["bundle", "export", "keys.kcb"]).code, 4);
    // Nobody reads what was made; made it is.
    let before = fs::read(home.file("keys.kcb")).unwrap();
    assert_eq!(home.script("keyctl bundle export keys.kcb >&-").code, 0);
    assert_ne!(fs::read(home.file("keys.kcb")).unwrap(), before);
}

#[test]
fn a_damaged_vault_makes_no_bundle_and_the_old_one_stays() {
    let site = Site::new();
    let home = &site.home;
    let old = fs::read(home.file("keys.kcb")).unwrap();
    let db = Connection::open(home.vault()).unwrap();
    db.execute("UPDATE audit SET d = zeroblob(length(d))", ()).unwrap();
    drop(db);
    let run = home.run(["bundle", "export", "keys.kcb"]);
    assert_eq!((run.code, run.stdout.as_str()), (7, ""), "{run:?}");
    assert_eq!(fs::read(home.file("keys.kcb")).unwrap(), old);
    assert_eq!(site.code(&[]), ("VALID".to_owned(), 0), "verifiers go on with the old one");
}

#[test]
fn a_clock_that_is_behind_the_last_bundle_is_an_error() {
    let site = Site::new();
    let home = &site.home;
    site.export_in_the_past("ahead.kcb", -120, |_| ());
    let before = fs::read(home.file("ahead.kcb")).unwrap();
    insta::assert_snapshot!(home.run(["bundle", "export", "ahead.kcb"]).shown(home), @"
    exit 1
    --- stderr
    error: this machine's clock says [time], which is not after the last bundle of [time], of which '[home]/ahead.kcb' tells
    hint: set the clock; if it is right now and was ahead once, remove that file: verifiers that have seen the larger serial must forget it too
    ");
    assert_eq!(fs::read(home.file("ahead.kcb")).unwrap(), before);
}

#[test]
fn a_vault_from_before_there_were_bundles_says_what_to_do() {
    let home = Home::empty();
    let folder = home.vault().parent().unwrap().to_owned();
    fs::create_dir_all(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    let fixture = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/vault-v1");
    fs::copy(fixture.join("vault.db"), home.vault()).unwrap();
    fs::set_permissions(home.vault(), fs::Permissions::from_mode(0o600)).unwrap();
    let run = |args: &[&str]| {
        let passphrase = [("KEYCTL_PASSPHRASE", "a passphrase that is no secret")];
        home.run_in(&passphrase, args.iter().copied())
    };
    assert_eq!(run(&["list", "-q"]).code, 0);
    insta::assert_snapshot!(run(&["bundle", "export", "keys.kcb"]).shown(&home), @"
    exit 5
    --- stderr
    error: vault '[home]/data/keyctl/vault.db': no bundle key has been made yet
    hint: let an administrator run 'keyctl bundle key rotate'
    ");
    insta::assert_snapshot!(run(&["bundle", "key", "show"]).shown(&home), @"
    exit 5
    --- stderr
    error: vault '[home]/data/keyctl/vault.db': no bundle key has been made yet
    hint: let an administrator run 'keyctl bundle key rotate'
    ");
    insta::assert_snapshot!(run(&["bundle", "key", "rotate", "-o", "json"]).shown(&home), @r#"
    exit 0
    --- stdout
    {"public_key":"[public-key]","previous":null,"previous_until":null,"changed":true}
    --- stderr
    bundles made from now on are signed by the new key alone
    "#);
    assert_eq!(run(&["bundle", "export", "keys.kcb", "-q"]).code, 0);
}
