//! Fresh, stale, too early; and what a verifier remembers.

use keyctl_verify::{
    Code, Header, Policy, PublicKey, Remembered, Request, StreamId, UnverifiedBundle, Warning,
};

use super::kit::{DAY, ISSUED, Recipe, Said, Signer, at, key, members, stream, token};
use super::layout::{put, sign};

fn file(recipe: &Recipe) -> Vec<u8> {
    recipe.file(&members(3))
}

/// What is said when the file is opened with that policy, and what may then be remembered.
fn open_with(file: &[u8], policy: Policy, now: i64) -> (Said, Option<Remembered>) {
    open_trusting(file, &[key(1)], policy, now)
}

fn open_trusting(
    file: &[u8],
    trusted: &[PublicKey],
    policy: Policy,
    now: i64,
) -> (Said, Option<Remembered>) {
    let request = Request::default();
    match UnverifiedBundle::open(file).unwrap().verify(trusted, policy, at(now)) {
        Ok(bundle) => {
            let verdict = bundle.decide(token(0).expose_token(), &request, at(now));
            (Said::of(&verdict), Some(bundle.remember()))
        }
        Err(refusal) => {
            assert!(refusal.facts().is_some(), "a trusted key has signed it");
            (Said::of(&refusal.verdict(&request)), None)
        }
    }
}

fn code(file: &[u8], policy: Policy, now: i64) -> Code {
    open_with(file, policy, now).0.code
}

#[test]
fn a_bundle_holds_from_five_minutes_before_its_issue_to_its_end() {
    let file = file(&Recipe::default());
    for (now, expected) in [
        (0, Code::ClockSkew),
        (ISSUED - 301, Code::ClockSkew),
        (ISSUED - 300, Code::Valid),
        (ISSUED, Code::Valid),
        (ISSUED + DAY - 1, Code::Valid),
        (ISSUED + DAY, Code::BundleStale),
        (253_402_300_799, Code::BundleStale),
    ] {
        assert_eq!(code(&file, Policy::default(), now), expected, "at {now}");
    }
}

#[test]
fn a_bundle_that_is_kept_open_grows_stale() {
    let file = file(&Recipe::default());
    let policy = Policy { max_age: Some(7_200), ..Policy::default() };
    for (policy, last) in [(Policy::default(), ISSUED + DAY - 1), (policy, ISSUED + 7_200)] {
        let opened = UnverifiedBundle::open(&file).unwrap();
        let bundle = opened.verify(&[key(1)], policy, at(ISSUED)).unwrap();
        // The clock may go either way while it is open.
        for (now, expected) in [
            (ISSUED, Code::Valid),
            (last, Code::Valid),
            (last + 1, Code::BundleStale),
            (ISSUED - 300, Code::Valid),
            (ISSUED - 301, Code::ClockSkew),
            (last, Code::Valid),
        ] {
            for asked in [token(0).expose_token(), token(99).expose_token(), "", "no token"] {
                let said = Said::of(&bundle.decide(asked, &Request::default(), at(now)));
                assert_eq!(said.bundle.as_ref(), Some(bundle.facts()));
                if expected == Code::Valid {
                    assert!(!said.is_unavailable(), "{said:?}");
                } else {
                    assert_eq!(said.code, expected, "at {now}, whatever is asked");
                }
            }
        }
    }
}

#[test]
fn a_bundle_ages_at_half_of_its_life_not_rounded() {
    for (life, half) in [(DAY, DAY / 2), (DAY + 1, DAY / 2 + 1), (3, 2), (2, 1), (1, 1)] {
        let file = file(&Recipe { valid_until: ISSUED + life, ..Recipe::default() });
        for age in [-300, 0, half - 1, half].into_iter().filter(|age| *age < life) {
            let (said, _) = open_with(&file, Policy::default(), ISSUED + age);
            assert_eq!(said.warnings.contains(&Warning::BundleAging), age >= half, "{life}: {age}");
            assert!(said.warnings.is_sorted() && said.warnings.contains(&Warning::NoMemory));
        }
    }
}

#[test]
fn an_age_that_is_asked_for_is_kept_to_the_second() {
    let file = file(&Recipe::default());
    for (max, now, expected) in [
        (0, ISSUED - 300, Code::Valid),
        (0, ISSUED, Code::Valid),
        (0, ISSUED + 1, Code::BundleStale),
        (60, ISSUED + 60, Code::Valid),
        (60, ISSUED + 61, Code::BundleStale),
        (u64::MAX, ISSUED + DAY - 1, Code::Valid),
        (u64::MAX, ISSUED + DAY, Code::BundleStale),
    ] {
        let policy = Policy { max_age: Some(max), ..Policy::default() };
        assert_eq!(code(&file, policy, now), expected, "{max} at {now}");
    }
}

