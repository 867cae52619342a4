//! A second verifier of bundles, in Python, written from `docs/bundle-format.md` alone by somebody
//! who had not seen the Rust code: it must say of every vector what the vector says, and of a
//! bundle of ours what keyctl says.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{Home, skip};

/// A Python with the package that the verifier needs.
fn python() -> Option<PathBuf> {
    let named = std::env::var_os("KEYCTL_TEST_PYTHON").map(PathBuf::from);
    let candidates = named.into_iter().chain([PathBuf::from("python3")]);
    candidates.into_iter().find(|python| {
        let probe = Command::new(python).args(["-c", "import cryptography"]).output();
        probe.is_ok_and(|output| output.status.success())
    })
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn script() -> PathBuf {
    root().join("tests/second_verifier/verify_bundle.py")
}

#[test]
fn the_second_verifier_agrees_with_every_vector() {
    let Some(python) = python() else { return skip("python3 with cryptography") };
    let vectors = root().join("crates/keyctl-verify/tests/vectors/bundles");
    let output = Command::new(python).arg(script()).arg(&vectors).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let count = std::fs::read_dir(&vectors).unwrap().count();
    assert!(said.contains(&format!("{count} vectors, 0 wrong")), "{said}");
}

#[test]
fn both_verifiers_say_the_same_of_a_bundle_of_ours() {
    let Some(python) = python() else { return skip("python3 with cryptography") };
    let home = Home::new();
    let limited = ["--path", "GET /v1/**", "--ip", "192.0.2.0/24", "--customer", "acme"];
    let create = ["create", "--project", "shop", "--name", "limited", "--scope", "orders:*"];
    let tokens =
        [home.token("plain"), home.ok(create.into_iter().chain(limited)), home.token("revoked")];
    home.ok(["revoke", "revoked", "--yes"]);
    home.ok(["bundle", "export", "keys.kcb"]);
    let trust = home.ok(["bundle", "key", "show"]);
    let requests: [&[&str]; 4] = [
        &[],
        &["--project", "shop", "--scope", "orders:read", "--path", "/v1/a", "--method", "GET"],
        &["--project", "other", "--ip", "192.0.2.7", "--customer", "acme", "--path", "/v1/a"],
        &["--strict"],
    ];
    for token in &tokens {
        for request in requests {
            let bundle = ["--bundle", "keys.kcb", "--trust", &trust, "-o", "json"];
            let ours = home.verify(token, &[&bundle[..], request].concat());
            let (code, theirs) = ask(&python, &home, &trust, token, request);
            let ours_json = ours.json();
            for field in ["code", "reasons", "warnings", "unchecked"] {
                assert_eq!(theirs[field], ours_json[field], "{field} {request:?} {theirs}");
            }
            assert_eq!(theirs["key"]["id"], ours_json["key"]["id"]);
            assert_eq!(theirs["bundle"]["signer"], ours_json["bundle"]["signer"]);
            assert_eq!(code, ours.code);
        }
    }
}

/// The exit code of the second verifier, and its verdict.
fn ask(python: &Path, home: &Home, trust: &str, token: &str, request: &[&str]) -> (i32, Value) {
    let mut child = Command::new(python)
        .arg(script())
        .args(["--bundle", "keys.kcb", "--trust", trust])
        .args(request)
        .current_dir(home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(token.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let verdict = serde_json::from_slice(&output.stdout).unwrap();
    (output.status.code().unwrap(), verdict)
}
