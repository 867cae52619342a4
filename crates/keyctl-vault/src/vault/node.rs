//! The nodes between the head and the pages, each verified before it is believed.

use super::layout::{ABSENT, FAN_OUT, Node, Table, node_digest};
use super::snapshot::Snapshot;
use crate::crypto::Digest;
use crate::error::{Finding, VaultError};
use crate::store::Relation;

impl Snapshot<'_> {
    /// A node, verified against the head.
    pub(super) fn node(&self, table: Table, number: usize) -> Result<Box<Node>, VaultError> {
        if let Some(node) = self.nodes.borrow().get(&(table, number)) {
            return Ok(node.clone());
        }
        let row = self.tx.get(Relation::Node, table.node_row(number))?;
        let node = self.verified_node(table, number, row.as_deref())?;
        self.nodes.borrow_mut().insert((table, number), node.clone());
        Ok(node)
    }

    /// Reads all nodes of a table at once, for whoever is going to ask for each of them.
    pub(super) fn read_nodes(&self, table: Table) -> Result<(), VaultError> {
        let count = self.bits(table).nodes();
        let (first, last) = (table.node_row(0), table.node_row(count - 1));
        let mut nodes = vec![None; count];
        self.tx.each(Relation::Node, first, last, |row, bytes| {
            // Each is verified before the next is read: a hostile file may have rows of any size.
            let number = (0..count).find(|number| table.node_row(*number) == row);
            let number = number.ok_or_else(|| Finding::damaged("the nodes are out of order"))?;
            let node = self.verified_node(table, number, Some(bytes))?;
            nodes[number] = Some(node);
            Ok(())
        })?;
        for (number, node) in nodes.into_iter().enumerate() {
            let node = node.map_or_else(|| self.verified_node(table, number, None), Ok)?;
            self.nodes.borrow_mut().insert((table, number), node);
        }
        Ok(())
    }

    /// The node that a row must be; no row for one without pages.
    fn verified_node(
        &self,
        table: Table,
        number: usize,
        row: Option<&[u8]>,
    ) -> Result<Box<Node>, Finding> {
        let finding = |what: &str| {
            Finding::damaged(format!("node {number} of the table '{}' {what}", table.as_str()))
        };
        let expected = self.head.table(table).nodes[number];
        match (expected == ABSENT, row) {
            (true, None) => Ok(Box::new([ABSENT; FAN_OUT])),
            (true, Some(_)) => Err(finding("should not be there")),
            (false, None) => Err(finding("is missing")),
            (false, Some(bytes)) => {
                let (digests, rest) = bytes.as_chunks::<32>();
                let node = Node::try_from(digests).ok().filter(|_| rest.is_empty());
                let node = node.filter(|n| node_digest(self.id, table, number, n) == expected);
                node.map(Box::new).ok_or_else(|| finding("has been changed"))
            }
        }
    }

    pub(super) fn page_digest(&self, table: Table, number: u16) -> Result<Digest, VaultError> {
        let number = usize::from(number);
        Ok(self.node(table, number / FAN_OUT)?[number % FAN_OUT])
    }
}
