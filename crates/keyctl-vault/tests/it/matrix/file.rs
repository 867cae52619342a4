//! The file as a whole: cut off, lengthened, its pages exchanged, and a journal that somebody has
//! laid beside it.

use std::fmt;
use std::time::Instant;

use super::bench::{Bench, Stage, Subject};
use super::map::{PAGE, Part};
use super::tally::{Tally, attack_all};
use super::{Draw, Flip, small};
use crate::support::{hot_journal, say};

/// One way to change a file.
enum Change {
    Cut(usize),
    Append(Vec<u8>),
    Exchange(usize, usize),
    Copy { from: usize, to: usize },
    Clear { from: usize, len: usize },
}

use Change::{Append, Clear, Copy, Cut, Exchange};

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cut(len) => write!(f, "cut to {len} bytes"),
            Append(more) => write!(f, "{} bytes more", more.len()),
            Exchange(a, b) => write!(f, "pages {a} and {b} exchanged"),
            Copy { from, to } => write!(f, "page {from} also at {to}"),
            Clear { from, len } => write!(f, "{len} zeros at {from}"),
        }
    }
}

impl Change {
    fn part(&self) -> Part {
        match self {
            Cut(_) => "cut off",
            Append(_) => "lengthened",
            Exchange(..) => "pages exchanged",
            Copy { .. } => "pages doubled",
            Clear { .. } => "sectors cleared",
        }
    }

    fn of(&self, clean: &[u8]) -> Vec<u8> {
        let mut file = clean.to_vec();
        let page = |n: usize| n * PAGE..(n + 1) * PAGE;
        match self {
            Cut(len) => file.truncate(*len),
            Append(more) => file.extend_from_slice(more),
            Exchange(a, b) => {
                file[page(*a)].copy_from_slice(&clean[page(*b)]);
                file[page(*b)].copy_from_slice(&clean[page(*a)]);
            }
            Copy { from, to } => file[page(*to)].copy_from_slice(&clean[page(*from)]),
            Clear { from, len } => file[*from..from + len].fill(0),
        }
        file
    }

    /// Whether anything is another than it was.
    fn changes(&self, clean: &[u8]) -> bool {
        self.of(clean) != clean
    }
}

/// Every change of a file of that length.
fn changes(clean: &[u8]) -> Vec<Change> {
    let (len, pages) = (clean.len(), clean.len() / PAGE);
    let pairs = || (0..pages).flat_map(|a| (0..pages).map(move |b| (a, b)));
    let more = [1, 2, 99, 100, 511, 512, 4095, 4096, 4097, 8192, 65_536];
    let more = more.into_iter().flat_map(|n| {
        [
            vec![0; n],
            vec![0xaa; n],
            clean[..n.min(len)].to_vec(),
            clean[len - n.min(len)..].to_vec(),
        ]
    });
    let sectors = (0..len).step_by(512).map(|from| Clear { from, len: 512 });
    let mut all: Vec<Change> = (0..len).map(Cut).collect();
    all.extend(more.map(Append));
    all.extend(pairs().filter(|(a, b)| a < b).map(|(a, b)| Exchange(a, b)));
    all.extend(pairs().filter(|(a, b)| a != b).map(|(from, to)| Copy { from, to }));
    all.extend(sectors);
    all.retain(|change| change.changes(clean));
    all
}

fn change_all(subject: &Subject, changes: Vec<Change>) -> Tally {
    let changes = changes.into_iter().map(|change| (change.part(), change));
    attack_all(subject, changes, |bench, change| bench.attack(&change.of(&subject.clean)))
}

/// No wrong answer, and what takes away or moves anything that is read is found.
fn must_hold(tally: &Tally) {
    tally.must_be_faultless();
    assert_eq!(tally.parts["pages exchanged"].at(Stage::Nobody), 0, "pages exchanged");
    assert!(tally.parts.values().all(|count| count.codes & !(1 << 7 | 1 << 4) == 0), "{tally}");
}

