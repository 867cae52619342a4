//! The file of `--state`: which bundle was accepted last at each place, and the counters of rate
//! limits (`docs/bundle-format.md`, section 10). Several processes may share one; each holds the
//! lock beside it from reading to replacing.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use keyctl_vault::files;
use keyctl_verify::{Instant, KeyId, PublicKey, Remembered, StreamId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::error::{CliError, Kind};

const VERSION: u32 = 1;
const MAX_FILE: usize = 256 << 20;

/// A state file, which may not exist yet.
pub(super) struct Memory {
    path: PathBuf,
}

/// What is in it.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
struct StateFile {
    version: u32,
    /// By the path of the bundle.
    bundles: BTreeMap<String, BundleEntry>,
    /// By the id of the key: the theoretical arrival time in picoseconds since 1970.
    rates: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
struct BundleEntry {
    signer: String,
    stream: String,
    serial: u64,
    header_hash: String,
    issued_at: i64,
}

/// What is remembered, while the lock is held.
pub(super) struct State {
    file: StateFile,
    is_changed: bool,
}

impl Memory {
    pub(super) fn at(path: &Path) -> Self {
        Memory { path: path.to_owned() }
    }

    /// Lets `work` look at what is remembered, and keeps what it changed, to last.
    ///
    /// # Errors
    /// When the file is there and cannot be read, or cannot be written: nothing is known then.
    pub(super) fn update<T>(&self, work: impl FnOnce(&mut State) -> T) -> Result<T, CliError> {
        let _lock = self.lock()?;
        let mut state = State { file: self.read()?, is_changed: false };
        let result = work(&mut state);
        if state.is_changed {
            let json = serde_json::to_string(&state.file).expect("it is JSON") + "\n";
            files::replace(&self.path, json.as_bytes())
                .map_err(|e| self.trouble("cannot be written", &e.to_string()))?;
        }
        Ok(result)
    }

    fn lock(&self) -> Result<File, CliError> {
        let mut path = self.path.clone().into_os_string();
        path.push(".lock");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(0o600);
        let locked = options.open(&path).and_then(|file| file.lock().map(|()| file));
        locked.map_err(|e| self.trouble("cannot be locked", &e.to_string()))
    }

    fn read(&self) -> Result<StateFile, CliError> {
        match self.path.symlink_metadata() {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(StateFile::empty()),
            Ok(meta) if !meta.is_file() => {
                return Err(self.trouble("cannot be read", "it is not a plain file"));
            }
            _ => {}
        }
        let contents = files::read_bounded(&self.path, MAX_FILE)
            .map_err(|e| self.trouble("cannot be read", &e.to_string()))?;
        let file: StateFile = serde_json::from_slice(&contents)
            .map_err(|e| self.trouble("is not what keyctl writes", &e.to_string()))?;
        if file.version == VERSION && file.bundles.values().all(|b| b.read().is_some()) {
            Ok(file)
        } else {
            Err(self.trouble("is not what keyctl writes", "a field of it is of another version"))
        }
    }

    fn trouble(&self, what: &str, why: &str) -> CliError {
        CliError::new(
            Kind::Failed,
            format!("the state file '{}' {what}: {why}", self.path.display()),
        )
        .hint("nothing was decided; check the path; removing the file forgets which bundles were seen")
    }
}

impl StateFile {
    fn empty() -> Self {
        StateFile { version: VERSION, bundles: BTreeMap::new(), rates: BTreeMap::new() }
    }
}

impl State {
    /// What was accepted last at a place.
    pub(super) fn bundle(&self, place: &str) -> Option<Remembered> {
        self.file.bundles.get(place).and_then(BundleEntry::read)
    }

    pub(super) fn remember(&mut self, place: &str, bundle: &Remembered) {
        let entry = BundleEntry {
            signer: bundle.signer.to_string(),
            stream: bundle.stream.to_string(),
            serial: bundle.serial,
            header_hash: HEXLOWER.encode(&bundle.header_hash),
            issued_at: bundle.issued_at.unix(),
        };
        if self.file.bundles.get(place) != Some(&entry) {
            self.file.bundles.insert(place.to_owned(), entry);
            self.is_changed = true;
        }
    }

    /// The counter of a key.
    pub(super) fn rate(&self, key: KeyId) -> Option<Instant> {
        let picos = self.file.rates.get(&key.to_string())?;
        picos.parse().ok().map(Instant::from_picos)
    }

    /// Keeps the counter of a key, and forgets those whose time has passed: they say no more
    /// than their absence.
    pub(super) fn set_rate(&mut self, key: KeyId, counter: Instant, now: Instant) {
        let runs = |picos: &String| picos.parse().is_ok_and(|picos: u128| picos > now.picos());
        self.file.rates.retain(|_, picos| runs(picos));
        self.file.rates.insert(key.to_string(), counter.picos().to_string());
        self.is_changed = true;
    }
}

impl BundleEntry {
    fn read(&self) -> Option<Remembered> {
        let header_hash = HEXLOWER.decode(self.header_hash.as_bytes()).ok()?;
        Some(Remembered {
            signer: PublicKey::parse(&self.signer)?,
            stream: StreamId::parse(&self.stream)?,
            serial: self.serial,
            header_hash: header_hash.try_into().ok()?,
            issued_at: Timestamp::from_unix(self.issued_at)?,
        })
    }
}
