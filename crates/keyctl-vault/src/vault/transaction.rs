//! Writing: one change of the vault, from the verified state it starts from to the commit.
//!
//! A page is verified when it is first touched, against the head of the state that the change
//! starts from. Skipping that would launder somebody's edit: the next honest write would seal it
//! and sign for it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, btree_map};

use keyctl_verify::{Brand, KeyId, PublicId, Token};

use super::head::{Head, head_digest};
use super::layout::{FAN_OUT, Loc, Node, Table, What};
use super::page::{Page, check_record_len};
use super::pin::Pin;
use super::snapshot::{
    Records, Snapshot, key_of_index, project_value, read_key, read_name, read_owner,
    read_public_id, read_slots, slots_digest,
};
use super::tree::{SealedPage, seal_and_write, write_node};
use crate::beside::beside;
use crate::crypto::{AdminKeys, Slot, open_token, random};
use crate::domain::{
    Author, Change, Changes, Entry, Key, Name, NameEntry, Owner, OwnerRecord, Project,
    PublicIdEntry, Verb,
};
use crate::error::{Finding, VaultError};
use crate::store::{Relation, Tx};

/// From so many changed pages on they are let go of beside what comes next.
const MANY: usize = 128;
/// From so many bytes of changes on the log is sealed beside the pages.
const LONG: usize = 1 << 20;

/// A change in the making. Nothing is committed before the end, and nothing at all when it ends
/// with an error.
pub struct Transaction<'v> {
    pub(super) snapshot: Snapshot<'v>,
    pub(super) admin: &'v AdminKeys,
    /// The head that the change starts from.
    before: Head,
    pages: RefCell<BTreeMap<Table, BTreeMap<u16, Page>>>,
    touched: BTreeSet<(Table, u16)>,
    slots_touched: bool,
    pub(super) changes: Changes,
    uses: u64,
}

impl<'v> Transaction<'v> {
    pub(super) fn new(snapshot: Snapshot<'v>, admin: &'v AdminKeys) -> Self {
        Transaction {
            before: snapshot.head.clone(),
            snapshot,
            admin,
            pages: RefCell::default(),
            touched: BTreeSet::new(),
            slots_touched: false,
            changes: Changes::default(),
            uses: 0,
        }
    }

