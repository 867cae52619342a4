//! Other users, modes, masks, and file systems.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::Command;

use super::line;
use crate::faults::disk;
use crate::support::{Home, PASSPHRASE, Run, skip, tool};

/// Who has no rights but their own.
const NOBODY: u32 = 4321;
/// Somebody else.
const STRANGER: u32 = 4322;

fn set(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn give(path: &Path, user: u32) {
    chown(path, Some(user), Some(user)).unwrap();
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            give(&entry.unwrap().path(), user);
        }
    }
}

/// The same program under another wrapper, with the environment of the home.
fn wrapped(home: &Home, wrapper: &[&str], args: &[&str]) -> Run {
    let inner = home.command([]);
    let mut command = Command::new(wrapper[0]);
    command.args(&wrapper[1..]).arg(inner.get_program()).args(args).env_clear();
    for (name, value) in inner.get_envs() {
        command.env(name, value.unwrap());
    }
    command.current_dir(home.path()).stdin(std::process::Stdio::null());
    Run::after(command)
}

fn as_nobody(home: &Home, args: &[&str]) -> Run {
    let user = NOBODY.to_string();
    wrapped(home, &["setpriv", "--reuid", &user, "--regid", &user, "--clear-groups"], args)
}

/// A home of somebody without rights, with a vault in it.
fn home_of_nobody() -> Option<Home> {
    let is_root = rustix::process::geteuid().is_root();
    let home = if is_root && tool("setpriv") { Home::new() } else { return None };
    home.token("bot");
    give(home.path(), NOBODY);
    (as_nobody(&home, &["--version"]).code == 0).then_some(home)
}

