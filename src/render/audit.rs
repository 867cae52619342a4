//! The view of an audit entry.

use keyctl_vault::{Change, Entry, Verb};
use schemars::JsonSchema;
use serde::Serialize;

use super::time::{instant, plural};
use crate::words::{Instant, OpenWord};

/// An entry of the audit log: what made one generation of the vault.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Entry")]
pub(crate) struct AuditView<'e> {
    /// The generation of the vault that it made, from 1.
    pub(super) generation: u64,
    /// When, by the clock of the machine that did it.
    #[schemars(with = "Instant")]
    time: String,
    /// What was done.
    #[schemars(with = "OpenWord<Verb>")]
    pub(super) verb: &'e str,
    /// The login name, as its author claimed.
    pub(super) actor: &'e str,
    /// The name of the machine, as its author claimed.
    pub(super) host: &'e str,
    /// The name of the slot that the vault was opened with.
    pub(super) slot: &'e str,
    /// What was changed; with --key or --owner, what is about them.
    changes: Vec<ChangeView<'e>>,
    /// How many keys got a later last use from receipts.
    uses: u64,
}

/// What an entry changed on one subject.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Change")]
struct ChangeView<'e> {
    /// What the subject is: key, slot, owner or vault.
    kind: &'e str,
    /// The id of a key; null for other subjects.
    id: Option<&'e str>,
    /// The project of a key; null for none, and for other subjects.
    project: Option<&'e str>,
    /// The name of a key after the change, of a slot or of an owner; null for the vault.
    name: Option<&'e str>,
    /// Whom a key acts for; null for nobody, and for other subjects.
    owner: Option<&'e str>,
    /// What differs; empty where the deed says it all.
    fields: Vec<FieldView<'e>>,
}

/// One field, before and after, as people read it.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Field")]
struct FieldView<'e> {
    /// Its name.
    field: &'e str,
    /// Before; null when there was nothing.
    from: Option<&'e str>,
    /// After; null when there is nothing.
    to: Option<&'e str>,
}

/// A line of a table or of CSV: one subject of one entry.
#[derive(Serialize)]
pub(crate) struct AuditRow<'e> {
    generation: u64,
    time: String,
    verb: &'e str,
    actor: &'e str,
    host: &'e str,
    slot: &'e str,
    kind: Option<&'e str>,
    id: Option<&'e str>,
    project: Option<&'e str>,
    name: Option<&'e str>,
    owner: Option<&'e str>,
    /// What it was done to, for people.
    subject: String,
    changes: String,
}

impl<'e> AuditView<'e> {
    /// An entry with those of its changes that are `wanted`.
    pub(crate) fn of(entry: &'e Entry, wanted: impl Fn(&Change) -> bool) -> Self {
        let changes = entry.changes.iter().filter(|change| wanted(change));
        AuditView {
            generation: entry.generation,
            time: instant(entry.author.now),
            verb: &entry.verb,
            actor: &entry.author.actor,
            host: &entry.author.host,
            slot: &entry.slot,
            changes: changes.map(ChangeView::of).collect(),
            uses: entry.uses,
        }
    }
}

impl AuditView<'_> {
    /// Each subject, and what differs of it.
    pub(super) fn for_people(&self) -> Vec<(String, Vec<String>)> {
        if self.changes.is_empty() && self.uses > 0 {
            return vec![(format!("last used of {}", plural(self.uses, "key")), Vec::new())];
        }
        self.changes.iter().map(|change| (change.subject(), change.lines())).collect()
    }
}

impl<'e> AuditRow<'e> {
    /// The columns of a table.
    pub(crate) const COLUMNS: [&'static str; 7] =
        ["generation", "time", "verb", "actor", "host", "subject", "changes"];
    /// The columns of CSV.
    pub(crate) const FIELDS: [&'static str; 12] = [
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
    pub(crate) fn all_of(entry: &'e Entry, wanted: impl Fn(&Change) -> bool) -> Vec<Self> {
        let wanted = entry.changes.iter().filter(|change| wanted(change));
        let mut rows: Vec<AuditRow> =
            wanted.map(|change| AuditRow::of(entry, Some(&ChangeView::of(change)))).collect();
        if entry.changes.is_empty() {
            rows.push(AuditRow::of(entry, None));
        }
        rows
    }

    fn of(entry: &'e Entry, change: Option<&ChangeView<'e>>) -> Self {
        AuditRow {
            generation: entry.generation,
            time: instant(entry.author.now),
            verb: &entry.verb,
            actor: &entry.author.actor,
            host: &entry.author.host,
            slot: &entry.slot,
            kind: change.map(|change| change.kind),
            id: change.and_then(|change| change.id),
            project: change.and_then(|change| change.project),
            name: change.and_then(|change| change.name),
            owner: change.and_then(|change| change.owner),
            subject: change.map_or_else(|| "-".to_owned(), ChangeView::subject),
            changes: change.map_or_else(
                || format!("last used of {}", plural(entry.uses, "key")),
                ChangeView::summary,
            ),
        }
    }

    /// The cells of a table, by [`AuditRow::COLUMNS`].
    pub(crate) fn into_cells(self) -> Vec<String> {
        let [verb, actor, host] = [self.verb, self.actor, self.host].map(str::to_owned);
        let generation = self.generation.to_string();
        vec![generation, self.time, verb, actor, host, self.subject, self.changes]
    }
}

impl<'e> ChangeView<'e> {
    fn of(change: &'e Change) -> Self {
        let fields = change.fields.iter().map(|field| FieldView {
            field: &field.field,
            from: field.from.as_deref(),
            to: field.to.as_deref(),
        });
        let subject = &change.subject;
        ChangeView {
            kind: &subject.kind,
            id: subject.id.as_deref(),
            project: subject.project.as_deref(),
            name: subject.name.as_deref(),
            owner: subject.owner.as_deref(),
            fields: fields.collect(),
        }
    }

    fn subject(&self) -> String {
        match (self.id, self.name) {
            (Some(id), Some(name)) => format!("{id} {name}"),
            (one, other) => {
                one.or(other).filter(|text| !text.is_empty()).unwrap_or(self.kind).to_owned()
            }
        }
    }

    fn summary(&self) -> String {
        let mut text = String::new();
        for field in &self.fields {
            text.push_str(if text.is_empty() { "" } else { "; " });
            field.push_line(&mut text);
        }
        text
    }

    fn lines(&self) -> Vec<String> {
        let line = |field: &FieldView<'_>| {
            let mut line = String::new();
            field.push_line(&mut line);
            line
        };
        self.fields.iter().map(line).collect()
    }
}

impl FieldView<'_> {
    fn push_line(&self, text: &mut String) {
        let (from, to) = (self.from.unwrap_or("-"), self.to.unwrap_or("-"));
        [self.field, ": ", from, " → ", to].iter().for_each(|part| text.push_str(part));
    }
}
