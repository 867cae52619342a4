//! Splices made and counted.

use std::fmt;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Mutex;
use std::thread;

use super::history::{HISTORY, Kept, Splice};
use crate::support::{Examination, Lab, is_integrity};

/// What was tried, and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Score {
    pub(super) tried: u32,
    /// Refused: by whoever reads what was put there, and by `check`.
    pub(super) refused: u32,
    /// Nothing depends on what was put there: every answer is as before.
    pub(super) harmless: u32,
    /// Refused by `check`, by the audit log and by every write; a reader who looks at neither is
    /// told the other generation's truth, whole. As if the whole file had been put back.
    pub(super) rolled_back: u32,
    /// Another answer than the truth.
    pub(super) wrong: u32,
    /// The first of the wrong ones.
    pub(super) faults: Vec<String>,
}

/// Something put together out of two generations.
pub(super) struct Attempt {
    pub(super) what: String,
    pub(super) into: usize,
    pub(super) from: usize,
    pub(super) how: How,
}

/// What is taken from the other generation.
pub(super) enum How {
    Rows(Vec<Splice<'static>>),
    /// A page of SQLite's, by its number from 0.
    FilePage(usize),
    File,
}

/// What the machine of the victim remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pin {
    /// Nothing.
    None,
    /// The generation into which things are put.
    Seen,
}

impl Score {
    fn merge(&mut self, other: Score) {
        self.tried += other.tried;
        self.refused += other.refused;
        self.harmless += other.harmless;
        self.rolled_back += other.rolled_back;
        self.wrong += other.wrong;
        self.faults.extend(other.faults);
    }

    /// Nothing was accepted; of what looks like a whole file put back, so much.
    pub(super) fn must_be_perfect(&self, at_least: u32) {
        assert!(self.tried >= at_least, "only {} splices were tried", self.tried);
        let told: Vec<_> = self.faults.iter().take(10).collect();
        assert_eq!(self.wrong, 0, "of {} splices, such as {told:#?}", self.tried);
        assert_eq!(self.refused + self.harmless + self.rolled_back, self.tried);
    }

    fn add(&mut self, attempt: &Attempt, found: &Examination) {
        self.tried += 1;
        let is_refused = !found.errors.is_empty() || found.check.is_err();
        let unnamed = found.refusals().find(|error| !is_allowed(error));
        let is_true = found.wrong.is_empty();
        if is_true && !is_refused {
            self.harmless += 1;
        } else if is_true && found.check.is_err() && unnamed.is_none() {
            self.refused += 1;
        } else {
            self.wrong += 1;
            let errors = &found.errors;
            self.faults.push(format!("{}: {:?} {errors:?}", attempt.what, found.wrong));
        }
    }
}

/// A slot of another generation may be one that the secret does not open.
fn is_allowed(error: &keyctl_vault::VaultError) -> bool {
    is_integrity(error) || matches!(error, keyctl_vault::VaultError::Locked { .. })
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Score { tried, refused, harmless, rolled_back, wrong, .. } = self;
        write!(f, "{tried:>8}{refused:>9}{harmless:>10}{rolled_back:>13}{wrong:>10}")
    }
}

/// A folder of its own, for one thread.
struct Stand {
    lab: Lab,
    pin: Pin,
    /// What the machine remembers after it has seen a generation.
    seen: Option<(usize, Pins)>,
}

/// Files and what is in them.
type Pins = Vec<(PathBuf, Vec<u8>)>;

impl Stand {
    fn new(pin: Pin) -> Self {
        let lab = Lab::empty();
        lab.overwrite(&HISTORY[0].file);
        fs::set_permissions(lab.path(), fs::Permissions::from_mode(0o600)).unwrap();
        Stand { lab, pin, seen: None }
    }

