//! A new root key: nothing of the old slots is left in the file, nothing of the old state is
//! accepted in the new one, and a crash at any point leaves the one or the other.

use std::fs;

use keyctl_vault::issue::{IssueError, delete, reveal};
use keyctl_vault::{
    ExportSlot, Finding, Identities, Recipient, RecoveryKey, RekeyOptions, Rekeyed, Role, Secret,
    SlotChoice, UnlockedVault, VaultError, Verb,
};
use keyctl_verify::Code;

use super::gap::pin_file;
use super::support::{
    Attacker, KEYFILE, Lab, Made, PASSPHRASE, TABLES, act, at, by, code, create, is_integrity,
    keyfile, make, name, new_key, passphrase,
};

/// Opens the recipient's slot of [`with_recipient`].
const IDENTITY: &str = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
const RECIPIENT: &str = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

fn identity() -> Secret {
    Secret::Identity(Identities::parse(IDENTITY).unwrap())
}

fn options(secret: &Secret) -> RekeyOptions<'_> {
    RekeyOptions { secret, keep_bundle_key: false, with_recovery: false }
}

fn rekey(vault: &mut UnlockedVault) -> Rekeyed {
    try_rekey(vault).unwrap()
}

fn try_rekey(vault: &mut UnlockedVault) -> Result<Rekeyed, VaultError> {
    let secret = keyfile(KEYFILE);
    vault.rekey(&by(at(50)), &options(&secret), |_| Ok(()))
}

/// A vault with a slot of every kind and role, and a bit of history.
fn with_slots() -> (Lab, Vec<Made>) {
    let (lab, made) = Lab::new().with_keys(5);
    let mut vault = lab.open();
    let author = by(at(2));
    for (slot, role, byte) in [("reader", Role::Viewer, 7), ("nightly", Role::Exporter, 8)] {
        vault.add_slot(&author, &name(slot), role, &keyfile(byte)).unwrap();
    }
    let recipient = Recipient::parse(RECIPIENT).unwrap();
    vault.add_recipient_slot(&author, &name("alice"), Role::Viewer, recipient).unwrap();
    vault.add_recovery_slot(&author, &name("recovery"), Role::Admin, |_| Ok(())).unwrap();
    vault.remove_slot(&author, "nightly").unwrap();
    (lab, made)
}

#[test]
fn everything_is_there_afterwards_and_checks_out() {
    let (lab, made) = with_slots();
    let truth = lab.truth(&made, at(60));
    let before = lab.look().unwrap();
    let mut vault = lab.open();
    let old = vault.vault_key();
    let rekeyed = rekey(&mut vault);
    assert_ne!(rekeyed.vault_key, old);
    assert!(rekeyed.untidy.is_none());
    assert_eq!(vault.vault_key(), rekeyed.vault_key);
    // The process that did it goes on, and so does another one.
    make(&mut vault, "afterwards", at(61));
    drop(vault);
    let found = lab.examine(&lab.truth(&made, at(60)));
    assert!(found.wrong.is_empty() && found.errors.is_empty() && found.check.is_ok());
    for made in &made {
        assert_eq!(code(&mut lab.open(), &made.token, at(60)), Code::Valid);
    }
    drop(truth);
    assert_eq!(lab.look().unwrap(), before + 2);
    let log = lab.open().snapshot().unwrap().audit(1).unwrap();
    assert_eq!(log.len() as u64, before + 2);
    assert_eq!(log[usize::try_from(before).unwrap()].verb, Verb::Rekey.as_str());
}

