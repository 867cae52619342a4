//! Tables and cards: rows under a header, and names with their values.

use std::borrow::Cow;

use anstyle::AnsiColor;
use comfy_table::{ContentArrangement, Table, presets};
use dialoguer::console::measure_text_width;
use keyctl_verify::Status;
use unicode_width::UnicodeWidthStr;

use crate::ui::{Colors, Ui, escape};

/// Between two columns.
pub(super) const GAP: usize = 2;
/// The fewest columns that a value is broken into.
const MIN_VALUE: usize = 20;

/// Rows under a header, in full.
pub(super) fn table(ui: &Ui, columns: &[&str], rows: Vec<Vec<String>>) -> String {
    let header = columns.iter().map(|c| ui.colors().bold(&heading(c))).collect();
    render(header, rows.into_iter().map(escaped).collect())
}

/// The same, with one cell of each row in a colour of its own.
pub(super) fn colored(
    ui: &Ui,
    columns: &[&str],
    rows: &[(Vec<String>, AnsiColor)],
    cell: usize,
) -> String {
    let header = columns.iter().map(|c| ui.colors().bold(&heading(c))).collect();
    let row = |(cells, color): &(Vec<String>, AnsiColor)| {
        let mut cells = escaped(cells.clone());
        cells[cell] = ui.colors().paint(*color, &cells[cell]);
        cells
    };
    render(header, rows.iter().map(row).collect())
}

/// Names and values, a line each.
pub(super) fn card(ui: &Ui, lines: &[(String, String)]) -> String {
    let width = lines.iter().map(|(name, _)| name.width()).max().unwrap_or(0);
    let line = |(name, value): &(String, String)| {
        let pad = " ".repeat(width - name.width() + GAP);
        let value = escape(value);
        let value = match name.as_str() {
            "status" => paint_status(ui.colors(), &value),
            _ => value.into_owned(),
        };
        format!("{}{pad}{}\n", ui.colors().bold(name), continued(ui, &value, width + GAP))
    };
    lines.iter().map(line).collect()
}

/// A value that goes on under itself where the terminal is too narrow for it. A single word, which
/// somebody may want to copy, is left whole.
fn continued(ui: &Ui, value: &str, indent: usize) -> String {
    let Some(room) = ui.width().and_then(|width| width.checked_sub(indent)) else {
        return value.to_owned();
    };
    if room < MIN_VALUE || value.contains('\u{1b}') {
        return value.to_owned();
    }
    let options = textwrap::Options::new(room).break_words(false);
    textwrap::wrap(value, options).join(&format!("\n{}", " ".repeat(indent)))
}

pub(super) fn paint_status(colors: Colors, status: &str) -> String {
    match status.parse() {
        Ok(Status::Active) => colors.paint(AnsiColor::Green, status),
        Ok(Status::Expired | Status::Revoked) => colors.paint(AnsiColor::Red, status),
        Ok(Status::Inactive | Status::Pending) => colors.paint(AnsiColor::Yellow, status),
        Err(()) => status.to_owned(),
    }
}

pub(super) fn heading(column: &str) -> String {
    column.replace('_', " ").to_uppercase()
}

fn escaped(mut cells: Vec<String>) -> Vec<String> {
    for cell in &mut cells {
        if let Cow::Owned(escaped) = escape(cell) {
            *cell = escaped;
        }
    }
    cells
}

/// From so many rows on the table is laid out here: the library takes four times as long, and three
/// times the memory, because it can do more.
const MANY: usize = 1000;

pub(super) fn render(header: Vec<String>, rows: Vec<Vec<String>>) -> String {
    if rows.len() >= MANY { padded(&header, &rows) } else { drawn(header, rows) }
}

fn drawn(header: Vec<String>, rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(header);
    table.add_rows(rows);
    for column in table.column_iter_mut() {
        column.set_padding((0, u16::try_from(GAP).unwrap_or(2)));
    }
    let lines: Vec<String> =
        table.to_string().lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n") + "\n"
}

/// The same, with nothing but the widths of columns kept beside the rows.
fn padded(header: &[String], rows: &[Vec<String>]) -> String {
    let all = || std::iter::once(header).chain(rows.iter().map(Vec::as_slice));
    let mut widths = vec![0; header.len()];
    // Behind the last column comes nothing.
    let last = header.len().saturating_sub(1);
    for row in all() {
        for (width, cell) in widths[..last].iter_mut().zip(row) {
            *width = columns(cell).max(*width);
        }
    }
    let size: usize = widths.iter().map(|width| width + GAP).sum();
    let mut text = String::with_capacity((rows.len() + 1) * (size + 1));
    for row in all() {
        pad(&mut text, row.iter().map(String::as_str).zip(widths.iter().copied()));
    }
    text
}

/// Appends a line of cells, each as wide as its column.
pub(super) fn pad<'c>(text: &mut String, cells: impl Iterator<Item = (&'c str, usize)>) {
    const SPACES: &str = "                                ";
    let mut before: Option<(&str, usize)> = None;
    for (cell, width) in cells {
        let missing = |(cell, width): (&str, usize)| (width + GAP).saturating_sub(columns(cell));
        let mut missing = before.map_or(0, missing);
        while missing > 0 {
            let some = missing.min(SPACES.len());
            text.push_str(&SPACES[..some]);
            missing -= some;
        }
        text.push_str(cell);
        before = Some((cell, width));
    }
    text.truncate(text.trim_end_matches(' ').len());
    text.push('\n');
}

/// The columns that a cell takes, colours not counted.
pub(super) fn columns(cell: &str) -> usize {
    if cell.bytes().all(|b| matches!(b, b' '..=b'~')) {
        cell.len()
    } else {
        measure_text_width(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_table_looks_like_a_short_one() {
        let cells = |texts: [&str; 3]| texts.map(str::to_owned).to_vec();
        let header = cells(["NAME", "\u{1b}[1mSTATUS\u{1b}[0m", "LAST"]);
        let rows = vec![
            cells(["deploy-bot", "\u{1b}[32mactive\u{1b}[0m", "-"]),
            cells(["鍵 ключ", "", ""]),
            cells(["e\u{301}", "revoked", "x"]),
        ];
        assert_eq!(padded(&header, &rows), drawn(header.clone(), rows.clone()));
        assert_eq!(padded(&header, &[]), drawn(header, Vec::new()));
    }
}
