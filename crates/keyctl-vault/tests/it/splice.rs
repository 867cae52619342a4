//! A history of fifty generations, of which somebody kept every file: whatever he puts together
//! out of them, the vault says the latest truth or nothing.
//!
//! The short form takes a part of all combinations. The complete one is
//! `cargo test --release -p keyctl-vault --test it -- --ignored --nocapture splice`.

mod history;
mod score;

use std::collections::BTreeSet;
use std::time::Instant;

use history::{GENERATIONS, HISTORY, Splice, TABLES};
use score::{Attempt, How, Pin, Score, differing_pages, score};

use super::support::{Lab, PASSPHRASE, passphrase, say};

/// The last one that was kept; the first is of generation 2.
const LATEST: usize = GENERATIONS - 2;

/// Two generations that are not the same: from which, and into which.
fn pairs() -> impl Iterator<Item = (usize, usize)> {
    let all = (0..=LATEST).flat_map(|from| (0..=LATEST).map(move |into| (from, into)));
    all.filter(|(from, into)| from != into)
}

fn rows(from: usize, into: usize, rows: Vec<Splice<'static>>) -> Attempt {
    let names: Vec<_> = rows.iter().map(|(table, row, _)| format!("{table} {row}")).collect();
    let what = format!("{} of {} in {}", names.join(", "), from + 2, into + 2);
    Attempt { what, into, from, how: How::Rows(rows) }
}

/// Every row that differs, alone.
fn single_rows(from: usize, into: usize) -> impl Iterator<Item = Attempt> {
    let differ = HISTORY[from].differences(&HISTORY[into]).into_iter();
    differ.map(move |row| rows(from, into, vec![row]))
}

/// Every page that differs with its node, and with its node and the head, and with its node, the
/// head and all of the audit log, and of the slots.
fn joined_rows(from: usize, into: usize) -> impl Iterator<Item = Attempt> {
    let kept = &HISTORY[from];
    let all = kept.differences(&HISTORY[into]);
    let of = move |tables: &'static [&str]| {
        let all = all.clone();
        all.into_iter().filter(|(table, ..)| tables.contains(table)).collect::<Vec<_>>()
    };
    of(&["page"]).into_iter().flat_map(move |page| {
        let with_node = vec![page, kept.row("node", node_of(page.1))];
        let with_head = [&with_node[..], &[kept.row("head", 1)]].concat();
        let with_log = [&with_head[..], &of(&["audit"])].concat();
        let with_slots = [&with_log[..], &of(&["slot"])].concat();
        let joined = [with_node, with_head, with_log, with_slots];
        joined.map(|joined| rows(from, into, joined))
    })
}

/// The row of the node above a page (`docs/vault-format.md`, sections 5 and 6).
fn node_of(page: i64) -> i64 {
    let (table, number) = (page >> 12, page & 0xfff);
    table * 64 + number / 64
}

/// Every set of whole tables, but for all of them: that is the file.
fn tables(from: usize, into: usize) -> impl Iterator<Item = Attempt> {
    let all = HISTORY[from].differences(&HISTORY[into]);
    let differing: BTreeSet<&str> = all.iter().map(|(table, ..)| *table).collect();
    let sets = 1_u32..(1 << TABLES.len());
    sets.filter_map(move |set| {
        let chosen = |table: &str| set >> TABLES.iter().position(|t| *t == table).unwrap() & 1 == 1;
        let is_all = differing.iter().all(|table| chosen(table));
        let some: Vec<_> = all.iter().copied().filter(|(table, ..)| chosen(table)).collect();
        let what = format!("tables {set:05b} of {} in {}", from + 2, into + 2);
        let is_some = !some.is_empty() && !is_all;
        is_some.then_some(Attempt { what, into, from, how: How::Rows(some) })
    })
}

/// Every row of a table in the place of every other.
fn moved_rows(from: usize, into: usize) -> impl Iterator<Item = Attempt> {
    ["page", "node", "slot", "audit"].into_iter().flat_map(move |table| {
        let (here, there) = (&HISTORY[from].rows[table], &HISTORY[into].rows[table]);
        here.iter().flat_map(move |(row, d)| {
            let others = there.iter().filter(move |(to, was)| *to != row && *was != d);
            others.map(move |(to, _)| rows(from, into, vec![(table, *to, Some(d))]))
        })
    })
}

/// Every page of SQLite's that differs, alone.
fn file_pages(from: usize, into: usize) -> impl Iterator<Item = Attempt> {
    differing_pages(from, into).map(move |page| {
        let what = format!("SQLite's page {} of {} in {}", page + 1, from + 2, into + 2);
        Attempt { what, into, from, how: How::FilePage(page) }
    })
}

