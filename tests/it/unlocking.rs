//! Where the passphrase comes from, which source wins, and what is said when it does not fit.

use crate::support::{Home, PASSPHRASE, Run};

const OTHER: &str = "another pass phrase";
const NONE: (&str, &str) = ("KEYCTL_PASSPHRASE", "");
const WRONG: (&str, &str) = ("KEYCTL_PASSPHRASE", "a wrong passphrase");

#[test]
fn each_source_opens_the_vault() {
    let home = Home::new();
    home.write("pass", format!("{PASSPHRASE}\n"));
    let command = format!("echo '{PASSPHRASE}'");
    for args in [
        &["list", "--passphrase-file", "pass"][..],
        &["list", "--passphrase-command", &command],
        &["list", "--passphrase-command", "cat pass"],
    ] {
        assert_eq!(home.run_in(&[NONE], args.iter().copied()).code, 0, "{args:?}");
    }
    for variable in [
        ("KEYCTL_PASSPHRASE_FILE", "pass"),
        ("KEYCTL_PASSPHRASE_COMMAND", "cat pass"),
        ("KEYCTL_PASSPHRASE", PASSPHRASE),
    ] {
        assert_eq!(home.run_in(&[NONE, variable], ["list"]).code, 0, "{variable:?}");
    }
    for script in [
        "unset KEYCTL_PASSPHRASE; keyctl list --passphrase-fd 0 <pass",
        "unset KEYCTL_PASSPHRASE; keyctl list --passphrase-fd 7 7<pass",
    ] {
        assert_eq!(home.script(script).code, 0, "{script}");
    }
}

#[test]
fn one_line_end_is_removed_and_no_more() {
    let home = Home::new();
    let opens = |contents: String| {
        home.write("pass", contents);
        home.run(["list", "--passphrase-file", "pass"]).code
    };
    assert_eq!(opens(PASSPHRASE.to_owned()), 0);
    assert_eq!(opens(format!("{PASSPHRASE}\r\n")), 0);
    assert_eq!(opens(format!("{PASSPHRASE}\n\n")), 4);
    assert_eq!(opens(format!(" {PASSPHRASE}")), 4);
}

#[test]
fn a_flag_beats_the_environment_and_files_beat_the_plain_variable() {
    let home = Home::new();
    home.write("good", PASSPHRASE);
    home.write("bad", OTHER);
    let file = |name| ("KEYCTL_PASSPHRASE_FILE", name);
    let command = |text| ("KEYCTL_PASSPHRASE_COMMAND", text);
    let flag = ["list", "--passphrase-file", "good"];
    assert_eq!(home.run_in(&[WRONG, file("bad"), command("cat bad")], flag).code, 0);
    assert_eq!(home.run_in(&[WRONG, file("good"), command("cat bad")], ["list"]).code, 0);
    assert_eq!(home.run_in(&[WRONG, command("cat good")], ["list"]).code, 0);
    assert_eq!(home.run_in(&[command("cat bad")], ["list"]).code, 4);
}

