//! One change, one generation, one audit entry; a change that fails or is taken back is none.

use keyctl_vault::issue::{self, IssueError};
use keyctl_vault::{Change, FieldChange, InitOptions, Records, Subject, VaultError, Verb, init};
use keyctl_verify::{Brand, Code};

use super::super::support::{
    Lab, PASSPHRASE, act, at, by, code, is_integrity, make, new_key, passphrase, weak_kdf,
};
use super::Desk;

#[test]
fn every_change_is_one_generation_with_one_entry_that_says_all() {
    let mut desk = Desk::new();
    act(&mut desk.vault, Verb::Create, at(7), |tx| {
        (0..30).try_for_each(|n| issue::create(tx, new_key(&format!("k{n}")), at(7)).map(drop))
    })
    .unwrap();
    let snapshot = desk.vault.snapshot().unwrap();
    let log = snapshot.audit(1).unwrap();
    let verbs: Vec<&str> = log.iter().map(|entry| entry.verb.as_str()).collect();
    assert_eq!(verbs, ["init", "slot-add", "create"]);
    let last = log.last().unwrap();
    assert_eq!((last.changes.len(), last.slot.as_str()), (30, "robot"));
    assert_eq!((last.author.now, last.author.actor.as_str()), (at(7), "tester"));
    assert_eq!(snapshot.audit(3).unwrap(), log[2..]);
    assert!(snapshot.audit(4).unwrap().is_empty());
    assert_eq!(snapshot.check().unwrap().keys, 30);
}

#[test]
fn a_change_sees_what_it_has_done_so_far() {
    let mut desk = Desk::new();
    let other = make(&mut desk.vault, "other", at(0));
    act(&mut desk.vault, Verb::Create, at(1), |tx| {
        let made = issue::create(tx, new_key("k"), at(1))?;
        assert!(tx.key(made.key.id)?.is_some());
        assert_eq!(
            tx.live_key_named(made.key.project.as_ref(), &made.key.name)?,
            Some(made.key.id)
        );
        assert_eq!(tx.keys(Some)?.len(), 2);
        issue::delete(tx, other.id, None, at(1))?;
        assert!(tx.key(other.id)?.is_none());
        assert_eq!(tx.keys(Some)?.len(), 1);
        issue::delete(tx, made.key.id, None, at(1)).map(drop)
    })
    .unwrap();
    desk.check();
}

#[test]
fn a_change_that_fails_half_way_changes_nothing() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    let before = desk.lab.bytes();
    let failed = act(&mut desk.vault, Verb::Revoke, at(1), |tx| {
        issue::revoke(tx, made.id, None, at(1))?;
        issue::create(tx, new_key("k"), at(1))?;
        issue::create(tx, new_key("k"), at(1))
    });
    assert!(matches!(failed, Err(IssueError::Refused(_))));
    assert_eq!(desk.lab.bytes(), before);
    assert_eq!(code(&mut desk.vault, &made.token, at(1)), Code::Valid);
}

#[test]
fn a_change_that_is_discarded_changes_nothing() {
    let mut desk = Desk::new();
    let before = desk.lab.bytes();
    act(&mut desk.vault, Verb::Create, at(1), |tx| {
        issue::create(tx, new_key("k"), at(1))?;
        assert!(tx.has_changes());
        tx.discard();
        assert!(!tx.has_changes());
        Ok(())
    })
    .unwrap();
    assert_eq!(desk.lab.bytes(), before);
}

#[test]
fn what_is_discarded_stays_discarded_when_something_else_is_done() {
    let mut desk = Desk::new();
    act(&mut desk.vault, Verb::Create, at(1), |tx| {
        issue::create(tx, new_key("lost"), at(1))?;
        tx.discard();
        issue::create(tx, new_key("kept"), at(1))
    })
    .unwrap();
    desk.check();
    let log = desk.vault.snapshot().unwrap().audit(3).unwrap();
    assert_eq!(log[0].changes.len(), 1, "the audit log tells of a key that was never made");
}

