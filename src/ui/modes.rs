//! How the terminal takes keys while something is asked: without showing them by itself, one by one,
//! and Ctrl-C as a key like others. Whatever happens, it is put back.
//!
//! It stays so from the beginning of a question to its end, and not only while a key is awaited:
//! what somebody types faster than it is read would else be shown in the middle of a list, and a
//! Ctrl-C that comes in between would be lost.

use std::io;
use std::os::fd::AsFd;

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// A terminal that is silent until this is dropped.
pub(super) struct Silent<T: AsFd> {
    terminal: T,
    before: Termios,
    when: OptionalActions,
}

impl<T: AsFd> Silent<T> {
    /// Throws away what was typed before and after: an answer that must not be shown begins with the
    /// question.
    pub(super) fn alone(terminal: T) -> io::Result<Self> {
        Silent::new(terminal, OptionalActions::Flush)
    }

    /// Keeps what was typed before: the answers to several questions may come in one go.
    pub(super) fn among_others(terminal: T) -> io::Result<Self> {
        Silent::new(terminal, OptionalActions::Drain)
    }

    fn new(terminal: T, when: OptionalActions) -> io::Result<Self> {
        let before = tcgetattr(&terminal)?;
        let mut silent = before.clone();
        silent.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        tcsetattr(&terminal, when, &silent)?;
        Ok(Silent { terminal, before, when })
    }
}

impl<T: AsFd> Drop for Silent<T> {
    fn drop(&mut self) {
        let put_back = tcsetattr(&self.terminal, self.when, &self.before);
        drop(put_back.map_err(io::Error::from));
    }
}
