//! A login of its own for a test: what `unlock` keeps is kept for one login, and tests that run
//! beside each other, or the login of whoever runs them, must not see it.
//!
//! The kernel keeps a session keyring for each thread and hands it on to what the thread starts. So
//! a login is a thread with a keyring of its own, which runs what it is given.

use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, channel};

use linux_keyutils::{KeyRing, KeyRingIdentifier};

use crate::support::{Home, PASSPHRASE, Run};

/// Without the passphrase in the environment.
pub const LOCKED: (&str, &str) = ("KEYCTL_PASSPHRASE", "");

/// A login that ends when this is dropped.
pub struct Login {
    commands: Sender<Command>,
    runs: Receiver<Run>,
}

impl Login {
    /// A new login; `None`, and a line that says why, where the kernel keeps nothing for anybody, or
    /// where it would be the login of whoever runs the tests.
    pub fn new() -> Option<Self> {
        let (commands, to_run) = channel::<Command>();
        let (done, runs) = channel();
        let (say, begins) = channel();
        std::thread::spawn(move || {
            say.send(begin()).unwrap();
            to_run.iter().for_each(|command| done.send(Run::after(command)).unwrap());
        });
        match begins.recv().unwrap() {
            Ok(()) => Some(Login { commands, runs }),
            Err(why) => {
                drop(std::io::Write::write_fmt(
                    &mut std::io::stderr(),
                    format_args!("skipped: {why}\n"),
                ));
                None
            }
        }
    }

    /// Runs a command in this login, without a passphrase.
    pub fn run<'a>(&self, home: &Home, args: impl IntoIterator<Item = &'a str>) -> Run {
        self.run_in(home, &[LOCKED], args)
    }

    /// The same with these variables; an empty one is taken out.
    pub fn run_in<'a>(
        &self,
        home: &Home,
        variables: &[(&str, &str)],
        args: impl IntoIterator<Item = &'a str>,
    ) -> Run {
        let mut command = home.command(args);
        for (name, value) in variables {
            match *value {
                "" => command.env_remove(name),
                value => command.env(name, value),
            };
        }
        self.commands.send(command).unwrap();
        self.runs.recv().unwrap()
    }

    /// Opens the vault of a home for this login, with these flags more.
    pub fn unlock(&self, home: &Home, flags: &[&str]) {
        let args = ["unlock"].into_iter().chain(flags.iter().copied());
        let run = self.run_in(home, &[("KEYCTL_PASSPHRASE", PASSPHRASE)], args);
        assert_eq!(run.code, 0, "{}", run.stderr);
    }

    /// Whether the vault of a home opens for this login as it is.
    pub fn is_open(&self, home: &Home) -> bool {
        let run = self.run(home, ["list", "-q"]);
        assert!([0, 4].contains(&run.code), "{}", run.stderr);
        run.code == 0
    }
}

/// Begins a login in this thread.
fn begin() -> Result<(), String> {
    let ring = |id, create| KeyRing::from_special_id(id, create);
    let refused = |error| format!("the kernel's keyring cannot keep anything here: {error}");
    let before = ring(KeyRingIdentifier::Session, false).map_err(refused)?;
    let shared = ring(KeyRingIdentifier::UserSession, false).map_err(refused)?;
    if before != shared {
        return Err("this login has a keyring of its own, which tests leave alone".to_owned());
    }
    let own = ring(KeyRingIdentifier::Session, true).map_err(refused)?;
    if own == shared { Err("the kernel gives no keyring of its own".to_owned()) } else { Ok(()) }
}
