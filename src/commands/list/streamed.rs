//! A list in no order: keys are written as they come, and memory does not grow with the vault.

use std::ops::ControlFlow;

use keyctl_vault::{KeyFields, KeyRecord, UnlockedVault};

use super::choice::{Choice, Hidden};
use super::{ListArgs, Listed};
use crate::error::CliError;
use crate::render::{KeyLines, KeyTable, widen};
use crate::ui::Ui;

/// What becomes of the keys of a page: rows, and the text of all of them in one piece of memory.
struct Block<T> {
    text: String,
    rows: Vec<T>,
    hidden: Hidden,
}

impl<T> Default for Block<T> {
    fn default() -> Self {
        Block { text: String::new(), rows: Vec::new(), hidden: Hidden::default() }
    }
}

/// Writes each key by itself.
pub(super) fn lines(
    ui: &mut Ui,
    vault: &mut UnlockedVault,
    choice: &Choice<'_>,
    args: &ListArgs,
    lines: &KeyLines,
) -> Result<Listed, CliError> {
    ui.write(&lines.begin())?;
    let make = |text: &mut String, key: &KeyFields<'_>| {
        let begin = text.len();
        lines.push(text, key);
        begin..text.len()
    };
    let (count, hidden) = each(vault, choice, args, make, |written, text, at| {
        ui.write(lines.between(written))?;
        ui.write(&text[at])
    })?;
    ui.write(lines.end(count))?;
    Ok(Listed { count, hidden, left_out: Vec::new() })
}

/// Writes a table. The keys come by twice: how wide the columns are is known only after the last.
/// Where a longer one comes in between, its line is longer.
pub(super) fn table(
    ui: &mut Ui,
    vault: &mut UnlockedVault,
    choice: &Choice<'_>,
    args: &ListArgs,
    table: &KeyTable<'_>,
) -> Result<Listed, CliError> {
    let mut widths = table.widths();
    let make = |_: &mut String, key: &KeyFields<'_>| table.cells(key).widths();
    each(vault, choice, args, make, |_, _, cells| {
        widen(&mut widths, &cells);
        Ok(())
    })?;
    let layout = table.layout(widths);
    let make = |text: &mut String, key: &KeyFields<'_>| {
        let begin = text.len();
        table.line(text, &layout, &table.cells(key));
        begin..text.len()
    };
    let (count, hidden) = each(vault, choice, args, make, |written, text, at| {
        if written == 0 {
            ui.write(&table.first_line(&layout))?;
        }
        ui.write(&text[at])
    })?;
    let left_out = if count > 0 { layout.left_out() } else { Vec::new() };
    Ok(Listed { count, hidden, left_out })
}

/// Gives what `make` makes of each key to `write`, with how many came before and the text that it
/// was written into; at last how many there were, and how many are hidden.
fn each<T: Send>(
    vault: &mut UnlockedVault,
    choice: &Choice<'_>,
    args: &ListArgs,
    make: impl Fn(&mut String, &KeyFields<'_>) -> T + Sync,
    mut write: impl FnMut(usize, &str, T) -> std::io::Result<()> + Send,
) -> Result<(usize, Hidden), CliError> {
    let (mut count, mut hidden) = (0, Hidden::default());
    let most = args.limit.unwrap_or(usize::MAX);
    let add = |block: &mut Block<T>, record: KeyRecord<'_>| {
        if choice.outline(&mut block.hidden, record)?.is_some() {
            let (text, rows) = (&mut block.text, &mut block.rows);
            choice.show(record, |key| rows.push(make(text, key)))?;
        }
        Ok(())
    };
    vault.each_key_in_pieces(add, |blocks: Vec<Block<T>>| -> Result<_, CliError> {
        for block in blocks {
            hidden.add(block.hidden);
            for row in block.rows {
                if count == most {
                    return Ok(ControlFlow::Break(()));
                }
                write(count, &block.text, row)?;
                count += 1;
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok((count, hidden))
}
