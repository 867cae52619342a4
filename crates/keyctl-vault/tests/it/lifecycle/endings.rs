//! Disabling, revoking, deleting.

use keyctl_vault::issue::{self, IssueError, Refusal};
use keyctl_vault::{Reason, Records, Verb};
use keyctl_verify::{Code, KeyId, PublicId, Status};

use super::super::support::{act, at, code, make, revoke};
use super::{Desk, refusal};

fn delete(desk: &mut Desk, id: KeyId, now: i64) -> Result<(), IssueError> {
    act(&mut desk.vault, Verb::Delete, at(now), |tx| issue::delete(tx, id, None, at(now)).map(drop))
}

#[test]
fn a_disabled_key_resumes_and_a_revoked_one_never() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    let disable = |desk: &mut Desk, now| {
        act(&mut desk.vault, Verb::Disable, at(now), |tx| issue::disable(tx, made.id, at(now)))
    };
    let enable = |desk: &mut Desk, now| {
        act(&mut desk.vault, Verb::Enable, at(now), |tx| issue::enable(tx, made.id, at(now)))
    };
    assert!(!enable(&mut desk, 1).unwrap().is_changed());
    assert!(disable(&mut desk, 2).unwrap().is_changed());
    assert!(!disable(&mut desk, 3).unwrap().is_changed());
    assert_eq!(code(&mut desk.vault, &made.token, at(3)), Code::Disabled);
    assert!(enable(&mut desk, 4).unwrap().is_changed());
    assert_eq!(code(&mut desk.vault, &made.token, at(4)), Code::Valid);
    disable(&mut desk, 5).unwrap();
    revoke(&mut desk.vault, made.id, at(6));
    let revoked = Refusal::Revoked { id: made.id };
    assert_eq!(refusal(disable(&mut desk, 7)), revoked);
    assert_eq!(refusal(enable(&mut desk, 7)), revoked);
    assert_eq!(code(&mut desk.vault, &made.token, at(7)), Code::Revoked);
}

#[test]
fn a_revocation_keeps_its_first_time_and_reason() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    let with = |desk: &mut Desk, reason: &str, now| {
        let reason = Reason::parse(reason).unwrap();
        act(&mut desk.vault, Verb::Revoke, at(now), |tx| {
            issue::revoke(tx, made.id, Some(&reason), at(now))
        })
        .unwrap()
    };
    assert!(with(&mut desk, "compromised", 1).is_changed());
    let generation = desk.generation();
    assert!(!with(&mut desk, "retired", 2).is_changed());
    assert_eq!(desk.generation(), generation);
    let key = desk.key(made.id);
    assert_eq!((key.revoked_at, key.status(at(0))), (Some(at(1)), Status::Revoked));
    assert_eq!(key.revoke_reason.unwrap().as_str(), "compromised");
}

#[test]
fn revoking_ends_every_generation() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    let new = desk.begin(made.id, Some("7d"), at(1));
    revoke(&mut desk.vault, made.id, at(2));
    for token in [&made.token, &new] {
        assert_eq!(code(&mut desk.vault, token, at(2)), Code::Revoked);
    }
}

#[test]
fn a_deleted_key_is_unknown_by_every_way_to_it() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    let new = desk.begin(made.id, Some("7d"), at(1));
    let key = desk.key(made.id);
    delete(&mut desk, made.id, 2).unwrap();
    for token in [&made.token, &new] {
        assert_eq!(code(&mut desk.vault, token, at(2)), Code::Unknown);
    }
    let snapshot = desk.vault.snapshot().unwrap();
    assert!(snapshot.key(made.id).unwrap().is_none());
    assert!(snapshot.live_key_named(key.project.as_ref(), &key.name).unwrap().is_none());
    for generation in &key.generations {
        let id: PublicId = generation.public_id;
        assert!(snapshot.key_with_public_id(id).unwrap().is_none());
    }
    assert_eq!(snapshot.keys(Some).unwrap().len(), 0);
    let log = snapshot.audit(1).unwrap();
    let last = log.last().unwrap();
    assert_eq!(last.verb, "delete");
    assert_eq!(last.changes[0].subject.id.as_deref(), Some(made.id.as_str()));
    drop(snapshot);
    desk.check();
    assert!(matches!(delete(&mut desk, made.id, 3), Err(IssueError::NotFound { .. })));
}

#[test]
fn deleting_all_keys_empties_the_tables() {
    let mut desk = Desk::new();
    let empty = desk.vault.snapshot().unwrap().check().unwrap();
    let made: Vec<_> = (0..20).map(|n| make(&mut desk.vault, &format!("k{n}"), at(0))).collect();
    act(&mut desk.vault, Verb::Delete, at(1), |tx| {
        made.iter().try_for_each(|made| issue::delete(tx, made.id, None, at(1)).map(drop))
    })
    .unwrap();
    let report = desk.vault.snapshot().unwrap().check().unwrap();
    assert_eq!((report.keys, report.pages, report.nodes), (0, empty.pages, empty.nodes));
}
