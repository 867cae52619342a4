//! A laboratory: a vault in a folder of its own, keys in it, the truth about it, and somebody
//! with the file and SQLite who means harm.

mod attacker;
mod journal;
mod truth;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use keyctl_vault::issue::{self, Expiry, IssueError, NameChoice, NewKey};
use keyctl_vault::{
    Author, InitOptions, KdfParams, LockedVault, Name, Passphrase, Project, Role, Secret,
    SlotChoice, Transaction, UnlockedVault, VaultError, Verb, init,
};
use keyctl_verify::{Brand, Code, Environment, KeyId, Kind, Request, Scope, Timestamp};
use tempfile::TempDir;

pub(crate) use attacker::{Attacker, TABLES};
pub(crate) use journal::{hot_journal, write_ahead_log};
pub(crate) use truth::{Examination, Truth};

/// Opens the slot `main`.
pub(crate) const PASSPHRASE: &str = "correct horse battery staple";
/// Opens the slot `robot`.
pub(crate) const KEYFILE: u8 = 1;
/// 2023-11-14T22:13:20Z; every time of a test is counted from there.
const START: i64 = 1_700_000_000;

pub(crate) const MINUTE: i64 = 60;
pub(crate) const HOUR: i64 = 3_600;
pub(crate) const DAY: i64 = 86_400;

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(START + seconds).unwrap()
}

pub(crate) fn by(now: Timestamp) -> Author {
    Author { actor: "tester".to_owned(), host: "laboratory".to_owned(), now }
}

pub(crate) fn weak_kdf() -> KdfParams {
    KdfParams::from_mib(19, 1).unwrap()
}

pub(crate) fn passphrase(text: &str) -> Secret {
    Secret::Passphrase(Passphrase::new(text).unwrap())
}

pub(crate) fn keyfile(byte: u8) -> Secret {
    Secret::keyfile(&[byte; 32]).unwrap()
}

pub(crate) fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

pub(crate) fn project(text: &str) -> Project {
    Project::parse(text).unwrap()
}

pub(crate) fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap()
}

/// A folder in memory where that can be had.
pub(crate) fn memory() -> TempDir {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    tempfile::tempdir_in(folder).unwrap()
}

/// A vault at `vault.kcv` with the slots `main` (passphrase) and `robot` (key file), both of
/// administrators.
pub(crate) struct Lab {
    dir: TempDir,
}

impl Lab {
    pub(crate) fn new() -> Self {
        let lab = Lab::empty();
        lab.init();
        let mut vault = lab.unlock(&passphrase(PASSPHRASE)).unwrap();
        vault.add_slot(&by(at(0)), &name("robot"), Role::Admin, &keyfile(KEYFILE)).unwrap();
        lab
    }

    /// Folders without a vault; in memory where that can be had, because every commit waits for
    /// the disk several times.
    pub(crate) fn empty() -> Self {
        Lab { dir: memory() }
    }

    /// Makes a vault with the slot `main` alone.
    pub(crate) fn init(&self) {
        self.try_init().unwrap();
    }

    pub(crate) fn try_init(&self) -> Result<(), VaultError> {
        let options = InitOptions {
            brand: Brand::default(),
            kdf: weak_kdf(),
            passphrase: passphrase(PASSPHRASE),
            with_recovery: false,
        };
        init(&self.path(), &self.state(), &options, &by(at(0)), |_| Ok(())).map(drop)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.dir.path().join("vault.kcv")
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.dir.path().join("state")
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        fs::read(self.path()).unwrap()
    }

    /// Puts other contents into the file, as a thief of the disk would.
    pub(crate) fn overwrite(&self, contents: &[u8]) {
        fs::write(self.path(), contents).unwrap();
    }

    pub(crate) fn attacker(&self) -> Attacker {
        Attacker::new(&self.path())
    }

    pub(crate) fn locked(&self) -> Result<LockedVault, VaultError> {
        LockedVault::open(&self.path(), &self.state())
    }

    pub(crate) fn unlock(&self, secret: &Secret) -> Result<UnlockedVault, VaultError> {
        self.locked()?.unlock(secret, &SlotChoice::Any)
    }

    /// With the key file, which costs no Argon2id.
    pub(crate) fn open(&self) -> UnlockedVault {
        self.unlock(&keyfile(KEYFILE)).unwrap()
    }

    /// A file of which the name begins as the vault's: a journal.
    pub(crate) fn beside(&self, end: &str) -> PathBuf {
        self.dir.path().join(format!("vault.kcv{end}"))
    }

