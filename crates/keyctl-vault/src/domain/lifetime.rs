//! How long a key lives when the user gave a length of time instead of a date. Kept with the
//! key, because rotating it starts the same length of time anew.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Months};
use keyctl_verify::Timestamp;

/// A length of time such as `12h`, `45d`, `6w`, `18mo` or `1y`. Months and years are calendar
/// months; a day has 24 hours. At most 100 years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    count: u32,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// The text is no length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LifetimeError {
    /// Not a number and a unit.
    #[error("is not a duration like 12h, 45d or 18mo")]
    Malformed,
    /// Zero.
    #[error("is no time at all")]
    Zero,
    /// More than 100 years.
    #[error("is more than 100 years")]
    TooLong,
}

impl Unit {
    const ALL: [Unit; 7] =
        [Unit::Second, Unit::Minute, Unit::Hour, Unit::Day, Unit::Week, Unit::Month, Unit::Year];

    fn as_str(self) -> &'static str {
        match self {
            Unit::Second => "s",
            Unit::Minute => "m",
            Unit::Hour => "h",
            Unit::Day => "d",
            Unit::Week => "w",
            Unit::Month => "mo",
            Unit::Year => "y",
        }
    }

    /// Seconds in it; a month is counted as 30 days and a year as 365 where no start is known.
    fn seconds(self) -> u64 {
        match self {
            Unit::Second => 1,
            Unit::Minute => 60,
            Unit::Hour => 3600,
            Unit::Day => 86_400,
            Unit::Week => 7 * 86_400,
            Unit::Month => 30 * 86_400,
            Unit::Year => 365 * 86_400,
        }
    }
}

impl Lifetime {
    const MAX_SECONDS: u64 = 100 * 366 * 86_400;

    /// `start` plus this length of time, at the latest the end of the year 9999.
    #[must_use]
    pub fn after(self, start: Timestamp) -> Timestamp {
        let months = match self.unit {
            Unit::Month => self.count,
            Unit::Year => self.count * 12,
            _ => return start.saturating_add(self.seconds()),
        };
        DateTime::from_timestamp(start.unix(), 0)
            .and_then(|start| start.checked_add_months(Months::new(months)))
            .and_then(|end| Timestamp::from_unix(end.timestamp()))
            .unwrap_or(Timestamp::MAX)
    }

    /// Its length in seconds, a month being 30 days and a year 365.
    #[must_use]
    pub fn seconds(self) -> u64 {
        u64::from(self.count) * self.unit.seconds()
    }
}

impl FromStr for Lifetime {
    type Err = LifetimeError;

    fn from_str(text: &str) -> Result<Self, LifetimeError> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let unit = Unit::ALL.into_iter().find(|u| u.as_str() == unit);
        let unit = unit.filter(|_| digits > 0).ok_or(LifetimeError::Malformed)?;
        let count: u32 = number.parse().map_err(|_| LifetimeError::TooLong)?;
        let lifetime = Lifetime { count, unit };
        match lifetime.seconds() {
            0 => Err(LifetimeError::Zero),
            1..=Self::MAX_SECONDS => Ok(lifetime),
            _ => Err(LifetimeError::TooLong),
        }
    }
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.count, self.unit.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        let time: DateTime<chrono::Utc> = text.parse().unwrap();
        Timestamp::from_unix(time.timestamp()).unwrap()
    }

    #[test]
    fn reads_what_it_writes() {
        for text in ["1s", "90m", "12h", "7d", "6w", "18mo", "1y", "100y"] {
            assert_eq!(text.parse::<Lifetime>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn refuses_what_is_no_length_of_time() {
        for text in ["", "d", "7", "7 d", "-7d", "7D", "1.5y", "7dd", "٣d", "1M"] {
            assert_eq!(text.parse::<Lifetime>().unwrap_err(), LifetimeError::Malformed, "{text}");
        }
        assert_eq!("0d".parse::<Lifetime>().unwrap_err(), LifetimeError::Zero);
        for text in ["101y", "4294967296d", "4294967295y"] {
            assert_eq!(text.parse::<Lifetime>().unwrap_err(), LifetimeError::TooLong, "{text}");
        }
    }

    #[test]
    fn months_follow_the_calendar_and_days_do_not() {
        let after =
            |start: &str, length: &str| length.parse::<Lifetime>().unwrap().after(at(start));
        assert_eq!(after("2024-01-31T10:00:00Z", "1mo"), at("2024-02-29T10:00:00Z"));
        assert_eq!(after("2024-02-29T10:00:00Z", "1y"), at("2025-02-28T10:00:00Z"));
        assert_eq!(after("2024-01-31T10:00:00Z", "30d"), at("2024-03-01T10:00:00Z"));
        assert_eq!("100y".parse::<Lifetime>().unwrap().after(Timestamp::MAX), Timestamp::MAX);
    }
}
