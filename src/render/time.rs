//! Times: exact for scripts, and as people say them at a terminal.

use std::fmt::Display;

use chrono::{DateTime, Datelike, Timelike};
use keyctl_verify::Timestamp;
use smol_str::SmolStr;

/// RFC 3339 with seconds, in UTC.
pub(crate) fn instant(time: Timestamp) -> String {
    short_instant(time).into()
}

/// The same.
pub(crate) fn short_instant(time: Timestamp) -> SmolStr {
    SmolStr::new_inline(text_of(&digits(time)))
}

/// Appends the same.
pub(crate) fn push_instant(out: &mut String, time: Timestamp) {
    out.push_str(text_of(&digits(time)));
}

/// 20 bytes, because a timestamp is of the years 1970 to 9999. Lists have millions of them, so nothing
/// is parsed here and nothing allocated.
fn digits(time: Timestamp) -> [u8; 20] {
    let time = DateTime::from_timestamp(time.unix(), 0).expect("chrono knows these years");
    let mut text = *b"0000-00-00T00:00:00Z";
    let year = time.year().unsigned_abs();
    let parts = [
        (0, year / 100),
        (2, year % 100),
        (5, time.month()),
        (8, time.day()),
        (11, time.hour()),
        (14, time.minute()),
        (17, time.second()),
    ];
    for (at, part) in parts {
        let digit = |n: u32| b'0' + u8::try_from(n % 10).unwrap_or_default();
        text[at] = digit(part / 10);
        text[at + 1] = digit(part);
    }
    text
}

fn text_of(digits: &[u8; 20]) -> &str {
    std::str::from_utf8(digits).expect("digits are text")
}

/// `in 12 days`, `3 h ago`, `now`.
pub(crate) fn relative(now: Timestamp, time: Timestamp) -> String {
    let (ahead, behind) = (now.seconds_until(time), time.seconds_until(now));
    if ahead > 0 {
        // 90 days are 90 days still when the last second of the first has passed.
        format!("in {}", length(rounded(ahead)))
    } else if behind >= 60 {
        format!("{} ago", length(behind))
    } else {
        "just now".to_owned()
    }
}

/// To the nearest day, from two days on; what is nearer is said as it is.
fn rounded(seconds: u64) -> u64 {
    const DAY: u64 = 86_400;
    if seconds < 2 * DAY - DAY / 24 { seconds } else { (seconds + DAY / 2) / DAY * DAY }
}

/// `12 days`, `3 h`: the largest whole unit.
pub(crate) fn length(seconds: u64) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    const MONTH: u64 = 30 * DAY;
    const HUNDRED_DAYS: u64 = 100 * DAY;
    const YEAR: u64 = 365 * DAY;
    match seconds {
        0..MINUTE => format!("{seconds} s"),
        MINUTE..HOUR => format!("{} min", seconds / MINUTE),
        HOUR..DAY => format!("{} h", seconds / HOUR),
        // 90 days are said as such, and not as some months.
        DAY..HUNDRED_DAYS => plural(seconds / DAY, "day"),
        HUNDRED_DAYS..YEAR => plural(seconds / MONTH, "month"),
        _ => plural(seconds / YEAR, "year"),
    }
}

/// `1 day`, `2 days`.
pub(crate) fn plural(n: impl Display, unit: &str) -> String {
    let n = n.to_string();
    if n == "1" { format!("1 {unit}") } else { format!("{n} {unit}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_in_the_largest_whole_unit() {
        let now = Timestamp::from_unix(1_000_000_000).unwrap();
        let ahead = |s| relative(now, now.saturating_add(s));
        let behind = |s| relative(now, now.saturating_sub(s));
        assert_eq!(ahead(12 * 86_400), "in 12 days");
        assert_eq!(ahead(86_400), "in 1 day");
        assert_eq!(ahead(90 * 86_400 - 1), "in 90 days");
        assert_eq!(ahead(2 * 86_400 - 60), "in 2 days");
        assert_eq!(ahead(40 * 3600), "in 1 day");
        assert_eq!(ahead(180 * 86_400), "in 6 months");
        assert_eq!(behind(3 * 3600 + 5), "3 h ago");
        assert_eq!(behind(30), "just now");
        assert_eq!(behind(400 * 86_400), "1 year ago");
        assert_eq!(instant(now), "2001-09-09T01:46:40Z");
        assert_eq!(instant(Timestamp::EPOCH), "1970-01-01T00:00:00Z");
        assert_eq!(instant(Timestamp::MAX), "9999-12-31T23:59:59Z");
    }
}
