//! What a bundle may replace, and that its serial only grows.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use keyctl_vault::issue::{self, ExportError, ExportOptions};
use keyctl_verify::Environment;
use sha2::{Digest, Sha256};

use super::{Press, millis, whole};
use crate::support::{DAY, at, make, project};

/// A bundle that was made at `at(10)`, and its bytes.
fn pressed() -> (Press, Vec<u8>) {
    let (mut press, _) = Press::with_keys(2);
    press.export(&whole(), 10).unwrap();
    let bytes = press.bytes();
    (press, bytes)
}

/// Where the last serial of the only stream is noted.
fn note_of(press: &Press) -> PathBuf {
    let entries = |folder| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let notes = entries(press.lab.state().join("bundles")).next().unwrap();
    entries(notes).find(|path| !path.ends_with("lock")).unwrap()
}

/// The clock is refused, naming the serial that came before, and the old file stays.
fn assert_clock(press: &mut Press, old: &[u8], serial: u64) {
    let path = press.path();
    let refused = press.export_to(&path, &whole(), serial);
    let expected = millis(at(10));
    let names = matches!(refused, Err(ExportError::Clock { now, last, .. }) if now == serial && last == expected);
    assert!(names, "{refused:?}");
    assert_eq!(press.bytes(), old);
    assert_eq!(press.beside(), ["keys.kcb"]);
}

#[test]
fn the_serial_is_above_that_of_the_file_which_is_replaced() {
    let (mut press, old) = pressed();
    let last = millis(at(10));
    for serial in [0, last - DAY.unsigned_abs() * 1000, last - 1, last] {
        // Only the file remembers.
        fs::remove_dir_all(press.lab.state().join("bundles")).unwrap();
        assert_clock(&mut press, &old, serial);
    }
    let path = press.path();
    let exported = press.export_to(&path, &whole(), last + 1).unwrap();
    assert_eq!(exported.header.serial, last + 1);
    assert_eq!(exported.header.issued_at, at(10), "of the whole second");
}

#[test]
fn the_serial_is_above_the_one_that_was_noted() {
    let (mut press, _) = pressed();
    let last = millis(at(10));
    let other = press.folder().join("other.kcb");
    for serial in [last - 1, last] {
        let refused = press.export_to(&other, &whole(), serial);
        assert!(matches!(refused, Err(ExportError::Clock { .. })), "{refused:?}");
        assert!(!other.exists());
    }
    press.export_to(&other, &whole(), last + 1).unwrap();
    // Another selection is another stream, with serials of its own.
    let third = press.folder().join("third.kcb");
    let staging = ExportOptions { environment: Some(Environment::Staging), ..whole() };
    press.export_to(&third, &staging, last - 5).unwrap();
}

#[test]
fn a_note_that_is_no_serial_stops_the_export_and_says_where_it_is() {
    let (mut press, old) = pressed();
    let note = note_of(&press);
    for damage in ["", "x", "-1", "99999999999999999999999999999999999999"] {
        fs::write(&note, damage).unwrap();
        let refused = press.export(&whole(), 20).unwrap_err().to_string();
        assert!(refused.contains(note.to_str().unwrap()), "{refused}");
        assert_eq!(press.bytes(), old);
    }
    fs::remove_file(&note).unwrap();
    press.export(&whole(), 20).unwrap();
}

#[test]
fn streams_tell_selections_apart_and_stay_the_same_from_bundle_to_bundle() {
    let (mut press, _) = pressed();
    let alpha = Some(project("alpha"));
    let production = Some(Environment::Production);
    let selections = [
        whole(),
        ExportOptions { project: alpha.clone(), ..whole() },
        ExportOptions { project: Some(project("alph")), ..whole() },
        ExportOptions { environment: production, ..whole() },
        ExportOptions { environment: Some(Environment::Staging), ..whole() },
        ExportOptions { project: alpha, environment: production, ..whole() },
    ];
    let mut streams = Vec::new();
    for (n, options) in selections.iter().enumerate() {
        let path = press.folder().join(format!("{n}.kcb"));
        let first = press.export_to(&path, options, millis(at(20))).unwrap().header.stream;
        // What is in it, and for how long, makes no other stream.
        let redacted = ExportOptions { redact: true, valid_for: 60, ..options.clone() };
        let second = press.export_to(&path, &redacted, millis(at(21))).unwrap().header.stream;
        assert_eq!(first, second);
        streams.push(first);
    }
    streams.sort_unstable();
    streams.dedup();
    assert_eq!(streams.len(), selections.len());
}

