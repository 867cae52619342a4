//! Trees of SQLite pages that lead to the same leaf over and over: a file of a few pages with
//! more rows than anybody can read. Whatever is scanned must be bounded by what is expected.

use std::time::{Duration, Instant};

use keyctl_vault::{Finding, VaultError};

use super::Scene;
use crate::support::is_integrity;

const PAGE: usize = 4096;
/// Children of each page of the bomb.
const FAN: u16 = 200;
const LIMIT: Duration = Duration::from_secs(2);

/// A page that no file has: whoever gets there is told that the file is malformed.
const NOWHERE: u32 = 0x00ff_ffff;

/// An inner page all of whose children are `child`, but for the last.
fn inner(child: u32, last: u32) -> Vec<u8> {
    const CELL_AT: u16 = 4091;
    let mut page = vec![0x05, 0, 0];
    page.extend_from_slice(&FAN.to_be_bytes());
    page.extend_from_slice(&CELL_AT.to_be_bytes());
    page.push(0);
    page.extend_from_slice(&last.to_be_bytes());
    (0..FAN).for_each(|_| page.extend_from_slice(&CELL_AT.to_be_bytes()));
    page.resize(usize::from(CELL_AT), 0);
    page.extend_from_slice(&child.to_be_bytes());
    page.push(1);
    page
}

/// Makes the leaf at page `root` the only leaf under a tree of `depth` levels, so that its rows
/// are there `FAN` to the power of `depth` times, and the end of it is [`NOWHERE`].
fn bomb(file: &[u8], root: usize, depth: usize) -> Vec<u8> {
    let mut file = file.to_vec();
    let at = |page: usize| (page - 1) * PAGE;
    let leaf = file[at(root)..at(root) + PAGE].to_vec();
    assert_eq!(leaf[0], 0x0d, "the table is one leaf");
    let mut child = u32::try_from(file.len() / PAGE).unwrap() + 1;
    file.extend_from_slice(&leaf);
    for _ in 1..depth {
        file.extend_from_slice(&inner(child, child));
        child += 1;
    }
    file[at(root)..at(root) + PAGE].copy_from_slice(&inner(child, NOWHERE));
    file[28..32].copy_from_slice(&child.to_be_bytes());
    file
}

#[test]
fn a_table_that_repeats_its_rows_without_end_is_refused_in_time() {
    let scene = Scene::new();
    for table in super::TABLES {
        let root = scene.lab.attacker().root(table);
        if scene.clean[(root - 1) * PAGE] != 0x0d {
            continue;
        }
        scene.lab.overwrite(&bomb(&scene.clean, root, 2));
        let start = Instant::now();
        let found = scene.examine();
        assert_eq!(found.wrong, Vec::<String>::new(), "{table}");
        assert!(found.check.is_err_and(|error| is_integrity(&error)), "{table}");
        assert!(start.elapsed() < LIMIT, "{table}: {:?}", start.elapsed());
    }
}

#[test]
fn slots_that_repeat_themselves_are_refused_long_before_the_last() {
    let scene = Scene::new();
    let root = scene.lab.attacker().root("slot");
    scene.lab.overwrite(&bomb(&scene.clean, root, 2));
    let error = scene.lab.locked().err().unwrap();
    // Only whoever reads all of them hears from SQLite that the end is missing.
    let damaged = matches!(error, VaultError::Integrity(Finding::Damaged { .. }));
    assert!(damaged, "{FAN} times {FAN} times 3 slots were read: {error}");
}

#[test]
fn a_schema_that_repeats_itself_without_end_is_refused_in_time() {
    let scene = Scene::new();
    for (at, bytes) in [(100, &[0x05][..]), (103, &[0, 7]), (103, &[0, 0]), (103, &[0xff, 0xff])] {
        let mut file = scene.clean.clone();
        file[at..at + bytes.len()].copy_from_slice(bytes);
        scene.lab.overwrite(&file);
        let start = Instant::now();
        assert!(scene.lab.look().is_err_and(|error| is_integrity(&error)));
        assert!(start.elapsed() < LIMIT);
    }
}
