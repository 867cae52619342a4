//! Questions, asked only where somebody can answer them.

use std::io::{self, IsTerminal};

use dialoguer::{Confirm, Input};
use zeroize::Zeroizing;

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

impl From<dialoguer::Error> for PromptError {
    fn from(error: dialoguer::Error) -> Self {
        let dialoguer::Error::IO(error) = error;
        error.into()
    }
}

impl From<io::Error> for PromptError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::Interrupted => PromptError::Interrupted,
            io::ErrorKind::NotConnected | io::ErrorKind::UnexpectedEof => PromptError::NoTerminal,
            _ => PromptError::Io(error),
        }
    }
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
        if !self.can_ask() {
            return Err(PromptError::NoTerminal);
        }
        let question = Confirm::new().with_prompt(safe_line(question)).default(false);
        let answer = question.wait_for_newline(true).interact_opt()?;
        answer.ok_or(PromptError::Interrupted)
    }

    /// Asks for a line of text.
    pub(crate) fn ask(&mut self, question: &str) -> Result<String, PromptError> {
        if !self.can_ask() {
            return Err(PromptError::NoTerminal);
        }
        let answer: Input<'_, String> =
            Input::new().with_prompt(safe_line(question)).allow_empty(true);
        Ok(answer.interact_text()?)
    }
}
