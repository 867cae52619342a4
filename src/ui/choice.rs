//! Choosing from a short list at a terminal: one, or several.

use std::cell::Cell;
use std::fmt;
use std::io;

use dialoguer::console::Term;
use dialoguer::theme::{ColorfulTheme, Theme};
use dialoguer::{MultiSelect, Select};

use super::interrupt::Question;
use super::{PromptError, Ui, safe_line, shorten};

/// The most lines of a list that are shown at once.
const LINES: usize = 12;
/// What stands before an item, in columns.
const MARGIN: usize = 6;

impl Ui {
    /// Asks for one of a few; its place in the list.
    pub(crate) fn choose(
        &mut self,
        question: &str,
        items: &[String],
        default: usize,
    ) -> Result<usize, PromptError> {
        let look = Look::of(items.len());
        let select = Select::with_theme(&look)
            .with_prompt(question)
            .items(self.shown(items))
            .default(default)
            .max_length(LINES);
        self.asked(&look, |term| select.interact_on_opt(term))
    }

    /// Asks for some of a few; their places in the list.
    pub(crate) fn choose_some(
        &mut self,
        question: &str,
        items: &[String],
    ) -> Result<Vec<usize>, PromptError> {
        let look = Look::of(items.len());
        let select = MultiSelect::with_theme(&look)
            .with_prompt(question)
            .items(self.shown(items))
            .max_length(LINES);
        self.asked(&look, |term| select.interact_on_opt(term))
    }

    /// What somebody answers; nothing is left of the question when they break off.
    fn asked<T>(
        &self,
        look: &Look,
        ask: impl FnOnce(&Term) -> dialoguer::Result<Option<T>>,
    ) -> Result<T, PromptError> {
        if !self.can_ask() {
            return Err(PromptError::NoTerminal);
        }
        let term = Term::stderr();
        let _open = Question::open()?;
        match ask(&term) {
            Ok(Some(answer)) => Ok(answer),
            Ok(None) => Err(PromptError::Interrupted),
            Err(error) => {
                drop(term.clear_last_lines(look.lines()));
                term.show_cursor()?;
                Err(error.into())
            }
        }
    }

    /// Items that a terminal may be shown. The library counts their bytes where it should count
    /// columns, and takes lines away above the question when one seems too long.
    fn shown(&self, items: &[String]) -> Vec<String> {
        let width = self.question_width().saturating_sub(MARGIN);
        let short = |item: &String| {
            let item = shorten(&safe_line(item), width).into_owned();
            let end = (0..=width.min(item.len())).rev().find(|i| item.is_char_boundary(*i));
            if item.len() <= width { item } else { item[..end.unwrap_or(0)].to_owned() }
        };
        items.iter().map(short).collect()
    }

    /// Columns of the terminal that questions are asked at.
    pub(crate) fn question_width(&self) -> usize {
        Term::stderr().size_checked().map_or(80, |(_, columns)| usize::from(columns))
    }
}

/// The library's look, and how many lines a question takes at the moment.
struct Look {
    theme: ColorfulTheme,
    items: usize,
    drawn: Cell<usize>,
}

impl Look {
    /// Of a question with so many items.
    fn of(items: usize) -> Self {
        Look { theme: ColorfulTheme::default(), items, drawn: Cell::new(0) }
    }

    /// The question's line and its items. A list of several pages is drawn anew together with the
    /// question; of a shorter one the items alone are, and all of them.
    fn lines(&self) -> usize {
        self.drawn.get().min(self.items) + 1
    }

    fn draw(&self) {
        self.drawn.set(self.drawn.get() + 1);
    }
}

/// A question that has been answered needs no advice any more.
pub(super) fn without_aside(question: &str) -> &str {
    question.split(" (").next().unwrap_or(question)
}

impl Theme for Look {
    fn format_prompt(&self, f: &mut dyn fmt::Write, prompt: &str) -> fmt::Result {
        self.drawn.set(0);
        self.theme.format_prompt(f, prompt)
    }

    fn format_input_prompt_selection(
        &self,
        f: &mut dyn fmt::Write,
        prompt: &str,
        answer: &str,
    ) -> fmt::Result {
        let answer: Vec<&str> = answer.split_whitespace().collect();
        self.theme.format_input_prompt_selection(f, without_aside(prompt), &answer.join(" "))
    }

    fn format_select_prompt_item(
        &self,
        f: &mut dyn fmt::Write,
        text: &str,
        active: bool,
    ) -> fmt::Result {
        self.draw();
        self.theme.format_select_prompt_item(f, text, active)
    }

    fn format_multi_select_prompt_item(
        &self,
        f: &mut dyn fmt::Write,
        text: &str,
        checked: bool,
        active: bool,
    ) -> fmt::Result {
        self.draw();
        // Where the cursor is can be seen without colours too.
        let cursor =
            if active { &self.theme.active_item_prefix } else { &self.theme.inactive_item_prefix };
        let mark = if checked {
            &self.theme.checked_item_prefix
        } else {
            &self.theme.unchecked_item_prefix
        };
        write!(f, "{cursor} {mark} {text}")
    }

    fn format_multi_select_prompt_selection(
        &self,
        f: &mut dyn fmt::Write,
        prompt: &str,
        answers: &[&str],
    ) -> fmt::Result {
        self.theme.format_multi_select_prompt_selection(f, without_aside(prompt), answers)
    }
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
