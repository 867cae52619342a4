//! An SQLCipher file with records of keys in it.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, Result};

/// The raw key of a file: no slow hash stands before it.
pub(crate) type Key = u8;

pub(crate) struct File(Connection);

/// Everything that a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The status of each key.
    pub(crate) status: BTreeMap<String, String>,
    rows: Vec<String>,
}

const SCHEMA: &str = "
    CREATE TABLE keys (id TEXT PRIMARY KEY, name TEXT UNIQUE, project TEXT, owner TEXT,
        status TEXT NOT NULL, scopes TEXT NOT NULL, note TEXT, created_at INTEGER,
        updated_at INTEGER, generations TEXT NOT NULL);
    CREATE TABLE owners (name TEXT PRIMARY KEY, ceiling TEXT NOT NULL);
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE slots (name TEXT PRIMARY KEY, d BLOB NOT NULL);
    CREATE TABLE audit (generation INTEGER PRIMARY KEY, entry TEXT NOT NULL);";

/// Each table, a row as one text.
const ROWS: [&str; 5] = [
    "SELECT concat_ws('|', id, name, project, owner, status, scopes, note, created_at, updated_at,
        generations) FROM keys ORDER BY id",
    "SELECT name || '|' || ceiling FROM owners ORDER BY name",
    "SELECT name || '|' || value FROM settings ORDER BY name",
    "SELECT name || '|' || hex(d) FROM slots ORDER BY name",
    "SELECT generation || '|' || entry FROM audit ORDER BY generation",
];

impl File {
    pub(crate) fn create(path: &Path, key: Key) -> Result<Self> {
        let file = File::open(path, key)?;
        file.sql(SCHEMA)?;
        Ok(file)
    }

    pub(crate) fn open(path: &Path, key: Key) -> Result<Self> {
        let conn = Connection::open(path)?;
        let quiet = "PRAGMA cipher_log_level = NONE; PRAGMA synchronous = OFF";
        conn.execute_batch(&format!("PRAGMA key = {}; {quiet}", raw(key)))?;
        Ok(File(conn))
    }

    pub(crate) fn sql(&self, sql: &str) -> Result<()> {
        self.0.execute_batch(sql)
    }

    /// Encrypts the whole file anew.
    pub(crate) fn rekey(&self, key: Key) -> Result<()> {
        self.sql(&format!("PRAGMA rekey = {}", raw(key)))
    }

    pub(crate) fn version(&self) -> Result<String> {
        self.0.query_row("PRAGMA cipher_version", [], |row| row.get(0))
    }

    /// Whether both checks find the file to be well.
    pub(crate) fn is_well(&self) -> bool {
        let damage = self.texts("PRAGMA cipher_integrity_check");
        let check = self.texts("PRAGMA integrity_check");
        damage.is_ok_and(|damage| damage.is_empty()) && check.is_ok_and(|check| check == ["ok"])
    }

    /// What the file holds.
    pub(crate) fn answer(&self) -> Result<Answer> {
        let rows = ROWS.map(|sql| self.texts(sql)).into_iter().collect::<Result<Vec<_>>>()?;
        let mut status = self.0.prepare("SELECT id, status FROM keys")?;
        let status = status.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Answer { status: status.collect::<Result<_>>()?, rows: rows.concat() })
    }

    fn texts(&self, sql: &str) -> Result<Vec<String>> {
        let mut statement = self.0.prepare(sql)?;
        let texts = statement.query_map([], |row| row.get(0))?;
        texts.collect()
    }
}

impl Answer {
    /// Whether a key is active here that should not be.
    pub(crate) fn revives(&self, truth: &Answer) -> bool {
        let should = |id| truth.status.get(id).is_some_and(|status| status == "active");
        self.status.iter().any(|(id, status)| status == "active" && !should(id))
    }
}

/// SQLCipher's way to write a raw key of 32 bytes.
fn raw(key: Key) -> String {
    format!("\"x'{}'\"", format!("{key:02x}").repeat(32))
}
