//! `keyctl vault restore`

use std::path::{Path, PathBuf};

use clap::Args;
use keyctl_vault::issue::{self, Kept, Taken, Taking};
use keyctl_vault::{
    Finding, LockedVault, Role, Secret, SlotChoice, UnlockedVault, VaultError, Verb,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::source::{SourceArgs, about};
use super::taken::answer;
use crate::context::Context;
use crate::error::{CliError, Kind};
use crate::exit::Exit;
use crate::render::{self, Card};
use crate::ui::escape;

/// Put back what a backup has
///
/// Where the vault still opens, its records go back to the backup's state, key by key, but nothing
/// that was restricted since comes back to life: revoked keys stay revoked, rotations stay made,
/// the narrower limits count, and keys that were deleted come back disabled. Keys made since,
/// slots, policy and history stay as they are.
///
/// Where the vault is lost, --accept-rollback puts the backup itself in its place. What was
/// revoked since is then valid again, other machines refuse the vault until 'keyctl vault trust',
/// and the audit log says so.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl vault restore keys-2026-11-20.db --dry-run\n  keyctl vault restore keys-2026-11-20.db\n  keyctl vault restore keys-2026-11-20.db --accept-rollback"
)]
pub(super) struct RestoreArgs {
    /// The backup
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Put the whole backup in the place of the vault, which may bring keys back to life
    #[arg(long)]
    accept_rollback: bool,

    /// Show what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,

    #[command(flatten, next_help_heading = "A backup from before a rekey")]
    source: SourceArgs,
}

pub(super) fn run(ctx: &mut Context, args: &RestoreArgs) -> Result<Exit, CliError> {
    if args.accept_rollback {
        return roll_back(ctx, args);
    }
    let (path, is_there) = ctx.vault_path();
    let path = path.to_owned();
    if !is_there {
        return put_back_lost(ctx, args);
    }
    let (mut vault, secret) = ctx.open_for_change_with_secret().map_err(|error| {
        let hint = "try again; if the vault is lost for good, --accept-rollback puts the backup in its place";
        // What can be trusted again is not lost.
        let is_there = error.hint.as_ref().is_some_and(|hint| hint.contains("vault trust"));
        let is_lost = matches!(error.kind, Kind::Integrity | Kind::Locked) && !is_there;
        if is_lost { error.about(&path).hint(hint) } else { error }
    })?;
    let mut backup = open_backup(ctx, args, &vault, &secret)?;
    check(&mut backup, args)?;
    let spinner = ctx.ui.spinner("comparing with the backup");
    let taken = merge(ctx, &mut vault, &mut backup, true);
    drop(spinner);
    let mut taken = taken?;
    let changes = |taken: &Taken| matches!(taken.result, Taking::Created | Taking::Changed);
    if !args.dry_run && taken.iter().any(changes) {
        ctx.confirm(&question(&taken))?;
        taken = merge(ctx, &mut vault, &mut backup, false)?;
    }
    if args.dry_run {
        ctx.ui.note("dry run: nothing was changed");
    }
    let exit = answer(ctx, &taken)?;
    ctx.ui.flush()?;
    let asleep =
        taken.iter().filter(|t| t.result == Taking::Created && t.kept == [Kept::Deleted]).count();
    if asleep > 0 {
        ctx.ui.note(&format!(
            "deleted since, and back as disabled: {asleep}; 'keyctl enable' brings them to life"
        ));
    }
    Ok(exit)
}

/// A backup opens with the keys of its vault, unless that was rekeyed since; then it may still
/// open with the same secret.
fn open_backup(
    ctx: &mut Context,
    args: &RestoreArgs,
    vault: &UnlockedVault,
    secret: &Secret,
) -> Result<UnlockedVault, CliError> {
    let locked = LockedVault::open_copy(&args.file, ctx.state());
    let opened = locked.and_then(|locked| locked.open_backup_of(vault));
    match opened.map_err(|error| about(error, &args.file))? {
        Some(backup) => Ok(backup),
        None => args.source.open_with(ctx, &args.file, secret),
    }
}

/// Reads and verifies everything in the backup.
fn check(backup: &mut UnlockedVault, args: &RestoreArgs) -> Result<(), CliError> {
    let checked = backup.snapshot().and_then(|snapshot| snapshot.check());
    checked.map(drop).map_err(|error| about(error, &args.file))
}

/// Opens the backup as if it were the vault, and reads everything.
fn open_whole(ctx: &mut Context, args: &RestoreArgs) -> Result<(UnlockedVault, Secret), CliError> {
    let mut opened = ctx.open_copy(&args.file, None).map_err(|e| e.about(&args.file))?;
    check(&mut opened.0, args)?;
    Ok(opened)
}

fn merge(
    ctx: &mut Context,
    vault: &mut UnlockedVault,
    backup: &mut UnlockedVault,
    dry_run: bool,
) -> Result<Vec<Taken>, CliError> {
    let now = ctx.now;
    ctx.change(vault, Verb::Restore, |tx| {
        let taken = issue::restore(tx, backup, now)?;
        if dry_run {
            tx.discard();
        }
        Ok(taken)
    })
}

fn question(taken: &[Taken]) -> String {
    let count = |result: &Taking| taken.iter().filter(|taken| taken.result == *result).count();
    let kept = taken.iter().filter(|taken| !taken.kept.is_empty()).count();
    format!(
        "Put back what is missing ({}), change what differs ({}), keep what was restricted since ({kept})?",
        count(&Taking::Created),
        count(&Taking::Changed)
    )
}

