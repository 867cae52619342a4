//! Instants. Times come from the caller; nothing in this crate reads a clock.

/// Whole seconds since 1970-01-01T00:00:00Z, up to the end of the year 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Timestamp = Timestamp(0);
    /// 9999-12-31T23:59:59Z.
    pub const MAX: Timestamp = Timestamp(253_402_300_799);

    /// An instant, or `None` before 1970 and after 9999.
    #[must_use]
    pub const fn from_unix(seconds: i64) -> Option<Self> {
        if seconds >= Self::EPOCH.0 && seconds <= Self::MAX.0 { Some(Self(seconds)) } else { None }
    }

    /// Seconds since 1970.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// This instant plus `seconds`, at the latest [`Timestamp::MAX`].
    #[must_use]
    pub fn saturating_add(self, seconds: u64) -> Self {
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        Timestamp(self.0.saturating_add(seconds).min(Self::MAX.0))
    }

    /// This instant minus `seconds`, at the earliest 1970.
    #[must_use]
    pub fn saturating_sub(self, seconds: u64) -> Self {
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        Timestamp(self.0.saturating_sub(seconds).max(0))
    }

    /// Seconds from here until `later`; 0 when that is not later.
    #[must_use]
    pub fn seconds_until(self, later: Timestamp) -> u64 {
        u64::try_from(later.0 - self.0).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_has_two_ends() {
        assert_eq!(Timestamp::from_unix(-1), None);
        assert_eq!(Timestamp::from_unix(Timestamp::MAX.unix() + 1), None);
        assert_eq!(Timestamp::from_unix(Timestamp::MAX.unix()), Some(Timestamp::MAX));
        assert_eq!(Timestamp::EPOCH.saturating_add(u64::MAX), Timestamp::MAX);
        assert_eq!(Timestamp::MAX.saturating_sub(u64::MAX), Timestamp::EPOCH);
        assert_eq!(Timestamp::EPOCH.seconds_until(Timestamp::EPOCH.saturating_add(5)), 5);
        assert_eq!(Timestamp::MAX.seconds_until(Timestamp::EPOCH), 0);
    }
}
