//! What somebody learns who has the files, and no token.

use std::collections::{BTreeMap, BTreeSet};

use keyctl_verify::{
    Code, Environment, Grant, IpBlock, KeyId, PathPattern, Request, Scope, Standing, Tenure, Token,
    UnverifiedBundle,
};

use super::kit::{Member, NOW, PAGE, Recipe, Said, at, grant, key, open, padded, token, token_in};
use super::layout::{BODY, CHILD, ENTRY_HEAD, SIGNED, all_entries, count, leaves, lk, page};

/// Everything by which a grant could be recognised.
const WORDS: [&str; 9] = [
    "Recognizable-Project",
    "recognizable.owner@example.com",
    "recognizable:scope:read",
    "/recognizable/path/**",
    "203.0.113.0/24",
    "recognizable-customer-gmbh",
    "RecognizableLabel",
    "Recognizable value of a label",
    "RECoGniz4ble",
];

fn recognizable(number: u64) -> Member {
    let [project, owner, scope, path, block, customer, label, value, id] = WORDS;
    let environment = Environment::ALL[number as usize % 3];
    let grant = Grant {
        key_id: KeyId::parse(&format!("key_{id}")).unwrap(),
        environment,
        project: Some(project.to_owned()),
        owner: Some(owner.to_owned()),
        scopes: [Scope::parse(scope).unwrap()].into_iter().collect(),
        paths: vec![PathPattern::parse(path).unwrap()],
        ips: vec![IpBlock::parse(block).unwrap()],
        customers: vec![customer.to_owned()],
        labels: Some(BTreeMap::from([(label.to_owned(), value.to_owned())])),
        ..grant(number)
    };
    (token_in(environment, number), grant)
}

#[test]
fn nothing_of_a_grant_or_a_token_is_in_the_file() {
    let members: Vec<_> = (0..50).map(recognizable).collect();
    let file = Recipe::default().file(&members);
    let said = {
        let request = Request {
            customer: Some(WORDS[5].to_owned()),
            path: Some("/recognizable/path/a".to_owned()),
            ip: Some("203.0.113.7".parse().unwrap()),
            ..Request::default()
        };
        Said::of(&open(&file).decide(members[0].0.expose_token(), &request, at(NOW)))
    };
    assert_eq!((said.code, said.key.unwrap().project.as_deref()), (Code::Valid, Some(WORDS[0])));

    let digests: Vec<_> = members.iter().map(|(token, _)| token.digest()).collect();
    let tokens = members.iter().map(|(token, _)| token.expose_token().as_bytes());
    let secrets = digests.iter().map(|digest| &digest.as_bytes()[..]).chain(tokens);
    let words = WORDS.iter().map(|word| word.as_bytes());
    let known: BTreeSet<&[u8]> = words.chain(secrets).flat_map(|word| word.windows(6)).collect();
    let told = file.windows(6).position(|window| known.contains(window));
    assert_eq!(told, None, "where in the file there is something");
}

/// Grants of all sizes, several of each.
fn mixed() -> Vec<Member> {
    let paddings = [0, 100, 300, 900, 1_900, 3_800];
    (0..60).map(|number| (token(number), padded(number, paddings[number as usize % 6]))).collect()
}

/// The same grants, exported a day later.
fn twice() -> [Vec<u8>; 2] {
    let first = Recipe::default();
    let next = Recipe { serial: first.serial + 86_400_000, salt: 2, ..Recipe::default() };
    [first.file(&mixed()), next.file(&mixed())]
}

#[test]
fn sizes_are_six_and_as_many_as_the_survey_says() {
    for file in twice() {
        let mut sizes = BTreeMap::new();
        for entry in all_entries(&file) {
            *sizes.entry(entry.len()).or_insert(0) += 1;
        }
        let expected = [128, 256, 512, 1024, 2048, 4032].map(|size| (size, 10));
        assert_eq!(sizes.clone().into_iter().collect::<Vec<_>>(), expected);
        let opened = UnverifiedBundle::open(&file).unwrap();
        let (_, _, survey) = opened.authenticate(&[key(1)]).unwrap();
        assert_eq!(survey.count().unwrap(), expected);
    }
}

