//! What lies where a file is expected and is none, or not ours alone: each has one message that
//! says what is wrong and what to do, and nothing is read of it, written to it or waited for.

mod others;
mod places;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use rustix::fs::{CWD, FileType, Mode, makedev, mknodat};

use crate::support::{Home, Run};

/// What can lie somewhere.
#[derive(Clone, Copy, Debug)]
enum Thing {
    Link,
    Folder,
    Pipe,
    Device,
}

/// Puts a thing where a file may have been, which a link then leads to.
fn put(thing: Thing, path: &Path) {
    let away = path.with_extension("away");
    if path.symlink_metadata().is_ok() {
        fs::rename(path, &away).unwrap();
    }
    let mode = Mode::RUSR | Mode::WUSR;
    match thing {
        Thing::Link => symlink(&away, path).unwrap(),
        Thing::Folder => fs::create_dir(path).unwrap(),
        Thing::Pipe => mknodat(CWD, path, FileType::Fifo, mode, 0).unwrap(),
        Thing::Device => {
            mknodat(CWD, path, FileType::CharacterDevice, mode, makedev(1, 5)).unwrap();
        }
    }
}

/// Puts the file back.
fn take_away(path: &Path) {
    if path.symlink_metadata().unwrap().is_dir() {
        fs::remove_dir(path).unwrap();
    } else {
        fs::remove_file(path).unwrap();
    }
    let away = path.with_extension("away");
    if away.symlink_metadata().is_ok() {
        fs::rename(away, path).unwrap();
    }
}

/// The exit code and what is said of trouble, in one line.
fn line(home: &Home, what: &str, run: &Run) -> String {
    let is_trouble = |line: &&str| {
        ["error: ", "warning: ", "hint: ", "note: the use"].iter().any(|l| line.starts_with(l))
    };
    let said: Vec<&str> = run.stderr.lines().filter(is_trouble).collect();
    let said = said.join(" / ").replace(&home.path().display().to_string(), "[home]");
    let hex = regex::Regex::new("[0-9a-f]{32}").unwrap();
    format!("{what}: {} {}\n", run.code, hex.replace_all(&said, "[hex]"))
}
