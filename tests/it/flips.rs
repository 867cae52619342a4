//! A bit of the file is another: what each command says, and with which exit code. The complete
//! matrix is a test of the library; this is what people meet.

use std::fs;

use rusqlite::Connection;

use crate::support::Home;

/// A row whose `d` gets another bit in the middle of its part: table, row, the part in thousandths,
/// and the exit code of `vault check`.
const ROWS: [(&str, &str, usize, i32); 12] = [
    ("vault", "id = 1", 100, 7),
    ("slot", "id = 1", 900, 7),
    ("slot", "id = 2", 900, 4),
    ("slot", "id = 2", 130, 7),
    ("head", "id = 1", 10, 7),
    ("head", "id = 1", 990, 7),
    ("page", "id >> 12 = 1", 0, 7),
    ("page", "id >> 12 = 2", 500, 7),
    ("page", "id >> 12 = 4", 999, 7),
    ("node", "id >> 6 = 1", 300, 7),
    ("node", "id >> 6 = 2", 700, 7),
    ("audit", "id = 1", 500, 7),
];

/// Bytes of SQLite's header, and the exit code.
const HEADER: [(usize, i32); 6] = [(0, 7), (17, 7), (18, 7), (59, 7), (62, 1), (70, 7)];

/// A home that a key file opens, so that no slow hash is in the way; a token.
fn home() -> (Home, String) {
    let home = Home::new();
    let token = home.token("bot");
    let slot = ["vault", "slot", "add", "robot", "--role", "admin", "--kind", "keyfile"];
    home.ok(slot.into_iter().chain(["--new-keyfile", "keyfile"]));
    home.write("token", &token);
    (home, token)
}

/// Asks four things of the vault: each answer is as it was, or there is none, and `check` has the
/// code that is expected.
fn must_refuse(home: &Home, what: &str, code: i32) {
    let flags = ["--keyfile", "keyfile"];
    let run = |args: &[&'static str]| home.run(args.iter().copied().chain(flags));
    let check = run(&["vault", "check"]);
    assert_eq!((check.code, check.stdout.as_str()), (code, ""), "{what}: {check:?}");
    let list = run(&["list", "--field", "status"]);
    assert!(list.code == code && list.stdout.is_empty() || list.stdout == "active\n", "{what}");
    let verify = run(&["verify", "--token-file", "token", "--no-record", "--field", "code"]);
    assert!(verify.code == code || verify.stdout == "VALID\n", "{what}: {verify:?}");
    let before = fs::read(home.vault()).unwrap();
    let edit = run(&["edit", "bot", "--note", "honest", "-q"]);
    assert!(edit.code == code || edit.code == 0, "{what}: {edit:?}");
    assert!(edit.code == 0 || fs::read(home.vault()).unwrap() == before, "{what}");
    assert_eq!(run(&["vault", "check"]).code, code, "{what}: an honest write has laundered it");
}

#[test]
fn a_flipped_bit_has_its_exit_code_in_every_command() {
    let (home, _) = home();
    let (clean, pins) = (fs::read(home.vault()).unwrap(), home.state().join("pins"));
    let pins: Vec<_> = fs::read_dir(pins).unwrap().map(|pin| pin.unwrap().path()).collect();
    let pins: Vec<_> = pins.iter().map(|pin| (pin, fs::read(pin).unwrap())).collect();
    let restore = || {
        fs::write(home.vault(), &clean).unwrap();
        pins.iter().for_each(|(pin, contents)| fs::write(pin, contents).unwrap());
    };
    for (table, row, part, code) in ROWS {
        restore();
        let db = Connection::open(home.vault()).unwrap();
        let sql = format!("SELECT id, d FROM {table} WHERE {row} ORDER BY id LIMIT 1");
        let (id, mut d): (i64, Vec<u8>) =
            db.query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let at = d.len() * part / 1000;
        d[at] ^= 1;
        db.execute(&format!("UPDATE {table} SET d = ?1 WHERE id = ?2"), (d, id)).unwrap();
        drop(db);
        must_refuse(&home, &format!("byte {at} of {table} {id}"), code);
    }
    for (at, code) in HEADER {
        restore();
        let mut file = clean.clone();
        file[at] ^= 1;
        fs::write(home.vault(), file).unwrap();
        must_refuse(&home, &format!("byte {at} of the header"), code);
    }
}
