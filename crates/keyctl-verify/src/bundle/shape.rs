//! The shape of the tree (`docs/bundle-format.md`, section 2): how many pages each level has, and
//! where in the file each lies.

/// Bytes of a page.
pub(super) const PAGE: usize = 4096;
/// Children of a node.
pub(super) const FAN_OUT: u64 = 85;
/// More leaves than this are refused: all numbers then stay far below 2^64.
const MAX_LEAVES: u64 = 1 << 40;

/// Pages by level, the leaves first, the root last; empty without entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape(Vec<u64>);

impl Shape {
    /// The shape over that many leaves; `None` when there are too many.
    pub(super) fn over(leaves: u64) -> Option<Self> {
        if leaves > MAX_LEAVES {
            return None;
        }
        let mut levels = Vec::new();
        let mut pages = leaves;
        while pages > 0 {
            levels.push(pages);
            pages = if pages == 1 { 0 } else { pages.div_ceil(FAN_OUT) };
        }
        Some(Shape(levels))
    }

    /// The root's level; `None` without entries.
    pub(super) fn root(&self) -> Option<usize> {
        self.0.len().checked_sub(1)
    }

    /// How many leaves there are.
    pub(super) fn leaves(&self) -> u64 {
        self.0.first().copied().unwrap_or_default()
    }

    /// Pages of the whole file, the header too.
    pub(super) fn pages(&self) -> u64 {
        1 + self.0.iter().sum::<u64>()
    }

    /// How many children a node has.
    pub(super) fn children(&self, level: usize, index: u64) -> usize {
        let left = self.0[level - 1] - index * FAN_OUT;
        usize::try_from(left.min(FAN_OUT)).expect("at most 85")
    }

    /// The place in the file, in pages, of page `index` of a level.
    pub(super) fn number(&self, level: usize, index: u64) -> u64 {
        let below = |level: usize| (0..level).fold(1, |leaves: u64, _| leaves * FAN_OUT);
        let last_leaf = ((index + 1) * below(level)).min(self.0[0]) - 1;
        let nodes_before: u64 = (1..self.0.len()).map(|k| last_leaf / below(k)).sum();
        1 + last_leaf + nodes_before + level as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every page of the tree in post-order.
    fn walk(shape: &Shape, level: usize, index: u64, visit: &mut impl FnMut(usize, u64)) {
        for child in 0..if level == 0 { 0 } else { shape.children(level, index) as u64 } {
            walk(shape, level - 1, index * FAN_OUT + child, visit);
        }
        visit(level, index);
    }

    #[test]
    fn pages_lie_in_post_order_without_a_gap() {
        for leaves in [1, 2, 84, 85, 86, 170, 171, 7224, 7225, 7226, 7310, 20_000] {
            let shape = Shape::over(leaves).unwrap();
            let mut next = 1;
            walk(&shape, shape.root().unwrap(), 0, &mut |level, index| {
                assert_eq!(shape.number(level, index), next, "{leaves}: {level} {index}");
                next += 1;
            });
            assert_eq!(shape.pages(), next);
        }
    }

    #[test]
    fn nothing_overflows_at_either_end() {
        assert_eq!(Shape::over(0).unwrap(), Shape(vec![]));
        assert_eq!(Shape::over(0).unwrap().pages(), 1);
        let largest = Shape::over(MAX_LEAVES).unwrap();
        let root = largest.root().unwrap();
        assert_eq!(largest.number(root, 0), largest.pages() - 1);
        assert_eq!(Shape::over(MAX_LEAVES + 1), None);
    }
}
