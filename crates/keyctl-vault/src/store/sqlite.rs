//! The SQLite file: its schema, its settings, and six tables of blobs under integer keys.
//!
//! # Hostile files
//! SQLite parses whatever lies in the file. Before it may, the fixed fields of the file's header
//! are compared; and again in each transaction, because a journal beside the file may have been
//! played back, of which SQLite's sums cover few bytes. It runs with DEFENSIVE on, without triggers,
//! views and trusted schema, under small limits, and the schema is compared with ours byte for byte
//! before any other statement.
//!
//! # Durability
//! `journal_mode=DELETE` with `synchronous=EXTRA`: one file, readable in a folder that cannot be
//! written, and a commit that has returned cannot be taken back by a power cut. That is a
//! security setting here, because a vault that falls back behind its pin looks like an attack.
//!
//! # Formats
//! `MIGRATIONS` is an append-only list whose index is the file's `user_version`; a file of a
//! later version is refused and never guessed at.

use std::cell::Cell;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use super::files;
use super::header::{
    APPLICATION_ID, FORMAT, FileId, check_header, check_no_log, copy_start, journals_of,
};
use super::sql_error::sql_error;
use crate::error::{Finding, VaultError};

/// How a format is reached from the one before. Never edit an entry; append.
const MIGRATIONS: [&[&str]; 1] = [&SCHEMA];

/// What `sqlite_schema` must hold, in this order, to the byte.
const SCHEMA: [&str; 6] = [
    "CREATE TABLE vault (id INTEGER PRIMARY KEY, d BLOB NOT NULL) STRICT",
    "CREATE TABLE slot (id INTEGER PRIMARY KEY, d BLOB NOT NULL) STRICT",
    "CREATE TABLE head (id INTEGER PRIMARY KEY, d BLOB NOT NULL) STRICT",
    "CREATE TABLE page (id INTEGER PRIMARY KEY, d BLOB NOT NULL) STRICT",
    "CREATE TABLE node (id INTEGER PRIMARY KEY, d BLOB NOT NULL) STRICT",
    "CREATE TABLE audit (id INTEGER PRIMARY KEY, d BLOB NOT NULL) STRICT",
];

/// The length of a page of the file, in bytes.
const PAGE_LEN: u64 = 4096;
/// The largest blob that is read or written, in bytes.
const MAX_BLOB: i32 = 72 << 20;
/// How long to wait for another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(20);

/// One of the six tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Vault,
    Slot,
    Head,
    Page,
    Node,
    Audit,
}

impl Relation {
    pub(crate) const ALL: [Relation; 6] = [
        Relation::Vault,
        Relation::Slot,
        Relation::Head,
        Relation::Page,
        Relation::Node,
        Relation::Audit,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Relation::Vault => "vault",
            Relation::Slot => "slot",
            Relation::Head => "head",
            Relation::Page => "page",
            Relation::Node => "node",
            Relation::Audit => "audit",
        }
    }
}

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// One snapshot, held to the end.
    Read,
    /// The only writer, from the beginning.
    Write,
}

/// An open file.
pub(crate) struct Store {
    conn: Connection,
    path: PathBuf,
    file: FileId,
    /// Whether SQLite has found something malformed.
    is_malformed: Cell<bool>,
}

impl Store {
    /// Opens the file at a canonical `path`.
    pub(crate) fn open(path: &Path) -> Result<Self, VaultError> {
        check_header(path)?;
        Store::connect(path, check_header)
    }