    /// True when there is something to commit.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        !self.touched.is_empty() || self.slots_touched || !self.changes.is_empty()
    }

    /// The head as it is now is what [`Transaction::discard`] comes back to.
    pub(super) fn begin_here(&mut self) {
        self.before = self.snapshot.head.clone();
    }

    /// Forgets what was done to keys so far, as if it had not been.
    pub fn discard(&mut self) {
        self.snapshot.head = self.before.clone();
        self.pages.take();
        self.touched.clear();
        self.changes = Changes::default();
        self.uses = 0;
    }

    /// What the audit entry will say was changed.
    pub fn note(&mut self, change: &Change) {
        self.changes.note(change);
    }

    /// Adds to the number of keys that got a later last-used.
    pub fn note_uses(&mut self, keys: u64) {
        self.uses += keys;
    }

    /// How many keys have come to this vault: the place of the next in the order of creation.
    pub(crate) fn keys_made(&self) -> u64 {
        self.snapshot.head.keys_made
    }

    /// The place in the order of creation of a key that comes to this vault: no other has it.
    pub(crate) fn next_order(&mut self) -> u64 {
        let order = self.keys_made();
        self.snapshot.head.keys_made += 1;
        order
    }

    /// Opens the sealed token of a generation; `None` when it has none.
    ///
    /// # Errors
    /// When it does not open, or is not the token of that generation.
    pub(crate) fn open_token(&self, key: &Key, n: u32) -> Result<Option<Token>, VaultError> {
        let generation = key.generation(n);
        let sealed = generation.and_then(|g| Some((g, g.sealed_token.as_ref()?)));
        let Some((generation, sealed)) = sealed else { return Ok(None) };
        let token = open_token(self.admin, key.id, n, sealed);
        let token = token.filter(|token| token.digest().matches(&generation.digest));
        let damaged = || Finding::damaged(format!("the sealed token of {} does not open", key.id));
        Ok(Some(token.ok_or_else(damaged)?))
    }

    /// Writes a key in place of `before`, and what the index says of it.
    ///
    /// # Errors
    /// When a page that it touches is damaged.
    pub fn put_key(&mut self, before: Option<&Key>, after: &Key) -> Result<(), VaultError> {
        self.put(Table::Keys, What::Id, "", after.id.as_str(), after.encode())?;
        let name_before = before.filter(|key| key.is_live()).map(|key| (&key.project, &key.name));
        let name_after = Some((&after.project, &after.name)).filter(|_| after.is_live());
        if name_before != name_after {
            if let Some((project, name)) = name_before {
                self.remove(
                    Table::Index,
                    What::Name,
                    project_value(project.as_ref()),
                    name.as_str(),
                )?;
            }
            if let Some((project, name)) = name_after {
                let entry = NameEntry::of(after).encode();
                let project = project_value(project.as_ref());
                self.put(Table::Index, What::Name, project, name.as_str(), entry)?;
            }
        }
        self.put_public_ids(before, after)
    }

    /// Removes a key, its name and its public ids.
    ///
    /// # Errors
    /// When a page that it touches is damaged.
    pub fn remove_key(&mut self, key: &Key) -> Result<(), VaultError> {
        self.remove(Table::Keys, What::Id, "", key.id.as_str())?;
        if key.is_live() {
            let project = project_value(key.project.as_ref());
            self.remove(Table::Index, What::Name, project, key.name.as_str())?;
        }
        for generation in &key.generations {
            self.remove(Table::Index, What::PublicId, "", generation.public_id.as_str())?;
        }
        Ok(())
    }

    fn put_public_ids(&mut self, before: Option<&Key>, after: &Key) -> Result<(), VaultError> {
        let ids = |key: &Key| key.generations.iter().map(|g| (g.public_id, g.n)).collect();
        let old: BTreeMap<PublicId, u32> = before.map(ids).unwrap_or_default();
        let new: BTreeMap<PublicId, u32> = ids(after);
        for id in old.keys().filter(|id| !new.contains_key(*id)) {
            self.remove(Table::Index, What::PublicId, "", id.as_str())?;
        }
        for (id, n) in new.iter().filter(|(id, _)| !old.contains_key(*id)) {
            let entry = PublicIdEntry { public_id: *id, key: after.id, n: *n };
            self.put(Table::Index, What::PublicId, "", id.as_str(), entry.encode())?;
        }
        Ok(())
    }

    pub(super) fn add_slot(&mut self, slot: &Slot) -> Result<(), VaultError> {
        let used: BTreeSet<i64> =
            read_slots(&self.snapshot.tx)?.iter().map(|(row, _)| *row).collect();
        let row = (1..).find(|row| !used.contains(row)).expect("there are at most 32 slots");
        self.slots_touched = true;
        self.snapshot.tx.put(Relation::Slot, row, slot.as_bytes())
    }

    pub(super) fn remove_slot(&mut self, name: &Name) -> Result<(), VaultError> {
        let row = self.row_of_slot(name)?;
        self.slots_touched = true;
        self.snapshot.tx.delete(Relation::Slot, row)
    }

    /// Puts a slot in the place of the one of its name.
    pub(super) fn replace_slot(&mut self, slot: &Slot) -> Result<(), VaultError> {
        let row = self.row_of_slot(&slot.name)?;
        self.slots_touched = true;
        self.snapshot.tx.put(Relation::Slot, row, slot.as_bytes())
    }

    fn row_of_slot(&self, name: &Name) -> Result<i64, VaultError> {
        let slots = read_slots(&self.snapshot.tx)?;
        let found = slots.iter().find(|(_, slot)| slot.name == *name).map(|(row, _)| *row);
        found.ok_or_else(|| VaultError::NoSuchSlot { name: name.to_string() })
    }

    /// Seals and writes everything, to be committed. The pin of the new state.
    pub(super) fn seal(
        mut self,
        verb: Verb,
        author: &Author,
        slot: &str,
    ) -> Result<(Tx<'v>, Pin), VaultError> {
        let generation = self.snapshot.head.generation + 1;
        let entry = Entry {
            generation,
            verb: verb.as_str().to_owned(),
            author: author.clone(),
            slot: slot.to_owned(),
            changes: Vec::new(),
            uses: self.uses,
            random: random()?,
            previous_head: self.snapshot.head_digest,
        };
        let (id, changes) = (self.snapshot.id, std::mem::take(&mut self.changes));
        let entry = entry.encode_with(&changes);
        let segment = self.snapshot.log().with(self.snapshot.head.audit, entry)?;
        let keys = self.snapshot.keys;
        let is_long = changes.len() >= LONG;
        let segment = beside(is_long, || segment.sealed(keys, id), || self.write_pages())??;
        if is_long {
            rayon::spawn(|| drop(changes));
        }
        self.snapshot.head.audit = self.snapshot.log().put(&segment)?;
        if self.slots_touched {
            self.snapshot.head.slots = slots_digest(id, &read_slots(&self.snapshot.tx)?);
        }
        self.snapshot.head.generation = generation;
        let signed = self.snapshot.head.seal(self.admin)?;
        self.snapshot.tx.put(Relation::Head, 1, &signed)?;
        let pin = Pin {
            vault_key: self.admin.vault_key(),
            generation,
            head: head_digest(&signed),
            next: None,
            next_head: None,
        };
        Ok((self.snapshot.into_tx(), pin))
    }

    fn write_pages(&mut self) -> Result<(), VaultError> {
        Table::ALL.into_iter().try_for_each(|table| self.spread(table, 0))?;
        let id = self.snapshot.id;
        let mut nodes: BTreeMap<(Table, usize), Box<Node>> = BTreeMap::new();
        let pages = self.pages.take();
        let touched: Vec<(Table, u16)> = std::mem::take(&mut self.touched).into_iter().collect();
        let (snapshot, keys) = (&self.snapshot, self.snapshot.keys);
        let seal = |&(table, number): &(Table, u16)| {
            let page = SealedPage::of(keys, id, table, number, &pages[&table][&number])?;
            Ok(((table, number), page))
        };
        let write = |((table, number), sealed): ((Table, u16), SealedPage)| {
            let (node, place) = (usize::from(number) / FAN_OUT, usize::from(number) % FAN_OUT);
            let node = match nodes.entry((table, node)) {
                btree_map::Entry::Occupied(node) => node.into_mut(),
                btree_map::Entry::Vacant(free) => free.insert(snapshot.node(table, node)?),
            };
            node[place] = sealed.write(&snapshot.tx, table, number)?;
            Ok(())
        };
        seal_and_write(touched.iter(), seal, write)?;
        if touched.len() >= MANY {
            // Letting go of so many records takes as long as writing them.
            rayon::spawn(|| drop(pages));
        }
        for ((table, number), node) in nodes {
            let digest = write_node(&self.snapshot.tx, id, table, number, &node)?;
            self.snapshot.head.table_mut(table).nodes[number] = digest;
        }
        Ok(())
    }

    pub(super) fn put(
        &mut self,
        table: Table,
        what: What,
        project: &str,
        value: &str,
        record: Vec<u8>,
    ) -> Result<(), VaultError> {
        check_record_len(record.len())?;
        let loc = self.snapshot.locate(table, what, project, value);
        let is_new = self.with_page(table, loc, |page| page.put(loc, record))?;
        self.touch(table, loc);
        self.snapshot.head.table_mut(table).records += u64::from(is_new);
        Ok(())
    }

    /// Puts a record where there is none; whether there was none.
    pub(super) fn put_new(
        &mut self,
        table: Table,
        (loc, record): (Loc, Vec<u8>),
    ) -> Result<bool, VaultError> {
        check_record_len(record.len())?;
        let is_new = self.with_page(table, loc, |page| page.put_new(loc, record))?;
        if is_new {
            self.touch(table, loc);
            self.snapshot.head.table_mut(table).records += 1;
        }
        Ok(is_new)
    }

    pub(super) fn remove(
        &mut self,
        table: Table,
        what: What,
        project: &str,
        value: &str,
    ) -> Result<(), VaultError> {
        self.remove_at(table, self.snapshot.locate(table, what, project, value))
    }

    pub(super) fn remove_at(&mut self, table: Table, loc: Loc) -> Result<(), VaultError> {
        if !self.with_page(table, loc, |page| page.remove(loc))? {
            let what = format!("a record of the table '{}' is missing", table.as_str());
            return Err(Finding::damaged(what).into());
        }
        self.touch(table, loc);
        self.snapshot.head.table_mut(table).records -= 1;
        Ok(())
    }

    pub(super) fn has(&self, table: Table, loc: Loc) -> Result<bool, VaultError> {
        self.with_page(table, loc, |page| page.get(loc).is_some())
    }

    pub(super) fn record(&self, table: Table, loc: Loc) -> Result<Option<Vec<u8>>, VaultError> {
        self.with_page(table, loc, |page| page.get(loc).map(<[u8]>::to_vec))
    }

    fn touch(&mut self, table: Table, loc: Loc) {
        self.touched.insert((table, loc.page(self.snapshot.bits(table))));
    }

    /// A page as it is in this change, which has it no more then.
    pub(super) fn take_page(&mut self, table: Table, number: u16) -> Result<Page, VaultError> {
        self.touched.remove(&(table, number));
        let changed = self.pages.get_mut().get_mut(&table).and_then(|pages| pages.remove(&number));
        changed.map_or_else(|| self.snapshot.page(table, number), Ok)
    }

    /// The page of a location, verified when it is first asked for.
    fn with_page<T>(
        &self,
        table: Table,
        loc: Loc,
        work: impl FnOnce(&mut Page) -> T,
    ) -> Result<T, VaultError> {
        let number = loc.page(self.snapshot.bits(table));
        let mut pages = self.pages.borrow_mut();
        let page = match pages.entry(table).or_default().entry(number) {
            btree_map::Entry::Occupied(page) => page.into_mut(),
            btree_map::Entry::Vacant(free) => free.insert(self.snapshot.page(table, number)?),
        };
        Ok(work(page))
    }
}

