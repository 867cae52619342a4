//! `keyctl vault info`

use keyctl_vault::{KdfParams, Role, SlotInfo, VaultInfo};
use keyctl_verify::Timestamp;
use serde::Serialize;

use crate::context::{Context, Kept};
use crate::error::CliError;
use crate::exit::Exit;
use crate::render::{self, Card, instant, length};

/// What there is to say of a vault.
#[derive(Serialize)]
struct InfoView {
    vault: String,
    id: String,
    vault_key: String,
    format: u32,
    generation: u64,
    keys: u64,
    token_prefix: String,
    kdf: KdfView,
    slot: String,
    role: &'static str,
    slots: Vec<SlotView>,
    /// What `unlock` has left for this login.
    session: Option<SessionView>,
    #[serde(skip)]
    session_for_people: String,
}

/// A vault that is kept open.
#[derive(Serialize)]
struct SessionView {
    /// `read` or `admin`.
    access: &'static str,
    until: String,
}

/// Parameters of Argon2id.
#[derive(Serialize)]
struct KdfView {
    memory_mib: u32,
    passes: u32,
    lanes: u32,
}

/// A slot.
#[derive(Serialize)]
pub(super) struct SlotView {
    name: String,
    kind: &'static str,
    role: &'static str,
    kdf: Option<KdfView>,
    recipient: Option<String>,
}

impl KdfView {
    fn of(kdf: KdfParams) -> Self {
        KdfView { memory_mib: kdf.memory_kib() / 1024, passes: kdf.passes(), lanes: kdf.lanes() }
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
        let access =
            |kept: &Kept| if kept.session.role() == Role::Admin { "admin" } else { "read" };
        let until = |kept: &Kept| length(now.seconds_until(kept.until));
        let said = |kept: &Kept| {
            let what = if access(kept) == "admin" { "for everything" } else { "to read" };
            format!("open {what} for another {} ('keyctl lock' closes it)", until(kept))
        };
        InfoView {
            session: kept
                .map(|kept| SessionView { access: access(kept), until: instant(kept.until) }),
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
