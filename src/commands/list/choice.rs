//! Which keys a list has: what is asked of each, and how many are hidden and why.

use keyctl_vault::issue::{Filter, Seen};
use keyctl_vault::{Ceilings, Key, Records, UnlockedVault};
use keyctl_verify::{Brand, Kind, Standing, Timestamp};

use super::ListArgs;
use crate::context::Context;
use crate::error::CliError;
use crate::render::{KeyText, Search};

/// Chooses the keys of a list, on any core.
pub(super) struct Choice<'a> {
    args: &'a ListArgs,
    filter: Filter,
    search: Option<&'a Search>,
    seen: Seen,
    ceilings: Ceilings,
    brand: Brand,
    now: Timestamp,
}

/// What becomes of some keys: rows, and the text of all of them in one piece of memory.
pub(super) struct Block<T> {
    pub(super) text: String,
    pub(super) rows: Vec<T>,
    pub(super) hidden: Hidden,
}

impl<T> Default for Block<T> {
    fn default() -> Self {
        Block { text: String::new(), rows: Vec::new(), hidden: Hidden::default() }
    }
}

/// Why a key that is chosen is left out all the same.
enum Why {
    Revoked,
    Webhook,
}

/// How many keys were left out, and why.
#[derive(Clone, Copy, Default)]
pub(super) struct Hidden {
    pub(super) revoked: usize,
    pub(super) webhook: usize,
}

impl Hidden {
    pub(super) fn add(&mut self, other: Hidden) {
        self.revoked += other.revoked;
        self.webhook += other.webhook;
    }
}

impl<'a> Choice<'a> {
    pub(super) fn new(
        ctx: &Context,
        args: &'a ListArgs,
        search: Option<&'a Search>,
        vault: &mut UnlockedVault,
    ) -> Result<Self, CliError> {
        let filter = super::filter(ctx, args)?;
        let seen = ctx.seen(vault);
        let snapshot = vault.snapshot()?;
        let (brand, ceilings) = (snapshot.brand().clone(), snapshot.ceilings()?);
        Ok(Choice { args, filter, search, seen, ceilings, brand, now: ctx.now })
    }

    /// Adds what `make` makes of a key, if that is chosen; it may write into the block's text.
    pub(super) fn add<T>(
        &self,
        block: &mut Block<T>,
        mut key: Key,
        make: impl FnOnce(&mut String, &Key) -> Option<T>,
    ) {
        if self.search.is_some_and(|search| search.score(&key).is_none()) {
            return;
        }
        self.seen.count_in(&mut key, &self.brand, self.now);
        if !self.filter.matches_effectively(&key, &self.ceilings, self.now) {
            return;
        }
        match self.hides(&key) {
            Some(Why::Revoked) => block.hidden.revoked += 1,
            Some(Why::Webhook) => block.hidden.webhook += 1,
            None => block.rows.extend(make(&mut block.text, &key)),
        }
    }

    /// How keys are written.
    pub(super) fn text(&self) -> KeyText {
        KeyText::new(&self.brand, self.now)
    }

    fn hides(&self, key: &Key) -> Option<Why> {
        let shows_webhooks = self.args.all || self.args.filter.which.kind.is_some();
        match key.standing {
            Standing::Revoked if self.args.hide_revoked => Some(Why::Revoked),
            _ if key.kind == Kind::Webhook && !shows_webhooks => Some(Why::Webhook),
            _ => None,
        }
    }
}
