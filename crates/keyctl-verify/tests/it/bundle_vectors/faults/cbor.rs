//! Step 12: what is CBOR, but not written in the one way (section 6), or is of another type.

use crate::bundle_vectors::case::Case;
use crate::bundle_vectors::cbor::{NULL, array, bytes, long_head, text, uint};
use crate::bundle_vectors::forge::Forge;
use crate::bundle_vectors::grant::{
    CUSTOMERS, EXPIRES_AT, GENERATION, Grant, LABELS, OWNER, PATHS, REDACTED, SCOPES,
};

const TEXT: u8 = 3;
const ARRAY: u8 = 4;

/// An entry that opens, and in which there is that text.
fn corrupt(name: &str, about: &str, text: Vec<u8>) -> Case {
    Case::corrupt(&format!("cbor-{name}"), about, &Forge::of_text(text))
}

/// The plain grant with another item in the place of one.
pub(super) fn replaced(item: usize, bytes: &[u8]) -> Vec<u8> {
    let mut items = Grant::plain().items();
    items[item] = bytes.to_vec();
    array(&items)
}

fn item(name: &str, about: &str, item: usize, bytes: &[u8]) -> Case {
    corrupt(name, about, replaced(item, bytes))
}

pub(in crate::bundle_vectors) fn arrays() -> Vec<Case> {
    let items = || Grant::plain().items();
    let under = |head: &[u8], end: &[u8]| [head, &items().concat(), end].concat();
    let with = |more: &[Vec<u8>]| array(&[&items()[..], more].concat());
    let deep = |depth| [vec![0x81; depth], vec![0x80]].concat();
    vec![
        corrupt("array-indefinite", "The array is of indefinite length.", under(&[0x9f], &[0xff])),
        corrupt(
            "array-long-head-1",
            "The array's length takes a byte of its own.",
            under(&long_head(ARRAY, 1, 18), &[]),
        ),
        corrupt(
            "array-long-head-8",
            "The array's length takes eight bytes.",
            under(&long_head(ARRAY, 8, 18), &[]),
        ),
        corrupt("items-17", "An array of 17 items: the last is missing.", array(&items()[..17])),
        corrupt("items-19", "An array of 19 items: null after the last.", with(&[vec![NULL]])),
        corrupt(
            "items-18-of-17",
            "An array of 18 items, of which the last is the zero of the padding.",
            [&[0x92][..], &items()[..17].concat()].concat(),
        ),
        corrupt("items-after", "After the array comes null.", under(&[0x92], &[NULL])),
        corrupt("map", "A map of nine pairs, not an array of 18 items.", under(&[0xa9], &[])),
        corrupt(
            "tagged",
            "Under the tag that says that CBOR follows.",
            under(&[0xd9, 0xd9, 0xf7, 0x92], &[]),
        ),
        item("scopes-indefinite", "The scopes are of indefinite length.", SCOPES, &{
            [&[0x9f][..], &text("orders:read"), &[0xff]].concat()
        }),
        item("scopes-long-head", "The number of scopes takes a byte of its own.", SCOPES, &{
            [long_head(ARRAY, 1, 1), text("orders:read")].concat()
        }),
        item(
            "paths-none-long-head",
            "The number of no paths takes a byte of its own.",
            PATHS,
            &long_head(ARRAY, 1, 0),
        ),
        item("paths-2-64", "An array of 2^64 - 1 paths.", PATHS, &long_head(ARRAY, 8, u64::MAX)),
        item(
            "paths-deep",
            "Arrays within arrays, 40 deep, where a path should be.",
            PATHS,
            &deep(40),
        ),
        corrupt("deep", "Arrays within arrays, 3,990 deep.", deep(3990)),
    ]
}

