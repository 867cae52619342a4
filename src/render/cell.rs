//! A JSON value as the text of a cell.

use serde_json::Value;

/// The text: lists separated by spaces, labels as `name=value` with quotes
/// where there are spaces, generations by their prefixes;
/// `absent` where there is no value.
pub(super) fn text(value: Option<&Value>, absent: &str) -> String {
    match value {
        None | Some(Value::Null) => absent.to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) if items.is_empty() => absent.to_owned(),
        Some(Value::Array(items)) => join(items.iter().map(|item| text(Some(item), absent))),
        Some(Value::Object(object)) => match object.get("prefix") {
            Some(prefix) => text(Some(prefix), absent),
            None if object.is_empty() => absent.to_owned(),
            None => {
                join(object.iter().map(|(name, value)| {
                    let value = text(Some(value), "");
                    // So that it can be told where it ends.
                    let is_plain = !value.contains(|c: char| c.is_whitespace() || c == '"');
                    let value = if is_plain { value } else { Value::from(value).to_string() };
                    format!("{name}={value}")
                }))
            }
        },
        Some(other) => other.to_string(),
    }
}

fn join(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join(" ")
}
