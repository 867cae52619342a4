//! Scans: every record of a table. Sealed pages are read one after the other through one
//! connection, in one snapshot; those that have been read are hashed, opened and decoded on all
//! cores in the meantime.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::mpsc::{Receiver, sync_channel};

use keyctl_verify::cbor::Malformed;
use rayon::prelude::*;
use zeroize::Zeroizing;

use super::layout::{ABSENT, Table};
use super::page::Page;
use super::snapshot::Snapshot;
use crate::crypto::Digest;
use crate::error::{Finding, VaultError};
use crate::store::Relation;

/// How many sealed pages are read before they are opened.
const BATCH: usize = 256;
/// The same in bytes: a hostile file may have pages of any size.
const BATCH_BYTES: usize = 4 << 20;
/// So few are opened where they are read: waking another core takes longer.
const FEW: usize = 4;

/// What was made of some pages, and their memory.
type Opened<T> = (Result<Vec<T>, Finding>, Batch);

/// Sealed pages that have been read, which are opened where they lie. Its memory is used again for the
/// next ones.
#[derive(Default)]
struct Batch {
    /// The number of each, and how many bytes it has.
    pages: Vec<(u16, usize)>,
    bytes: Zeroizing<Vec<u8>>,
}

impl Batch {
    fn push(&mut self, number: u16, sealed: &[u8]) {
        self.pages.push((number, sealed.len()));
        self.bytes.extend_from_slice(sealed);
    }

    fn is_full(&self) -> bool {
        self.pages.len() >= BATCH || self.bytes.len() >= BATCH_BYTES
    }

    fn pages(&mut self) -> Vec<(u16, &mut [u8])> {
        let mut rest = self.bytes.as_mut_slice();
        let mut pages = Vec::with_capacity(self.pages.len());
        for &(number, len) in &self.pages {
            let (page, after) = rest.split_at_mut(len);
            pages.push((number, page));
            rest = after;
        }
        pages
    }

    /// Without any, and with the memory that it has.
    fn clear(&mut self) {
        self.pages.clear();
        self.bytes.clear();
    }
}

