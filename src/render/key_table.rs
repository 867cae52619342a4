//! The table of keys. In a pipe it has every column in full; at a terminal it fits: columns that
//! matter less go first, and long names end in an ellipsis.

use std::borrow::Cow;

use anstyle::AnsiColor;
use keyctl_vault::KeyFields;
use keyctl_verify::{Status, Timestamp};
use smol_str::SmolStr;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::key::scopes_for_people;
use super::key_text::{Field, KeyText};
use super::search::Search;
use super::table::{GAP, columns, heading, pad, paint_status};
use super::time::{relative, short_instant};
use crate::ui::{Colors, Ui, escape, shorten};

/// What a cell has that has nothing.
const ABSENT: SmolStr = SmolStr::new_static("-");
/// A key that expires within this many seconds is shown as such: 14 days.
const SOON: u64 = 14 * 86_400;
/// The fewest columns of a terminal that a name is shortened to.
const MIN_NAME: usize = 12;
/// The columns of a list of keys, with the field of each, and how much they matter: the last goes first.
const COLUMNS: [(&str, Field, u8); 9] = [
    ("name", Field::Name, 0),
    ("prefix", Field::Prefix, 1),
    ("project", Field::Project, 3),
    ("environment", Field::Environment, 5),
    ("status", Field::Status, 2),
    ("scopes", Field::Scopes, 4),
    ("expires", Field::ExpiresAt, 6),
    ("last used", Field::LastUsedAt, 7),
    ("created", Field::CreatedAt, 8),
];

/// How keys become a table: the cells of each, from their widths the layout, and with that the lines.
/// So it can be made of keys that are all there, or of keys that come by twice.
pub(crate) struct KeyTable<'a> {
    /// The fields that were asked for, instead of the usual columns.
    chosen: Option<&'a [String]>,
    search: Option<&'a Search>,
    text: KeyText,
    /// The fields that the list is about, which stay where there is little room.
    about: Vec<Field>,
    now: Timestamp,
    /// Of the terminal, if it is one.
    width: Option<usize>,
    colors: Colors,
}

/// The cells of a key.
pub(crate) struct Cells {
    texts: Vec<SmolStr>,
    /// Whether it expires soon.
    soon: bool,
    /// What of the name was searched for, by the characters' positions.
    marks: Vec<u32>,
}

/// How wide the columns are, and which are shown.
pub(crate) struct Layout {
    widths: Vec<usize>,
    shown: Vec<usize>,
}

impl<'a> KeyTable<'a> {
    pub(crate) fn new(
        ui: &Ui,
        chosen: Option<&'a [String]>,
        search: Option<&'a Search>,
        text: KeyText,
        now: Timestamp,
    ) -> Self {
        let (about, width, colors) = (Vec::new(), ui.width(), ui.colors());
        KeyTable { chosen, search, text, about, now, width, colors }
    }

    /// The same, about these fields: what keys are sorted or chosen by.
    pub(crate) fn about(self, about: Vec<Field>) -> Self {
        KeyTable { about, ..self }
    }

    /// The cells of a key, as text.
    pub(crate) fn cells(&self, key: &KeyFields<'_>) -> Cells {
        let chosen = self.chosen.map(|names| self.chosen_cells(key, names));
        let ahead = key.outline.expires_at.map(|end| self.now.seconds_until(end));
        let is_soon = ahead.is_some_and(|ahead| (1..=SOON).contains(&ahead));
        Cells {
            texts: chosen.unwrap_or_else(|| self.usual_cells(key)),
            soon: is_soon && key.outline.status(self.now) == Status::Active,
            marks: self.search.map(|search| search.positions(key.outline.name)).unwrap_or_default(),
        }
    }

    fn chosen_cells(&self, key: &KeyFields<'_>, names: &[String]) -> Vec<SmolStr> {
        let mut text = String::with_capacity(64);
        let fields = names.iter().filter_map(|name| Field::named(name));
        let cells = fields.map(|field| {
            text.clear();
            self.text.push(&mut text, key, field);
            if text.is_empty() { ABSENT } else { escape(&text).into() }
        });
        cells.collect()
    }

    fn usual_cells(&self, key: &KeyFields<'_>) -> Vec<SmolStr> {
        let time = |time: Option<Timestamp>| match time {
            None => SmolStr::new_static("never"),
            Some(time) if self.width.is_some() => relative(self.now, time).into(),
            Some(time) => short_instant(time),
        };
        let scopes: Vec<&str> = key.scopes.iter().collect();
        let scopes =
            if scopes.is_empty() { ABSENT } else { escape(&scopes_for_people(&scopes)).into() };
        let first = &key.outline;
        vec![
            escape(first.name).into(),
            self.text.cell(key, Field::Prefix).into(),
            first.project.map_or(ABSENT, |project| escape(project).into()),
            SmolStr::new_static(first.environment.as_str()),
            SmolStr::new_static(first.status(self.now).as_str()),
            scopes,
            time(first.expires_at),
            time(key.last_used_at),
            time(Some(first.created_at)),
        ]
    }