#[test]
fn only_the_slot_that_was_used_and_those_of_recipients_open_it() {
    let (lab, _) = with_slots();
    let rekeyed = rekey(&mut lab.open());
    let names = |slots: &[keyctl_vault::SlotInfo]| -> Vec<String> {
        slots
            .iter()
            .map(|slot| format!("{} {} {}", slot.name, slot.kind.as_str(), slot.role))
            .collect()
    };
    assert_eq!(names(&rekeyed.slots), ["robot keyfile admin", "alice x25519 viewer"]);
    assert_eq!(
        names(&rekeyed.lost),
        ["main passphrase admin", "reader keyfile viewer", "recovery recovery admin"]
    );
    for gone in [passphrase(PASSPHRASE), keyfile(7), keyfile(8)] {
        assert!(matches!(lab.unlock(&gone), Err(VaultError::Locked { .. })));
    }
    let mut alice = lab.unlock(&identity()).unwrap();
    assert_eq!((alice.role(), alice.slot()), (Role::Viewer, "alice"));
    alice.snapshot().unwrap().check().unwrap();
    // Nobody has to take the recipient's word for it that this is the vault.
    lab.forget_everything();
    let unvouched = lab.unlock(&identity()).map(drop).unwrap_err();
    assert!(matches!(unvouched, VaultError::Integrity(Finding::Unvouched)), "{unvouched}");
}

#[test]
fn a_new_recovery_key_replaces_the_old_one_and_nothing_else() {
    let (lab, _) = with_slots();
    let mut vault = lab.open();
    let secret = keyfile(KEYFILE);
    let options = RekeyOptions { with_recovery: true, ..options(&secret) };
    let rekeyed = vault.rekey(&by(at(50)), &options, |_| Ok(())).unwrap();
    let slots: Vec<&str> = rekeyed.slots.iter().map(|slot| slot.name.as_str()).collect();
    assert_eq!(slots, ["robot", "alice", "recovery"]);
    let lost: Vec<&str> = rekeyed.lost.iter().map(|slot| slot.name.as_str()).collect();
    assert_eq!(lost, ["main", "reader"]);
    let text = rekeyed.recovery_key.unwrap().expose_text().as_str().to_owned();
    let recovery = Secret::Recovery(RecoveryKey::parse(&text).unwrap());
    assert_eq!(lab.unlock(&recovery).unwrap().role(), Role::Admin);
}

#[test]
fn more_slots_than_a_vault_has_are_refused() {
    let lab = Lab::new();
    let mut vault = lab.open();
    let recipient = Recipient::parse(RECIPIENT).unwrap();
    // `robot` opens it, so with `main` gone there is room for 31 more.
    vault.remove_slot(&by(at(1)), "main").unwrap();
    for n in 0..31 {
        let name = name(&format!("r{n}"));
        vault.add_recipient_slot(&by(at(1)), &name, Role::Viewer, recipient).unwrap();
    }
    let before = lab.bytes();
    let secret = keyfile(KEYFILE);
    let wanted = RekeyOptions { with_recovery: true, ..options(&secret) };
    let refused = vault.rekey(&by(at(50)), &wanted, |_| Ok(()));
    assert!(matches!(refused, Err(VaultError::TooManySlots { limit: 32 })), "{refused:?}");
    assert_eq!(lab.bytes(), before);
    rekey(&mut vault);
}

#[test]
fn a_slot_that_is_only_called_recovery_is_not_dropped_in_silence() {
    let lab = Lab::new();
    let mut vault = lab.open();
    let recipient = Recipient::parse(RECIPIENT).unwrap();
    vault.add_recipient_slot(&by(at(1)), &name("recovery"), Role::Admin, recipient).unwrap();
    vault.add_slot(&by(at(1)), &name("recovery-2"), Role::Viewer, &keyfile(9)).unwrap();
    let secret = keyfile(KEYFILE);
    let options = RekeyOptions { with_recovery: true, ..options(&secret) };
    let rekeyed = vault.rekey(&by(at(50)), &options, |_| Ok(())).unwrap();
    let slots: Vec<&str> = rekeyed.slots.iter().map(|slot| slot.name.as_str()).collect();
    assert_eq!(slots, ["robot", "recovery", "recovery-3"]);
    let lost: Vec<&str> = rekeyed.lost.iter().map(|slot| slot.name.as_str()).collect();
    assert_eq!(lost, ["main", "recovery-2"]);
    assert_eq!(lab.unlock(&identity()).unwrap().slot(), "recovery");
}

