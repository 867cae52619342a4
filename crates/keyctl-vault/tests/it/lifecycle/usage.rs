//! Last-used: receipts are kept, counted in, folded in, and believed only when they are genuine.

use keyctl_vault::issue::{
    self, ImportReport, ReadReceipts, ReceiptBox, Seen, change, import, verify,
};
use keyctl_vault::{UnlockedVault, Verb};
use keyctl_verify::{Code, KeyId, Receipt, Request, Timestamp, Token};

use super::super::support::{DAY, Lab, MINUTE, Made, act, at, by, make, new_key, revoke};
use super::Desk;

/// A time is kept to the minute.
fn minute(seconds: i64) -> Timestamp {
    let unix = at(seconds).unix();
    Timestamp::from_unix(unix - unix % 60).unwrap()
}

impl Desk {
    fn receipts(&self) -> ReceiptBox {
        ReceiptBox::new(&self.lab.state(), &self.vault.id())
    }

    /// Verifies, and keeps the receipt.
    fn use_token(&mut self, token: &str, now: i64) -> Receipt {
        let receipt = receipt(&mut self.vault, token, now);
        self.receipts().keep(&receipt).unwrap();
        receipt
    }

    /// Last-used as the vault has it, and with what has gathered counted in.
    fn last_used(&mut self, id: KeyId, now: i64) -> (Option<Timestamp>, Option<Timestamp>) {
        let (stored, seen) = (self.key(id), Seen::load(&self.receipts()));
        let mut shown = stored.clone();
        let snapshot = self.vault.snapshot().unwrap();
        seen.count_in(&mut shown, keyctl_vault::Records::brand(&snapshot), at(now));
        (stored.last_used_at(), shown.last_used_at())
    }

    fn import(&mut self, lines: &[&str], now: i64) -> ImportReport {
        let mut read = ReadReceipts::default();
        assert!(lines.iter().all(|line| read.push(line)));
        act(&mut self.vault, Verb::Usage, at(now), |tx| import(tx, &read, at(now))).unwrap()
    }

    /// Some change, which folds receipts in.
    fn change(&mut self, text: &str, now: i64) {
        let receipts = self.receipts();
        change(&mut self.vault, &by(at(now)), Verb::Create, &receipts, |tx| {
            issue::create(tx, new_key(text), at(now))
        })
        .unwrap();
    }
}

fn receipt(vault: &mut UnlockedVault, token: &str, now: i64) -> Receipt {
    let snapshot = vault.snapshot().unwrap();
    let verified = verify(&snapshot, token, &Request::default(), at(now)).unwrap();
    verified.receipt(at(now), None).unwrap()
}

fn forged(made: &Made, now: i64, code: Code) -> Receipt {
    let token = Token::parse(&made.token).unwrap();
    Receipt::new(&token.digest(), token.prefix().clone(), at(now), code, None)
}

#[test]
fn the_box_keeps_one_receipt_a_token_and_minute() {
    let mut desk = Desk::new();
    let (a, b) = (make(&mut desk.vault, "a", at(0)), make(&mut desk.vault, "b", at(0)));
    for now in [0, 1, 2, 60, 61, 120, 30] {
        desk.use_token(&a.token, now);
    }
    desk.use_token(&b.token, 10);
    let mut kept: Vec<_> = desk.receipts().all().iter().map(Receipt::time).collect();
    kept.sort();
    assert_eq!(kept, [minute(10), minute(120)]);
}

#[test]
fn a_use_shows_at_once_and_is_folded_in_by_the_next_change() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    assert_eq!(desk.last_used(made.id, 0), (None, None));
    desk.use_token(&made.token, 3600);
    let generation = desk.generation();
    assert_eq!(desk.last_used(made.id, 3600), (None, Some(minute(3600))));
    assert_eq!(desk.generation(), generation, "verification never writes the vault");
    desk.change("other", 7200);
    assert_eq!(desk.last_used(made.id, 7200).0, Some(minute(3600)));
    assert!(desk.receipts().all().is_empty(), "what was folded in is forgotten");
    let log = desk.vault.snapshot().unwrap().audit(generation + 1).unwrap();
    assert_eq!((log.len(), log[0].uses), (1, 1));
    assert_eq!(desk.key(made.id).updated_at, at(0), "a use is no update");
    desk.check();
}

#[test]
fn a_change_that_changes_nothing_or_fails_keeps_the_receipts() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    desk.use_token(&made.token, 60);
    let (receipts, before) = (desk.receipts(), desk.lab.bytes());
    let author = by(at(100));
    let nothing = change(&mut desk.vault, &author, Verb::Enable, &receipts, |tx| {
        issue::enable(tx, made.id, at(100))
    });
    assert!(!nothing.unwrap().is_changed());
    let failed = change(&mut desk.vault, &author, Verb::Create, &receipts, |tx| {
        issue::create(tx, new_key("k"), at(100))
    });
    assert!(failed.is_err());
    assert_eq!(desk.lab.bytes(), before);
    assert_eq!(desk.receipts().all().len(), 1);
}

#[test]
fn receipts_of_deleted_keys_do_not_keep_a_change_from_being_made() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    desk.use_token(&made.token, 60);
    act(&mut desk.vault, Verb::Delete, at(70), |tx| issue::delete(tx, made.id, None, at(70)))
        .unwrap();
    desk.change("other", 80);
    assert!(desk.receipts().all().is_empty());
    desk.check();
}