#[test]
fn a_bundle_names_the_state_that_it_was_made_from() {
    let (mut press, _) = Press::with_keys(3);
    let (path, state, mut told) = (press.path(), press.lab.state(), Vec::new());
    let mut progress = |read, total| told.push((read, total));
    let serial = || millis(at(9));
    let exported =
        issue::export(&mut press.vault, &path, &state, &whole(), serial, &mut progress).unwrap();
    assert_eq!(told.last(), Some(&(3, 3)), "it tells how far it has come");
    let head = press.lab.attacker().get("head", 1).unwrap();
    assert_eq!(exported.header.vault_head[..], Sha256::digest(head)[..]);
}

#[test]
fn something_else_in_its_place_is_refused_and_left_as_it_was() {
    let (mut press, bundle) = pressed();
    let (mut other, _) = Press::with_keys(1);
    other.export(&whole(), 5).unwrap();
    let folder = press.folder();
    let write = |name: &str, contents: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, contents).unwrap();
        path
    };
    let mut forged = bundle.clone();
    forged[40] ^= 1;
    let files = [
        (write("foreign", b"my thesis"), "is not a bundle"),
        (write("long", &[b'x'; 9000]), "is not a bundle"),
        (write("empty", b""), "is not a bundle"),
        (write("elsewhere", &other.bytes()), "is a bundle of another vault"),
        (write("forged", &forged), "is a bundle of another vault"),
    ];
    for (path, why) in files {
        let before = fs::read(&path).unwrap();
        let refused = press.export_to(&path, &whole(), millis(at(20))).unwrap_err().to_string();
        assert_eq!(refused, format!("'{}' {why}", path.display()));
        assert_eq!(fs::read(&path).unwrap(), before);
    }
    let selection = ExportOptions { project: Some(project("alpha")), ..whole() };
    let refused = press.export(&selection, 20).unwrap_err().to_string();
    assert!(refused.ends_with("is a bundle of other projects or environments"), "{refused}");
    assert_eq!(press.bytes(), bundle);
    assert_eq!(press.beside().len(), 6, "nothing is left behind");
}

#[test]
fn a_folder_and_a_link_are_no_place_for_a_bundle() {
    let (mut press, bundle) = pressed();
    let (folder, link, dangling) =
        (press.folder().join("d"), press.folder().join("l"), press.folder().join("n"));
    fs::create_dir(&folder).unwrap();
    symlink(press.path(), &link).unwrap();
    symlink(press.folder().join("nowhere"), &dangling).unwrap();
    for path in [&folder, &link, &dangling] {
        let refused = press.export_to(path, &whole(), millis(at(20))).unwrap_err().to_string();
        assert_eq!(refused, format!("'{}' is not a plain file", path.display()));
    }
    assert!(link.is_symlink() && dangling.is_symlink() && folder.is_dir());
    assert_eq!(press.bytes(), bundle);
    assert_eq!(press.beside().len(), 4);
}

#[test]
fn the_file_can_be_read_by_all_and_nothing_else_is_there() {
    let (press, _) = pressed();
    let mode = fs::metadata(press.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o644);
    assert_eq!(press.beside(), ["keys.kcb"]);
}

