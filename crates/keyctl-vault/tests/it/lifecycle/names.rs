//! A name is one live key's in its project.

use keyctl_vault::Verb;
use keyctl_vault::issue::{self, Expiry, IssueError, KeyEdit, KeyRef, NameChoice, NewKey, Refusal};
use keyctl_verify::KeyId;

use super::super::support::{HOUR, act, at, create, make, name, new_key, project, revoke};
use super::{Desk, refusal};

fn taken(desk: &mut Desk, text: &str) -> Option<KeyId> {
    match create(&mut desk.vault, new_key(text), at(5)) {
        Ok(_) => None,
        Err(IssueError::Refused(Refusal::NameTaken { holder, .. })) => Some(holder),
        Err(other) => panic!("{other}"),
    }
}

fn rename(desk: &mut Desk, id: KeyId, text: &str) -> Result<bool, IssueError> {
    desk.edit(id, KeyEdit { name: Some(name(text)), ..KeyEdit::default() }, at(6))
}

#[test]
fn a_name_is_unique_among_the_live_keys_of_a_project() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "caf\u{e9}", at(0));
    let before = desk.lab.bytes();
    assert_eq!(taken(&mut desk, "cafe\u{301}"), Some(made.id));
    assert_eq!(desk.lab.bytes(), before);
    for other in [Some(project("beta")), None] {
        create(&mut desk.vault, NewKey { project: other, ..new_key("caf\u{e9}") }, at(1)).unwrap();
    }
    let twice = NewKey { project: None, ..new_key("caf\u{e9}") };
    assert!(matches!(
        refusal(create(&mut desk.vault, twice, at(1))),
        Refusal::NameTaken { project: None, .. }
    ));
    desk.check();
}

#[test]
fn two_keys_of_one_change_cannot_share_a_name() {
    let mut desk = Desk::new();
    let both = act(&mut desk.vault, Verb::Create, at(1), |tx| {
        issue::create(tx, new_key("k"), at(1))?;
        issue::create(tx, new_key("k"), at(1))
    });
    assert!(matches!(refusal(both), Refusal::NameTaken { .. }));
    assert_eq!(desk.generation(), 2, "nothing is half done");
}

#[test]
fn revoking_and_deleting_free_a_name() {
    let mut desk = Desk::new();
    let first = make(&mut desk.vault, "k", at(0));
    revoke(&mut desk.vault, first.id, at(1));
    let second = make(&mut desk.vault, "k", at(2));
    act(&mut desk.vault, Verb::Delete, at(3), |tx| issue::delete(tx, second.id, None, at(3)))
        .unwrap();
    let third = make(&mut desk.vault, "k", at(4));
    // The revoked one is deleted, and the living one keeps the name.
    act(&mut desk.vault, Verb::Delete, at(5), |tx| issue::delete(tx, first.id, None, at(5)))
        .unwrap();
    assert_eq!(taken(&mut desk, "k"), Some(third.id));
    desk.check();
}

#[test]
fn expired_disabled_and_pending_keys_keep_their_names() {
    let mut desk = Desk::new();
    let expires = Expiry::At(at(2));
    let expired = create(&mut desk.vault, NewKey { expires, ..new_key("e") }, at(0)).unwrap();
    let later = NewKey { not_before: Some(at(HOUR)), ..new_key("p") };
    let pending = create(&mut desk.vault, later, at(0)).unwrap();
    let disabled = make(&mut desk.vault, "d", at(0));
    act(&mut desk.vault, Verb::Disable, at(1), |tx| issue::disable(tx, disabled.id, at(1)))
        .unwrap();
    for (text, holder) in [("e", expired.id), ("p", pending.id), ("d", disabled.id)] {
        assert_eq!(taken(&mut desk, text), Some(holder), "{text}");
    }
}

