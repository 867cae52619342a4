//! One row a case: what is undone behind the vault's back, what honest write comes after it, and
//! where it is found. What was undone never becomes true.

use std::collections::{BTreeMap, BTreeSet};

use keyctl_vault::issue::{
    self, Expiry, IssueError, KeyEdit, NewKey, NewOwner, PolicyEdit, revoke,
};
use keyctl_vault::{Note, Owner, Records, Role, UnlockedVault, VaultError, Verb};
use keyctl_verify::{Code, Environment, KeyId, Request, ScopeSet};

use crate::support::{
    Lab, Made, act, at, by, create, create_with_room, is_integrity, keyfile, make, name, new_key,
    say, scope,
};

/// Where it is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// The honest write reads it, and is refused.
    AtTheWrite,
    /// The write does not touch it; whoever reads it next is refused.
    AtTheNextRead,
}

/// Something honest that is done to the vault.
type Deed = fn(&mut Scene) -> Result<(), IssueError>;

struct Case {
    what: &'static str,
    /// What the vault is told, and the attacker undoes.
    change: Deed,
    /// The rows that he puts back: of which table, and of which table of records if it is a page
    /// or a node.
    undone: &'static [(&'static str, i64)],
    write: (&'static str, Deed),
    /// Reads what was undone; whether it is true again.
    read: fn(&mut Scene) -> Result<bool, VaultError>,
    found: Found,
}

const KEYS: i64 = 1;
const INDEX: i64 = 2;
const OWNERS: i64 = 3;
const SETTINGS: i64 = 4;
const ANY: i64 = 0;

/// A vault with many nodes and two keys of which no records are below the same one, and an owner who has a
/// third key.
struct Scene {
    lab: Lab,
    vault: UnlockedVault,
    one: Made,
    other: Made,
    hers: Made,
}

impl Scene {
    fn new() -> Self {
        let lab = Lab::new();
        let mut vault = lab.open();
        let (one, mut near) =
            touching(&lab, || create_with_room(&mut vault, new_key("one"), 40_000, at(1)).unwrap());
        // What it will be called.
        let (renamed, nodes) = touching(&lab, || make(&mut vault, "renamed", at(1)));
        near.extend(nodes);
        act(&mut vault, Verb::Delete, at(1), |tx| issue::delete(tx, renamed.id, None, at(1)))
            .unwrap();
        // A key of which nothing is below a node of the first.
        let mut others =
            (0..).map(|n| touching(&lab, || make(&mut vault, &format!("other {n}"), at(1))));
        let (other, _) = others.find(|(_, nodes)| nodes.is_disjoint(&near)).unwrap();
        drop(others);
        let new = NewOwner {
            name: ada(),
            ceiling: scopes("orders:*"),
            project: None,
            environment: Environment::Development,
            expires: Expiry::Default,
        };
        act(&mut vault, Verb::OwnerAdd, at(1), |tx| issue::add_owner(tx, new, at(1))).unwrap();
        let hers = NewKey { owner: Some(ada()), ..new_key("hers") };
        let hers = create(&mut vault, hers, at(1)).unwrap();
        vault.add_slot(&by(at(1)), &name("watch"), Role::Viewer, &keyfile(9)).unwrap();
        Scene { lab, vault, one, other, hers }
    }

    fn note(&mut self, id: KeyId) -> Result<(), IssueError> {
        let note = Some(Some(Note::parse("honest").unwrap()));
        let change = KeyEdit { note, ..KeyEdit::default() };
        act(&mut self.vault, Verb::Edit, at(5), |tx| issue::edit(tx, id, change, at(5)).map(drop))
    }

    fn narrow(&mut self, ceiling: &str, now: i64) -> Result<(), IssueError> {
        let ceiling = scopes(ceiling);
        act(&mut self.vault, Verb::OwnerEdit, at(now), |tx| {
            issue::edit_owner(tx, &ada(), ceiling, at(now)).map(drop)
        })
    }

