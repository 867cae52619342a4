//! How lists and times are written in the audit log and in refusals.

use std::fmt::Display;

use chrono::{DateTime, SecondsFormat};
use keyctl_verify::Timestamp;
use smol_str::{SmolStr, SmolStrBuilder, ToSmolStr, format_smolstr};

/// The items separated by spaces. One that has a space or a quote itself is quoted, so that two
/// lists that differ never look alike.
pub(super) fn joined<T: Display>(items: impl IntoIterator<Item = T>) -> Option<SmolStr> {
    let mut joined = SmolStrBuilder::new();
    for (n, item) in items.into_iter().enumerate() {
        if n > 0 {
            joined.push(' ');
        }
        let text = item.to_smolstr();
        let is_plain = !text.contains([' ', '"', '\\']);
        joined.push_str(&if is_plain { text } else { format_smolstr!("{text:?}") });
    }
    // No item is empty.
    Some(joined.finish()).filter(|joined| !joined.is_empty())
}

/// RFC 3339 with seconds, in UTC.
pub(super) fn instant(time: Timestamp) -> SmolStr {
    DateTime::from_timestamp(time.unix(), 0)
        .expect("a timestamp is within chrono's range")
        .to_rfc3339_opts(SecondsFormat::Secs, true)
        .into()
}
