//! One life: the vault, what must be true of it, and the events that befall it.

use std::fs;
use std::path::{Path, PathBuf};

use keyctl_vault::issue::{self, IssueError};
use keyctl_vault::{
    InitOptions, LockedVault, Records, RekeyOptions, Role, SlotChoice, UnlockedVault, VaultError,
    Verb, init,
};
use keyctl_verify::{Brand, Code, Request};

use super::super::model::{Both, Sides, compare};
use super::super::support::{
    DAY, KEYFILE, PASSPHRASE, at, by, is_integrity, keyfile, name, passphrase, weak_kdf,
};
use super::chance::Chance;
use super::disk::{Disk, WAYS};
use super::history::{History, Machine, State};

/// More than the steps of most events: some faults come too late.
const STEPS: usize = 90;

/// What is counted.
#[derive(Default)]
struct Counts {
    events: u64,
    changes: u64,
    faults: u64,
    rollbacks: u64,
    refused: u64,
}

pub(super) struct Life {
    pub(super) disk: Disk,
    chance: Chance,
    history: History,
    machines: [Machine; 2],
    /// Files, and the states that they have.
    backups: Vec<(PathBuf, usize)>,
    /// Seconds since the beginning, which may go back.
    now: i64,
    counts: Counts,
}

/// What became of an event: what it said, and the step at which the disk failed.
struct Outcome<T> {
    said: Result<T, IssueError>,
    struck: bool,
}

impl Life {
    pub(super) fn new(seed: u64) -> Self {
        let disk = Disk::of_this_process();
        let machines = ["a", "b"].map(|name| Machine { folder: disk.file(name), seen: None });
        let path = disk.file("vault.kcv");
        let options = InitOptions {
            brand: Brand::default(),
            kdf: weak_kdf(),
            passphrase: passphrase(PASSPHRASE),
            with_recovery: false,
        };
        let state = &machines[0].folder;
        init(&path, state, &options, &by(at(0)), |_| Ok(())).unwrap();
        let mut vault = LockedVault::open(&path, state)
            .and_then(|locked| locked.unlock(&passphrase(PASSPHRASE), &SlotChoice::Any))
            .unwrap();
        vault.add_slot(&by(at(0)), &name("robot"), Role::Admin, &keyfile(KEYFILE)).unwrap();
        let first = State {
            parent: None,
            generation: 2,
            vault_key: vault.vault_key(),
            model: super::super::model::contract::Model::default(),
            ids: Vec::new(),
            bytes: fs::read(&path).unwrap(),
        };
        let mut life = Life {
            disk,
            chance: Chance::new(seed),
            history: History { states: vec![first], current: 0 },
            machines,
            backups: Vec::new(),
            now: 10,
            counts: Counts::default(),
        };
        life.machines[0].seen = Some(0);
        life
    }

    pub(super) fn counts(&self) -> String {
        let Counts { events, changes, faults, rollbacks, refused } = self.counts;
        let generations = self.history.states.len();
        format!("= {events} {changes} {faults} {rollbacks} {refused} {generations}")
    }

    pub(super) fn path(&self) -> PathBuf {
        self.disk.file("vault.kcv")
    }

    /// Says what happens, so that two runs can be compared.
    fn tell(&self, what: &str) {
        use std::io::Write as _;
        let (now, current) = (self.history.now(), self.history.current);
        drop(writeln!(
            std::io::stdout(),
            "> {} {what}: state {current}, generation {}",
            self.counts.events,
            now.generation
        ));
    }

    pub(super) fn event(&mut self) {
        self.counts.events += 1;
        let m = self.chance.below(2);
        if !self.history.accepts(&self.machines[m]) && self.chance.one_in(3) {
            if self.chance.one_in(2) {
                self.trust(m);
            } else {
                self.mend(m);
            }
            return self.check_pins();
        }
        match self.chance.below(36) {
            0..=17 => self.change(m),
            18..=20 => self.look_under_fault(m),
            21..=23 => self.backup(m),
            24 | 25 => self.put_back(m),
            26 => self.rekey(m),
            27 => self.attack(),
            28..=30 => self.restore(m),
            _ => self.clock(),
        }
        self.check_pins();
    }

    /// Does something, every third time on a disk that fails.
    fn under_fault<T>(
        &mut self,
        what: &str,
        work: impl FnOnce(&Life) -> Result<T, IssueError>,
    ) -> Outcome<T> {
        if !self.chance.one_in(3) {
            return Outcome { said: work(self), struck: false };
        }
        let (n, way) = (1 + self.chance.below(STEPS), WAYS[self.chance.below(WAYS.len())]);
        let (said, step) = self.disk.failing(n, way, || work(self));
        if let Some(step) = &step {
            self.counts.faults += 1;
            self.tell(&format!("{what} {step}"));
        }
        Outcome { said, struck: step.is_some() }
    }

