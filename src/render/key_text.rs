//! The fields of a key as JSON and as cells, straight from its record: lists have millions of keys,
//! and a view of each would take several times as long. A test compares what comes of both.

use std::borrow::Cow;

use keyctl_vault::KeyFields;
use keyctl_verify::cbor::Items;
use keyctl_verify::{Brand, Environment, PublicId, RateLimit, Timestamp};
use smol_str::ToSmolStr;

use super::time::push_instant;
use crate::ui::{is_plain, json_escape};

/// A field of a key's record, in the order of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Id,
    Name,
    Kind,
    Project,
    Environment,
    Owner,
    Prefix,
    Status,
    Scopes,
    Paths,
    Ips,
    Customers,
    RateLimit,
    Labels,
    Note,
    Recoverable,
    Generation,
    NotBefore,
    CreatedAt,
    UpdatedAt,
    ExpiresAt,
    LastUsedAt,
    RevokedAt,
    RevokeReason,
    Generations,
}

impl Field {
    /// All of them, with their names.
    pub(crate) const ALL: [(Field, &str); 25] = [
        (Field::Id, "id"),
        (Field::Name, "name"),
        (Field::Kind, "kind"),
        (Field::Project, "project"),
        (Field::Environment, "environment"),
        (Field::Owner, "owner"),
        (Field::Prefix, "prefix"),
        (Field::Status, "status"),
        (Field::Scopes, "scopes"),
        (Field::Paths, "paths"),
        (Field::Ips, "ips"),
        (Field::Customers, "customers"),
        (Field::RateLimit, "rate_limit"),
        (Field::Labels, "labels"),
        (Field::Note, "note"),
        (Field::Recoverable, "recoverable"),
        (Field::Generation, "generation"),
        (Field::NotBefore, "not_before"),
        (Field::CreatedAt, "created_at"),
        (Field::UpdatedAt, "updated_at"),
        (Field::ExpiresAt, "expires_at"),
        (Field::LastUsedAt, "last_used_at"),
        (Field::RevokedAt, "revoked_at"),
        (Field::RevokeReason, "revoke_reason"),
        (Field::Generations, "generations"),
    ];

    /// The names of all.
    pub(crate) fn names() -> [&'static str; 25] {
        Field::ALL.map(|(_, name)| name)
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        let (_, name) = Field::ALL.iter().find(|(field, _)| *field == self).expect("all are named");
        name
    }

    /// The field of that name.
    pub(crate) fn named(name: &str) -> Option<Field> {
        Field::ALL.iter().find(|(_, own)| *own == name).map(|(field, _)| *field)
    }
}