impl Snapshot<'_> {
    /// What `choose` makes of every record of a table. `known` are pages that are to be taken
    /// instead of the stored ones.
    pub(super) fn scan<T: Send>(
        &self,
        table: Table,
        known: &BTreeMap<u16, Page>,
        choose: impl Fn(&[u8]) -> Result<Option<T>, Malformed> + Sync,
    ) -> Result<Vec<T>, VaultError> {
        self.scan_and(table, known, choose, || Ok(())).map(|(chosen, ())| chosen)
    }

    /// The same, and what came of what this thread does `meanwhile`.
    pub(super) fn scan_and<T: Send, M>(
        &self,
        table: Table,
        known: &BTreeMap<u16, Page>,
        choose: impl Fn(&[u8]) -> Result<Option<T>, Malformed> + Sync,
        meanwhile: impl FnOnce() -> Result<M, VaultError>,
    ) -> Result<(Vec<T>, M), VaultError> {
        let add = |chosen: &mut Vec<T>, record: &[u8]| {
            chosen.extend(choose(record)?);
            Ok(())
        };
        let mut chosen = Vec::new();
        for page in known.values() {
            add_all(table, page.records(), &add, &mut chosen)?;
        }
        let pages = 0..self.bits(table).pages();
        let take = |pages: Vec<Vec<T>>| {
            chosen.extend(pages.into_iter().flatten());
            Ok(())
        };
        let done = self.scan_pages(table, pages, known, add, take, meanwhile)?;
        Ok((chosen, done))
    }

    /// What `add` gathers of the records of each stored page that is not `known`, in the order of the
    /// pages, given to `take` in batches of pages, so that memory does not grow with the table. This thread
    /// does what there is to do `meanwhile`, while the last of them are opened; what came of that.
    pub(super) fn scan_pages<T: Default + Send, M>(
        &self,
        table: Table,
        range: Range<u16>,
        known: &BTreeMap<u16, Page>,
        add: impl Fn(&mut T, &[u8]) -> Result<(), Malformed> + Sync,
        take: impl FnMut(Vec<T>) -> Result<(), VaultError>,
        meanwhile: impl FnOnce() -> Result<M, VaultError>,
    ) -> Result<M, VaultError> {
        let reader = self.reader(table);
        let open = |number, digest: &Digest, sealed: &mut [u8]| {
            let page = reader.open(number, digest, sealed)?;
            let mut gathered = T::default();
            if !known.contains_key(&number) {
                add_all(table, page.records(), &add, &mut gathered)?;
            }
            Ok(gathered)
        };
        self.on_all_cores(table, range, open, take, meanwhile)
    }

    /// Compares every page of a table with its digest.
    pub(super) fn check_digests(&self, table: Table) -> Result<(), VaultError> {
        let (reader, digests) = (self.reader(table), self.page_digests(table)?);
        self.each_page(table, 0..reader.bits.pages(), &digests, |number, sealed| {
            Ok(reader.check_digest(number, &digests[usize::from(number)], sealed)?)
        })
    }

    /// What `open` makes of each stored page and the digest that it must have, on all cores while the
    /// next ones are read, or what is to be done `meanwhile`, unless there are few; given to `take` in
    /// batches.
    fn on_all_cores<T: Send, M>(
        &self,
        table: Table,
        range: Range<u16>,
        open: impl Fn(u16, &Digest, &mut [u8]) -> Result<T, Finding> + Sync,
        mut take: impl FnMut(Vec<T>) -> Result<(), VaultError>,
        meanwhile: impl FnOnce() -> Result<M, VaultError>,
    ) -> Result<M, VaultError> {
        let digests = self.page_digests(table)?;
        let open_one = |(number, sealed): (u16, &mut [u8])| {
            open(number, &digests[usize::from(number)], sealed)
        };
        let stored = digests[usize::from(range.start)..usize::from(range.end)].iter();
        if stored.filter(|digest| **digest != ABSENT).count() <= FEW {
            let mut opened = Vec::new();
            self.each_page(table, range, &digests, |number, sealed| {
                let mut page = Zeroizing::new(sealed.to_vec());
                opened.push(open_one((number, &mut page))?);
                Ok(())
            })?;
            take(opened)?;
            return meanwhile();
        }
        let open_all = |batch: &mut Batch| batch.pages().into_par_iter().map(open_one).collect();
        let mut take_opened = |opened: Option<Receiver<Opened<T>>>| {
            // Nothing comes when it panicked, which ends the scope below.
            let Some((opened, mut batch)) = opened.and_then(|opened| opened.recv().ok()) else {
                return Ok(Batch::default());
            };
            take(opened?)?;
            batch.clear();
            Ok::<_, VaultError>(batch)
        };
        rayon::in_place_scope(|scope| {
            let (mut batch, mut under_way) = (Batch::default(), None);
            let mut next = |batch: &mut Batch| {
                let mut full = std::mem::take(batch);
                let (sender, opened) = sync_channel(1);
                let open_all = &open_all;
                scope.spawn(move |_| drop(sender.send((open_all(&mut full), full))));
                *batch = take_opened(under_way.replace(opened))?;
                Ok(())
            };
            self.each_page(table, range, &digests, |number, sealed| {
                batch.push(number, sealed);
                if batch.is_full() { next(&mut batch) } else { Ok(()) }
            })?;
            next(&mut batch)?;
            let done = meanwhile()?;
            take_opened(under_way).map(|_| done)
        })
    }

    /// The sealed pages of a table in order, from one number to before another: exactly those that
    /// have a digest.
    fn each_page(
        &self,
        table: Table,
        range: Range<u16>,
        digests: &[Digest],
        mut each: impl FnMut(u16, &[u8]) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        if range.is_empty() {
            return Ok(());
        }
        let reader = self.reader(table);
        let (first, last) = (table.page_row(0), table.page_row(range.end - 1));
        let begin = table.page_row(range.start);
        let mut expected = range.filter(|n| digests[usize::from(*n)] != ABSENT);
        self.tx.each(Relation::Page, begin, last, |row, sealed| {
            let number = row.checked_sub(first).and_then(|number| u16::try_from(number).ok());
            match (expected.next(), number) {
                (Some(next), Some(number)) if next == number => each(number, sealed),
                (Some(next), Some(number)) if next < number => {
                    Err(reader.finding(next, "is missing").into())
                }
                (_, Some(number)) => Err(reader.finding(number, "should not be there").into()),
                (_, None) => Err(out_of_order(table).into()),
            }
        })?;
        match expected.next() {
            Some(missing) => Err(reader.finding(missing, "is missing").into()),
            None => Ok(()),
        }
    }

    fn page_digests(&self, table: Table) -> Result<Vec<Digest>, VaultError> {
        self.read_nodes(table)?;
        let bits = self.bits(table);
        let mut digests = Vec::with_capacity(usize::from(bits.pages()));
        for node in 0..bits.nodes() {
            digests.extend_from_slice(&self.node(table, node)?[..]);
        }
        Ok(digests)
    }
}

fn add_all<'r, T>(
    table: Table,
    mut records: impl Iterator<Item = &'r [u8]>,
    add: &impl Fn(&mut T, &[u8]) -> Result<(), Malformed>,
    gathered: &mut T,
) -> Result<(), Finding> {
    records.try_for_each(|record| add(gathered, record)).map_err(|Malformed| {
        Finding::damaged(format!("a record of the table '{}' is malformed", table.as_str()))
    })
}

/// SQLite gives rows of a b-tree that somebody rearranged in any order.
fn out_of_order(table: Table) -> Finding {
    Finding::damaged(format!("the rows of the table '{}' are out of order", table.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_full_with_so_many_pages_or_so_many_bytes() {
        let batch = |pages: u16, len: usize| {
            let mut batch = Batch::default();
            (0..pages).for_each(|number| batch.push(number, &vec![7; len]));
            batch
        };
        assert!(!batch(0, 0).is_full());
        assert!(!batch(255, 0).is_full() && batch(256, 0).is_full());
        assert!(!batch(1, (4 << 20) - 1).is_full() && batch(1, 4 << 20).is_full());
        assert!(batch(2, 2 << 20).is_full());
    }
}
