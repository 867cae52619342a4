//! A vault to do harm to: the one of the first format that is kept for ever, whose secrets are no
//! secrets, in a folder in memory where that can be had.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use keyctl_vault::issue::{self, IssueError};
use keyctl_vault::{
    Author, LockedVault, Records, Secret, SlotChoice, UnlockedVault, VaultError, Verb,
};
use keyctl_verify::{Code, Request, Token};
use tempfile::TempDir;

/// The file.
pub const VAULT: &[u8] = include_bytes!("../../tests/fixtures/vault-v1/vault.db");
const KEYFILE: &[u8] = include_bytes!("../../tests/fixtures/vault-v1/admin.key");
const TOKENS: [&str; 6] = [
    include_str!("../../tests/fixtures/vault-v1/active.token"),
    include_str!("../../tests/fixtures/vault-v1/disabled.token"),
    include_str!("../../tests/fixtures/vault-v1/revoked.token"),
    include_str!("../../tests/fixtures/vault-v1/rotated.token"),
    include_str!("../../tests/fixtures/vault-v1/superseded.token"),
    include_str!("../../tests/fixtures/vault-v1/deleted.token"),
];

/// Everything that a vault says.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    generation: u64,
    keys: Vec<String>,
    owners: Vec<String>,
    policy: String,
    audit: Vec<String>,
    verdicts: Vec<Code>,
}

impl Truth {
    /// What the vault says after [`Lab::change`], as far as a first token and the counts go.
    pub fn is_followed_by(&self, after: &Truth) -> bool {
        after.generation == self.generation + 1
            && after.audit.len() == self.audit.len() + 1
            && after.audit.starts_with(&self.audit)
            && after.keys.len() == self.keys.len()
            && after.verdicts[0] == Code::Revoked
            && after.verdicts[1..] == self.verdicts[1..]
            && (&after.owners, &after.policy) == (&self.owners, &self.policy)
    }
}

/// A folder with a vault.
pub struct Lab(TempDir);

impl Lab {
    pub fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        Lab(tempfile::tempdir_in(folder).expect("a folder can be made"))
    }

    pub fn path(&self) -> PathBuf {
        self.0.path().join("vault.db")
    }

    fn state(&self) -> PathBuf {
        self.0.path().join("state")
    }

    /// Puts a file in place, which this machine has never seen.
    pub fn put(&self, file: &[u8]) {
        for name in ["vault.db-journal", "vault.db-wal", "vault.db-shm"] {
            drop(fs::remove_file(self.0.path().join(name)));
        }
        self.forget();
        fs::write(self.path(), file).expect("the folder is ours");
        fs::set_permissions(self.path(), fs::Permissions::from_mode(0o600)).expect("as above");
    }

    /// Forgets what this machine has seen.
    pub fn forget(&self) {
        drop(fs::remove_dir_all(self.state()));
    }

    pub fn open(&self) -> Result<UnlockedVault, VaultError> {
        let secret = Secret::keyfile(KEYFILE).expect("it is long enough");
        LockedVault::open(&self.path(), &self.state())?.unlock(&secret, &SlotChoice::Any)
    }

    /// Reads everything there is.
    pub fn examine(&self) -> Result<Truth, VaultError> {
        let mut vault = self.open()?;
        let snapshot = vault.snapshot()?;
        let mut keys = snapshot.keys(|key| Some(format!("{key:?}")))?;
        keys.sort_unstable();
        let verdict = |token: &&str| -> Result<Code, VaultError> {
            let token = token.trim_end();
            Ok(issue::verify(&snapshot, token, &Request::default(), super::at(0))?.code())
        };
        snapshot.check()?;
        Ok(Truth {
            generation: snapshot.generation(),
            keys,
            owners: snapshot.owners()?.iter().map(|owner| format!("{owner:?}")).collect(),
            policy: format!("{:?}", snapshot.policy()?),
            audit: snapshot.audit(1)?.iter().map(|entry| format!("{entry:?}")).collect(),
            verdicts: TOKENS.iter().map(verdict).collect::<Result<_, _>>()?,
        })
    }

    /// Revokes the key of the first token.
    pub fn change(&self) -> Result<(), IssueError> {
        let mut vault = self.open()?;
        let token = Token::parse(TOKENS[0].trim_end()).expect("it is a token");
        let id = token.prefix().public_id();
        let author =
            Author { actor: "fuzzer".to_owned(), host: "lab".to_owned(), now: super::at(0) };
        vault.transaction(&author, Verb::Revoke, |tx| {
            let found = tx.key_with_public_id(id)?;
            let (key, _) = found.ok_or(IssueError::NotFound { wanted: "active".to_owned() })?;
            issue::revoke(tx, key.id, None, super::at(0)).map(drop)
        })
    }
}

impl Default for Lab {
    fn default() -> Self {
        Lab::new()
    }
}
