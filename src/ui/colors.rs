//! Colours and styles of the answer, where stdout shows any.

use anstyle::{AnsiColor, Style};

/// Whether stdout shows colours.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Colors(pub(super) bool);

impl Colors {
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
        if self.0 { styled(style, text) } else { text.to_owned() }
    }
}

pub(super) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}
