//! Making a bundle out of the vault (`docs/bundle-format.md`). Nothing of the vault is changed, so
//! whoever may sign bundles needs no right to change anything.

mod again;
mod merge;
mod place;
mod runs;

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat};
use keyctl_verify::cbor::Malformed;
use keyctl_verify::{
    Environment, Grant, Header, HeaderSigner, KeyId, PublicKey, Sealer, Standing, Tenure, Terms,
    Timestamp, WriteError,
};

use crate::crypto::fill;
use crate::domain::{Ceilings, Generation, KeyFields, Outline, Project};
use crate::error::{Finding, VaultError};
use crate::store::files;
use crate::vault::{BundleSigners, Snapshot, UnlockedVault};
pub use again::{KEEP_ENDED, VALID_FOR, options_of};
use merge::Merge;
use place::Place;
use runs::{Entries, Runs};

/// A bundle is there for others to read.
const MODE: u32 = 0o644;
/// Bytes that are written at once.
const BUFFER: usize = 1 << 20;

/// What goes into a bundle, and for how long it holds.
#[derive(Clone, Debug)]
pub struct ExportOptions {
    /// Only keys of this project.
    pub project: Option<Project>,
    /// Only keys of this environment.
    pub environment: Option<Environment>,
    /// Leave out owners and projects.
    pub redact: bool,
    /// Put labels in.
    pub with_labels: bool,
    /// For how long a token that has ended is still in, in seconds.
    pub keep_ended: u64,
    /// For how long the bundle holds, in seconds; not zero.
    pub valid_for: u64,
}

/// A bundle that was made.
#[derive(Clone, Debug)]
pub struct Exported {
    /// What its header says.
    pub header: Header,
    /// Whose keys signed it, the newest first.
    pub signers: Vec<PublicKey>,
    /// Tokens that ended too long ago to be in it.
    pub left_out: u64,
}

/// Why no bundle was made.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The vault itself, or a file.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// What is to be replaced is something else.
    #[error("'{}' {problem}", .path.display())]
    InTheWay {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The clock says that this bundle would be older than one that was made before.
    #[error(
        "this machine's clock says {}, which is not after the last bundle of {}, of which '{}' tells",
        instant(*.now), instant(*.last), .path.display()
    )]
    Clock {
        /// Where the last serial was found: the old bundle, or a note in the state directory.
        path: PathBuf,
        /// The time now, in milliseconds since 1970.
        now: u64,
        /// The serial of the last one.
        last: u64,
    },
    /// A key says more than a bundle can carry of it, or something that it cannot.
    #[error("{id} does not fit into a bundle")]
    TooLarge {
        /// The key.
        id: KeyId,
    },
    /// The bundle could not be written.
    #[error("cannot write '{}': {source}", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: WriteError,
    },
}

/// The entries of some keys.
#[derive(Default)]
struct Sealed {
    entries: Entries,
    /// How many keys there were.
    keys: u64,
    /// How many of their tokens are left out.
    left_out: u64,
    /// A key of which there is too much to say.
    too_large: Option<KeyId>,
}

