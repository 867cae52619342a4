//! The fields of a key as JSON and as cells, straight from its record: lists have millions of keys,
//! and a view of each would take several times as long. A test compares what comes of both.

use std::borrow::Cow;

use keyctl_vault::{Key, LabelKey, LabelValue, Note, Owner, Project, Reason};
use keyctl_verify::{Brand, KeyId, PublicId, RateLimit, Timestamp};
use smol_str::ToSmolStr;

use super::time::short_instant;
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

    /// The field of that name.
    pub(crate) fn named(name: &str) -> Option<Field> {
        Field::ALL.iter().find(|(_, own)| *own == name).map(|(field, _)| *field)
    }
}

/// The value of a field.
enum Value<'k> {
    Nothing,
    Flag(bool),
    Number(u32),
    Word(&'static str),
    Id(KeyId),
    Prefix(PublicId),
    Time(Timestamp),
    Rate(RateLimit),
    /// What people said.
    Text(&'k str),
    Texts(Vec<Cow<'k, str>>),
    Labels,
    Generations,
}

/// Writes keys of one vault, at one time.
pub(crate) struct KeyText {
    brand: Brand,
    now: Timestamp,
}

impl KeyText {
    pub(crate) fn new(brand: &Brand, now: Timestamp) -> Self {
        KeyText { brand: brand.clone(), now }
    }

    /// Appends a key as a JSON object.
    pub(crate) fn json(&self, out: &mut String, key: &Key) {
        for (i, (field, name)) in Field::ALL.iter().enumerate() {
            out.push_str(if i == 0 { "{\"" } else { ",\"" });
            out.push_str(name);
            out.push_str("\":");
            self.json_value(out, key, &Self::value(key, *field, self.now));
        }
        out.push('}');
    }

    /// Appends a field as a cell, which is empty where there is no value. True when nothing in it can
    /// be anything but what it is, wherever it is written: a number, a time, a word of ours.
    pub(crate) fn push(&self, out: &mut String, key: &Key, field: Field) -> bool {
        let value = Self::value(key, field, self.now);
        if self.push_ours(out, key, &value) {
            return true;
        }
        match value {
            Value::Text(text) => out.push_str(text),
            Value::Texts(texts) => push_joined(out, &texts),
            Value::Labels => {
                let label =
                    |(name, value): (&LabelKey, &LabelValue)| label(name.as_str(), value.as_str());
                push_joined(out, &key.labels.iter().map(label).collect::<Vec<_>>());
            }
            Value::Generations => {
                for (i, generation) in key.generations.iter().enumerate() {
                    out.push_str(if i == 0 { "" } else { " " });
                    self.push_prefix(out, key, generation.public_id);
                }
            }
            _ => {}
        }
        false
    }

    /// A field as a cell.
    pub(crate) fn cell(&self, key: &Key, field: Field) -> String {
        let mut cell = String::new();
        self.push(&mut cell, key, field);
        cell
    }

    fn value(key: &Key, field: Field, now: Timestamp) -> Value<'_> {
        match field {
            Field::Id => Value::Id(key.id),
            Field::Name => Value::Text(key.name.as_str()),
            Field::Kind => Value::Word(key.kind.as_str()),
            Field::Project => text(key.project.as_ref().map(Project::as_str)),
            Field::Environment => Value::Word(key.environment.as_str()),
            Field::Owner => text(key.owner.as_ref().map(Owner::as_str)),
            Field::Prefix => Value::Prefix(key.current().public_id),
            Field::Status => Value::Word(key.status(now).as_str()),
            Field::Scopes => Value::Texts(key.scopes.iter().map(|s| s.as_str().into()).collect()),
            Field::Paths => Value::Texts(key.paths.iter().map(|p| p.as_str().into()).collect()),
            Field::Ips => Value::Texts(key.ips.iter().map(|ip| ip.to_string().into()).collect()),
            Field::Customers => {
                Value::Texts(key.customers.iter().map(|c| c.as_str().into()).collect())
            }
            Field::RateLimit => key.rate_limit.map_or(Value::Nothing, Value::Rate),
            Field::Labels => Value::Labels,
            Field::Note => text(key.note.as_ref().map(Note::as_str)),
            Field::Recoverable => Value::Flag(key.recoverable),
            Field::Generation => Value::Number(key.generation),
            Field::NotBefore => time(key.not_before),
            Field::CreatedAt => Value::Time(key.created_at),
            Field::UpdatedAt => Value::Time(key.updated_at),
            Field::ExpiresAt => time(key.expires_at),
            Field::LastUsedAt => time(key.last_used_at()),
            Field::RevokedAt => time(key.revoked_at),
            Field::RevokeReason => text(key.revoke_reason.as_ref().map(Reason::as_str)),
            Field::Generations => Value::Generations,
        }
    }

    /// Appends what nobody but us has said; false when it is something else.
    fn push_ours(&self, out: &mut String, key: &Key, value: &Value<'_>) -> bool {
        match value {
            Value::Nothing => {}
            Value::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
            Value::Number(number) => out.push_str(&number.to_smolstr()),
            Value::Word(word) => out.push_str(word),
            Value::Id(id) => {
                out.push_str(id.as_str());
            }
            Value::Prefix(id) => self.push_prefix(out, key, *id),
            Value::Time(time) => out.push_str(&short_instant(*time)),
            Value::Rate(rate) => out.push_str(&rate.to_smolstr()),
            Value::Text(_) | Value::Texts(_) | Value::Labels | Value::Generations => return false,
        }
        true
    }

    fn push_prefix(&self, out: &mut String, key: &Key, id: PublicId) {
        out.push_str(self.brand.as_str());
        out.push('_');
        out.push_str(key.environment.tag());
        out.push('_');
        out.push_str(id.as_str());
    }

    fn json_value(&self, out: &mut String, key: &Key, value: &Value<'_>) {
        match value {
            Value::Nothing => out.push_str("null"),
            Value::Labels => labels(out, key),
            Value::Generations => self.generations(out, key),
            Value::Texts(texts) => list(out, texts, |out, text| json_string(out, text)),
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

    fn generations(&self, out: &mut String, key: &Key) {
        list(out, &key.generations, |out, g| {
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

fn text(text: Option<&str>) -> Value<'_> {
    text.map_or(Value::Nothing, Value::Text)
}

fn time<'k>(time: Option<Timestamp>) -> Value<'k> {
    time.map_or(Value::Nothing, Value::Time)
}

fn push_joined<T: AsRef<str>>(out: &mut String, texts: &[T]) {
    for (i, text) in texts.iter().enumerate() {
        out.push_str(if i == 0 { "" } else { " " });
        out.push_str(text.as_ref());
    }
}

/// `name=value`, with the value in quotes where it could not be told where it ends.
fn label(name: &str, value: &str) -> String {
    let is_plain = !value.contains(|c: char| c.is_whitespace() || c == '"');
    if is_plain { format!("{name}={value}") } else { format!("{name}={}", quoted(value)) }
}

fn labels(out: &mut String, key: &Key) {
    out.push('{');
    for (i, (name, value)) in key.labels.iter().enumerate() {
        out.push_str(if i == 0 { "" } else { "," });
        json_string(out, name.as_str());
        out.push(':');
        json_string(out, value.as_str());
    }
    out.push('}');
}

fn list<T>(
    out: &mut String,
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut String, T),
) {
    out.push('[');
    for (i, item) in items.into_iter().enumerate() {
        out.push_str(if i == 0 { "" } else { "," });
        write(out, item);
    }
    out.push(']');
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
