//! Somebody with the file, SQLite, and all the time in the world, but without a secret.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension};

/// The tables of the file.
pub(crate) const TABLES: [&str; 6] = ["vault", "slot", "head", "page", "node", "audit"];

pub(crate) struct Attacker(Connection);

impl Attacker {
    pub(crate) fn new(path: &Path) -> Self {
        let conn = Connection::open(path).unwrap();
        conn.execute_batch("PRAGMA synchronous=OFF").unwrap();
        Attacker(conn)
    }

    pub(crate) fn sql(&self, sql: &str) {
        self.0.execute_batch(sql).unwrap();
    }

    pub(crate) fn get(&self, table: &str, id: i64) -> Option<Vec<u8>> {
        let sql = format!("SELECT d FROM {table} WHERE id = ?1");
        self.0.query_row(&sql, [id], |row| row.get(0)).optional().unwrap()
    }

    /// The page at which a table begins.
    pub(crate) fn root(&self, table: &str) -> usize {
        let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
        let root: i64 = self.0.query_row(sql, [table], |row| row.get(0)).unwrap();
        usize::try_from(root).unwrap()
    }

    /// Puts a row, or removes it.
    pub(crate) fn put(&self, table: &str, id: i64, d: Option<&[u8]>) {
        match d {
            Some(d) => {
                let sql = format!("INSERT OR REPLACE INTO {table} (id, d) VALUES (?1, ?2)");
                self.0.execute(&sql, (id, d)).unwrap();
            }
            None => {
                self.0.execute(&format!("DELETE FROM {table} WHERE id = ?1"), [id]).unwrap();
            }
        }
    }

    pub(crate) fn flip(&self, table: &str, id: i64, bit: usize) {
        let mut d = self.get(table, id).unwrap();
        d[bit / 8] ^= 1 << (bit % 8);
        self.put(table, id, Some(&d));
    }

    pub(crate) fn rows(&self, table: &str) -> BTreeMap<i64, Vec<u8>> {
        let sql = format!("SELECT id, d FROM {table}");
        let mut statement = self.0.prepare(&sql).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.map(Result::unwrap).collect()
    }

    pub(crate) fn ids(&self, table: &str) -> Vec<i64> {
        self.rows(table).into_keys().collect()
    }

    /// The rows of pages that belong to the table `keys`.
    pub(crate) fn key_pages(&self) -> Vec<i64> {
        self.ids("page").into_iter().filter(|id| id >> 12 == 1).collect()
    }

    /// Lets a blob be of another type, behind the back of STRICT.
    pub(crate) fn retype(&self, table: &str, id: i64, expression: &str) {
        let strict =
            format!("CREATE TABLE {table} (id INTEGER PRIMARY KEY, d BLOB NOT NULL) STRICT");
        let loose = format!("CREATE TABLE {table} (id INTEGER PRIMARY KEY, d)");
        self.edit_schema(&format!("UPDATE sqlite_schema SET sql='{loose}' WHERE name='{table}'"));
        self.sql(&format!("UPDATE {table} SET d = {expression} WHERE id = {id}"));
        self.edit_schema(&format!("UPDATE sqlite_schema SET sql='{strict}' WHERE name='{table}'"));
    }

    /// Edits the schema as bytes and has SQLite read it again.
    pub(crate) fn edit_schema(&self, sql: &str) {
        self.sql("PRAGMA writable_schema=ON");
        self.sql(sql);
        self.sql("PRAGMA writable_schema=RESET");
    }
}
