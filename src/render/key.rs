//! The view of a key: its record, with what is derived.

use std::collections::BTreeMap;

use keyctl_vault::{Generation, Key};
use keyctl_verify::{Brand, Environment, Kind, ScopeSet, Status, Timestamp, Token};
use schemars::JsonSchema;
use serde::Serialize;

use super::time::{instant, relative};
use super::{Card, table};
use crate::error::CliError;
use crate::ui::{Ui, escape};
use crate::words::{Instant, Word};

/// A key: its record, and what is derived from it.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "Key")]
pub(crate) struct KeyView {
    /// What names the key for ever: key_ and 12 characters of 0-9, A-Z and a-z.
    pub(super) id: String,
    /// What people call it, in 1 to 200 characters; no two live keys of a project have the same.
    pub(super) name: String,
    /// What it is for; fixed when it is made.
    #[schemars(with = "Word<Kind>")]
    pub(super) kind: &'static str,
    /// The project that it is bound to; null for none.
    pub(super) project: Option<String>,
    /// Where it may be used; fixed when it is made.
    #[schemars(with = "Word<Environment>")]
    pub(super) environment: &'static str,
    /// Whom it acts for; null for nobody.
    pub(super) owner: Option<String>,
    /// The public start of its current token.
    pub(super) prefix: String,
    /// What it is now: derived whenever it is read.
    #[schemars(with = "Word<Status>")]
    pub(super) status: &'static str,
    /// What it may do, as far as its owner's ceiling lets it; empty for nothing.
    pub(super) scopes: Vec<String>,
    /// The paths that it is limited to, each after a method or not; empty for no limit.
    pub(super) paths: Vec<String>,
    /// The addresses that it is limited to, as CIDR blocks; empty for no limit.
    pub(super) ips: Vec<String>,
    /// The customers that it is limited to; empty for no limit.
    pub(super) customers: Vec<String>,
    /// N/T: up to N uses at once, then N per T, like 100/1m; null for no limit.
    pub(super) rate_limit: Option<String>,
    /// Its labels, by their names.
    pub(super) labels: BTreeMap<String, String>,
    /// A note for people; null for none.
    pub(super) note: Option<String>,
    /// True when 'keyctl reveal' can show its token again.
    pub(super) recoverable: bool,
    /// The number of its current generation, from 1.
    pub(super) generation: u32,
    /// When it begins to be valid; null for at once.
    #[schemars(with = "Option<Instant>")]
    pub(super) not_before: Option<String>,
    /// When it was made.
    #[schemars(with = "Instant")]
    pub(super) created_at: String,
    /// When it was last changed; a use is no change.
    #[schemars(with = "Instant")]
    pub(super) updated_at: String,
    /// When it ends by itself; null for never.
    #[schemars(with = "Option<Instant>")]
    pub(super) expires_at: Option<String>,
    /// When a token of it was last known to be used; null for never.
    #[schemars(with = "Option<Instant>")]
    pub(super) last_used_at: Option<String>,
    /// When it was revoked; null unless it was.
    #[schemars(with = "Option<Instant>")]
    pub(super) revoked_at: Option<String>,
    /// Why it was revoked: compromised, superseded, retired or free text; null when nothing was
    /// said.
    pub(super) revoke_reason: Option<String>,
    /// Its tokens, the oldest first.
    generations: Vec<GenerationView>,
    /// What the owner's ceiling leaves of its scopes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<String>")]
    effective_scopes: Option<Vec<String>>,
    /// False when the key was so already, and nothing was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    changed: Option<bool>,
    /// The secret itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    token: Option<String>,
    /// The id of the compromised key that this one was made in the place of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    replaces: Option<String>,
    #[serde(skip)]
    pub(super) times: Times,
    #[serde(skip)]
    generation_times: Vec<GenerationTimes>,
}

/// One token of a key.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "Generation")]
struct GenerationView {
    /// Its number, which is never used again.
    n: u32,
    /// The public start of the token.
    prefix: String,
    /// When it was made.
    #[schemars(with = "Instant")]
    created_at: String,
    /// When it ends because of a rotation; null for the current one.
    #[schemars(with = "Option<Instant>")]
    valid_until: Option<String>,
    /// When it was last known to be used; null for never.
    #[schemars(with = "Option<Instant>")]
    last_used_at: Option<String>,
}