#[test]
fn a_renamed_key_gives_its_name_away_and_takes_no_other() {
    let mut desk = Desk::new();
    let (a, b) = (make(&mut desk.vault, "a", at(0)), make(&mut desk.vault, "b", at(0)));
    assert!(
        matches!(refusal(rename(&mut desk, a.id, "b")), Refusal::NameTaken { holder, .. } if holder == b.id)
    );
    assert!(!rename(&mut desk, a.id, "a").unwrap(), "its own name is no change");
    assert!(rename(&mut desk, a.id, "c").unwrap());
    assert_eq!(taken(&mut desk, "c"), Some(a.id));
    assert_eq!(taken(&mut desk, "a"), None);
    desk.check();
}

#[test]
fn names_can_be_exchanged_in_one_change() {
    let mut desk = Desk::new();
    let (a, b) = (make(&mut desk.vault, "a", at(0)), make(&mut desk.vault, "b", at(0)));
    let to = |text: &str| KeyEdit { name: Some(name(text)), ..KeyEdit::default() };
    act(&mut desk.vault, Verb::Edit, at(1), |tx| {
        issue::edit(tx, a.id, to("x"), at(1))?;
        issue::edit(tx, b.id, to("a"), at(1))?;
        issue::edit(tx, a.id, to("b"), at(1))
    })
    .unwrap();
    assert_eq!((taken(&mut desk, "a"), taken(&mut desk, "b")), (Some(b.id), Some(a.id)));
    desk.check();
}

#[test]
fn automatic_names_say_the_time_and_are_made_unique() {
    let mut desk = Desk::new();
    let automatic = || NewKey { name: NameChoice::Automatic, ..new_key("unused") };
    let mut names = Vec::new();
    for _ in 0..3 {
        let made = create(&mut desk.vault, automatic(), at(0)).unwrap();
        names.push(desk.key(made.id).name.to_string());
    }
    let base = "API key 20231114221320";
    assert_eq!(names, [base.to_owned(), format!("{base} (2)"), format!("{base} (3)")]);
    let elsewhere = NewKey { project: Some(project("beta")), ..automatic() };
    let made = create(&mut desk.vault, elsewhere, at(0)).unwrap();
    assert_eq!(desk.key(made.id).name.as_str(), base);
}

#[test]
fn a_live_key_is_found_by_name_before_a_revoked_one() {
    let mut desk = Desk::new();
    let first = make(&mut desk.vault, "k", at(0));
    revoke(&mut desk.vault, first.id, at(1));
    let alpha = project("alpha");
    let find = |desk: &mut Desk, within| {
        let snapshot = desk.vault.snapshot().unwrap();
        issue::find(&snapshot, &KeyRef::parse("k").unwrap(), within, at(2)).map(|key| key.id)
    };
    assert_eq!(find(&mut desk, Some(&alpha)).unwrap(), first.id);
    let second = make(&mut desk.vault, "k", at(2));
    assert_eq!(find(&mut desk, Some(&alpha)).unwrap(), second.id);
    assert_eq!(find(&mut desk, None).unwrap(), second.id);
    let elsewhere = NewKey { project: Some(project("beta")), ..new_key("k") };
    create(&mut desk.vault, elsewhere, at(3)).unwrap();
    let ambiguous = find(&mut desk, None).unwrap_err();
    assert!(matches!(ambiguous, IssueError::Ambiguous { candidates, .. } if candidates.len() == 2));
    assert_eq!(find(&mut desk, Some(&alpha)).unwrap(), second.id);
}

#[test]
fn a_key_is_found_by_the_prefix_of_any_generation() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    let new = desk.begin(made.id, None, at(1));
    for token in [&made.token, &new] {
        let prefix = token.rsplit_once('_').unwrap().0;
        let snapshot = desk.vault.snapshot().unwrap();
        let wanted = KeyRef::parse(prefix).unwrap();
        assert_eq!(issue::find(&snapshot, &wanted, None, at(2)).unwrap().id, made.id);
        let other_environment = prefix.replacen("_dev_", "_prod_", 1);
        let wanted = KeyRef::parse(&other_environment).unwrap();
        assert!(issue::find(&snapshot, &wanted, None, at(2)).is_err());
        assert!(KeyRef::parse(token).is_err(), "a token is no way to name a key");
    }
}
