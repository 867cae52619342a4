//! The file as bytes: its header, its length, and bits anywhere.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use keyctl_vault::issue::{IssueError, NewKey};
use keyctl_vault::{Finding, LockedVault, Note, VaultError, was_there};

use super::Scene;
use crate::support::{
    KEYFILE, at, create, hot_journal, is_integrity, keyfile, new_key, write_ahead_log,
};

/// Writes `bytes` at `at` into the clean file and says how it opens.
fn patched(scene: &Scene, at: usize, bytes: &[u8]) -> Result<u64, VaultError> {
    let mut file = scene.clean.clone();
    file[at..at + bytes.len()].copy_from_slice(bytes);
    scene.lab.overwrite(&file);
    scene.lab.look()
}

#[test]
fn a_later_format_is_named_as_such() {
    let scene = Scene::new();
    for version in [2, 77, u32::MAX] {
        let error = patched(&scene, 60, &version.to_be_bytes()).unwrap_err();
        assert!(matches!(error, VaultError::Newer { found, known: 1, .. } if found == version));
    }
    assert!(patched(&scene, 60, &0_u32.to_be_bytes()).is_err_and(|e| is_integrity(&e)));
}

#[test]
fn a_later_format_is_named_by_a_vault_that_is_open_already() {
    let scene = Scene::new();
    let mut vault = scene.lab.open();
    scene.lab.attacker().sql("PRAGMA user_version = 2");
    assert!(matches!(vault.snapshot().err(), Some(VaultError::Newer { found: 2, .. })));
    scene.lab.attacker().sql("PRAGMA user_version = 1; PRAGMA application_id = 5");
    assert!(vault.snapshot().is_err_and(|error| is_integrity(&error)));
}

#[test]
fn a_file_that_does_not_say_how_many_pages_it_has_is_no_vaults() {
    let scene = Scene::new();
    assert!(patched(&scene, 28, &0_u32.to_be_bytes()).is_err_and(|e| is_integrity(&e)));
}

#[test]
fn another_programs_file_is_no_vault() {
    let scene = Scene::new();
    for id in [0, 1, u32::MAX] {
        let error = patched(&scene, 68, &id.to_be_bytes()).unwrap_err();
        let no_vault = matches!(error, VaultError::Integrity(Finding::NotAVault { .. }));
        assert!(no_vault, "{error}");
    }
}

#[test]
fn a_write_ahead_log_cannot_be_smuggled_in() {
    let scene = Scene::new();
    for modes in [[2, 2], [1, 2], [2, 1], [0, 0], [3, 3]] {
        assert!(patched(&scene, 18, &modes).is_err_and(|e| is_integrity(&e)), "{modes:?}");
    }
    scene.must_refuse("journal_mode=WAL", |attacker| attacker.sql("PRAGMA journal_mode=WAL"));
}

#[test]
fn every_byte_of_the_header_is_refused_or_changes_nothing() {
    let scene = Scene::new();
    for bit in (0..100).flat_map(|byte| [0, 3, 7].map(|bit| byte * 8 + bit)) {
        let mut file = scene.clean.clone();
        file[bit / 8] ^= 1 << (bit % 8);
        scene.lab.overwrite(&file);
        let found = scene.examine();
        assert_eq!(found.wrong, Vec::<String>::new(), "bit {bit}");
        for error in found.refusals() {
            let named = is_integrity(error) || matches!(error, VaultError::Newer { .. });
            assert!(named, "bit {bit}: {error:?}");
        }
    }
}

#[test]
fn no_bit_anywhere_in_the_file_gives_a_wrong_answer() {
    let scene = Scene::new();
    let mut silent = 0;
    for at in (100..scene.clean.len()).step_by(701) {
        let mut file = scene.clean.clone();
        file[at] ^= 1 << (at % 8);
        scene.lab.overwrite(&file);
        let found = scene.examine();
        assert_eq!(found.wrong, Vec::<String>::new(), "byte {at}");
        silent += u32::from(found.check.is_ok());
        for error in found.refusals() {
            let named = is_integrity(error) || matches!(error, VaultError::Locked { .. });
            assert!(named, "byte {at}: {error:?}");
        }
    }
    // What is left over in SQLite's pages is the only thing that nobody vouches for.
    assert!(silent > 0, "the clean parts of the file are never read");
}

#[test]
fn a_truncated_file_is_refused() {
    let scene = Scene::new();
    let len = scene.clean.len();
    let lengths = [0, 1, 15, 16, 99, 100, 101, 511, 512, 1024, 4095, 4096, 4097, 8192, len / 2];
    let lengths = lengths.into_iter().chain([len - 4096, (len / 2) & !4095]);
    for len in lengths {
        scene.lab.overwrite(&scene.clean[..len]);
        let found = scene.examine();
        assert_eq!(found.wrong, Vec::<String>::new(), "{len} bytes");
        assert!(found.check.is_err(), "{len} bytes: check found nothing");
        for error in found.refusals() {
            assert!(is_integrity(error), "{len} bytes: {error:?}");
        }
    }
}

