//! Somebody who runs one command after the other, at random, and is killed now and then.

use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;

use crate::faults::disk;
use crate::support::{Home, feed_bytes};

/// How many keys all writers share.
const KEYS: u64 = 12;
/// A killed command is struck at one of so many steps, which is about as many as one has.
const STEPS: u64 = 60;

/// A home in memory with a vault that a key file opens, and the keys that all share.
pub fn home() -> Home {
    let home = Home::in_memory();
    home.ok(["init", "--no-recovery", "--kdf-memory", "19", "--kdf-passes", "1"]);
    let add = ["vault", "slot", "add", "robot", "--role", "admin", "--kind", "keyfile"];
    home.ok(add.into_iter().chain(["--new-keyfile", "robot.key"]));
    let names: String = (0..KEYS).map(|n| format!("k{n},read\n")).collect();
    home.write("keys.csv", format!("name,scopes\n{names}"));
    let from = ["create", "--from", "keys.csv", "--tokens-to", "t.csv", "--project", "shop"];
    home.ok(from.into_iter().chain(["--keyfile", "robot.key"]));
    home
}

/// What came of a writer's commands.
#[derive(Debug, Default)]
pub struct Done {
    pub commands: u64,
    pub killed: u64,
    pub refused: u64,
    /// Commands that gave up waiting for the others, on a machine that is too busy.
    pub waited: u64,
    /// Notes that were certainly written.
    pub written: BTreeSet<String>,
    /// Notes of commands that were killed.
    pub doubtful: BTreeSet<String>,
}

impl Done {
    pub fn sum(all: Vec<Done>) -> Self {
        all.into_iter().fold(Done::default(), |mut sum, done| {
            sum.commands += done.commands;
            sum.killed += done.killed;
            sum.refused += done.refused;
            sum.waited += done.waited;
            sum.written.extend(done.written);
            sum.doubtful.extend(done.doubtful);
            sum
        })
    }
}

pub struct Writer<'h> {
    home: &'h Home,
    number: u64,
    chance: u64,
    done: Done,
}

impl<'h> Writer<'h> {
    pub fn new(home: &'h Home, number: u64, seed: u64) -> Self {
        let chance = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (number + 1);
        Writer { home, number, chance, done: Done::default() }
    }

    pub fn work(mut self, commands: u64) -> Done {
        for n in 0..commands {
            self.step(n);
        }
        self.done
    }

    /// A number below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        self.chance % end
    }

    fn step(&mut self, n: u64) {
        let key = format!("k{}", self.below(KEYS));
        let own = format!("w{}-{n}", self.number);
        let which = self.below(20);
        let earlier = format!("w{}-{}", self.number, self.chance % (n + 1));
        let line = match which {
            0..=2 => format!("create --project shop --scope read --name {own} --note {own}"),
            3..=6 => format!("edit {key} --note {own}"),
            7 => format!("scope add {key} orders:read"),
            8 => format!("scope remove {key} orders:read"),
            9 => format!("rotate {key}"),
            10 => format!("rotate {key} --grace 1h"),
            11 => format!("rotate {key} --finish"),
            12 => format!("rotate {key} --cancel"),
            13 => format!("disable {key}"),
            14 => format!("enable {key}"),
            15 => format!("delete {earlier} --yes"),
            16 => format!("revoke {earlier} --yes"),
            17 => "list".to_owned(),
            18 => format!("show {key}"),
            _ => "vault check".to_owned(),
        };
        let note = (which <= 6).then_some(own);
        self.run(&format!("{line} --quiet --keyfile robot.key"), note);
    }

    fn run(&mut self, line: &str, note: Option<String>) {
        let mut command = self.home.command(line.split_whitespace());
        if let (0, Some(library)) = (self.below(10), disk::library()) {
            let step = 1 + self.below(STEPS);
            let under = self.home.path().canonicalize().unwrap();
            command.env("LD_PRELOAD", library).env("KEYCTL_FAULT_UNDER", under);
            command.env("KEYCTL_FAULT_HOW", "kill").env("KEYCTL_FAULT_AT", step.to_string());
        }
        let output = feed_bytes(&mut command, b"");
        self.done.commands += 1;
        match (output.status.code(), output.status.signal()) {
            (Some(0), _) => self.done.written.extend(note),
            (Some(3 | 5), _) => self.done.refused += 1,
            (None, Some(9)) => {
                self.done.killed += 1;
                self.done.doubtful.extend(note);
            }
            (Some(1), _) if is_told_to_wait(&output.stderr) => self.done.waited += 1,
            _ => panic!("{line}: {output:?}"),
        }
    }
}

/// Whether nothing was done because others did not let go of the vault.
fn is_told_to_wait(stderr: &[u8]) -> bool {
    let said = String::from_utf8_lossy(stderr);
    said.contains("did not finish in time") && said.contains("nothing was changed")
}
