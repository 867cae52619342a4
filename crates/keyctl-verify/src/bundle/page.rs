//! Pages of the tree (`docs/bundle-format.md`, section 5), read after their hash has been
//! compared, and written.

use std::cmp::Ordering;

use sha2::{Digest, Sha256};

use super::layout::{ENTRY_HEAD, LK_LEN, Lk, size_class};
use super::shape::PAGE;

pub(super) type Page = [u8; PAGE];
pub(super) type Hash = [u8; 32];

/// Where entries or children begin.
const BODY: usize = 16;
/// A child: its first `lk`, and its hash.
const CHILD_LEN: usize = LK_LEN + 32;

/// `SHA-256("keyctl/v1/bundle-page\0" || level u8 || number u64 || page)`.
pub(super) fn page_hash(level: usize, number: u64, page: &Page) -> Hash {
    let level = u8::try_from(level).expect("a tree has at most eight levels");
    Sha256::new_with_prefix(b"keyctl/v1/bundle-page\0")
        .chain_update([level])
        .chain_update(number.to_be_bytes())
        .chain_update(page)
        .finalize()
        .into()
}

/// What the pages above say of a page: where its entries must begin and before what they must end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bounds {
    pub(super) first: Option<Lk>,
    pub(super) before: Option<Lk>,
}

impl Bounds {
    fn hold(self, first: &Lk, last: &Lk) -> bool {
        self.first.is_none_or(|expected| expected == *first)
            && self.before.is_none_or(|end| *last < end)
    }
}

/// A leaf whose hash was compared and whose layout has been checked.
pub(super) struct Leaf<'p>(Vec<(&'p Lk, &'p [u8])>);

impl<'p> Leaf<'p> {
    pub(super) fn parse(page: &'p Page, bounds: Bounds) -> Result<Self, &'static str> {
        let count = count_of(page, 0)?;
        let mut rest = &page[BODY..];
        let mut entries: Vec<(&Lk, &[u8])> = Vec::with_capacity(count.min(PAGE / 128));
        for _ in 0..count {
            let (head, _) = rest.split_first_chunk::<ENTRY_HEAD>().ok_or("an entry is cut off")?;
            let (lk, size) = head.split_first_chunk::<LK_LEN>().expect("a head begins with it");
            let size = usize::from(u16::from_be_bytes([size[0], size[1]]));
            if size_class(size) != Some(size) {
                return Err("an entry's size is none of the six");
            }
            let (entry, after) = rest.split_at_checked(size).ok_or("an entry is cut off")?;
            if entries.last().is_some_and(|(last, _)| *last >= lk) {
                return Err("entries are out of order");
            }
            entries.push((lk, &entry[ENTRY_HEAD..]));
            rest = after;
        }
        let (first, last) = (entries[0].0, entries[entries.len() - 1].0);
        match (rest.iter().all(|byte| *byte == 0), bounds.hold(first, last)) {
            (false, _) => Err("a leaf does not end in zeros"),
            (_, false) => Err("a leaf does not fit the node above it"),
            _ => Ok(Leaf(entries)),
        }
    }

    /// The sizes of the entries.
    pub(super) fn sizes(&self) -> impl Iterator<Item = usize> {
        self.0.iter().map(|(_, sealed)| ENTRY_HEAD + sealed.len())
    }
}

/// The sealed grant of an entry in a leaf that [`Leaf::parse`] has checked. Nothing behind it is looked
/// at, which counts where the page is not in any cache.
pub(super) fn find<'p>(leaf: &'p Page, lk: &Lk) -> Option<&'p [u8]> {
    let mut rest = &leaf[BODY..];
    loop {
        let (own, after) = rest.split_first_chunk::<LK_LEN>()?;
        let size = usize::from(u16::from_be_bytes(*after.first_chunk()?));
        match own.cmp(lk) {
            Ordering::Less if size > 0 => rest = rest.get(size..)?,
            Ordering::Equal => return rest.get(ENTRY_HEAD..size),
            _ => return None,
        }
    }
}

/// A node whose hash was compared and whose layout has been checked.
pub(super) struct Node<'p> {
    children: &'p [[u8; CHILD_LEN]],
    bounds: Bounds,
}

