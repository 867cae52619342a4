//! The demonstration: a key is revoked, and somebody puts back what was there before, from one
//! page to the whole file. Each is refused, by the name of what was done.

mod pins;

use std::fs;
use std::path::Path;

use keyctl_vault::issue::{IssueError, Refusal};
use keyctl_vault::{Finding, FirstUse, Records, UnlockedVault, VaultError, Verb};
use keyctl_verify::Code;

use super::support::{Attacker, Lab, Made, act, at, code, differing_rows, make, revoke, try_code};

/// A vault whose key was revoked, and the file as it was before.
struct Revoked {
    lab: Lab,
    before: Vec<u8>,
    key: Made,
}

impl Revoked {
    fn new() -> Self {
        let (lab, made) = Lab::new().with_keys(3);
        let before = lab.bytes();
        let mut vault = lab.open();
        assert_eq!(code(&mut vault, &made[0].token, at(2)), Code::Valid);
        revoke(&mut vault, made[0].id, at(2));
        assert_eq!(code(&mut vault, &made[0].token, at(2)), Code::Revoked);
        Revoked { lab, before, key: made[0].clone() }
    }

    /// Puts the old rows of these tables back.
    fn put_back(&self, tables: &[&str]) {
        let old = Lab::empty();
        old.overwrite(&self.before);
        let (old, new) = (old.attacker(), self.lab.attacker());
        for table in tables {
            let rows = differing_rows(&old, &new, table);
            assert!(!rows.is_empty(), "the revocation changed the table '{table}'");
            rows.into_iter().for_each(|row| new.put(table, row, old.get(table, row).as_deref()));
        }
    }
}

