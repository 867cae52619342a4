//! Genuine pages in the wrong place: of an earlier bundle, of a later one, of the same one.

use keyctl_verify::{Code, Standing, Token};

use super::kit::{Member, PAGE, Recipe, Said, ask, members, pages_read, token};
use super::layout::page;

const TOKENS: u64 = 80;

/// Three leaves and a node.
const PAGES: usize = 5;

fn file(recipe: &Recipe, members: &[Member]) -> Vec<u8> {
    let file = recipe.file(members);
    assert_eq!(file.len(), PAGES * PAGE);
    file
}

/// Some members and strangers, of whom each leaf has both.
struct Asked {
    token: Token,
    pages: Vec<usize>,
    said: Said,
}

fn asked(file: &[u8]) -> Vec<Asked> {
    let tokens = (0..TOKENS).step_by(9).chain(1_000..1_008).map(token);
    let asked: Vec<_> = tokens
        .map(|token| Asked { pages: pages_read(file, &token), said: ask(file, &token), token })
        .collect();
    for leaf in 1..PAGES - 1 {
        for unknown in [true, false] {
            let reads =
                |a: &Asked| a.pages.contains(&leaf) && (a.said.code == Code::Unknown) == unknown;
            assert!(asked.iter().any(reads), "somebody reads leaf {leaf}");
        }
    }
    asked
}

/// Puts every page of one file in every place of another, and asks.
fn splice(from: &[u8], into: &[u8]) {
    let asked = asked(into);
    for (source, place) in (0..PAGES).flat_map(|s| (0..PAGES).map(move |p| (s, p))) {
        let mut spliced = into.to_vec();
        spliced[place * PAGE..][..PAGE].copy_from_slice(page(from, source));
        let same = page(from, source) == page(into, place);
        for Asked { token, pages, said } in &asked {
            let now_said = ask(&spliced, token);
            let expected = match (source, place) {
                _ if same => said.code,
                (0, 0) => Code::BundleCorrupt,
                (_, 0) => Code::BundleUnreadable,
                _ if pages.contains(&place) => Code::BundleCorrupt,
                _ => said.code,
            };
            assert_eq!(now_said.code, expected, "page {source} at {place}");
            assert!(now_said == *said || now_said.is_unavailable(), "page {source} at {place}");
        }
    }
}

fn revoked(mut members: Vec<Member>) -> Vec<Member> {
    for (_, grant) in &mut members {
        grant.standing = Standing::Revoked;
    }
    members
}

#[test]
fn pages_of_an_earlier_bundle_do_not_bring_back_what_was_revoked() {
    let good = Recipe::default();
    let later = Recipe { serial: good.serial + 1, salt: 2, ..Recipe::default() };
    let (before, after) = (file(&good, &members(TOKENS)), file(&later, &revoked(members(TOKENS))));
    splice(&before, &after);
    splice(&after, &before);
}

#[test]
fn pages_of_the_same_content_exported_again_fit_nowhere() {
    let first = Recipe::default();
    let again = Recipe { serial: first.serial + 1, salt: 2, ..Recipe::default() };
    splice(&file(&again, &members(TOKENS)), &file(&first, &members(TOKENS)));
}

#[test]
fn pages_sealed_with_the_same_keys_are_told_apart_by_their_hashes() {
    // Nobody makes such a file: the same salt twice, so that every entry opens in both.
    let recipe = Recipe::default();
    let (good, ended) = (file(&recipe, &members(TOKENS)), file(&recipe, &revoked(members(TOKENS))));
    splice(&good, &ended);
}

#[test]
fn pages_do_not_change_places() {
    let file = file(&Recipe::default(), &members(TOKENS));
    splice(&file, &file);
}

#[test]
fn a_header_goes_with_its_own_pages_only() {
    let first = Recipe::default();
    let again = Recipe { serial: first.serial + 1, salt: 2, ..Recipe::default() };
    let all: Vec<_> = [0, 1, 31, 32, TOKENS]
        .into_iter()
        .flat_map(|count| {
            [(count, first.file(&members(count))), (count, again.file(&members(count)))]
        })
        .collect();
    for (i, (_, header)) in all.iter().enumerate() {
        for (j, (count, pages)) in all.iter().enumerate() {
            let joined = [&header[..PAGE], &pages[PAGE..]].concat();
            let code = ask(&joined, &token(0)).code;
            // A file without an entry has no page that its header could miss.
            let whole = i == j || (*count == 0 && header.len() == PAGE);
            let expected = match (whole, count) {
                (false, _) => Code::BundleCorrupt,
                (true, 0) => Code::Unknown,
                (true, _) => Code::Valid,
            };
            assert_eq!(code, expected, "header {i}, pages {j}");
        }
    }
}

#[test]
fn a_file_of_any_other_length_is_refused() {
    let whole = file(&Recipe::default(), &members(TOKENS));
    let edges = (0..=PAGES + 1).flat_map(|p| [p * PAGE, p * PAGE + 1, p * PAGE + PAGE - 1]);
    let odd = [2, 7, 8, 9, 10, 16, 104, 3840, 3848, 3928, 4008, whole.len() * 2, whole.len() * 86];
    for length in edges.chain(odd).filter(|length| *length != whole.len()) {
        for padding in [0, 0xff] {
            let mut cut = whole.clone();
            cut.resize(length, padding);
            let expected = if length < PAGE { Code::BundleUnreadable } else { Code::BundleCorrupt };
            for asked in [token(0), token(1_000)] {
                assert_eq!(ask(&cut, &asked).code, expected, "{length} bytes");
            }
        }
    }
}

#[test]
fn a_file_with_its_pages_twice_is_refused() {
    let whole = file(&Recipe::default(), &members(TOKENS));
    for again in 0..PAGES {
        for place in 1..=PAGES {
            let (before, after) = whole.split_at(place * PAGE);
            let longer = [before, page(&whole, again), after].concat();
            assert_eq!(ask(&longer, &token(0)).code, Code::BundleCorrupt);
        }
    }
    for gone in 1..PAGES {
        let (before, after) = whole.split_at(gone * PAGE);
        assert_eq!(ask([before, &after[PAGE..]].concat(), &token(0)).code, Code::BundleCorrupt);
    }
}
