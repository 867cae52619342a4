//! Every line of the contract of `rotate`.

use keyctl_vault::MAX_GENERATIONS;
use keyctl_vault::issue::{self, Expiry, Refusal, RotateNote, Rotation};
use keyctl_vault::{Records, Verb};
use keyctl_verify::{Code, Request, Status, Warning};

use super::super::support::{DAY, HOUR, act, at, code, create, make, new_key, revoke};
use super::{Desk, begin, refusal};

#[test]
fn without_a_grace_the_old_token_ends_at_once() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    let new = desk.begin(made.id, None, at(10));
    assert_eq!(code(&mut desk.vault, &made.token, at(10)), Code::Superseded);
    assert_eq!(code(&mut desk.vault, &new, at(10)), Code::Valid);
    let key = desk.key(made.id);
    assert_eq!((key.generation, key.generations.len()), (2, 2));
    assert_eq!((key.created_at, key.updated_at), (at(0), at(10)));
    assert_eq!(key.name.as_str(), "k");
}

#[test]
fn a_grace_ends_at_its_instant() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    let new = desk.begin(made.id, Some("24h"), at(10));
    let end = 10 + 24 * HOUR;
    for (time, expected) in [
        (10, Code::Valid),
        (end - 1, Code::Valid),
        (end, Code::Superseded),
        (end + 1, Code::Superseded),
    ] {
        assert_eq!(code(&mut desk.vault, &made.token, at(time)), expected, "{time}");
        assert_eq!(code(&mut desk.vault, &new, at(time)), Code::Valid);
    }
    let snapshot = desk.vault.snapshot().unwrap();
    let said = issue::verify(&snapshot, &made.token, &Request::default(), at(11)).unwrap();
    assert_eq!(said.warnings(), [Warning::InGrace]);
    assert_eq!(said.key().unwrap().valid_until, Some(at(end)));
    let said = issue::verify(&snapshot, &new, &Request::default(), at(11)).unwrap();
    assert_eq!(said.warnings(), []);
}

#[test]
fn a_second_rotation_in_grace_ends_the_oldest_and_says_so() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    let second = desk.begin(made.id, Some("24h"), at(10));
    let rotated = desk.rotate(made.id, begin(Some("1h")), at(20)).unwrap();
    assert_eq!(rotated.notes, [RotateNote::OldestEnded(1)]);
    let third = rotated.token.unwrap();
    let codes = |desk: &mut Desk, time| {
        [&made.token, &second, third.expose_token()].map(|t| code(&mut desk.vault, t, at(time)))
    };
    assert_eq!(codes(&mut desk, 20), [Code::Superseded, Code::Valid, Code::Valid]);
    assert_eq!(codes(&mut desk, 20 + HOUR), [Code::Superseded, Code::Superseded, Code::Valid]);
    // And cancelling goes back to the second and not to the first.
    desk.rotate(made.id, Rotation::Cancel, at(30)).unwrap();
    assert_eq!(codes(&mut desk, 30), [Code::Superseded, Code::Valid, Code::Superseded]);
    assert_eq!(desk.key(made.id).generation, 2);
}

#[test]
fn finish_ends_the_grace_and_changes_nothing_twice() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    assert!(!desk.rotate(made.id, Rotation::Finish, at(5)).unwrap().changed.is_changed());
    let new = desk.begin(made.id, Some("24h"), at(10));
    let finished = desk.rotate(made.id, Rotation::Finish, at(20)).unwrap();
    assert!(finished.changed.is_changed() && finished.token.is_none());
    assert_eq!(code(&mut desk.vault, &made.token, at(20)), Code::Superseded);
    assert_eq!(code(&mut desk.vault, &new, at(20)), Code::Valid);
    let generation = desk.generation();
    assert!(!desk.rotate(made.id, Rotation::Finish, at(21)).unwrap().changed.is_changed());
    assert_eq!(desk.generation(), generation);
}

#[test]
fn cancel_goes_back_to_the_old_token_and_its_number() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    let cancelled = desk.begin(made.id, Some("24h"), at(10));
    desk.rotate(made.id, Rotation::Cancel, at(20)).unwrap();
    for time in [20, 30, 8 * DAY] {
        assert_eq!(code(&mut desk.vault, &made.token, at(time)), Code::Valid);
        assert_eq!(code(&mut desk.vault, &cancelled, at(time)), Code::Superseded);
    }
    let key = desk.key(made.id);
    assert_eq!((key.generation, key.current().valid_until), (1, None));
    // The number of the cancelled one is never used again.
    desk.begin(made.id, None, at(40));
    assert_eq!(desk.key(made.id).generation, 3);
    let numbers: Vec<u32> = desk.key(made.id).generations.iter().map(|g| g.n).collect();
    assert_eq!(numbers, [1, 2, 3]);
}

