//! All states that the vault ever had, as a tree: which follow from which, and who has seen what.

use std::path::PathBuf;

use keyctl_vault::VaultKey;
use keyctl_verify::KeyId;

use super::super::model::contract::Model;

/// A state of the vault.
#[derive(Clone)]
pub(super) struct State {
    /// The state that it was made from.
    pub(super) parent: Option<usize>,
    pub(super) generation: u64,
    pub(super) vault_key: VaultKey,
    pub(super) model: Model,
    pub(super) ids: Vec<KeyId>,
    /// The whole file.
    pub(super) bytes: Vec<u8>,
}

/// An operator's machine.
pub(super) struct Machine {
    pub(super) folder: PathBuf,
    /// The state that it has seen last.
    pub(super) seen: Option<usize>,
}

/// Every state, and the one that the file has.
pub(super) struct History {
    pub(super) states: Vec<State>,
    pub(super) current: usize,
}

impl History {
    pub(super) fn now(&self) -> &State {
        &self.states[self.current]
    }

    /// Whether a state is another one, or follows from it.
    fn follows(&self, state: usize, from: usize) -> bool {
        let parents = std::iter::successors(Some(state), |state| self.states[*state].parent);
        parents.take_while(|state| *state >= from).any(|state| state == from)
    }

    /// Whether a machine may take the file for what it is.
    pub(super) fn accepts(&self, machine: &Machine) -> bool {
        machine.seen.is_none_or(|seen| {
            let same_key = self.states[seen].vault_key == self.now().vault_key;
            same_key && self.follows(self.current, seen)
        })
    }

    /// Adds a state that the file has now.
    pub(super) fn push(&mut self, state: State) {
        self.states.push(state);
        self.current = self.states.len() - 1;
    }
}
