//! `keyctl init`

use std::path::PathBuf;

use clap::Args;
use keyctl_vault::{
    InitOptions, Initialized, KdfParams, Secret, VaultError, Waiting, init, was_there,
};
use keyctl_verify::Brand;
use schemars::JsonSchema;
use serde::Serialize;
use zeroize::Zeroizing;

use super::secrets_file;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::global::Output;
use crate::parse;
use crate::ui::json_escape;

/// Make a vault
///
/// Asks for a passphrase twice, or takes it from where every command takes it, and makes a
/// recovery key, which opens the vault when the passphrase is lost. It is shown once. stdout gets
/// the vault key, which tells this vault from others and is no secret, and then the recovery key.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl init\n  keyctl init --passphrase-file pass.txt --recovery-to recovery.txt\n  keyctl init --no-recovery --vault ci.db"
)]
pub(crate) struct InitArgs {
    /// Write the recovery key to a new file instead of stdout
    #[arg(long, value_name = "FILE", conflicts_with = "no_recovery")]
    recovery_to: Option<PathBuf>,

    /// Make no recovery key: a lost passphrase is then a lost vault
    #[arg(long)]
    no_recovery: bool,

    /// What all tokens of this vault begin with
    #[arg(long, value_name = "PREFIX", default_value = "kc", value_parser = parse::brand)]
    token_prefix: Brand,

    /// Memory of the passphrase hash in MiB, 19 to 2048
    #[arg(long, value_name = "MIB", default_value_t = 128, value_parser = parse::parameter)]
    kdf_memory: u32,

    /// Passes of the passphrase hash over its memory, 1 to 16
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = parse::parameter)]
    kdf_passes: u32,
}

/// A vault that was made.
#[derive(JsonSchema, Serialize)]
pub(crate) struct InitView {
    /// The vault's file.
    vault: String,
    /// What tells this vault from others, and is no secret: kcvk_ and more.
    vault_key: String,
    /// The recovery key, which is a secret; null when it is in a file, or when none was made.
    recovery_key: Option<String>,
}

pub(crate) fn run(ctx: &mut Context, args: InitArgs) -> Result<Exit, CliError> {
    make(ctx, args, Stream::Stdout)?;
    let next = if ctx.ui.can_ask() { "" } else { " --project NAME --scope read" };
    ctx.ui.status(&format!("Next: keyctl create{next}"));
    Ok(Exit::Done)
}

/// Where the vault key and the recovery key are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stream {
    /// They are the answer.
    Stdout,
    /// The answer is another verb's.
    Stderr,
}

fn make(ctx: &mut Context, args: InitArgs, stream: Stream) -> Result<(), CliError> {
    let kdf = KdfParams::from_mib(args.kdf_memory, args.kdf_passes)
        .map_err(|e| CliError::usage(format!("--kdf-memory and --kdf-passes: {e}")))?;
    let decided = args.no_recovery || args.recovery_to.is_some();
    if !decided && !ctx.ui.can_ask() {
        return Err(CliError::usage(
            "without a terminal it must be said where the recovery key goes",
        )
        .hint("add --recovery-to FILE or --no-recovery"));
    }
    let to_stdout = !decided;
    if to_stdout && stream == Stream::Stdout {
        ctx.check_stdout()?;
    }
    refuse_existing(ctx)?;
    if let Some(path) = &args.recovery_to {
        Waiting::check_free(path)?;
    }
    let passphrase = Secret::Passphrase(ctx.first_passphrase()?);
    ctx.prepare_vault_folder()?;
    let options =
        InitOptions { brand: args.token_prefix, kdf, passphrase, with_recovery: !args.no_recovery };
    let (path, state, author) =
        (ctx.vault_path().0.to_owned(), ctx.state().to_owned(), ctx.author());
    let recovery_to = args.recovery_to;
    let mut spinner = Some(ctx.ui.spinner("making the vault"));
    let mut file = None;
    let made = init(&path, &state, &options, &author, |made| {
        drop(spinner.take());
        file = deliver(ctx, made, recovery_to.as_ref(), stream)?;
        Ok(())
    });
    drop(spinner);
    secrets_file::settle(file, made.map_err(CliError::from))?;
    ctx.warn_of_place();
    ctx.ui.status(&format!("Made the vault '{}'.", path.display()));
    match &recovery_to {
        Some(file) => ctx.ui.status(&format!(
            "The recovery key is in '{}': move it to a safe place, away from the vault.",
            file.display()
        )),
        None if to_stdout => {
            ctx.ui.status(
                "The recovery key opens the vault when the passphrase is lost. It is shown only",
            );
            ctx.ui.status("now: write it down, and keep it away from the vault.");
        }
        None => ctx.ui.warn("there is no recovery key: a lost passphrase is a lost vault"),
    }
    ctx.keep_secret(options.passphrase);
    Ok(())
}

