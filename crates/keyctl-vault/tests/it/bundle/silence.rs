//! Who has the file and no token learns how many entries of each size there are, and no more.

use std::collections::BTreeSet;

use keyctl_vault::issue::{self, ExportOptions, NewKey, Rotation};
use keyctl_vault::{Customer, LabelKey, LabelValue, Note, Owner, Role, Verb};
use keyctl_verify::{Code, Environment, IpBlock, PathPattern, Request, Token, UnverifiedBundle};

use super::{Press, visible_entries, whole};
use crate::support::{act, at, by, create, keyfile, name, new_key, project, scope};

/// A word that stands in everything that can be called something.
const WORD: &str = "xylophone";
const SIZES: [usize; 6] = [128, 256, 512, 1024, 2048, 4032];

fn noisy(n: usize) -> NewKey {
    let text = |what: &str| format!("{WORD}-{what}-{n}");
    let label =
        (LabelKey::parse(&text("label")).unwrap(), LabelValue::parse(&text("value")).unwrap());
    NewKey {
        project: Some(project(&text("project"))),
        environment: Environment::ALL[n % 3],
        owner: Some(Owner::parse(&text("owner")).unwrap()),
        scopes: (0..=n * 3).map(|i| scope(&format!("{WORD}:scope{i}"))).collect(),
        paths: vec![PathPattern::parse(&format!("/{}/**", text("path"))).unwrap()],
        ips: vec![IpBlock::parse("203.0.113.0/24").unwrap()],
        customers: vec![Customer::parse(&text("customer")).unwrap()],
        labels: [label].into_iter().collect(),
        note: Some(Note::parse(&text("note")).unwrap()),
        ..new_key(&text("name"))
    }
}

/// A vault full of words to look for, among them the ids, prefixes and secrets of its tokens.
fn noisy_vault() -> (Press, Vec<String>) {
    let mut press = Press::new();
    let mut words = vec![WORD.to_owned(), "203.0.113".to_owned(), "laboratory".to_owned()];
    for n in 0..12 {
        let made = create(&mut press.vault, noisy(n), at(1)).unwrap();
        let rotated = act(&mut press.vault, Verb::Rotate, at(2), |tx| {
            let grace = Some("1d".parse().unwrap());
            issue::rotate(tx, made.id, Rotation::Begin { grace }, at(2))
        });
        words.push(made.id.to_string()["key_".len()..].to_owned());
        let second = rotated.unwrap().token.unwrap().expose_token().to_owned();
        for token in [made.token, second] {
            let public_id = Token::parse(&token).unwrap().prefix().public_id().to_string();
            let (_, body) = token.rsplit_once('_').unwrap();
            words.extend([public_id, body[..20].to_owned()]);
        }
    }
    press.vault.add_slot(&by(at(2)), &name("spyglass"), Role::Exporter, &keyfile(5)).unwrap();
    words.push("spyglass".to_owned());
    (press, words)
}

fn assert_silent(bytes: &[u8], words: &[String]) {
    for word in words {
        let found = bytes.windows(word.len()).any(|w| w.eq_ignore_ascii_case(word.as_bytes()));
        assert!(!found, "'{word}' can be read in the bundle");
    }
}

#[test]
fn nothing_of_the_keys_can_be_read_in_a_bundle() {
    let (mut press, words) = noisy_vault();
    for (n, with_labels) in [false, true].into_iter().enumerate() {
        let options = ExportOptions { with_labels, ..whole() };
        press.export(&options, 10 + i64::try_from(n).unwrap()).unwrap();
        let bytes = press.bytes();
        assert_silent(&bytes, &words);
        assert_eq!(visible_entries(&bytes).len(), 24);
    }
}

#[test]
fn the_words_are_in_it_for_who_has_the_token() {
    let mut press = Press::new();
    let made = create(&mut press.vault, noisy(1), at(1)).unwrap();
    press.export(&ExportOptions { with_labels: true, ..whole() }, 10).unwrap();
    let request = Request::default();
    let verdict = press.read(10).decide(&made.token, &request, at(10));
    let key = verdict.key().unwrap();
    assert_eq!(key.project.as_deref(), Some("xylophone-project-1"));
    assert_eq!(key.labels.as_ref().unwrap()["xylophone-label-1"], "xylophone-value-1");
    // Redacted, it does not tell them even to who has the token.
    press.export(&ExportOptions { redact: true, ..whole() }, 11).unwrap();
    let verdict = press.read(11).decide(&made.token, &request, at(11));
    let key = verdict.key().unwrap();
    assert_eq!((&key.project, &key.owner, &key.labels), (&None, &None, &None));
}

#[test]
fn every_entry_is_of_a_size_of_the_format_and_all_are_counted() {
    let (mut press, _) = noisy_vault();
    let exported = press.export(&whole(), 10).unwrap();
    let entries = visible_entries(&press.bytes());
    assert_eq!(entries.len() as u64, exported.header.entries);
    let sizes: BTreeSet<usize> = entries.values().copied().collect();
    assert!(sizes.iter().all(|size| SIZES.contains(size)), "{sizes:?}");
    assert!(sizes.len() > 1, "the vault has entries of several sizes");
    let bundle = UnverifiedBundle::open(press.bytes()).unwrap();
    let (header, _, survey) = bundle.authenticate(&press.trusted()).unwrap();
    let counted = survey.count().unwrap();
    let of_size = |size| entries.values().filter(|each| **each == size).count() as u64;
    assert!(counted.iter().all(|(size, n)| of_size(*size) == *n), "{counted:?}");
    assert_eq!(header.pages * 4096, press.bytes().len() as u64);
}

#[test]
fn two_bundles_of_one_vault_have_nothing_in_common_that_a_stranger_could_match() {
    let (mut press, _) = noisy_vault();
    let mut seen = Vec::new();
    for now in [10, 11] {
        press.export(&whole(), now).unwrap();
        let bytes = press.bytes();
        let keys: BTreeSet<Vec<u8>> = visible_entries(&bytes).into_keys().collect();
        seen.push((keys, bytes[104..136].to_vec(), bytes));
    }
    assert_eq!(seen[0].0.intersection(&seen[1].0).count(), 0, "look-up keys");
    assert_ne!(seen[0].1, seen[1].1, "salts");
    // Nothing of 16 bytes but zeros stands in the pages of both.
    let chunks = |bundle: &[u8]| -> BTreeSet<Vec<u8>> {
        let all = bundle[4096..].windows(16).map(<[u8]>::to_vec);
        all.filter(|w| w.iter().filter(|byte| **byte == 0).count() < 8).collect()
    };
    assert_eq!(chunks(&seen[0].2).intersection(&chunks(&seen[1].2)).count(), 0);
}

#[test]
fn nothing_lies_beside_a_bundle_while_it_is_made() {
    let (mut press, _) = noisy_vault();
    let (folder, path, state) = (press.folder(), press.path(), press.lab.state());
    let mut looked = 0;
    let mut look = |_, _| {
        looked += 1;
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    };
    let serial = super::millis(at(10));
    issue::export(&mut press.vault, &path, &state, &whole(), || serial, &mut look).unwrap();
    assert!(looked > 0, "the export says how far it is");
    assert_eq!(press.beside(), ["keys.kcb"]);
}

#[test]
fn an_empty_vault_makes_a_bundle_that_knows_nobody() {
    let mut press = Press::new();
    let exported = press.export(&whole(), 10).unwrap();
    assert_eq!((exported.header.entries, exported.header.pages), (0, 1));
    let (_, made) = Press::with_keys(1);
    assert_eq!(press.code(&made[0].token, 10), Code::Unknown);
}
