//! Verdicts at the exact instants, and a clock that is set back.

use keyctl_vault::issue::{self, Expiry, KeyEdit, NewKey, Refusal, Rotation};
use keyctl_vault::{Note, Verb};
use keyctl_verify::{Code, Status};

use super::super::support::{DAY, HOUR, act, at, code, create, make, new_key, revoke};
use super::{Desk, begin, refusal};

#[test]
fn a_key_is_valid_from_its_first_second_to_before_its_last() {
    let mut desk = Desk::new();
    let window =
        NewKey { not_before: Some(at(100)), expires: Expiry::At(at(200)), ..new_key("window") };
    let made = create(&mut desk.vault, window, at(0)).unwrap();
    for (time, said, status) in [
        (0, Code::NotYetValid, Status::Pending),
        (99, Code::NotYetValid, Status::Pending),
        (100, Code::Valid, Status::Active),
        (199, Code::Valid, Status::Active),
        (200, Code::Expired, Status::Expired),
        (9 * DAY, Code::Expired, Status::Expired),
    ] {
        assert_eq!(code(&mut desk.vault, &made.token, at(time)), said, "{time}");
        assert_eq!(desk.key(made.id).status(at(time)), status, "{time}");
    }
}

#[test]
fn the_reasons_come_in_the_order_of_the_contract() {
    let mut desk = Desk::new();
    let window = NewKey { expires: Expiry::At(at(200)), ..new_key("window") };
    let made = create(&mut desk.vault, window, at(0)).unwrap();
    desk.begin(made.id, None, at(10));
    act(&mut desk.vault, Verb::Disable, at(20), |tx| issue::disable(tx, made.id, at(20))).unwrap();
    assert_eq!(code(&mut desk.vault, &made.token, at(300)), Code::Superseded);
    revoke(&mut desk.vault, made.id, at(30));
    assert_eq!(code(&mut desk.vault, &made.token, at(300)), Code::Revoked);
}

#[test]
fn a_revocation_holds_whatever_the_clock_says() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(1000));
    revoke(&mut desk.vault, made.id, at(2000));
    for time in [-DAY, 0, 999, 1999, 2000, 900 * DAY] {
        assert_eq!(code(&mut desk.vault, &made.token, at(time)), Code::Revoked);
    }
}

#[test]
fn a_change_by_a_clock_that_was_set_back_is_a_change_like_others() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(1000));
    let second = desk.begin(made.id, Some("1h"), at(2000));
    let third = desk.begin(made.id, None, at(500));
    assert_eq!(code(&mut desk.vault, &made.token, at(500)), Code::Superseded);
    assert_eq!(code(&mut desk.vault, &second, at(500)), Code::Superseded);
    assert_eq!(code(&mut desk.vault, &third, at(500)), Code::Valid);
    let numbers: Vec<u32> = desk.key(made.id).generations.iter().map(|g| g.n).collect();
    assert_eq!(numbers, [1, 2, 3]);
    revoke(&mut desk.vault, made.id, at(0));
    assert_eq!(code(&mut desk.vault, &third, at(0)), Code::Revoked);
    desk.check();
    let log = desk.vault.snapshot().unwrap().audit(1).unwrap();
    assert!(log.windows(2).all(|pair| pair[0].generation + 1 == pair[1].generation));
}

#[test]
fn a_cancelled_rotation_stays_cancelled_when_the_clock_is_set_back() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    let cancelled = desk.begin(made.id, Some("24h"), at(1000));
    desk.rotate(made.id, Rotation::Cancel, at(2000)).unwrap();
    // There is no grace any more: nothing to cancel, and no way back to the cancelled token.
    let again = desk.rotate(made.id, Rotation::Cancel, at(1500));
    assert_eq!(refusal(again.map(|_| ())), Refusal::NotInGrace { id: made.id });
    assert_eq!(desk.key(made.id).generation, 1);
    assert_eq!(code(&mut desk.vault, &made.token, at(3000)), Code::Valid);
    assert_eq!(code(&mut desk.vault, &cancelled, at(3000)), Code::Superseded);
}

#[test]
fn a_token_that_was_ended_stays_ended_when_the_clock_is_set_back() {
    let mut desk = Desk::new();
    let (at_once, finished) =
        (make(&mut desk.vault, "a", at(0)), make(&mut desk.vault, "b", at(0)));
    desk.begin(at_once.id, None, at(1000));
    desk.begin(finished.id, Some("1h"), at(1000));
    desk.rotate(finished.id, Rotation::Finish, at(1000)).unwrap();
    // Another machine's clock is a minute behind.
    for time in [1000, 940, 0, -DAY] {
        assert_eq!(code(&mut desk.vault, &at_once.token, at(time)), Code::Superseded);
        assert_eq!(code(&mut desk.vault, &finished.token, at(time)), Code::Superseded);
    }
}

