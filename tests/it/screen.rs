//! A terminal of a certain size with somebody in front of it: all three streams of a command are
//! the terminal, which is also the one that Ctrl-C and /dev/tty belong to. What is looked at is what
//! is seen: text, colours and cursor after everything has been drawn.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Pty, open};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{LocalModes, tcgetattr};

use crate::support::{Home, redact};

/// How long to wait for something to be shown.
const PATIENCE: Duration = Duration::from_secs(20);

/// Columns and lines of the terminals that most people have.
pub const NARROW: (u16, u16) = (80, 24);
pub const WIDE: (u16, u16) = (140, 40);

pub const ENTER: &str = "\r";
pub const ESC: &str = "\u{1b}";
pub const CTRL_C: &str = "\u{3}";
pub const DOWN: &str = "\u{1b}[B";
pub const UP: &str = "\u{1b}[A";

/// Without the passphrase in the environment.
pub const LOCKED: (&str, &str) = ("KEYCTL_PASSPHRASE", "");

/// A command at a terminal.
pub struct Screen {
    pty: Pty,
    child: Child,
    parser: vt100::Parser,
}

/// What is left on the terminal when the command has ended.
pub struct Left {
    pub code: i32,
    pub text: String,
    screen: vt100::Screen,
    /// The terminal echoes, and gives lines.
    pub is_cooked: bool,
}

impl Screen {
    /// Starts a command at a terminal of 80 by 24.
    pub fn start<'a>(home: &Home, args: impl IntoIterator<Item = &'a str>) -> Self {
        Screen::of(home.command(args), NARROW)
    }

    /// The same with more variables; an empty one is taken out.
    pub fn start_in<'a>(
        home: &Home,
        variables: &[(&str, &str)],
        args: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut command = home.command(args);
        for (name, value) in variables {
            match *value {
                "" => command.env_remove(name),
                value => command.env(name, value),
            };
        }
        Screen::of(command, NARROW)
    }

    /// Starts a command at a terminal of that size.
    pub fn of(mut command: Command, (columns, rows): (u16, u16)) -> Self {
        if command.get_envs().all(|(name, _)| name != "TERM") {
            command.env("TERM", "xterm-256color");
        }
        command.env("LANG", "C.UTF-8");
        // What the test gave it for stdin is not the terminal.
        let mut at_terminal = Command::new(command.get_program());
        at_terminal.args(command.get_args()).env_clear();
        at_terminal.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        at_terminal.current_dir(command.get_current_dir().unwrap());
        let (pty, pts) = open().unwrap();
        pty.resize(Size::new(rows, columns)).unwrap();
        let child = pty_process::blocking::Command::from(at_terminal).spawn(pts).unwrap();
        let size = |n| NonZeroU16::new(n).unwrap();
        Screen { pty, child, parser: vt100::Parser::new(size(rows), size(columns), 0) }
    }

    /// What is seen, without what is empty at the ends.
    pub fn text(&self) -> String {
        text_of(self.parser.screen())
    }

    /// The column at which `text` begins, of each line that has it.
    pub fn columns_of(&self, text: &str) -> Vec<u16> {
        columns_of(self.parser.screen(), text)
    }

    /// Waits until `text` is seen, be it in one line or in several.
    pub fn wait_for(&mut self, text: &str) -> &mut Self {
        self.wait_until(text, |seen| seen.contains(text) || seen.replace('\n', " ").contains(text))
    }

    /// Waits until what is seen is as wanted; `what` says so where it never comes.
    pub fn wait_until(&mut self, what: &str, is_so: impl Fn(&str) -> bool) -> &mut Self {
        let deadline = Instant::now() + PATIENCE;
        while !is_so(&self.text()) {
            let is_open = self.read(deadline);
            let seen = self.text();
            assert!(is_open || is_so(&seen), "ended without {what:?}:\n{seen}");
            assert!(Instant::now() < deadline, "{what:?} never came:\n{seen}");
        }
        self
    }

    /// Presses keys.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        self.pty.write_all(keys.as_bytes()).unwrap();
        self
    }

    /// Waits for a question, and answers it.
    pub fn answer(&mut self, question: &str, answer: &str) -> &mut Self {
        self.wait_for(question).press(answer).press(ENTER)
    }

    /// Reads what comes to the end of the command.
    pub fn end(mut self) -> Left {
        let deadline = Instant::now() + PATIENCE;
        while self.read(deadline) {
            assert!(Instant::now() < deadline, "does not end:\n{}", self.text());
        }
        let code = self.child.wait().unwrap().code().unwrap_or(-1);
        let modes = tcgetattr(&self.pty).unwrap().local_modes;
        let cooked = LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        let screen = self.parser.screen().clone();
        Left { code, text: text_of(&screen), screen, is_cooked: modes.contains(cooked) }
    }

    /// Shows what comes next; false when nothing comes any more.
    fn read(&mut self, deadline: Instant) -> bool {
        let left = deadline.saturating_duration_since(Instant::now());
        let patience = Timespec { tv_sec: left.as_secs() as i64, tv_nsec: 0 };
        let mut ready = [PollFd::new(&self.pty, PollFlags::IN)];
        if poll(&mut ready, Some(&patience)).unwrap() == 0 {
            return true;
        }
        let mut buffer = [0; 1 << 16];
        // A terminal that nobody has open any more is an error to read.
        let Ok(read @ 1..) = self.pty.read(&mut buffer) else { return false };
        self.parser.process(&buffer[..read]);
        true
    }
}

