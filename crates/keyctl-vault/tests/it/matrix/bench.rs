//! One attacked file, asked everything, and then honestly written to.

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use keyctl_vault::issue::{IssueError, KeyEdit, edit};
use keyctl_vault::{Note, UnlockedVault, VaultError, Verb};

use crate::support::{Examination, KEYFILE, Lab, Made, Truth, act, at, is_integrity, keyfile};

/// How much of a file is compared: more than a small vault has.
const FIRST_BYTES: u64 = 1 << 20;
/// Longer than any answer takes: whoever needs more, hangs.
const PATIENCE: Duration = Duration::from_secs(5);

/// A vault, what it says, and what it says after an honest write.
#[derive(Clone)]
pub(super) struct Subject {
    pub(super) clean: Vec<u8>,
    pub(super) made: Vec<Made>,
    pub(super) truth: Truth,
    pub(super) after: Truth,
    /// The file after the honest write.
    pub(super) written: Vec<u8>,
}

/// How far an attacked vault could be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// It was not opened at all.
    Opening,
    /// Something that was asked was refused; the rest was true.
    Reading,
    /// Every answer was true, and `check` found it.
    Checking,
    /// Nobody noticed, and nothing depends on it.
    Nobody,
}

/// What became of one attack.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) stage: Stage,
    /// Exit codes of all refusals, a bit each.
    pub(super) codes: u32,
    /// Whether the honest write was made.
    pub(super) is_written: bool,
    /// Whether something that was refused before the write was not refused after it.
    pub(super) is_healed: bool,
    /// What must never be.
    pub(super) faults: Vec<String>,
}

/// A folder of its own with the vault in it, for one thread.
pub(super) struct Bench<'s> {
    pub(super) lab: Lab,
    subject: &'s Subject,
    state: Vec<(PathBuf, Vec<u8>)>,
}

impl Subject {
    /// The vault of a laboratory; `now` is when it is asked.
    pub(super) fn of(lab: &Lab, made: Vec<Made>) -> Self {
        let clean = lab.bytes();
        let truth = lab.truth(&made, at(100));
        let (after, written) = lab.scratch(|| {
            write(&mut lab.open(), &made[0]).unwrap();
            (lab.truth(&made, at(100)), lab.bytes())
        });
        Subject { clean, made, truth, after, written }
    }
}

/// The honest write: a record grows, so that SQLite has to move things about.
fn write(vault: &mut UnlockedVault, made: &Made) -> Result<(), IssueError> {
    let note = Some(Some(Note::parse(&"n".repeat(900)).unwrap()));
    let change = KeyEdit { note, ..KeyEdit::default() };
    act(vault, Verb::Edit, at(90), |tx| edit(tx, made.id, change, at(90)).map(drop))
}

/// The exit code that the command line makes of an error (`docs/exit-codes.md`).
pub(super) fn exit(error: &VaultError) -> u32 {
    match error {
        VaultError::Integrity(_) => 7,
        VaultError::Locked { .. } | VaultError::ExcessiveWork { .. } => 4,
        _ => 1,
    }
}

impl<'s> Bench<'s> {
    pub(super) fn new(subject: &'s Subject) -> Self {
        let lab = Lab::empty();
        lab.overwrite(&subject.clean);
        fs::set_permissions(lab.path(), fs::Permissions::from_mode(0o600)).unwrap();
        lab.look().unwrap();
        let state = lab.pins();
        Bench { lab, subject, state }
    }

    /// Puts an attacked file there, with everything else as it was.
    pub(super) fn put(&self, file: &[u8]) {
        self.lab.overwrite(file);
        self.state.iter().for_each(|(path, contents)| fs::write(path, contents).unwrap());
        for end in ["-journal", "-wal", "-shm"] {
            drop(fs::remove_file(self.lab.beside(end)));
        }
    }

    /// Asks an attacked file everything, and writes to it.
    pub(super) fn attack(&self, file: &[u8]) -> Outcome {
        self.put(file);
        self.judge()
    }

