//! `vault rekey`: a new root key, and who has to be told.

use std::process::Stdio;

use crate::backup::files_below;
use crate::recipient::{IDENTITY, RECIPIENT};
use crate::support::{Home, Run};

/// A vault with a slot of every kind, a key whose token is kept, and another one.
fn with_slots() -> Home {
    let home = Home::new();
    home.add_slot("ci", "viewer", "viewer pass words");
    home.write("id.txt", IDENTITY);
    let slot = ["vault", "slot", "add"];
    home.ok(slot.into_iter().chain([
        "alice",
        "--role",
        "exporter",
        "--kind",
        "x25519",
        "--recipient",
        RECIPIENT,
    ]));
    home.ok(slot.into_iter().chain([
        "recovery",
        "--role",
        "admin",
        "--kind",
        "recovery",
        "--recovery-to",
        "old.txt",
    ]));
    home.ok(["create", "--project", "shop", "--name", "kept", "--scope", "read", "--recoverable"]);
    home.token("other");
    home
}

#[test]
fn the_vault_key_is_the_answer_and_the_rest_is_advice() {
    let home = with_slots();
    let before = files_below(home.path());
    insta::assert_snapshot!(home.run(["vault", "rekey"]).shown(&home), @"
    exit 6
    --- stderr
    error: this needs a confirmation: Seal the vault under a new root key, keep the recipients 'alice', remove the slots 'ci', 'recovery'
    hint: add --yes to go ahead without being asked
    ");
    assert_eq!(files_below(home.path()), before);
    let run = home.run(["vault", "rekey", "--yes"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    [vault-key]
    --- stderr
    The vault has a new root key; stdout has the vault key that belongs to it.
      other machines: keyctl vault trust [vault-key]
      verifiers trust from now on: [public-key]
      bundles: export them anew, they are still signed by the old key
      add again: keyctl vault slot add 'ci' --role viewer --kind passphrase
      add again: keyctl vault slot add 'recovery' --role admin --kind recovery --recovery-to FILE
      the passphrase of 'main' is as it was; if others know it: keyctl vault passphrase
      the vault kept its token, which an old copy still shows: keyctl rotate [id]
    ");
    assert_eq!(run.stdout.trim(), home.json(["vault", "info"])["vault_key"]);
    insta::assert_snapshot!(home.run(["vault", "slot", "list"]).shown(&home), @"
    exit 0
    --- stdout
    NAME   KIND        ROLE
    main   passphrase  admin
    alice  x25519      exporter
    ");
    assert_eq!(home.run(["vault", "check"]).code, 0);
    let log = home.json(["audit"]);
    assert_eq!(log[0]["verb"], "rekey");
    let named: Vec<String> = log[0]["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| format!("{} {}", change["kind"], change["name"]))
        .collect();
    assert_eq!(named, ["\"vault\" null", "\"slot\" \"ci\"", "\"slot\" \"recovery\""]);
}

#[test]
fn in_json_everything_is_a_field() {
    let home = with_slots();
    let args = ["vault", "rekey", "--yes", "-q", "-o", "json", "--recovery-to", "new.txt"];
    insta::assert_snapshot!(home.run(args).shown_json(&home), @r#"
    exit 0
    {
      "vault": "[home]/data/keyctl/vault.db",
      "vault_key": "[vault-key]",
      "bundle_key": "[public-key]",
      "slots": [
        "main",
        "alice",
        "recovery"
      ],
      "slots_to_add": [
        "ci"
      ],
      "keys_to_rotate": [
        "[id]"
      ]
    }
    "#);
    let no_passphrase = [("KEYCTL_PASSPHRASE", "")];
    let opens = |args: &[&str]| home.run_in(&no_passphrase, args.iter().copied()).code;
    assert_eq!(opens(&["list", "--recovery-file", "new.txt"]), 0);
    assert_eq!(opens(&["list", "--recovery-file", "old.txt"]), 4);
    assert_eq!(opens(&["list", "--passphrase-file", "ci.pass"]), 4);
    assert_eq!(opens(&["list", "--identity", "id.txt"]), 0);
}

#[test]
fn tokens_stay_valid_and_other_machines_must_be_told() {
    let (home, other) = (with_slots(), Home::empty());
    let token = home.token("bot");
    std::fs::create_dir_all(other.file("data/keyctl")).unwrap();
    let carry = || std::fs::copy(home.vault(), other.vault()).map(drop).unwrap();
    carry();
    assert_eq!(other.run(["list"]).code, 0);
    let key = home.ok(["vault", "rekey", "--yes"]);
    assert_eq!(home.verify(&token, &[]).code, 0);
    carry();
    insta::assert_snapshot!(other.run(["list"]).shown(&other), @"
    exit 7
    --- stderr
    error: vault '[home]/data/keyctl/vault.db': another vault: this machine knows [vault-key] here, the file is [vault-key]
    hint: if somebody has rekeyed or replaced the vault, ask them for its key: keyctl vault trust [vault-key]…; else do not use this file
    ");
    assert_eq!(other.run(["vault", "trust", &key, "--yes"]).code, 0);
    assert_eq!(other.verify(&token, &[]).code, 0);
    // The file from before is another vault from now on, here as there.
    home.ok(["vault", "backup", "b.db"]);
    assert_eq!(other.run(["vault", "check"]).code, 0);
}

#[test]
fn bundles_are_signed_by_a_new_key_unless_it_is_kept() {
    let home = Home::new();
    let show = || home.ok(["bundle", "key", "show"]);
    let first = show();
    home.ok(["vault", "rekey", "--yes", "--keep-bundle-key"]);
    assert_eq!(show(), first);
    let run = home.run(["vault", "rekey", "--yes", "-o", "json"]);
    assert_eq!(run.json()["bundle_key"], show());
    assert_ne!(show(), first);
    home.token("bot");
    home.ok(["bundle", "export", "x.kcb"]);
    let inspected = home.json(["bundle", "inspect", "x.kcb", "--trust", &show()]);
    assert_eq!(inspected["trusted"], true, "{inspected}");
}

#[test]
fn whoever_is_no_administrator_is_refused() {
    let home = with_slots();
    let before = files_below(home.path());
    let viewer = home.run(["vault", "rekey", "--yes", "--passphrase-file", "ci.pass"]);
    assert_eq!((viewer.code, viewer.stdout.as_str()), (5, ""), "{}", viewer.stderr);
    let exporter = home
        .run_in(&[("KEYCTL_PASSPHRASE", "")], ["vault", "rekey", "--yes", "--identity", "id.txt"]);
    assert_eq!((exporter.code, exporter.stdout.as_str()), (5, ""), "{}", exporter.stderr);
    let wrong = home.run_in(&[("KEYCTL_PASSPHRASE", "wrong")], ["vault", "rekey", "--yes"]);
    assert_eq!((wrong.code, wrong.stdout.as_str()), (4, ""));
    home.write("there.txt", "mine");
    let taken = home.run(["vault", "rekey", "--yes", "--recovery-to", "there.txt"]);
    assert_eq!((taken.code, taken.stdout.as_str()), (5, ""), "{}", taken.stderr);
    std::fs::remove_file(home.file("there.txt")).unwrap();
    assert_eq!(files_below(home.path()), before);
}

#[test]
fn a_closed_stdout_is_noticed_while_nothing_has_happened() {
    let home = Home::new();
    let before = files_below(home.path());
    let run = home.script("keyctl vault rekey --yes >&-");
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert_eq!(files_below(home.path()), before);
}

#[test]
fn a_full_disk_leaves_the_vault_as_it_was() {
    let home = with_slots();
    let before = files_below(home.path());
    for blocks in [0, 1, 8, 40] {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; keyctl vault rekey --yes");
        let run = home.script(&script);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{blocks}: {}", run.stderr);
        assert_eq!(files_below(home.path()), before, "{blocks} blocks");
    }
    home.ok(["vault", "rekey", "--yes"]);
}

#[test]
fn two_at_once_are_one_after_the_other_and_no_alarm() {
    let home = Home::new();
    let token = home.token("bot");
    let start = |args: &[&str]| {
        let mut command = home.command(args.iter().copied());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let mut children: Vec<_> = (0..3).map(|_| start(&["vault", "rekey", "--yes"])).collect();
    children.push(start(&["list"]));
    children.push(start(&["create", "--project", "p", "--scope", "read"]));
    let runs: Vec<Run> =
        children.into_iter().map(|child| Run::of(&child.wait_with_output().unwrap())).collect();
    for run in &runs {
        assert!([0, 4].contains(&run.code), "{}", run.stderr);
        let told = run.stderr.contains("was removed or changed in the meantime");
        assert!(run.code == 0 || told, "{}", run.stderr);
    }
    assert!(runs[..3].iter().any(|run| run.code == 0));
    assert_eq!(home.run(["vault", "check"]).code, 0);
    assert_eq!(home.verify(&token, &[]).code, 0);
}