    /// What this machine remembers: each file of it.
    pub(crate) fn pins(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let pins = fs::read_dir(self.state().join("pins")).unwrap().map(Result::unwrap);
        let pins =
            pins.map(|pin| pin.path()).filter(|pin| pin.extension() == Some("json".as_ref()));
        pins.map(|pin| (pin.clone(), fs::read(pin).unwrap())).collect()
    }

    /// Does something, and puts vault and memory back as they were.
    pub(crate) fn scratch<T>(&self, work: impl FnOnce() -> T) -> T {
        let (file, pins) = (self.bytes(), self.pins());
        let made = work();
        self.overwrite(&file);
        pins.iter().for_each(|(path, contents)| fs::write(path, contents).unwrap());
        made
    }

    /// What opening and reading the head says.
    pub(crate) fn look(&self) -> Result<u64, VaultError> {
        let mut vault = self.unlock(&keyfile(KEYFILE))?;
        Ok(vault.snapshot()?.generation())
    }

    pub(crate) fn forget_everything(&self) {
        if self.state().exists() {
            fs::remove_dir_all(self.state()).unwrap();
        }
    }

    /// Makes keys `k0`, `k1`, … in one change each.
    pub(crate) fn with_keys(self, count: usize) -> (Self, Vec<Made>) {
        let mut vault = self.open();
        let made = (0..count).map(|n| make(&mut vault, &format!("k{n}"), at(1))).collect();
        (self, made)
    }
}

/// A key that was made, and its token.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) id: KeyId,
    pub(crate) token: String,
}

pub(crate) fn new_key(text: &str) -> NewKey {
    NewKey {
        project: Some(project("alpha")),
        environment: Environment::Development,
        kind: Kind::General,
        owner: None,
        name: NameChoice::Given(name(text)),
        expires: Expiry::Never,
        not_before: None,
        scopes: [scope("orders:read")].into_iter().collect(),
        paths: Vec::new(),
        ips: Vec::new(),
        customers: Vec::new(),
        rate_limit: None,
        labels: std::collections::BTreeMap::default(),
        note: None,
        recoverable: false,
    }
}

/// One change.
pub(crate) fn act<T>(
    vault: &mut UnlockedVault,
    verb: Verb,
    now: Timestamp,
    work: impl FnOnce(&mut Transaction<'_>) -> Result<T, IssueError>,
) -> Result<T, IssueError> {
    vault.transaction(&by(now), verb, work)
}

pub(crate) fn create(
    vault: &mut UnlockedVault,
    new: NewKey,
    now: Timestamp,
) -> Result<Made, IssueError> {
    create_with_room(vault, new, 0, now)
}

/// Makes a key where there shall be room for so many: tables have 512 pages from 4,097 records on, and
/// 4,096 from 32,769.
pub(crate) fn create_with_room(
    vault: &mut UnlockedVault,
    new: NewKey,
    keys: usize,
    now: Timestamp,
) -> Result<Made, IssueError> {
    let created = act(vault, Verb::Create, now, |tx| {
        tx.make_room(keys)?;
        issue::create(tx, new, now)
    })?;
    Ok(Made { id: created.key.id, token: created.token.expose_token().to_owned() })
}

pub(crate) fn make(vault: &mut UnlockedVault, text: &str, now: Timestamp) -> Made {
    create(vault, new_key(text), now).unwrap()
}

pub(crate) fn revoke(vault: &mut UnlockedVault, id: KeyId, now: Timestamp) {
    act(vault, Verb::Revoke, now, |tx| issue::revoke(tx, id, None, now)).unwrap();
}

/// What verification says of a token.
pub(crate) fn code(vault: &mut UnlockedVault, token: &str, now: Timestamp) -> Code {
    try_code(vault, token, now).unwrap()
}

pub(crate) fn try_code(
    vault: &mut UnlockedVault,
    token: &str,
    now: Timestamp,
) -> Result<Code, VaultError> {
    let snapshot = vault.snapshot()?;
    Ok(issue::verify(&snapshot, token, &Request::default(), now)?.code())
}

/// The rows of `table` that differ between two copies of a vault.
pub(crate) fn differing_rows(before: &Attacker, after: &Attacker, table: &str) -> BTreeSet<i64> {
    let (before, after) = (before.rows(table), after.rows(table));
    let ids: BTreeSet<i64> = before.keys().chain(after.keys()).copied().collect();
    ids.into_iter().filter(|id| before.get(id) != after.get(id)).collect()
}

pub(crate) fn is_integrity(error: &VaultError) -> bool {
    matches!(error, VaultError::Integrity(_))
}

/// Tells whoever runs a long test what came of it.
pub(crate) fn say(text: impl std::fmt::Display) {
    use std::io::Write;
    drop(writeln!(std::io::stdout(), "{text}"));
}
