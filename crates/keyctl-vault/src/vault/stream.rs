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
        // In pages of a table that has the most: where there are fewer, some pieces have none.
        let pages = PageBits::MOST.pages();
        let keys = self.snapshot()?.key_count().max(1);
        let at_once = (u64::from(pages) * KEYS / keys).clamp(1, u64::from(pages));
        let at_once = u16::try_from(at_once).unwrap_or(pages);
        if at_once == pages {
            return take(self.piece(0..pages, &add)?).map(drop);
        }
        std::thread::scope(|scope| {
            let (sender, pieces) = mpsc::sync_channel(0);
            let taker = scope.spawn(move || {
                for piece in pieces {
                    if take(piece)?.is_break() {
                        break;
                    }
                }
                Ok(())
            });
            for begin in (0..pages).step_by(usize::from(at_once)) {
                let end = begin.saturating_add(at_once).min(pages);
                // Nobody takes it when there were enough, or when one could not be taken.
                if sender.send(self.piece(begin..end, &add)?).is_err() {
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
        snapshot.scan_pages(Table::Keys, pages, &BTreeMap::new(), adder(add), |some| {
            piece.extend(some);
            Ok(())
        })?;
        Ok(piece)
    }
}
