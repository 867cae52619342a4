//! A list in order: every key becomes what is written of it as soon as it is read, and that is all
//! that is kept of it.

use keyctl_vault::{Key, UnlockedVault};
use rayon::slice::ParallelSliceMut;

use super::choice::{Block, Choice, Hidden};
use super::order::{First, Order, Placed, Sort};
use super::{ListArgs, Listed};
use crate::error::CliError;
use crate::render::{KeyLines, KeyTable, widen};
use crate::ui::Ui;

/// Keys in order, of one state of the vault.
struct Sorted<T> {
    /// What was written of them, in no order.
    texts: Vec<String>,
    /// What was made of each, with the number of the text that it was written into.
    rows: Vec<(usize, T)>,
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
    let sorted = collect(vault, choice, args, order, |text, key| {
        let begin = text.len();
        lines.push(text, key);
        begin..text.len()
    })?;
    ui.write_bytes(&lines.begin())?;
    let count = sorted.rows.len();
    for (written, (text, at)) in sorted.rows.into_iter().enumerate() {
        ui.write_bytes(lines.between(written))?;
        ui.write(&sorted.texts[text][at])?;
    }
    ui.write_bytes(lines.end(count))?;
    Ok(Listed { count, hidden: sorted.hidden, left_out: Vec::new() })
}

/// Writes a table.
pub(super) fn table(
    ui: &mut Ui,
    vault: &mut UnlockedVault,
    choice: &Choice<'_>,
    (args, order): (&ListArgs, Order<'_>),
    table: &KeyTable<'_>,
) -> Result<Listed, CliError> {
    let Sorted { rows, hidden, .. } =
        collect(vault, choice, args, order, |_, key| table.cells(key))?;
    let mut widths = table.widths();
    rows.iter().for_each(|(_, cells)| widen(&mut widths, &cells.widths()));
    let layout = table.layout(widths);
    let count = rows.len();
    if count == 0 {
        return Ok(Listed { count, hidden, left_out: Vec::new() });
    }
    ui.write(&table.first_line(&layout))?;
    for (_, cells) in rows {
        ui.write(&table.line(&layout, cells))?;
    }
    Ok(Listed { count, hidden, left_out: layout.left_out() })
}

/// What `make` makes of the keys, in order. Whoever reads our output slowly must not hold writers
/// up, so the vault is let go before anything is written.
fn collect<T: Send>(
    vault: &mut UnlockedVault,
    choice: &Choice<'_>,
    args: &ListArgs,
    order: Order<'_>,
    make: impl Fn(&mut String, &Key) -> T + Sync,
) -> Result<Sorted<T>, CliError> {
    let is_sorted = order.sort != Some(Sort::None);
    // Of all but the first, nothing is made.
    let first = args.limit.filter(|_| is_sorted).map(First::new);
    let add = |block: &mut Block<Placed<T>>, key: Key| {
        choice.add(block, key, |text, key| {
            let place = order.place(key);
            let Some(first) = &first else {
                return Some(Placed { what: make(text, key), place });
            };
            first.offer(place, || {
                let mut text = String::new();
                let what = make(&mut text, key);
                (text, what)
            });
            None
        });
    };
    let (mut texts, mut placed, mut hidden) = (Vec::new(), Vec::new(), Hidden::default());
    vault.snapshot()?.gather_keys(add, |blocks| {
        for mut block in blocks {
            let in_text = |row: Placed<T>| row.map(|made| (texts.len(), made));
            placed.extend(block.rows.into_iter().map(in_text));
            block.text.shrink_to_fit();
            texts.push(block.text);
            hidden.add(block.hidden);
        }
        Ok(())
    })?;
    if let Some(first) = first {
        let (own, rows): (Vec<_>, Vec<_>) =
            first.into_sorted().into_iter().map(|row| row.what).unzip();
        return Ok(Sorted { texts: own, rows: rows.into_iter().enumerate().collect(), hidden });
    }
    if is_sorted {
        placed.par_sort_unstable();
    } else if order.reverse {
        placed.reverse();
    }
    placed.truncate(args.limit.unwrap_or(usize::MAX));
    Ok(Sorted { texts, rows: placed.into_iter().map(|row| row.what).collect(), hidden })
}
