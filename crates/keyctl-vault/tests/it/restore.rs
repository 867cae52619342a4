//! Backups, and what they put back into the vault that they were taken from: nothing that was
//! restricted since comes back to life by itself, and no other file than an honest backup is taken.

use std::fs;
use std::path::{Path, PathBuf};

use keyctl_vault::issue::{self, Kept, KeyEdit, NewKey, Rotation, Taken, Taking};
use keyctl_vault::{
    ExportSlot, LockedVault, Records, RekeyOptions, UnlockedVault, VaultError, Verb,
};
use keyctl_verify::{Code, KeyId};

use super::gap::open_copy;
use super::support::{
    KEYFILE, Lab, act, at, by, code, create, is_integrity, keyfile, make, name, new_key, project,
    revoke, scope,
};

pub(super) fn backup(lab: &Lab) -> PathBuf {
    let path = lab.folder().join("backup");
    lab.open().backup(&path).unwrap();
    path
}

pub(super) fn restore(lab: &Lab, from: &Path) -> Vec<Taken> {
    let mut copy = open_copy(lab, from);
    act(&mut lab.open(), Verb::Restore, at(90), |tx| issue::restore(tx, &mut copy, at(90))).unwrap()
}

pub(super) fn result(taken: &[Taken], id: KeyId) -> (&Taking, &[Kept]) {
    let taken = taken.iter().find(|taken| taken.id == Some(id)).unwrap();
    (&taken.result, &taken.kept)
}

/// What is in the folder, with the contents of files.
pub(super) fn folder(lab: &Lab) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = fs::read_dir(lab.folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<_> =
        entries.filter(|p| p.is_file()).map(|p| (p.clone(), fs::read(p).unwrap())).collect();
    all.sort();
    all
}

#[test]
fn a_backup_is_the_vault_and_opens_as_it() {
    let (lab, made) = Lab::new().with_keys(3);
    let path = backup(&lab);
    let mut copy = open_copy(&lab, &path);
    assert_eq!(copy.vault_key(), lab.open().vault_key());
    assert!(copy.is_latest_seen().unwrap());
    assert_eq!(code(&mut copy, &made[0].token, at(5)), Code::Valid);
    drop(copy);
    make(&mut lab.open(), "later", at(6));
    assert!(!open_copy(&lab, &path).is_latest_seen().unwrap());
}

#[test]
fn nothing_that_was_restricted_since_comes_back_to_life() {
    let (lab, made) = Lab::new().with_keys(6);
    let path = backup(&lab);
    let mut vault = lab.open();
    let [revoked, disabled, rotated, narrowed, deleted, same] = &made[..] else { panic!() };
    revoke(&mut vault, revoked.id, at(10));
    act(&mut vault, Verb::Disable, at(10), |tx| issue::disable(tx, disabled.id, at(10))).unwrap();
    let at_once = Rotation::Begin { grace: None };
    let new =
        act(&mut vault, Verb::Rotate, at(10), |tx| issue::rotate(tx, rotated.id, at_once, at(10)));
    let new = new.unwrap().token.unwrap().expose_token().to_owned();
    let less = KeyEdit {
        scopes: Some(issue::ScopeEdit::Set([scope("orders:read:one")].into_iter().collect())),
        ..KeyEdit::default()
    };
    act(&mut vault, Verb::Edit, at(10), |tx| issue::edit(tx, narrowed.id, less, at(10))).unwrap();
    act(&mut vault, Verb::Delete, at(10), |tx| issue::delete(tx, deleted.id, None, at(10)))
        .unwrap();
    drop(vault);
    let taken = restore(&lab, &path);
    assert_eq!(result(&taken, revoked.id), (&Taking::Unchanged, &[Kept::Revoked][..]));
    assert_eq!(result(&taken, disabled.id), (&Taking::Unchanged, &[Kept::Disabled][..]));
    assert_eq!(result(&taken, rotated.id), (&Taking::Unchanged, &[Kept::Rotated][..]));
    assert_eq!(result(&taken, deleted.id), (&Taking::Created, &[Kept::Deleted][..]));
    assert_eq!(result(&taken, same.id), (&Taking::Unchanged, &[][..]));
    assert!(result(&taken, narrowed.id).1.contains(&Kept::Narrowed));
    let mut vault = lab.open();
    for (key, expected) in [
        (revoked, Code::Revoked),
        (disabled, Code::Disabled),
        (rotated, Code::Superseded),
        (deleted, Code::Disabled),
        (same, Code::Valid),
    ] {
        assert_eq!(code(&mut vault, &key.token, at(91)), expected);
    }
    assert_eq!(code(&mut vault, &new, at(91)), Code::Valid);
    let snapshot = vault.snapshot().unwrap();
    let narrow = snapshot.key(narrowed.id).unwrap().unwrap();
    assert!(!narrow.scopes.grants(&scope("orders:read")));
    snapshot.check().unwrap();
}