    /// The widths of columns that have nothing but their names.
    pub(crate) fn widths(&self) -> Vec<usize> {
        self.header().iter().map(|name| name.width()).collect()
    }

    /// The layout for cells of these widths.
    pub(crate) fn layout(&self, mut widths: Vec<usize>) -> Layout {
        let mut shown: Vec<usize> = (0..widths.len()).collect();
        if let (Some(width), None) = (self.width, self.chosen) {
            let worth = |column: usize| match COLUMNS[column] {
                (_, field, worth) if self.about.contains(&field) => worth.min(2),
                (_, _, worth) => worth,
            };
            fit(width, &mut widths, &mut shown, worth);
        }
        Layout { widths, shown }
    }

    /// The line above the others.
    pub(crate) fn first_line(&self, layout: &Layout) -> String {
        let names: Vec<String> =
            self.header().into_iter().map(|name| self.colors.bold(&name)).collect();
        let mut line = String::new();
        layout.line(&mut line, &names);
        line
    }

    /// Appends the line of a key.
    pub(crate) fn line(&self, out: &mut String, layout: &Layout, cells: &Cells) {
        let mut texts: Vec<Cow<'_, str>> =
            cells.texts.iter().map(|text| Cow::Borrowed(text.as_str())).collect();
        if self.chosen.is_none() {
            let name = shorten(&cells.texts[0], layout.widths[0]);
            texts[0] = match self.search {
                Some(_) => self.highlight(&name, &cells.marks).into(),
                None => name,
            };
            texts[4] = paint_status(self.colors, &cells.texts[4]).into();
            if cells.soon {
                texts[6] = self.colors.paint(AnsiColor::Yellow, &cells.texts[6]).into();
            }
        }
        layout.line(out, &texts);
    }

    fn header(&self) -> Vec<String> {
        match self.chosen {
            Some(chosen) => chosen.iter().map(|name| heading(name)).collect(),
            None => COLUMNS.iter().map(|(name, ..)| heading(name)).collect(),
        }
    }

    /// Sets off what a search matched; positions count what is seen as one character.
    fn highlight(&self, text: &str, positions: &[u32]) -> String {
        let mark = |(i, part): (usize, &str)| {
            let matched = u32::try_from(i).is_ok_and(|i| positions.binary_search(&i).is_ok());
            if matched && part != "…" { self.colors.mark(part) } else { part.to_owned() }
        };
        text.graphemes(true).enumerate().map(mark).collect()
    }
}

impl Cells {
    /// How wide each is.
    pub(crate) fn widths(&self) -> Vec<usize> {
        self.texts.iter().map(|text| columns(text)).collect()
    }
}

/// Widens columns that are too narrow for cells of these widths.
pub(crate) fn widen(widths: &mut [usize], cells: &[usize]) {
    widths.iter_mut().zip(cells).for_each(|(width, cell)| *width = (*width).max(*cell));
}

impl Layout {
    /// The fields that there is no room for.
    pub(crate) fn left_out(&self) -> Vec<&'static str> {
        let is_left_out = |column: &usize| !self.shown.contains(column);
        (0..self.widths.len()).filter(is_left_out).map(|column| COLUMNS[column].1.name()).collect()
    }

    fn line<T: AsRef<str>>(&self, out: &mut String, cells: &[T]) {
        pad(out, self.shown.iter().map(|column| (cells[*column].as_ref(), self.widths[*column])));
    }
}

/// Drops columns, those of the least `worth` first, until the rest fits; then shortens the name.
fn fit(width: usize, widths: &mut [usize], shown: &mut Vec<usize>, worth: impl Fn(usize) -> u8) {
    let total = |shown: &[usize], widths: &[usize]| -> usize {
        shown.iter().map(|c| widths[*c] + GAP).sum::<usize>() - GAP
    };
    while total(shown, widths) > width {
        let over = total(shown, widths) - width;
        let spare = widths[0].saturating_sub(MIN_NAME);
        // A long name gives way before a column that is worth more than created and last used.
        let least = shown.iter().copied().max_by_key(|c| worth(*c)).unwrap_or(0);
        if spare >= over && worth(least) < 7 || least == 0 {
            widths[0] -= over.min(spare);
            return;
        }
        shown.retain(|c| *c != least);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_go_in_the_order_of_their_worth() {
        let mut widths = vec![20, 20, 8, 11, 8, 30, 10, 10, 10];
        let shown_at = |width: usize, widths: &mut Vec<usize>| {
            let mut shown = (0..9).collect();
            fit(width, widths, &mut shown, |column| COLUMNS[column].2);
            shown
        };
        assert_eq!(shown_at(200, &mut widths.clone()).len(), 9);
        assert_eq!(shown_at(131, &mut widths.clone()), [0, 1, 2, 3, 4, 5, 6, 7]);
        let narrow = shown_at(80, &mut widths);
        assert!(narrow.starts_with(&[0, 1]) && narrow.contains(&4), "{narrow:?}");
    }
}
