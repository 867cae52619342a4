//! Choosing one of many at a terminal, by typing what it is like.
//!
//! The library's own takes an item for another that is shown alike, counts bytes where it should
//! count columns, and forgets the lines of a list that is broken off.

use std::cmp::Reverse;
use std::io::{self, Write};

use dialoguer::console::{Key, Term, measure_text_width};
use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::choice::without_aside;
use super::interrupt::Question;
use super::line::{self, Line, Outcome};
use super::{PromptError, Ui, safe_line, shorten};

/// The most items that are shown at once.
const MOST: usize = 12;
/// What stands before an item, in columns.
const MARGIN: usize = 2;

/// Something to be chosen.
pub(crate) struct Item {
    /// What is searched as people remember it: its letters in their order, others between them.
    pub(crate) name: String,
    /// What is shown, the name or its beginning first. It is searched for what is typed as it is.
    pub(crate) line: String,
}

impl Item {
    /// What was chosen, without the room between its parts.
    fn said(&self) -> String {
        self.line.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl Ui {
    /// Asks for one of many, by searching; its place in the list.
    pub(crate) fn pick(&mut self, question: &str, items: &[Item]) -> Result<usize, PromptError> {
        if !self.can_ask() {
            return Err(PromptError::NoTerminal);
        }
        let safe = |item: &Item| Item { name: safe_line(&item.name), line: safe_line(&item.line) };
        let items = items.iter().map(safe).collect();
        let mut term = Term::buffered_stderr();
        let _open = Question::open()?;
        let mut list = List::new(items);
        let chosen = list.ask(&mut term, &line::prompt(question, ""));
        let shown = chosen
            .as_ref()
            .ok()
            .map(|i| line::answered(without_aside(question), &list.items[*i].said()));
        list.take_away(&term, shown.as_deref())?;
        Ok(chosen?)
    }
}

/// What is offered, what of it fits what was typed, and where the choice is.
struct List {
    items: Vec<Item>,
    search: Line,
    matcher: Matcher,
    /// Places of items, the best first.
    fitting: Vec<usize>,
    chosen: usize,
    /// How many of those that fit are above what is shown.
    above: usize,
}

impl List {
    fn new(items: Vec<Item>) -> Self {
        let fitting = (0..items.len()).collect();
        let (search, matcher) = (Line::default(), Matcher::new(Config::DEFAULT));
        List { items, search, matcher, fitting, chosen: 0, above: 0 }
    }

    /// Asks until Enter is pressed on something.
    fn ask(&mut self, term: &mut Term, prompt: &str) -> io::Result<usize> {
        loop {
            self.draw(term, prompt)?;
            let key = term.read_key_raw()?;
            match self.press(&key) {
                Outcome::BrokenOff => return Err(io::ErrorKind::Interrupted.into()),
                Outcome::Done => {
                    if let Some(item) = self.fitting.get(self.chosen) {
                        return Ok(*item);
                    }
                }
                Outcome::GoOn => {}
            }
        }
    }

    fn press(&mut self, key: &Key) -> Outcome {
        let count = self.fitting.len().max(1);
        match key {
            Key::ArrowDown | Key::Tab => self.chosen = (self.chosen + 1) % count,
            Key::ArrowUp | Key::BackTab => self.chosen = (self.chosen + count - 1) % count,
            Key::PageDown => self.chosen = (self.chosen + MOST).min(count - 1),
            Key::PageUp => self.chosen = self.chosen.saturating_sub(MOST),
            key => {
                let before = self.search.text();
                let outcome = self.search.press(key);
                if self.search.text() != before {
                    self.find();
                }
                return outcome;
            }
        }
        Outcome::GoOn
    }

    /// Finds what fits what was typed: names before other lines, and among equals, what comes first.
    fn find(&mut self) {
        let search = Search::of(&self.search.text());
        let mut scored: Vec<(Score, usize)> = Vec::new();
        for (place, item) in self.items.iter().enumerate() {
            let score = search.score(item, &mut self.matcher);
            scored.extend(score.map(|score| (score, place)));
        }
        scored.sort_by_key(|(score, _)| Reverse(*score));
        self.fitting = scored.into_iter().map(|(_, place)| place).collect();
        (self.chosen, self.above) = (0, 0);
    }

    /// Draws the search and what fits below it, and puts the cursor into the search.
    fn draw(&mut self, term: &mut Term, prompt: &str) -> io::Result<()> {
        let (rows, columns) = term.size_checked().map_or((24, 80), |(r, c)| (r.into(), c.into()));
        let shown = MOST.min(usize::max(rows, 3) - 2);
        // What is chosen stays in sight.
        self.above = self.above.clamp((self.chosen + 1).saturating_sub(shown), self.chosen);
        let (before, after) = self.search.around_cursor(columns, measure_text_width(prompt));
        write!(term, "\r")?;
        term.clear_to_end_of_screen()?;
        write!(term, "{prompt}{before}{after}")?;
        let lines = self.lines(shown, columns.saturating_sub(MARGIN + 1));
        for line in &lines {
            write!(term, "\r\n{line}")?;
        }
        term.move_cursor_up(lines.len())?;
        write!(term, "\r")?;
        term.move_cursor_right(measure_text_width(prompt) + before.width())?;
        term.flush()
    }

    fn lines(&mut self, shown: usize, width: usize) -> Vec<String> {
        if self.fitting.is_empty() {
            return vec![line::dim("  nothing fits")];
        }
        let search = Search::of(&self.search.text());
        let places: Vec<(usize, usize)> =
            self.fitting.iter().copied().enumerate().skip(self.above).take(shown).collect();
        let line = |(i, place): (usize, usize)| {
            let item = &self.items[place];
            let positions = search.positions(item, &mut self.matcher);
            let cursor = if i == self.chosen { line::cursor() } else { " ".to_owned() };
            format!(
                "{cursor} {}",
                marked(&shorten(&item.line, width), &positions, i == self.chosen)
            )
        };
        places.into_iter().map(line).collect()
    }

    /// Takes the list away; `instead` stays in its place.
    fn take_away(&self, term: &Term, instead: Option<&str>) -> io::Result<()> {
        term.write_str("\r")?;
        term.clear_to_end_of_screen()?;
        if let Some(line) = instead {
            term.write_line(line)?;
        }
        term.flush()
    }
}

/// Whether it is the name that fits, and how well.
type Score = (bool, u32);

/// What was typed, as it is searched for.
struct Search {
    in_name: Pattern,
    in_line: Pattern,
}

impl Search {
    fn of(text: &str) -> Self {
        let pattern = |kind| Pattern::new(text, CaseMatching::Ignore, Normalization::Smart, kind);
        Search { in_name: pattern(AtomKind::Fuzzy), in_line: pattern(AtomKind::Substring) }
    }

    fn score(&self, item: &Item, matcher: &mut Matcher) -> Option<Score> {
        let mut buffer = Vec::new();
        let in_name = self.in_name.score(Utf32Str::new(&item.name, &mut buffer), matcher);
        if let Some(score) = in_name {
            return Some((true, score));
        }
        let in_line = self.in_line.score(Utf32Str::new(&item.line, &mut buffer), matcher);
        in_line.map(|score| (false, score))
    }

    /// Which characters of the line fit, as they are seen.
    fn positions(&self, item: &Item, matcher: &mut Matcher) -> Vec<u32> {
        let (mut buffer, mut positions) = (Vec::new(), Vec::new());
        let name = Utf32Str::new(&item.name, &mut buffer);
        if self.in_name.indices(name, matcher, &mut positions).is_none() {
            positions.clear();
            self.in_line.indices(Utf32Str::new(&item.line, &mut buffer), matcher, &mut positions);
        }
        positions.sort_unstable();
        positions
    }
}

/// An item with what fits set off.
fn marked(item: &str, positions: &[u32], is_chosen: bool) -> String {
    let part = |(i, part): (usize, &str)| {
        let fits = u32::try_from(i).is_ok_and(|i| positions.binary_search(&i).is_ok());
        line::part(part, fits && part != "…", is_chosen)
    };
    item.graphemes(true).enumerate().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(items: &[&str], keys: &str) -> List {
        let item = |text: &&str| Item {
            name: text.split("  ").next().unwrap_or_default().to_owned(),
            line: (*text).to_owned(),
        };
        let mut list = List::new(items.iter().map(item).collect());
        for key in keys.chars() {
            list.press(&Key::Char(key));
        }
        list
    }

    fn found(items: &[&str], keys: &str) -> Vec<usize> {
        list(items, keys).fitting
    }

    #[test]
    fn the_best_comes_first_and_among_equals_what_was_first() {
        assert_eq!(found(&["d-e-p", "dep", "web"], "dep"), [1, 0]);
        assert_eq!(found(&["bot", "bot", "bot"], "bot"), [0, 1, 2]);
        assert_eq!(found(&["a", "b"], ""), [0, 1]);
        assert!(found(&["a", "b"], "x").is_empty());
    }

    #[test]
    fn names_are_searched_by_their_letters_and_the_rest_as_it_is() {
        let items = ["api  kc_dev_dXpYlZ", "deploy  kc_dev_aaaaaa"];
        assert_eq!(found(&items, "dpl"), [1]);
        assert_eq!(found(&items, "dev_dxp"), [0]);
        assert_eq!(found(&items, "aaa"), [1]);
        assert!(found(&items, "kdv").is_empty());
    }

    #[test]
    fn the_choice_goes_round_and_begins_anew_with_another_search() {
        let mut list = list(&["a1", "a2", "b"], "");
        list.press(&Key::ArrowUp);
        assert_eq!(list.chosen, 2);
        list.press(&Key::ArrowDown);
        assert_eq!(list.chosen, 0);
        list.press(&Key::PageDown);
        assert_eq!(list.chosen, 2);
        list.press(&Key::Char('a'));
        assert_eq!((list.chosen, list.fitting.len()), (0, 2));
    }

    #[test]
    fn nothing_to_choose_is_no_reason_to_fail() {
        let mut list = list(&["a"], "zzz");
        for key in [Key::ArrowUp, Key::ArrowDown, Key::PageUp, Key::PageDown] {
            assert_eq!(list.press(&key), Outcome::GoOn);
            assert_eq!(list.chosen, 0);
        }
        assert_eq!(list.press(&Key::Escape), Outcome::BrokenOff);
    }
}
