//! Sorting more entries than fit into memory: sorted runs in files without a name, and then all of
//! them at once. An entry is sealed before it comes here, so its file tells no more than the bundle.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::mpsc;
use std::thread;

use keyctl_verify::Entry;
use rayon::slice::ParallelSliceMut;

use crate::error::VaultError;
use crate::store::files;

/// Bytes of entries that are kept in memory.
const MAX_BYTES: usize = 128 << 20;
/// Bytes that are read or written at once of each run.
const BUFFER: usize = 256 << 10;
/// Bytes of entries that one thread fetches for another at once.
const CHUNK: usize = 1 << 20;
/// Entries that are fetched from memory at once.
const NEAR: usize = 256;
/// What comes before an entry's sealed part: where it lies, and its size in two bytes.
const HEAD: usize = 18;

/// Entries in the order in which they came, and where each is.
#[derive(Default)]
pub(super) struct Entries {
    bytes: Vec<u8>,
    /// What entries are ordered by, as numbers, and where in `bytes`.
    places: Vec<(u64, u64, usize)>,
}

impl Entries {
    /// Adds what `seal` writes behind the others: an entry, or nothing when it fails.
    pub(super) fn push<E>(
        &mut self,
        seal: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        let begin = self.bytes.len();
        seal(&mut self.bytes)?;
        let number = |at: usize| {
            let bytes = &self.bytes[begin + at..begin + at + 8];
            u64::from_be_bytes(bytes.try_into().expect("an entry begins with where it lies"))
        };
        self.places.push((number(0), number(8), begin));
        Ok(())
    }

    fn append(&mut self, other: &Entries) {
        let begin = self.bytes.len();
        self.places.extend(other.places.iter().map(|(high, low, at)| (*high, *low, begin + at)));
        self.bytes.extend_from_slice(&other.bytes);
    }

    /// Puts them in order. Two in one place are no bundle, in whatever order.
    fn sort(&mut self) {
        self.places.par_sort_unstable();
    }

    /// The entry at a place.
    fn at(&self, at: usize) -> &[u8] {
        &self.bytes[at..at + self.size_at(at)]
    }

    /// Bytes of the entry at a place.
    fn size_at(&self, at: usize) -> usize {
        size_of(&self.bytes[at..])
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.places.clear();
    }
}

/// Entries that come in any order.
pub(super) struct Runs<'p> {
    beside: &'p Path,
    entries: Entries,
    max_bytes: usize,
    files: Vec<File>,
}

impl<'p> Runs<'p> {
    /// None yet; files are made beside `path`, where there is room for the bundle.
    pub(super) fn new(path: &'p Path) -> Self {
        let entries = Entries::default();
        Runs { beside: path, entries, max_bytes: MAX_BYTES, files: Vec::new() }
    }

    pub(super) fn extend(&mut self, entries: &Entries) -> Result<(), VaultError> {
        self.entries.append(entries);
        if self.entries.bytes.len() < self.max_bytes {
            return Ok(());
        }
        let file = files::nameless_beside(self.beside)?;
        self.entries.sort();
        let mut out = BufWriter::with_capacity(BUFFER, &file);
        let mut places = self.entries.places.iter();
        let written = places.try_for_each(|(.., at)| out.write_all(self.entries.at(*at)));
        let written = written.and_then(|()| out.flush()).and_then(|()| rewind(&file));
        drop(out);
        written.map_err(VaultError::io("set entries aside beside", self.beside))?;
        self.files.push(file);
        self.entries.clear();
        Ok(())
    }

    /// All entries in ascending order.
    pub(super) fn merge(mut self) -> Result<Merge, VaultError> {
        self.entries.sort();
        let mut runs = vec![Run::Memory(InMemory::of(self.entries))];
        runs.extend(self.files.into_iter().map(|f| Run::File(BufReader::with_capacity(BUFFER, f))));
        let mut heap = BinaryHeap::new();
        for mut run in runs {
            let first = run.next().map_err(VaultError::io("read entries beside", self.beside))?;
            heap.extend(first.map(|next| Reverse(Head { next, run })));
        }
        Ok(Merge { heap, chunk: CHUNK })
    }
}

