//! The view of a key: its record, with what is derived.

use std::collections::BTreeMap;

use keyctl_vault::{Generation, Key};
use keyctl_verify::{Brand, Environment, Kind, ScopeSet, Status, Timestamp, Token};
use schemars::JsonSchema;
use serde::Serialize;
use smol_str::{SmolStr, ToSmolStr};

use super::key_text::Field;
use super::time::{instant, relative, short_instant};
use super::{Card, table};
use crate::error::CliError;
use crate::ui::{Ui, escape};
use crate::words::{Instant, Word};

/// A key: its record, and what is derived from it.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "Key")]
pub(crate) struct KeyView {
    /// What names the key for ever: key_ and 12 characters of 0-9, A-Z and a-z.
    id: SmolStr,
    /// What people call it, in 1 to 200 characters; no two live keys of a project have the same.
    name: SmolStr,
    /// What it is for; fixed when it is made.
    #[schemars(with = "Word<Kind>")]
    kind: &'static str,
    /// The project that it is bound to; null for none.
    project: Option<SmolStr>,
    /// Where it may be used; fixed when it is made.
    #[schemars(with = "Word<Environment>")]
    environment: &'static str,
    /// Whom it acts for; null for nobody.
    owner: Option<SmolStr>,
    /// The public start of its current token.
    prefix: SmolStr,
    /// What it is now: derived whenever it is read.
    #[schemars(with = "Word<Status>")]
    status: &'static str,
    /// What it may do, as far as its owner's ceiling lets it; empty for nothing.
    scopes: Vec<SmolStr>,
    /// The paths that it is limited to, each after a method or not; empty for no limit.
    paths: Vec<SmolStr>,
    /// The addresses that it is limited to, as CIDR blocks; empty for no limit.
    ips: Vec<SmolStr>,
    /// The customers that it is limited to; empty for no limit.
    customers: Vec<SmolStr>,
    /// N/T: up to N uses at once, then N per T, like 100/1m; null for no limit.
    rate_limit: Option<SmolStr>,
    /// Its labels, by their names.
    labels: BTreeMap<SmolStr, SmolStr>,
    /// A note for people; null for none.
    note: Option<SmolStr>,
    /// True when 'keyctl reveal' can show its token again.
    recoverable: bool,
    /// The number of its current generation, from 1.
    generation: u32,
    /// When it begins to be valid; null for at once.
    #[schemars(with = "Option<Instant>")]
    not_before: Option<SmolStr>,
    /// When it was made.
    #[schemars(with = "Instant")]
    created_at: SmolStr,
    /// When it was last changed; a use is no change.
    #[schemars(with = "Instant")]
    updated_at: SmolStr,
    /// When it ends by itself; null for never.
    #[schemars(with = "Option<Instant>")]
    expires_at: Option<SmolStr>,
    /// When a token of it was last known to be used; null for never.
    #[schemars(with = "Option<Instant>")]
    last_used_at: Option<SmolStr>,
    /// When it was revoked; null unless it was.
    #[schemars(with = "Option<Instant>")]
    revoked_at: Option<SmolStr>,
    /// Why it was revoked: compromised, superseded, retired or free text; null when nothing was
    /// said.
    revoke_reason: Option<SmolStr>,
    /// Its tokens, the oldest first.
    generations: Vec<GenerationView>,
    /// What the owner's ceiling leaves of its scopes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<String>")]
    effective_scopes: Option<Vec<SmolStr>>,
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
    times: Times,
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
    prefix: SmolStr,
    /// When it was made.
    #[schemars(with = "Instant")]
    created_at: SmolStr,
    /// When it ends because of a rotation; null for the current one.
    #[schemars(with = "Option<Instant>")]
    valid_until: Option<SmolStr>,
    /// When it was last known to be used; null for never.
    #[schemars(with = "Option<Instant>")]
    last_used_at: Option<SmolStr>,
}

/// The times that a table says in its own way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    now: Timestamp,
    created: Timestamp,
    expires: Option<Timestamp>,
    last_used: Option<Timestamp>,
}

/// The same of a generation.
#[derive(Clone, Copy, Debug)]
struct GenerationTimes {
    created: Timestamp,
    until: Option<Timestamp>,
    last_used: Option<Timestamp>,
}

