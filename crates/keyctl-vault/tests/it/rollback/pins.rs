//! What a machine remembers: it must be believable itself, follows every change, is never ahead,
//! and knows a vault wherever it lies.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};

use keyctl_vault::issue::{self, IssueError};
use keyctl_vault::{Finding, LockedVault, SlotChoice, VaultError, Verb};

use super::super::support::{Lab, act, at, keyfile, make, new_key};
use super::{Revoked, finding, pin_file, pin_of, refuse};
use crate::support::{KEYFILE, say};

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn place_file(lab: &Lab) -> PathBuf {
    let pins = fs::read_dir(lab.state().join("pins")).unwrap();
    let mut paths = pins.map(|entry| entry.unwrap().path());
    paths.find(|p| p.file_name().unwrap().to_str().unwrap().starts_with("at-")).unwrap()
}

fn must_not_believe(lab: &Lab, what: &str) {
    let found = finding(lab.look());
    assert!(matches!(found, Finding::Pin { .. }), "{what}: {found:?}");
}

#[test]
fn a_garbled_pin_is_a_finding_and_not_a_first_use() {
    let lab = Lab::new();
    let file = pin_file(&lab);
    let good = fs::read_to_string(&file).unwrap();
    let garbled = [
        String::new(),
        "{}".to_owned(),
        "null".to_owned(),
        good[..good.len() / 2].to_owned(),
        good.replace("\"version\": 1", "\"version\": 2"),
        good.replace("kcvk_", "kcvk-"),
        good.replace("\"generation\": 2", "\"generation\": -2"),
        good.replace("\"generation\": 2", "\"generation\": 2.5"),
        good.replacen("head_sha256\": \"", "head_sha256\": \"zz", 1),
        good.replacen('{', "{\"extra\": 1,", 1),
        good.replacen("vault_id\": \"", "vault_id\": \"00", 1),
        format!("{good}{}", " ".repeat(100_000)),
    ];
    for garbled in garbled {
        assert_ne!(garbled, good);
        fs::write(&file, &garbled).unwrap();
        must_not_believe(&lab, &garbled);
    }
    fs::write(&file, good).unwrap();
    lab.look().unwrap();
}

#[test]
fn a_pin_that_others_can_write_a_link_or_a_folder_is_a_finding() {
    let lab = Lab::new();
    for file in [pin_file(&lab), place_file(&lab)] {
        for mode in [0o620, 0o602, 0o666] {
            set_mode(&file, mode);
            must_not_believe(&lab, &format!("{mode:o}"));
        }
        set_mode(&file, 0o600);
        let aside = lab.folder().join("aside");
        fs::rename(&file, &aside).unwrap();
        symlink(&aside, &file).unwrap();
        must_not_believe(&lab, "a link");
        fs::remove_file(&file).unwrap();
        fs::create_dir(&file).unwrap();
        must_not_believe(&lab, "a folder");
        fs::remove_dir(&file).unwrap();
        fs::rename(&aside, &file).unwrap();
        lab.look().unwrap();
    }
}

#[test]
fn a_pin_of_somebody_else_is_a_finding() {
    let lab = Lab::new();
    for file in [pin_file(&lab), place_file(&lab)] {
        if chown(&file, Some(65_534), None).is_err() {
            return say("skipped: only root gives files away");
        }
        must_not_believe(&lab, "a file of nobody's");
        chown(&file, Some(0), None).unwrap();
        lab.look().unwrap();
    }
}

#[test]
fn a_pin_that_is_gone_where_the_vault_is_known_is_no_first_use() {
    let lab = Lab::new();
    fs::remove_file(pin_file(&lab)).unwrap();
    must_not_believe(&lab, "gone");
}

#[test]
fn a_garbled_note_of_what_lies_at_a_path_is_a_finding() {
    let lab = Lab::new();
    let file = place_file(&lab);
    let good = fs::read_to_string(&file).unwrap();
    let unknown = good.replace("\"version\": 1", "\"version\": 9");
    for garbled in ["", "{}", "[]", "{\"version\":1}", &unknown] {
        fs::write(&file, garbled).unwrap();
        must_not_believe(&lab, garbled);
    }
}

#[test]
fn a_folder_of_pins_that_others_can_write_is_not_believed() {
    let lab = Lab::new();
    set_mode(&lab.state().join("pins"), 0o777);
    // Whoever can remove the pin can roll the vault back.
    assert!(lab.look().is_err(), "the pin was believed");
}

#[test]
fn a_folder_of_pins_that_others_can_write_keeps_a_change_from_being_made() {
    let lab = Lab::new();
    let mut vault = lab.open();
    let before = lab.bytes();
    set_mode(&lab.state().join("pins"), 0o777);
    let made = super::super::support::create(&mut vault, new_key("k"), at(1));
    assert!(made.is_err());
    assert_eq!(lab.bytes(), before);
}

#[test]
fn the_pin_follows_every_change_and_is_private() {
    let lab = Lab::new();
    let mut vault = lab.open();
    for n in 3..8 {
        make(&mut vault, &format!("k{n}"), at(n));
        let generation = u64::try_from(n).unwrap();
        assert_eq!(pin_of(&lab)["generation"].as_u64(), Some(generation));
    }
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&pin_file(&lab)), 0o600);
    assert_eq!(mode(&lab.state().join("pins")), 0o700);
    assert_eq!(mode(&lab.path()), 0o600);
    assert!(vault.take_pin_trouble().is_none());
}