/// The times that a table says in its own way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub(super) now: Timestamp,
    pub(super) status: Status,
    pub(super) created: Timestamp,
    pub(super) expires: Option<Timestamp>,
    pub(super) last_used: Option<Timestamp>,
}

/// The same of a generation.
#[derive(Clone, Copy, Debug)]
struct GenerationTimes {
    created: Timestamp,
    until: Option<Timestamp>,
    last_used: Option<Timestamp>,
}

impl KeyView {
    /// Every field of the record.
    const FIELDS: &[&str] = &[
        "id",
        "name",
        "kind",
        "project",
        "environment",
        "owner",
        "prefix",
        "status",
        "scopes",
        "paths",
        "ips",
        "customers",
        "rate_limit",
        "labels",
        "note",
        "recoverable",
        "generation",
        "not_before",
        "created_at",
        "updated_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
        "revoke_reason",
        "generations",
    ];
    /// The columns of CSV: all of them.
    pub(crate) const CSV: &[&str] = Self::FIELDS;

    /// The view of a key at `now`.
    pub(crate) fn of(key: &Key, brand: &Brand, now: Timestamp) -> Self {
        let generation = |g: &Generation| GenerationView {
            n: g.n,
            prefix: key.prefix(brand, g).to_string(),
            created_at: instant(g.created_at),
            valid_until: g.valid_until.map(instant),
            last_used_at: g.last_used_at.map(instant),
        };
        let status = key.status(now);
        KeyView {
            id: key.id.to_string(),
            name: key.name.to_string(),
            kind: key.kind.as_str(),
            project: key.project.as_ref().map(ToString::to_string),
            environment: key.environment.as_str(),
            owner: key.owner.as_ref().map(ToString::to_string),
            prefix: key.prefix(brand, key.current()).to_string(),
            status: status.as_str(),
            scopes: texts(key.scopes.iter()),
            paths: texts(&key.paths),
            ips: texts(&key.ips),
            customers: texts(&key.customers),
            rate_limit: key.rate_limit.map(|rate| rate.to_string()),
            labels: key.labels.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect(),
            note: key.note.as_ref().map(ToString::to_string),
            recoverable: key.recoverable,
            generation: key.generation,
            not_before: key.not_before.map(instant),
            created_at: instant(key.created_at),
            updated_at: instant(key.updated_at),
            expires_at: key.expires_at.map(instant),
            last_used_at: key.last_used_at().map(instant),
            revoked_at: key.revoked_at.map(instant),
            revoke_reason: key.revoke_reason.as_ref().map(ToString::to_string),
            generations: key.generations.iter().map(generation).collect(),
            effective_scopes: None,
            changed: None,
            token: None,
            replaces: None,
            times: Times {
                now,
                status,
                created: key.created_at,
                expires: key.expires_at,
                last_used: key.last_used_at(),
            },
            generation_times: key.generations.iter().map(GenerationTimes::of).collect(),
        }
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The prefixes of its generations, the oldest first.
    pub(super) fn prefixes(&self) -> impl Iterator<Item = &str> {
        self.generations.iter().map(|generation| generation.prefix.as_str())
    }

    pub(super) fn has_labels(&self) -> bool {
        !self.labels.is_empty()
    }

    /// With what the owner's ceiling leaves of the scopes.
    pub(crate) fn with_effective(mut self, scopes: &ScopeSet) -> Self {
        self.effective_scopes = Some(texts(scopes.iter()));
        self
    }

    pub(crate) fn with_changed(mut self, changed: bool) -> Self {
        self.changed = Some(changed);
        self
    }

    /// The same of a key that was made in the place of another.
    pub(crate) fn with_replaced(mut self, id: keyctl_verify::KeyId) -> Self {
        self.replaces = Some(id.to_string());
        self
    }

    pub(crate) fn with_token(mut self, token: &Token) -> Self {
        self.token = Some(token.expose_token().to_owned());
        self
    }

    /// `name, project shop`, safe for a terminal.
    pub(crate) fn name_for_people(&self) -> String {
        let name = escape(&self.name);
        match &self.project {
            Some(project) => format!("{name}, project {}", escape(project)),
            None => name.into_owned(),
        }
    }

    /// What to know of a new key, a line each.
    pub(crate) fn summary(&self) -> Vec<String> {
        let scopes = scopes_or_none(&self.scopes);
        let expires = self.expires_at.clone().unwrap_or_else(|| "never".to_owned());
        let owner = self.owner.as_deref().unwrap_or("nobody");
        vec![
            format!("environment {}, owner {}", self.environment, escape(owner)),
            format!("scopes {}", escape(&scopes)),
            format!("expires {expires}"),
        ]
    }

    /// Full access is seen as such.
    pub(super) fn scopes_for_people(&self) -> String {
        for_people(&self.scopes)
    }

    fn when(&self, time: Option<Timestamp>) -> String {
        match time {
            None => "never".to_owned(),
            Some(time) => format!("{} ({})", instant(time), relative(self.times.now, time)),
        }
    }
}

impl GenerationTimes {
    fn of(generation: &Generation) -> Self {
        GenerationTimes {
            created: generation.created_at,
            until: generation.valid_until,
            last_used: generation.last_used_at,
        }
    }
}

impl Card for KeyView {
    fn card(&self) -> Vec<(String, String)> {
        let list = |items: &[String]| items.join("  ");
        let labels = self.labels.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>();
        let optional = |text: &Option<String>| text.clone().unwrap_or_default();
        let not_before = self.not_before.as_deref().map(|_| optional(&self.not_before));
        let narrowed = self.effective_scopes.as_ref().filter(|scopes| **scopes != self.scopes);
        let lines = [
            ("name", self.name.clone()),
            ("id", self.id.clone()),
            ("prefix", self.prefix.clone()),
            ("status", self.status.to_owned()),
            ("kind", self.kind.to_owned()),
            ("project", optional(&self.project)),
            ("environment", self.environment.to_owned()),
            ("owner", optional(&self.owner)),
            ("scopes", scopes_or_none(&self.scopes)),
            ("effective", narrowed.map(|scopes| scopes_or_none(scopes)).unwrap_or_default()),
            ("paths", list(&self.paths)),
            ("addresses", list(&self.ips)),
            ("customers", list(&self.customers)),
            ("rate limit", optional(&self.rate_limit)),
            ("labels", list(&labels)),
            ("note", optional(&self.note)),
            ("not before", not_before.unwrap_or_default()),
            ("expires", self.when(self.times.expires)),
            ("last used", self.when(self.times.last_used)),
            ("created", self.when(Some(self.times.created))),
            ("updated", self.updated_at.clone()),
            ("revoked", optional(&self.revoked_at)),
            ("reason", optional(&self.revoke_reason)),
            ("token", optional(&self.token)),
        ];
        let given = lines.into_iter().filter(|(_, value)| !value.is_empty());
        given.map(|(name, value)| (name.to_owned(), value)).collect()
    }