impl KeyView {
    /// The view of a key at `now`. Lists have millions of them: a short text is no allocation.
    pub(crate) fn of(key: &Key, brand: &Brand, now: Timestamp) -> Self {
        let generation = |g: &Generation| GenerationView {
            n: g.n,
            prefix: key.prefix(brand, g).to_smolstr(),
            created_at: short_instant(g.created_at),
            valid_until: g.valid_until.map(short_instant),
            last_used_at: g.last_used_at.map(short_instant),
        };
        let status = key.status(now);
        let generations: Vec<_> = key.generations.iter().map(generation).collect();
        let current = generations.iter().find(|g| g.n == key.generation);
        KeyView {
            id: key.id.to_smolstr(),
            name: key.name.as_str().into(),
            kind: key.kind.as_str(),
            project: key.project.as_ref().map(|project| project.as_str().into()),
            environment: key.environment.as_str(),
            owner: key.owner.as_ref().map(|owner| owner.as_str().into()),
            prefix: current.map(|g| g.prefix.clone()).unwrap_or_default(),
            status: status.as_str(),
            scopes: key.scopes.iter().map(|scope| scope.as_str().into()).collect(),
            paths: texts(&key.paths),
            ips: texts(&key.ips),
            customers: texts(&key.customers),
            rate_limit: key.rate_limit.map(|rate| rate.to_smolstr()),
            labels: key
                .labels
                .iter()
                .map(|(k, v)| (k.as_str().into(), v.as_str().into()))
                .collect(),
            note: key.note.as_ref().map(|note| note.as_str().into()),
            recoverable: key.recoverable,
            generation: key.generation,
            not_before: key.not_before.map(short_instant),
            created_at: short_instant(key.created_at),
            updated_at: short_instant(key.updated_at),
            expires_at: key.expires_at.map(short_instant),
            last_used_at: key.last_used_at().map(short_instant),
            revoked_at: key.revoked_at.map(short_instant),
            revoke_reason: key.revoke_reason.as_ref().map(|reason| reason.as_str().into()),
            generations,
            effective_scopes: None,
            changed: None,
            token: None,
            replaces: None,
            times: Times {
                now,
                created: key.created_at,
                expires: key.expires_at,
                last_used: key.last_used_at(),
            },
            generation_times: key.generations.iter().map(GenerationTimes::of).collect(),
        }
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
        let expires = self.expires_at.as_deref().unwrap_or("never");
        let owner = self.owner.as_deref().unwrap_or("nobody");
        vec![
            format!("environment {}, owner {}", self.environment, escape(owner)),
            format!("scopes {}", escape(&scopes)),
            format!("expires {expires}"),
        ]
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
        let list = |items: &[SmolStr]| items.join("  ");
        let labels = self.labels.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>();
        let optional = |text: &Option<SmolStr>| text.as_deref().unwrap_or_default().to_owned();
        let not_before = self.not_before.as_deref().map(|_| optional(&self.not_before));
        let narrowed = self.effective_scopes.as_ref().filter(|scopes| **scopes != self.scopes);
        let lines = [
            ("name", self.name.to_string()),
            ("id", self.id.to_string()),
            ("prefix", self.prefix.to_string()),
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
            ("labels", labels.join("  ")),
            ("note", optional(&self.note)),
            ("not before", not_before.unwrap_or_default()),
            ("expires", self.when(self.times.expires)),
            ("last used", self.when(self.times.last_used)),
            ("created", self.when(Some(self.times.created))),
            ("updated", self.updated_at.to_string()),
            ("revoked", optional(&self.revoked_at)),
            ("reason", optional(&self.revoke_reason)),
            ("token", self.token.clone().unwrap_or_default()),
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
                g.prefix.to_string(),
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
        Some(format!("\n{}", table::table(ui, &columns, rows.collect())))
    }
}

/// Refuses a name that is no field of a key; `token` is one only where a token is made.
pub(crate) fn check_field(name: Option<&str>, with_token: bool) -> Result<(), CliError> {
    match name {
        Some("token") if with_token => Ok(()),
        name => check_field_of(&Field::names(), name),
    }
}

/// The same for a key that is shown by itself, with its effective scopes.
pub(crate) fn check_shown_field(name: Option<&str>) -> Result<(), CliError> {
    check_field_of(&[&Field::names()[..], &["effective_scopes"]].concat(), name)
}

/// Refuses a name that is none of `fields`.
pub(crate) fn check_field_of(fields: &[&str], name: Option<&str>) -> Result<(), CliError> {
    match name.filter(|name| !fields.contains(name)) {
        None => Ok(()),
        Some(name) => {
            // As a table has it above a column.
            let written = name.to_lowercase().replace([' ', '-'], "_");
            let is_it = |field: &&&str| **field == written || **field == format!("{written}_at");
            let near = fields.iter().find(is_it);
            let near = near.map(|field| format!("did you mean '{field}'? "));
            let near = near.unwrap_or_default();
            Err(CliError::usage(format!("'{name}' is no field"))
                .hint(format!("{near}the fields are {}", fields.join(", "))))
        }
    }
}

/// Refuses columns that are no fields of a key.
pub(crate) fn check_columns(columns: Option<&[String]>) -> Result<(), CliError> {
    columns.unwrap_or_default().iter().try_for_each(|name| check_field(Some(name), false))
}

/// Full access is seen as such.
pub(super) fn scopes_for_people<T: AsRef<str>>(scopes: &[T]) -> String {
    let scopes: Vec<&str> = scopes.iter().map(AsRef::as_ref).collect();
    if scopes.contains(&"*") { "* (full access)".to_owned() } else { scopes.join(" ") }
}

fn scopes_or_none(scopes: &[SmolStr]) -> String {
    if scopes.is_empty() { "none".to_owned() } else { scopes_for_people(scopes) }
}

fn texts<T: ToSmolStr>(items: impl IntoIterator<Item = T>) -> Vec<SmolStr> {
    items.into_iter().map(|item| item.to_smolstr()).collect()
}
