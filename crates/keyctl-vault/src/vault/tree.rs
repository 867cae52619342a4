//! Pages and nodes on their way into the file.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::head::TableHead;
use super::layout::{ABSENT, FAN_OUT, Loc, Node, PageBits, Table, node_digest, page_digest};
use super::page::Page;
use crate::beside::beside;
use crate::crypto::{Digest, ReadKeys, Sealed, VaultId};
use crate::error::VaultError;
use crate::store::{Relation, Tx};

/// So many pages are sealed while as many are written.
const AT_ONCE: usize = 32;
/// Fewer are sealed one after the other: waking another core takes longer.
const FEW: usize = 8;

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

/// Seals pages on every core, some at a time, and writes in the meantime those that were sealed before.
pub(super) fn seal_and_write<P: Send, S: Send>(
    mut pages: impl Iterator<Item = P>,
    seal: impl Fn(P) -> Result<S, VaultError> + Sync,
    mut write: impl FnMut(S) -> Result<(), VaultError>,
) -> Result<(), VaultError> {
    let mut sealed = Vec::new();
    loop {
        let some: Vec<P> = pages.by_ref().take(AT_ONCE).collect();
        if some.is_empty() && sealed.is_empty() {
            return Ok(());
        }
        let is_many = some.len() >= FEW;
        let seal_all = || match is_many {
            true => some.into_par_iter().map(&seal).collect::<Result<Vec<S>, _>>(),
            false => some.into_iter().map(&seal).collect(),
        };
        sealed = beside(is_many, seal_all, || sealed.into_iter().try_for_each(&mut write))??;
    }
}

/// Writes a table where nothing is of it, its pages sealed on every core; what the head says of it.
pub(super) fn write_table(
    tx: &Tx<'_>,
    keys: &ReadKeys,
    id: VaultId,
    table: Table,
    bits: PageBits,
    records: Vec<(Loc, Vec<u8>)>,
) -> Result<TableHead, VaultError> {
    let count = records.len() as u64;
    let mut pages: BTreeMap<u16, Vec<(Loc, Vec<u8>)>> = BTreeMap::new();
    for (loc, record) in records {
        pages.entry(loc.page(bits)).or_default().push((loc, record));
    }
    let mut nodes: Vec<Box<Node>> = vec![Box::new([ABSENT; FAN_OUT]); bits.nodes()];
    let seal = |(number, records)| {
        Ok((number, SealedPage::of(keys, id, table, number, &Page::of(records))?))
    };
    seal_and_write(pages.into_iter(), seal, |(number, sealed)| {
        let digest = sealed.write(tx, table, number)?;
        nodes[usize::from(number) / FAN_OUT][usize::from(number) % FAN_OUT] = digest;
        Ok(())
    })?;
    let written = nodes.iter().enumerate();
    let nodes: Result<_, _> =
        written.map(|(number, node)| write_node(tx, id, table, number, node)).collect();
    Ok(TableHead { bits, records: count, nodes: nodes? })
}
