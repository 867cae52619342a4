//! Room: the records of a table are spread over more pages when there are too many for those that it
//! has. What a page holds is small then, and a change that touches one record writes little.

use super::layout::{PageBits, Table};
use super::transaction::Transaction;
use super::tree::write_table;
use crate::error::{Finding, VaultError};
use crate::store::Relation;

impl Transaction<'_> {
    /// Makes room for so many new keys at once, which costs less than making it while they come. Nothing
    /// is done when there is a change already: what a change makes too many is spread when it is sealed.
    ///
    /// # Errors
    /// When a page is damaged.
    pub fn make_room(&mut self, keys: usize) -> Result<(), VaultError> {
        if self.has_changes() {
            return Ok(());
        }
        // A key has a record of its own, and one each in the index for its name and its public id.
        for (table, each) in [(Table::Keys, 1), (Table::Index, 2)] {
            self.spread(table, each * keys as u64)?;
        }
        self.begin_here();
        Ok(())
    }

    /// Spreads the records of a table over as many pages as they need, and `more` that are to come.
    /// There are never fewer pages than before: who removes keys makes others.
    pub(super) fn spread(&mut self, table: Table, more: u64) -> Result<(), VaultError> {
        let head = self.snapshot.head.table(table);
        let (before, count) = (head.bits, head.records);
        let bits = PageBits::for_records(count.saturating_add(more));
        if bits <= before {
            return Ok(());
        }
        // Each page that this change has not looked at is verified here.
        let mut records = Vec::new();
        for number in 0..before.pages() {
            records.extend(self.take_page(table, number)?.into_records());
        }
        if records.len() as u64 != count {
            let what = format!("the table '{}' has another number of records", table.as_str());
            return Err(Finding::damaged(what).into());
        }
        let tx = &self.snapshot.tx;
        (0..before.pages()).try_for_each(|n| tx.delete(Relation::Page, table.page_row(n)))?;
        (0..before.nodes()).try_for_each(|n| tx.delete(Relation::Node, table.node_row(n)))?;
        let (keys, id) = (self.snapshot.keys, self.snapshot.id);
        let head = write_table(tx, keys, id, table, bits, records)?;
        self.snapshot.nodes.borrow_mut().retain(|(of, _), _| *of != table);
        *self.snapshot.head.table_mut(table) = head;
        Ok(())
    }
}
