//! What a list is sorted by.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Mutex;

use clap::ValueEnum;
use keyctl_vault::Outline;
use keyctl_verify::Timestamp;

use crate::render::Search;

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Sort {
    /// Newest first
    Created,
    /// By name
    Name,
    /// The next to expire first, never last
    Expires,
    /// The latest used first, never last
    LastUsed,
    /// As they come: memory does not grow with their number
    None,
}

/// Gives every key its place in a list.
#[derive(Clone, Copy)]
pub(super) struct Order<'a> {
    pub(super) sort: Option<Sort>,
    pub(super) search: Option<&'a Search>,
    pub(super) reverse: bool,
}

/// Where a key stands in a list: no two stand at the same place. All but names are compared as numbers,
/// of which lists have millions.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Number(u64, Newest),
    Name(Box<(Box<str>, Newest)>),
    NameBack(Reverse<Box<(Box<str>, Newest)>>),
}

/// The newest first, even within a second: how far the creation and the order are from the last there is.
type Newest = [u64; 2];

impl Order<'_> {
    /// Where a key stands; with `--sort none` that is of no meaning. `last_used` is asked for when
    /// that is what counts.
    pub(super) fn place<E>(
        &self,
        key: &Outline<'_>,
        last_used: impl FnOnce() -> Result<Option<Timestamp>, E>,
    ) -> Result<Place, E> {
        // Seconds since 1970 are far from either end.
        let seconds = |at: Timestamp| at.unix().unsigned_abs();
        let newest = [!seconds(key.created_at), !key.order];
        let number = match (self.sort, self.search) {
            (None, Some(search)) => !u64::from(search.score(key.name).unwrap_or_default()),
            (None | Some(Sort::Created | Sort::None), _) => 0,
            (Some(Sort::Name), _) => {
                let name = Box::new((key.name.to_lowercase().into(), newest));
                let back = self.reverse;
                return Ok(if back { Place::NameBack(Reverse(name)) } else { Place::Name(name) });
            }
            (Some(Sort::Expires), _) => key.expires_at.map_or(u64::MAX, seconds),
            (Some(Sort::LastUsed), _) => last_used()?.map_or(u64::MAX, |at| !1 - seconds(at)),
        };
        Ok(match self.reverse {
            true => Place::Number(!number, newest.map(|n| !n)),
            false => Place::Number(number, newest),
        })
    }
}

/// Something in its place.
pub(super) struct Placed<T> {
    pub(super) place: Place,
    pub(super) what: T,
}

impl<T> PartialEq for Placed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.place == other.place
    }
}

impl<T> Eq for Placed<T> {}

impl<T> PartialOrd for Placed<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Placed<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.place.cmp(&other.place)
    }
}

/// The first so many of all that come by: nothing else is kept, or made at all.
pub(super) struct First<T> {
    most: usize,
    kept: Mutex<BinaryHeap<Placed<T>>>,
}

impl<T> First<T> {
    pub(super) fn new(most: usize) -> Self {
        First { most, kept: Mutex::new(BinaryHeap::new()) }
    }

    /// Keeps what `make` makes, if its place is before the last that is kept.
    pub(super) fn offer(&self, place: Place, make: impl FnOnce() -> T) {
        let is_wanted = |kept: &BinaryHeap<Placed<T>>| {
            kept.len() < self.most || kept.peek().is_some_and(|last| place < last.place)
        };
        if !is_wanted(&self.kept()) {
            return;
        }
        let placed = Placed { what: make(), place };
        let mut kept = self.kept();
        kept.push(placed);
        if kept.len() > self.most {
            kept.pop();
        }
    }

    /// What is kept, in order.
    pub(super) fn into_sorted(self) -> Vec<Placed<T>> {
        self.kept.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner).into_sorted_vec()
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, BinaryHeap<Placed<T>>> {
        self.kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(at: u64) -> Place {
        Place::Number(0, [0, at])
    }

    #[test]
    fn the_first_are_kept_in_whatever_order_they_come() {
        for most in [0, 1, 3, 9] {
            let first = First::new(most);
            for at in [4, 1, 5, 0, 3, 2] {
                first.offer(place(at), || at);
            }
            let kept: Vec<u64> =
                first.into_sorted().into_iter().map(|placed| placed.what).collect();
            assert_eq!(kept, (0..6).take(most).collect::<Vec<_>>());
        }
    }
}
