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

/// A write-ahead log that SQLite would take for the whole file, of the pages of another one
/// (<https://sqlite.org/fileformat.html>, section 4).
pub(crate) fn write_ahead_log(pages: &[u8]) -> Vec<u8> {
    const PAGE: usize = 4096;
    let push = |log: &mut Vec<u8>, numbers: &[u32]| {
        numbers.iter().for_each(|number| log.extend_from_slice(&number.to_be_bytes()));
    };
    // Sums are of little-endian words, as the first number says.
    let sum = |bytes: &[u8], start: [u32; 2]| {
        bytes.chunks(8).fold(start, |[one, two], words| {
            let word = |at: usize| u32::from_le_bytes(words[at..at + 4].try_into().unwrap());
            let one = one.wrapping_add(word(0)).wrapping_add(two);
            [one, two.wrapping_add(word(4)).wrapping_add(one)]
        })
    };
    let (salt, count) = ([7, 8], u32::try_from(pages.len() / PAGE).unwrap());
    let mut log = Vec::new();
    push(&mut log, &[0x377f_0682, 3_007_000, 4096, 0, salt[0], salt[1]]);
    let mut sums = sum(&log, [0, 0]);
    push(&mut log, &sums);
    for (number, page) in (1..).zip(pages.chunks(PAGE)) {
        let mut frame = Vec::new();
        push(&mut frame, &[number, if number == count { count } else { 0 }]);
        sums = sum(page, sum(&frame, sums));
        push(&mut frame, &[salt[0], salt[1], sums[0], sums[1]]);
        log.extend(frame);
        log.extend_from_slice(page);
    }
    log
}
