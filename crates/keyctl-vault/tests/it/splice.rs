//! A history of fifty generations, of which somebody kept every file: whatever he puts together
//! out of them, the vault says the latest truth or nothing.

use std::collections::BTreeMap;
use std::fs;

use keyctl_vault::Verb;
use keyctl_vault::issue::{Rotation, disable, edit, revoke, rotate};
use keyctl_vault::{Role, UnlockedVault};

use super::support::{Examination, Lab, Made, Truth, act, at, by, keyfile, make, name, passphrase};

const GENERATIONS: usize = 50;
const TABLES: [&str; 5] = ["page", "node", "audit", "slot", "head"];

type Rows = BTreeMap<&'static str, BTreeMap<i64, Vec<u8>>>;

/// One generation as the attacker kept it.
struct Kept {
    file: Vec<u8>,
    rows: Rows,
    truth: Truth,
}

struct History {
    lab: Lab,
    kept: Vec<Kept>,
}

impl History {
    /// Creates, revokes, disables, rotates, renames, adds and removes slots.
    fn new() -> Self {
        let lab = Lab::new();
        let mut vault = lab.open();
        let (mut made, mut kept) = (Vec::new(), Vec::new());
        for n in 2..=GENERATIONS {
            change(&mut vault, n, &mut made);
            kept.push(Kept {
                file: lab.bytes(),
                rows: rows(&lab),
                truth: lab.truth(&made, at(99)),
            });
        }
        History { lab, kept }
    }

    fn latest(&self) -> &Kept {
        self.kept.last().unwrap()
    }

    /// Puts rows of `from` into the file of `into`.
    fn splice(&self, into: &Kept, changes: &[(&str, i64, Option<&[u8]>)]) -> Examination {
        self.lab.overwrite(&into.file);
        let attacker = self.lab.attacker();
        attacker.sql("BEGIN");
        changes.iter().for_each(|(table, row, d)| attacker.put(table, *row, *d));
        attacker.sql("COMMIT");
        drop(attacker);
        self.lab.examine(&into.truth)
    }
}

fn rows(lab: &Lab) -> Rows {
    TABLES.into_iter().map(|table| (table, lab.attacker().rows(table))).collect()
}

fn change(vault: &mut UnlockedVault, n: usize, made: &mut Vec<Made>) {
    let now = at(i64::try_from(n).unwrap());
    let key = |back: usize| made[made.len() - back].id;
    match n % 7 {
        _ if made.len() < 3 => made.push(make(vault, &format!("k{n}"), now)),
        0 => drop(act(vault, Verb::Revoke, now, |tx| revoke(tx, key(1), None, now)).unwrap()),
        1 => drop(act(vault, Verb::Disable, now, |tx| disable(tx, key(2), now)).unwrap()),
        2 => {
            let grace = Rotation::Begin { grace: "7d".parse().ok() };
            let rotated =
                act(vault, Verb::Rotate, now, |tx| rotate(tx, key(2), grace, now)).unwrap();
            let token = rotated.token.unwrap().expose_token().to_owned();
            made.push(Made { id: rotated.changed.key.id, token });
        }
        3 => {
            let change = keyctl_vault::issue::KeyEdit {
                name: Some(name(&format!("new {n}"))),
                ..Default::default()
            };
            act(vault, Verb::Edit, now, |tx| edit(tx, key(1), change, now)).unwrap();
        }
        4 => {
            let secret = keyfile(u8::try_from(n).unwrap());
            vault.add_slot(&by(now), &name(&format!("s{n}")), Role::Viewer, &secret).unwrap();
        }
        _ => made.push(make(vault, &format!("k{n}"), now)),
    }
}

/// What differs between two generations: the row, and what `from` has there.
fn differences<'a>(from: &'a Kept, into: &'a Kept) -> Vec<(&'static str, i64, Option<&'a [u8]>)> {
    let mut all = Vec::new();
    for table in TABLES {
        let (a, b) = (&from.rows[table], &into.rows[table]);
        let ids: std::collections::BTreeSet<i64> = a.keys().chain(b.keys()).copied().collect();
        let differ = ids.into_iter().filter(|id| a.get(id) != b.get(id));
        all.extend(differ.map(|id| (table, id, a.get(&id).map(Vec::as_slice))));
    }
    all
}

