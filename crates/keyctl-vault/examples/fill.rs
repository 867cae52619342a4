//! Fills a vault with synthetic keys, for measuring: `fill COUNT VAULT STATE KEYFILE`.

#![allow(clippy::unwrap_used, reason = "a tool for measuring")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use keyctl_vault::issue::{Expiry, IssueError, NameChoice, NewKey, create};
use keyctl_vault::{Author, LockedVault, Name, Owner, Project, Secret, SlotChoice, Verb};
use keyctl_verify::{Environment, Kind, Scope, Timestamp};

/// Keys of one change: an audit entry has room for so many.
const BATCH: usize = 50_000;

fn new_key(n: usize) -> NewKey {
    NewKey {
        project: Some(Project::parse(&format!("project-{}", n % 100)).unwrap()),
        environment: Environment::Production,
        kind: Kind::General,
        owner: Some(Owner::parse("ci").unwrap()),
        name: NameChoice::Given(Name::parse(&format!("key number {n}")).unwrap()),
        expires: Expiry::Never,
        not_before: None,
        scopes: [Scope::parse("orders:write").unwrap()].into_iter().collect(),
        paths: Vec::new(),
        ips: Vec::new(),
        customers: Vec::new(),
        rate_limit: None,
        labels: BTreeMap::new(),
        note: None,
        recoverable: false,
    }
}

#[allow(clippy::disallowed_methods, reason = "it is no part of keyctl")]
fn main() {
    let mut args = std::env::args().skip(1);
    let count: usize = args.next().unwrap().parse().unwrap();
    let [vault, state, keyfile] = [(); 3].map(|()| PathBuf::from(args.next().unwrap()));
    let secret = Secret::keyfile(&std::fs::read(keyfile).unwrap()).unwrap();
    let locked = LockedVault::open(&vault, &state).unwrap();
    let mut vault = locked.unlock(&secret, &SlotChoice::Any).unwrap();
    let now = Timestamp::from_unix(1_790_000_000).unwrap();
    let author = Author { actor: "fill".to_owned(), host: "here".to_owned(), now };
    for start in (0..count).step_by(BATCH) {
        let made = vault.transaction(&author, Verb::Create, |tx| {
            for n in start..(start + BATCH).min(count) {
                create(tx, new_key(n), now)?;
            }
            Ok::<_, IssueError>(())
        });
        made.unwrap();
    }
}
