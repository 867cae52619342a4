//! `keyctl vault export`

use std::path::{Path, PathBuf};

use clap::Args;
use keyctl_vault::{ExportSlot, Recipient, Records, Secret, files};
use schemars::JsonSchema;
use serde::Serialize;

use super::NewPassphraseArgs;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::global::Output;
use crate::render::{self, Card, KeyView};

/// Write every key and owner to a new file, for another vault
///
/// The file is encrypted under keys of its own, and opens with one new passphrase or the identity
/// of one age recipient. 'keyctl vault import' takes it in; keys keep their ids, and tokens go on
/// working. With --metadata the file has the keys' records as JSON or CSV, in the clear, and no
/// secret of any kind.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl vault export keys.kcx --new-passphrase-file move.txt\n  keyctl vault export keys.kcx --recipient age1…\n  keyctl vault export --metadata keys.csv"
)]
pub(super) struct ExportArgs {
    /// The new file
    #[arg(value_name = "FILE", required_unless_present = "metadata")]
    file: Option<PathBuf>,

    /// Write records without secrets to this new file: CSV when it ends with .csv, JSON lines when
    /// it ends with .jsonl, else JSON
    #[arg(long, value_name = "FILE", conflicts_with_all = ["file", "recipient", "new_passphrase"])]
    metadata: Option<PathBuf>,

    /// Encrypt to this recipient (age1…) instead of a passphrase
    #[arg(long, value_name = "RECIPIENT", value_parser = super::slot::recipient, conflicts_with = "new_passphrase")]
    recipient: Option<Recipient>,

    #[command(flatten)]
    new: NewPassphraseArgs,
}

/// A file that was written.
#[derive(JsonSchema, Serialize)]
pub(crate) struct ExportView {
    /// The new file.
    file: String,
    /// How many keys it has.
    keys: u64,
    /// The vault key of the file, which is not that of the vault; null with --metadata.
    vault_key: Option<String>,
}

impl Card for ExportView {
    fn card(&self) -> Vec<(String, String)> {
        let lines = [
            ("file", self.file.clone()),
            ("keys", self.keys.to_string()),
            ("vault key", self.vault_key.clone().unwrap_or_default()),
        ];
        let given = lines.into_iter().filter(|(_, value)| !value.is_empty());
        given.map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

pub(super) fn run(ctx: &mut Context, args: &ExportArgs) -> Result<Exit, CliError> {
    match (&args.file, &args.metadata) {
        (_, Some(file)) => metadata(ctx, file),
        (Some(file), None) => everything(ctx, args, file),
        (None, None) => Err(CliError::usage("no file was named").hint("name a new file")),
    }
}

fn everything(ctx: &mut Context, args: &ExportArgs, file: &Path) -> Result<Exit, CliError> {
    let mut vault = ctx.open_for_change()?;
    let slot = match args.recipient {
        Some(recipient) => ExportSlot::Recipient(recipient),
        None => {
            let passphrase = ctx.new_passphrase(args.new.source())?;
            ExportSlot::Passphrase(Secret::Passphrase(passphrase))
        }
    };
    let author = ctx.author();
    let spinner = ctx.ui.spinner("sealing everything for the new file");
    let vault_key = vault.export(file, &slot, &author);
    drop(spinner);
    let vault_key = vault_key?;
    let keys = vault.snapshot()?.key_count();
    let view = ExportView {
        file: file.display().to_string(),
        keys,
        vault_key: Some(vault_key.to_string()),
    };
    answer(ctx, &view)?;
    if args.recipient.is_some() {
        ctx.ui.status(
            "Whoever imports it with an identity needs the vault key too: tell them another way.",
        );
    }
    ctx.ui.status("It has the tokens that can be shown again and the key that signs bundles: treat it like the vault.");
    Ok(Exit::Done)
}

fn metadata(ctx: &mut Context, file: &Path) -> Result<Exit, CliError> {
    let mut vault = ctx.open()?;
    let (now, seen) = (ctx.now, ctx.seen(&vault));
    let snapshot = vault.snapshot()?;
    let (brand, ceilings) = (snapshot.brand().clone(), snapshot.ceilings()?);
    let mut keys = snapshot.keys(Some)?;
    drop(snapshot);
    keys.sort_by_key(|key| key.order);
    let view = |key: &mut keyctl_vault::Key| {
        seen.count_in(key, &brand, now);
        KeyView::of(key, &brand, now).with_effective(&ceilings.effective(key))
    };
    let views: Vec<KeyView> = keys.iter_mut().map(view).collect();
    let format = match file.extension().and_then(|end| end.to_str()) {
        Some("csv") => Output::Csv,
        Some("jsonl" | "ndjson") => Output::Jsonl,
        _ => Output::Json,
    };
    files::write_new(file, &render::to_bytes(format, &views))?;
    let keys = views.len() as u64;
    answer(ctx, &ExportView { file: file.display().to_string(), keys, vault_key: None })?;
    Ok(Exit::Done)
}

fn answer(ctx: &mut Context, view: &ExportView) -> Result<(), CliError> {
    let format = ctx.format();
    render::single(&mut ctx.ui, format, view)?;
    Ok(ctx.ui.flush()?)
}
