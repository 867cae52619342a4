//! A line that is typed without being shown.
//!
//! The prompts of a library switch the echo off and leave it off when somebody breaks off with
//! Ctrl-C, because the signal ends the process in between. Here the terminal sends no signal while
//! it reads; Ctrl-C is a key like others, and whatever happens, the terminal is put back.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use zeroize::Zeroizing;

use super::modes::Silent;
use super::width::rows;

const CTRL_C: u8 = 0x03;
const CTRL_D: u8 = 0x04;
const CTRL_H: u8 = 0x08;
const CTRL_U: u8 = 0x15;
const ESCAPE: u8 = 0x1b;
const CTRL_BACKSLASH: u8 = 0x1c;
const DELETE: u8 = 0x7f;
/// The longest line, in bytes; what is typed beyond is not taken.
const MAX: usize = 4096;
/// How long after Esc the rest of an arrow key may come, in nanoseconds.
const REST: i64 = 25_000_000;

/// Keys as they are pressed.
trait Keys: Read {
    /// True when another byte is there already, or comes at once.
    fn has_more(&self) -> io::Result<bool>;
}

impl Keys for &File {
    fn has_more(&self) -> io::Result<bool> {
        let rest = Timespec { tv_sec: 0, tv_nsec: REST };
        Ok(poll(&mut [PollFd::new(*self, PollFlags::IN)], Some(&rest))? > 0)
    }
}

/// The terminal of this process, whatever its streams are connected to.
pub(super) fn terminal() -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open("/dev/tty")
}

/// Shows `question` and reads a line. Nothing is left of the question when it is broken off;
/// `columns` is how wide the terminal is.
///
/// # Errors
/// `Interrupted` on Ctrl-C and Esc, `UnexpectedEof` on Ctrl-D with nothing typed.
pub(super) fn read(
    terminal: &mut File,
    question: &str,
    columns: usize,
) -> io::Result<Zeroizing<String>> {
    let question = format!("{question}: ");
    let line = {
        let _silent = Silent::alone(terminal.try_clone()?)?;
        terminal.write_all(question.as_bytes())?;
        read_line(&mut &*terminal)
    };
    match &line {
        Ok(_) => terminal.write_all(b"\n")?,
        Err(_) => terminal.write_all(taken_away(rows(&question, columns)).as_bytes())?,
    }
    let line = line?;
    let text = std::str::from_utf8(&line).map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// What takes so many lines away, the cursor being in the last of them.
fn taken_away(lines: usize) -> String {
    format!("\r\u{1b}[2K{}", "\u{1b}[1A\u{1b}[2K".repeat(lines.saturating_sub(1)))
}

fn read_line(keys: &mut impl Keys) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut line = Zeroizing::new(Vec::with_capacity(MAX));
    loop {
        match next(keys)? {
            b'\n' | b'\r' => return Ok(line),
            ESCAPE if keys.has_more()? => skip_sequence(keys)?,
            CTRL_C | CTRL_BACKSLASH | ESCAPE => return Err(io::ErrorKind::Interrupted.into()),
            CTRL_D if line.is_empty() => return Err(io::ErrorKind::UnexpectedEof.into()),
            CTRL_D => return Ok(line),
            CTRL_U => line.clear(),
            CTRL_H | DELETE => remove_last(&mut line),
            byte if line.len() < MAX => line.push(byte),
            _ => {}
        }
    }
}

fn next(keys: &mut impl Read) -> io::Result<u8> {
    let mut key = Zeroizing::new([0]);
    if keys.read(&mut key[..])? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(key[0])
}

/// Reads the rest of what a key like an arrow sends: it is no part of a secret.
fn skip_sequence(keys: &mut impl Keys) -> io::Result<()> {
    let is_long = matches!(next(keys)?, b'[' | b'O');
    while is_long && keys.has_more()? {
        if matches!(next(keys)?, 0x40..=0x7e) {
            break;
        }
    }
    Ok(())
}

/// Removes the last character, which may be several bytes.
fn remove_last(line: &mut Vec<u8>) {
    while line.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Keys for &[u8] {
        fn has_more(&self) -> io::Result<bool> {
            Ok(!self.is_empty())
        }
    }

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
    fn arrows_and_other_keys_are_no_part_of_the_line() {
        assert_eq!(typed(b"se\x1b[Dcr\x1bOAet\x1b[3~\x1b[1;5C\x1bx\n").unwrap(), "secret");
    }

    #[test]
    fn breaking_off_is_no_answer() {
        assert_eq!(typed(b"secr\x03").unwrap_err().kind(), io::ErrorKind::Interrupted);
        assert_eq!(typed(b"secr\x1b").unwrap_err().kind(), io::ErrorKind::Interrupted);
        assert_eq!(typed(b"\x04").unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert_eq!(typed(b"secr").unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn what_is_too_long_is_cut_and_not_grown() {
        let keys = [vec![b'x'; MAX + 100], vec![b'\n']].concat();
        assert_eq!(typed(&keys).unwrap().len(), MAX);
    }
}
