//! Who decides: the vault, or a bundle.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use keyctl_vault::UnlockedVault;
use keyctl_vault::files;
use keyctl_vault::issue::{self, ReceiptBox};
use keyctl_verify::{
    BundleFault, BundleRefusal, Code, Instant, Policy, PublicKey, Request, Unreadable,
    UnverifiedBundle, Verdict, VerifiedBundle,
};
use rustix::fs::OFlags;

use super::VerifyArgs;
use super::memory::Memory;
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
        ctx: &Context,
        memory: Option<&Memory>,
        token: &[u8],
        request: &Request,
    ) -> Result<Verdict, CliError> {
        let token = std::str::from_utf8(token).unwrap_or("");
        let mut verdict = match self {
            // A new snapshot for each token: nothing is held while waiting for the next.
            Judge::Vault(vault) => issue::verify(&vault.snapshot()?, token, request, ctx.now)?,
            Judge::Bundle(gate) => gate.decide(ctx, memory, token, request)?,
        };
        if let (Some(memory), Some((key, _))) = (memory, verdict.to_be_counted()) {
            let now = Instant::from_nanos(ctx.nanos()?);
            memory.update(|state| {
                if let Some(counter) = verdict.count(state.rate(key), now) {
                    state.set_rate(key, counter, now);
                }
            })?;
        }
        Ok(verdict)
    }
}

/// A bundle at a path. When another file takes its place, that one is verified anew.
pub(super) struct Gate {
    path: PathBuf,
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
}

impl Gate {
    fn new(ctx: &Context, args: &VerifyArgs, path: &Path) -> Result<Self, CliError> {
        let trusted = args.trust.keys(ctx)?;
        if trusted.is_empty() {
            return Err(CliError::usage("no key is trusted, so no bundle can be believed").hint(
                "give --trust kcpub_…; 'keyctl bundle key show' prints it where the vault is",
            ));
        }
        let policy = Policy {
            stream: args.stream,
            min_serial: args.min_serial,
            max_age: args.max_age.map(keyctl_vault::Lifetime::seconds),
            remembered: None,
        };
        Ok(Gate { path: path.to_owned(), trusted, policy, open: None })
    }

    fn decide(
        &mut self,
        ctx: &Context,
        memory: Option<&Memory>,
        token: &str,
        request: &Request,
    ) -> Result<Verdict, CliError> {
        let stamp = Stamp::of(&self.path);
        if !matches!((&self.open, &stamp), (Some((known, _)), Ok(stamp)) if known == stamp) {
            self.open = None;
            match self.verify(ctx, memory)? {
                Ok(open) => self.open = Some(open),
                Err(refusal) => return Ok(refusal.verdict(request)),
            }
        }
        let (_, bundle) = self.open.as_ref().expect("opened above");
        Ok(bundle.decide(token, request, ctx.now))
    }

    /// Verifies the file that is there now; what was accepted is remembered.
    fn verify(
        &self,
        ctx: &Context,
        memory: Option<&Memory>,
    ) -> Result<Result<(Stamp, VerifiedBundle<File>), BundleRefusal>, CliError> {
        let open = |policy| {
            let file = open(&self.path).map_err(unreadable)?;
            let stamp = Stamp::of_file(&file).map_err(unreadable)?;
            let bundle = UnverifiedBundle::open(file)?.verify(&self.trusted, policy, ctx.now)?;
            Ok((stamp, bundle))
        };
        let Some(memory) = memory else { return Ok(open(self.policy.clone())) };
        // The same file by any of its names.
        let place = files::canonical(&self.path).unwrap_or_else(|_| self.path.clone());
        let place = place.to_string_lossy();
        memory.update(|state| {
            let remembered = state.bundle(&place);
            let (stamp, bundle) = open(Policy { remembered, ..self.policy.clone() })?;
            state.remember(&place, &bundle.remember());
            Ok((stamp, bundle))
        })
    }
}

impl Stamp {
    fn of(path: &Path) -> io::Result<Self> {
        path.metadata().map(|meta| Stamp::of_metadata(&meta))
    }

    fn of_file(file: &File) -> io::Result<Self> {
        file.metadata().map(|meta| Stamp::of_metadata(&meta))
    }

    fn of_metadata(meta: &std::fs::Metadata) -> Self {
        Stamp {
            device: meta.dev(),
            inode: meta.ino(),
            size: meta.size(),
            changed: (meta.mtime(), meta.mtime_nsec()),
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

/// What to do about a bundle that cannot be used.
pub(crate) fn next_step(code: Code) -> Option<&'static str> {
    Some(match code {
        Code::BundleUnreadable => "check the path; get the bundle again",
        Code::BundleUntrusted => {
            "check that --trust is the key of the vault that made it; if it is, do not use this file"
        }
        Code::BundleCorrupt => "do not use this file; get the bundle again",
        Code::ClockSkew => {
            "check this machine's clock, and that of the machine that makes the bundles"
        }
        Code::BundleStale => "get the latest bundle; 'keyctl bundle export' makes it",
        Code::BundleRolledBack => {
            "get the latest bundle; an old one would bring revoked keys back to life"
        }
        _ => return None,
    })
}