#[test]
fn each_generation_has_its_own_last_use() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    let new = desk.begin(made.id, Some("1d"), at(1));
    desk.use_token(&new, 60);
    desk.use_token(&made.token, 600);
    desk.change("other", 700);
    let key = desk.key(made.id);
    let last = |n| key.generation(n).unwrap().last_used_at;
    assert_eq!((last(1), last(2)), (Some(minute(600)), Some(minute(60))));
    assert_eq!(key.last_used_at(), Some(minute(600)));
}

#[test]
fn importing_is_idempotent_and_never_lowers() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    let lines: Vec<String> =
        [600, 60, 1200, 600].map(|t| receipt(&mut desk.vault, &made.token, t).to_string()).into();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let first = desk.import(&lines, 2000);
    assert_eq!((first.lines, first.counted, first.unchanged), (4, 2, 2));
    assert_eq!(desk.key(made.id).last_used_at(), Some(minute(1200)));
    let before = desk.lab.bytes();
    for lines in [&lines[..], &lines[..2], &lines[2..]] {
        let again = desk.import(lines, 3000);
        assert_eq!((again.counted, again.unchanged), (0, again.lines));
    }
    assert_eq!(desk.lab.bytes(), before, "nothing new changes nothing");
    assert_eq!(desk.key(made.id).last_used_at(), Some(minute(1200)));
}

#[test]
fn forged_future_and_foreign_receipts_are_rejected() {
    let mut desk = Desk::new();
    let (a, b) = (make(&mut desk.vault, "a", at(0)), make(&mut desk.vault, "b", at(0)));
    let (token_a, token_b) = (Token::parse(&a.token).unwrap(), Token::parse(&b.token).unwrap());
    // Made with the digest of another token.
    let prefix = token_a.prefix().clone();
    let crossed = Receipt::new(&token_b.digest(), prefix, at(60), Code::Valid, None).to_string();
    let mut changed = forged(&a, 60, Code::Valid).to_string();
    changed.replace_range(changed.len() - 1.., if changed.ends_with('0') { "1" } else { "0" });
    let future = forged(&a, 1000 + 300 + MINUTE, Code::Valid).to_string();
    let denied = forged(&a, 60, Code::Revoked).to_string();
    let other = Lab::new();
    let foreign = make(&mut other.open(), "k", at(0));
    let foreign = forged(&foreign, 60, Code::Valid).to_string();
    let lines = [&crossed, &changed, &future, &denied, &foreign, "garbage", ""];
    let report = desk.import(&lines, 1000);
    let expected = ImportReport { lines: 7, counted: 0, unchanged: 1, unknown: 1, rejected: 5 };
    assert_eq!(report, expected);
    assert_eq!(desk.key(a.id).last_used_at(), None);
    let near = forged(&a, 1000 + 240, Code::Valid).to_string();
    assert_eq!(desk.import(&[&near], 1000).counted, 1, "clocks may differ a little");
}

#[test]
fn a_receipt_of_another_environment_is_not_this_tokens() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    let token = Token::parse(&made.token).unwrap();
    let prefix = token.prefix().to_string().replacen("_dev_", "_prod_", 1);
    let prefix = keyctl_verify::Prefix::parse(&prefix).unwrap();
    let line = Receipt::new(&token.digest(), prefix, at(60), Code::Valid, None).to_string();
    assert_eq!(desk.import(&[&line], 100).rejected, 1);
}

#[test]
fn only_a_valid_use_counts_and_a_revoked_keys_history_stays() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    desk.use_token(&made.token, 60);
    desk.change("one", 100);
    revoke(&mut desk.vault, made.id, at(200));
    let denied = desk.use_token(&made.token, 600);
    assert_eq!(denied.code(), Code::Revoked);
    desk.change("two", 700);
    assert_eq!(desk.last_used(made.id, 700), (Some(minute(60)), Some(minute(60))));
}

#[test]
fn a_denial_does_not_displace_the_use_before_it() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    desk.use_token(&made.token, 60);
    act(&mut desk.vault, Verb::Disable, at(100), |tx| issue::disable(tx, made.id, at(100)))
        .unwrap();
    desk.use_token(&made.token, 600);
    assert_eq!(desk.last_used(made.id, 700).1, Some(minute(60)));
}

#[test]
fn a_receipt_from_a_clock_ahead_does_not_hide_the_uses_after_it() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    desk.use_token(&made.token, 900 * DAY);
    desk.use_token(&made.token, 600);
    assert_eq!(desk.last_used(made.id, 700).1, Some(minute(600)));
}

#[test]
fn what_lies_in_the_box_and_is_no_receipt_is_passed_over() {
    let mut desk = Desk::new();
    let made = make(&mut desk.vault, "k", at(0));
    desk.use_token(&made.token, 60);
    let folder = desk.lab.state().join("receipts").join(desk.vault.id());
    let log = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path());
    let log = log.into_iter().find(|p| p.extension().is_some_and(|e| e == "log")).unwrap();
    let mut contents = std::fs::read(&log).unwrap();
    contents.splice(0..0, *b"garbage\n\xff\xfe\n\nkcr1 x\n");
    std::fs::write(&log, contents).unwrap();
    std::fs::write(folder.join("zz.log"), [0xff; 100]).unwrap();
    desk.change("other", 100);
    assert_eq!(desk.key(made.id).last_used_at(), Some(minute(60)));
}