/// Makes a bundle at `path`, in one step in place of what was there. Its serial is the time that
/// `clock` gives in milliseconds since 1970, taken while no other export of the vault runs.
/// `progress` is told how many keys of how many have been read.
///
/// # Errors
/// When the slot is a viewer's, the vault is not right in every part, something else lies at
/// `path`, or a bundle of the same stream was made later than now. What was there is then left as
/// it was.
pub fn export(
    vault: &mut UnlockedVault,
    path: &Path,
    state: &Path,
    options: &ExportOptions,
    clock: impl FnOnce() -> u64,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Exported, ExportError> {
    let path = canonical(path)?;
    let place = Place::take(&path, state, &vault.id())?;
    let serial = clock();
    let issued_at = Timestamp::from_unix(i64::try_from(serial / 1000).unwrap_or(i64::MAX));
    let issued_at = issued_at.ok_or_else(|| ExportError::Clock {
        path: path.clone(),
        now: serial,
        last: serial,
    })?;
    let (signers, snapshot) = vault.bundle_snapshot(issued_at)?;
    let stream = signers.stream(&options.selection());
    place.check(&signers.known, stream, serial)?;
    let sealer = Sealer::new(stream, serial, fill)?;
    let mut runs = Runs::new(&path);
    let note = || place.note(stream, serial);
    let (left_out, note) =
        seal_all(&snapshot, &sealer, options, issued_at, &mut runs, progress, note)?;
    let valid_until = issued_at.saturating_add(options.valid_for);
    let terms = Terms { issued_at, valid_until, vault_head: snapshot.head_digest() };
    drop(snapshot);
    let header = write(&path, sealer, runs, &terms, &signers, || {
        // Again: whoever could not be locked out may have been faster.
        place.check(&signers.known, stream, serial)?;
        Ok(note.put()?)
    })?;
    let signers = signers.signers.iter().map(HeaderSigner::public_key).collect();
    Ok(Exported { header, signers, left_out })
}

impl ExportOptions {
    /// What tells the streams of one vault apart: `0` or `1 || len u16 || project`, and the
    /// environment's place among all from 1, or 0.
    fn selection(&self) -> Vec<u8> {
        let mut selection = Vec::new();
        match &self.project {
            None => selection.push(0),
            Some(project) => {
                let project = project.as_str().as_bytes();
                let len = u16::try_from(project.len()).expect("a project is far shorter");
                selection.push(1);
                selection.extend_from_slice(&len.to_be_bytes());
                selection.extend_from_slice(project);
            }
        }
        let environment = self.environment.map_or(0, |environment| {
            let at = Environment::ALL.iter().position(|each| *each == environment);
            1 + u8::try_from(at.expect("all are listed")).expect("there are three")
        });
        selection.push(environment);
        selection
    }

    fn is_limited(&self) -> bool {
        self.project.is_some() || self.environment.is_some()
    }

    fn chooses(&self, key: &Outline<'_>) -> bool {
        self.project.as_ref().is_none_or(|project| key.project == Some(project.as_str()))
            && self.environment.is_none_or(|environment| key.environment == environment)
    }

    /// What the bundle shall say of a token; `None` when it ended too long ago.
    fn grant(
        &self,
        key: &KeyFields<'_>,
        generation: &Generation,
        ceilings: &Ceilings,
        now: Timestamp,
    ) -> Result<Option<Grant>, Malformed> {
        let mut grant = key.grant(generation).ok_or(Malformed)?;
        if ended_at(key, &grant).is_some_and(|end| end.saturating_add(self.keep_ended) <= now) {
            return Ok(None);
        }
        grant.scopes = ceilings.within(key.outline.owner, grant.scopes);
        // A grace that has run out is over for good, although a verifier's clock may be behind.
        if grant.tenure == Tenure::InGrace && grant.valid_until.is_some_and(|end| now >= end) {
            grant.tenure = Tenure::Ended;
        }
        if self.redact {
            (grant.project, grant.owner, grant.redacted) = (None, None, true);
        }
        if self.with_labels {
            let labels = key.labels.iter();
            grant.labels = Some(labels.map(|(k, v)| (k.to_owned(), v.to_owned())).collect());
        }
        Ok(Some(grant))
    }
}

/// When a token ended for good, or is going to; `None` when that is not known.
fn ended_at(key: &KeyFields<'_>, grant: &Grant) -> Option<Timestamp> {
    let revoked = key.revoked_at.filter(|_| grant.standing == Standing::Revoked);
    let replaced = grant.valid_until.filter(|_| grant.tenure != Tenure::Current);
    [revoked, replaced, grant.expires_at].into_iter().flatten().min()
}

/// Seals an entry for every token that belongs into the bundle. A vault that somebody tampered with makes
/// no bundle: every row of it is verified, those of keys on the way, and the others beside them. How many
/// tokens were left out; the `note`, which waits for the disk while there is other work.
fn seal_all<N>(
    snapshot: &Snapshot<'_>,
    sealer: &Sealer,
    options: &ExportOptions,
    now: Timestamp,
    runs: &mut Runs<'_>,
    progress: &mut dyn FnMut(u64, u64),
    note: impl FnOnce() -> Result<N, VaultError>,
) -> Result<(u64, N), ExportError> {
    snapshot.beside(
        #[expect(
            clippy::redundant_closure_for_method_calls,
            reason = "the method is of one lifetime, this of any"
        )]
        |snapshot| snapshot.check_beside_keys(),
        |checked| {
            let meanwhile = || checked().and_then(|()| note());
            seal_keys(snapshot, sealer, options, now, runs, progress, meanwhile)
        },
    )
}

