//! Who may make a bundle, from what, and by which keys it is signed.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use keyctl_vault::issue::{self, ExportError, ExportOptions, Rotation};
use keyctl_vault::{Role, Secret, UnlockedVault, VaultError, Verb};
use keyctl_verify::{BundleFault, Code, Policy, PublicKey, Untrusted, UnverifiedBundle};

use super::{EXPORTER, Press, VIEWER, days, whole};
use crate::support::{Attacker, DAY, HOUR, Lab, act, at, keyfile, make, new_key, revoke};

/// Two keys, of which the first was revoked at `at(2)`; a bundle was made at `at(10)`.
fn pressed() -> (Press, Vec<u8>) {
    let (press, made) = Press::with_keys(2);
    let mut press = press.with_slots();
    revoke(&mut press.vault, made[0].id, at(2));
    press.export(&whole(), 10).unwrap();
    let bytes = press.bytes();
    (press, bytes)
}

#[test]
fn a_viewer_is_refused_and_an_exporter_changes_nothing_but_the_bundle() {
    let (mut press, old) = pressed();
    let vault = press.lab.bytes();
    press.vault = press.lab.unlock(&keyfile(VIEWER)).unwrap();
    let refused = press.export(&whole(), 20).unwrap_err();
    let by_role = matches!(
        &refused,
        ExportError::Vault(VaultError::Role { slot, role: Role::Viewer, .. }) if slot == "watch"
    );
    assert!(by_role, "{refused}");
    assert_eq!(press.bytes(), old);
    press.vault = press.lab.unlock(&keyfile(EXPORTER)).unwrap();
    press.export(&whole(), 20).unwrap();
    assert_ne!(press.bytes(), old);
    assert_eq!(press.lab.bytes(), vault, "the vault's file is as it was");
    let beside = fs::read_dir(press.lab.folder()).unwrap().map(|e| e.unwrap().file_name());
    let mut beside: Vec<_> = beside.map(|name| name.into_string().unwrap()).collect();
    beside.sort();
    assert_eq!(beside, ["bundles", "state", "vault.kcv"]);
}

#[test]
fn every_role_may_see_the_public_key_and_only_an_admin_may_change_it() {
    let (mut press, _) = pressed();
    let expected = press.trusted();
    for secret in [VIEWER, EXPORTER] {
        press.vault = press.lab.unlock(&keyfile(secret)).unwrap();
        assert_eq!(press.trusted(), expected);
        let before = press.lab.bytes();
        act(&mut press.vault, Verb::BundleKey, at(20), |tx| {
            Ok(tx.rotate_bundle_key(at(20), at(20))?)
        })
        .unwrap_err();
        assert_eq!(press.lab.bytes(), before);
    }
}

#[test]
fn a_vault_with_any_damage_makes_no_bundle() {
    let (mut press, old) = pressed();
    let clean = press.lab.bytes();
    let mut tried = 0;
    for table in ["page", "node", "audit"] {
        for (row, d) in press.lab.attacker().rows(table) {
            for bit in [d.len() * 8 - 1, d.len() * 4] {
                press.lab.attacker().flip(table, row, bit);
                press.vault = press.lab.open();
                let refused = press.export(&whole(), 20);
                let is_found = matches!(refused, Err(ExportError::Vault(VaultError::Integrity(_))));
                assert!(is_found, "bit {bit} of {table} {row}: {refused:?}");
                assert_eq!(press.bytes(), old, "bit {bit} of {table} {row}");
                assert_eq!(press.beside(), ["keys.kcb"]);
                press.lab.overwrite(&clean);
                tried += 1;
            }
        }
    }
    assert!(tried > 16, "{tried} places were damaged");
    press.vault = press.lab.open();
    press.export(&whole(), 20).unwrap();
}

