//! What becomes of records that come from another file.

use keyctl_verify::{KeyId, Status};

/// What became of one record of a backup or an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The key's id; none for an owner.
    pub id: Option<KeyId>,
    /// Its name.
    pub name: String,
    /// What was done.
    pub result: Taking,
    /// The restrictions since then that stay.
    pub kept: Vec<Kept>,
}

/// A restriction that was made since a backup, and stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The key was deleted: it comes back disabled.
    Deleted,
    /// The key was disabled.
    Disabled,
    /// The key was revoked.
    Revoked,
    /// The key was rotated.
    Rotated,
    /// What the key may do was narrowed, or for how long.
    Narrowed,
}

impl Kept {
    /// Every one.
    pub const ALL: [Kept; 5] =
        [Kept::Deleted, Kept::Disabled, Kept::Revoked, Kept::Rotated, Kept::Narrowed];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Kept::Deleted => "deleted",
            Kept::Disabled => "disabled",
            Kept::Revoked => "revoked",
            Kept::Rotated => "rotated",
            Kept::Narrowed => "narrowed",
        }
    }

    /// All of them, with something between.
    #[must_use]
    pub fn joined(kept: &[Kept], between: &str) -> String {
        kept.iter().map(|kept| kept.as_str()).collect::<Vec<_>>().join(between)
    }
}

/// What was done with a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taking {
    /// It is there now, and was not.
    Created,
    /// It was there, and is different now.
    Changed,
    /// It is there as it was.
    Unchanged,
    /// There is nothing to take over, for this reason.
    Skipped(String),
    /// It was not taken over, for this reason.
    Failed(String),
}

impl Taking {
    /// Nothing is made of a record that is over where it comes from.
    #[must_use]
    pub fn over(status: Status) -> Self {
        Taking::Skipped(format!("it is {status} where it comes from"))
    }
}
