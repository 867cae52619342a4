//! What a key is at an instant. Derived whenever it is needed, so that it is never stale.

use std::fmt;
use std::str::FromStr;

use crate::Timestamp;

/// What somebody decided about a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Nothing against it.
    Good,
    /// Paused; can be enabled again.
    Disabled,
    /// Ended for good.
    Revoked,
}

impl Standing {
    /// Every one.
    pub const ALL: [Standing; 3] = [Standing::Good, Standing::Disabled, Standing::Revoked];
}

/// What a key is, from its standing and its times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Usable.
    Active,
    /// Disabled.
    Inactive,
    /// Its time has not come.
    Pending,
    /// Its time is over.
    Expired,
    /// Revoked.
    Revoked,
}

impl Status {
    /// Every status.
    pub const ALL: [Status; 5] =
        [Status::Active, Status::Inactive, Status::Pending, Status::Expired, Status::Revoked];

    /// The status at `now`, in the order in which verification gives its reasons: revoked before
    /// disabled before pending before expired.
    #[must_use]
    pub fn derive(
        standing: Standing,
        not_before: Option<Timestamp>,
        expires_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Self {
        match standing {
            Standing::Revoked => Status::Revoked,
            Standing::Disabled => Status::Inactive,
            Standing::Good if not_before.is_some_and(|start| now < start) => Status::Pending,
            Standing::Good if expires_at.is_some_and(|end| now >= end) => Status::Expired,
            Standing::Good => Status::Active,
        }
    }

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Inactive => "inactive",
            Status::Pending => "pending",
            Status::Expired => "expired",
            Status::Revoked => "revoked",
        }
    }
}

impl FromStr for Status {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Status::ALL.into_iter().find(|status| status.as_str() == text).ok_or(())
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_changes_at_its_instants() {
        let at = |s| Timestamp::from_unix(s).unwrap();
        let status = |now| Status::derive(Standing::Good, Some(at(10)), Some(at(20)), at(now));
        assert_eq!(
            [9, 10, 19, 20].map(status),
            [Status::Pending, Status::Active, Status::Active, Status::Expired]
        );
        let disabled = Status::derive(Standing::Disabled, Some(at(10)), None, at(0));
        assert_eq!(disabled, Status::Inactive);
        let revoked = Status::derive(Standing::Revoked, Some(at(10)), Some(at(20)), at(30));
        assert_eq!(revoked, Status::Revoked);
    }
}
