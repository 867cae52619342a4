//! Making a bundle: entries in, pages out, in one go and in constant memory.

use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Seek, SeekFrom, Write};

use super::entry::{Context, Entry, Sealer, lk_of};
use super::header::{Header, MAX_SERIAL, MAX_SIGNATURES};
use super::layout::Lk;
use super::page::{Builder, Hash};
use super::shape::{FAN_OUT, PAGE};
use crate::public_key::{PublicKey, SignerId};
use crate::time::Timestamp;

/// Who signs bundles. The private key stays with the caller.
pub trait HeaderSigner {
    /// The key that verifiers trust.
    fn public_key(&self) -> PublicKey;

    /// Its Ed25519 signature (RFC 8032) of a message.
    fn sign(&self, message: &[u8]) -> [u8; 64];
}

/// What a new bundle says of itself.
#[derive(Clone, Debug)]
pub struct Terms {
    /// When it is made.
    pub issued_at: Timestamp,
    /// From this instant on it is stale; later than `issued_at`.
    pub valid_until: Timestamp,
    /// SHA-256 of the signed head of the vault that it is made from.
    pub vault_head: [u8; 32],
}

impl Terms {
    /// Whether a verifier could accept a header with these terms.
    fn hold_for(&self, sealer: &Sealer, signers: &[&dyn HeaderSigner]) -> bool {
        let ids: BTreeSet<SignerId> = signers.iter().map(|s| s.public_key().id()).collect();
        (1..=MAX_SIGNATURES).contains(&signers.len())
            && ids.len() == signers.len()
            && self.issued_at < self.valid_until
            && sealer.0.serial <= MAX_SERIAL
    }
}

/// Why a bundle could not be made.
#[derive(Debug)]
pub enum WriteError {
    /// It could not be written.
    Io(io::Error),
    /// The entries did not come in ascending order, or two lie in the same place.
    Order,
    /// It would be valid for no time, its serial is beyond 2^53 - 1, or not one or two keys sign it.
    Terms,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WriteError::Io(error) => write!(f, "cannot write the bundle: {error}"),
            WriteError::Order => f.write_str("two entries have the same place; try again"),
            WriteError::Terms => f.write_str(
                "a bundle needs a lifetime, a serial below 2^53, and one or two signers",
            ),
        }
    }
}

impl std::error::Error for WriteError {}

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> Self {
        WriteError::Io(error)
    }
}

/// Takes the next entry of a bundle.
pub type Push<'p> = dyn FnMut(&[u8]) -> Result<(), WriteError> + 'p;

impl Sealer {
    /// Writes the bundle to `out`, from its current position on, which must be the file's
    /// beginning. `entries` are those that this sealer has sealed, in ascending order. The sealer
    /// is used up: its salt belongs to this file.
    ///
    /// # Errors
    /// When `entries` or `out` fail, or the entries are out of order.
    pub fn write<W: Write + Seek, E: From<WriteError>>(
        self,
        out: W,
        entries: impl IntoIterator<Item = Result<Entry, E>>,
        terms: &Terms,
        signers: &[&dyn HeaderSigner],
    ) -> Result<Header, E> {
        self.write_with(out, terms, signers, |push| {
            entries.into_iter().try_for_each(|entry| Ok(push(entry?.as_bytes())?))
        })
    }

    /// The same of the entries that `give` hands over, as the bytes that they have.
    ///
    /// # Errors
    /// As [`Sealer::write`]; whatever `give` fails with.
    pub fn write_with<W: Write + Seek, E: From<WriteError>>(
        self,
        mut out: W,
        terms: &Terms,
        signers: &[&dyn HeaderSigner],
        give: impl FnOnce(&mut Push<'_>) -> Result<(), E>,
    ) -> Result<Header, E> {
        if !terms.hold_for(&self, signers) {
            return Err(WriteError::Terms.into());
        }
        // Without its header the file is no bundle, so that half of one is none.
        out.write_all(&[0; PAGE]).map_err(WriteError::Io)?;
        let mut tree = Tree::new(&mut out);
        give(&mut |entry| tree.push(entry))?;
        let (root, counts) = tree.finish().map_err(WriteError::Io)?;
        let Context { salt, stream, serial, .. } = self.0;
        let header = Header {
            stream,
            serial,
            issued_at: terms.issued_at,
            valid_until: terms.valid_until,
            entries: counts.entries,
            pages: counts.pages,
            vault_head: terms.vault_head,
            leaves: counts.leaves,
            root,
            salt,
        };
        let page = header.encode(|message| {
            signers.iter().map(|s| (s.public_key().id(), s.sign(message))).collect()
        });
        let placed = out.seek(SeekFrom::Start(0)).and_then(|_| out.write_all(&page[..]));
        placed.and_then(|()| out.flush()).map_err(WriteError::Io)?;
        Ok(header)
    }
}

/// The tree, of which at most one unfinished page a level is in memory.
struct Tree<W> {
    out: W,
    /// By level: the page that is being filled.
    open: Vec<Builder>,
    last: Option<Lk>,
    counts: Counts,
}

#[derive(Clone, Copy)]
struct Counts {
    entries: u64,
    leaves: u64,
    pages: u64,
}

impl<W: Write> Tree<W> {
    fn new(out: W) -> Self {
        let counts = Counts { entries: 0, leaves: 0, pages: 1 };
        Tree { out, open: vec![Builder::new(0)], last: None, counts }
    }

    fn push(&mut self, entry: &[u8]) -> Result<(), WriteError> {
        let lk = lk_of(entry).ok_or(io::Error::from(io::ErrorKind::InvalidData))?;
        if self.last.is_some_and(|last| last >= lk) {
            return Err(WriteError::Order);
        }
        if !self.open[0].fits(entry.len()) {
            self.close(0)?;
        }
        self.open[0].push(entry);
        self.counts.entries += 1;
        self.last = Some(lk);
        Ok(())
    }

    /// Writes the page of a level and tells the level above. A node that is full then is written
    /// at once: that is what makes the order post-order.
    fn close(&mut self, level: usize) -> io::Result<()> {
        let builder = std::mem::replace(&mut self.open[level], Builder::new(level));
        let (page, child) = builder.finish(self.counts.pages);
        self.out.write_all(&page[..])?;
        self.counts.pages += 1;
        self.counts.leaves += u64::from(level == 0);
        if level + 1 == self.open.len() {
            self.open.push(Builder::new(level + 1));
        }
        self.open[level + 1].push(&child);
        if self.open[level + 1].count() == FAN_OUT { self.close(level + 1) } else { Ok(()) }
    }

    /// Closes what is open. The only child of the highest level is the root.
    fn finish(mut self) -> io::Result<(Hash, Counts)> {
        let mut level = 0;
        while level + 1 < self.open.len() || self.open[level].count() > 1 || level == 0 {
            if self.open[level].count() > 0 {
                self.close(level)?;
            } else if level + 1 == self.open.len() {
                return Ok(([0; 32], self.counts));
            }
            level += 1;
        }
        Ok((self.open[level].first_hash(), self.counts))
    }
}