#[test]
fn cancel_works_only_during_grace() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    let not_in_grace = Refusal::NotInGrace { id: made.id };
    let refused = |desk: &mut Desk, time| {
        let before = desk.lab.bytes();
        assert_eq!(refusal(desk.rotate(made.id, Rotation::Cancel, at(time))), not_in_grace);
        assert_eq!(desk.lab.bytes(), before);
    };
    refused(&mut desk, 1);
    desk.begin(made.id, None, at(10));
    refused(&mut desk, 10);
    desk.begin(made.id, Some("1h"), at(20));
    refused(&mut desk, 20 + HOUR);
    desk.begin(made.id, Some("1h"), at(3 * HOUR));
    desk.rotate(made.id, Rotation::Finish, at(3 * HOUR + 1)).unwrap();
    refused(&mut desk, 3 * HOUR + 1);
    desk.begin(made.id, Some("1h"), at(5 * HOUR));
    desk.rotate(made.id, Rotation::Cancel, at(5 * HOUR + 1)).unwrap();
    refused(&mut desk, 5 * HOUR + 1);
}

#[test]
fn what_is_revoked_or_expired_is_not_rotated() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    desk.begin(made.id, Some("24h"), at(1));
    revoke(&mut desk.vault, made.id, at(2));
    let revoked = Refusal::Revoked { id: made.id };
    for how in [begin(None), begin(Some("1h")), Rotation::Finish, Rotation::Cancel] {
        assert_eq!(refusal(desk.rotate(made.id, how, at(3))), revoked);
    }
    let expires = Expiry::After("1h".parse().unwrap());
    let new = issue::NewKey { expires, ..new_key("e") };
    let made = create(&mut desk.vault, new, at(0)).unwrap();
    let expired = Refusal::Expired { id: made.id };
    assert_eq!(refusal(desk.rotate(made.id, begin(None), at(HOUR))), expired);
    desk.rotate(made.id, begin(None), at(HOUR - 1)).unwrap();
}

#[test]
fn disabled_and_pending_stay_so() {
    let mut desk = Desk::new();
    let pending = issue::NewKey { not_before: Some(at(DAY)), ..new_key("p") };
    let pending = create(&mut desk.vault, pending, at(0)).unwrap();
    let disabled = make(&mut desk.vault, "d", at(0));
    act(&mut desk.vault, Verb::Disable, at(1), |tx| issue::disable(tx, disabled.id, at(1)))
        .unwrap();
    for (made, status, said) in [
        (&pending, Status::Pending, Code::NotYetValid),
        (&disabled, Status::Inactive, Code::Disabled),
    ] {
        let new = desk.begin(made.id, Some("7d"), at(10));
        assert_eq!(desk.key(made.id).status(at(11)), status);
        assert_eq!(code(&mut desk.vault, &made.token, at(11)), said);
        assert_eq!(code(&mut desk.vault, &new, at(11)), said);
    }
    act(&mut desk.vault, Verb::Enable, at(20), |tx| issue::enable(tx, disabled.id, at(20)))
        .unwrap();
    assert_eq!(code(&mut desk.vault, &disabled.token, at(20)), Code::Valid);
    assert_eq!(code(&mut desk.vault, &pending.token, at(DAY)), Code::Valid);
}

#[test]
fn a_grace_of_more_than_seven_days_is_refused() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    for asked in ["604801s", "169h", "8d", "2w", "1mo", "1y"] {
        let before = desk.lab.bytes();
        let refused = refusal(desk.rotate(made.id, begin(Some(asked)), at(1)));
        assert!(matches!(refused, Refusal::GraceTooLong { .. }), "{asked}");
        assert_eq!(desk.lab.bytes(), before);
    }
    for (n, asked) in (2..).zip(["7d", "1w", "168h", "604800s", "1s"]) {
        desk.begin(made.id, Some(asked), at(n));
    }
}

/// From the middle of November a month has 30 days, from the middle of December 31.
#[test]
fn a_month_of_grace_is_compared_by_its_end() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    let max = issue::PolicyEdit { max_grace: "30d".parse().ok(), ..Default::default() };
    act(&mut desk.vault, Verb::Policy, at(0), |tx| issue::edit_policy(tx, &max)).unwrap();
    desk.begin(made.id, Some("1mo"), at(1));
    let refused = refusal(desk.rotate(made.id, begin(Some("1mo")), at(30 * DAY)));
    assert!(matches!(refused, Refusal::GraceTooLong { .. }));
}

#[test]
fn a_grace_never_goes_past_the_old_expiry() {
    let mut desk = Desk::new();
    for (text, expires) in
        [("date", Expiry::At(at(HOUR))), ("duration", Expiry::After("1h".parse().unwrap()))]
    {
        let new = issue::NewKey { expires, ..new_key(text) };
        let made = create(&mut desk.vault, new, at(0)).unwrap();
        let rotated = desk.rotate(made.id, begin(Some("24h")), at(10)).unwrap();
        assert_eq!(rotated.notes, [RotateNote::GraceShortened(at(HOUR))]);
        let old = desk.key(made.id).generation(1).unwrap().valid_until;
        assert_eq!(old, Some(at(HOUR)));
        assert_eq!(code(&mut desk.vault, &made.token, at(HOUR - 1)), Code::Valid);
        assert_eq!(code(&mut desk.vault, &made.token, at(HOUR)), Code::Superseded);
    }
    let new = issue::NewKey { expires: Expiry::At(at(HOUR)), ..new_key("short") };
    let made = create(&mut desk.vault, new, at(0)).unwrap();
    let fits = desk.rotate(made.id, begin(Some("30m")), at(10)).unwrap();
    assert_eq!(fits.notes, []);
}

