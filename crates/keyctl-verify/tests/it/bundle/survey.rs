//! What can be done with a bundle that was signed, however old it is: look at what it says of
//! itself, count all of it, and ask what it grants to a digest.

use keyctl_verify::{
    BundleRefusal, Code, Freshness, Policy, Request, Survey, UnverifiedBundle, Warning,
};

use super::kit::{DAY, ISSUED, NOW, PAGE, Recipe, at, grant, key, members, open, padded, token};

fn survey(file: &[u8]) -> Survey<&[u8]> {
    UnverifiedBundle::open(file).unwrap().authenticate(&[key(1)]).unwrap().2
}

fn code<T>(answer: Result<T, BundleRefusal>) -> Option<Code> {
    let refusal = answer.err()?;
    assert_eq!(refusal.facts(), Some(open_facts()).as_ref(), "it is said of which bundle");
    Some(refusal.fault().code())
}

fn open_facts() -> keyctl_verify::BundleFacts {
    open(Recipe::default().file(&members(1))).facts().clone()
}

#[test]
fn every_entry_is_counted_however_tall_the_tree() {
    for (entries, pages) in [(0, 1), (1, 2), (32, 4), (100, 6), (31 * 85 + 1, 90)] {
        let file = Recipe::default().file(&members(entries));
        assert_eq!(file.len(), pages * PAGE);
        let counted: Vec<_> = (entries > 0).then_some((128, entries)).into_iter().collect();
        assert_eq!(survey(&file).count().unwrap(), counted, "{entries} entries");
    }
    let two = [(token(0), grant(0)), (token(1), padded(1, 300)), (token(2), grant(2))];
    let file = Recipe::default().file(&two);
    assert_eq!(survey(&file).count().unwrap(), [(128, 2), (512, 1)]);
}

#[test]
fn who_counts_finds_a_flipped_bit_on_every_page() {
    let file = Recipe::default().file(&members(100));
    for number in 1..file.len() / PAGE {
        let mut damaged = file.clone();
        damaged[number * PAGE + 700] ^= 1;
        assert_eq!(code(survey(&damaged).count()), Some(Code::BundleCorrupt), "page {number}");
    }
}

#[test]
fn a_digest_leads_to_what_is_granted_and_to_nothing_where_nothing_is() {
    for entries in [1, 100] {
        let file = Recipe::default().file(&members(entries));
        let survey = survey(&file);
        for number in [0, entries - 1] {
            let found = survey.grant_of(&token(number).digest()).unwrap().unwrap();
            assert_eq!(found.key_id, grant(number).key_id);
        }
        assert!(survey.grant_of(&token(entries).digest()).unwrap().is_none());
    }
    let empty = Recipe::default().file(&[]);
    assert!(survey(&empty).grant_of(&token(0).digest()).unwrap().is_none());
    let mut damaged = Recipe::default().file(&members(1));
    damaged[PAGE + 50] ^= 1;
    let answer = survey(&damaged).grant_of(&token(0).digest());
    assert_eq!(code(answer), Some(Code::BundleCorrupt));
}

#[test]
fn an_old_bundle_can_be_looked_into_and_not_be_asked() {
    let file = Recipe::default().file(&members(1));
    let opened = UnverifiedBundle::open(&file[..]).unwrap();
    let (header, facts, survey) = opened.authenticate(&[key(1)]).unwrap();
    assert_eq!((facts.stream, facts.serial, facts.signer), (header.stream, header.serial, key(1)));
    assert!(survey.grant_of(&token(0).digest()).unwrap().is_some());
    for (now, freshness) in [
        (ISSUED - 301, Freshness::Early),
        (ISSUED - 300, Freshness::Fresh),
        (ISSUED + DAY / 2 - 1, Freshness::Fresh),
        (ISSUED + DAY / 2, Freshness::Aging),
        (ISSUED + DAY, Freshness::Stale),
    ] {
        assert_eq!(header.freshness(at(now)), freshness, "at {now}");
    }
    let opened = UnverifiedBundle::open(&file[..]).unwrap();
    let refusal = opened.verify(&[key(1)], Policy::default(), at(ISSUED + DAY)).err().unwrap();
    assert_eq!(refusal.fault().code(), Code::BundleStale);
    assert_eq!(refusal.to_string(), refusal.fault().to_string());
}

#[test]
fn nobody_who_is_not_trusted_is_believed_whatever_the_age() {
    let file = Recipe { signers: vec![2], ..Recipe::default() }.file(&members(1));
    let opened = UnverifiedBundle::open(&file[..]).unwrap();
    let refusal = opened.authenticate(&[key(1)]).err().unwrap();
    assert_eq!((refusal.fault().code(), refusal.facts()), (Code::BundleUntrusted, None));
}

#[test]
fn who_has_kept_what_is_to_be_remembered_is_not_warned_any_more() {
    let mut bundle = open(Recipe::default().file(&members(1)));
    let warnings = |bundle: &keyctl_verify::VerifiedBundle<Vec<u8>>| {
        let verdict = bundle.decide(token(0).expose_token(), &Request::default(), at(NOW));
        verdict.warnings().to_vec()
    };
    assert_eq!(warnings(&bundle), [Warning::NoMemory]);
    bundle.mark_remembered();
    assert_eq!(warnings(&bundle), []);
}
