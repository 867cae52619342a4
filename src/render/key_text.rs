//! The fields of a key as JSON and as cells, straight from its record: lists have millions of keys,
//! and a view of each would take several times as long. A test compares what comes of both.

use std::borrow::Cow;

use keyctl_vault::{Generation, Key, LabelKey, LabelValue, Note, Owner, Project, Reason};
use keyctl_verify::{Brand, KeyId, PublicId, Timestamp};
use smol_str::{SmolStr, ToSmolStr};

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
    /// A word of ours: nothing in it needs an escape.
    Word(&'static str),
    /// The same, made for this.
    Made(SmolStr),
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
            match self.value(key, *field) {
                Value::Labels => labels(out, key),
                Value::Generations => self.generations(out, key),
                Value::Texts(texts) => list(out, texts, |out, text| json_string(out, &text)),
                simple => json_value(out, &simple),
            }
        }
        out.push('}');
    }

    /// What `take` makes of a field as a cell, which is empty where there is no value.
    pub(crate) fn cell<R>(&self, key: &Key, field: Field, take: impl FnOnce(&str) -> R) -> R {
        match self.value(key, field) {
            Value::Nothing => take(""),
            Value::Flag(flag) => take(if flag { "true" } else { "false" }),
            Value::Number(number) => take(&number.to_smolstr()),
            Value::Word(word) => take(word),
            Value::Made(text) => take(&text),
            Value::Text(text) => take(text),
            Value::Texts(texts) => take(&joined(&texts)),
            Value::Labels => {
                let label =
                    |(name, value): (&LabelKey, &LabelValue)| label(name.as_str(), value.as_str());
                take(&joined(&key.labels.iter().map(label).collect::<Vec<_>>()))
            }
            Value::Generations => {
                let prefix = |g: &Generation| self.prefix(key, g.public_id);
                take(&joined(&key.generations.iter().map(prefix).collect::<Vec<_>>()))
            }
        }
    }

    fn value<'k>(&self, key: &'k Key, field: Field) -> Value<'k> {
        match field {
            Field::Id => Value::Made(id(key.id)),
            Field::Name => Value::Text(key.name.as_str()),
            Field::Kind => Value::Word(key.kind.as_str()),
            Field::Project => text(key.project.as_ref().map(Project::as_str)),
            Field::Environment => Value::Word(key.environment.as_str()),
            Field::Owner => text(key.owner.as_ref().map(Owner::as_str)),
            Field::Prefix => Value::Made(self.prefix(key, key.current().public_id)),
            Field::Status => Value::Word(key.status(self.now).as_str()),
            Field::Scopes => Value::Texts(key.scopes.iter().map(|s| s.as_str().into()).collect()),
            Field::Paths => Value::Texts(key.paths.iter().map(|p| p.as_str().into()).collect()),
            Field::Ips => Value::Texts(key.ips.iter().map(|ip| ip.to_string().into()).collect()),
            Field::Customers => {
                Value::Texts(key.customers.iter().map(|c| c.as_str().into()).collect())
            }
            Field::RateLimit => made(key.rate_limit.map(|rate| rate.to_smolstr())),
            Field::Labels => Value::Labels,
            Field::Note => text(key.note.as_ref().map(Note::as_str)),
            Field::Recoverable => Value::Flag(key.recoverable),
            Field::Generation => Value::Number(key.generation),
            Field::NotBefore => time(key.not_before),
            Field::CreatedAt => time(Some(key.created_at)),
            Field::UpdatedAt => time(Some(key.updated_at)),
            Field::ExpiresAt => time(key.expires_at),
            Field::LastUsedAt => time(key.last_used_at()),
            Field::RevokedAt => time(key.revoked_at),
            Field::RevokeReason => text(key.revoke_reason.as_ref().map(Reason::as_str)),
            Field::Generations => Value::Generations,
        }
    }

    fn prefix(&self, key: &Key, id: PublicId) -> SmolStr {
        let parts = [self.brand.as_str(), "_", key.environment.tag(), "_", id.as_str()];
        parts.into_iter().collect()
    }

    fn generations(&self, out: &mut String, key: &Key) {
        list(out, &key.generations, |out, g| {
            let prefix = self.prefix(key, g.public_id);
            out.push_str(&format!("{{\"n\":{},\"prefix\":\"{prefix}\",\"created_at\":", g.n));
            json_value(out, &time(Some(g.created_at)));
            out.push_str(",\"valid_until\":");
            json_value(out, &time(g.valid_until));
            out.push_str(",\"last_used_at\":");
            json_value(out, &time(g.last_used_at));
            out.push('}');
        });
    }
}

fn id(id: KeyId) -> SmolStr {
    [KeyId::MARK, id.body()].into_iter().collect()
}

fn text(text: Option<&str>) -> Value<'_> {
    text.map_or(Value::Nothing, Value::Text)
}

fn made<'k>(text: Option<SmolStr>) -> Value<'k> {
    text.map_or(Value::Nothing, Value::Made)
}

fn time<'k>(time: Option<Timestamp>) -> Value<'k> {
    made(time.map(short_instant))
}

fn joined<T: AsRef<str>>(texts: &[T]) -> Cow<'_, str> {
    match texts {
        [] => "".into(),
        [one] => one.as_ref().into(),
        texts => texts.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" ").into(),
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

/// What is no array and no object.
fn json_value(out: &mut String, value: &Value<'_>) {
    match value {
        Value::Text(text) => json_string(out, text),
        Value::Word(word) => in_quotes(out, word),
        Value::Made(text) => in_quotes(out, text),
        Value::Number(number) => out.push_str(&number.to_smolstr()),
        Value::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Nothing | Value::Texts(_) | Value::Labels | Value::Generations => {
            out.push_str("null");
        }
    }
}

fn json_string(out: &mut String, text: &str) {
    if is_plain(text, |b| matches!(b, b' '..=b'~') && b != b'"' && b != b'\\') {
        in_quotes(out, text);
    } else {
        out.push_str(&json_escape(&quoted(text)));
    }
}

fn in_quotes(out: &mut String, text: &str) {
    out.push('"');
    out.push_str(text);
    out.push('"');
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}
