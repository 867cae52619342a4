//! Sealing everything anew: the same records and the same history under other keys, for `rekey`
//! in the vault itself and for an export in a file of its own.
//!
//! Where a record lives depends on the keys, so every record moves; tokens and bundle seeds that
//! are sealed inside of records are opened and sealed again. The audit log is sealed segment by
//! segment from the first one on, because each names the digest of the one before.

use std::collections::BTreeMap;
use std::sync::Mutex;

use keyctl_verify::KeyId;
use keyctl_verify::cbor::Malformed;

use super::head::Head;
use super::layout::{Loc, PageBits, Table, What, locate};
use super::log::Log;
use super::segment::OpenedSegment;
use super::snapshot::Snapshot;
use super::tree::write_table;
use crate::crypto::{AdminKeys, BundleSigner, open_token, seal_token};
use crate::domain::{
    BundleKey, BundleSetting, Generation, Key, KeyRecord, NameEntry, OwnerRecord, Policy,
    PublicIdEntry,
};
use crate::error::{Finding, VaultError};
use crate::store::{Relation, Tx};

/// Records, and where they live.
type Moved = Vec<(Loc, Vec<u8>)>;

/// Everything of a vault that is sealed, sealed for other keys and not yet written.
pub(super) struct Rebuilt {
    tables: [Moved; 4],
    log: Vec<OpenedSegment>,
    /// The keys that keep a token which can be shown again.
    pub(super) revealable: Vec<KeyId>,
    /// The head that it begins with: everything of the old one but the digests.
    head: Head,
}

/// From which keys to which.
pub(super) struct Reseal<'k> {
    pub(super) from: &'k AdminKeys,
    pub(super) to: &'k AdminKeys,
    /// What signs bundles from now on, in place of every key that did so far.
    pub(super) bundle_key: Option<BundleKey>,
}

impl Snapshot<'_> {
    /// Reads and verifies everything, and seals what is sealed inside of records anew. The log is read while
    /// keys are opened.
    pub(super) fn rebuild(&self, reseal: &Reseal<'_>) -> Result<Rebuilt, VaultError> {
        let revealable = Mutex::default();
        let [keys, index, owners, settings] = Table::ALL;
        let log = || self.log().all(self.head.audit);
        let (keys, log) = self.moved(keys, reseal, &revealable, log)?;
        let moved = |table| self.moved(table, reseal, &revealable, || Ok(()));
        let tables = [keys, moved(index)?.0, moved(owners)?.0, moved(settings)?.0];
        let mut revealable = revealable.into_inner().expect("nobody panics while it is held");
        revealable.sort_unstable_by_key(ToString::to_string);
        Ok(Rebuilt { tables, log, revealable, head: self.head.clone() })
    }

    /// The records of a table, and where each lives under the other keys; what came of what is done
    /// `meanwhile`.
    fn moved<M>(
        &self,
        table: Table,
        reseal: &Reseal<'_>,
        revealable: &Mutex<Vec<KeyId>>,
        meanwhile: impl FnOnce() -> Result<M, VaultError>,
    ) -> Result<(Moved, M), VaultError> {
        let convert =
            |record: &[u8]| Ok(Some(reseal.convert(table, record, revealable).ok_or(Malformed)?));
        let (records, done) = self.scan_and(table, &BTreeMap::new(), convert, meanwhile)?;
        if records.len() as u64 == self.head.table(table).records {
            return Ok((records, done));
        }
        let what = format!("the table '{}' has another number of records", table.as_str());
        Err(Finding::damaged(what).into())
    }
}

impl Rebuilt {
    /// Writes everything but slots and head where nothing is; the head that belongs to it.
    pub(super) fn write(self, tx: &Tx<'_>, keys: &AdminKeys) -> Result<Head, VaultError> {
        let mut head = self.head;
        for (table, records) in Table::ALL.into_iter().zip(self.tables) {
            let bits = PageBits::for_records(records.len() as u64);
            *head.table_mut(table) = write_table(tx, &keys.read, keys.id, table, bits, records)?;
        }
        let log = Log { id: keys.id, keys: &keys.read, tx };
        head.audit = log.write_all(self.log)?;
        Ok(head)
    }
}

