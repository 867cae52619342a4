//! SQLite's rollback journal (<https://sqlite.org/fileformat.html>, section 3), forged.

/// A journal that SQLite would play back, made of those pages of an older file that are `chosen` by
/// their numbers from 0; `page_count` is how many the older one had.
pub(crate) fn hot_journal(old: &[u8], page_count: u32, chosen: impl Fn(usize) -> bool) -> Vec<u8> {
    const PAGE: usize = 4096;
    const SECTOR: usize = 512;
    let nonce = 7_u32;
    let mut journal = vec![0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
    let pages = || old.chunks(PAGE).enumerate().filter(|(n, _)| chosen(*n));
    let count = u32::try_from(pages().count()).unwrap();
    for number in [count, nonce, page_count, 512, 4096] {
        journal.extend_from_slice(&number.to_be_bytes());
    }
    journal.resize(SECTOR, 0);
    for (number, page) in pages() {
        let number = u32::try_from(number + 1).unwrap();
        let sum = |sum: u32, at: usize| sum.wrapping_add(u32::from(page[at]));
        let check = (1..PAGE.div_ceil(200)).map(|n| PAGE - n * 200).fold(nonce, sum);
        journal.extend_from_slice(&number.to_be_bytes());
        journal.extend_from_slice(page);
        journal.extend_from_slice(&check.to_be_bytes());
    }
    journal
}
