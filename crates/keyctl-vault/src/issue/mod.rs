//! Issuing: what can be done with keys, and the rules under which it is refused.
//!
//! Everything that changes a key goes through `mutate`: it reads the key, lets the operation
//! work on a copy, compares field by field, and writes and notes only what differs. So "nothing
//! to change" needs no case of its own anywhere, and no change can miss the audit log.

mod batch;
mod bounds;
mod change;
mod compromised;
mod create;
mod doctor;
mod draft;
mod edit;
mod end;
mod export;
mod filter;
mod find;
mod import;
mod owner;
mod policy;
mod restore;
mod reveal;
mod rotate;
mod taken;
mod usage;
mod verify;
mod words;

pub use batch::Batch;
pub use change::{Changed, change};
pub use compromised::{Compromised, compromised, find_by_token};
pub use create::{Created, Expiry, NameChoice, NewKey, create, create_many, create_one_of};
pub use doctor::{Check, Doctor, Examined, KeyFinding};
pub use edit::{KeyEdit, ScopeEdit, edit};
pub use end::{delete, disable, enable, revoke};
pub use export::{ExportError, ExportOptions, Exported, KEEP_ENDED, VALID_FOR, export, options_of};
pub use filter::{Filter, LabelFilter};
pub use find::{Candidate, KeyRef, KeyRefError, find, find_for_reading};
pub use import::{Foreign, import_record, import_vault, is_over};
pub use owner::{ChangedOwner, NewOwner, add_owner, edit_owner, keys_of, remove_owner};
pub use policy::{PolicyEdit, edit_policy};
pub use restore::{restore, revived};
pub use reveal::{Revealed, reveal};
pub use rotate::{RotateNote, Rotated, Rotation, rotate};
pub use taken::{Kept, Taken, Taking};
pub use usage::{ImportReport, ReadReceipts, ReceiptBox, Seen, import};
pub use verify::verify;

use keyctl_verify::{KeyId, Timestamp};

use crate::domain::{GRANT_BUDGET, Lifetime, MAX_ITEMS};
use crate::error::VaultError;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The vault itself.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A rule.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// One record of many.
    #[error("{place}: {source}")]
    InRecord {
        /// Where it stands, as people are told.
        place: String,
        /// What is wrong with it.
        source: Box<IssueError>,
    },
    /// Nothing fits what was asked for.
    #[error("no key fits '{wanted}'")]
    NotFound {
        /// What was asked for.
        wanted: String,
    },
    /// No owner of that name is registered.
    #[error("no owner '{owner}' is registered")]
    NoSuchOwner {
        /// The name.
        owner: String,
    },
    /// More than one key fits.
    #[error("'{wanted}' fits {} keys", .candidates.len())]
    Ambiguous {
        /// What was asked for.
        wanted: String,
        /// What fits.
        candidates: Vec<Candidate>,
    },
}

impl IssueError {
    /// The same about a record of a file; what is wrong with the vault stays as it is.
    #[must_use]
    pub fn in_record(self, place: String) -> Self {
        match self {
            IssueError::Vault(error) => IssueError::Vault(error),
            source => IssueError::InRecord { place, source: Box::new(source) },
        }
    }
}

