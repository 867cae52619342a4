//! The three roles a slot can have.

use std::fmt;
use std::str::FromStr;

/// What whoever opens a slot may do. Enforced by the keys that the slot holds, not by a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Reads everything but tokens.
    Viewer,
    /// Reads, and signs bundles.
    Exporter,
    /// Everything.
    Admin,
}

impl Role {
    /// Every role, the most powerful first.
    pub const ALL: [Role; 3] = [Role::Admin, Role::Exporter, Role::Viewer];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Admin => "admin",
            Role::Exporter => "exporter",
            Role::Viewer => "viewer",
        }
    }

    pub(crate) fn code(self) -> u8 {
        match self {
            Role::Admin => 1,
            Role::Exporter => 2,
            Role::Viewer => 3,
        }
    }

    pub(crate) fn from_code(code: u8) -> Option<Self> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }
}

impl FromStr for Role {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Role::ALL.into_iter().find(|role| role.as_str() == text).ok_or(())
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
