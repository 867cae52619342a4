//! Which keys a list has: what is asked of each, and how many are hidden and why.

use keyctl_vault::issue::{Filter, Seen};
use keyctl_vault::{Ceilings, Key, KeyFields, KeyRecord, Outline, Records, UnlockedVault};
use keyctl_verify::cbor::Malformed;
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

    /// The outline of a key that is chosen. One that is left out all the same is counted.
    pub(super) fn outline<'r>(
        &self,
        hidden: &mut Hidden,
        record: KeyRecord<'r>,
    ) -> Result<Option<Outline<'r>>, Malformed> {
        let outline = record.outline()?;
        if self.search.is_some_and(|search| search.score(outline.name).is_none())
            || !self.filter.may_match(&outline, self.now)
            || !(self.filter.needs_outline_only() || self.fits(&self.key(record)?))
        {
            return Ok(None);
        }
        match self.hides(&outline) {
            Some(Why::Revoked) => hidden.revoked += 1,
            Some(Why::Webhook) => hidden.webhook += 1,
            None => return Ok(Some(outline)),
        }
        Ok(None)
    }

    /// Gives the fields of a key as they are shown.
    pub(super) fn show<T>(
        &self,
        record: KeyRecord<'_>,
        take: impl FnOnce(&KeyFields<'_>) -> T,
    ) -> Result<T, Malformed> {
        let fields = record.fields()?;
        if self.seen.tells_of(&fields) {
            return Ok(self.key(record)?.with_fields(take));
        }
        Ok(take(&fields))
    }

    /// The key, with the uses that receipts tell of.
    pub(super) fn key(&self, record: KeyRecord<'_>) -> Result<Key, Malformed> {
        let mut key = record.key()?;
        self.seen.count_in(&mut key, &self.brand, self.now);
        Ok(key)
    }

    fn fits(&self, key: &Key) -> bool {
        self.filter.matches_effectively(key, &self.ceilings, self.now)
    }

    /// How keys are written.
    pub(super) fn text(&self) -> KeyText {
        KeyText::new(&self.brand, self.now)
    }

    fn hides(&self, key: &Outline<'_>) -> Option<Why> {
        let shows_webhooks = self.args.all || self.args.filter.which.kind.is_some();
        match key.standing {
            Standing::Revoked if self.args.hide_revoked => Some(Why::Revoked),
            _ if key.kind == Kind::Webhook && !shows_webhooks => Some(Why::Webhook),
            _ => None,
        }
    }
}