#[test]
fn some_cuts_additions_and_exchanged_pages_are_refused_or_change_nothing() {
    let (lab, made) = small();
    let subject = Subject::of(&lab, made);
    let mut draw = Draw(0xf11e);
    let mut all = changes(&subject.clean);
    let edges = |len: usize| len % PAGE <= 1 || len % PAGE == PAGE - 1 || len < 109;
    all.retain(|change| match change {
        Cut(len) => edges(*len) && draw.below(6) == 0,
        _ => draw.below(25) == 0,
    });
    must_hold(&change_all(&subject, all));
}

#[test]
#[ignore = "minutes: every length, every pair of pages"]
fn every_cut_addition_and_exchanged_page_is_refused_or_changes_nothing() {
    let (lab, made) = small();
    let subject = Subject::of(&lab, made);
    let start = Instant::now();
    let tally = change_all(&subject, changes(&subject.clean));
    say(format_args!("{tally}\n{:.0?}", start.elapsed()));
    must_hold(&tally);
}

/// A journal by which SQLite brings back the file as it was before the honest write.
fn journal(subject: &Subject) -> Vec<u8> {
    let pages = u32::try_from(subject.clean.len() / PAGE).unwrap();
    let page = |file: &[u8], n: usize| file.get(n * PAGE..(n + 1) * PAGE).map(<[u8]>::to_vec);
    let differs = |n| page(&subject.clean, n) != page(&subject.written, n);
    hot_journal(&subject.clean, pages, differs)
}

/// Before the pages of a journal, in bytes; the first of them is the first of the file.
const SECTOR: usize = 512;

/// What each byte of a journal is.
fn part(at: usize) -> Part {
    match at {
        0..8 => "journal: magic",
        8..12 => "journal: count of pages",
        12..16 => "journal: start of the sums",
        16..20 => "journal: pages of the file",
        20..24 => "journal: size of a sector",
        24..28 => "journal: size of a page",
        28..SECTOR => "journal: zeros",
        _ => match (at - SECTOR) % (PAGE + 8) {
            0..4 => "journal: number of a page",
            n if n < PAGE + 4 => "journal: contents of pages",
            _ => "journal: sum of a page",
        },
    }
}

fn flip_journal(subject: &Subject, bits: impl Iterator<Item = usize> + Send) -> Tally {
    let journal = journal(subject);
    let flips = bits.map(|bit| (part(bit / 8), Flip(bit)));
    let attack = |bench: &Bench<'_>, flip: &Flip| bench.attack_by_journal(&flip.of(&journal));
    attack_all(subject, flips, attack)
}

#[test]
fn a_journal_with_a_flipped_bit_brings_back_the_truth_or_nothing() {
    let (lab, made) = small();
    let subject = Subject::of(&lab, made);
    let len = journal(&subject).len();
    let whole = Bench::new(&subject).attack_by_journal(&journal(&subject));
    assert_eq!((whole.stage, &whole.faults), (Stage::Nobody, &Vec::new()), "it is played back");
    let mut draw = Draw(0x10);
    let mut bits: Vec<usize> = (0..28 * 8).step_by(11).collect();
    bits.extend((0..30).map(|_| draw.below(len * 8)));
    // The file's header, of which SQLite's sums of pages know nothing, and that of the schema.
    bits.extend((SECTOR + 4..SECTOR + 4 + 108).map(|byte| byte * 8 + draw.below(8)));
    flip_journal(&subject, bits.into_iter()).must_be_faultless();
}

#[test]
#[ignore = "minutes: every bit of a journal"]
fn every_bit_of_a_journal_brings_back_the_truth_or_nothing() {
    let (lab, made) = small();
    let subject = Subject::of(&lab, made);
    let (start, len) = (Instant::now(), journal(&subject).len());
    let tally = flip_journal(&subject, 0..len * 8);
    say(format_args!("{tally}\n{:.0?}", start.elapsed()));
    tally.must_be_faultless();
}
