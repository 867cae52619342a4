//! Trees of one to eight levels, and where a token can lie in them or not.

use crate::bundle_vectors::case::Case;
use crate::bundle_vectors::forge::{Forge, Member, members, stranger};
use crate::bundle_vectors::tall::tall;

fn ok(name: &str, about: &str, sizes: &[usize], asks: usize) -> Case {
    Case::ok(name, about, &Forge::tree(sizes, asks))
}

fn unknown(name: &str, about: &str, sizes: &[usize], wanted: impl Fn([u8; 16]) -> bool) -> Case {
    Case::refused("UNKNOWN", name, about, &Forge::tree(sizes, 0)).token(stranger(wanted))
}

pub(in crate::bundle_vectors) fn all() -> Vec<Case> {
    [one_leaf(), two_levels(), three_levels(), more_levels()].into_iter().flatten().collect()
}

fn lks(count: usize) -> Vec<[u8; 16]> {
    members(count).iter().map(Member::lk).collect()
}

fn one_leaf() -> Vec<Case> {
    let lks = lks(3);
    let (first, last) = (lks[0], lks[2]);
    vec![
        ok("ok-leaf-first", "The first of three entries.", &[3], 0),
        ok("ok-leaf-last", "The last of three entries.", &[3], 2),
        unknown("unknown-leaf-between", "Between two entries of the only leaf.", &[3], move |lk| {
            first < lk && lk < last
        }),
    ]
}

fn two_levels() -> Vec<Case> {
    let lks = lks(5);
    let (end, begin, last) = (lks[1], lks[2], lks[4]);
    vec![
        ok("ok-two-first", "The first entry of the first of two leaves.", &[2, 3], 0),
        ok("ok-two-end", "The last entry of the first of two leaves.", &[2, 3], 1),
        ok("ok-two-last", "The last entry of the last of two leaves.", &[2, 3], 4),
        unknown("unknown-two-between", "Between the two leaves.", &[2, 3], move |lk| {
            end < lk && lk < begin
        }),
        unknown("unknown-two-after", "After all entries of two leaves.", &[2, 3], move |lk| {
            lk > last
        }),
        Case::ok(
            "ok-two-damaged-elsewhere",
            "The other leaf is damaged: the look-up does not read it.",
            &Forge::tree(&[2, 3], 0).flip(2 * 4096 + 100),
        ),
        ok("ok-two-full", "As many leaves as one node can have: 85.", &[1; 85], 84),
    ]
}

fn three_levels() -> Vec<Case> {
    let sizes = &[1; 86];
    let lks = lks(86);
    let middle = (lks[40], lks[41]);
    let member = Member::number(7);
    let sparse =
        |name, about, leaf| Case::ok_of(name, about, tall(86, leaf, &member), member.clone());
    let beyond = |name, about, leaf, wanted: fn([u8; 16]) -> bool| {
        let case = Case::refused("UNKNOWN", name, about, &Forge::plain());
        case.of_bundle(tall(86, leaf, &member)).token(stranger(wanted))
    };
    vec![
        ok(
            "ok-three-last",
            "The last of 86 leaves, alone below its node: three levels.",
            sizes,
            85,
        ),
        sparse("ok-three-first", "The first of 86 leaves; only the pages on the way are there.", 0),
        sparse(
            "ok-three-end",
            "The last leaf of the first node; only the pages on the way are there.",
            84,
        ),
        Case::refused(
            "UNKNOWN",
            "unknown-three-between",
            "Between two of 86 leaves, of which only the first is there.",
            &Forge::tree(sizes, 40).leaving(40),
        )
        .token(stranger(move |lk| middle.0 < lk && lk < middle.1)),
        beyond(
            "unknown-three-before",
            "Before all entries of 86 leaves; only the pages on the way are there.",
            0,
            |lk| lk[0] < Member::number(7).lk()[0],
        ),
        beyond(
            "unknown-three-after",
            "After all entries of 86 leaves; only the pages on the way are there.",
            85,
            |lk| lk[0] > Member::number(7).lk()[0],
        ),
    ]
}

fn more_levels() -> Vec<Case> {
    let member = Member::number(7);
    let ok = |name, about, leaves, leaf| {
        Case::ok_of(name, about, tall(leaves, leaf, &member), member.clone())
    };
    vec![
        ok(
            "ok-four-first",
            "The first of 7,226 leaves: four levels, of which only the pages on the way are there.",
            7226,
            0,
        ),
        ok(
            "ok-four-last",
            "The last of 7,226 leaves, alone below two nodes; only the pages on the way are there.",
            7226,
            7225,
        ),
        ok(
            "ok-leaves-2-40",
            "The last of 2^40 leaves, the most there can be; only the pages on the way are there.",
            1 << 40,
            (1 << 40) - 1,
        ),
    ]
}