    pub(super) fn open(&self, m: usize) -> Result<UnlockedVault, VaultError> {
        let mut vault = LockedVault::open(&self.path(), &self.machines[m].folder)?
            .unlock(&keyfile(KEYFILE), &SlotChoice::Any)?;
        vault.snapshot()?;
        Ok(vault)
    }

    /// The vault as somebody sees it who has never seen it; everything in it is verified.
    fn observe(&self) -> UnlockedVault {
        let fresh = self.disk.fresh(&format!("observer-{}", self.counts.events));
        drop(fs::remove_dir_all(&fresh));
        let locked = LockedVault::open(&self.path(), &fresh).unwrap();
        let mut vault = locked.unlock(&keyfile(KEYFILE), &SlotChoice::Any).unwrap();
        vault.snapshot().unwrap().check().unwrap();
        vault
    }

    /// Finds out which state the file has: the one from before, or one of these; true for those.
    fn settle(&mut self, what: &str, meant: Vec<State>) -> bool {
        let mut vault = self.observe();
        let bytes = fs::read(self.path()).unwrap();
        let was = self.history.now().clone();
        if bytes == was.bytes {
            return false;
        }
        let mut why = self.is_in(&mut vault, &was);
        if why.is_ok() {
            return false;
        }
        for mut state in meant {
            if state.ids.len() < state.model.made() {
                // It was made, but its maker was not told its id.
                let snapshot = vault.snapshot().unwrap();
                let keys = snapshot.keys(|key| Some((key.order, key.id))).unwrap();
                state.ids.extend(keys.into_iter().max().map(|(_, id)| id));
            }
            match self.is_in(&mut vault, &state) {
                Ok(()) => {
                    // A state that is put back as it was is the same, although SQLite lays its file
                    // out anew.
                    let known = self.history.states.iter().position(|known| {
                        known.generation == state.generation
                            && known.parent == state.parent
                            && known.vault_key == state.vault_key
                            && (known.bytes == bytes || known.bytes == state.bytes)
                    });
                    match known {
                        Some(known) => self.history.current = known,
                        None => self.history.push(State { bytes, ..state }),
                    }
                    return true;
                }
                Err(other) => why = Err(format!("{}; {other}", why.unwrap_err())),
            }
        }
        panic!("{what}: a third state: {}", why.unwrap_err());
    }

    /// Whether that is the state which the vault has.
    fn is_in(&self, vault: &mut UnlockedVault, state: &State) -> Result<(), String> {
        let found = (vault.vault_key(), vault.snapshot().unwrap().generation());
        if found != (state.vault_key, state.generation) {
            return Err(format!("generation {} and not {}", found.1, state.generation));
        }
        let mut model = state.model.clone();
        model.now = self.now;
        compare(&vault.snapshot().unwrap(), &model)
    }

    /// A machine reads the vault; it may if what it has seen last leads to it.
    fn look(&mut self, m: usize) {
        let accepts = self.history.accepts(&self.machines[m]);
        match self.open(m) {
            Ok(mut vault) => {
                assert!(accepts, "machine {m} takes a vault that does not follow from what it saw");
                self.is_in(&mut vault, self.history.now()).unwrap();
                self.machines[m].seen = Some(self.history.current);
            }
            Err(error) => {
                assert!(!accepts, "a false alarm on machine {m}: {error}");
                assert!(is_integrity(&error), "{error}");
                self.counts.refused += 1;
            }
        }
    }

    fn look_under_fault(&mut self, m: usize) {
        let done =
            self.under_fault("look", |life| life.open(m).map(drop).map_err(IssueError::from));
        assert!(!self.settle("look", Vec::new()));
        self.look(m);
        drop(done);
        self.tell(&format!("machine {m} looks"));
    }

    /// After an event of a machine that may have been struck: if it accepted the vault before, or
    /// has made what is there itself, it accepts it now.
    fn after<T>(&mut self, m: usize, what: &str, done: &Outcome<T>, accepted: bool, is_new: bool) {
        let failed = done.said.as_ref().err().map(ToString::to_string).unwrap_or_default();
        if !done.struck {
            assert_eq!(done.said.is_ok(), accepted, "{what} by machine {m}: {failed}");
        }
        if !accepted {
            assert!(!is_new, "{what} by machine {m}, which should have refused the vault");
            let refused = matches!(&done.said, Err(IssueError::Vault(e)) if is_integrity(e));
            assert!(refused || done.struck, "{what} by machine {m}: {failed}");
            self.counts.refused += u64::from(refused);
        } else if is_new {
            // It knows what it has made, or has announced it.
            self.machines[m].seen = Some(self.history.current);
        }
        self.look(m);
        self.tell(&format!("machine {m}: {what}"));
    }

