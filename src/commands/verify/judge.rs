//! Who decides: the vault, or a bundle.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use keyctl_vault::issue::{self, ReceiptBox};
use keyctl_vault::{Lifetime, UnlockedVault};
use keyctl_verify::{
    BundleFault, BundleRefusal, Instant, Policy, PublicKey, Remembered, Request, Timestamp,
    Unreadable, UnverifiedBundle, Verdict, VerifiedBundle,
};
use rustix::fs::OFlags;

use super::VerifyArgs;
use super::memory::{Memory, State, place_of};
use crate::context::Context;
use crate::error::CliError;

pub(super) enum Judge {
    Vault(Box<UnlockedVault>),
    Bundle(Box<Gate>),
}

impl Judge {
    pub(super) fn new(ctx: &mut Context, args: &VerifyArgs) -> Result<Self, CliError> {
        match &args.bundle {
            Some(path) => Ok(Judge::Bundle(Box::new(Gate::new(ctx, args, path)?))),
            None => Ok(Judge::Vault(Box::new(ctx.open()?))),
        }
    }

    /// Where the vault keeps that tokens were used.
    pub(super) fn receipts(&self, ctx: &Context) -> Option<ReceiptBox> {
        match self {
            Judge::Vault(vault) => Some(ctx.receipts(vault)),
            Judge::Bundle(_) => None,
        }
    }

    /// Decides about a token, and counts it. A token that is not UTF-8 is no token.
    pub(super) fn decide(
        &mut self,
        ctx: &mut Context,
        memory: Option<&Memory>,
        token: &[u8],
        request: &Request,
    ) -> Result<Verdict, CliError> {
        let token = std::str::from_utf8(token).unwrap_or("");
        match memory {
            None => self.judge(ctx, None, token, request),
            Some(memory) => memory.update(|state| self.judge(ctx, Some(state), token, request)),
        }
    }

    /// The clock is read last, when token, vault and state are at hand: whoever can make us wait
    /// must not choose the time of the verdict.
    fn judge(
        &mut self,
        ctx: &mut Context,
        mut state: Option<&mut State>,
        token: &str,
        request: &Request,
    ) -> Result<Verdict, CliError> {
        let mut verdict = match self {
            // A new snapshot for each token: nothing is held while waiting for the next.
            Judge::Vault(vault) => {
                let snapshot = vault.snapshot()?;
                ctx.refresh_now()?;
                issue::verify(&snapshot, token, request, ctx.now)?
            }
            Judge::Bundle(gate) => {
                ctx.refresh_now()?;
                gate.decide(ctx.now, state.as_deref_mut(), token, request)
            }
        };
        if let (Some(state), Some((key, _))) = (state, verdict.to_be_counted()) {
            let now = Instant::from_nanos(ctx.nanos()?);
            if let Some(counter) = verdict.count(state.rate(key), now) {
                state.set_rate(key, counter, now);
            }
        }
        Ok(verdict)
    }
}

/// A bundle at a path. When another file takes its place, that one is verified anew.
pub(super) struct Gate {
    path: PathBuf,
    place: String,
    trusted: Vec<PublicKey>,
    policy: Policy,
    open: Option<(Stamp, VerifiedBundle<File>)>,
}

/// What changes when a file is replaced.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    changed: (i64, i64),
    moved: (i64, i64),
}

impl Gate {
    fn new(ctx: &Context, args: &VerifyArgs, path: &Path) -> Result<Self, CliError> {
        let trusted = args.trust.some_keys(ctx)?;
        let policy = Policy {
            stream: args.stream,
            min_serial: args.min_serial,
            max_age: args.max_age.map(Lifetime::seconds),
            ..Policy::default()
        };
        Ok(Gate { path: path.to_owned(), place: place_of(path), trusted, policy, open: None })
    }

    fn decide(
        &mut self,
        now: Timestamp,
        state: Option<&mut State>,
        token: &str,
        request: &Request,
    ) -> Verdict {
        let remembers = state.is_some();
        if let Err(refusal) = self.keep_open(now, state) {
            self.open = None;
            return refusal.verdict(request);
        }
        let (_, bundle) = self.open.as_mut().expect("it was opened, or refused");
        let verdict = bundle.decide(token, request, now);
        if remembers {
            bundle.mark_remembered();
        }
        verdict
    }

    /// Opens the file, unless the one that is open is still the latest; what is accepted is
    /// remembered.
    fn keep_open(
        &mut self,
        now: Timestamp,
        state: Option<&mut State>,
    ) -> Result<(), BundleRefusal> {
        let mut policy = self.policy.clone();
        if let Some(state) = &state {
            policy.remembered = state.bundle(&self.place);
            policy.elsewhere = state.streams();
        }
        let stamp = Stamp::of(&self.path.metadata().map_err(unreadable)?);
        let is_latest = |(known, bundle): &(Stamp, VerifiedBundle<File>)| {
            *known == stamp && !is_outdated(&bundle.remember(), &policy)
        };
        if self.open.as_ref().is_some_and(is_latest) {
            return Ok(());
        }
        let file = open(&self.path).map_err(unreadable)?;
        let stamp = Stamp::of(&file.metadata().map_err(unreadable)?);
        let bundle = UnverifiedBundle::open(file)?.verify(&self.trusted, policy, now)?;
        if let Some(state) = state {
            state.remember(&self.place, &bundle.remember());
        }
        self.open = Some((stamp, bundle));
        Ok(())
    }
}

/// Another process has seen a later bundle than the one that is open.
fn is_outdated(open: &Remembered, policy: &Policy) -> bool {
    let known = policy.remembered.iter().chain(&policy.elsewhere);
    known.filter(|known| known.stream == open.stream).any(|known| known.serial > open.serial)
}

impl Stamp {
    fn of(meta: &std::fs::Metadata) -> Self {
        Stamp {
            device: meta.dev(),
            inode: meta.ino(),
            size: meta.size(),
            changed: (meta.mtime(), meta.mtime_nsec()),
            moved: (meta.ctime(), meta.ctime_nsec()),
        }
    }
}

fn unreadable(error: io::Error) -> BundleRefusal {
    BundleFault::Unreadable(Unreadable::Io(error)).into()
}

/// Opens without waiting, should it be a pipe.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}
