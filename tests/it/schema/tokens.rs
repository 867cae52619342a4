//! Verdicts, findings of a scan, and bundles.

use std::fs;

use serde_json::{Value, json};

use super::{answer, exits, fits, varies};
use crate::bundle_site::Site;
use crate::past::{self, DAY};
use crate::support::{Home, Run};

/// A verdict with that exit and that code, which fits.
fn verdict(run: &Run, exit: i32, code: &str) -> Value {
    let verdict = fits("verify", run.json());
    assert_eq!((run.code, verdict["code"].as_str().unwrap()), (exit, code), "{run:?}");
    verdict
}

const JSON: [&str; 2] = ["-o", "json"];

#[test]
fn verdicts_of_the_vault_fit() {
    let home = Home::new();
    let token = home.token("bot");
    let verify = |token: &str, flags: &[&str]| home.verify(token, &[&JSON, flags].concat());
    let valid = verdict(&verify(&token, &[]), 0, "VALID");
    assert!(valid["bundle"].is_null() && valid["key"]["expires_at"].is_null());
    verdict(&verify("nonsense", &[]), 10, "MALFORMED");
    let other = Home::new().token("bot");
    assert!(verdict(&verify(&other, &[]), 10, "UNKNOWN")["key"].is_null());
    let strict = verdict(&verify(&token, &["--strict"]), 10, "WRONG_ENVIRONMENT");
    assert_eq!(strict["unchecked"], json!(["project", "environment", "scopes"]));
    verdict(&verify(&token, &["--project", "other"]), 11, "WRONG_PROJECT");
    let [old, _] = past::rotated_key(&home, "turned", 20 * DAY, DAY, Some("7d"));
    let grace = verdict(&verify(&old, &[]), 0, "VALID");
    assert_eq!(grace["warnings"], json!(["IN_GRACE"]));
    assert!(grace["key"]["valid_until"].is_string());
    home.ok(["revoke", "bot", "--yes"]);
    verdict(&verify(&token, &[]), 10, "REVOKED");
}

#[test]
fn verdicts_of_a_bundle_fit() {
    let site = Site::with_key(&["--rate", "1/1h", "--expires", "7d", "--label", "team=a"]);
    let verify = |flags: &[&str]| site.verify(&[&JSON, flags].concat());
    let valid = verdict(&verify(&[]), 0, "VALID");
    assert_eq!(valid["warnings"], json!(["EXPIRES_SOON", "NO_MEMORY"]));
    assert!(valid["bundle"]["serial"].is_u64() && valid["key"].get("labels").is_none());
    verdict(&verify(&["--state", "memory"]), 0, "VALID");
    let limited = verdict(&verify(&["--state", "memory"]), 12, "RATE_LIMITED");
    assert!(limited["retry_after_s"].is_u64());
    site.export(&["--with-labels"]);
    let labels = verdict(&verify(&[]), 0, "VALID");
    assert_eq!(labels["key"]["labels"], json!({ "team": "a" }));
    site.export_in_the_past("redacted.kcb", 18 * 3600, |options| options.redact = true);
    let redacted = site.verify_by("redacted.kcb", &site.token, &JSON);
    let redacted = verdict(&redacted, 0, "VALID");
    assert!(redacted["key"]["owner"].is_null(), "{redacted}");
    assert!(redacted["warnings"].as_array().unwrap().contains(&json!("BUNDLE_AGING")));
}

#[test]
fn verdicts_about_a_bundle_fit() {
    let site = Site::new();
    let by = |bundle: &str, flags: &[&str]| {
        site.verify_by(bundle, &site.token, &[&JSON, flags].concat())
    };
    let unreadable = verdict(&by("nowhere.kcb", &[]), 13, "BUNDLE_UNREADABLE");
    assert!(unreadable["key"].is_null() && unreadable["bundle"].is_null());
    site.export_in_the_past("old.kcb", 2 * 86_400, |_| ());
    assert!(verdict(&by("old.kcb", &[]), 13, "BUNDLE_STALE")["bundle"].is_object());
    verdict(&by("keys.kcb", &["--min-serial", "99999999999999"]), 13, "BUNDLE_ROLLED_BACK");
    let mut bytes = fs::read(site.home.file("keys.kcb")).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    site.home.write("damaged.kcb", bytes);
    let damaged = by("damaged.kcb", &[]);
    let code = damaged.json()["code"].as_str().unwrap().to_owned();
    verdict(&damaged, 13, &code);
    let stranger = Site::new();
    fs::copy(stranger.home.file("keys.kcb"), site.home.file("strange.kcb")).unwrap();
    verdict(&by("strange.kcb", &[]), 13, "BUNDLE_UNTRUSTED");
}