/// What `meanwhile` does is done while keys are sealed.
fn export_while(press: &mut Press, seconds: i64, meanwhile: impl Fn()) -> Result<(), ExportError> {
    let (path, state) = (press.path(), press.lab.state());
    let serial = || millis(at(seconds));
    let mut done = |_, _| meanwhile();
    issue::export(&mut press.vault, &path, &state, &whole(), serial, &mut done).map(drop)
}

#[test]
fn an_export_that_fails_early_or_late_leaves_the_old_bundle_and_no_other_file() {
    let (mut press, old) = pressed();
    make(&mut press.vault, "late", at(15));
    // The note of the stream cannot be read: a folder lies there, from the beginning or by the end.
    let (note, other) = (note_of(&press), press.lab.folder().join("note"));
    let lay = || {
        if note.is_file() {
            fs::rename(&note, &other).unwrap();
            fs::create_dir(&note).unwrap();
        }
    };
    export_while(&mut press, 20, lay).unwrap_err();
    assert!(note.is_dir(), "it was laid there while keys were sealed");
    assert_eq!(press.bytes(), old);
    assert_eq!(press.beside(), ["keys.kcb"]);
    press.export(&whole(), 20).unwrap_err();
    assert_eq!((press.bytes(), press.beside()), (old, vec!["keys.kcb".to_owned()]));
}

/// Somebody else, whom no lock keeps out, puts a later bundle there while this one is sealed.
#[test]
fn a_bundle_that_was_put_there_meanwhile_is_not_replaced_by_an_older_one() {
    let (mut press, old) = pressed();
    press.export(&whole(), 30).unwrap();
    let (later, path) = (press.bytes(), press.path());
    fs::write(&path, &old).unwrap();
    fs::remove_dir_all(press.lab.state().join("bundles")).unwrap();
    let refused = export_while(&mut press, 20, || fs::write(&path, &later).unwrap());
    assert!(matches!(refused, Err(ExportError::Clock { .. })), "{refused:?}");
    assert_eq!(press.bytes(), later);
    assert_eq!(press.beside(), ["keys.kcb"]);
}

#[test]
fn a_note_counts_only_when_its_bundle_is_whole() {
    // So many that the last key is opened after the note was written.
    let (mut press, _) = Press::with_keys(40);
    press.export(&whole(), 10).unwrap();
    let note = note_of(&press);
    let beside_note = || fs::read_dir(note.parent().unwrap()).unwrap().count();
    let (noted, files) = (fs::read(&note).unwrap(), beside_note());
    // One of whose export nobody has heard again.
    let left = format!(".{}.0123456789abcdef.tmp", note.file_name().unwrap().display());
    fs::write(note.with_file_name(left), b"99").unwrap();
    let attacker = press.lab.attacker();
    let row = attacker.key_pages()[9];
    let page = attacker.get("page", row).unwrap();
    attacker.put("page", row, Some(&[7; 64]));
    press.export(&whole(), 20).unwrap_err();
    assert_eq!(fs::read(&note).unwrap(), noted, "that no bundle has was noted");
    assert_eq!(beside_note(), files, "what was written of a note is taken away");
    attacker.put("page", row, Some(&page));
    press.export(&whole(), 20).unwrap();
    assert_eq!(fs::read_to_string(&note).unwrap(), millis(at(20)).to_string());
    assert_eq!(beside_note(), files);
}

#[test]
fn exports_at_the_same_time_come_one_after_the_other() {
    let (press, _) = pressed();
    let clock = AtomicU64::new(millis(at(20)));
    let (lab, path) = (&press.lab, &press.path());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut vault = lab.open();
                let tick = || clock.fetch_add(1, Ordering::SeqCst);
                let state = lab.state();
                for _ in 0..4 {
                    issue::export(&mut vault, path, &state, &whole(), tick, &mut |_, _| {})
                        .unwrap();
                }
            });
        }
    });
    let last = u64::from_be_bytes(press.bytes()[32..40].try_into().unwrap());
    assert_eq!(last, millis(at(20)) + 15, "the last one is there");
    assert_eq!(press.beside(), ["keys.kcb"]);
}
