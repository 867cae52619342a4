//! A line that is typed at a terminal and seen while it is.
//!
//! The library's own line does not know Esc, which breaks every other question off.

use std::io::{self, Write};

use dialoguer::console::{Key, Term, style};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::interrupt::Question;
use super::{PromptError, Ui, escape, safe_line};

/// The longest line, in bytes; what is typed beyond is not taken.
const MAX: usize = 4096;
const CTRL_U: char = '\u{15}';
const CTRL_W: char = '\u{17}';
const CTRL_D: char = '\u{4}';

impl Ui {
    /// Asks for a line of text until `parse` takes it; `hint` stands beside the question. Nothing
    /// typed is the empty text, which `empty` is another word for.
    pub(crate) fn ask_for<T>(
        &mut self,
        question: &str,
        hint: &str,
        empty: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, PromptError> {
        if !self.can_ask() {
            return Err(PromptError::NoTerminal);
        }
        let mut term = Term::stderr();
        let mut line = Line::default();
        let _open = Question::open()?;
        loop {
            line.read(&mut term, &prompt(question, hint))?;
            let typed = line.text();
            match parse(typed.trim()) {
                Ok(answer) => {
                    let said = if typed.trim().is_empty() { empty } else { typed.trim() };
                    term.write_line(&answered(question, said))?;
                    return Ok(answer);
                }
                Err(why) => {
                    let why = format!("'{}' {why}", typed.trim());
                    term.write_line(&format!("{} {}", mark("✘").red(), safe_line(&why)))?;
                }
            }
        }
    }
}

/// What stands before what is typed.
pub(super) fn prompt(question: &str, hint: &str) -> String {
    let hint =
        if hint.is_empty() { String::new() } else { format!("{} ", dim(&format!("({hint})"))) };
    format!("{} {} {hint}{} ", mark("?").yellow(), bold(question), dim("›"))
}

/// What is left of a question that was answered.
pub(super) fn answered(question: &str, answer: &str) -> String {
    format!("{} {} {} {}", mark("✔").green(), bold(question), dim("·"), value(answer))
}

/// Where the choice is in a list.
pub(super) fn cursor() -> String {
    mark("❯").green().to_string()
}

/// A part of an item in a list.
pub(super) fn part(text: &str, fits: bool, is_chosen: bool) -> String {
    let styled = if fits { mark(text).bold() } else { mark(text) };
    (if is_chosen { styled.cyan() } else { styled }).to_string()
}

fn mark(text: &str) -> dialoguer::console::StyledObject<&str> {
    style(text).for_stderr()
}

fn bold(text: &str) -> String {
    style(text).for_stderr().bold().to_string()
}

pub(super) fn dim(text: &str) -> String {
    style(text).for_stderr().black().bright().to_string()
}

fn value(text: &str) -> String {
    style(safe_line(text)).for_stderr().green().to_string()
}

/// What has been typed, character by character, and where the cursor is.
#[derive(Default)]
pub(super) struct Line {
    chars: Vec<char>,
    cursor: usize,
}

/// What comes of a key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    GoOn,
    Done,
    BrokenOff,
}

impl Line {
    /// What has been typed.
    pub(super) fn text(&self) -> String {
        self.chars.iter().collect()
    }

    /// Reads until Enter, and takes the line away again. Ctrl-C and Esc are `Interrupted`.
    fn read(&mut self, term: &mut Term, prompt: &str) -> io::Result<()> {
        loop {
            self.draw(term, prompt)?;
            let outcome = match term.read_key_raw() {
                Ok(key) => self.press(&key),
                Err(error) => {
                    term.clear_line()?;
                    return Err(error);
                }
            };
            if outcome != Outcome::GoOn {
                term.clear_line()?;
            }
            match outcome {
                Outcome::GoOn => {}
                Outcome::Done => return Ok(()),
                Outcome::BrokenOff => return Err(io::ErrorKind::Interrupted.into()),
            }
        }
    }

    /// Does what a key says.
    pub(super) fn press(&mut self, key: &Key) -> Outcome {
        match key {
            Key::Enter => return Outcome::Done,
            Key::Escape | Key::CtrlC => return Outcome::BrokenOff,
            Key::Char(CTRL_D) if self.chars.is_empty() => return Outcome::BrokenOff,
            Key::ArrowLeft => self.cursor = self.cursor.saturating_sub(1),
            Key::ArrowRight => self.cursor = (self.cursor + 1).min(self.chars.len()),
            Key::Home => self.cursor = 0,
            Key::End => self.cursor = self.chars.len(),
            Key::Backspace if self.cursor > 0 => {
                self.cursor -= 1;
                self.chars.remove(self.cursor);
            }
            Key::Del if self.cursor < self.chars.len() => drop(self.chars.remove(self.cursor)),
            Key::Char(CTRL_U) => drop(self.chars.drain(..std::mem::take(&mut self.cursor))),
            Key::Char(CTRL_W) => self.remove_word(),
            Key::Char(c) if !c.is_control() && self.chars.len() < MAX => {
                self.chars.insert(self.cursor, *c);
                self.cursor += 1;
            }
            _ => {}
        }
        Outcome::GoOn
    }

