//! Many keys that are all there: each in a shape of its own, or a table of them. Their text is made
//! on every core, while what was made before is written.

use keyctl_vault::Key;
use rayon::prelude::*;

use super::key_lines::KeyLines;
use super::key_table::{KeyTable, widen};
use crate::error::CliError;
use crate::ui::Ui;

/// So many keys become text while the text of those before is written.
const PIECE: usize = 32 * PART;
/// So many of them on one core, at once.
const PART: usize = 512;

/// Writes each key by itself. `each` gives the keys that some of the `things` are.
///
/// # Errors
/// When they cannot be written; whatever `each` fails with.
pub(crate) fn key_lines<T: Sync, E: Send + Into<CliError>>(
    ui: &mut Ui,
    lines: &KeyLines,
    things: &[T],
    each: impl Fn(&[T], &mut dyn FnMut(&Key)) -> Result<(), E> + Sync,
) -> Result<(), CliError> {
    ui.write(&lines.begin())?;
    write(ui, things, |mut number, part| {
        let mut text = String::new();
        each(part, &mut |key| {
            text.push_str(lines.between(number));
            lines.push(&mut text, key);
            number += 1;
        })?;
        Ok::<_, E>(text)
    })?;
    Ok(ui.write(lines.end(things.len()))?)
}

/// Writes a table; the columns that there was no room for. The keys come by twice: how wide the
/// columns are is known after the last.
///
/// # Errors
/// As [`key_lines`].
pub(crate) fn key_table<T: Sync, E: Send + Into<CliError>>(
    ui: &mut Ui,
    table: &KeyTable<'_>,
    things: &[T],
    each: impl Fn(&[T], &mut dyn FnMut(&Key)) -> Result<(), E> + Sync,
) -> Result<Vec<&'static str>, CliError> {
    if things.is_empty() {
        return Ok(Vec::new());
    }
    let part_widths = |part: &[T]| {
        let mut widths = table.widths();
        each(part, &mut |key| widen(&mut widths, &table.cells(key).widths()))?;
        Ok(widths)
    };
    let wider = |mut widths: Vec<usize>, other: Vec<usize>| {
        widen(&mut widths, &other);
        Ok(widths)
    };
    let widths: Result<_, E> = match things.len() {
        ..=PART => part_widths(things),
        _ => things.par_chunks(PART).map(part_widths).try_reduce(|| table.widths(), wider),
    };
    let layout = table.layout(widths.map_err(Into::into)?);
    ui.write(&table.first_line(&layout))?;
    write(ui, things, |_, part| {
        let mut text = String::new();
        each(part, &mut |key| text.push_str(&table.line(&layout, table.cells(key))))?;
        Ok::<_, E>(text)
    })?;
    Ok(layout.left_out())
}

/// Writes what `text` makes of some things after the other, and of the number of the first of them.
fn write<T: Sync, E: Send + Into<CliError>>(
    ui: &mut Ui,
    things: &[T],
    text: impl Fn(usize, &[T]) -> Result<String, E> + Sync,
) -> Result<(), CliError> {
    if things.len() <= PART {
        return Ok(ui.write(&text(0, things).map_err(Into::into)?)?);
    }
    let texts = |begin: usize, piece: &[T]| -> Result<Vec<String>, E> {
        let parts = piece.par_chunks(PART).enumerate();
        parts.map(|(number, part)| text(begin + number * PART, part)).collect()
    };
    let mut made = Vec::new();
    for (number, piece) in things.chunks(PIECE).enumerate() {
        let before = std::mem::take(&mut made);
        let (written, next) =
            rayon::join(|| write_all(ui, &before), || texts(number * PIECE, piece));
        written?;
        made = next.map_err(Into::into)?;
    }
    Ok(write_all(ui, &made)?)
}

fn write_all(ui: &mut Ui, texts: &[String]) -> std::io::Result<()> {
    texts.iter().try_for_each(|text| ui.write(text))
}
