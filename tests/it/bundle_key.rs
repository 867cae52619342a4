//! `bundle key show` and `bundle key rotate`: the key to trust, and how it changes hands.

use crate::bundle_site::{Site, without_passphrase};
use crate::support::Home;

#[test]
fn piped_it_is_alone_on_stdout() {
    let home = Home::new();
    insta::assert_snapshot!(home.run(["bundle", "key", "show"]).shown(&home), @"
    exit 0
    --- stdout
    [public-key]
    ");
    let json = home.run(["bundle", "key", "show", "-o", "json"]);
    insta::assert_snapshot!(json.shown(&home), @r#"
    exit 0
    --- stdout
    [
    {"public_key":"[public-key]","since":"[time]","until":null}
    ]
    "#);
    insta::assert_snapshot!(home.run(["bundle", "key", "show", "-o", "csv"]).shown(&home), @"
    exit 0
    --- stdout
    public_key,since,until
    [public-key],[time],
    ");
    // A configured format never changes what a script pipes.
    let configured = home.run_in(&[("KEYCTL_OUTPUT", "json")], ["bundle", "key", "show"]);
    assert_eq!(configured.stdout, format!("{}\n", home.ok(["bundle", "key", "show"])));
    assert_eq!(json.json()[0]["public_key"], home.ok(["bundle", "key", "show"]));
}

#[test]
fn the_same_key_in_pem_is_read_back() {
    let site = Site::new();
    let pem = site.home.ok(["bundle", "key", "show", "--pem"]);
    let lines: Vec<&str> = pem.lines().collect();
    assert_eq!(lines.len(), 3);
    assert_eq!((lines[0], lines[2]), ("-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----"));
    assert!(lines[1].starts_with("MCowBQYDK2VwAyEA"), "{pem}");
    site.home.write("bundle.pem", format!("{pem}\n"));
    let flags = ["--bundle", "keys.kcb", "--trust-file", "bundle.pem", "-o", "json"];
    let run = without_passphrase(&site.home, &flags, site.token.as_bytes());
    assert_eq!((run.code, &run.json()["bundle"]["signer"]), (0, &site.trust.clone().into()));
    let both = site.home.run(["bundle", "key", "show", "--pem", "-o", "json"]);
    assert_eq!(both.code, 2);
}

#[test]
fn openssl_reads_the_pem() {
    if !crate::support::tool("openssl") {
        return crate::support::skip("there is no openssl");
    }
    let site = Site::new();
    site.home.write("k.pem", site.home.ok(["bundle", "key", "show", "--pem"]) + "\n");
    let run = site.home.script("openssl pkey -pubin -in k.pem -noout -text");
    let hex: String = run.stdout.lines().skip(2).flat_map(|line| line.trim().chars()).collect();
    let hex = hex.replace(':', "");
    assert!(site.trust.starts_with(&format!("kcpub_{hex}")), "{run:?}");
}

#[test]
fn every_role_may_see_it_and_only_an_admin_may_change_it() {
    let home = Home::new();
    home.add_slot("watch", "viewer", "a viewer passphrase");
    home.add_slot("nightly", "exporter", "an exporter passphrase");
    let key = home.ok(["bundle", "key", "show"]);
    for passphrase in ["a viewer passphrase", "an exporter passphrase"] {
        let by = [("KEYCTL_PASSPHRASE", passphrase)];
        assert_eq!(home.run_in(&by, ["bundle", "key", "show"]).stdout, format!("{key}\n"));
        let run = home.run_in(&by, ["bundle", "key", "rotate"]);
        assert_eq!((run.code, run.stdout.as_str()), (5, ""), "{run:?}");
    }
    let by = [("KEYCTL_PASSPHRASE", "an exporter passphrase")];
    insta::assert_snapshot!(home.run_in(&by, ["bundle", "key", "rotate"]).shown(&home), @"
    exit 5
    --- stderr
    error: vault '[home]/data/keyctl/vault.db': this needs the role admin; the slot 'nightly' has the role exporter
    hint: unlock with a slot of that role
    ");
    assert_eq!(home.ok(["bundle", "key", "show"]), key);
}

#[test]
fn a_rotation_says_both_keys_and_until_when() {
    let home = Home::new();
    let first = home.ok(["bundle", "key", "show"]);
    let run = home.run(["bundle", "key", "rotate", "-o", "json"]);
    insta::assert_snapshot!(run.shown(&home), @r#"
    exit 0
    --- stdout
    {"public_key":"[public-key]","previous":"[public-key]","previous_until":"[time]","changed":true}
    --- stderr
    bundles are signed by [public-key] too, until [time]: let every verifier trust the new key by then
    "#);
    let rotated = run.json();
    assert_eq!(rotated["previous"], first.as_str());
    assert_ne!(rotated["public_key"], first.as_str());
    let keys = home.ok(["bundle", "key", "show"]);
    let expected = format!("{}\n{first}", rotated["public_key"].as_str().unwrap());
    assert_eq!(keys, expected, "the newest first, one a line");
    insta::assert_snapshot!(home.run(["bundle", "key", "rotate"]).shown(&home), @"
    exit 0
    --- stdout
    public key  [public-key]
    previous    [public-key] until [time]
    --- stderr
    bundles are signed by [public-key] too, until [time]: let every verifier trust the new key by then
    ");
    insta::assert_snapshot!(home.run(["bundle", "key", "rotate", "--overlap", "0"]).shown(&home), @"
    exit 0
    --- stdout
    public key  [public-key]
    --- stderr
    bundles made from now on are signed by the new key alone
    ");
    insta::assert_snapshot!(home.run(["bundle", "key", "rotate", "--overlap", "0", "-o", "json"]).shown(&home), @r#"
    exit 0
    --- stdout
    {"public_key":"[public-key]","previous":null,"previous_until":null,"changed":true}
    --- stderr
    bundles made from now on are signed by the new key alone
    "#);
    assert_eq!(home.ok(["bundle", "key", "show"]).lines().count(), 1);
    insta::assert_snapshot!(home.run(["bundle", "key", "rotate", "--overlap", "never"]).shown(&home), @"
    exit 2
    --- stderr
    error: --overlap <DURATION>: 'never' is not a duration like 12h, 45d or 18mo
    hint: 'keyctl bundle key rotate --help' says what each flag takes
    ");
}

#[test]
fn a_rotation_is_in_the_audit_log() {
    let home = Home::new();
    home.ok(["bundle", "key", "rotate"]);
    let log = home.json(["audit"]);
    let entry = log.as_array().unwrap().iter().find(|e| e.to_string().contains("bundle_key"));
    let entry = entry.unwrap().to_string();
    let keys = home.ok(["bundle", "key", "show"]);
    assert!(keys.lines().all(|key| entry.contains(key)), "{entry}");
}

#[test]
fn during_the_overlap_both_keys_are_believed_and_afterwards_the_new_one() {
    let site = Site::new();
    let old = &site.trust;
    let rotated = site.home.json(["bundle", "key", "rotate", "--overlap", "1d"]);
    let new = rotated["public_key"].as_str().unwrap();
    let judge = |trust: &str| {
        let flags = ["--bundle", "keys.kcb", "--trust", trust, "-o", "json"];
        let run = without_passphrase(&site.home, &flags, site.token.as_bytes());
        (run.code, run.json()["bundle"]["signer"].clone())
    };
    assert_eq!(judge(new).0, 13, "the bundle from before the rotation");
    assert_eq!(judge(old), (0, old.as_str().into()));
    site.export(&[]);
    assert_eq!(judge(new), (0, new.into()));
    assert_eq!(judge(old), (0, old.as_str().into()));
    // Whoever trusts both is told the first signature, that of the new key.
    assert_eq!(judge(&format!("{old},{new}")), (0, new.into()));
    let shown = site.home.ok(["bundle", "key", "show"]);
    assert_eq!(shown.lines().count(), 2);
    assert_eq!(judge(&shown), (0, new.into()), "as --trust \"$(keyctl bundle key show)\" has it");
    site.home.ok(["bundle", "key", "rotate", "--overlap", "0"]);
    site.export(&[]);
    assert_eq!((judge(old).0, judge(new).0), (13, 13));
}
