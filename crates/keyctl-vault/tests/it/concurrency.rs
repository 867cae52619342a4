//! Several writers and readers at once: nothing is lost, and nobody cries wolf.

use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use keyctl_vault::Records;

use super::support::{Lab, at, make};

const WRITERS: usize = 4;
const KEYS: usize = 25;

fn write(lab: &Lab, writer: usize) -> Vec<String> {
    let mut vault = lab.open();
    (0..KEYS).map(|n| make(&mut vault, &format!("{writer}/{n}"), at(1)).id.to_string()).collect()
}

/// Reads until everybody has written; how often.
fn read(lab: &Lab, done: &AtomicBool) -> u32 {
    let mut reads = 0;
    let mut last = 0;
    let mut vault = lab.open();
    while !done.load(Ordering::Relaxed) {
        let snapshot = vault.snapshot().unwrap();
        let keys = snapshot.keys(Some).unwrap().len() as u64;
        assert_eq!(snapshot.generation(), keys + 2, "a state between two generations");
        assert!(snapshot.generation() >= last, "the vault went back");
        last = snapshot.generation();
        snapshot.check().unwrap();
        drop(snapshot);
        lab.look().unwrap();
        reads += 1;
    }
    reads
}

/// The pin's generation, as often as it can be read: it never goes down.
fn watch(lab: &Lab, done: &AtomicBool) -> u64 {
    let pin = lab.state().join("pins").join(format!("{}.json", lab.open().id()));
    let mut last = 0;
    while !done.load(Ordering::Relaxed) {
        let pin: serde_json::Value = serde_json::from_slice(&fs::read(&pin).unwrap()).unwrap();
        let generation = pin["generation"].as_u64().unwrap();
        assert!(generation >= last, "the pin went down from {last} to {generation}");
        last = generation;
    }
    last
}

#[test]
fn four_writers_lose_nothing_and_readers_see_only_whole_states() {
    let lab = Lab::new();
    let done = AtomicBool::new(false);
    let (made, reads) = thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|n| {
                scope.spawn({
                    let lab = &lab;
                    move || write(lab, n)
                })
            })
            .collect();
        let readers = [(); 2].map(|()| scope.spawn(|| read(&lab, &done)));
        let watcher = scope.spawn(|| watch(&lab, &done));
        let made: Vec<_> = writers.into_iter().map(thread::ScopedJoinHandle::join).collect();
        done.store(true, Ordering::Relaxed);
        watcher.join().unwrap();
        let reads: u32 = readers.into_iter().map(|reader| reader.join().unwrap()).sum();
        (made, reads)
    });
    let made: BTreeSet<String> = made.into_iter().flat_map(Result::unwrap).collect();
    assert_eq!(made.len(), WRITERS * KEYS);
    assert!(reads > 0, "nobody read in between");

    let mut vault = lab.open();
    let snapshot = vault.snapshot().unwrap();
    let found = snapshot.keys(|key| Some(key.id.to_string())).unwrap();
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), made);
    let orders: BTreeSet<u64> = snapshot.keys(|key| Some(key.order)).unwrap().into_iter().collect();
    assert_eq!(orders.len(), WRITERS * KEYS, "two keys have the same place in the order");
    let report = snapshot.check().unwrap();
    assert_eq!(report.audit_entries, report.generation);
    assert_eq!(report.generation, (WRITERS * KEYS) as u64 + 2);
    let generations: Vec<u64> = snapshot.audit(1).unwrap().iter().map(|e| e.generation).collect();
    assert_eq!(generations, (1..=report.generation).collect::<Vec<_>>());
}
