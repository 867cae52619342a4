//! A line that is typed without being shown.
//!
//! The prompts of a library switch the echo off and leave it off when somebody breaks off with
//! Ctrl-C, because the signal ends the process in between. Here the terminal sends no signal while
//! it reads; Ctrl-C is a key like others, and whatever happens, the terminal is put back.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

const CTRL_C: u8 = 0x03;
const CTRL_D: u8 = 0x04;
const CTRL_H: u8 = 0x08;
const CTRL_U: u8 = 0x15;
const CTRL_BACKSLASH: u8 = 0x1c;
const DELETE: u8 = 0x7f;
/// The longest line, in bytes; what is typed beyond is not taken.
const MAX: usize = 4096;

/// The terminal, silent until dropped.
struct Silent<'t> {
    terminal: &'t File,
    before: Termios,
}

impl<'t> Silent<'t> {
    fn new(terminal: &'t File) -> io::Result<Self> {
        let before = tcgetattr(terminal)?;
        let mut silent = before.clone();
        silent.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        tcsetattr(terminal, OptionalActions::Flush, &silent)?;
        Ok(Silent { terminal, before })
    }
}

impl Drop for Silent<'_> {
    fn drop(&mut self) {
        drop(
            tcsetattr(self.terminal, OptionalActions::Flush, &self.before).map_err(io::Error::from),
        );
    }
}

/// The terminal of this process, whatever its streams are connected to.
pub(super) fn terminal() -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open("/dev/tty")
}

/// Shows `question` and reads a line.
///
/// # Errors
/// `Interrupted` on Ctrl-C, `UnexpectedEof` on Ctrl-D with nothing typed.
pub(super) fn read(terminal: &mut File, question: &str) -> io::Result<Zeroizing<String>> {
    terminal.write_all(format!("{question}: ").as_bytes())?;
    let line = {
        let reader = terminal.try_clone()?;
        let _silent = Silent::new(&reader)?;
        read_line(&mut &*terminal)
    };
    terminal.write_all(b"\n")?;
    let line = line?;
    let text = std::str::from_utf8(&line).map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn read_line(keys: &mut impl Read) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut line = Zeroizing::new(Vec::with_capacity(MAX));
    let mut key = Zeroizing::new([0]);
    loop {
        if keys.read(&mut key[..])? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match key[0] {
            b'\n' | b'\r' => return Ok(line),
            CTRL_C | CTRL_BACKSLASH => return Err(io::ErrorKind::Interrupted.into()),
            CTRL_D if line.is_empty() => return Err(io::ErrorKind::UnexpectedEof.into()),
            CTRL_D => return Ok(line),
            CTRL_U => line.clear(),
            CTRL_H | DELETE => remove_last(&mut line),
            byte if line.len() < MAX => line.push(byte),
            _ => {}
        }
    }
}

/// Removes the last character, which may be several bytes.
fn remove_last(line: &mut Vec<u8>) {
    while line.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[u8]) -> io::Result<String> {
        read_line(&mut &*keys).map(|line| String::from_utf8(line.to_vec()).unwrap())
    }

    #[test]
    fn keys_edit_the_line() {
        assert_eq!(typed(b"secret\n").unwrap(), "secret");
        assert_eq!(typed(b"sx\x7fecret\r").unwrap(), "secret");
        assert_eq!(typed("sä\u{8}ecret\n".as_bytes()).unwrap(), "secret");
        assert_eq!(typed(b"wrong\x15secret\n").unwrap(), "secret");
        assert_eq!(typed(b"\x7f\x7fa\n").unwrap(), "a");
        assert_eq!(typed(b"\n").unwrap(), "");
    }

    #[test]
    fn breaking_off_is_no_answer() {
        assert_eq!(typed(b"secr\x03").unwrap_err().kind(), io::ErrorKind::Interrupted);
        assert_eq!(typed(b"\x04").unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert_eq!(typed(b"secr").unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn what_is_too_long_is_cut_and_not_grown() {
        let keys = [vec![b'x'; MAX + 100], vec![b'\n']].concat();
        assert_eq!(typed(&keys).unwrap().len(), MAX);
    }
}
