//! The audit log as it is read a segment at a time, and once more by where the segments were.

use std::ops::ControlFlow;

use keyctl_vault::{Entry, LogPlace, Snapshot};

use super::support::{Lab, at, is_integrity, make};

/// The segments, the newest first, and the generations in each.
fn segments(snapshot: &Snapshot<'_>) -> Vec<(LogPlace, Vec<u64>)> {
    let mut segments = Vec::new();
    let visit = |place, entries: Vec<Entry>| {
        segments.push((place, generations(&entries)));
        ControlFlow::Continue(())
    };
    snapshot.each_audit_segment(visit).unwrap();
    segments
}

fn generations(entries: &[Entry]) -> Vec<u64> {
    entries.iter().map(|entry| entry.generation).collect()
}

#[test]
fn a_segment_that_was_visited_is_found_again_until_it_gets_entries() {
    let lab = Lab::new();
    let mut vault = lab.open();
    for n in 3..=66 {
        make(&mut vault, &format!("k{n}"), at(n));
    }
    let snapshot = vault.snapshot().unwrap();
    let before = segments(&snapshot);
    let read: Vec<_> = before.iter().map(|(_, generations)| generations.clone()).collect();
    assert_eq!(read, [(65..=66).collect::<Vec<_>>(), (1..=64).collect()]);
    for (place, generations_then) in &before {
        let again = snapshot.audit_segment(*place).unwrap();
        assert_eq!(generations(&again), *generations_then);
    }
    let mut visited = 0;
    let once = |_, _| {
        visited += 1;
        ControlFlow::Break(())
    };
    snapshot.each_audit_segment(once).unwrap();
    assert_eq!(visited, 1, "it can be broken off");
    drop(snapshot);
    make(&mut vault, "one more", at(70));
    let snapshot = vault.snapshot().unwrap();
    assert_eq!(generations(&snapshot.audit_segment(before[1].0).unwrap()).len(), 64);
    assert!(snapshot.audit_segment(before[0].0).is_err_and(|error| is_integrity(&error)));
}
