//! Which key a token belongs to, and whether that is over: asked of a bundle, of the vault, or of
//! nobody.

use std::fs::File;
use std::path::{Path, PathBuf};

use keyctl_vault::issue;
use keyctl_vault::{Records, Snapshot};
use keyctl_verify::{
    BundleFault, BundleRefusal, Code, Policy, Request, Status, Timestamp, Unreadable,
    UnverifiedBundle, Verdict, VerifiedBundle,
};

use super::ScanArgs;
use super::find::{Found, Place};
use crate::commands::verify::{next_step, open};
use crate::context::Context;
use crate::error::{CliError, Kind};
use crate::words::Words;

/// Who is asked.
pub(super) enum Judge {
    Vault,
    Bundle(Box<VerifiedBundle<File>>, PathBuf),
    Nobody,
}

/// A token that was found, and what is known of it; the token itself is gone.
pub(super) struct Finding {
    pub(super) path: PathBuf,
    pub(super) place: Place,
    /// How many characters the token takes in its line.
    pub(super) width: u64,
    pub(super) prefix: String,
    pub(super) standing: Standing,
    pub(super) key: Option<KeyFound>,
}

/// What a token is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// What its key is.
    Key(Status),
    /// Rotated away, and its grace is over.
    Superseded,
    /// Nobody knows it.
    Unknown,
    /// Nobody was asked.
    Unchecked,
}

/// The key of a token.
pub(super) struct KeyFound {
    pub(super) id: String,
    /// A bundle does not tell names.
    pub(super) name: Option<String>,
    pub(super) project: Option<String>,
    pub(super) environment: &'static str,
    pub(super) owner: Option<String>,
}

impl Words for Standing {
    fn words() -> Vec<String> {
        let alone = [Standing::Superseded, Standing::Unknown, Standing::Unchecked];
        let all = Status::ALL.map(Standing::Key).into_iter().chain(alone);
        all.map(|standing| standing.as_str().to_owned()).collect()
    }
}

impl Standing {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Standing::Key(status) => status.as_str(),
            Standing::Superseded => "superseded",
            Standing::Unknown => "unknown",
            Standing::Unchecked => "unchecked",
        }
    }

    /// Whether the token is of use to a thief, be it later: an expiry can be moved, and what is
    /// disabled enabled.
    pub(super) fn is_live(self) -> bool {
        !matches!(self, Standing::Key(Status::Revoked) | Standing::Superseded | Standing::Unknown)
    }

    fn of(verdict: &Verdict) -> Self {
        match verdict.key() {
            None => Standing::Unknown,
            Some(key) if key.status == Status::Revoked => Standing::Key(Status::Revoked),
            Some(_) if verdict.reasons().contains(&Code::Superseded) => Standing::Superseded,
            Some(key) => Standing::Key(key.status),
        }
    }
}

impl Judge {
    /// A bundle is verified at once; the vault is left alone until there is something to ask.
    pub(super) fn new(ctx: &Context, args: &ScanArgs) -> Result<Self, CliError> {
        let Some(path) = &args.bundle else {
            return Ok(if args.shape_only { Judge::Nobody } else { Judge::Vault });
        };
        let trusted = args.trust.some_keys(ctx)?;
        let read = || {
            let file = open(path).map_err(|e| BundleFault::Unreadable(Unreadable::Io(e)))?;
            UnverifiedBundle::open(file)?.verify(&trusted, Policy::default(), ctx.now)
        };
        let bundle = read()
            .map_err(|e: BundleRefusal| refused(path, e.fault().code(), &e.fault().to_string()))?;
        Ok(Judge::Bundle(Box::new(bundle), path.clone()))
    }

    /// Says what each token is, all of them at one instant.
    pub(super) fn look_up(
        &self,
        ctx: &mut Context,
        found: Vec<(PathBuf, Found)>,
    ) -> Result<Vec<Finding>, CliError> {
        match self {
            _ if found.is_empty() => Ok(Vec::new()),
            Judge::Nobody => judged(found, |_| Ok((Standing::Unchecked, None))),
            Judge::Bundle(bundle, path) => {
                ctx.refresh_now()?;
                judged(found, |token| ask_bundle(bundle, path, token, ctx.now))
            }
            Judge::Vault => {
                let mut vault = ctx.open()?;
                let snapshot = vault.snapshot()?;
                judged(found, |token| ask_vault(&snapshot, token, ctx.now))
            }
        }
    }
}

type Answer = Result<(Standing, Option<KeyFound>), CliError>;

fn judged(
    found: Vec<(PathBuf, Found)>,
    ask: impl Fn(&str) -> Answer,
) -> Result<Vec<Finding>, CliError> {
    let finding = |(path, found): (PathBuf, Found)| {
        let token = found.token.expose_token();
        let (standing, key) = ask(token)?;
        let (width, prefix) = (token.len() as u64, found.token.prefix().to_string());
        Ok(Finding { path, place: found.place, width, prefix, standing, key })
    };
    found.into_iter().map(finding).collect()
}

fn ask_bundle(bundle: &VerifiedBundle<File>, path: &Path, token: &str, now: Timestamp) -> Answer {
    let verdict = bundle.decide(token, &Request::default(), now);
    match verdict.fault() {
        Some(fault) => Err(refused(path, verdict.code(), fault)),
        None => Ok((Standing::of(&verdict), KeyFound::of(&verdict))),
    }
}

fn ask_vault(snapshot: &Snapshot<'_>, token: &str, now: Timestamp) -> Answer {
    let verdict = issue::verify(snapshot, token, &Request::default(), now)?;
    let mut key = KeyFound::of(&verdict);
    if let (Some(key), Some(facts)) = (&mut key, verdict.key()) {
        key.name = snapshot.key(facts.id)?.map(|key| key.name.to_string());
    }
    Ok((Standing::of(&verdict), key))
}

impl KeyFound {
    fn of(verdict: &Verdict) -> Option<Self> {
        verdict.key().map(|facts| KeyFound {
            id: facts.id.to_string(),
            name: None,
            project: facts.project.clone(),
            environment: facts.environment.as_str(),
            owner: facts.owner.clone(),
        })
    }
}

fn refused(path: &Path, code: Code, fault: &str) -> CliError {
    let message = format!("{code}: '{}': {fault}", path.display());
    let kind = if code == Code::BundleUnreadable { Kind::Failed } else { Kind::Integrity };
    CliError::new(kind, message).hint(next_step(code).unwrap_or("get it again"))
}
