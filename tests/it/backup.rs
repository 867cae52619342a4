//! `vault backup`: a copy of the whole vault in a new file, or nothing.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::support::Home;

const VIEWER: &str = "viewer pass words";

/// Every file below a folder, with its length and a hash of its contents.
pub fn files_below(folder: &Path) -> Vec<(PathBuf, usize, u64)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            all.extend(files_below(&entry));
        } else {
            let contents = fs::read(&entry).unwrap();
            let mut hasher = DefaultHasher::new();
            contents.hash(&mut hasher);
            all.push((entry, contents.len(), hasher.finish()));
        }
    }
    all.sort();
    all
}

#[test]
fn a_backup_is_a_new_private_file_that_opens_as_the_vault_does() {
    let home = Home::new();
    let token = home.token("bot");
    insta::assert_snapshot!(home.run(["vault", "backup", "b.db"]).shown(&home), @"
    exit 0
    --- stdout
    backup      b.db
    vault key   [vault-key]
    generation  2
    keys        1
    --- stderr
    Keep it where the vault is not; 'keyctl vault restore' puts it back.
    ");
    insta::assert_snapshot!(home.run(["vault", "backup", "c.db", "-o", "json"]).shown(&home), @r#"
    exit 0
    --- stdout
    {"file":"c.db","vault_key":"[vault-key]","generation":2,"keys":1}
    --- stderr
    Keep it where the vault is not; 'keyctl vault restore' puts it back.
    "#);
    let mode = fs::metadata(home.file("b.db")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let there = home.run_with(["verify", "--vault", "b.db"], token.as_bytes());
    assert_eq!(there.code, 0, "{}", there.stderr);
    assert_eq!(home.json(["vault", "check", "--vault", "b.db"])["generation"], 2);
}

#[test]
fn whoever_may_read_may_copy() {
    let home = Home::new();
    for role in ["viewer", "exporter"] {
        home.add_slot(role, role, VIEWER);
        let file = format!("{role}.db");
        let args = ["vault", "backup", &file, "--slot", role, "--passphrase-file"];
        let pass = format!("{role}.pass");
        let run = home.run(args.into_iter().chain([pass.as_str()]));
        assert_eq!(run.code, 0, "{}", run.stderr);
        // The copy has the other slots as well.
        assert_eq!(home.run(["list", "--vault", &file]).code, 0);
    }
}

#[test]
fn nothing_is_written_over() {
    let home = Home::new();
    home.write("b.db", "mine");
    insta::assert_snapshot!(home.run(["vault", "backup", "b.db"]).shown(&home), @"
    exit 5
    --- stderr
    error: '[home]/b.db' already exists
    hint: choose another path, or move that file away
    ");
    assert_eq!(home.read("b.db"), "mine");
    home.write("d.db-wal", "mine");
    assert_eq!(home.run(["vault", "backup", "d.db"]).code, 5);
    home.write("c.db-journal", "mine");
    insta::assert_snapshot!(home.run(["vault", "backup", "c.db"]).shown(&home), @"
    exit 5
    --- stderr
    error: '[home]/c.db-journal' already exists
    hint: choose another path, or move that file away
    ");
    assert!(!home.file("c.db").exists());
    std::os::unix::fs::symlink("nowhere", home.file("link")).unwrap();
    assert_eq!(home.run(["vault", "backup", "link"]).code, 5);
    assert_eq!(home.run(["vault", "backup", "/dev/full"]).code, 5);
    assert_eq!(home.run(["vault", "backup", "data"]).code, 5);
    insta::assert_snapshot!(home.run(["vault", "backup", "none/b.db"]).shown(&home), @"
    exit 1
    --- stderr
    error: cannot find the folder 'none': No such file or directory (os error 2)
    hint: check the path, and who may read and write there
    ");
    assert_eq!(home.run(["vault", "backup"]).code, 2);
}

#[test]
fn a_damaged_vault_is_not_copied() {
    let home = Home::new();
    home.token("bot");
    let db = rusqlite::Connection::open(home.vault()).unwrap();
    db.execute("UPDATE audit SET d = zeroblob(length(d))", []).unwrap();
    drop(db);
    insta::assert_snapshot!(home.run(["vault", "backup", "b.db"]).shown(&home), @"
    exit 7
    --- stderr
    error: vault '[home]/data/keyctl/vault.db': the audit segment of generation 1 has been changed
    hint: do not use this file: put a backup back, and find out who changed it; 'keyctl vault check' reads everything
    ");
    assert!(!home.file("b.db").exists());
    assert_eq!(home.run_in(&[("KEYCTL_PASSPHRASE", "wrong")], ["vault", "backup", "b.db"]).code, 4);
}

#[test]
fn a_full_disk_leaves_nothing_behind() {
    let home = Home::new();
    home.token("bot");
    let before = files_below(home.path());
    // In blocks of 512 bytes; the signal is ignored, as a full disk sends none.
    for blocks in [1, 8, 16, 40, 64] {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; keyctl vault backup b.db");
        let run = home.script(&script);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{blocks}: {}", run.stderr);
        assert_eq!(files_below(home.path()), before, "{blocks} blocks");
    }
    home.ok(["vault", "backup", "b.db"]);
}
