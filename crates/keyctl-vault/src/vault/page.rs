//! A page: the records of one part of the location space, sorted, padded and sealed together.

use std::ops::Range;

use super::layout::{Loc, PageBits, Table, page_digest, page_place};
use crate::crypto::{Digest, Key32, Sealed, VaultId, open_in_place, seal_with};
use crate::error::{Finding, VaultError};

/// Plaintext is padded to a multiple of this many bytes.
const PAD: usize = 512;
const AAD_TAG: &[u8] = b"keyctl/v1/page\0";
/// The most bytes of one record.
pub(crate) const MAX_RECORD: usize = 64 << 10;

/// Whether a record of `len` bytes may be written: a longer one would not be read again.
pub(super) fn check_record_len(len: usize) -> Result<(), VaultError> {
    let too_large = VaultError::TooLarge { what: "the record", limit: MAX_RECORD };
    if len > MAX_RECORD { Err(too_large) } else { Ok(()) }
}

/// The records of a page, strictly ascending by location. Locations lie together, because they are
/// what is looked through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    locations: Vec<Loc>,
    records: Vec<Vec<u8>>,
}

impl Page {
    /// A page of records that are not in order yet.
    pub(crate) fn of(mut records: Vec<(Loc, Vec<u8>)>) -> Self {
        records.sort_unstable_by_key(|(loc, _)| *loc);
        let (locations, records) = records.into_iter().unzip();
        Page { locations, records }
    }

    pub(crate) fn get(&self, loc: Loc) -> Option<&[u8]> {
        self.locations.binary_search(&loc).ok().map(|at| self.records[at].as_slice())
    }

    /// Puts a record; true when it is a new one.
    pub(crate) fn put(&mut self, loc: Loc, record: Vec<u8>) -> bool {
        let found = self.locations.binary_search(&loc);
        match found {
            Ok(at) => self.records[at] = record,
            Err(at) => {
                self.locations.insert(at, loc);
                self.records.insert(at, record);
            }
        }
        found.is_err()
    }

    /// Puts a record where there is none; true when there was none.
    pub(crate) fn put_new(&mut self, loc: Loc, record: Vec<u8>) -> bool {
        let Err(at) = self.locations.binary_search(&loc) else { return false };
        self.locations.insert(at, loc);
        self.records.insert(at, record);
        true
    }

    /// Removes a record; true when there was one.
    pub(crate) fn remove(&mut self, loc: Loc) -> bool {
        let Ok(at) = self.locations.binary_search(&loc) else { return false };
        self.locations.remove(at);
        self.records.remove(at);
        true
    }

    pub(crate) fn records(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.records.iter().map(Vec::as_slice)
    }

    pub(crate) fn into_records(self) -> impl Iterator<Item = (Loc, Vec<u8>)> {
        self.locations.into_iter().zip(self.records)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.locations.is_empty()
    }

    /// `count u32 || count × (loc[16] || len u32 || record) || zeros`, sealed under its place.
    pub(crate) fn seal(
        &self,
        key: &Key32,
        id: VaultId,
        table: Table,
        number: u16,
    ) -> Result<Sealed, VaultError> {
        seal_with(key, &aad(id, table, number), self.padded_len(), |plain| {
            plain.extend_from_slice(&len_u32(self.locations.len()));
            for (loc, record) in self.locations.iter().zip(&self.records) {
                plain.extend_from_slice(&loc.0);
                plain.extend_from_slice(&len_u32(record.len()));
                plain.extend_from_slice(record);
            }
        })
    }

    fn padded_len(&self) -> usize {
        let len: usize = self.records.iter().map(|record| 16 + 4 + record.len()).sum();
        (4 + len).next_multiple_of(PAD)
    }
}

/// The records of a page where they lie in its plaintext: for scans, which read every one once.
pub(crate) struct OpenedPage<'p> {
    plain: &'p [u8],
    records: Vec<(Loc, Range<usize>)>,
}

impl OpenedPage<'_> {
    /// The records as they are, in the order of their locations.
    pub(crate) fn records(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.records.iter().map(|(_, at)| &self.plain[at.clone()])
    }

    /// A page that can be changed.
    pub(crate) fn to_page(&self) -> Page {
        Page {
            locations: self.records.iter().map(|(loc, _)| *loc).collect(),
            records: self.records().map(<[u8]>::to_vec).collect(),
        }
    }
}

/// How the pages of a table are verified and opened, on any core.
#[derive(Clone, Copy)]
pub(crate) struct PageReader<'k> {
    pub(crate) key: &'k Key32,
    pub(crate) id: VaultId,
    pub(crate) table: Table,
    pub(crate) bits: PageBits,
}

