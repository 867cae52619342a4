//! Step 10: pages that are signed and wrong, or not those that were signed.

use crate::bundle_vectors::case::Case;
use crate::bundle_vectors::forge::{Forge, Member, PAGE, members, put};

/// Where the children of a node are, and what they take.
const CHILD: usize = 48;
/// Leaf, leaf, root: the pages of a tree with two leaves.
const ROOT: usize = 3 * PAGE;

fn two() -> Forge {
    Forge::tree(&[2, 2], 0)
}

/// A smaller number of 128 bits.
fn less(lk: [u8; 16]) -> [u8; 16] {
    (u128::from_be_bytes(lk) - 1).to_be_bytes()
}

fn more(lk: [u8; 16]) -> [u8; 16] {
    (u128::from_be_bytes(lk) + 1).to_be_bytes()
}

pub(in crate::bundle_vectors) fn heads() -> Vec<Case> {
    let pages = [("leaf", 0), ("node", 1)];
    let faults = [
        ("reserved-first", "the zero after its level is not zero", 1, vec![1]),
        ("reserved-15", "the last zero of its head is not zero", 15, vec![1]),
        ("count-0", "its count is zero", 2, vec![0, 0]),
        ("count-1", "its count is one less than there are", 2, vec![0, 1]),
        ("count-3", "its count is one more than there are", 2, vec![0, 3]),
        ("count-65535", "its count is 65535", 2, vec![255, 255]),
        ("last-byte", "its last byte is not zero", PAGE - 1, vec![1]),
    ];
    let mut cases = Vec::new();
    for (page, level) in pages {
        for (name, about, at, bytes) in &faults {
            let about = format!("A {page}: {about}.");
            let forge = two().page_at(level, 0, *at, bytes);
            cases.push(Case::corrupt(&format!("{page}-{name}"), &about, &forge));
        }
    }
    cases.extend([
        Case::corrupt(
            "leaf-empty",
            "The only leaf is of nothing but zeros: it has no entry.",
            &Forge::plain().page(0, 0, |page| page.fill(0)),
        ),
        Case::corrupt(
            "leaf-level-1",
            "A leaf says that it is of level 1.",
            &two().page_at(0, 0, 0, &[1]),
        ),
        Case::corrupt(
            "node-level-0",
            "A node says that it is of level 0.",
            &two().page_at(1, 0, 0, &[0]),
        ),
        Case::corrupt(
            "leaf-after-entries",
            "The first byte after the entries of a leaf is not zero.",
            &two().page_at(0, 0, 16 + 2 * 128, &[1]),
        ),
        Case::corrupt(
            "node-after-children",
            "The first byte after the children of a node is not zero.",
            &two().page_at(1, 0, 16 + 2 * CHILD, &[1]),
        ),
        Case::corrupt(
            "node-child-missing",
            "A root with one child over two leaves.",
            &two().page(1, 0, |page| {
                page[3] = 1;
                page[16 + CHILD..16 + 2 * CHILD].fill(0);
            }),
        ),
        Case::corrupt(
            "node-child-too-many",
            "A root with three children over two leaves.",
            &two().page(1, 0, |page| {
                page[3] = 3;
                put(page, 16 + 2 * CHILD, &[255; CHILD]);
            }),
        ),
    ]);
    cases
}

pub(in crate::bundle_vectors) fn hashes() -> Vec<Case> {
    let swapped = |first: usize, second: usize| {
        two().file(move |file| {
            for at in 0..PAGE {
                file.swap(first * PAGE + at, second * PAGE + at);
            }
        })
    };
    let root = 72;
    vec![
        Case::corrupt(
            "hash-entry",
            "A bit of the entry was changed after its page was hashed.",
            &two().flip(PAGE + 60),
        ),
        Case::corrupt(
            "hash-in-node",
            "A bit of a hash in the node was changed.",
            &two().flip(ROOT + 40),
        ),
        Case::corrupt(
            "hash-in-node-signed",
            "The node has another hash of the leaf, and is itself hashed and signed as it is.",
            &two().page(1, 0, |page| page[32] ^= 1),
        ),
        Case::corrupt(
            "hash-root-signed",
            "The header has another hash of the root, and is signed.",
            &two().header(root, &[0xaa; 32]),
        ),
        Case::corrupt(
            "hash-leaves-swapped",
            "The two leaves lie in each other's place.",
            &swapped(1, 2),
        ),
        Case::corrupt(
            "hash-leaf-twice",
            "In the place of the first leaf lies the second one once more.",
            &two().file(|file| file.copy_within(2 * PAGE..3 * PAGE, PAGE)),
        ),
        Case::corrupt(
            "hash-of-another-place",
            "A leaf with the right content, hashed with the number of the page after it.",
            &two().page(1, 0, |page| put(page, 32, &hash_of_first_leaf(0, 2))),
        ),
        Case::corrupt(
            "hash-of-another-bundle",
            "The leaf of another bundle of the same stream, in which the same tokens are.",
            &two().file(|file| {
                let older = Forge::tree(&[2, 2], 0).within(|context| context.serial -= 1).build();
                put(file, PAGE, &older[PAGE..2 * PAGE]);
            }),
        ),
    ]
}