#[test]
fn a_backup_that_is_later_than_the_vault_brings_its_tokens_and_its_ends() {
    let (lab, made) = Lab::new().with_keys(2);
    let [rotated, revoked] = &made[..] else { panic!() };
    let early = fs::read(lab.path()).unwrap();
    let mut vault = lab.open();
    let at_once = Rotation::Begin { grace: None };
    let new =
        act(&mut vault, Verb::Rotate, at(10), |tx| issue::rotate(tx, rotated.id, at_once, at(10)));
    let new = new.unwrap().token.unwrap().expose_token().to_owned();
    revoke(&mut vault, revoked.id, at(10));
    drop(vault);
    let path = backup(&lab);
    // An older file was put in the vault's place, on a machine that has not seen the later one.
    fs::write(lab.path(), early).unwrap();
    fs::remove_dir_all(lab.state()).unwrap();
    restore(&lab, &path);
    let mut vault = lab.open();
    for (token, expected) in [
        (new.as_str(), Code::Valid),
        (&rotated.token, Code::Superseded),
        (&revoked.token, Code::Revoked),
    ] {
        assert_eq!(code(&mut vault, token, at(91)), expected);
    }
    vault.snapshot().unwrap().check().unwrap();
}

/// Rotates the only key, or ends that, and gives the new token.
fn rotate(lab: &Lab, id: KeyId, how: Rotation, seconds: i64) -> Option<String> {
    let now = at(seconds);
    let rotated =
        act(&mut lab.open(), Verb::Rotate, now, |tx| issue::rotate(tx, id, how, now)).unwrap();
    rotated.token.map(|token| token.expose_token().to_owned())
}

#[test]
fn a_later_backup_revives_no_token_that_was_ended_here() {
    let grace = || Rotation::Begin { grace: Some("1h".parse().unwrap()) };
    for is_current_there in [false, true] {
        let (lab, made) = Lab::new().with_keys(1);
        let id = made[0].id;
        let second = rotate(&lab, id, grace(), 10).unwrap();
        let early = fs::read(lab.path()).unwrap();
        let third = rotate(&lab, id, grace(), 20).unwrap();
        if is_current_there {
            rotate(&lab, id, Rotation::Cancel, 30);
        }
        let path = backup(&lab);
        fs::write(lab.path(), early).unwrap();
        fs::remove_dir_all(lab.state()).unwrap();
        rotate(&lab, id, Rotation::Cancel, 40);
        let taken = restore(&lab, &path);
        assert!(result(&taken, id).1.contains(&Kept::Rotated));
        let mut vault = lab.open();
        let mut code = |token: &str| code(&mut vault, token, at(91));
        assert_eq!(code(&second), Code::Superseded, "it was cancelled");
        let [first, third] = [code(&made[0].token), code(&third)];
        // What the backup has in the place of a token that was ended here is not taken.
        let expected = if is_current_there {
            [Code::Valid, Code::Unknown]
        } else {
            [Code::Superseded, Code::Valid]
        };
        assert_eq!([first, third], expected);
        vault.snapshot().unwrap().check().unwrap();
    }
}

