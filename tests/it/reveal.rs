//! `reveal`: the token of a recoverable key again, for administrators, and never without a line in
//! the audit log.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use serde_json::Value;

use crate::support::{Home, PASSPHRASE, Run, skip, tool};

/// How the programs of each clipboard are called: to put, to wait, to look, to clear.
const WAYLAND: &str = "wl-copy, sleep 30, wl-paste --no-newline, wl-copy --clear";
const XCLIP: &str = "xclip -selection clipboard, sleep 30, xclip -selection clipboard -out, \
                     xclip -selection clipboard";
const XSEL: &str = "xsel --clipboard --input, sleep 30, xsel --clipboard --output, \
                    xsel --clipboard --clear";

/// A home with the recoverable key `bot`, and its token.
fn with_bot() -> (Home, String) {
    let home = Home::new();
    let args = ["create", "--project", "shop", "--scope", "read", "--name", "bot", "--recoverable"];
    let token = home.ok(args);
    (home, token)
}

fn prefix_of(token: &str) -> &str {
    token.rsplit_once('_').unwrap().0
}

fn secret_of(token: &str) -> &str {
    token.rsplit_once('_').unwrap().1
}

/// The audit log's entries of `reveal`, newest first.
fn reveals(home: &Home) -> Vec<Value> {
    let log = home.json(["audit"]);
    log.as_array().unwrap().iter().filter(|entry| entry["verb"] == "reveal").cloned().collect()
}

fn generation(home: &Home) -> u64 {
    home.json(["audit", "verify"])["generation"].as_u64().unwrap()
}

