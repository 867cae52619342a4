//! The record of a key as a scan has it: bytes of which the first fields, or all of them, are read without
//! copying anything, so that keys that are not wanted cost little, and those that are shown not much more.

use std::ops::Range;

use keyctl_verify::cbor::{Items, Malformed, Reader};
use keyctl_verify::{Environment, KeyId, Kind, PublicId, RateLimit, Standing, Status, Timestamp};

use super::record::read_outline;
use super::{Generation, Key, Owner, Project};

/// What most filters and orders look at: the first fields of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outline<'r> {
    /// As [`Key::project`].
    pub project: Option<&'r str>,
    /// As [`Key::environment`].
    pub environment: Environment,
    /// As [`Key::kind`].
    pub kind: Kind,
    /// As [`Key::owner`].
    pub owner: Option<&'r str>,
    /// As [`Key::standing`].
    pub standing: Standing,
    /// As [`Key::not_before`].
    pub not_before: Option<Timestamp>,
    /// As [`Key::expires_at`].
    pub expires_at: Option<Timestamp>,
    /// As [`Key::name`].
    pub name: &'r str,
    /// As [`Key::created_at`].
    pub created_at: Timestamp,
    /// As [`Key::order`].
    pub order: u64,
}

impl Outline<'_> {
    /// As [`Key::status`].
    #[must_use]
    pub fn status(&self, now: Timestamp) -> Status {
        Status::derive(self.standing, self.not_before, self.expires_at, now)
    }
}

impl Key {
    /// Its outline.
    #[must_use]
    pub fn outline(&self) -> Outline<'_> {
        Outline {
            project: self.project.as_ref().map(Project::as_str),
            environment: self.environment,
            kind: self.kind,
            owner: self.owner.as_ref().map(Owner::as_str),
            standing: self.standing,
            not_before: self.not_before,
            expires_at: self.expires_at,
            name: self.name.as_str(),
            created_at: self.created_at,
            order: self.order,
        }
    }

    /// Gives all its fields, as its record has them.
    ///
    /// # Panics
    /// Without its current generation, which every key has.
    pub fn with_fields<T>(&self, take: impl FnOnce(&KeyFields<'_>) -> T) -> T {
        take(&KeyFields::read(&self.encode(), drop).expect("what was just written can be read"))
    }
}

/// All fields of a record, as it has them: what people said as texts that are no more than texts, and lists
/// that are read again by whoever wants them. What each says, [`Key`] tells.
#[derive(Clone, Debug)]
pub struct KeyFields<'r> {
    /// As [`Key::id`].
    pub id: KeyId,
    /// The first fields.
    pub outline: Outline<'r>,
    /// As [`Key::labels`], in the order of their names.
    pub labels: Items<'r, (&'r str, &'r str)>,
    /// As [`Key::scopes`], in order.
    pub scopes: Items<'r, &'r str>,
    /// As [`Key::updated_at`].
    pub updated_at: Timestamp,
    /// As [`Key::revoked_at`].
    pub revoked_at: Option<Timestamp>,
    /// As [`Key::revoke_reason`].
    pub revoke_reason: Option<&'r str>,
    pub(super) lifetime: Option<&'r str>,
    /// As [`Key::paths`].
    pub paths: Items<'r, &'r str>,
    /// As [`Key::ips`].
    pub ips: Items<'r, &'r str>,
    /// As [`Key::customers`].
    pub customers: Items<'r, &'r str>,
    /// As [`Key::rate_limit`].
    pub rate_limit: Option<RateLimit>,
    /// As [`Key::note`].
    pub note: Option<&'r str>,
    /// As [`Key::recoverable`].
    pub recoverable: bool,
    /// As [`Key::generation`].
    pub generation: u32,
    pub(super) next_generation: u32,
    /// As [`Key::generations`].
    pub generations: Items<'r, Generation>,
    /// The public id of the current one.
    pub current: PublicId,
    /// As [`Key::last_used_at`].
    pub last_used_at: Option<Timestamp>,
}

/// The record of a key, verified and not yet read.
#[derive(Clone, Copy, Debug)]
pub struct KeyRecord<'r>(&'r [u8]);

impl<'r> KeyRecord<'r> {
    pub(crate) fn new(bytes: &'r [u8]) -> Self {
        KeyRecord(bytes)
    }

    /// Its first fields.
    ///
    /// # Errors
    /// When they are not what keyctl writes; what comes after them is not looked at.
    pub fn outline(self) -> Result<Outline<'r>, Malformed> {
        read_outline(&mut Reader::new(self.0)).map(|(_, outline)| outline)
    }

    /// All of its fields.
    ///
    /// # Errors
    /// When they are not of the kinds that keyctl writes.
    pub fn fields(self) -> Result<KeyFields<'r>, Malformed> {
        self.fields_with(drop)
    }

    /// All of its fields, and each generation shown to `see`.
    ///
    /// # Errors
    /// As [`KeyRecord::fields`].
    pub fn fields_with(self, see: impl FnMut(Generation)) -> Result<KeyFields<'r>, Malformed> {
        KeyFields::read(self.0, see)
    }

    /// The key.
    ///
    /// # Errors
    /// When it is not what keyctl writes.
    pub fn key(self) -> Result<Key, Malformed> {
        Key::decode(self.0)
    }
}

/// Records that are kept, in one piece of memory.
#[derive(Clone, Debug, Default)]
pub struct KeyRecords(Vec<u8>);

impl KeyRecords {
    /// Keeps a record; where it lies.
    ///
    /// # Panics
    /// When they take more than 4 GiB: a page has far less.
    pub fn push(&mut self, record: KeyRecord<'_>) -> Range<u32> {
        let end = |bytes: &Vec<u8>| u32::try_from(bytes.len()).expect("a page has less than 4 GiB");
        let begin = end(&self.0);
        self.0.extend_from_slice(record.0);
        begin..end(&self.0)
    }

    /// The record that lies there, as [`KeyRecords::push`] said.
    ///
    /// # Panics
    /// When nothing lies there.
    #[must_use]
    pub fn get(&self, place: &Range<u32>) -> KeyRecord<'_> {
        KeyRecord(&self.0[place.start as usize..place.end as usize])
    }

    /// Gives back memory that is not used.
    pub fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }
}
