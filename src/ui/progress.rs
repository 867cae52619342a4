//! Progress of what takes long, on stderr and only where somebody watches.

use std::io::IsTerminal;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Before this there is nothing to wait for.
const SHORT: Duration = Duration::from_millis(300);
/// How often a sign of life moves.
const TICK: Duration = Duration::from_millis(120);

/// A bar that appears once there is something to wait for.
pub(crate) struct Progress {
    bar: ProgressBar,
    shown: bool,
    what: &'static str,
}

impl Progress {
    pub(super) fn new(what: &'static str, quiet: bool) -> Self {
        Progress { bar: bar(quiet), shown: false, what }
    }

    /// Says how much of all is done.
    pub(crate) fn show(&mut self, done: u64, all: u64) {
        if !self.shown && self.bar.elapsed() > SHORT {
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

/// A number that appears once there is something to wait for, and grows: work of several threads
/// whose end nobody knows.
pub(crate) struct Counter {
    bar: ProgressBar,
}

impl Counter {
    pub(super) fn new(what: &'static str, quiet: bool) -> Self {
        let style = ProgressStyle::with_template("{human_pos} {msg}").expect("a template of ours");
        Counter { bar: bar(quiet).with_style(style).with_message(what) }
    }

    /// Says how much is done.
    pub(crate) fn show(&self, done: u64) {
        if !self.bar.is_hidden() && self.bar.elapsed() > SHORT {
            self.bar.set_position(done);
        }
    }

    /// Takes the number away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// A sign of life that appears once there is something to wait for: work that is one call, and
/// cannot say how far it is. It is gone when this is dropped.
pub(crate) struct Spinner {
    running: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Spinner {
    pub(super) fn new(what: &'static str, quiet: bool) -> Self {
        let bar = bar(quiet);
        if bar.is_hidden() {
            return Spinner { running: None };
        }
        let (done, is_done) = mpsc::channel::<()>();
        let thread = thread::spawn(move || {
            if is_done.recv_timeout(SHORT) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let style = "{spinner} {msg} ({elapsed})";
            bar.set_style(ProgressStyle::with_template(style).expect("a template of ours"));
            bar.set_message(what);
            bar.enable_steady_tick(TICK);
            // Until the other end is gone.
            let _ = is_done.recv();
            bar.finish_and_clear();
        });
        Spinner { running: Some((done, thread)) }
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        if let Some((done, thread)) = self.running.take() {
            drop(done);
            drop(thread.join());
        }
    }
}

fn bar(quiet: bool) -> ProgressBar {
    let watched = !quiet && std::io::stderr().is_terminal();
    let target = if watched { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    ProgressBar::with_draw_target(None, target)
}
