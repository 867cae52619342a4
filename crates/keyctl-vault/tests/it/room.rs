//! Tables that get more pages, because they have more records.

use keyctl_vault::issue::{self, IssueError};
use keyctl_vault::{Records, RekeyOptions, UnlockedVault, Verb};
use keyctl_verify::Code;

use super::support::{
    KEYFILE, Lab, Made, act, at, by, code, create_with_room, is_integrity, keyfile, make, new_key,
};

/// With so many keys a table of keys has the most pages.
const MANY: usize = 40_000;
const KEYS: i64 = 1;
const INDEX: i64 = 2;

/// How many nodes there are of a table: one for 64 pages.
fn nodes(lab: &Lab, table: i64) -> usize {
    lab.attacker().ids("node").into_iter().filter(|row| row >> 6 == table).count()
}

fn make_many(vault: &mut UnlockedVault, from: usize, count: usize) -> Vec<Made> {
    let made = act(vault, Verb::Create, at(1), |tx| {
        let new = (from..from + count).map(|n| new_key(&format!("k{n}")));
        issue::create_many(tx, new, at(1), |_| ()).map_err(|(_, error)| error)
    });
    let made = made.unwrap().into_iter();
    made.map(|made| Made { id: made.key.id, token: made.token.expose_token().to_owned() }).collect()
}

#[test]
fn one_record_too_many_spreads_a_table_and_everything_is_found() {
    let lab = Lab::new();
    let mut vault = lab.open();
    // A name and a public id each: 4,096 records of the index, 64 on each of its pages.
    let mut made = make_many(&mut vault, 0, 2_048);
    assert_eq!((nodes(&lab, KEYS), nodes(&lab, INDEX)), (1, 1));
    made.push(make(&mut vault, "one more", at(2)));
    assert_eq!((nodes(&lab, KEYS), nodes(&lab, INDEX)), (1, 8));
    check_all(&mut vault, &made);
    // Fewer records again, and as many pages.
    for gone in made.drain(..100).collect::<Vec<_>>() {
        act(&mut vault, Verb::Delete, at(3), |tx| issue::delete(tx, gone.id, None, at(3))).unwrap();
        assert_eq!(code(&mut vault, &gone.token, at(4)), Code::Unknown);
    }
    assert_eq!(nodes(&lab, INDEX), 8);
    check_all(&mut lab.open(), &made);
}

/// What a vault says of keys that were made in it, and that it is right in every part.
fn check_all(vault: &mut UnlockedVault, made: &[Made]) {
    for one in made.iter().step_by(37).chain(made.last()) {
        assert_eq!(code(vault, &one.token, at(4)), Code::Valid);
        let snapshot = vault.snapshot().unwrap();
        let key = snapshot.key(one.id).unwrap().unwrap();
        let named = snapshot.live_key_named(key.project.as_ref(), &key.name).unwrap();
        assert_eq!(named, Some(one.id));
    }
    let report = vault.snapshot().unwrap().check().unwrap();
    assert_eq!(report.keys, made.len() as u64);
}

#[test]
fn room_is_made_for_many_before_they_come() {
    let lab = Lab::new();
    let mut vault = lab.open();
    let mut made = make_many(&mut vault, 0, 200);
    // The index has two records of each.
    made.push(create_with_room(&mut vault, new_key("k"), 2_000, at(2)).unwrap());
    assert_eq!((nodes(&lab, KEYS), nodes(&lab, INDEX)), (1, 8));
    made.extend(make_many(&mut vault, 200, 4_100));
    assert_eq!((nodes(&lab, KEYS), nodes(&lab, INDEX)), (8, 8));
    made.push(create_with_room(&mut vault, new_key("l"), MANY, at(2)).unwrap());
    assert_eq!((nodes(&lab, KEYS), nodes(&lab, INDEX)), (64, 64));
    check_all(&mut vault, &made);
}

#[test]
fn room_that_was_made_for_nothing_is_forgotten() {
    let (lab, _) = Lab::new().with_keys(3);
    let (mut vault, before) = (lab.open(), lab.bytes());
    let room = |vault: &mut UnlockedVault, and: fn(&mut keyctl_vault::Transaction<'_>)| {
        act(vault, Verb::Create, at(2), |tx| {
            tx.make_room(MANY)?;
            issue::create(tx, new_key("lost"), at(2))?;
            tx.discard();
            and(tx);
            Ok(())
        })
        .unwrap();
    };
    room(&mut vault, |_| ());
    assert_eq!(lab.bytes(), before, "nothing was done");
    room(&mut vault, |tx| drop(issue::create(tx, new_key("kept"), at(2)).unwrap()));
    let snapshot = vault.snapshot().unwrap();
    assert_eq!((snapshot.key_count(), snapshot.check().unwrap().keys), (4, 4));
}

#[test]
fn a_page_that_was_changed_is_found_before_it_is_spread() {
    let (lab, _) = Lab::new().with_keys(12);
    let clean = lab.bytes();
    for table in [KEYS, INDEX] {
        let rows = lab.attacker().ids("page").into_iter().filter(|row| row >> 12 == table);
        for row in rows.collect::<Vec<_>>() {
            lab.attacker().flip("page", row, 999);
            let tampered = lab.bytes();
            let refused = create_with_room(&mut lab.open(), new_key("k"), MANY, at(2));
            let by_integrity =
                matches!(&refused, Err(IssueError::Vault(error)) if is_integrity(error));
            assert!(by_integrity, "page {row}: {refused:?}");
            assert_eq!(lab.bytes(), tampered, "page {row}");
            lab.overwrite(&clean);
        }
    }
}

#[test]
fn what_is_written_whole_has_as_many_pages_as_it_needs() {
    let (lab, mut made) = Lab::new().with_keys(5);
    let mut vault = lab.open();
    made.push(create_with_room(&mut vault, new_key("k"), MANY, at(2)).unwrap());
    let wide = lab.bytes().len();
    let secret = keyfile(KEYFILE);
    let options = RekeyOptions { secret: &secret, keep_bundle_key: false, with_recovery: false };
    vault.rekey(&by(at(3)), &options, |_| Ok(())).unwrap();
    assert_eq!((nodes(&lab, KEYS), nodes(&lab, INDEX)), (1, 1));
    assert!(lab.bytes().len() < wide, "{} and {wide} bytes", lab.bytes().len());
    check_all(&mut lab.open(), &made);
}