#[test]
fn a_file_that_ends_within_its_last_page_is_damaged_or_tells_the_truth() {
    let scene = Scene::new();
    let mut vault = scene.lab.open();
    let (mut refused, mut grown, mut len) = (0, 0, scene.clean.len());
    // Each time that the file grows, its last page is another row's.
    for n in 0.. {
        if grown == 3 {
            break;
        }
        let note = Note::parse(&"\u{1d4c3}".repeat(1000)).ok();
        create(&mut vault, NewKey { note, ..new_key(&format!("n{n}")) }, at(20)).unwrap();
        let file = scene.lab.bytes();
        if file.len() == len {
            continue;
        }
        grown += 1;
        len = file.len();
        let truth = scene.lab.truth(&[], at(30));
        for missing in [1, 100, 4000, 4080, 4095] {
            scene.lab.overwrite(&file[..len - missing]);
            let found = scene.lab.examine(&truth);
            assert_eq!(found.wrong, Vec::<String>::new(), "{missing} bytes short");
            for error in found.refusals() {
                assert!(is_integrity(error), "{missing} bytes short: {error:?}");
                refused += 1;
            }
        }
        scene.lab.overwrite(&file);
    }
    assert!(refused > 0, "nobody reads the last page");
}

#[test]
fn check_finds_what_only_sqlite_vouches_for() {
    let scene = Scene::new();
    // A page that belongs to nothing, and a list of free pages that is not as long as it says.
    let pages = u32::try_from(scene.clean.len() / 4096).unwrap() + 1;
    let mut orphan = [&scene.clean[..], &[0; 4096]].concat();
    orphan[28..32].copy_from_slice(&pages.to_be_bytes());
    let mut free = scene.clean.clone();
    free[39] ^= 0x10;
    for file in [orphan, free] {
        scene.lab.overwrite(&file);
        let found = scene.examine();
        assert_eq!(found.wrong, Vec::<String>::new());
        assert!(found.check.is_err_and(|error| is_integrity(&error)));
    }
}

#[test]
fn what_is_malformed_to_a_reader_is_so_to_the_next_writer() {
    let scene = Scene::new();
    // The pointer to the head's only row, behind the eight bytes with which its page begins.
    let pointer = (scene.lab.attacker().root("head") - 1) * 4096 + 8;
    let mut file = scene.clean.clone();
    file[pointer] ^= 0x10;
    scene.lab.overwrite(&file);
    let mut vault = scene.lab.unlock(&keyfile(KEYFILE)).unwrap();
    for _ in 0..2 {
        assert!(vault.snapshot().is_err_and(|error| is_integrity(&error)));
        let refused = create(&mut vault, new_key("new"), at(20)).unwrap_err();
        assert!(matches!(refused, IssueError::Vault(error) if is_integrity(&error)));
    }
    assert_eq!(scene.lab.bytes(), file, "a write that fails leaves the file as it was");
}

#[test]
fn a_file_with_something_appended_tells_the_truth() {
    let scene = Scene::new();
    for extra in [1, 4096, 8191] {
        let mut file = scene.clean.clone();
        file.resize(scene.clean.len() + extra, 0xaa);
        scene.lab.overwrite(&file);
        assert_eq!(scene.examine().wrong, Vec::<String>::new());
    }
}

#[test]
fn what_is_no_database_is_no_vault() {
    let scene = Scene::new();
    let text = "this is a letter and not a vault\n".repeat(400);
    let garbage = [b"SQLite format 3\0".as_slice(), &[0x5a; 20_000]].concat();
    let mut header_only = scene.clean[..100].to_vec();
    header_only.resize(40_960, 0xee);
    for contents in [text.as_bytes(), &garbage, &header_only, &[0; 8192], b""] {
        scene.lab.overwrite(contents);
        let error = scene.lab.look().unwrap_err();
        assert!(is_integrity(&error), "{error:?}");
    }
}

#[test]
fn a_missing_file_a_folder_and_a_link_are_named() {
    let scene = Scene::new();
    let (path, aside) = (scene.lab.path(), scene.lab.folder().join("aside"));
    fs::rename(&path, &aside).unwrap();
    assert!(matches!(scene.lab.look(), Err(VaultError::Lost { .. })));
    symlink(&aside, &path).unwrap();
    assert!(matches!(scene.lab.look(), Err(VaultError::UnsafeFile { .. })));
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(matches!(scene.lab.look(), Err(VaultError::UnsafeFile { .. })));
    let nowhere = LockedVault::open(&scene.lab.folder().join("no/vault"), &scene.lab.state());
    assert!(matches!(nowhere.err(), Some(VaultError::Missing { .. })));
}

