//! A question to be answered with yes or no.
//!
//! The library's own draws a question that is longer than a line again below itself with every key,
//! and takes Esc for an answer that Enter has to follow.

use std::io;

use dialoguer::console::{Key, Term};

use super::interrupt::Question;
use super::width::{rows, wrapped};
use super::{PromptError, Ui, safe_line};

/// Columns that an answer takes behind a question, and the cursor.
const ANSWER: usize = 5;
/// The longest answer, in characters: no longer one is any. What is typed beyond is not taken.
const LONGEST: usize = 20;

/// What comes of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pressed {
    Typed(char),
    TakenBack,
    Done,
    BrokenOff,
    Nothing,
}

impl Ui {
    /// Asks yes or no, no being the default. The answer ends with Enter: a key that was hit by mistake
    /// is none, and what is typed next belongs to the next question.
    pub(crate) fn confirm(&mut self, question: &str) -> Result<bool, PromptError> {
        self.yes_or_no(question, false)
    }

    /// The same, yes being the default: for what can be taken back.
    pub(crate) fn confirm_harmless(&mut self, question: &str) -> Result<bool, PromptError> {
        self.yes_or_no(question, true)
    }

    fn yes_or_no(&mut self, question: &str, default: bool) -> Result<bool, PromptError> {
        if !self.can_ask() {
            return Err(PromptError::NoTerminal);
        }
        let choice = if default { "[Y/n]" } else { "[y/N]" };
        let question = format!("{} {choice}", safe_line(question));
        let question = wrapped(&question, ANSWER, self.question_width()) + " ";
        let term = Term::stderr();
        let _open = Question::open()?;
        loop {
            term.write_str(&question)?;
            let typed = self.read(&term, &question)?;
            if let Some(said) = meant(&typed, default) {
                self.show(&term, &question, &typed, word(said))?;
                term.write_line("")?;
                return Ok(said);
            }
            term.write_line("")?;
            term.write_line(&safe_line(&format!("'{typed}' is neither yes nor no")))?;
        }
    }

    /// Reads until Enter; what was typed. It is left behind the question, unless that is broken off and
    /// taken away.
    fn read(&self, term: &Term, question: &str) -> io::Result<String> {
        let mut typed = String::new();
        loop {
            let mut next = typed.clone();
            match term.read_key_raw().map(|key| press(&key)) {
                Ok(Pressed::Done) => return Ok(typed),
                Ok(Pressed::Typed(c)) if next.chars().count() < LONGEST => next.push(c),
                Ok(Pressed::TakenBack) => drop(next.pop()),
                Ok(Pressed::Typed(_) | Pressed::Nothing) => continue,
                Ok(Pressed::BrokenOff) => {
                    self.take_away(term, question, &typed)?;
                    return Err(io::ErrorKind::Interrupted.into());
                }
                Err(error) => {
                    self.take_away(term, question, &typed)?;
                    return Err(error);
                }
            }
            self.show(term, question, &typed, &next)?;
            typed = next;
        }
    }

    /// Shows one answer where another is shown.
    fn show(&self, term: &Term, question: &str, typed: &str, next: &str) -> io::Result<()> {
        self.take_away(term, question, typed)?;
        term.write_str(&format!("{question}{next}"))
    }

    fn take_away(&self, term: &Term, question: &str, typed: &str) -> io::Result<()> {
        let shown = format!("{question}{typed}");
        term.clear_line()?;
        term.clear_last_lines(rows(&shown, self.question_width()) - 1)
    }
}

/// What an answer means, if it is one: a word that has a `y` or an `n` in it is none yet.
fn meant(typed: &str, default: bool) -> Option<bool> {
    match typed.trim().to_lowercase().as_str() {
        "" => Some(default),
        "y" | "yes" => Some(true),
        "n" | "no" => Some(false),
        _ => None,
    }
}

fn word(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

fn press(key: &Key) -> Pressed {
    match key {
        Key::Char('\u{4}') | Key::Escape | Key::CtrlC => Pressed::BrokenOff,
        Key::Char(c) if !c.is_control() => Pressed::Typed(*c),
        Key::Backspace => Pressed::TakenBack,
        Key::Enter => Pressed::Done,
        _ => Pressed::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_an_answer_as_a_whole_or_none() {
        for (typed, meant_by_it) in [
            ("y", Some(true)),
            (" YES ", Some(true)),
            ("n", Some(false)),
            ("No", Some(false)),
            ("not yet", None),
            ("no way", None),
            ("nobody", None),
            ("maybe", None),
            ("j", None),
            ("yy", None),
        ] {
            assert_eq!(meant(typed, true), meant_by_it, "{typed}");
            assert_eq!(meant(typed, false), meant_by_it, "{typed}");
        }
        assert_eq!([true, false].map(|default| meant("", default)), [Some(true), Some(false)]);
    }

    #[test]
    fn keys_are_typed_and_enter_ends_them() {
        assert_eq!(press(&Key::Char('y')), Pressed::Typed('y'));
        assert_eq!(press(&Key::Char('ß')), Pressed::Typed('ß'));
        assert_eq!(press(&Key::Enter), Pressed::Done);
        for key in [Key::ArrowUp, Key::Char('\u{1}'), Key::Tab] {
            assert_eq!(press(&key), Pressed::Nothing);
        }
        for key in [Key::Escape, Key::CtrlC, Key::Char('\u{4}')] {
            assert_eq!(press(&key), Pressed::BrokenOff);
        }
    }
}
