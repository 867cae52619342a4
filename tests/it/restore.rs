//! `vault restore`: records of a backup into the vault that is there, or the backup itself in its
//! place.

use std::fs;
use std::process::Stdio;

use crate::backup::files_below;
use crate::support::{Home, Run};

/// Keys `kept`, `revoked`, `deleted`, a backup of them as `b.db`, and what their names say.
fn with_backup() -> (Home, [String; 3]) {
    let home = Home::new();
    let tokens = ["kept", "revoked", "deleted"].map(|name| home.token(name));
    home.ok(["vault", "backup", "b.db"]);
    home.ok(["revoke", "revoked", "--yes"]);
    home.ok(["delete", "deleted", "--yes"]);
    home.token("since");
    (home, tokens)
}

fn codes(home: &Home, tokens: &[String]) -> Vec<String> {
    let code = |token: &String| {
        let verdict = home.verify(token, &["-o", "json"]).json();
        verdict["code"].as_str().unwrap().to_owned()
    };
    tokens.iter().map(code).collect()
}

#[test]
fn what_is_missing_comes_back_and_what_was_restricted_stays_so() {
    let (home, tokens) = with_backup();
    insta::assert_snapshot!(home.run(["vault", "restore", "b.db", "--dry-run"]).shown(&home), @"
    exit 0
    --- stdout
    ID                NAME     RESULT     KEPT     ERROR
    [id]  kept     unchanged  -        -
    [id]  revoked  unchanged  revoked  -
    [id]  deleted  created    deleted  -
    --- stderr
    note: dry run: nothing was changed
    note: deleted since, and back as disabled: 1; 'keyctl enable' brings them to life
    ");
    let before = fs::read(home.vault()).unwrap();
    insta::assert_snapshot!(home.run(["vault", "restore", "b.db"]).shown(&home), @"
    exit 6
    --- stderr
    error: this needs a confirmation: Put back what is missing (1), change what differs (0), keep what was restricted since (2)
    hint: add --yes to go ahead without being asked
    ");
    assert_eq!(fs::read(home.vault()).unwrap(), before);
    insta::assert_snapshot!(home.run(["vault", "restore", "b.db", "--yes", "-o", "json"]).shown(&home), @r#"
    exit 0
    --- stdout
    [
    {"id":"[id]","name":"kept","result":"unchanged","kept":[],"error":null},
    {"id":"[id]","name":"revoked","result":"unchanged","kept":["revoked"],"error":null},
    {"id":"[id]","name":"deleted","result":"created","kept":["deleted"],"error":null}
    ]
    --- stderr
    note: deleted since, and back as disabled: 1; 'keyctl enable' brings them to life
    "#);
    assert_eq!(codes(&home, &tokens), ["VALID", "REVOKED", "DISABLED"]);
    assert_eq!(home.run(["show", "since"]).code, 0);
    let log = home.json(["audit"]);
    assert_eq!(
        (&log[0]["verb"], &log[0]["changes"][0]["name"]),
        (&"restore".into(), &"deleted".into())
    );
    // Again, there is nothing to ask about.
    let again = home.run(["vault", "restore", "b.db", "-o", "json"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert_eq!(home.json(["audit"])[0]["generation"], log[0]["generation"]);
    assert_eq!(home.run(["vault", "check"]).code, 0);
}

#[test]
fn the_very_same_state_is_nothing_to_do() {
    let home = Home::new();
    home.token("bot");
    home.ok(["vault", "backup", "b.db"]);
    let before = files_below(home.path());
    insta::assert_snapshot!(home.run(["vault", "restore", "b.db"]).shown(&home), @"
    exit 0
    --- stdout
    ID                NAME  RESULT     KEPT  ERROR
    [id]  bot   unchanged  -     -
    ");
    assert_eq!(files_below(home.path()), before);
}

#[test]
fn a_name_that_is_taken_fails_alone() {
    let (home, _) = with_backup();
    home.token("deleted");
    insta::assert_snapshot!(home.run(["vault", "restore", "b.db", "--yes"]).shown(&home), @"
    exit 1
    --- stdout
    ID                NAME     RESULT     KEPT     ERROR
    [id]  kept     unchanged  -        -
    [id]  revoked  unchanged  revoked  -
    [id]  deleted  failed     deleted  the name is taken by [id]
    ");
}

#[test]
fn a_rollback_says_what_comes_back_to_life_and_asks() {
    let (home, tokens) = with_backup();
    let rollback = ["vault", "restore", "b.db", "--accept-rollback"];
    let before = files_below(home.path());
    insta::assert_snapshot!(home.run(rollback.into_iter().chain(["--dry-run"])).shown(&home), @"
    exit 0
    --- stdout
    ID                NAME     RESULT   KEPT     ERROR
    [id]  revoked  changed  revoked  -
    [id]  deleted  changed  deleted  -
    --- stderr
    warning: [id] (revoked) comes back to life: it was revoked
    warning: [id] (deleted) comes back to life: it was deleted
    note: dry run: nothing was changed
    ");
    insta::assert_snapshot!(home.run(rollback).shown(&home), @"
    exit 6
    --- stderr
    warning: [id] (revoked) comes back to life: it was revoked
    warning: [id] (deleted) comes back to life: it was deleted
    error: this needs a confirmation: Put the backup 'b.db' in the place of the vault '[home]/data/keyctl/vault.db'
    hint: add --yes to go ahead without being asked
    ");
    assert_eq!(files_below(home.path()), before);
    insta::assert_snapshot!(home.run(rollback.into_iter().chain(["--yes"])).shown(&home), @"
    exit 0
    --- stdout
    vault            [home]/data/keyctl/vault.db
    vault key        [vault-key]
    from generation  4
    now generation   8
    the old file     [home]/data/keyctl/vault.db.replaced-1
    --- stderr
    warning: [id] (revoked) comes back to life: it was revoked
    warning: [id] (deleted) comes back to life: it was deleted
    Machines that have seen a later state need: keyctl vault trust [vault-key]
    Look through 'keyctl audit' and 'keyctl list': what was revoked since the backup is valid again.
    ");
    assert_eq!(codes(&home, &tokens), ["VALID", "VALID", "VALID"]);
    assert_eq!(home.run(["show", "since"]).code, 3);
    let log = home.json(["audit"]);
    assert_eq!(log[0]["verb"], "restore");
    let revived: Vec<&str> =
        log[0]["changes"].as_array().unwrap().iter().filter_map(|c| c["name"].as_str()).collect();
    assert_eq!(revived, ["revoked", "deleted"]);
    assert_eq!(home.json(["vault", "check"])["audit_entries"], 5);
    // The old file is still the vault that it was, for whoever asks.
    let old = home.vault().with_extension("db.replaced-1");
    let old = home.run(["list", "--vault", old.to_str().unwrap()]);
    assert_eq!(old.code, 7, "{}", old.stderr);
}

#[test]
fn a_rollback_in_json() {
    let (home, _) = with_backup();
    let args = ["vault", "restore", "b.db", "--accept-rollback", "--yes", "-q", "-o", "json"];
    insta::assert_snapshot!(home.run(args).shown_json(&home), @r#"
    exit 0
    {
      "vault": "[home]/data/keyctl/vault.db",
      "vault_key": "[vault-key]",
      "from": 4,
      "generation": 8,
      "moved_to": "[home]/data/keyctl/vault.db.replaced-1"
    }
    "#);
}

#[test]
fn a_vault_that_is_gone_comes_back_by_itself_only_as_it_was_seen_last() {
    let home = Home::new();
    home.token("bot");
    home.ok(["vault", "backup", "old.db"]);
    home.token("later");
    home.ok(["vault", "backup", "new.db"]);
    fs::remove_file(home.vault()).unwrap();
    insta::assert_snapshot!(home.run(["vault", "restore", "old.db"]).shown(&home), @"
    exit 5
    --- stderr
    error: there is no vault at '[home]/data/keyctl/vault.db', and 'old.db' may be older than what was there
    hint: add --accept-rollback: keys that were revoked since would be valid again
    ");
    assert!(!home.vault().exists());
    insta::assert_snapshot!(home.run(["vault", "restore", "new.db"]).shown(&home), @"
    exit 6
    --- stderr
    error: this needs a confirmation: Put the backup 'new.db' in the place of the vault '[home]/data/keyctl/vault.db'
    hint: add --yes to go ahead without being asked
    ");
    insta::assert_snapshot!(home.run(["vault", "restore", "new.db", "--dry-run"]).shown(&home), @"
    exit 0
    --- stderr
    note: dry run: nothing was changed
    ");
    insta::assert_snapshot!(home.run(["vault", "restore", "new.db", "--yes"]).shown(&home), @"
    exit 0
    --- stdout
    vault            [home]/data/keyctl/vault.db
    vault key        [vault-key]
    from generation  3
    now generation   3
    ");
    assert_eq!(home.json(["vault", "info"])["generation"], 3);
    fs::remove_file(home.vault()).unwrap();
    let run = home.run(["vault", "restore", "old.db", "--accept-rollback", "--yes"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(home.json(["vault", "info"])["generation"], 4);
}

#[test]
fn on_a_new_machine_the_backup_becomes_the_vault() {
    let (home, new) = (Home::new(), Home::empty());
    let token = home.token("bot");
    home.ok(["vault", "backup", "b.db"]);
    let backup = home.file("b.db");
    let args = ["vault", "restore", backup.to_str().unwrap(), "--accept-rollback", "--yes"];
    let run = new.run(args);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(new.verify(&token, &[]).code, 0);
    // Whoever saw the backup's state goes on.
    fs::copy(new.vault(), home.vault()).unwrap();
    assert_eq!(home.verify(&token, &[]).code, 0);
}

#[test]
fn a_damaged_vault_needs_the_word_that_it_is_lost() {
    let (home, _) = with_backup();
    let db = rusqlite::Connection::open(home.vault()).unwrap();
    db.execute("UPDATE head SET d = zeroblob(length(d))", []).unwrap();
    drop(db);
    insta::assert_snapshot!(home.run(["vault", "restore", "b.db", "--yes"]).shown(&home), @"
    exit 7
    --- stderr
    error: vault '[home]/data/keyctl/vault.db': the head is not signed by the vault key
    hint: try again; if the vault is lost for good, --accept-rollback puts the backup in its place
    ");
    insta::assert_snapshot!(home.run(["vault", "restore", "b.db", "--yes", "--accept-rollback"]).shown(&home), @"
    exit 0
    --- stdout
    vault            [home]/data/keyctl/vault.db
    vault key        [vault-key]
    from generation  4
    now generation   8
    the old file     [home]/data/keyctl/vault.db.replaced-1
    --- stderr
    warning: the present vault does not open, so it cannot be said which keys come back to life
    Machines that have seen a later state need: keyctl vault trust [vault-key]
    Look through 'keyctl audit' and 'keyctl list': what was revoked since the backup is valid again.
    ");
    assert_eq!(home.run(["vault", "check"]).code, 0);
    // Not even an SQLite file, with a journal beside it.
    home.write("data/keyctl/vault.db", "garbage");
    home.write("data/keyctl/vault.db-journal", "garbage");
    let run = home.run(["vault", "restore", "b.db", "--yes", "--accept-rollback"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(home.run(["vault", "check"]).code, 0);
    assert_eq!(home.read("data/keyctl/vault.db.replaced-2"), "garbage");
    assert_eq!(home.read("data/keyctl/vault.db.replaced-2-journal"), "garbage");
}

#[test]
fn only_an_honest_backup_of_this_vault_is_taken() {
    let (home, other) = (Home::new(), Home::new());
    home.token("bot");
    other.token("bot");
    other.ok(["vault", "backup", "theirs.db"]);
    let theirs = other.file("theirs.db");
    fs::copy(&theirs, home.file("theirs.db")).unwrap();
    let before = files_below(home.path());
    insta::assert_snapshot!(home.run(["vault", "restore", "theirs.db", "--yes"]).shown(&home), @"
    exit 7
    --- stderr
    error: vault 'theirs.db': another vault: this machine knows [hex] here, the file is [hex]
    hint: check which file this is: it is of another vault, or not the one that was meant
    ");
    insta::assert_snapshot!(home.run(["vault", "restore", "theirs.db", "--accept-rollback", "--yes"]).shown(&home), @"
    exit 7
    --- stderr
    error: vault 'theirs.db': another vault: this machine knows [vault-key] here, the file is [vault-key]
    hint: put it elsewhere with --vault PATH; if it is from before a rekey, and you want its keys back, name its vault key: --vault-key [vault-key]…
    ");
    assert_eq!(home.run(["vault", "restore", "none.db", "--yes"]).code, 1);
    assert_eq!(files_below(home.path()), before);
    home.write("text.db", "garbage");
    fs::set_permissions(
        home.file("text.db"),
        fs::metadata(home.file("theirs.db")).unwrap().permissions(),
    )
    .unwrap();
    insta::assert_snapshot!(home.run(["vault", "restore", "text.db", "--yes"]).shown(&home), @"
    exit 7
    --- stderr
    error: vault 'text.db': the file is not a keyctl vault: it is shorter than a header
    hint: do not use this file: take another copy, and find out who changed it
    ");
}

#[test]
fn a_damaged_backup_is_named_and_nothing_is_changed() {
    let (home, _) = with_backup();
    let good = fs::read(home.file("b.db")).unwrap();
    for (table, sql) in [
        ("page", "UPDATE page SET d = zeroblob(length(d)) WHERE id = (SELECT min(id) FROM page)"),
        ("head", "UPDATE head SET d = zeroblob(length(d))"),
        ("slot", "DELETE FROM slot WHERE id = 1; INSERT INTO slot VALUES (2, zeroblob(200))"),
        ("audit", "DELETE FROM audit"),
    ] {
        fs::write(home.file("b.db"), &good).unwrap();
        let db = rusqlite::Connection::open(home.file("b.db")).unwrap();
        db.execute_batch(sql).unwrap();
        drop(db);
        let before = files_below(home.path());
        for flags in [&[][..], &["--accept-rollback"], &["--accept-rollback", "--dry-run"]] {
            let args = ["vault", "restore", "b.db", "--yes"].into_iter();
            let run = home.run(args.chain(flags.iter().copied()));
            assert_eq!((run.code, run.stdout.as_str()), (7, ""), "{table}: {}", run.stderr);
            assert!(run.stderr.starts_with("error: vault 'b.db': "), "{}", run.stderr);
        }
        assert_eq!(files_below(home.path()), before, "{table}");
    }
}

#[test]
fn a_backup_from_before_a_rekey_opens_with_what_opened_it() {
    let (home, tokens) = with_backup();
    let key = home.json(["vault", "info"])["vault_key"].as_str().unwrap().to_owned();
    home.ok(["vault", "rekey", "--yes"]);
    // The passphrase is still the same.
    let run = home.run(["vault", "restore", "b.db", "--yes"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(codes(&home, &tokens), ["VALID", "REVOKED", "DISABLED"]);
    home.write("new.pass", "new pass words");
    home.write("old.pass", crate::support::PASSPHRASE);
    home.ok(["vault", "passphrase", "--new-passphrase-file", "new.pass"]);
    let with = |flags: &[&str]| {
        let args = ["vault", "restore", "b.db", "--yes", "--passphrase-file", "new.pass"];
        home.run(args.into_iter().chain(flags.iter().copied()))
    };
    insta::assert_snapshot!(with(&[]).shown(&home), @"
    exit 4
    --- stderr
    error: no passphrase of 'b.db' was given, and there is no terminal to ask for it
    hint: use --source-passphrase-file, --source-passphrase-fd, --source-passphrase-command or --source-identity
    ");
    insta::assert_snapshot!(with(&["--source-passphrase-file", "new.pass"]).shown(&home), @"
    exit 4
    --- stderr
    error: vault 'b.db': the passphrase opens no slot of the vault
    hint: it opens with what opened it when it was written; see --source-… in the help
    ");
    assert_eq!(with(&["--source-passphrase-file", "old.pass"]).code, 0);
    let before = files_below(home.path());
    let back = ["vault", "restore", "b.db", "--accept-rollback", "--yes"];
    insta::assert_snapshot!(home.run(back).shown(&home), @"
    exit 7
    --- stderr
    warning: the present vault does not open, so it cannot be said which keys come back to life
    error: vault 'b.db': another vault: this machine knows [vault-key] here, the file is [vault-key]
    hint: put it elsewhere with --vault PATH; if it is from before a rekey, and you want its keys back, name its vault key: --vault-key [vault-key]…
    ");
    assert_eq!(files_below(home.path()), before);
    let named = home.run(back.into_iter().chain(["--vault-key", &key]));
    assert_eq!(named.code, 0, "{}", named.stderr);
    assert_eq!(home.json(["vault", "info"])["vault_key"], key);
}

#[test]
fn only_an_administrator_puts_anything_back() {
    let (home, _) = with_backup();
    home.add_slot("ci", "viewer", "viewer pass words");
    home.ok(["vault", "backup", "c.db"]);
    let before = files_below(home.path());
    for flags in [&[][..], &["--accept-rollback"]] {
        let args = ["vault", "restore", "c.db", "--yes", "--passphrase-file", "ci.pass"];
        let run = home.run(args.into_iter().chain(flags.iter().copied()));
        assert_eq!((run.code, run.stdout.as_str()), (5, ""), "{}", run.stderr);
    }
    let wrong = [("KEYCTL_PASSPHRASE", "wrong pass words")];
    assert_eq!(home.run_in(&wrong, ["vault", "restore", "b.db", "--yes"]).code, 4);
    assert_eq!(
        home.run_in(&wrong, ["vault", "restore", "b.db", "--accept-rollback", "--yes"]).code,
        4
    );
    assert_eq!(home.run(["vault", "restore"]).code, 2);
    assert_eq!(files_below(home.path()), before);
}

#[test]
fn a_full_disk_leaves_the_vault_as_it_was() {
    let (home, _) = with_backup();
    let before = files_below(home.path());
    for blocks in [0, 1, 8, 40, 64] {
        for flags in ["", "--accept-rollback"] {
            let script = format!(
                "trap '' XFSZ; ulimit -f {blocks}; keyctl vault restore b.db --yes {flags}"
            );
            let run = home.script(&script);
            assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{script}: {}", run.stderr);
            // What lies behind the limit could not be put back either: the next command does that.
            assert_eq!(home.run(["vault", "check"]).code, 0, "{script}");
            assert_eq!(files_below(home.path()), before, "{script}");
        }
    }
}

#[test]
fn writers_beside_a_rollback_are_told_and_nothing_looks_like_an_attack() {
    let (home, _) = with_backup();
    let start = |args: &[&str]| {
        let mut command = home.command(args.iter().copied());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let names: Vec<String> = (0..6).map(|n| format!("beside-{n}")).collect();
    let mut children: Vec<_> = names
        .iter()
        .map(|name| start(&["create", "--project", "p", "--scope", "read", "--name", name]))
        .collect();
    children.push(start(&["vault", "restore", "b.db", "--accept-rollback", "--yes"]));
    children.push(start(&["list"]));
    for child in children {
        let run = Run::of(&child.wait_with_output().unwrap());
        assert!([0, 1].contains(&run.code), "{}", run.stderr);
        let told = run.stderr.contains("was replaced by another file in the meantime");
        assert!(run.code == 0 || told, "{}", run.stderr);
    }
    assert_eq!(home.run(["vault", "check"]).code, 0);
}
