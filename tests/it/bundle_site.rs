//! A home that made a bundle, and whoever verifies against it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use keyctl_vault::issue::{self, ExportOptions};
use keyctl_vault::{LockedVault, Passphrase, Secret, SlotChoice};

use crate::past::{self, DAY};
use crate::support::{Home, PASSPHRASE, Run};

/// A home with a vault, the key `bot` of the project `shop` that may read, and the bundle
/// `keys.kcb` of that.
pub(crate) struct Site {
    pub(crate) home: Home,
    pub(crate) token: String,
    /// The public key to trust.
    pub(crate) trust: String,
}

impl Site {
    pub(crate) fn new() -> Self {
        let home = Home::new();
        let token = home.token("bot");
        let site = Site::of(home, token);
        site.export(&[]);
        site
    }

    /// Without a bundle.
    pub(crate) fn of(home: Home, token: String) -> Self {
        let trust = home.ok(["bundle", "key", "show"]);
        Site { home, token, trust }
    }

    /// A bundle of a key that was made with these flags.
    pub(crate) fn with_key(flags: &[&str]) -> Self {
        let home = Home::new();
        let create = ["create", "--project", "shop", "--name", "bot", "--scope", "read"];
        let token = home.ok(create.iter().chain(flags).copied());
        let site = Site::of(home, token);
        site.export(&[]);
        site
    }

    /// Makes `keys.kcb` anew; its serial.
    pub(crate) fn export(&self, flags: &[&str]) -> u64 {
        let export = ["bundle", "export", "keys.kcb", "-q"];
        self.home.json(export.iter().chain(flags).copied())["serial"].as_u64().unwrap()
    }

    /// Makes a bundle `ago` seconds before now, or ahead of now; its serial. No export remembers
    /// this one.
    pub(crate) fn export_in_the_past(
        &self,
        file: &str,
        ago: i64,
        adjust: impl FnOnce(&mut ExportOptions),
    ) -> u64 {
        let now = past::ago(0).unix() - ago;
        self.export_with_serial(file, u64::try_from(now).unwrap() * 1000, adjust)
    }

    pub(crate) fn export_with_serial(
        &self,
        file: &str,
        serial: u64,
        adjust: impl FnOnce(&mut ExportOptions),
    ) -> u64 {
        let mut options = ExportOptions {
            project: None,
            environment: None,
            redact: false,
            with_labels: false,
            keep_ended: 30 * DAY,
            valid_for: DAY,
        };
        adjust(&mut options);
        let secret = Secret::Passphrase(Passphrase::new(PASSPHRASE).unwrap());
        let locked = LockedVault::open(&self.home.vault(), &self.home.state()).unwrap();
        let mut vault = locked.unlock(&secret, &SlotChoice::Any).unwrap();
        let notes = tempfile::tempdir().unwrap();
        let path = self.home.file(file);
        let made =
            issue::export(&mut vault, &path, notes.path(), &options, || serial, &mut |_, _| {});
        made.unwrap().header.serial
    }

    /// What `verify` says of the token by `keys.kcb`.
    pub(crate) fn verify(&self, flags: &[&str]) -> Run {
        self.verify_token(&self.token, flags)
    }

    pub(crate) fn verify_token(&self, token: &str, flags: &[&str]) -> Run {
        self.verify_by("keys.kcb", token, flags)
    }

    pub(crate) fn verify_by(&self, bundle: &str, token: &str, flags: &[&str]) -> Run {
        let flags = [&["--bundle", bundle, "--trust", &self.trust], flags].concat();
        without_passphrase(&self.home, &flags, token.as_bytes())
    }

    /// The code and the exit of a verdict.
    pub(crate) fn code(&self, flags: &[&str]) -> (String, i32) {
        code(&self.verify(&[flags, &["-o", "json"]].concat()))
    }
}

/// `verify` for somebody who does not know the passphrase.
pub(crate) fn without_passphrase(home: &Home, flags: &[&str], stdin: &[u8]) -> Run {
    let args = std::iter::once("verify").chain(flags.iter().copied());
    let mut command = home.command(args);
    command.env_remove("KEYCTL_PASSPHRASE");
    crate::support::feed(command, stdin)
}

/// The code and the exit of a verdict in JSON; what else it says must fit to that.
pub(crate) fn code(run: &Run) -> (String, i32) {
    let verdict = run.json();
    let code = verdict["code"].as_str().unwrap().to_owned();
    assert_eq!(verdict["valid"], code == "VALID", "{run:?}");
    let reasons = verdict["reasons"].as_array().unwrap();
    assert_eq!(reasons.is_empty(), code == "VALID", "{run:?}");
    (code, run.code)
}

/// Everything that is in a folder: kind, mode, times, contents.
pub(crate) fn tree(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut seen = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let meta = fs::symlink_metadata(&folder).unwrap();
        let stamp = |meta: &fs::Metadata| {
            format!("{:o} {} {}.{}", meta.mode(), meta.ino(), meta.mtime(), meta.mtime_nsec())
        };
        seen.insert(folder.clone(), stamp(&meta));
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let meta = entry.metadata().unwrap();
            if meta.is_dir() {
                folders.push(entry.path());
            } else {
                let contents = fs::read(entry.path()).unwrap();
                seen.insert(entry.path(), format!("{} {contents:?}", stamp(&meta)));
            }
        }
    }
    seen
}
