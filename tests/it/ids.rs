//! KEYs from stdin: what one command has listed, another one changes.

use crate::support::{Home, PASSPHRASE, feed};

/// Keys with these names.
fn keys(names: &[&str]) -> Home {
    let home = Home::new();
    names.iter().for_each(|name| home.token(name).clear());
    home
}

/// Names and statuses, the oldest first.
fn statuses(home: &Home) -> String {
    let listed = home.json(["list", "--reverse"]);
    let one = |key: &serde_json::Value| {
        format!("{} {}", key["name"].as_str().unwrap(), key["status"].as_str().unwrap())
    };
    listed.as_array().unwrap().iter().map(one).collect::<Vec<_>>().join(", ")
}

#[test]
fn what_list_prints_with_nul_revoke_takes() {
    let home = keys(&["api", "two words", "web"]);
    let run = home.script(
        "keyctl list --search w --print0 | keyctl revoke - --yes -q -o csv --reason retired",
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.stdout.matches(",changed,").count(), 2, "{}", run.stdout);
    assert_eq!(statuses(&home), "api active, two words revoked, web revoked");
}

#[test]
fn a_line_each_does_too() {
    let home = keys(&["api", "two words", "web"]);
    let run = home.script("keyctl list --field id --limit 2 | keyctl disable - --yes");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(statuses(&home), "api active, two words inactive, web inactive");
    let run = home.run_with(["enable", "-", "--yes", "-q"], b"two words\r\n\nweb");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let run = home.run_with(["edit", "-", "--note", "n", "--yes", "-q"], b"api\nweb\n");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(home.ok(["list", "--field", "note"]), "n\n\nn");
    let run = home.run_with(["delete", "-", "--yes", "-q"], b"api\0two words\0");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(statuses(&home), "web active");
}

#[test]
fn nothing_on_stdin_changes_nothing_and_is_no_failure() {
    let home = keys(&["api"]);
    for input in [&b""[..], b"\n", b"\n \r\n", b"\0"] {
        let run = home.run_with(["revoke", "-", "--yes"], input);
        assert_eq!(
            (run.code, run.stdout.as_str(), run.stderr.as_str()),
            (0, "", "note: no key fits\n")
        );
        assert_eq!(home.run_with(["revoke", "-", "--yes", "-o", "json"], input).stdout, "[]\n");
    }
    assert_eq!(home.run_with(["revoke", "-"], b"").code, 0, "nothing needs no confirmation");
    assert_eq!(statuses(&home), "api active");
}

#[test]
fn what_is_not_found_is_named_and_the_rest_is_done() {
    let home = keys(&["api", "web"]);
    let run = home.run_with(["revoke", "-", "--yes"], b"api\nnobody\nweb\n");
    insta::assert_snapshot!(run.shown(&home), @"
    exit 1
    --- stdout
    ID                NAME    PROJECT  ENVIRONMENT  RESULT   ERROR
    -                 nobody  -        -            failed   no key fits 'nobody'
    [id]  api     shop     development  changed  -
    [id]  web     shop     development  changed  -
    --- stderr
    revoked: 2, unchanged: 0, failed: 1
    ");
    assert_eq!(statuses(&home), "api revoked, web revoked");
    let run = home.run_with(["revoke", "-", "--yes", "-o", "json"], b"nobody\n");
    assert_eq!((run.code, run.json()[0]["result"].as_str()), (1, Some("failed")));
}

/// A script must not get an object once there happens to be one line.
#[test]
fn one_key_is_answered_with_an_array_too() {
    let home = keys(&["api"]);
    let run = home.run_with(["disable", "-", "--yes", "-o", "json"], b"api\n");
    assert_eq!((run.code, run.json().as_array().map(Vec::len)), (0, Some(1)));
    assert_eq!(run.json()[0]["result"], "changed");
    let run = home.run_with(["disable", "-", "--yes", "-o", "json"], b"api\napi\n");
    assert_eq!(run.json().as_array().map(Vec::len), Some(1), "and twice the same is one");
    assert_eq!(run.json()[0]["result"], "unchanged");
}

#[test]
fn without_yes_nothing_is_changed() {
    let home = keys(&["api", "web"]);
    for input in ["api\n", "api\nweb\n"] {
        let run = home.run_with(["revoke", "-"], input.as_bytes());
        assert_eq!((run.code, run.stdout.as_str()), (6, ""), "{}", run.stderr);
    }
    let run = home.run_with(["revoke", "-", "--dry-run", "-o", "json"], b"api\nweb\n");
    assert_eq!((run.code, run.json().as_array().map(Vec::len)), (0, Some(2)));
    assert_eq!(statuses(&home), "api active, web active");
}

#[test]
fn stdin_gives_the_keys_alone() {
    let home = keys(&["api"]);
    let said = [
        &["revoke", "-", "api"][..],
        &["revoke", "api", "-"],
        &["revoke", "-", "--owner", "tester"],
        &["revoke", "-", "--passphrase-fd", "0"],
    ]
    .map(|args| {
        let run = home.run_with(args.iter().copied().chain(["--yes"]), b"api\n");
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{args:?}");
        run.stderr
    });
    insta::assert_snapshot!(said.concat(), @"
    error: '-' stands for all KEYs, and not beside others
    hint: give all of them on stdin, or none
    error: '-' stands for all KEYs, and not beside others
    hint: give all of them on stdin, or none
    error: KEYs and filters cannot be used together
    hint: name the keys, or choose them by filters
    error: stdin cannot give both the KEYs and the passphrase
    hint: use another way to unlock
    ");
    let mut command = home.command(["revoke", "-", "--yes", "-q", "--passphrase-file", "pass"]);
    home.write("pass", PASSPHRASE);
    command.env_remove("KEYCTL_PASSPHRASE");
    assert_eq!(feed(command, b"api\n").code, 0, "another way to unlock is one");
}

#[test]
fn what_is_no_key_is_usage_and_a_token_is_not_shown() {
    let home = keys(&["api"]);
    let token = home.token("web");
    let run = home.run_with(["revoke", "-", "--yes"], format!("api\n{token}\n").as_bytes());
    assert_eq!(run.code, 2);
    assert!(!run.stderr.contains(&token), "{}", run.stderr);
    assert_eq!(home.run_with(["revoke", "-", "--yes"], b"api\n\xff\n").code, 2);
    assert_eq!(statuses(&home), "api active, web active");
}
