//! Pages and nodes on their way into the file.

use super::layout::{ABSENT, Node, Table, node_digest, page_digest};
use super::page::Page;
use crate::crypto::{Digest, ReadKeys, Sealed, VaultId};
use crate::error::VaultError;
use crate::store::{Relation, Tx};

/// A page that is sealed and not yet written; an empty one has no row.
pub(super) struct SealedPage(Option<(Sealed, Digest)>);

impl SealedPage {
    pub(super) fn of(
        keys: &ReadKeys,
        id: VaultId,
        table: Table,
        number: u16,
        page: &Page,
    ) -> Result<Self, VaultError> {
        if page.is_empty() {
            return Ok(SealedPage(None));
        }
        let sealed = page.seal(&keys.page, id, table, number)?;
        let digest = page_digest(id, table, number, &sealed);
        Ok(SealedPage(Some((sealed, digest))))
    }

    /// Writes it; its digest.
    pub(super) fn write(
        &self,
        tx: &Tx<'_>,
        table: Table,
        number: u16,
    ) -> Result<Digest, VaultError> {
        let row = table.page_row(number);
        match &self.0 {
            None => tx.delete(Relation::Page, row).map(|()| ABSENT),
            Some((sealed, digest)) => tx.put(Relation::Page, row, sealed).map(|()| *digest),
        }
    }
}

/// Writes a node; its digest. One without a page has no row.
pub(super) fn write_node(
    tx: &Tx<'_>,
    id: VaultId,
    table: Table,
    number: usize,
    node: &Node,
) -> Result<Digest, VaultError> {
    let (digest, row) = (node_digest(id, table, number, node), table.node_row(number));
    if digest == ABSENT {
        tx.delete(Relation::Node, row)?;
    } else {
        tx.put(Relation::Node, row, node.as_flattened())?;
    }
    Ok(digest)
}