#[test]
fn finish_leaves_no_old_token_although_the_clock_was_set_back() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    let second = desk.begin(made.id, None, at(1000));
    desk.begin(made.id, Some("1h"), at(900));
    desk.rotate(made.id, Rotation::Finish, at(800)).unwrap();
    for old in [&made.token, &second] {
        assert_eq!(code(&mut desk.vault, old, at(801)), Code::Superseded);
        assert_eq!(code(&mut desk.vault, old, at(HOUR)), Code::Superseded);
    }
}

#[test]
fn a_token_that_ended_at_once_is_not_brought_back_by_a_clock_that_is_behind() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    desk.begin(made.id, None, at(1000));
    assert_eq!(code(&mut desk.vault, &made.token, at(995)), Code::Superseded);
    let cancelled = desk.rotate(made.id, Rotation::Cancel, at(995));
    assert_eq!(refusal(cancelled.map(|_| ())), Refusal::NotInGrace { id: made.id });
    let third = desk.begin(made.id, Some("1h"), at(2000));
    desk.rotate(made.id, Rotation::Finish, at(3000)).unwrap();
    assert_eq!(code(&mut desk.vault, &third, at(2995)), Code::Valid);
    let ended = desk.key(made.id).generations.iter().filter(|g| g.valid_until.is_some()).count();
    assert_eq!(ended, 2);
    assert!(desk.key(made.id).in_grace(at(2995)).is_none());
}

#[test]
fn an_expiry_that_was_narrowed_during_the_grace_stays_narrow_when_it_is_cancelled() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    desk.begin(made.id, Some("24h"), at(1000));
    let narrow = KeyEdit { expires: Some(Expiry::At(at(9000))), ..KeyEdit::default() };
    act(&mut desk.vault, Verb::Edit, at(1100), |tx| issue::edit(tx, made.id, narrow, at(1100)))
        .unwrap();
    desk.rotate(made.id, Rotation::Cancel, at(1200)).unwrap();
    assert_eq!(desk.key(made.id).expires_at, Some(at(9000)));
}

/// A grace is a time like an expiry, until something was written after its end.
#[test]
fn a_grace_that_ran_out_is_ended_for_good_by_finishing_it_and_by_any_other_change() {
    for finishes in [true, false] {
        let mut desk = Desk::new();
        let made = make(&mut desk.vault, "k", at(0));
        let new = desk.begin(made.id, Some("1h"), at(1000));
        let (end, back) = (at(1000 + HOUR), at(2000));
        assert_eq!(code(&mut desk.vault, &made.token, end), Code::Superseded);
        assert_eq!(code(&mut desk.vault, &made.token, back), Code::Valid);
        if finishes {
            let finished = desk.rotate(made.id, Rotation::Finish, end).unwrap();
            assert!(finished.changed.is_changed());
        } else {
            let note = KeyEdit { note: Some(Note::parse("x").ok()), ..KeyEdit::default() };
            assert!(desk.edit(made.id, note, end).unwrap());
        }
        assert_eq!(code(&mut desk.vault, &made.token, back), Code::Superseded);
        assert_eq!(code(&mut desk.vault, &new, back), Code::Valid);
        let cancelled = desk.rotate(made.id, Rotation::Cancel, back);
        assert_eq!(refusal(cancelled), Refusal::NotInGrace { id: made.id });
        assert!(!desk.rotate(made.id, Rotation::Finish, end).unwrap().changed.is_changed());
    }
}

#[test]
fn a_change_in_the_grace_ends_none() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    desk.begin(made.id, Some("1h"), at(1000));
    let note = KeyEdit { note: Some(Note::parse("x").ok()), ..KeyEdit::default() };
    assert!(desk.edit(made.id, note, at(1000 + HOUR - 1)).unwrap());
    assert_eq!(code(&mut desk.vault, &made.token, at(1000 + HOUR - 1)), Code::Valid);
    desk.rotate(made.id, Rotation::Cancel, at(1000 + HOUR - 1)).unwrap();
    assert_eq!(desk.key(made.id).generation, 1);
}

#[test]
fn a_key_is_valid_and_can_be_rotated_by_a_clock_before_it_was_made() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    let early = -30 * DAY;
    assert_eq!(code(&mut desk.vault, &made.token, at(early)), Code::Valid);
    let second = desk.begin(made.id, Some("1h"), at(early));
    assert_eq!(code(&mut desk.vault, &made.token, at(early + HOUR - 1)), Code::Valid);
    assert_eq!(code(&mut desk.vault, &made.token, at(early + HOUR)), Code::Superseded);
    let third = desk.rotate(made.id, begin(None), at(early + 1)).unwrap().token.unwrap();
    for time in [early, 0, DAY] {
        for old in [&made.token, &second] {
            assert_eq!(code(&mut desk.vault, old, at(time)), Code::Superseded, "{time}");
        }
        assert_eq!(code(&mut desk.vault, third.expose_token(), at(time)), Code::Valid, "{time}");
    }
    desk.check();
}