    fn limit(&mut self, edit: &PolicyEdit) -> Result<(), IssueError> {
        act(&mut self.vault, Verb::Policy, at(2), |tx| issue::edit_policy(tx, edit).map(drop))
    }

    fn may(&mut self, token: &str) -> Result<bool, VaultError> {
        let request = Request { scopes: vec![scope("orders:read")], ..Request::default() };
        let snapshot = self.vault.snapshot()?;
        Ok(issue::verify(&snapshot, token, &request, at(9))?.code() == Code::Valid)
    }

    fn all_rows(&self) -> BTreeMap<(&'static str, i64), Vec<u8>> {
        let tables = ["page", "node", "slot", "audit", "head"].into_iter();
        let rows = tables.flat_map(|table| {
            let rows = self.lab.attacker().rows(table).into_iter();
            rows.map(move |(id, d)| ((table, id), d))
        });
        rows.collect()
    }
}

/// Does something, and says which nodes it changed.
fn touching<T>(lab: &Lab, work: impl FnOnce() -> T) -> (T, BTreeSet<i64>) {
    let nodes = || lab.attacker().rows("node");
    let (before, done, after) = (nodes(), work(), nodes());
    let ids = before.keys().chain(after.keys()).copied();
    (done, ids.filter(|id| before.get(id) != after.get(id)).collect())
}

fn ada() -> Owner {
    Owner::parse("ada").unwrap()
}

fn scopes(text: &str) -> ScopeSet {
    [scope(text)].into_iter().collect()
}

fn revoke_one(scene: &mut Scene) -> Result<(), IssueError> {
    let id = scene.one.id;
    act(&mut scene.vault, Verb::Revoke, at(2), |tx| revoke(tx, id, None, at(2)).map(drop))
}

fn one_lives(scene: &mut Scene) -> Result<bool, VaultError> {
    let token = scene.one.token.clone();
    scene.may(&token)
}

fn narrow_ada(scene: &mut Scene) -> Result<(), IssueError> {
    scene.narrow("refunds:read", 2)
}

fn hers_lives(scene: &mut Scene) -> Result<bool, VaultError> {
    let token = scene.hers.token.clone();
    scene.may(&token)
}

fn forbid_more_keys(scene: &mut Scene) -> Result<(), IssueError> {
    scene.limit(&PolicyEdit { max_keys_per_owner: Some(1), ..PolicyEdit::default() })
}

fn more_keys_are_allowed(scene: &mut Scene) -> Result<bool, VaultError> {
    Ok(scene.vault.snapshot()?.policy()?.max_keys_per_owner == 0)
}

fn make_a_key(scene: &mut Scene) -> Result<(), IssueError> {
    let new = NewKey { owner: Some(ada()), ..new_key("new") };
    create(&mut scene.vault, new, at(5)).map(drop)
}

fn note_one(scene: &mut Scene) -> Result<(), IssueError> {
    let (one, other) = (scene.one.id, scene.other.id);
    // A revoked key cannot be edited, so it is told apart by what the refusal is.
    scene.note(one).or_else(|error| match error {
        IssueError::Refused(_) => scene.note(other),
        error => Err(error),
    })
}

fn note_other(scene: &mut Scene) -> Result<(), IssueError> {
    scene.note(scene.other.id)
}

fn remove_watch(scene: &mut Scene) -> Result<(), IssueError> {
    scene.vault.remove_slot(&by(at(2)), "watch").map(drop).unwrap();
    Ok(())
}

fn add_a_slot(scene: &mut Scene) -> Result<(), IssueError> {
    let slot = (name("new"), keyfile(11));
    scene.vault.add_slot(&by(at(5)), &slot.0, Role::Viewer, &slot.1).map(drop).unwrap();
    Ok(())
}

fn watch_opens(scene: &mut Scene) -> Result<bool, VaultError> {
    let mut vault = scene.lab.unlock(&keyfile(9))?;
    vault.snapshot().map(|_| true)
}

