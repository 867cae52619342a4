//! The encoding of the audit log's entries (`docs/vault-format.md`, section 8).

use keyctl_verify::Timestamp;
use keyctl_verify::cbor::{Malformed, Reader, Writer};
use smol_str::SmolStr;

use super::audit::{Author, Change, Entry, FieldChange, Subject, Verb};

const ENTRY_FIELDS: usize = 10;
/// What most entries take besides their changes, and most changes, in bytes.
const ENTRY_LEN: usize = 256;
const CHANGE_LEN: usize = 256;
const CHANGE_FIELDS: usize = 6;

/// The changes of an entry that is in the making, as the entry will have them.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Each as it came. Memory that another thread has asked for is not given back in between, because
    /// it would have to be waited for.
    encoded: Vec<Vec<u8>>,
    len: usize,
}

impl Changes {
    /// Adds a change.
    pub(crate) fn note(&mut self, change: &Change) {
        self.note_encoded(change.encode());
    }

    /// Adds what [`Change::encode`] has made of a change.
    pub(crate) fn note_encoded(&mut self, change: Vec<u8>) {
        self.len += change.len();
        self.encoded.push(change);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.encoded.is_empty()
    }

    /// In bytes.
    pub(crate) fn len(&self) -> usize {
        self.len
    }
}

impl Change {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut w = Writer::with_capacity(CHANGE_LEN);
        write_change(&mut w, self);
        w.into_bytes()
    }
}

impl Entry {
    /// The generation of an entry and the one that it follows, without reading more of it than that
    /// takes: an entry may say what became of 100,000 keys.
    pub(crate) fn place(bytes: &[u8]) -> Result<(u64, u64), Malformed> {
        let mut r = Reader::new(bytes);
        r.array(ENTRY_FIELDS)?;
        let (generation, verb) = (r.uint()?, r.text()?);
        if verb == Verb::Restore.as_str() {
            return Ok((generation, Entry::decode(bytes)?.follows()));
        }
        Ok((generation, generation.saturating_sub(1)))
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut changes = Changes::default();
        self.changes.iter().for_each(|change| changes.note(change));
        self.encode_with(&changes)
    }

    /// The entry with these changes instead of its own.
    pub(crate) fn encode_with(&self, changes: &Changes) -> Vec<u8> {
        let mut w = Writer::with_capacity(changes.len + ENTRY_LEN);
        w.array(ENTRY_FIELDS)
            .uint(self.generation)
            .text(&self.verb)
            .uint(self.author.now.unix().unsigned_abs())
            .text(&self.author.actor)
            .text(&self.author.host)
            .text(&self.slot)
            .array(changes.encoded.len());
        for change in &changes.encoded {
            w.encoded(change);
        }
        w.uint(self.uses).bytes(&self.random).bytes(&self.previous_head);
        w.into_bytes()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        Entry::read(bytes, |r| {
            // A few bytes that say that there are many are not believed.
            let mut changes = Vec::with_capacity(r.rest().len() / CHANGE_LEN);
            r.each(|r| {
                changes.push(read_change(r)?);
                Ok(())
            })?;
            Ok(changes)
        })
    }

    /// Reads an entry without keeping what it says; its generation.
    pub(crate) fn check(bytes: &[u8]) -> Result<u64, Malformed> {
        let entry = Entry::read(bytes, |r| {
            r.each(|r| visit_change(r, |_| ()).map(drop))?;
            Ok(Vec::new())
        });
        entry.map(|entry| entry.generation)
    }

    fn read<'b>(
        bytes: &'b [u8],
        changes: impl FnOnce(&mut Reader<'b>) -> Result<Vec<Change>, Malformed>,
    ) -> Result<Self, Malformed> {
        let mut r = Reader::new(bytes);
        r.array(ENTRY_FIELDS)?;
        let generation = r.uint()?;
        let verb = r.text()?.to_owned();
        let now = i64::try_from(r.uint()?).ok().and_then(Timestamp::from_unix).ok_or(Malformed)?;
        let author = Author { now, actor: r.text()?.to_owned(), host: r.text()?.to_owned() };
        let entry = Entry {
            generation,
            verb,
            author,
            slot: r.text()?.to_owned(),
            changes: changes(&mut r)?,
            uses: r.uint()?,
            random: r.fixed()?,
            previous_head: r.fixed()?,
        };
        r.end()?;
        Ok(entry)
    }
}

fn write_change(w: &mut Writer, change: &Change) {
    let subject = &change.subject;
    w.array(CHANGE_FIELDS)
        .text(&subject.kind)
        .option_text(subject.id.as_deref())
        .option_text(subject.project.as_deref())
        .option_text(subject.name.as_deref())
        .list(change.fields.iter(), |w, field| {
            w.array(3)
                .text(&field.field)
                .option_text(field.from.as_deref())
                .option_text(field.to.as_deref());
        })
        .option_text(subject.owner.as_deref());
}

/// A subject whose texts are part of the entry.
struct SubjectText<'b> {
    kind: &'b str,
    id: Option<&'b str>,
    project: Option<&'b str>,
    name: Option<&'b str>,
    owner: Option<&'b str>,
}

/// A change of a field, whose texts are part of the entry.
struct FieldText<'b> {
    field: &'b str,
    from: Option<&'b str>,
    to: Option<&'b str>,
}

fn read_change(r: &mut Reader<'_>) -> Result<Change, Malformed> {
    let mut fields = Vec::new();
    let subject = visit_change(r, |change| {
        let FieldText { field, from, to } = change;
        fields.push(FieldChange::new(field, from, to));
    })?;
    let own = |text: Option<&str>| text.map(SmolStr::from);
    let SubjectText { kind, id, project, name, owner } = subject;
    let (id, project, name, owner) = (own(id), own(project), own(name), own(owner));
    Ok(Change { subject: Subject { kind: kind.into(), id, project, name, owner }, fields })
}

/// Reads a change, of which `field` is shown each field; to what it was made.
fn visit_change<'b>(
    r: &mut Reader<'b>,
    mut field: impl FnMut(FieldText<'b>),
) -> Result<SubjectText<'b>, Malformed> {
    // The first entries of a vault may be from before owners were noted.
    let len = r.array_of(&[CHANGE_FIELDS - 1, CHANGE_FIELDS])?;
    let (kind, id, project, name) =
        (r.text()?, r.option(Reader::text)?, r.option(Reader::text)?, r.option(Reader::text)?);
    r.each(|r| {
        r.array(3)?;
        field(FieldText {
            field: r.text()?,
            from: r.option(Reader::text)?,
            to: r.option(Reader::text)?,
        });
        Ok(())
    })?;
    let owner = if len == CHANGE_FIELDS { r.option(Reader::text)? } else { None };
    Ok(SubjectText { kind, id, project, name, owner })
}
