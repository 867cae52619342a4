//! Puts the program, its man pages and its completions into place under a prefix.
//!
//! What is generated comes from the tree that this is compiled with, and not from the committed files:
//! what is installed fits the program that is installed beside it.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use keyctl::Shell;

use crate::place::root;

/// How it is called.
pub(crate) const USAGE: &str = "cargo xtask install --prefix DIR [--destdir DIR] [--binary FILE]";

/// Where to, and which program.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Installation {
    prefix: PathBuf,
    /// A folder that stands for the root of the file system: for those who make packages.
    destdir: Option<PathBuf>,
    /// A program that is built already.
    binary: Option<PathBuf>,
}

impl Installation {
    /// Reads `--prefix DIR [--destdir DIR] [--binary FILE]`.
    pub(crate) fn parse(args: &[&str]) -> Option<Self> {
        let mut read = Installation::default();
        let mut pairs = args.chunks_exact(2);
        for pair in pairs.by_ref() {
            let value = Some(PathBuf::from(pair[1])).filter(|path| path != Path::new(""))?;
            match pair[0] {
                "--prefix" => read.prefix = value,
                "--destdir" => read.destdir = Some(value),
                "--binary" => read.binary = Some(value),
                _ => return None,
            }
        }
        (pairs.remainder().is_empty() && read.prefix != Path::new("")).then_some(read)
    }

    /// Installs, and says what is where.
    pub(crate) fn run(&self) -> Result<String, String> {
        let prefix = std::path::absolute(&self.prefix).map_err(|e| said(&self.prefix, &e))?;
        let staged = self.destdir.as_ref().map_or_else(|| prefix.clone(), |to| under(to, &prefix));
        let binary = self.binary.clone().map_or_else(build, Ok)?;
        let program = fs::read(&binary).map_err(|e| said(&binary, &e))?;
        put(&staged.join("bin/keyctl"), &program, 0o755)?;
        let pages = keyctl::man_pages();
        for (name, page) in &pages {
            put(&staged.join("share/man/man1").join(name), page.as_bytes(), 0o644)?;
        }
        for shell in Shell::ALL {
            put(&staged.join(place(shell)), &keyctl::completions(shell), 0o644)?;
        }
        Ok(summary(&staged, &prefix, pages.len()))
    }
}

/// Where a shell looks for completions, or where a person would.
fn place(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => "share/bash-completion/completions/keyctl",
        Shell::Zsh => "share/zsh/site-functions/_keyctl",
        Shell::Fish => "share/fish/vendor_completions.d/keyctl.fish",
        Shell::Elvish => "share/elvish/lib/keyctl.elv",
        Shell::Nushell => "share/nushell/vendor/autoload/keyctl.nu",
        Shell::PowerShell => "share/keyctl/completions/keyctl.ps1",
    }
}

fn summary(staged: &Path, prefix: &Path, pages: usize) -> String {
    let at = |path: &str| prefix.join(path).display().to_string();
    let mut text = format!(
        "installed under {}:\n  bin/keyctl\n  share/man/man1: {pages} pages\n",
        staged.display()
    );
    for shell in Shell::ALL {
        text.push_str(&format!("  {}\n", place(shell)));
    }
    text.push_str(&format!(
        "bash, fish and nushell find theirs by themselves, with {} in XDG_DATA_DIRS or as ~/.local/share; zsh with {} in its fpath; elvish by 'use keyctl'; PowerShell by '. {}'",
        at("share"),
        at("share/zsh/site-functions"),
        at(place(Shell::PowerShell))
    ));
    text
}

/// Builds the program as a release, at a place that no setting of cargo can move.
fn build() -> Result<PathBuf, String> {
    let stage = root().join("target/install");
    let linking: &[&str] = if has_static_libc() { &STATIC } else { &[] };
    let status = Command::new(env!("CARGO"))
        .args(["install", "--locked", "--force", "--no-track", "--quiet", "--bin", "keyctl"])
        .args(linking)
        .args([OsStr::new("--path"), root().as_os_str(), OsStr::new("--root"), stage.as_os_str()])
        .status()
        .map_err(|e| format!("cargo: {e}"))?;
    if status.success() { Ok(stage.join("bin/keyctl")) } else { Err(format!("cargo: {status}")) }
}

/// What makes the program need no library of the system; as `cargo static` has it.
const STATIC: [&str; 4] =
    ["--target", "host-tuple", "--config", "build.rustflags=['-Ctarget-feature=+crt-static']"];

/// Whether the C library can be linked into the program here. Some systems have that in a package of
/// its own.
fn has_static_libc() -> bool {
    let found = Command::new("cc").arg("-print-file-name=libc.a").output();
    cfg!(all(target_os = "linux", target_env = "gnu"))
        && found.is_ok_and(|found| found.status.success() && found.stdout.starts_with(b"/"))
}

/// An absolute path below another folder.
fn under(folder: &Path, path: &Path) -> PathBuf {
    let inside = path.components().filter(|part| matches!(part, Component::Normal(_)));
    folder.join(inside.collect::<PathBuf>())
}

/// Writes a file in one step, so that a program that runs can be replaced too.
fn put(path: &Path, contents: &[u8], mode: u32) -> Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(|e| said(folder, &e))?;
    let new = path.with_extension("new");
    let write = || {
        fs::write(&new, contents)?;
        fs::set_permissions(&new, fs::Permissions::from_mode(mode))?;
        fs::rename(&new, path)
    };
    write().map_err(|e| said(path, &e))
}

fn said(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_pairs_and_a_prefix_is_needed() {
        let read = Installation::parse(&["--prefix", "/usr", "--destdir", "pkg"]).unwrap();
        assert_eq!(read.prefix, Path::new("/usr"));
        assert_eq!(read.destdir.as_deref(), Some(Path::new("pkg")));
        for wrong in [
            &[][..],
            &["--prefix"],
            &["--prefix", ""],
            &["--destdir", "pkg"],
            &["--prefix", "/usr", "--what", "x"],
        ] {
            assert_eq!(Installation::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_destdir_stands_for_the_root() {
        assert_eq!(under(Path::new("pkg"), Path::new("/usr/local")), Path::new("pkg/usr/local"));
    }
}
