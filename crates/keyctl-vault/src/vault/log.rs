//! The audit log: sealed segments, each beginning with the digest of the one before, so that the
//! head vouches for all of them by vouching for the last.
//!
//! A segment's row is the generation of its first entry. It is closed after 64 entries, or
//! earlier when a bulk change has made it large, because the last one is rewritten at each
//! change.

use std::ops::ControlFlow;

use super::head::AuditHead;
use super::layout::ABSENT;
use super::segment::{OpenedSegment, SealedSegment, Segment, damaged, segment_digest};
use crate::crypto::{Digest, ReadKeys, VaultId};
use crate::domain::Entry;
use crate::error::{Finding, VaultError};
use crate::store::{Relation, Tx};

/// The most bytes of one entry: it must fit into a blob with those before it.
const MAX_ENTRY: usize = 64 << 20;

/// Where a segment lies, with the digest that the segment after it, or the head, vouches for.
#[derive(Clone, Copy, Debug)]
pub struct LogPlace {
    first: u64,
    digest: Digest,
}

/// How far a log goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LogExtent {
    pub(super) segments: u64,
    pub(super) entries: u64,
    /// The generation of the last entry.
    pub(super) last: u64,
}

/// Reads the log behind a head.
pub(super) struct Log<'a> {
    pub(super) id: VaultId,
    pub(super) keys: &'a ReadKeys,
    pub(super) tx: &'a Tx<'a>,
}

