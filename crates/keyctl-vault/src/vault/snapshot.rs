//! Reading: one consistent state of the vault, every part of it verified before it is believed.

use std::cell::RefCell;
use std::collections::BTreeMap;

use keyctl_verify::cbor::Malformed;
use keyctl_verify::{Brand, KeyId, PublicId};
use zeroize::Zeroizing;

use super::audit::not_at_the_head;
use super::head::{Head, head_digest};
use super::layout::{ABSENT, Loc, Node, PageBits, Table, What, locate};
use super::log::Log;
use super::page::{Page, PageReader};
use super::pin::Pin;
use crate::crypto::{Digest, Hasher, ReadKeys, Slot, VaultId, VaultKey};
use crate::domain::{
    Entry, Key, KeyRecord, Name, NameEntry, Owner, OwnerRecord, Project, PublicIdEntry, Verb,
};
use crate::error::{Finding, VaultError};
use crate::store::{Relation, Tx};

/// The most slots a vault may have, and how many of them may take a passphrase.
pub(super) const MAX_SLOTS: usize = 32;
pub(super) const MAX_PASSPHRASE_SLOTS: usize = 8;
/// The most bytes of one slot.
pub(super) const MAX_SLOT_LEN: usize = 1024;

/// What can be looked up in a vault; the same before and inside a change.
pub trait Records {
    /// The brand of the vault's tokens.
    fn brand(&self) -> &Brand;

    /// The key with that id.
    ///
    /// # Errors
    /// When the vault is damaged or cannot be read.
    fn key(&self, id: KeyId) -> Result<Option<Key>, VaultError>;

    /// The live key of that name in that project.
    ///
    /// # Errors
    /// When the vault is damaged or cannot be read.
    fn live_key_named(
        &self,
        project: Option<&Project>,
        name: &Name,
    ) -> Result<Option<KeyId>, VaultError>;

    /// The key that has or had a token with that public id, and the generation's number.
    ///
    /// # Errors
    /// When the vault is damaged or cannot be read.
    fn key_with_public_id(&self, id: PublicId) -> Result<Option<(Key, u32)>, VaultError>;

    /// A registered owner.
    ///
    /// # Errors
    /// When the vault is damaged or cannot be read.
    fn owner(&self, name: &Owner) -> Result<Option<OwnerRecord>, VaultError>;

    /// Every registered owner, by name.
    ///
    /// # Errors
    /// When the vault is damaged or cannot be read.
    fn owners(&self) -> Result<Vec<OwnerRecord>, VaultError>;

    /// What `choose` makes of every key of the vault, in no particular order. It is called on
    /// every core.
    ///
    /// # Errors
    /// When the vault is damaged or cannot be read.
    fn keys<T: Send>(&self, choose: impl Fn(Key) -> Option<T> + Sync)
    -> Result<Vec<T>, VaultError>;
}

/// One state of the vault. Dropping it ends the transaction that holds it still.
pub struct Snapshot<'v> {
    pub(super) tx: Tx<'v>,
    pub(super) id: VaultId,
    pub(super) keys: &'v ReadKeys,
    pub(super) head: Head,
    pub(super) head_digest: Digest,
    pub(super) slots: Vec<Slot>,
    pub(super) nodes: RefCell<BTreeMap<(Table, usize), Box<Node>>>,
}

impl<'v> Snapshot<'v> {
    /// Verifies what vouches for everything else: the head's signature and seal, and the slots.
    pub(super) fn verify(
        tx: Tx<'v>,
        id: VaultId,
        keys: &'v ReadKeys,
        vault_key: &VaultKey,
    ) -> Result<Self, VaultError> {
        if read_vault_id(&tx)? != id {
            return Err(Finding::damaged("the vault's id has changed").into());
        }
        let signed =
            tx.get(Relation::Head, 1)?.ok_or_else(|| Finding::damaged("the head is missing"))?;
        let head = Head::open(id, keys, vault_key, &signed)?;
        let slots = read_slots(&tx)?;
        if slots_digest(id, &slots) != head.slots {
            return Err(Finding::damaged("a slot was added, removed or changed").into());
        }
        let slots = slots.into_iter().map(|(_, slot)| slot).collect();
        let head_digest = head_digest(&signed);
        Ok(Snapshot { tx, id, keys, head, head_digest, slots, nodes: RefCell::default() })
    }

