//! Who may do what: roles are keys and not menus, and slots are looked after by administrators
//! only.

mod forger;

use keyctl_vault::issue::IssueError;
use keyctl_vault::{
    RecoveryKey, Role, Secret, SlotChoice, SlotError, SlotKind, UnlockedVault, VaultError, Verb,
};
use keyctl_verify::Code;

use super::support::{
    KEYFILE, Lab, PASSPHRASE, act, at, by, code, create, keyfile, make, name, new_key, passphrase,
};

fn add(
    vault: &mut UnlockedVault,
    text: &str,
    role: Role,
    secret: &Secret,
) -> Result<(), SlotError> {
    vault.add_slot(&by(at(1)), &name(text), role, secret).map(drop)
}

/// A recovery key for a new slot.
fn add_recovery(vault: &mut UnlockedVault, text: &str, role: Role) -> Secret {
    let mut written = String::new();
    let deliver = |key: &RecoveryKey| {
        written = key.expose_text().to_string();
        Ok(())
    };
    vault.add_recovery_slot(&by(at(1)), &name(text), role, deliver).unwrap();
    Secret::Recovery(RecoveryKey::parse(&written).unwrap())
}

#[test]
fn every_role_reads_and_only_an_admin_writes_whatever_opens_the_slot() {
    for role in Role::ALL {
        let lab = Lab::new();
        let mut admin = lab.open();
        let made = make(&mut admin, "k", at(1));
        add(&mut admin, "by passphrase", role, &passphrase("another one")).unwrap();
        add(&mut admin, "by key file", role, &keyfile(7)).unwrap();
        let recovery = add_recovery(&mut admin, "by recovery key", role);
        for secret in [passphrase("another one"), keyfile(7), recovery] {
            let mut vault = lab.unlock(&secret).unwrap();
            assert_eq!(vault.role(), role);
            assert_eq!(code(&mut vault, &made.token, at(2)), Code::Valid);
            vault.snapshot().unwrap().check().unwrap();
            assert_eq!(vault.info().unwrap().role, role);
            assert_writes(&lab, &mut vault, role == Role::Admin);
        }
    }
}

fn assert_writes(lab: &Lab, vault: &mut UnlockedVault, may: bool) {
    let before = lab.bytes();
    let slot = vault.slot().to_owned();
    let made = create(vault, new_key(&slot), at(2));
    if may {
        made.unwrap();
        assert_ne!(lab.bytes(), before);
        return;
    }
    let refused = made.unwrap_err();
    let by_role =
        matches!(&refused, IssueError::Vault(VaultError::Role { slot: s, .. }) if *s == slot);
    assert!(by_role, "{refused}");
    let mut touched = false;
    let refused: Result<(), IssueError> = act(vault, Verb::Edit, at(2), |_| {
        touched = true;
        Ok(())
    });
    assert!(refused.is_err() && !touched, "the work of a reader is not even begun");
    assert!(matches!(add(vault, "x", Role::Admin, &keyfile(9)), Err(SlotError::Vault(_))));
    assert!(matches!(vault.remove_slot(&by(at(2)), "main"), Err(SlotError::Vault(_))));
    let changed = vault.change_passphrase(&by(at(2)), Some("main"), &passphrase("mine"));
    assert!(matches!(changed, Err(SlotError::Vault(VaultError::Role { .. }))));
    assert_eq!(lab.bytes(), before, "the file is as it was");
}

#[test]
fn a_removed_slot_opens_no_more_and_is_gone_from_the_file() {
    let lab = Lab::new();
    let mut vault = lab.open();
    add(&mut vault, "watch", Role::Viewer, &keyfile(7)).unwrap();
    let slot = lab.attacker().get("slot", 3).unwrap();
    let removed = vault.remove_slot(&by(at(2)), "watch").unwrap();
    assert_eq!((removed.role, removed.kind), (Role::Viewer, SlotKind::Keyfile));
    assert!(matches!(lab.unlock(&keyfile(7)).err(), Some(VaultError::Locked { .. })));
    let missing = vault.remove_slot(&by(at(3)), "watch");
    assert!(matches!(missing, Err(SlotError::NotFound { .. })));
    vault.snapshot().unwrap().check().unwrap();
    let secret = &slot[slot.len() - 64..];
    assert!(!lab.bytes().windows(64).any(|window| window == secret), "a trace of it is left");
}

