//! The audit log's entries: who did what to which key, when. Exactly one for each generation of
//! the vault. How they are written down is in `entry.rs`.

use std::fmt;

use keyctl_verify::Timestamp;
use smol_str::SmolStr;

use super::{Key, Name, Owner};

/// Who makes a change, as they claim, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The login name.
    pub actor: String,
    /// The name of the machine.
    pub host: String,
    /// The time, once for the whole change.
    pub now: Timestamp,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// The vault was made.
    Init,
    /// Keys were made.
    Create,
    /// Keys were edited.
    Edit,
    /// Scopes were edited.
    Scope,
    /// A key got a new generation, or a rotation was finished or cancelled.
    Rotate,
    /// Keys were revoked.
    Revoke,
    /// Keys were disabled.
    Disable,
    /// Keys were enabled.
    Enable,
    /// Keys were deleted.
    Delete,
    /// Receipts were folded into last-used.
    Usage,
    /// A slot was added.
    SlotAdd,
    /// A slot was removed.
    SlotRemove,
    /// A passphrase was changed.
    Passphrase,
    /// The key that signs bundles was changed.
    BundleKey,
    /// A token was shown again.
    Reveal,
    /// The policy was changed.
    Policy,
    /// An owner was registered.
    OwnerAdd,
    /// An owner's ceiling was changed.
    OwnerEdit,
    /// An owner was removed, and their keys revoked.
    OwnerRemove,
    /// Everything was sealed under new keys.
    Rekey,
    /// A backup was put back.
    Restore,
    /// Everything was sealed for a copy.
    Export,
    /// Records of another vault or product were taken in.
    Import,
    /// Keys were revoked because they are known to others, and replaced.
    Compromised,
}

impl Verb {
    /// Every verb.
    pub const ALL: [Verb; 24] = [
        Verb::Init,
        Verb::Create,
        Verb::Edit,
        Verb::Scope,
        Verb::Rotate,
        Verb::Revoke,
        Verb::Disable,
        Verb::Enable,
        Verb::Delete,
        Verb::Usage,
        Verb::SlotAdd,
        Verb::SlotRemove,
        Verb::Passphrase,
        Verb::BundleKey,
        Verb::Reveal,
        Verb::Policy,
        Verb::OwnerAdd,
        Verb::OwnerEdit,
        Verb::OwnerRemove,
        Verb::Rekey,
        Verb::Restore,
        Verb::Export,
        Verb::Import,
        Verb::Compromised,
    ];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Verb::Init => "init",
            Verb::Create => "create",
            Verb::Edit => "edit",
            Verb::Scope => "scope",
            Verb::Rotate => "rotate",
            Verb::Revoke => "revoke",
            Verb::Disable => "disable",
            Verb::Enable => "enable",
            Verb::Delete => "delete",
            Verb::Usage => "usage",
            Verb::SlotAdd => "slot-add",
            Verb::SlotRemove => "slot-remove",
            Verb::Passphrase => "passphrase",
            Verb::BundleKey => "bundle-key",
            Verb::Reveal => "reveal",
            Verb::Policy => "policy",
            Verb::OwnerAdd => "owner-add",
            Verb::OwnerEdit => "owner-edit",
            Verb::OwnerRemove => "owner-remove",
            Verb::Rekey => "rekey",
            Verb::Restore => "restore",
            Verb::Export => "export",
            Verb::Import => "import",
            Verb::Compromised => "compromised",
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a change was made to. The kind is a word (`key`, `slot`, `owner`, `vault`), so that the log of a
/// later version can still be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// `key`, `slot`, `owner` or `vault`.
    pub kind: SmolStr,
    /// The id of a key.
    pub id: Option<SmolStr>,
    /// The project of a key, if it has one.
    pub project: Option<SmolStr>,
    /// The name of a key (after the change), of a slot or of an owner.
    pub name: Option<SmolStr>,
    /// Whom a key acts for.
    pub owner: Option<SmolStr>,
}

impl Subject {
    /// A key.
    #[must_use]
    pub fn key(key: &Key) -> Self {
        Subject {
            kind: "key".into(),
            id: Some(key.id.as_str().into()),
            project: key.project.as_ref().map(|project| project.as_str().into()),
            name: Some(key.name.as_str().into()),
            owner: key.owner.as_ref().map(|owner| owner.as_str().into()),
        }
    }

    /// A slot.
    #[must_use]
    pub fn slot(name: &Name) -> Self {
        Subject::other("slot", Some(name.as_str().into()))
    }

    /// A registered owner.
    #[must_use]
    pub fn owner(name: &Owner) -> Self {
        Subject::other("owner", Some(name.as_str().into()))
    }

    /// The vault itself.
    #[must_use]
    pub fn vault() -> Self {
        Subject::other("vault", None)
    }

    fn other(kind: &str, name: Option<SmolStr>) -> Self {
        Subject { kind: kind.into(), id: None, project: None, name, owner: None }
    }
}

/// One field, before and after, as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// The field, as the contract names it.
    pub field: SmolStr,
    /// Before; `None` when there was nothing.
    pub from: Option<SmolStr>,
    /// After; `None` when there is nothing.
    pub to: Option<SmolStr>,
}

impl FieldChange {
    /// A change of `field`.
    #[must_use]
    pub fn new<T: Into<SmolStr>>(field: &str, from: Option<T>, to: Option<T>) -> Self {
        FieldChange { field: field.into(), from: from.map(T::into), to: to.map(T::into) }
    }
}

/// Everything that one generation changed on one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What was changed.
    pub subject: Subject,
    /// What of it.
    pub fields: Vec<FieldChange>,
}

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The generation that it made.
    pub generation: u64,
    /// What was done: the word of a [`Verb`], or of one that a later version adds.
    pub verb: String,
    /// Who, where and when, as they claimed.
    pub author: Author,
    /// The name of the slot that was used.
    pub slot: String,
    /// To what, from what, to what.
    pub changes: Vec<Change>,
    /// How many keys got a later last-used from receipts.
    pub uses: u64,
    /// 16 random bytes, so that no two heads can be alike.
    pub(crate) random: [u8; 16],
    /// SHA-256 of the signed head that this generation replaced; zero for the first.
    pub(crate) previous_head: [u8; 32],
}

/// The field of the vault that a restored backup changes.
const GENERATION_FIELD: &str = "generation";

impl Entry {
    /// The generation that this one follows: the one before it, unless a backup was put back, whose
    /// own generation it then was.
    pub(crate) fn follows(&self) -> u64 {
        let restored = self.changes.iter().filter(|change| change.subject == Subject::vault());
        let fields = restored.flat_map(|change| &change.fields);
        let from = fields
            .filter(|field| self.verb == Verb::Restore.as_str() && field.field == GENERATION_FIELD)
            .find_map(|field| field.from.as_ref()?.parse().ok());
        from.unwrap_or(self.generation.saturating_sub(1))
    }

    /// What says that the vault went on from generation `from` of a backup.
    pub(crate) fn restored(from: u64, to: u64) -> Change {
        let field =
            FieldChange::new(GENERATION_FIELD, Some(from.to_string()), Some(to.to_string()));
        Change { subject: Subject::vault(), fields: vec![field] }
    }
}
