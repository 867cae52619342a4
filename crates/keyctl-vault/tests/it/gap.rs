//! A backup that takes the vault's place leaves generations out. Who has seen one of those is told
//! so; who saw the backup's goes on; and the log names the gap.

use std::fs;
use std::path::PathBuf;

use keyctl_vault::{Finding, LockedVault, Rollback, SlotChoice, UnlockedVault, VaultError, Verb};
use keyctl_verify::Code;

use super::support::{KEYFILE, Lab, Made, at, by, code, keyfile, make, revoke};

/// A vault that was taken back from generation 12 to 5, and went on from 13.
struct Restored {
    lab: Lab,
    made: Vec<Made>,
    /// The pins that a machine had at generation `n`, at `n - 5`.
    pins: Vec<(u64, String)>,
    rollback: Rollback,
}

pub(crate) fn open_copy(lab: &Lab, path: &std::path::Path) -> UnlockedVault {
    let locked = LockedVault::open_copy(path, &lab.state()).unwrap();
    locked.unlock(&keyfile(KEYFILE), &SlotChoice::Any).unwrap()
}

impl Restored {
    fn new() -> Self {
        let (lab, made) = Lab::new().with_keys(3);
        let backup = lab.folder().join("backup");
        lab.open().backup(&backup).unwrap();
        let mut pins = vec![(5, pin(&lab))];
        let mut vault = lab.open();
        for n in 0..7 {
            revoke_or_make(&mut vault, &made, n);
            pins.push((6 + u64::try_from(n).unwrap(), pin(&lab)));
        }
        drop(vault);
        let rollback =
            open_copy(&lab, &backup).put_back(&lab.path(), &by(at(20)), Vec::new()).unwrap();
        Restored { lab, made, pins, rollback }
    }

    fn forget_and_remember(&self, pin: &str) {
        fs::write(pin_file(&self.lab), pin).unwrap();
    }
}

fn revoke_or_make(vault: &mut UnlockedVault, made: &[Made], n: usize) {
    let now = at(i64::try_from(n).unwrap() + 2);
    match made.get(n) {
        Some(key) => revoke(vault, key.id, now),
        None => drop(make(vault, &format!("later {n}"), now)),
    }
}

pub(crate) fn pin_file(lab: &Lab) -> PathBuf {
    let pins = fs::read_dir(lab.state().join("pins")).unwrap();
    let mut pins = pins.map(|entry| entry.unwrap().path());
    let is_pin = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.ends_with(".json") && !name.starts_with("at-")
    };
    pins.find(is_pin).unwrap()
}

fn pin(lab: &Lab) -> String {
    lab.look().unwrap();
    fs::read_to_string(pin_file(lab)).unwrap()
}

#[test]
fn the_vault_goes_on_above_everything_that_was_seen() {
    let case = Restored::new();
    assert_eq!((case.rollback.from, case.rollback.generation), (5, 13));
    assert_eq!(case.lab.look().unwrap(), 13);
    let mut vault = case.lab.open();
    assert_eq!(code(&mut vault, &case.made[0].token, at(21)), Code::Valid);
    let log = vault.snapshot().unwrap().audit(1).unwrap();
    let generations: Vec<u64> = log.iter().map(|entry| entry.generation).collect();
    assert_eq!(generations, [1, 2, 3, 4, 5, 13]);
    let last = log.last().unwrap();
    assert_eq!(last.verb, Verb::Restore.as_str());
    let field = &last.changes[0].fields[0];
    assert_eq!(
        (field.field.as_str(), field.from.as_deref(), field.to.as_deref()),
        ("generation", Some("5"), Some("13"))
    );
    let report = vault.snapshot().unwrap().check().unwrap();
    assert_eq!((report.generation, report.audit_entries), (13, 6));
}

#[test]
fn a_pin_in_the_gap_is_an_alarm_until_the_vault_is_trusted() {
    let case = Restored::new();
    for (generation, pin) in &case.pins {
        case.forget_and_remember(pin);
        match (generation, case.lab.look()) {
            (5, looked) => assert_eq!(looked.unwrap(), 13, "who saw the backup's state goes on"),
            (seen, Err(VaultError::Integrity(Finding::NotContinued { seen: named }))) => {
                assert_eq!(*seen, named);
            }
            (seen, other) => panic!("generation {seen}: {other:?}"),
        }
    }
    case.forget_and_remember(&case.pins[3].1);
    let mut copy = open_copy(&case.lab, &case.lab.path());
    copy.trust(13).unwrap();
    assert_eq!(case.lab.look().unwrap(), 13);
}

#[test]
fn the_history_goes_on_after_the_gap_and_over_several() {
    let case = Restored::new();
    let lab = &case.lab;
    let mut vault = lab.open();
    for n in 0..70 {
        make(&mut vault, &format!("after {n}"), at(30));
    }
    // A pin from before the gap, and one from after it, both find their successors.
    for (generation, pin) in [&case.pins[0], &(83, pin(lab))] {
        make(&mut vault, &format!("from {generation}"), at(31));
        case.forget_and_remember(pin);
        lab.look().unwrap();
    }
    let backup = lab.folder().join("second");
    vault.backup(&backup).unwrap();
    make(&mut vault, "lost", at(32));
    drop(vault);
    let again = open_copy(lab, &backup).put_back(&lab.path(), &by(at(33)), Vec::new()).unwrap();
    assert_eq!((again.from, again.generation), (85, 87));
    let mut vault = lab.open();
    vault.snapshot().unwrap().check().unwrap();
    let log = vault.snapshot().unwrap().audit(1).unwrap();
    assert_eq!(log.iter().map(|e| e.generation).collect::<Vec<_>>()[4..7], [5, 13, 14]);
    assert_eq!(log.len(), 5 + 1 + 72 + 1);
    let late = vault.snapshot().unwrap().audit(9).unwrap();
    assert_eq!(late[0].generation, 13);
}

#[test]
fn a_gap_survives_a_rekey_and_an_export() {
    let case = Restored::new();
    let mut vault = case.lab.open();
    let secret = keyfile(KEYFILE);
    let options = keyctl_vault::RekeyOptions {
        secret: &secret,
        keep_bundle_key: false,
        with_recovery: false,
    };
    vault.rekey(&by(at(40)), &options, |_| Ok(())).unwrap();
    let exported = case.lab.folder().join("export");
    let slot = keyctl_vault::ExportSlot::Passphrase(keyfile(3));
    vault.export(&exported, &slot, &by(at(41))).unwrap();
    drop(vault);
    let mut vault = case.lab.open();
    assert_eq!(vault.snapshot().unwrap().check().unwrap().audit_entries, 7);
    let locked = LockedVault::open_copy(&exported, &case.lab.state()).unwrap();
    let mut copy = locked.unlock(&keyfile(3), &SlotChoice::Any).unwrap();
    let report = copy.snapshot().unwrap().check().unwrap();
    assert_eq!((report.generation, report.audit_entries), (15, 8));
    assert_eq!(code(&mut copy, &case.made[0].token, at(42)), Code::Valid);
}

#[test]
fn a_removed_segment_after_the_gap_is_noticed() {
    let case = Restored::new();
    let attacker = case.lab.attacker();
    assert_eq!(attacker.ids("audit"), [1, 13]);
    attacker.put("audit", 1, None);
    let mut vault = case.lab.open();
    let snapshot = vault.snapshot().unwrap();
    assert!(snapshot.audit(1).is_err() && snapshot.check().is_err());
}
