//! Somebody writes into the vault's file. Whatever he changes, the vault gives the true answer or
//! none, names the damage as damage, and `check` finds it.

mod bomb;
mod file;
mod rows;
mod schema;
mod slots;

use keyctl_vault::issue::{disable, revoke};
use keyctl_vault::{Role, VaultError, Verb};

use super::support::{
    Attacker, Examination, Lab, TABLES, Truth, act, at, by, is_integrity, keyfile, name,
};

/// A vault with something of everything, and what it says before it is attacked.
struct Scene {
    lab: Lab,
    truth: Truth,
    clean: Vec<u8>,
}

impl Scene {
    fn new() -> Self {
        let (lab, made) = Lab::new().with_keys(8);
        let mut vault = lab.open();
        vault.add_slot(&by(at(2)), &name("watch"), Role::Viewer, &keyfile(2)).unwrap();
        act(&mut vault, Verb::Revoke, at(3), |tx| revoke(tx, made[0].id, None, at(3))).unwrap();
        act(&mut vault, Verb::Disable, at(4), |tx| disable(tx, made[1].id, at(4))).unwrap();
        let truth = lab.truth(&made, at(10));
        let clean = lab.bytes();
        let scene = Scene { lab, truth, clean };
        assert!(scene.examine().check.is_ok(), "the vault is well before it is attacked");
        scene
    }

    fn examine(&self) -> Examination {
        self.lab.examine(&self.truth)
    }

    /// Attacks the clean file, and asks everything.
    fn after(&self, attack: impl FnOnce(&Attacker)) -> Examination {
        self.lab.overwrite(&self.clean);
        attack(&self.lab.attacker());
        self.examine()
    }

    /// The attack must be found, as damage, with no wrong answer.
    fn must_find(&self, what: &str, attack: impl FnOnce(&Attacker)) {
        self.must_find_as(what, is_integrity, attack);
    }

    fn must_find_as(
        &self,
        what: &str,
        fits: impl Fn(&VaultError) -> bool,
        attack: impl FnOnce(&Attacker),
    ) {
        let found = self.after(attack);
        assert_eq!(found.wrong, Vec::<String>::new(), "{what}: wrong answers");
        assert!(found.check.is_err(), "{what}: check found nothing");
        for error in found.refusals() {
            assert!(fits(error), "{what}: {error:?}");
        }
    }

    /// The attack must be found before any key is read.
    fn must_refuse(&self, what: &str, attack: impl FnOnce(&Attacker)) {
        self.must_find(what, attack);
        let look = self.lab.look();
        assert!(look.is_err_and(|error| is_integrity(&error)), "{what}: the vault was opened");
    }
}

/// The first, the last and some bits between of a blob.
fn some_bits(len: usize) -> Vec<usize> {
    let bits = len * 8;
    [0, 7, 100, bits / 3, bits / 2, bits - 200, bits - 1]
        .into_iter()
        .filter(|b| *b < bits)
        .collect()
}
