//! A second look at a state that was verified, from another thread: a connection belongs to one.

use std::cell::RefCell;
use std::path::PathBuf;

use super::head::{Head, head_digest};
use super::snapshot::{Snapshot, read_slots, slots_digest};
use crate::crypto::{Digest, ReadKeys, VaultId};
use crate::error::VaultError;
use crate::store::{Access, Relation, Store};

/// A state of the vault that was verified, and that can be looked at through a connection of its
/// own.
pub(crate) struct Again<'v> {
    path: PathBuf,
    id: VaultId,
    keys: &'v ReadKeys,
    head: Head,
    head_digest: Digest,
}

impl Again<'_> {
    /// Verifies every row that is not a page of keys; `None` when the state is another by now, or the
    /// file cannot be read.
    pub(crate) fn check_beside_keys(self) -> Option<Result<(), VaultError>> {
        let mut store = Store::open(&self.path).ok()?;
        let tx = store.begin(Access::Read).ok()?;
        let signed = tx.get(Relation::Head, 1).ok()??;
        let slots = read_slots(&tx).ok()?;
        let Again { id, keys, head, head_digest: expected, .. } = self;
        let is_same = head_digest(&signed) == expected && slots_digest(id, &slots) == head.slots;
        let slots = slots.into_iter().map(|(_, slot)| slot).collect();
        let nodes = RefCell::default();
        let snapshot = Snapshot { tx, id, keys, head, head_digest: expected, slots, nodes };
        is_same.then(|| snapshot.check_beside_keys())
    }
}

impl<'v> Snapshot<'v> {
    /// What another thread needs to look at this state too.
    pub(crate) fn again(&self) -> Again<'v> {
        Again {
            path: self.tx.path().to_owned(),
            id: self.id,
            keys: self.keys,
            head: self.head.clone(),
            head_digest: self.head_digest,
        }
    }
}