#[test]
fn who_opened_it_as_a_recipient_opens_it_again() {
    let lab = Lab::new();
    let recipient = Recipient::parse(RECIPIENT).unwrap();
    lab.open().add_recipient_slot(&by(at(1)), &name("alice"), Role::Admin, recipient).unwrap();
    let secret = identity();
    let mut vault = lab.unlock(&secret).unwrap();
    let rekeyed = vault.rekey(&by(at(2)), &options(&secret), |_| Ok(())).unwrap();
    assert_eq!(rekeyed.slots.len(), 1);
    let mut again = lab.unlock(&identity()).unwrap();
    again.snapshot().unwrap().check().unwrap();
    make(&mut again, "k", at(3));
}

#[test]
fn no_slot_but_an_administrators_can_do_it() {
    let (lab, _) = with_slots();
    let before = lab.bytes();
    let secret = keyfile(7);
    let mut viewer = lab.unlock(&secret).unwrap();
    let refused = viewer.rekey(&by(at(3)), &options(&secret), |_| Ok(())).unwrap_err();
    assert!(matches!(refused, VaultError::Role { .. }), "{refused}");
    assert_eq!(lab.bytes(), before);
}

/// Every piece of 16 bytes of `of`.
fn windows(of: &[u8]) -> impl Iterator<Item = &[u8]> {
    of.windows(16).filter(|window| window.iter().any(|byte| *byte != 0))
}

#[test]
fn nothing_of_the_old_slots_pages_or_heads_stays_in_the_file() {
    let (lab, _) = with_slots();
    let old = lab.attacker();
    let vault_id = old.get("vault", 1).unwrap();
    let mut sealed: Vec<(&str, Vec<u8>)> = Vec::new();
    for table in ["slot", "head", "page", "audit"] {
        sealed.extend(old.rows(table).into_values().map(|row| (table, row)));
    }
    drop(old);
    rekey(&mut lab.open());
    let file = lab.bytes();
    assert!(file.windows(16).any(|window| *window == vault_id[..16]), "the search finds nothing");
    let there: std::collections::HashSet<&[u8]> = file.windows(16).collect();
    // What slots show of themselves in the clear is there again.
    let in_the_clear: Vec<Vec<u8>> = lab.attacker().rows("slot").into_values().collect();
    let is_public = |window: &[u8]| in_the_clear.iter().any(|slot| contains(slot, window));
    for (table, row) in &sealed {
        for window in windows(row) {
            let is_left = there.contains(window) && !(*table == "slot" && is_public(window));
            assert!(!is_left, "16 bytes of a row of '{table}' are still there");
        }
    }
    for (_, slot) in sealed.iter().filter(|(table, _)| *table == "slot") {
        let (id, secret) = (&slot[1..17], &slot[slot.len() - 48..]);
        assert!(!contains(&file, id), "the id of an old slot is still there");
        windows(secret).for_each(|window| assert!(!there.contains(window)));
    }
}

#[test]
fn a_slot_that_was_removed_is_overwritten() {
    let (lab, _) = with_slots();
    let slots = lab.attacker().rows("slot");
    let (_, removed) = slots.iter().find(|(_, slot)| contains(slot, b"reader")).unwrap();
    lab.open().remove_slot(&by(at(3)), "reader").unwrap();
    let file = lab.bytes();
    let there: std::collections::HashSet<&[u8]> = file.windows(16).collect();
    assert!(!windows(removed).any(|window| there.contains(window)));
}

