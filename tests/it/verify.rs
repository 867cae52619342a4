//! `verify` against the vault: the verdict is the answer and the exit code, whatever becomes of
//! the streams, and the vault is never written.

use crate::past::{self, DAY};
use crate::support::Home;
use keyctl_vault::issue::Expiry;

/// A token, the flags, and what `verify` must say and exit with.
fn check(home: &Home, token: &str, flags: &[&str], code: &str, exit: i32) {
    let run = home.verify(token, &[flags, &["-o", "json"]].concat());
    let verdict = run.json();
    assert_eq!((verdict["code"].as_str(), run.code), (Some(code), exit), "{flags:?} {run:?}");
    assert_eq!(verdict["valid"], code == "VALID");
    let first = verdict["reasons"].as_array().unwrap().first().and_then(|r| r.as_str());
    assert_eq!(first, Some(code).filter(|code| *code != "VALID"));
}

fn limited(home: &Home) -> String {
    let limits = ["--path", "GET /v1/**", "--ip", "192.0.2.0/24", "--customer", "acme"];
    let create = ["create", "--project", "shop", "--name", "limited", "--scope", "read"];
    home.ok(create.into_iter().chain(limits))
}

#[test]
fn the_shape_of_a_valid_verdict_is_the_contract_to_the_letter() {
    let home = Home::new();
    let token = home.token("bot");
    let run = home.verify(&token, &["-o", "json"]);
    insta::assert_snapshot!(run.shown(&home), @r#"
    exit 0
    --- stdout
    {"valid":true,"code":"VALID","reasons":[],"warnings":[],"unchecked":["project","environment","scopes"],"key":{"id":"[id]","prefix":"[kc-dev-prefix]","generation":1,"project":"shop","environment":"development","kind":"general","owner":"tester","status":"active","scopes":["read"],"rate_limit":null,"not_before":null,"expires_at":null,"valid_until":null},"bundle":null}
    --- stderr
    note: not checked, because not named: project, environment, scopes; --strict denies then
    "#);
}

#[test]
fn the_shape_of_a_denial_of_an_unknown_token_has_no_key() {
    let home = Home::new();
    let token = Home::new().token("elsewhere");
    let run = home.verify(&token, &["-o", "json"]);
    insta::assert_snapshot!(run.shown(&home), @r#"
    exit 10
    --- stdout
    {"valid":false,"code":"UNKNOWN","reasons":["UNKNOWN"],"warnings":[],"unchecked":["project","environment","scopes"],"key":null,"bundle":null}
    --- stderr
    note: not checked, because not named: project, environment, scopes; --strict denies then
    "#);
}

#[test]
fn the_line_for_people_says_whose_key_it_is() {
    let home = Home::new();
    let token = home.token("bot");
    let all = ["--project", "shop", "--env", "development", "--scope", "read"];
    insta::assert_snapshot!(home.verify(&token, &all).shown(&home), @"
    exit 0
    --- stdout
    VALID [id] [kc-dev-prefix] project=shop environment=development owner=tester generation=1
    ");
    let wrong = ["--project", "web", "--env", "production", "--scope", "write"];
    insta::assert_snapshot!(home.verify(&token, &wrong).shown(&home), @"
    exit 10
    --- stdout
    WRONG_ENVIRONMENT [id] [kc-dev-prefix] project=shop environment=development owner=tester generation=1 also=WRONG_PROJECT,INSUFFICIENT_SCOPE
    ");
}

#[test]
fn tokens_that_are_none() {
    let home = Home::new();
    let token = home.token("bot");
    check(&home, "", &[], "MALFORMED", 10);
    check(&home, "hello", &[], "MALFORMED", 10);
    check(&home, &token[..token.len() - 1], &[], "MALFORMED", 10);
    check(&home, &format!(" {token}"), &[], "MALFORMED", 10);
    check(&home, &format!("{token}\n\n"), &[], "MALFORMED", 10);
    check(&home, &format!("{token}\n"), &[], "VALID", 0);
    check(&home, &format!("{token}\r\n"), &[], "VALID", 0);
    check(&home, &"x".repeat(1 << 20), &[], "MALFORMED", 10);
    let last = if token.ends_with('0') { "1" } else { "0" };
    check(&home, &format!("{}{last}", &token[..token.len() - 1]), &[], "BAD_CHECKSUM", 10);
    let run = home.run_with(["verify", "--field", "code"], b"\xff\xfe");
    assert_eq!((run.code, run.stdout.as_str()), (10, "MALFORMED\n"));
}

#[test]
fn keys_that_are_not_to_be_used() {
    let home = Home::new();
    check(&home, &Home::new().token("elsewhere"), &[], "UNKNOWN", 10);
    let expired = past::key(&home, "expired", 9 * DAY, Expiry::After("2d".parse().unwrap()));
    check(&home, &expired, &[], "EXPIRED", 10);
    let pending = ["--project", "shop", "--scope", "read", "--not-before", "2099-01-01"];
    let pending = home.ok(["create"].into_iter().chain(pending));
    check(&home, &pending, &[], "NOT_YET_VALID", 10);
    let token = home.token("bot");
    check(&home, &token, &["--env", "production"], "WRONG_ENVIRONMENT", 10);
    home.ok(["disable", "bot"]);
    check(&home, &token, &[], "DISABLED", 10);
    home.ok(["revoke", "bot", "--yes"]);
    check(&home, &token, &[], "REVOKED", 10);
    home.ok(["delete", "bot", "--yes"]);
    check(&home, &token, &[], "UNKNOWN", 10);
}

#[test]
fn generations_and_their_grace() {
    let home = Home::new();
    let [over, current] = past::rotated_key(&home, "over", 9 * DAY, 3 * DAY, Some("24h"));
    check(&home, &over, &[], "SUPERSEDED", 10);
    check(&home, &current, &[], "VALID", 0);
    let [old, new] = past::rotated_key(&home, "grace", 9 * DAY, DAY, Some("7d"));
    check(&home, &new, &[], "VALID", 0);
    let run = home.verify(&old, &["-o", "json"]);
    assert_eq!((run.code, &run.json()["warnings"]), (0, &serde_json::json!(["IN_GRACE"])));
    assert_eq!(run.json()["key"]["generation"], 1);
    assert!(run.json()["key"]["valid_until"].is_string());
}

#[test]
fn an_end_that_is_near_is_a_warning() {
    let home = Home::new();
    let create = |expires: &str| {
        home.ok(["create", "--project", "shop", "--scope", "read", "--expires", expires])
    };
    let warnings = |token: &str| home.verify(token, &["-o", "json"]).json()["warnings"].clone();
    assert_eq!(warnings(&create("13d")), serde_json::json!(["EXPIRES_SOON"]));
    assert_eq!(warnings(&create("15d")), serde_json::json!([]));
}

#[test]
fn requests_that_go_too_far() {
    let home = Home::new();
    let token = home.token("bot");
    check(&home, &token, &["--project", "web"], "WRONG_PROJECT", 11);
    check(&home, &token, &["--scope", "write"], "INSUFFICIENT_SCOPE", 11);
    check(&home, &token, &["--scope", "read", "--scope", "write"], "INSUFFICIENT_SCOPE", 11);
    check(&home, &token, &["--scope", "read:*"], "INSUFFICIENT_SCOPE", 11);
    check(&home, &token, &["--scope", "read"], "VALID", 0);
    check(&home, &token, &["--path", "/a/../b"], "PATH_DENIED", 11);
}

#[test]
fn limits_of_the_key() {
    let home = Home::new();
    let token = limited(&home);
    let good = ["--method", "GET", "--path", "/v1/x/y", "--ip", "192.0.2.7", "--customer", "acme"];
    check(&home, &token, &good, "VALID", 0);
    let with = |flag: &str, value: &'static str| {
        let mut flags = good;
        let at = flags.iter().position(|f| *f == flag).unwrap();
        flags[at + 1] = value;
        flags
    };
    check(&home, &token, &with("--method", "POST"), "PATH_DENIED", 11);
    check(&home, &token, &with("--path", "/v2"), "PATH_DENIED", 11);
    check(&home, &token, &with("--path", "/v1/%2e%2e/admin"), "PATH_DENIED", 11);
    check(&home, &token, &with("--ip", "198.51.100.1"), "IP_DENIED", 11);
    check(&home, &token, &with("--ip", "::ffff:192.0.2.7"), "VALID", 0);
    check(&home, &token, &with("--customer", "other"), "CUSTOMER_DENIED", 11);
}

#[test]
fn a_limit_about_which_the_request_says_nothing_denies_with_a_hint() {
    let home = Home::new();
    let token = limited(&home);
    insta::assert_snapshot!(home.verify(&token, &["-o", "json"]).shown(&home), @r#"
    exit 11
    --- stdout
    {"valid":false,"code":"PATH_DENIED","reasons":["PATH_DENIED","IP_DENIED","CUSTOMER_DENIED"],"warnings":[],"unchecked":["project","environment","scopes"],"key":{"id":"[id]","prefix":"[kc-dev-prefix]","generation":1,"project":"shop","environment":"development","kind":"general","owner":"tester","status":"active","scopes":["read"],"rate_limit":null,"not_before":null,"expires_at":null,"valid_until":null},"bundle":null}
    --- stderr
    note: not checked, because not named: project, environment, scopes; --strict denies then
    hint: this key is limited to certain paths: name the request's path
    hint: this key is limited to certain addresses: name the caller's address
    hint: this key is limited to certain customers: name the customer
    "#);
}

#[test]
fn the_first_reason_is_the_code_and_all_are_listed() {
    let home = Home::new();
    let token = home.token("bot");
    home.ok(["revoke", "bot", "--yes"]);
    let flags = ["--project", "web", "--env", "production", "--scope", "write", "-o", "json"];
    let verdict = home.verify(&token, &flags).json();
    insta::assert_snapshot!(verdict["reasons"], @r#"["REVOKED","WRONG_ENVIRONMENT","WRONG_PROJECT","INSUFFICIENT_SCOPE"]"#);
    assert_eq!(verdict["key"]["status"], "revoked");
}

#[test]
fn one_field_is_written_raw() {
    let home = Home::new();
    let token = home.token("bot");
    let field = |name: &str| home.verify(&token, &["-q", "--field", name]);
    assert_eq!(field("code").stdout, "VALID\n");
    assert_eq!(field("valid").stdout, "true\n");
    assert_eq!(field("reasons").stdout, "\n");
    assert_eq!(field("unchecked").stdout, "project environment scopes\n");
    insta::assert_snapshot!(field("token").shown(&home), @"
    exit 2
    --- stderr
    error: 'token' is no field
    hint: the fields are valid, code, reasons, warnings, unchecked, retry_after_s
    ");
}

#[test]
fn what_was_not_named_is_said_and_strict_makes_it_a_denial() {
    let home = Home::new();
    let token = home.token("bot");
    insta::assert_snapshot!(home.verify(&token, &["--project", "shop"]).shown(&home), @"
    exit 0
    --- stdout
    VALID [id] [kc-dev-prefix] project=shop environment=development owner=tester generation=1
    --- stderr
    note: not checked, because not named: environment, scopes; --strict denies then
    ");
    insta::assert_snapshot!(home.verify(&token, &["--strict"]).shown(&home), @"
    exit 10
    --- stdout
    WRONG_ENVIRONMENT [id] [kc-dev-prefix] project=shop environment=development owner=tester generation=1 also=WRONG_PROJECT,INSUFFICIENT_SCOPE
    --- stderr
    note: denied, because not named: project, environment, scopes
    ");
    check(&home, &token, &["--strict", "--env", "development"], "WRONG_PROJECT", 11);
    let scopes = ["--strict", "--env", "development", "--project", "shop"];
    check(&home, &token, &scopes, "INSUFFICIENT_SCOPE", 11);
    check(&home, &token, &[&scopes[..], &["--scope", "read"]].concat(), "VALID", 0);
}

#[test]
fn the_environment_can_make_it_strict() {
    let home = Home::new();
    home.write("token", home.token("bot"));
    let verify = |strict: &str| {
        let args = ["verify", "--token-file", "token", "--field", "code", "-q"];
        home.run_in(&[("KEYCTL_STRICT", strict)], args).stdout
    };
    for strict in ["1", "true", "yes"] {
        assert_eq!(verify(strict), "WRONG_ENVIRONMENT\n", "{strict}");
    }
    for lenient in ["0", "false", "no", ""] {
        assert_eq!(verify(lenient), "VALID\n", "{lenient}");
    }
}

#[test]
fn defaults_never_apply_to_verification() {
    let home = Home::new();
    home.write("token", home.token("bot"));
    let variables = [("KEYCTL_PROJECT", "web"), ("KEYCTL_ENV", "production")];
    let run = home.run_in(&variables, ["verify", "--token-file", "token", "-o", "json"]);
    assert_eq!(run.code, 0);
    assert_eq!(run.json()["unchecked"], serde_json::json!(["project", "environment", "scopes"]));
}
