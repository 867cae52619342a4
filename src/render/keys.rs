//! Many keys that are all there: each in a shape of its own, or a table of them. Their text is made
//! on every core, while what was made before is written.

use keyctl_vault::KeyFields;
use rayon::prelude::*;

use super::key_lines::KeyLines;
use super::key_table::{KeyTable, widen};
use crate::error::CliError;
use crate::ui::Ui;

/// So many keys become text while the text of those before is written.
const PIECE: usize = 32 * PART;
/// So many of them on one core, at once.
const PART: usize = 512;
/// The cells of so many keys are kept: some 50 MB.
const KEPT: usize = 1 << 17;

/// Writes each key by itself. `each` gives the keys that some of the `things` are.
///
/// # Errors
/// When they cannot be written; whatever `each` fails with.
pub(crate) fn key_lines<T: Sync, E: Send + Into<CliError>>(
    ui: &mut Ui,
    lines: &KeyLines,
    things: &[T],
    each: impl Fn(&[T], &mut dyn FnMut(&KeyFields<'_>)) -> Result<(), E> + Sync,
) -> Result<(), CliError> {
    ui.write(&lines.begin())?;
    write(ui, things, |mut number, part, text| {
        each(part, &mut |key| {
            text.push_str(lines.between(number));
            lines.push(text, key);
            number += 1;
        })
    })?;
    Ok(ui.write(lines.end(things.len()))?)
}

/// Writes a table; the columns that there was no room for. How wide the columns are is known after the
/// last key, so where there are too many to keep the cells of all, each comes by twice.
///
/// # Errors
/// As [`key_lines`].
pub(crate) fn key_table<T: Sync, E: Send + Into<CliError>>(
    ui: &mut Ui,
    table: &KeyTable<'_>,
    things: &[T],
    each: impl Fn(&[T], &mut dyn FnMut(&KeyFields<'_>)) -> Result<(), E> + Sync,
) -> Result<Vec<&'static str>, CliError> {
    if things.is_empty() {
        return Ok(Vec::new());
    }
    let is_kept = things.len() <= KEPT;
    let measured = |part: &[T]| {
        let (mut widths, mut kept) = (table.widths(), Vec::new());
        each(part, &mut |key| {
            let cells = table.cells(key);
            widen(&mut widths, &cells.widths());
            if is_kept {
                kept.push(cells);
            }
        })?;
        Ok((widths, kept))
    };
    let parts: Result<Vec<_>, E> = match things.len() {
        ..=PART => measured(things).map(|part| vec![part]),
        _ => things.par_chunks(PART).map(measured).collect(),
    };
    let (mut widths, mut kept) = (table.widths(), Vec::new());
    for (of_part, cells) in parts.map_err(Into::into)? {
        widen(&mut widths, &of_part);
        kept.extend(cells);
    }
    let layout = table.layout(widths);
    ui.write(&table.first_line(&layout))?;
    if is_kept {
        write(ui, &kept, |_, part, text| {
            part.iter().for_each(|cells| table.line(text, &layout, cells));
            Ok::<_, CliError>(())
        })?;
    } else {
        write(ui, things, |_, part, text| {
            each(part, &mut |key| table.line(text, &layout, &table.cells(key)))
        })?;
    }
    Ok(layout.left_out())
}

/// Writes what `text` appends for some things after the other, from the number of the first of them.
fn write<T: Sync, E: Send + Into<CliError>>(
    ui: &mut Ui,
    things: &[T],
    text: impl Fn(usize, &[T], &mut String) -> Result<(), E> + Sync,
) -> Result<(), CliError> {
    if things.len() <= PART {
        let mut all = String::new();
        text(0, things, &mut all).map_err(Into::into)?;
        return Ok(ui.write(&all)?);
    }
    // A text that was written is room for one that comes later.
    let texts = |begin: usize, piece: &[T], mut room: Vec<String>| -> Result<Vec<String>, E> {
        room.resize_with(piece.len().div_ceil(PART), String::new);
        let parts = piece.par_chunks(PART).zip(room).enumerate();
        parts
            .map(|(number, (part, mut room))| {
                room.clear();
                text(begin + number * PART, part, &mut room).map(|()| room)
            })
            .collect()
    };
    let (mut made, mut room) = (Vec::new(), Vec::new());
    for (number, piece) in things.chunks(PIECE).enumerate() {
        let (written, next) =
            rayon::join(|| write_all(ui, &made), || texts(number * PIECE, piece, room));
        written?;
        room = std::mem::replace(&mut made, next.map_err(Into::into)?);
    }
    Ok(write_all(ui, &made)?)
}

fn write_all(ui: &mut Ui, texts: &[String]) -> std::io::Result<()> {
    texts.iter().try_for_each(|text| ui.write(text))
}
