//! Mutation testing in one build.
//!
//! To build the crates anew for each of two thousand faults would take a day. Here all of them are
//! put into one copy of the source, and which is on is said when a test is run (`copy`). What does
//! not compile is taken out again. Then each test is run once to learn which functions it comes
//! by, and each fault is shown to those that come by its function, one process a test, until one
//! fails. What one build cannot hold, like two values of a constant, is built by itself.
//!
//! `.ci/mutants` runs it, and CONTRIBUTING says what for. Arguments go to `cargo mutants --list`;
//! with `--missed`, only what the last run missed, or never came to, is looked at.

mod compile;
mod copy;
mod fault;
mod report;
mod test;

use compile::Build;
use copy::Copy;
use fault::Fault;
use report::{End, Outcomes};
use std::{
    collections::BTreeSet,
    error::Error,
    process::ExitCode,
    sync::{Mutex, MutexGuard},
    thread,
};
use test::{Ran, Test};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Result<ExitCode> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let missed_only = arguments.iter().any(|argument| argument == "--missed");
    arguments.retain(|argument| argument != "--missed");
    let mut outcomes = Outcomes::read()?;
    let mut faults = fault::list(&arguments)?;
    faults.retain(|fault| !missed_only || outcomes.is_missed(fault));

    let copy = Copy::new()?;
    let build = Build::together(&copy, &faults)?;
    eprintln!("{} faults, of which one build holds {}", faults.len(), build.together.len());
    for &number in &build.unviable {
        outcomes.add(&faults[number], End::Unviable)?;
    }
    let tests = test::survey(&copy, &build.binaries)?;
    show_all(&copy, &build, &faults, &tests, &mut outcomes)?;
    for (number, fault) in faults.iter().enumerate() {
        if !build.together.contains_key(&number) && !build.unviable.contains(&number) {
            let of_package = || tests.iter().filter(|test| test.package == fault.package);
            let compiles = build.alone(&copy, fault)?;
            let end = if compiles { show(&copy, number, of_package())? } else { End::Unviable };
            outcomes.add(fault, end)?;
            copy.restore(&fault.file)?;
        }
    }
    report::compare(&outcomes, &fault::list(&arguments)?)
}

/// Shows each fault of the one build to the tests that come by it.
fn show_all(
    copy: &Copy,
    build: &Build,
    faults: &[Fault],
    tests: &[Test],
    outcomes: &mut Outcomes,
) -> Result<()> {
    let (next, outcomes) = (Mutex::new(build.together.iter()), Mutex::new(outcomes));
    // What has noticed a fault in a file is likely to notice the next.
    let keen: Mutex<BTreeSet<(&str, String)>> = Mutex::default();
    in_threads(|| {
        let Some((&number, first)) = lock(&next).next() else { return Ok(false) };
        let fault = &faults[number];
        let mut reaching: Vec<&Test> =
            tests.iter().filter(|test| test.reaches.contains(first)).collect();
        let known = lock(&keen).clone();
        reaching.sort_by_key(|test| !known.contains(&(&fault.file, test.name.clone())));
        let end = show(copy, number, reaching.into_iter())?;
        if let End::Noticed(by) = &end {
            lock(&keen).insert((&fault.file, by.clone()));
        }
        lock(&outcomes).add(fault, end)?;
        Ok(true)
    })
}

/// Shows a fault to one test after another. A failure counts when it comes again. What runs for
/// ever is a worse sign than what fails, so a few tests may do so before it counts.
fn show<'t>(copy: &Copy, number: usize, tests: impl Iterator<Item = &'t Test>) -> Result<End> {
    let mut endless = Vec::new();
    for test in tests {
        match test.run(copy, number)? {
            Ran::Failed if test.run(copy, number)? == Ran::Failed => {
                return Ok(End::Noticed(test.name.clone()));
            }
            Ran::TooLong if endless.len() == 2 => return Ok(End::Endless(test.name.clone())),
            Ran::TooLong => endless.push(&test.name),
            Ran::Passed | Ran::Failed => {}
        }
    }
    Ok(endless.pop().map_or(End::Missed, |name| End::Endless(name.clone())))
}

/// Does a piece of work after the other, two at a time, until one says that there is no more.
fn in_threads(work: impl Fn() -> Result<bool> + Sync) -> Result<()> {
    let all = || -> Result<()> {
        while work()? {}
        Ok(())
    };
    thread::scope(|scope| {
        let workers = [scope.spawn(all), scope.spawn(all)];
        workers.into_iter().try_for_each(|worker| worker.join().expect("no worker panics"))
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no worker panics")
}
