//! The audit log: sealed segments, each beginning with the digest of the one before, so that the
//! head vouches for all of them by vouching for the last.
//!
//! A segment's row is the generation of its first entry. It is closed after 64 entries, or
//! earlier when a bulk change has made it large, because the last one is rewritten at each
//! change.

use std::ops::ControlFlow;

use keyctl_verify::cbor::Malformed;
use zeroize::Zeroizing;

use super::head::AuditHead;
use super::layout::ABSENT;
use crate::crypto::{Digest, Key32, ReadKeys, Sealed, VaultId, digest, open_in_place, seal};
use crate::domain::Entry;
use crate::error::{Finding, VaultError};
use crate::store::{Relation, Tx};

const AAD_TAG: &[u8] = b"keyctl/v1/audit\0";
const MAX_ENTRIES: usize = 64;
/// A segment is closed once its entries take this many bytes.
const FULL_LEN: usize = 64 << 10;
const PAD: usize = 512;
/// The most bytes of one entry: it must fit into a blob with those before it.
const MAX_ENTRY: usize = 64 << 20;

/// A segment of the log.
pub(super) struct Segment {
    first: u64,
    previous: Digest,
    entries: Vec<Vec<u8>>,
}

impl Segment {
    pub(super) fn new(first: u64, previous: Digest) -> Self {
        Segment { first, previous, entries: Vec::new() }
    }

    fn is_full(&self) -> bool {
        let len: usize = self.entries.iter().map(Vec::len).sum();
        self.entries.len() >= MAX_ENTRIES || len >= FULL_LEN
    }

    /// `digest before[32] || count u32 || count × (len u32 || entry) || zeros`, sealed.
    pub(super) fn seal(&self, key: &Key32, id: VaultId) -> Result<Sealed, VaultError> {
        let len: usize = self.entries.iter().map(|entry| 4 + entry.len()).sum();
        let padded = (32 + 4 + len).next_multiple_of(PAD);
        let mut plain = Zeroizing::new(Vec::with_capacity(padded));
        plain.extend_from_slice(&self.previous);
        plain.extend_from_slice(&u32::try_from(self.entries.len()).unwrap_or(0).to_be_bytes());
        for entry in &self.entries {
            let len = u32::try_from(entry.len()).expect("an entry is smaller than a blob");
            plain.extend_from_slice(&len.to_be_bytes());
            plain.extend_from_slice(entry);
        }
        plain.resize(padded, 0);
        seal(key, &aad(id, self.first), &plain)
    }

    pub(super) fn sealed(&self, keys: &ReadKeys, id: VaultId) -> Result<SealedSegment, VaultError> {
        let sealed = self.seal(&keys.audit, id)?;
        let digest = segment_digest(id, self.first, &sealed);
        Ok(SealedSegment { first: self.first, sealed, digest })
    }
}

/// The entries of a segment where they lie in its plaintext.
pub(super) struct OpenedSegment<'p> {
    first: u64,
    previous: Digest,
    entries: Vec<&'p [u8]>,
}

impl<'p> OpenedSegment<'p> {
    pub(super) fn parse(first: u64, plain: &'p [u8]) -> Option<Self> {
        let (previous, rest) = plain.split_first_chunk::<32>()?;
        let (count, mut rest) = rest.split_first_chunk::<4>()?;
        let mut entries = Vec::new();
        for _ in 0..u32::from_be_bytes(*count) {
            let (len, after) = rest.split_first_chunk::<4>()?;
            let (entry, after) = after.split_at_checked(u32::from_be_bytes(*len) as usize)?;
            entries.push(entry);
            rest = after;
        }
        let padded = plain.len().is_multiple_of(PAD) && rest.len() < PAD;
        let segment = OpenedSegment { first, previous: *previous, entries };
        (padded && rest.iter().all(|byte| *byte == 0)).then_some(segment)
    }

    /// A segment that can be extended.
    pub(super) fn to_segment(&self) -> Segment {
        let entries = self.entries.iter().map(|entry| entry.to_vec()).collect();
        Segment { first: self.first, previous: self.previous, entries }
    }

    pub(super) fn decode(&self) -> Result<Vec<Entry>, Finding> {
        self.numbered(|bytes| Entry::decode(bytes).map(|entry| (entry.generation, entry)))
    }

    /// The generation of each entry, with the one that it follows.
    fn places(&self) -> Result<Vec<(u64, u64)>, Finding> {
        self.numbered(|bytes| Entry::place(bytes).map(|place| (place.0, place)))
    }

    /// What `read` makes of the entries, if they have the generations that they must have.
    fn numbered<T>(
        &self,
        read: impl Fn(&[u8]) -> Result<(u64, T), Malformed>,
    ) -> Result<Vec<T>, Finding> {
        let numbered = (self.first..).zip(&self.entries);
        let entries = numbered.map(|(generation, bytes)| {
            read(bytes).ok().filter(|(own, _)| *own == generation).map(|(_, entry)| entry)
        });
        entries.collect::<Option<_>>().ok_or_else(|| damaged(self.first, "is malformed"))
    }
}

