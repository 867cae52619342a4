//! Editing: every field, nothing by accident, nothing beyond what a bundle can carry.

use std::collections::BTreeMap;

use keyctl_vault::issue::{self, Expiry, KeyEdit, NewKey, Refusal, ScopeEdit};
use keyctl_vault::{Customer, GRANT_BUDGET, LabelKey, LabelValue, MAX_ITEMS, Note};
use keyctl_verify::{Code, IpBlock, PathPattern, RateLimit, Scope, ScopeSet};

use super::super::support::{at, code, create, make, name, new_key, revoke, scope};
use super::{Desk, refusal};

fn customers(texts: &[&str]) -> Vec<Customer> {
    texts.iter().map(|text| Customer::parse(text).unwrap()).collect()
}

fn labels(pairs: &[(&str, &str)]) -> BTreeMap<LabelKey, LabelValue> {
    let label =
        |(k, v): &(&str, &str)| (LabelKey::parse(k).unwrap(), LabelValue::parse(v).unwrap());
    pairs.iter().map(label).collect()
}

/// An edit of each field.
fn edits() -> Vec<(&'static str, KeyEdit)> {
    let none = KeyEdit::default;
    vec![
        ("name", KeyEdit { name: Some(name("another")), ..none() }),
        ("expires_at", KeyEdit { expires: Some(Expiry::At(at(9_000))), ..none() }),
        ("not_before", KeyEdit { not_before: Some(Some(at(50))), ..none() }),
        ("scopes", KeyEdit { scopes: Some(ScopeEdit::Add(vec![scope("x")])), ..none() }),
        ("paths", KeyEdit { paths: Some(vec![PathPattern::parse("/v1/**").unwrap()]), ..none() }),
        ("ips", KeyEdit { ips: Some(vec![IpBlock::parse("10.0.0.0/8").unwrap()]), ..none() }),
        ("customers", KeyEdit { customers: Some(customers(&["c1"])), ..none() }),
        ("rate_limit", KeyEdit { rate_limit: Some(RateLimit::parse("5/1m").ok()), ..none() }),
        ("labels", KeyEdit { labels: Some(labels(&[("team", "a")])), ..none() }),
        ("note", KeyEdit { note: Some(Note::parse("why").ok()), ..none() }),
    ]
}

#[test]
fn every_field_is_edited_logged_and_edited_only_once() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    for (n, (field, edit)) in (1..).zip(edits()) {
        assert!(desk.edit(made.id, edit.clone(), at(n)).unwrap(), "{field}");
        let log = desk.vault.snapshot().unwrap().audit(1).unwrap();
        let fields: Vec<_> =
            log.last().unwrap().changes[0].fields.iter().map(|f| f.field.clone()).collect();
        assert!(fields.iter().any(|f| f == field), "{field}: {fields:?}");
        assert_eq!(desk.key(made.id).updated_at, at(n));
        let before = desk.lab.bytes();
        assert!(!desk.edit(made.id, edit, at(n + 500)).unwrap(), "{field} again");
        assert_eq!(desk.lab.bytes(), before, "nothing to change leaves the file as it was");
    }
    desk.check();
}

#[test]
fn one_label_with_a_space_is_not_two_labels() {
    let mut desk = Desk::new();
    let new = NewKey { labels: labels(&[("a", "1 b=2")]), ..new_key("k") };
    let made = create(&mut desk.vault, new, at(0)).unwrap();
    let two = labels(&[("a", "1"), ("b", "2")]);
    let edit = KeyEdit { labels: Some(two.clone()), ..KeyEdit::default() };
    assert!(desk.edit(made.id, edit, at(1)).unwrap(), "the edit was taken for no change");
    assert_eq!(desk.key(made.id).labels, two);
}

#[test]
fn a_revoked_key_is_not_edited() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    revoke(&mut desk.vault, made.id, at(1));
    for (_, edit) in edits() {
        let refused = refusal(desk.edit(made.id, edit, at(2)));
        assert_eq!(refused, Refusal::Revoked { id: made.id });
    }
}

#[test]
fn a_window_must_have_room_and_a_new_expiry_must_lie_ahead() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    let expires = |e| KeyEdit { expires: Some(e), ..KeyEdit::default() };
    for past in [-1, 0, 9, 10] {
        let refused = refusal(desk.edit(made.id, expires(Expiry::At(at(past))), at(10)));
        assert!(matches!(refused, Refusal::ExpiryPast { .. }), "{past}");
    }
    desk.edit(made.id, expires(Expiry::At(at(100))), at(10)).unwrap();
    for late in [100, 101] {
        let edit = KeyEdit { not_before: Some(Some(at(late))), ..KeyEdit::default() };
        assert_eq!(refusal(desk.edit(made.id, edit, at(10))), Refusal::NeverValid);
    }
    let both = KeyEdit {
        not_before: Some(Some(at(500))),
        expires: Some(Expiry::At(at(501))),
        ..KeyEdit::default()
    };
    desk.edit(made.id, both, at(10)).unwrap();
    let new = |start, end| NewKey {
        not_before: Some(at(start)),
        expires: Expiry::At(at(end)),
        ..new_key("new")
    };
    assert_eq!(refusal(create(&mut desk.vault, new(20, 20), at(10))), Refusal::NeverValid);
    let past = refusal(create(&mut desk.vault, new(5, 10), at(10)));
    assert!(matches!(past, Refusal::ExpiryPast { .. }));
    create(&mut desk.vault, new(20, 21), at(10)).unwrap();
}