    fn appendix(&self, ui: &Ui) -> Option<String> {
        if self.generations.len() < 2 {
            return None;
        }
        let at_terminal = ui.width().is_some();
        let time = |time: Option<Timestamp>, absent: &str| match time {
            None => absent.to_owned(),
            Some(time) if at_terminal => relative(self.times.now, time),
            Some(time) => instant(time),
        };
        let rows = self.generations.iter().rev().zip(self.generation_times.iter().rev());
        let rows = rows.map(|(g, times)| {
            let current = g.n == self.generation;
            vec![
                if current { format!("{} (current)", g.n) } else { g.n.to_string() },
                g.prefix.clone(),
                time(Some(times.created), "-"),
                time(times.until, "-"),
                time(times.last_used, "never"),
            ]
        });
        let columns = if at_terminal {
            ["generation", "prefix", "created", "ends", "last used"]
        } else {
            ["generation", "prefix", "created_at", "valid_until", "last_used_at"]
        };
        Some(format!("\n{}", table::table(ui, &columns, &rows.collect::<Vec<_>>())))
    }
}

/// Refuses a name that is no field of a key; `token` is one only where a token is made.
pub(crate) fn check_field(name: Option<&str>, with_token: bool) -> Result<(), CliError> {
    match name {
        Some("token") if with_token => Ok(()),
        name => check_field_of(KeyView::FIELDS, name),
    }
}

/// The same for a key that is shown by itself, with its effective scopes.
pub(crate) fn check_shown_field(name: Option<&str>) -> Result<(), CliError> {
    check_field_of(&[KeyView::FIELDS, &["effective_scopes"]].concat(), name)
}

/// Refuses a name that is none of `fields`.
pub(crate) fn check_field_of(fields: &[&str], name: Option<&str>) -> Result<(), CliError> {
    match name.filter(|name| !fields.contains(name)) {
        None => Ok(()),
        Some(name) => Err(CliError::usage(format!("'{name}' is no field"))
            .hint(format!("the fields are {}", fields.join(", ")))),
    }
}

/// Refuses columns that are no fields of a key.
pub(crate) fn check_columns(columns: Option<&[String]>) -> Result<(), CliError> {
    columns.unwrap_or_default().iter().try_for_each(|name| check_field(Some(name), false))
}

fn for_people(scopes: &[String]) -> String {
    if scopes.iter().any(|scope| scope == "*") {
        "* (full access)".to_owned()
    } else {
        scopes.join(" ")
    }
}

fn scopes_or_none(scopes: &[String]) -> String {
    if scopes.is_empty() { "none".to_owned() } else { for_people(scopes) }
}

fn texts<T: ToString>(items: impl IntoIterator<Item = T>) -> Vec<String> {
    items.into_iter().map(|item| item.to_string()).collect()
}

#[cfg(test)]
impl KeyView {
    /// One with every field, and one with as few as can be.
    pub(super) fn samples() -> [Self; 2] {
        let now = Timestamp::EPOCH;
        let times =
            Times { now, status: Status::Active, created: now, expires: None, last_used: None };
        let some = |text: &str| Some(text.to_owned());
        let list = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        let generation = |n: u32| GenerationView {
            n,
            prefix: format!("kc_dev_00000000000{n}"),
            created_at: instant(now),
            valid_until: None,
            last_used_at: None,
        };
        let bare = KeyView {
            id: "key_000000000001".to_owned(),
            name: "bot".to_owned(),
            kind: "general",
            project: None,
            environment: "development",
            owner: None,
            prefix: "kc_dev_000000000001".to_owned(),
            status: "active",
            scopes: Vec::new(),
            paths: Vec::new(),
            ips: Vec::new(),
            customers: Vec::new(),
            rate_limit: None,
            labels: BTreeMap::new(),
            note: None,
            recoverable: false,
            generation: 1,
            not_before: None,
            created_at: instant(now),
            updated_at: instant(now),
            expires_at: None,
            last_used_at: None,
            revoked_at: None,
            revoke_reason: None,
            generations: vec![generation(1)],
            effective_scopes: None,
            changed: None,
            token: None,
            replaces: None,
            times,
            generation_times: Vec::new(),
        };
        let full = KeyView {
            project: some("shop"),
            owner: some("alice"),
            scopes: list(&["a:read", "b:*"]),
            paths: list(&["GET /v1/**"]),
            ips: list(&["10.0.0.0/8", "::1/128"]),
            customers: list(&["c-1", "c 2"]),
            rate_limit: some("100/1m"),
            labels: [("team", "a b"), ("x", "\"")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            note: some("two\nlines"),
            recoverable: true,
            generation: 2,
            not_before: some("2030-01-01T00:00:00Z"),
            expires_at: some("2031-01-01T00:00:00Z"),
            last_used_at: some("2026-01-01T00:00:00Z"),
            revoked_at: some("2026-01-02T00:00:00Z"),
            revoke_reason: some("retired"),
            generations: vec![generation(1), generation(2)],
            ..bare.clone()
        };
        [full, bare]
    }
}
