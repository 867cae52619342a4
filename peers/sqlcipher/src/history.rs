//! The history: the changes of keyctl's own splice test, made to records of the same size.

use std::error::Error;
use std::fs;
use std::path::Path;

use crate::file::{Answer, File, Key};

/// One change a line; the first two generations are a file that was made, and a second way to
/// unlock it.
const CHANGES: &str = include_str!("../../../crates/keyctl-vault/tests/it/splice/changes.txt");

/// One generation.
pub(crate) struct Kept {
    pub(crate) key: Key,
    pub(crate) file: Vec<u8>,
    pub(crate) answer: Answer,
}

/// Makes the history, and keeps every file from the second generation on.
pub(crate) fn keep_all(path: &Path) -> Result<Vec<Kept>, Box<dyn Error>> {
    let mut key = 1;
    let mut writer = Writer { file: File::create(path, key)?, generation: 2, drawn: 7 };
    writer.change(&["slot", "main"])?;
    writer.change(&["slot", "robot"])?;
    let mut all = vec![kept(path, key)?];
    for line in CHANGES.lines().filter(|line| !line.starts_with('#')) {
        writer.generation += 1;
        let words: Vec<_> = line.split(' ').collect();
        if words == ["rekey"] {
            key += 1;
            writer.file.rekey(key)?;
        }
        writer.change(&words)?;
        all.push(kept(path, key)?);
    }
    Ok(all)
}

fn kept(path: &Path, key: Key) -> Result<Kept, Box<dyn Error>> {
    Ok(Kept { key, file: fs::read(path)?, answer: File::open(path, key)?.answer()? })
}

struct Writer {
    file: File,
    generation: u64,
    drawn: u64,
}

impl Writer {
    /// One change, and what the log says of it, in one transaction.
    fn change(&mut self, words: &[&str]) -> rusqlite::Result<()> {
        let change = self.sql(words);
        let (n, random) = (self.generation, self.hex(112));
        let entry = format!(
            "INSERT OR REPLACE INTO audit VALUES ({n}, '{} tester laboratory {random}')",
            words.join(" ")
        );
        self.file.sql(&format!("BEGIN; {change}; {entry}; COMMIT"))
    }

    fn sql(&mut self, words: &[&str]) -> String {
        let now = 1_700_000_000 + self.generation;
        let set = |key: &str, what: &str| {
            format!("UPDATE keys SET {what}, updated_at = {now} WHERE name = '{key}'")
        };
        match *words {
            ["create", key, ref owner @ ..] => {
                let owner = owner.first().map_or("NULL".to_owned(), |owner| format!("'{owner}'"));
                let (id, token) = (self.hex(12), self.hex(90));
                format!(
                    "INSERT INTO keys VALUES ('key_{id}', '{key}', 'alpha', {owner}, 'active',
                        'orders:read', NULL, {now}, {now}, '{token}')"
                )
            }
            ["revoke", key] => set(key, "status = 'revoked'"),
            ["disable", key] => set(key, "status = 'disabled'"),
            ["enable", key] => set(key, "status = 'active'"),
            ["delete", key] => format!("DELETE FROM keys WHERE name = '{key}'"),
            ["rename", key, other] => set(key, &format!("name = '{other}'")),
            ["scope", key, more] => set(key, &format!("scopes = scopes || ' {more}'")),
            ["note", key] => set(key, &format!("note = '{}'", "noted".repeat(100))),
            ["rotate", key] => {
                let token = self.hex(90);
                set(key, &format!("generations = generations || ' {token}'"))
            }
            ["owner" | "narrow", owner, ref can @ ..] => {
                format!("INSERT OR REPLACE INTO owners VALUES ('{owner}', '{}')", can.join(" "))
            }
            ["slot", slot] => {
                let d = self.hex(340);
                format!("INSERT OR REPLACE INTO slots VALUES ('{slot}', x'{d}')")
            }
            ["unslot", slot] => format!("DELETE FROM slots WHERE name = '{slot}'"),
            ["passphrase"] => self.sql(&["slot", "main"]),
            ["rekey"] => "DELETE FROM slots WHERE name NOT IN ('robot')".to_owned(),
            ["policy", _] | ["bundle-key"] => {
                let value = self.hex(200);
                format!("INSERT OR REPLACE INTO settings VALUES ('{}', '{value}')", words[0])
            }
            _ => unreachable!("no such change: {words:?}"),
        }
    }

    /// Digits that look random, and are the same each time.
    fn hex(&mut self, len: usize) -> String {
        let mut digit = || {
            self.drawn ^= self.drawn << 13;
            self.drawn ^= self.drawn >> 7;
            self.drawn ^= self.drawn << 17;
            char::from_digit((self.drawn >> 33) as u32 % 16, 16).unwrap_or('0')
        };
        (0..len).map(|_| digit()).collect()
    }
}
