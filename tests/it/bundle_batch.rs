//! `verify --bundle --batch`: a verdict a line, at once, by the bundle that is there at that time.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Stdio};

use crate::bundle_site::Site;
use crate::support::Home;

/// The numbers of the lines and their codes.
fn lines(stdout: &str) -> Vec<(u64, String)> {
    let parse = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        (line["line"].as_u64().unwrap(), line["code"].as_str().unwrap().to_owned())
    };
    stdout.lines().map(parse).collect()
}

fn expected(codes: &[&str]) -> Vec<(u64, String)> {
    (1..).zip(codes.iter().map(ToString::to_string)).collect()
}

#[test]
fn each_line_has_its_number_and_the_worst_is_the_exit() {
    let site = Site::new();
    let revoked = site.home.token("gone");
    site.home.ok(["revoke", "gone", "--yes"]);
    site.export(&[]);
    let stranger = Home::new().token("elsewhere");
    let batch =
        |input: &str, flags: &[&str]| site.verify_token(input, &[&["--batch"], flags].concat());
    let run = batch(&format!("{}\n\n{stranger}\n{revoked}\nhello", site.token), &[]);
    let codes = ["VALID", "MALFORMED", "UNKNOWN", "REVOKED", "MALFORMED"];
    assert_eq!((lines(&run.stdout), run.code), (expected(&codes), 10));
    let run = batch(&format!("{0}\n{0}\r\n", site.token), &[]);
    assert_eq!((lines(&run.stdout), run.code), (expected(&["VALID", "VALID"]), 0));
    let run = batch(&format!("{}\n", site.token), &["--project", "web"]);
    assert_eq!((lines(&run.stdout), run.code), (expected(&["WRONG_PROJECT"]), 11));
    let run = batch(&format!("{}\nhello\n", site.token), &["--project", "web"]);
    assert_eq!((lines(&run.stdout), run.code), (expected(&["WRONG_PROJECT", "MALFORMED"]), 10));
    insta::assert_snapshot!(batch(&format!("{}\nhello\n", site.token), &[]).shown(&site.home), @r#"
    exit 10
    --- stdout
    {"line":1,"valid":true,"code":"VALID","reasons":[],"warnings":["NO_MEMORY"],"unchecked":["project","environment","scopes"],"key":{"id":"[id]","prefix":"[kc-dev-prefix]","generation":1,"project":"shop","environment":"development","kind":"general","owner":"tester","status":"active","scopes":["read"],"rate_limit":null,"not_before":null,"expires_at":null,"valid_until":null},"bundle":{"stream":"[hex]","serial":[serial],"issued_at":"[time]","valid_until":"[time]","signer":"[public-key]"}}
    {"line":2,"valid":false,"code":"MALFORMED","reasons":["MALFORMED"],"warnings":[],"unchecked":["project","environment","scopes"],"key":null,"bundle":{"stream":"[hex]","serial":[serial],"issued_at":"[time]","valid_until":"[time]","signer":"[public-key]"}}
    --- stderr
    note: not checked, because not named: project, environment, scopes; --strict denies then
    "#);
}

#[test]
fn a_batch_of_nothing_is_a_mistake() {
    let site = Site::new();
    insta::assert_snapshot!(site.verify_token("", &["--batch"]).shown(&site.home), @"
    exit 2
    --- stderr
    error: no token was given: the batch is empty
    hint: give a token a line on stdin
    ");
    let run = site.verify_token("\n", &["--batch"]);
    assert_eq!((lines(&run.stdout), run.code), (expected(&["MALFORMED"]), 10));
    let run = site.verify_by("nowhere", "", &["--batch"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
}

#[test]
fn a_bundle_that_is_not_there_is_said_on_every_line_and_explained_once() {
    let site = Site::new();
    let run = site.verify_by("nowhere", &format!("{}\nhello\n", site.token), &["--batch"]);
    insta::assert_snapshot!(run.shown(&site.home), @r#"
    exit 13
    --- stdout
    {"line":1,"valid":false,"code":"BUNDLE_UNREADABLE","reasons":["BUNDLE_UNREADABLE"],"warnings":[],"unchecked":["project","environment","scopes"],"key":null,"bundle":null}
    {"line":2,"valid":false,"code":"BUNDLE_UNREADABLE","reasons":["BUNDLE_UNREADABLE"],"warnings":[],"unchecked":["project","environment","scopes"],"key":null,"bundle":null}
    --- stderr
    warning: 'nowhere': the bundle cannot be read: No such file or directory (os error 2)
    hint: check the path; get the bundle again, or the latest keyctl
    "#);
}

#[test]
fn limits_are_counted_line_by_line() {
    let site = Site::with_key(&["--rate", "2/1d"]);
    let token = &site.token;
    let run =
        site.verify_token(&format!("{token}\n{token}\n{token}\n"), &["--batch", "--state", "seen"]);
    assert_eq!((lines(&run.stdout), run.code), (expected(&["VALID", "VALID", "RATE_LIMITED"]), 12));
    assert!(run.stdout.lines().last().unwrap().contains("\"retry_after_s\":"), "{run:?}");
}

#[test]
fn a_receipt_a_line_is_kept() {
    let site = Site::new();
    let input = format!("{0}\nhello\n{0}\n", site.token);
    let run = site.verify_token(&input, &["--batch", "--receipt", "receipts"]);
    assert_eq!(run.code, 10, "{run:?}");
    assert_eq!(site.home.read("receipts").lines().count(), 2);
}

/// A batch that is asked token by token.
struct Dialogue {
    child: Child,
    answers: BufReader<ChildStdout>,
}

impl Dialogue {
    fn begin(site: &Site, flags: &[&str]) -> Self {
        let args = ["verify", "--batch", "--bundle", "keys.kcb", "--trust", &site.trust];
        let mut command = site.home.command(args.into_iter().chain(flags.iter().copied()));
        command.env_remove("KEYCTL_PASSPHRASE");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap());
        Dialogue { child, answers }
    }

    /// The answer to a token; it comes before the next one is asked.
    fn ask(&mut self, token: &str) -> (u64, String) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{token}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        lines(&line).remove(0)
    }

    fn end(mut self) -> i32 {
        drop(self.child.stdin.take());
        self.child.wait().unwrap().code().unwrap()
    }
}

#[test]
fn a_bundle_that_is_replaced_in_the_middle_is_noticed() {
    let site = Site::new();
    let said = |code: &str, n: u64| (n, code.to_owned());
    let mut batch = Dialogue::begin(&site, &["--state", "seen"]);
    assert_eq!(batch.ask(&site.token), said("VALID", 1));
    let old = fs::read(site.home.file("keys.kcb")).unwrap();
    site.home.ok(["revoke", "bot", "--yes"]);
    assert_eq!(batch.ask(&site.token), said("VALID", 2));
    site.export(&[]);
    assert_eq!(batch.ask(&site.token), said("REVOKED", 3));
    // An older one in its place, by a rename as every tool does it.
    site.home.write("old", &old);
    fs::rename(site.home.file("old"), site.home.file("keys.kcb")).unwrap();
    assert_eq!(batch.ask(&site.token), said("BUNDLE_ROLLED_BACK", 4));
    fs::remove_file(site.home.file("keys.kcb")).unwrap();
    assert_eq!(batch.ask(&site.token), said("BUNDLE_UNREADABLE", 5));
    site.export(&[]);
    assert_eq!(batch.ask(&site.token), said("REVOKED", 6));
    assert_eq!(batch.end(), 13, "the worst line");
}

#[test]
fn what_another_process_has_seen_is_noticed_too() {
    let site = Site::new();
    let mut batch = Dialogue::begin(&site, &["--state", "seen"]);
    assert_eq!(batch.ask(&site.token).1, "VALID");
    // The newer one lies elsewhere, and somebody else is served from there.
    fs::rename(site.home.file("keys.kcb"), site.home.file("old.kcb")).unwrap();
    site.export(&[]);
    fs::rename(site.home.file("keys.kcb"), site.home.file("new.kcb")).unwrap();
    fs::rename(site.home.file("old.kcb"), site.home.file("keys.kcb")).unwrap();
    assert_eq!(batch.ask(&site.token).1, "VALID");
    assert_eq!(site.verify_by("new.kcb", &site.token, &["--state", "seen"]).code, 0);
    assert_eq!(batch.ask(&site.token).1, "BUNDLE_ROLLED_BACK");
    assert_eq!(batch.end(), 13);
}

#[test]
fn a_bundle_that_is_damaged_in_the_middle_is_noticed() {
    let site = Site::new();
    let mut batch = Dialogue::begin(&site, &[]);
    assert_eq!(batch.ask(&site.token).1, "VALID");
    let mut bytes = fs::read(site.home.file("keys.kcb")).unwrap();
    bytes[4096 + 40] ^= 1;
    // In place: the same file, the same size.
    site.home.write("keys.kcb", &bytes);
    assert_eq!(batch.ask(&site.token).1, "BUNDLE_CORRUPT");
    bytes[4096 + 40] ^= 1;
    site.home.write("keys.kcb", &bytes);
    assert_eq!(batch.ask(&site.token).1, "VALID");
    assert_eq!(batch.end(), 13);
}

#[test]
fn a_state_that_is_damaged_in_the_middle_ends_the_batch() {
    let site = Site::with_key(&["--rate", "9/1d"]);
    let mut batch = Dialogue::begin(&site, &["--state", "seen"]);
    assert_eq!(batch.ask(&site.token).1, "VALID");
    site.home.write("seen", "hello");
    let stdin = batch.child.stdin.as_mut().unwrap();
    writeln!(stdin, "{}", site.token).unwrap();
    let mut line = String::new();
    batch.answers.read_line(&mut line).unwrap();
    assert_eq!(line, "", "no verdict without the counter");
    assert_eq!(batch.end(), 13, "the batch was cut short");
}
