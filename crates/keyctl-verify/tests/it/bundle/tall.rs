//! Trees of several levels, up to the highest that a header may speak of.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, Cursor};

use keyctl_verify::{ByteSource, Code, Token};

use super::kit::{PAGE, Recipe, Signer, ask, ask_open, grant, members, open, pages_read, token};
use super::layout::{BODY, CHILD, levels, lk, number, page_hash, put, sign, vouch};

#[test]
fn a_leaf_ends_where_the_next_node_begins() {
    let members = members(31 * 85 + 1);
    let file = Recipe::default().file(&members);
    // The last leaf of the first node, and the last leaf of all: who comes after it is not known
    // from the node above it, but from the one above that, or from nobody.
    for (leaf, expected) in [(85, Code::BundleCorrupt), (87, Code::Unknown)] {
        let readers = members.iter().map(|(token, _)| token);
        let readers = readers.filter(|token| pages_read(&file, token).contains(&leaf));
        let last = |token: &&Token| {
            let own = lk(&file, token);
            !members.iter().map(|(other, _)| lk(&file, other)).any(|other| {
                other > own && file[leaf * PAGE..][..PAGE].windows(16).any(|at| at == other)
            })
        };
        let last = readers.clone().find(last).unwrap();
        let own = lk(&file, last);
        let place = file[leaf * PAGE..][..PAGE].windows(16).position(|at| at == own).unwrap();
        let mut forged = file.clone();
        put(&mut forged, leaf * PAGE + place, &[0xff; 16]);
        if place == BODY {
            // The only entry of its leaf: all nodes above say where it begins.
            put(&mut forged, 88 * PAGE + BODY + CHILD, &[0xff; 16]);
            put(&mut forged, 89 * PAGE + BODY + CHILD, &[0xff; 16]);
        }
        vouch(&mut forged, &Signer::new(1));
        assert_eq!(ask(&forged, last).code, expected, "leaf {leaf}");
    }
}

#[test]
fn a_node_lies_between_what_the_nodes_above_say() {
    let file = Recipe::default().file(&members(31 * 85 + 1));
    let (node, root) = (86 * PAGE + BODY, 89 * PAGE + BODY);
    let last_child = file[node + 84 * CHILD..][..16].to_vec();
    let mut earlier = file[root..root + 16].to_vec();
    earlier[15] ^= 1;
    let unchanged: Vec<_> = (0..60).map(|number| ask(&file, &token(number)).code).collect();
    assert!(!unchanged.contains(&Code::Unknown));
    for (what, at, lk) in [
        ("it begins elsewhere", root, &earlier),
        ("the next node begins where its last child does", root + CHILD, &last_child),
    ] {
        let mut forged = file.clone();
        put(&mut forged, at, lk);
        vouch(&mut forged, &Signer::new(1));
        for number in 0..60 {
            let said = ask(&forged, &token(number)).code;
            assert_eq!(said, Code::BundleCorrupt, "{what}: {number}");
        }
    }
}

/// A file of so many pages that no disk has them; only some are there.
struct Vast {
    pages: BTreeMap<u64, Vec<u8>>,
    size: u64,
    reads: Cell<usize>,
}

impl ByteSource for Vast {
    fn size(&self) -> io::Result<u64> {
        Ok(self.size)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.reads.set(self.reads.get() + 1);
        let page = self.pages.get(&(offset / PAGE as u64)).ok_or(io::ErrorKind::UnexpectedEof)?;
        buffer.copy_from_slice(page);
        Ok(())
    }
}

/// The file of so many leaves that has the pages above the first one, which has one entry.
fn vast(leaves: u64, member: &Token) -> Vast {
    let recipe = Recipe::default();
    let sealer = recipe.sealer();
    let entry = sealer.seal(&member.digest(), &grant(0)).unwrap();
    let mut small = Cursor::new(recipe.write(sealer, vec![entry]).unwrap().0).into_inner();
    let lowest = u128::from_be_bytes(lk(&small, member));
    let levels = levels(leaves);
    let mut pages = BTreeMap::new();
    let mut page = small.split_off(PAGE);
    let mut hash = [0; 32];
    for level in 0..levels.len() {
        if level > 0 {
            let children = levels[level - 1].min(85);
            page = vec![0; PAGE];
            page[0] = u8::try_from(level).unwrap();
            put(&mut page, 2, &u16::try_from(children).unwrap().to_be_bytes());
            for child in 0..children {
                let first = lowest + u128::from(child) * 100_u128.pow(page[0].into());
                let at = BODY + CHILD * usize::try_from(child).unwrap();
                put(&mut page, at, &first.to_be_bytes());
            }
            put(&mut page, BODY + 16, &hash);
        }
        let own = number(&levels, level, 0);
        hash = page_hash(page[0], usize::try_from(own).unwrap(), &page);
        pages.insert(own, page.clone());
    }
    put(&mut small, 56, &leaves.to_be_bytes());
    put(&mut small, 64, &leaves.to_be_bytes());
    put(&mut small, 72, &hash);
    sign(&mut small, &Signer::new(1));
    pages.insert(0, small);
    let size = (1 + levels.iter().sum::<u64>()) * PAGE as u64;
    Vast { pages, size, reads: Cell::new(0) }
}

#[test]
fn the_largest_tree_of_all_is_read_in_eight_pages() {
    let member = token(0);
    for (leaves, pages) in [(1, 1), (85, 2), (86, 3), (7_226, 4), (1 << 31, 6), (1 << 40, 8)] {
        let vast = vast(leaves, &member);
        let bundle = open(&vast);
        assert_eq!(bundle.header().pages, vast.size / PAGE as u64);
        vast.reads.set(0);
        assert_eq!(ask_open(&bundle, &member).code, Code::Valid, "{leaves} leaves");
        assert_eq!(vast.reads.get(), pages, "{leaves} leaves");
        if leaves > 1 {
            // Where the other pages would be there is nothing.
            let above = (1..)
                .map(token)
                .find(|other| lk(&vast.pages[&0], other) > lk(&vast.pages[&0], &member));
            assert_eq!(ask_open(&bundle, &above.unwrap()).code, Code::BundleUnreadable);
        }
    }
}

#[test]
fn a_tree_that_is_larger_is_refused_before_anything_is_read() {
    for leaves in [(1 << 40) + 1, 1 << 41, 1 << 50] {
        let vast = vast(leaves, &token(0));
        assert_eq!(ask(&vast, &token(0)).code, Code::BundleCorrupt, "{leaves} leaves");
        assert_eq!(vast.reads.get(), 1, "the header");
    }
}
