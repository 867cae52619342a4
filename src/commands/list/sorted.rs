//! A list in order: the records of the keys that are chosen are kept as they are, their places are
//! sorted, and only then something is made of each, on every core, while what was made before is
//! written.

use std::ops::Range;

use keyctl_vault::{Key, KeyRecord, KeyRecords, UnlockedVault, VaultError};
use keyctl_verify::cbor::Malformed;
use rayon::prelude::*;

use super::choice::{Choice, Hidden};
use super::order::{First, Order, Placed, Sort};
use super::{ListArgs, Listed};
use crate::error::CliError;
use crate::render::{KeyLines, KeyTable, widen};
use crate::ui::Ui;

/// So many keys are made into texts while those before are written.
const PIECE: usize = 16_384;
/// So many of them on one core.
const PART: usize = 512;

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
    ui.write(&lines.begin())?;
    sorted.write(ui, choice, |out, number, key| {
        out.push_str(lines.between(number));
        lines.push(out, key);
    })?;
    let count = sorted.rows.len();
    ui.write(lines.end(count))?;
    Ok(Listed { count, hidden: sorted.hidden, left_out: Vec::new() })
}

/// Writes a table. The keys come by twice: how wide the columns are is known after the last.
pub(super) fn table(
    ui: &mut Ui,
    vault: &mut UnlockedVault,
    choice: &Choice<'_>,
    (args, order): (&ListArgs, Order<'_>),
    table: &KeyTable<'_>,
) -> Result<Listed, CliError> {
    let sorted = collect(vault, choice, args, order)?;
    let (count, hidden) = (sorted.rows.len(), sorted.hidden);
    if count == 0 {
        return Ok(Listed { count, hidden, left_out: Vec::new() });
    }
    let layout = table.layout(sorted.widths(choice, table)?);
    ui.write(&table.first_line(&layout))?;
    sorted.write(ui, choice, |out, _, key| out.push_str(&table.line(&layout, table.cells(key))))?;
    Ok(Listed { count, hidden, left_out: layout.left_out() })
}

impl Sorted {
    /// Writes what `make` adds for each key, whose number it is told.
    fn write(
        &self,
        ui: &mut Ui,
        choice: &Choice<'_>,
        make: impl Fn(&mut String, usize, &Key) + Sync,
    ) -> Result<(), CliError> {
        let text = |(number, part): (usize, &[At])| {
            let (mut text, (records, places)) = (String::new(), self.near(part));
            for (i, place) in places.iter().enumerate() {
                make(&mut text, number * PART + i, &choice.key(records.get(place))?);
            }
            Ok(text)
        };
        let texts = |from: usize, rows: &[At]| {
            let parts = rows.par_chunks(PART).enumerate();
            let texts = parts.map(|(number, part)| text((from / PART + number, part)));
            texts.collect::<Result<Vec<String>, Malformed>>().map_err(VaultError::from)
        };
        let mut made: Vec<String> = Vec::new();
        for begin in (0..self.rows.len()).step_by(PIECE) {
            let rows = &self.rows[begin..];
            let before = std::mem::take(&mut made);
            let (written, next) = rayon::join(
                || before.iter().try_for_each(|text| ui.write(text)),
                || texts(begin, &rows[..rows.len().min(PIECE)]),
            );
            written?;
            made = next?;
        }
        Ok(made.iter().try_for_each(|text| ui.write(text))?)
    }

    /// How wide the columns of a table are.
    fn widths(&self, choice: &Choice<'_>, table: &KeyTable<'_>) -> Result<Vec<usize>, VaultError> {
        let part = |part: &[At]| {
            let (mut widths, (records, places)) = (table.widths(), self.near(part));
            for place in &places {
                widen(&mut widths, &table.cells(&choice.key(records.get(place))?).widths());
            }
            Ok(widths)
        };
        let wider = |mut widths: Vec<usize>, other: Vec<usize>| {
            widen(&mut widths, &other);
            Ok(widths)
        };
        let widths: Result<_, Malformed> =
            self.rows.par_chunks(PART).map(part).try_reduce(|| table.widths(), wider);
        Ok(widths?)
    }

    /// The records of some rows side by side. They lie anywhere, and fetched in one go they are waited
    /// for together and not one after the other.
    fn near(&self, rows: &[At]) -> (KeyRecords, Vec<Range<u32>>) {
        let mut records = KeyRecords::default();
        let fetch = |(page, place): &At| records.push(self.records[*page as usize].get(place));
        let places = rows.iter().map(fetch).collect();
        (records, places)
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