/// Seals an entry for every token that belongs into the bundle, and verifies the keys; what came of what is
/// done `meanwhile`.
fn seal_keys<M>(
    snapshot: &Snapshot<'_>,
    sealer: &Sealer,
    options: &ExportOptions,
    now: Timestamp,
    runs: &mut Runs<'_>,
    progress: &mut dyn FnMut(u64, u64),
    meanwhile: impl FnOnce() -> Result<M, VaultError>,
) -> Result<(u64, M), ExportError> {
    let (total, ceilings) = (snapshot.key_count(), snapshot.ceilings()?);
    let (mut read, mut left_out, mut too_large) = (0, 0, None);
    let done = snapshot.gather_keys_and(
        |sealed: &mut Sealed, record| {
            sealed.keys += 1;
            if options.is_limited() && !options.chooses(&record.outline()?) {
                return Ok(());
            }
            let mut generations = Vec::new();
            let key = record.fields_with(|generation| generations.push(generation))?;
            for generation in &generations {
                let grant = options.grant(&key, generation, &ceilings, now)?;
                sealed.add(sealer, generation, grant);
            }
            Ok(())
        },
        |pages| {
            for sealed in pages {
                read += sealed.keys;
                left_out += sealed.left_out;
                too_large = too_large.or(sealed.too_large);
                runs.extend(&sealed.entries)?;
            }
            progress(read, total);
            Ok(())
        },
        meanwhile,
    )?;
    if read != total {
        let what = format!("the head accounts for {total} keys, and {read} are there");
        return Err(VaultError::from(Finding::damaged(what)).into());
    }
    match too_large {
        Some(id) => Err(ExportError::TooLarge { id }),
        None => Ok((left_out, done)),
    }
}

impl Sealed {
    fn add(&mut self, sealer: &Sealer, generation: &Generation, grant: Option<Grant>) {
        let Some(grant) = grant else {
            self.left_out += 1;
            return;
        };
        let seal = |entries: &mut Vec<u8>| sealer.seal_into(&generation.digest, &grant, entries);
        if self.entries.push(seal).is_err() {
            self.too_large = Some(grant.key_id);
        }
    }
}

/// Milliseconds since 1970, for people.
fn instant(millis: u64) -> String {
    let time = i64::try_from(millis).ok().and_then(DateTime::from_timestamp_millis);
    time.map_or(millis.to_string(), |time| time.to_rfc3339_opts(SecondsFormat::Millis, true))
}

/// The path with its folder resolved, which must be there.
fn canonical(path: &Path) -> Result<PathBuf, VaultError> {
    files::canonical(path).map_err(|error| match error {
        VaultError::Missing { .. } => {
            let folder = files::folder_of(path);
            VaultError::io("find the folder", folder)(io::Error::other("it is not there"))
        }
        error => error,
    })
}

/// Writes the bundle beside `path`, makes it last, and puts it in its place when `ready` agrees.
fn write(
    path: &Path,
    sealer: Sealer,
    runs: Runs<'_>,
    terms: &Terms,
    signers: &BundleSigners,
    ready: impl FnOnce() -> Result<(), ExportError>,
) -> Result<Header, ExportError> {
    let signers: Vec<&dyn HeaderSigner> = signers.signers.iter().map(|s| s as _).collect();
    let entries = Merge::of(runs)?;
    let header = files::replace_by(path, MODE, |file: &mut File| {
        let out = BufWriter::with_capacity(BUFFER, &mut *file);
        let failed = |source| ExportError::Write { path: path.to_owned(), source };
        let header = sealer.write_with(out, terms, &signers, |push| entries.each(push));
        let header = header.map_err(failed)?;
        file.sync_all().map_err(|error| failed(WriteError::Io(error)))?;
        ready()?;
        Ok::<_, ExportError>(header)
    })?;
    files::sync_folder(files::folder_of(path)).map_err(VaultError::unconfirmed)?;
    Ok(header)
}