#[test]
fn a_file_of_which_a_quarter_is_free_is_smaller_after_a_rekey() {
    let (lab, _) = with_slots();
    let mut vault = lab.open();
    let ids: Vec<_> = (0..60).map(|n| make(&mut vault, &format!("gone {n}"), at(4)).id).collect();
    for id in ids {
        act(&mut vault, Verb::Delete, at(5), |tx| delete(tx, id, None, at(5))).unwrap();
    }
    let field = |at: usize| u32::from_be_bytes(lab.bytes()[at..at + 4].try_into().unwrap());
    let (pages, free) = (field(28), field(36));
    assert!(free >= pages / 4, "{free} of {pages}");
    rekey(&mut vault);
    assert_eq!(field(36), 0);
    assert!(field(28) <= pages - free);
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[test]
fn nothing_of_the_old_vault_is_accepted_in_the_new_one() {
    let (lab, made) = with_slots();
    let before = lab.attacker();
    let old: Vec<_> = TABLES.iter().map(|table| (*table, before.rows(table))).collect();
    drop(before);
    rekey(&mut lab.open());
    let truth = lab.truth(&made, at(60));
    let (file, mut tried) = (lab.bytes(), 0);
    for (table, rows) in old.iter().filter(|(table, _)| *table != "vault") {
        for (row, d) in rows {
            lab.overwrite(&file);
            splice(&lab.attacker(), table, *row, d);
            // The pin is forgotten: the file alone must not be believed.
            lab.forget_everything();
            let found = lab.examine(&truth);
            assert!(found.wrong.is_empty(), "{table} {row}: {:?}", found.wrong);
            assert!(found.refusals().next().is_some(), "{table} {row} was accepted");
            tried += 1;
        }
    }
    assert!(tried > 20, "only {tried} splices were tried");
}

fn splice(attacker: &Attacker, table: &str, row: i64, d: &[u8]) {
    attacker.put(table, row, Some(d));
}

#[test]
fn an_old_slot_put_back_opens_nothing() {
    let (lab, _) = with_slots();
    let slot = lab.attacker().rows("slot").into_values().next().unwrap();
    rekey(&mut lab.open());
    lab.attacker().put("slot", 9, Some(&slot));
    let mut opened = lab.unlock(&passphrase(PASSPHRASE)).unwrap();
    let refused = opened.snapshot().map(drop).unwrap_err();
    assert!(is_integrity(&refused), "{refused}");
    assert!(is_integrity(&lab.look().unwrap_err()));
}

#[test]
fn the_old_file_put_back_is_another_vault() {
    let (lab, _) = with_slots();
    let old = lab.bytes();
    rekey(&mut lab.open());
    lab.overwrite(&old);
    let refused = lab.look().unwrap_err();
    let is_other = matches!(refused, VaultError::Integrity(Finding::OtherVault { .. }));
    assert!(is_other, "{refused}");
}

fn pin_of(lab: &Lab) -> serde_json::Value {
    serde_json::from_slice(&fs::read(pin_file(lab)).unwrap()).unwrap()
}

/// What the pin says while the commit is about to be made: what was there, and the new key.
fn announced(before: &serde_json::Value, rekeyed: &Rekeyed) -> String {
    let mut pin = before.clone();
    pin["next_vault_key"] = rekeyed.vault_key.to_string().into();
    pin.to_string()
}

#[test]
fn a_crash_before_the_pin_is_no_alarm() {
    let (lab, made) = with_slots();
    let before = pin_of(&lab);
    let rekeyed = rekey(&mut lab.open());
    for changes in 0..3 {
        fs::write(pin_file(&lab), announced(&before, &rekeyed)).unwrap();
        assert!(lab.look().is_ok(), "after {changes} more changes");
        let pin = pin_of(&lab);
        assert_eq!(pin["vault_key"], rekeyed.vault_key.to_string());
        assert!(pin.get("next_vault_key").is_none());
        make(&mut lab.open(), &format!("more {changes}"), at(60));
    }
    assert_eq!(code(&mut lab.open(), &made[0].token, at(61)), Code::Valid);
}

#[test]
fn the_pin_says_what_is_about_to_happen_before_it_does() {
    let (lab, _) = with_slots();
    let before = pin_of(&lab);
    // A pin that lags behind, as after a change whose maker is not yet back to remember it.
    make(&mut lab.open(), "just made", at(40));
    let made = pin_of(&lab);
    fs::write(pin_file(&lab), before.to_string()).unwrap();
    let reader = lab.attacker();
    reader.sql("BEGIN; SELECT count(*) FROM slot");
    let mut announced = std::thread::scope(|scope| {
        let rekey = scope.spawn(|| rekey(&mut lab.open()));
        // The commit waits for the reader.
        let announced = loop {
            assert!(!rekey.is_finished(), "nothing was announced");
            let pin = pin_of(&lab);
            if pin.get("next_vault_key").is_some() {
                break pin;
            }
            std::thread::yield_now();
        };
        assert_eq!(rows_of(&reader), 5, "it has not happened yet");
        reader.sql("COMMIT");
        let rekeyed = rekey.join().unwrap();
        assert_eq!(announced["next_vault_key"], rekeyed.vault_key.to_string());
        announced
    });
    // Killed before the pin: what is there now follows from what was announced.
    fs::write(pin_file(&lab), announced.to_string()).unwrap();
    lab.look().unwrap();
    announced.as_object_mut().unwrap().remove("next_vault_key");
    assert_eq!(announced, made, "it is the state that the rekey starts from");
}

fn rows_of(attacker: &Attacker) -> usize {
    attacker.rows("slot").len()
}

#[test]
fn a_crash_before_the_commit_leaves_the_old_vault() {
    let (lab, _) = with_slots();
    let (before, file) = (pin_of(&lab), lab.bytes());
    let rekeyed = rekey(&mut lab.open());
    lab.overwrite(&file);
    fs::write(pin_file(&lab), announced(&before, &rekeyed)).unwrap();
    let generation = lab.look().unwrap();
    make(&mut lab.open(), "goes on", at(60));
    assert_eq!(lab.look().unwrap(), generation + 1);
    assert!(pin_of(&lab).get("next_vault_key").is_none());
}

#[test]
fn what_was_announced_vouches_for_no_other_history() {
    let (lab, _) = with_slots();
    let (before, file) = (pin_of(&lab), lab.bytes());
    make(&mut lab.open(), "seen", at(55));
    let seen = pin_of(&lab);
    // Somebody with the old file and an administrator's secret rekeys that, at once or after as
    // many changes as were seen.
    for changes in 0..2 {
        lab.overwrite(&file);
        fs::write(pin_file(&lab), before.to_string()).unwrap();
        (0..changes).for_each(|n| drop(make(&mut lab.open(), &format!("other {n}"), at(56))));
        let rekeyed = rekey(&mut lab.open());
        fs::write(pin_file(&lab), announced(&seen, &rekeyed)).unwrap();
        let refused = lab.look().unwrap_err();
        let is_fork = matches!(refused, VaultError::Integrity(Finding::NotContinued { .. }));
        assert!(is_fork, "{changes}: {refused}");
    }
}

#[test]
fn what_cannot_be_handed_over_leaves_the_vault_as_it_was() {
    let (lab, _) = with_slots();
    let (file, pin) = (lab.bytes(), pin_of(&lab));
    let secret = keyfile(KEYFILE);
    let mut vault = lab.open();
    let failed = vault.rekey(&by(at(50)), &options(&secret), |_| Err(VaultError::NoRandom));
    assert!(matches!(failed, Err(VaultError::NoRandom)));
    assert_eq!((lab.bytes(), pin_of(&lab)), (file, pin));
    make(&mut vault, "goes on", at(51));
}

#[test]
fn whoever_was_overtaken_is_told_that_the_slot_is_gone() {
    let (lab, _) = with_slots();
    let (mut reader, mut writer, mut second) = (lab.open(), lab.open(), lab.open());
    let mut exporter = lab.open();
    let mut alice = lab.unlock(&identity()).unwrap();
    let rekeyed = rekey(&mut lab.open());
    let is_gone = |error: &VaultError| matches!(error, VaultError::SlotGone { .. });
    assert!(is_gone(&reader.snapshot().map(drop).unwrap_err()));
    assert!(is_gone(&alice.snapshot().map(drop).unwrap_err()));
    let written = create(&mut writer, new_key("late"), at(51)).unwrap_err();
    assert!(matches!(&written, IssueError::Vault(error) if is_gone(error)), "{written}");
    let refused = try_rekey(&mut second).unwrap_err();
    assert!(is_gone(&refused), "{refused}");
    let to = ExportSlot::Passphrase(keyfile(3));
    let refused = exporter.export(&lab.folder().join("export"), &to, &by(at(51))).unwrap_err();
    assert!(is_gone(&refused), "{refused}");
    // Before the pin is raised, too.
    let mut pin = pin_of(&lab);
    pin["next_vault_key"] = rekeyed.vault_key.to_string().into();
    pin["vault_key"] = reader.vault_key().to_string().into();
    fs::write(pin_file(&lab), pin.to_string()).unwrap();
    assert!(is_gone(&reader.snapshot().map(drop).unwrap_err()));
}

#[test]
fn a_slot_that_is_gone_explains_no_damage() {
    let (lab, _) = with_slots();
    let mut reader = lab.open();
    rekey(&mut lab.open());
    let head = lab.attacker().get("head", 1).unwrap();
    for bit in (0..head.len() * 8).step_by(1_009) {
        lab.attacker().flip("head", 1, bit);
        assert!(is_integrity(&reader.snapshot().map(drop).unwrap_err()), "bit {bit}");
        lab.attacker().flip("head", 1, bit);
    }
}

#[test]
fn a_bundle_key_is_changed_or_kept_and_can_be_used_either_way() {
    let lab = Lab::new();
    let mut vault = lab.open();
    let before = vault.bundle_keys().unwrap();
    let secret = keyfile(KEYFILE);
    let keep = RekeyOptions { keep_bundle_key: true, ..options(&secret) };
    assert!(vault.rekey(&by(at(2)), &keep, |_| Ok(())).unwrap().bundle_key.is_none());
    let kept = vault.bundle_keys().unwrap();
    assert_eq!(kept[0].public, before[0].public);
    let changed = rekey(&mut vault).bundle_key.unwrap();
    let now = vault.bundle_keys().unwrap();
    assert_eq!((now[0].public, now[1].public), (changed, before[0].public));
    assert!(now[1].until.is_some_and(|until| until <= at(50)));
}

#[test]
fn a_token_that_is_kept_can_be_shown_again_and_is_named() {
    let lab = Lab::new();
    let mut vault = lab.open();
    let new = keyctl_vault::issue::NewKey { recoverable: true, ..new_key("kept") };
    let made = create(&mut vault, new, at(1)).unwrap();
    make(&mut vault, "other", at(1));
    assert_eq!(rekey(&mut vault).revealable, [made.id]);
    let shown = act(&mut vault, Verb::Reveal, at(60), |tx| reveal(tx, made.id, None)).unwrap();
    assert_eq!(shown.token.expose_token(), made.token);
}

#[test]
fn a_damaged_vault_is_not_sealed_anew() {
    let (lab, _) = with_slots();
    let file = lab.bytes();
    for table in ["page", "node", "audit", "head", "slot"] {
        lab.overwrite(&file);
        let mut vault = lab.open();
        let row = *lab.attacker().ids(table).first().unwrap();
        lab.attacker().flip(table, row, 150);
        let changed = lab.bytes();
        assert!(is_integrity(&try_rekey(&mut vault).unwrap_err()), "{table}");
        assert_eq!(lab.bytes(), changed, "{table}");
    }
}

#[test]
fn a_slot_by_name_opens_the_rekeyed_vault() {
    let (lab, _) = with_slots();
    rekey(&mut lab.open());
    let robot = SlotChoice::Named("robot".to_owned());
    assert!(lab.locked().unwrap().unlock(&keyfile(KEYFILE), &robot).is_ok());
}