impl Drop for Screen {
    /// A test that has failed leaves no command behind.
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Left {
    /// What is seen, with what differs from run to run replaced.
    pub fn shown(&self, home: &Home) -> String {
        redact(&self.text, home)
    }

    /// Whether the cursor is seen.
    pub fn has_cursor(&self) -> bool {
        !self.screen.hide_cursor()
    }

    /// The colour of the first place where `text` is seen.
    pub fn color(&self, text: &str) -> vt100::Color {
        self.cell(text).fgcolor()
    }

    /// Whether nothing is seen in any other style than the usual one.
    pub fn is_plain(&self) -> bool {
        let (rows, columns) = self.screen.size();
        let cells = (0..rows.get()).flat_map(|row| (0..columns.get()).map(move |c| (row, c)));
        let is_usual = |cell: &vt100::Cell| {
            cell.fgcolor() == vt100::Color::Default && !cell.bold() && !cell.dim()
        };
        cells.filter_map(|(row, column)| self.screen.cell(row, column)).all(is_usual)
    }

    /// Whether that is bold.
    pub fn is_bold(&self, text: &str) -> bool {
        self.cell(text).bold()
    }

    /// The column at which `text` begins, of each line that has it.
    pub fn columns_of(&self, text: &str) -> Vec<u16> {
        columns_of(&self.screen, text)
    }

    /// Somebody broke off: the exit code says so, nothing but `before` and the error is left, and
    /// the terminal is as it was.
    pub fn assert_broken_off(&self, before: &str) {
        let expected = format!("{before}error: interrupted; nothing was changed\n");
        assert_eq!((self.code, self.text.as_str()), (130, expected.as_str()));
        self.assert_restored();
    }

    /// Everything is as it was before: the cursor is seen, and the terminal echoes lines.
    pub fn assert_restored(&self) {
        assert!(self.has_cursor(), "no cursor:\n{}", self.text);
        assert!(self.is_cooked, "no echo, or no lines:\n{}", self.text);
    }

    fn cell(&self, text: &str) -> &vt100::Cell {
        let found = cells(&self.screen)
            .iter()
            .enumerate()
            .find_map(|(row, line)| Some((u16::try_from(row).unwrap(), place(line, text)?)));
        let (row, column) = found.unwrap_or_else(|| panic!("no {text:?}:\n{}", self.text));
        self.screen.cell(row, column).unwrap()
    }
}

fn columns_of(screen: &vt100::Screen, text: &str) -> Vec<u16> {
    cells(screen).iter().filter_map(|line| place(line, text)).collect()
}

/// The lines, each with the column at which every character begins.
fn cells(screen: &vt100::Screen) -> Vec<Vec<(u16, String)>> {
    let (rows, columns) = screen.size();
    let line = |row| {
        let cell = |column| screen.cell(row, column).filter(|cell| !cell.is_wide_continuation());
        let text = |cell: &vt100::Cell| match cell.contents() {
            "" => " ".to_owned(),
            text => text.to_owned(),
        };
        (0..columns.get()).filter_map(|c| Some((c, text(cell(c)?)))).collect()
    };
    (0..rows.get()).map(line).collect()
}

fn place(line: &[(u16, String)], text: &str) -> Option<u16> {
    let begins = |i: &usize| {
        let rest: String = line[*i..].iter().map(|(_, text)| text.as_str()).collect();
        rest.starts_with(text)
    };
    (0..line.len()).find(begins).map(|i| line[i].0)
}

fn text_of(screen: &vt100::Screen) -> String {
    let line = |cells: Vec<(u16, String)>| {
        let text: String = cells.into_iter().map(|(_, text)| text).collect();
        text.trim_end().to_owned() + "\n"
    };
    let text: String = cells(screen).into_iter().map(line).collect();
    text.trim_end().to_owned() + "\n"
}
