//! What became of many attacks, part by part.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;
use std::thread;

use super::bench::{Bench, Outcome, Stage, Subject};
use super::map::Part;

/// The most faults that are told.
const TOLD: usize = 20;

/// What became of the attacks on one part.
#[derive(Clone, Debug, Default)]
pub(super) struct Count {
    pub(super) stages: BTreeMap<Stage, u32>,
    pub(super) codes: u32,
    pub(super) written: u32,
    pub(super) healed: u32,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) parts: BTreeMap<Part, Count>,
    pub(super) faults: Vec<String>,
}

impl Count {
    pub(super) fn at(&self, stage: Stage) -> u32 {
        self.stages.get(&stage).copied().unwrap_or_default()
    }

    pub(super) fn total(&self) -> u32 {
        self.stages.values().sum()
    }

    fn merge(&mut self, other: Count) {
        for (stage, count) in other.stages {
            *self.stages.entry(stage).or_default() += count;
        }
        self.codes |= other.codes;
        self.written += other.written;
        self.healed += other.healed;
    }
}

impl Tally {
    pub(super) fn add(&mut self, part: Part, what: &dyn fmt::Display, outcome: &Outcome) {
        let stages = BTreeMap::from([(outcome.stage, 1)]);
        let (written, healed) = (u32::from(outcome.is_written), u32::from(outcome.is_healed));
        let count = Count { stages, codes: outcome.codes, written, healed };
        self.parts.entry(part).or_default().merge(count);
        self.faults.extend(outcome.faults.iter().map(|fault| format!("{part}, {what}: {fault}")));
    }

    fn merge(&mut self, other: Tally) {
        for (part, count) in other.parts {
            self.parts.entry(part).or_default().merge(count);
        }
        self.faults.extend(other.faults);
    }

    pub(super) fn total(&self) -> Count {
        let mut total = Count::default();
        self.parts.values().for_each(|count| total.merge(count.clone()));
        total
    }

    /// No answer was wrong, nothing panicked, nothing was laundered.
    pub(super) fn must_be_faultless(&self) {
        let told: Vec<_> = self.faults.iter().take(TOLD).collect();
        assert!(told.is_empty(), "{} faults, such as {told:#?}", self.faults.len());
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = ["part", "cases", "opening", "reading", "check", "nobody", "written", "codes"];
        let [part, rest @ ..] = title;
        write!(f, "{part:38}")?;
        rest.iter().try_for_each(|title| write!(f, "{title:>9}"))?;
        let total = self.total();
        for (part, count) in self.parts.iter().chain([(&"all", &total)]) {
            write!(f, "\n{part:38}{:9}", count.total())?;
            for stage in [Stage::Opening, Stage::Reading, Stage::Checking, Stage::Nobody] {
                write!(f, "{:9}", count.at(stage))?;
            }
            let codes = (0..32).filter(|code| count.codes >> code & 1 == 1);
            let codes: Vec<_> = codes.map(|code| code.to_string()).collect();
            write!(f, "{:9}{:>9}", count.written, codes.join(","))?;
        }
        Ok(())
    }
}

/// Makes all attacks, on every core; each is one of a part, and says of itself what it is.
pub(super) fn attack_all<A: fmt::Display + Send>(
    subject: &Subject,
    attacks: impl Iterator<Item = (Part, A)> + Send,
    make: impl Fn(&Bench<'_>, &A) -> Outcome + Sync,
) -> Tally {
    let attacks = Mutex::new(attacks);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let worker = || {
        let (bench, mut tally) = (Bench::new(subject), Tally::default());
        loop {
            let next = attacks.lock().unwrap().next();
            let Some((part, attack)) = next else { return tally };
            let outcome = make(&bench, &attack);
            tally.add(part, &attack, &outcome);
        }
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        let mut all = Tally::default();
        workers.into_iter().for_each(|worker| all.merge(worker.join().unwrap()));
        all
    })
}