fn rename_one(scene: &mut Scene) -> Result<(), IssueError> {
    let change = KeyEdit { name: Some(name("renamed")), ..KeyEdit::default() };
    let id = scene.one.id;
    act(&mut scene.vault, Verb::Edit, at(2), |tx| issue::edit(tx, id, change, at(2)).map(drop))
}

fn take_the_name(scene: &mut Scene) -> Result<(), IssueError> {
    create(&mut scene.vault, new_key("one"), at(5)).map(drop)
}

fn one_has_its_name(scene: &mut Scene) -> Result<bool, VaultError> {
    let snapshot = scene.vault.snapshot()?;
    let project = keyctl_vault::Project::parse("alpha").unwrap();
    Ok(snapshot.live_key_named(Some(&project), &name("one"))? == Some(scene.one.id))
}

fn widen_ada(scene: &mut Scene) -> Result<(), IssueError> {
    scene.narrow("refunds:write", 5)
}

fn make_the_log_long(scene: &mut Scene) -> Result<(), IssueError> {
    (0..70).for_each(|n| drop(make(&mut scene.vault, &format!("k{n}"), at(2))));
    Ok(())
}

fn log_is_read(scene: &mut Scene) -> Result<bool, VaultError> {
    scene.vault.snapshot()?.audit(1).map(|_| true)
}

use Found::{AtTheNextRead, AtTheWrite};

const CASES: &[Case] = &[
    Case {
        what: "a key is revoked; its page is the older one",
        change: revoke_one,
        undone: &[("page", KEYS)],
        write: ("the key itself is edited", note_one),
        read: one_lives,
        found: AtTheWrite,
    },
    Case {
        what: "a key is revoked; its page is the older one",
        change: revoke_one,
        undone: &[("page", KEYS)],
        write: ("a key of another page is edited", note_other),
        read: one_lives,
        found: AtTheNextRead,
    },
    Case {
        what: "a key is revoked; its page and the node above it are the older ones",
        change: revoke_one,
        undone: &[("page", KEYS), ("node", KEYS)],
        write: ("the key itself is edited", note_one),
        read: one_lives,
        found: AtTheWrite,
    },
    Case {
        what: "a key is revoked; its page and the node above it are the older ones",
        change: revoke_one,
        undone: &[("page", KEYS), ("node", KEYS)],
        write: ("a key below another node is edited", note_other),
        read: one_lives,
        found: AtTheNextRead,
    },
    Case {
        what: "a key is revoked; its page, the node and the head are the older ones",
        change: revoke_one,
        undone: &[("page", KEYS), ("node", KEYS), ("page", INDEX), ("node", INDEX), ("head", ANY)],
        write: ("a key of another page is edited", note_other),
        read: one_lives,
        found: AtTheWrite,
    },
    Case {
        what: "a key is renamed; the index is the older one",
        change: rename_one,
        undone: &[("page", INDEX), ("node", INDEX)],
        write: ("a key is made with the name that is free", take_the_name),
        read: one_has_its_name,
        found: AtTheWrite,
    },
    Case {
        what: "a key is renamed; the index is the older one",
        change: rename_one,
        undone: &[("page", INDEX), ("node", INDEX)],
        write: ("another key is edited", note_other),
        read: one_has_its_name,
        found: AtTheNextRead,
    },
    Case {
        what: "an owner is narrowed; the page is the older one",
        change: narrow_ada,
        undone: &[("page", OWNERS)],
        write: ("the owner's ceiling is set", widen_ada),
        read: hers_lives,
        found: AtTheWrite,
    },
    Case {
        what: "an owner is narrowed; the page and the node are the older ones",
        change: narrow_ada,
        undone: &[("page", OWNERS), ("node", OWNERS)],
        write: ("a key is made for the owner", make_a_key),
        read: hers_lives,
        found: AtTheWrite,
    },
    Case {
        what: "an owner is narrowed; the page and the node are the older ones",
        change: narrow_ada,
        undone: &[("page", OWNERS), ("node", OWNERS)],
        write: ("another key is edited", note_other),
        read: hers_lives,
        found: AtTheNextRead,
    },
    Case {
        what: "the policy is made stricter; the page and the node are the older ones",
        change: forbid_more_keys,
        undone: &[("page", SETTINGS), ("node", SETTINGS)],
        write: ("a key is made against the policy", make_a_key),
        read: more_keys_are_allowed,
        found: AtTheWrite,
    },
    Case {
        what: "the policy is made stricter; the page is the older one",
        change: forbid_more_keys,
        undone: &[("page", SETTINGS)],
        write: ("a key is edited", note_other),
        read: more_keys_are_allowed,
        found: AtTheWrite,
    },
    Case {
        what: "the policy is made stricter; the page is the older one",
        change: forbid_more_keys,
        undone: &[("page", SETTINGS)],
        write: ("a slot is added", add_a_slot),
        read: more_keys_are_allowed,
        found: AtTheNextRead,
    },
    Case {
        what: "a slot is removed; its row is there again",
        change: remove_watch,
        undone: &[("slot", ANY)],
        write: ("a key is edited", note_other),
        read: watch_opens,
        found: AtTheWrite,
    },
    Case {
        what: "the last segment of the audit log is the older one",
        change: revoke_one,
        undone: &[("audit", ANY)],
        write: ("a key is edited", note_other),
        read: log_is_read,
        found: AtTheWrite,
    },
    Case {
        what: "a segment before the last of the audit log is the older one",
        change: make_the_log_long,
        undone: &[("audit", 1)],
        write: ("a key is edited", note_other),
        read: log_is_read,
        found: AtTheNextRead,
    },
];

