//! Keeps that tokens were used: in the state directory, and in the file of `--receipt`.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

use keyctl_vault::issue::ReceiptBox;
use keyctl_verify::{Receipt, Verdict};
use rustix::fs::OFlags;

use super::VerifyArgs;
use crate::context::Context;
use crate::error::{CliError, Kind};

pub(super) struct Keeper {
    /// Of the vault; a bundle writes nothing that it was not told to.
    receipts: Option<ReceiptBox>,
    file: Option<File>,
    trouble_said: bool,
}

impl Keeper {
    /// The file is opened before anything is decided, so that it cannot be missed afterwards.
    pub(super) fn new(args: &VerifyArgs, receipts: Option<ReceiptBox>) -> Result<Self, CliError> {
        let file = args.receipt.as_ref().map(|path| {
            open(path).map_err(|e| {
                CliError::new(
                    Kind::Failed,
                    format!("cannot open the receipt file '{}': {e}", path.display()),
                )
                .hint("check the path; nothing was decided")
            })
        });
        let receipts = receipts.filter(|_| !args.no_record);
        Ok(Keeper { receipts, file: file.transpose()?, trouble_said: false })
    }

    /// Appends to the file of `--receipt`, before the verdict is given.
    pub(super) fn append(
        &mut self,
        ctx: &Context,
        verdict: &Verdict,
        args: &VerifyArgs,
    ) -> Result<(), CliError> {
        let receipt = verdict.receipt(ctx.now, args.receipt_label.clone());
        let (Some(file), Some(receipt)) = (&mut self.file, receipt) else { return Ok(()) };
        // One write, so that lines of several processes do not mix.
        file.write_all(format!("{receipt}\n").as_bytes()).map_err(|e| {
            CliError::new(Kind::Failed, format!("cannot write the receipt file: {e}"))
                .hint("make room, or do without --receipt")
        })
    }

    /// Keeps the use in the state directory, after the verdict was given.
    pub(super) fn record(&mut self, ctx: &mut Context, verdict: &Verdict) {
        let Some(receipts) = &self.receipts else { return };
        let Some(receipt) = verdict.receipt(ctx.now, None) else { return };
        if let (Err(error), false) = (receipts.keep(&receipt), self.trouble_said) {
            self.trouble_said = true;
            ctx.ui.note(&format!("the use was not recorded: {error}; --no-record does without"));
        }
    }
}

/// Opens a file of receipts to append to: a new one, or one that has receipts already.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    // Not waiting, should it be a pipe.
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    options.read(true).append(true).create(true).mode(0o600).custom_flags(flags);
    let file = options.open(path)?;
    let meta = file.metadata()?;
    if !meta.is_file() {
        return Err(io::Error::other("it is not a plain file"));
    }
    let mut start = [0; Receipt::MARK.len()];
    let is_ours = meta.len() == 0
        || (file.read_exact_at(&mut start, 0).is_ok() && start == *Receipt::MARK.as_bytes());
    if is_ours {
        Ok(file)
    } else {
        Err(io::Error::other("it has something else than receipts in it"))
    }
}
