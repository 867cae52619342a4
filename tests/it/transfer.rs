//! `vault export` and `vault import`: from one vault into another.

use std::fs;

use crate::backup::files_below;
use crate::recipient::{IDENTITY, RECIPIENT};
use crate::support::Home;

const EXPORT: [&str; 5] = ["vault", "export", "x.kcx", "--new-passphrase-file", "move.pass"];
const OPEN: [&str; 2] = ["--source-passphrase-file", "move.pass"];

/// A vault with two keys, exported to `x.kcx`, and its tokens.
fn exported() -> (Home, [String; 2]) {
    let home = Home::new();
    home.write("move.pass", "moving pass words");
    let tokens = ["one", "two"].map(|name| home.token(name));
    home.ok(EXPORT);
    (home, tokens)
}

/// Another vault with the export beside it.
fn other(from: &Home) -> Home {
    let home = Home::new();
    fs::copy(from.file("x.kcx"), home.file("x.kcx")).unwrap();
    home.write("move.pass", "moving pass words");
    home
}

fn import<'a>(flags: &[&'a str]) -> Vec<&'a str> {
    ["vault", "import", "x.kcx"].into_iter().chain(flags.iter().copied()).collect()
}

#[test]
fn keys_keep_their_ids_and_tokens_go_on_working() {
    let (from, tokens) = exported();
    let to = other(&from);
    let before = files_below(to.path());
    let dry = import(&[&OPEN[..], &["--dry-run"]].concat());
    insta::assert_snapshot!(to.run(dry).shown(&to), @"
    exit 0
    --- stdout
    ID                NAME  RESULT   KEPT  ERROR
    [id]  one   created  -     -
    [id]  two   created  -     -
    --- stderr
    note: keys and owners are taken over; policy, bundle key, slots and history stay those of this vault
    note: dry run: nothing was changed
    2 created, 0 unchanged, 0 failed
    ");
    assert_eq!(files_below(to.path()), before);
    insta::assert_snapshot!(to.run(import(&OPEN)).shown(&to), @"
    exit 0
    --- stdout
    ID                NAME  RESULT   KEPT  ERROR
    [id]  one   created  -     -
    [id]  two   created  -     -
    --- stderr
    note: keys and owners are taken over; policy, bundle key, slots and history stay those of this vault
    2 created, 0 unchanged, 0 failed
    ");
    for token in &tokens {
        assert_eq!(to.verify(token, &[]).code, 0);
    }
    let ids = |home: &Home| -> Vec<String> {
        home.json(["list"]).as_array().unwrap().iter().map(|key| key["id"].to_string()).collect()
    };
    assert_eq!(ids(&from), ids(&to));
    assert_eq!(to.json(["audit"])[0]["verb"], "import");
    assert_eq!(to.run(["vault", "check"]).code, 0);
    // Again, there is nothing to do.
    let before = fs::read(to.vault()).unwrap();
    let again = to.run(import(&[&OPEN[..], &["-o", "json"]].concat()));
    insta::assert_snapshot!(again.shown(&to), @r#"
    exit 0
    --- stdout
    [
    {"id":"[id]","name":"one","result":"unchanged","kept":[],"error":null},
    {"id":"[id]","name":"two","result":"unchanged","kept":[],"error":null}
    ]
    --- stderr
    note: keys and owners are taken over; policy, bundle key, slots and history stay those of this vault
    0 created, 2 unchanged, 0 failed
    "#);
    assert_eq!(fs::read(to.vault()).unwrap(), before);
}

#[test]
fn what_is_here_already_stays_and_is_named() {
    let (from, _) = exported();
    let to = other(&from);
    to.token("one");
    insta::assert_snapshot!(to.run(import(&OPEN)).shown(&to), @"
    exit 1
    --- stdout
    ID                NAME  RESULT   KEPT  ERROR
    [id]  one   failed   -     the name is taken by [id]
    [id]  two   created  -     -
    --- stderr
    note: keys and owners are taken over; policy, bundle key, slots and history stay those of this vault
    1 created, 0 unchanged, 1 failed
    ");
    from.ok(["edit", "two", "--note", "here"]);
    insta::assert_snapshot!(from.run(import(&OPEN)).shown(&from), @"
    exit 1
    --- stdout
    ID                NAME  RESULT     KEPT  ERROR
    [id]  one   unchanged  -     -
    [id]  two   failed     -     the key is here, and differs in note
    --- stderr
    note: keys and owners are taken over; policy, bundle key, slots and history stay those of this vault
    0 created, 1 unchanged, 1 failed
    ");
}

#[test]
fn an_export_opens_with_its_own_secret_alone() {
    let (from, _) = exported();
    let to = other(&from);
    let before = files_below(to.path());
    insta::assert_snapshot!(to.run(import(&[])).shown(&to), @"
    exit 4
    --- stderr
    error: no passphrase of 'x.kcx' was given, and there is no terminal to ask for it
    hint: use --source-passphrase-file, --source-passphrase-fd, --source-passphrase-command or --source-identity
    ");
    to.write("wrong.pass", "wrong pass words");
    let wrong = to.run(import(&["--source-passphrase-file", "wrong.pass"]));
    insta::assert_snapshot!(wrong.shown(&to), @"
    exit 4
    --- stderr
    error: vault 'x.kcx': the passphrase opens no slot of the vault
    hint: it opens with what opened it when it was written; see --source-… in the help
    ");
    fs::remove_file(to.file("wrong.pass")).unwrap();
    let id = to.write("id.txt", IDENTITY);
    assert_eq!(to.run(import(&["--source-identity", &id])).code, 4);
    fs::remove_file(&id).unwrap();
    assert_eq!(to.run(import(&[&OPEN[..], &["--source-identity", "x"]].concat())).code, 2);
    let key = to.json(["vault", "info"])["vault_key"].as_str().unwrap().to_owned();
    let named = to.run(import(&[&OPEN[..], &["--source-vault-key", &key]].concat()));
    assert_eq!(named.code, 7, "{}", named.stderr);
    assert_eq!(files_below(to.path()), before);
}

#[test]
fn an_export_with_a_flipped_bit_is_refused_or_is_the_export() {
    let (from, _) = exported();
    let to = other(&from);
    let good = fs::read(to.file("x.kcx")).unwrap();
    let before = fs::read(to.vault()).unwrap();
    let mut refused = 0;
    for at in (0..good.len()).step_by(good.len() / 60) {
        let mut flipped = good.clone();
        flipped[at] ^= 4;
        fs::write(to.file("x.kcx"), flipped).unwrap();
        let run = to.run(import(&[&OPEN[..], &["--dry-run"]].concat()));
        assert!([0, 4, 7, 1, 2].contains(&run.code), "byte {at}: {}", run.stderr);
        assert!(run.code != 0 || run.stderr.contains("2 created"), "byte {at}: {}", run.stderr);
        refused += u32::from(run.code != 0);
    }
    // Most of a small file is SQLite's own free space.
    assert!(refused > 2, "{refused}");
    assert_eq!(fs::read(to.vault()).unwrap(), before);
}

#[test]
fn a_recipient_needs_the_vault_key_of_the_export_too() {
    let (from, tokens) = exported();
    fs::remove_file(from.file("x.kcx")).unwrap();
    let made = from.run(["vault", "export", "x.kcx", "--recipient", RECIPIENT]);
    insta::assert_snapshot!(made.shown(&from), @"
    exit 0
    --- stdout
    file       x.kcx
    keys       2
    vault key  [vault-key]
    --- stderr
    Whoever imports it with an identity needs the vault key too: tell them another way.
    It has the tokens that can be shown again and the key that signs bundles: treat it like the vault.
    ");
    let key = made.stdout.lines().find_map(|line| line.strip_prefix("vault key  ")).unwrap();
    let to = other(&from);
    to.write("id.txt", IDENTITY);
    let alone = ["--source-identity", "id.txt"];
    insta::assert_snapshot!(to.run(import(&alone)).shown(&to), @"
    exit 7
    --- stderr
    error: vault 'x.kcx': an age identity alone cannot tell whose vault this is, and this machine has not seen it before
    hint: ask whoever wrote it for its vault key, and say it: --source-vault-key [vault-key]…
    ");
    let run = to.run(import(&[&alone[..], &["--source-vault-key", key]].concat()));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(to.verify(&tokens[0], &[]).code, 0);
}

#[test]
fn only_an_administrator_exports_secrets_and_anybody_records() {
    let (home, _) = exported();
    for role in ["viewer", "exporter"] {
        home.add_slot(role, role, &format!("{role} pass words"));
        let pass = format!("{role}.pass");
        let file = format!("{role}.kcx");
        let args = [
            "vault",
            "export",
            &file,
            "--new-passphrase-file",
            "move.pass",
            "--passphrase-file",
            &pass,
        ];
        let run = home.run(args);
        assert_eq!((run.code, run.stdout.as_str()), (5, ""), "{}", run.stderr);
        assert!(!home.file(&file).exists());
        let file = format!("{role}.json");
        home.ok(["vault", "export", "--metadata", &file, "--passphrase-file", &pass]);
        let import =
            home.run(["vault", "import", "x.kcx", OPEN[0], OPEN[1], "--passphrase-file", &pass]);
        assert_eq!(import.code, 5, "{}", import.stderr);
    }
}

#[test]
fn records_alone_have_no_secret_of_any_kind() {
    let (home, tokens) = exported();
    insta::assert_snapshot!(home.run(["vault", "export", "--metadata", "k.json"]).shown(&home), @"
    exit 0
    --- stdout
    file  k.json
    keys  2
    ");
    home.ok(["vault", "export", "--metadata", "k.jsonl"]);
    home.ok(["vault", "export", "--metadata", "k.csv"]);
    let json: serde_json::Value = serde_json::from_str(&home.read("k.json")).unwrap();
    let mut listed = home.json(["list"]);
    listed.as_array_mut().unwrap().reverse();
    for key in listed.as_array_mut().unwrap() {
        key["effective_scopes"] = key["scopes"].clone();
    }
    assert_eq!(json, listed, "the oldest first");
    assert_eq!(home.read("k.jsonl").lines().count(), 2);
    assert_eq!(home.read("k.csv").lines().count(), 3);
    for (path, ..) in files_below(home.path()) {
        let contents = fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&contents);
        for token in &tokens {
            assert!(!text.contains(&token[token.len() - 49..]), "{}", path.display());
        }
    }
}

#[test]
fn a_list_of_records_comes_back_under_new_tokens() {
    let (from, _) = exported();
    from.ok(["vault", "export", "--metadata", "k.csv"]);
    let to = Home::new();
    fs::copy(from.file("k.csv"), to.file("k.csv")).unwrap();
    let args = ["vault", "import", "k.csv", "--tokens-to", "tokens.csv"];
    let run = to.run(args);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(to.json(["list"]).as_array().unwrap().len(), 2);
    assert_eq!(to.read("tokens.csv").lines().count(), 3);
    assert_eq!(to.run(args).code, 5, "the token file is in the way");
    assert_eq!(to.run(["vault", "import", "k.csv"]).code, 2);
    let again = to.run(["vault", "import", "k.csv", "--tokens-to", "more.csv"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert!(!to.file("more.csv").exists(), "nothing was made");
}

#[test]
fn files_in_the_way_and_contradictions_are_refused() {
    let (home, _) = exported();
    let before = files_below(home.path());
    insta::assert_snapshot!(home.run(EXPORT).shown(&home), @"
    exit 5
    --- stderr
    error: '[home]/x.kcx' already exists
    hint: choose another path, or move that file away
    ");
    for (args, code) in [
        (&["vault", "export"][..], 2),
        (&["vault", "export", "y", "--metadata", "z"], 2),
        (&["vault", "export", "y", "--recipient", "age1xyz"], 2),
        (&["vault", "export", "y"], 4),
        (&["vault", "export", "--metadata", "x.kcx"], 5),
        (&["vault", "export", "none/y", "--recipient", RECIPIENT], 1),
        (&["vault", "import", "none"], 1),
        (&["vault", "import", "x.kcx", "--tokens-to", "t"], 2),
    ] {
        let run = home.run(args.iter().copied());
        assert_eq!((run.code, run.stdout.as_str()), (code, ""), "{args:?}: {}", run.stderr);
    }
    assert_eq!(files_below(home.path()), before);
}

#[test]
fn a_backup_of_the_vault_itself_is_no_export() {
    let (home, tokens) = exported();
    home.ok(["vault", "backup", "b.db"]);
    home.ok(["delete", "one", "--yes"]);
    home.write("own.pass", crate::support::PASSPHRASE);
    let args = ["vault", "import", "b.db", "--source-passphrase-file", "own.pass"];
    insta::assert_snapshot!(home.run(args).shown(&home), @"
    exit 5
    --- stderr
    error: 'b.db' is a backup of this very vault
    hint: 'keyctl vault restore' puts back what it has, but nothing that was ended since
    ");
    assert_ne!(home.verify(&tokens[0], &[]).code, 0);
}

#[test]
fn another_brand_is_refused() {
    let (from, _) = exported();
    let to = Home::empty();
    let init = ["init", "--no-recovery", "--kdf-memory", "19", "--kdf-passes", "1"];
    to.ok(init.into_iter().chain(["--token-prefix", "acme"]));
    fs::copy(from.file("x.kcx"), to.file("x.kcx")).unwrap();
    to.write("move.pass", "moving pass words");
    insta::assert_snapshot!(to.run(import(&OPEN)).shown(&to), @"
    exit 5
    --- stderr
    error: tokens of that vault begin with 'kc_', and of this one with 'acme_'
    hint: import into a vault made with 'keyctl init --token-prefix kc'
    ");
}

#[test]
fn a_full_disk_leaves_nothing_behind() {
    let (from, _) = exported();
    let to = other(&from);
    fs::remove_file(from.file("x.kcx")).unwrap();
    let (before_export, before_import) = (files_below(from.path()), files_below(to.path()));
    for blocks in [0, 8, 40] {
        let limit = format!("trap '' XFSZ; ulimit -f {blocks}; keyctl");
        let run = from.script(&format!("{limit} {}", EXPORT.join(" ")));
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{blocks}: {}", run.stderr);
        assert_eq!(files_below(from.path()), before_export, "{blocks}");
        let run = to.script(&format!("{limit} {}", import(&OPEN).join(" ")));
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{blocks}: {}", run.stderr);
        assert_eq!(files_below(to.path()), before_import, "{blocks}");
    }
}
