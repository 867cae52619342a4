//! A slot with a passphrase, bit by bit: each is a wrong passphrase or damage, and costs no more
//! memory and time than the bounds allow.

use std::time::{Duration, Instant};

use keyctl_vault::VaultError;

use super::bench::exit;
use super::{Draw, say};
use crate::support::{Lab, PASSPHRASE, is_integrity, passphrase};

/// The row of the slot with a passphrase.
const MAIN: i64 = 1;
/// Where the parameters of Argon2id are (`docs/vault-format.md`, section 4).
const PARAMS: std::ops::Range<usize> = 27..39;
/// Longer than any slow hash within the bounds takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// What opening with the passphrase says when a bit of its slot is another.
fn flipped(lab: &Lab, bit: usize) -> VaultError {
    lab.attacker().flip("slot", MAIN, bit);
    let start = Instant::now();
    let mut opened = lab.unlock(&passphrase(PASSPHRASE));
    let error = match &mut opened {
        Ok(vault) => vault.snapshot().map(drop).expect_err("a changed slot opens no vault"),
        Err(_) => opened.err().unwrap(),
    };
    assert!(start.elapsed() < PATIENCE, "bit {bit}: {:?}", start.elapsed());
    lab.attacker().flip("slot", MAIN, bit);
    error
}

fn flip_all(bits: impl Iterator<Item = usize>) -> (u32, u32) {
    let lab = Lab::new();
    let (mut damage, mut locked) = (0, 0);
    for bit in bits {
        let error = flipped(&lab, bit);
        match exit(&error) {
            7 => damage += 1,
            4 => locked += 1,
            _ => panic!("bit {bit}: {error:?}"),
        }
        assert!(is_integrity(&error) || matches!(error, VaultError::Locked { .. }), "{error:?}");
    }
    lab.look().unwrap();
    (damage, locked)
}

fn bits() -> usize {
    Lab::new().attacker().get("slot", MAIN).unwrap().len() * 8
}

#[test]
fn some_bits_of_a_slot_with_a_passphrase_are_refused() {
    let (bits, mut draw) = (bits(), Draw(0x510));
    // Of the parameters those that are cheap: of memory one makes it a gibibyte.
    let cheap = [PARAMS.start * 8, PARAMS.start * 8 + 7, PARAMS.end * 8 - 1];
    let some = (0..20).map(|_| draw.below(bits)).filter(|bit| !PARAMS.contains(&(bit / 8)));
    let (damage, locked) = flip_all(some.chain(cheap));
    assert!(damage > 0 && locked > 0, "{damage} {locked}");
}

#[test]
#[ignore = "a minute: every bit, each a slow hash"]
fn every_bit_of_a_slot_with_a_passphrase_is_refused() {
    let (start, bits) = (Instant::now(), bits());
    let (damage, locked) = flip_all(0..bits);
    let time = start.elapsed();
    say(format_args!(
        "{bits} bits of a slot with a passphrase: {damage} damage (7), {locked} a wrong passphrase (4), {time:.0?}"
    ));
}
