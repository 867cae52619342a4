//! What SQLite would do for the attacker: triggers, views, indexes, other tables.

use keyctl_vault::Verb;
use keyctl_vault::issue;

use super::Scene;
use crate::support::{TABLES, act, at, is_integrity};

const ADDITIONS: [&str; 8] = [
    "CREATE TRIGGER t AFTER UPDATE ON head BEGIN DELETE FROM page; END",
    "CREATE VIEW v AS SELECT * FROM page",
    "CREATE TABLE extra (id INTEGER PRIMARY KEY, d BLOB)",
    "CREATE INDEX i ON page (d)",
    "CREATE UNIQUE INDEX i ON head (d)",
    "CREATE TABLE extra (a TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE extra (id INTEGER PRIMARY KEY AUTOINCREMENT)",
    "CREATE VIEW v AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x FROM c) SELECT x FROM c",
];

#[test]
fn whatever_is_added_to_the_schema_is_refused() {
    let scene = Scene::new();
    for sql in ADDITIONS {
        scene.must_refuse(sql, |attacker| attacker.sql(sql));
    }
}

#[test]
fn whatever_is_taken_from_the_schema_is_refused() {
    let scene = Scene::new();
    for table in TABLES {
        let sql = format!("DROP TABLE {table}");
        scene.must_refuse(&sql, |attacker| attacker.sql(&sql));
    }
}

#[test]
fn a_changed_table_is_refused() {
    let scene = Scene::new();
    for table in TABLES {
        for change in ["ADD COLUMN e BLOB", "RENAME TO f", "RENAME COLUMN d TO e"] {
            let sql = format!("ALTER TABLE {table} {change}");
            scene.must_refuse(&sql, |attacker| attacker.sql(&sql));
        }
    }
}

#[test]
fn a_schema_that_says_something_else_is_refused() {
    let scene = Scene::new();
    let texts = [
        "UPDATE sqlite_schema SET sql = lower(sql) WHERE name = 'page'",
        "UPDATE sqlite_schema SET sql = sql || ' ' WHERE name = 'page'",
        "UPDATE sqlite_schema SET sql = replace(sql, ' STRICT', '') WHERE name = 'node'",
        "UPDATE sqlite_schema SET rowid = 100 WHERE name = 'vault'",
        "UPDATE sqlite_schema SET name = 'Page' WHERE name = 'page'",
        "UPDATE sqlite_schema SET rootpage = 3 WHERE name = 'page'",
        "DELETE FROM sqlite_schema",
    ];
    for sql in texts {
        let unchecked = format!("PRAGMA writable_schema=ON; {sql}");
        let found = scene.after(|attacker| attacker.sql(&unchecked));
        assert_eq!(found.wrong, Vec::<String>::new(), "{sql}");
        assert!(found.check.is_err_and(|error| is_integrity(&error)), "{sql}");
    }
}

#[test]
fn a_page_table_that_points_at_another_tables_rows_is_found() {
    let scene = Scene::new();
    scene.must_find("node and page exchanged", |attacker| {
        attacker.sql(
            "PRAGMA writable_schema=ON;
             UPDATE sqlite_schema SET rootpage = rootpage + 100 WHERE name = 'page';
             UPDATE sqlite_schema SET rootpage =
                 (SELECT rootpage - 100 FROM sqlite_schema WHERE name = 'page')
                 WHERE name = 'node';",
        );
    });
}

#[test]
fn a_trigger_that_came_after_the_vault_was_opened_never_runs() {
    let scene = Scene::new();
    let mut vault = scene.lab.open();
    scene.lab.attacker().sql(ADDITIONS[0]);
    let before = scene.lab.bytes();
    let key = crate::support::new_key("new");
    let refused = act(&mut vault, Verb::Create, at(9), |tx| issue::create(tx, key, at(9)));
    let refused = refused.unwrap_err();
    assert!(matches!(refused, issue::IssueError::Vault(e) if is_integrity(&e)));
    assert_eq!(scene.lab.bytes(), before);
}
