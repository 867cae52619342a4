//! The view of an audit entry.

use keyctl_vault::{Change, Entry, Verb};
use schemars::JsonSchema;
use serde::Serialize;

use super::time::{instant, plural};
use crate::words::{Instant, OpenWord};

/// An entry of the audit log: what made one generation of the vault.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Entry")]
pub(crate) struct AuditView {
    /// The generation of the vault that it made, from 1.
    pub(super) generation: u64,
    /// When, by the clock of the machine that did it.
    #[schemars(with = "Instant")]
    time: String,
    /// What was done.
    #[schemars(with = "OpenWord<Verb>")]
    pub(super) verb: String,
    /// The login name, as its author claimed.
    pub(super) actor: String,
    /// The name of the machine, as its author claimed.
    pub(super) host: String,
    /// The name of the slot that the vault was opened with.
    pub(super) slot: String,
    /// What was changed; with --key or --owner, what is about them.
    changes: Vec<ChangeView>,
    /// How many keys got a later last use from receipts.
    uses: u64,
}

/// What an entry changed on one subject.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Change")]
struct ChangeView {
    /// What the subject is: key, slot, owner or vault.
    kind: String,
    /// The id of a key; null for other subjects.
    id: Option<String>,
    /// The project of a key; null for none, and for other subjects.
    project: Option<String>,
    /// The name of a key after the change, of a slot or of an owner; null for the vault.
    name: Option<String>,
    /// Whom a key acts for; null for nobody, and for other subjects.
    owner: Option<String>,
    /// What differs; empty where the deed says it all.
    fields: Vec<FieldView>,
}

/// One field, before and after, as people read it.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Field")]
struct FieldView {
    /// Its name.
    field: String,
    /// Before; null when there was nothing.
    from: Option<String>,
    /// After; null when there is nothing.
    to: Option<String>,
}

/// A line of a table or of CSV: one subject of one entry.
#[derive(Serialize)]
pub(crate) struct AuditRow {
    generation: u64,
    time: String,
    verb: String,
    actor: String,
    host: String,
    slot: String,
    kind: Option<String>,
    id: Option<String>,
    project: Option<String>,
    name: Option<String>,
    owner: Option<String>,
    /// What it was done to, for people.
    subject: String,
    changes: String,
}

impl AuditView {
    /// An entry with those of its changes that are `wanted`.
    pub(crate) fn of(entry: &Entry, wanted: impl Fn(&Change) -> bool) -> Self {
        let changes = entry.changes.iter().filter(|change| wanted(change));
        AuditView {
            generation: entry.generation,
            time: instant(entry.author.now),
            verb: entry.verb.clone(),
            actor: entry.author.actor.clone(),
            host: entry.author.host.clone(),
            slot: entry.slot.clone(),
            changes: changes.map(ChangeView::of).collect(),
            uses: entry.uses,
        }
    }
}

impl AuditView {
    /// Each subject, and what differs of it.
    pub(super) fn for_people(&self) -> Vec<(String, Vec<String>)> {
        if self.changes.is_empty() && self.uses > 0 {
            return vec![(format!("last used of {}", plural(self.uses, "key")), Vec::new())];
        }
        self.changes.iter().map(|change| (change.subject(), change.lines())).collect()
    }
}

impl AuditRow {
    /// The columns of a table.
    pub(crate) const COLUMNS: [&str; 7] =
        ["generation", "time", "verb", "actor", "host", "subject", "changes"];
    /// The columns of CSV.
    pub(crate) const FIELDS: [&str; 12] = [
        "generation",
        "time",
        "verb",
        "actor",
        "host",
        "slot",
        "kind",
        "id",
        "project",
        "name",
        "owner",
        "changes",
    ];

    /// A line for each subject that is `wanted`, or one for an entry without any.
    pub(crate) fn all_of(entry: &Entry, wanted: impl Fn(&Change) -> bool) -> Vec<Self> {
        let wanted = entry.changes.iter().filter(|change| wanted(change));
        let mut rows: Vec<AuditRow> =
            wanted.map(|change| AuditRow::of(entry, Some(&ChangeView::of(change)))).collect();
        if entry.changes.is_empty() {
            rows.push(AuditRow::of(entry, None));
        }
        rows
    }

    fn of(entry: &Entry, change: Option<&ChangeView>) -> Self {
        let keys = plural(entry.uses, "key");
        AuditRow {
            generation: entry.generation,
            time: instant(entry.author.now),
            verb: entry.verb.clone(),
            actor: entry.author.actor.clone(),
            host: entry.author.host.clone(),
            slot: entry.slot.clone(),
            kind: change.map(|change| change.kind.clone()),
            id: change.and_then(|change| change.id.clone()),
            project: change.and_then(|change| change.project.clone()),
            name: change.and_then(|change| change.name.clone()),
            owner: change.and_then(|change| change.owner.clone()),
            subject: change.map_or_else(|| "-".to_owned(), ChangeView::subject),
            changes: change.map_or_else(|| format!("last used of {keys}"), ChangeView::summary),
        }
    }
}

impl ChangeView {
    fn of(change: &Change) -> Self {
        let fields = change.fields.iter().map(|field| FieldView {
            field: field.field.clone(),
            from: field.from.clone(),
            to: field.to.clone(),
        });
        ChangeView {
            kind: change.subject.kind.clone(),
            id: change.subject.id.clone(),
            project: change.subject.project.clone(),
            name: change.subject.name.clone(),
            owner: change.subject.owner.clone(),
            fields: fields.collect(),
        }
    }

    fn subject(&self) -> String {
        let parts = [self.id.clone(), self.name.clone()].into_iter().flatten();
        let text = parts.collect::<Vec<_>>().join(" ");
        if text.is_empty() { self.kind.clone() } else { text }
    }

    fn summary(&self) -> String {
        self.lines().join("; ")
    }

    fn lines(&self) -> Vec<String> {
        let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
        let line = |f: &FieldView| format!("{}: {} → {}", f.field, shown(&f.from), shown(&f.to));
        self.fields.iter().map(line).collect()
    }
}
