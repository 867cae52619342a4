//! The audit log's entries: who did what to which key, when. Exactly one for each generation of
//! the vault.

use std::fmt;

use keyctl_verify::Timestamp;
use keyctl_verify::cbor::{Malformed, Reader, Writer};
use smol_str::SmolStr;

use super::{Key, Name, Owner};

/// Who makes a change, as they claim, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The login name.
    pub actor: String,
    /// The name of the machine.
    pub host: String,
    /// The time, once for the whole change.
    pub now: Timestamp,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// The vault was made.
    Init,
    /// Keys were made.
    Create,
    /// Keys were edited.
    Edit,
    /// Scopes were edited.
    Scope,
    /// A key got a new generation, or a rotation was finished or cancelled.
    Rotate,
    /// Keys were revoked.
    Revoke,
    /// Keys were disabled.
    Disable,
    /// Keys were enabled.
    Enable,
    /// Keys were deleted.
    Delete,
    /// Receipts were folded into last-used.
    Usage,
    /// A slot was added.
    SlotAdd,
    /// A slot was removed.
    SlotRemove,
    /// A passphrase was changed.
    Passphrase,
    /// The key that signs bundles was changed.
    BundleKey,
    /// A token was shown again.
    Reveal,
    /// The policy was changed.
    Policy,
    /// An owner was registered.
    OwnerAdd,
    /// An owner's ceiling was changed.
    OwnerEdit,
    /// An owner was removed, and their keys revoked.
    OwnerRemove,
    /// Everything was sealed under new keys.
    Rekey,
    /// A backup was put back.
    Restore,
    /// Everything was sealed for a copy.
    Export,
    /// Records of another vault or product were taken in.
    Import,
    /// Keys were revoked because they are known to others, and replaced.
    Compromised,
}

impl Verb {
    /// Every verb.
    pub const ALL: [Verb; 24] = [
        Verb::Init,
        Verb::Create,
        Verb::Edit,
        Verb::Scope,
        Verb::Rotate,
        Verb::Revoke,
        Verb::Disable,
        Verb::Enable,
        Verb::Delete,
        Verb::Usage,
        Verb::SlotAdd,
        Verb::SlotRemove,
        Verb::Passphrase,
        Verb::BundleKey,
        Verb::Reveal,
        Verb::Policy,
        Verb::OwnerAdd,
        Verb::OwnerEdit,
        Verb::OwnerRemove,
        Verb::Rekey,
        Verb::Restore,
        Verb::Export,
        Verb::Import,
        Verb::Compromised,
    ];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Verb::Init => "init",
            Verb::Create => "create",
            Verb::Edit => "edit",
            Verb::Scope => "scope",
            Verb::Rotate => "rotate",
            Verb::Revoke => "revoke",
            Verb::Disable => "disable",
            Verb::Enable => "enable",
            Verb::Delete => "delete",
            Verb::Usage => "usage",
            Verb::SlotAdd => "slot-add",
            Verb::SlotRemove => "slot-remove",
            Verb::Passphrase => "passphrase",
            Verb::BundleKey => "bundle-key",
            Verb::Reveal => "reveal",
            Verb::Policy => "policy",
            Verb::OwnerAdd => "owner-add",
            Verb::OwnerEdit => "owner-edit",
            Verb::OwnerRemove => "owner-remove",
            Verb::Rekey => "rekey",
            Verb::Restore => "restore",
            Verb::Export => "export",
            Verb::Import => "import",
            Verb::Compromised => "compromised",
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a change was made to. The kind is a word (`key`, `slot`, `owner`, `vault`), so that the log of a
/// later version can still be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// `key`, `slot`, `owner` or `vault`.
    pub kind: SmolStr,
    /// The id of a key.
    pub id: Option<SmolStr>,
    /// The project of a key, if it has one.
    pub project: Option<SmolStr>,
    /// The name of a key (after the change), of a slot or of an owner.
    pub name: Option<SmolStr>,
    /// Whom a key acts for.
    pub owner: Option<SmolStr>,
}

