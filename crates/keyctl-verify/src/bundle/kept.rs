//! What has been verified once and is kept: nodes of the tree, so that whoever asks often reads
//! and hashes one page a token instead of one a level.
//!
//! A node is kept as the bytes that were hashed, so what becomes of the file does not matter. Of a
//! source whose bytes cannot change, it is enough to remember which leaves were hashed.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::layout::Lk;
use super::page::{Bounds, Hash, Node, Page};

/// The most nodes that are kept: 22 MB, and all the nodes of ten million tokens.
const MAX_NODES: usize = 4096;

/// Where a node is kept, once it has been verified.
pub(super) type Slot = OnceLock<Box<KeptNode>>;

/// What a bundle keeps.
#[derive(Default)]
pub(super) struct Kept {
    root: Slot,
    nodes: AtomicUsize,
    /// A bit for each leaf of a source that cannot change.
    leaves: OnceLock<Box<[AtomicU64]>>,
}

/// A node that has been verified, with places for the nodes below it.
pub(super) struct KeptNode {
    page: Box<Page>,
    children: usize,
    bounds: Bounds,
    below: Box<[Slot]>,
}

impl KeptNode {
    /// A node of `level`, of which `page` has been hashed.
    ///
    /// # Errors
    /// When it is not what the format says.
    pub(super) fn parse(
        page: Box<Page>,
        level: usize,
        children: usize,
        bounds: Bounds,
    ) -> Result<Self, &'static str> {
        Node::parse(&page, level, children, bounds)?;
        let below = if level > 1 { children } else { 0 };
        let below = std::iter::repeat_with(Slot::new).take(below).collect();
        Ok(KeptNode { page, children, bounds, below })
    }

    /// The child below which `lk` would have to be; its hash, and what is said of it here.
    pub(super) fn towards(&self, lk: &Lk) -> (usize, Hash, Bounds) {
        let node = Node::parsed(&self.page, self.children, self.bounds);
        let child = node.pick(lk);
        let (hash, bounds) = node.child(child);
        (child, hash, bounds)
    }

    /// Where a child is kept, if it is a node.
    pub(super) fn below(&self, child: usize) -> Option<&Slot> {
        self.below.get(child)
    }
}

impl Kept {
    /// Where the root is kept.
    pub(super) fn root(&self) -> &Slot {
        &self.root
    }

    /// Keeps a node, or gives it back when there are enough.
    pub(super) fn keep<'s>(
        &self,
        slot: &'s Slot,
        node: Box<KeptNode>,
    ) -> Result<&'s KeptNode, Box<KeptNode>> {
        if self.nodes.fetch_add(1, Ordering::Relaxed) < MAX_NODES {
            Ok(slot.get_or_init(|| node))
        } else {
            self.nodes.fetch_sub(1, Ordering::Relaxed);
            Err(node)
        }
    }

    /// Whether a leaf of so many was marked.
    pub(super) fn is_marked(&self, leaf: u64, leaves: u64) -> bool {
        self.bit(leaf, leaves).is_some_and(|(word, bit)| word.load(Ordering::Relaxed) & bit != 0)
    }

    /// Marks a leaf of so many, which has been verified.
    pub(super) fn mark(&self, leaf: u64, leaves: u64) {
        if let Some((word, bit)) = self.bit(leaf, leaves) {
            word.fetch_or(bit, Ordering::Relaxed);
        }
    }

    fn bit(&self, leaf: u64, leaves: u64) -> Option<(&AtomicU64, u64)> {
        let words = || (0..leaves.div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        let word = self.leaves.get_or_init(words).get(usize::try_from(leaf / 64).ok()?)?;
        Some((word, 1 << (leaf % 64)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::page::Builder;
    use super::*;

    fn node(level: usize) -> Box<KeptNode> {
        let mut builder = Builder::new(level);
        builder.push(&[0; 48]);
        builder.push(&[1; 48]);
        let (page, _) = builder.finish(1);
        Box::new(KeptNode::parse(page, level, 2, Bounds::default()).unwrap())
    }

    #[test]
    fn so_many_nodes_are_kept_and_no_more() {
        let kept = Kept::default();
        for _ in 0..MAX_NODES {
            assert!(kept.keep(&Slot::new(), node(1)).is_ok());
        }
        for _ in 0..3 {
            let slot = Slot::new();
            assert!(kept.keep(&slot, node(1)).is_err() && slot.get().is_none());
        }
    }

    #[test]
    fn only_nodes_are_kept_below_a_node() {
        assert!(node(1).below(0).is_none(), "leaves");
        let above = node(2);
        assert!(above.below(1).is_some() && above.below(2).is_none());
    }

    #[test]
    fn a_mark_is_of_one_leaf() {
        let kept = Kept::default();
        let marked = || (0..130).filter(|leaf| kept.is_marked(*leaf, 130)).collect::<Vec<_>>();
        assert!(marked().is_empty());
        for leaf in [0, 63, 64, 129] {
            kept.mark(leaf, 130);
        }
        assert_eq!(marked(), [0, 63, 64, 129]);
        kept.mark(200, 130);
        assert!(!kept.is_marked(200, 130));
    }
}
