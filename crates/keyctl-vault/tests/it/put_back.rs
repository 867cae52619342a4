//! A backup that takes the place of a vault that is lost: on a machine that has seen it and on one
//! that has not, beside others who have the old file open, and whatever goes wrong on the way.

use std::fs;
use std::path::Path;

use keyctl_vault::issue::{self, Kept, Taking};
use keyctl_vault::{Finding, LockedVault, SlotChoice, VaultError};
use keyctl_verify::Code;

use super::gap::{open_copy, pin_file};
use super::restore::{backup, folder, rekey, restore, result};
use super::support::{
    KEYFILE, Lab, at, by, code, create, is_integrity, keyfile, make, new_key, revoke,
};

fn put_back(lab: &Lab, from: &Path) -> Result<keyctl_vault::Rollback, VaultError> {
    open_copy(lab, from).put_back(&lab.path(), &by(at(91)), Vec::new())
}

#[test]
fn a_backup_of_another_vault_is_refused() {
    let (lab, other) = (Lab::new(), Lab::new());
    let path = backup(&other);
    let before = folder(&lab);
    let locked = LockedVault::open_copy(&path, &lab.state()).unwrap();
    let refused = locked.open_backup_of(&lab.open()).map(drop).unwrap_err();
    assert!(matches!(refused, VaultError::Integrity(Finding::OtherVault { .. })), "{refused}");
    let refused = put_back(&lab, &path).unwrap_err();
    assert!(matches!(refused, VaultError::Integrity(Finding::OtherVault { .. })), "{refused}");
    assert_eq!(folder(&lab), before);
}

#[test]
fn a_backup_from_before_a_rekey_opens_with_its_own_secret_only() {
    let (lab, made) = Lab::new().with_keys(1);
    let path = backup(&lab);
    rekey(&lab);
    let locked = LockedVault::open_copy(&path, &lab.state()).unwrap();
    assert!(locked.open_backup_of(&lab.open()).unwrap().is_none());
    // Its records can be taken, restrictions stay; its keys come back only when they are named.
    revoke(&mut lab.open(), made[0].id, at(80));
    let taken = restore(&lab, &path);
    assert_eq!(result(&taken, made[0].id), (&Taking::Unchanged, &[Kept::Revoked][..]));
    let before = folder(&lab);
    let refused = put_back(&lab, &path).unwrap_err();
    assert!(matches!(refused, VaultError::Integrity(Finding::OtherVault { .. })), "{refused}");
    assert_eq!(folder(&lab), before);
    let locked = LockedVault::open_copy(&path, &lab.state()).unwrap();
    let old_key = open_copy(&lab, &path).vault_key();
    let mut named =
        locked.expect(Some(old_key)).unlock(&keyfile(KEYFILE), &SlotChoice::Any).unwrap();
    named.put_back(&lab.path(), &by(at(92)), Vec::new()).unwrap();
    assert_eq!(lab.open().vault_key(), old_key);
    lab.look().unwrap();
}

#[test]
fn what_was_seen_last_is_put_back_as_it_is() {
    let (lab, made) = Lab::new().with_keys(2);
    let path = backup(&lab);
    fs::remove_file(lab.path()).unwrap();
    let done = put_back(&lab, &path).unwrap();
    assert_eq!((done.from, done.generation, done.moved_to), (4, 4, None));
    assert_eq!(lab.look().unwrap(), 4);
    assert_eq!(code(&mut lab.open(), &made[0].token, at(95)), Code::Valid);
}

#[test]
fn the_old_file_keeps_a_name_and_so_does_its_journal() {
    let (lab, _) = Lab::new().with_keys(1);
    let path = backup(&lab);
    make(&mut lab.open(), "later", at(5));
    let mut garbage = lab.bytes();
    garbage[..100].fill(0xff);
    for n in 1..=3 {
        lab.overwrite(&garbage);
        let journal = lab.folder().join("vault.kcv-journal");
        fs::write(&journal, format!("journal {n}")).unwrap();
        let moved = put_back(&lab, &path).unwrap().moved_to.unwrap();
        assert_eq!(moved, lab.folder().join(format!("vault.kcv.replaced-{n}")));
        assert_eq!(fs::read(&moved).unwrap(), garbage);
        let kept = lab.folder().join(format!("vault.kcv.replaced-{n}-journal"));
        assert_eq!(fs::read_to_string(kept).unwrap(), format!("journal {n}"));
        assert!(!journal.exists());
        lab.look().unwrap();
    }
}

#[test]
fn a_journal_without_a_vault_is_not_played_back_into_the_new_file() {
    let (lab, made) = Lab::new().with_keys(1);
    let path = backup(&lab);
    let attacker = lab.attacker();
    attacker.sql("PRAGMA journal_mode=DELETE; BEGIN; UPDATE head SET d = x'00'");
    attacker.sql("UPDATE slot SET d = zeroblob(200000)");
    attacker.sql("PRAGMA cache_spill=1");
    let journal = lab.folder().join("vault.kcv-journal");
    let hot = fs::read(&journal).unwrap();
    drop(attacker);
    fs::remove_file(lab.path()).unwrap();
    let mut hot_journal = hot.clone();
    // As a process leaves it that was killed: the header counts the pages.
    hot_journal[..8].copy_from_slice(&[0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]);
    fs::write(&journal, &hot_journal).unwrap();
    put_back(&lab, &path).unwrap();
    assert!(!journal.exists());
    assert_eq!(code(&mut lab.open(), &made[0].token, at(95)), Code::Valid);
}

