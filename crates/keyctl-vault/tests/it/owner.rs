//! Ceilings: what they make of a token, that a refusal leaves no trace, and that nobody with the
//! file alone can widen one or take it away.

use std::collections::BTreeMap;

use keyctl_vault::issue::{self, Expiry, Filter, IssueError, NewKey, NewOwner, Refusal, Rotation};
use keyctl_vault::{Key, Owner, OwnerRecord, Records, Role, UnlockedVault, VaultError, Verb};
use keyctl_verify::{Code, Environment, Request, ScopeSet, Status};

use super::support::{
    Lab, Made, act, at, by, code, create, is_integrity, keyfile, make, name, new_key, scope,
    try_code,
};

fn owner(text: &str) -> Owner {
    Owner::parse(text).unwrap()
}

fn scopes(texts: &[&str]) -> ScopeSet {
    texts.iter().map(|text| scope(text)).collect()
}

fn add(
    vault: &mut UnlockedVault,
    who: &str,
    ceiling: &[&str],
    now: i64,
) -> Result<(OwnerRecord, Key), IssueError> {
    let new = NewOwner {
        name: owner(who),
        ceiling: scopes(ceiling),
        project: None,
        environment: Environment::Development,
        expires: Expiry::Default,
    };
    act(vault, Verb::OwnerAdd, at(now), |tx| issue::add_owner(tx, new, at(now)))
}

fn edit(vault: &mut UnlockedVault, who: &str, ceiling: &[&str], now: i64) -> bool {
    let (who, ceiling) = (owner(who), scopes(ceiling));
    let work =
        |tx: &mut keyctl_vault::Transaction<'_>| issue::edit_owner(tx, &who, ceiling, at(now));
    act(vault, Verb::OwnerEdit, at(now), work).unwrap().is_changed
}

fn remove(vault: &mut UnlockedVault, who: &str, now: i64) -> usize {
    let who = owner(who);
    let work =
        |tx: &mut keyctl_vault::Transaction<'_>| issue::remove_owner(tx, &who, None, at(now));
    act(vault, Verb::OwnerRemove, at(now), work).unwrap().len()
}

/// A key of `ada`.
fn hers(text: &str, can: &[&str]) -> NewKey {
    NewKey { owner: Some(owner("ada")), scopes: scopes(can), ..new_key(text) }
}

/// What a token may do.
fn may(vault: &mut UnlockedVault, token: &str, asked: &str, now: i64) -> Code {
    let request = Request { scopes: vec![scope(asked)], ..Request::default() };
    let snapshot = vault.snapshot().unwrap();
    issue::verify(&snapshot, token, &request, at(now)).unwrap().code()
}

/// The rows of pages that belong to the table of owners.
fn owner_pages(lab: &Lab) -> BTreeMap<i64, Vec<u8>> {
    let rows = lab.attacker().rows("page");
    rows.into_iter().filter(|(id, _)| id >> 12 == 3).collect()
}

/// A vault with the owner `ada`, whose key `k` has `*`, first with a wide ceiling, now with a
/// narrow one: the pages of owners before and after.
struct Narrowed {
    lab: Lab,
    made: Made,
    wide: BTreeMap<i64, Vec<u8>>,
    narrow: BTreeMap<i64, Vec<u8>>,
    wide_file: Vec<u8>,
}

impl Narrowed {
    fn new() -> Self {
        let lab = Lab::new();
        let mut vault = lab.open();
        add(&mut vault, "ada", &["*"], 1).unwrap();
        let made = create(&mut vault, hers("k", &["*"]), at(2)).unwrap();
        let (wide, wide_file) = (owner_pages(&lab), lab.bytes());
        assert!(edit(&mut vault, "ada", &["orders:read"], 3));
        assert_eq!(may(&mut vault, &made.token, "users:read", 4), Code::InsufficientScope);
        drop(vault);
        let narrow = owner_pages(&lab);
        Narrowed { lab, made, wide, narrow, wide_file }
    }

    /// Puts the vault back as it is after the narrowing, and lets somebody at it.
    fn attacked(&self, attack: impl FnOnce(&super::support::Attacker)) {
        attack(&self.lab.attacker());
        for _ in 0..2 {
            let mut vault = self.lab.open();
            let error = try_code(&mut vault, &self.made.token, at(9)).unwrap_err();
            assert!(is_integrity(&error), "{error}");
            let owners = vault.snapshot().and_then(|snapshot| snapshot.owners()).unwrap_err();
            assert!(is_integrity(&owners), "{owners}");
            let change = act(&mut vault, Verb::OwnerEdit, at(9), |tx| {
                issue::edit_owner(tx, &owner("ada"), scopes(&["*"]), at(9))
            });
            assert!(matches!(change, Err(IssueError::Vault(error)) if is_integrity(&error)));
            drop(vault);
            // Nor where nobody has seen the vault before.
            self.lab.forget_everything();
        }
    }
}