    /// Makes a file at a canonical `path` where none is, with what `write` puts into it. It waits for the
    /// disk once, at the end: nobody knows of the file before it is whole. A part of it may be left when it
    /// fails.
    pub(crate) fn make<T>(
        path: &Path,
        write: impl FnOnce(&Tx<'_>) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        let file = files::make_empty(path)?;
        let mut store = Store::connect(path, |_| Ok(()))?;
        let settings = format!(
            "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;
             PRAGMA page_size={PAGE_LEN}; PRAGMA application_id={APPLICATION_ID};"
        );
        let statements = MIGRATIONS.concat().join(";");
        let sql = format!("{settings} BEGIN; {statements}; PRAGMA user_version={FORMAT}; COMMIT;");
        store.conn.execute_batch(&sql).map_err(sql_error(path))?;
        let tx = store.begin(Access::Write)?;
        let made = write(&tx)?;
        tx.commit()?;
        drop(store);
        file.sync_all().map_err(VaultError::io("write", path))?;
        Ok(made)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn begin(&mut self, access: Access) -> Result<Tx<'_>, VaultError> {
        let behavior = match access {
            Access::Read => TransactionBehavior::Deferred,
            Access::Write => TransactionBehavior::Immediate,
        };
        if self.is_malformed.take() {
            // SQLite looks at a page once and believes it from then on, also one that it has
            // refused: what was refused to a reader would be open to the next writer.
            self.conn.execute_batch("PRAGMA shrink_memory").map_err(sql_error(&self.path))?;
        }
        // Before SQLite would open it, and with the header after whoever wrote last.
        check_no_log(&self.path)?;
        let tx = self.conn.transaction_with_behavior(behavior).map_err(sql_error(&self.path))?;
        // A file that was put in its place meanwhile is the vault now, and this one is nobody's.
        if file_at(&self.path)? != self.file {
            return Err(VaultError::Replaced { path: self.path.clone() });
        }
        let tx = Tx { tx, path: &self.path, file: self.file, is_malformed: &self.is_malformed };
        tx.check_header()?;
        tx.check_schema()?;
        tx.keep_pages(access)?;
        Ok(tx)
    }

    /// Writes the whole file anew if a quarter of it is free. What the rows of old held is overwritten
    /// already.
    pub(crate) fn shrink(&self) -> Result<(), VaultError> {
        let number = |name: &str| -> Result<u32, VaultError> {
            self.conn
                .pragma_query_value(None, name, |row| row.get(0))
                .map_err(sql_error(&self.path))
        };
        if number("freelist_count")? < number("page_count")? / 4 {
            return Ok(());
        }
        // It attaches a file of its own while it works.
        let allow = |n| self.conn.set_limit(Limit::SQLITE_LIMIT_ATTACHED, n).map(drop);
        let vacuumed = allow(1).and_then(|()| self.conn.execute_batch("VACUUM"));
        let restored = allow(0);
        vacuumed.and(restored).map_err(sql_error(&self.path))
    }

    /// `check` is asked when the file is as a journal beside it would have it, and before SQLite reads the
    /// schema in it.
    fn connect(
        path: &Path,
        check: impl FnOnce(&Path) -> Result<(), VaultError>,
    ) -> Result<Self, VaultError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_NOFOLLOW;
        let open = || -> rusqlite::Result<Connection> {
            let conn = Connection::open_with_flags(path, flags)?;
            conn.busy_timeout(BUSY_TIMEOUT)?;
            conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
            conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
            conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
            conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
            conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, MAX_BLOB)?;
            conn.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, 10_000)?;
            conn.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
            look_at_header(&conn)?;
            Ok(conn)
        };
        let file = file_at(path)?;
        let conn = open().map_err(sql_error(path))?;
        check(path)?;
        conn.execute_batch(
            "PRAGMA synchronous=EXTRA; PRAGMA secure_delete=ON; PRAGMA fullfsync=ON;
             PRAGMA mmap_size=0; PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY;",
        )
        .map_err(sql_error(path))?;
        Ok(Store { conn, path: path.to_owned(), file, is_malformed: Cell::new(false) })
    }
}

/// One transaction; dropping it changes nothing.
pub(crate) struct Tx<'s> {
    tx: Transaction<'s>,
    path: &'s Path,
    file: FileId,
    is_malformed: &'s Cell<bool>,
}