/// With more than 4,096 keys the rest of the vault is verified through a second connection.
#[test]
fn a_large_vault_with_any_damage_makes_no_bundle() {
    const KEYS: u32 = 4_100;
    let mut press = Press::new();
    act(&mut press.vault, Verb::Create, at(1), |tx| {
        let new = (0..KEYS).map(|n| new_key(&format!("k{n}")));
        issue::create_many(tx, new, at(1), |_| ()).map_err(|(_, error)| error)
    })
    .unwrap();
    assert_eq!(press.export(&whole(), 10).unwrap().header.entries, u64::from(KEYS));
    let (old, clean) = (press.bytes(), press.lab.bytes());
    let attacker = press.lab.attacker();
    let index = attacker.ids("page").into_iter().find(|row| row >> 12 == 2).unwrap();
    let key = attacker.key_pages()[7];
    let segment = *attacker.ids("audit").last().unwrap();
    drop(attacker);
    let damages: [fn(&Attacker, i64); 4] = [
        |attacker, row| attacker.flip("audit", row, 4_000),
        |attacker, row| attacker.put("audit", row + 1, Some(&[7; 600])),
        |attacker, row| attacker.flip("page", row, 4_000),
        |attacker, row| attacker.put("page", row, None),
    ];
    let rows = [segment, segment, index, key];
    for (damage, row) in damages.into_iter().zip(rows) {
        damage(&press.lab.attacker(), row);
        press.vault = press.lab.open();
        let refused = press.export(&whole(), 20);
        let is_found = matches!(refused, Err(ExportError::Vault(VaultError::Integrity(_))));
        assert!(is_found, "row {row}: {refused:?}");
        assert_eq!(press.bytes(), old, "row {row}");
        press.lab.overwrite(&clean);
    }
    press.vault = press.lab.open();
    press.export(&whole(), 20).unwrap();
}

#[test]
fn a_vault_that_was_rolled_back_makes_no_bundle() {
    let (mut press, made) = Press::with_keys(1);
    let before = press.lab.bytes();
    revoke(&mut press.vault, made[0].id, at(2));
    press.export(&whole(), 10).unwrap();
    let old = press.bytes();
    press.lab.overwrite(&before);
    press.vault = press.lab.open();
    let refused = press.export(&whole(), 20);
    assert!(matches!(refused, Err(ExportError::Vault(VaultError::Integrity(_)))), "{refused:?}");
    assert_eq!(press.bytes(), old);
}

fn signatures(bundle: &[u8]) -> u8 {
    bundle[3840]
}

fn trusts(press: &Press, key: PublicKey, now: i64) -> Result<(), BundleFault> {
    let bundle = UnverifiedBundle::open(press.bytes()).unwrap();
    let verified = bundle.verify(&[key], Policy::default(), at(now));
    match verified {
        Ok(bundle) => {
            assert_eq!(bundle.facts().signer, key);
            Ok(())
        }
        Err(refusal) => {
            assert!(matches!(refusal.fault(), BundleFault::Untrusted(Untrusted::Nobody)));
            Err(BundleFault::Untrusted(Untrusted::Nobody))
        }
    }
}

fn rotate(vault: &mut UnlockedVault, end: i64, now: i64) -> (PublicKey, Option<PublicKey>) {
    let (fresh, old) =
        act(vault, Verb::BundleKey, at(now), |tx| Ok(tx.rotate_bundle_key(at(end), at(now))?))
            .unwrap();
    (fresh, old.map(|old| old.public))
}

#[test]
fn two_keys_sign_during_the_overlap_and_one_after_it() {
    let (mut press, _) = pressed();
    let first = press.trusted()[0];
    assert_eq!(signatures(&press.bytes()), 1);
    let (second, old) = rotate(&mut press.vault, 7 * DAY, HOUR);
    assert_eq!(old, Some(first));
    let exported = press.export(&whole(), 7 * DAY - 1).unwrap();
    assert_eq!((signatures(&press.bytes()), exported.signers), (2, vec![second, first]));
    for key in [first, second] {
        trusts(&press, key, 7 * DAY - 1).unwrap();
    }
    // The end of the overlap is its first instant.
    let exported = press.export(&whole(), 7 * DAY).unwrap();
    assert_eq!((signatures(&press.bytes()), exported.signers), (1, vec![second]));
    trusts(&press, second, 7 * DAY).unwrap();
    trusts(&press, first, 7 * DAY).unwrap_err();
}