    /// The transaction alone, for what writes everything anew.
    pub(super) fn into_tx(self) -> Tx<'v> {
        self.tx
    }

    /// Compares with what this machine remembers; `pin` must have been read before the
    /// transaction was begun.
    pub(super) fn compare(&self, pin: &Pin, vault_key: &VaultKey) -> Result<(), VaultError> {
        if pin.next_head == Some(self.head_digest) {
            // This machine put a backup back, and was stopped before it could remember that.
            return Ok(());
        }
        if pin.next == Some(*vault_key) {
            return self.compare_rekeyed(pin);
        }
        if pin.vault_key != *vault_key {
            let (known, found) = (pin.vault_key.to_string(), vault_key.to_string());
            return Err(Finding::OtherVault { known, found }.into());
        }
        let found = self.head.generation;
        let seen = pin.generation;
        if found < seen {
            return Err(Finding::RolledBack { found, seen }.into());
        }
        if found == seen {
            let same = self.head_digest == pin.head;
            return if same { Ok(()) } else { Err(Finding::Forked { generation: found }.into()) };
        }
        let after = self.log().entries_from(self.head.audit, seen + 1)?;
        let continued = after
            .first()
            .is_some_and(|entry| entry.follows() == seen && entry.previous_head == pin.head);
        if continued { Ok(()) } else { Err(Finding::NotContinued { seen }.into()) }
    }

    /// This machine gave the vault a new key, and was stopped before it could remember that.
    fn compare_rekeyed(&self, pin: &Pin) -> Result<(), VaultError> {
        let after = self.log().entries_from(self.head.audit, pin.generation + 1)?;
        let continued = after.first().is_some_and(|entry| {
            entry.generation == pin.generation + 1
                && entry.previous_head == pin.head
                && entry.verb == Verb::Rekey.as_str()
        });
        let seen = pin.generation;
        if continued { Ok(()) } else { Err(Finding::NotContinued { seen }.into()) }
    }

    /// The generation of this state.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.head.generation
    }

    /// Every registered owner, by name; `known` are pages to be taken instead of the stored ones.
    pub(super) fn scan_owners(
        &self,
        known: &BTreeMap<u16, Page>,
    ) -> Result<Vec<OwnerRecord>, VaultError> {
        let decode = |record: &[u8]| OwnerRecord::decode(record).map(Some);
        let mut owners = self.scan(Table::Owners, known, decode)?;
        owners.sort_by(|a, b| a.name.as_str().cmp(b.name.as_str()));
        Ok(owners)
    }

    /// SHA-256 of the signed head: what names this state of the vault.
    pub(crate) fn head_digest(&self) -> Digest {
        self.head_digest
    }

    /// How many key records there are.
    #[must_use]
    pub fn key_count(&self) -> u64 {
        self.head.table(Table::Keys).records
    }

    /// Every key, given to `take` in batches: memory does not grow with the vault.
    ///
    /// # Errors
    /// When the vault is damaged or cannot be read; whatever `take` fails with.
    pub fn each_key(
        &self,
        mut take: impl FnMut(Key) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        let add = |keys: &mut Vec<Key>, record: KeyRecord<'_>| {
            keys.push(record.key()?);
            Ok(())
        };
        let take = |pages: Vec<Vec<Key>>| pages.into_iter().flatten().try_for_each(&mut take);
        self.gather_keys(add, take)
    }

    /// What `add` gathers of the keys of each page, given to `take` in batches of pages: memory
    /// does not grow with the vault. `add` is called on every core.
    ///
    /// # Errors
    /// When the vault is damaged or cannot be read; whatever `take` fails with.
    pub fn gather_keys<T: Default + Send>(
        &self,
        add: impl Fn(&mut T, KeyRecord<'_>) -> Result<(), Malformed> + Sync,
        take: impl FnMut(Vec<T>) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        self.gather_keys_and(add, take, || Ok(()))
    }

    /// The same; this thread does what there is to do `meanwhile` when every key has been read. What came
    /// of that.
    pub(crate) fn gather_keys_and<T: Default + Send, M>(
        &self,
        add: impl Fn(&mut T, KeyRecord<'_>) -> Result<(), Malformed> + Sync,
        take: impl FnMut(Vec<T>) -> Result<(), VaultError>,
        meanwhile: impl FnOnce() -> Result<M, VaultError>,
    ) -> Result<M, VaultError> {
        let pages = 0..self.bits(Table::Keys).pages();
        self.scan_pages(Table::Keys, pages, &BTreeMap::new(), adder(&add), take, meanwhile)
    }

    /// The audit log's entries from generation `from` on, oldest first; those of 1 are all.
    ///
    /// # Errors
    /// When the log is damaged or cannot be read.
    pub fn audit(&self, from: u64) -> Result<Vec<Entry>, VaultError> {
        let entries = self.log().entries_from(self.head.audit, from)?;
        let last = entries.last().map(|entry| entry.generation);
        if last.is_some_and(|last| last != self.head.generation) {
            return Err(not_at_the_head().into());
        }
        Ok(entries)
    }

    pub(super) fn log(&self) -> Log<'_> {
        Log { id: self.id, keys: self.keys, tx: &self.tx }
    }

    /// How many pages a table has.
    pub(super) fn bits(&self, table: Table) -> PageBits {
        self.head.table(table).bits
    }

    pub(super) fn reader(&self, table: Table) -> PageReader<'v> {
        PageReader { key: &self.keys.page, id: self.id, table, bits: self.bits(table) }
    }

    pub(super) fn locate(&self, table: Table, what: What, project: &str, value: &str) -> Loc {
        locate(self.keys, table, what, project, value)
    }

    /// A page, verified through its node and the head. An absent page must have no row.
    pub(super) fn page(&self, table: Table, number: u16) -> Result<Page, VaultError> {
        let (reader, expected) = (self.reader(table), self.page_digest(table, number)?);
        let sealed = self.tx.get(Relation::Page, table.page_row(number))?;
        match (expected == ABSENT, sealed) {
            (true, None) => Ok(Page::default()),
            (true, Some(_)) => Err(reader.finding(number, "should not be there").into()),
            (false, None) => Err(reader.finding(number, "is missing").into()),
            (false, Some(sealed)) => {
                let mut sealed = Zeroizing::new(sealed);
                Ok(reader.open(number, &expected, &mut sealed)?.to_page())
            }
        }
    }

    pub(super) fn record(&self, table: Table, loc: Loc) -> Result<Option<Vec<u8>>, VaultError> {
        let number = loc.page(self.bits(table));
        Ok(self.page(table, number)?.get(loc).map(<[u8]>::to_vec))
    }
}

