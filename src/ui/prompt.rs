//! Questions, asked only where somebody can answer them.

use std::io::{self, IsTerminal};

use dialoguer::Confirm;
use dialoguer::console::Term;
use zeroize::Zeroizing;

use super::interrupt::Question;
use super::{Ui, hidden, safe_line};

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum PromptError {
    /// Nobody is there to ask.
    NoTerminal,
    /// Somebody broke off.
    Interrupted,
    /// The terminal failed.
    Io(io::Error),
}

impl Ui {
    /// True when questions can be asked: stdin and stderr are terminals, and nobody forbade it.
    pub(crate) fn can_ask(&self) -> bool {
        self.input && io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// True when a hidden answer can be asked for: from the terminal of this process, be stdin
    /// a pipe or not.
    pub(crate) fn can_ask_hidden(&self) -> bool {
        self.input && io::stderr().is_terminal() && hidden::terminal().is_ok()
    }

    /// Asks for something that must not be shown.
    pub(crate) fn ask_hidden(&mut self, question: &str) -> Result<Zeroizing<String>, PromptError> {
        if !self.can_ask_hidden() {
            return Err(PromptError::NoTerminal);
        }
        Ok(hidden::read(&mut hidden::terminal()?, question)?)
    }

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
        let question = Confirm::new().with_prompt(safe_line(question)).default(default);
        let _open = Question::open()?;
        let answer = question.wait_for_newline(true).interact_opt();
        if answer.is_err() {
            Term::stderr().show_cursor()?;
        }
        answer?.ok_or(PromptError::Interrupted)
    }
}