/// Fakes of the programs for clipboards, in `bin`. They note how they were called in `calls`, what
/// they and the shell that clears saw in `seen`, and keep the clipboard in `board`. `sleep`
/// returns at once, and somebody else copies `other`, if it is there, in that time.
fn clipboards(home: &Home, names: &[&str]) {
    let note = "cd \"$DESK\" || exit; { env; tr '\\0' '\\n' </proc/self/cmdline; \
                tr '\\0' '\\n' </proc/$PPID/cmdline; } >>seen";
    let board = format!(
        "#!/bin/sh\n{note}\ncall=\"${{0##*/}} $*\"\necho $call >>calls\ncase $call in\n\
         *paste* | *-out*) cat board ;;\n*--clear*) : >board ;;\n*) cat >board ;;\nesac\n"
    );
    let sleep = format!(
        "#!/bin/sh\n{note}\ntr '\\0' '\\n' </proc/$PPID/environ >>seen\necho \"sleep $*\" >>calls\n\
         cp board before\nif [ -f other ]; then cp other board; fi\n"
    );
    fs::create_dir_all(home.file("bin")).unwrap();
    let scripts = names.iter().map(|name| (*name, board.as_str()));
    for (name, text) in scripts.chain([("sleep", sleep.as_str())]) {
        let path = home.write(&format!("bin/{name}"), text);
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

/// `reveal bot --copy` on a desktop, until the clipboard's clearing has ended too: that holds
/// descriptor 9.
fn copy(home: &Home, desktop: &str) -> Run {
    home.script(&format!(
        "export DESK=$PWD PATH=$PWD/bin:$PATH {desktop}\nkeyctl reveal bot --copy 9>&1"
    ))
}

#[test]
fn it_gives_the_token_that_create_gave() {
    let (home, token) = with_bot();
    let run = home.run(["reveal", "bot"]);
    assert_eq!((run.code, run.stdout, run.stderr), (0, format!("{token}\n"), String::new()));
    assert_eq!(home.ok(["reveal", "bot", "--show"]), token);
    assert_eq!(home.ok(["reveal", "bot", "--field", "token"]), token);
    assert_eq!(home.ok(["reveal", prefix_of(&token)]), token, "by its prefix");
    let run = home.run_in(&[("KEYCTL_OUTPUT", "json")], ["reveal", "bot"]);
    assert_eq!(run.stdout, format!("{token}\n"), "whatever is configured");
    assert_eq!(home.script("printf %s \"$(keyctl reveal bot)\" | keyctl verify -q").code, 0);
}

#[test]
fn in_json_it_is_the_record_and_the_token() {
    let (home, token) = with_bot();
    let mut record = home.json(["show", "bot"]);
    assert_eq!((&record["recoverable"], &record["token"]), (&Value::Bool(true), &Value::Null));
    record["token"] = token.clone().into();
    record.as_object_mut().unwrap().remove("effective_scopes");
    assert_eq!(home.json(["reveal", "bot"]), record);
    for format in ["jsonl", "csv"] {
        assert_eq!(home.ok(["reveal", "bot", "-o", format]).matches(&token).count(), 1);
    }
}

#[test]
fn the_key_stays_as_it_was_and_the_log_has_one_more_entry() {
    let (home, token) = with_bot();
    let (record, before) = (home.json(["show", "bot"]), generation(&home));
    let reason = "moving to the new runner";
    home.ok(["reveal", "bot", "--reason", reason]);
    assert_eq!(home.json(["show", "bot"]), record);
    assert_eq!(generation(&home), before + 1);
    let [entry] = &reveals(&home)[..] else { panic!("not one entry") };
    assert_eq!(entry["changes"].as_array().unwrap().len(), 1);
    assert_eq!(entry["changes"][0]["id"], record["id"]);
    let wanted = serde_json::json!([
        { "field": "revealed", "from": null, "to": record["prefix"] },
        { "field": "reason", "from": null, "to": reason },
    ]);
    assert_eq!(entry["changes"][0]["fields"], wanted);
    home.ok(["reveal", "bot", "--field", "name"]);
    assert_eq!((reveals(&home).len(), generation(&home)), (2, before + 2));
    let log = home.ok(["audit"]) + &home.ok(["audit", "-o", "json"]);
    assert!(log.contains(prefix_of(&token)) && !log.contains(secret_of(&token)), "{log}");
}

#[test]
fn after_a_rotation_it_is_the_current_token() {
    let (home, first) = with_bot();
    let second = home.ok(["rotate", "bot"]);
    assert_eq!(home.ok(["reveal", "bot"]), second);
    let third = home.ok(["rotate", "bot", "--grace", "24h"]);
    assert_eq!(home.ok(["reveal", "bot"]), third);
    home.ok(["rotate", "bot", "--cancel"]);
    assert_eq!(home.ok(["reveal", "bot"]), second);
    let fourth = home.ok(["rotate", "bot", "--grace", "24h"]);
    home.ok(["rotate", "bot", "--finish"]);
    assert_eq!(home.ok(["reveal", "bot"]), fourth);
    // An ended token is no way to the current one, but its prefix is a name of the key.
    assert_eq!(home.ok(["reveal", prefix_of(&first)]), fourth);
    home.ok(["vault", "check"]);
}

#[test]
fn a_key_that_keeps_no_token_is_refused_and_says_what_to_do() {
    let home = Home::new();
    home.token("bot");
    home.ok(["rotate", "bot"]);
    let before = generation(&home);
    insta::assert_snapshot!(home.run(["reveal", "bot"]).shown(&home), @"
    exit 5
    --- stderr
    error: the token of [id] was not kept: the key is not recoverable
    hint: 'keyctl rotate [id]' makes a new token; only keys made with --recoverable keep theirs
    ");
    assert_eq!(home.run(["reveal", "bot", "-o", "json"]).json_error()["code"], "refused");
    assert_eq!((reveals(&home).len(), generation(&home)), (0, before));
}

#[test]
fn a_revoked_key_has_no_token_any_more() {
    let (home, _) = with_bot();
    home.ok(["rotate", "bot", "--grace", "24h"]);
    home.ok(["revoke", "bot", "--yes"]);
    insta::assert_snapshot!(home.run(["reveal", "bot"]).shown(&home), @"
    exit 5
    --- stderr
    error: [id] is revoked, which is final
    hint: create a new key instead
    ");
    assert_eq!(reveals(&home).len(), 0);
    home.ok(["vault", "check"]);
}

#[test]
fn disabled_and_pending_keys_still_reveal() {
    let (home, token) = with_bot();
    home.ok(["disable", "bot", "--yes"]);
    assert_eq!(home.ok(["reveal", "bot"]), token);
    let args = ["create", "--project", "shop", "--recoverable", "--name", "later"];
    let later = home.ok(args.into_iter().chain(["--not-before", "7d"]));
    assert_eq!(home.ok(["reveal", "later"]), later);
}

#[test]
fn who_is_no_administrator_may_not() {
    let (home, token) = with_bot();
    for role in ["viewer", "exporter"] {
        let pass = format!("the {role} pass words");
        home.add_slot(role, role, &pass);
        let before = generation(&home);
        let run = home.run_in(&[("KEYCTL_PASSPHRASE", &pass)], ["reveal", "bot"]);
        assert_eq!((run.code, run.stdout.as_str()), (5, ""), "{}", run.stderr);
        assert!(run.stderr.contains(role) && run.stderr.contains("admin"), "{}", run.stderr);
        assert_eq!((reveals(&home).len(), generation(&home)), (0, before));
    }
    home.add_slot("second", "admin", "another pass phrase");
    let run = home.run_in(&[("KEYCTL_PASSPHRASE", "another pass phrase")], ["reveal", "bot"]);
    assert_eq!(run.stdout.trim_end(), token, "{}", run.stderr);
}

#[test]
fn a_key_that_is_not_there_and_bad_flags() {
    let (home, _) = with_bot();
    for (args, code) in [
        (&["reveal", "nobody"][..], 3),
        (&["reveal", "key_000000000000"], 3),
        (&["reveal"], 2),
        (&["reveal", "bot", "--field", "secret"], 2),
        (&["reveal", "bot", "--field", "token", "-o", "json"], 2),
        (&["reveal", "bot", "--field", "token", "--copy"], 2),
        (&["reveal", "bot", "--show", "--copy"], 2),
        (&["reveal", "bot", "--copy", "--to-file", "t"], 2),
        (&["reveal", "bot", "--reason", "a\u{1b}b"], 2),
    ] {
        let run = home.run(args.iter().copied());
        assert_eq!((run.code, run.stdout.as_str()), (code, ""), "{args:?} {}", run.stderr);
    }
    assert_eq!(reveals(&home).len(), 0);
}

#[test]
fn no_token_is_in_the_vaults_files() {
    let (home, first) = with_bot();
    let second = home.ok(["rotate", "bot", "--grace", "24h"]);
    home.ok(["reveal", "bot", "--reason", "a canary of a reason"]);
    let mut looked_at = 0;
    for folder in [home.vault().parent().unwrap().to_owned(), home.state()] {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let bytes = fs::read(&entry).unwrap_or_default();
            looked_at += bytes.len();
            for token in [&first, &second] {
                let secret = secret_of(token).as_bytes();
                assert!(!bytes.windows(secret.len()).any(|w| w == secret), "{}", entry.display());
            }
        }
    }
    assert!(looked_at > 4096, "the vault was looked at");
    home.ok(["vault", "check"]);
}

#[test]
fn a_file_gets_exactly_the_token_and_is_ours_alone() {
    let (home, token) = with_bot();
    let run = home.run(["reveal", "bot", "--to-file", "token.txt"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stderr
    The token of [id] is in 'token.txt'.
    ");
    assert_eq!(home.read("token.txt"), token);
    let mode = fs::metadata(home.file("token.txt")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(home.ok(["verify", "-q", "--token-file", "token.txt", "--field", "code"]), "VALID");
    assert_eq!(reveals(&home).len(), 1);
    let closed = home.script("keyctl reveal bot --to-file second.txt >&-");
    assert_eq!((closed.code, home.read("second.txt")), (0, token), "stdout is not needed for it");
}

#[test]
fn a_file_or_link_that_is_there_is_left_alone() {
    let (home, _) = with_bot();
    home.write("old.txt", "mine");
    symlink(home.file("old.txt"), home.file("link")).unwrap();
    symlink(home.file("nowhere"), home.file("dangling")).unwrap();
    let before = generation(&home);
    insta::assert_snapshot!(home.run(["reveal", "bot", "--to-file", "old.txt"]).shown(&home), @"
    exit 5
    --- stderr
    error: 'old.txt' already exists
    hint: name a file that is not there
    ");
    for name in ["link", "dangling", "."] {
        assert_eq!(home.run(["reveal", "bot", "--to-file", name]).code, 5, "{name}");
    }
    assert_eq!(home.read("old.txt"), "mine");
    assert!(!home.file("nowhere").exists());
    assert_eq!((reveals(&home).len(), generation(&home)), (0, before));
}

#[test]
fn the_clipboard_gets_the_token_through_a_pipe_and_loses_it_again() {
    let (home, token) = with_bot();
    clipboards(&home, &["xclip"]);
    let run = copy(&home, "DISPLAY=:0");
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stderr
    The token of [id] is in the clipboard for 30 seconds.
    ");
    let seen = home.read("seen");
    assert!(seen.contains("DISPLAY=:0") && seen.contains("IFS= read"), "{seen}");
    assert!(!seen.contains(secret_of(&token)), "{seen}");
    assert!(!seen.contains("KEYCTL_PASSPHRASE=") && !seen.contains(PASSPHRASE), "{seen}");
    assert_eq!(reveals(&home).len(), 1);
}

#[test]
fn what_came_into_the_clipboard_since_is_left_there() {
    let (home, token) = with_bot();
    clipboards(&home, &["wl-copy", "wl-paste"]);
    home.write("other", "something else");
    assert_eq!(copy(&home, "WAYLAND_DISPLAY=wayland-0").code, 0);
    assert_eq!((home.read("before"), home.read("board")), (token, "something else".to_owned()));
    assert!(!home.read("calls").contains("--clear"), "{}", home.read("calls"));
}

#[test]
fn the_program_is_the_one_of_the_desktop_and_clears_what_it_put() {
    let (home, token) = with_bot();
    let all = &["wl-copy", "wl-paste", "xclip", "xsel"][..];
    for (programs, desktop, calls) in [
        (all, "WAYLAND_DISPLAY=wayland-0", WAYLAND),
        (all, "WAYLAND_DISPLAY=wayland-0 DISPLAY=:0", WAYLAND),
        (all, "WAYLAND_DISPLAY= DISPLAY=:0", XCLIP),
        (&["xclip", "xsel"], "WAYLAND_DISPLAY=wayland-0 DISPLAY=:0", XCLIP),
        (&["xsel"], "DISPLAY=:0", XSEL),
    ] {
        drop(fs::remove_dir_all(home.file("bin")));
        clipboards(&home, programs);
        home.write("calls", "");
        let run = copy(&home, desktop);
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{desktop}: {}", run.stderr);
        assert_eq!((home.read("before"), home.read("board")), (token.clone(), String::new()));
        assert_eq!(home.read("calls").trim_end().replace('\n', ", "), calls, "{desktop}");
    }
}

#[test]
fn without_a_clipboard_nothing_happens() {
    let (home, _) = with_bot();
    clipboards(&home, &["wl-copy", "wl-paste", "xclip"]);
    let before = generation(&home);
    insta::assert_snapshot!(copy(&home, "").shown(&home), @"
    exit 1
    --- stderr
    error: there is no clipboard that could be reached
    hint: install wl-clipboard, xclip or xsel, or use --to-file
    ");
    fs::remove_file(home.file("bin/wl-copy")).unwrap();
    let only_ours = "WAYLAND_DISPLAY=wayland-0 PATH=$PWD/bin";
    assert_eq!(copy(&home, only_ours).code, 1, "xclip needs an X server");
    assert!(!home.file("calls").exists());
    assert_eq!((reveals(&home).len(), generation(&home)), (0, before));
}

#[test]
fn a_clipboard_that_fails_names_the_key_and_nothing_clears() {
    let (home, token) = with_bot();
    clipboards(&home, &["xclip"]);
    home.write("bin/xclip", "#!/bin/sh\nexit 1\n");
    let run = copy(&home, "DISPLAY=:0");
    insta::assert_snapshot!(run.shown(&home), @"
    exit 1
    --- stderr
    error: the token of [id] could not be handed over: xclip failed
    hint: try again; the key is as it was
    ");
    assert!(!run.stderr.contains(secret_of(&token)) && !home.file("calls").exists());
}

#[test]
fn a_stdout_that_takes_nothing_is_a_failure() {
    let (home, token) = with_bot();
    let before = generation(&home);
    insta::assert_snapshot!(home.script("keyctl reveal bot >&-").shown(&home), @"
    exit 1
    --- stderr
    error: stdout is closed, so the secret could not be handed over
    hint: nothing was changed; redirect stdout to where the secret shall go
    ");
    assert_eq!((reveals(&home).len(), generation(&home)), (0, before));
    insta::assert_snapshot!(home.script("keyctl reveal bot >/dev/full").shown(&home), @"
    exit 1
    --- stderr
    error: the token of [id] could not be handed over: cannot write to stdout: No space left on device (os error 28)
    hint: try again; the key is as it was
    ");
    let run = home.script("keyctl reveal bot -o json >/dev/full");
    assert!(run.code == 1 && !run.stderr.contains(secret_of(&token)), "{}", run.stderr);
    assert_eq!(reveals(&home).len(), 2, "what may have been seen is in the log");
}

#[test]
fn a_terminal_gets_it_only_with_show() {
    if !tool("script") {
        return skip("there is no script(1)");
    }
    let (home, token) = with_bot();
    let at_terminal = |flags: &str| {
        home.script(&format!(
            "script -qec '{} reveal bot {flags}' /dev/null </dev/null",
            env!("CARGO_BIN_EXE_keyctl")
        ))
    };
    for flags in ["", "-o json", "--field token"] {
        let run = at_terminal(flags);
        assert_eq!(run.code, 2, "{flags}: {}", run.stdout);
        assert!(run.stdout.contains("--show") && !run.stdout.contains(&token), "{}", run.stdout);
    }
    assert_eq!(reveals(&home).len(), 0);
    let run = at_terminal("--show");
    assert_eq!((run.code, run.stdout.trim_end()), (0, token.as_str()));
    assert_eq!(at_terminal("--to-file token.txt").code, 0);
    assert_eq!((home.read("token.txt"), reveals(&home).len()), (token, 2));
}
