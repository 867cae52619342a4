//! An installation into a folder of its own, as somebody would run it.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]
#![allow(clippy::disallowed_methods, reason = "tests look at their environment")]

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const XTASK: &str = env!("CARGO_BIN_EXE_xtask");

/// The program that the tests of the whole workspace build beside this one.
fn keyctl() -> Option<PathBuf> {
    let built = Path::new(XTASK).with_file_name("keyctl");
    if built.exists() {
        return Some(built);
    }
    assert!(std::env::var_os("KEYCTL_TEST_ALL").is_none(), "skipped: no {}", built.display());
    drop(writeln!(std::io::stderr(), "skipped: keyctl is not built"));
    None
}

fn install(folder: &Path, binary: &Path, args: &[&str]) -> Output {
    let mut xtask = Command::new(XTASK);
    xtask.arg("install").args(args).arg("--binary").arg(binary).current_dir(folder);
    xtask.output().unwrap()
}

/// Every file below a folder, by its path in there.
fn files(folder: &Path) -> Vec<String> {
    let mut folders = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path.strip_prefix(folder).unwrap().display().to_string());
            }
        }
    }
    files.sort();
    files
}

#[test]
fn everything_is_in_its_place_and_runs() {
    let Some(keyctl) = keyctl() else { return };
    let folder = tempfile::tempdir().unwrap();
    let output = install(folder.path(), &keyctl, &["--prefix", "local"]);
    assert!(output.status.success(), "{output:?}");
    let prefix = folder.path().join("local");
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut expected = vec!["bin/keyctl".to_owned()];
    for (ours, theirs) in [
        ("keyctl.bash", "share/bash-completion/completions/keyctl"),
        ("keyctl.elv", "share/elvish/lib/keyctl.elv"),
        ("keyctl.fish", "share/fish/vendor_completions.d/keyctl.fish"),
        ("keyctl.nu", "share/nushell/vendor/autoload/keyctl.nu"),
        ("keyctl.ps1", "share/keyctl/completions/keyctl.ps1"),
        ("_keyctl", "share/zsh/site-functions/_keyctl"),
    ] {
        let committed = fs::read(repository.join("completions").join(ours)).unwrap();
        assert!(fs::read(prefix.join(theirs)).unwrap() == committed, "{theirs}");
        expected.push(theirs.to_owned());
    }
    for page in files(&repository.join("man")) {
        let committed = fs::read(repository.join("man").join(&page)).unwrap();
        let path = format!("share/man/man1/{page}");
        assert!(fs::read(prefix.join(&path)).unwrap() == committed, "{path}");
        expected.push(path);
    }
    expected.sort();
    assert_eq!(files(&prefix), expected, "this and nothing else");
    let version = Command::new(prefix.join("bin/keyctl")).arg("--version").output().unwrap();
    assert_eq!(version.stdout, format!("keyctl {}\n", env!("CARGO_PKG_VERSION")).as_bytes());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(&prefix.display().to_string()), "{said}");
}

#[test]
fn an_installation_replaces_the_one_before_even_while_it_runs() {
    let Some(keyctl) = keyctl() else { return };
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("bin/keyctl");
    // Something that runs until it is told to end.
    let before = install(folder.path(), Path::new("/bin/sh"), &["--prefix", "."]);
    assert!(before.status.success(), "{before:?}");
    let mut running = Command::new(&program);
    let mut running = running.args(["-c", "read x"]).stdin(Stdio::piped()).spawn().unwrap();
    let output = install(folder.path(), &keyctl, &["--prefix", "."]);
    drop(running.stdin.take());
    running.wait().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(fs::read(&program).unwrap() == fs::read(&keyctl).unwrap());
}

#[test]
fn a_destdir_gets_it_as_if_it_were_the_root() {
    let Some(keyctl) = keyctl() else { return };
    let folder = tempfile::tempdir().unwrap();
    let output = install(folder.path(), &keyctl, &["--prefix", "/usr", "--destdir", "package"]);
    assert!(output.status.success(), "{output:?}");
    let program = folder.path().join("package/usr/bin/keyctl");
    assert_eq!(fs::metadata(program).unwrap().permissions().mode() & 0o777, 0o755);
    let page = folder.path().join("package/usr/share/man/man1/keyctl.1");
    assert_eq!(fs::metadata(page).unwrap().permissions().mode() & 0o777, 0o644);
}

#[test]
fn what_is_missing_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let output = install(folder.path(), Path::new("nothing"), &["--prefix", "local"]);
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("nothing: "));
    assert!(!folder.path().join("local").exists(), "nothing was begun");
    let output = install(folder.path(), Path::new("nothing"), &["--destdir", "x"]);
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("usage: "));
}
