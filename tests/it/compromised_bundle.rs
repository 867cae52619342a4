//! `compromised --bundle`: the verifiers' bundle is made anew as it was made before, and what stands
//! in its way keeps neither the key valid nor the new token back.

use std::fs;

use serde_json::Value;

use crate::bundle_site::Site;
use crate::support::{Home, Run};

/// `compromised bot --bundle keys.kcb`.
fn renew(home: &Home) -> Run {
    home.run(["compromised", "bot", "--yes", "--bundle", "keys.kcb"])
}

fn inspect(home: &Home) -> Value {
    home.json(["bundle", "inspect", "keys.kcb"])
}

/// The token is gone when nobody gets to see it.
#[test]
fn a_pipe_in_the_place_of_the_bundle_is_not_waited_for() {
    let site = Site::new();
    let run = site.home.script(&format!(
        "rm keys.kcb && mkfifo keys.kcb && timeout 20 {} compromised bot --yes --bundle keys.kcb",
        env!("CARGO_BIN_EXE_keyctl")
    ));
    insta::assert_snapshot!(run.shown(&site.home), @"
    exit 1
    --- stdout
    [kc-dev-token]
    --- stderr
    Revoked [id] and made [id] (bot, project shop) in its place.
      environment development, owner tester
      scopes read
      expires never
    The token is shown only now: put it where it belongs.
    error: the key is revoked, but the bundle was not made: 'keys.kcb' is not a plain file
    hint: verifiers accept the old token until they get one; make it with 'keyctl bundle export'
    ");
}

#[test]
fn verifiers_follow_at_once() {
    let site = Site::new();
    let run = renew(&site.home);
    insta::assert_snapshot!(run.shown(&site.home), @"
    exit 0
    --- stdout
    [kc-dev-token]
    --- stderr
    The bundle 'keys.kcb' is made anew.
    Revoked [id] and made [id] (bot, project shop) in its place.
      environment development, owner tester
      scopes read
      expires never
    The token is shown only now: put it where it belongs.
    ");
    let code =
        |token: &str| site.verify_token(token, &["--field", "code"]).stdout.trim_end().to_owned();
    assert_eq!(code(&site.token), "REVOKED");
    assert_eq!(code(run.stdout.trim_end()), "VALID");
}

#[test]
fn the_bundle_is_made_as_it_was() {
    for flags in [
        &[][..],
        &["--project", "shop"],
        &["--env", "development", "--redact"],
        &["--project", "shop", "--env", "development", "--with-labels", "--valid-for", "2h"],
        &["--redact", "--with-labels", "--valid-for", "90m"],
    ] {
        let site = Site::with_key(&["--label", "team=a"]);
        site.home.ok(["create", "--project", "web", "--name", "other", "--scope", "read"]);
        fs::remove_file(site.home.file("keys.kcb")).unwrap();
        site.export(flags);
        let before = inspect(&site.home);
        let run = renew(&site.home);
        assert_eq!(run.code, 0, "{flags:?}: {}", run.stderr);
        let after = inspect(&site.home);
        assert_eq!(after["stream"], before["stream"], "{flags:?}");
        assert!(after["serial"].as_u64() > before["serial"].as_u64(), "{flags:?}");
        assert_eq!(after["entries"].as_u64(), before["entries"].as_u64().map(|n| n + 1));
        let held = |bundle: &Value| {
            let time = |field: &str| -> chrono::DateTime<chrono::Utc> {
                bundle[field].as_str().unwrap().parse().unwrap()
            };
            time("valid_until") - time("issued_at")
        };
        assert_eq!(held(&after), held(&before), "{flags:?}");
        let verdict = site.verify_token(run.stdout.trim_end(), &["-o", "json"]).json();
        let is_redacted = flags.contains(&"--redact");
        assert_eq!(verdict["key"]["owner"].is_null(), is_redacted, "{flags:?}: {verdict}");
    }
}

#[test]
fn where_there_is_none_one_of_everything_is_made() {
    let home = Home::new();
    home.token("bot");
    let run = renew(&home);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(inspect(&home)["entries"], 2);
}

#[test]
fn what_lies_in_the_way_keeps_nothing_valid_and_the_token_is_handed_over() {
    let site = Site::new();
    let other = Site::new();
    for (name, contents) in [
        ("foreign", fs::read(other.home.file("keys.kcb")).unwrap()),
        ("text", b"a file of somebody".to_vec()),
    ] {
        fs::write(site.home.file("keys.kcb"), &contents).unwrap();
        let old = site.home.json(["show", "bot"])["id"].clone();
        let run = renew(&site.home);
        if name == "foreign" {
            insta::assert_snapshot!(run.shown(&site.home), @"
            exit 1
            --- stdout
            [kc-dev-token]
            --- stderr
            Revoked [id] and made [id] (bot, project shop) in its place.
              environment development, owner tester
              scopes read
              expires never
            The token is shown only now: put it where it belongs.
            error: the key is revoked, but the bundle was not made: 'keys.kcb' is a bundle of another vault
            hint: verifiers accept the old token until they get one; make it with 'keyctl bundle export'
            ");
        }
        assert_eq!(run.code, 1, "{name}: {}", run.stderr);
        assert_eq!(site.home.verify(run.stdout.trim_end(), &[]).code, 0, "{name}");
        assert_eq!(site.home.json(["show", old.as_str().unwrap()])["status"], "revoked", "{name}");
        assert_eq!(fs::read(site.home.file("keys.kcb")).unwrap(), contents, "{name}");
    }
    let run = site.home.run([
        "compromised",
        "bot",
        "--yes",
        "--bundle",
        "missing/keys.kcb",
        "-o",
        "json",
    ]);
    assert_eq!((run.code, &run.json_error()["code"]), (1, &"failed".into()));
    assert!(run.json()["token"].is_string());
    assert_eq!(site.home.run(["compromised", "bot", "--yes", "--bundle", "-"]).code, 2);
}

#[test]
fn a_bundle_that_tells_nothing_of_how_it_was_made_is_left_alone() {
    let site = Site::of(Home::new(), String::new());
    site.export(&["--redact"]);
    site.home.token("bot");
    let before = fs::read(site.home.file("keys.kcb")).unwrap();
    let run = renew(&site.home);
    insta::assert_snapshot!(run.shown(&site.home), @"
    exit 1
    --- stdout
    [kc-dev-token]
    --- stderr
    Revoked [id] and made [id] (bot, project shop) in its place.
      environment development, owner tester
      scopes read
      expires never
    The token is shown only now: put it where it belongs.
    error: the key is revoked, but the bundle was not made: 'keys.kcb' is a bundle that has none of the keys here
    hint: verifiers accept the old token until they get one; make it with 'keyctl bundle export'
    ");
    assert_eq!(fs::read(site.home.file("keys.kcb")).unwrap(), before);
}

#[test]
fn when_both_fail_both_are_said() {
    let home = Home::new();
    home.token("bot");
    home.write("keys.kcb", "mine");
    let run = home.script("keyctl compromised bot --yes --bundle keys.kcb > /dev/full");
    insta::assert_snapshot!(run.shown(&home), @"
    exit 1
    --- stderr
    Revoked [id] and made [id] (bot, project shop) in its place.
      environment development, owner tester
      scopes read
      expires never
    warning: the key is revoked, but the bundle was not made: 'keys.kcb' is not a bundle
    error: [id] is revoked and [id] is made, but its new token could not be handed over: cannot write to stdout: No space left on device (os error 28)
    hint: make another token with 'keyctl rotate [id]', or end the key with 'keyctl revoke [id]'
    ");
}

#[test]
fn without_a_replacement_the_bundle_is_made_anew_too() {
    let site = Site::new();
    let args = ["compromised", "bot", "--yes", "--no-replacement", "--bundle", "keys.kcb"];
    assert_eq!(site.home.run(args).code, 0);
    assert_eq!(site.code(&[]), ("REVOKED".into(), 10));
    let again = site.home.json(args);
    assert_eq!(again["changed"], false, "what is done already can be brought to verifiers again");
}