#[test]
fn a_duration_starts_anew_and_a_date_stays() {
    let mut desk = Desk::new();
    let duration = Expiry::After("30d".parse().unwrap());
    let made = create(&mut desk.vault, issue::NewKey { expires: duration, ..new_key("a") }, at(0));
    let made = made.unwrap();
    desk.begin(made.id, None, at(10 * DAY));
    assert_eq!(desk.key(made.id).expires_at, Some(at(40 * DAY)));
    let date = Expiry::At(at(30 * DAY));
    let made = create(&mut desk.vault, issue::NewKey { expires: date, ..new_key("b") }, at(0));
    let made = made.unwrap();
    desk.begin(made.id, None, at(10 * DAY));
    assert_eq!(desk.key(made.id).expires_at, Some(at(30 * DAY)));
    let made = make(&mut desk.vault, "c", at(0));
    desk.begin(made.id, None, at(10 * DAY));
    assert_eq!(desk.key(made.id).expires_at, None);
}

#[test]
fn cancel_brings_the_old_expiry_back() {
    let mut desk = Desk::new();
    let expires = Expiry::After("30d".parse().unwrap());
    let made = create(&mut desk.vault, issue::NewKey { expires, ..new_key("a") }, at(0)).unwrap();
    for start in [5, 10] {
        desk.begin(made.id, Some("2d"), at(start * DAY));
        assert_eq!(desk.key(made.id).expires_at, Some(at((start + 30) * DAY)));
        desk.rotate(made.id, Rotation::Cancel, at((start + 1) * DAY)).unwrap();
        let key = desk.key(made.id);
        assert_eq!(key.expires_at, Some(at(30 * DAY)));
        assert_eq!(key.lifetime.map(|l| l.to_string()).as_deref(), Some("30d"));
    }
    assert_eq!(code(&mut desk.vault, &made.token, at(30 * DAY - 1)), Code::Valid);
    assert_eq!(code(&mut desk.vault, &made.token, at(30 * DAY)), Code::Expired);
}

#[test]
fn cancel_keeps_an_expiry_that_was_given_during_the_grace() {
    let mut desk = Desk::new();
    for (text, given) in [("a", Expiry::At(at(2 * DAY))), ("b", Expiry::Never)] {
        let expires = Expiry::After("30d".parse().unwrap());
        let new = issue::NewKey { expires, ..new_key(text) };
        let made = create(&mut desk.vault, new, at(0)).unwrap();
        desk.begin(made.id, Some("7d"), at(10));
        let edit = issue::KeyEdit { expires: Some(given), ..issue::KeyEdit::default() };
        desk.edit(made.id, edit, at(20)).unwrap();
        let cancelled = desk.rotate(made.id, Rotation::Cancel, at(30)).unwrap();
        assert_eq!(cancelled.notes, [RotateNote::ExpiryKept]);
        let expected = if given == Expiry::Never { None } else { Some(at(2 * DAY)) };
        assert_eq!(desk.key(made.id).expires_at, expected);
    }
}

#[test]
fn generations_are_bounded_and_the_oldest_become_unknown() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    let mut tokens = vec![made.token.clone()];
    for n in 1..=MAX_GENERATIONS + 10 {
        tokens.push(desk.begin(made.id, None, at(i64::try_from(n).unwrap())));
    }
    let key = desk.key(made.id);
    assert_eq!(key.generations.len(), MAX_GENERATIONS);
    assert_eq!(key.generation as usize, MAX_GENERATIONS + 11);
    let (forgotten, known) = tokens.split_at(11);
    for token in forgotten {
        assert_eq!(code(&mut desk.vault, token, at(1000)), Code::Unknown);
    }
    let (current, superseded) = known.split_last().unwrap();
    for token in superseded {
        assert_eq!(code(&mut desk.vault, token, at(1000)), Code::Superseded);
    }
    assert_eq!(code(&mut desk.vault, current, at(1000)), Code::Valid);
    desk.check();
}

#[test]
fn a_hundred_rotations_in_one_change_are_a_hundred_generations() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    act(&mut desk.vault, Verb::Rotate, at(1), |tx| {
        (0..150).try_for_each(|_| issue::rotate(tx, made.id, begin(Some("1d")), at(1)).map(drop))
    })
    .unwrap();
    desk.check();
    let key = desk.key(made.id);
    assert_eq!((key.generation, key.generations.len()), (151, MAX_GENERATIONS));
    assert_eq!(code(&mut desk.vault, &made.token, at(1)), Code::Unknown);
    let snapshot = desk.vault.snapshot().unwrap();
    let in_grace = key.generations.iter().filter(|g| g.valid_until == Some(at(1 + DAY))).count();
    assert_eq!(in_grace, 1, "one old token at most is in grace");
    assert!(snapshot.key_with_public_id(key.generations[0].public_id).unwrap().is_some());
}
