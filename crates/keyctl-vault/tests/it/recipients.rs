//! Slots for the identities of age. A recipient is public, so an identity alone says nothing about
//! whose vault it opens: the vault key must come from elsewhere.

use keyctl_vault::{
    Finding, Identities, LockedVault, Recipient, Role, Secret, SlotChoice, SlotError, SlotKind,
    UnlockedVault, VaultError, VaultKey,
};

use super::support::{KEYFILE, Lab, at, by, keyfile, make, name};

/// Of C2SP's test vectors for age: 32 bytes of 0x42, and the recipient that belongs to it.
const IDENTITY: &str = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
const RECIPIENT: &str = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

fn identity() -> Secret {
    Secret::Identity(Identities::parse(IDENTITY).unwrap())
}

/// A vault with the slot `alice` of an administrator for [`RECIPIENT`].
fn with_alice() -> (Lab, VaultKey) {
    let lab = Lab::new();
    let mut vault = lab.open();
    let recipient = Recipient::parse(RECIPIENT).unwrap();
    let added = vault.add_recipient_slot(&by(at(1)), &name("alice"), Role::Admin, recipient);
    assert_eq!(added.unwrap().kind.recipient(), Some(recipient));
    let key = vault.vault_key();
    (lab, key)
}

fn unlock(locked: LockedVault, key: Option<VaultKey>) -> Result<UnlockedVault, VaultError> {
    locked.expect(key).unlock(&identity(), &SlotChoice::Any)
}

fn is_unvouched(result: Result<UnlockedVault, VaultError>) -> bool {
    matches!(result.err(), Some(VaultError::Integrity(Finding::Unvouched)))
}

fn is_another_vault(result: Result<UnlockedVault, VaultError>) -> bool {
    matches!(result.err(), Some(VaultError::Integrity(Finding::OtherVault { .. })))
}

#[test]
fn an_identity_opens_its_slot_where_the_vault_is_known() {
    let (lab, key) = with_alice();
    for expected in [None, Some(key)] {
        let mut vault = unlock(lab.locked().unwrap(), expected).unwrap();
        assert_eq!((vault.slot(), vault.role()), ("alice", Role::Admin));
        make(&mut vault, if expected.is_some() { "a" } else { "b" }, at(2));
        let slots = vault.info().unwrap().slots;
        let alice = slots.iter().find(|slot| slot.name == "alice").unwrap();
        let SlotKind::X25519(_) = alice.kind else { panic!("{:?}", alice.kind) };
        assert_eq!((alice.kind.as_str(), alice.kind.noun()), ("x25519", "age identity"));
    }
    let changed = lab.open().change_passphrase(&by(at(3)), Some("alice"), &identity());
    assert!(changed.unwrap_err().to_string().contains("takes no passphrase, but its age identity"));
}

#[test]
fn an_identity_alone_opens_no_vault_that_was_never_seen() {
    let (lab, key) = with_alice();
    let other = Lab::new().open().vault_key();
    lab.forget_everything();
    assert!(is_unvouched(unlock(lab.locked().unwrap(), None)));
    assert!(is_another_vault(unlock(lab.locked().unwrap(), Some(other))));
    // Neither look has made it known.
    assert!(is_unvouched(unlock(lab.locked().unwrap(), None)));
    // Any other secret is proof by itself, but not against a key that was named.
    assert!(lab.look().is_ok());
    lab.forget_everything();
    let named = lab.locked().unwrap().expect(Some(other));
    assert!(is_another_vault(named.unlock(&keyfile(KEYFILE), &SlotChoice::Any)));
    let mut vault = unlock(lab.locked().unwrap(), Some(key)).unwrap();
    vault.snapshot().unwrap();
    assert!(unlock(lab.locked().unwrap(), None).is_ok(), "it is known from then on");
}

#[test]
fn an_identity_opens_a_copy_only_where_its_vault_is_known_by_that_key() {
    let (lab, key) = with_alice();
    let copy = || LockedVault::open_copy(&lab.path(), &lab.state()).unwrap();
    unlock(copy(), None).unwrap();
    let file = lab.state().join("pins").join(format!("{}.json", lab.open().id()));
    let pin = std::fs::read_to_string(&file).unwrap();
    let other = Lab::new().open().vault_key().to_string();
    std::fs::write(&file, pin.replace(&key.to_string(), &other)).unwrap();
    assert!(is_unvouched(unlock(copy(), None)), "this machine knows another vault by that id");
    unlock(copy(), Some(key)).unwrap();
    lab.forget_everything();
    assert!(is_unvouched(unlock(copy(), None)));
}

#[test]
fn another_identity_leaves_the_vault_locked() {
    let (lab, key) = with_alice();
    let identity = "AGE-SECRET-KEY-1QYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZ9K4CN";
    let identities = Identities::parse(identity).unwrap();
    let locked = lab.locked().unwrap().expect(Some(key));
    let error = locked.unlock(&Secret::Identity(identities), &SlotChoice::Any).err().unwrap();
    assert_eq!(error.to_string(), "the age identity opens no slot of the vault");
}

/// The largest slot is an exporter's for a recipient: 255 bytes, and its name.
#[test]
fn a_name_of_many_bytes_is_refused_where_its_slot_would_be_too_large() {
    let lab = Lab::new();
    let mut vault = lab.open();
    let recipient = Recipient::parse(RECIPIENT).unwrap();
    let mut add = |text: &str| {
        vault.add_recipient_slot(&by(at(1)), &name(text), Role::Exporter, recipient).map(drop)
    };
    let longest = format!("{}a", "\u{20000}".repeat(192));
    add(&longest).unwrap();
    let before = lab.bytes();
    let slot = lab.attacker().get("slot", 3).unwrap();
    assert_eq!(slot.len(), 1024);
    for longer in [format!("{longest}b"), "\u{20000}".repeat(200)] {
        assert!(matches!(add(&longer), Err(SlotError::NameTooLong)), "{} bytes", longer.len());
        assert_eq!(lab.bytes(), before);
    }
    assert_eq!(lab.unlock(&identity()).unwrap().slot(), longest);
    // Nobody else's slot may be larger either.
    let len = u16::from_be_bytes([slot[19], slot[20]]) + 1;
    let larger = [&slot[..19], &len.to_be_bytes(), b"a", &slot[21..]].concat();
    lab.attacker().put("slot", 3, Some(&larger));
    let error = lab.locked().err().unwrap();
    assert_eq!(error.to_string(), "slot 3 is too long");
}
