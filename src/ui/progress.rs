//! Progress of what takes long, on stderr and only where somebody watches.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar that appears once there is something to wait for.
pub(crate) struct Progress {
    bar: ProgressBar,
    shown: bool,
    what: &'static str,
}

impl Progress {
    pub(super) fn new(what: &'static str, quiet: bool) -> Self {
        let watched = !quiet && std::io::stderr().is_terminal();
        let target =
            if watched { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Progress { bar: ProgressBar::with_draw_target(None, target), shown: false, what }
    }

    /// Says how much of all is done.
    pub(crate) fn show(&mut self, done: u64, all: u64) {
        let short = Duration::from_millis(300);
        if !self.shown && self.bar.elapsed() > short {
            self.shown = true;
            let style = "{bar:30} {human_pos} of {human_len} {msg}";
            self.bar.set_style(ProgressStyle::with_template(style).expect("a template of ours"));
            self.bar.set_message(self.what);
        }
        if self.shown {
            self.bar.set_length(all);
            self.bar.set_position(done);
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
