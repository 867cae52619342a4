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

/// What comes of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pressed {
    Said(bool),
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
        term.write_str(&question)?;
        match self.read(&term, &question) {
            Ok(said) => {
                term.write_line(if said.is_none() { word(default) } else { "" })?;
                Ok(said.unwrap_or(default))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Reads until Enter; what was said, if anything. It is left behind the question, unless that is
    /// broken off and taken away.
    fn read(&self, term: &Term, question: &str) -> io::Result<Option<bool>> {
        let mut said = None;
        loop {
            let pressed = term.read_key_raw().map(|key| press(&key));
            let next = match pressed {
                Ok(Pressed::Nothing) => continue,
                Ok(Pressed::Done) => return Ok(said),
                Ok(Pressed::Said(yes)) => Some(yes),
                Ok(Pressed::TakenBack) => None,
                Ok(Pressed::BrokenOff) | Err(_) => {
                    self.take_away(term, question, said)?;
                    return Err(pressed.err().unwrap_or(io::ErrorKind::Interrupted.into()));
                }
            };
            self.take_away(term, question, said)?;
            term.write_str(&format!("{question}{}", next.map_or("", word)))?;
            said = next;
        }
    }

    fn take_away(&self, term: &Term, question: &str, said: Option<bool>) -> io::Result<()> {
        let shown = format!("{question}{}", said.map_or("", word));
        term.clear_line()?;
        term.clear_last_lines(rows(&shown, self.question_width()) - 1)
    }
}

fn word(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

fn press(key: &Key) -> Pressed {
    match key {
        Key::Char('y' | 'Y') => Pressed::Said(true),
        Key::Char('n' | 'N') => Pressed::Said(false),
        Key::Backspace => Pressed::TakenBack,
        Key::Enter => Pressed::Done,
        Key::Escape | Key::CtrlC | Key::Char('\u{4}') => Pressed::BrokenOff,
        _ => Pressed::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_y_and_n_are_answers_and_enter_ends_them() {
        assert_eq!(press(&Key::Char('y')), Pressed::Said(true));
        assert_eq!(press(&Key::Char('N')), Pressed::Said(false));
        assert_eq!(press(&Key::Enter), Pressed::Done);
        for key in [Key::Char('j'), Key::Char(' '), Key::ArrowUp] {
            assert_eq!(press(&key), Pressed::Nothing);
        }
        for key in [Key::Escape, Key::CtrlC] {
            assert_eq!(press(&key), Pressed::BrokenOff);
        }
    }
}
