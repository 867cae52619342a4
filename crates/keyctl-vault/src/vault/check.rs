//! `vault check`: reads everything there is, so that nothing wrong can hide where no command
//! happens to look.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::AddAssign;

use keyctl_verify::cbor::Malformed;
use keyctl_verify::{KeyId, PublicId};

use super::audit::not_at_the_head;
use super::layout::Table;
use super::log::LogExtent;
use super::segment::OpenedSegment;
use super::settings::check_setting;
use super::snapshot::Snapshot;
use crate::domain::{Key, NameEntry, Project, PublicIdEntry};
use crate::error::{Finding, VaultError};
use crate::store::Relation;

/// What was read and found to be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckReport {
    /// The vault's generation.
    pub generation: u64,
    /// Slots.
    pub slots: u64,
    /// Key records.
    pub keys: u64,
    /// Sealed pages.
    pub pages: u64,
    /// Nodes above them.
    pub nodes: u64,
    /// Audit entries.
    pub audit_entries: u64,
}

/// A number of index records and the sum of their hashes: equal for equal records, in whatever
/// order they come, and of the same size for a million as for one. Both sides of the comparison
/// have been authenticated before; it finds mistakes, not malice, so the hash is a quick one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    count: u64,
    sum: u64,
}

impl Tally {
    fn of(record: impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        record.hash(&mut hasher);
        Tally { count: 1, sum: hasher.finish() }
    }

    fn name(project: Option<&str>, name: &str, key: KeyId) -> Self {
        Tally::of((project, name, key.body()))
    }

    fn public_id(id: PublicId, key: KeyId, n: u32) -> Self {
        Tally::of((id.as_str(), key.body(), n))
    }

    /// What the index must have for a key: its name when it is live, and its public ids.
    fn expected_of(key: &Key) -> Self {
        let mut tally = Tally::default();
        if key.is_live() {
            let project = key.project.as_ref().map(Project::as_str);
            tally += Tally::name(project, key.name.as_str(), key.id);
        }
        for generation in &key.generations {
            tally += Tally::public_id(generation.public_id, key.id, generation.n);
        }
        tally
    }

    fn of_record(record: &[u8]) -> Result<Self, Malformed> {
        if let Ok(entry) = NameEntry::decode(record) {
            return Ok(Tally::name(entry.project, entry.name, entry.key));
        }
        PublicIdEntry::decode(record)
            .map(|entry| Tally::public_id(entry.public_id, entry.key, entry.n))
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.count += other.count;
        self.sum = self.sum.wrapping_add(other.sum);
    }
}

