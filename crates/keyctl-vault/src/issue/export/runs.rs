//! Sorting more entries than fit into memory: sorted runs in files without a name. An entry is sealed
//! before it comes here, so its file tells no more than the bundle.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use rayon::slice::ParallelSliceMut;

use crate::error::VaultError;
use crate::store::files;

/// Bytes of entries that are kept in memory.
const MAX_BYTES: usize = 128 << 20;
/// Bytes that are read or written at once of each run.
pub(super) const BUFFER: usize = 256 << 10;
/// What comes before an entry's sealed part: where it lies, and its size in two bytes.
pub(super) const HEAD: usize = 18;

/// Entries in the order in which they came, and where each is.
#[derive(Default)]
pub(super) struct Entries {
    pub(super) bytes: Vec<u8>,
    /// What entries are ordered by, as numbers, and where in `bytes`.
    pub(super) places: Vec<(u64, u64, usize)>,
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
    pub(super) fn size_at(&self, at: usize) -> usize {
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
    pub(super) files: Vec<File>,
}

impl<'p> Runs<'p> {
    /// None yet; files are made beside `path`, where there is room for the bundle.
    pub(super) fn new(path: &'p Path) -> Self {
        Runs::keeping(path, MAX_BYTES)
    }

    /// The same; so many bytes of entries are kept in memory.
    pub(super) fn keeping(path: &'p Path, max_bytes: usize) -> Self {
        Runs { beside: path, entries: Entries::default(), max_bytes, files: Vec::new() }
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

    /// The entries that are in memory, sorted, the sorted files of the others, and what they lie beside.
    pub(super) fn sorted(mut self) -> (Entries, Vec<File>, &'p Path) {
        self.entries.sort();
        (self.entries, self.files, self.beside)
    }
}

/// Bytes of the entry at the beginning of some.
pub(super) fn size_of(bytes: &[u8]) -> usize {
    usize::from(u16::from_be_bytes([bytes[HEAD - 2], bytes[HEAD - 1]]))
}

fn rewind(mut file: &File) -> io::Result<()> {
    file.seek(SeekFrom::Start(0)).map(drop)
}