impl Subject {
    /// A key.
    #[must_use]
    pub fn key(key: &Key) -> Self {
        Subject {
            kind: "key".into(),
            id: Some(key.id.as_str().into()),
            project: key.project.as_ref().map(|project| project.as_str().into()),
            name: Some(key.name.as_str().into()),
            owner: key.owner.as_ref().map(|owner| owner.as_str().into()),
        }
    }

    /// A slot.
    #[must_use]
    pub fn slot(name: &Name) -> Self {
        Subject::other("slot", Some(name.as_str().into()))
    }

    /// A registered owner.
    #[must_use]
    pub fn owner(name: &Owner) -> Self {
        Subject::other("owner", Some(name.as_str().into()))
    }

    /// The vault itself.
    #[must_use]
    pub fn vault() -> Self {
        Subject::other("vault", None)
    }

    fn other(kind: &str, name: Option<SmolStr>) -> Self {
        Subject { kind: kind.into(), id: None, project: None, name, owner: None }
    }
}

/// One field, before and after, as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// The field, as the contract names it.
    pub field: SmolStr,
    /// Before; `None` when there was nothing.
    pub from: Option<SmolStr>,
    /// After; `None` when there is nothing.
    pub to: Option<SmolStr>,
}

impl FieldChange {
    /// A change of `field`.
    #[must_use]
    pub fn new<T: Into<SmolStr>>(field: &str, from: Option<T>, to: Option<T>) -> Self {
        FieldChange { field: field.into(), from: from.map(T::into), to: to.map(T::into) }
    }
}

/// Everything that one generation changed on one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What was changed.
    pub subject: Subject,
    /// What of it.
    pub fields: Vec<FieldChange>,
}

impl Change {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut w = Writer::with_capacity(CHANGE_LEN);
        write_change(&mut w, self);
        w.into_bytes()
    }
}

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The generation that it made.
    pub generation: u64,
    /// What was done: the word of a [`Verb`], or of one that a later version adds.
    pub verb: String,
    /// Who, where and when, as they claimed.
    pub author: Author,
    /// The name of the slot that was used.
    pub slot: String,
    /// To what, from what, to what.
    pub changes: Vec<Change>,
    /// How many keys got a later last-used from receipts.
    pub uses: u64,
    /// 16 random bytes, so that no two heads can be alike.
    pub(crate) random: [u8; 16],
    /// SHA-256 of the signed head that this generation replaced; zero for the first.
    pub(crate) previous_head: [u8; 32],
}

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

const ENTRY_FIELDS: usize = 10;
/// What most entries take besides their changes, and most changes, in bytes.
const ENTRY_LEN: usize = 256;
const CHANGE_LEN: usize = 256;
const CHANGE_FIELDS: usize = 6;
/// The field of the vault that a restored backup changes.
const GENERATION_FIELD: &str = "generation";

impl Entry {
    /// The generation that this one follows: the one before it, unless a backup was put back, whose
    /// own generation it then was.
    pub(crate) fn follows(&self) -> u64 {
        let restored = self.changes.iter().filter(|change| change.subject == Subject::vault());
        let fields = restored.flat_map(|change| &change.fields);
        let from = fields
            .filter(|field| self.verb == Verb::Restore.as_str() && field.field == GENERATION_FIELD)
            .find_map(|field| field.from.as_ref()?.parse().ok());
        from.unwrap_or(self.generation.saturating_sub(1))
    }

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

    /// What says that the vault went on from generation `from` of a backup.
    pub(crate) fn restored(from: u64, to: u64) -> Change {
        let field =
            FieldChange::new(GENERATION_FIELD, Some(from.to_string()), Some(to.to_string()));
        Change { subject: Subject::vault(), fields: vec![field] }
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
