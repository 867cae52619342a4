//! Where the answer goes: stdout, or a pager that somebody asked for.

use std::ffi::OsStr;
use std::io::{self, Stdout, Write};
use std::process::{Child, ChildStdin, Command, Stdio};

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

/// Starts a pager; `hidden` is a variable that no child gets.
pub(super) fn start(command: &OsStr, less: bool, hidden: &str) -> io::Result<(Child, ChildStdin)> {
    let mut shell = Command::new("/bin/sh");
    shell.arg("-c").arg(command).env_remove(hidden).stdin(Stdio::piped());
    if less {
        // Colours as they are, long lines to the side, and nothing at all for what fits.
        shell.env("LESS", "FRSX");
    }
    let mut child = shell.spawn()?;
    let stdin = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
    Ok((child, stdin))
}
