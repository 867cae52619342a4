//! The file of `--state`: which bundle was accepted last at each place, and the counters of rate
//! limits (`docs/bundle-format.md`, section 10). Several processes may share one; each holds the
//! lock beside it from reading to replacing.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant as Moment};

use data_encoding::HEXLOWER;
use keyctl_vault::files;
use keyctl_verify::{Instant, KeyId, PublicKey, Remembered, StreamId, Timestamp};
use rustix::process::geteuid;
use serde::{Deserialize, Serialize};

use crate::error::{CliError, Kind};

const VERSION: u32 = 1;
const MAX_FILE: usize = 64 << 20;
/// More places than this are not remembered; streams are, all of them.
const MAX_PLACES: usize = 1000;
/// How long another process is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// A state file, which may not exist yet.
pub(super) struct Memory {
    path: PathBuf,
}

/// What is in it.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
struct StateFile {
    version: u32,
    /// By the place of the bundle: the one that was accepted last.
    bundles: BTreeMap<String, BundleEntry>,
    /// By the stream: the newest one, wherever it lay.
    streams: BTreeMap<String, BundleEntry>,
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
    /// When the file is there and cannot be read, others can write it, or it cannot be written:
    /// nothing is known then. Whatever `work` fails with.
    pub(super) fn update<T>(
        &self,
        work: impl FnOnce(&mut State) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        let _lock = self.lock()?;
        let mut state = State { file: self.read()?, is_changed: false };
        let result = work(&mut state)?;
        if state.is_changed {
            let json = serde_json::to_string(&state.file).expect("it is JSON") + "\n";
            if json.len() > MAX_FILE {
                return Err(self.trouble("cannot be written", "it would be too large"));
            }
            files::replace(&self.path, json.as_bytes())
                .map_err(|e| self.trouble("cannot be written", &e.to_string()))?;
        }
        Ok(result)
    }

    fn lock(&self) -> Result<File, CliError> {
        self.check_folder()?;
        self.check_file()?;
        let mut path = self.path.clone().into_os_string();
        path.push(".lock");
        let trouble = |why: &str| self.trouble("cannot be locked", why);
        let file = files::open_lock(Path::new(&path)).map_err(|e| trouble(&e.to_string()))?;
        let begun = Moment::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) if begun.elapsed() < PATIENCE => {
                    sleep(Duration::from_millis(2));
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(trouble("another process holds it and does not let go"));
                }
                Err(TryLockError::Error(error)) => return Err(trouble(&error.to_string())),
            }
        }
    }

    /// Who can replace the file can make us forget. In a sticky folder only its owner can.
    fn check_folder(&self) -> Result<(), CliError> {
        let folder = files::folder_of(&self.path);
        let meta = folder.metadata().map_err(|e| self.trouble("cannot be read", &e.to_string()))?;
        let mode = meta.permissions().mode();
        if mode & 0o022 != 0 && mode & 0o1000 == 0 {
            return Err(self.trouble("is not safe", "other users can write the folder it is in"));
        }
        Ok(())
    }

    /// Whether the file is there; one that others could have written is refused.
    fn check_file(&self) -> Result<bool, CliError> {
        let unread = |why: &str| Err(self.trouble("cannot be read", why));
        let is_unsafe = |why: &str| Err(self.trouble("is not safe", why));
        match self.path.symlink_metadata() {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(e) => unread(&e.to_string()),
            Ok(meta) if !meta.is_file() => unread("it is not a plain file"),
            Ok(meta) if meta.uid() != geteuid().as_raw() && meta.uid() != 0 => {
                is_unsafe("it belongs to another user")
            }
            Ok(meta) if meta.permissions().mode() & 0o022 != 0 => {
                is_unsafe("other users can write it")
            }
            Ok(_) => Ok(true),
        }
    }

    fn read(&self) -> Result<StateFile, CliError> {
        let unread = |why: &str| self.trouble("cannot be read", why);
        if !self.check_file()? {
            return Ok(StateFile::empty());
        }
        let contents =
            files::read_bounded(&self.path, MAX_FILE).map_err(|e| unread(&e.to_string()))?;
        let wrong = |why: &str| self.trouble("is not what keyctl writes", why);
        let file: StateFile =
            serde_json::from_slice(&contents).map_err(|e| wrong(&e.to_string()))?;
        if file.is_well_formed() {
            Ok(file)
        } else {
            Err(wrong("a field of it is malformed, or of another version"))
        }
    }

    fn trouble(&self, what: &str, why: &str) -> CliError {
        CliError::new(
            Kind::Failed,
            format!("the state file '{}' {what}: {why}", self.path.display()),
        )
        .hint("no verdict without it; mend that, or remove the file, which forgets what was seen")
    }
}

