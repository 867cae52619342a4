//! Sessions: a vault opened again without its secret, as long as the slot that opened it first is
//! there, to the bit.

use keyctl_vault::{
    LockedVault, Reach, RekeyOptions, Role, Session, SlotChoice, UnlockedVault, VaultError,
};
use keyctl_verify::Code;

use super::support::{
    KEYFILE, Lab, PASSPHRASE, at, by, code, create, keyfile, make, name, new_key, passphrase,
};

/// What is kept of an open vault, by way of its bytes.
fn kept(vault: &UnlockedVault, reach: Reach) -> Session {
    Session::parse(vault.session(reach).unwrap().expose_bytes()).unwrap()
}

fn resume(lab: &Lab, session: &Session) -> Option<UnlockedVault> {
    lab.locked().unwrap().resume(session).ok()
}

#[test]
fn a_session_to_read_reads_and_writes_nothing() {
    for role in Role::ALL {
        let lab = Lab::new();
        let mut admin = lab.open();
        let made = make(&mut admin, "k", at(1));
        admin.add_slot(&by(at(1)), &name("other"), role, &keyfile(7)).unwrap();
        let opened = lab.unlock(&keyfile(7)).unwrap();
        let session = kept(&opened, Reach::Read);
        assert_eq!(session.role(), Role::Viewer);
        let mut vault = resume(&lab, &session).unwrap();
        assert_eq!((vault.slot(), vault.role()), ("other", Role::Viewer));
        assert_eq!((vault.id(), vault.vault_key()), (opened.id(), opened.vault_key()));
        assert_eq!(code(&mut vault, &made.token, at(2)), Code::Valid);
        assert_eq!(vault.snapshot().unwrap().key_count(), 1);
        assert!(create(&mut vault, new_key("late"), at(2)).is_err(), "opened as {role}");
        let all = vault.session(Reach::Admin).err();
        assert!(matches!(all, Some(VaultError::Role { needed: "admin", .. })));
    }
}

#[test]
fn a_session_for_everything_is_given_to_administrators_and_does_everything() {
    let lab = Lab::new();
    let opened = lab.open();
    let session = kept(&opened, Reach::Admin);
    assert_eq!(session.role(), Role::Admin);
    let mut vault = resume(&lab, &session).unwrap();
    assert_eq!((vault.slot(), vault.role()), ("robot", Role::Admin));
    make(&mut vault, "k", at(1));
    // What is resumed can be kept again.
    let again = kept(&vault, Reach::Admin);
    assert_eq!(again.expose_bytes(), session.expose_bytes());
    for (text, role) in [("watch", Role::Viewer), ("nightly", Role::Exporter)] {
        vault.add_slot(&by(at(1)), &name(text), role, &keyfile(7)).unwrap();
        let choice = SlotChoice::Named(text.to_owned());
        let opened = lab.locked().unwrap().unlock(&keyfile(7), &choice).unwrap();
        let refused = opened.session(Reach::Admin).err();
        assert!(matches!(refused, Some(VaultError::Role { slot, .. }) if slot == text));
    }
}

#[test]
fn a_session_ends_with_the_slot_that_gave_it() {
    let lab = Lab::new();
    let mut robot = lab.open();
    let main = lab.unlock(&passphrase(PASSPHRASE)).unwrap();
    let sessions = [Reach::Read, Reach::Admin].map(|reach| kept(&main, reach));
    let others = kept(&robot, Reach::Admin);
    assert!(sessions.iter().all(|session| resume(&lab, session).is_some()));
    robot.change_passphrase(&by(at(1)), Some("main"), &passphrase("a new one")).unwrap();
    assert!(sessions.iter().all(|session| resume(&lab, session).is_none()));
    assert_eq!(resume(&lab, &others).unwrap().slot(), "robot", "others are none of its business");

    let mut main = lab.unlock(&passphrase("a new one")).unwrap();
    main.remove_slot(&by(at(2)), "robot").unwrap();
    assert!(resume(&lab, &others).is_none());
    // The same secret in a slot of the same name is another slot.
    main.add_slot(&by(at(3)), &name("robot"), Role::Admin, &keyfile(KEYFILE)).unwrap();
    assert!(resume(&lab, &others).is_none());
}

#[test]
fn a_session_ends_when_the_vault_gets_another_root_key() {
    let lab = Lab::new();
    let mut vault = lab.open();
    let session = kept(&vault, Reach::Admin);
    let secret = keyfile(KEYFILE);
    let options = RekeyOptions { secret: &secret, keep_bundle_key: false, with_recovery: false };
    vault.rekey(&by(at(1)), &options, |_| Ok(())).unwrap();
    assert!(resume(&lab, &session).is_none());
    // Who was there when it happened goes on, and so does a session of theirs.
    assert!(resume(&lab, &kept(&vault, Reach::Admin)).is_some());
}

#[test]
fn a_session_is_of_its_own_vault_and_of_the_key_that_is_expected() {
    let (lab, other) = (Lab::new(), Lab::new());
    let (vault, others) = (lab.open(), other.open().vault_key());
    let session = kept(&vault, Reach::Read);
    assert!(resume(&other, &session).is_none());
    let expecting = |key| lab.locked().unwrap().expect(Some(key)).resume(&session);
    assert!(expecting(vault.vault_key()).is_ok());
    // What is not resumed can still be unlocked, and the key is still expected.
    let locked: LockedVault = *expecting(others).err().unwrap();
    assert_eq!(locked.id(), vault.id());
    assert!(locked.unlock(&keyfile(KEYFILE), &SlotChoice::Any).is_err());
}

#[test]
fn a_session_whose_bytes_were_changed_opens_nothing_and_reads_nothing() {
    let lab = Lab::new();
    for reach in [Reach::Read, Reach::Admin] {
        let good = lab.open().session(reach).unwrap().expose_bytes().to_vec();
        assert_eq!(good.len(), 98);
        for at in 0..good.len() {
            let mut changed = good.clone();
            changed[at] ^= 1;
            let Some(session) = Session::parse(&changed) else { continue };
            let read = resume(&lab, &session).map(|mut vault| vault.snapshot().map(drop));
            assert!(!matches!(read, Some(Ok(()))), "byte {at}");
        }
    }
}