impl Tx<'_> {
    pub(crate) fn path(&self) -> &Path {
        self.path
    }

    /// Which file it reads.
    pub(crate) fn file(&self) -> FileId {
        self.file
    }

    /// The blob of a row.
    pub(crate) fn get(&self, relation: Relation, id: i64) -> Result<Option<Vec<u8>>, VaultError> {
        let sql = format!("SELECT d FROM {} WHERE id = ?1", relation.as_str());
        let mut statement = self.tx.prepare_cached(&sql).map_err(self.sql())?;
        let mut rows = statement.query([id]).map_err(self.sql())?;
        let Some(row) = rows.next().map_err(self.sql())? else { return Ok(None) };
        blob(relation, row.get_ref(0).map_err(self.sql())?).map(|d| Some(d.to_vec()))
    }

    /// Every row with `from <= id <= to` in ascending order; `each` may stop with an error.
    pub(crate) fn each(
        &self,
        relation: Relation,
        from: i64,
        to: i64,
        mut each: impl FnMut(i64, &[u8]) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        let name = relation.as_str();
        let sql = format!("SELECT id, d FROM {name} WHERE id >= ?1 AND id <= ?2 ORDER BY id");
        let mut statement = self.tx.prepare_cached(&sql).map_err(self.sql())?;
        let mut rows = statement.query([from, to]).map_err(self.sql())?;
        while let Some(row) = rows.next().map_err(self.sql())? {
            let id = row.get(0).map_err(self.sql())?;
            each(id, blob(relation, row.get_ref(1).map_err(self.sql())?)?)?;
        }
        Ok(())
    }

    /// The largest id that is at most `id`.
    pub(crate) fn last_at(&self, relation: Relation, id: i64) -> Result<Option<i64>, VaultError> {
        let sql = format!("SELECT max(id) FROM {} WHERE id <= ?1", relation.as_str());
        self.tx.query_row(&sql, [id], |row| row.get(0)).map_err(self.sql())
    }

    /// Rows in a table.
    pub(crate) fn count(&self, relation: Relation) -> Result<u64, VaultError> {
        let sql = format!("SELECT count(*) FROM {}", relation.as_str());
        let count: i64 = self.tx.query_row(&sql, [], |row| row.get(0)).map_err(self.sql())?;
        Ok(count.unsigned_abs())
    }

    pub(crate) fn put(&self, relation: Relation, id: i64, d: &[u8]) -> Result<(), VaultError> {
        let name = relation.as_str();
        let sql = format!(
            "INSERT INTO {name} (id, d) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET d = ?2"
        );
        let mut statement = self.tx.prepare_cached(&sql).map_err(self.sql())?;
        statement.execute((id, d)).map(drop).map_err(self.sql())
    }

    pub(crate) fn delete(&self, relation: Relation, id: i64) -> Result<(), VaultError> {
        let sql = format!("DELETE FROM {} WHERE id = ?1", relation.as_str());
        self.tx.execute(&sql, [id]).map(drop).map_err(self.sql())
    }

    /// Removes every row of a table.
    pub(crate) fn clear(&self, relation: Relation) -> Result<(), VaultError> {
        let sql = format!("DELETE FROM {}", relation.as_str());
        self.tx.execute(&sql, []).map(drop).map_err(self.sql())
    }

    /// Writes every row of `from`, to the byte.
    pub(crate) fn copy_rows(&self, from: &Tx<'_>) -> Result<(), VaultError> {
        for relation in Relation::ALL {
            from.each(relation, i64::MIN, i64::MAX, |row, d| self.put(relation, row, d))?;
        }
        Ok(())
    }

    /// Copies the file, as this transaction has it, to a new one at `path`, and waits for the disk, while
    /// `meanwhile` runs. A part of it may be left when it fails.
    pub(crate) fn copy_to<T>(
        &self,
        path: &Path,
        meanwhile: impl FnOnce() -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        let mode = self.tx.pragma_query_value(None, "journal_mode", |row| row.get::<_, String>(0));
        if mode.map_err(self.sql())? != "delete" {
            return Err(Finding::damaged("a part of it lies in a log beside it").into());
        }
        let pages = self.tx.pragma_query_value(None, "page_count", |row| row.get::<_, u32>(0));
        let len = u64::from(pages.map_err(self.sql())?) * PAGE_LEN;
        let (from, file) = (self.path, self.file);
        let mut copy = files::make_empty(path)?;
        let copied = move || {
            let started =
                copy_start(file, len, &mut copy).map_err(VaultError::io("write", path))?;
            started.ok_or_else(|| VaultError::Replaced { path: from.to_owned() })?;
            copy.sync_all().map_err(VaultError::io("write", path))
        };
        thread::scope(|scope| {
            let copied = scope.spawn(copied);
            let done = meanwhile()?;
            copied.join().expect("copying does not panic").map(|()| done)
        })
    }

    pub(crate) fn commit(self) -> Result<(), VaultError> {
        self.tx.commit().map_err(sql_error(self.path))
    }

    /// SQLite's own check of the whole file.
    pub(crate) fn check_file(&self) -> Result<(), VaultError> {
        let result: String = self
            .tx
            .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
            .map_err(self.sql())?;
        if result == "ok" {
            return Ok(());
        }
        Err(Finding::damaged(format!("SQLite's own check of the file fails: {result}")).into())
    }

    /// How many pages of the file SQLite keeps in memory. A reader reads each once, or few of them.
    fn keep_pages(&self, access: Access) -> Result<(), VaultError> {
        let keep = match access {
            Access::Read => "PRAGMA cache_size=32",
            Access::Write => "PRAGMA cache_size=512",
        };
        self.tx.execute_batch(keep).map_err(self.sql())
    }

    /// The header again, as this transaction has it: another process may have brought the file to
    /// a later format since, or SQLite may have rolled a journal back.
    fn check_header(&self) -> Result<(), VaultError> {
        look_at_header(&self.tx).map_err(self.sql())?;
        check_header(self.path)
    }

    fn check_schema(&self) -> Result<(), VaultError> {
        let mut statement = self
            .tx
            .prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid")
            .map_err(self.sql())?;
        let mut rows = statement.query([]).map_err(self.sql())?;
        let mut expected = Relation::ALL.iter().zip(SCHEMA);
        while let Some(row) = rows.next().map_err(self.sql())? {
            let column = |i| -> Result<String, VaultError> {
                row.get::<_, Option<String>>(i).map(Option::unwrap_or_default).map_err(self.sql())
            };
            let found = (column(0)?, column(1)?, column(2)?, column(3)?);
            let matches = expected.next().is_some_and(|(relation, sql)| {
                let name = relation.as_str();
                found.0 == "table" && found.1 == name && found.2 == name && found.3 == sql
            });
            if !matches {
                let what = format!("the schema has an unexpected {} '{}'", found.0, found.1);
                return Err(Finding::damaged(what).into());
            }
        }
        match expected.next() {
            None => Ok(()),
            Some((relation, _)) => {
                let what = format!("the schema lacks the table '{}'", relation.as_str());
                Err(Finding::damaged(what).into())
            }
        }
    }

    fn sql(&self) -> impl Fn(rusqlite::Error) -> VaultError {
        let error_of = sql_error(self.path);
        move |error| {
            if error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt) {
                self.is_malformed.set(true);
            }
            error_of(error)
        }
    }
}