#[test]
fn the_last_admin_cannot_be_removed() {
    let lab = Lab::new();
    let mut vault = lab.open();
    add(&mut vault, "watch", Role::Viewer, &keyfile(7)).unwrap();
    add(&mut vault, "nightly", Role::Exporter, &keyfile(8)).unwrap();
    vault.remove_slot(&by(at(2)), "main").unwrap();
    let before = lab.bytes();
    let last = vault.remove_slot(&by(at(3)), "robot");
    assert!(matches!(last, Err(SlotError::LastAdmin { .. })));
    assert_eq!(lab.bytes(), before);
}

#[test]
fn a_slots_name_is_its_own() {
    let lab = Lab::new();
    let mut vault = lab.open();
    for taken in ["main", "robot"] {
        let refused = add(&mut vault, taken, Role::Viewer, &keyfile(7));
        assert!(matches!(refused, Err(SlotError::NameTaken { .. })));
    }
    assert_eq!(vault.snapshot().unwrap().generation(), 2);
}

#[test]
fn there_are_at_most_eight_passphrases() {
    let lab = Lab::new();
    let mut vault = lab.open();
    for n in 1..8 {
        add(&mut vault, &format!("p{n}"), Role::Viewer, &passphrase(&format!("number {n}")))
            .unwrap();
    }
    let ninth = add(&mut vault, "p9", Role::Viewer, &passphrase("number 9"));
    assert!(matches!(ninth, Err(SlotError::Full)));
    add(&mut vault, "another key file", Role::Viewer, &keyfile(7)).unwrap();
    let last = lab.unlock(&passphrase("number 7")).unwrap();
    assert_eq!((last.slot(), last.role()), ("p7", Role::Viewer));
    vault.change_passphrase(&by(at(3)), Some("p7"), &passphrase("changed")).unwrap();
    vault.snapshot().unwrap().check().unwrap();
}

#[test]
fn there_are_at_most_thirty_two_slots() {
    let lab = Lab::new();
    let mut vault = lab.open();
    for n in 2..32 {
        add(&mut vault, &format!("s{n}"), Role::Viewer, &keyfile(100 + n)).unwrap();
    }
    assert!(matches!(add(&mut vault, "s32", Role::Viewer, &keyfile(99)), Err(SlotError::Full)));
    assert_eq!(vault.snapshot().unwrap().check().unwrap().slots, 32);
    assert_eq!(lab.unlock(&keyfile(131)).unwrap().slot(), "s31");
    vault.remove_slot(&by(at(2)), "s5").unwrap();
    add(&mut vault, "s32", Role::Viewer, &keyfile(99)).unwrap();
    assert_eq!(lab.unlock(&keyfile(99)).unwrap().slot(), "s32");
    vault.snapshot().unwrap().check().unwrap();
}

#[test]
fn a_changed_passphrase_ends_the_old_one() {
    let lab = Lab::new();
    let mut vault = lab.open();
    vault.change_passphrase(&by(at(1)), Some("main"), &passphrase("a new one")).unwrap();
    let old = lab.unlock(&passphrase(PASSPHRASE)).err();
    assert!(matches!(old, Some(VaultError::Locked { .. })));
    let new = lab.unlock(&passphrase("a new one")).unwrap();
    assert_eq!((new.slot(), new.role()), ("main", Role::Admin));
    let keyfile_slot = vault.change_passphrase(&by(at(2)), None, &passphrase("x"));
    assert!(matches!(keyfile_slot, Err(SlotError::NotAPassphrase { .. })));
    let nobody = vault.change_passphrase(&by(at(2)), Some("nobody"), &passphrase("x"));
    assert!(matches!(nobody, Err(SlotError::NotFound { .. })));
}

