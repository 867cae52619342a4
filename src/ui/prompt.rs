//! Questions, asked only where somebody can answer them.

use std::io::{self, IsTerminal};

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
        let columns = self.question_width();
        Ok(hidden::read(&mut hidden::terminal()?, &safe_line(question), columns)?)
    }
}