/// Whether a row is one of those that are put back.
fn is_undone(case: &Case, table: &str, id: i64) -> bool {
    let of = |(undone, what): &(&str, i64)| {
        let records = match table {
            "page" => id >> 12,
            "node" => id >> 6,
            "audit" => id,
            _ => ANY,
        };
        *undone == table && (*what == ANY || *what == records)
    };
    case.undone.iter().any(of)
}

/// Undoes the change, row by row, for somebody who has never seen the vault before.
fn undo(case: &Case, scene: &mut Scene) -> usize {
    let before = scene.all_rows();
    (case.change)(scene).unwrap();
    let after = scene.all_rows();
    let rows = before.keys().chain(after.keys()).filter(|row| before.get(*row) != after.get(*row));
    let rows: BTreeSet<_> = rows.filter(|(t, id)| is_undone(case, t, *id)).collect();
    let attacker = scene.lab.attacker();
    rows.iter().for_each(|row| attacker.put(row.0, row.1, before.get(*row).map(Vec::as_slice)));
    scene.lab.forget_everything();
    rows.len()
}

fn is_found(error: &IssueError) -> bool {
    matches!(error, IssueError::Vault(error) if is_integrity(error))
}

#[test]
fn what_is_undone_is_found_at_the_write_or_at_the_next_read() {
    for case in CASES {
        let mut scene = Scene::new();
        let what = format!("{}; {}", case.what, case.write.0);
        assert!(undo(case, &mut scene) > 0, "{what}: nothing was undone");
        let before = scene.lab.bytes();
        let written = (case.write.1)(&mut scene);
        match (case.found, written) {
            (AtTheWrite, Err(error)) => {
                assert!(is_found(&error), "{what}: {error}");
                assert_eq!(scene.lab.bytes(), before, "{what}: the file was changed");
            }
            (AtTheNextRead, Ok(())) => {
                let read = (case.read)(&mut scene);
                assert!(read.as_ref().is_err_and(is_integrity), "{what}: {read:?}");
            }
            (_, written) => panic!("{what}: {written:?}"),
        }
        let check = scene.lab.open().snapshot().and_then(|snapshot| snapshot.check());
        assert!(check.is_err_and(|error| is_integrity(&error)), "{what}: check finds nothing");
        say(format_args!("{:?}: {what}", case.found));
    }
}
