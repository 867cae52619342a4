//! Where the answer goes: stdout, or a pager that somebody asked for.

use std::ffi::OsStr;
use std::io::{self, Stdout, Write};
use std::process::{Child, ChildStdin, Command, Stdio};

use super::interrupt::Held;

/// The other end of everything that is written.
pub(super) enum Target {
    Stdout(Stdout),
    Pager(ChildStdin),
    /// The pager has been let go.
    Nobody,
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Target::Stdout(stdout) => stdout.write(bytes),
            Target::Pager(stdin) => stdin.write(bytes),
            Target::Nobody => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Target::Stdout(stdout) => stdout.flush(),
            Target::Pager(stdin) => stdin.flush(),
            Target::Nobody => Ok(()),
        }
    }
}

/// A pager that runs. Ctrl-C is its own affair until it is left.
pub(super) struct Pager {
    child: Child,
    _held: Held,
}

/// Starts a pager; `hidden` is a variable that no child gets.
pub(super) fn start(command: &OsStr, less: bool, hidden: &str) -> io::Result<(Pager, ChildStdin)> {
    let mut shell = Command::new("/bin/sh");
    shell.arg("-c").arg(command).env_remove(hidden).stdin(Stdio::piped());
    if less {
        // Colours as they are, long lines to the side, and nothing at all for what fits.
        shell.env("LESS", "FRSX");
    }
    let held = Held::new()?;
    let mut child = shell.spawn()?;
    let stdin = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
    Ok((Pager { child, _held: held }, stdin))
}

impl Pager {
    /// Waits until it is left.
    ///
    /// # Errors
    /// `NotFound` when the shell had nothing to start.
    pub(super) fn wait(mut self) -> io::Result<()> {
        /// What shells say of a command that is not there, or is none.
        const NOT_STARTED: [Option<i32>; 2] = [Some(126), Some(127)];
        let status = self.child.wait()?;
        // Whoever leaves it early has read enough.
        if NOT_STARTED.contains(&status.code()) {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok(())
    }
}