impl Reseal<'_> {
    /// Where a record lives under the other keys, and what it is then; `None` when it is malformed. A key
    /// that keeps a token is added to `revealable`.
    fn convert(
        &self,
        table: Table,
        record: &[u8],
        revealable: &Mutex<Vec<KeyId>>,
    ) -> Option<(Loc, Vec<u8>)> {
        let at =
            |what, project: &str, value: &str| locate(&self.to.read, table, what, project, value);
        match table {
            Table::Keys => {
                let mut keeps_a_token = false;
                let see = |g: Generation| keeps_a_token |= g.sealed_token.is_some();
                let id = KeyRecord::new(record).fields_with(see).ok()?.id;
                let place = at(What::Id, "", id.as_str());
                if !keeps_a_token {
                    return Some((place, record.to_vec()));
                }
                let mut key = Key::decode(record).ok()?;
                reseal_tokens(&mut key, self.from, self.to)?;
                revealable.lock().ok()?.push(id);
                Some((place, key.encode()))
            }
            Table::Index => {
                if let Ok(entry) = NameEntry::decode(record) {
                    let project = entry.project.unwrap_or_default();
                    return Some((at(What::Name, project, entry.name), record.to_vec()));
                }
                let entry = PublicIdEntry::decode(record).ok()?;
                Some((at(What::PublicId, "", entry.public_id.as_str()), record.to_vec()))
            }
            Table::Owners => {
                let owner = OwnerRecord::decode(record).ok()?;
                Some((at(What::Owner, "", owner.name.as_str()), record.to_vec()))
            }
            Table::Settings => {
                if Policy::decode(record).is_ok() {
                    return Some((at(What::Setting, "", Policy::NAME), record.to_vec()));
                }
                let setting = self.bundle(BundleSetting::decode(record).ok()?)?;
                Some((at(What::Setting, "", BundleSetting::NAME), setting.encode()))
            }
        }
    }

    fn bundle(&self, mut setting: BundleSetting) -> Option<BundleSetting> {
        let (from, to) = (self.from, self.to);
        if let Some(fresh) = &self.bundle_key {
            let now = fresh.since;
            for key in &mut setting.keys {
                key.until = Some(key.until.map_or(now, |until| until.min(now)));
                key.sealed_seed = None;
            }
            setting.keys.insert(0, fresh.clone());
            setting.keys.truncate(BundleSetting::MAX_KEYS);
            return Some(setting);
        }
        for key in &mut setting.keys {
            if let Some(sealed) = &key.sealed_seed {
                let signer = BundleSigner::open(&from.bundle, from.id, &key.public, sealed)?;
                key.sealed_seed = Some(signer.seal(&to.bundle, to.id).ok()?);
            }
        }
        Some(setting)
    }
}

/// Opens the tokens that a key keeps, and seals them for other keys.
pub(super) fn reseal_tokens(key: &mut Key, from: &AdminKeys, to: &AdminKeys) -> Option<()> {
    let id = key.id;
    for generation in &mut key.generations {
        if let Some(sealed) = &generation.sealed_token {
            let token = open_token(from, id, generation.n, sealed)?;
            generation.sealed_token = Some(seal_token(to, id, generation.n, &token).ok()?);
        }
    }
    Some(())
}

/// Removes everything that is sealed, and the slots, so that it can be written anew.
pub(super) fn clear(tx: &Tx<'_>) -> Result<(), VaultError> {
    let sealed = [Relation::Slot, Relation::Page, Relation::Node, Relation::Audit, Relation::Head];
    sealed.into_iter().try_for_each(|relation| tx.clear(relation))
}