#[test]
fn a_change_that_fails_leaves_file_and_pin_as_they_were() {
    let lab = Lab::new();
    let mut vault = lab.open();
    refuse(&mut vault, &lab.attacker());
    let (file, pin) = (lab.bytes(), pin_of(&lab));
    let failed: Result<(), IssueError> = act(&mut vault, Verb::Create, at(3), |tx| {
        issue::create(tx, new_key("lost"), at(3))?;
        Err(issue::Refusal::NeverValid.into())
    });
    failed.unwrap_err();
    assert_eq!((lab.bytes(), pin_of(&lab)), (file, pin));
    assert_eq!(lab.look().unwrap(), 3);
}

#[test]
fn a_pin_that_could_not_be_raised_is_behind_and_never_ahead() {
    let lab = Lab::new();
    let pin = fs::read(pin_file(&lab)).unwrap();
    make(&mut lab.open(), "k", at(1));
    // A crash between the commit and the pin.
    fs::write(pin_file(&lab), pin).unwrap();
    assert_eq!(lab.look().unwrap(), 3);
    assert_eq!(pin_of(&lab)["generation"].as_u64(), Some(3));
}

#[test]
fn what_kept_the_pin_from_being_raised_is_told_once_and_the_change_is_made() {
    let lab = Lab::new();
    let mut vault = lab.open();
    let made: Result<_, IssueError> = act(&mut vault, Verb::Create, at(1), |tx| {
        fs::write(pin_file(&lab), "garbled").unwrap();
        issue::create(tx, new_key("k"), at(1))
    });
    made.unwrap();
    let trouble = vault.take_pin_trouble();
    assert!(matches!(trouble, Some(VaultError::Integrity(Finding::Pin { .. }))), "{trouble:?}");
    assert!(vault.take_pin_trouble().is_none());
    lab.forget_everything();
    assert_eq!(lab.look().unwrap(), 3);
}

#[test]
fn a_moved_vault_is_the_same_vault() {
    let lab = Lab::new();
    let moved = lab.folder().join("moved.kcv");
    fs::rename(lab.path(), &moved).unwrap();
    let locked = LockedVault::open(&moved, &lab.state()).unwrap();
    let mut vault = locked.unlock(&keyfile(KEYFILE), &SlotChoice::Any).unwrap();
    assert_eq!(vault.snapshot().unwrap().generation(), 2);
    assert_eq!(vault.first_use(), None);
    make(&mut vault, "k", at(1));
    assert_eq!(vault.snapshot().unwrap().generation(), 3);
}

#[test]
fn a_copy_at_another_path_cannot_be_rolled_back_either() {
    let case = Revoked::new();
    let copy = case.lab.folder().join("copy.kcv");
    fs::copy(case.lab.path(), &copy).unwrap();
    fs::write(&copy, &case.before).unwrap();
    let locked = LockedVault::open(&copy, &case.lab.state()).unwrap();
    let mut vault = locked.unlock(&keyfile(KEYFILE), &SlotChoice::Any).unwrap();
    assert_eq!(finding(vault.snapshot()), Finding::RolledBack { found: 5, seen: 6 });
}

#[test]
fn a_moved_vaults_new_place_is_remembered_by_whoever_reads_it() {
    let (lab, other) = (Lab::new(), Lab::new());
    let moved = lab.folder().join("moved.kcv");
    fs::rename(lab.path(), &moved).unwrap();
    let locked = LockedVault::open(&moved, &lab.state()).unwrap();
    locked.unlock(&keyfile(KEYFILE), &SlotChoice::Any).unwrap().snapshot().unwrap();
    fs::write(&moved, other.bytes()).unwrap();
    let opened = LockedVault::open(&moved, &lab.state()).map(drop);
    assert!(matches!(finding(opened), Finding::OtherVault { .. }));
}

#[test]
fn a_new_vault_may_be_made_where_another_one_was() {
    let lab = Lab::new();
    assert!(matches!(lab.try_init(), Err(VaultError::Exists { .. })));
    let old = lab.bytes();
    fs::remove_file(lab.path()).unwrap();
    lab.init();
    let mut vault = lab.unlock(&super::super::support::passphrase(crate::support::PASSPHRASE));
    assert_eq!(vault.as_mut().unwrap().snapshot().unwrap().generation(), 1);
    drop(vault);
    // And now the old one is the other vault.
    lab.overwrite(&old);
    assert!(matches!(finding(lab.locked()), Finding::OtherVault { .. }));
}

#[test]
fn a_vault_that_could_not_be_made_leaves_nothing_behind() {
    let lab = Lab::new();
    fs::remove_file(lab.path()).unwrap();
    fs::write(place_file(&lab), "garbled").unwrap();
    assert!(lab.try_init().is_err());
    assert!(!lab.path().exists(), "a vault was left behind by an init that failed");
}

#[test]
fn two_spellings_of_a_path_are_one_place() {
    let (lab, other) = (Lab::new(), Lab::new());
    fs::create_dir(lab.folder().join("sub")).unwrap();
    symlink(lab.folder(), lab.folder().join("sub/link")).unwrap();
    lab.overwrite(&other.bytes());
    for spelling in ["sub/../vault.kcv", "./vault.kcv", "sub/link/vault.kcv"] {
        let opened = LockedVault::open(&lab.folder().join(spelling), &lab.state()).map(drop);
        assert!(matches!(finding(opened), Finding::OtherVault { .. }), "{spelling}");
    }
}
