//! Lives of a vault, each of which follows from a number: two operators with a machine of their own
//! change, back up, rekey, take back and trust one vault; their disks fail and their power goes at
//! any step; their clocks jump; and somebody who can write the file puts older ones in its place. After
//! each event the file holds the state before or the one that was meant, whoever may accept it does,
//! and whoever has seen something that it does not follow from refuses it.
//!
//! A life is a process of its own, on the disk of `tests/faults/disk.c`, which also gives out all that is
//! random. One that fails says its number, and follows from it again:
//!
//! ```sh
//! KEYCTL_SIM_SEED=17 KEYCTL_SIM_EVENTS=200 cargo test -p keyctl-vault --test it simulation::short
//! cargo test --release -p keyctl-vault --test it -- --ignored --nocapture simulation::many
//! ```

mod chance;
mod commit;
mod disk;
mod history;
mod life;

use std::io::Write as _;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use life::Life;

/// Events of a short life and of a long one.
const EVENTS: [u64; 2] = [30, 200];

/// The number of the environment.
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// Runs these lives, two at a time; what they come to.
fn run(seeds: Range<u64>, events: u64) -> Option<String> {
    let library = disk::library()?;
    let next = AtomicU64::new(seeds.start);
    let work = || {
        let mut totals = [0; 6];
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return totals;
            }
            let said = disk::life(library, seed, events);
            let counts = said.lines().last().unwrap_or_default().split_whitespace();
            let counts: Vec<u64> = counts.filter_map(|word| word.parse().ok()).collect();
            assert_eq!(counts.len(), totals.len(), "{said}");
            totals.iter_mut().zip(counts).for_each(|(total, count): (&mut u64, _)| *total += count);
        }
    };
    let [one, other] = thread::scope(|scope| {
        [(); 2].map(|()| scope.spawn(work)).map(|worker| worker.join().unwrap())
    });
    let sums: Vec<u64> = one.iter().zip(other).map(|(one, other)| one + other).collect();
    let words =
        ["events", "changes", "faults", "older files put back", "rightly refused", "states"];
    let sums: Vec<String> =
        sums.iter().zip(words).map(|(sum, word)| format!("{sum} {word}")).collect();
    Some(format!("{} lives, {}", seeds.end - seeds.start, sums.join(", ")))
}

fn report(said: Option<String>) {
    let said = said.unwrap_or_else(|| {
        assert!(std::env::var_os("KEYCTL_TEST_ALL").is_none(), "no C compiler");
        "skipped: no C compiler makes a library for LD_PRELOAD".to_owned()
    });
    drop(writeln!(std::io::stderr(), "{said}"));
}

#[test]
fn short_lives_keep_what_was_promised() {
    let one = number("KEYCTL_SIM_SEED");
    let seeds = one.map_or(1..25, |seed| seed..seed + 1);
    report(run(seeds, number("KEYCTL_SIM_EVENTS").unwrap_or(EVENTS[0])));
}

#[test]
fn a_life_follows_from_its_number() {
    let Some(library) = disk::library() else { return report(None) };
    let life = |seed| disk::life(library, seed, EVENTS[0]);
    assert_eq!(life(7), life(7));
    assert_ne!(life(7), life(8));
}

#[test]
fn a_commit_that_failed_says_whether_it_was_made() {
    let Some(library) = disk::library() else { return report(None) };
    disk::alone(library, "simulation::one_commit", 1, 0);
}

#[test]
#[ignore = "the long form, of some minutes; KEYCTL_SIM_LIVES says how many"]
fn many_lives_keep_what_was_promised() {
    let lives = number("KEYCTL_SIM_LIVES").unwrap_or(500);
    report(run(1_000..1_000 + lives, EVENTS[1]));
}

#[test]
#[ignore = "what the others run in a process of its own"]
fn one_life() {
    let Some(seed) = number("KEYCTL_SIM_SEED") else { return };
    let mut life = Life::new(seed);
    for _ in 0..number("KEYCTL_SIM_EVENTS").unwrap() {
        life.event();
    }
    drop(writeln!(std::io::stdout(), "{}", life.counts()));
}

#[test]
#[ignore = "what another runs in a process of its own"]
fn one_commit() {
    let Some(seed) = number("KEYCTL_SIM_SEED") else { return };
    commit::every_step(&Life::new(seed));
}
