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
    pub kept: Vec<&'static str>,
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
