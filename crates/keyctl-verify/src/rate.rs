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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateLimitError {
    /// Not `N/T`.
    Malformed,
    /// Nothing, or nothing per no time.
    Zero,
    /// More than 1,000,000,000 or more than 366 days.
    TooLarge,
}

impl fmt::Display for RateLimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RateLimitError::Malformed => "is not a rate like 100/1m or 5/s",
            RateLimitError::Zero => "allows nothing; both numbers must be at least 1",
            RateLimitError::TooLarge => "is too large; at most 1000000000 in at most 366 days",
        })
    }
}

impl std::error::Error for RateLimitError {}

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
        RateLimit::new(count, seconds)
    }

    /// A limit of `count` in `seconds`.
    ///
    /// # Errors
    /// When one is zero, or beyond the bounds.
    pub fn new(count: u32, seconds: u32) -> Result<Self, RateLimitError> {
        if count > MAX_COUNT || seconds > MAX_SECONDS {
            return Err(RateLimitError::TooLarge);
        }
        let non_zero = |n| NonZeroU32::new(n).ok_or(RateLimitError::Zero);
        Ok(RateLimit { count: non_zero(count)?, seconds: non_zero(seconds)? })
    }

    /// Counts one request (GCRA, `docs/bundle-format.md`, section 10): what to remember in place
    /// of `remembered`, or that the request is one too many.
    ///
    /// # Errors
    /// When it is; the request is not counted then.
    pub fn admit(self, remembered: Option<Instant>, now: Instant) -> Result<Instant, TooMany> {
        let period = u128::from(self.seconds.get()) * PICOS;
        let interval = period / u128::from(self.count.get());
        // No counter of this limit can be further ahead than a period. One that is comes from a
        // clock that was wrong, or from a stricter limit, and must not shut the key out for longer.
        let base = remembered.map_or(now.0, |tat| tat.0.min(now.0 + period)).max(now.0);
        let next = base + interval;
        match next.checked_sub(now.0 + period) {
            None | Some(0) => Ok(Instant(next)),
            Some(wait) => {
                let seconds = u64::try_from(wait.div_ceil(PICOS)).unwrap_or(u64::MAX);
                Err(TooMany { counter: Instant(base), retry_after_s: seconds })
            }
        }
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

/// Picoseconds of a second.
const PICOS: u128 = 1_000_000_000_000;

/// An instant of a rate limit's counter, in picoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(u128);

impl Instant {
    /// From nanoseconds since 1970.
    #[must_use]
    pub fn from_nanos(nanos: u64) -> Self {
        Instant(u128::from(nanos) * 1_000)
    }

    /// A counter that was stored.
    #[must_use]
    pub fn from_picos(picos: u128) -> Self {
        Instant(picos)
    }

    /// Picoseconds since 1970.
    #[must_use]
    pub fn picos(self) -> u128 {
        self.0
    }
}

/// One request too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// What to remember in place of what was.
    pub counter: Instant,
    /// After how many seconds it is worth trying again; at least 1.
    pub retry_after_s: u64,
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

    /// How many of requests every `step` nanoseconds, `n` of them, get through.
    fn let_through(rate: &str, step: u64, n: u64) -> u64 {
        let (rate, mut tat, mut through) = (RateLimit::parse(rate).unwrap(), None, 0);
        for i in 0..n {
            if let Ok(next) =
                rate.admit(tat, Instant::from_nanos(1_700_000_000_000_000_000 + i * step))
            {
                (tat, through) = (Some(next), through + 1);
            }
        }
        through
    }

    #[test]
    fn so_many_at_once_and_then_so_many_a_period() {
        assert_eq!(let_through("100/m", 0, 1000), 100);
        assert_eq!(let_through("7/3s", 0, 100), 7, "an interval that is no whole number");
        // Ten seconds of one request each millisecond: 5 at once, then 5 a second.
        assert_eq!(let_through("5/s", 1_000_000, 10_001), 5 + 50);
        assert_eq!(let_through("1/s", 1_000_000_000, 20), 20, "just within the limit");
    }

    #[test]
    fn who_comes_too_early_learns_when_to_come_again() {
        let rate = RateLimit::parse("1/10s").unwrap();
        let at = |seconds: u64| Instant::from_nanos(seconds * 1_000_000_000);
        let tat = rate.admit(None, at(100)).unwrap();
        assert_eq!(rate.admit(Some(tat), at(101)).unwrap_err().retry_after_s, 9);
        assert!(rate.admit(Some(tat), at(110)).is_ok());
    }

    #[test]
    fn a_clock_that_was_ahead_or_a_stricter_limit_heals_within_a_period() {
        let at = |seconds: u64| Instant::from_nanos(seconds * 1_000_000_000);
        let rate = RateLimit::parse("1/10s").unwrap();
        let TooMany { counter, retry_after_s } =
            rate.admit(Some(at(9_999_999)), at(100)).unwrap_err();
        assert_eq!((counter, retry_after_s), (at(110), 10));
        assert_eq!(rate.admit(Some(counter), at(109)).unwrap_err().retry_after_s, 1);
        assert!(rate.admit(Some(counter), at(110)).is_ok());
        let strict = RateLimit::parse("1/30d").unwrap().admit(None, at(100)).unwrap();
        let wider = RateLimit::parse("1000/1m").unwrap();
        let counter = wider.admit(Some(strict), at(200)).unwrap_err().counter;
        assert!(wider.admit(Some(counter), at(201)).is_ok());
    }

    #[test]
    fn reads_and_writes_the_largest_whole_unit() {
        for (text, shown) in
            [("100/m", "100/1m"), ("5/90s", "5/90s"), ("5/120s", "5/2m"), ("1/24h", "1/1d")]
        {
            assert_eq!(RateLimit::parse(text).unwrap().to_string(), shown);
        }
    }

    #[test]
    fn the_largest_rate_is_a_thousand_million_in_366_days() {
        let largest = RateLimit::parse("1000000000/366d").unwrap();
        assert_eq!((largest.count(), largest.seconds()), (1_000_000_000, 31_622_400));
        assert_eq!(RateLimit::new(1_000_000_000, 31_622_400), Ok(largest));
        assert_eq!(RateLimit::new(1_000_000_001, 1), Err(RateLimitError::TooLarge));
        assert_eq!(RateLimit::new(1, 31_622_401), Err(RateLimitError::TooLarge));
    }

    #[test]
    fn a_counter_is_stored_in_picoseconds() {
        assert_eq!(Instant::from_nanos(7).picos(), 7_000);
        assert_eq!(Instant::from_picos(7_001).picos(), 7_001);
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
