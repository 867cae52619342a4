//! Last-used without a server: receipts are gathered where tokens are verified, and folded into
//! the keys by the next change, or by `usage import`.
//!
//! The box is a folder in the state directory with a file for each first character of a public
//! id, and in it the latest receipt of each token: at most one a minute, and never more lines
//! than tokens in use. Losing it loses nothing but some times of use, so it is not synced.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use keyctl_verify::{Brand, Code, Prefix, PublicId, Receipt, Timestamp};

use super::IssueError;
use crate::domain::{Key, KeyFields};
use crate::error::VaultError;
use crate::store::files;
use crate::vault::{Records, Transaction};

/// A receipt from further ahead than this, in seconds, is not believed.
const MAX_AHEAD: u64 = 300;
const MAX_FILE: usize = 64 << 20;

/// The receipts that gather on this machine for one vault.
#[derive(Clone, Debug)]
pub struct ReceiptBox {
    folder: PathBuf,
}

impl ReceiptBox {
    /// The box of a vault under the state directory.
    #[must_use]
    pub fn new(state: &Path, vault_id: &str) -> Self {
        ReceiptBox { folder: state.join("receipts").join(vault_id) }
    }

    /// Keeps the receipt of a valid token, unless one of the same minute or a later one is there.
    /// One from ahead of its time gives way: a clock that was wrong once hides nothing.
    ///
    /// # Errors
    /// When the box cannot be written.
    pub fn keep(&self, receipt: &Receipt) -> Result<(), VaultError> {
        if receipt.code() != Code::Valid {
            return Ok(());
        }
        files::make_private_folder(&self.folder)?;
        let Some(_lock) = self.try_lock()? else { return Ok(()) };
        let path = self.file_of(receipt.prefix());
        let mut kept = read_receipts(&path);
        let ahead = receipt.time().saturating_add(MAX_AHEAD);
        let gives_way = |old: &Receipt| old.time() < receipt.time() || old.time() > ahead;
        if !kept.get(receipt.prefix()).is_none_or(gives_way) {
            return Ok(());
        }
        kept.insert(receipt.prefix().clone(), receipt.clone());
        write_receipts(&path, &kept)
    }

    /// The latest receipt of every token; what cannot be read counts as not there.
    #[must_use]
    pub fn all(&self) -> Vec<Receipt> {
        let Ok(folder) = fs::read_dir(&self.folder) else { return Vec::new() };
        let paths = folder.filter_map(Result::ok).map(|entry| entry.path());
        let logs = paths.filter(|path| path.extension().is_some_and(|ext| ext == "log"));
        logs.flat_map(|path| read_receipts(&path).into_values()).collect()
    }

    /// Removes receipts that have been folded in, unless later ones have come since.
    pub(super) fn forget(&self, folded: &[Receipt]) {
        let Ok(_lock) = self.lock() else { return };
        let folded: BTreeMap<&Prefix, &Receipt> = folded.iter().map(|r| (r.prefix(), r)).collect();
        let files: BTreeSet<PathBuf> = folded.keys().map(|prefix| self.file_of(prefix)).collect();
        for path in files {
            let mut kept = read_receipts(&path);
            kept.retain(|prefix, receipt| folded.get(prefix) != Some(&&*receipt));
            let done = if kept.is_empty() {
                fs::remove_file(&path).map_err(VaultError::io("remove", &path))
            } else {
                write_receipts(&path, &kept)
            };
            // What stays is folded in again by the next change, to no effect.
            drop(done);
        }
    }

    fn file_of(&self, prefix: &Prefix) -> PathBuf {
        let first = prefix.public_id().as_str().as_bytes()[0];
        self.folder.join(format!("{first:02x}.log"))
    }

    /// `None` when another process has the box: whoever verifies does not wait for it.
    fn try_lock(&self) -> Result<Option<File>, VaultError> {
        let (file, path) = self.open_lock()?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(VaultError::io("lock", &path)(error)),
        }
    }

    fn lock(&self) -> Result<File, VaultError> {
        let (file, path) = self.open_lock()?;
        file.lock().map_err(VaultError::io("lock", &path))?;
        Ok(file)
    }

    fn open_lock(&self) -> Result<(File, PathBuf), VaultError> {
        let path = self.folder.join("lock");
        Ok((files::open_lock(&path)?, path))
    }
}

fn read_receipts(path: &Path) -> BTreeMap<Prefix, Receipt> {
    let contents = files::read_bounded(path, MAX_FILE).unwrap_or_default();
    let lines =
        contents.split(|byte| *byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok());
    let receipts = lines.filter_map(|line| Receipt::parse(line).ok());
    receipts.map(|receipt| (receipt.prefix().clone(), receipt)).collect()
}

fn write_receipts(path: &Path, kept: &BTreeMap<Prefix, Receipt>) -> Result<(), VaultError> {
    let lines: String = kept.values().map(|receipt| format!("{receipt}\n")).collect();
    files::replace_unsynced(path, lines.as_bytes())
}