    fn change(&mut self, m: usize) {
        let step = self.chance.step();
        let accepts = self.history.accepts(&self.machines[m]);
        let mut next = self.history.now().clone();
        (next.parent, next.generation) = (Some(self.history.current), next.generation + 1);
        next.model.now = self.now;
        let done: Outcome<Both> = self.under_fault("change", |life| {
            let mut vault = life.open(m)?;
            Sides { vault: &mut vault, ids: &mut next.ids, model: &mut next.model }.step(&step)
        });
        if let Ok((real, model)) = &done.said {
            assert_eq!(real, model, "{step:?}");
        }
        let is_new = self.settle(&format!("{step:?}"), vec![next]);
        self.counts.changes += u64::from(is_new);
        self.after(m, &format!("{step:?}"), &done, accepts, is_new);
    }

    fn rekey(&mut self, m: usize) {
        let accepts = self.history.accepts(&self.machines[m]);
        let now = at(self.now);
        let mut vault_key = None;
        let done = self.under_fault("rekey", |life| {
            let secret = keyfile(KEYFILE);
            let options =
                RekeyOptions { secret: &secret, keep_bundle_key: false, with_recovery: false };
            life.open(m)?.rekey(&by(now), &options, |rekeyed| {
                vault_key = Some(rekeyed.vault_key);
                Ok(())
            })?;
            Ok(())
        });
        let was = self.history.now().clone();
        let meant = vault_key.map(|vault_key| State {
            parent: Some(self.history.current),
            generation: was.generation + 1,
            vault_key,
            ..was
        });
        let is_new = self.settle("rekey", meant.into_iter().collect());
        self.after(m, "rekey", &done, accepts, is_new);
    }

    fn backup(&mut self, m: usize) {
        let accepts = self.history.accepts(&self.machines[m]);
        let path = self.disk.file(&format!("backup-{}", self.counts.events));
        let done = self.under_fault("backup", |life| {
            life.open(m)?.backup(&path)?;
            Ok(())
        });
        assert!(!self.settle("backup", Vec::new()));
        if path.exists() {
            let mut copy = self.open_copy(&path, m);
            copy.snapshot().unwrap().check().unwrap();
            self.is_in(&mut copy, self.history.now()).unwrap();
            self.backups.push((path, self.history.current));
        } else {
            assert!(done.said.is_err(), "a backup that was made is not there");
        }
        self.after(m, "backup", &done, accepts, false);
    }

    fn open_copy(&self, path: &Path, m: usize) -> UnlockedVault {
        let locked = LockedVault::open_copy(path, &self.machines[m].folder).unwrap();
        locked.unlock(&keyfile(KEYFILE), &SlotChoice::Any).unwrap()
    }

    /// A backup takes the vault's place; refused only where the machine knows another vault key.
    fn put_back(&mut self, m: usize) {
        if self.backups.is_empty() {
            return;
        }
        let (path, from) = self.backups[self.chance.below(self.backups.len())].clone();
        let seen = self.machines[m].seen;
        let (was, backup) = (self.history.now(), self.history.states[from].clone());
        let seen_state = seen.map(|seen| self.history.states[seen].clone());
        let allowed = seen_state.as_ref().is_none_or(|seen| seen.vault_key == backup.vault_key);
        let is_same = was.vault_key == backup.vault_key;
        let there = if is_same { was.generation } else { backup.generation };
        let seen_at = seen_state.map_or(backup.generation, |seen| seen.generation);
        let above = backup.generation.max(there).max(seen_at);
        let next = State { parent: Some(from), generation: above + 1, ..backup.clone() };
        let now = at(self.now);
        let accepted_before = self.history.accepts(&self.machines[m]);
        let done = self.under_fault("put back", |life| {
            let mut copy = LockedVault::open_copy(&path, &life.machines[m].folder)?
                .unlock(&keyfile(KEYFILE), &SlotChoice::Any)?;
            Ok(copy.put_back(&life.path(), &by(now), Vec::new())?)
        });
        let is_new = self.settle("put back", vec![next, backup]);
        if !done.struck {
            let failed = done.said.as_ref().err().map(ToString::to_string);
            assert_eq!(done.said.is_ok(), allowed, "put back by machine {m}: {failed:?}");
        }
        assert!(allowed || !is_new, "a backup under other keys took the vault's place");
        if is_new || done.said.is_ok() {
            self.machines[m].seen = Some(self.history.current);
        } else if accepted_before {
            assert!(self.history.accepts(&self.machines[m]));
        }
        self.look(m);
        self.tell(&format!("machine {m}: put back state {from}"));
    }

    /// Somebody who can write the file puts an older one there.
    fn attack(&mut self) {
        let state = self.chance.below(self.history.states.len());
        fs::write(self.path(), &self.history.states[state].bytes).unwrap();
        self.history.current = state;
        self.counts.rollbacks += 1;
        self.tell("an older file");
    }

