//! `keyctl vault info`

use keyctl_vault::{KdfParams, Role, SlotInfo, VaultInfo};
use keyctl_verify::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::slot::NewKind;
use crate::commands::unlock::Access;
use crate::context::{Context, Kept};
use crate::error::CliError;
use crate::exit::Exit;
use crate::render::{self, Card, instant, length};
use crate::words::{Instant, Word};

/// A vault.
#[derive(JsonSchema, Serialize)]
pub(crate) struct InfoView {
    /// The vault's file.
    vault: String,
    /// The vault's id in hex digits; a rekey does not change it.
    id: String,
    /// What tells this vault from others, and is no secret: kcvk_ and more.
    vault_key: String,
    /// The version of the file's format.
    format: u32,
    /// How many changes the vault has seen, its making included.
    generation: u64,
    /// How many keys it has, revoked ones too.
    keys: u64,
    /// What all of its tokens begin with.
    token_prefix: String,
    /// How the passphrases of new slots are hashed.
    kdf: KdfView,
    /// The name of the slot that it was opened with.
    slot: String,
    /// What that slot may do.
    #[schemars(with = "Word<Role>")]
    role: &'static str,
    /// All that can open it.
    slots: Vec<SlotView>,
    /// What 'keyctl unlock' has left for this login; null when the vault is locked.
    session: Option<SessionView>,
    #[serde(skip)]
    session_for_people: String,
}

/// A vault that is kept open.
#[derive(JsonSchema, Serialize)]
struct SessionView {
    /// What it allows without asking: to read everything but tokens, or everything.
    access: Access,
    /// When it is locked again by itself.
    #[schemars(with = "Instant")]
    until: String,
}

/// Parameters of Argon2id.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Kdf")]
struct KdfView {
    /// Memory in MiB.
    memory_mib: u32,
    /// Passes over the memory.
    passes: u32,
    /// Lanes.
    lanes: u32,
}

/// One way to open the vault.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Slot")]
pub(crate) struct SlotView {
    /// What it is called.
    name: String,
    /// What opens it.
    #[schemars(with = "Word<NewKind>")]
    kind: &'static str,
    /// What whoever opens it may do.
    #[schemars(with = "Word<Role>")]
    role: &'static str,
    /// How its passphrase is hashed; null for other kinds.
    kdf: Option<KdfView>,
    /// Its age recipient; null for kinds other than x25519.
    recipient: Option<String>,
}

impl KdfView {
    fn of(kdf: KdfParams) -> Self {
        KdfView { memory_mib: kdf.memory_mib(), passes: kdf.passes(), lanes: kdf.lanes() }
    }
}

impl SlotView {
    pub(super) fn of(slot: &SlotInfo) -> Self {
        SlotView {
            name: slot.name.clone(),
            kind: slot.kind.as_str(),
            role: slot.role.as_str(),
            kdf: slot.kind.kdf().map(KdfView::of),
            recipient: slot.kind.recipient().map(|recipient| recipient.to_string()),
        }
    }
}

impl InfoView {
    fn of(info: &VaultInfo, kept: Option<&Kept>, now: Timestamp) -> Self {
        let until = |kept: &Kept| length(now.seconds_until(kept.until));
        let said = |kept: &Kept| {
            let what = Access::of(kept.session.role()).for_people();
            format!("open {what} for another {} ('keyctl lock' closes it)", until(kept))
        };
        InfoView {
            session: kept.map(|kept| SessionView {
                access: Access::of(kept.session.role()),
                until: instant(kept.until),
            }),
            session_for_people: kept.map_or_else(|| "locked".to_owned(), said),
            vault: info.path.display().to_string(),
            id: info.id.clone(),
            vault_key: info.vault_key.to_string(),
            format: info.format,
            generation: info.generation,
            keys: info.keys,
            token_prefix: info.brand.clone(),
            kdf: KdfView::of(info.kdf),
            slot: info.slot.clone(),
            role: info.role.as_str(),
            slots: info.slots.iter().map(SlotView::of).collect(),
        }
    }
}

impl Card for InfoView {
    fn card(&self) -> Vec<(String, String)> {
        let kdf = &self.kdf;
        let kdf =
            format!("memory {} MiB, passes {}, lanes {}", kdf.memory_mib, kdf.passes, kdf.lanes);
        let slots = self.slots.iter().map(|s| format!("{} ({}, {})", s.name, s.kind, s.role));
        [
            ("vault", self.vault.clone()),
            ("vault key", self.vault_key.clone()),
            ("generation", self.generation.to_string()),
            ("keys", self.keys.to_string()),
            ("token prefix", self.token_prefix.clone()),
            ("new slots", format!("Argon2id, {kdf}")),
            ("unlocked by", format!("{} ({})", self.slot, self.role)),
            ("slots", slots.collect::<Vec<_>>().join(", ")),
            ("this login", self.session_for_people.clone()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    }
}

pub(super) fn run(ctx: &mut Context) -> Result<Exit, CliError> {
    let info = ctx.open()?.info()?;
    // A kernel without a keyring keeps nothing open.
    let kept = ctx.kept_open(&info.id).ok().flatten();
    let format = ctx.format();
    render::single(&mut ctx.ui, format, &InfoView::of(&info, kept.as_ref(), ctx.now))?;
    Ok(Exit::Done)
}