fn whole_file(from: usize, into: usize) -> Attempt {
    let what = format!("the file of {} in {}", from + 2, into + 2);
    Attempt { what, into, from, how: How::File }
}

#[test]
fn no_row_of_another_generation_is_accepted_alone_with_its_node_or_with_its_head() {
    let some = || pairs().enumerate().filter(|(n, _)| n % 97 == 0).map(|(_, pair)| pair);
    let every = |attempts: Box<dyn Iterator<Item = Attempt> + Send>, n| attempts.step_by(n);
    let single = every(Box::new(some().flat_map(|(from, into)| single_rows(from, into))), 13);
    let joined = every(Box::new(some().flat_map(|(from, into)| joined_rows(from, into))), 29);
    let moved = every(Box::new(some().flat_map(|(from, into)| moved_rows(from, into))), 1_999);
    let pages = every(Box::new(some().flat_map(|(from, into)| file_pages(from, into))), 17);
    let found = score(Pin::None, single.chain(joined).chain(moved).chain(pages));
    found.must_be_perfect(200);
}

#[test]
fn no_set_of_whole_tables_of_another_generation_is_accepted() {
    let some = pairs().enumerate().filter(|(n, _)| n % 401 == 0).map(|(_, pair)| pair);
    score(Pin::None, some.flat_map(|(from, into)| tables(from, into))).must_be_perfect(50);
}

#[test]
fn nothing_of_an_older_generation_is_accepted_where_a_later_one_was_seen() {
    let older = (0..LATEST).step_by(7);
    let attempts = older.flat_map(|from| {
        let joined = joined_rows(from, LATEST).step_by(23);
        joined.chain(tables(from, LATEST).step_by(7))
    });
    let found = score(Pin::Seen, attempts);
    found.must_be_perfect(50);
    assert_eq!(found.refused, found.tried);
    let files = score(Pin::Seen, (0..LATEST).map(|from| whole_file(from, LATEST)));
    files.must_be_perfect(GENERATIONS as u32 - 2);
    assert_eq!(files.refused, files.tried);
}

#[test]
fn whoever_has_never_seen_the_vault_takes_a_whole_older_file_for_the_vault() {
    let files = (0..LATEST).step_by(9).map(|from| whole_file(from, LATEST));
    let found = score(Pin::None, files);
    found.must_be_perfect(5);
    assert_eq!(found.rolled_back, found.tried, "that is what is not promised");
}

#[test]
fn the_latest_file_is_the_truth() {
    let lab = Lab::empty();
    lab.overwrite(&HISTORY[LATEST].file);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(lab.path(), mode).unwrap();
    let found = lab.examine(&HISTORY[LATEST].truth);
    assert!(found.wrong.is_empty() && found.errors.is_empty() && found.check.is_ok());
    assert!(lab.unlock(&passphrase(PASSPHRASE)).is_err(), "its slot went with the rekey");
}

#[test]
#[ignore = "minutes: every splice of 50 generations, and its count"]
fn every_splice_of_fifty_generations() {
    say("splices of 50 generations     tried  refused  harmless  rolled back  accepted");
    let run = |what: &str, pin, attempts: Box<dyn Iterator<Item = Attempt> + Send>| -> Score {
        let start = Instant::now();
        let found = score(pin, attempts);
        say(format_args!("{what:26}{found}   {:.0?}", start.elapsed()));
        found
    };
    let into_latest = || (0..LATEST).map(|from| (from, LATEST));
    let all = [
        run("file pages", Pin::None, Box::new(pairs().flat_map(|(f, i)| file_pages(f, i)))),
        run("rows", Pin::None, Box::new(pairs().flat_map(|(f, i)| single_rows(f, i)))),
        run("page and node", Pin::None, Box::new(pairs().flat_map(|(f, i)| joined_rows(f, i)))),
        run("sets of tables", Pin::None, Box::new(pairs().flat_map(|(f, i)| tables(f, i)))),
        run(
            "rows in other places",
            Pin::None,
            Box::new(into_latest().step_by(7).flat_map(|(f, i)| moved_rows(f, i))),
        ),
        run(
            "page and node, seen",
            Pin::Seen,
            Box::new(into_latest().flat_map(|(f, i)| joined_rows(f, i))),
        ),
        run(
            "sets of tables, seen",
            Pin::Seen,
            Box::new(into_latest().flat_map(|(f, i)| tables(f, i))),
        ),
        run("whole files, seen", Pin::Seen, Box::new(into_latest().map(|(f, i)| whole_file(f, i)))),
        run("whole files", Pin::None, Box::new(into_latest().map(|(f, i)| whole_file(f, i)))),
    ];
    all.iter().for_each(|score| score.must_be_perfect(1));
}
