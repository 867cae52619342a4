//! Rate limits, `N/T`: up to `N` at once, then `N` per `T`.

use std::fmt;
use std::num::NonZeroU32;

/// A rate limit; at most a thousand million in at most 366 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RateLimit {
    count: NonZeroU32,
    seconds: NonZeroU32,
}

/// The text is no rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RateLimitError {
    /// Not `N/T`.
    #[error("is not a rate like 100/1m or 5/s")]
    Malformed,
    /// Nothing, or nothing per no time.
    #[error("allows nothing; both numbers must be at least 1")]
    Zero,
    /// More than 1,000,000,000 or more than 366 days.
    #[error("is too large; at most 1000000000 in at most 366 days")]
    TooLarge,
}

const UNITS: [(&str, u32); 4] = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];
const MAX_COUNT: u32 = 1_000_000_000;
const MAX_SECONDS: u32 = 366 * 86_400;

impl RateLimit {
    /// Reads `100/1m`, `100/m`, `5/30s`.
    ///
    /// # Errors
    /// When it is none, zero, or beyond the bounds.
    pub fn parse(text: &str) -> Result<Self, RateLimitError> {
        let (count, per) = text.split_once('/').ok_or(RateLimitError::Malformed)?;
        let count = number(count)?;
        let digits = per.bytes().take_while(u8::is_ascii_digit).count();
        let (length, unit) = per.split_at(digits);
        let unit = UNITS.iter().find(|(name, _)| *name == unit).ok_or(RateLimitError::Malformed)?;
        let length = if length.is_empty() { 1 } else { number(length)? };
        let seconds = length.checked_mul(unit.1).ok_or(RateLimitError::TooLarge)?;
        if count > MAX_COUNT || seconds > MAX_SECONDS {
            return Err(RateLimitError::TooLarge);
        }
        let non_zero = |n| NonZeroU32::new(n).ok_or(RateLimitError::Zero);
        Ok(RateLimit { count: non_zero(count)?, seconds: non_zero(seconds)? })
    }

    /// How many at once, and per period.
    #[must_use]
    pub fn count(self) -> u32 {
        self.count.get()
    }

    /// The period in seconds.
    #[must_use]
    pub fn seconds(self) -> u32 {
        self.seconds.get()
    }
}

fn number(text: &str) -> Result<u32, RateLimitError> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(RateLimitError::Malformed);
    }
    text.parse().map_err(|_| RateLimitError::TooLarge)
}

impl fmt::Display for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.seconds.get();
        let (unit, size) = UNITS
            .iter()
            .find(|(_, size)| seconds.is_multiple_of(*size))
            .expect("every number of seconds is a multiple of one second");
        write!(f, "{}/{}{unit}", self.count, seconds / size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_the_largest_whole_unit() {
        for (text, shown) in
            [("100/m", "100/1m"), ("5/90s", "5/90s"), ("5/120s", "5/2m"), ("1/24h", "1/1d")]
        {
            assert_eq!(RateLimit::parse(text).unwrap().to_string(), shown);
        }
    }

    #[test]
    fn refuses_what_is_no_rate() {
        for text in ["", "100", "100/", "/m", "a/m", "100/1w", "-1/m", "1.5/m", "100/m/s", "100 /m"]
        {
            assert_eq!(RateLimit::parse(text), Err(RateLimitError::Malformed), "{text}");
        }
        for text in ["0/m", "5/0s"] {
            assert_eq!(RateLimit::parse(text), Err(RateLimitError::Zero), "{text}");
        }
        for text in ["1000000001/m", "1/367d", "99999999999/m", "1/4294967295d"] {
            assert_eq!(RateLimit::parse(text), Err(RateLimitError::TooLarge), "{text}");
        }
    }
}
