//! What a signer signs who should not have: every hash is right, every signature good, and the
//! file is still not what the format says. And what such a signer cannot do.

use std::sync::LazyLock;

use keyctl_verify::{Code, Policy, Standing, Token, UnverifiedBundle};
use proptest::collection::vec;
use proptest::prelude::*;

use super::kit::{
    DAY, ISSUED, NOW, PAGE, Recipe, Said, Signer, ask, ask_open, at, grant, key, members,
    pages_read, token,
};
use super::layout::{BODY, CHILD, ENTRY_HEAD, SIGNED, entries, lk, page, put, sign, vouch};

/// Page 1 has the entries of these three tokens; the fourth is a stranger.
fn one_leaf() -> Vec<u8> {
    let mut members: Vec<_> = (0..3).map(|number| (token(number), grant(number))).collect();
    members[1].1.standing = Standing::Revoked;
    Recipe::default().file(&members)
}

/// Forty members, and a node above them.
static TWO_LEAVES: LazyLock<Vec<u8>> = LazyLock::new(|| Recipe::default().file(&members(40)));

fn tokens() -> [Token; 4] {
    [token(0), token(1), token(2), token(99)]
}

fn forge(file: &[u8], change: impl FnOnce(&mut [u8])) -> Vec<u8> {
    let mut forged = file.to_vec();
    change(&mut forged);
    vouch(&mut forged, &Signer::new(1));
    forged
}

/// What is refused before any token is looked at.
fn refused(file: &[u8]) -> Option<Code> {
    let opened = UnverifiedBundle::open(file).unwrap();
    let verified = opened.verify(&[key(1)], Policy::default(), at(NOW));
    verified.err().map(|refusal| refusal.fault().code())
}

/// The code of everybody who asks.
fn codes(file: &[u8]) -> Vec<Code> {
    tokens().iter().map(|token| ask(file, token).code).collect()
}

#[test]
fn no_field_of_a_signed_header_may_be_impossible() {
    let file = one_leaf();
    let (end, issued) = (253_402_300_799_u64, ISSUED.cast_unsigned());
    for (at, values) in [
        (32, vec![1 << 53, u64::MAX]),
        (40, vec![issued + DAY.cast_unsigned(), end, end + 1, 1 << 63, u64::MAX]),
        (48, vec![0, issued - 1, issued, end + 1, 1 << 63, u64::MAX]),
        (56, vec![0, 32, 33, u64::MAX]),
        (64, vec![0, 2, 3, 4, 31, 85, 1 << 40, (1 << 40) + 1, 1 << 52, 1 << 63, u64::MAX]),
    ] {
        for value in values {
            let forged = forge(&file, |file| put(file, at, &value.to_be_bytes()));
            assert_eq!(refused(&forged), Some(Code::BundleCorrupt), "{value} at {at}");
        }
    }
    // Counts that fit each other, and not the file: nothing is reserved for them.
    for leaves in [2, 85, 1 << 40, (1 << 40) + 1, u64::MAX / 31, u64::MAX / 4096, u64::MAX] {
        let forged = forge(&file, |file| {
            put(file, 56, &leaves.to_be_bytes());
            put(file, 64, &leaves.to_be_bytes());
        });
        assert_eq!(refused(&forged), Some(Code::BundleCorrupt), "{leaves} leaves");
    }
    let mut rootless = file.clone();
    put(&mut rootless, 72, &[0; 32]);
    sign(&mut rootless, &Signer::new(1));
    assert_eq!(refused(&rootless), Some(Code::BundleCorrupt));
}

#[test]
fn the_ends_of_what_a_header_can_say_are_accepted() {
    let file = one_leaf();
    for (at, value) in [(48, 253_402_300_799_u64), (40, 0), (56, 1), (56, 31)] {
        let forged = forge(&file, |file| put(file, at, &value.to_be_bytes()));
        let expected = [Code::Valid, Code::Revoked, Code::Valid, Code::Unknown];
        assert_eq!(codes(&forged), expected, "{value} at {at}");
    }
    // With another serial every entry lies elsewhere.
    let forged = forge(&file, |file| put(file, 32, &((1_u64 << 53) - 1).to_be_bytes()));
    assert_eq!(codes(&forged), [Code::Unknown; 4]);
}

#[test]
fn without_leaves_there_is_nothing_of_them() {
    let file = Recipe::default().file(&[]);
    assert_eq!((file.len(), codes(&file)), (PAGE, vec![Code::Unknown; 4]));
    let changes: [(usize, &[u8]); 4] = [(63, &[1]), (71, &[1]), (72, &[1]), (103, &[1])];
    for (at, bytes) in changes {
        let mut forged = file.clone();
        put(&mut forged, at, bytes);
        sign(&mut forged, &Signer::new(1));
        assert_eq!(refused(&forged), Some(Code::BundleCorrupt), "byte {at}");
    }
    let mut longer = file.clone();
    longer.resize(2 * PAGE, 0);
    assert_eq!(refused(&longer), Some(Code::BundleCorrupt));
}