fn hash_of_first_leaf(level: usize, number: u64) -> [u8; 32] {
    let file = two().build();
    crate::bundle_vectors::forge::page_hash(level, number, &file[PAGE..2 * PAGE])
}

pub(in crate::bundle_vectors) fn orders() -> Vec<Case> {
    let leaf = |order: &[usize], asks| {
        let members = members(3);
        let entries: Vec<_> = order.iter().map(|i| members[*i].clone()).collect();
        Forge::of_leaves(&[entries], asks)
    };
    let exchange = |page: &mut Vec<u8>| {
        let (first, second) = page[16..16 + 2 * CHILD].split_at_mut(CHILD);
        first.swap_with_slice(second);
    };
    vec![
        Case::corrupt(
            "order-entries",
            "Two entries that nobody asks for are out of order.",
            &leaf(&[1, 0, 2], 2),
        ),
        Case::corrupt("order-entries-twice", "The same entry twice.", &leaf(&[0, 0, 1], 0)),
        Case::corrupt(
            "order-children",
            "The children of a node descend.",
            &two().page(1, 0, exchange),
        ),
        Case::corrupt(
            "order-children-equal",
            "Both children of a node have the same first entry.",
            &two().page(1, 0, |page| page.copy_within(16..32, 16 + CHILD)),
        ),
        Case::corrupt(
            "order-children-below",
            "Of 86 leaves only one is there: two children of a lower node are out of order.",
            &Forge::tree(&[1; 86], 84).page(1, 0, exchange).leaving(84),
        ),
    ]
}

/// A leaf must be what the nodes above say: where it begins, and before what it ends.
pub(in crate::bundle_vectors) fn bounds() -> Vec<Case> {
    let m = members(4);
    let leaves = |leaves: &[&[usize]], asks| {
        let leaf = |order: &&[usize]| order.iter().map(|i| m[*i].clone()).collect();
        Forge::of_leaves(&leaves.iter().map(leaf).collect::<Vec<Vec<Member>>>(), asks)
    };
    let second = m[2].lk();
    vec![
        Case::corrupt(
            "bounds-first-less",
            "The node says that the first leaf begins one earlier than it does.",
            &two().page_at(1, 0, 16, &less(m[0].lk())),
        ),
        Case::corrupt(
            "bounds-first-more",
            "The node says that the first leaf begins one later than it does.",
            &two().page_at(1, 0, 16, &more(m[0].lk())),
        ),
        Case::refused(
            "UNKNOWN",
            "bounds-second-more",
            "The node lets the second leaf begin one later: its first entry is not found.",
            &Forge::tree(&[2, 2], 2).page_at(1, 0, 16 + CHILD, &more(second)),
        ),
        Case::corrupt(
            "bounds-last",
            "The last entry of the first leaf is greater than the first of the second.",
            &leaves(&[&[0, 2], &[1, 3]], 0),
        ),
        Case::refused(
            "UNKNOWN",
            "bounds-last-hidden",
            "The same, and that entry is looked for: it is not in the leaf that could have it.",
            &leaves(&[&[0, 2], &[1, 3]], 1),
        ),
        Case::corrupt(
            "bounds-last-equal",
            "The last entry of the first leaf is the first of the second.",
            &leaves(&[&[0, 1], &[1, 2]], 0),
        ),
        Case::corrupt(
            "bounds-last-equal-node",
            "The node says that the second leaf begins with the last entry of the first.",
            &two().page_at(1, 0, 16 + CHILD, &m[1].lk()),
        ),
    ]
    .into_iter()
    .chain(bounds_of_three_levels())
    .collect()
}

fn bounds_of_three_levels() -> Vec<Case> {
    let m = members(87);
    let of = |change: fn(&mut Vec<Vec<Member>>), asks| {
        let mut leaves: Vec<Vec<_>> = m[..86].iter().map(|member| vec![member.clone()]).collect();
        change(&mut leaves);
        Forge::of_leaves(&leaves, asks)
    };
    let mut beyond: Vec<Vec<_>> = m[..86].iter().map(|member| vec![member.clone()]).collect();
    beyond[84].push(m[86].clone());
    vec![
        Case::corrupt(
            "bounds-last-of-last-child",
            "The first node's last leaf, the only one there, reaches into the second node.",
            &Forge::of_leaves(&beyond, 84).leaving(84),
        ),
        Case::corrupt(
            "bounds-last-child",
            "The first node's last child is beyond the second's first; only one leaf is there.",
            &of(|leaves| leaves.swap(84, 85), 0).leaving(0),
        ),
        Case::corrupt(
            "bounds-node-first-less",
            "The root lets the first node begin one earlier than it does; only one leaf is there.",
            &of(|_| (), 10).page_at(2, 0, 16, &less(m[0].lk())).leaving(10),
        ),
    ]
}