/// The value of a field.
enum Value<'k, 'r> {
    Nothing,
    Flag(bool),
    Number(u32),
    /// What nobody but us has said.
    Ours(&'k str),
    Prefix(PublicId),
    Time(Timestamp),
    Rate(RateLimit),
    /// What people said.
    Text(&'k str),
    Texts(&'k Items<'r, &'r str>),
    Labels,
    Generations,
}

/// How a field of an object begins: what is written at once takes less time than its parts.
struct Begin {
    /// Up to its value.
    name: String,
    /// With its value, when it has none.
    null: String,
    /// The same, when that is a list of nothing.
    empty: String,
}

/// Writes keys of one vault, at one time.
pub(crate) struct KeyText {
    now: Timestamp,
    /// How each field of an object begins.
    begins: [Begin; Field::ALL.len()],
    /// What the prefixes of an environment's tokens begin with.
    prefixes: [(Environment, String); Environment::ALL.len()],
}

impl KeyText {
    pub(crate) fn new(brand: &Brand, now: Timestamp) -> Self {
        let begin = |(field, name)| {
            let before = if field == Field::Id { '{' } else { ',' };
            let begin = |value: &str| format!("{before}\"{name}\":{value}");
            Begin { name: begin(""), null: begin("null"), empty: begin("[]") }
        };
        let begins = Field::ALL.map(begin);
        let prefixes = Environment::ALL.map(|of| (of, format!("{brand}_{}_", of.tag())));
        KeyText { now, begins, prefixes }
    }

    /// Appends a key as a JSON object.
    pub(crate) fn json(&self, out: &mut String, key: &KeyFields<'_>) {
        for ((field, _), begin) in Field::ALL.iter().zip(&self.begins) {
            match Self::value(key, *field, self.now) {
                Value::Nothing => out.push_str(&begin.null),
                Value::Texts(texts) if texts.is_empty() => out.push_str(&begin.empty),
                value => {
                    out.push_str(&begin.name);
                    self.json_value(out, key, &value);
                }
            }
        }
        out.push('}');
    }

    /// Appends a field as a cell, which is empty where there is no value. True when nothing in it can
    /// be anything but what it is, wherever it is written: a number, a time, a word of ours.
    pub(crate) fn push(&self, out: &mut String, key: &KeyFields<'_>, field: Field) -> bool {
        let value = Self::value(key, field, self.now);
        if self.push_ours(out, key, &value) {
            return true;
        }
        match value {
            Value::Text(text) => out.push_str(text),
            Value::Texts(texts) => push_joined(out, texts.iter(), String::push_str),
            Value::Labels => push_joined(out, key.labels.iter(), push_label),
            Value::Generations => {
                let ids = key.generations.iter().map(|g| g.public_id);
                push_joined(out, ids, |out, id| self.push_prefix(out, key, id));
            }
            _ => {}
        }
        false
    }

    /// A field as a cell.
    pub(crate) fn cell(&self, key: &KeyFields<'_>, field: Field) -> String {
        let mut cell = String::new();
        self.push(&mut cell, key, field);
        cell
    }

    fn value<'k, 'r>(key: &'k KeyFields<'r>, field: Field, now: Timestamp) -> Value<'k, 'r> {
        let first = &key.outline;
        match field {
            Field::Id => Value::Ours(key.id.as_str()),
            Field::Name => Value::Text(first.name),
            Field::Kind => Value::Ours(first.kind.as_str()),
            Field::Project => text(first.project),
            Field::Environment => Value::Ours(first.environment.as_str()),
            Field::Owner => text(first.owner),
            Field::Prefix => Value::Prefix(key.current),
            Field::Status => Value::Ours(first.status(now).as_str()),
            Field::Scopes => Value::Texts(&key.scopes),
            Field::Paths => Value::Texts(&key.paths),
            Field::Ips => Value::Texts(&key.ips),
            Field::Customers => Value::Texts(&key.customers),
            Field::RateLimit => key.rate_limit.map_or(Value::Nothing, Value::Rate),
            Field::Labels => Value::Labels,
            Field::Note => text(key.note),
            Field::Recoverable => Value::Flag(key.recoverable),
            Field::Generation => Value::Number(key.generation),
            Field::NotBefore => time(first.not_before),
            Field::CreatedAt => Value::Time(first.created_at),
            Field::UpdatedAt => Value::Time(key.updated_at),
            Field::ExpiresAt => time(first.expires_at),
            Field::LastUsedAt => time(key.last_used_at),
            Field::RevokedAt => time(key.revoked_at),
            Field::RevokeReason => text(key.revoke_reason),
            Field::Generations => Value::Generations,
        }
    }

    /// Appends what nobody but us has said; false when it is something else.
    fn push_ours(&self, out: &mut String, key: &KeyFields<'_>, value: &Value<'_, '_>) -> bool {
        match value {
            Value::Nothing => {}
            Value::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
            Value::Number(number) => push_number(out, *number),
            Value::Ours(word) => out.push_str(word),
            Value::Prefix(id) => self.push_prefix(out, key, *id),
            Value::Time(time) => push_instant(out, *time),
            Value::Rate(rate) => out.push_str(&rate.to_smolstr()),
            Value::Text(_) | Value::Texts(_) | Value::Labels | Value::Generations => return false,
        }
        true
    }

    fn push_prefix(&self, out: &mut String, key: &KeyFields<'_>, id: PublicId) {
        let begin = self.prefixes.iter().find(|(of, _)| *of == key.outline.environment);
        out.push_str(begin.map_or("", |(_, begin)| begin));
        out.push_str(id.as_str());
    }

    fn json_value(&self, out: &mut String, key: &KeyFields<'_>, value: &Value<'_, '_>) {
        match value {
            Value::Nothing => out.push_str("null"),
            Value::Labels => {
                enclosed(out, ['{', '}'], key.labels.iter(), |out, (name, value)| {
                    json_string(out, name);
                    out.push(':');
                    json_string(out, value);
                });
            }
            Value::Generations => self.generations(out, key),
            Value::Texts(texts) => enclosed(out, ['[', ']'], texts.iter(), json_string),
            Value::Text(text) => json_string(out, text),
            Value::Flag(_) | Value::Number(_) => {
                self.push_ours(out, key, value);
            }
            ours => {
                out.push('"');
                self.push_ours(out, key, ours);
                out.push('"');
            }
        }
    }

    fn generations(&self, out: &mut String, key: &KeyFields<'_>) {
        enclosed(out, ['[', ']'], key.generations.iter(), |out, g| {
            let fields = [
                ("{\"n\":", Value::Number(g.n)),
                (",\"prefix\":", Value::Prefix(g.public_id)),
                (",\"created_at\":", Value::Time(g.created_at)),
                (",\"valid_until\":", time(g.valid_until)),
                (",\"last_used_at\":", time(g.last_used_at)),
            ];
            for (name, value) in fields {
                out.push_str(name);
                self.json_value(out, key, &value);
            }
            out.push('}');
        });
    }
}

/// Most are of one digit.
fn push_number(out: &mut String, number: u32) {
    match char::from_digit(number, 10) {
        Some(digit) => out.push(digit),
        None => out.push_str(&number.to_smolstr()),
    }
}

fn text<'k, 'r>(text: Option<&'k str>) -> Value<'k, 'r> {
    text.map_or(Value::Nothing, Value::Text)
}

fn time<'k, 'r>(time: Option<Timestamp>) -> Value<'k, 'r> {
    time.map_or(Value::Nothing, Value::Time)
}

fn push_joined<T>(
    out: &mut String,
    items: impl Iterator<Item = T>,
    mut push: impl FnMut(&mut String, T),
) {
    for (i, item) in items.enumerate() {
        if i > 0 {
            out.push(' ');
        }
        push(out, item);
    }
}

/// `name=value`, with the value in quotes where it could not be told where it ends.
fn push_label(out: &mut String, (name, value): (&str, &str)) {
    out.push_str(name);
    out.push('=');
    let is_plain = !value.contains(|c: char| c.is_whitespace() || c == '"');
    out.push_str(&if is_plain { value.into() } else { Cow::Owned(quoted(value)) });
}

fn enclosed<T>(
    out: &mut String,
    [begin, end]: [char; 2],
    items: impl Iterator<Item = T>,
    mut write: impl FnMut(&mut String, T),
) {
    out.push(begin);
    for (i, item) in items.enumerate() {
        if i > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(end);
}

fn json_string(out: &mut String, text: &str) {
    if is_plain(text, |b| matches!(b, b' '..=b'~') && b != b'"' && b != b'\\') {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&json_escape(&quoted(text)));
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}
