//! What is said of a commit on a failing disk: a change that was made all the same is said to be
//! made, and no other.

use std::collections::BTreeMap;

use keyctl_vault::issue::{self, IssueError, KeyEdit};
use keyctl_vault::{Note, RekeyOptions, UnlockedVault, VaultError, Verb};

use super::super::support::{
    Attacker, KEYFILE, act, at, by, create_with_room, keyfile, make, new_key,
};
use super::life::Life;

/// Makes a change on a disk that fails once: at its first step, at the second, until it comes to
/// none. How often the change was said to have failed and was not made, and how often it was.
fn failures(
    life: &Life,
    change: impl Fn(&mut UnlockedVault, usize) -> Result<(), VaultError>,
) -> [u64; 2] {
    let mut failed = [0; 2];
    for n in 1.. {
        let before = head(life);
        let (said, step) = life.disk.failing(n, "broken", || change(&mut life.open(0)?, n));
        let is_made = head(life) != before;
        match said {
            Ok(()) => assert!(is_made, "{step:?}: done, and not made"),
            Err(error) => {
                assert_eq!(error.is_made(), is_made, "{step:?}: {error}");
                failed[usize::from(is_made)] += 1;
            }
        }
        if step.is_none() {
            break;
        }
    }
    failed
}

fn head(life: &Life) -> BTreeMap<i64, Vec<u8>> {
    Attacker::new(&life.path()).rows("head")
}

/// Edits, rekeys, and spreads tables over more pages, and is told the truth at every step.
pub(super) fn every_step(life: &Life) {
    let id = make(&mut life.open(0).unwrap(), "one", at(1)).id;
    let edits = failures(life, |vault, n| {
        let note = Some(Some(Note::parse(&n.to_string()).unwrap()));
        let edit = KeyEdit { note, ..KeyEdit::default() };
        act(vault, Verb::Edit, at(1), |tx| issue::edit(tx, id, edit, at(1))).map(drop).map_err(
            |error| match error {
                IssueError::Vault(error) => error,
                error => panic!("{error}"),
            },
        )
    });
    let rekeys = failures(life, |vault, _| {
        let secret = keyfile(KEYFILE);
        let options =
            RekeyOptions { secret: &secret, keep_bundle_key: false, with_recovery: false };
        vault.rekey(&by(at(1)), &options, |_| Ok(())).map(drop)
    });
    let spreads = failures(life, |vault, n| {
        let new = new_key(&format!("{n}"));
        match create_with_room(vault, new, 5_000, at(1)) {
            Err(IssueError::Vault(error)) => Err(error),
            made => {
                made.unwrap();
                Ok(())
            }
        }
    });
    for failed in [edits, rekeys] {
        assert!(failed.iter().all(|&often| often > 0), "{failed:?}");
    }
    // Each of these touches other pages than the last, so that any step may be passed over.
    assert!(spreads[0] > 0, "{spreads:?}");
}
