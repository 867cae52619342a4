//! The life of a key by the contract: names, edits, rotations, endings, verdicts to the second,
//! and last-used. Every time is a parameter.

mod changes;
mod clock;
mod edits;
mod endings;
mod many;
mod names;
mod rotation;
mod usage;

use keyctl_vault::issue::{self, IssueError, KeyEdit, Refusal, Rotated, Rotation};
use keyctl_vault::{Key, Records, UnlockedVault, Verb};
use keyctl_verify::{KeyId, Timestamp};

use super::support::{Lab, act};

/// A vault that is open.
struct Desk {
    lab: Lab,
    vault: UnlockedVault,
}

impl Desk {
    fn new() -> Self {
        let lab = Lab::new();
        let vault = lab.open();
        Desk { lab, vault }
    }

    fn key(&mut self, id: KeyId) -> Key {
        self.vault.snapshot().unwrap().key(id).unwrap().unwrap()
    }

    fn generation(&mut self) -> u64 {
        self.vault.snapshot().unwrap().generation()
    }

    fn check(&mut self) {
        self.vault.snapshot().unwrap().check().unwrap();
    }

    fn rotate(&mut self, id: KeyId, how: Rotation, now: Timestamp) -> Result<Rotated, IssueError> {
        act(&mut self.vault, Verb::Rotate, now, |tx| issue::rotate(tx, id, how, now))
    }

    /// Rotates, with a grace like `24h` or none, and gives the new token.
    fn begin(&mut self, id: KeyId, grace: Option<&str>, now: Timestamp) -> String {
        let rotated = self.rotate(id, begin(grace), now).unwrap();
        rotated.token.unwrap().expose_token().to_owned()
    }

    fn edit(&mut self, id: KeyId, edit: KeyEdit, now: Timestamp) -> Result<bool, IssueError> {
        let done = act(&mut self.vault, Verb::Edit, now, |tx| issue::edit(tx, id, edit, now));
        done.map(|changed| changed.is_changed())
    }
}

fn begin(grace: Option<&str>) -> Rotation {
    Rotation::Begin { grace: grace.map(|grace| grace.parse().unwrap()) }
}

fn refusal<T>(result: Result<T, IssueError>) -> Refusal {
    match result.err() {
        Some(IssueError::Refused(refusal)) => refusal,
        other => panic!("not refused by a rule: {other:?}"),
    }
}