impl StateFile {
    fn empty() -> Self {
        StateFile {
            version: VERSION,
            bundles: BTreeMap::new(),
            streams: BTreeMap::new(),
            rates: BTreeMap::new(),
        }
    }

    fn is_well_formed(&self) -> bool {
        let mut entries = self.bundles.values().chain(self.streams.values());
        let mut rates = self.rates.iter();
        self.version == VERSION
            && entries.all(|entry| entry.read().is_some())
            && rates.all(|(key, counter)| KeyId::parse(key).is_some() && picos(counter).is_some())
    }
}

fn picos(counter: &str) -> Option<Instant> {
    counter.parse().ok().map(Instant::from_picos)
}

/// How the state names the place of a bundle: the same file by any of its names.
pub(super) fn place_of(path: &Path) -> String {
    let place = files::canonical(path).unwrap_or_else(|_| path.to_owned());
    match place.to_str() {
        Some(place) => place.to_owned(),
        None => format!("hex:{}", HEXLOWER.encode(place.as_os_str().as_encoded_bytes())),
    }
}

impl State {
    /// What was accepted last at a place.
    pub(super) fn bundle(&self, place: &str) -> Option<Remembered> {
        self.file.bundles.get(place).and_then(BundleEntry::read)
    }

    /// The newest of each stream.
    pub(super) fn streams(&self) -> Vec<Remembered> {
        self.file.streams.values().filter_map(BundleEntry::read).collect()
    }

    /// Keeps a bundle that was accepted; it is the newest of its stream, or it would not have been.
    pub(super) fn remember(&mut self, place: &str, bundle: &Remembered) {
        let entry = BundleEntry {
            signer: bundle.signer.to_string(),
            stream: bundle.stream.to_string(),
            serial: bundle.serial,
            header_hash: HEXLOWER.encode(&bundle.header_hash),
            issued_at: bundle.issued_at.unix(),
        };
        let file = &mut self.file;
        if file.bundles.get(place) == Some(&entry)
            && file.streams.get(&entry.stream) == Some(&entry)
        {
            return;
        }
        if file.bundles.len() >= MAX_PLACES && !file.bundles.contains_key(place) {
            let oldest = file.bundles.iter().min_by_key(|(_, entry)| entry.issued_at);
            let oldest = oldest.map(|(place, _)| place.clone());
            oldest.and_then(|place| file.bundles.remove(&place));
        }
        file.streams.insert(entry.stream.clone(), entry.clone());
        file.bundles.insert(place.to_owned(), entry);
        self.is_changed = true;
    }

    /// The counter of a key.
    pub(super) fn rate(&self, key: KeyId) -> Option<Instant> {
        self.file.rates.get(&key.to_string()).and_then(|counter| picos(counter))
    }

    /// Keeps the counter of a key, and forgets those whose time has passed: they say no more
    /// than their absence.
    pub(super) fn set_rate(&mut self, key: KeyId, counter: Instant, now: Instant) {
        if self.rate(key) == Some(counter) {
            return;
        }
        self.file.rates.retain(|_, counter| picos(counter).is_some_and(|counter| counter > now));
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
