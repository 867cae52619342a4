//! Where `verify` takes tokens from, and what it leaves behind: verdicts a line, receipts, and
//! never a change of the vault.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::{Home, Run};

#[test]
fn a_file_or_a_variable_can_hold_the_token() {
    let home = Home::new();
    let token = home.token("bot");
    home.write("token", format!("{token}\n"));
    let verify = |args: &[&str]| {
        let args = ["verify", "-q", "--field", "code"].into_iter().chain(args.iter().copied());
        home.run_in(&[("TOKEN", &token), ("NOTHING", " ")], args)
    };
    assert_eq!(verify(&["--token-file", "token"]).stdout, "VALID\n");
    assert_eq!(verify(&["--token-env", "TOKEN"]).stdout, "VALID\n");
    assert_eq!(verify(&["--token-env", "NOTHING"]).stdout, "MALFORMED\n");
    insta::assert_snapshot!(verify(&["--token-env", "UNSET"]).shown(&home), @"
    exit 2
    --- stderr
    error: --token-env: the variable 'UNSET' is not set
    hint: export it, or pipe the token in
    ");
    assert_eq!(verify(&["--token-env", "TOKEN", "--token-file", "token"]).code, 2);
}

#[test]
fn a_token_file_that_is_not_there_is_a_failure_and_no_verdict() {
    let home = Home::new();
    let run = home.run(["verify", "--token-file", "nowhere"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 1
    --- stderr
    error: cannot open the token file 'nowhere': No such file or directory (os error 2)
    hint: check the path, or pipe the token in
    ");
}

#[test]
fn a_variable_that_is_set_to_nothing_is_an_empty_token() {
    let home = Home::new();
    let mut command = home.command(["verify", "--token-env", "EMPTY", "-q"]);
    command.env("EMPTY", "");
    let run = Run::after(command);
    assert_eq!((run.code, run.stdout.as_str()), (10, "MALFORMED\n"));
}

#[test]
fn a_batch_has_a_verdict_a_line_and_the_worst_exit() {
    let home = Home::new();
    let token = home.token("bot");
    let run = home.verify(&format!("{token}\r\n\nhello\n{token}"), &["--batch"]);
    insta::assert_snapshot!(run.shown(&home), @r#"
    exit 10
    --- stdout
    {"line":1,"valid":true,"code":"VALID","reasons":[],"warnings":[],"unchecked":["project","environment","scopes"],"key":{"id":"[id]","prefix":"[kc-dev-prefix]","generation":1,"project":"shop","environment":"development","kind":"general","owner":"tester","status":"active","scopes":["read"],"rate_limit":null,"not_before":null,"expires_at":null,"valid_until":null},"bundle":null}
    {"line":2,"valid":false,"code":"MALFORMED","reasons":["MALFORMED"],"warnings":[],"unchecked":["project","environment","scopes"],"key":null,"bundle":null}
    {"line":3,"valid":false,"code":"MALFORMED","reasons":["MALFORMED"],"warnings":[],"unchecked":["project","environment","scopes"],"key":null,"bundle":null}
    {"line":4,"valid":true,"code":"VALID","reasons":[],"warnings":[],"unchecked":["project","environment","scopes"],"key":{"id":"[id]","prefix":"[kc-dev-prefix]","generation":1,"project":"shop","environment":"development","kind":"general","owner":"tester","status":"active","scopes":["read"],"rate_limit":null,"not_before":null,"expires_at":null,"valid_until":null},"bundle":null}
    --- stderr
    note: not checked, because not named: project, environment, scopes; --strict denies then
    "#);
}

#[test]
fn the_worst_of_a_batch_counts() {
    let home = Home::new();
    let token = home.token("bot");
    let batch = |lines: &str, flags: &[&str]| {
        home.verify(lines, &[&["--batch", "-q"], flags].concat()).code
    };
    assert_eq!(batch(&format!("{token}\n{token}\n"), &[]), 0);
    assert_eq!(batch(&format!("{token}\n"), &["--scope", "write"]), 11);
    assert_eq!(batch(&format!("{token}\nx\n"), &["--scope", "write"]), 10);
    assert_eq!(batch("\n", &[]), 10);
    let long = "x".repeat(10_000);
    assert_eq!(batch(&format!("{long}\n{token}\n"), &[]), 10);
}

#[test]
fn a_line_that_is_too_long_does_not_shift_the_others() {
    let home = Home::new();
    let token = home.token("bot");
    let run = home.verify(&format!("{}\n{token}\n", "x".repeat(9_000)), &["--batch", "-q"]);
    let codes: Vec<_> = run.stdout.lines().map(|line| line.contains("\"VALID\"")).collect();
    assert_eq!(codes, [false, true]);
}

#[test]
fn an_empty_batch_is_usage() {
    let home = Home::new();
    insta::assert_snapshot!(home.verify("", &["--batch"]).shown(&home), @"
    exit 2
    --- stderr
    error: no token was given: the batch is empty
    hint: give a token a line on stdin
    ");
}

#[test]
fn a_batch_can_come_from_a_file() {
    let home = Home::new();
    home.write("tokens", format!("{}\n", home.token("bot")));
    let run = home.run(["verify", "--batch", "--token-file", "tokens", "-q"]);
    assert_eq!((run.code, run.stdout.lines().count()), (0, 1));
}

#[test]
fn the_exit_is_the_verdict_whether_anybody_reads_it_or_not() {
    let home = Home::new();
    home.write("token", home.token("bot"));
    for (redirect, flags, code) in [
        (">&-", "", 0),
        (">/dev/full", "", 0),
        (">/dev/full", "--scope write", 11),
        (">&-", "--env production -o json", 10),
        (">/dev/full", "--batch --scope write", 11),
    ] {
        let run = home.script(&format!("keyctl verify {flags} -q <token {redirect}"));
        assert_eq!(run.code, code, "{redirect} {flags} {}", run.stderr);
    }
}

#[test]
fn a_receipt_is_a_line_without_the_token() {
    let home = Home::new();
    let token = home.token("bot");
    let flags = ["--receipt", "receipts", "--receipt-label", "ci/deploy", "-q"];
    assert_eq!(home.verify(&token, &flags).code, 0);
    assert_eq!(home.verify(&token, &[&flags[..], &["--scope", "write"]].concat()).code, 11);
    assert_eq!(home.verify("hello", &flags).code, 10);
    let receipts = home.read("receipts");
    let (prefix, secret) = token.rsplit_once('_').unwrap();
    assert!(!receipts.contains(secret));
    let lines: Vec<Vec<&str>> = receipts.lines().map(|l| l.split(' ').collect()).collect();
    assert_eq!(lines.len(), 2, "who is not known leaves no receipt");
    assert_eq!((lines[0][0], lines[0][1]), ("kcr1", prefix));
    assert_eq!((lines[0][3], lines[0][4]), ("VALID", "ci/deploy"));
    assert_eq!(lines[1][3], "INSUFFICIENT_SCOPE");
    let mode = fs::metadata(home.file("receipts")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_receipt_that_cannot_be_written_is_a_failure_before_any_verdict() {
    let home = Home::new();
    let token = home.token("bot");
    let run = home.verify(&token, &["--receipt", "/nowhere/receipts"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 1
    --- stderr
    error: cannot open the receipt file '/nowhere/receipts': No such file or directory (os error 2)
    hint: check the path; nothing was decided
    ");
    let run = home.verify(&token, &["--receipt", "/dev/full", "-q"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{}", run.stderr);
}

#[test]
fn a_use_is_kept_in_the_state_directory_unless_told_not_to() {
    let home = Home::new();
    let token = home.token("bot");
    let used = || home.json(["show", "bot"])["last_used_at"].is_string();
    home.verify(&token, &["--no-record"]).stdout.clear();
    assert!(!used());
    home.verify(&token, &["--scope", "write"]).stdout.clear();
    assert!(!used(), "a denial is no use");
    home.verify(&token, &[]).stdout.clear();
    assert!(used());
}

#[test]
fn the_vault_is_never_written() {
    let home = Home::new();
    let token = home.token("bot");
    let before = fs::read(home.vault()).unwrap();
    for flags in [&[][..], &["--batch"], &["--receipt", "r"], &["--no-record"], &["--strict"]] {
        assert!(home.verify(&token, flags).code <= 11);
    }
    assert_eq!(fs::read(home.vault()).unwrap(), before);
    let folder = fs::read_dir(home.vault().parent().unwrap()).unwrap();
    assert_eq!(folder.count(), 1, "no file beside the vault");
}

#[test]
fn a_vault_that_cannot_be_written_can_be_verified_against() {
    let home = Home::new();
    let token = home.token("bot");
    let folder = home.vault().parent().unwrap().to_owned();
    let set = |path: &std::path::Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    set(&home.vault(), 0o400);
    set(&folder, 0o500);
    let run = home.verify(&token, &["--scope", "read"]);
    set(&folder, 0o700);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn a_viewer_can_verify() {
    let home = Home::new();
    home.write("token", home.token("bot"));
    home.add_slot("ci", "viewer", "viewer pass words");
    let variables = [("KEYCTL_PASSPHRASE", "viewer pass words")];
    let run = home.run_in(&variables, ["verify", "--token-file", "token", "--scope", "read"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn no_vault_and_a_wrong_passphrase_are_failures_and_no_verdicts() {
    let home = Home::empty();
    let run = home.verify("kc", &["-o", "json"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert_eq!(run.json_error()["code"], "failed");
    let home = Home::new();
    home.write("token", home.token("bot"));
    let run = home.run_in(&[("KEYCTL_PASSPHRASE", "x")], ["verify", "--token-file", "token"]);
    assert_eq!((run.code, run.stdout.as_str()), (4, ""));
}

#[test]
fn wrong_values_of_the_request_are_usage() {
    let home = Home::empty();
    let said = [
        ["--ip", "10.0.0.0/8"],
        ["--method", "g t"],
        ["--env", "qa"],
        ["--scope", "A"],
        ["--project", ""],
        ["--receipt-label", "a b"],
    ]
    .map(|[flag, value]| {
        let run = home.verify("x", &[flag, value]);
        assert_eq!(run.code, 2, "{flag}");
        run.stderr
    });
    insta::assert_snapshot!(said.concat(), @"
    error: --ip <ADDRESS>: '10.0.0.0/8' is not an address like 192.0.2.7 or 2001:db8::7
    hint: 'keyctl verify --help' says what each flag takes
    error: --method <METHOD>: 'g t' is not a method like GET
    hint: 'keyctl verify --help' says what each flag takes
    error: --env <ENV>: 'qa' is not production, staging or development
    hint: 'keyctl verify --help' says what each flag takes
    error: --scope <SCOPE>: 'A' is not a scope like orders:read, orders:* or *
    hint: 'keyctl verify --help' says what each flag takes
    error: --project <PROJECT>: '' is empty; a project is a name like shop
    hint: 'keyctl verify --help' says what each flag takes
    error: --receipt-label <LABEL>: 'a b' is not 1 to 64 of A-Z a-z 0-9 . _ : / @ -, like ci/deploy
    hint: 'keyctl verify --help' says what each flag takes
    ");
}
