//! A list in order: the records of the keys that are chosen are kept as they are, their places are
//! sorted, and only then something is made of each.

use std::ops::Range;

use keyctl_vault::{KeyFields, KeyRecord, KeyRecords, UnlockedVault, VaultError};
use keyctl_verify::cbor::Malformed;
use rayon::slice::ParallelSliceMut;

use super::choice::{Choice, Hidden};
use super::order::{First, Order, Placed, Sort};
use super::{ListArgs, Listed};
use crate::error::CliError;
use crate::render::{KeyLines, KeyTable, key_lines, key_table};
use crate::ui::Ui;

/// The keys of a list in order, of one state of the vault.
struct Sorted {
    records: Vec<KeyRecords>,
    /// Where each is among the records.
    rows: Vec<At>,
    hidden: Hidden,
}

/// Which of the [`KeyRecords`], and the place there.
type At = (u32, Range<u32>);

/// What is kept of the keys of a page.
#[derive(Default)]
struct Kept {
    records: KeyRecords,
    rows: Vec<Placed<Range<u32>>>,
    hidden: Hidden,
}

/// Writes each key by itself.
pub(super) fn lines(
    ui: &mut Ui,
    vault: &mut UnlockedVault,
    choice: &Choice<'_>,
    (args, order): (&ListArgs, Order<'_>),
    lines: &KeyLines,
) -> Result<Listed, CliError> {
    let sorted = collect(vault, choice, args, order)?;
    key_lines(ui, lines, &sorted.rows, |rows, take| sorted.each(choice, rows, take))?;
    Ok(Listed { count: sorted.rows.len(), hidden: sorted.hidden, left_out: Vec::new() })
}

/// Writes a table.
pub(super) fn table(
    ui: &mut Ui,
    vault: &mut UnlockedVault,
    choice: &Choice<'_>,
    (args, order): (&ListArgs, Order<'_>),
    table: &KeyTable<'_>,
) -> Result<Listed, CliError> {
    let sorted = collect(vault, choice, args, order)?;
    let left_out =
        key_table(ui, table, &sorted.rows, |rows, take| sorted.each(choice, rows, take))?;
    Ok(Listed { count: sorted.rows.len(), hidden: sorted.hidden, left_out })
}

impl Sorted {
    /// Gives the keys of some rows. Their records lie anywhere: fetched side by side in one go they are
    /// waited for together, and not one after the other.
    fn each(
        &self,
        choice: &Choice<'_>,
        rows: &[At],
        take: &mut dyn FnMut(&KeyFields<'_>),
    ) -> Result<(), VaultError> {
        let mut near = KeyRecords::default();
        let fetch = |(page, place): &At| near.push(self.records[*page as usize].get(place));
        let places: Vec<Range<u32>> = rows.iter().map(fetch).collect();
        let mut each = places.iter();
        let read: Result<(), Malformed> =
            each.try_for_each(|place| choice.show(near.get(place), &mut *take));
        Ok(read?)
    }
}

/// The keys in order. Whoever reads our output slowly must not hold writers up, so the vault is let
/// go before anything is written.
fn collect(
    vault: &mut UnlockedVault,
    choice: &Choice<'_>,
    args: &ListArgs,
    order: Order<'_>,
) -> Result<Sorted, CliError> {
    let is_sorted = order.sort != Some(Sort::None);
    let first = args.limit.filter(|_| is_sorted).map(First::new);
    let add = |kept: &mut Kept, record: KeyRecord<'_>| {
        let Some(outline) = choice.outline(&mut kept.hidden, record)? else { return Ok(()) };
        let place = order.place(&outline, || Ok(choice.key(record)?.last_used_at()))?;
        match &first {
            Some(first) => first.offer(place, || {
                let mut own = KeyRecords::default();
                let at = own.push(record);
                (own, at)
            }),
            None => kept.rows.push(Placed { place, what: kept.records.push(record) }),
        }
        Ok(())
    };
    let (mut records, mut placed, mut hidden) = (Vec::new(), Vec::new(), Hidden::default());
    vault.snapshot()?.gather_keys(add, |pages| {
        for mut kept in pages {
            let page = u32::try_from(records.len()).expect("there are 4,096 pages");
            let at = |row: Placed<_>| Placed { place: row.place, what: (page, row.what) };
            placed.extend(kept.rows.into_iter().map(at));
            kept.records.shrink();
            records.push(kept.records);
            hidden.add(kept.hidden);
        }
        Ok(())
    })?;
    if let Some(first) = first {
        let kept = first.into_sorted().into_iter().map(|row| row.what);
        let (records, places): (Vec<_>, Vec<_>) = kept.unzip();
        let rows = (0..).zip(places).collect();
        return Ok(Sorted { records, rows, hidden });
    }
    if is_sorted {
        placed.par_sort_unstable();
    } else if order.reverse {
        placed.reverse();
    }
    placed.truncate(args.limit.unwrap_or(usize::MAX));
    Ok(Sorted { records, rows: placed.into_iter().map(|row| row.what).collect(), hidden })
}