#[test]
fn a_clock_that_was_set_back_reopens_no_grace_that_was_finished() {
    let (lab, made) = Lab::new().with_keys(1);
    let id = made[0].id;
    let mut vault = lab.open();
    let grace = Rotation::Begin { grace: Some("1h".parse().unwrap()) };
    act(&mut vault, Verb::Rotate, at(50), |tx| issue::rotate(tx, id, grace, at(50))).unwrap();
    drop(vault);
    let path = backup(&lab);
    let mut vault = lab.open();
    act(&mut vault, Verb::Rotate, at(20), |tx| issue::rotate(tx, id, Rotation::Finish, at(20)))
        .unwrap();
    drop(vault);
    restore(&lab, &path);
    assert_eq!(code(&mut lab.open(), &made[0].token, at(91)), Code::Superseded);
}

#[test]
fn the_very_same_state_is_no_change_whatever_a_key_looks_like() {
    let lab = Lab::new();
    let mut vault = lab.open();
    let scopes = ["a:*", "a:b", "c"].map(scope);
    let new = NewKey { scopes: scopes.into_iter().collect(), recoverable: true, ..new_key("k") };
    create(&mut vault, new, at(1)).unwrap();
    drop(vault);
    let path = backup(&lab);
    let before = lab.bytes();
    let taken = restore(&lab, &path);
    assert!(taken.iter().all(|t| t.result == Taking::Unchanged && t.kept.is_empty()), "{taken:?}");
    assert_eq!(lab.bytes(), before, "nothing was written");
}

#[test]
fn running_it_again_changes_nothing_more() {
    let (lab, made) = Lab::new().with_keys(2);
    let path = backup(&lab);
    let mut vault = lab.open();
    act(&mut vault, Verb::Delete, at(10), |tx| issue::delete(tx, made[0].id, None, at(10)))
        .unwrap();
    make(&mut vault, "made since", at(11));
    drop(vault);
    restore(&lab, &path);
    let (before, generation) = (lab.bytes(), lab.look().unwrap());
    let again = restore(&lab, &path);
    assert!(again.iter().all(|taken| taken.result == Taking::Unchanged), "{again:?}");
    assert_eq!((lab.bytes(), lab.look().unwrap()), (before, generation));
}

/// Each key's place in the order of creation is its own, and the head counts beyond all of them.
pub(super) fn assert_order(vault: &mut UnlockedVault, count: usize) {
    let keys = vault.snapshot().unwrap().keys(Some).unwrap();
    let orders: std::collections::BTreeSet<u64> = keys.iter().map(|key| key.order).collect();
    assert_eq!((keys.len(), orders.len()), (count, count), "{orders:?}");
    let next = make(vault, "the next one", at(99)).id;
    let next = vault.snapshot().unwrap().key(next).unwrap().unwrap().order;
    assert!(orders.iter().all(|order| *order < next), "{orders:?} {next}");
}

#[test]
fn what_comes_back_has_a_place_of_its_own_in_the_order() {
    let (lab, made) = Lab::new().with_keys(4);
    // As if the vault had been taken back to before the backup was made.
    let file = lab.bytes();
    let later = make(&mut lab.open(), "in the backup", at(5));
    let path = backup(&lab);
    lab.overwrite(&file);
    lab.forget_everything();
    let mut vault = lab.open();
    act(&mut vault, Verb::Delete, at(10), |tx| issue::delete(tx, made[0].id, None, at(10)))
        .unwrap();
    make(&mut vault, "instead", at(11));
    drop(vault);
    let taken = restore(&lab, &path);
    assert_eq!(result(&taken, later.id), (&Taking::Created, &[Kept::Deleted][..]));
    assert_order(&mut lab.open(), 6);
}