/// A later bundle of the same stream: by a serial, or by seconds.
fn later(serial: i64, seconds: i64) -> Recipe {
    let first = Recipe::default();
    Recipe {
        serial: first.serial.checked_add_signed(serial).unwrap(),
        issued_at: first.issued_at + seconds,
        salt: 2,
        ..first
    }
}

fn remembering(recipe: &Recipe) -> Policy {
    let (_, remembered) = open_with(&file(recipe), Policy::default(), recipe.issued_at);
    Policy { remembered, ..Policy::default() }
}

#[test]
fn who_remembers_a_bundle_goes_forward_only() {
    let first = Recipe::default();
    let fork = Recipe { salt: 2, ..Recipe::default() };
    let elsewhere = StreamId::from_bytes([9; 16]);
    for (what, next, expected) in [
        ("the same", first.clone(), Code::Valid),
        ("the next", later(1, 60), Code::Valid),
        ("much later", later(1 << 40, 60), Code::Valid),
        ("the one before", later(-1, -60), Code::BundleRolledBack),
        ("the first of all", later(-1_800_000_000_000, -60), Code::BundleRolledBack),
        ("another of the same serial", fork, Code::BundleRolledBack),
        ("a clock a little behind", later(1, -300), Code::Valid),
        ("a clock far behind", later(1, -301), Code::ClockSkew),
        ("another stream", Recipe { stream: elsewhere, ..later(1, 60) }, Code::BundleUntrusted),
        ("both", later(-1, -301), Code::BundleRolledBack),
    ] {
        let (said, _) = open_with(&file(&next), remembering(&first), ISSUED + 61);
        assert_eq!(said.code, expected, "{what}");
        assert!(said.warnings.is_empty(), "{what}: {said:?}");
    }
}

#[test]
fn one_changed_field_makes_a_fork() {
    let first = Recipe::default();
    let policy = remembering(&first);
    for at in [48 + 7, 56 + 7, 136, 104] {
        let mut other = file(&first);
        let byte = other[at] ^ 1;
        put(&mut other, at, &[byte]);
        sign(&mut other, &Signer::new(1));
        assert_eq!(code(&other, policy.clone(), ISSUED), Code::BundleRolledBack, "byte {at}");
    }
}

#[test]
fn the_same_header_signed_by_others_too_is_the_same_header() {
    let first = Recipe::default();
    let both = Recipe { signers: vec![2, 1], ..Recipe::default() };
    let policy = remembering(&first);
    let (said, remembered) = open_trusting(&file(&both), &[key(2)], policy.clone(), ISSUED);
    assert_eq!(said.code, Code::Valid);
    let (before, after) = (policy.remembered.unwrap(), remembered.unwrap());
    assert_eq!((before.signer, after.signer), (key(1), key(2)));
    assert_eq!(before.header_hash, after.header_hash);
}

#[test]
fn a_bundle_is_remembered_as_what_its_header_says() {
    let recipe = Recipe::default();
    let bundle = UnverifiedBundle::open(file(&recipe)).unwrap();
    let bundle = bundle.verify(&[key(1)], Policy::default(), at(ISSUED)).unwrap();
    let Header { stream, serial, issued_at, valid_until, vault_head, .. } = bundle.header().clone();
    assert_eq!((stream, serial), (recipe.stream, recipe.serial));
    assert_eq!((issued_at, valid_until), (at(ISSUED), at(ISSUED + DAY)));
    assert_eq!(vault_head, [0x5a; 32]);
    let remembered = bundle.remember();
    assert_eq!((remembered.stream, remembered.serial), (stream, serial));
    assert_eq!((remembered.issued_at, remembered.signer), (issued_at, key(1)));
}