/// A rule that forbids what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Another live key of the project has the name.
    #[error("the name '{name}' is taken by {holder}{}", in_project(.project.as_deref()))]
    NameTaken {
        /// The name.
        name: String,
        /// The project.
        project: Option<String>,
        /// The key that has it.
        holder: KeyId,
    },
    /// Another live key of the project has the name that an owner's personal key is to get.
    #[error("the name '{name}' is taken by {holder}{}, so the owner '{owner}' can have no personal key", in_project(.project.as_deref()))]
    PersonalNameTaken {
        /// The owner.
        owner: String,
        /// The name.
        name: String,
        /// The project.
        project: Option<String>,
        /// The key that has it.
        holder: KeyId,
    },
    /// An owner of that name is registered.
    #[error("the owner '{owner}' is registered already")]
    OwnerTaken {
        /// The name.
        owner: String,
    },
    /// The owner's ceiling does not cover a scope.
    #[error("{scope} is more than the owner '{owner}' may have: {ceiling}")]
    BeyondCeiling {
        /// The owner.
        owner: String,
        /// The scope that was asked for.
        scope: String,
        /// What the ceiling allows.
        ceiling: String,
    },
    /// The policy wants every key to expire.
    #[error("the policy wants every key to expire")]
    ExpiryRequired,
    /// The policy's longest lifetime is shorter.
    #[error("the policy allows a lifetime of at most {max}")]
    LifetimeTooLong {
        /// The longest.
        max: Lifetime,
    },
    /// The policy's default would be against the policy.
    #[error("a default lifetime of {default} is more than the largest of {max}")]
    DefaultTooLong {
        /// The default.
        default: Lifetime,
        /// The longest.
        max: Lifetime,
    },
    /// The policy wants registered owners.
    #[error("the policy wants every key to act for a registered owner{}", not_registered(.owner.as_deref()))]
    OwnerRequired {
        /// The owner who is not registered.
        owner: Option<String>,
    },
    /// The policy's number of live keys is reached.
    #[error("the policy allows {} of one owner in a project, and '{owner}' has {has}", live_keys(*.max))]
    TooManyKeys {
        /// The owner.
        owner: String,
        /// How many they have: more than the most where the policy was another once.
        has: u32,
        /// The most.
        max: u32,
    },
    /// The policy wants a reason.
    #[error("the policy wants a reason for that")]
    ReasonRequired,
    /// A revoked key stays as it is.
    #[error("{id} is revoked, which is final")]
    Revoked {
        /// The key.
        id: KeyId,
    },
    /// An expired key is not rotated.
    #[error("{id} has expired")]
    Expired {
        /// The key.
        id: KeyId,
    },
    /// Its token was never kept.
    #[error("the token of {id} was not kept: the key is not recoverable")]
    NotRecoverable {
        /// The key.
        id: KeyId,
    },
    /// The grace is longer than allowed.
    #[error("a grace of {asked} is longer than the {max} that are allowed")]
    GraceTooLong {
        /// What was asked.
        asked: Lifetime,
        /// The most that is allowed.
        max: Lifetime,
    },
    /// There is no rotation that could be cancelled.
    #[error("{id} is not in a grace: there is no rotation to cancel")]
    NotInGrace {
        /// The key.
        id: KeyId,
    },
    /// Tokens of another vault begin with something else.
    #[error("tokens of that vault begin with '{theirs}_', and of this one with '{ours}_'")]
    OtherTokenPrefix {
        /// Of this vault.
        ours: String,
        /// Of the other.
        theirs: String,
    },
    /// The key would never be valid.
    #[error("the key would expire before it becomes valid")]
    NeverValid,
    /// An instant that must lie ahead does not.
    #[error("the expiry lies in the past")]
    ExpiryPast {
        /// The instant.
        at: Timestamp,
    },
    /// Too many scopes, paths, address blocks, customers or labels.
    #[error("a key has at most {MAX_ITEMS} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
    },
    /// A bundle could not carry the key.
    #[error(
        "its scopes, paths, addresses, customers and labels take {size} bytes, at most {GRANT_BUDGET} are allowed"
    )]
    TooLarge {
        /// What they take.
        size: usize,
    },
}

fn not_registered(owner: Option<&str>) -> String {
    owner.map(|owner| format!(", and '{owner}' is none")).unwrap_or_default()
}

fn live_keys(count: u32) -> String {
    if count == 1 { "1 live key".to_owned() } else { format!("{count} live keys") }
}

fn in_project(project: Option<&str>) -> String {
    project.map(|project| format!(" in the project '{project}'")).unwrap_or_default()
}