#[test]
fn an_index_that_does_not_agree_with_the_keys_is_found_by_check() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    let mut renamed = desk.key(made.id);
    renamed.name = super::super::support::name("other");
    // As a writer with a bug would do it: the old name stays behind.
    act(&mut desk.vault, Verb::Edit, at(1), |tx| Ok(tx.put_key(None, &renamed)?)).unwrap();
    let snapshot = desk.vault.snapshot().unwrap();
    assert!(snapshot.check().is_err_and(|error| is_integrity(&error)));
}

#[test]
fn what_is_discarded_is_not_seen_by_what_follows() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    let before = desk.lab.bytes();
    act(&mut desk.vault, Verb::Revoke, at(1), |tx| {
        issue::revoke(tx, made.id, None, at(1))?;
        tx.discard();
        assert!(tx.key(made.id)?.unwrap().is_live());
        assert_eq!(tx.keys(|key| Some(key.is_live()))?, [true]);
        Ok(())
    })
    .unwrap();
    assert_eq!(desk.lab.bytes(), before);
}

#[test]
fn a_change_too_large_to_be_logged_is_not_called_tampering() {
    let mut desk = Desk::new();
    let before = desk.lab.bytes();
    let failed = act(&mut desk.vault, Verb::Create, at(1), |tx| {
        issue::create(tx, new_key("k"), at(1))?;
        let fields = vec![FieldChange::new("note", None, Some("x".repeat(65 << 20)))];
        tx.note(&Change { subject: Subject::vault(), fields });
        Ok(())
    });
    assert_eq!(desk.lab.bytes(), before);
    let Err(IssueError::Vault(error)) = failed else { panic!("it was logged") };
    assert!(!is_integrity(&error), "{error}");
}

#[test]
fn a_large_change_closes_its_segment_and_the_log_goes_on() {
    let mut desk = Desk::new();
    for n in 0..4 {
        act(&mut desk.vault, Verb::Create, at(n), |tx| {
            issue::create(tx, new_key(&format!("k{n}")), at(n))?;
            let fields = vec![FieldChange::new("note", None, Some("x".repeat(100_000)))];
            tx.note(&Change { subject: Subject::vault(), fields });
            Ok(())
        })
        .unwrap();
    }
    let report = desk.vault.snapshot().unwrap().check().unwrap();
    assert_eq!((report.audit_entries, report.generation), (6, 6));
    assert!(desk.lab.attacker().ids("audit").len() > 2);
    assert_eq!(desk.lab.look().unwrap(), 6);
}

#[test]
fn a_vault_is_not_changed_by_looking_at_it() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    let before = desk.lab.bytes();
    code(&mut desk.vault, &made.token, at(1));
    desk.check();
    desk.vault.info().unwrap();
    let nothing: Result<(), IssueError> = act(&mut desk.vault, Verb::Edit, at(1), |_| Ok(()));
    nothing.unwrap();
    let failed: Result<(), IssueError> =
        act(&mut desk.vault, Verb::Edit, at(1), |_| Err(VaultError::NoRandom.into()));
    failed.unwrap_err();
    assert_eq!(desk.lab.bytes(), before);
}

#[test]
fn a_change_says_what_the_tokens_of_its_vault_begin_with() {
    let lab = Lab::empty();
    let options = InitOptions {
        brand: Brand::parse("acme").unwrap(),
        kdf: weak_kdf(),
        passphrase: passphrase(PASSPHRASE),
        with_recovery: false,
    };
    init(&lab.path(), &lab.state(), &options, &by(at(0)), |_| Ok(())).unwrap();
    let mut vault = lab.unlock(&passphrase(PASSPHRASE)).unwrap();
    let made = make(&mut vault, "k", at(0));
    assert!(made.token.starts_with("acme_dev_"), "it is one of its own");
    let changed =
        act(&mut vault, Verb::Disable, at(1), |tx| issue::disable(tx, made.id, at(1))).unwrap();
    assert_eq!(changed.brand.to_string(), "acme");
}
