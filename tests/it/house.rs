//! Rules of the house that no compiler checks: who may know whom inside `keyctl-vault`, and in how
//! many places a secret leaves its type.

use std::fs;
use std::path::{Path, PathBuf};

/// The files of a source folder, without their unit tests.
fn sources(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join(folder)];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        let paths: Vec<PathBuf> =
            fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        for path in paths {
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap().to_owned();
                let name = path.strip_prefix(root).unwrap().display().to_string();
                sources.push((name, code));
            }
        }
    }
    sources.sort();
    sources
}

#[test]
fn cryptography_and_storage_do_not_know_each_other() {
    for (folder, banned) in [
        ("crates/keyctl-vault/src/crypto", &["crate::store", "crate::vault", "rusqlite"][..]),
        ("crates/keyctl-vault/src/store", &["crate::crypto", "crate::vault", "crate::domain"]),
        ("crates/keyctl-vault/src/domain", &["crate::crypto", "crate::store", "crate::vault"]),
    ] {
        for (name, code) in sources(folder) {
            for word in banned {
                assert!(!code.contains(word), "{name} uses {word}");
            }
        }
    }
}

#[test]
fn the_command_line_has_no_cryptography_and_no_database() {
    for (name, code) in sources("src") {
        for word in ["rusqlite", "chacha20", "argon2", "ed25519", "hkdf", "sha2"] {
            assert!(!code.contains(&format!("use {word}")), "{name} uses {word}");
        }
    }
}

/// Each new place is one more to audit by hand: change the number knowingly.
#[test]
fn secrets_leave_their_types_in_few_places() {
    let count = |folder: &str| -> usize {
        let sources = sources(folder);
        sources.iter().map(|(_, code)| code.matches(".expose_").count()).sum()
    };
    let counts = ["src", "crates/keyctl-vault/src", "crates/keyctl-verify/src"].map(count);
    assert_eq!(counts, [9, 24, 0]);
}

/// What a service takes in with the verifier: itself, and what it links. No C, no SQL, no CLI.
#[test]
fn the_verifier_stays_small_enough_to_embed() {
    let tree = ["tree", "-p", "keyctl-verify", "-e", "normal,no-proc-macro", "--prefix", "none"];
    let output = std::process::Command::new(env!("CARGO"))
        .args(tree)
        .args(["--locked", "--offline", "--format", "{p}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let crates: std::collections::BTreeSet<&str> =
        text.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!((10..=29).contains(&crates.len()), "{} crates: {crates:?}", crates.len());
    for banned in ["cc", "clap", "rusqlite", "libsqlite3-sys", "getrandom", "rand_core", "serde"] {
        assert!(!crates.contains(banned), "{banned}");
    }
}
