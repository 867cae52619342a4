//! The root key of a vault is in the process's memory while the vault is open, and not any longer.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;

use keyctl_vault::{Reach, UnlockedVault};
use zeroize::Zeroize;

use super::support::{KEYFILE, Lab, PASSPHRASE, at, keyfile, make, passphrase};

const KEY: usize = 32;
const CHUNK: usize = 1 << 16;
/// A session's bytes before its key: version, role and the digest of a slot.
const BEFORE_KEY: usize = 34;

/// A key that cannot be found by looking for it, because it is kept as what it is not.
struct Inverted([u8; KEY]);

impl Inverted {
    /// The root key (`Reach::Admin`), or the key that reads.
    fn of(vault: &UnlockedVault, reach: Reach) -> Self {
        let session = vault.session(reach).unwrap();
        let key = &session.expose_bytes()[BEFORE_KEY..BEFORE_KEY + KEY];
        Inverted(std::array::from_fn(|at| !key[at]))
    }

    /// How often the key is in the memory of this process.
    fn count(&self) -> usize {
        let memory = File::open("/proc/self/mem").unwrap();
        let maps = fs::read_to_string("/proc/self/maps").unwrap();
        let mut buffer = vec![0; CHUNK + KEY];
        let places = maps.lines().filter(|line| line.contains(" rw"));
        let found = places.map(|line| self.count_in(&memory, &range(line), &mut buffer)).sum();
        buffer.zeroize();
        found
    }

    fn count_in(&self, memory: &File, range: &std::ops::Range<u64>, buffer: &mut [u8]) -> usize {
        let mut found = 0;
        for start in range.clone().step_by(CHUNK) {
            let len = (range.end - start).min(buffer.len() as u64);
            let part = &mut buffer[..usize::try_from(len).unwrap()];
            // What another thread has given back meanwhile cannot be read.
            if memory.read_exact_at(part, start).is_ok() {
                found += self.count_among(part);
            }
        }
        found
    }

    fn count_among(&self, bytes: &[u8]) -> usize {
        let is_key = |at: &usize| {
            let window = bytes[*at..].first_chunk::<KEY>();
            window.is_some_and(|window| window.iter().zip(self.0).all(|(byte, no)| *byte == !no))
        };
        let starts = bytes.len().saturating_sub(KEY).min(CHUNK);
        memchr::memchr_iter(!self.0[0], &bytes[..starts]).filter(is_key).count()
    }
}

fn range(line: &str) -> std::ops::Range<u64> {
    let (from, to) = line.split(' ').next().unwrap().split_once('-').unwrap();
    let at = |text| u64::from_str_radix(text, 16).unwrap();
    at(from)..at(to)
}

#[test]
fn the_keys_of_a_vault_are_in_memory_for_as_long_as_it_is_open() {
    let lab = Lab::new();
    for secret in [keyfile(KEYFILE), passphrase(PASSPHRASE)] {
        let mut vault = lab.unlock(&secret).unwrap();
        make(&mut vault, &format!("{secret:?}"), at(1));
        vault.snapshot().unwrap().check().unwrap();
        let keys = [Reach::Admin, Reach::Read].map(|reach| Inverted::of(&vault, reach));
        for key in &keys {
            assert!(key.count() > 0, "the test finds what is there");
        }
        drop((vault, secret));
        for (key, what) in keys.iter().zip(["the root key", "the key that reads"]) {
            assert_eq!(key.count(), 0, "{what} is left");
        }
    }
}