/// The vault is gone: nothing is undone if the backup is the very state that was seen last.
fn put_back_lost(ctx: &mut Context, args: &RestoreArgs) -> Result<Exit, CliError> {
    let (mut backup, _) = open_whole(ctx, args)?;
    if backup.is_latest_seen()? {
        return put_back(ctx, args, &mut backup, Vec::new());
    }
    let (path, _) = ctx.vault_path();
    let message = format!(
        "there is no vault at '{}', and '{}' may be older than what was there",
        path.display(),
        args.file.display()
    );
    Err(CliError::new(Kind::Refused, message)
        .hint("add --accept-rollback: keys that were revoked since would be valid again"))
}

fn roll_back(ctx: &mut Context, args: &RestoreArgs) -> Result<Exit, CliError> {
    let (mut backup, secret) = open_whole(ctx, args)?;
    let (path, is_there) = ctx.vault_path();
    let path = path.to_owned();
    // What comes back to life can be said only where the present vault opens.
    let present = LockedVault::open_copy(&path, ctx.state()).ok();
    let present = present.and_then(|locked| locked.unlock(&secret, &SlotChoice::Any).ok());
    if present.as_ref().is_some_and(|present| present.id() != backup.id()) {
        // Of another vault there is nothing to compare with: it is refused, or replaced on purpose.
        return put_back(ctx, args, &mut backup, Vec::new());
    }
    let revived = present.map(|mut present| issue::revived(&mut present, &mut backup)).transpose();
    let (revived, changes) = match revived {
        Ok(Some(revived)) => revived,
        _ => {
            if is_there {
                ctx.ui.warn("the present vault does not open, so it cannot be said which keys come back to life");
            }
            (Vec::new(), Vec::new())
        }
    };
    for taken in &revived {
        ctx.ui.warn(&revival(taken));
    }
    if args.dry_run {
        ctx.ui.note("dry run: nothing was changed");
        return answer(ctx, &revived);
    }
    put_back(ctx, args, &mut backup, changes)
}

/// What a rollback brings back.
fn revival(taken: &Taken) -> String {
    let name = escape(&taken.name);
    match taken.id {
        Some(id) => {
            format!("{id} ({name}) comes back to life: it was {}", Kept::joined(&taken.kept, ", "))
        }
        None => format!("the keys of the owner '{name}' may do more again: it was narrowed"),
    }
}

/// A backup that was put in the place of the vault.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Restored")]
pub(crate) struct RestoredView {
    /// The vault's file.
    vault: String,
    /// The vault key of the backup.
    vault_key: String,
    /// The generation of the backup.
    from: u64,
    /// The generation that the vault has now; larger when something may have been undone.
    generation: u64,
    /// Where the file is now that was there before; null when there was none.
    moved_to: Option<String>,
}

impl Card for RestoredView {
    fn card(&self) -> Vec<(String, String)> {
        let moved = self.moved_to.clone().unwrap_or_default();
        let lines = [
            ("vault", self.vault.clone()),
            ("vault key", self.vault_key.clone()),
            ("from generation", self.from.to_string()),
            ("now generation", self.generation.to_string()),
            ("the old file", moved),
        ];
        let given = lines.into_iter().filter(|(_, value)| !value.is_empty());
        given.map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

fn not_put_back(error: VaultError, backup: &Path) -> CliError {
    let is_other = matches!(error, VaultError::Integrity(Finding::OtherVault { .. }));
    let error = CliError::from(error);
    if !is_other {
        return error;
    }
    error.about(backup).hint("put it elsewhere with --vault PATH; if it is from before a rekey, and you want its keys back, name its vault key: --vault-key kcvk_…")
}

fn put_back(
    ctx: &mut Context,
    args: &RestoreArgs,
    backup: &mut UnlockedVault,
    changes: Vec<keyctl_vault::Change>,
) -> Result<Exit, CliError> {
    if backup.role() != Role::Admin {
        let (slot, role) = (backup.slot().to_owned(), backup.role());
        return Err(about(VaultError::Role { slot, role, needed: "admin" }, &args.file));
    }
    if args.dry_run {
        ctx.ui.note("dry run: nothing was changed");
        return answer(ctx, &[]);
    }
    let path = ctx.settings.vault.clone();
    ctx.confirm(&format!(
        "Put the backup '{}' in the place of the vault '{}'?",
        args.file.display(),
        path.display()
    ))?;
    ctx.prepare_vault_folder()?;
    let author = ctx.author();
    let done = backup.put_back(&path, &author, changes).map_err(|e| not_put_back(e, &args.file))?;
    let view = RestoredView {
        vault: path.display().to_string(),
        vault_key: backup.vault_key().to_string(),
        from: done.from,
        generation: done.generation,
        moved_to: done.moved_to.map(|path| path.display().to_string()),
    };
    let format = ctx.format();
    render::single(&mut ctx.ui, format, &view)?;
    ctx.ui.flush()?;
    if done.generation != done.from {
        let key = &view.vault_key;
        ctx.ui.status(&format!(
            "Machines that have seen a later state need: keyctl vault trust {key}"
        ));
        ctx.ui.status("Look through 'keyctl audit' and 'keyctl list': what was revoked since the backup is valid again.");
    }
    Ok(Exit::Done)
}