/// Counts what was tried, and what gave a wrong answer.
#[derive(Default)]
struct Score {
    tried: u32,
    refused: u32,
    wrong: u32,
    unnoticed: u32,
}

impl Score {
    fn add(&mut self, found: &Examination) {
        self.tried += 1;
        self.wrong += u32::from(!found.wrong.is_empty());
        self.refused += u32::from(!found.errors.is_empty() || found.check.is_err());
        self.unnoticed += u32::from(found.check.is_ok());
    }

    fn must_be_perfect(&self, at_least: u32) {
        assert!(self.tried >= at_least, "only {} splices were tried", self.tried);
        assert_eq!(self.wrong, 0, "of {} splices, wrong answers were given", self.tried);
        assert_eq!(self.unnoticed, 0, "of {} splices, check did not find", self.tried);
        assert_eq!(self.refused, self.tried);
    }
}

#[test]
fn no_single_row_of_an_older_generation_is_accepted_in_the_latest() {
    let history = History::new();
    let mut score = Score::default();
    let latest = history.latest();
    for from in history.kept.iter().rev().skip(1).step_by(12) {
        for change in differences(from, latest) {
            score.add(&history.splice(latest, &[change]));
        }
    }
    score.must_be_perfect(100);
}

#[test]
fn no_single_row_is_accepted_anywhere_even_without_a_pin() {
    let history = History::new();
    let mut score = Score::default();
    let some = [3, 24, 47];
    for (into, from) in some.into_iter().flat_map(|a| some.map(|b| (a, b))).filter(|(a, b)| a != b)
    {
        let (into, from) = (&history.kept[into], &history.kept[from]);
        for change in differences(from, into).into_iter().step_by(3) {
            history.lab.forget_everything();
            score.add(&history.splice(into, &[change]));
        }
    }
    score.must_be_perfect(60);
}

#[test]
fn no_set_of_whole_tables_of_an_older_generation_is_accepted_in_the_latest() {
    let history = History::new();
    let mut score = Score::default();
    let latest = history.latest();
    for from in history.kept.iter().rev().skip(1).step_by(16) {
        let all = differences(from, latest);
        for tables in 1_u32..1 << TABLES.len() {
            let chosen = |table| TABLES.iter().position(|t| *t == table).unwrap();
            let changes: Vec<_> =
                all.iter().copied().filter(|(t, ..)| tables >> chosen(*t) & 1 == 1).collect();
            if !changes.is_empty() {
                score.add(&history.splice(latest, &changes));
            }
        }
    }
    score.must_be_perfect(60);
}

#[test]
fn no_row_in_another_place_of_its_own_table_is_accepted() {
    let history = History::new();
    let mut score = Score::default();
    let latest = history.latest();
    for table in ["page", "node", "slot"] {
        let old: Vec<_> = history.kept[20].rows[table].iter().collect();
        let now: Vec<_> = latest.rows[table].keys().collect();
        for (n, (row, d)) in old.iter().enumerate() {
            let to = *now[(n * 7 + 1) % now.len()];
            if to != **row {
                score.add(&history.splice(latest, &[(table, to, Some(d.as_slice()))]));
            }
        }
    }
    score.must_be_perfect(30);
}

#[test]
fn every_older_file_is_refused_where_the_latest_was_seen() {
    let history = History::new();
    for kept in &history.kept[..history.kept.len() - 1] {
        fs::write(history.lab.path(), &kept.file).unwrap();
        let error = history.lab.look().unwrap_err();
        assert!(error.to_string().contains("rolled back"), "{error}");
    }
    history.lab.overwrite(&history.latest().file);
    let found = history.lab.examine(&history.latest().truth);
    assert!(found.wrong.is_empty() && found.check.is_ok());
    assert!(history.lab.unlock(&passphrase(super::support::PASSPHRASE)).is_ok());
}