fn rewind(mut file: &File) -> io::Result<()> {
    file.seek(SeekFrom::Start(0)).map(drop)
}

/// A sorted run.
enum Run {
    Memory(InMemory),
    File(BufReader<File>),
}

/// Entries lie anywhere in memory: the sizes of some are asked for side by side, so that they are waited
/// for together, and not one after the other.
struct InMemory {
    entries: Entries,
    taken: usize,
    sizes: Vec<usize>,
}

impl InMemory {
    fn of(entries: Entries) -> Self {
        InMemory { entries, taken: 0, sizes: Vec::with_capacity(NEAR) }
    }

    fn next(&mut self) -> Option<Box<[u8]>> {
        let (entries, near) = (&self.entries, self.taken % NEAR);
        if near == 0 {
            let places = entries.places[self.taken..].iter().take(NEAR);
            self.sizes.clear();
            self.sizes.extend(places.map(|(.., at)| entries.size_at(*at)));
        }
        let (size, (.., at)) = (*self.sizes.get(near)?, entries.places[self.taken]);
        self.taken += 1;
        Some(entries.bytes[at..at + size].into())
    }
}

impl Run {
    fn next(&mut self) -> io::Result<Option<Entry>> {
        let entry = match self {
            Run::Memory(entries) => match entries.next() {
                Some(entry) => entry,
                None => return Ok(None),
            },
            Run::File(file) => {
                let mut head = [0; HEAD];
                match file.read_exact(&mut head) {
                    Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
                    read => read?,
                }
                let mut entry = vec![0; size_of(&head).max(HEAD)].into_boxed_slice();
                entry[..HEAD].copy_from_slice(&head);
                file.read_exact(&mut entry[HEAD..])?;
                entry
            }
        };
        Ok(Some(Entry::from_bytes(entry).ok_or(io::ErrorKind::InvalidData)?))
    }
}

/// A run, ordered by its next entry.
struct Head {
    next: Entry,
    run: Run,
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.next == other.next
    }
}

impl Eq for Head {}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.next.cmp(&other.next)
    }
}

/// The entries of all runs in ascending order.
pub(super) struct Merge {
    heap: BinaryHeap<Reverse<Head>>,
    /// Bytes of entries that one thread fetches for another at once.
    chunk: usize,
}

