//! Whole bundles: any bytes, with the header signed by whoever is trusted or not, and a good bundle
//! whose pages and header were changed before they were hashed and signed. No token but the right
//! one is ever VALID, and nothing is when nobody has signed.
#![no_main]

use std::sync::LazyLock;

use keyctl_fuzz::{Input, at, forge};
use keyctl_verify::{Class, Code, Policy, Request, UnverifiedBundle};
use libfuzzer_sys::fuzz_target;

static GRANT: LazyLock<Vec<u8>> = LazyLock::new(|| forge::text_of(&forge::grant()));
const OTHER: &str = "kc_prod_3fK9aQ1xZ0bT_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz000000";

fuzz_target!(|data: &[u8]| {
    let mut input = Input::new(data);
    match input.byte() % 3 {
        0 => judge(input.rest(), false),
        1 => {
            let mut file = input.rest().to_vec();
            forge::sign(&mut file);
            judge(&file, true);
        }
        _ => judge(&changed(&mut input), true),
    }
});

/// One leaf, or three leaves and a node, and what the input does to their pages.
fn changed(input: &mut Input<'_>) -> Vec<u8> {
    let entry = forge::entry(&GRANT).expect("it is small");
    let shape = input.byte();
    let foreign = |lk: u8| {
        let mut entry = entry.clone();
        entry[..16].fill(lk);
        entry
    };
    let leaves = match shape % 3 {
        0 => vec![forge::leaf(&[entry.clone()])],
        1 => vec![forge::leaf(&[foreign(0), entry.clone(), foreign(0xff)])],
        _ => vec![
            forge::leaf(&[foreign(0)]),
            forge::leaf(&[entry.clone()]),
            forge::leaf(&[foreign(0xff)]),
        ],
    };
    let entries = if shape % 3 == 0 { 1 } else { 3 };
    let (edited, edits) = (usize::from(input.byte()) % 5, input.byte() % 8);
    let mut file = forge::bundle(leaves, entries, |number, page| {
        if number == edited {
            for _ in 0..edits {
                input.edit(page);
            }
            page.resize(forge::PAGE, 0);
        }
    });
    if input.byte() % 16 == 1 {
        input.edit(&mut file);
    }
    file
}

fn judge(file: &[u8], is_signed: bool) {
    let Ok(bundle) = UnverifiedBundle::open(file) else { return };
    let claims = bundle.claims().is_ok();
    let trusted = [forge::trusted()];
    let stranger = UnverifiedBundle::open(file).map(|b| b.verify(&[], Policy::default(), at(60)));
    assert!(stranger.is_ok_and(|verified| verified.is_err()), "nobody is trusted");
    let Ok(verified) = bundle.verify(&trusted, Policy::default(), at(60)) else { return };
    assert!(is_signed && claims, "nobody has signed that");
    let verdict = verified.decide(forge::token(), &Request::default(), at(60));
    assert_eq!(verdict.is_valid(), verdict.code().class() == Class::Valid);
    let other = verified.decide(OTHER, &Request::default(), at(60));
    assert!(matches!(other.code(), Code::BadChecksum | Code::Malformed | Code::Unknown));
    // Whatever it says now, it says nothing once its time is over.
    let end = verified.header().valid_until;
    assert_eq!(verified.decide(forge::token(), &Request::default(), end).code(), Code::BundleStale);
    let (header, _, survey) =
        UnverifiedBundle::open(file).and_then(|b| b.authenticate(&trusted)).expect("as above");
    if header.pages < 100
        && let Ok(counts) = survey.count()
    {
        assert_eq!(counts.iter().map(|(_, count)| count).sum::<u64>(), header.entries);
    }
    // Signatures take long: what follows is asked of some alone.
    if !file.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte)).is_multiple_of(4) {
        return;
    }
    // Who remembers it accepts it again, and accepts nothing older in its place.
    let known = verified.remember();
    let again = |policy: Policy| {
        UnverifiedBundle::open(file).and_then(|b| b.verify(&trusted, policy, at(60))).is_ok()
    };
    assert!(again(Policy { remembered: Some(known.clone()), ..Policy::default() }));
    let mut newer = known.clone();
    newer.serial += 1;
    assert!(!again(Policy { remembered: Some(newer), ..Policy::default() }));
    let mut fork = known;
    fork.header_hash[0] ^= 1;
    assert!(!again(Policy { elsewhere: vec![fork], ..Policy::default() }));
}
