//! `keyctl vault slot`

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use keyctl_vault::{
    Name, Recipient, RecoveryKey, Role, Secret, SlotError, SlotInfo, SlotKind, VaultError, Waiting,
    files, random_keyfile,
};
use schemars::JsonSchema;
use serde::Serialize;
use zeroize::Zeroizing;

use super::NewPassphraseArgs;
use super::info::SlotView;
use crate::commands::secrets_file::settle;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::global::Output;
use crate::parse;
use crate::render::{self, Card};
use crate::ui::escape;
use crate::words::Words;

const MAX_KEYFILE: usize = 1 << 20;

/// Who can open the vault, and as what
///
/// An administrator does everything. An exporter reads, and signs bundles. A viewer reads
/// everything but tokens. What a role may do follows from the keys that its slot holds.
#[derive(Args)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:\n  keyctl vault slot list\n  keyctl vault slot add ci --role viewer --new-passphrase-file ci.txt\n  keyctl vault slot add backup --role admin --kind keyfile --new-keyfile b.key\n  keyctl vault slot remove ci --yes"
)]
pub(super) struct SlotArgs {
    #[command(subcommand)]
    command: SlotCommand,
}

#[derive(Subcommand)]
enum SlotCommand {
    /// List the slots
    #[command(after_help = "Example:\n  keyctl vault slot list")]
    List,
    Add(AddArgs),
    /// Remove a slot
    ///
    /// Protects no copy of the file that was taken before.
    #[command(after_help = "Example:\n  keyctl vault slot remove ci --yes")]
    Remove {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
    },
}

/// Add a way to open the vault
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl vault slot add ci --role viewer --new-passphrase-file ci.txt\n  keyctl vault slot add gateway --role viewer --kind keyfile --new-keyfile g.key\n  keyctl vault slot add spare --role admin --kind recovery --recovery-to r.txt\n  keyctl vault slot add alice --role admin --kind x25519 --recipient age1…"
)]
struct AddArgs {
    /// What it is called [default: after its role]
    #[arg(value_name = "NAME", value_parser = parse::name)]
    name: Option<Name>,

    /// What whoever opens it may do: admin, exporter or viewer
    #[arg(long, value_name = "ROLE", value_parser = role)]
    role: Role,

    /// What opens it
    #[arg(long, value_name = "KIND", default_value = "passphrase")]
    kind: NewKind,

    #[command(flatten)]
    new: NewPassphraseArgs,

    /// The key file of --kind keyfile; made with random contents when it does not exist
    #[arg(long, value_name = "FILE", required_if_eq("kind", "keyfile"))]
    new_keyfile: Option<PathBuf>,

    /// The recipient (age1…) of --kind x25519
    #[arg(long, value_name = "RECIPIENT", value_parser = recipient, required_if_eq("kind", "x25519"))]
    recipient: Option<Recipient>,

    /// A new file for the recovery key of --kind recovery, instead of stdout
    #[arg(long, value_name = "FILE")]
    recovery_to: Option<PathBuf>,
}

/// What can open a new slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum NewKind {
    Passphrase,
    Keyfile,
    Recovery,
    X25519,
}

/// Whatever opens a slot was once the kind of a new one.
impl Words for NewKind {
    fn words() -> Vec<String> {
        let values = NewKind::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        values.map(|value| value.get_name().to_owned()).collect()
    }
}

fn role(text: &str) -> Result<Role, String> {
    text.parse().map_err(|()| "is not admin, exporter or viewer".to_owned())
}

pub(super) fn recipient(text: &str) -> Result<Recipient, String> {
    Recipient::parse(text).map_err(|e| e.to_string())
}

pub(super) fn run(ctx: &mut Context, args: SlotArgs) -> Result<Exit, CliError> {
    match args.command {
        SlotCommand::List => list(ctx),
        SlotCommand::Add(args) => add(ctx, &args),
        SlotCommand::Remove { name } => remove(ctx, &name),
    }
}

fn list(ctx: &mut Context) -> Result<Exit, CliError> {
    let info = ctx.open()?.info()?;
    let views: Vec<SlotView> = info.slots.iter().map(SlotView::of).collect();
    let format = ctx.format();
    render::rows(&mut ctx.ui, format, &["name", "kind", "role"], &views)?;
    Ok(Exit::Done)
}

fn add(ctx: &mut Context, args: &AddArgs) -> Result<Exit, CliError> {
    args.check()?;
    if args.kind == NewKind::Recovery && args.recovery_to.is_none() {
        if !ctx.ui.can_ask() {
            return Err(CliError::usage(
                "without a terminal it must be said where the recovery key goes",
            )
            .hint("add --recovery-to FILE"));
        }
        ctx.check_stdout()?;
    }
    let mut vault = ctx.open_for_change()?;
    let taken: Vec<String> = vault.info()?.slots.into_iter().map(|slot| slot.name).collect();
    let name = args.name.clone().unwrap_or_else(|| free_name(args.role, &taken));
    let author = ctx.author();
    let mut file = None;
    let added = match (args.kind, &args.new_keyfile) {
        (NewKind::X25519, _) => {
            let recipient = args.recipient.expect("clap asks for it");
            vault.add_recipient_slot(&author, &name, args.role, recipient)
        }
        (NewKind::Recovery, _) => vault.add_recovery_slot(&author, &name, args.role, |key| {
            file = deliver(ctx, key, args.recovery_to.as_deref())?;
            Ok(())
        }),
        (NewKind::Keyfile, Some(path)) => {
            let (secret, new) = keyfile(path)?;
            file = new;
            vault.add_slot(&author, &name, args.role, &secret)
        }
        _ => {
            let secret = Secret::Passphrase(ctx.new_passphrase(args.new.source())?);
            let _spinner = ctx.ui.spinner("hashing the passphrase");
            vault.add_slot(&author, &name, args.role, &secret)
        }
    };
    let slot = settle(file, added.map_err(CliError::from))?;
    ctx.report_pin_trouble(&mut vault);
    answer(ctx, "added", &slot)
}

