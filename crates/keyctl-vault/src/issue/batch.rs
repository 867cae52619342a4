//! What goes from one to the next of keys that are made together, so that making many does not take
//! a scan for each.

use std::collections::HashMap;

use super::{IssueError, Refusal};
use crate::domain::{Key, Owner, Project};
use crate::error::VaultError;
use crate::vault::{Records, Transaction};

/// Keys that are made together.
#[derive(Debug, Default)]
pub struct Batch {
    /// How many live keys each owner has in each project, once that has been needed.
    live: Option<HashMap<(Owner, Option<Project>), u32>>,
    /// The last number that an automatic name got.
    pub(super) numbered: u64,
}

impl Batch {
    /// Counts `key`, which is about to be made, and refuses it when its owner has `max` already; 0
    /// is no limit.
    pub(super) fn count(
        &mut self,
        tx: &Transaction<'_>,
        key: &Key,
        max: u32,
    ) -> Result<(), IssueError> {
        let Some(owner) = key.owner.clone().filter(|_| max > 0) else { return Ok(()) };
        let counts = match &mut self.live {
            Some(counts) => counts,
            None => self.live.insert(live(tx, key)?),
        };
        let count = counts.entry((owner, key.project.clone())).or_default();
        if *count >= max {
            return Err(Refusal::TooManyKeys { owner: text(key), has: *count, max }.into());
        }
        *count += 1;
        Ok(())
    }
}

fn text(key: &Key) -> String {
    key.owner.as_ref().map(ToString::to_string).unwrap_or_default()
}

/// Every live key but `new`, which may have been written already.
fn live(
    tx: &Transaction<'_>,
    new: &Key,
) -> Result<HashMap<(Owner, Option<Project>), u32>, VaultError> {
    let owned = |key: Key| {
        let counts = key.is_live() && key.id != new.id;
        key.owner.filter(|_| counts).map(|owner| (owner, key.project))
    };
    let mut counts = HashMap::new();
    for owned in tx.keys(owned)? {
        *counts.entry(owned).or_default() += 1;
    }
    Ok(counts)
}