pub(in crate::bundle_vectors) fn numbers() -> Vec<Case> {
    let generation = |name: &str, about: &str, bytes: &[u8]| {
        item(&format!("number-{name}"), about, GENERATION, bytes)
    };
    let with = |generation| Grant::with(|g| g.generation = generation);
    let ok = |number: u64| {
        let about = format!("Generation {number}, in its shortest form.");
        Case::ok(&format!("ok-cbor-number-{number}"), &about, &Forge::of(with(number)))
    };
    let mut cases: Vec<_> = [23, 24, 255, 256, 65_535, 65_536, u64::from(u32::MAX)].map(ok).into();
    cases.extend([
        generation("23-in-1", "Generation 23 in a byte of its own.", &long_head(0, 1, 23)),
        generation("24-in-2", "Generation 24 in two bytes.", &long_head(0, 2, 24)),
        generation("65535-in-4", "Generation 65535 in four bytes.", &long_head(0, 4, 65_535)),
        generation(
            "4294967295-in-8",
            "Generation 2^32 - 1 in eight bytes.",
            &long_head(0, 8, u64::from(u32::MAX)),
        ),
        generation("negative", "Generation -1.", &[0x20]),
        generation("half-float", "Generation 1.0 as a float of two bytes.", &[0xf9, 0x3c, 0]),
        generation(
            "double",
            "Generation 1.0 as a float of eight bytes.",
            &[0xfb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0],
        ),
        generation("tagged", "Generation 1 under a tag.", &[0xc1, 0x01]),
        generation("bignum", "Generation 1 as a big number.", &[0xc2, 0x41, 0x01]),
        generation("head-28", "A head of the reserved form 28.", &[0x1c]),
        generation("head-31", "A number of indefinite length.", &[0x1f]),
        generation("break", "The end of something indefinite.", &[0xff]),
        item(
            "number-time-long",
            "A time in eight bytes that fits four.",
            EXPIRES_AT,
            &long_head(0, 8, 1_900_000_000),
        ),
    ]);
    cases
}

pub(in crate::bundle_vectors) fn texts_and_bools() -> Vec<Case> {
    let owner =
        |name: &str, about: &str, bytes: &[u8]| item(&format!("text-{name}"), about, OWNER, bytes);
    let mut cases = vec![
        Case::ok(
            "ok-cbor-text-utf-8",
            "An owner beyond ASCII, in characters of two, three and four bytes.",
            &Forge::of(Grant::with(|g| g.owner = Some("\u{e4}\u{20ac}\u{1f511}".to_owned()))),
        ),
        owner(
            "indefinite",
            "A text of indefinite length.",
            &[&[0x7f], &text("ana")[..], &[0xff]].concat(),
        ),
        owner(
            "long-head-1",
            "A text's length in a byte of its own, where none is needed.",
            &[&long_head(TEXT, 1, 3), &b"ana"[..]].concat(),
        ),
        owner(
            "long-head-8",
            "A text's length in eight bytes.",
            &[&long_head(TEXT, 8, 3), &b"ana"[..]].concat(),
        ),
        owner("bytes", "A byte string.", &bytes(b"ana")),
        owner("null-long", "Null in two bytes.", &[0xf8, 0x16]),
        owner("utf-8-bad", "A byte that is nowhere in UTF-8.", &text(b"an\xff")),
        owner("utf-8-long", "A character in more bytes than it needs.", &text(b"\xc1\xa1na")),
        owner("utf-8-surrogate", "Half a pair of UTF-16.", &text(b"\xed\xa0\x80")),
        owner("2-64", "A text of 2^64 - 1 bytes.", &long_head(TEXT, 8, u64::MAX)),
        item(
            "text-scope-bytes",
            "A scope is a byte string.",
            SCOPES,
            &array(&[bytes(b"orders:read")]),
        ),
        item("text-customer-null", "A customer is null.", CUSTOMERS, &array(&[vec![NULL]])),
        item("text-beyond", "The last text is longer than what is left of the entry.", LABELS, &{
            let pair = [&[0x82][..], &text("a"), &long_head(TEXT, 1, 200)].concat();
            array(&[pair])
        }),
    ];
    cases.extend(bools());
    cases
}

fn bools() -> Vec<Case> {
    let redacted = |name: &str, about: &str, bytes: &[u8]| {
        item(&format!("bool-{name}"), about, REDACTED, bytes)
    };
    vec![
        redacted("0", "Redacted is 0.", &uint(0)),
        redacted("1", "Redacted is 1.", &uint(1)),
        redacted("null", "Redacted is null.", &[NULL]),
        redacted("undefined", "Redacted is undefined.", &[0xf7]),
        redacted("long", "False in two bytes.", &[0xf8, 20]),
    ]
}
