//! Tamper, then wait for an honest write: a vault that seals what it did not verify would sign
//! the attacker's edit for him.

mod table;

use std::collections::BTreeMap;

use keyctl_vault::issue::{KeyEdit, edit};
use keyctl_vault::{Note, Records, UnlockedVault, Verb};
use keyctl_verify::{Code, KeyId};

use super::support::{
    Lab, Made, act, at, code, create_with_room, differing_rows, is_integrity, make, revoke,
};

/// A vault in which two keys share a page: the page, both keys, and a key of another page.
struct Neighbours {
    lab: Lab,
    page: i64,
    first: Made,
    second: Made,
    elsewhere: Made,
}

/// Makes keys until two of them lie on one page.
fn neighbours() -> Neighbours {
    let lab = Lab::new();
    let mut vault = lab.open();
    let mut keys: BTreeMap<i64, Made> = BTreeMap::new();
    for n in 0..900 {
        let before = lab.attacker().rows("page");
        let made = make(&mut vault, &format!("k{n}"), at(1));
        let after = lab.attacker();
        let page = after
            .key_pages()
            .into_iter()
            .find(|id| after.get("page", *id) != before.get(id).cloned());
        let page = page.unwrap();
        let first = keys.insert(page, made.clone());
        let elsewhere = keys.iter().find(|(other, _)| **other != page).map(|(_, key)| key.clone());
        if let (Some(first), Some(elsewhere)) = (first, elsewhere) {
            return Neighbours { lab, page, first, second: made, elsewhere };
        }
    }
    unreachable!("900 keys on 64 pages without two on one")
}

fn write_note(
    vault: &mut UnlockedVault,
    id: KeyId,
    text: &str,
) -> Result<(), keyctl_vault::issue::IssueError> {
    let change = KeyEdit { note: Some(Some(Note::parse(text).unwrap())), ..KeyEdit::default() };
    act(vault, Verb::Edit, at(5), |tx| edit(tx, id, change, at(5)).map(drop))
}

fn is_tampering(error: &keyctl_vault::issue::IssueError) -> bool {
    matches!(error, keyctl_vault::issue::IssueError::Vault(error) if is_integrity(error))
}

#[test]
fn an_honest_write_does_not_launder_the_older_page_of_a_neighbour() {
    let Neighbours { lab, page, first, second, elsewhere } = neighbours();
    let mut vault = lab.open();
    let old = lab.attacker().get("page", page).unwrap();
    revoke(&mut vault, first.id, at(2));
    lab.attacker().put("page", page, Some(&old));

    let before = lab.bytes();
    let error = write_note(&mut vault, second.id, "honest").unwrap_err();
    assert!(is_tampering(&error), "{error}");
    assert_eq!(lab.bytes(), before, "a write that fails leaves the file as it was");

    write_note(&mut vault, elsewhere.id, "honest").unwrap();
    let snapshot = vault.snapshot().unwrap();
    assert!(snapshot.check().is_err());
    assert!(snapshot.key(first.id).is_err());
    assert!(snapshot.key(second.id).is_err());
    assert!(snapshot.keys(Some).is_err());
    drop(snapshot);
    assert!(super::support::try_code(&mut vault, &first.token, at(6)).is_err());
    assert_eq!(code(&mut vault, &elsewhere.token, at(6)), Code::Valid);
}

#[test]
fn an_honest_write_does_not_launder_an_older_node() {
    let Neighbours { lab, page, first, second, .. } = neighbours();
    let mut vault = lab.open();
    let old = lab.bytes();
    revoke(&mut vault, first.id, at(2));
    let copy = Lab::empty();
    copy.overwrite(&old);
    let attacker = lab.attacker();
    let was = copy.attacker();
    for row in differing_rows(&was, &attacker, "node") {
        attacker.put("node", row, was.get("node", row).as_deref());
    }
    attacker.put("page", page, was.get("page", page).as_deref());
    drop(attacker);

    let before = lab.bytes();
    let error = write_note(&mut vault, second.id, "honest").unwrap_err();
    assert!(is_tampering(&error), "{error}");
    assert_eq!(lab.bytes(), before);
}

#[test]
fn an_honest_write_does_not_launder_an_older_audit_tail() {
    let (lab, made) = Lab::new().with_keys(3);
    let mut vault = lab.open();
    let tail = lab.attacker().rows("audit");
    revoke(&mut vault, made[0].id, at(2));
    for (row, segment) in tail {
        lab.attacker().put("audit", row, Some(&segment));
    }
    let before = lab.bytes();
    let error = write_note(&mut vault, made[1].id, "honest").unwrap_err();
    assert!(is_tampering(&error), "{error}");
    assert_eq!(lab.bytes(), before);
}

#[test]
fn an_honest_write_does_not_launder_a_planted_page() {
    let lab = Lab::new();
    let mut vault = lab.open();
    // With so many pages another key hardly ever comes to the one that is right.
    let made = create_with_room(&mut vault, super::support::new_key("k"), 40_000, at(1)).unwrap();
    let page = lab.attacker().key_pages()[0];
    let sealed = lab.attacker().get("page", page).unwrap();
    let planted: Vec<i64> = (1 << 12..2 << 12).filter(|row| *row != page).collect();
    for row in &planted {
        lab.attacker().put("page", *row, Some(&sealed));
    }
    let before = lab.bytes();
    // Wherever the new key would go, something lies there that should not.
    let new = super::support::new_key("new");
    let error = super::support::create(&mut vault, new, at(3)).unwrap_err();
    assert!(is_tampering(&error), "{error}");
    assert_eq!(lab.bytes(), before);
    assert_eq!(code(&mut vault, &made.token, at(3)), Code::Valid);
}

#[test]
fn an_honest_write_does_not_launder_a_slot() {
    let (lab, made) = Lab::new().with_keys(1);
    let mut vault = lab.open();
    let planted = lab.attacker().get("slot", 2).unwrap();
    lab.attacker().put("slot", 7, Some(&planted));
    let before = lab.bytes();
    let error = write_note(&mut vault, made[0].id, "honest").unwrap_err();
    assert!(is_tampering(&error), "{error}");
    assert_eq!(lab.bytes(), before);
}
