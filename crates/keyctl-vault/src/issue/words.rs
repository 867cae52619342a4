//! How lists and times are written in the audit log and in refusals.

use chrono::{DateTime, SecondsFormat};
use keyctl_verify::Timestamp;

/// The items separated by spaces. One that has a space or a quote itself is quoted, so that two
/// lists that differ never look alike.
pub(super) fn joined<T: ToString>(items: impl IntoIterator<Item = T>) -> Option<String> {
    let quoted = |item: T| {
        let text = item.to_string();
        if text.contains([' ', '"', '\\']) { format!("{text:?}") } else { text }
    };
    let items: Vec<String> = items.into_iter().map(quoted).collect();
    if items.is_empty() { None } else { Some(items.join(" ")) }
}

/// RFC 3339 with seconds, in UTC.
pub(super) fn instant(time: Timestamp) -> String {
    DateTime::from_timestamp(time.unix(), 0)
        .expect("a timestamp is within chrono's range")
        .to_rfc3339_opts(SecondsFormat::Secs, true)
}