impl Merge {
    /// Gives every entry to `push`. They lie anywhere in memory, which has to be waited for, so where there
    /// are many a thread of its own fetches them.
    ///
    /// # Errors
    /// When a run cannot be read; whatever `push` fails with.
    pub(super) fn each<E: From<io::Error>>(
        mut self,
        mut push: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut first = Vec::new();
        let is_all = self.fetch(&mut first)?;
        push_all(&first, &mut push)?;
        if is_all {
            return Ok(());
        }
        let (sender, chunks) = mpsc::sync_channel(2);
        let (give_back, room) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(move || {
                let mut is_all = false;
                while !is_all {
                    let mut chunk: Vec<u8> = room.try_recv().unwrap_or_default();
                    chunk.clear();
                    let fetched = self.fetch(&mut chunk);
                    is_all = *fetched.as_ref().unwrap_or(&true);
                    // Nobody takes them any more when one could not be taken.
                    if sender.send(fetched.map(|_| chunk)).is_err() {
                        break;
                    }
                }
            });
            for chunk in chunks {
                let chunk = chunk?;
                push_all(&chunk, &mut push)?;
                // Its memory is room for others, as long as there are any.
                drop(give_back.send(chunk));
            }
            Ok(())
        })
    }

    /// Adds the next entries to a chunk until it is full; whether those were all.
    fn fetch(&mut self, chunk: &mut Vec<u8>) -> io::Result<bool> {
        while let Some(entry) = self.next() {
            chunk.extend_from_slice(entry?.as_bytes());
            if chunk.len() >= self.chunk {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Gives each entry of a chunk.
fn push_all<E>(chunk: &[u8], push: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
    let mut rest = chunk;
    while !rest.is_empty() {
        let (entry, after) = rest.split_at(size_of(rest));
        push(entry)?;
        rest = after;
    }
    Ok(())
}

/// Bytes of the entry at the beginning of some.
fn size_of(bytes: &[u8]) -> usize {
    usize::from(u16::from_be_bytes([bytes[HEAD - 2], bytes[HEAD - 1]]))
}

impl Iterator for Merge {
    type Item = io::Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut head = self.heap.peek_mut()?;
        match head.0.run.next() {
            Ok(Some(next)) => Some(Ok(std::mem::replace(&mut head.0.next, next))),
            Ok(None) => Some(Ok(PeekMut::pop(head).0.next)),
            Err(error) => Some(Err(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use keyctl_verify::{Environment, Grant, KeyId, Kind, Sealer, Standing, StreamId, Tenure};
    use keyctl_verify::{ScopeSet, TokenDigest};

    use super::*;

    fn entry(sealer: &Sealer, n: u16) -> Entry {
        let grant = Grant {
            key_id: KeyId::parse("key_3fK9aQ1xZ0bT").unwrap(),
            generation: 1,
            tenure: Tenure::Current,
            environment: Environment::Production,
            redacted: false,
            project: Some("p".repeat(usize::from(n % 7) * 100 + 1)),
            kind: Kind::General,
            owner: None,
            standing: Standing::Good,
            scopes: ScopeSet::default(),
            paths: Vec::new(),
            ips: Vec::new(),
            customers: Vec::new(),
            rate_limit: None,
            not_before: None,
            expires_at: None,
            valid_until: None,
            labels: None,
        };
        let mut digest = [0; 32];
        digest[..2].copy_from_slice(&n.to_be_bytes());
        sealer.seal(&TokenDigest::from_bytes(digest), &grant).unwrap()
    }

    fn given(merge: Merge) -> Vec<Entry> {
        let mut given = Vec::new();
        let push = |entry: &[u8]| {
            given.push(Entry::from_bytes(entry.into()).unwrap());
            Ok::<_, io::Error>(())
        };
        merge.each(push).unwrap();
        given
    }

    fn sealer() -> Sealer {
        let fill = |salt: &mut [u8]| {
            salt.fill(7);
            Ok::<_, ()>(())
        };
        Sealer::new(StreamId::from_bytes([1; 16]), 1, fill).unwrap()
    }

    /// The runs of 200 entries, of which so many bytes are kept in memory.
    fn runs<'p>(sealer: &Sealer, path: &'p Path, max_bytes: usize) -> Runs<'p> {
        let mut runs = Runs { max_bytes, ..Runs::new(path) };
        for n in 0..200 {
            let mut entries = Entries::default();
            let seal = |bytes: &mut Vec<u8>| -> Result<(), ()> {
                bytes.extend_from_slice(entry(sealer, n).as_bytes());
                Ok(())
            };
            entries.push(seal).unwrap();
            runs.extend(&entries).unwrap();
        }
        runs
    }

    #[test]
    fn what_does_not_fit_into_memory_comes_out_in_the_same_order() {
        let dir = tempfile::tempdir().unwrap();
        let (path, sealer) = (dir.path().join("bundle"), sealer());
        let mut expected: Vec<Entry> = (0..200).map(|n| entry(&sealer, n)).collect();
        expected.sort();
        for max_bytes in [usize::MAX, 10_000, 1] {
            for chunk in [1, 1_000, usize::MAX] {
                let runs = runs(&sealer, &path, max_bytes);
                assert_eq!(runs.files.is_empty(), max_bytes == usize::MAX);
                let merge = Merge { chunk, ..runs.merge().unwrap() };
                assert_eq!(given(merge), expected, "{max_bytes} {chunk}");
            }
        }
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "runs have no names");
    }

    #[test]
    fn what_is_not_taken_ends_it_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let (path, sealer) = (dir.path().join("bundle"), sealer());
        for (chunk, taken) in [(1, 0), (1, 5), (usize::MAX, 5)] {
            let merge = Merge { chunk, ..runs(&sealer, &path, 10_000).merge().unwrap() };
            let mut left = taken;
            let push = |_: &[u8]| {
                left -= 1;
                if left < 0 { Err(io::Error::from(io::ErrorKind::StorageFull)) } else { Ok(()) }
            };
            let error = merge.each(push).unwrap_err();
            assert_eq!((error.kind(), left), (io::ErrorKind::StorageFull, -1), "{chunk}");
        }
    }
}
