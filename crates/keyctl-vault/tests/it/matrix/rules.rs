//! What is expected of each part of the file: the list of the bytes that may change unnoticed, with
//! the reason for each.

use super::bench::Stage;
use super::map::Part;
use super::tally::{Count, Tally};

/// What becomes of a bit of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// It is refused by whoever reads it, and `check` reads it.
    Found,
    /// It is found or not, and what is not found changes nothing, for this reason.
    Sometimes(&'static str),
    /// Nothing and nobody reads it, for this reason.
    Unused(&'static str),
}

/// What is not [`Rule::Found`].
const EXCEPTIONS: [(Part, Rule); 14] = [
    ("header: change counter", Rule::Unused("SQLite compares it with its own cache only")),
    ("header: version valid for", Rule::Unused("as the change counter: else sizes are looked up")),
    ("header: version of SQLite", Rule::Unused("says who wrote last, for people")),
    ("header: schema cookie", Rule::Unused("SQLite reads the schema again when it differs")),
    ("header: cache size", Rule::Unused("a hint of how much to keep in memory")),
    (
        "b-tree: keys between pages",
        Rule::Sometimes("a key between two rows that parts them still parts them as before"),
    ),
    (
        "rows: type of the id",
        Rule::Sometimes("the id is the row's number; of the types for it several mean nothing"),
    ),
    (
        "schema: sizes and ids of rows",
        Rule::Sometimes("rows of the schema are compared in order, and not by their numbers"),
    ),
    ("unused: gaps", Rule::Unused("between the pointers of a page and its cells")),
    ("unused: fragments", Rule::Unused("less than four bytes between two cells")),
    ("unused: free blocks", Rule::Unused("between two cells, behind the link to the next block")),
    ("unused: ends of long rows", Rule::Unused("behind the end of a row in its last page")),
    ("unused: free pages", Rule::Unused("of a page on the list of free ones")),
    ("unused: rest of the list", Rule::Unused("behind the end of the list of free pages")),
];

/// The exit codes that a refusal may have (`docs/exit-codes.md`), a bit each.
fn codes_of(part: Part) -> u32 {
    let group = part.split(':').next().unwrap();
    match group {
        // What is in the only slot that the secret opens, or hides it, is a wrong secret.
        "slot in use" | "b-tree" | "rows" => 1 << 7 | 1 << 4,
        _ if part == "header: user version" => 1 << 7 | 1 << 1,
        _ => 1 << 7,
    }
}

/// Whether SQLite's own structure is meant, which a write may put in order again.
fn is_structure(part: Part) -> bool {
    ["header", "b-tree", "rows", "free pages"].contains(&part.split(':').next().unwrap())
}

pub(super) fn rule(part: Part) -> Rule {
    let exception = EXCEPTIONS.iter().find(|(name, _)| *name == part);
    exception.map_or(Rule::Found, |(_, rule)| *rule)
}

/// Every part does as expected.
pub(super) fn must_hold(tally: &Tally) {
    tally.must_be_faultless();
    for (part, count) in &tally.parts {
        let unnoticed = count.at(Stage::Nobody);
        let holds = match rule(part) {
            Rule::Found => unnoticed == 0,
            Rule::Sometimes(_) => true,
            Rule::Unused(_) => unnoticed == count.total(),
        };
        assert!(holds, "{part}: {unnoticed} of {} were not noticed", count.total());
        assert_eq!(count.codes & !codes_of(part), 0, "{part}: codes {:b}", count.codes);
        must_not_launder(part, count);
    }
}

fn must_not_launder(part: Part, count: &Count) {
    assert!(is_structure(part) || count.healed == 0, "{part}: {} were laundered", count.healed);
}