fn finding<T>(result: Result<T, VaultError>) -> Finding {
    match result.err() {
        Some(VaultError::Integrity(finding)) => finding,
        other => panic!("not a finding: {other:?}"),
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
    let mode = fs::metadata(from).unwrap().permissions();
    fs::set_permissions(to, mode).unwrap();
}

/// The same vault and the same memory of it, to go another way from here.
fn twin(lab: &Lab) -> Lab {
    let twin = Lab::empty();
    fs::copy(lab.path(), twin.path()).unwrap();
    copy_folder(&lab.state(), &twin.state());
    twin
}

#[test]
fn putting_back_the_old_page_brings_no_key_back() {
    let case = Revoked::new();
    case.put_back(&["page"]);
    let mut vault = case.lab.open();
    // The name was taken off its page of the index, where the token may be, too.
    let is_page =
        |found: Finding| found.to_string().contains("is not the one that the head vouches for");
    assert!(is_page(finding(try_code(&mut vault, &case.key.token, at(3)))));
    let snapshot = vault.snapshot().unwrap();
    assert!(is_page(finding(snapshot.key(case.key.id))));
    finding(snapshot.keys(Some));
    finding(snapshot.check());
}

#[test]
fn putting_back_the_old_page_and_node_brings_no_key_back() {
    let case = Revoked::new();
    case.put_back(&["page", "node"]);
    let mut vault = case.lab.open();
    let damaged = finding(try_code(&mut vault, &case.key.token, at(3)));
    assert!(damaged.to_string().contains("node"), "{damaged}");
    let snapshot = vault.snapshot().unwrap();
    finding(snapshot.keys(Some));
    finding(snapshot.check());
}

#[test]
fn putting_back_page_node_and_head_is_a_rollback() {
    let case = Revoked::new();
    case.put_back(&["page", "node", "head"]);
    assert_rolled_back(&case);
}

#[test]
fn putting_back_the_whole_file_is_a_rollback() {
    let case = Revoked::new();
    case.lab.overwrite(&case.before);
    assert_rolled_back(&case);
}

fn assert_rolled_back(case: &Revoked) {
    let mut vault = case.lab.open();
    let rolled_back = Finding::RolledBack { found: 5, seen: 6 };
    assert_eq!(finding(vault.snapshot()), rolled_back);
    assert_eq!(finding(try_code(&mut vault, &case.key.token, at(3))), rolled_back);
    assert_eq!(finding(vault.info()), rolled_back);
    let before = case.lab.bytes();
    let written = act(&mut vault, Verb::Create, at(3), |_| Ok(())).unwrap_err();
    assert!(matches!(written, IssueError::Vault(VaultError::Integrity(f)) if f == rolled_back));
    assert_eq!(case.lab.bytes(), before);
}

#[test]
fn a_vault_that_is_open_notices_a_rollback_too() {
    let case = Revoked::new();
    let mut vault = case.lab.open();
    vault.snapshot().unwrap();
    case.lab.overwrite(&case.before);
    // SQLite notices a changed file by its change counter, which went back as well.
    assert_eq!(finding(vault.snapshot()), Finding::RolledBack { found: 5, seen: 6 });
}

#[test]
fn an_old_generation_is_refused_however_far_it_lies_back() {
    let lab = Lab::new();
    let mut files = vec![lab.bytes()];
    let mut vault = lab.open();
    for n in 0..8 {
        make(&mut vault, &format!("k{n}"), at(n));
        files.push(lab.bytes());
    }
    drop(vault);
    for (n, file) in (2..10).zip(&files) {
        lab.overwrite(file);
        assert_eq!(finding(lab.look()), Finding::RolledBack { found: n, seen: 10 });
    }
    lab.overwrite(files.last().unwrap());
    assert_eq!(lab.look().unwrap(), 10);
}

#[test]
fn another_history_of_the_same_length_is_a_fork() {
    let lab = Lab::new();
    let other = twin(&lab);
    make(&mut lab.open(), "ours", at(1));
    make(&mut other.open(), "theirs", at(1));
    lab.overwrite(&other.bytes());
    assert_eq!(finding(lab.look()), Finding::Forked { generation: 3 });
}

#[test]
fn the_same_change_made_twice_from_the_same_state_is_a_fork() {
    let (lab, made) = Lab::new().with_keys(1);
    let other = twin(&lab);
    revoke(&mut lab.open(), made[0].id, at(1));
    revoke(&mut other.open(), made[0].id, at(1));
    lab.overwrite(&other.bytes());
    assert_eq!(finding(lab.look()), Finding::Forked { generation: 4 });
}

#[test]
fn a_fork_that_has_run_ahead_does_not_continue_what_was_seen() {
    for ahead in [1, 2, 70] {
        let lab = Lab::new();
        let other = twin(&lab);
        make(&mut lab.open(), "ours", at(1));
        let mut vault = other.open();
        for n in 0..=ahead {
            make(&mut vault, &format!("theirs {n}"), at(1));
        }
        lab.overwrite(&other.bytes());
        assert_eq!(finding(lab.look()), Finding::NotContinued { seen: 3 }, "{ahead} ahead");
        let mut vault = lab.open();
        let written = act(&mut vault, Verb::Create, at(3), |_| Ok(())).unwrap_err();
        let not_continued = Finding::NotContinued { seen: 3 };
        assert!(
            matches!(written, IssueError::Vault(VaultError::Integrity(f)) if f == not_continued)
        );
    }
}

#[test]
fn changes_made_elsewhere_continue_what_was_seen() {
    for ahead in [1, 2, 63, 64, 65, 130] {
        let lab = Lab::new();
        let other = twin(&lab);
        let mut vault = other.open();
        for n in 0..ahead {
            make(&mut vault, &format!("theirs {n}"), at(1));
        }
        lab.overwrite(&other.bytes());
        let continued = 2 + u64::try_from(ahead).unwrap();
        assert_eq!(lab.look().unwrap(), continued);
        let pinned = pin_of(&lab)["generation"].as_u64();
        assert_eq!(pinned, Some(continued), "a reader raises the pin");
    }
}

#[test]
fn another_vault_at_a_known_path_is_named_before_a_secret_is_asked_for() {
    let (lab, other) = (Lab::new(), Lab::new());
    let ours = lab.open().vault_key().to_string();
    lab.look().unwrap();
    lab.overwrite(&other.bytes());
    let Finding::OtherVault { known, found } = finding(lab.locked()) else { panic!() };
    assert_eq!(known, ours, "it is named by its key, for people");
    assert_ne!(known, found);
}

#[test]
fn another_vault_key_under_a_known_id_is_another_vault() {
    let (lab, other) = (Lab::new(), Lab::new());
    let file = pin_file(&lab);
    let mut pin = pin_of(&lab);
    pin["vault_key"] = pin_of(&other)["vault_key"].clone();
    fs::write(&file, pin.to_string()).unwrap();
    assert!(matches!(finding(lab.look()), Finding::OtherVault { .. }));
}

#[test]
fn without_a_pin_the_first_use_is_reported_and_a_rollback_goes_unnoticed() {
    let case = Revoked::new();
    case.lab.forget_everything();
    case.lab.overwrite(&case.before);
    let mut vault = case.lab.open();
    assert_eq!(vault.first_use(), None);
    // What `docs` call a limit: nobody can know of a later state without a memory of it.
    assert_eq!(code(&mut vault, &case.key.token, at(3)), Code::Valid);
    assert_eq!(vault.first_use(), Some(&FirstUse::Remembered));
    drop(vault);
    let mut again = case.lab.open();
    again.snapshot().unwrap();
    assert_eq!(again.first_use(), None, "the second use is no first use");
}

#[test]
fn a_first_use_that_cannot_be_remembered_says_so_and_goes_on() {
    let lab = Lab::new();
    let pin = pin_file(&lab);
    lab.forget_everything();
    fs::create_dir_all(pin.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(lab.path(), pin.with_extension("lock")).unwrap();
    let mut vault = lab.open();
    assert_eq!(vault.snapshot().unwrap().generation(), 2);
    assert!(matches!(vault.first_use(), Some(FirstUse::NotRemembered(_))));
    assert!(!pin.exists());
}

fn pin_file(lab: &Lab) -> std::path::PathBuf {
    let id = lab.open().id();
    lab.state().join("pins").join(format!("{id}.json"))
}

fn pin_of(lab: &Lab) -> serde_json::Value {
    serde_json::from_slice(&fs::read(pin_file(lab)).unwrap()).unwrap()
}

fn refuse(vault: &mut UnlockedVault, attacker: &Attacker) {
    let before = attacker.rows("page");
    let id = make(vault, "kept", at(1)).id;
    let failed: Result<(), IssueError> = act(vault, Verb::Edit, at(2), |tx| {
        keyctl_vault::issue::delete(tx, id, None, at(2))?;
        Err(IssueError::Refused(Refusal::NeverValid))
    });
    failed.unwrap_err();
    assert_ne!(attacker.rows("page"), before);
}
