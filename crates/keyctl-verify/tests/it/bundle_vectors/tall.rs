//! Bundles of so many leaves that nobody could write them: only the pages on the way to one entry
//! are there. That is enough, since a look-up reads no other.

use super::case::Bundle;
use super::forge::{Forge, Member, PAGE, page, page_hash};

const FAN_OUT: u64 = 85;

/// How many pages each level has, the leaves first.
struct Levels(Vec<u64>);

impl Levels {
    fn over(leaves: u64) -> Self {
        let mut levels = vec![leaves];
        while *levels.last().unwrap() > 1 {
            levels.push(levels.last().unwrap().div_ceil(FAN_OUT));
        }
        Levels(levels)
    }

    fn pages(&self) -> u64 {
        1 + self.0.iter().sum::<u64>()
    }

    /// How many pages of `level` are below the page `index` of level `top`, or are it.
    fn below(&self, top: usize, index: u64, level: usize) -> u64 {
        let each = FAN_OUT.pow(u32::try_from(top - level).unwrap());
        (each * (index + 1)).min(self.0[level]) - each * index
    }

    /// A page's place: after all pages below it, which begin where the page before it ends.
    fn number(&self, level: usize, index: u64) -> u64 {
        let subtree = |top, index| (0..=top).map(|l| self.below(top, index, l)).sum::<u64>();
        let mut start = 1;
        for top in (level..self.0.len() - 1).rev() {
            let at = index / FAN_OUT.pow(u32::try_from(top - level).unwrap());
            start += at % FAN_OUT * subtree(top, at / FAN_OUT * FAN_OUT);
        }
        start + subtree(level, index) - 1
    }
}

/// A bundle of that many leaves with one entry each, of which only one is there: in that leaf.
pub(super) fn tall(leaves: u64, leaf: u64, member: &Member) -> Bundle {
    let levels = Levels::over(leaves);
    let only = Forge::of_leaves(&[vec![member.clone()]], 0).build();
    let mut below = only[PAGE..].to_vec();
    let mut first = u128::from_be_bytes(member.lk());
    let (mut index, mut chunks) = (leaf, Vec::new());
    for level in 0..levels.0.len() {
        let number = levels.number(level, index);
        let hash = page_hash(level, number, &below);
        chunks.push((number * PAGE as u64, below));
        if level + 1 == levels.0.len() {
            let header = Forge::empty().number(56, leaves).number(64, leaves).header(72, &hash);
            chunks.insert(0, (0, header.build()));
            break;
        }
        let at = index % FAN_OUT;
        let count = (levels.0[level] - (index - at)).min(FAN_OUT);
        // Ever further apart, so that a page's children lie between it and the next one.
        let apart = 1_u128 << (16 + 8 * level);
        let start = first - u128::from(at) * apart;
        let child = |i: u64| {
            let lk = start + u128::from(i) * apart;
            [&lk.to_be_bytes()[..], &if i == at { hash } else { [0; 32] }].concat()
        };
        below = page(level + 1, &(0..count).map(child).collect::<Vec<_>>());
        (first, index) = (start, index / FAN_OUT);
    }
    Bundle { size: levels.pages() * PAGE as u64, chunks }
}

/// The fewest leaves of which the size in bytes, computed with 64 bits, is a small one; and how
/// many pages that is.
pub(super) fn leaves_that_wrap() -> (u64, u64) {
    let around = 1 << 52;
    let (mut low, mut high) = (1_u64, around);
    while low < high {
        let middle = low.midpoint(high);
        if Levels::over(middle).pages() >= around + 2 { high = middle } else { low = middle + 1 }
    }
    (low, Levels::over(low).pages() - around)
}
