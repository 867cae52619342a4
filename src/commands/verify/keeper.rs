//! Keeps that tokens were used: in the state directory, and in the file of `--receipt`.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
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
        append_line(file, &receipt).map_err(|e| {
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

/// Appends a receipt on a line of its own, or nothing. A line that a crash or a full disk has cut off
/// goes first: it would take the next one with it.
fn append_line(file: &mut File, receipt: &Receipt) -> io::Result<()> {
    // Some file systems know no locks; what others append is left alone there.
    let is_alone = file.lock().is_ok();
    let whole = if is_alone { cut_tail(file)? } else { 0 };
    // One write, so that lines of several processes do not mix.
    let written = file.write_all(format!("{receipt}\n").as_bytes());
    if written.is_err() && is_alone {
        drop(file.set_len(whole));
    }
    drop(file.unlock());
    written
}

/// Takes away what follows the last line's end; how long the file is then.
fn cut_tail(file: &File) -> io::Result<u64> {
    const WINDOW: u64 = 4 << 10;
    let len = file.metadata()?.len();
    let mut whole = len;
    while whole > 0 {
        let start = whole.saturating_sub(WINDOW);
        let mut tail = vec![0; usize::try_from(whole - start).unwrap_or_default()];
        file.read_exact_at(&mut tail, start)?;
        if let Some(end) = tail.iter().rposition(|byte| *byte == b'\n') {
            whole = start + end as u64 + 1;
            break;
        }
        whole = start;
    }
    if whole < len {
        file.set_len(whole)?;
    }
    Ok(whole)
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
    let mut start = Vec::new();
    (&file).take(Receipt::MARK.len() as u64).read_to_end(&mut start)?;
    // Of the first receipt a crash may have left the beginning, and zeros for the rest.
    let written = start.split(|byte| *byte == 0).next().unwrap_or_default();
    if Receipt::MARK.as_bytes().starts_with(written) {
        Ok(file)
    } else {
        Err(io::Error::other("it has something else than receipts in it"))
    }
}