#[test]
fn a_name_that_is_taken_since_keeps_the_key_out_or_its_present_name() {
    let (lab, made) = Lab::new().with_keys(2);
    let path = backup(&lab);
    let mut vault = lab.open();
    act(&mut vault, Verb::Delete, at(10), |tx| issue::delete(tx, made[0].id, None, at(10)))
        .unwrap();
    let renamed = KeyEdit { name: Some(name("other")), ..KeyEdit::default() };
    act(&mut vault, Verb::Edit, at(10), |tx| issue::edit(tx, made[1].id, renamed, at(10))).unwrap();
    make(&mut vault, "k0", at(11));
    make(&mut vault, "k1", at(11));
    drop(vault);
    let taken = restore(&lab, &path);
    assert!(
        matches!(result(&taken, made[0].id).0, Taking::Failed(why) if why.contains("the name"))
    );
    assert_eq!(result(&taken, made[1].id).0, &Taking::Unchanged);
    let mut vault = lab.open();
    let snapshot = vault.snapshot().unwrap();
    assert_eq!(snapshot.key(made[1].id).unwrap().unwrap().name, name("other"));
    snapshot.check().unwrap();
}

#[test]
fn an_owner_gets_back_no_more_than_now() {
    let lab = Lab::new();
    let owner = keyctl_vault::Owner::parse("alice").unwrap();
    let mut vault = lab.open();
    let wide = [scope("a:*"), scope("b")];
    let new = issue::NewOwner {
        name: owner.clone(),
        ceiling: wide.into_iter().collect(),
        project: None,
        environment: keyctl_verify::Environment::Development,
        expires: issue::Expiry::Default,
    };
    act(&mut vault, Verb::OwnerAdd, at(1), |tx| issue::add_owner(tx, new, at(1))).unwrap();
    drop(vault);
    let path = backup(&lab);
    let narrow = [scope("a:x"), scope("c")].into_iter().collect();
    let mut vault = lab.open();
    act(&mut vault, Verb::OwnerEdit, at(2), |tx| issue::edit_owner(tx, &owner, narrow, at(2)))
        .unwrap();
    drop(vault);
    let (mut present, mut copy) = (lab.open(), open_copy(&lab, &path));
    let (revived, changes) = issue::revived(&mut present, &mut copy).unwrap();
    assert_eq!((revived.len(), changes.len()), (1, 1));
    assert_eq!((revived[0].id, revived[0].name.as_str()), (None, "alice"));
    drop((present, copy));
    let taken = restore(&lab, &path);
    let alice = taken.iter().find(|taken| taken.id.is_none()).unwrap();
    assert_eq!((alice.name.as_str(), &alice.result), ("alice", &Taking::Changed));
    let record = lab.open().snapshot().unwrap().owner(&owner).unwrap().unwrap();
    let left: Vec<String> = record.ceiling.iter().map(ToString::to_string).collect();
    assert_eq!(left, ["a:x"]);
}

pub(super) fn rekey(lab: &Lab) {
    let secret = keyfile(KEYFILE);
    let options = RekeyOptions { secret: &secret, keep_bundle_key: false, with_recovery: false };
    lab.open().rekey(&by(at(50)), &options, |_| Ok(())).unwrap();
}

#[test]
fn a_backup_from_before_a_rekey_brings_no_token_to_a_key_that_is_here() {
    let (lab, made) = Lab::new().with_keys(1);
    let path = backup(&lab);
    // Somebody with the old root key gives the key a token of their own, and a higher number.
    let forged = Lab::empty();
    fs::copy(&path, forged.path()).unwrap();
    let mut vault = forged.open();
    let at_once = Rotation::Begin { grace: None };
    let theirs =
        act(&mut vault, Verb::Rotate, at(9), |tx| issue::rotate(tx, made[0].id, at_once, at(9)));
    let theirs = theirs.unwrap().token.unwrap().expose_token().to_owned();
    drop(vault);
    rekey(&lab);
    restore(&lab, &forged.path());
    let mut vault = lab.open();
    assert_eq!(code(&mut vault, &theirs, at(91)), Code::Unknown);
    assert_eq!(code(&mut vault, &made[0].token, at(91)), Code::Valid);
}

