//! What a key is for.

use std::fmt;
use std::str::FromStr;

/// The kind of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Named, for programs and pipelines.
    General,
    /// An owner's own.
    Personal,
    /// Made for a webhook; stays off ordinary lists.
    Webhook,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 3] = [Kind::General, Kind::Personal, Kind::Webhook];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::General => "general",
            Kind::Personal => "personal",
            Kind::Webhook => "webhook",
        }
    }
}

impl FromStr for Kind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(())
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
