//! A bundle says of every token what the vault says, and nothing to anybody who has no token; it
//! takes the place only of an older one of its own, and only whole.

mod agreement;
mod place;
mod reach;
mod silence;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use keyctl_vault::issue::{self, ExportError, ExportOptions, Exported};
use keyctl_vault::{Role, UnlockedVault};
use keyctl_verify::{
    Code, Policy, PublicKey, Request, Timestamp, UnverifiedBundle, VerifiedBundle,
};

use super::support::{DAY, Lab, Made, at, by, keyfile, name};

const CENTURY: u64 = 100 * 365 * 86_400;
/// What opens the slots of an exporter and of a viewer.
const EXPORTER: u8 = 8;
const VIEWER: u8 = 9;

fn days(days: i64) -> u64 {
    u64::try_from(days * DAY).unwrap()
}

/// Everything of the vault, for a day.
fn whole() -> ExportOptions {
    ExportOptions {
        project: None,
        environment: None,
        redact: false,
        with_labels: false,
        keep_ended: CENTURY,
        valid_for: days(1),
    }
}

/// A time as serials count it.
fn millis(time: Timestamp) -> u64 {
    u64::try_from(time.unix()).unwrap() * 1000
}

/// A laboratory with a vault that is open, and a folder for bundles.
struct Press {
    lab: Lab,
    vault: UnlockedVault,
}

impl Press {
    fn new() -> Self {
        Press::of(Lab::new())
    }

    fn with_keys(count: usize) -> (Self, Vec<Made>) {
        let (lab, made) = Lab::new().with_keys(count);
        (Press::of(lab), made)
    }

    fn of(lab: Lab) -> Self {
        let vault = lab.open();
        let press = Press { lab, vault };
        fs::create_dir(press.folder()).unwrap();
        press
    }

    /// Adds the slots of an exporter and of a viewer.
    fn with_slots(mut self) -> Self {
        for (text, role, secret) in
            [("nightly", Role::Exporter, EXPORTER), ("watch", Role::Viewer, VIEWER)]
        {
            self.vault.add_slot(&by(at(0)), &name(text), role, &keyfile(secret)).unwrap();
        }
        self
    }

    fn folder(&self) -> PathBuf {
        self.lab.folder().join("bundles")
    }

    fn path(&self) -> PathBuf {
        self.folder().join("keys.kcb")
    }

    /// What lies beside the bundle.
    fn beside(&self) -> Vec<String> {
        let names = fs::read_dir(self.folder()).unwrap();
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    fn export(&mut self, options: &ExportOptions, now: i64) -> Result<Exported, ExportError> {
        let (path, serial) = (self.path(), millis(at(now)));
        self.export_to(&path, options, serial)
    }

    fn export_to(
        &mut self,
        path: &Path,
        options: &ExportOptions,
        serial: u64,
    ) -> Result<Exported, ExportError> {
        let state = self.lab.state();
        issue::export(&mut self.vault, path, &state, options, || serial, &mut |_, _| {})
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(self.path()).unwrap()
    }

    fn trusted(&mut self) -> Vec<PublicKey> {
        self.vault.bundle_keys().unwrap().into_iter().map(|key| key.public).collect()
    }

    /// The bundle as whoever trusts the vault's keys reads it.
    fn read(&mut self, now: i64) -> VerifiedBundle<Vec<u8>> {
        let trusted = self.trusted();
        let bundle = UnverifiedBundle::open(self.bytes()).unwrap();
        bundle.verify(&trusted, Policy::default(), at(now)).unwrap()
    }

    /// What a fresh bundle says of a token.
    fn code(&mut self, token: &str, now: i64) -> Code {
        self.read(now).decide(token, &Request::default(), at(now)).code()
    }
}

/// What anybody can see of a bundle's entries: where each lies, and its size. Read by the
/// description of the format alone.
fn visible_entries(bundle: &[u8]) -> BTreeMap<Vec<u8>, usize> {
    let number = |page: &[u8], at: usize| usize::from(u16::from_be_bytes([page[at], page[at + 1]]));
    let mut seen = BTreeMap::new();
    for page in bundle.chunks_exact(4096).skip(1).filter(|page| page[0] == 0) {
        let mut rest = &page[16..];
        for _ in 0..number(page, 2) {
            let size = number(rest, 16);
            assert_eq!(seen.insert(rest[..16].to_vec(), size), None, "a look-up key twice");
            rest = &rest[size..];
        }
        assert!(rest.iter().all(|byte| *byte == 0), "the page ends with zeros");
    }
    seen
}
