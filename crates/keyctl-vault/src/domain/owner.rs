//! Registered owners (`docs/vault-format.md`, section 7): whom keys act for, and how far any key of
//! theirs can reach.

use std::collections::BTreeMap;

use keyctl_verify::cbor::{Malformed, Reader, Writer};
use keyctl_verify::{KeyId, Scope, ScopeSet, Timestamp};

use super::{Key, Owner};

/// An owner who was registered. One who never was has no record, and no ceiling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerRecord {
    /// Who.
    pub name: Owner,
    /// What keys of theirs can do at most.
    pub ceiling: ScopeSet,
    /// When they were registered.
    pub created_at: Timestamp,
    /// When the ceiling last changed.
    pub updated_at: Timestamp,
    /// The key that was made for them when they were registered.
    pub personal_key: KeyId,
}

const FIELDS: usize = 5;

impl OwnerRecord {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut w = Writer::default();
        w.array(FIELDS)
            .text(self.name.as_str())
            .list(self.ceiling.iter(), |w, scope| {
                w.text(scope.as_str());
            })
            .uint(self.created_at.unix().unsigned_abs())
            .uint(self.updated_at.unix().unsigned_abs())
            .text(&self.personal_key.to_string());
        w.into_bytes()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut r = Reader::new(bytes);
        r.array(FIELDS)?;
        let owner = OwnerRecord {
            name: r.parsed(Owner::from_stored)?,
            ceiling: r.list(|r| r.parsed(|text| Scope::parse(text).ok()))?,
            created_at: read_time(&mut r)?,
            updated_at: read_time(&mut r)?,
            personal_key: r.parsed(KeyId::parse)?,
        };
        r.end()?;
        Ok(owner)
    }
}

fn read_time(r: &mut Reader<'_>) -> Result<Timestamp, Malformed> {
    i64::try_from(r.uint()?).ok().and_then(Timestamp::from_unix).ok_or(Malformed)
}

/// The ceilings of all registered owners.
#[derive(Clone, Debug, Default)]
pub struct Ceilings(BTreeMap<Owner, ScopeSet>);

impl Ceilings {
    /// True for a registered owner.
    #[must_use]
    pub fn has(&self, owner: &Owner) -> bool {
        self.0.contains_key(owner)
    }

    /// What a key may do: its scopes, as far as its owner's ceiling allows.
    #[must_use]
    pub fn effective(&self, key: &Key) -> ScopeSet {
        self.within(key.owner.as_ref().map(Owner::as_str), key.scopes.clone())
    }

    /// What such scopes of a key of that owner come to.
    pub(crate) fn within(&self, owner: Option<&str>, scopes: ScopeSet) -> ScopeSet {
        match owner.and_then(|owner| self.0.get(owner)) {
            Some(ceiling) => scopes.intersect(ceiling),
            None => scopes,
        }
    }
}

impl FromIterator<OwnerRecord> for Ceilings {
    fn from_iter<I: IntoIterator<Item = OwnerRecord>>(owners: I) -> Self {
        Ceilings(owners.into_iter().map(|owner| (owner.name, owner.ceiling)).collect())
    }
}
