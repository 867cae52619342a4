//! The table of keys. In a pipe it has every column in full; at a terminal it fits: columns that
//! matter less go first, and long names end in an ellipsis.

use anstyle::AnsiColor;
use keyctl_verify::{Status, Timestamp};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::key::KeyView;
use super::search::Search;
use super::table::{GAP, escaped, heading, paint_status, render};
use super::time::relative;
use crate::ui::{Ui, shorten};

/// A key that expires within this many seconds is shown as such: 14 days.
const SOON: u64 = 14 * 86_400;
/// The fewest columns of a terminal that a name is shortened to.
const MIN_NAME: usize = 12;
/// The columns of a list of keys, with how much they matter: the last goes first.
const COLUMNS: [(&str, u8); 9] = [
    ("name", 0),
    ("prefix", 1),
    ("project", 3),
    ("environment", 5),
    ("status", 2),
    ("scopes", 4),
    ("expires", 6),
    ("last used", 7),
    ("created", 8),
];

/// A list of keys, and the columns that there was no room for.
pub(super) fn keys(
    ui: &Ui,
    views: &[KeyView],
    search: Option<&Search>,
    now: Timestamp,
) -> (String, Vec<&'static str>) {
    let at_terminal = ui.width().is_some();
    let mut cells: Vec<Vec<String>> =
        views.iter().map(|view| row(view, at_terminal, now)).collect();
    let mut widths: Vec<usize> = (0..COLUMNS.len()).map(|c| column_width(c, &cells)).collect();
    let mut shown: Vec<usize> = (0..COLUMNS.len()).collect();
    if let Some(width) = ui.width() {
        fit(width, &mut widths, &mut shown);
    }
    for (cells, view) in cells.iter_mut().zip(views) {
        paint(ui, cells, view, search, widths[0], now);
    }
    let header = shown.iter().map(|c| ui.bold(&heading(COLUMNS[*c].0))).collect();
    let pick = |row: Vec<String>| shown.iter().map(|c| row[*c].clone()).collect();
    let left_out = (0..COLUMNS.len()).filter(|c| !shown.contains(c)).map(|c| COLUMNS[c].0);
    (render(header, cells.into_iter().map(pick).collect()), left_out.collect())
}

fn row(view: &KeyView, at_terminal: bool, now: Timestamp) -> Vec<String> {
    let time = |time: Option<Timestamp>, absent: &str| match time {
        None => absent.to_owned(),
        Some(time) if at_terminal => relative(now, time),
        Some(time) => super::instant(time),
    };
    let cells = vec![
        view.name.clone(),
        view.prefix.clone(),
        view.project.clone().unwrap_or_else(|| "-".to_owned()),
        view.environment.to_owned(),
        view.status.to_owned(),
        if view.scopes.is_empty() { "-".to_owned() } else { view.scopes_for_people() },
        time(view.times.expires, "never"),
        time(view.times.last_used, "never"),
        time(Some(view.times.created), "-"),
    ];
    escaped(&cells)
}

fn column_width(column: usize, cells: &[Vec<String>]) -> usize {
    let widest = cells.iter().map(|row| row[column].width()).max().unwrap_or(0);
    widest.max(COLUMNS[column].0.width())
}

/// Drops columns, the least important first, until the rest fits; then shortens the name.
fn fit(width: usize, widths: &mut [usize], shown: &mut Vec<usize>) {
    let total = |shown: &[usize], widths: &[usize]| -> usize {
        shown.iter().map(|c| widths[*c] + GAP).sum::<usize>() - GAP
    };
    while total(shown, widths) > width {
        let over = total(shown, widths) - width;
        let spare = widths[0].saturating_sub(MIN_NAME);
        // A long name gives way before a column that is worth more than created and last used.
        let least = shown.iter().copied().max_by_key(|c| COLUMNS[*c].1).unwrap_or(0);
        if spare >= over && COLUMNS[least].1 < 7 || least == 0 {
            widths[0] -= over.min(spare);
            return;
        }
        shown.retain(|c| *c != least);
    }
}

/// Shortens the name to `width`, marks what a search matched, and colours the status.
fn paint(
    ui: &Ui,
    cells: &mut [String],
    view: &KeyView,
    search: Option<&Search>,
    width: usize,
    now: Timestamp,
) {
    let name = shorten(&cells[0], width);
    cells[0] = match search {
        Some(search) => highlight(ui, &name, &search.positions(&view.name)),
        None => name,
    };
    cells[4] = paint_status(ui, &cells[4]);
    let soon = view.times.expires.is_some_and(|end| (1..=SOON).contains(&now.seconds_until(end)));
    if soon && view.times.status == Status::Active {
        cells[6] = ui.paint(AnsiColor::Yellow, &cells[6]);
    }
}

/// Sets off what a search matched; positions count what is seen as one character.
fn highlight(ui: &Ui, text: &str, positions: &[u32]) -> String {
    let mark = |(i, part): (usize, &str)| {
        let matched = u32::try_from(i).is_ok_and(|i| positions.binary_search(&i).is_ok());
        if matched && part != "…" { ui.mark(part) } else { part.to_owned() }
    };
    text.graphemes(true).enumerate().map(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_go_in_the_order_of_their_worth() {
        let mut widths = vec![20, 20, 8, 11, 8, 30, 10, 10, 10];
        let shown_at = |width: usize, widths: &mut Vec<usize>| {
            let mut shown = (0..9).collect();
            fit(width, widths, &mut shown);
            shown
        };
        assert_eq!(shown_at(200, &mut widths.clone()).len(), 9);
        assert_eq!(shown_at(131, &mut widths.clone()), [0, 1, 2, 3, 4, 5, 6, 7]);
        let narrow = shown_at(80, &mut widths);
        assert!(narrow.starts_with(&[0, 1]) && narrow.contains(&4), "{narrow:?}");
    }
}
