//! `vault check`: reads everything there is, so that nothing wrong can hide where no command
//! happens to look.

use std::collections::{BTreeMap, BTreeSet};

use keyctl_verify::{KeyId, PublicId};

use super::layout::{ABSENT, Table};
use super::snapshot::Snapshot;
use crate::codec::Malformed;
use crate::domain::{Key, NameEntry, PublicIdEntry};
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

/// A record of the index.
enum IndexEntry {
    Name(NameEntry),
    PublicId(PublicIdEntry),
}

impl Snapshot<'_> {
    /// Reads and verifies everything in the file.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<CheckReport, VaultError> {
        self.tx.check_file()?;
        let pages = self.check_rows()?;
        let keys =
            self.scan(Table::Keys, &BTreeMap::new(), |record| Key::decode(record).map(Some))?;
        let index = self.scan(Table::Index, &BTreeMap::new(), |record| {
            let name = NameEntry::decode(record).map(IndexEntry::Name);
            name.or_else(|Malformed| PublicIdEntry::decode(record).map(IndexEntry::PublicId))
                .map(Some)
        })?;
        let others = [Table::Owners, Table::Settings].map(|table| {
            self.scan(table, &BTreeMap::new(), |_| Ok(Some(()))).map(|records| records.len())
        });
        let [owners, settings] = others;
        let counts = [keys.len(), index.len(), owners?, settings?];
        for (table, count) in Table::ALL.into_iter().zip(counts) {
            if self.head.table(table).records != count as u64 {
                let what = format!(
                    "the table '{}' does not have the number of records that the head says",
                    table.as_str()
                );
                return Err(Finding::damaged(what).into());
            }
        }
        check_index(&keys, index)?;
        let entries = self.audit(1)?;
        Ok(CheckReport {
            generation: self.head.generation,
            slots: self.slots.len() as u64,
            keys: keys.len() as u64,
            pages,
            nodes: self.tx.count(Relation::Node)?,
            audit_entries: entries.len() as u64,
        })
    }

    /// Every table of the file has exactly the rows that the head accounts for. The number of
    /// pages.
    fn check_rows(&self) -> Result<u64, VaultError> {
        let (mut pages, mut nodes) = (0_u64, 0_u64);
        for table in Table::ALL {
            for number in 0..table.nodes() {
                let node = self.node(table, number)?;
                let present = node.iter().filter(|digest| **digest != ABSENT).count() as u64;
                pages += present;
                nodes += u64::from(present > 0);
            }
        }
        let segments = self.log().count(self.head.audit)?;
        let expected = [
            (Relation::Vault, 1),
            (Relation::Head, 1),
            (Relation::Page, pages),
            (Relation::Node, nodes),
            (Relation::Audit, segments),
        ];
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
        Ok(pages)
    }
}

/// Every live key has its name and every generation its public id in the index, and the index
/// has nothing else.
fn check_index(keys: &[Key], index: Vec<IndexEntry>) -> Result<(), Finding> {
    let mut names = BTreeSet::new();
    let mut public_ids = BTreeSet::new();
    for entry in index {
        match entry {
            IndexEntry::Name(entry) => {
                names.insert((entry.project, entry.name, entry.key));
            }
            IndexEntry::PublicId(entry) => {
                public_ids.insert((entry.public_id, entry.key, entry.n));
            }
        }
    }
    let expected_names: BTreeSet<(Option<String>, String, KeyId)> = keys
        .iter()
        .filter(|key| key.is_live())
        .map(|key| (key.project.as_ref().map(ToString::to_string), key.name.to_string(), key.id))
        .collect();
    let expected_ids: BTreeSet<(PublicId, KeyId, u32)> = keys
        .iter()
        .flat_map(|key| key.generations.iter().map(|g| (g.public_id, key.id, g.n)))
        .collect();
    if names == expected_names && public_ids == expected_ids {
        Ok(())
    } else {
        Err(Finding::damaged("the index does not agree with the keys"))
    }
}
