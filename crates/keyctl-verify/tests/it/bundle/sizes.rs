//! The six sizes of an entry.

use keyctl_verify::{Code, SealError};

use super::kit::{Recipe, ask_open, open, padded, token};
use super::layout::{all_entries, lk};

const SIZES: [usize; 6] = [128, 256, 512, 1024, 2048, 4032];

/// The size of an entry that is longer by that padding.
fn size(padding: usize) -> Result<usize, SealError> {
    let sealed = Recipe::default().sealer().seal(&token(0).digest(), &padded(0, padding));
    sealed.map(|entry| entry.as_bytes().len())
}

/// By how much a grant can be padded before its entry needs the next size, for each size.
fn fits() -> Vec<usize> {
    let last = |at_most: usize| {
        // The padding is found by halving: sizes only grow.
        let (mut yes, mut no) = (0, 5_000);
        while no - yes > 1 {
            let middle = usize::midpoint(yes, no);
            if size(middle).is_ok_and(|size| size <= at_most) { yes = middle } else { no = middle }
        }
        yes
    };
    SIZES.map(last).to_vec()
}

#[test]
fn an_entry_takes_the_smallest_size_that_it_fits_into() {
    let fits = fits();
    for (i, padding) in fits.iter().enumerate() {
        assert_eq!(size(*padding), Ok(SIZES[i]));
        assert_eq!(size(padding + 1).ok(), SIZES.get(i + 1).copied());
    }
    assert_eq!(size(0), Ok(128));
    // From one size to the next there is room for just that many bytes more, but for the text's
    // own head, which grows from two bytes to three.
    for (pair, sizes) in fits.windows(2).zip(SIZES.windows(2)) {
        let heads = usize::from(pair[0] < 256 && pair[1] >= 256);
        assert_eq!(pair[1] - pair[0] + heads, sizes[1] - sizes[0]);
    }
}

#[test]
fn what_just_fits_and_what_just_does_not_both_come_back() {
    let fits = fits();
    let paddings = fits[..5].iter().flat_map(|padding| [*padding, padding + 1]).chain([fits[5]]);
    let members: Vec<_> = (0..)
        .zip(paddings)
        .map(|(number, padding)| (token(number), padded(number, padding)))
        .collect();
    let file = Recipe::default().file(&members);
    let bundle = open(&file);
    for (token, grant) in &members {
        let said = ask_open(&bundle, token);
        assert_eq!(said.code, Code::Valid);
        assert_eq!(said.key.unwrap().labels, grant.labels);
    }
    let mut sizes: Vec<_> = all_entries(&file).iter().map(|entry| entry.len()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [128, 256, 256, 512, 512, 1024, 1024, 2048, 2048, 4032, 4032]);
}

#[test]
fn a_member_lies_where_the_specification_says() {
    let members: Vec<_> = (0..9).map(|n| (token(n), padded(n, 100))).collect();
    let file = Recipe::default().file(&members);
    let mut expected: Vec<_> = members.iter().map(|(token, _)| lk(&file, token)).collect();
    expected.sort_unstable();
    let found: Vec<[u8; 16]> =
        all_entries(&file).iter().map(|entry| entry[..16].try_into().unwrap()).collect();
    assert_eq!(found, expected);
}