#[test]
fn an_expired_key_can_be_given_more_time_and_edited_otherwise() {
    let mut desk = Desk::new();
    let new = NewKey { expires: Expiry::At(at(10)), ..new_key("k") };
    let made = create(&mut desk.vault, new, at(0)).unwrap();
    let note = KeyEdit { note: Some(Note::parse("late").ok()), ..KeyEdit::default() };
    assert!(desk.edit(made.id, note, at(20)).unwrap());
    assert_eq!(code(&mut desk.vault, &made.token, at(20)), Code::Expired);
    let never = KeyEdit { expires: Some(Expiry::Never), ..KeyEdit::default() };
    assert!(desk.edit(made.id, never, at(21)).unwrap());
    assert_eq!(code(&mut desk.vault, &made.token, at(21)), Code::Valid);
}

#[test]
fn a_key_without_scopes_can_do_nothing() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    let set = |edit| KeyEdit { scopes: Some(edit), ..KeyEdit::default() };
    let remove = ScopeEdit::Remove(vec![scope("orders:read"), scope("never:had")]);
    assert!(desk.edit(made.id, set(remove), at(1)).unwrap());
    assert_eq!(code(&mut desk.vault, &made.token, at(1)), Code::InsufficientScope);
    let all: ScopeSet = [scope("*")].into_iter().collect();
    assert!(desk.edit(made.id, set(ScopeEdit::Set(all)), at(2)).unwrap());
    assert_eq!(code(&mut desk.vault, &made.token, at(2)), Code::Valid);
}

#[test]
fn there_is_a_most_of_everything() {
    let mut desk = Desk::new();
    let short = |count: usize| (0..count).map(|n| scope(&format!("{n}"))).collect::<ScopeSet>();
    let new = NewKey { scopes: short(MAX_ITEMS), ..new_key("most") };
    let made = create(&mut desk.vault, new, at(0)).unwrap();
    let one_more = ScopeEdit::Add(vec![scope("one-more")]);
    let edit = KeyEdit { scopes: Some(one_more), ..KeyEdit::default() };
    assert_eq!(refusal(desk.edit(made.id, edit, at(1))), Refusal::TooMany { what: "scopes" });
    let new = NewKey { scopes: short(MAX_ITEMS + 1), ..new_key("more") };
    assert!(matches!(refusal(create(&mut desk.vault, new, at(1))), Refusal::TooMany { .. }));
    let many: Vec<String> = (0..=MAX_ITEMS).map(|n| format!("c{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let edit = KeyEdit { customers: Some(customers(&many)), ..KeyEdit::default() };
    assert_eq!(refusal(desk.edit(made.id, edit, at(2))), Refusal::TooMany { what: "customers" });
}

#[test]
fn a_key_is_as_large_as_a_bundle_can_carry_and_no_larger() {
    let mut desk = Desk::new();
    // 256 for the fixed part, "alpha" and three bytes a text.
    let room = GRANT_BUDGET - 256 - 8;
    let scopes = |room: usize| -> ScopeSet {
        let (whole, rest) = (room / 103, room % 103);
        let texts = (0..whole).map(|n| format!("{n:0>100}"));
        texts.chain([format!("{:x>1$}", "", rest - 3)]).map(|t| Scope::parse(&t).unwrap()).collect()
    };
    let fits = NewKey { scopes: scopes(room), ..new_key("fits") };
    let made = create(&mut desk.vault, fits, at(0)).unwrap();
    assert_eq!(desk.key(made.id).grant_size(), GRANT_BUDGET);
    let large = NewKey { scopes: scopes(room + 1), ..new_key("large") };
    let refused = refusal(create(&mut desk.vault, large, at(0)));
    assert_eq!(refused, Refusal::TooLarge { size: GRANT_BUDGET + 1 });
    let edit = KeyEdit { labels: Some(labels(&[("a", "b")])), ..KeyEdit::default() };
    let refused = refusal(desk.edit(made.id, edit, at(1)));
    assert_eq!(refused, Refusal::TooLarge { size: GRANT_BUDGET + 8 });
    // At its limit it can still be ended, and rotated.
    desk.begin(made.id, Some("1d"), at(2));
    revoke(&mut desk.vault, made.id, at(3));
    desk.check();
}

#[test]
fn what_is_given_twice_is_there_once() {
    let mut desk = Desk::new();
    let new = NewKey { customers: customers(&["b", "a", "b"]), ..new_key("k") };
    let made = create(&mut desk.vault, new, at(0)).unwrap();
    assert_eq!(desk.key(made.id).customers, customers(&["b", "a"]));
    let edit = KeyEdit { customers: Some(customers(&["b", "a", "a"])), ..KeyEdit::default() };
    assert!(!desk.edit(made.id, edit, at(1)).unwrap());
}

#[test]
fn what_does_not_exist_is_not_edited() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    super::super::support::act(&mut desk.vault, keyctl_vault::Verb::Delete, at(1), |tx| {
        issue::delete(tx, made.id, None, at(1))
    })
    .unwrap();
    let edited = desk.edit(made.id, KeyEdit::default(), at(2));
    assert!(matches!(edited, Err(issue::IssueError::NotFound { .. })));
}