#[test]
fn a_backup_from_before_a_rekey_moves_no_key_elsewhere() {
    let (lab, made) = Lab::new().with_keys(1);
    let path = backup(&lab);
    // Somebody with the old root key writes another key under the same id.
    let forged = Lab::empty();
    fs::copy(&path, forged.path()).unwrap();
    let mut vault = forged.open();
    let key = vault.snapshot().unwrap().key(made[0].id).unwrap().unwrap();
    act(&mut vault, Verb::Edit, at(3), |tx| {
        let moved = keyctl_vault::Key { project: Some(project("elsewhere")), ..key.clone() };
        Ok(tx.put_key(Some(&key), &moved)?)
    })
    .unwrap();
    // `put_key` alone notes nothing, but has touched the pages.
    drop(vault);
    rekey(&lab);
    let taken = restore(&lab, &forged.path());
    let (result, _) = result(&taken, made[0].id);
    assert!(matches!(result, Taking::Failed(why) if why.contains("another key")), "{result:?}");
    let kept = lab.open().snapshot().unwrap().key(made[0].id).unwrap().unwrap();
    assert_eq!(kept.project, Some(project("alpha")));
}

#[test]
fn a_backup_with_a_flipped_bit_is_refused_or_is_the_backup() {
    let (lab, made) = Lab::new().with_keys(2);
    let path = backup(&lab);
    make(&mut lab.open(), "later", at(5));
    let (good, before) = (fs::read(&path).unwrap(), lab.bytes());
    let (mut refused, mut taken) = (0, 0);
    for bit in (0..good.len() * 8).step_by(509) {
        let mut flipped = good.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, &flipped).unwrap();
        let opened = LockedVault::open_copy(&path, &lab.state())
            .and_then(|locked| locked.open_backup_of(&lab.open()))
            .and_then(|copy| copy.ok_or(VaultError::Locked { secret: "key" }))
            .and_then(|mut copy| {
                copy.snapshot()?.check()?;
                Ok(copy)
            });
        match opened {
            Err(
                VaultError::Integrity(_) | VaultError::Locked { .. } | VaultError::Newer { .. },
            ) => {
                refused += 1;
            }
            Err(other) => panic!("bit {bit}: {other}"),
            // Bytes that no row holds.
            Ok(mut copy) => {
                assert_eq!(code(&mut copy, &made[0].token, at(6)), Code::Valid);
                assert_eq!(copy.snapshot().unwrap().generation(), 4);
                taken += 1;
            }
        }
    }
    assert!(refused > 150 && taken > 0, "{refused} refused, {taken} taken");
    assert_eq!(lab.bytes(), before);
}

#[test]
fn a_slot_that_was_changed_in_a_backup_is_damage_and_no_question() {
    let (lab, _) = Lab::new().with_keys(1);
    let path = backup(&lab);
    super::support::Attacker::new(&path).flip("slot", 1, 8 * 60);
    let locked = LockedVault::open_copy(&path, &lab.state()).unwrap();
    let refused = locked.open_backup_of(&lab.open()).map(drop).unwrap_err();
    assert!(is_integrity(&refused), "{refused}");
}

#[test]
fn nothing_is_written_where_a_file_or_a_journal_lies() {
    let (lab, _) = Lab::new().with_keys(1);
    let slot = || ExportSlot::Passphrase(keyfile(2));
    for name in ["there", "there-journal", "there-wal"] {
        let target = lab.folder().join("there");
        fs::write(lab.folder().join(name), "mine").unwrap();
        let before = folder(&lab);
        let refused = [
            lab.open().backup(&target).map(drop),
            lab.open().export(&target, &slot(), &by(at(5))).map(drop),
        ];
        for refused in refused {
            assert!(matches!(refused, Err(VaultError::Exists { .. })), "{name}: {refused:?}");
        }
        assert_eq!(folder(&lab), before);
        fs::remove_file(lab.folder().join(name)).unwrap();
    }
    let fresh = Lab::empty();
    fs::write(fresh.folder().join("vault.kcv-journal"), "mine").unwrap();
    assert!(matches!(fresh.try_init(), Err(VaultError::Exists { .. })));
}
