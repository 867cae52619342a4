//! `keyctl bundle inspect`

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Args;
use keyctl_verify::{
    BundleFault, BundleRefusal, Code, Freshness, Header, SignerId, Timestamp, Unreadable,
    UnverifiedBundle,
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::commands::trust::TrustArgs;
use crate::commands::verify::{next_step, open};
use crate::context::Context;
use crate::error::{CliError, Kind};
use crate::exit::Exit;
use crate::render::{self, Card, instant, relative};
use crate::words::{Instant, Word};

/// Show what a bundle says of itself
///
/// Neither vault nor token is needed. Without a trusted key nothing of it is proven, and stderr
/// says so. Exits 7 when a trusted key has not signed it, or when what it says of itself was
/// changed; with --check also when any page was, as every verification that reads it notices.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl bundle inspect keys.kcb --trust kcpub_…\n  keyctl bundle inspect keys.kcb --trust-file trusted.txt --check -o json"
)]
pub(super) struct InspectArgs {
    /// The bundle
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    trust: TrustArgs,

    /// Read and verify every page, not only the header
    #[arg(long)]
    check: bool,
}

/// What a bundle says of itself.
#[derive(JsonSchema, Serialize)]
pub(crate) struct InspectView {
    /// The series of bundles that it is of: 32 hex digits.
    stream: String,
    /// Its number; a later bundle of the stream has a larger one.
    serial: u64,
    /// When it was made.
    #[schemars(with = "Instant")]
    issued_at: String,
    /// Until when it can be believed.
    #[schemars(with = "Instant")]
    valid_until: String,
    /// The trusted public key that it is signed by; null when no key was trusted.
    signer: Option<String>,
    /// Which keys it claims to be signed by, in hex digits.
    signer_ids: Vec<String>,
    /// How many tokens it has.
    entries: u64,
    /// How many pages of 4096 bytes it has.
    pages: u64,
    /// True when a trusted key has signed it; when false, nothing that it says is proven.
    trusted: bool,
    /// How old it is: made in the future, in the first or the second half of its life, or over.
    #[schemars(with = "Word<Freshness>")]
    freshness: &'static str,
    /// How many tokens take how many bytes; null unless every page was read with --check.
    sizes: Option<Vec<SizeView>>,
    #[serde(skip)]
    ends: String,
}

/// The tokens of one size.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Size")]
struct SizeView {
    /// How many bytes each takes.
    bytes: usize,
    /// How many there are.
    entries: u64,
}

pub(super) fn run(ctx: &mut Context, args: &InspectArgs) -> Result<Exit, CliError> {
    let trusted = args.trust.keys(ctx)?;
    let path = &args.file;
    let bundle = read(path).map_err(|e| refused(path, &e))?;
    let (header, signers) = bundle.claims().map_err(|e| refused(path, &e))?;
    let mut view = InspectView::of(&header, &signers, ctx.now);
    if trusted.is_empty() {
        if args.check {
            return Err(CliError::usage("--check needs a trusted key").hint(
                "give --trust kcpub_…; 'keyctl bundle key show' prints it where the vault is",
            ));
        }
        ctx.ui.warn(
            "NOT VERIFIED: no key is trusted, so anybody could have made this file; give --trust kcpub_…",
        );
    } else {
        // The same page that the claims were read from.
        let (_, facts, survey) = bundle.authenticate(&trusted).map_err(|e| refused(path, &e))?;
        (view.trusted, view.signer) = (true, Some(facts.signer.to_string()));
        if args.check {
            let sizes = survey.count().map_err(|e| refused(path, &e))?;
            let size = |(bytes, entries)| SizeView { bytes, entries };
            view.sizes = Some(sizes.into_iter().map(size).collect());
        } else {
            ctx.ui.note("the pages were not read; --check reads and verifies each");
        }
    }
    let format = ctx.format();
    render::single(&mut ctx.ui, format, &view)?;
    Ok(Exit::Done)
}

fn read(path: &Path) -> Result<UnverifiedBundle<File>, BundleRefusal> {
    let file = open(path).map_err(|e| BundleFault::Unreadable(Unreadable::Io(e)))?;
    UnverifiedBundle::open(file)
}

fn refused(path: &Path, refusal: &BundleRefusal) -> CliError {
    let code = refusal.fault().code();
    let kind = if code == Code::BundleUnreadable { Kind::Failed } else { Kind::Integrity };
    CliError::new(kind, format!("'{}': {refusal}", path.display()))
        .hint(next_step(code).unwrap_or("get the bundle again"))
}

impl InspectView {
    fn of(header: &Header, signers: &[SignerId], now: Timestamp) -> Self {
        InspectView {
            stream: header.stream.to_string(),
            serial: header.serial,
            issued_at: instant(header.issued_at),
            valid_until: instant(header.valid_until),
            signer: None,
            signer_ids: signers.iter().map(SignerId::hex).collect(),
            entries: header.entries,
            pages: header.pages,
            trusted: false,
            freshness: header.freshness(now).as_str(),
            sizes: None,
            ends: relative(now, header.valid_until),
        }
    }
}

impl Card for InspectView {
    fn card(&self) -> Vec<(String, String)> {
        let signer = match &self.signer {
            Some(key) => key.clone(),
            None => format!("{} (not verified)", self.signer_ids.join(", ")),
        };
        let mut card = vec![
            ("stream".to_owned(), self.stream.clone()),
            ("serial".to_owned(), self.serial.to_string()),
            ("issued at".to_owned(), self.issued_at.clone()),
            ("valid until".to_owned(), format!("{} ({})", self.valid_until, self.ends)),
            ("freshness".to_owned(), self.freshness.to_owned()),
            ("tokens".to_owned(), self.entries.to_string()),
            ("pages".to_owned(), self.pages.to_string()),
            ("trusted".to_owned(), if self.trusted { "yes" } else { "NO" }.to_owned()),
            ("signed by".to_owned(), signer),
        ];
        for size in self.sizes.iter().flatten() {
            card.push((format!("of {} bytes", size.bytes), size.entries.to_string()));
        }
        card
    }
}