impl AddArgs {
    /// Flags of one kind mean nothing for another.
    fn check(&self) -> Result<(), CliError> {
        let wrong = [
            (self.new.source().is_some(), NewKind::Passphrase, "--new-passphrase-…"),
            (self.new_keyfile.is_some(), NewKind::Keyfile, "--new-keyfile"),
            (self.recovery_to.is_some(), NewKind::Recovery, "--recovery-to"),
            (self.recipient.is_some(), NewKind::X25519, "--recipient"),
        ];
        match wrong.into_iter().find(|(given, kind, _)| *given && *kind != self.kind) {
            None => Ok(()),
            Some((_, _, flag)) => Err(CliError::usage(format!("{flag} is for another --kind"))
                .hint("--kind passphrase, keyfile, recovery or x25519 says what opens the slot")),
        }
    }
}

fn remove(ctx: &mut Context, name: &str) -> Result<Exit, CliError> {
    let mut vault = ctx.open_for_change()?;
    let slots = vault.info()?.slots;
    if !slots.iter().any(|slot| slot.name == name) {
        return Err(SlotError::NotFound { name: name.to_owned() }.into());
    }
    warn_of_loss(ctx, &slots, name, vault.slot() == name);
    ctx.confirm(&format!("Remove the slot '{name}'?"))?;
    let author = ctx.author();
    let slot = vault.remove_slot(&author, name)?;
    ctx.report_pin_trouble(&mut vault);
    ctx.end_session(&vault);
    let exit = answer(ctx, "removed", &slot)?;
    ctx.ui.flush()?;
    ctx.ui.status("Copies of the file from before can still be opened with it.");
    Ok(exit)
}

/// Says what cannot be opened without a slot any more, to who is about to remove it.
fn warn_of_loss(ctx: &mut Context, slots: &[SlotInfo], name: &str, is_used: bool) {
    let (removed, left): (Vec<_>, Vec<_>) = slots.iter().partition(|slot| slot.name == name);
    let admins = left.iter().filter(|slot| slot.role == Role::Admin);
    let admins: Vec<String> = admins.map(|slot| format!("'{}'", slot.name)).collect();
    if is_used && !admins.is_empty() {
        let admins = admins.join(", ");
        ctx.ui.warn(&format!(
            "it is the slot that has just opened the vault; afterwards only {admins} can change it"
        ));
    }
    let recovers = |slot: &&SlotInfo| slot.kind == SlotKind::Recovery && slot.role == Role::Admin;
    if removed.iter().any(recovers) && !left.iter().any(recovers) {
        ctx.ui.warn("it is the only recovery key: who loses the passphrase then loses the vault");
    }
}

/// `viewer`, or `viewer-2`, …
fn free_name(role: Role, taken: &[String]) -> Name {
    let numbered = (2..).map(|n| format!("{role}-{n}"));
    let free = std::iter::once(role.to_string()).chain(numbered).find(|name| !taken.contains(name));
    Name::parse(&free.expect("there are more numbers than slots")).expect("a role is a name")
}

/// The contents of a key file, which is made when it does not exist.
fn keyfile(path: &Path) -> Result<(Secret, Option<Waiting>), CliError> {
    let (contents, new) = if fs::symlink_metadata(path).is_err() {
        let contents = random_keyfile()?;
        let new = Waiting::write(path, &contents)?;
        (contents, Some(new))
    } else {
        (Zeroizing::new(files::read_bounded(path, MAX_KEYFILE)?), None)
    };
    let too_short = || {
        CliError::usage(format!("--new-keyfile: '{}' is shorter than 32 bytes", path.display()))
            .hint("name a file that does not exist, and it is made")
    };
    Ok((Secret::keyfile(&contents).ok_or_else(too_short)?, new))
}

pub(super) fn deliver(
    ctx: &mut Context,
    key: &RecoveryKey,
    to: Option<&Path>,
) -> Result<Option<Waiting>, VaultError> {
    let text = Zeroizing::new(format!("{}\n", key.expose_text().as_str()));
    match to {
        Some(path) => Waiting::write(path, text.as_bytes()).map(Some),
        None => ctx
            .ui
            .write(&text)
            .and_then(|()| ctx.ui.flush())
            .map(|()| None)
            .map_err(|source| VaultError::Undelivered { what: "the recovery key", source }),
    }
}

/// A slot that was added, removed or given another passphrase.
#[derive(JsonSchema, Serialize)]
pub(crate) struct ChangedSlot {
    #[serde(flatten)]
    slot: SlotView,
    /// Always true.
    changed: bool,
}

impl Card for ChangedSlot {
    fn card(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}

pub(super) fn answer(ctx: &mut Context, done: &str, slot: &SlotInfo) -> Result<Exit, CliError> {
    match ctx.format() {
        Output::Table => {
            let name = escape(&slot.name);
            let line =
                format!("{done} the slot '{name}' ({}, {})\n", slot.kind.as_str(), slot.role);
            ctx.ui.write(&line)?;
        }
        format => {
            let view = ChangedSlot { slot: SlotView::of(slot), changed: true };
            render::single(&mut ctx.ui, format, &view)?;
        }
    }
    Ok(Exit::Done)
}
