//! What a search costs in SQLCipher: `scan make FILE ROWS` makes a table of keys, `scan FILE` looks through
//! it for a name that is not there. Opened by a raw key, without the slow hash.

use rusqlite::{Connection, params};

fn main() -> rusqlite::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["make", file, rows] => make(file, rows.parse().expect("a number of rows")),
        [file] => search(&open(file)?),
        _ => panic!("usage: scan make FILE ROWS, or scan FILE"),
    }
}

fn open(file: &str) -> rusqlite::Result<Connection> {
    let db = Connection::open(file)?;
    db.pragma_update(None, "key", format!("x'{}'", "2a".repeat(32)))?;
    Ok(db)
}

fn make(file: &str, rows: u64) -> rusqlite::Result<()> {
    if std::path::Path::new(file).exists() {
        return Ok(());
    }
    let mut db = open(file)?;
    let tx = db.transaction()?;
    tx.execute_batch(
        "CREATE TABLE keys (id TEXT PRIMARY KEY, name TEXT, project TEXT, owner TEXT, environment TEXT, kind TEXT,
         standing TEXT, prefix TEXT, scopes TEXT, labels TEXT, created_at INTEGER, expires_at INTEGER, digest BLOB)",
    )?;
    {
        let mut insert =
            tx.prepare("INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, randomblob(32))")?;
        for n in 0..rows {
            insert.execute(params![
                format!("key_{n:012}"),
                format!("service-{n}"),
                format!("project-{}", n % 500),
                format!("owner-{}", n % 2_000),
                "development",
                "general",
                "good",
                format!("kc_dev_{n:012}"),
                "orders:read stock:write",
                format!("team=t{}", n % 7),
                1_790_000_000 + n.cast_signed(),
                1_800_000_000 + n.cast_signed(),
            ])?;
        }
    }
    tx.commit()
}

fn search(db: &Connection) -> rusqlite::Result<()> {
    let found: i64 =
        db.query_row("SELECT count(*) FROM keys WHERE name LIKE '%zzqx%'", [], |row| row.get(0))?;
    assert_eq!(found, 0, "nobody has that name");
    Ok(())
}