impl PageReader<'_> {
    /// Opens a page where it lies, if it is the one that the head vouches for.
    pub(crate) fn open<'p>(
        &self,
        number: u16,
        expected: &Digest,
        sealed: &'p mut [u8],
    ) -> Result<OpenedPage<'p>, Finding> {
        self.check_digest(number, expected, sealed)?;
        self.open_verified(number, sealed).ok_or_else(|| self.finding(number, "is malformed"))
    }

    /// That a page is the one that the head vouches for, through its node.
    pub(crate) fn check_digest(
        &self,
        number: u16,
        expected: &Digest,
        sealed: &[u8],
    ) -> Result<(), Finding> {
        let is_it = page_digest(self.id, self.table, number, sealed) == *expected;
        let finding = || self.finding(number, "is not the one that the head vouches for");
        is_it.then_some(()).ok_or_else(finding)
    }

    /// Opens a page whose digest has been verified, where it lies; `None` when it is not what
    /// [`Page::seal`] makes for that place.
    pub(crate) fn open_verified<'p>(
        &self,
        number: u16,
        sealed: &'p mut [u8],
    ) -> Option<OpenedPage<'p>> {
        let plain = &*open_in_place(self.key, &aad(self.id, self.table, number), sealed)?;
        let records = locate(plain)?;
        let fits = records.iter().all(|(loc, _)| loc.page(self.bits) == number);
        fits.then_some(OpenedPage { plain, records })
    }

    pub(crate) fn finding(&self, number: u16, what: &str) -> Finding {
        let table = self.table.as_str();
        Finding::damaged(format!("page {number} of the table '{table}' {what}"))
    }
}

/// Where each record is, if this is how [`Page::seal`] lays records out.
fn locate(plain: &[u8]) -> Option<Vec<(Loc, Range<usize>)>> {
    let (count, mut rest) = plain.split_first_chunk::<4>()?;
    let count = usize::try_from(u32::from_be_bytes(*count)).ok()?;
    let mut records: Vec<(Loc, Range<usize>)> = Vec::with_capacity(count.min(plain.len() / 20));
    for _ in 0..count {
        let (loc, after) = rest.split_first_chunk::<16>()?;
        let (len, after) = after.split_first_chunk::<4>()?;
        let begin = plain.len() - after.len();
        let (record, after) = after.split_at_checked(u32::from_be_bytes(*len) as usize)?;
        if record.len() > MAX_RECORD || records.last().is_some_and(|(last, _)| last.0 >= *loc) {
            return None;
        }
        records.push((Loc(*loc), begin..begin + record.len()));
        rest = after;
    }
    let is_padded =
        plain.len().is_multiple_of(PAD) && rest.len() < PAD && rest.iter().all(|b| *b == 0);
    is_padded.then_some(records)
}

pub(super) fn aad(id: VaultId, table: Table, number: u16) -> Vec<u8> {
    [AAD_TAG, &page_place(id, table, number)].concat()
}

