//! A vault for tests of what nobody outside gets at.

use keyctl_verify::{Brand, Timestamp};
use tempfile::TempDir;

use super::{InitOptions, LockedVault, SlotChoice, UnlockedVault, init};
use crate::crypto::{KdfParams, Passphrase, Secret};
use crate::domain::Author;

/// A new vault, open, in a folder that goes with it, and who changes it.
pub(super) fn vault() -> (TempDir, UnlockedVault, Author) {
    let folder = tempfile::tempdir().unwrap();
    let (path, state) = (folder.path().join("vault.kcv"), folder.path().join("state"));
    let now = Timestamp::from_unix(1_700_000_000).unwrap();
    let by = Author { actor: "tester".to_owned(), host: "here".to_owned(), now };
    let passphrase = || Secret::Passphrase(Passphrase::new("correct horse battery").unwrap());
    let options = InitOptions {
        brand: Brand::default(),
        kdf: KdfParams::from_mib(19, 1).unwrap(),
        passphrase: passphrase(),
        with_recovery: false,
    };
    init(&path, &state, &options, &by, |_| Ok(())).unwrap();
    let vault = LockedVault::open(&path, &state)
        .and_then(|vault| vault.unlock(&passphrase(), &SlotChoice::Any))
        .unwrap();
    (folder, vault, by)
}
