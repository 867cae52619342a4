//! The streams and the terminal.
//!
//! stdout is the answer and nothing else; everything that is said besides goes to stderr. Nobody
//! else prints: `println!` is a lint error in this workspace.

mod choice;
mod clipboard;
mod colors;
mod hidden;
mod interrupt;
mod line;
mod modes;
mod pager;
mod progress;
mod prompt;
mod safe;
mod search;
mod width;
mod yes_no;

use std::io::{self, BufWriter, IsTerminal, Write};

use std::ffi::OsStr;

use anstyle::AnsiColor;

pub(crate) use clipboard::{Clipboard, STAYS as CLIPBOARD_SECONDS};
pub(crate) use colors::Colors;
pub(crate) use progress::{Counter, Progress, Spinner};
pub(crate) use prompt::PromptError;
pub(crate) use safe::{
    csv_cell, escape, is_plain, json_escape, last_argument, without_formula_mark, without_tokens,
};
pub(crate) use search::Item;
pub(crate) use width::shorten;

use crate::global::ColorChoice;
use pager::{Pager, Target};

/// The two streams, what they are connected to, and how much is said.
pub(crate) struct Ui {
    out: BufWriter<Target>,
    pager: Option<Pager>,
    quiet: bool,
    colors: Colors,
    err_colors: Colors,
    input: bool,
    width: Option<usize>,
}

impl Ui {
    /// A user interface; `no_color` is whether the environment asks for none.
    pub(crate) fn new(asked: ColorChoice, no_color: bool, quiet: bool, no_input: bool) -> Self {
        // Questions go to stderr, and have a library of their own for colours.
        if !matches!(asked, ColorChoice::Always) && (no_color || asked == ColorChoice::Never) {
            dialoguer::console::set_colors_enabled_stderr(false);
        }
        let width = io::stdout().is_terminal().then(terminal_width).flatten();
        let colors = Colors::of_stdout(asked, no_color);
        let err_colors = Colors::of_stderr(asked, no_color);
        let out = BufWriter::with_capacity(1 << 16, Target::Stdout(io::stdout()));
        Ui { out, pager: None, quiet, colors, err_colors, input: !no_input, width }
    }

    /// Progress of work on many things of that name.
    pub(crate) fn progress(&self, what: &'static str) -> Progress {
        Progress::new(what, self.quiet)
    }

    /// Progress of work on things of that name, nobody knows how many.
    pub(crate) fn counter(&self, what: &'static str) -> Counter {
        Counter::new(what, self.quiet)
    }

    /// A sign of life while work of that name goes on, until it is dropped.
    pub(crate) fn spinner(&self, what: &'static str) -> Spinner {
        Spinner::new(what, self.quiet)
    }

    /// True when somebody reads stdout as it comes.
    pub(crate) fn out_is_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// Columns of the terminal that stdout is, if it is one.
    pub(crate) fn width(&self) -> Option<usize> {
        self.width
    }

    /// Writes to stdout.
    pub(crate) fn write(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())
    }

    /// Where a serializer writes the answer.
    pub(crate) fn out(&mut self) -> &mut impl Write {
        &mut self.out
    }

    /// Hands everything written so far over.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// From here on the answer goes through a pager, where stdout is a terminal.
    pub(crate) fn start_pager(
        &mut self,
        command: &OsStr,
        less: bool,
        hidden: &str,
    ) -> io::Result<()> {
        if self.out_is_terminal() && self.pager.is_none() {
            self.out.flush()?;
            let (pager, stdin) = pager::start(command, less, hidden)?;
            *self.out.get_mut() = Target::Pager(stdin);
            self.pager = Some(pager);
        }
        Ok(())
    }

    /// Hands everything over, and waits until the pager is left.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        let flushed = self.out.flush();
        if let Some(pager) = self.pager.take() {
            *self.out.get_mut() = Target::Nobody;
            return pager.wait();
        }
        flushed
    }

    /// Says something beside an answer that a terminal shows, unless asked to be quiet.
    pub(crate) fn aside(&mut self, text: &str) {
        if !self.quiet {
            self.say(&self.err_colors.dimmed(&safe_line(text)));
        }
    }

    /// Says what was done, unless asked to be quiet.
    pub(crate) fn status(&mut self, text: &str) {
        if !self.quiet {
            self.say(&safe_line(text));
        }
    }

    /// Says what to know although all is well, unless asked to be quiet.
    pub(crate) fn note(&mut self, text: &str) {
        if !self.quiet {
            self.say(&format!("note: {}", safe_line(text)));
        }
    }

    /// Says what may be wrong.
    pub(crate) fn warn(&mut self, text: &str) {
        let label = self.err_colors.label(AnsiColor::Yellow, "warning:");
        self.say(&format!("{label} {}", safe_line(text)));
    }

    /// Says what to do next, unless asked to be quiet.
    pub(crate) fn hint(&mut self, hint: &str) {
        if self.quiet {
            return;
        }
        let label = self.err_colors.label(AnsiColor::Cyan, "hint:");
        self.say(&format!("{label} {}", safe_line(hint)));
    }

    /// Writes a line to stderr; nothing can be done when that fails.
    pub(crate) fn say(&mut self, line: &str) {
        drop(writeln!(io::stderr().lock(), "{line}"));
    }

    /// How the answer is coloured.
    pub(crate) fn colors(&self) -> Colors {
        self.colors
    }
}

/// A line of ours that may hold what somebody typed: it shows no token and sends nothing that a
/// terminal acts on.
pub(crate) fn safe_line(text: &str) -> String {
    escape(&without_tokens(text)).into_owned()
}

fn terminal_width() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
}
