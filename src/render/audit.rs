//! The view of an audit entry.

use keyctl_vault::{Change, Entry};
use serde::Serialize;

use super::time::{instant, plural};

/// An entry.
#[derive(Serialize)]
pub(crate) struct AuditView {
    generation: u64,
    time: String,
    verb: String,
    actor: String,
    host: String,
    slot: String,
    changes: Vec<ChangeView>,
    uses: u64,
}

/// What it changed on one subject.
#[derive(Serialize)]
struct ChangeView {
    kind: String,
    id: Option<String>,
    project: Option<String>,
    name: Option<String>,
    owner: Option<String>,
    fields: Vec<FieldView>,
}

/// One field.
#[derive(Serialize)]
struct FieldView {
    field: String,
    from: Option<String>,
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
        let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
        let fields = self
            .fields
            .iter()
            .map(|f| format!("{}: {} → {}", f.field, shown(&f.from), shown(&f.to)));
        fields.collect::<Vec<_>>().join("; ")
    }
}