impl Log<'_> {
    /// Appends an encoded entry.
    pub(super) fn append(&self, head: AuditHead, entry: Vec<u8>) -> Result<AuditHead, VaultError> {
        self.put(&self.with(head, entry)?.sealed(self.keys, self.id)?)
    }

    /// The segment that has an encoded entry: the last one, which is verified first, or a new one.
    pub(super) fn with(&self, head: AuditHead, entry: Vec<u8>) -> Result<Segment, VaultError> {
        check_entry_len(entry.len())?;
        let (generation, follows) =
            Entry::place(&entry).expect("what was just encoded is an entry");
        let is_next = follows.saturating_add(1) == generation;
        let read = || self.segment(head.tail, &head.digest).map(|tail| tail.to_segment());
        let tail = (head.tail > 0).then(read).transpose()?;
        let mut segment = match tail {
            Some(tail) if !tail.is_full() && is_next => tail,
            Some(_) | None => Segment::new(generation, head.digest),
        };
        segment.push(entry);
        Ok(segment)
    }

    /// Writes a segment, as the last of the log.
    pub(super) fn put(&self, segment: &SealedSegment) -> Result<AuditHead, VaultError> {
        self.tx.put(Relation::Audit, row(segment.first), &segment.sealed)?;
        Ok(AuditHead { tail: segment.first, digest: segment.digest })
    }

    /// Every segment, oldest first, verified.
    pub(super) fn all(&self, head: AuditHead) -> Result<Vec<OpenedSegment>, VaultError> {
        let mut segments = Vec::new();
        self.walk(head, 1, |_, segment| {
            segments.push(segment);
            Ok(ControlFlow::Continue(()))
        })?;
        segments.reverse();
        Ok(segments)
    }

    /// Writes the segments of a whole log, which are opened, where there is none.
    pub(super) fn write_all(&self, segments: Vec<OpenedSegment>) -> Result<AuditHead, VaultError> {
        let mut head = AuditHead { tail: 0, digest: ABSENT };
        for segment in segments {
            head = self.put(&segment.resealed(self.keys, self.id, &head.digest)?)?;
        }
        Ok(head)
    }

    /// Every entry from generation `from` on, oldest first, each segment verified through those
    /// after it.
    pub(super) fn entries_from(
        &self,
        head: AuditHead,
        from: u64,
    ) -> Result<Vec<Entry>, VaultError> {
        let mut newest_first = Vec::new();
        self.each_segment(head, from, |_, entries| {
            newest_first.push(entries);
            ControlFlow::Continue(())
        })?;
        let entries = newest_first.into_iter().rev().flatten();
        Ok(entries.filter(|entry| entry.generation >= from).collect())
    }

    /// Gives the segments that have entries from generation `from` on to `visit`, the newest
    /// first, each verified through the one after it, until it breaks off.
    pub(super) fn each_segment(
        &self,
        head: AuditHead,
        from: u64,
        mut visit: impl FnMut(LogPlace, Vec<Entry>) -> ControlFlow<()>,
    ) -> Result<(), VaultError> {
        self.walk(head, from, |place, segment| Ok(visit(place, segment.decode()?)))
    }

    /// How far it goes, when `check` has nothing against any of its segments.
    pub(super) fn extent(
        &self,
        head: AuditHead,
        check: impl Fn(&OpenedSegment) -> Result<(), Finding>,
    ) -> Result<LogExtent, VaultError> {
        let mut extent = LogExtent::default();
        self.walk(head, 1, |_, segment| {
            check(&segment)?;
            let entries = segment.entries().len() as u64;
            if extent.segments == 0 {
                extent.last = segment.first.saturating_add(entries).saturating_sub(1);
            }
            extent.segments += 1;
            extent.entries += entries;
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(extent)
    }

    fn walk(
        &self,
        head: AuditHead,
        from: u64,
        mut visit: impl FnMut(LogPlace, OpenedSegment) -> Result<ControlFlow<()>, VaultError>,
    ) -> Result<(), VaultError> {
        let (mut row, mut digest) = (head.tail, head.digest);
        // The generation that the segment after this one follows.
        let mut expected = None;
        loop {
            let segment = self.segment(row, &digest)?;
            let places = segment.places()?;
            let last = places.last().map(|(generation, _)| *generation);
            if last.is_none() || (expected.is_some() && last != expected) {
                return Err(
                    Finding::damaged("the audit log does not count every generation").into()
                );
            }
            let (first, previous) = (segment.first, segment.previous);
            let broke_off = visit(LogPlace { first, digest }, segment)?.is_break();
            let is_first = previous == ABSENT;
            if is_first != (first == 1) {
                return Err(damaged(first, "does not begin where the log does").into());
            }
            if broke_off || is_first || first <= from {
                return Ok(());
            }
            expected = places.first().map(|(_, follows)| *follows);
            digest = previous;
            row = self.row_before(first)?;
        }
    }

    /// The entries of a segment that is vouched for by the digest of its place.
    pub(super) fn entries_at(&self, place: LogPlace) -> Result<Vec<Entry>, VaultError> {
        Ok(self.segment(place.first, &place.digest)?.decode()?)
    }

    /// The segment that has the digest that it must have.
    fn segment(&self, first: u64, expected: &Digest) -> Result<OpenedSegment, VaultError> {
        let sealed = self.tx.get(Relation::Audit, row(first))?;
        let sealed = sealed.ok_or_else(|| damaged(first, "is missing"))?;
        if segment_digest(self.id, first, &sealed) != *expected {
            return Err(damaged(first, "has been changed").into());
        }
        let opened = OpenedSegment::open(&self.keys.audit, self.id, first, sealed);
        opened.ok_or_else(|| damaged(first, "is malformed").into())
    }

    fn row_before(&self, first: u64) -> Result<u64, VaultError> {
        let before = self.tx.last_at(Relation::Audit, row(first) - 1)?;
        let before = before.and_then(|row| u64::try_from(row).ok());
        before.ok_or_else(|| damaged(first, "has no segment before it").into())
    }
}

fn check_entry_len(len: usize) -> Result<(), VaultError> {
    let too_large = VaultError::TooLarge { what: "the audit entry", limit: MAX_ENTRY };
    if len > MAX_ENTRY { Err(too_large) } else { Ok(()) }
}

pub(super) fn row(first: u64) -> i64 {
    i64::try_from(first).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use keyctl_verify::Timestamp;

    use super::*;
    use crate::crypto::{AdminKeys, Key32};
    use crate::domain::{Author, Change, Verb};
    use crate::store::Store;

    const ID: VaultId = VaultId([1; 16]);

    fn entry(generation: u64, verb: Verb, changes: Vec<Change>) -> Vec<u8> {
        let now = Timestamp::from_unix(0).unwrap();
        let entry = Entry {
            generation,
            verb: verb.as_str().to_owned(),
            author: Author { actor: "a".to_owned(), host: "h".to_owned(), now },
            slot: "main".to_owned(),
            changes,
            uses: 0,
            random: [0; 16],
            previous_head: [0; 32],
        };
        entry.encode()
    }

    fn keys(n: u8) -> AdminKeys {
        AdminKeys::derive(ID, Key32::fill_with(|k| *k = [n; 32]))
    }

    /// What `look` finds in a log of these segments.
    fn with_log<T>(
        segments: Vec<Vec<Vec<u8>>>,
        look: impl FnOnce(&Log<'_>, AuditHead) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        let folder = tempfile::tempdir().unwrap();
        Store::make(&folder.path().join("vault.kcv"), |tx| {
            let keys = keys(2);
            let log = Log { id: ID, keys: &keys.read, tx };
            let mut head = AuditHead { tail: 0, digest: ABSENT };
            for entries in segments {
                let first = entries.first().map_or(head.tail + 1, |e| Entry::place(e).unwrap().0);
                let mut segment = Segment::new(first, head.digest);
                entries.into_iter().for_each(|entry| segment.push(entry));
                head = log.put(&segment.sealed(log.keys, ID)?)?;
            }
            look(&log, head)
        })
    }

    /// How many segments there are and the last generation, and the generations of the entries.
    fn read(segments: Vec<Vec<Vec<u8>>>) -> Result<((u64, u64), Vec<u64>), VaultError> {
        with_log(segments, |log, head| {
            let (extent, entries) = (log.extent(head, |_| Ok(())), log.entries_from(head, 1));
            assert_eq!(extent.is_err(), entries.is_err());
            let (extent, entries) = (extent?, entries?);
            assert_eq!(extent.entries, entries.len() as u64);
            let generations = entries.iter().map(|entry| entry.generation);
            Ok(((extent.segments, extent.last), generations.collect()))
        })
    }

    #[test]
    fn a_log_counts_every_generation() {
        let edit = |n| entry(n, Verb::Edit, Vec::new());
        let good = read(vec![vec![edit(1), edit(2)], vec![edit(3)], vec![edit(4)]]).unwrap();
        assert_eq!(good, ((3, 4), vec![1, 2, 3, 4]));
        // A backup that was put back goes on from its own generation, and says so.
        let back = entry(9, Verb::Restore, vec![Entry::restored(2, 9)]);
        let restored = read(vec![vec![edit(1), edit(2)], vec![back.clone()]]).unwrap();
        assert_eq!(restored, ((2, 9), vec![1, 2, 9]));
        for broken in [
            vec![vec![edit(1), edit(3)]],
            vec![vec![edit(1)], vec![edit(3)]],
            vec![vec![edit(1), edit(2), edit(3)], vec![edit(3)]],
            vec![vec![edit(1)], vec![back]],
            vec![vec![edit(2)]],
            vec![vec![edit(1)], vec![]],
            vec![vec![], vec![edit(2)]],
        ] {
            assert!(matches!(read(broken), Err(VaultError::Integrity(_))));
        }
    }

    #[test]
    fn a_log_can_be_written_anew_under_other_keys() {
        let edit = |n| entry(n, Verb::Edit, Vec::new());
        with_log(vec![vec![edit(1), edit(2)], vec![edit(3)]], |log, head| {
            let (segments, before) = (log.all(head)?, log.entries_from(head, 1)?);
            let keys = keys(3);
            let other = Log { id: VaultId([4; 16]), keys: &keys.read, tx: log.tx };
            let head = other.write_all(segments)?;
            assert_eq!(other.entries_from(head, 1)?, before);
            assert_eq!(before.len(), 3);
            assert!(log.entries_from(head, 1).is_err(), "it is of the other keys now");
            Ok(())
        })
        .unwrap();
    }

    #[test]
    fn who_checks_a_log_reads_every_entry() {
        let good = entry(1, Verb::Edit, Vec::new());
        let cut = entry(2, Verb::Edit, vec![Entry::restored(2, 9)]);
        let cut = cut[..cut.len() - 1].to_vec();
        with_log(vec![vec![good], vec![cut]], |log, head| {
            assert_eq!(log.extent(head, |_| Ok(()))?.entries, 2);
            let checked = log.extent(head, OpenedSegment::check_entries);
            assert!(matches!(checked, Err(VaultError::Integrity(_))));
            Ok(())
        })
        .unwrap();
    }

    #[test]
    fn an_entry_has_64_mib_at_most() {
        assert!(check_entry_len(64 << 20).is_ok());
        assert!(check_entry_len((64 << 20) + 1).is_err());
        assert!(check_entry_len(65 << 20).is_err());
    }
}
