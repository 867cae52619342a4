//! A vault of the first format, made once and kept. What is written and read by the same mistake
//! would go unnoticed in any vault that a test has made; here it would not be found where the
//! specification says that it is.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use keyctl_vault::issue::verify;
use keyctl_vault::{Records, RecoveryKey, Role, Secret, UnlockedVault};
use keyctl_verify::{Code, Request, Timestamp};

use super::support::{Lab, at, make, passphrase};

const NOW: i64 = 1_800_000_000;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/vault-v1").join(name)
}

fn text(name: &str) -> String {
    fs::read_to_string(fixture(name)).unwrap().trim().to_owned()
}

/// A copy of it, opened.
fn open(secret: &Secret) -> (Lab, UnlockedVault) {
    let lab = Lab::empty();
    fs::copy(fixture("vault.db"), lab.path()).unwrap();
    fs::set_permissions(lab.path(), fs::Permissions::from_mode(0o600)).unwrap();
    let vault = lab.unlock(secret).unwrap();
    (lab, vault)
}

#[test]
fn every_secret_opens_the_slot_that_was_made_for_it() {
    let keyfile = |name: &str| Secret::keyfile(&fs::read(fixture(name)).unwrap()).unwrap();
    let recovery = Secret::Recovery(RecoveryKey::parse(&text("recovery.txt")).unwrap());
    for (secret, role) in [
        (recovery, Role::Admin),
        (keyfile("admin.key"), Role::Admin),
        (keyfile("viewer.key"), Role::Viewer),
        (passphrase("a passphrase that is no secret"), Role::Admin),
        (passphrase("the exporter of the fixture"), Role::Exporter),
    ] {
        let (_lab, mut vault) = open(&secret);
        assert_eq!((vault.role(), vault.vault_key().to_string()), (role, text("vault-key.txt")));
        vault.snapshot().unwrap();
    }
}

#[test]
fn everything_in_it_is_found_by_what_it_is_found_by() {
    let (_lab, mut vault) =
        open(&Secret::keyfile(&fs::read(fixture("viewer.key")).unwrap()).unwrap());
    let snapshot = vault.snapshot().unwrap();
    let report = snapshot.check().unwrap();
    let keys = snapshot.keys(Some).unwrap();
    assert_eq!((report.generation, report.slots), (80, 5));
    assert_eq!((snapshot.brand().as_str(), snapshot.key_count()), ("fixture", 8));
    assert_eq!((report.keys, keys.len(), report.audit_entries), (8, 8, 80));
    for key in &keys {
        assert_eq!(snapshot.key(key.id).unwrap().unwrap().name, key.name);
        let holder = snapshot.live_key_named(key.project.as_ref(), &key.name).unwrap();
        assert!(!key.is_live() || holder == Some(key.id), "{}", key.id);
        for generation in &key.generations {
            let (found, n) = snapshot.key_with_public_id(generation.public_id).unwrap().unwrap();
            assert_eq!((found.id, n), (key.id, generation.n));
        }
    }
    let now = Timestamp::from_unix(NOW).unwrap();
    for (name, code) in [
        ("active", Code::Valid),
        ("webhook", Code::Valid),
        ("disabled", Code::Disabled),
        ("revoked", Code::Revoked),
        ("superseded", Code::Superseded),
        ("deleted", Code::Unknown),
    ] {
        let token = text(&format!("{name}.token"));
        let verdict = verify(&snapshot, &token, &Request::default(), now).unwrap();
        assert_eq!(verdict.code(), code, "{name}");
    }
}

#[test]
fn a_key_that_is_made_in_it_has_its_brand() {
    let (_lab, mut vault) =
        open(&Secret::keyfile(&fs::read(fixture("admin.key")).unwrap()).unwrap());
    let made = make(&mut vault, "new", at(0));
    assert!(made.token.starts_with("fixture_dev_"), "{}", made.token);
}
