//! A home with a vault that has some history, and all that commands read, to be put back as it was
//! as often as needed.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::deeds::{Deed, From};
use crate::support::Home;

const RECORDS: &str = "name,scopes,expires\none,read,90d\ntwo,read,90d\nthree,write,90d\n";
const MOVE: &str = "another passphrase for moving";

/// A home, and how it was at the beginning.
pub struct Scene {
    pub home: Home,
    /// Beside the home, where no fault happens: the copy, and what the disk needs.
    aside: TempDir,
    vault_key: String,
    bundle_key: String,
    /// Of a key with a rate limit.
    pub token: String,
    /// Of a key that nobody has used.
    unused: String,
}

impl Scene {
    /// Where a command begins.
    pub fn of(deed: &Deed) -> Self {
        let home = Home::in_memory();
        let aside = tempfile::tempdir_in(home.path().parent().unwrap()).unwrap();
        fs::create_dir(aside.path().join("stash")).unwrap();
        let nothing = String::new;
        let mut scene = Scene {
            home,
            aside,
            vault_key: nothing(),
            bundle_key: nothing(),
            token: nothing(),
            unused: nothing(),
        };
        if deed.from == From::Vault {
            scene.build();
        }
        copy(scene.home.path(), &scene.aside("saved"));
        scene
    }

    fn build(&mut self) {
        let home = &self.home;
        let init = ["init", "--no-recovery", "--kdf-memory", "19", "--kdf-passes", "1"];
        self.vault_key = home.ok(init);
        for (name, role) in [("robot", "admin"), ("spare", "viewer")] {
            let file = format!("{name}.key");
            let add = ["vault", "slot", "add", name, "--role", role, "--kind", "keyfile"];
            home.ok(add.into_iter().chain(["--new-keyfile", &file]));
        }
        home.write("keys.csv", RECORDS);
        home.write("move.txt", MOVE);
        for name in ["bot", "waiting", "lost"] {
            self.ok(&format!("create --project shop --name {name} --scope read --recoverable"));
        }
        self.ok("create --project shop --name paused --scope read");
        self.ok("disable paused");
        let limited = "create --project mint --name limited --scope read --rate 500/1m";
        self.token = self.ok(limited);
        self.unused = self.ok("create --project mint --name unused --scope read");
        self.ok("rotate waiting --grace 24h");
        self.ok("owner add alice --scope read");
        self.ok("bundle export keys.kcb");
        self.bundle_key = self.ok("bundle key show");
        self.ok("vault backup old.db");
        self.ok("delete lost --yes");
        self.ok("edit waiting --note since");
        let verify =
            "verify --bundle keys.kcb --trust {bundle-key} --state seen --receipt uses --quiet";
        for line in [verify, "verify --keyfile robot.key --quiet"] {
            let run = crate::support::feed(self.command(&self.words(line)), self.token.as_bytes());
            assert_eq!(run.code, 0, "{run:?}");
        }
        self.make_other();
    }

    /// An export of another vault.
    fn make_other(&self) {
        let other = Home::new();
        other.token("foreign");
        let passphrase = other.write("move.txt", MOVE);
        other.ok(["vault", "export", "other.kcx", "--new-passphrase-file", &passphrase]);
        fs::copy(other.file("other.kcx"), self.home.file("other.kcx")).unwrap();
    }

    fn ok(&self, line: &str) -> String {
        let words = self.words(&format!("{line} --keyfile robot.key"));
        let run = crate::support::Run::after(self.command(&words));
        assert_eq!(run.code, 0, "{line}: {run:?}");
        run.stdout.trim_end().to_owned()
    }

    pub fn command(&self, words: &[String]) -> Command {
        self.home.command(words.iter().map(String::as_str))
    }

    pub fn words(&self, line: &str) -> Vec<String> {
        let known = [("{vault-key}", &self.vault_key), ("{bundle-key}", &self.bundle_key)];
        let known = |word: &str| {
            known.iter().fold(word.to_owned(), |word, (name, value)| word.replace(name, value))
        };
        line.split_whitespace().map(known).collect()
    }

    /// The command line of a deed, which no question holds up.
    pub fn args(&self, deed: &Deed) -> Vec<String> {
        let mut line = format!("{} --yes", deed.line);
        if deed.from == From::Vault && !deed.line.contains("--bundle keys.kcb --trust") {
            line.push_str(" --keyfile robot.key");
        }
        self.words(&line)
    }

    pub fn stdin(&self, deed: &Deed) -> &[u8] {
        match deed.name {
            "verify" => self.unused.as_bytes(),
            name if name.starts_with("verify") => self.token.as_bytes(),
            _ => b"",
        }
    }

    /// A file beside the home.
    pub fn aside(&self, name: &str) -> PathBuf {
        self.aside.path().join(name)
    }

    /// What a file of the home was at the beginning.
    pub fn saved(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.aside("saved").join(name)).ok()
    }

    /// Puts everything back as it was.
    pub fn restore(&self) {
        for entry in fs::read_dir(self.home.path()).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                fs::remove_dir_all(entry.path()).unwrap();
            } else {
                fs::remove_file(entry.path()).unwrap();
            }
        }
        for entry in fs::read_dir(self.aside("stash")).unwrap().map(Result::unwrap) {
            fs::remove_file(entry.path()).unwrap();
        }
        copy(&self.aside("saved"), self.home.path());
    }

    /// A digest of every file of the home, with its name and mode. Of a journal whose head is not
    /// written yet only that: nobody plays it back, and the next writer writes over it.
    pub fn print(&self) -> u64 {
        let mut files = Vec::new();
        walk(self.home.path(), &mut |path| files.push(path.to_owned()));
        files.sort();
        let mut hasher = DefaultHasher::new();
        for path in files {
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            let mut bytes = fs::read(&path).unwrap();
            if path.to_string_lossy().ends_with("-journal") && bytes.starts_with(&[0; 8]) {
                bytes.clear();
            }
            (&path, mode, bytes).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// Every file of the home whose name ends so.
    pub fn ending(&self, end: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        walk(self.home.path(), &mut |path| {
            if path.to_string_lossy().ends_with(end) {
                found.push(path.to_owned());
            }
        });
        found
    }
}

fn walk(folder: &Path, each: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            walk(&entry.path(), each);
        } else {
            each(&entry.path());
        }
    }
}

/// Copies what is in a folder, with its modes.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let mode = fs::metadata(from).unwrap().permissions().mode();
    fs::set_permissions(to, fs::Permissions::from_mode(mode)).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
