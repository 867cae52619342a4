//! Makes bundles from the specification alone (`docs/bundle-format.md`, sections 2 to 5) and lets
//! every stage be tampered with: what comes after the fault is made over the faulty bytes, so that
//! it is right and signed, and the fault is the only one.

use sha2::{Digest, Sha256};

use super::entry::{CONTEXT, Context, Entry};
use super::grant::Grant;
use super::signer::{HEADER_TAG, SIGNED_LEN, SIGNER, Slot};
use crate::reference::sealed;
use crate::vectors::plain as plain_token;

pub(super) const PAGE: usize = 4096;
const FAN_OUT: usize = 85;

pub(super) const ISSUED_AT: u64 = 1_800_000_000;
pub(super) const VALID_UNTIL: u64 = ISSUED_AT + 86_400;
pub(super) const NOW: u64 = ISSUED_AT + 3600;

/// Something done to bytes.
pub(super) type Edit = Box<dyn Fn(&mut Vec<u8>)>;

/// Who presents a token, and what was granted to it.
#[derive(Clone)]
pub(super) struct Member {
    pub(super) token: String,
    pub(super) grant: Grant,
}

impl Member {
    /// One of as many as are needed.
    pub(super) fn number(n: usize) -> Self {
        let token = sealed(format!("kc_prod_vector{n:06}_{n:043}"));
        Member { token, grant: Grant::with(|g| g.id = format!("Member{n:06}")) }
    }

    pub(super) fn lk(&self) -> [u8; 16] {
        CONTEXT.lk(&self.token)
    }

    fn entry(&self) -> Entry {
        Entry::new(&self.token, self.grant.encode())
    }
}

/// The first `count` members in the order of their `lk`.
pub(super) fn members(count: usize) -> Vec<Member> {
    let mut members: Vec<_> = (0..count).map(Member::number).collect();
    members.sort_by_key(Member::lk);
    members
}

/// A token of no member, whose `lk` is as wanted.
pub(super) fn stranger(wanted: impl Fn([u8; 16]) -> bool) -> String {
    (1000..9000).map(Member::number).find(|m| wanted(m.lk())).unwrap().token
}

/// A bundle in the making.
pub(super) struct Forge {
    pub(super) context: Context,
    /// Who asks.
    pub(super) member: Member,
    leaves: Vec<Vec<Entry>>,
    pages: Vec<(usize, usize, Edit)>,
    header: Vec<Edit>,
    slots: Vec<Slot>,
    file: Vec<Edit>,
}

impl Forge {
    fn new(member: Member, leaves: Vec<Vec<Entry>>) -> Self {
        Forge {
            context: CONTEXT,
            member,
            leaves,
            pages: vec![],
            header: vec![],
            slots: vec![SIGNER.slot()],
            file: vec![],
        }
    }

    /// Of the plain token and what is granted to it.
    pub(super) fn of(grant: Grant) -> Self {
        let member = Member { token: plain_token(), grant };
        let leaves = vec![vec![member.entry()]];
        Forge::new(member, leaves)
    }

    pub(super) fn plain() -> Self {
        Forge::of(Grant::plain())
    }

    /// Of one entry for the plain token.
    pub(super) fn of_entry(entry: Entry) -> Self {
        Forge { leaves: vec![vec![entry]], ..Forge::plain() }
    }

    /// Of one entry for the plain token, in which there is whatever text.
    pub(super) fn of_text(text: Vec<u8>) -> Self {
        Forge::of_entry(Entry::new(&plain_token(), text))
    }

    /// Of nothing.
    pub(super) fn empty() -> Self {
        Forge { leaves: vec![], ..Forge::plain() }
    }

    /// Of leaves with these members; the one of that number (in this order) asks.
    pub(super) fn of_leaves(leaves: &[Vec<Member>], asks: usize) -> Self {
        let member = leaves.iter().flatten().nth(asks).unwrap().clone();
        let entries = |leaf: &Vec<Member>| leaf.iter().map(Member::entry).collect();
        Forge::new(member, leaves.iter().map(entries).collect())
    }

    /// Of leaves with so many members each, all in order.
    pub(super) fn tree(sizes: &[usize], asks: usize) -> Self {
        let mut members = members(sizes.iter().sum()).into_iter();
        let leaves: Vec<Vec<_>> =
            sizes.iter().map(|size| members.by_ref().take(*size).collect()).collect();
        Forge::of_leaves(&leaves, asks)
    }

    pub(super) fn within(mut self, change: impl FnOnce(&mut Context)) -> Self {
        change(&mut self.context);
        self
    }

    /// Changes a page before its hash is made.
    pub(super) fn page(
        mut self,
        level: usize,
        index: usize,
        edit: impl Fn(&mut Vec<u8>) + 'static,
    ) -> Self {
        self.pages.push((level, index, Box::new(edit)));
        self
    }

    /// Puts bytes into a page before its hash is made.
    pub(super) fn page_at(self, level: usize, index: usize, at: usize, bytes: &[u8]) -> Self {
        let bytes = bytes.to_vec();
        self.page(level, index, move |page| put(page, at, &bytes))
    }

    /// Puts bytes into the header before it is signed.
    pub(super) fn header(mut self, at: usize, bytes: &[u8]) -> Self {
        let bytes = bytes.to_vec();
        self.header.push(Box::new(move |page| put(page, at, &bytes)));
        self
    }

    /// Puts a number of 64 bits into the header before it is signed.
    pub(super) fn number(self, at: usize, number: u64) -> Self {
        self.header(at, &number.to_be_bytes())
    }