    fn remove_word(&mut self) {
        let end = self.cursor;
        while self.cursor > 0 && self.chars[self.cursor - 1] == ' ' {
            self.cursor -= 1;
        }
        while self.cursor > 0 && self.chars[self.cursor - 1] != ' ' {
            self.cursor -= 1;
        }
        self.chars.drain(self.cursor..end);
    }

    fn draw(&self, term: &mut Term, prompt: &str) -> io::Result<()> {
        let columns = term.size_checked().map_or(80, |(_, columns)| usize::from(columns));
        let prompt_width = dialoguer::console::measure_text_width(prompt);
        let (before, after) = self.around_cursor(columns, prompt_width);
        term.clear_line()?;
        write!(term, "{prompt}{before}{after}")?;
        term.move_cursor_left(after.width())?;
        term.flush()
    }

    /// As much of the line as there is room for behind a prompt: before the cursor, and after.
    pub(super) fn around_cursor(&self, columns: usize, prompt_width: usize) -> (String, String) {
        let before: String = self.chars[..self.cursor].iter().collect();
        let after: String = self.chars[self.cursor..].iter().collect();
        let room = columns.saturating_sub(prompt_width + 1).max(8);
        let before = last_columns(&escape(&before), room);
        let after = first_columns(&escape(&after), room - before.width());
        (before, after)
    }
}

/// The end of a text that fits.
fn last_columns(text: &str, width: usize) -> String {
    let mut used = 0;
    let fits = |part: &&str| {
        used += part.width();
        used <= width
    };
    let parts: Vec<&str> = text.graphemes(true).rev().take_while(fits).collect();
    parts.into_iter().rev().collect()
}

/// The beginning of a text that fits.
fn first_columns(text: &str, width: usize) -> String {
    let mut used = 0;
    let fits = |part: &&str| {
        used += part.width();
        used <= width
    };
    text.graphemes(true).take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[Key]) -> (String, Outcome) {
        let mut line = Line::default();
        let outcomes: Vec<Outcome> = keys.iter().map(|key| line.press(key)).collect();
        (line.text(), outcomes.into_iter().next_back().unwrap())
    }

    fn chars(text: &str) -> Vec<Key> {
        text.chars().map(Key::Char).collect()
    }

    #[test]
    fn keys_edit_the_line() {
        let with = |text: &str, keys: &[Key]| typed(&[&chars(text)[..], keys].concat()).0;
        assert_eq!(with("readd", &[Key::Backspace]), "read");
        assert_eq!(with("ead", &[Key::Home, Key::Char('r'), Key::End, Key::Char('!')]), "read!");
        assert_eq!(with("rad", &[Key::ArrowLeft, Key::ArrowLeft, Key::Char('e')]), "read");
        assert_eq!(with("a b  ", &[Key::Char(CTRL_W)]), "a ");
        assert_eq!(with("all", &[Key::Char(CTRL_U)]), "");
        assert_eq!(with("xread", &[Key::Home, Key::Del]), "read");
        assert_eq!(with("", &[Key::Backspace, Key::Del, Key::ArrowLeft, Key::Char('\t')]), "");
    }

    #[test]
    fn enter_ends_the_line_and_esc_and_ctrl_c_break_it_off() {
        assert_eq!(typed(&[Key::Char('a'), Key::Enter]), ("a".to_owned(), Outcome::Done));
        for key in [Key::Escape, Key::CtrlC, Key::Char(CTRL_D)] {
            assert_eq!(typed(&[key]).1, Outcome::BrokenOff);
        }
        assert_eq!(typed(&[Key::Char('a'), Key::Char(CTRL_D)]).1, Outcome::GoOn);
    }

    #[test]
    fn what_is_shown_fits() {
        assert_eq!(last_columns("deploy", 3), "loy");
        assert_eq!(last_columns("鍵鍵鍵", 5), "鍵鍵");
        assert_eq!(first_columns("e\u{301}tude", 2), "e\u{301}t");
    }
}