#[test]
fn two_flags_are_usage() {
    let home = Home::new();
    let flags = [
        ["--passphrase-file", "a"],
        ["--passphrase-fd", "9"],
        ["--passphrase-command", "true"],
        ["--keyfile", "b"],
        ["--recovery-file", "c"],
    ];
    for (i, one) in flags.iter().enumerate() {
        for other in &flags[i + 1..] {
            let run = home.run(["list"].into_iter().chain(*one).chain(*other));
            assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{one:?} {other:?}");
            assert!(run.stderr.contains(one[0]) && run.stderr.contains(other[0]), "{}", run.stderr);
        }
    }
    let args = ["list", "--keyfile", "b", "--recovery-file", "c"];
    insta::assert_snapshot!(home.run(args).shown(&home), @"
    exit 2
    --- stderr
    error: --keyfile and --recovery-file cannot be used together
    hint: give one way to unlock the vault
    ");
}

#[test]
fn no_passphrase_at_all_is_4() {
    let home = Home::new();
    insta::assert_snapshot!(home.run_in(&[NONE], ["list"]).shown(&home), @"
    exit 4
    --- stderr
    error: no passphrase was given, and there is no terminal to ask for it
    hint: use --passphrase-file FILE, --passphrase-fd N or --passphrase-command CMD, or set KEYCTL_PASSPHRASE; 'keyctl unlock', at a terminal of this login, keeps the vault open
    ");
    let run = home.run_in(&[NONE], ["list", "-o", "json"]);
    assert_eq!(run.json_error()["code"], "locked");
}

#[test]
fn a_wrong_passphrase_is_4_and_says_nothing_of_slots() {
    let home = Home::new();
    home.add_slot("secret-slot", "viewer", OTHER);
    let run = home.run_in(&[WRONG], ["list"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 4
    --- stderr
    error: vault '[home]/data/keyctl/vault.db': the passphrase opens no slot of the vault
    hint: try again; if it is lost, unlock with --recovery-file
    ");
    assert!(!run.stderr.contains("secret-slot") && !run.stderr.contains("main"));
}

#[test]
fn only_the_named_slot_is_tried() {
    let home = Home::new();
    home.add_slot("ci", "viewer", OTHER);
    assert_eq!(home.run(["list", "--slot", "main"]).code, 0);
    assert_eq!(home.run(["list", "--slot", "ci"]).code, 4);
    insta::assert_snapshot!(home.run(["list", "--slot", "nobody"]).shown(&home), @"
    exit 4
    --- stderr
    error: vault '[home]/data/keyctl/vault.db': no slot is named 'nobody'
    hint: 'keyctl vault slot list' names the slots
    ");
}

#[test]
fn sources_that_give_nothing_are_4_and_named() {
    let home = Home::new();
    home.write("empty", "\n");
    home.write("bytes", b"\xff\xfe");
    let said = [
        ["--passphrase-file", "nowhere"],
        ["--passphrase-file", "empty"],
        ["--passphrase-file", "bytes"],
        ["--passphrase-fd", "9"],
        ["--passphrase-command", "exit 3"],
        ["--passphrase-command", "true"],
        ["--keyfile", "nowhere"],
        ["--keyfile", "empty"],
        ["--recovery-file", "nowhere"],
        ["--recovery-file", "empty"],
    ]
    .map(|[flag, value]| {
        let run = home.run(["list", flag, value]);
        assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{flag} {value}: {}", run.stderr);
        run.stderr
    });
    insta::assert_snapshot!(said.concat(), @"
    error: cannot read the passphrase file 'nowhere': No such file or directory (os error 2)
    hint: check that it is there and can be read; nothing was changed
    error: the passphrase is empty
    hint: check where it comes from: 'keyctl list --help' lists the ways, under Unlocking
    error: the passphrase file 'bytes' is not UTF-8
    hint: check that it is there and can be read; nothing was changed
    error: cannot read the descriptor '/dev/fd/9': No such file or directory (os error 2)
    hint: check that it is there and can be read; nothing was changed
    error: the passphrase command failed: exit status: 3
    hint: run it by itself: it must write the passphrase to its stdout
    error: the passphrase is empty
    hint: check where it comes from: 'keyctl list --help' lists the ways, under Unlocking
    error: cannot open 'nowhere': No such file or directory (os error 2)
    hint: check that it is there and can be read; nothing was changed
    error: the key file 'empty' is too short
    hint: a key file has at least 32 bytes
    error: cannot read the recovery file 'nowhere': No such file or directory (os error 2)
    hint: check that it is there and can be read; nothing was changed
    error: 'empty': not a recovery key (56 letters and digits 2-7, in groups of seven)
    hint: compare it with what was written down at 'keyctl init'
    ");
}

#[test]
fn a_key_file_or_recovery_key_of_another_vault_opens_nothing() {
    let home = Home::new();
    home.write("key", [7; 32]);
    insta::assert_snapshot!(home.run(["list", "--keyfile", "key"]).shown(&home), @"
    exit 4
    --- stderr
    error: vault '[home]/data/keyctl/vault.db': the key file opens no slot of the vault
    hint: check that it belongs to this vault
    ");
    let other = Home::empty();
    let init = ["init", "--kdf-memory", "19", "--kdf-passes", "1", "--recovery-to", "r"];
    other.ok(init);
    home.write("r", other.read("r"));
    insta::assert_snapshot!(home.run(["list", "--recovery-file", "r"]).shown(&home), @"
    exit 4
    --- stderr
    error: vault '[home]/data/keyctl/vault.db': the recovery key opens no slot of the vault
    hint: check that it belongs to this vault
    ");
}

#[test]
fn a_passphrase_command_does_not_see_our_passphrase() {
    let home = Home::new();
    let command = "env > seen; cat /proc/$PPID/cmdline > argv; cat pass";
    home.write("pass", PASSPHRASE);
    let mut list = home.command(["list", "--passphrase-command", command]);
    list.env("KEYCTL_PASSPHRASE", "canary-passphrase");
    assert_eq!(Run::after(list).code, 0);
    let seen = home.read("seen");
    assert!(seen.contains("KEYCTL_OWNER") && !seen.contains("canary-passphrase"), "{seen}");
    assert!(!home.read("argv").contains(PASSPHRASE));
}

#[test]
fn nothing_waits_for_input_without_a_terminal() {
    let home = Home::new();
    home.token("bot");
    for args in [&["revoke", "bot"][..], &["delete", "bot"], &["vault", "slot", "remove", "main"]] {
        assert_eq!(home.run_with(args.iter().copied(), b"y\nbot\n").code, 6, "{args:?}");
    }
    let mut list = home.command(["list"]);
    list.env_remove("KEYCTL_PASSPHRASE");
    assert_eq!(crate::support::feed(list, PASSPHRASE.as_bytes()).code, 4);
}