fn blob(relation: Relation, value: ValueRef<'_>) -> Result<&[u8], VaultError> {
    value.as_blob().map_err(|_| {
        Finding::damaged(format!("a row of the table '{}' is not a blob", relation.as_str())).into()
    })
}

/// Reads a field of SQLite's header, and nothing else. What a journal holds has been played back by then,
/// and in a transaction nobody else writes from now on.
fn look_at_header(conn: &Connection) -> rusqlite::Result<()> {
    conn.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0)).map(drop)
}

/// Refuses a place where anything lies, a journal too: it would be played into a new file.
pub(crate) fn check_free(path: &Path) -> Result<(), VaultError> {
    let mut in_the_way = std::iter::once(path.to_owned()).chain(journals_of(path));
    match in_the_way.find(|path| path.symlink_metadata().is_ok()) {
        Some(path) => Err(VaultError::Exists { path }),
        None => Ok(()),
    }
}

/// Which file lies at a path: its device and its number there.
fn file_at(path: &Path) -> Result<FileId, VaultError> {
    let meta = std::fs::symlink_metadata(path).map_err(|source| match source.kind() {
        ErrorKind::NotFound => VaultError::Missing { path: path.to_owned() },
        _ => VaultError::io("look at", path)(source),
    })?;
    Ok((meta.dev(), meta.ino()))
}
