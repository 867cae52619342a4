//! The options of a bundle that lies somewhere, so that it can be made anew as it was.

use std::collections::BTreeSet;
use std::path::Path;

use keyctl_verify::{Environment, Timestamp, UnverifiedBundle};

use super::{ExportError, ExportOptions};
use crate::store::files;
use crate::vault::UnlockedVault;

/// For how long tokens that have ended are still in a bundle, in seconds, unless said otherwise.
pub const KEEP_ENDED: u64 = 30 * 86_400;
/// For how long a bundle holds, in seconds, unless said otherwise.
pub const VALID_FOR: u64 = 86_400;

impl ExportOptions {
    /// Everything, for a day.
    #[must_use]
    pub fn everything() -> Self {
        ExportOptions {
            project: None,
            environment: None,
            redact: false,
            with_labels: false,
            keep_ended: KEEP_ENDED,
            valid_for: VALID_FOR,
        }
    }
}

/// With which options the bundle at `path` was made: whose keys are in it, for how long it held, and
/// what it says of them. Everything for a day where nothing lies.
///
/// # Errors
/// When something else lies there, a bundle of another vault, or one of which no key is left: it
/// would not be known then what it says of its keys, and what it leaves out.
pub fn options_of(
    vault: &mut UnlockedVault,
    path: &Path,
    now: Timestamp,
) -> Result<ExportOptions, ExportError> {
    let in_the_way = |problem| ExportError::InTheWay { path: path.to_owned(), problem };
    if path.metadata().is_ok_and(|meta| !meta.is_file()) {
        return Err(in_the_way("is not a plain file"));
    }
    let Some(file) = files::open_plain(path)? else { return Ok(ExportOptions::everything()) };
    let bundle = UnverifiedBundle::open(file).map_err(|_| in_the_way("is not a bundle"))?;
    let (signers, snapshot) = vault.bundle_snapshot(now)?;
    let bundle = bundle.authenticate(&signers.known);
    let (header, _, survey) = bundle.map_err(|_| in_the_way("is a bundle of another vault"))?;
    let mut projects = BTreeSet::from([None]);
    // Any entry tells what is said of all.
    let mut entry = None;
    snapshot.each_key(|key| {
        for generation in &key.generations {
            if entry.is_none() {
                entry = survey.grant_of(&generation.digest).transpose();
            }
        }
        projects.insert(key.project);
        Ok(())
    })?;
    let mut selections = projects.into_iter().flat_map(|project| {
        let environments = Environment::ALL.into_iter().map(Some).chain([None]);
        environments.map(move |environment| {
            let project = project.clone();
            ExportOptions { project, environment, ..ExportOptions::everything() }
        })
    });
    let found = selections.find(|options| signers.stream(&options.selection()) == header.stream);
    let mut options =
        found.ok_or_else(|| in_the_way("is a bundle of a project that has no keys any more"))?;
    let held = header.valid_until.unix() - header.issued_at.unix();
    options.valid_for = u64::try_from(held).unwrap_or(VALID_FOR).max(1);
    let entry = entry.ok_or_else(|| in_the_way("is a bundle that has none of the keys here"))?;
    let grant = entry.map_err(|_| in_the_way("is damaged"))?;
    options.redact = grant.redacted;
    options.with_labels = grant.labels.is_some();
    Ok(options)
}
