//! Reading the audit log of a verified state, a segment at a time.

use std::ops::ControlFlow;

use super::log::LogPlace;
use super::snapshot::Snapshot;
use crate::domain::Entry;
use crate::error::{Finding, VaultError};

impl Snapshot<'_> {
    /// Gives the audit log to `visit`, a segment at a time until it breaks off: the newest segment
    /// first, the entries in each the oldest first. Each is verified through the one after it, and
    /// the newest through the head; memory does not grow with the log.
    ///
    /// # Errors
    /// When the log is damaged or cannot be read.
    pub fn each_audit_segment(
        &self,
        mut visit: impl FnMut(LogPlace, Vec<Entry>) -> ControlFlow<()>,
    ) -> Result<(), VaultError> {
        let mut last = None;
        self.log().each_segment(self.head.audit, 1, |place, entries| {
            let newest = entries.last().map(|entry| entry.generation);
            if *last.get_or_insert(newest) == Some(self.head.generation) {
                visit(place, entries)
            } else {
                ControlFlow::Break(())
            }
        })?;
        if last == Some(Some(self.head.generation)) {
            Ok(())
        } else {
            Err(not_at_the_head().into())
        }
    }

    /// The entries of a segment that was visited before, the oldest first. The newest segment gets
    /// entries with each change, so that it may not be found again; the others stay for ever.
    ///
    /// # Errors
    /// When it is not there any more as it was.
    pub fn audit_segment(&self, place: LogPlace) -> Result<Vec<Entry>, VaultError> {
        self.log().entries_at(place)
    }
}

pub(super) fn not_at_the_head() -> Finding {
    Finding::damaged("the audit log does not end at the head")
}
