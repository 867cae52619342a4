//! Every key, piece by piece, without holding the vault still: whoever takes the keys slowly keeps
//! no writer waiting, and memory does not grow with the vault.
//!
//! Each piece is some pages of one verified state. A key's place says in which it is, for all its life
//! and also when there are more pages by then, so it comes once and as it is when its piece is read,
//! whatever happens to it before and after. Keys that are made in between come or do not.

use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range};
use std::sync::mpsc;

use keyctl_verify::cbor::Malformed;

use super::layout::{PageBits, Table};
use super::snapshot::adder;
use super::unlocked::UnlockedVault;
use crate::domain::KeyRecord;
use crate::error::VaultError;

/// How many keys a piece has, roughly.
const KEYS: u64 = 16_384;

impl UnlockedVault {
    /// What `add` gathers of the keys, page by page, given to `take` some pages at a time, until that
    /// breaks off. `add` is called on every core, and `take` on a thread of its own: what it does is
    /// done while the next pages are read.
    ///
    /// # Errors
    /// As [`UnlockedVault::snapshot`], at any piece; whatever `take` fails with.
    pub fn each_key_in_pieces<T: Default + Send, E: From<VaultError> + Send>(
        &mut self,
        add: impl Fn(&mut T, KeyRecord<'_>) -> Result<(), Malformed> + Sync,
        mut take: impl FnMut(Vec<T>) -> Result<ControlFlow<()>, E> + Send,
    ) -> Result<(), E> {
        let snapshot = self.snapshot()?;
        let mut pieces = pieces(snapshot.bits(Table::Keys), snapshot.key_count());
        drop(snapshot);
        if pieces.len() == 1 {
            return pieces.try_for_each(|pages| take(self.piece(pages, &add)?).map(drop));
        }
        std::thread::scope(|scope| {
            let (sender, read) = mpsc::sync_channel(0);
            let taker = scope.spawn(move || {
                for piece in read {
                    if take(piece)?.is_break() {
                        break;
                    }
                }
                Ok(())
            });
            for pages in pieces {
                // Nobody takes it when there were enough, or when one could not be taken.
                if sender.send(self.piece(pages, &add)?).is_err() {
                    break;
                }
            }
            drop(sender);
            taker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }

    /// What `add` gathers of the keys in some pages of [`PageBits::MOST`], of one state of the vault.
    fn piece<T: Default + Send>(
        &mut self,
        pages: Range<u16>,
        add: &(impl Fn(&mut T, KeyRecord<'_>) -> Result<(), Malformed> + Sync),
    ) -> Result<Vec<T>, VaultError> {
        let (mut piece, snapshot) = (Vec::new(), self.snapshot()?);
        let bits = snapshot.bits(Table::Keys);
        let pages = bits.page_from(pages.start)..bits.page_from(pages.end);
        let take = |some| {
            piece.extend(some);
            Ok(())
        };
        snapshot.scan_pages(Table::Keys, pages, &BTreeMap::new(), adder(add), take, || Ok(()))?;
        Ok(piece)
    }
}

/// The pieces of a table, in pages of [`PageBits::MOST`]. Each begins where a page of the table begins, and
/// so where one begins when there are more.
fn pieces(bits: PageBits, keys: u64) -> impl ExactSizeIterator<Item = Range<u16>> {
    let all = PageBits::MOST.pages();
    let at_once = u64::from(all) * KEYS / keys.max(1);
    let at_once = u16::try_from(at_once).map_or(all, |pages| pages.clamp(1, all));
    let at_once = at_once.next_multiple_of(all / bits.pages());
    (0..all).step_by(usize::from(at_once)).map(move |begin| begin..all.min(begin + at_once))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use keyctl_verify::{Environment, KeyId, Kind, ScopeSet};

    use super::*;
    use crate::domain::{Name, Verb};
    use crate::issue::{Expiry, NameChoice, NewKey, create, create_many};
    use crate::vault::sample;

    fn new_key(name: &str) -> NewKey {
        NewKey {
            project: None,
            environment: Environment::Development,
            kind: Kind::General,
            owner: None,
            name: NameChoice::Given(Name::parse(name).unwrap()),
            expires: Expiry::Never,
            not_before: None,
            scopes: ScopeSet::default(),
            paths: Vec::new(),
            ips: Vec::new(),
            customers: Vec::new(),
            rate_limit: None,
            labels: BTreeMap::new(),
            note: None,
            recoverable: false,
        }
    }

    #[test]
    fn pieces_have_some_keys_each_and_begin_where_pages_do() {
        for bits in [6, 9, 12].map(|bits| PageBits::parse(bits).unwrap()) {
            let page = PageBits::MOST.pages() / bits.pages();
            for keys in [0, 1, KEYS, KEYS + 1, 20_000, 1 << 20, 10_000_000, 1 << 50] {
                let pieces: Vec<_> = pieces(bits, keys).collect();
                assert!(pieces.len() == 1 || keys > KEYS, "{keys} keys");
                assert_eq!((pieces[0].start, pieces.last().unwrap().end), (0, 4096));
                assert!(pieces.windows(2).all(|two| two[0].end == two[1].start));
                assert!(pieces.iter().all(|piece| piece.start % page == 0 && !piece.is_empty()));
                let most = KEYS + keys / u64::from(bits.pages()) + 1;
                let has = |piece: &Range<u16>| keys / 4096 * piece.len() as u64;
                assert!(pieces.iter().all(|piece| has(piece) <= most), "{keys} keys");
            }
        }
    }

    #[test]
    fn a_key_comes_once_though_there_are_more_pages_for_the_later_pieces() {
        let (_folder, mut vault, by) = sample::vault();
        let now = by.now;
        let made = vault.transaction(&by, Verb::Create, |tx| {
            let new = (0..200).map(|n| new_key(&format!("k{n}")));
            create_many(tx, new, now, |_| ()).map_err(|(_, error)| error)
        });
        let made = made.unwrap();
        let ids = |ids: &mut Vec<KeyId>, record: KeyRecord<'_>| {
            ids.push(record.key()?.id);
            Ok(())
        };
        assert!(vault.piece(0..1, &ids).unwrap().is_empty(), "a part of a page is none");
        let mut seen: Vec<KeyId> = Vec::new();
        // As of so many keys.
        let mut pieces = pieces(PageBits::LEAST, 1 << 20);
        let mut take = |vault: &mut UnlockedVault, some: usize| {
            for pages in pieces.by_ref().take(some) {
                seen.extend(vault.piece(pages, &ids).unwrap().into_iter().flatten());
            }
        };
        take(&mut vault, 23);
        vault
            .transaction(&by, Verb::Create, |tx| {
                tx.make_room(40_000)?;
                create(tx, new_key("later"), now)
            })
            .unwrap();
        take(&mut vault, 64);
        let once: BTreeSet<KeyId> = seen.iter().copied().collect();
        assert_eq!(once.len(), seen.len(), "none comes twice");
        assert!(made.iter().all(|made| once.contains(&made.key.id)), "none is left out");
    }
}
