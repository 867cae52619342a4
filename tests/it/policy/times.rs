//! How long keys may live and old tokens may go on: the defaults and the largest of the policy.

use serde_json::json;

use super::{code, create, days, must_create, refused, set, with};
use crate::support::Home;

#[test]
fn a_default_longer_than_the_maximum_is_refused_from_either_side() {
    let home = with(&["--max-lifetime", "30d"]);
    insta::assert_snapshot!(home.run(["policy", "set", "--default-lifetime", "60d"]).shown(&home), @"
    exit 2
    --- stderr
    error: a default lifetime of 60d is more than the largest of 30d
    hint: give both: --default-lifetime and --max-lifetime
    ");
    set(&home, &["--default-lifetime", "30d"]);
    assert_eq!(home.run(["policy", "set", "--max-lifetime", "29d"]).code, 2);
    assert_eq!(home.json(["policy", "show"])["max_lifetime"], "30d");
    let both = set(&home, &["--max-lifetime", "12h", "--default-lifetime", "1h"]);
    assert_eq!(both["changed"], true);
    must_create(&home, "bot", &[]);
    assert_eq!(days(&home, "bot"), Some(0));
}

#[test]
fn the_default_lifetime_is_the_flags_then_the_environments_then_the_files_then_the_policys() {
    let home = with(&["--default-lifetime", "30d"]);
    let args = |name| ["create", "--project", "shop", "--scope", "read", "--name", name];
    home.ok(args("policy"));
    home.ok(args("flag").into_iter().chain(["--expires", "10d"]));
    home.ok(args("never").into_iter().chain(["--expires", "never"]));
    let run = home.run_in(&[("KEYCTL_EXPIRES", "20d")], args("environment"));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let both = args("both").into_iter().chain(["--expires", "10d"]);
    assert_eq!(home.run_in(&[("KEYCTL_EXPIRES", "20d")], both).code, 0);
    assert_eq!(home.run_in(&[("KEYCTL_EXPIRES", "never")], args("env never")).code, 0);
    std::fs::create_dir_all(home.file("config/keyctl")).unwrap();
    home.write("config/keyctl/config.toml", "expires = \"25d\"\n");
    home.ok(args("file"));
    for (name, wanted) in [
        ("policy", Some(30)),
        ("flag", Some(10)),
        ("never", None),
        ("environment", Some(20)),
        ("both", Some(10)),
        ("env never", None),
        ("file", Some(25)),
    ] {
        assert_eq!(days(&home, name), wanted, "{name}");
    }
}

#[test]
fn a_default_lifetime_starts_anew_at_a_rotation() {
    let home = with(&["--default-lifetime", "30d"]);
    crate::past::key(&home, "bot", 20 * crate::past::DAY, keyctl_vault::issue::Expiry::Default);
    assert_eq!(days(&home, "bot"), Some(30));
    home.ok(["rotate", "bot"]);
    assert_eq!(days(&home, "bot"), Some(50));
}

#[test]
fn the_largest_lifetime_bounds_new_keys() {
    let home = with(&["--max-lifetime", "90d"]);
    insta::assert_snapshot!(create(&home, "bot", &[]).shown(&home), @"
    exit 5
    --- stderr
    error: the policy allows a lifetime of at most 90d
    hint: use --expires 90d or less; before a rotation: keyctl edit KEY --expires 90d
    ");
    insta::assert_snapshot!(create(&home, "bot", &["--expires", "91d"]).shown(&home), @"
    exit 5
    --- stderr
    error: the policy allows a lifetime of at most 90d
    hint: use --expires 90d or less; before a rotation: keyctl edit KEY --expires 90d
    ");
    let why = "at most 90d";
    refused(&create(&home, "bot", &["--expires", "never"]), why);
    refused(&create(&home, "bot", &["--expires", "2099-01-01"]), why);
    let args = ["create", "--project", "shop", "--name", "bot"];
    refused(&home.run_in(&[("KEYCTL_EXPIRES", "1y")], args), why);
    assert_eq!(home.json(["list"]), json!([]));
    must_create(&home, "exact", &["--expires", "90d"]);
    must_create(&home, "less", &["--expires", "1h"]);
}

#[test]
fn the_largest_lifetime_bites_when_an_expiry_is_edited_and_at_a_rotation() {
    let home = Home::new();
    let never = must_create(&home, "never", &[]);
    let far = must_create(&home, "far", &["--expires", "2099-01-01"]);
    let long = must_create(&home, "long", &["--expires", "2y"]);
    set(&home, &["--max-lifetime", "90d"]);
    for (name, token) in [("never", &never), ("far", &far), ("long", &long)] {
        assert_eq!(code(&home, token), "VALID", "{name} goes on");
        // What is not about the expiry is left alone.
        home.ok(["edit", name, "--note", "runs in CI"]);
        home.ok(["scope", "add", name, "write"]);
        home.ok(["disable", name, "--yes"]);
        home.ok(["enable", name, "--yes"]);
        for expires in ["91d", "never", "2099-01-01"] {
            refused(&home.run(["edit", name, "--expires", expires]), "at most 90d");
        }
        refused(&home.run(["rotate", name]), "at most 90d");
        refused(&home.run(["rotate", name, "--grace", "1h"]), "at most 90d");
        assert_eq!(code(&home, token), "VALID", "{name} after all refusals");
        home.ok(["edit", name, "--expires", "90d"]);
        let token = home.ok(["rotate", name]);
        assert_eq!(code(&home, &token), "VALID", "{name} within the limit");
    }
}

#[test]
fn a_refused_rotation_says_how_to_go_on() {
    let home = Home::new();
    home.token("bot");
    set(&home, &["--max-lifetime", "90d"]);
    insta::assert_snapshot!(home.run(["rotate", "bot"]).shown(&home), @"
    exit 5
    --- stderr
    error: the policy allows a lifetime of at most 90d
    hint: use --expires 90d or less; before a rotation: keyctl edit KEY --expires 90d
    ");
    set(&home, &["--max-lifetime", "none", "--require-expiry"]);
    insta::assert_snapshot!(home.run(["rotate", "bot"]).shown(&home), @"
    exit 5
    --- stderr
    error: the policy wants every key to expire
    hint: add --expires 90d, for example; before a rotation: keyctl edit KEY --expires 90d
    ");
}

#[test]
fn required_expiry_is_asked_of_new_keys_edits_and_rotations() {
    let home = Home::new();
    let old = home.token("old");
    set(&home, &["--require-expiry"]);
    insta::assert_snapshot!(create(&home, "bot", &[]).shown(&home), @"
    exit 5
    --- stderr
    error: the policy wants every key to expire
    hint: add --expires 90d, for example; before a rotation: keyctl edit KEY --expires 90d
    ");
    refused(&create(&home, "bot", &["--expires", "never"]), "every key to expire");
    must_create(&home, "bot", &["--expires", "99y"]);
    refused(&home.run(["edit", "bot", "--expires", "never"]), "every key to expire");
    home.ok(["rotate", "bot"]);
    assert_eq!(code(&home, &old), "VALID");
    home.ok(["edit", "old", "--note", "from before"]);
    refused(&home.run(["rotate", "old"]), "every key to expire");
    set(&home, &["--default-lifetime", "30d"]);
    must_create(&home, "by default", &[]);
    assert_eq!(days(&home, "by default"), Some(30));
}

#[test]
fn the_longest_grace_is_the_policys() {
    let home = Home::new();
    home.token("bot");
    refused(&home.run(["rotate", "bot", "--grace", "8d"]), "longer than the 7d");
    set(&home, &["--max-grace", "2h"]);
    insta::assert_snapshot!(home.run(["rotate", "bot", "--grace", "3h"]).shown(&home), @"
    exit 5
    --- stderr
    error: a grace of 3h is longer than the 2h that are allowed
    hint: use --grace 2h or less
    ");
    home.ok(["rotate", "bot", "--grace", "120m"]);
    set(&home, &["--max-grace", "30d"]);
    home.ok(["rotate", "bot", "--grace", "30d"]);
    let in_grace = home.json(["show", "bot"])["generations"][1]["valid_until"].clone();
    set(&home, &["--max-grace", "1m"]);
    assert_eq!(home.json(["show", "bot"])["generations"][1]["valid_until"], in_grace);
    home.ok(["rotate", "bot", "--cancel"]);
}

#[test]
fn keys_that_end_too_late_for_a_new_policy_are_counted() {
    let home = Home::new();
    for (name, expires) in [("a", "never"), ("b", "90d"), ("c", "7d")] {
        home.ok(["create", "--project", "p", "--name", name, "--expires", expires]);
    }
    let said = |flags: &[&str]| {
        let run = home.run(["policy", "set"].into_iter().chain(flags.iter().copied()));
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stderr
    };
    assert!(
        said(&["--require-expiry"]).contains("1 key ends later than the policy allows, or never")
    );
    assert!(said(&["--max-lifetime", "30d"]).contains("2 keys end later"));
    assert_eq!(said(&["--max-lifetime", "30d"]), "", "nothing changed");
    assert_eq!(said(&["--max-lifetime", "none", "--require-expiry", "no"]), "");
}
