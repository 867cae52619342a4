//! `doctor`: what is wrong with the keys is an answer on stdout, and each finding comes with a
//! command that mends it.

use keyctl_vault::issue::Expiry;
use serde_json::Value;

use crate::past::{self, DAY};
use crate::support::{Home, Run};

/// The findings as `name: code`, in alphabetical order.
fn findings(home: &Home, flags: &[&str]) -> Vec<String> {
    let run = doctor(home, flags);
    let mut found: Vec<String> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|f| format!("{}: {}", f["name"].as_str().unwrap(), f["code"].as_str().unwrap()))
        .collect();
    assert_eq!(run.code, if found.is_empty() { 0 } else { 5 }, "{}", run.stderr);
    found.sort();
    found
}

fn doctor(home: &Home, flags: &[&str]) -> Run {
    home.run(["doctor", "-o", "jsonl"].into_iter().chain(flags.iter().copied()))
}

fn create(home: &Home, name: &str, flags: &[&str]) -> String {
    let args = ["create", "--project", "shop", "--name", name, "-q"];
    home.ok(args.into_iter().chain(flags.iter().copied()))
}

/// A key with nothing wrong.
fn sound(home: &Home, name: &str) {
    create(home, name, &["--scope", "read", "--expires", "90d"]);
}

/// A vault with everything that can be wrong with a key. Two were made by hand long ago.
fn ailing() -> Home {
    let home = Home::new();
    let after = |time: &str| Expiry::After(time.parse().unwrap());
    past::key(&home, "never-used", 40 * DAY, after("1y")).clear();
    let unused = past::key(&home, "unused", 120 * DAY, after("2y"));
    past::use_token(&home, &unused, 100 * DAY);
    let overdue = past::key(&home, "overdue", 70 * DAY + 3600, after("90d"));
    past::use_token(&home, &overdue, DAY);
    create(&home, "full", &["--scope", "*", "--expires", "90d"]);
    create(&home, "eternal", &["--scope", "read"]);
    create(&home, "short", &["--scope", "read", "--expires", "13d"]);
    create(&home, "idle", &["--expires", "90d"]);
    sound(&home, "turning");
    home.ok(["rotate", "turning", "--grace", "12h", "-q"]);
    sound(&home, "well");
    home
}