    /// An operator who is told of a rollback puts the file back that the machine saw last.
    fn mend(&mut self, m: usize) {
        let Some(seen) = self.machines[m].seen else { return };
        fs::write(self.path(), &self.history.states[seen].bytes).unwrap();
        self.history.current = seen;
        self.look(m);
        self.tell(&format!("machine {m} puts the newer file back"));
    }

    /// An operator says that what is there is right.
    fn trust(&mut self, m: usize) {
        let State { vault_key, generation, .. } = *self.history.now();
        let locked = LockedVault::open_copy(&self.path(), &self.machines[m].folder).unwrap();
        let locked = locked.expect(Some(vault_key));
        let mut copy = locked.unlock(&keyfile(KEYFILE), &SlotChoice::Any).unwrap();
        copy.trust(generation).unwrap();
        self.machines[m].seen = Some(self.history.current);
        self.look(m);
        self.tell(&format!("machine {m} trusts"));
    }

    /// Takes the records of a backup, in a copy of everything: no token comes to life by that, but
    /// those of a key that has been rotated more often there, since an older vault was put back, and
    /// of which nothing is known here.
    fn restore(&mut self, m: usize) {
        if self.backups.is_empty() || !self.history.accepts(&self.machines[m]) {
            return;
        }
        let (path, from) = self.backups[self.chance.below(self.backups.len())].clone();
        let (copy, state) = (self.disk.fresh("copy"), self.disk.fresh("state"));
        fs::write(&copy, &self.history.now().bytes).unwrap();
        fs::set_permissions(&copy, fs::metadata(self.path()).unwrap().permissions()).unwrap();
        drop(fs::remove_dir_all(&state));
        let mut vault = LockedVault::open(&copy, &state)
            .and_then(|locked| locked.unlock(&keyfile(KEYFILE), &SlotChoice::Any))
            .unwrap();
        let locked = LockedVault::open_copy(&path, &state).unwrap();
        let Some(mut backup) = locked.open_backup_of(&vault).unwrap() else { return };
        let now = at(self.now);
        let before = self.valid(&mut vault);
        vault
            .transaction(&by(now), Verb::Restore, |tx| issue::restore(tx, &mut backup, now))
            .unwrap();
        let after = self.valid(&mut vault);
        let is_revived = |token: &&String| !before.contains(token) && !self.is_later(from, token);
        let alive: Vec<_> = after.iter().filter(is_revived).collect();
        assert!(alive.is_empty(), "{alive:?} came to life");
        self.tell(&format!("machine {m} restores state {from}, aside"));
    }

    /// Whether the key of a token has got more tokens in some state than in the present one.
    fn is_later(&self, from: usize, token: &str) -> bool {
        let (there, here) = (&self.history.states[from], self.history.now());
        if here.model.key_with(token).is_some() {
            return false;
        }
        let key = there.model.key_with(token);
        let id = key.and_then(|key| there.ids.get(key));
        let own = id.and_then(|id| here.ids.iter().position(|own| own == id));
        let last = |state: &State, key: usize| state.model.last_token(key);
        key.zip(own).is_some_and(|(key, own)| last(there, key) > last(here, own))
    }

    /// Every token of any state that is valid now.
    fn valid(&self, vault: &mut UnlockedVault) -> Vec<String> {
        let snapshot = vault.snapshot().unwrap();
        let all = self.history.states.iter().flat_map(|state| state.model.tokens());
        let is_valid = |token: &&str| {
            let verdict = issue::verify(&snapshot, token, &Request::default(), at(self.now));
            verdict.unwrap().code() == Code::Valid
        };
        all.map(|(token, _)| token).filter(is_valid).map(str::to_owned).collect()
    }

    /// Time goes on, or the clock jumps.
    fn clock(&mut self) {
        self.now += match self.chance.below(4) {
            0 => -self.chance.seconds(3 * DAY),
            1 => self.chance.seconds(9 * DAY),
            _ => self.chance.seconds(DAY),
        };
        self.tell(&format!("the clock says {}", self.now));
    }

    /// Each machine remembers what it has seen last, and nothing later.
    fn check_pins(&self) {
        for machine in &self.machines {
            let seen = machine.seen.map(|seen| self.history.states[seen].generation);
            let pins = fs::read_dir(machine.folder.join("pins")).into_iter().flatten();
            let pins = pins.map(|entry| entry.unwrap().path());
            let json = pins.filter(|path| path.extension().is_some_and(|end| end == "json"));
            let read = |path| serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
            let found =
                json.map(read).find_map(|pin: serde_json::Value| pin["generation"].as_u64());
            assert_eq!(found, seen, "{}", machine.folder.display());
        }
    }
}