    /// The header says these times.
    pub(super) fn times(self, issued_at: u64, valid_until: u64) -> Self {
        self.number(40, issued_at).number(48, valid_until)
    }

    pub(super) fn signed(self, slots: Vec<Slot>) -> Self {
        Forge { slots, ..self }
    }

    /// Changes the file when all is done.
    pub(super) fn file(mut self, edit: impl Fn(&mut Vec<u8>) + 'static) -> Self {
        self.file.push(Box::new(edit));
        self
    }

    /// Puts bytes into the file when all is done.
    pub(super) fn file_at(self, at: usize, bytes: &[u8]) -> Self {
        let bytes = bytes.to_vec();
        self.file(move |file| put(file, at, &bytes))
    }

    /// Flips the lowest bit of a byte of the file when all is done.
    pub(super) fn flip(self, at: usize) -> Self {
        self.file(move |file| file[at] ^= 1)
    }

    /// Leaves out all leaves but one when all is done, as a look-up reads no more of 86.
    pub(super) fn leaving(self, leaf: usize) -> Self {
        self.file(move |file| {
            for other in (0..86).filter(|other| *other != leaf) {
                // The first of the two nodes lies before the last leaf.
                let page = 1 + other + usize::from(other == 85);
                file[page * PAGE..][..PAGE].fill(0);
            }
        })
    }

    /// The file.
    pub(super) fn build(&self) -> Vec<u8> {
        let mut file = vec![0; PAGE];
        let widths = widths(self.leaves.len());
        let root = match widths.len() {
            0 => [0; 32],
            levels => self.grow(&widths, levels - 1, 0, &mut file).1,
        };
        file[..PAGE].copy_from_slice(&self.header_page(root));
        for edit in &self.file {
            edit(&mut file);
        }
        file
    }

    /// Appends a page after all that are below it; its first `lk`, and its hash.
    fn grow(
        &self,
        widths: &[usize],
        level: usize,
        index: usize,
        file: &mut Vec<u8>,
    ) -> ([u8; 16], [u8; 32]) {
        let mut bytes = if level == 0 {
            let entries: Vec<_> =
                self.leaves[index].iter().map(|entry| self.context.seal(entry)).collect();
            page(0, &entries)
        } else {
            let end = widths[level - 1].min(FAN_OUT * (index + 1));
            let child = |child| {
                let (lk, hash) = self.grow(widths, level - 1, child, file);
                [&lk[..], &hash].concat()
            };
            let children: Vec<_> = (FAN_OUT * index..end).map(child).collect();
            page(level, &children)
        };
        let here = self.pages.iter().filter(|(l, i, _)| (*l, *i) == (level, index));
        here.for_each(|(_, _, edit)| edit(&mut bytes));
        let hash = page_hash(level, (file.len() / PAGE) as u64, &bytes);
        file.extend_from_slice(&bytes);
        (bytes[16..32].try_into().unwrap(), hash)
    }

    fn header_page(&self, root: [u8; 32]) -> Vec<u8> {
        let mut page = vec![0; PAGE];
        put(&mut page, 0, b"\x89KCB\r\n\x1a\n\0\x01");
        put(&mut page, 16, &self.context.stream);
        let entries: usize = self.leaves.iter().map(Vec::len).sum();
        let numbers =
            [self.context.serial, ISSUED_AT, VALID_UNTIL, entries as u64, self.leaves.len() as u64];
        put(&mut page, 32, &numbers.map(u64::to_be_bytes).concat());
        put(&mut page, 72, &root);
        put(&mut page, 104, &self.context.salt);
        put(&mut page, 136, &Sha256::digest("the head of a vault"));
        for edit in &self.header {
            edit(&mut page);
        }
        page[SIGNED_LEN] = u8::try_from(self.slots.len()).unwrap();
        for (i, slot) in self.slots.iter().enumerate() {
            let signature = slot(&page[..SIGNED_LEN]);
            put(&mut page, 3848 + 80 * i, &signature);
        }
        page
    }
}

pub(super) fn put(bytes: &mut [u8], at: usize, new: &[u8]) {
    bytes[at..at + new.len()].copy_from_slice(new);
}

/// How many pages each level has, from the leaves to the root.
fn widths(leaves: usize) -> Vec<usize> {
    let mut widths: Vec<_> = std::iter::once(leaves).filter(|leaves| *leaves > 0).collect();
    while let Some(width) = widths.last().copied().filter(|width| *width > 1) {
        widths.push(width.div_ceil(FAN_OUT));
    }
    widths
}

/// A page of entries or children.
pub(super) fn page(level: usize, items: &[Vec<u8>]) -> Vec<u8> {
    let mut page = vec![0; 16];
    page[0] = u8::try_from(level).unwrap();
    put(&mut page, 2, &u16::try_from(items.len()).unwrap().to_be_bytes());
    page.extend(items.concat());
    assert!(page.len() <= PAGE, "too much for one page");
    page.resize(PAGE, 0);
    page
}

pub(super) fn page_hash(level: usize, number: u64, page: &[u8]) -> [u8; 32] {
    Sha256::new_with_prefix(b"keyctl/v1/bundle-page\0")
        .chain_update([u8::try_from(level).unwrap()])
        .chain_update(number.to_be_bytes())
        .chain_update(page)
        .finalize()
        .into()
}

/// The header hash of a file.
pub(super) fn header_hash(file: &[u8]) -> [u8; 32] {
    Sha256::new_with_prefix(HEADER_TAG).chain_update(&file[..SIGNED_LEN]).finalize().into()
}