fn len_u32(len: usize) -> [u8; 4] {
    u32::try_from(len).expect("records and pages are bounded").to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: VaultId = VaultId([1; 16]);

    fn open_page(
        key: &Key32,
        id: VaultId,
        table: Table,
        number: u16,
        sealed: &[u8],
    ) -> Option<Page> {
        let mut sealed = sealed.to_vec();
        let reader = PageReader { key, id, table, bits: PageBits::MOST };
        reader.open_verified(number, &mut sealed).map(|opened| opened.to_page())
    }

    fn key() -> Key32 {
        Key32::fill_with(|k| *k = [2; 32])
    }

    /// A location on page 5 of `keys`.
    fn loc(n: u8) -> Loc {
        let mut loc = [n; 16];
        loc[..2].copy_from_slice(&[0, 0x50]);
        Loc(loc)
    }

    fn page() -> Page {
        let mut page = Page::default();
        assert!(page.put(loc(3), b"three".to_vec()));
        assert!(page.put(loc(1), b"one".to_vec()));
        assert!(!page.put(loc(3), b"THREE".to_vec()));
        page
    }

    #[test]
    fn a_page_reads_back_only_in_its_place() {
        let sealed = page().seal(&key(), ID, Table::Keys, 5).unwrap();
        assert_eq!(sealed.len(), 24 + 512 + 16);
        let open = |id, table, number| open_page(&key(), id, table, number, &sealed);
        assert_eq!(open(ID, Table::Keys, 5), Some(page()));
        assert_eq!(open(ID, Table::Keys, 6), None);
        assert_eq!(open(ID, Table::Index, 5), None);
        assert_eq!(open(VaultId([2; 16]), Table::Keys, 5), None);
    }

    #[test]
    fn a_page_has_one_encoding() {
        let mut plain = vec![0; 512];
        assert_eq!(locate(&plain), Some(Vec::new()));
        assert_eq!(locate(&[0; 1024]), None, "padding of a whole block");
        assert_eq!(locate(&[0; 511]), None, "not a multiple of the block");
        let full = [&[0, 0, 0, 1][..], &[7; 16], &488_u32.to_be_bytes(), &[7; 488]].concat();
        assert!(locate(&full).is_some());
        assert_eq!(locate(&[&full[..], &[0; 512]].concat()), None, "a block after a full one");
        plain[511] = 1;
        assert_eq!(locate(&plain), None, "padding that is not zero");
        plain[511] = 0;
        plain[3] = 2;
        assert_eq!(locate(&plain), None, "two records in one place");
        plain[0] = 0xff;
        assert_eq!(locate(&plain), None, "more records than bytes");
    }

    #[test]
    fn a_page_is_padded_to_the_next_block_and_no_further() {
        // 4 bytes of count, 20 of place and length.
        for (len, padded) in [(488, 512), (489, 1024), (1000, 1024), (1001, 1536)] {
            let mut page = Page::default();
            page.put(loc(1), vec![7; len]);
            let sealed = page.seal(&key(), ID, Table::Keys, 5).unwrap();
            assert_eq!(sealed.len(), 24 + padded + 16, "{len} bytes");
            assert_eq!(open_page(&key(), ID, Table::Keys, 5, &sealed), Some(page));
        }
    }

    #[test]
    fn a_record_has_64_kib_at_most() {
        let opened = |len| {
            let mut page = Page::default();
            page.put(loc(1), vec![7; len]);
            let sealed = page.seal(&key(), ID, Table::Keys, 5).unwrap();
            open_page(&key(), ID, Table::Keys, 5, &sealed) == Some(page)
        };
        for (len, fits) in [(0, true), (64 << 10, true), ((64 << 10) + 1, false), (65 << 10, false)]
        {
            assert_eq!(opened(len), fits, "{len} bytes");
            assert_eq!(check_record_len(len).is_ok(), fits, "{len} bytes");
        }
    }

    #[test]
    fn records_out_of_order_are_refused() {
        let mut page = page();
        assert!(locate(&plain(&page)).is_some());
        page.locations.reverse();
        assert_eq!(locate(&plain(&page)), None);
    }

    fn plain(page: &Page) -> Vec<u8> {
        let mut sealed = page.seal(&key(), ID, Table::Keys, 5).unwrap();
        open_in_place(&key(), &aad(ID, Table::Keys, 5), &mut sealed).unwrap().to_vec()
    }

    #[test]
    fn a_record_is_found_replaced_and_removed_in_its_place() {
        let mut page = page();
        assert_eq!(page.records().collect::<Vec<_>>(), [&b"one"[..], b"THREE"]);
        assert_eq!(page.get(loc(3)), Some(&b"THREE"[..]));
        assert_eq!(page.get(loc(2)), None);
        assert!(!page.remove(loc(2)));
        assert!(page.remove(loc(1)) && !page.remove(loc(1)));
        assert!(!page.is_empty());
        assert!(page.remove(loc(3)) && page.is_empty());
        let unordered = vec![(loc(2), vec![2]), (loc(1), vec![1])];
        assert_eq!(Page::of(unordered).records().collect::<Vec<_>>(), [&[1][..], &[2]]);
    }

    #[test]
    fn a_record_on_the_wrong_page_is_refused() {
        let mut page = page();
        page.put(Loc([0xff; 16]), Vec::new());
        let sealed = page.seal(&key(), ID, Table::Keys, 5).unwrap();
        assert_eq!(open_page(&key(), ID, Table::Keys, 5, &sealed), None);
    }

    #[test]
    fn how_many_pages_there_are_says_which_is_the_right_one() {
        let key = key();
        let opens = |bits, number| {
            let mut sealed = page().seal(&key, ID, Table::Keys, number).unwrap();
            let reader = PageReader { key: &key, id: ID, table: Table::Keys, bits };
            reader.open_verified(number, &mut sealed).is_some()
        };
        assert!(opens(PageBits::MOST, 5) && !opens(PageBits::MOST, 0));
        assert!(opens(PageBits::LEAST, 0) && !opens(PageBits::LEAST, 5));
    }
}