#[test]
fn an_older_page_of_owners_is_not_taken_for_the_current_one() {
    let narrowed = Narrowed::new();
    assert_eq!(narrowed.wide.len(), 1);
    assert_ne!(narrowed.wide, narrowed.narrow);
    narrowed.attacked(|attacker| {
        for (row, page) in &narrowed.wide {
            attacker.put("page", *row, Some(page));
        }
    });
}

#[test]
fn an_owner_without_a_page_is_damage_and_not_an_owner_without_a_ceiling() {
    let narrowed = Narrowed::new();
    narrowed.attacked(|attacker| {
        for row in narrowed.narrow.keys() {
            attacker.put("page", *row, None);
        }
    });
}

#[test]
fn a_page_of_owners_in_another_place_is_not_theirs() {
    let narrowed = Narrowed::new();
    let (row, page) = narrowed.narrow.iter().next().unwrap();
    narrowed.attacked(|attacker| {
        attacker.put("page", *row ^ 1, Some(page));
        attacker.put("page", *row, None);
    });
}

#[test]
fn no_bit_of_a_page_of_owners_can_be_flipped() {
    let narrowed = Narrowed::new();
    let (row, page) = narrowed.narrow.iter().next().unwrap();
    for bit in (0..page.len() * 8).step_by(page.len() * 8 / 9) {
        narrowed.lab.attacker().put("page", *row, Some(page));
        narrowed.attacked(|attacker| attacker.flip("page", *row, bit));
    }
}

#[test]
fn the_whole_file_from_before_is_rolled_back() {
    let narrowed = Narrowed::new();
    narrowed.lab.overwrite(&narrowed.wide_file);
    let error = narrowed.lab.look().unwrap_err();
    assert!(is_integrity(&error) && error.to_string().contains("rolled back"), "{error}");
}

#[test]
fn pages_of_owners_tell_a_thief_no_name_and_no_ceiling() {
    let lab = Lab::new();
    let mut vault = lab.open();
    add(&mut vault, "canary-of-an-owner", &["canary:of:a:ceiling"], 1).unwrap();
    drop(vault);
    let bytes = lab.bytes();
    for word in ["canary", "personal "] {
        assert!(!bytes.windows(word.len()).any(|w| w == word.as_bytes()), "{word}");
    }
}

#[test]
fn a_key_may_what_both_allow_now() {
    let lab = Lab::new();
    let mut vault = lab.open();
    let made = create(&mut vault, hers("k", &["a:*", "b:c"]), at(1)).unwrap();
    let can = |vault: &mut UnlockedVault, now: i64| -> String {
        let asked = ["a:b", "a:b:c", "a:*", "b:c", "b:*", "d", "*"];
        asked
            .map(|scope| if may(vault, &made.token, scope, now) == Code::Valid { '1' } else { '0' })
            .iter()
            .collect()
    };
    assert_eq!(can(&mut vault, 2), "1111000", "not registered");
    add(&mut vault, "ada", &["*"], 3).unwrap();
    assert_eq!(can(&mut vault, 3), "1111000");
    for (ceiling, wanted) in [
        (&["a:b"][..], "1000000"),
        (&["a:b:*", "b:*"], "0101000"),
        (&["a:*", "d"], "1110000"),
        (&["d"], "0000000"),
        (&["b:c", "a:*"], "1111000"),
    ] {
        assert!(edit(&mut vault, "ada", ceiling, 4));
        assert!(!edit(&mut vault, "ada", ceiling, 5));
        assert_eq!(can(&mut vault, 5), wanted, "{ceiling:?}");
    }
    edit(&mut vault, "ada", &["d"], 6);
    assert_eq!(code(&mut vault, &made.token, at(6)), Code::InsufficientScope, "whatever is asked");
    vault.snapshot().unwrap().check().unwrap();
}

#[test]
fn somebody_elses_ceiling_is_no_matter() {
    let lab = Lab::new();
    let mut vault = lab.open();
    let bobs = NewKey { owner: Some(owner("bob")), ..hers("bobs", &["*"]) };
    let bobs = create(&mut vault, bobs, at(1)).unwrap();
    let nobodys = make(&mut vault, "nobodys", at(1));
    for who in ["ada", "bo", "bobb", "Bob"] {
        add(&mut vault, who, &["x"], 2).unwrap();
    }
    assert_eq!(may(&mut vault, &bobs.token, "any", 3), Code::Valid);
    assert_eq!(may(&mut vault, &nobodys.token, "orders:read", 3), Code::Valid);
    assert_eq!(remove(&mut vault, "Bob", 4), 1);
    assert_eq!(may(&mut vault, &bobs.token, "any", 5), Code::Valid);
}