    fn attempt(&mut self, attempt: &Attempt) -> Examination {
        let (into, from) = (&HISTORY[attempt.into], &HISTORY[attempt.from]);
        self.remember(attempt.into, into);
        match &attempt.how {
            How::File => self.lab.overwrite(&from.file),
            How::FilePage(page) => self.lab.overwrite(&with_page(into, from, *page)),
            How::Rows(rows) => {
                self.lab.overwrite(&into.file);
                let attacker = self.lab.attacker();
                attacker.sql("BEGIN");
                rows.iter().for_each(|(table, row, d)| attacker.put(table, *row, *d));
                attacker.sql("COMMIT");
            }
        }
        self.lab.examine(&into.truth)
    }

    fn remember(&mut self, generation: usize, into: &Kept) {
        if self.pin == Pin::None {
            return self.lab.forget_everything();
        }
        if self.seen.as_ref().is_none_or(|(seen, _)| *seen != generation) {
            self.lab.forget_everything();
            self.lab.overwrite(&into.file);
            self.lab.look().unwrap();
            self.seen = Some((generation, self.lab.pins()));
        }
        let (_, pins) = self.seen.as_ref().unwrap();
        pins.iter().for_each(|(path, contents)| fs::write(path, contents).unwrap());
    }
}

/// The bytes of a page of SQLite's.
const PAGE: usize = 4096;
/// The page, from 0, that has the only row of the third table: tables begin behind the schema.
const HEAD_PAGE: usize = 3;

/// A file in which one page of SQLite's is another generation's.
fn with_page(into: &Kept, from: &Kept, page: usize) -> Vec<u8> {
    let mut file = into.file.clone();
    let (at, page) = (page * PAGE, &from.file[page * PAGE..][..PAGE]);
    file.truncate(file.len().max(at));
    file.resize(file.len().max(at + PAGE), 0);
    file[at..at + PAGE].copy_from_slice(page);
    file
}

/// The pages of SQLite's in which two generations differ.
pub(super) fn differing_pages(from: usize, into: usize) -> impl Iterator<Item = usize> {
    let (from, into) = (&HISTORY[from].file, &HISTORY[into].file);
    let page = |file: &'static [u8], n: usize| file.get(n * PAGE..(n + 1) * PAGE);
    (0..from.len() / PAGE).filter(move |n| page(from, *n) != page(into, *n))
}

/// Makes all attempts, on every core.
pub(super) fn score(pin: Pin, attempts: impl Iterator<Item = Attempt> + Send) -> Score {
    let attempts = Mutex::new(attempts);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let worker = || {
        let (mut stand, mut score) = (Stand::new(pin), Score::default());
        loop {
            let next = attempts.lock().unwrap().next();
            let Some(attempt) = next else { return score };
            let found = stand.attempt(&attempt);
            if is_rollback(&attempt, &found, &mut stand) {
                (score.tried, score.rolled_back) = (score.tried + 1, score.rolled_back + 1);
            } else {
                score.add(&attempt, &found);
            }
        }
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        let mut all = Score::default();
        workers.into_iter().for_each(|worker| all.merge(worker.join().unwrap()));
        all
    })
}

/// Whether what was said is, without a word of the generation into which it was put, the truth of
/// the one whose signed head it has: what nobody can tell who has never seen a later one.
fn is_rollback(attempt: &Attempt, found: &Examination, stand: &mut Stand) -> bool {
    if found.wrong.is_empty() || !attempt.has_head() || stand.pin == Pin::Seen {
        return false;
    }
    stand.lab.forget_everything();
    let other = stand.lab.examine(&HISTORY[attempt.from].truth);
    other.wrong.is_empty()
        && other.refusals().all(is_allowed)
        && other.check.is_ok() == attempt.is_whole()
}

impl Attempt {
    fn has_head(&self) -> bool {
        match &self.how {
            How::Rows(rows) => rows.iter().any(|(table, ..)| *table == "head"),
            How::FilePage(page) => *page == HEAD_PAGE,
            How::File => true,
        }
    }

    /// Whether nothing is left of the generation into which it is put: between neighbours a few
    /// rows can be all that differs.
    fn is_whole(&self) -> bool {
        match &self.how {
            How::Rows(rows) => {
                let all = HISTORY[self.from].differences(&HISTORY[self.into]);
                all.iter().all(|row| rows.contains(row))
            }
            How::FilePage(_) => false,
            How::File => true,
        }
    }
}