#[test]
fn the_zeros_of_a_signed_header_are_zero() {
    let file = one_leaf();
    for byte in (10..16).chain(168..SIGNED) {
        let forged = forge(&file, |file| file[byte] = 1 << (byte % 8));
        assert_eq!(refused(&forged), Some(Code::BundleCorrupt), "byte {byte}");
    }
}

#[test]
fn no_bit_of_a_signed_leaf_says_anything_else() {
    let file = one_leaf();
    let own = |token: &Token| {
        let lk = lk(&file, token);
        let page = page(&file, 1);
        entries(page).iter().position(|(at, _)| page[*at..][..16] == lk)
    };
    let asked: Vec<_> =
        tokens().into_iter().map(|token| (own(&token), ask(&file, &token), token)).collect();
    let entry_of =
        |byte: usize| (BODY..BODY + 3 * 128).contains(&byte).then(|| (byte - BODY) / 128);
    // Heads and sizes bit by bit, of the rest one bit of each byte.
    let bits = (0..PAGE).flat_map(|byte| {
        let head = entry_of(byte).map_or(byte < BODY, |_| (byte - BODY) % 128 < ENTRY_HEAD);
        if head { byte * 8..byte * 8 + 8 } else { byte * 8 + byte % 8..byte * 8 + byte % 8 + 1 }
    });
    for bit in bits {
        let forged = forge(&file, |file| file[PAGE + bit / 8] ^= 1 << (bit % 8));
        let part = entry_of(bit / 8).map(|entry| (entry, (bit / 8 - BODY) % 128));
        let turn = &asked[bit % 4..=bit % 4];
        for (own, said, token) in if part.is_some() { &asked[..] } else { turn } {
            let code = ask(&forged, token).code;
            match part {
                // An entry that lies elsewhere is lost, and in disorder nothing is found.
                Some((entry, 0..16)) if *own == Some(entry) => {
                    assert!(matches!(code, Code::Unknown | Code::BundleCorrupt), "bit {bit}");
                }
                Some((_, 0..16)) => {
                    assert!(code == said.code || code == Code::BundleCorrupt, "bit {bit}");
                }
                Some((entry, 18..)) if *own != Some(entry) => assert_eq!(code, said.code),
                _ => assert_eq!(code, Code::BundleCorrupt, "bit {bit}"),
            }
        }
    }
}

#[test]
fn no_two_entries_lie_in_the_same_place() {
    let file = one_leaf();
    for (from, to) in [(0, 1), (1, 0), (1, 2), (2, 1)] {
        let at = |entry: usize| PAGE + BODY + 128 * entry;
        let forged = forge(&file, |file| file.copy_within(at(from)..at(from) + 16, at(to)));
        assert_eq!(codes(&forged), [Code::BundleCorrupt; 4], "{to} where {from} is");
    }
}

#[test]
fn entries_cannot_be_carried_over_to_another_place_file_or_token() {
    // Nobody has the same salt twice; here it is, so that one entry would open in both files.
    let alone = |number| Recipe::default().file(&[(token(number), grant(number))]);
    let (first, second) = (alone(0), alone(1));
    let sealed = PAGE + BODY + 16..PAGE + BODY + 128;
    let forged =
        forge(&first, |file| file[sealed.clone()].copy_from_slice(&second[sealed.clone()]));
    assert_eq!(ask(&forged, &token(0)).code, Code::BundleCorrupt);
    assert_eq!(ask(&forged, &token(1)).code, Code::Unknown);

    let later = Recipe { serial: Recipe::default().serial + 1, ..Recipe::default() };
    let later = later.file(&[(token(0), grant(0))]);
    let forged = forge(&first, |file| file[sealed.clone()].copy_from_slice(&later[sealed.clone()]));
    assert_eq!(ask(&forged, &token(0)).code, Code::BundleCorrupt);
}

type Change<'a> = &'a dyn Fn(&mut [u8]);

#[test]
fn a_node_that_says_something_else_of_its_children_is_refused() {
    let file = &*TWO_LEAVES;
    let node = 3 * PAGE;
    let child = |number: usize| node + BODY + CHILD * number;
    let lowest_of_second = file[2 * PAGE + BODY..][..16].to_vec();
    let changes: [(&str, Change); 11] = [
        ("another level", &|file| file[node] = 2),
        ("a leaf", &|file| file[node] = 0),
        ("a zero", &|file| file[node + 1] = 1),
        ("one child less", &|file| file[node + 3] = 1),
        ("one child more", &|file| file[node + 3] = 3),
        ("no child", &|file| file[node + 3] = 0),
        ("very many children", &|file| put(file, node + 2, &[0xff, 0xff])),
        ("a byte after the children", &|file| file[node + PAGE - 1] = 1),
        ("children like the first", &|file| file.copy_within(child(0)..child(0) + 16, child(1))),
        ("children like the second", &|file| put(file, child(0), &lowest_of_second)),
        ("children in disorder", &|file| {
            file.copy_within(child(0)..child(0) + 16, child(1));
            put(file, child(0), &lowest_of_second);
        }),
    ];
    for (what, change) in changes {
        let forged = forge(file, change);
        for number in [0, 1, 2, 3, 99] {
            assert_eq!(ask(&forged, &token(number)).code, Code::BundleCorrupt, "{what}");
        }
    }
}