/// Before anybody is asked for a passphrase.
fn refuse_existing(ctx: &mut Context) -> Result<(), CliError> {
    let (path, is_there) = ctx.vault_path();
    match (path.to_owned().as_path(), is_there) {
        (path, true) => Err(VaultError::Exists { path: path.to_owned() }.into()),
        (path, false) if was_there(path, ctx.state()) => {
            let path = path.display();
            ctx.confirm(&format!("This machine has seen a vault at '{path}', which is gone; a backup could put it back. Make a new one instead?"))
        }
        (_, false) => Ok(()),
    }
}

/// Hands everything over while the vault is not in its place yet, so that no vault is left behind
/// whose recovery key nobody has.
fn deliver(
    ctx: &mut Context,
    made: &Initialized,
    to: Option<&PathBuf>,
    stream: Stream,
) -> Result<Option<Waiting>, VaultError> {
    let key = made.recovery_key.as_ref().map(keyctl_vault::RecoveryKey::expose_text);
    let file = match (to, &key) {
        (Some(file), Some(key)) => {
            let text = Zeroizing::new(format!("{}\n", key.as_str()));
            Some(Waiting::write(file, text.as_bytes())?)
        }
        _ => None,
    };
    let shown = key.filter(|_| to.is_none());
    if stream == Stream::Stderr {
        if let Some(key) = shown {
            ctx.ui.say(&format!("The recovery key:\n\n  {}\n", key.as_str()));
        }
        return Ok(file);
    }
    let text = match ctx.format() {
        Output::Json | Output::Jsonl => {
            let view = InitView {
                vault: ctx.vault_path().0.display().to_string(),
                vault_key: made.vault_key.to_string(),
                recovery_key: shown.map(|key| key.to_string()),
            };
            let json = serde_json::to_string(&view).expect("texts are JSON");
            format!("{}\n", json_escape(&json))
        }
        Output::Table if ctx.ui.out_is_terminal() => {
            let key = shown.map(|key| format!("The recovery key:\n\n  {}\n\n", key.as_str()));
            let key = key.unwrap_or_default();
            format!(
                "The vault key, which tells this vault from others:\n\n  {}\n\n{key}",
                made.vault_key
            )
        }
        Output::Table | Output::Csv => {
            let key = shown.map(|key| format!("{}\n", key.as_str())).unwrap_or_default();
            format!("{}\n{key}", made.vault_key)
        }
    };
    let written = ctx.ui.write(&text).and_then(|()| ctx.ui.flush());
    let undelivered = |source| VaultError::Undelivered { what: "the recovery key", source };
    written.map(|()| file).map_err(undelivered)
}

/// Offers to make the vault that is missing, where somebody can say yes.
pub(crate) fn offer(ctx: &mut Context) -> Result<(), CliError> {
    let (path, exists) = ctx.vault_path();
    if exists || !ctx.ui.can_ask() {
        return Ok(());
    }
    let question = format!("There is no vault at '{}'. Make one now?", path.display());
    if !ctx.ui.confirm_harmless(&question)? {
        return Ok(());
    }
    let args = InitArgs {
        recovery_to: None,
        no_recovery: false,
        token_prefix: Brand::default(),
        kdf_memory: KdfParams::DEFAULT.memory_mib(),
        kdf_passes: KdfParams::DEFAULT.passes(),
    };
    make(ctx, args, Stream::Stderr)
}
