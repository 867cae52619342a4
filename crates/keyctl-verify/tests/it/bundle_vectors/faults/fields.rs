//! Step 4: a header that is signed, and says what cannot be.

use crate::bundle_vectors::case::Case;
use crate::bundle_vectors::forge::{Forge, ISSUED_AT, Member, NOW, PAGE, VALID_UNTIL};
use crate::bundle_vectors::tall::{leaves_that_wrap, tall};

/// The last second of the year 9999.
const LAST: u64 = 253_402_300_799;
const ENTRIES: usize = 56;
const LEAVES: usize = 64;
const ROOT: usize = 72;

pub(in crate::bundle_vectors) fn zeros() -> Vec<Case> {
    let places = [
        ("first-after-version", "The first zero after the version is not zero.", 10),
        ("last-before-stream", "The last zero before the stream is not zero.", 15),
        ("room-first", "The first byte of the room for more is not zero.", 168),
        ("room-last", "The last byte of the room for more is not zero.", 3839),
    ];
    let case = |(name, about, at)| {
        Case::impossible(&format!("header-zero-{name}"), about, &Forge::plain().header(at, &[1]))
    };
    places.into_iter().map(case).collect()
}

pub(in crate::bundle_vectors) fn times() -> Vec<Case> {
    let times = |issued_at, valid_until| Forge::plain().times(issued_at, valid_until);
    let serial = |serial| Forge::plain().within(|context| context.serial = serial);
    vec![
        Case::ok("ok-serial-0", "The smallest serial.", &serial(0)),
        Case::ok("ok-serial-largest", "The largest serial: 2^53 - 1.", &serial((1 << 53) - 1)),
        Case::impossible("serial-2-53", "A serial of 2^53.", &serial(1 << 53)),
        Case::impossible("serial-2-64", "A serial of 2^64 - 1.", &serial(u64::MAX)),
        Case::ok(
            "ok-times-from-1970",
            "Made at the first instant there is.",
            &times(0, VALID_UNTIL),
        )
        .at(1)
        .warns(&["NO_MEMORY"]),
        Case::ok(
            "ok-times-until-9999",
            "It ends at the last instant there is.",
            &times(ISSUED_AT, LAST),
        ),
        Case::ok("ok-times-one-second", "It holds for one second.", &times(NOW, NOW + 1)),
        Case::impossible(
            "times-until-10000",
            "It ends one second after the last instant there is.",
            &times(ISSUED_AT, LAST + 1),
        ),
        Case::impossible(
            "times-issued-10000",
            "It was made after the year 9999, and ends later still.",
            &times(LAST + 1, LAST + 2),
        ),
        Case::impossible(
            "times-issued-2-63",
            "It was made at 2^63: -2^63 for who has a sign.",
            &times(1 << 63, VALID_UNTIL),
        ),
        Case::impossible("times-equal", "It ends when it was made.", &times(ISSUED_AT, ISSUED_AT)),
        Case::impossible(
            "times-reversed",
            "It ends a second before it was made.",
            &times(ISSUED_AT, ISSUED_AT - 1),
        ),
    ]
}

pub(in crate::bundle_vectors) fn counts() -> Vec<Case> {
    let plain = Forge::plain;
    let two = || Forge::tree(&[1, 1], 0);
    vec![
        Case::ok(
            "ok-entries-31",
            "As many entries as one leaf has room for.",
            &Forge::tree(&[31], 17),
        ),
        Case::ok(
            "ok-entries-not-counted",
            "The header says 31 entries and there is one: within the bounds, and nobody counts.",
            &plain().number(ENTRIES, 31),
        ),
        Case::impossible(
            "entries-32",
            "32 entries in one leaf: there is room for 31.",
            &plain().number(ENTRIES, 32),
        ),
        Case::impossible("entries-0", "No entry, but a leaf.", &plain().number(ENTRIES, 0)),
        Case::impossible("entries-fewer", "One entry in two leaves.", &two().number(ENTRIES, 1)),
        Case::impossible(
            "entries-without-leaf",
            "An entry, but no leaf.",
            &Forge::empty().number(ENTRIES, 1),
        ),
        Case::impossible(
            "root-zero",
            "A leaf, but the root's hash is zero.",
            &plain().header(ROOT, &[0; 32]),
        ),
        Case::impossible(
            "root-without-leaf",
            "No leaf, but the root's hash has a byte that is not zero.",
            &Forge::empty().header(ROOT + 31, &[1]),
        ),
    ]
}

pub(in crate::bundle_vectors) fn sizes() -> Vec<Case> {
    let resized =
        |forge: Forge, by: fn(usize) -> usize| forge.file(move |f| f.resize(by(f.len()), 0));
    let claims = |entries, leaves| Forge::plain().number(ENTRIES, entries).number(LEAVES, leaves);
    let (wrapping, pages) = leaves_that_wrap();
    let pages = usize::try_from(pages).unwrap();
    let member = Member::number(0);
    let too_many = || tall((1 << 40) + 1, 1 << 40, &member);
    vec![
        Case::impossible(
            "size-minus-byte",
            "The last byte is missing.",
            &resized(Forge::plain(), |n| n - 1),
        ),
        Case::impossible(
            "size-minus-page",
            "The last page, the root, is missing.",
            &resized(Forge::tree(&[1, 1], 0), |n| n - PAGE),
        ),
        Case::impossible(
            "size-header-alone",
            "Nothing but the header, which speaks of a leaf.",
            &resized(Forge::plain(), |_| PAGE),
        ),
        Case::impossible("size-plus-byte", "A byte too many.", &resized(Forge::plain(), |n| n + 1)),
        Case::impossible(
            "size-plus-page",
            "A page too many.",
            &resized(Forge::plain(), |n| n + PAGE),
        ),
        Case::impossible(
            "size-empty-plus-page",
            "No leaf, and a page after the header.",
            &resized(Forge::empty(), |n| n + PAGE),
        ),
        Case::impossible(
            "leaves-more",
            "The header speaks of a leaf more than there is.",
            &claims(2, 2),
        ),
        Case::impossible(
            "leaves-fewer",
            "The header speaks of a leaf less than there is.",
            &Forge::tree(&[1, 1], 0).number(LEAVES, 1),
        ),
        Case::impossible(
            "leaves-without-nodes",
            "Two leaves without the node that would be their root.",
            &resized(claims(2, 2), |n| n + PAGE),
        ),
        Case::impossible(
            "leaves-2-40-plus-1",
            "One leaf more than 2^40, and the file is as large as it has to be for that.",
            &Forge::plain(),
        )
        .of_bundle(too_many()),
        Case::impossible(
            "leaves-size-wraps",
            "So many leaves that the size, computed with 64 bits, would be that of this file.",
            &claims(wrapping, wrapping).file(move |file| file.resize(pages * PAGE, 0)),
        ),
        Case::impossible("leaves-2-63", "2^63 leaves.", &claims(1 << 63, 1 << 63)),
        Case::impossible("leaves-2-64", "2^64 - 1 leaves.", &claims(u64::MAX, u64::MAX)),
    ]
}