#[test]
fn a_second_rotation_ends_the_oldest_key_and_none_sign_thrice() {
    let (mut press, _) = pressed();
    let first = press.trusted()[0];
    let (second, _) = rotate(&mut press.vault, 7 * DAY, HOUR);
    let (third, old) = rotate(&mut press.vault, 7 * DAY, 2 * HOUR);
    assert_eq!(old, Some(second));
    let exported = press.export(&whole(), 3 * HOUR).unwrap();
    assert_eq!((signatures(&press.bytes()), exported.signers), (2, vec![third, second]));
    trusts(&press, first, 3 * HOUR).unwrap_err();
    // Without an overlap, at once.
    let (fourth, old) = rotate(&mut press.vault, 4 * HOUR, 4 * HOUR);
    assert_eq!(old, None);
    let exported = press.export(&whole(), 4 * HOUR).unwrap();
    assert_eq!(exported.signers, [fourth]);
    trusts(&press, third, 4 * HOUR).unwrap_err();
    let ends: Vec<_> = press.vault.bundle_keys().unwrap().iter().map(|key| key.until).collect();
    assert_eq!(ends, [None, Some(at(4 * HOUR)), Some(at(4 * HOUR)), Some(at(2 * HOUR))]);
}

#[test]
fn a_bundle_of_a_key_that_signs_no_more_is_still_the_vaults_own_and_is_replaced() {
    let (mut press, _) = pressed();
    rotate(&mut press.vault, HOUR, HOUR);
    press.export(&whole(), 2 * HOUR).unwrap();
    assert_eq!(press.trusted().len(), 2);
}

/// A copy of the vault of the first format, which has no key for bundles.
fn old_vault() -> Lab {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/vault-v1");
    let lab = Lab::empty();
    fs::copy(fixture.join("vault.db"), lab.path()).unwrap();
    fs::set_permissions(lab.path(), fs::Permissions::from_mode(0o600)).unwrap();
    lab
}

#[test]
fn a_vault_from_before_there_were_bundles_needs_a_first_rotation() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/vault-v1");
    let secret = Secret::keyfile(&fs::read(fixture.join("admin.key")).unwrap()).unwrap();
    let lab = old_vault();
    let vault = lab.unlock(&secret).unwrap();
    let mut press = Press { lab, vault };
    fs::create_dir(press.folder()).unwrap();
    let now = 10 * 365 * DAY;
    assert!(matches!(press.vault.bundle_keys(), Err(VaultError::NoBundleKey)));
    let refused = press.export(&whole(), now);
    assert!(matches!(refused, Err(ExportError::Vault(VaultError::NoBundleKey))), "{refused:?}");
    assert_eq!(press.beside(), Vec::<String>::new());
    assert_eq!(rotate(&mut press.vault, now + DAY, now).1, None, "there was none before");
    press.export(&whole(), now).unwrap();
    let token = fs::read_to_string(fixture.join("active.token")).unwrap();
    let revoked = fs::read_to_string(fixture.join("revoked.token")).unwrap();
    let codes = [token, revoked].map(|token| press.code(token.trim(), now));
    assert_eq!(codes, [Code::Valid, Code::Revoked]);
}

#[test]
fn what_ended_is_kept_exactly_as_long_as_asked() {
    let (mut press, made) = Press::with_keys(1);
    revoke(&mut press.vault, made[0].id, at(DAY));
    let alive = make(&mut press.vault, "alive", at(DAY));
    let options = ExportOptions { keep_ended: days(30), ..whole() };
    let mut look = |now: i64| {
        let exported = press.export(&options, now).unwrap();
        assert_eq!(press.code(&alive.token, now), Code::Valid);
        (exported.header.entries, exported.left_out, press.code(&made[0].token, now))
    };
    assert_eq!(look(31 * DAY - 1), (2, 0, Code::Revoked));
    assert_eq!(look(31 * DAY), (1, 1, Code::Unknown));
}

/// A verifier's clock may be minutes behind the one that made the bundle.
#[test]
fn a_grace_that_ran_out_before_the_export_is_over_for_good() {
    let (mut press, made) = Press::with_keys(1);
    let begin = Rotation::Begin { grace: "1h".parse().ok() };
    act(&mut press.vault, Verb::Rotate, at(2), |tx| issue::rotate(tx, made[0].id, begin, at(2)))
        .unwrap();
    let end = 2 + HOUR;
    for (exported, wanted) in [(end - 1, Code::Valid), (end, Code::Superseded)] {
        press.export(&whole(), exported).unwrap();
        assert_eq!(press.code(&made[0].token, end - 200), wanted);
        assert_eq!(press.code(&made[0].token, end), Code::Superseded);
    }
}