#[test]
fn what_may_not_be_read_or_written_is_said() {
    let Some(home) = home_of_nobody() else { return skip("only root can be somebody else") };
    let (vault, pins) = (home.vault(), home.state().join("pins"));
    let folder = vault.parent().unwrap().to_owned();
    let mut said = String::new();
    let mut row = |what: &str, path: &Path, mode: u32, args: &[&str]| {
        let before = fs::metadata(path).unwrap().permissions();
        set(path, mode);
        said += &line(&home, what, &as_nobody(&home, args));
        fs::set_permissions(path, before).unwrap();
    };
    let (list, edit) = (["list"], ["edit", "bot", "--note", "x"]);
    row("folder 0555, read", &folder, 0o555, &list);
    row("folder 0555, changed", &folder, 0o555, &edit);
    row("vault 0400, read", &vault, 0o400, &list);
    row("vault 0400, changed", &vault, 0o400, &edit);
    row("vault 0000", &vault, 0, &list);
    row("vault 0644", &vault, 0o644, &list);
    row("vault 0660", &vault, 0o660, &list);
    row("folder 0777", &folder, 0o777, &list);
    row("folder 1777", &folder, 0o1777, &list);
    row("pins 0555, read", &pins, 0o555, &list);
    row("pins 0555, changed", &pins, 0o555, &edit);
    row("pins 0777", &pins, 0o777, &list);
    row("state 0000", &home.state(), 0, &list);
    insta::assert_snapshot!(said, @"
    folder 0555, read: 0 
    folder 0555, changed: 1 error: the vault '[home]/data/keyctl/vault.db' cannot be written: the file or its folder is read-only / hint: nothing was changed; see who may write there
    vault 0400, read: 0 
    vault 0400, changed: 1 error: the vault '[home]/data/keyctl/vault.db' cannot be written: the file or its folder is read-only / hint: nothing was changed; see who may write there
    vault 0000: 1 error: cannot open '[home]/data/keyctl/vault.db': Permission denied (os error 13) / hint: check the path, and who may read and write there
    vault 0644: 1 error: '[home]/data/keyctl/vault.db' can be opened by other users / hint: run chmod 600 '[home]/data/keyctl/vault.db'
    vault 0660: 1 error: '[home]/data/keyctl/vault.db' can be opened by other users / hint: run chmod 600 '[home]/data/keyctl/vault.db'
    folder 0777: 1 error: '[home]/data/keyctl' is a folder that other users can write / hint: run chmod go-w '[home]/data/keyctl'
    folder 1777: 1 error: '[home]/data/keyctl' is a folder that other users can write / hint: run chmod go-w '[home]/data/keyctl'
    pins 0555, read: 0 
    pins 0555, changed: 1 error: cannot write in the folder '[home]/state/keyctl/pins': Permission denied (os error 13) / hint: check the path, and who may read and write there
    pins 0777: 7 error: vault '[home]/data/keyctl/vault.db': the pin '[home]/state/keyctl/pins' cannot be read: '[home]/state/keyctl/pins' is a folder that other users can write / hint: find out who changed it; removing the whole folder makes this machine forget which states of its vaults it has seen
    state 0000: 7 error: vault '[home]/data/keyctl/vault.db': the pin '[home]/state/keyctl/pins/at-[hex].json' cannot be read: Permission denied (os error 13) / hint: find out who changed it; removing the whole folder makes this machine forget which states of its vaults it has seen
    ");
    let show = as_nobody(&home, &["show", "bot", "--field", "note"]);
    assert_eq!(show.stdout, "\n", "nothing was changed: {show:?}");
}

#[test]
fn what_belongs_to_somebody_else_is_refused() {
    let Some(home) = home_of_nobody() else { return skip("only root can be somebody else") };
    let (vault, pins) = (home.vault(), home.state().join("pins"));
    let folder = vault.parent().unwrap().to_owned();
    let pin = fs::read_dir(&pins).unwrap().map(|entry| entry.unwrap().path());
    let pin = pin.filter(|path| path.extension().is_some_and(|end| end == "json"));
    let pin = pin.max_by_key(|path| fs::metadata(path).unwrap().len()).unwrap();
    let mut said = String::new();
    for (what, path, user) in [
        ("vault", &vault, STRANGER),
        ("vault of root", &vault, 0),
        ("folder", &folder, STRANGER),
        ("folder of root", &folder, 0),
        ("pin", &pin, STRANGER),
        ("pins", &pins, STRANGER),
    ] {
        set(&folder, 0o755);
        chown(path, Some(user), None).unwrap();
        said += &line(&home, what, &as_nobody(&home, &["list"]));
        chown(path, Some(NOBODY), None).unwrap();
    }
    insta::assert_snapshot!(said, @"
    vault: 1 error: '[home]/data/keyctl/vault.db' belongs to another user / hint: name another file, or find out how it came to be so
    vault of root: 1 error: '[home]/data/keyctl/vault.db' belongs to another user / hint: name another file, or find out how it came to be so
    folder: 1 error: '[home]/data/keyctl' belongs to another user, who could replace the files in it / hint: name another file, or find out how it came to be so
    folder of root: 0 
    pin: 7 error: vault '[home]/data/keyctl/vault.db': the pin '[home]/state/keyctl/pins/[hex].json' cannot be read: it is not a file that only its owner can write / hint: find out who changed it; removing the whole folder makes this machine forget which states of its vaults it has seen
    pins: 7 error: vault '[home]/data/keyctl/vault.db': the pin '[home]/state/keyctl/pins' cannot be read: '[home]/state/keyctl/pins' belongs to another user, who could replace the files in it / hint: find out who changed it; removing the whole folder makes this machine forget which states of its vaults it has seen
    ");
}

#[test]
fn no_mask_opens_or_closes_what_is_made() {
    for mask in ["000", "077", "027"] {
        let home = Home::empty();
        let script = format!(
            "umask {mask}\nset -e\n\
             keyctl init --recovery-to r.txt --kdf-memory 19 --kdf-passes 1 >/dev/null\n\
             keyctl create --project shop --scope read >/dev/null\n\
             keyctl vault backup b.db >/dev/null\n\
             keyctl config init\n"
        );
        let run = home.script(&script);
        assert_eq!(run.code, 0, "{mask}: {run:?}");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let config = home.file("config/keyctl");
        let folders = [home.vault().parent().unwrap().to_owned(), home.state(), config.clone()];
        assert_eq!(folders.map(|folder| mode(&folder)), [0o700; 3], "{mask}");
        let files =
            [home.vault(), home.file("r.txt"), home.file("b.db"), config.join("config.toml")];
        assert_eq!(files.map(|file| mode(&file)), [0o600; 4], "{mask}");
    }
}

#[test]
fn a_path_that_is_not_utf_8_works_and_is_shown_as_text() {
    let home = Home::empty();
    let path = home.path().join(OsStr::from_bytes(b"bad\xffname/v.db"));
    let run = |args: &[&str]| {
        let mut command = home.command(args.iter().copied());
        command.arg("--vault").arg(&path);
        Run::after(command)
    };
    let init = run(&["init", "--no-recovery", "--kdf-memory", "19", "--kdf-passes", "1"]);
    assert_eq!(init.code, 0, "{init:?}");
    assert_eq!(run(&["create", "--project", "shop", "--scope", "read"]).code, 0);
    let info = run(&["vault", "info", "-o", "json"]);
    assert!(info.json()["vault"].as_str().unwrap().ends_with("bad\u{fffd}name/v.db"), "{info:?}");
    fs::remove_file(&path).unwrap();
    let lost = run(&["list"]);
    assert!(lost.stderr.contains("bad\u{fffd}name/v.db' is gone"), "{lost:?}");
}

#[test]
fn on_a_read_only_file_system_a_vault_is_read_and_not_changed() {
    let home = Home::new();
    home.token("bot");
    let mount =
        "mount --bind data data && mount -o remount,ro,bind data data && exec \"$0\" \"$@\"";
    let read_only = |args: &[&str]| {
        let wrapper = ["unshare", "--mount", "sh", "-c", mount];
        wrapped(&home, &wrapper, args)
    };
    if !tool("unshare") || read_only(&["--version"]).code != 0 {
        return skip("no file system can be mounted here");
    }
    let backup = ["vault", "backup", "data/b.db"];
    let said = line(&home, "read", &read_only(&["list"]))
        + &line(&home, "changed", &read_only(&["edit", "bot", "--note", "x"]))
        + &line(&home, "backup", &read_only(&backup));
    insta::assert_snapshot!(said, @"
    read: 0 
    changed: 1 error: the vault '[home]/data/keyctl/vault.db' cannot be written: the file or its folder is read-only / hint: nothing was changed; see who may write there
    backup: 1 error: cannot make '[home]/data/b.db': Read-only file system (os error 30) / hint: name a file elsewhere: nothing can be written there
    ");
}

#[test]
fn on_a_network_file_system_who_changes_the_vault_is_warned_once() {
    let Some(library) = disk::library() else {
        return skip("no C compiler makes a library for LD_PRELOAD");
    };
    let home = Home::new();
    home.token("bot");
    let on = |magic: &str, args: &[&str]| {
        let mut command = home.command(args.iter().copied());
        command.env("LD_PRELOAD", library).env("KEYCTL_FAULT_STATFS", magic);
        command.env("KEYCTL_PASSPHRASE", PASSPHRASE);
        Run::after(command)
    };
    let edit = |n: &'static str| ["edit", "bot", "--quiet", "--note", n];
    let said = line(&home, "NFS", &on("6969", &edit("1")))
        + &line(&home, "CIFS", &on("ff534d42", &edit("2")))
        + &line(&home, "FUSE", &on("65735546", &edit("3")))
        + &line(&home, "9p", &on("1021997", &edit("4")))
        + &line(&home, "ext4", &on("ef53", &edit("5")))
        + &line(&home, "NFS, read", &on("6969", &["list"]));
    insta::assert_snapshot!(said, @"
    NFS: 0 warning: the vault '[home]/data/keyctl/vault.db' lies on a network file system (NFS), which may not keep two machines from writing at once: change it from one machine at a time
    CIFS: 0 warning: the vault '[home]/data/keyctl/vault.db' lies on a network file system (CIFS), which may not keep two machines from writing at once: change it from one machine at a time
    FUSE: 0 warning: the vault '[home]/data/keyctl/vault.db' lies on a network file system (FUSE, as sshfs is), which may not keep two machines from writing at once: change it from one machine at a time
    9p: 0 warning: the vault '[home]/data/keyctl/vault.db' lies on a network file system (9p), which may not keep two machines from writing at once: change it from one machine at a time
    ext4: 0 
    NFS, read: 0
    ");
}