impl Records for Snapshot<'_> {
    fn brand(&self) -> &Brand {
        &self.head.brand
    }

    fn key(&self, id: KeyId) -> Result<Option<Key>, VaultError> {
        let loc = self.locate(Table::Keys, What::Id, "", id.as_str());
        self.record(Table::Keys, loc)?.map(|record| read_key(&record, id)).transpose()
    }

    fn live_key_named(
        &self,
        project: Option<&Project>,
        name: &Name,
    ) -> Result<Option<KeyId>, VaultError> {
        let loc = self.locate(Table::Index, What::Name, project_value(project), name.as_str());
        let record = self.record(Table::Index, loc)?;
        record.map(|record| read_name(&record, project, name)).transpose()
    }

    fn key_with_public_id(&self, id: PublicId) -> Result<Option<(Key, u32)>, VaultError> {
        let loc = self.locate(Table::Index, What::PublicId, "", id.as_str());
        let Some(record) = self.record(Table::Index, loc)? else { return Ok(None) };
        let (key, n) = read_public_id(&record, id)?;
        key_of_index(self, key, n).map(Some)
    }

    fn owner(&self, name: &Owner) -> Result<Option<OwnerRecord>, VaultError> {
        let loc = self.locate(Table::Owners, What::Owner, "", name.as_str());
        self.record(Table::Owners, loc)?.map(|record| read_owner(&record, name)).transpose()
    }

    fn owners(&self) -> Result<Vec<OwnerRecord>, VaultError> {
        self.scan_owners(&BTreeMap::new())
    }

    fn keys<T: Send>(
        &self,
        choose: impl Fn(Key) -> Option<T> + Sync,
    ) -> Result<Vec<T>, VaultError> {
        self.scan(Table::Keys, &BTreeMap::new(), |record| Key::decode(record).map(&choose))
    }
}

