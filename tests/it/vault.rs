//! `vault`: what the file is, and who can open it as what.

use crate::support::Home;

const OTHER: &str = "viewer pass words";

/// The exit code of a command with that passphrase.
fn code(home: &Home, passphrase: &str, args: &[&str]) -> i32 {
    home.run_in(&[("KEYCTL_PASSPHRASE", passphrase)], args.iter().copied()).code
}

#[test]
fn info_says_what_the_vault_is_and_what_opened_it() {
    let home = Home::new();
    insta::assert_snapshot!(home.run(["vault", "info"]).shown(&home), @"
    exit 0
    --- stdout
    vault         [home]/data/keyctl/vault.db
    vault key     [vault-key]
    generation    1
    keys          0
    token prefix  kc
    new slots     Argon2id, memory 19 MiB, passes 1, lanes 4
    unlocked by   main (admin)
    slots         main (passphrase, admin)
    this login    locked
    ");
    let mut info = home.run(["vault", "info", "-o", "json"]);
    let id = info.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(id.len(), 32);
    info.stdout = info.stdout.replace(&id, "[vault-id]");
    insta::assert_snapshot!(info.shown(&home), @r#"
    exit 0
    --- stdout
    {"vault":"[home]/data/keyctl/vault.db","id":"[vault-id]","vault_key":"[vault-key]","format":1,"generation":1,"keys":0,"token_prefix":"kc","kdf":{"memory_mib":19,"passes":1,"lanes":4},"slot":"main","role":"admin","slots":[{"name":"main","kind":"passphrase","role":"admin","kdf":{"memory_mib":19,"passes":1,"lanes":4},"recipient":null}],"session":null}
    "#);
}

#[test]
fn check_reads_everything() {
    let home = Home::new();
    home.token("bot");
    // Where records live is random: two may share a page, or a node.
    let run = home.run(["vault", "check"]);
    let random = |line: &&str| line.starts_with("pages") || line.starts_with("nodes");
    let stable: Vec<&str> = run.stdout.lines().filter(|line| !random(line)).collect();
    assert_eq!(run.code, 0, "{}", run.stderr);
    insta::assert_snapshot!(stable.join("\n"), @"
    vault          everything is as it should be
    generation     2
    slots          1
    keys           1
    audit entries  2
    ");
    let check = home.json(["vault", "check"]);
    for count in ["pages", "nodes"] {
        assert!((3..=4).contains(&check[count].as_u64().unwrap()), "{check}");
    }
    assert_eq!(home.json(["vault", "check"])["ok"], true);
}

#[test]
fn a_viewer_reads_and_an_exporter_reads_and_neither_changes() {
    let home = Home::new();
    home.token("bot");
    for role in ["viewer", "exporter"] {
        home.add_slot(role, role, &format!("{role} pass words"));
        let passphrase = format!("{role} pass words");
        for args in [&["list"][..], &["show", "bot"], &["audit"], &["vault", "check"]] {
            assert_eq!(code(&home, &passphrase, args), 0, "{role} {args:?}");
        }
        for args in [
            &["create", "--project", "shop", "--scope", "x"][..],
            &["edit", "bot", "--note", "x"],
            &["scope", "add", "bot", "x"],
            &["rotate", "bot"],
            &["revoke", "bot", "--yes"],
            &["disable", "bot"],
            &["delete", "bot", "--yes"],
            &["vault", "slot", "remove", "main", "--yes"],
        ] {
            assert_eq!(code(&home, &passphrase, args), 5, "{role} {args:?}");
        }
    }
    let args = ["rotate", "bot"];
    let run = home.run_in(&[("KEYCTL_PASSPHRASE", "viewer pass words")], args);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 5
    --- stderr
    error: vault '[home]/data/keyctl/vault.db': this needs the role admin; the slot 'viewer' has the role viewer
    hint: unlock with a slot of that role
    ");
}

#[test]
fn slots_of_each_kind_can_be_added_used_listed_and_removed() {
    let home = Home::new();
    home.write("new.pass", OTHER);
    let pass = ["--new-passphrase-file", "new.pass"];
    let add = ["vault", "slot", "add"];
    let run = home.run(add.into_iter().chain(["ci", "--role", "viewer"]).chain(pass));
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    added the slot 'ci' (passphrase, viewer)
    ");
    let keyfile = ["--role", "exporter", "--kind", "keyfile", "--new-keyfile", "key", "-o", "json"];
    insta::assert_snapshot!(home.run(add.into_iter().chain(keyfile)).shown(&home), @r#"
    exit 0
    --- stdout
    {"name":"exporter","kind":"keyfile","role":"exporter","kdf":null,"recipient":null,"changed":true}
    "#);
    let recovery = ["--role", "admin", "--kind", "recovery", "--recovery-to", "recovery.txt"];
    insta::assert_snapshot!(home.run(add.into_iter().chain(recovery)).shown(&home), @"
    exit 0
    --- stdout
    added the slot 'admin' (recovery, admin)
    ");
    insta::assert_snapshot!(home.run(["vault", "slot", "list"]).shown(&home), @"
    exit 0
    --- stdout
    NAME      KIND        ROLE
    main      passphrase  admin
    ci        passphrase  viewer
    exporter  keyfile     exporter
    admin     recovery    admin
    ");
    assert_eq!(code(&home, OTHER, &["list"]), 0);
    assert_eq!(code(&home, "", &["list", "--keyfile", "key"]), 0);
    assert_eq!(code(&home, "", &["disable", "x", "--recovery-file", "recovery.txt"]), 3);
    home.ok(["vault", "slot", "remove", "ci", "--yes"]);
    assert_eq!(code(&home, OTHER, &["list"]), 4);
}

#[test]
fn a_slot_without_a_name_is_named_after_its_role() {
    let home = Home::new();
    home.write("new.pass", OTHER);
    let add = ["vault", "slot", "add", "--role", "viewer", "--new-passphrase-file", "new.pass"];
    assert_eq!(home.json(add)["name"], "viewer");
    assert_eq!(home.json(add)["name"], "viewer-2");
}

#[test]
fn who_removes_a_slot_is_told_what_cannot_be_opened_then() {
    let home = Home::new();
    home.add_slot("second", "admin", OTHER);
    home.ok([
        "vault",
        "slot",
        "add",
        "recovery",
        "--role",
        "admin",
        "--kind",
        "recovery",
        "--recovery-to",
        "r.txt",
    ]);
    insta::assert_snapshot!(home.run(["vault", "slot", "remove", "main"]).shown(&home), @"
    exit 6
    --- stderr
    warning: it is the slot that has just opened the vault; afterwards only 'second', 'recovery' can change it
    error: this needs a confirmation: Remove the slot 'main'
    hint: add --yes to go ahead without being asked
    ");
    insta::assert_snapshot!(home.run(["vault", "slot", "remove", "recovery"]).shown(&home), @"
    exit 6
    --- stderr
    warning: it is the only recovery key: who loses the passphrase then loses the vault
    error: this needs a confirmation: Remove the slot 'recovery'
    hint: add --yes to go ahead without being asked
    ");
    insta::assert_snapshot!(home.run(["vault", "slot", "remove", "second"]).shown(&home), @"
    exit 6
    --- stderr
    error: this needs a confirmation: Remove the slot 'second'
    hint: add --yes to go ahead without being asked
    ");
}

#[test]
fn removing_a_slot_asks_and_the_last_administrator_stays() {
    let home = Home::new();
    home.add_slot("ci", "viewer", OTHER);
    insta::assert_snapshot!(home.run(["vault", "slot", "remove", "ci"]).shown(&home), @"
    exit 6
    --- stderr
    error: this needs a confirmation: Remove the slot 'ci'
    hint: add --yes to go ahead without being asked
    ");
    insta::assert_snapshot!(home.run(["vault", "slot", "remove", "ci", "-y"]).shown(&home), @"
    exit 0
    --- stdout
    removed the slot 'ci' (passphrase, viewer)
    --- stderr
    Copies of the file from before can still be opened with it.
    ");
    insta::assert_snapshot!(home.run(["vault", "slot", "remove", "main", "-y"]).shown(&home), @"
    exit 5
    --- stderr
    error: 'main' is the last slot of an administrator
    hint: add another slot with --role admin first
    ");
    insta::assert_snapshot!(home.run(["vault", "slot", "remove", "ci", "-y"]).shown(&home), @"
    exit 3
    --- stderr
    error: no slot is named 'ci'
    hint: 'keyctl vault slot list' names the slots
    ");
}

#[test]
fn a_name_of_a_slot_is_taken_once() {
    let home = Home::new();
    home.add_slot("ci", "viewer", OTHER);
    let args = ["vault", "slot", "add", "ci", "--role", "viewer"];
    let run = home.run(args.into_iter().chain(["--new-passphrase-file", "ci.pass"]));
    insta::assert_snapshot!(run.shown(&home), @"
    exit 5
    --- stderr
    error: a slot named 'ci' exists already
    hint: choose another name
    ");
}

#[test]
fn flags_of_another_kind_and_wrong_values_are_usage() {
    let home = Home::new();
    home.write("short", "x");
    let add = |flags: &[&str]| {
        let args = ["vault", "slot", "add", "x"].into_iter().chain(flags.iter().copied());
        let run = home.run(args);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{flags:?}");
        run.stderr
    };
    let said = [
        add(&["--role", "boss"]),
        add(&["--role", "admin", "--new-keyfile", "k"]),
        add(&["--role", "admin", "--recovery-to", "r"]),
        add(&["--role", "admin", "--kind", "keyfile", "--new-keyfile", "short"]),
        add(&["--role", "admin", "--kind", "recovery"]),
    ];
    insta::assert_snapshot!(said.concat().replace(home.path().to_str().unwrap(), ""), @"
    error: --role <ROLE>: 'boss' is not admin, exporter or viewer
    hint: 'keyctl vault slot add --help' says what each flag takes
    error: --new-keyfile is for another --kind
    hint: --kind passphrase, keyfile, recovery or x25519 says what opens the slot
    error: --recovery-to is for another --kind
    hint: --kind passphrase, keyfile, recovery or x25519 says what opens the slot
    error: --new-keyfile: 'short' is shorter than 32 bytes
    hint: name a file that does not exist, and it is made
    error: without a terminal it must be said where the recovery key goes
    hint: add --recovery-to FILE
    ");
    assert!(!home.file("k").exists() && !home.file("r").exists());
}

#[test]
fn a_passphrase_can_be_changed() {
    let home = Home::new();
    home.write("new.pass", OTHER);
    let run = home.run(["vault", "passphrase", "--new-passphrase-file", "new.pass"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    changed the passphrase of the slot 'main' (passphrase, admin)
    --- stderr
    Copies of the file from before still open with the old passphrase.
    ");
    assert_eq!(home.run(["list"]).code, 4);
    assert_eq!(code(&home, OTHER, &["list"]), 0);
}

#[test]
fn a_new_passphrase_can_come_from_a_command_or_a_descriptor() {
    let home = Home::new();
    let args = ["vault", "passphrase", "--new-passphrase-command", "echo second pass words"];
    home.ok(args);
    assert_eq!(code(&home, "second pass words", &["list"]), 0);
    let script = "printf 'third pass words' | KEYCTL_PASSPHRASE='second pass words' \
                  keyctl vault passphrase --new-passphrase-fd 0";
    assert_eq!(home.script(script).code, 0);
    assert_eq!(code(&home, "third pass words", &["list"]), 0);
}

#[test]
fn without_a_terminal_a_new_passphrase_must_be_given() {
    let home = Home::new();
    insta::assert_snapshot!(home.run(["vault", "passphrase"]).shown(&home), @"
    exit 4
    --- stderr
    error: no new passphrase was given, and there is no terminal to ask for it
    hint: use --new-passphrase-file FILE, --new-passphrase-fd N or --new-passphrase-command CMD
    ");
    assert_eq!(home.run(["list"]).code, 0);
}

#[test]
fn the_passphrase_of_a_slot_that_has_none_or_is_not_there() {
    let home = Home::new();
    home.write("new.pass", OTHER);
    let keyfile = ["k", "--role", "viewer", "--kind", "keyfile", "--new-keyfile", "key"];
    home.ok(["vault", "slot", "add"].into_iter().chain(keyfile));
    let change = |slot: &'static str| {
        let args = ["vault", "passphrase", slot, "--new-passphrase-file", "new.pass"];
        home.run(args).shown(&home)
    };
    insta::assert_snapshot!(change("k"), @"
    exit 5
    --- stderr
    error: the slot 'k' takes no passphrase, but its key file
    hint: name the slot whose passphrase to change
    ");
    insta::assert_snapshot!(change("nobody"), @"
    exit 3
    --- stderr
    error: no slot is named 'nobody'
    hint: 'keyctl vault slot list' names the slots
    ");
}

#[test]
fn a_recovery_key_sets_a_new_passphrase() {
    let home = Home::empty();
    let init = ["init", "--kdf-memory", "19", "--kdf-passes", "1", "--recovery-to", "r.txt"];
    home.ok(init);
    home.write("new.pass", OTHER);
    let args = ["vault", "passphrase", "main", "--recovery-file", "r.txt"];
    home.ok(args.into_iter().chain(["--new-passphrase-file", "new.pass"]));
    assert_eq!(code(&home, OTHER, &["list"]), 0);
}
