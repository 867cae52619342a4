//! A canary passphrase and canary tokens through every verb, good and bad, in every format: they
//! come out where they belong and nowhere else.

use std::fs;
use std::path::Path;

use crate::support::{Home, PASSPHRASE, Run};

/// Every command line that a vault with the keys `bot` and `other` can be given.
const LINES: &[&[&str]] = &[
    &["list", "--all"],
    &["list", "--search", "bo"],
    &["show", "bot"],
    &["show", "nobody"],
    &["edit", "bot", "--note", "x"],
    &["edit", "bot", "--rate", "x"],
    &["scope", "add", "bot", "b"],
    &["scope", "list", "bot"],
    &["disable", "bot"],
    &["enable", "bot"],
    &["disable", "bot", "other", "nobody", "--yes"],
    &["enable", "--project", "shop", "--yes"],
    &["revoke", "other"],
    &["revoke", "other", "--yes"],
    &["delete", "other"],
    &["rotate", "other"],
    &["create", "--project", "shop", "--name", "bot"],
    &["verify", "--token-file", "token"],
    &["verify", "--token-file", "token", "--scope", "nope", "--strict"],
    &["verify", "--batch", "--token-file", "tokens"],
    &["verify", "--token-file", "broken", "--receipt", "receipts"],
    &["verify", "--token-file", "token", "--receipt", "receipts"],
    &["usage", "import", "receipts", "token"],
    &["audit"],
    &["audit", "verify"],
    &["vault", "info"],
    &["vault", "check"],
    &["vault", "slot", "list"],
    &["vault", "slot", "remove", "nobody", "--yes"],
    &["vault", "passphrase", "--new-passphrase-file", "pass"],
    &["list", "--passphrase-file", "pass", "--keyfile", "token"],
    &["list", "--keyfile", "token"],
    &["list", "--recovery-file", "token"],
    &["list", "--slot", "nobody"],
    &["init", "--no-recovery"],
    &["delete", "other", "--yes"],
];

fn secret_of(token: &str) -> &str {
    token.rsplit_once('_').unwrap().1
}

/// Whether any file below a folder holds that text.
fn holds(folder: &Path, text: &str) -> bool {
    fs::read_dir(folder).unwrap().map(Result::unwrap).any(|entry| {
        if entry.file_type().unwrap().is_dir() {
            return holds(&entry.path(), text);
        }
        let contents = fs::read(entry.path()).unwrap();
        contents.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

fn check_streams(run: &Run, secrets: &[&str], what: &str) {
    for secret in secrets {
        assert!(!run.stdout.contains(secret), "{what}: {}", run.stdout);
        assert!(!run.stderr.contains(secret), "{what}: {}", run.stderr);
    }
}

#[test]
fn no_verb_shows_a_token_or_the_passphrase() {
    for format in ["table", "json"] {
        let home = Home::new();
        let token = home.token("bot");
        let other = home.token("other");
        home.write("token", &token);
        home.write("tokens", format!("{token}\n{other}\nx{token}\n"));
        home.write("broken", &token[..token.len() - 2]);
        home.write("pass", PASSPHRASE);
        let secrets = [secret_of(&token), secret_of(&other), &secret_of(&token)[..20], PASSPHRASE];
        for line in LINES {
            let run = home.run(line.iter().copied().chain(["-o", format]));
            assert!(run.code <= 11, "{line:?}: {run:?}");
            check_streams(&run, &secrets, &format!("{line:?}"));
        }
        for secret in secrets {
            for folder in ["data", "state"] {
                assert!(!holds(&home.file(folder), secret), "{folder} holds a secret");
            }
        }
    }
}

#[test]
fn a_new_token_is_in_one_place_of_stdout() {
    let home = Home::new();
    home.token("bot");
    for format in ["table", "json", "jsonl", "csv"] {
        let args = ["create", "--project", "shop", "--scope", "read", "-o", format];
        for run in [home.run(args), home.run(["rotate", "bot", "-o", format])] {
            let words = run.stdout.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let tokens = words.filter(|word| word.len() == 69).count();
            assert_eq!(tokens, 1, "{}", run.stdout);
            let secret = run.stdout.split('_').find(|part| part.len() >= 49).unwrap();
            assert!(!run.stderr.contains(&secret[..49]));
        }
    }
}

#[test]
fn a_token_is_not_on_stderr_when_it_cannot_be_handed_over() {
    let home = Home::new();
    for verb in ["create --project shop --scope read --name bot", "rotate bot"] {
        for format in ["", "-o json", "-o table", "--field token"] {
            let run = home.script(&format!("keyctl {verb} {format} >/dev/full"));
            let longest = run.stderr.split(|c: char| !c.is_ascii_alphanumeric());
            assert!(longest.map(str::len).max().unwrap_or(0) < 49, "{}", run.stderr);
        }
    }
}

#[test]
fn a_recovery_key_is_in_its_file_alone() {
    let home = Home::empty();
    let init = ["init", "--kdf-memory", "19", "--kdf-passes", "1", "--recovery-to", "r.txt"];
    let run = home.run(init);
    let key = home.read("r.txt").trim().to_owned();
    check_streams(&run, &[&key], "init");
    let run = home.run(["list", "--recovery-file", "r.txt"]);
    check_streams(&run, &[&key], "list");
    assert!(!holds(&home.file("data"), &key) && !holds(&home.file("state"), &key));
}

#[test]
fn what_a_broken_secret_file_holds_is_not_said() {
    let home = Home::new();
    home.write("r.txt", "CANARY7-CANARY7-CANARY7");
    home.write("pass", "canary passphrase");
    for args in [["list", "--recovery-file", "r.txt"], ["list", "--passphrase-file", "pass"]] {
        let run = home.run(args);
        assert_eq!(run.code, 4);
        check_streams(&run, &["CANARY7", "canary"], args[1]);
    }
}