#[test]
fn a_log_of_a_mode_that_a_vault_never_has_is_moved_away_or_refused() {
    let (lab, made) = Lab::new().with_keys(1);
    let path = backup(&lab);
    // What SQLite would play in, whatever the header of the file says.
    let other = Lab::empty();
    fs::copy(&path, other.path()).unwrap();
    let attacker = other.attacker();
    attacker.sql("PRAGMA journal_mode=WAL; UPDATE head SET d = x'00'");
    let wal = lab.folder().join("vault.kcv-wal");
    fs::copy(other.folder().join("vault.kcv-wal"), &wal).unwrap();
    drop(attacker);
    fs::remove_file(lab.path()).unwrap();
    put_back(&lab, &path).unwrap();
    assert!(!wal.exists());
    assert_eq!(code(&mut lab.open(), &made[0].token, at(95)), Code::Valid);
    // Beside a backup too, whatever it is; a journal there must be ours.
    let refused = |end: &str| {
        let beside = lab.folder().join(format!("backup{end}"));
        std::os::unix::fs::symlink("elsewhere", &beside).unwrap();
        let refused = LockedVault::open_copy(&path, &lab.state()).map(drop);
        fs::remove_file(beside).unwrap();
        refused.unwrap_err()
    };
    let error = refused("-wal");
    assert!(matches!(error, VaultError::Integrity(Finding::LogBeside { .. })), "{error}");
    let error = refused("-journal");
    assert!(matches!(error, VaultError::UnsafeFile { .. }), "{error}");
}

#[test]
fn what_cannot_be_put_there_leaves_everything_as_it_was() {
    let (lab, _) = Lab::new().with_keys(1);
    let path = backup(&lab);
    let good = fs::read(&path).unwrap();
    make(&mut lab.open(), "later", at(5));
    let pin = fs::read(pin_file(&lab)).unwrap();
    // A folder where the vault is: it has no second name, and is not replaced.
    let elsewhere = lab.folder().join("a folder");
    fs::create_dir(&elsewhere).unwrap();
    open_copy(&lab, &path).put_back(&elsewhere, &by(at(9)), Vec::new()).unwrap_err();
    assert!(elsewhere.is_dir());
    // Damage that only reading everything finds.
    let attacker = super::support::Attacker::new(&path);
    let page = attacker.key_pages()[0];
    attacker.flip("page", page, 333);
    drop(attacker);
    let before = folder(&lab);
    assert!(is_integrity(&put_back(&lab, &path).unwrap_err()));
    assert_eq!(folder(&lab), before);
    assert_eq!(fs::read(pin_file(&lab)).unwrap(), pin);
    fs::write(&path, good).unwrap();
    put_back(&lab, &path).unwrap();
}

#[test]
fn a_crash_before_the_pin_is_no_alarm() {
    let (lab, _) = Lab::new().with_keys(1);
    let path = backup(&lab);
    make(&mut lab.open(), "later", at(5));
    let before: serde_json::Value =
        serde_json::from_slice(&fs::read(pin_file(&lab)).unwrap()).unwrap();
    let file = lab.bytes();
    put_back(&lab, &path).unwrap();
    let after: serde_json::Value =
        serde_json::from_slice(&fs::read(pin_file(&lab)).unwrap()).unwrap();
    let mut announced = before.clone();
    announced["next_head_sha256"] = after["head_sha256"].clone();
    // Killed after the new file came: its head was announced.
    fs::write(pin_file(&lab), announced.to_string()).unwrap();
    assert_eq!(lab.look().unwrap(), 5);
    let raised: serde_json::Value =
        serde_json::from_slice(&fs::read(pin_file(&lab)).unwrap()).unwrap();
    assert_eq!(raised["generation"], after["generation"]);
    assert!(raised.get("next_head_sha256").is_none());
    // Killed before it came: the old one is right as ever, and goes on.
    lab.overwrite(&file);
    fs::write(pin_file(&lab), announced.to_string()).unwrap();
    assert_eq!(lab.look().unwrap(), 4);
    make(&mut lab.open(), "goes on", at(6));
    assert_eq!(lab.look().unwrap(), 5);
    // What was announced vouches for nothing else.
    fs::write(pin_file(&lab), announced.to_string()).unwrap();
    let older = fs::read(&path).unwrap();
    lab.overwrite(&older);
    assert!(is_integrity(&lab.look().unwrap_err()));
}

#[test]
fn the_generation_is_above_a_file_that_went_on_elsewhere() {
    let (lab, _) = Lab::new().with_keys(1);
    let path = backup(&lab);
    let pin = fs::read(pin_file(&lab)).unwrap();
    let mut vault = lab.open();
    for n in 0..6 {
        make(&mut vault, &format!("elsewhere {n}"), at(5));
    }
    drop(vault);
    // This machine has not looked since.
    fs::write(pin_file(&lab), pin).unwrap();
    let done = put_back(&lab, &path).unwrap();
    assert_eq!((done.from, done.generation), (3, 10));
}

#[test]
fn whoever_has_the_old_file_open_is_told_that_it_was_replaced() {
    let (lab, _) = Lab::new().with_keys(1);
    let path = backup(&lab);
    make(&mut lab.open(), "later", at(5));
    let (mut reader, mut writer) = (lab.open(), lab.open());
    put_back(&lab, &path).unwrap();
    assert!(matches!(reader.snapshot().map(drop), Err(VaultError::Replaced { .. })));
    let late = create(&mut writer, new_key("late"), at(6)).unwrap_err();
    let is_replaced = matches!(late, issue::IssueError::Vault(VaultError::Replaced { .. }));
    assert!(is_replaced, "{late}");
    make(&mut lab.open(), "goes on", at(6));
}
