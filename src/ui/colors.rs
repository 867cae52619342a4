//! Colours and styles, where a stream shows any.

use std::io::{self, IsTerminal};

use anstyle::{AnsiColor, Style};

use crate::global::ColorChoice;

/// Whether a stream shows colours.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Colors(bool);

impl Colors {
    /// Those of the answer; `no_color` is whether the environment asks for none.
    pub(super) fn of_stdout(asked: ColorChoice, no_color: bool) -> Self {
        Colors(match asked {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => io::stdout().is_terminal() && !no_color,
        })
    }

    /// Those of what is said besides: at a terminal alone, also where colours are asked for, because scripts
    /// look for the first word of a line.
    pub(crate) fn of_stderr(asked: ColorChoice, no_color: bool) -> Self {
        let unwanted = match asked {
            ColorChoice::Always => false,
            ColorChoice::Never => true,
            ColorChoice::Auto => no_color,
        };
        Colors(!unwanted && io::stderr().is_terminal())
    }

    /// What a line on stderr begins with, and says what it is.
    pub(crate) fn label(self, color: AnsiColor, text: &str) -> String {
        self.styled(color.on_default().bold(), text)
    }

    /// `text` set back.
    pub(super) fn dimmed(self, text: &str) -> String {
        self.styled(Style::new().dimmed(), text)
    }

    /// `text` in that colour.
    pub(crate) fn paint(self, color: AnsiColor, text: &str) -> String {
        self.styled(color.on_default(), text)
    }

    /// `text` set off.
    pub(crate) fn bold(self, text: &str) -> String {
        self.styled(Style::new().bold(), text)
    }

    /// What was searched for, in what was found.
    pub(crate) fn mark(self, text: &str) -> String {
        self.styled(AnsiColor::Magenta.on_default().bold(), text)
    }

    fn styled(self, style: Style, text: &str) -> String {
        if self.0 { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}