/// Adds the key's record that some bytes are.
pub(super) fn adder<T>(
    add: &(impl Fn(&mut T, KeyRecord<'_>) -> Result<(), Malformed> + Sync),
) -> impl Fn(&mut T, &[u8]) -> Result<(), Malformed> + Sync {
    |gathered, record| add(gathered, KeyRecord::new(record))
}

/// The key that the index led to, which must be there and have that generation.
pub(super) fn key_of_index(
    records: &impl Records,
    id: KeyId,
    n: u32,
) -> Result<(Key, u32), VaultError> {
    let key = records.key(id)?.filter(|key| key.generation(n).is_some());
    let key =
        key.ok_or_else(|| Finding::damaged(format!("the index names {id}, which is not there")))?;
    Ok((key, n))
}

/// A key found where `id` lives must be that key.
pub(super) fn read_key(record: &[u8], id: KeyId) -> Result<Key, VaultError> {
    let key = Key::decode(record).ok().filter(|key| key.id == id);
    key.ok_or_else(|| Finding::damaged(format!("the record of {id} is malformed")).into())
}

/// A record found where an owner lives must be that owner's.
pub(super) fn read_owner(record: &[u8], name: &Owner) -> Result<OwnerRecord, VaultError> {
    let owner = OwnerRecord::decode(record).ok().filter(|owner| owner.name == *name);
    owner.ok_or_else(|| {
        Finding::damaged(format!("the record of the owner '{name}' is malformed")).into()
    })
}

pub(super) fn read_name(
    record: &[u8],
    project: Option<&Project>,
    name: &Name,
) -> Result<KeyId, VaultError> {
    let entry = NameEntry::decode(record).ok();
    let entry = entry.filter(|entry| {
        entry.project == project.map(Project::as_str) && entry.name == name.as_str()
    });
    let entry = entry.ok_or_else(|| Finding::damaged("a name in the index is malformed"))?;
    Ok(entry.key)
}

pub(super) fn read_public_id(record: &[u8], id: PublicId) -> Result<(KeyId, u32), VaultError> {
    let entry = PublicIdEntry::decode(record).ok().filter(|entry| entry.public_id == id);
    let entry = entry.ok_or_else(|| Finding::damaged("a public id in the index is malformed"))?;
    Ok((entry.key, entry.n))
}

/// A key without a project has its name among those of the empty project.
pub(super) fn project_value(project: Option<&Project>) -> &str {
    project.map_or("", Project::as_str)
}

/// The vault's id, whose row carries a digest of it: a flipped bit is damage, and not a wrong
/// passphrase. Nothing is secret about it.
pub(super) fn read_vault_id(tx: &Tx<'_>) -> Result<VaultId, VaultError> {
    let finding = || Finding::damaged("the vault's id has been changed");
    let row = tx.get(Relation::Vault, 1)?.ok_or_else(finding)?;
    let id = row.first_chunk::<16>().map(|id| VaultId(*id)).ok_or_else(finding)?;
    if row == vault_row(id) { Ok(id) } else { Err(finding().into()) }
}

/// `id || SHA-256("keyctl/v1/vault-id\0" || id)[..16]`.
pub(super) fn vault_row(id: VaultId) -> Vec<u8> {
    let check = crate::crypto::digest("keyctl/v1/vault-id\0", &[&id.0]);
    [&id.0, &check[..16]].concat()
}

/// The slots by their rows, every number in them checked.
pub(super) fn read_slots(tx: &Tx<'_>) -> Result<Vec<(i64, Slot)>, VaultError> {
    let mut slots = Vec::new();
    tx.each(Relation::Slot, i64::MIN, i64::MAX, |row, bytes| {
        // Ascending too: a hostile b-tree can give the same row without end.
        let last = slots.last().map_or(0, |(row, _): &(i64, Slot)| *row);
        if row <= last || usize::try_from(row).is_ok_and(|row| row > MAX_SLOTS) {
            let what =
                format!("there is a slot {row}, where a vault has 1 to {MAX_SLOTS} in order");
            return Err(Finding::damaged(what).into());
        }
        let slot = if bytes.len() > MAX_SLOT_LEN {
            Err("is too long".to_owned())
        } else {
            Slot::parse(bytes)
        };
        slots.push((row, slot.map_err(|e| Finding::damaged(format!("slot {row} {e}")))?));
        Ok(())
    })?;
    if slots.is_empty() {
        return Err(Finding::damaged("there is no slot at all").into());
    }
    let passphrases = slots.iter().filter(|(_, slot)| slot.work() > 0).count();
    if passphrases > MAX_PASSPHRASE_SLOTS {
        let what = format!("there are more than {MAX_PASSPHRASE_SLOTS} passphrase slots");
        return Err(Finding::damaged(what).into());
    }
    Ok(slots)
}

/// `SHA-256("keyctl/v1/slots\0" || vault id || count u32 || count × (row u64 || len u32 || slot))`.
pub(super) fn slots_digest(id: VaultId, slots: &[(i64, Slot)]) -> Digest {
    let count = u32::try_from(slots.len()).expect("there are at most 32 slots");
    let mut hasher = Hasher::new("keyctl/v1/slots\0");
    hasher.update(&id.0);
    hasher.update(&count.to_be_bytes());
    for (row, slot) in slots {
        let len = u32::try_from(slot.as_bytes().len()).expect("a slot is at most 1,024 bytes");
        hasher.update(&row.to_be_bytes());
        hasher.update(&len.to_be_bytes());
        hasher.update(slot.as_bytes());
    }
    hasher.finish()
}

#[cfg(test)]
mod tests;
