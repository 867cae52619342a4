//! What the cells of a record mean, field by field.

use keyctl_vault::issue::{NameChoice, NewKey};
use keyctl_verify::{ScopeSet, Timestamp};
use serde_json::Value;

use crate::parse;

/// What a file can say of a key.
pub(super) const SETTABLE: &[&str] = &[
    "name",
    "kind",
    "project",
    "environment",
    "owner",
    "scopes",
    "paths",
    "ips",
    "customers",
    "rate_limit",
    "labels",
    "note",
    "recoverable",
    "not_before",
    "expires",
];
/// The field that a column means: flags have other names for some.
pub(super) fn meant_by(column: &str) -> &str {
    match column {
        "env" => "environment",
        "scope" => "scopes",
        "path" => "paths",
        "ip" => "ips",
        "customer" => "customers",
        "rate" => "rate_limit",
        "label" => "labels",
        "notes" => "note",
        "expires_at" => "expires",
        other => other,
    }
}

/// Sets a field to what a cell says.
pub(super) fn set(
    new: &mut NewKey,
    field: &str,
    value: &Value,
    now: Timestamp,
) -> Result<(), String> {
    match field {
        "name" => new.name = NameChoice::Given(one(value, parse::name)?),
        "kind" => new.kind = one(value, parse::kind)?,
        "project" => new.project = Some(one(value, parse::project)?),
        "environment" => new.environment = one(value, parse::environment)?,
        "owner" => new.owner = Some(one(value, parse::owner)?),
        "scopes" => new.scopes = many(value, parse::scope)?.into_iter().collect(),
        "paths" => new.paths = paths(value)?,
        "ips" => new.ips = many(value, parse::ip_block)?,
        "customers" => new.customers = many(value, parse::customer)?,
        "rate_limit" => new.rate_limit = Some(one(value, parse::rate)?),
        "labels" => new.labels = parse::labels(labels(value)?)?,
        "note" => new.note = Some(one(value, parse::note)?),
        "recoverable" => new.recoverable = yes_or_no(value)?,
        "not_before" => new.not_before = Some(one(value, parse::moment)?.after(now)),
        "expires" => new.expires = one(value, parse::expiry)?,
        // What a list of keys says besides.
        _ => {}
    }
    Ok(())
}

fn one<T>(value: &Value, parse: fn(&str) -> Result<T, String>) -> Result<T, String> {
    let text = value.as_str().ok_or("is not a text")?;
    parse(text).map_err(|why| format!("'{text}' {why}"))
}

/// Scopes; a lone `-` is none at all, where nothing would say nothing.
pub(super) fn scopes(value: &Value) -> Result<ScopeSet, String> {
    if value.as_str() == Some("-") {
        return Ok(ScopeSet::default());
    }
    Ok(many(value, parse::scope)?.into_iter().collect())
}

/// A list of JSON, or items separated by spaces or commas.
fn many<T>(value: &Value, parse: fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    match value {
        Value::Array(items) => items.iter().map(|item| one(item, parse)).collect(),
        Value::String(text) => {
            let parse = |item| parse(item).map_err(|why| format!("'{item}' {why}"));
            let items = text.split(|c: char| c.is_whitespace() || c == ',');
            items.filter(|item| !item.is_empty()).map(parse).collect()
        }
        _ => Err("is neither a list nor a text".to_owned()),
    }
}

/// A pattern may begin with a method, so that not every space separates two.
fn paths(value: &Value) -> Result<Vec<keyctl_verify::PathPattern>, String> {
    let Some(text) = value.as_str() else { return many(value, parse::path) };
    let mut patterns: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match patterns.last_mut() {
            Some(method) if word.starts_with('/') && !method.contains('/') => {
                method.push(' ');
                method.push_str(word);
            }
            _ => patterns.push(word.to_owned()),
        }
    }
    let parse = |item: String| parse::path(&item).map_err(|why| format!("'{item}' {why}"));
    patterns.into_iter().map(parse).collect()
}

type Label = (keyctl_vault::LabelKey, keyctl_vault::LabelValue);

/// `name=value` separated by spaces, or an object.
fn labels(value: &Value) -> Result<Vec<Label>, String> {
    if let Value::String(text) = value {
        let parse = |word: &String| parse::label(word).map_err(|why| format!("'{word}' {why}"));
        return label_words(text)?.iter().map(parse).collect();
    }
    let Value::Object(object) = value else { return many(value, parse::label) };
    let label = |(name, value): (&String, &Value)| {
        let value = value.as_str().ok_or_else(|| format!("'{name}' is not a text"))?;
        let text = format!("{name}={value}");
        parse::label(&text).map_err(|why| format!("'{text}' {why}"))
    };
    object.iter().map(label).collect()
}

/// The words of a cell, where `name="a value"` is one.
fn label_words(text: &str) -> Result<Vec<String>, String> {
    let (mut words, mut rest) = (Vec::new(), text.trim_start());
    while !rest.is_empty() {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        match rest
            .split_once('=')
            .filter(|(name, value)| name.len() < end && value.starts_with('"'))
        {
            None => {
                words.push(rest[..end].to_owned());
                rest = &rest[end..];
            }
            Some((name, quoted)) => {
                let mut values = serde_json::Deserializer::from_str(quoted).into_iter::<String>();
                let value =
                    values.next().and_then(Result::ok).ok_or("has a quote that does not end")?;
                words.push(format!("{name}={value}"));
                rest = &quoted[values.byte_offset()..];
            }
        }
        rest = rest.trim_start();
    }
    Ok(words)
}

fn yes_or_no(value: &Value) -> Result<bool, String> {
    match value {
        Value::Bool(yes) => Ok(*yes),
        // Spreadsheets write them in capitals.
        Value::String(text) if is_one_of(text, ["true", "yes"]) => Ok(true),
        Value::String(text) if is_one_of(text, ["false", "no"]) => Ok(false),
        _ => Err("is neither true nor false".to_owned()),
    }
}

fn is_one_of(text: &str, words: [&str; 2]) -> bool {
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_value_may_have_spaces() {
        assert_eq!(
            label_words(r#" a=1 b="x \"y\" = z"  c="#).unwrap(),
            ["a=1", "b=x \"y\" = z", "c="]
        );
        assert!(label_words(r#"a="x"#).is_err());
    }

    #[test]
    fn a_method_belongs_to_the_path_after_it() {
        let paths = paths(&Value::from("GET /v1/* /v2/** POST /x")).unwrap();
        let texts: Vec<String> = paths.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["GET /v1/*", "/v2/**", "POST /x"]);
        assert!(super::paths(&Value::from("GET")).is_err());
    }
}