#[test]
fn each_line_of_a_batch_fits() {
    let home = Home::new();
    let token = home.token("bot");
    let tokens = format!("{token}\nnonsense\n\n");
    let run = home.run_with(["verify", "--batch"], tokens.as_bytes());
    assert_eq!((run.code, run.stdout.lines().count()), (10, 3), "{run:?}");
    for (n, line) in run.stdout.lines().enumerate() {
        let line = fits("verify --batch", serde_json::from_str(line).unwrap());
        assert_eq!(line["line"], n + 1);
    }
    let site = Site::with_key(&["--rate", "1/1h"]);
    let tokens = format!("{0}\n{0}\n", site.token);
    let flags =
        ["verify", "--batch", "--bundle", "keys.kcb", "--trust", &site.trust, "--state", "s"];
    let run = site.home.run_with(flags, tokens.as_bytes());
    let last = run.stdout.lines().next_back().unwrap();
    let last = fits("verify --batch", serde_json::from_str(last).unwrap());
    assert_eq!(last["code"], "RATE_LIMITED");
}

#[test]
fn findings_of_a_scan_fit() {
    let site = Site::new();
    let home = &site.home;
    assert_eq!(answer(home, "scan", &["keys.kcb"]), json!([]));
    let [old, _] = past::rotated_key(home, "turned", 20 * DAY, 10 * DAY, None);
    let gone = home.token("gone");
    home.ok(["revoke", "gone", "--yes"]);
    let foreign = Home::new().token("bot");
    home.write("leak", format!("{}\n x {old}\n{gone}\n{foreign}\n", site.token));
    let findings = exits(home, 5, "scan", &["leak"]);
    let statuses: Vec<&str> =
        findings.as_array().unwrap().iter().map(|f| f["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["active", "superseded", "revoked", "unknown"]);
    for field in ["id", "name", "project", "environment", "owner"] {
        assert!(varies(findings.as_array().unwrap(), field), "{field}: {findings}");
    }
    let offline = ["--bundle", "keys.kcb", "--trust", &site.trust, "leak"];
    assert!(exits(home, 5, "scan", &offline)[0]["name"].is_null());
    let alone = exits(home, 5, "scan", &["--shape-only", "leak"]);
    assert_eq!(alone[0]["status"], "unchecked");
}

#[test]
fn bundles_and_their_keys_fit() {
    let home = Home::new();
    home.token("bot");
    let trust = home.ok(["bundle", "key", "show"]);
    assert_eq!(answer(&home, "bundle export", &["k.kcb"])["signers"].as_array().unwrap().len(), 1);
    let inspected = [
        answer(&home, "bundle inspect", &["k.kcb"]),
        answer(&home, "bundle inspect", &["k.kcb", "--trust", &trust]),
        answer(&home, "bundle inspect", &["k.kcb", "--trust", &trust, "--check"]),
    ];
    assert!(varies(&inspected, "signer") && varies(&inspected, "sizes"), "{inspected:?}");
    assert_eq!(answer(&home, "bundle key show", &[]).as_array().unwrap().len(), 1);
    let overlap = answer(&home, "bundle key rotate", &[]);
    let shown = answer(&home, "bundle key show", &[]);
    assert!(varies(shown.as_array().unwrap(), "until"), "{shown}");
    let two = answer(&home, "bundle export", &["k.kcb"]);
    assert_eq!(two["signers"].as_array().unwrap().len(), 2);
    let both = [overlap, answer(&home, "bundle key rotate", &["--overlap", "0"])];
    assert!(varies(&both, "previous") && varies(&both, "previous_until"), "{both:?}");
}
