//! The tamper matrix: every bit of a small vault, one at a time. Each flip is refused, or lies in a
//! byte that is listed with the reason why nothing depends on it.
//!
//! The short form takes some bits of every part. The complete one is
//! `cargo test --release -p keyctl-vault --test it -- --ignored --nocapture matrix`.

mod bench;
mod file;
mod map;
mod rules;
mod slot;
mod tally;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Instant;

use bench::{Bench, Outcome, Subject};
use map::{Map, Part};
use rules::must_hold;
use tally::attack_all;

use keyctl_vault::issue::{self, Expiry, KeyEdit, NewOwner, PolicyEdit};
use keyctl_vault::{Note, Owner, Role, Verb};
use keyctl_verify::Environment;

use super::support::{Lab, Made, TABLES, act, at, by, keyfile, make, name, say, scope};

/// The row of the slot that everything is opened with.
const ROBOT: i64 = 2;
/// What takes four bytes, so that a note of it needs pages of its own.
const WIDE: &str = "\u{1d4c3}";

/// A small vault with something of everything, and with pages that were used once.
fn small() -> (Lab, Vec<Made>) {
    let lab = Lab::new();
    let mut vault = lab.open();
    let made = vec![make(&mut vault, "bot", at(1))];
    let new = NewOwner {
        name: Owner::parse("ada").unwrap(),
        ceiling: [scope("orders:read")].into_iter().collect(),
        project: None,
        environment: Environment::Development,
        expires: Expiry::Default,
    };
    act(&mut vault, Verb::OwnerAdd, at(2), |tx| issue::add_owner(tx, new, at(2))).unwrap();
    let strict = PolicyEdit { require_reason: Some(true), ..PolicyEdit::default() };
    act(&mut vault, Verb::Policy, at(3), |tx| issue::edit_policy(tx, &strict)).unwrap();
    vault.add_slot(&by(at(4)), &name("watch"), Role::Viewer, &keyfile(2)).unwrap();
    for (now, note) in [(5, Some(WIDE.repeat(1000))), (6, None)] {
        let note = Some(note.map(|note| Note::parse(&note).unwrap()));
        let change = KeyEdit { note, ..KeyEdit::default() };
        let id = made[0].id;
        act(&mut vault, Verb::Edit, at(now), |tx| issue::edit(tx, id, change, at(now))).unwrap();
    }
    (lab, made)
}

/// One bit of the file is another.
struct Flip(usize);

impl fmt::Display for Flip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bit {} of byte {}", self.0 % 8, self.0 / 8)
    }
}

impl Flip {
    fn of(&self, file: &[u8]) -> Vec<u8> {
        let mut file = file.to_vec();
        file[self.0 / 8] ^= 1 << (self.0 % 8);
        file
    }

    fn attack(&self, bench: &Bench<'_>, clean: &[u8]) -> Outcome {
        bench.attack(&self.of(clean))
    }
}

fn parts(lab: &Lab) -> Vec<Part> {
    let roots = TABLES.map(|table| (table, lab.attacker().root(table)));
    Map::of(&lab.bytes(), &roots, ROBOT)
}

/// Numbers that are the same each time, and have no pattern.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap() % end
    }
}

#[test]
fn some_bits_of_every_part_of_a_vault_are_refused_or_change_nothing() {
    let (lab, made) = small();
    let (parts, subject) = (parts(&lab), Subject::of(&lab, made));
    let mut bytes: BTreeMap<Part, Vec<usize>> = BTreeMap::new();
    parts.iter().enumerate().for_each(|(at, part)| bytes.entry(part).or_default().push(at));
    assert!(bytes.len() > 70, "{}", bytes.len());
    let mut draw = Draw(0x5eed);
    let mut flips = Vec::new();
    for (part, places) in bytes {
        let mut flip = || Flip(places[draw.below(places.len())] * 8 + draw.below(8));
        flips.extend((0..2).map(|_| (part, flip())));
    }
    let flips = flips.into_iter();
    must_hold(&attack_all(&subject, flips, |bench, flip| flip.attack(bench, &subject.clean)));
}

#[test]
#[ignore = "a quarter of an hour: every bit of a vault"]
fn every_bit_of_a_vault_is_refused_or_changes_nothing() {
    let (lab, made) = small();
    let (parts, subject) = (parts(&lab), Subject::of(&lab, made));
    let flips = (0..parts.len() * 8).map(|bit| (parts[bit / 8], Flip(bit)));
    let start = Instant::now();
    let tally = attack_all(&subject, flips, |bench, flip| flip.attack(bench, &subject.clean));
    say(format_args!("every bit of {} bytes, in {:.0?}", parts.len(), start.elapsed()));
    say(&tally);
    must_hold(&tally);
}