#[test]
fn what_is_asked_for_is_asked_for_in_its_order() {
    let recipe = Recipe::default();
    let file = file(&recipe);
    let other = Some(StreamId::from_bytes([9; 16]));
    let serial = recipe.serial;
    let ask = |stream, min_serial, max_age, now| {
        code(
            &file,
            Policy { stream, min_serial, max_age, remembered: None, elsewhere: Vec::new() },
            now,
        )
    };
    assert_eq!(ask(Some(stream()), Some(serial), Some(60), ISSUED), Code::Valid);
    assert_eq!(ask(None, Some(serial + 1), None, ISSUED), Code::BundleRolledBack);
    assert_eq!(ask(None, Some(0), None, ISSUED), Code::Valid);
    // Stream before times before serial.
    assert_eq!(ask(other, Some(serial + 1), Some(0), ISSUED + DAY), Code::BundleUntrusted);
    assert_eq!(ask(None, Some(serial + 1), Some(0), ISSUED - 301), Code::ClockSkew);
    assert_eq!(ask(None, Some(serial + 1), Some(0), ISSUED + 1), Code::BundleStale);
}

#[test]
fn the_larger_of_two_serials_counts_and_both_streams() {
    let first = Recipe::default();
    let (before, next) = (file(&first), file(&later(1, 60)));
    let with = |min_serial| Policy { min_serial, ..remembering(&first) };
    assert_eq!(code(&next, with(Some(first.serial + 1)), ISSUED), Code::Valid);
    assert_eq!(code(&before, with(Some(first.serial + 1)), ISSUED), Code::BundleRolledBack);
    let (old, low) = (file(&later(-1, 0)), Some(first.serial - 1));
    assert_eq!(code(&old, with(low), ISSUED), Code::BundleRolledBack);
    let elsewhere = StreamId::from_bytes([9; 16]);
    let other = Some(elsewhere);
    let asked = Policy { stream: other, ..remembering(&first) };
    assert_eq!(code(&next, asked, ISSUED), Code::BundleUntrusted);
    let moved = file(&Recipe { stream: elsewhere, ..later(1, 60) });
    let asked = Policy { stream: other, ..remembering(&first) };
    assert_eq!(code(&moved, asked, ISSUED + 60), Code::BundleUntrusted, "not the remembered one");
}

#[test]
fn a_smallest_serial_is_a_memory_of_its_own() {
    let file = file(&Recipe::default());
    let said = |policy| open_with(&file, policy, ISSUED).0.warnings;
    assert_eq!(said(Policy::default()), [Warning::NoMemory]);
    assert_eq!(said(Policy { min_serial: Some(0), ..Policy::default() }), []);
    assert_eq!(said(remembering(&Recipe::default())), []);
    let pinned = Policy { stream: Some(stream()), max_age: Some(DAY as u64), ..Policy::default() };
    assert_eq!(said(pinned), [Warning::NoMemory]);
}

#[test]
fn what_was_seen_elsewhere_counts_for_its_own_stream_only() {
    let first = Recipe::default();
    let seen = |recipe: &Recipe| remembering(recipe).remembered.unwrap();
    let other = Recipe { stream: StreamId::from_bytes([9; 16]), ..first.clone() };
    let others: Vec<_> = [later(5, 9_999), later(7, 0), later(-3, 0)]
        .map(|recipe| seen(&Recipe { stream: other.stream, ..recipe }))
        .to_vec();
    for (what, elsewhere, next, expected) in [
        ("nothing", vec![], &later(-1, 0), Code::Valid),
        ("the same", vec![seen(&first)], &first, Code::Valid),
        (
            "a later one",
            vec![seen(&later(-2, 0)), seen(&later(2, 0))],
            &first,
            Code::BundleRolledBack,
        ),
        ("a fork", vec![seen(&later(-1, 0)), seen(&later(0, 0))], &first, Code::BundleRolledBack),
        ("a clock", vec![seen(&later(-1, 301)), seen(&later(-2, 0))], &first, Code::ClockSkew),
        ("others", others.clone(), &first, Code::Valid),
    ] {
        let policy = Policy { elsewhere, ..Policy::default() };
        let knows = policy.elsewhere.iter().any(|known| known.stream == first.stream);
        let (said, _) = open_with(&file(next), policy, ISSUED);
        assert_eq!(said.code, expected, "{what}");
        let forgetful = said.code == Code::Valid && !knows;
        assert_eq!(said.warnings.contains(&Warning::NoMemory), forgetful, "{what}");
    }
    // What is remembered of the place itself binds to its stream all the same.
    let policy = Policy { elsewhere: others, ..remembering(&first) };
    let moved = file(&Recipe { serial: first.serial + 9, ..other });
    assert_eq!(code(&moved, policy, ISSUED), Code::BundleUntrusted);
}