impl Records for Transaction<'_> {
    fn brand(&self) -> &Brand {
        &self.snapshot.head.brand
    }

    fn key(&self, id: KeyId) -> Result<Option<Key>, VaultError> {
        let loc = self.snapshot.locate(Table::Keys, What::Id, "", id.as_str());
        self.record(Table::Keys, loc)?.map(|record| read_key(&record, id)).transpose()
    }

    fn live_key_named(
        &self,
        project: Option<&Project>,
        name: &Name,
    ) -> Result<Option<KeyId>, VaultError> {
        let value = project_value(project);
        let loc = self.snapshot.locate(Table::Index, What::Name, value, name.as_str());
        let record = self.record(Table::Index, loc)?;
        record.map(|record| read_name(&record, project, name)).transpose()
    }

    fn key_with_public_id(&self, id: PublicId) -> Result<Option<(Key, u32)>, VaultError> {
        let loc = self.snapshot.locate(Table::Index, What::PublicId, "", id.as_str());
        let Some(record) = self.record(Table::Index, loc)? else { return Ok(None) };
        let (key, n) = read_public_id(&record, id)?;
        key_of_index(self, key, n).map(Some)
    }

    fn owner(&self, name: &Owner) -> Result<Option<OwnerRecord>, VaultError> {
        let loc = self.snapshot.locate(Table::Owners, What::Owner, "", name.as_str());
        self.record(Table::Owners, loc)?.map(|record| read_owner(&record, name)).transpose()
    }

    fn owners(&self) -> Result<Vec<OwnerRecord>, VaultError> {
        let pages = self.pages.borrow();
        let none = BTreeMap::new();
        self.snapshot.scan_owners(pages.get(&Table::Owners).unwrap_or(&none))
    }

    fn keys<T: Send>(
        &self,
        choose: impl Fn(Key) -> Option<T> + Sync,
    ) -> Result<Vec<T>, VaultError> {
        let pages = self.pages.borrow();
        let none = BTreeMap::new();
        let known = pages.get(&Table::Keys).unwrap_or(&none);
        self.snapshot.scan(Table::Keys, known, |record| Key::decode(record).map(&choose))
    }
}
