//! A history of fifty generations, of which somebody kept every file.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use keyctl_vault::issue::{
    self, Expiry, IssueError, KeyEdit, NewKey, NewOwner, PolicyEdit, Rotation, ScopeEdit,
};
use keyctl_vault::{Note, Owner, RekeyOptions, Role, Transaction, UnlockedVault, Verb};
use keyctl_verify::{Environment, KeyId, ScopeSet, Timestamp};

use crate::support::{
    KEYFILE, Lab, Made, Truth, act, at, by, create_with_room, keyfile, name, new_key, passphrase,
    scope,
};

/// One change a line, a generation each; the first two generations are the laboratory's.
const CHANGES: &str = include_str!("changes.txt");
pub(super) const GENERATIONS: usize = 50;
/// The tables of which rows are spliced; the vault's id is the same in all generations.
pub(super) const TABLES: [&str; 5] = ["page", "node", "audit", "slot", "head"];

pub(super) type Rows = BTreeMap<&'static str, BTreeMap<i64, Vec<u8>>>;
/// A table, a row in it, and what it is to be there.
pub(super) type Splice<'a> = (&'static str, i64, Option<&'a [u8]>);

/// One generation as the attacker kept it.
pub(super) struct Kept {
    pub(super) file: Vec<u8>,
    pub(super) rows: Rows,
    pub(super) truth: Truth,
}

/// Every generation, the first that has a slot without a slow hash being the first one here.
pub(super) static HISTORY: LazyLock<Vec<Kept>> = LazyLock::new(|| {
    let lab = Lab::new();
    let mut writer = Writer { vault: lab.open(), made: BTreeMap::new(), now: at(2) };
    let mut kept = vec![Kept::of(&lab, &writer.tokens())];
    let lines = CHANGES.lines().filter(|line| !line.starts_with('#'));
    for (n, line) in (3_i64..).zip(lines) {
        writer.now = at(n);
        writer.change(&line.split(' ').collect::<Vec<_>>());
        if line == "rekey" {
            writer.vault = lab.open();
        }
        kept.push(Kept::of(&lab, &writer.tokens()));
        assert_eq!(lab.look().unwrap(), n.unsigned_abs(), "'{line}' is one generation");
    }
    assert_eq!(kept.len(), GENERATIONS - 1);
    kept
});

impl Kept {
    fn of(lab: &Lab, made: &[Made]) -> Self {
        let rows = TABLES.into_iter().map(|table| (table, lab.attacker().rows(table))).collect();
        Kept { file: lab.bytes(), rows, truth: lab.truth(made, at(99)) }
    }

    /// What differs from another generation: the row, and what is there here.
    pub(super) fn differences(&self, other: &Kept) -> Vec<Splice<'_>> {
        let mut all = Vec::new();
        for table in TABLES {
            let (here, there) = (&self.rows[table], &other.rows[table]);
            let ids: BTreeSet<i64> = here.keys().chain(there.keys()).copied().collect();
            let differ = ids.into_iter().filter(|id| here.get(id) != there.get(id));
            all.extend(differ.map(|id| (table, id, here.get(&id).map(Vec::as_slice))));
        }
        all
    }

    /// What this generation has in a row.
    pub(super) fn row(&self, table: &'static str, id: i64) -> Splice<'_> {
        (table, id, self.rows[table].get(&id).map(Vec::as_slice))
    }
}

/// Who makes the history.
struct Writer {
    vault: UnlockedVault,
    /// Keys by the names of the script, and every token that each had.
    made: BTreeMap<String, (KeyId, Vec<String>)>,
    now: Timestamp,
}

impl Writer {
    fn tokens(&self) -> Vec<Made> {
        let tokens = self.made.values().flat_map(|(id, tokens)| {
            tokens.iter().map(|token| Made { id: *id, token: token.clone() })
        });
        tokens.collect()
    }