    /// Puts a journal beside the file as it is after the write, of which the journal is to bring
    /// back what was before; the answer may be either.
    pub(super) fn attack_by_journal(&self, journal: &[u8]) -> Outcome {
        let put = || {
            self.put(&self.subject.written);
            fs::write(self.lab.beside("-journal"), journal).unwrap();
            let private = fs::Permissions::from_mode(0o600);
            fs::set_permissions(self.lab.beside("-journal"), private).unwrap();
        };
        put();
        let outcome = self.judge();
        if outcome.faults.is_empty() {
            return outcome;
        }
        put();
        let later = self.lab.examine(&self.subject.after);
        let faults = if later.wrong.is_empty() { Vec::new() } else { outcome.faults };
        Outcome { faults, ..outcome }
    }

    /// The same with what lies there by now.
    pub(super) fn judge(&self) -> Outcome {
        let start = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| self.ask()));
        let mut outcome = outcome.unwrap_or_else(|_| Outcome {
            stage: Stage::Opening,
            codes: 0,
            is_written: false,
            is_healed: false,
            faults: vec!["it panicked".to_owned()],
        });
        if start.elapsed() > PATIENCE {
            outcome.faults.push(format!("it took {:?}", start.elapsed()));
        }
        outcome
    }

    /// The file, and how long it is: a forged journal can make it longer than any memory.
    fn contents(&self) -> (u64, Vec<u8>) {
        let len = fs::metadata(self.lab.path()).unwrap().len();
        let mut start = Vec::new();
        let file = fs::File::open(self.lab.path()).unwrap();
        file.take(FIRST_BYTES).read_to_end(&mut start).unwrap();
        (len, start)
    }

    fn ask(&self) -> Outcome {
        let mut vault = match self.lab.unlock(&keyfile(KEYFILE)) {
            Ok(vault) => vault,
            Err(error) => return Outcome::refused(&error),
        };
        if let Err(error) = vault.snapshot().map(drop) {
            let mut outcome = Outcome::refused(&error);
            let before = self.contents();
            if write(&mut vault, &self.subject.made[0]).is_ok() || self.contents() != before {
                outcome.faults.push("what was refused to a reader was written to".to_owned());
            }
            return outcome;
        }
        let found = Examination::of(&mut vault, &self.subject.truth);
        let mut outcome = Outcome::of(&found);
        self.write(&mut vault, &found, &mut outcome);
        outcome
    }

    fn write(&self, vault: &mut UnlockedVault, found: &Examination, outcome: &mut Outcome) {
        let before = self.contents();
        match write(vault, &self.subject.made[0]) {
            Ok(()) => outcome.is_written = true,
            Err(IssueError::Vault(error)) => {
                outcome.codes |= 1 << exit(&error);
                if outcome.stage == Stage::Nobody {
                    outcome.faults.push(format!("only the write found it: {error}"));
                }
                if self.contents() != before {
                    outcome.faults.push("a write that was refused changed the file".to_owned());
                }
                return;
            }
            Err(error) => outcome.faults.push(format!("the write says: {error}")),
        }
        let after = self.lab.examine(&self.subject.after);
        outcome.faults.extend(after.wrong.iter().map(|what| format!("{what} after the write")));
        if outcome.stage == Stage::Nobody && after.refusals().next().is_some() {
            outcome.faults.push("the write left a vault that is not valid".to_owned());
        }
        let was_refused = !found.errors.is_empty() || found.check.is_err();
        outcome.is_healed = was_refused && after.refusals().next().is_none();
    }
}

impl Outcome {
    fn refused(error: &VaultError) -> Self {
        Outcome {
            stage: Stage::Opening,
            codes: 1 << exit(error),
            is_written: false,
            is_healed: false,
            faults: Vec::new(),
        }
    }

    fn of(found: &Examination) -> Self {
        let stage = match (&found.errors[..], &found.check) {
            ([], Ok(_)) => Stage::Nobody,
            ([], Err(_)) => Stage::Checking,
            (_, Err(_)) => Stage::Reading,
            (_, Ok(_)) => Stage::Nobody,
        };
        let mut faults = found.wrong.clone();
        if found.check.is_ok() && !found.errors.is_empty() {
            faults.push(format!("check found nothing: {}", found.errors[0]));
        }
        let codes = found.refusals().map(exit).fold(0, |codes, code| codes | 1 << code);
        debug_assert!(found.refusals().all(|e| is_integrity(e) || exit(e) != 7));
        Outcome { stage, codes, is_written: false, is_healed: false, faults }
    }
}
