//! Every key, piece by piece, without holding the vault still: whoever takes the keys slowly keeps
//! no writer waiting, and memory does not grow with the vault.
//!
//! Each piece is some pages of one verified state. A key stays in its page for all its life, so it
//! comes once and as it is when its piece is read, whatever happens to it before and after. Keys
//! that are made in between come or do not.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::layout::Table;
use super::unlocked::UnlockedVault;
use crate::domain::Key;
use crate::error::VaultError;

/// How many keys a piece has, roughly.
const KEYS: u64 = 16_384;

impl UnlockedVault {
    /// What `choose` makes of every key, given to `take` piece by piece, until that breaks off. It
    /// is called on every core.
    ///
    /// # Errors
    /// As [`UnlockedVault::snapshot`], at any piece; whatever `take` fails with.
    pub fn each_key_in_pieces<T: Send, E: From<VaultError>>(
        &mut self,
        choose: impl Fn(Key) -> Option<T> + Sync,
        mut take: impl FnMut(Vec<T>) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        let decode = |record: &[u8]| Key::decode(record).map(&choose);
        let pages = Table::Keys.pages();
        let keys = self.snapshot()?.key_count().max(1);
        let at_once = (u64::from(pages) * KEYS / keys).clamp(1, u64::from(pages));
        let at_once = u16::try_from(at_once).unwrap_or(pages);
        let mut begin = 0;
        while begin < pages {
            let end = begin.saturating_add(at_once).min(pages);
            let mut chosen = Vec::new();
            self.snapshot()?.scan_pages(
                Table::Keys,
                begin..end,
                &BTreeMap::new(),
                decode,
                |some| {
                    chosen.extend(some);
                    Ok(())
                },
            )?;
            if take(chosen)?.is_break() {
                break;
            }
            begin = end;
        }
        Ok(())
    }
}