    fn change(&mut self, words: &[&str]) {
        let author = by(self.now);
        match *words {
            ["slot", slot] => {
                let secret = keyfile(slot.as_bytes()[0]);
                self.vault.add_slot(&author, &name(slot), Role::Viewer, &secret).map(drop).unwrap();
            }
            ["unslot", slot] => self.vault.remove_slot(&author, slot).map(drop).unwrap(),
            ["passphrase"] => {
                let secret = passphrase("another passphrase");
                let slot = Some("main");
                self.vault.change_passphrase(&author, slot, &secret).map(drop).unwrap();
            }
            ["rekey"] => {
                let secret = keyfile(KEYFILE);
                let options =
                    RekeyOptions { secret: &secret, keep_bundle_key: false, with_recovery: false };
                self.vault.rekey(&author, &options, |_| Ok(())).map(drop).unwrap();
            }
            ["create", key, ref owner @ ..] => self.create(key, owner.first().copied()),
            ["rotate", key] => self.rotate(key),
            _ => self.change_rules(words),
        }
    }

    fn create(&mut self, key: &str, owner: Option<&str>) {
        let owner = owner.map(|owner| Owner::parse(owner).unwrap());
        let new = NewKey { owner, ..new_key(key) };
        // Tables get more pages twice, fewer again by the rekey, and more once again.
        let room = match key {
            "k5" | "k13" => 5_000,
            "k9" => 40_000,
            _ => 0,
        };
        let made = create_with_room(&mut self.vault, new, room, self.now).unwrap();
        self.made.insert(key.to_owned(), (made.id, vec![made.token]));
    }

    fn rotate(&mut self, key: &str) {
        let grace = Rotation::Begin { grace: "7d".parse().ok() };
        let (id, now) = (self.made[key].0, self.now);
        let rotated = self.act(Verb::Rotate, |tx| issue::rotate(tx, id, grace, now));
        let token = rotated.token.unwrap().expose_token().to_owned();
        self.made.get_mut(key).unwrap().1.push(token);
    }

    fn change_rules(&mut self, words: &[&str]) {
        let now = self.now;
        match *words {
            ["owner", owner, ref can @ ..] => {
                let new = NewOwner {
                    name: Owner::parse(owner).unwrap(),
                    ceiling: scopes(can),
                    project: None,
                    environment: Environment::Development,
                    expires: Expiry::Default,
                };
                self.act(Verb::OwnerAdd, |tx| issue::add_owner(tx, new, now));
            }
            ["narrow", owner, ref can @ ..] => {
                let (owner, ceiling) = (Owner::parse(owner).unwrap(), scopes(can));
                self.act(Verb::OwnerEdit, |tx| issue::edit_owner(tx, &owner, ceiling, now));
            }
            ["policy", most] => {
                let max_keys_per_owner = most.strip_suffix("-keys").unwrap().parse().ok();
                let edit = PolicyEdit { max_keys_per_owner, ..PolicyEdit::default() };
                self.act(Verb::Policy, |tx| issue::edit_policy(tx, &edit));
            }
            ["bundle-key"] => {
                self.act(Verb::BundleKey, |tx| Ok(tx.rotate_bundle_key(now, now)?));
            }
            _ => self.change_key(words),
        }
    }

    fn change_key(&mut self, words: &[&str]) {
        let (id, now) = (self.made[words[1]].0, self.now);
        let change = match *words {
            ["revoke", _] => {
                return drop(self.act(Verb::Revoke, |tx| issue::revoke(tx, id, None, now)));
            }
            ["disable", _] => {
                return drop(self.act(Verb::Disable, |tx| issue::disable(tx, id, now)));
            }
            ["enable", _] => {
                return drop(self.act(Verb::Enable, |tx| issue::enable(tx, id, now)));
            }
            ["delete", _] => {
                return drop(self.act(Verb::Delete, |tx| issue::delete(tx, id, None, now)));
            }
            ["rename", _, other] => KeyEdit { name: Some(name(other)), ..KeyEdit::default() },
            ["scope", _, more] => {
                let scopes = Some(ScopeEdit::Add(vec![scope(more)]));
                KeyEdit { scopes, ..KeyEdit::default() }
            }
            ["note", _] => {
                let note = Some(Note::parse(&"noted".repeat(100)).unwrap());
                KeyEdit { note: Some(note), ..KeyEdit::default() }
            }
            _ => unreachable!("no such change: {words:?}"),
        };
        self.act(Verb::Edit, |tx| issue::edit(tx, id, change, now));
    }

    fn act<T>(
        &mut self,
        verb: Verb,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T, IssueError>,
    ) -> T {
        act(&mut self.vault, verb, self.now, work).unwrap()
    }
}

fn scopes(texts: &[&str]) -> ScopeSet {
    texts.iter().map(|text| scope(text)).collect()
}