impl<'p> Node<'p> {
    pub(super) fn parse(
        page: &'p Page,
        level: usize,
        count: usize,
        bounds: Bounds,
    ) -> Result<Self, &'static str> {
        if count_of(page, level)? != count {
            return Err("a node has another number of children");
        }
        let (_, rest) = page[BODY..].split_at(count * CHILD_LEN);
        let node = Node::parsed(page, count, bounds);
        if !node.children.is_sorted_by(|a, b| a[..LK_LEN] < b[..LK_LEN]) {
            return Err("a node's children are out of order");
        }
        match (rest.iter().all(|byte| *byte == 0), bounds.hold(&node.lk(0), &node.lk(count - 1))) {
            (false, _) => Err("a node does not end in zeros"),
            (_, false) => Err("a node does not fit the node above it"),
            _ => Ok(node),
        }
    }

    /// A node whose layout has been checked before.
    pub(super) fn parsed(page: &'p Page, count: usize, bounds: Bounds) -> Self {
        Node { children: page[BODY..][..count * CHILD_LEN].as_chunks().0, bounds }
    }

    /// The child below which `lk` would have to be. Places are spread evenly, so it is next to where
    /// the first bytes say: halving would wait for memory at every step.
    pub(super) fn pick(&self, lk: &Lk) -> usize {
        let is_behind = |child: usize| self.children[child][..LK_LEN] > lk[..];
        let mut at = self.guess(lk);
        while at > 0 && is_behind(at) {
            at -= 1;
        }
        while at + 1 < self.children.len() && !is_behind(at + 1) {
            at += 1;
        }
        at
    }

    fn guess(&self, lk: &Lk) -> usize {
        let high = |lk: &Lk| u64::from(u32::from_be_bytes([lk[0], lk[1], lk[2], lk[3]]));
        let begin = high(&self.lk(0));
        let end = self.bounds.before.as_ref().map_or(1 << 32, high);
        let children = self.children.len() as u64;
        let guess = high(lk).saturating_sub(begin) * children / end.saturating_sub(begin).max(1);
        usize::try_from(guess.min(children - 1)).expect("a node has at most 84 children")
    }

    /// The hash of a child, and what this node says of it.
    pub(super) fn child(&self, index: usize) -> (Hash, Bounds) {
        let hash = *self.children[index].last_chunk().expect("a child ends with its hash");
        let next = (index + 1 < self.children.len()).then(|| self.lk(index + 1));
        (hash, Bounds { first: Some(self.lk(index)), before: next.or(self.bounds.before) })
    }

    fn lk(&self, index: usize) -> Lk {
        *self.children[index].first_chunk().expect("a child begins with its first lk")
    }
}

/// Checks a page's head; its count, which is not zero.
fn count_of(page: &Page, level: usize) -> Result<usize, &'static str> {
    if usize::from(page[0]) != level {
        return Err("a page is of another level");
    }
    if page[1] != 0 || page[4..BODY].iter().any(|byte| *byte != 0) {
        return Err("a zero in a page is not zero");
    }
    match usize::from(u16::from_be_bytes([page[2], page[3]])) {
        0 => Err("a page is empty"),
        count => Ok(count),
    }
}

/// A page in the making.
pub(super) struct Builder {
    page: Box<Page>,
    level: u8,
    count: u16,
    used: usize,
    first: Lk,
}

impl Builder {
    pub(super) fn new(level: usize) -> Self {
        let level = u8::try_from(level).expect("a tree has at most eight levels");
        Builder { page: Box::new([0; PAGE]), level, count: 0, used: BODY, first: [0; LK_LEN] }
    }

    pub(super) fn count(&self) -> u64 {
        u64::from(self.count)
    }

    pub(super) fn fits(&self, len: usize) -> bool {
        self.used + len <= PAGE
    }

    /// Adds an entry, or a child: bytes that begin with their `lk`.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        if self.count == 0 {
            self.first.copy_from_slice(&bytes[..LK_LEN]);
        }
        self.page[self.used..self.used + bytes.len()].copy_from_slice(bytes);
        self.used += bytes.len();
        self.count += 1;
    }

    /// The hash of a node's first child.
    pub(super) fn first_hash(&self) -> Hash {
        self.page[BODY + LK_LEN..][..32].try_into().expect("cut to that length")
    }

    /// The page, and what the node above has to say of it when it lies at `number`.
    pub(super) fn finish(mut self, number: u64) -> (Box<Page>, [u8; CHILD_LEN]) {
        self.page[0] = self.level;
        self.page[2..4].copy_from_slice(&self.count.to_be_bytes());
        let mut child = [0; CHILD_LEN];
        child[..LK_LEN].copy_from_slice(&self.first);
        child[LK_LEN..].copy_from_slice(&page_hash(usize::from(self.level), number, &self.page));
        (self.page, child)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(first: u32, last: u8) -> Lk {
        let mut lk = [0; LK_LEN];
        lk[..4].copy_from_slice(&first.to_be_bytes());
        lk[LK_LEN - 1] = last;
        lk
    }

    #[test]
    fn a_place_is_picked_however_the_children_lie() {
        let ways: [fn(u32) -> Lk; 5] = [
            |n| at(n * (u32::MAX / 84), 0),
            |n| at(n, 7),
            |n| at(u32::MAX - 90 + n, 7),
            |n| at(5, u8::try_from(n).unwrap()),
            |n| at(n * n * 600_000, 1),
        ];
        for (way, lk) in ways.into_iter().enumerate() {
            for count in [1, 2, 3, 83, 84] {
                let mut builder = Builder::new(1);
                let firsts: Vec<Lk> = (0..count).map(lk).collect();
                firsts.iter().for_each(|lk| builder.push(&[&lk[..], &[0; 32]].concat()));
                let (page, _) = builder.finish(1);
                let last = firsts[firsts.len() - 1];
                for before in
                    [None, Some([0xff; LK_LEN]), Some(at(last[0].into(), 255)), Some(last)]
                {
                    let bounds = Bounds { first: None, before };
                    let node = Node::parsed(&page, firsts.len(), bounds);
                    let some = [[0; LK_LEN], [0xff; LK_LEN], at(1 << 31, 0), at(5, 40)];
                    let around = firsts.iter().flat_map(|lk| {
                        let number = u128::from_be_bytes(*lk);
                        [number.saturating_sub(1), number, number + 1].map(u128::to_be_bytes)
                    });
                    for lk in around.chain(some) {
                        let expected = firsts.partition_point(|first| *first <= lk).max(1) - 1;
                        assert_eq!(
                            node.pick(&lk),
                            expected,
                            "way {way}, {count} children, {lk:x?}"
                        );
                    }
                }
            }
        }
    }
}