#[test]
fn a_leaf_begins_and_ends_where_the_node_says() {
    let file = &*TWO_LEAVES;
    let (first, second) = (3 * PAGE + BODY, 3 * PAGE + BODY + CHILD);
    // The node's idea of where a leaf begins, one up or down; the leaf stays as it is.
    for (at, leaf) in [(first, 1), (second, 2)] {
        for by in [1_u128, u128::MAX] {
            let lowest = u128::from_be_bytes(file[at..at + 16].try_into().unwrap());
            let moved = lowest.wrapping_add(by).to_be_bytes();
            let forged = forge(file, |file| put(file, at, &moved));
            for number in 0..40 {
                let reads_it = pages_read(file, &token(number)).contains(&leaf);
                let code = ask(&forged, &token(number)).code;
                let own_is_first = lk(file, &token(number))[..] == file[at..at + 16];
                match (reads_it, own_is_first) {
                    // Now looked for in the leaf before, in which nothing is missing.
                    (true, true) if leaf == 2 && by == 1 => assert_eq!(code, Code::Unknown),
                    (true, _) => assert_eq!(code, Code::BundleCorrupt, "{number}"),
                    (false, _) => assert_eq!(code, ask(file, &token(number)).code),
                }
            }
        }
    }
    // The last entry of the first leaf, moved to where the second leaf begins, and beyond.
    for last in [&file[2 * PAGE + BODY..][..16], &[0xff; 16]] {
        let forged = forge(file, |file| put(file, PAGE + BODY + 30 * 128, last));
        for number in 0..40 {
            let reads_it = pages_read(file, &token(number)).contains(&1);
            let code = ask(file, &token(number)).code;
            let expected = if reads_it { Code::BundleCorrupt } else { code };
            assert_eq!(ask(&forged, &token(number)).code, expected);
        }
    }
}

#[test]
fn who_counts_the_entries_finds_a_wrong_number() {
    let file = one_leaf();
    let count = |file: &[u8]| {
        let opened = UnverifiedBundle::open(file).unwrap();
        let (header, _, survey) = opened.authenticate(&[key(1)]).unwrap();
        (header.entries, survey.count().map_err(|refusal| refusal.fault().code()))
    };
    assert_eq!(count(&file), (3, Ok(vec![(128, 3)])));
    for entries in [1_u64, 2, 4, 31] {
        let forged = forge(&file, |file| put(file, 56, &entries.to_be_bytes()));
        assert_eq!(count(&forged), (entries, Err(Code::BundleCorrupt)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_is_signed_nobody_gets_what_was_not_granted(
        edits in vec(
            (prop_oneof![0..168_usize, PAGE..PAGE + 600, 3 * PAGE..3 * PAGE + 112, 0..4 * PAGE],
            any::<u8>()),
            1..4,
        ),
        number in prop_oneof![0..40_u64, 0..60_u64],
    ) {
        let file = &*TWO_LEAVES;
        let forged = forge(file, |file| for (at, byte) in edits { file[at] = byte });
        let granted = ask(file, &token(number));
        let said = ask(&forged, &token(number));
        let fair = said.is_unavailable()
            || said.code == Code::Unknown
            || (Said { bundle: None, warnings: vec![], ..said.clone() }
                == Said { bundle: None, warnings: vec![], ..granted });
        prop_assert!(fair, "{said:?}");
    }

    #[test]
    fn whatever_page_is_signed_nothing_panics(
        bytes in vec(any::<u8>(), PAGE..=PAGE),
        head in vec(prop_oneof![Just(0_u8), Just(1), any::<u8>()], 4..=4),
        sizes in vec(prop_oneof![Just(128_u16), Just(256), Just(0), Just(4032), any::<u16>()], 4),
        count in prop_oneof![0..90_u16, any::<u16>()],
        number in 0..99_u64,
    ) {
        let file = one_leaf();
        let forged = forge(&file, |file| {
            put(file, PAGE, &bytes);
            put(file, PAGE, &[0; BODY]);
            put(file, PAGE, &head[..2]);
            put(file, PAGE + 2, &count.to_be_bytes());
            for (entry, size) in sizes.iter().enumerate() {
                put(file, PAGE + BODY + 128 * entry + 16, &size.to_be_bytes());
            }
        });
        let opened = UnverifiedBundle::open(&forged).unwrap();
        let (_, _, survey) = opened.authenticate(&[key(1)]).unwrap();
        prop_assert!(survey.count().is_err());
        let bundle = UnverifiedBundle::open(&forged).unwrap();
        let bundle = bundle.verify(&[key(1)], Policy::default(), at(NOW)).unwrap();
        prop_assert_eq!(ask_open(&bundle, &token(number)).code, Code::BundleCorrupt);
    }
}
