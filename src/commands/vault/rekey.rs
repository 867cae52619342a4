//! `keyctl vault rekey`

use std::path::PathBuf;

use clap::Args;
use keyctl_vault::{RekeyOptions, Rekeyed, SlotInfo, SlotKind, Waiting};
use schemars::JsonSchema;
use serde::Serialize;

use super::slot::deliver;
use crate::commands::secrets_file::settle;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::global::Output;
use crate::render::{self, Card};
use crate::ui::escape;

/// Seal everything anew under a new root key
///
/// After somebody left who could open the vault, or a copy of it got into other hands: what such
/// a copy holds opens nothing of the vault any more. Slots of age recipients are kept, so remove
/// first those of whoever shall not open it again; other slots than the one that is used are gone,
/// and must be added again by who knows their secrets. The key of bundles is changed, so verifiers
/// need the new one.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl vault rekey\n  keyctl vault rekey --recovery-to recovery.txt --keep-bundle-key --yes"
)]
pub(super) struct RekeyArgs {
    /// Go on signing bundles with the same key
    #[arg(long)]
    keep_bundle_key: bool,

    /// Make a new recovery key, in this new file
    #[arg(long, value_name = "FILE")]
    recovery_to: Option<PathBuf>,
}

/// A vault that was sealed under a new root key.
#[derive(JsonSchema, Serialize)]
pub(crate) struct RekeyView {
    /// The vault's file.
    vault: String,
    /// The vault key that it has now.
    vault_key: String,
    /// The public key that signs bundles from now on; null when that is the old one, or none.
    bundle_key: Option<String>,
    /// The names of the slots that it has now.
    slots: Vec<String>,
    /// The names of the slots that are gone, to be added again by who knows their secrets.
    slots_to_add: Vec<String>,
    /// The ids of keys whose tokens an old copy of the file still shows.
    keys_to_rotate: Vec<String>,
}

impl Card for RekeyView {
    fn card(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}

pub(super) fn run(ctx: &mut Context, args: &RekeyArgs) -> Result<Exit, CliError> {
    ctx.check_stdout()?;
    if let Some(path) = &args.recovery_to {
        Waiting::check_free(path)?;
    }
    let (mut vault, secret) = ctx.open_for_change_with_secret()?;
    ctx.confirm(&question(&vault.info()?.slots, vault.slot(), args))?;
    let options = RekeyOptions {
        secret: &secret,
        keep_bundle_key: args.keep_bundle_key,
        with_recovery: args.recovery_to.is_some(),
    };
    let author = ctx.author();
    let mut spinner = Some(ctx.ui.spinner("sealing everything anew"));
    let mut file = None;
    let rekeyed = vault.rekey(&author, &options, |rekeyed| {
        drop(spinner.take());
        if let Some(key) = &rekeyed.recovery_key {
            file = deliver(ctx, key, args.recovery_to.as_deref())?;
        }
        Ok(())
    });
    drop(spinner);
    let rekeyed = settle(file, rekeyed.map_err(CliError::from))?;
    ctx.report_pin_trouble(&mut vault);
    ctx.end_session(&vault);
    answer(ctx, &rekeyed)?;
    advise(ctx, &rekeyed);
    Ok(Exit::Done)
}

/// Names the slots that are kept besides the one that is used, and those that cannot be, because
/// nobody is there who knows their secrets.
fn question(slots: &[SlotInfo], used: &str, args: &RekeyArgs) -> String {
    let is_renewed = |slot: &SlotInfo| args.recovery_to.is_some() && slot.is_first_recovery();
    let others = slots.iter().filter(|slot| slot.name != used && !is_renewed(slot));
    let (kept, lost): (Vec<_>, Vec<_>) = others.partition(|slot| slot.kind.recipient().is_some());
    let named = |what: &str, slots: &[&SlotInfo]| {
        let names: Vec<String> =
            slots.iter().map(|slot| format!("'{}'", escape(&slot.name))).collect();
        if names.is_empty() { String::new() } else { format!(", {what} {}", names.join(", ")) }
    };
    let (kept, lost) = (named("keep the recipients", &kept), named("remove the slots", &lost));
    format!("Seal the vault under a new root key{kept}{lost}?")
}

fn answer(ctx: &mut Context, rekeyed: &Rekeyed) -> Result<(), CliError> {
    let names = |slots: &[SlotInfo]| slots.iter().map(|slot| slot.name.clone()).collect();
    let view = RekeyView {
        vault: ctx.settings.vault.display().to_string(),
        vault_key: rekeyed.vault_key.to_string(),
        bundle_key: rekeyed.bundle_key.map(|key| key.to_string()),
        slots: names(&rekeyed.slots),
        slots_to_add: names(&rekeyed.lost),
        keys_to_rotate: rekeyed.revealable.iter().map(ToString::to_string).collect(),
    };
    match ctx.format() {
        Output::Table => ctx.ui.write(&format!("{}\n", view.vault_key))?,
        format => render::single(&mut ctx.ui, format, &view)?,
    }
    Ok(ctx.ui.flush()?)
}

/// What there is left to do, a line each.
fn advise(ctx: &mut Context, rekeyed: &Rekeyed) {
    let key = rekeyed.vault_key;
    ctx.ui.status("The vault has a new root key; stdout has the vault key that belongs to it.");
    if let Some(error) = &rekeyed.untidy {
        ctx.ui.warn(&format!(
            "the file is as large as before, because it could not be written anew; nothing else is amiss: {error}"
        ));
    }
    ctx.ui.status(&format!("  other machines: keyctl vault trust {key}"));
    if let Some(bundle_key) = &rekeyed.bundle_key {
        ctx.ui.status(&format!("  verifiers trust from now on: {bundle_key}"));
        ctx.ui.status("  bundles: export them anew, they are still signed by the old key");
    }
    for slot in &rekeyed.lost {
        let (name, role, kind) = (escape(&slot.name), slot.role, slot.kind.as_str());
        let more = match slot.kind {
            SlotKind::Keyfile => " --new-keyfile FILE",
            SlotKind::Recovery => " --recovery-to FILE",
            _ => "",
        };
        ctx.ui.status(&format!(
            "  add again: keyctl vault slot add '{name}' --role {role} --kind {kind}{more}"
        ));
    }
    if let Some(own) = rekeyed.slots.first().filter(|slot| slot.kind.kdf().is_some()) {
        let name = escape(&own.name);
        ctx.ui.status(&format!(
            "  the passphrase of '{name}' is as it was; if others know it: keyctl vault passphrase"
        ));
    }
    for key in &rekeyed.revealable {
        ctx.ui.status(&format!(
            "  the vault kept its token, which an old copy still shows: keyctl rotate {key}"
        ));
    }
}