/// Receipts that have not been folded in yet, to be counted in when keys are shown.
#[derive(Debug, Default)]
pub struct Seen(BTreeMap<PublicId, Receipt>);

impl Seen {
    /// What the box holds.
    #[must_use]
    pub fn load(receipts: &ReceiptBox) -> Self {
        let all = receipts.all().into_iter();
        Seen(all.map(|receipt| (receipt.prefix().public_id(), receipt)).collect())
    }

    /// Whether there are receipts of a token of that key.
    #[must_use]
    pub fn tells_of(&self, key: &KeyFields<'_>) -> bool {
        !self.0.is_empty() && key.generations.iter().any(|g| self.0.contains_key(&g.public_id))
    }

    /// Raises the key's last-used to what genuine receipts say.
    pub fn count_in(&self, key: &mut Key, brand: &Brand, now: Timestamp) {
        if self.0.is_empty() {
            return;
        }
        for n in key.generations.iter().map(|g| g.n).collect::<Vec<_>>() {
            let receipt = key.generation(n).and_then(|g| self.0.get(&g.public_id));
            if let Some(receipt) = receipt.cloned() {
                raise(key, n, &receipt, brand, now);
            }
        }
    }
}

/// What became of receipts that were imported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Lines that were read.
    pub lines: u64,
    /// Receipts that raised a key's last-used.
    pub counted: u64,
    /// Receipts of uses that were known already, or of verdicts other than `VALID`.
    pub unchanged: u64,
    /// Receipts of tokens that this vault does not have.
    pub unknown: u64,
    /// Lines that are no receipts, that nobody who knew the token made, or from the future.
    pub rejected: u64,
}

/// Folds the receipts of other machines into the keys.
///
/// # Errors
/// When the vault is damaged.
pub fn import(
    tx: &mut Transaction<'_>,
    read: &ReadReceipts,
    now: Timestamp,
) -> Result<ImportReport, IssueError> {
    let mut report =
        ImportReport { lines: read.lines, rejected: read.rejected, ..ImportReport::default() };
    fold_into(tx, &read.receipts, now, &mut report)?;
    Ok(report)
}

/// Lines that have been read, before anything is looked up.
#[derive(Debug, Default)]
pub struct ReadReceipts {
    receipts: Vec<Receipt>,
    lines: u64,
    rejected: u64,
}

impl ReadReceipts {
    /// The most receipts of one import.
    pub const MAX: usize = 1_000_000;

    /// Takes a line; false when there is no room for more.
    pub fn push(&mut self, line: &str) -> bool {
        self.lines += 1;
        match Receipt::parse(line) {
            Ok(receipt) => self.receipts.push(receipt),
            Err(_) => self.rejected += 1,
        }
        self.receipts.len() <= Self::MAX
    }
}

/// Folds receipts into the keys; those that say nothing new change nothing.
pub(super) fn fold(
    tx: &mut Transaction<'_>,
    receipts: &[Receipt],
    now: Timestamp,
) -> Result<(), IssueError> {
    fold_into(tx, receipts, now, &mut ImportReport::default())
}

fn fold_into(
    tx: &mut Transaction<'_>,
    receipts: &[Receipt],
    now: Timestamp,
    report: &mut ImportReport,
) -> Result<(), IssueError> {
    let mut used = BTreeSet::new();
    for receipt in receipts {
        let Some((before, n)) = tx.key_with_public_id(receipt.prefix().public_id())? else {
            report.unknown += 1;
            continue;
        };
        let mut after = before.clone();
        match raise(&mut after, n, receipt, tx.brand(), now) {
            Raised::Later => {
                tx.put_key(Some(&before), &after)?;
                used.insert(after.id);
                report.counted += 1;
            }
            Raised::Known => report.unchanged += 1,
            Raised::Rejected => report.rejected += 1,
        }
    }
    tx.note_uses(used.len() as u64);
    Ok(())
}

enum Raised {
    Later,
    Known,
    Rejected,
}

/// Raises the last-used of a generation, and never lowers it.
fn raise(key: &mut Key, n: u32, receipt: &Receipt, brand: &Brand, now: Timestamp) -> Raised {
    let Some(generation) = key.generation(n) else { return Raised::Rejected };
    let ours = key.prefix(brand, generation) == *receipt.prefix()
        && receipt.is_genuine(&generation.digest);
    if !ours || receipt.time() > now.saturating_add(MAX_AHEAD) {
        return Raised::Rejected;
    }
    // A receipt has minutes, a generation seconds.
    let used = receipt.time().max(generation.created_at);
    let later = generation.last_used_at.is_none_or(|last| last < used);
    if !later || receipt.code() != Code::Valid {
        return Raised::Known;
    }
    if let Some(generation) = key.generation_mut(n) {
        generation.last_used_at = Some(used);
    }
    Raised::Later
}