#[test]
fn only_a_vault_that_this_machine_knows_can_be_lost() {
    let scene = Scene::new();
    let (path, state) = (scene.lab.path(), scene.lab.state());
    let elsewhere = scene.lab.folder().join("elsewhere");
    assert!(was_there(&path, &state) && !was_there(&elsewhere, &state));
    let never = LockedVault::open(&elsewhere, &state);
    assert!(matches!(never.err(), Some(VaultError::Missing { .. })));
    fs::remove_file(&path).unwrap();
    assert!(was_there(&path, &state));
    // What cannot be believed is no reason to forget it.
    fs::set_permissions(&state, fs::Permissions::from_mode(0o777)).unwrap();
    assert!(was_there(&path, &state));
    fs::remove_dir_all(&state).unwrap();
    assert!(!was_there(&path, &state));
}

#[test]
fn a_file_or_folder_that_others_can_write_is_refused() {
    let scene = Scene::new();
    let mode = |path: &std::path::Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    for bits in [0o640, 0o604, 0o660, 0o666, 0o777] {
        mode(&scene.lab.path(), bits);
        let error = scene.lab.look().unwrap_err();
        assert!(matches!(error, VaultError::UnsafeFile { mend: Some(_), .. }), "{bits:o}");
    }
    mode(&scene.lab.path(), 0o600);
    mode(scene.lab.folder(), 0o777);
    assert!(matches!(scene.lab.look(), Err(VaultError::UnsafeFile { .. })));
    mode(scene.lab.folder(), 0o755);
    scene.lab.look().unwrap();
}

#[test]
fn a_journal_that_is_none_is_not_believed() {
    let scene = Scene::new();
    let journal = scene.lab.folder().join("vault.kcv-journal");
    fs::write(&journal, vec![0x37; 8192]).unwrap();
    fs::set_permissions(&journal, fs::Permissions::from_mode(0o600)).unwrap();
    let found = scene.examine();
    assert_eq!(found.wrong, Vec::<String>::new());
    assert!(found.check.is_ok(), "{:?}", found.check);
}

/// What is read of the file beside SQLite, as for a backup, would be of another state.
#[test]
fn a_log_beside_the_file_is_refused_although_the_latest_state_lies_in_it() {
    let scene = Scene::new();
    let mut vault = scene.lab.open();
    crate::support::make(&mut vault, "latest", at(20));
    let latest = scene.lab.bytes();
    drop(vault);
    let mut vault = scene.lab.open();
    let beside = |end: &str| scene.lab.folder().join(format!("vault.kcv{end}"));
    let lay = |end: &str, contents: &[u8]| {
        fs::write(beside(end), contents).unwrap();
        fs::set_permissions(beside(end), fs::Permissions::from_mode(0o600)).unwrap();
    };
    scene.lab.overwrite(&scene.clean);
    for (end, contents) in [("-wal", write_ahead_log(&latest)), ("-wal", vec![]), ("-shm", vec![7])]
    {
        lay(end, &contents);
        for error in [scene.lab.look().unwrap_err(), vault.snapshot().err().unwrap()] {
            assert!(error.to_string().contains("a log that no vault has"), "{end}: {error}");
            assert!(is_integrity(&error));
        }
        assert_eq!(scene.lab.bytes(), scene.clean, "nothing of it is played into the file");
        fs::remove_file(beside(end)).unwrap();
    }
    let rolled_back = scene.lab.look().unwrap_err();
    assert!(matches!(rolled_back, VaultError::Integrity(Finding::RolledBack { .. })));
}

#[test]
fn a_journal_that_somebody_else_could_have_written_is_refused() {
    let scene = Scene::new();
    let journal = scene.lab.folder().join("vault.kcv-journal");
    fs::write(&journal, vec![0x37; 8192]).unwrap();
    fs::set_permissions(&journal, fs::Permissions::from_mode(0o622)).unwrap();
    assert!(matches!(scene.lab.look(), Err(VaultError::UnsafeFile { .. })));
    fs::remove_file(&journal).unwrap();
    symlink(scene.lab.path(), &journal).unwrap();
    assert!(matches!(scene.lab.look(), Err(VaultError::UnsafeFile { .. })));
}

#[test]
fn an_older_file_played_back_from_a_journal_is_a_rollback() {
    let scene = Scene::new();
    let mut vault = scene.lab.open();
    crate::support::make(&mut vault, "latest", at(20));
    drop(vault);
    let pages = u32::try_from(scene.clean.len() / 4096).unwrap();
    let journal = scene.lab.folder().join("vault.kcv-journal");
    fs::write(&journal, hot_journal(&scene.clean, pages, |_| true)).unwrap();
    fs::set_permissions(&journal, fs::Permissions::from_mode(0o600)).unwrap();
    let error = scene.lab.look().unwrap_err();
    let rolled_back = matches!(error, VaultError::Integrity(Finding::RolledBack { .. }));
    assert!(rolled_back, "{error}");
    assert_eq!(scene.lab.bytes(), scene.clean, "SQLite played the journal back");
}
