//! All sorted runs at once: entries in ascending order, fetched by one thread for another.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::sync::mpsc;
use std::thread;

use keyctl_verify::Entry;

use super::runs::{BUFFER, Entries, HEAD, Runs, size_of};
use crate::error::VaultError;

/// Bytes of entries that one thread fetches for another at once.
const CHUNK: usize = 1 << 20;
/// Entries that are fetched from memory at once.
const NEAR: usize = 256;

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
    /// Of all entries.
    ///
    /// # Errors
    /// When a file of a run cannot be read.
    pub(super) fn of(runs: Runs<'_>) -> Result<Self, VaultError> {
        let (entries, files, beside) = runs.sorted();
        let mut runs = vec![Run::Memory(InMemory::of(entries))];
        runs.extend(files.into_iter().map(|f| Run::File(BufReader::with_capacity(BUFFER, f))));
        let mut heap = BinaryHeap::new();
        for mut run in runs {
            let first = run.next().map_err(VaultError::io("read entries beside", beside))?;
            heap.extend(first.map(|next| Reverse(Head { next, run })));
        }
        Ok(Merge { heap, chunk: CHUNK })
    }

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
    use std::path::Path;

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
        let mut runs = Runs::keeping(path, max_bytes);
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
                let merge = Merge { chunk, ..Merge::of(runs).unwrap() };
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
            let merge = Merge { chunk, ..Merge::of(runs(&sealer, &path, 10_000)).unwrap() };
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
