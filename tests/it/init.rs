//! `init`: what it hands over, where secrets go, and that a refusal leaves no vault behind.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::Home;

/// `init` with a cheap passphrase hash and these flags.
fn init<'a>(flags: &[&'a str]) -> Vec<&'a str> {
    [&["init", "--kdf-memory", "19", "--kdf-passes", "1"], flags].concat()
}

#[test]
fn the_vault_key_is_alone_on_stdout_without_a_recovery_key() {
    let home = Home::empty();
    insta::assert_snapshot!(home.run(init(&["--no-recovery"])).shown(&home), @"
    exit 0
    --- stdout
    [vault-key]
    --- stderr
    Made the vault '[home]/data/keyctl/vault.db'.
    warning: there is no recovery key: a lost passphrase is a lost vault
    Next: keyctl create --project NAME --scope read
    ");
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&home.vault()), 0o600);
    assert_eq!(mode(home.vault().parent().unwrap()), 0o700);
    assert_eq!(mode(&home.state()), 0o700);
}

#[test]
fn memory_that_cannot_be_had_is_said_and_no_vault_is_left() {
    let home = Home::empty();
    let init = "keyctl init --no-recovery --kdf-memory 2048 --kdf-passes 1";
    let run = home.script(&format!("ulimit -v 1500000; {init}"));
    insta::assert_snapshot!(run.shown(&home), @"
    exit 1
    --- stderr
    error: Argon2id needs 2048 MiB of memory, which this machine does not give
    hint: raise the limit of the shell or the container; 'init --kdf-memory' makes a vault that needs less, and a key file opens one without any
    ");
    assert!(!home.vault().exists());
    let pins = fs::read_dir(home.state().join("pins")).unwrap();
    assert_eq!(pins.count(), 0, "nothing of it is remembered");
}

#[test]
fn json_names_the_vault_its_key_and_the_recovery_key() {
    let home = Home::empty();
    insta::assert_snapshot!(home.run(init(&["--no-recovery", "-o", "json"])).shown(&home), @r#"
    exit 0
    --- stdout
    {"vault":"[home]/data/keyctl/vault.db","vault_key":"[vault-key]","recovery_key":null}
    --- stderr
    Made the vault '[home]/data/keyctl/vault.db'.
    warning: there is no recovery key: a lost passphrase is a lost vault
    Next: keyctl create --project NAME --scope read
    "#);
}

#[test]
fn a_recovery_key_goes_to_a_private_file_and_opens_the_vault() {
    let home = Home::empty();
    let run = home.run(init(&["--recovery-to", "recovery.txt"]));
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    [vault-key]
    --- stderr
    Made the vault '[home]/data/keyctl/vault.db'.
    The recovery key is in 'recovery.txt': move it to a safe place, away from the vault.
    Next: keyctl create --project NAME --scope read
    ");
    let mode = fs::metadata(home.file("recovery.txt")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(!run.stdout.contains(home.read("recovery.txt").trim()));
    let no_passphrase = [("KEYCTL_PASSPHRASE", "")];
    let args = ["vault", "info", "--recovery-file", "recovery.txt", "-o", "json"];
    let info = home.run_in(&no_passphrase, args).json();
    assert_eq!((&info["slot"], &info["role"]), (&"recovery".into(), &"admin".into()));
}

#[test]
fn without_a_terminal_it_must_be_said_where_the_recovery_key_goes() {
    let home = Home::empty();
    insta::assert_snapshot!(home.run(init(&[])).shown(&home), @"
    exit 2
    --- stderr
    error: without a terminal it must be said where the recovery key goes
    hint: add --recovery-to FILE or --no-recovery
    ");
    assert!(!home.vault().exists());
}

#[test]
fn a_recovery_file_is_never_overwritten_and_no_vault_is_left() {
    let home = Home::empty();
    home.write("recovery.txt", "something else");
    let run = home.run(init(&["--recovery-to", "recovery.txt"]));
    insta::assert_snapshot!(run.shown(&home), @"
    exit 5
    --- stderr
    error: 'recovery.txt' already exists
    hint: choose another path, or move that file away
    ");
    assert!(!home.vault().exists());
    assert_eq!(home.read("recovery.txt"), "something else");
}

#[test]
fn a_vault_is_never_overwritten() {
    let home = Home::new();
    let before = fs::read(home.vault()).unwrap();
    insta::assert_snapshot!(home.run(init(&["--no-recovery"])).shown(&home), @"
    exit 5
    --- stderr
    error: '[home]/data/keyctl/vault.db' already exists
    hint: choose another path, or move that file away
    ");
    assert_eq!(fs::read(home.vault()).unwrap(), before);
}

#[test]
fn without_a_passphrase_nothing_is_made() {
    let home = Home::empty();
    let run = home.run_in(&[("KEYCTL_PASSPHRASE", "")], init(&["--no-recovery"]));
    insta::assert_snapshot!(run.shown(&home), @"
    exit 4
    --- stderr
    error: no passphrase was given, and there is no terminal to ask for it
    hint: use --passphrase-file FILE, --passphrase-fd N or --passphrase-command CMD, or set KEYCTL_PASSPHRASE
    ");
    assert!(!home.vault().exists());
}

#[test]
fn a_short_passphrase_is_a_warning() {
    let home = Home::empty();
    let run = home.run_in(&[("KEYCTL_PASSPHRASE", "short")], init(&["--no-recovery"]));
    insta::assert_snapshot!(run.stderr.lines().next().unwrap(), @"warning: a passphrase of 5 characters is quickly guessed by who has the file; take four or more words");
}

#[test]
fn tokens_begin_with_the_prefix_of_the_vault() {
    let home = Home::empty();
    home.ok(init(&["--no-recovery", "--token-prefix", "acme"]));
    assert!(home.token("bot").starts_with("acme_dev_"));
}

#[test]
fn wrong_values_name_their_flag() {
    let home = Home::empty();
    let said = [
        ["--token-prefix", "ghp"],
        ["--token-prefix", "KC"],
        ["--token-prefix", "a"],
        ["--kdf-memory", "18"],
        ["--kdf-memory", "2049"],
        ["--kdf-passes", "0"],
        ["--kdf-passes", "17"],
    ]
    .map(|[flag, value]| {
        let run = home.run(["init", "--no-recovery", flag, value]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{flag} {value}");
        run.stderr
    });
    insta::assert_snapshot!(said.concat(), @"
    error: --token-prefix <PREFIX>: 'ghp' is what tokens of another issuer begin with; take one of your own, like kc or acme
    hint: 'keyctl init --help' says what each flag takes
    error: --token-prefix <PREFIX>: 'KC' must be 2 to 12 lower-case letters and digits, a letter first, like kc or acme
    hint: 'keyctl init --help' says what each flag takes
    error: --token-prefix <PREFIX>: 'a' must be 2 to 12 lower-case letters and digits, a letter first, like kc or acme
    hint: 'keyctl init --help' says what each flag takes
    error: --kdf-memory and --kdf-passes: memory must be 19 to 2048 MiB
    error: --kdf-memory and --kdf-passes: memory must be 19 to 2048 MiB
    error: --kdf-memory and --kdf-passes: passes must be 1 to 16
    error: --kdf-memory and --kdf-passes: passes must be 1 to 16
    ");
    assert_eq!(home.run(init(&["--no-recovery", "--recovery-to", "x"])).code, 2);
}

#[test]
fn a_stdout_that_cannot_be_written_leaves_no_vault() {
    let home = Home::empty();
    let run = home.script("keyctl init --no-recovery --kdf-memory 19 --kdf-passes 1 >/dev/full");
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(!home.vault().exists());
}

#[test]
fn another_path_can_be_named() {
    let home = Home::empty();
    home.ok(init(&["--no-recovery", "--vault", "other.db"]));
    assert!(home.file("other.db").exists() && !home.vault().exists());
    let run = home.run_in(&[("KEYCTL_VAULT", "other.db")], ["vault", "info", "--json"]);
    assert_eq!(run.code, 0);
    let run = home.run_in(&[("KEYCTL_VAULT", "other.db")], ["list", "--vault", "nowhere.db"]);
    assert_eq!(run.code, 1, "a flag beats the environment");
}

#[test]
fn a_folder_that_is_missing_is_made_private() {
    let home = Home::empty();
    home.ok(init(&["--no-recovery", "--vault", "new/vault.db"]));
    let mode = fs::metadata(home.file("new")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn a_vault_that_is_gone_is_not_replaced_by_an_empty_one_unasked() {
    let home = Home::new();
    home.token("bot");
    let backup = home.file("backup.db");
    home.ok(["vault", "backup", "backup.db"]);
    fs::remove_file(home.vault()).unwrap();
    insta::assert_snapshot!(home.run(["list"]).shown(&home), @"
    exit 1
    --- stderr
    error: the vault '[home]/data/keyctl/vault.db' is gone: this machine has seen one there
    hint: put a backup back: keyctl vault restore BACKUP --accept-rollback; or say with --vault where it is now
    ");
    insta::assert_snapshot!(home.run(["init", "--no-recovery"]).shown(&home), @"
    exit 6
    --- stderr
    error: this needs a confirmation: This machine has seen a vault at '[home]/data/keyctl/vault.db', which is gone; a backup could put it back. Make a new one instead
    hint: add --yes to go ahead without being asked
    ");
    assert!(!home.vault().exists() && backup.exists());
    let restored = home.run(["vault", "restore", "backup.db", "--yes"]);
    assert_eq!(restored.code, 0, "{}", restored.stderr);
    assert_eq!(home.json(["list"]).as_array().unwrap().len(), 1);
    fs::remove_file(home.vault()).unwrap();
    let anew = ["init", "--no-recovery", "--kdf-memory", "19", "--kdf-passes", "1", "--yes"];
    assert_eq!(home.run(anew).code, 0);
}
