//! Processes that are killed, power that fails, and disks that are full or broken, at every step
//! of every command that writes: what is there afterwards is the old state or the new one.
//!
//! `tests/faults/disk.c` is preloaded into the program and strikes at its n-th step on the disk;
//! each command is run for n = 1, 2, … until it comes to its end without having been struck. The
//! ordinary run kills a few commands only; the whole is
//!
//! ```sh
//! cargo test --release --test it -- --ignored --nocapture faults::every
//! ```

mod deeds;
pub mod disk;
mod full_disk;
mod judge;
mod remembered;
mod scene;

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use deeds::{DEEDS, Deed};
use disk::How;
use judge::Expectation;
use scene::Scene;

/// More steps than any command takes: one that never ends is a bug of the test.
const MAX_STEPS: usize = 3_000;

/// Strikes a command at each of its steps; how many there were.
fn strike(scene: &Scene, deed: &Deed, expected: &Expectation, how: How) -> usize {
    for n in 1..MAX_STEPS {
        scene.restore();
        let struck = disk::run(scene, deed, how, n);
        let Some(step) = struck.step.clone() else { return n - 1 };
        let place = format!("{} {how:?} at {step}", deed.name);
        judge::judge(scene, deed, expected, how, &struck, &place);
    }
    panic!("{} never came to its end", deed.name);
}

/// Strikes commands in each of these ways; how often. A failure ends one way of one command, so
/// that the others are heard of too.
fn strike_all(deeds: &[&Deed], ways: &[How]) -> usize {
    let (next, total, failed) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let strike_one = |deed: &Deed| {
        let scene = Scene::of(deed);
        let expected = Expectation::of(&scene, deed);
        let one = |how: &How| {
            let struck = AssertUnwindSafe(|| strike(&scene, deed, &expected, *how));
            catch_unwind(struck).unwrap_or_else(|_| {
                failed.fetch_add(1, Ordering::Relaxed);
                0
            })
        };
        let counts: Vec<usize> = ways.iter().map(one).collect();
        total.fetch_add(counts.iter().sum(), Ordering::Relaxed);
        say(&format!("{}: {counts:?}", deed.name));
    };
    let work = || {
        while let Some(deed) = deeds.get(next.fetch_add(1, Ordering::Relaxed)) {
            strike_one(deed);
        }
    };
    std::thread::scope(|scope| {
        let workers = [(); 2].map(|()| scope.spawn(work));
        for worker in workers {
            worker.join().unwrap();
        }
    });
    assert_eq!(failed.into_inner(), 0, "ways of commands that failed");
    total.into_inner()
}

fn say(line: &str) {
    drop(writeln!(std::io::stderr(), "{line}"));
}

fn named<'d>(names: &[&str]) -> Vec<&'d Deed> {
    let find = |name: &&str| DEEDS.iter().find(|deed| deed.name == *name).unwrap();
    names.iter().map(find).collect()
}

#[test]
fn a_command_that_is_killed_has_done_all_or_nothing() {
    if let Some(why) = disk::missing() {
        return crate::support::skip(why);
    }
    strike_all(&named(&["vault slot add, key file", "config init"]), &[How::Kill]);
}

#[test]
fn a_command_whose_power_fails_has_done_all_or_nothing() {
    if let Some(why) = disk::missing() {
        return crate::support::skip(why);
    }
    strike_all(&named(&["disable"]), &[How::CutAll]);
}

#[test]
#[ignore = "the long form, of some minutes"]
fn every_command_at_every_step_in_every_way() {
    let wanted = std::env::var("KEYCTL_FAULT_DEED").unwrap_or_default();
    let deeds: Vec<&Deed> = DEEDS.iter().filter(|deed| deed.name.contains(&wanted)).collect();
    let way = std::env::var("KEYCTL_FAULT_WAY").unwrap_or_default();
    let ways: Vec<How> =
        How::ALL.into_iter().filter(|how| format!("{how:?}").contains(&way)).collect();
    let count = strike_all(&deeds, &ways);
    say(&format!("{} commands, {} ways, {count} faults", deeds.len(), ways.len()));
}