#[test]
fn findings_are_grouped_by_key_each_with_the_command_that_mends_it() {
    let home = ailing();
    insta::assert_snapshot!(home.run(["doctor"]).shown(&home), @"
    exit 5
    --- stdout
    turning ([id], project shop)
      grace_open: its token of generation 1 still works until [time]
        keyctl rotate [id] --finish

    idle ([id], project shop)
      empty_scopes: it has no scopes, so it can do nothing
        keyctl scope add [id] SCOPE

    short ([id], project shop)
      expiring_soon: it expires at [time] ([relative])
        keyctl edit [id] --expires 90d

    eternal ([id], project shop)
      never_expires: it never expires
        keyctl edit [id] --expires 90d

    full ([id], project shop)
      full_access: it can do everything
        keyctl scope set [id] SCOPE

    overdue ([id], project shop)
      rotation_overdue: its token was made 70 days ago and ends in 20 days
        keyctl rotate [id] --grace 24h

    unused ([id], project shop)
      unused: it was last used at [time] ([relative])
        keyctl disable [id]

    never-used ([id], project shop)
      never_used: it was never used since [time] ([relative])
        keyctl disable [id]
    --- stderr
    note: 8 findings on 8 of 9 keys: full_access 1, never_expires 1, grace_open 1, rotation_overdue 1, expiring_soon 1, unused 1, never_used 1, empty_scopes 1
    ");
}

#[test]
fn a_vault_without_findings_exits_0_and_says_so() {
    let home = Home::new();
    sound(&home, "well");
    insta::assert_snapshot!(home.run(["doctor"]).shown(&home), @"
    exit 0
    --- stderr
    Looked at 1 key: nothing is wrong.
    ");
    assert_eq!(home.run(["doctor", "-o", "json"]).stdout, "[]\n");
    assert_eq!(home.run(["doctor", "-o", "jsonl"]).stdout, "");
    let run = home.run(["doctor", "-o", "csv", "-q"]);
    assert_eq!(run.stdout, "id,name,project,code,message,command\n");
    assert_eq!(run.stderr, "");
    insta::assert_snapshot!(home.run(["doctor", "--project", "web"]).shown(&home), @"
    exit 0
    --- stderr
    note: no key fits
    ");
}

#[test]
fn every_format_has_the_same_fields() {
    let home = Home::new();
    create(&home, "=bot", &["--scope", "*"]);
    let flags = ["--check", "full_access"];
    let run = home.run(["doctor", "-o", "json", "--check", "full_access"]);
    insta::assert_snapshot!(run.shown(&home), @r#"
    exit 5
    --- stdout
    [
    {"id":"[id]","name":"=bot","project":"shop","code":"full_access","message":"it can do everything","command":"keyctl scope set [id] SCOPE"}
    ]
    --- stderr
    note: 1 finding on 1 of 1 key: full_access 1
    "#);
    let line = doctor(&home, &flags);
    assert_eq!(line.json(), run.json()[0]);
    let run = home.run(["doctor", "-o", "csv", "-q", "--check", "full_access"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 5
    --- stdout
    id,name,project,code,message,command
    [id],'=bot,shop,full_access,it can do everything,keyctl scope set [id] SCOPE
    ");
}

/// A finding is an answer: nothing on stderr could be taken for an error.
#[test]
fn a_finding_is_no_error() {
    let home = Home::new();
    create(&home, "bot", &["--scope", "read"]);
    let run = home.run(["doctor", "-o", "json"]);
    assert_eq!(run.code, 5);
    assert!(!run.stderr.contains("error"), "{}", run.stderr);
}

#[test]
fn what_is_looked_for_can_be_chosen() {
    let home = ailing();
    assert_eq!(
        findings(&home, &["--check", "unused,never_used"]),
        ["never-used: never_used", "unused: unused"]
    );
    let ignored = "full_access,never_expires,grace_open,rotation_overdue,expiring_soon,unused";
    assert_eq!(
        findings(&home, &["--ignore", ignored, "--ignore", "empty_scopes"]),
        ["never-used: never_used"]
    );
    assert_eq!(findings(&home, &["--check", "no_owner"]), [""; 0]);
    assert_eq!(findings(&home, &["--check", "unused", "--unused-for", "101d"]), [""; 0]);
    assert_eq!(findings(&home, &["--check", "never_used", "--unused-for", "41d"]).len(), 1);
    let run = doctor(&home, &["--check", "unusd"]);
    insta::assert_snapshot!(run.shown(&home), @r#"
    exit 2
    --- stderr
    {"error":{"code":"usage","message":"invalid value 'unusd' for '--check <CODE>' [possible values: full_access, no_owner, never_expires, grace_open, rotation_overdue, expiring_soon, unused, never_used, empty_scopes]","hint":"did you mean 'unused'?"}}
    "#);
    assert_eq!(doctor(&home, &["--check", "unused", "--ignore", "unused"]).code, 2);
    let everything = format!("{ignored},never_used,empty_scopes,no_owner");
    insta::assert_snapshot!(home.run(["doctor", "--ignore", &everything]).shown(&home), @"
    exit 2
    --- stderr
    error: --ignore leaves nothing to look for
    hint: say with --check what to look for
    ");
}

#[test]
fn which_keys_are_looked_at_can_be_chosen_and_defaults_do_not_choose() {
    let home = Home::new();
    create(&home, "a", &["--scope", "read", "--env", "production"]);
    create(&home, "b", &["--scope", "read", "--owner", "bob"]);
    create(&home, "hook", &["--scope", "read", "--kind", "webhook"]);
    home.ok(["create", "--project", "web", "--name", "c", "--scope", "read", "-q"]);
    let named = |flags: &[&str]| {
        let found = findings(&home, flags);
        found.iter().map(|f| f.split(':').next().unwrap()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(named(&[]), "a b c hook");
    assert_eq!(named(&["--project", "web"]), "c");
    assert_eq!(named(&["--env", "production"]), "a");
    assert_eq!(named(&["--owner", "bob"]), "b");
    assert_eq!(named(&["--kind", "webhook"]), "hook");
    let defaults = [("KEYCTL_PROJECT", "web"), ("KEYCTL_ENV", "staging")];
    let run = home.run_in(&defaults, ["doctor", "-o", "json"]);
    assert_eq!(run.json().as_array().unwrap().len(), 4);
}

#[test]
fn revoked_and_expired_keys_are_left_alone() {
    let home = Home::new();
    create(&home, "revoked", &["--scope", "*"]);
    home.ok(["revoke", "revoked", "--yes"]);
    past::key(&home, "expired", 40 * DAY, Expiry::After("30d".parse().unwrap())).clear();
    assert_eq!(findings(&home, &[]), [""; 0]);
}

#[test]
fn the_ceiling_of_the_owner_counts() {
    let home = Home::new();
    home.ok(["owner", "add", "ada", "--scope", "orders:*"]);
    home.ok(["owner", "add", "root"]);
    let check = ["--check", "full_access,no_owner"];
    assert_eq!(findings(&home, &check), ["personal root: full_access"]);
    let finding = doctor(&home, &check).json();
    assert_eq!(finding["command"], "keyctl owner edit --scope SCOPE root");
    create(&home, "stray", &["--scope", "read", "--expires", "90d", "--owner", "adda"]);
    assert_eq!(findings(&home, &check)[1], "stray: no_owner");
}

#[test]
fn an_owner_is_missed_only_where_owners_are_registered_or_have_to_be() {
    let home = Home::new();
    sound(&home, "bot");
    assert_eq!(findings(&home, &[]), [""; 0]);
    home.ok(["policy", "set", "--require-owner"]);
    assert_eq!(findings(&home, &[]), ["bot: no_owner"]);
    home.ok(["owner", "add", "tester"]);
    assert_eq!(findings(&home, &["--check", "no_owner"]), [""; 0]);
}

/// What a key of the vault was used for is in receipts beside it, until the next change.
#[test]
fn receipts_count_as_uses() {
    let home = Home::new();
    let token = past::key(&home, "bot", 40 * DAY, Expiry::After("1y".parse().unwrap()));
    assert_eq!(findings(&home, &[]), ["bot: never_used"]);
    assert_eq!(home.verify(&token, &["-q"]).code, 0);
    assert_eq!(findings(&home, &[]), [""; 0]);
}

/// Each command is run as it stands, with a scope where one is wanted.
#[test]
fn the_commands_mend() {
    let home = ailing();
    home.ok(["owner", "add", "tester", "-q"]);
    create(&home, "stray", &["--scope", "read", "--expires", "90d", "--owner=-it's $HOME"]);
    let run = doctor(&home, &[]);
    let commands: Vec<String> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|finding| finding["command"].as_str().unwrap().replace("SCOPE", "read"))
        .collect();
    let mended = home.script(&format!("set -eu\n{} >&2", commands.join(" >&2\n")));
    assert_eq!(mended.code, 0, "{}", mended.stderr);
    let rest = findings(&home, &["--ignore", "never_expires,grace_open"]);
    assert_eq!(rest, [""; 0], "{commands:?}");
}

#[test]
fn a_scope_that_is_still_to_be_said_changes_nothing() {
    let home = Home::new();
    create(&home, "full", &["--scope", "*", "--expires", "90d"]);
    let finding = doctor(&home, &[]).json();
    let run = home.script(finding["command"].as_str().unwrap());
    assert_eq!(run.code, 2, "{run:?}");
    assert_eq!(findings(&home, &[]), ["full: full_access"]);
}

#[test]
fn the_commands_keep_to_the_policy() {
    let home = Home::new();
    create(&home, "eternal", &["--scope", "read"]);
    past::key(&home, "overdue", 70 * DAY, Expiry::After("90d".parse().unwrap())).clear();
    home.ok(["policy", "set", "--max-lifetime", "30d", "--max-grace", "2h"]);
    let run = doctor(&home, &[]);
    assert!(run.stdout.contains(" --expires 30d\""), "{}", run.stdout);
    assert!(run.stdout.contains(" --grace 2h\""), "{}", run.stdout);
    home.ok(["policy", "set", "--default-lifetime", "7d"]);
    let run = doctor(&home, &["--check", "never_expires"]);
    assert!(run.stdout.contains(" --expires 7d\""), "{}", run.stdout);
}

#[test]
fn a_reader_that_went_away_does_not_make_it_well() {
    let home = Home::new();
    create(&home, "bot", &["--scope", "read"]);
    for format in ["table", "json", "csv"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = home.command(["doctor", "-q", "-o", format]);
        command.stdout(writer);
        let run = Run::after(command);
        assert_eq!((run.code, run.stderr.as_str()), (5, ""), "{format}");
    }
    let run = home.script("keyctl doctor -q >/dev/full");
    assert_eq!(run.code, 1, "{run:?}");
}

#[test]
fn a_viewer_may_look() {
    let home = Home::new();
    create(&home, "bot", &["--scope", "read"]);
    home.add_slot("ro", "viewer", "viewer pass words");
    let run = home.run_in(&[("KEYCTL_PASSPHRASE", "viewer pass words")], ["doctor", "-q"]);
    assert_eq!(run.code, 5, "{}", run.stderr);
}
