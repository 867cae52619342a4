//! A terminal, and somebody who answers: for questions, which are asked only there.

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Command, Stdio};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::support::{Home, Run};

/// How long to wait for the terminal to show something, in seconds.
const PATIENCE: i64 = 20;

/// Runs a command whose stdin and stderr are a terminal, and answers each question when it comes.
/// What the terminal showed, answers and all, is the stderr of the run.
pub fn run<'a>(
    home: &Home,
    args: impl IntoIterator<Item = &'a str>,
    dialogue: &[(&str, &str)],
) -> Run {
    talk(home.command(args), Stdout::Pipe, dialogue)
}

/// What stdout is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stdout {
    Pipe,
    Terminal,
}

/// The same with any command, whose stdout may be the terminal too.
pub fn talk(command: Command, stdout: Stdout, dialogue: &[(&str, &str)]) -> Run {
    watched(command, stdout, dialogue, |_, _| {})
}

/// The same, and lets `watch` look at the process when a question has come, and before it is
/// answered: it gets the question and the process's number.
pub fn run_watched(
    command: Command,
    dialogue: &[(&str, &str)],
    watch: impl FnMut(&str, u32),
) -> Run {
    watched(command, Stdout::Pipe, dialogue, watch)
}

fn watched(
    mut command: Command,
    stdout: Stdout,
    dialogue: &[(&str, &str)],
    mut watch: impl FnMut(&str, u32),
) -> Run {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let name = ptsname(&ours, Vec::new()).unwrap();
    let theirs = || -> Stdio {
        open(name.as_c_str(), OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap().into()
    };
    let out = if stdout == Stdout::Terminal { theirs() } else { Stdio::piped() };
    command.stdin(theirs()).stderr(theirs()).stdout(out);
    let child = command.spawn().unwrap();
    // The terminal hangs up once nobody has its other side open any more.
    drop(command);
    let mut terminal = File::from(ours);
    let mut shown = String::new();
    for (question, answer) in dialogue {
        read_until(&mut terminal, &mut shown, Some(question));
        watch(question, child.id());
        write!(terminal, "{answer}\r").unwrap();
    }
    read_until(&mut terminal, &mut shown, None);
    let output = child.wait_with_output().unwrap();
    Run { stderr: shown, ..Run::of(&output) }
}

/// Reads what is shown until a question comes, or to the end.
fn read_until(terminal: &mut File, shown: &mut String, question: Option<&str>) {
    let begin = shown.len();
    let mut buffer = [0; 4096];
    while !question.is_some_and(|question| shown[begin..].contains(question)) {
        let mut ready = [PollFd::new(&*terminal, PollFlags::IN)];
        let patience = Timespec { tv_sec: PATIENCE, tv_nsec: 0 };
        let came = poll(&mut ready, Some(&patience)).unwrap();
        assert!(came > 0, "nothing came for {PATIENCE} s, waiting for {question:?}: {shown}");
        match terminal.read(&mut buffer) {
            Ok(0) | Err(_) => {
                assert!(question.is_none(), "'{}' was not asked: {shown}", question.unwrap());
                return;
            }
            Ok(read) => shown.push_str(&String::from_utf8_lossy(&buffer[..read])),
        }
    }
}