impl Snapshot<'_> {
    /// Reads and verifies everything in the file.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<CheckReport, VaultError> {
        let look = |snapshot: &Snapshot<'_>| {
            snapshot.tx.check_file()?;
            snapshot.check_log(OpenedSegment::check_entries)
        };
        self.beside(look, |log| {
            let (keys, log) = self.check_tables(log)?;
            self.check_rows(log.segments)?;
            Ok(CheckReport {
                generation: self.head.generation,
                slots: self.slots.len() as u64,
                keys,
                pages: self.tx.count(Relation::Page)?,
                nodes: self.tx.count(Relation::Node)?,
                audit_entries: log.entries,
            })
        })
    }

    /// Reads every record, and compares the index with the keys; how many keys there are, and what came of
    /// what is done `meanwhile`.
    fn check_tables<M>(
        &self,
        meanwhile: impl FnOnce() -> Result<M, VaultError>,
    ) -> Result<(u64, M), VaultError> {
        let (mut keys, mut index) = (0, 0);
        let of_key = |record: &[u8]| Key::decode(record).map(|key| Tally::expected_of(&key));
        let (expected, done) = self.tally(Table::Keys, &mut keys, of_key, meanwhile)?;
        let (found, ()) = self.tally(Table::Index, &mut index, Tally::of_record, || Ok(()))?;
        let none = BTreeMap::new();
        let owners = self.scan_owners(&none)?.len();
        let settings = self.scan(Table::Settings, &none, check_setting)?;
        let counts = [keys, index, owners as u64, settings.len() as u64];
        for (table, count) in Table::ALL.into_iter().zip(counts) {
            if self.head.table(table).records != count {
                let what = format!(
                    "the table '{}' does not have the number of records that the head says",
                    table.as_str()
                );
                return Err(Finding::damaged(what).into());
            }
        }
        if found != expected {
            return Err(Finding::damaged("the index does not agree with the keys").into());
        }
        Ok((keys, done))
    }

    /// Verifies every row that is not a page of keys: that it is the one that the head vouches for. What
    /// is in it is not looked at.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub(crate) fn check_beside_keys(&self) -> Result<(), VaultError> {
        let segments = self.check_log(|_| Ok(()))?.segments;
        self.check_rows(segments)?;
        let others = Table::ALL.into_iter().filter(|table| *table != Table::Keys);
        others.into_iter().try_for_each(|table| self.check_digests(table))
    }

    /// Verifies the whole audit log; `check` may have something against a segment.
    fn check_log(
        &self,
        check: impl Fn(&OpenedSegment) -> Result<(), Finding>,
    ) -> Result<LogExtent, VaultError> {
        let extent = self.log().extent(self.head.audit, check)?;
        if extent.last == self.head.generation {
            return Ok(extent);
        }
        Err(not_at_the_head().into())
    }

    /// The tally of a table, of which `of` gives that of a record; `records` counts them. What came of what
    /// is done `meanwhile`.
    fn tally<M>(
        &self,
        table: Table,
        records: &mut u64,
        of: impl Fn(&[u8]) -> Result<Tally, Malformed> + Sync,
        meanwhile: impl FnOnce() -> Result<M, VaultError>,
    ) -> Result<(Tally, M), VaultError> {
        let mut sum = Tally::default();
        let add = |(count, sum): &mut (u64, Tally), record: &[u8]| {
            *count += 1;
            *sum += of(record)?;
            Ok(())
        };
        let take = |pages: Vec<(u64, Tally)>| {
            for (count, tally) in pages {
                *records += count;
                sum += tally;
            }
            Ok(())
        };
        let pages = 0..self.bits(table).pages();
        let done = self.scan_pages(table, pages, &BTreeMap::new(), add, take, meanwhile)?;
        Ok((sum, done))
    }

    /// Every table of the file has exactly the rows that the head accounts for, but for the pages of
    /// vault tables, which whoever reads such a table counts.
    fn check_rows(&self, segments: u64) -> Result<(), VaultError> {
        let (mut page, mut node) = (i64::MIN, i64::MIN);
        for table in Table::ALL {
            self.read_nodes(table)?;
            self.check_gap(Relation::Page, page, table.page_row(0) - 1)?;
            self.check_gap(Relation::Node, node, table.node_row(0) - 1)?;
            let bits = self.bits(table);
            page = table.page_row(bits.pages() - 1) + 1;
            node = table.node_row(bits.nodes() - 1) + 1;
        }
        self.check_gap(Relation::Page, page, i64::MAX)?;
        self.check_gap(Relation::Node, node, i64::MAX)?;
        let expected = [(Relation::Vault, 1), (Relation::Head, 1), (Relation::Audit, segments)];
        for (relation, expected) in expected {
            let found = self.tx.count(relation)?;
            if found != expected {
                let what = format!(
                    "the file's table '{}' has {found} rows, where the head accounts for {expected}",
                    relation.as_str()
                );
                return Err(Finding::damaged(what).into());
            }
        }
        Ok(())
    }

    /// There are no pages or nodes in these rows, which belong to no table.
    fn check_gap(&self, relation: Relation, first: i64, last: i64) -> Result<(), VaultError> {
        self.tx.each(relation, first, last, |row, _| {
            let what = format!("{} {row} of the file belongs to no table", relation.as_str());
            Err(Finding::damaged(what).into())
        })
    }
}