/// A segment that is sealed and not yet written.
pub(super) struct SealedSegment {
    first: u64,
    sealed: Sealed,
    digest: Digest,
}

/// Where a segment lies, with the digest that the segment after it, or the head, vouches for.
#[derive(Clone, Copy, Debug)]
pub struct LogPlace {
    first: u64,
    digest: Digest,
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
        let read = || self.segment(head.tail, &head.digest, |tail| Ok(tail.to_segment()));
        let tail = (head.tail > 0).then(read).transpose()?;
        let mut segment = match tail {
            Some(tail) if !tail.is_full() && is_next => tail,
            Some(_) | None => Segment::new(generation, head.digest),
        };
        segment.entries.push(entry);
        Ok(segment)
    }

    /// Writes a segment, as the last of the log.
    pub(super) fn put(&self, segment: &SealedSegment) -> Result<AuditHead, VaultError> {
        self.tx.put(Relation::Audit, row(segment.first), &segment.sealed)?;
        Ok(AuditHead { tail: segment.first, digest: segment.digest })
    }

    /// The encoded entries of every segment, oldest first, verified.
    pub(super) fn all(&self, head: AuditHead) -> Result<Vec<Vec<Vec<u8>>>, VaultError> {
        let mut segments = Vec::new();
        self.walk(head, 1, |_, segment| {
            segments.push(segment.to_segment().entries);
            Ok(ControlFlow::Continue(()))
        })?;
        segments.reverse();
        Ok(segments)
    }

    /// Writes the segments of a whole log where there is none.
    pub(super) fn write_all(&self, segments: Vec<Vec<Vec<u8>>>) -> Result<AuditHead, VaultError> {
        let mut head = AuditHead { tail: 0, digest: ABSENT };
        for entries in segments {
            let first = entries.first().and_then(|entry| Entry::decode(entry).ok());
            let first = first.ok_or_else(|| Finding::damaged("an audit segment is empty"))?;
            let segment = Segment { first: first.generation, previous: head.digest, entries };
            head = self.put(&segment.sealed(self.keys, self.id)?)?;
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

    /// How many segments there are, and the generation of the last entry. What the entries say is not
    /// looked at.
    pub(super) fn extent(&self, head: AuditHead) -> Result<(u64, u64), VaultError> {
        let (mut count, mut last) = (0, None);
        self.walk(head, 1, |_, segment| {
            count += 1;
            last.get_or_insert(segment.first.saturating_add(segment.entries.len() as u64));
            Ok(ControlFlow::Continue(()))
        })?;
        Ok((count, last.unwrap_or_default().saturating_sub(1)))
    }

    fn walk(
        &self,
        head: AuditHead,
        from: u64,
        mut visit: impl FnMut(LogPlace, &OpenedSegment<'_>) -> Result<ControlFlow<()>, VaultError>,
    ) -> Result<(), VaultError> {
        let (mut row, mut digest) = (head.tail, head.digest);
        // The generation that the segment after this one follows.
        let mut expected = None;
        loop {
            let (previous, first, follows, broke_off) = self.segment(row, &digest, |segment| {
                let places = segment.places()?;
                let last = places.last().map(|(generation, _)| *generation);
                let follows = places.first().map(|(_, follows)| *follows);
                if expected.is_some() && last != expected {
                    return Err(
                        Finding::damaged("the audit log does not count every generation").into()
                    );
                }
                let first = segment.first;
                let broke_off = visit(LogPlace { first, digest }, segment)?.is_break();
                Ok((segment.previous, first, follows, broke_off))
            })?;
            let is_first = previous == ABSENT;
            if is_first != (first == 1) {
                return Err(damaged(first, "does not begin where the log does").into());
            }
            if broke_off || is_first || first <= from {
                return Ok(());
            }
            expected = follows;
            digest = previous;
            row = self.row_before(first)?;
        }
    }

    /// The entries of a segment that is vouched for by the digest of its place.
    pub(super) fn entries_at(&self, place: LogPlace) -> Result<Vec<Entry>, VaultError> {
        self.segment(place.first, &place.digest, |segment| Ok(segment.decode()?))
    }

    /// What `read` makes of the segment that has the digest that it must have.
    fn segment<T>(
        &self,
        first: u64,
        expected: &Digest,
        read: impl FnOnce(&OpenedSegment<'_>) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        let sealed = self.tx.get(Relation::Audit, row(first))?;
        let mut sealed = Zeroizing::new(sealed.ok_or_else(|| damaged(first, "is missing"))?);
        if segment_digest(self.id, first, &sealed) != *expected {
            return Err(damaged(first, "has been changed").into());
        }
        let plain = open_in_place(&self.keys.audit, &aad(self.id, first), &mut sealed);
        let segment = plain.and_then(|plain| OpenedSegment::parse(first, plain));
        read(&segment.ok_or_else(|| damaged(first, "is malformed"))?)
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

pub(super) fn aad(id: VaultId, first: u64) -> Vec<u8> {
    [AAD_TAG, &id.0, &first.to_be_bytes()].concat()
}

/// `SHA-256("keyctl/v1/audit-digest\0" || vault id || first generation u64 || sealed)`.
pub(super) fn segment_digest(id: VaultId, first: u64, sealed: &[u8]) -> Digest {
    digest("keyctl/v1/audit-digest\0", &[&id.0, &first.to_be_bytes(), sealed])
}

fn damaged(first: u64, what: &str) -> Finding {
    Finding::damaged(format!("the audit segment of generation {first} {what}"))
}

#[cfg(test)]
mod tests {
    use keyctl_verify::Timestamp;

    use super::*;
    use crate::crypto::{AdminKeys, open};
    use crate::domain::{Author, Change, Verb};
    use crate::store::Store;

    const ID: VaultId = VaultId([1; 16]);

    fn segment(entries: Vec<Vec<u8>>) -> Segment {
        Segment { entries, ..Segment::new(7, [9; 32]) }
    }

    fn plain(segment: &Segment) -> Vec<u8> {
        let key = Key32::fill_with(|k| *k = [2; 32]);
        let sealed = segment.seal(&key, ID).unwrap();
        assert!(open(&key, &aad(ID, 8), &sealed).is_none(), "it is sealed for its place");
        open(&key, &aad(ID, 7), &sealed).unwrap().to_vec()
    }

    #[test]
    fn a_segment_reads_back_and_is_no_longer_than_it_must_be() {
        // 32 bytes of digest, 4 of count, 4 of length.
        for (len, padded) in [(0, 512), (472, 512), (473, 1024), (984, 1024), (985, 1536)] {
            let segment = segment(vec![vec![3; len]]);
            let plain = plain(&segment);
            assert_eq!(plain.len(), padded, "{len} bytes");
            let read = OpenedSegment::parse(7, &plain).unwrap();
            assert_eq!((read.first, read.previous), (7, [9; 32]));
            assert_eq!(read.entries, segment.entries);
        }
    }

    #[test]
    fn a_segment_has_one_encoding() {
        let good = plain(&segment(vec![b"one".to_vec(), b"two".to_vec()]));
        let parse = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut plain = good.clone();
            change(&mut plain);
            OpenedSegment::parse(7, &plain).is_some()
        };
        assert!(parse(&|_| {}));
        assert!(!parse(&|plain| plain.resize(1024, 0)), "padding of a whole block");
        assert!(!parse(&|plain| plain.truncate(511)), "not a multiple of the block");
        assert!(!parse(&|plain| plain[511] = 1), "padding that is not zero");
        assert!(!parse(&|plain| plain[35] = 1), "an entry in the padding");
        assert!(!parse(&|plain| plain[32] = 1), "more entries than bytes");
        assert!(!parse(&|plain| plain[36] = 1), "an entry longer than the segment");
        assert!(!parse(&|plain| plain.truncate(35)), "no count");
        assert!(OpenedSegment::parse(7, &[0; 512]).is_some_and(|read| read.entries.is_empty()));
        assert!(OpenedSegment::parse(7, &[0; 1024]).is_none(), "two blocks of nothing");
        let full = plain(&segment(vec![vec![3; 472]]));
        assert!(OpenedSegment::parse(7, &full).is_some());
        let longer = [&full[..], &[0; 512]].concat();
        assert!(OpenedSegment::parse(7, &longer).is_none(), "a block after a full one");
    }

    #[test]
    fn a_segment_is_full_with_so_many_entries_or_so_many_bytes() {
        assert!(!segment(vec![vec![]; 63]).is_full());
        assert!(segment(vec![vec![]; 64]).is_full());
        assert!(!segment(vec![vec![0; 32 << 10], vec![0; (32 << 10) - 1]]).is_full());
        assert!(segment(vec![vec![0; 32 << 10]; 2]).is_full());
    }

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

    /// What a log of these segments says: how many there are and the last generation, and the
    /// generations of its entries.
    fn read(segments: Vec<Vec<Vec<u8>>>) -> Result<((u64, u64), Vec<u64>), VaultError> {
        let folder = tempfile::tempdir().unwrap();
        Store::make(&folder.path().join("vault.kcv"), |tx| {
            let keys = AdminKeys::derive(ID, Key32::fill_with(|k| *k = [2; 32]));
            let log = Log { id: ID, keys: &keys.read, tx };
            let head = log.write_all(segments)?;
            let extent = log.extent(head);
            let entries = log.entries_from(head, 1);
            assert_eq!(extent.is_err(), entries.is_err());
            Ok((extent?, entries?.iter().map(|entry| entry.generation).collect()))
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
        ] {
            assert!(matches!(read(broken), Err(VaultError::Integrity(_))));
        }
    }

    #[test]
    fn an_entry_has_64_mib_at_most() {
        assert!(check_entry_len(64 << 20).is_ok());
        assert!(check_entry_len((64 << 20) + 1).is_err());
        assert!(check_entry_len(65 << 20).is_err());
    }
}