#[test]
fn a_refusal_changes_nothing() {
    let lab = Lab::new();
    let mut vault = lab.open();
    add(&mut vault, "ada", &["orders:*"], 1).unwrap();
    let made = create(&mut vault, hers("k", &["orders:read"]), at(2)).unwrap();
    let before = lab.bytes();
    let wide = create(&mut vault, hers("w", &["orders:read", "users:read"]), at(3)).unwrap_err();
    let IssueError::Refused(Refusal::BeyondCeiling { owner, scope, ceiling }) = wide else {
        panic!("{wide:?}")
    };
    assert_eq!([owner, scope, ceiling], ["ada", "users:read", "orders:*"]);
    let edit = issue::KeyEdit {
        name: Some(name("renamed")),
        scopes: Some(issue::ScopeEdit::Add(vec![super::support::scope("*")])),
        ..Default::default()
    };
    let edited = act(&mut vault, Verb::Scope, at(3), |tx| issue::edit(tx, made.id, edit, at(3)));
    assert!(matches!(edited, Err(IssueError::Refused(Refusal::BeyondCeiling { .. }))));
    let again = add(&mut vault, "ada", &["*"], 3).unwrap_err();
    assert!(matches!(again, IssueError::Refused(Refusal::OwnerTaken { .. })));
    assert_eq!(lab.bytes(), before);
}

#[test]
fn a_rotation_in_grace_is_over_for_who_was_removed() {
    let lab = Lab::new();
    let mut vault = lab.open();
    add(&mut vault, "ada", &["*"], 1).unwrap();
    let made = create(&mut vault, hers("k", &["*"]), at(2)).unwrap();
    let grace = Rotation::Begin { grace: "7d".parse().ok() };
    let work = |tx: &mut keyctl_vault::Transaction<'_>| issue::rotate(tx, made.id, grace, at(3));
    let new = act(&mut vault, Verb::Rotate, at(3), work).unwrap().token.unwrap();
    assert_eq!(remove(&mut vault, "ada", 4), 2);
    for token in [made.token.as_str(), new.expose_token()] {
        assert_eq!(code(&mut vault, token, at(4)), Code::Revoked);
    }
    let cancel = |tx: &mut keyctl_vault::Transaction<'_>| {
        issue::rotate(tx, made.id, Rotation::Cancel, at(5))
    };
    let cancelled = act(&mut vault, Verb::Rotate, at(5), cancel).unwrap_err();
    assert!(matches!(cancelled, IssueError::Refused(Refusal::Revoked { .. })));
}

#[test]
fn an_owner_of_many_keys_is_narrowed_and_seen_off_in_one_change() {
    const KEYS: usize = 600;
    let lab = Lab::new();
    let mut vault = lab.open();
    let tokens = act(&mut vault, Verb::Create, at(1), |tx| {
        let new = |n| hers(&format!("k{n}"), &["a:*"]);
        (0..KEYS).map(|n| issue::create(tx, new(n), at(1))).collect::<Result<Vec<_>, _>>()
    });
    let tokens: Vec<String> =
        tokens.unwrap().into_iter().map(|made| made.token.expose_token().to_owned()).collect();
    add(&mut vault, "ada", &["a:b"], 2).unwrap();
    let before = vault.snapshot().unwrap().generation();
    for token in tokens.iter().step_by(50) {
        assert_eq!(may(&mut vault, token, "a:b", 3), Code::Valid);
        assert_eq!(may(&mut vault, token, "a:c", 3), Code::InsufficientScope);
    }
    assert_eq!(remove(&mut vault, "ada", 4), KEYS + 1);
    let snapshot = vault.snapshot().unwrap();
    assert_eq!(snapshot.generation(), before + 1);
    let statuses = snapshot.keys(|key| Some(key.status(at(5)))).unwrap();
    assert_eq!(statuses, vec![Status::Revoked; KEYS + 1]);
    assert_eq!(snapshot.owners().unwrap(), []);
    snapshot.check().unwrap();
}