/// What lies in an entry or in a node, cut into blocks of 16 bytes.
fn blocks(file: &[u8]) -> Vec<&[u8]> {
    let of_entries = all_entries(file).into_iter().flat_map(|entry| {
        std::iter::once(&entry[..16]).chain(entry[ENTRY_HEAD..].chunks_exact(16))
    });
    let nodes = (1..file.len() / PAGE).map(|number| page(file, number)).filter(|page| page[0] > 0);
    let of_nodes = nodes.flat_map(|page| page[BODY..][..CHILD * count(page)].chunks_exact(16));
    of_entries.chain(of_nodes).collect()
}

#[test]
fn nothing_in_a_file_is_found_again_in_another_or_twice_in_itself() {
    let [first, next] = twice();
    let of_first: BTreeSet<_> = blocks(&first).into_iter().collect();
    assert!(blocks(&next).iter().all(|block| !of_first.contains(block)));
    // The lowest keys are in the leaves and in the node.
    let repeated = blocks(&first).len() - of_first.len();
    assert_eq!(repeated, leaves(&first).len());
    // Padding is sealed too: no block of it looks like another, nor like zeros.
    assert!(!of_first.contains(&[0; 16][..]));
}

#[test]
fn two_files_agree_only_in_zeros_in_constants_and_by_chance() {
    let [first, next] = twice();
    // Magic, version, stream and vault head are the same; times and counts may be.
    let secret_fields = [(72, 104), (104, 136), (SIGNED + 24, SIGNED + 88)];
    for (from, to) in secret_fields {
        assert_ne!(first[from..to], next[from..to]);
    }
    assert_eq!(first[168..SIGNED], [0; SIGNED - 168]);
    assert_eq!(next[168..SIGNED], [0; SIGNED - 168]);
    let (one, other) = (blocks(&first).concat(), blocks(&next).concat());
    let alike = one.iter().zip(&other).filter(|(a, b)| a == b).count();
    let (percent, compared) = (alike * 100 / one.len(), one.len().min(other.len()));
    assert!(compared > 50_000 && percent < 1, "{alike} of {compared} bytes");
}

#[test]
fn the_order_of_entries_tells_nothing_about_whose_they_are() {
    let [first, next] = twice();
    let order = |file: &[u8]| {
        let mut tokens: Vec<u64> = (0..60).collect();
        tokens.sort_by_key(|number| lk(file, &token(*number)));
        tokens
    };
    let (one, other) = (order(&first), order(&next));
    let in_place = one.iter().zip(&other).filter(|(a, b)| a == b).count();
    assert!(in_place < 10, "{in_place} of 60 entries are in the same place");
    assert_ne!(one, (0..60).collect::<Vec<_>>());
}

#[test]
fn equal_grants_of_several_tokens_do_not_look_equal() {
    let same: Vec<(Token, Grant)> = (0..31).map(|n| (token(n), padded(7, 10))).collect();
    let file = Recipe::default().file(&same);
    let blocks = blocks(&file);
    let distinct: BTreeSet<_> = blocks.iter().collect();
    assert_eq!(distinct.len(), blocks.len());
}

#[test]
fn whether_a_key_is_revoked_does_not_show() {
    // Same keys, so that only the grants differ: sizes and places stay.
    let write = |standing, tenure| {
        let ended = |number| Grant { standing, tenure, ..grant(number) };
        Recipe::default().file(&(0..20).map(|n| (token(n), ended(n))).collect::<Vec<_>>())
    };
    let (good, ended) =
        (write(Standing::Good, Tenure::Current), write(Standing::Revoked, Tenure::Ended));
    let heads = |file: &[u8]| -> Vec<Vec<u8>> {
        all_entries(file).iter().map(|entry| entry[..ENTRY_HEAD].to_vec()).collect()
    };
    assert_eq!(heads(&good), heads(&ended));
    assert_ne!(all_entries(&good), all_entries(&ended));
}
