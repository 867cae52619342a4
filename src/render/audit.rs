//! The view of an audit entry.

use keyctl_vault::{Change, Entry};
use serde::Serialize;

use super::time::instant;

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
    fields: Vec<FieldView>,
}

/// One field.
#[derive(Serialize)]
struct FieldView {
    field: String,
    from: Option<String>,
    to: Option<String>,
}

/// A line of the table: one subject of one entry.
#[derive(Serialize)]
pub(crate) struct AuditRow {
    generation: u64,
    time: String,
    verb: String,
    actor: String,
    host: String,
    subject: String,
    changes: String,
}

impl AuditView {
    pub(crate) fn of(entry: &Entry) -> Self {
        AuditView {
            generation: entry.generation,
            time: instant(entry.author.now),
            verb: entry.verb.clone(),
            actor: entry.author.actor.clone(),
            host: entry.author.host.clone(),
            slot: entry.slot.clone(),
            changes: entry.changes.iter().map(ChangeView::of).collect(),
            uses: entry.uses,
        }
    }

    /// A line for each subject, or one for an entry without any.
    pub(crate) fn rows(&self) -> Vec<AuditRow> {
        let row = |subject: String, changes: String| AuditRow {
            generation: self.generation,
            time: self.time.clone(),
            verb: self.verb.clone(),
            actor: self.actor.clone(),
            host: self.host.clone(),
            subject,
            changes,
        };
        if self.changes.is_empty() {
            let uses = format!("last used of {} keys", self.uses);
            return vec![row("-".to_owned(), uses)];
        }
        self.changes.iter().map(|change| row(change.subject(), change.summary())).collect()
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