#[test]
fn many_owners_are_each_found_by_name() {
    const OWNERS: usize = 200;
    let lab = Lab::new();
    let mut vault = lab.open();
    let who = |n: usize| owner(&format!("owner {n:03}"));
    act(&mut vault, Verb::OwnerAdd, at(1), |tx| {
        (0..OWNERS).rev().try_for_each(|n| {
            let ceiling = scopes(&[&format!("s{n}")]);
            let new = NewOwner {
                name: who(n),
                ceiling,
                project: None,
                environment: Environment::Production,
                expires: Expiry::Default,
            };
            issue::add_owner(tx, new, at(1)).map(drop)
        })
    })
    .unwrap();
    let pages = owner_pages(&lab).len();
    assert!((32..=64).contains(&pages), "they share {pages} pages");
    let snapshot = vault.snapshot().unwrap();
    let names: Vec<Owner> = snapshot.owners().unwrap().into_iter().map(|o| o.name).collect();
    assert_eq!(names, (0..OWNERS).map(who).collect::<Vec<_>>());
    for n in 0..OWNERS {
        let ceiling = snapshot.owner(&who(n)).unwrap().unwrap().ceiling;
        assert_eq!(ceiling, scopes(&[&format!("s{n}")]));
    }
    assert_eq!(snapshot.owner(&owner("owner 200")).unwrap(), None);
    snapshot.check().unwrap();
}

#[test]
fn inside_a_change_the_owners_are_those_that_it_has_made_of_them() {
    let lab = Lab::new();
    let mut vault = lab.open();
    for who in ["bob", "eve"] {
        add(&mut vault, who, &["a"], 1).unwrap();
    }
    let owners = act(&mut vault, Verb::OwnerEdit, at(2), |tx| {
        issue::edit_owner(tx, &owner("bob"), scopes(&["b"]), at(2))?;
        issue::remove_owner(tx, &owner("eve"), None, at(2))?;
        Ok(tx.owners()?)
    });
    let owners = owners.unwrap().into_iter().map(|owner| (owner.name, owner.ceiling));
    assert_eq!(owners.collect::<Vec<_>>(), [(owner("bob"), scopes(&["b"]))]);
}

#[test]
fn nobody_but_an_administrator_can() {
    let lab = Lab::new();
    let mut vault = lab.open();
    add(&mut vault, "ada", &["a"], 1).unwrap();
    for (role, byte) in [(Role::Viewer, 7), (Role::Exporter, 8)] {
        vault.add_slot(&by(at(2)), &name(role.as_str()), role, &keyfile(byte)).unwrap();
        let mut other = lab.unlock(&keyfile(byte)).unwrap();
        let before = lab.bytes();
        let refused = add(&mut other, "bob", &["*"], 3).unwrap_err();
        assert!(matches!(refused, IssueError::Vault(VaultError::Role { .. })), "{refused}");
        let widened = act(&mut other, Verb::OwnerEdit, at(3), |tx| {
            issue::edit_owner(tx, &owner("ada"), scopes(&["*"]), at(3))
        });
        assert!(matches!(widened, Err(IssueError::Vault(VaultError::Role { .. }))));
        assert_eq!(lab.bytes(), before);
        let seen = other.snapshot().unwrap().owner(&owner("ada")).unwrap().unwrap();
        assert_eq!(seen.ceiling, scopes(&["a"]));
    }
}

#[test]
fn a_filter_can_go_by_what_the_ceiling_leaves() {
    let lab = Lab::new();
    let mut vault = lab.open();
    add(&mut vault, "ada", &["orders:*"], 1).unwrap();
    create(&mut vault, hers("orders", &["orders:read"]), at(2)).unwrap();
    let free = NewKey { scopes: scopes(&["*"]), ..new_key("free") };
    create(&mut vault, free, at(2)).unwrap();
    let snapshot = vault.snapshot().unwrap();
    let ceilings = snapshot.ceilings().unwrap();
    let chosen = |asked: &str| {
        let filter = Filter { scope: Some(scope(asked)), ..Filter::default() };
        let mut names = snapshot
            .keys(|key| {
                let own = filter.matches(&key, at(3));
                let effective = filter.matches_effectively(&key, &ceilings, at(3));
                (own || effective).then(|| (key.name.to_string(), own, effective))
            })
            .unwrap();
        names.sort();
        names
    };
    let row = |name: &str, own, effective| (name.to_owned(), own, effective);
    let [free, personal] = [row("free", true, true), row("personal ada", true, true)];
    assert_eq!(chosen("orders:read"), [free.clone(), row("orders", true, true), personal]);
    assert_eq!(chosen("users:read"), [free, row("personal ada", true, false)]);
    let of_nobody = Filter { owner: Some(owner("bob")), ..Filter::default() };
    let any = |key: Key| of_nobody.matches_effectively(&key, &ceilings, at(3)).then_some(());
    assert_eq!(snapshot.keys(any).unwrap(), []);
}
