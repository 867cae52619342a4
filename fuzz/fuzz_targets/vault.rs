//! A whole vault: opened, listed, checked, verified against and changed once, after somebody with
//! the file changed bytes or rows of it, or an administrator of ill will changed what is sealed and
//! signed for it. Who has no secret gets nothing but the truth, or a failure; nobody gets a panic.
#![no_main]

use std::sync::LazyLock;

use keyctl_fuzz::Input;
use keyctl_fuzz::lab::{Lab, Truth, VAULT};
use keyctl_vault::fuzzing::{Part, forge};
use libfuzzer_sys::fuzz_target;
use rusqlite::Connection;

struct Bench {
    lab: Lab,
    before: Truth,
}

static BENCH: LazyLock<Bench> = LazyLock::new(|| {
    let lab = Lab::new();
    lab.put(VAULT);
    let before = lab.examine().expect("it opens for ever");
    lab.change().expect("it can be changed");
    assert!(before.is_followed_by(&lab.examine().expect("as before")));
    Bench { lab, before }
});

fuzz_target!(|data: &[u8]| {
    let mut input = Input::new(data);
    let Bench { lab, before } = &*BENCH;
    match input.byte() % 3 {
        0 => {
            lab.put(&with_other_bytes(&mut input));
            stranger(lab, before);
        }
        1 => {
            lab.put(VAULT);
            if with_other_rows(&mut input, lab).is_ok() {
                stranger(lab, before);
            }
        }
        _ => {
            lab.put(VAULT);
            with_other_plaintexts(&mut input, lab);
            lab.forget();
            // Whatever it says is what an administrator has signed.
            drop(lab.examine());
            drop(lab.change());
            drop(lab.examine());
        }
    }
});

/// Whoever has no secret can change nothing that is said.
fn stranger(lab: &Lab, before: &Truth) {
    if let Ok(found) = lab.examine() {
        assert_eq!(found, *before, "it says something else");
    }
    let changed = lab.change().is_ok();
    if let Ok(after) = lab.examine() {
        assert_eq!(changed, after != *before);
        assert!(!changed || before.is_followed_by(&after), "a change has changed something else");
    }
}

fn with_other_bytes(input: &mut Input<'_>) -> Vec<u8> {
    let mut file = VAULT.to_vec();
    for _ in 0..1 + input.byte() % 4 {
        let page = usize::from(input.byte()) % (VAULT.len() / 4096) * 4096;
        let at = page + input.number() % 4096;
        match input.byte() % 8 {
            0 => file.truncate(at),
            1 => {
                let from = usize::from(input.byte()) % (VAULT.len() / 4096) * 4096;
                if file.len() == VAULT.len() {
                    file.copy_within(from..from + 4096, page);
                }
            }
            _ => {
                let len = usize::from(input.byte() % 32);
                for (old, new) in file.iter_mut().skip(at).zip(input.take(len)) {
                    *old = *new;
                }
            }
        }
    }
    file
}

fn with_other_rows(input: &mut Input<'_>, lab: &Lab) -> rusqlite::Result<()> {
    let conn = Connection::open(lab.path())?;
    conn.execute_batch("PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY;")?;
    for _ in 0..1 + input.byte() % 4 {
        let table =
            ["vault", "slot", "head", "page", "node", "audit"][usize::from(input.byte() % 6)];
        let nth = i64::from(input.byte());
        let count: i64 =
            conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |r| r.get(0))?;
        let row = (nth % count.max(1),);
        let sql = format!("SELECT id, d FROM {table} ORDER BY id LIMIT 1 OFFSET ?1");
        let (id, mut d): (i64, Vec<u8>) =
            conn.query_row(&sql, row, |r| Ok((r.get(0)?, r.get(1)?)))?;
        match input.byte() % 8 {
            0 => drop(conn.execute(&format!("DELETE FROM {table} WHERE id = ?1"), [id])?),
            1 => {
                let to = id + i64::from(input.byte()) - 128;
                let sql = format!("INSERT OR REPLACE INTO {table} (id, d) VALUES (?1, ?2)");
                conn.execute(&sql, (to, d))?;
            }
            _ => {
                input.edit(&mut d);
                conn.execute(&format!("UPDATE {table} SET d = ?2 WHERE id = ?1"), (id, d))?;
            }
        }
    }
    Ok(())
}

fn with_other_plaintexts(input: &mut Input<'_>, lab: &Lab) {
    for _ in 0..1 + input.byte() % 3 {
        // One that cannot be read any more cannot be forged once more.
        let Ok(mut vault) = lab.open() else { return };
        let (what, nth) = (input.byte(), usize::from(input.byte()));
        let part = match what % 8 {
            0 => Part::Head,
            1 => Part::Segment,
            2 => Part::Slot(nth),
            _ => Part::Page(nth),
        };
        let edits = 1 + input.byte() % 4;
        let forged = forge(&mut vault, part, |plain| {
            let len = plain.len();
            (0..edits).for_each(|_| input.edit(plain));
            // What is padded is padded again: a fuzzer need not count.
            if matches!(part, Part::Page(_) | Part::Segment) && input.byte() % 8 != 0 {
                plain.resize(len, 0);
            }
        });
        lab.forget();
        if forged.is_err() {
            return;
        }
    }
}