#[test]
fn a_passphrase_slot_is_not_given_another_kind_of_secret() {
    let lab = Lab::new();
    let mut vault = lab.open();
    let changed = vault.change_passphrase(&by(at(1)), Some("main"), &keyfile(7));
    let kind = vault.info().unwrap().slots.iter().find(|s| s.name == "main").unwrap().kind;
    let is_passphrase = matches!(kind, SlotKind::Passphrase(_));
    assert!(changed.is_err() && is_passphrase, "'main' takes a {} now", kind.as_str());
}

#[test]
fn whoever_is_shut_out_while_the_vault_is_open_notices() {
    let lab = Lab::new();
    let mut admin = lab.open();
    add(&mut admin, "other", Role::Admin, &keyfile(7)).unwrap();
    let mut other = lab.unlock(&keyfile(7)).unwrap();
    other.snapshot().unwrap();
    admin.remove_slot(&by(at(2)), "other").unwrap();
    assert!(
        matches!(other.snapshot().err(), Some(VaultError::SlotGone { slot }) if slot == "other")
    );
    let before = lab.bytes();
    let written = create(&mut other, new_key("late"), at(3)).unwrap_err();
    assert!(matches!(written, IssueError::Vault(VaultError::SlotGone { .. })));
    assert_eq!(lab.bytes(), before);
    // A slot of the same name is not the same slot.
    add(&mut admin, "other", Role::Admin, &keyfile(7)).unwrap();
    assert!(matches!(other.snapshot().err(), Some(VaultError::SlotGone { .. })));
    // A passphrase that was changed shuts out as well.
    let mut main = lab.unlock(&passphrase(PASSPHRASE)).unwrap();
    admin.change_passphrase(&by(at(4)), Some("main"), &passphrase("new")).unwrap();
    assert!(matches!(main.snapshot().err(), Some(VaultError::SlotGone { .. })));
}

#[test]
fn a_wrong_secret_is_locked_and_names_no_slot() {
    let lab = Lab::new();
    let mut vault = lab.open();
    let recovery = add_recovery(&mut vault, "paper", Role::Admin);
    vault.remove_slot(&by(at(2)), "paper").unwrap();
    let almost = passphrase(&PASSPHRASE.to_uppercase());
    for (secret, noun) in [(almost, "passphrase"), (keyfile(9), "key file"), (recovery, "recovery")]
    {
        let error = lab.unlock(&secret).err().unwrap();
        assert!(matches!(error, VaultError::Locked { .. }));
        let text = error.to_string();
        assert!(text.contains(noun), "{text}");
        assert!(["main", "robot", "paper"].iter().all(|slot| !text.contains(slot)), "{text}");
    }
}

#[test]
fn a_named_slot_is_the_only_one_that_is_tried() {
    let lab = Lab::new();
    let unlock = |secret: &Secret, slot: &str| {
        let choice = SlotChoice::Named(slot.to_owned());
        lab.locked().unwrap().unlock(secret, &choice).map(|vault| vault.slot().to_owned())
    };
    assert_eq!(unlock(&passphrase(PASSPHRASE), "main").unwrap(), "main");
    assert_eq!(unlock(&keyfile(KEYFILE), "robot").unwrap(), "robot");
    let locked =
        |result: Result<String, VaultError>| matches!(result, Err(VaultError::Locked { .. }));
    assert!(locked(unlock(&passphrase(PASSPHRASE), "robot")));
    assert!(locked(unlock(&keyfile(KEYFILE), "main")));
    let nobody = unlock(&keyfile(KEYFILE), "nobody");
    assert!(matches!(nobody, Err(VaultError::NoSuchSlot { name }) if name == "nobody"));
}

#[test]
fn a_recovery_key_that_is_not_delivered_adds_no_slot() {
    let lab = Lab::new();
    let mut vault = lab.open();
    let before = lab.bytes();
    let lost = vault
        .add_recovery_slot(&by(at(1)), &name("paper"), Role::Admin, |_| Err(VaultError::NoRandom));
    assert!(matches!(lost, Err(SlotError::Vault(VaultError::NoRandom))));
    assert_eq!(lab.bytes(), before);
}
