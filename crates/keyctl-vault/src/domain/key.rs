//! The key record: who may do what, until when. Its id never changes; its tokens are its
//! generations.

use std::collections::BTreeMap;
use std::fmt::Display;

use keyctl_verify::{
    Brand, Environment, IpBlock, KeyId, Kind, PathPattern, Prefix, PublicId, RateLimit, ScopeSet,
    Standing, Status, Tenure, Timestamp, TokenDigest,
};

use smol_str::ToSmolStr;

use super::{Customer, LabelKey, LabelValue, Lifetime, Name, Note, Owner, Project, Reason};

/// The most scopes, paths, address blocks, customers or labels of a key, each.
pub const MAX_ITEMS: usize = 256;
/// The most generations that are kept. Older ones are forgotten by the next rotation, and their
/// tokens become unknown instead of superseded.
pub const MAX_GENERATIONS: usize = 100;
/// The most bytes that everything a bundle says about a key may take, as [`Key::grant_size`]
/// counts them, so that a key can always be exported (`docs/vault-format.md`, section 7).
pub const GRANT_BUDGET: usize = 3_800;

/// A key, as the vault stores it.
#[derive(Clone, Debug)]
pub struct Key {
    /// Never changes.
    pub id: KeyId,
    /// How many keys the vault had made before this one: orders keys of the same second.
    pub order: u64,
    /// Fixed. Only a personal key may be without one.
    pub project: Option<Project>,
    /// Fixed.
    pub environment: Environment,
    /// Fixed.
    pub kind: Kind,
    /// Fixed.
    pub owner: Option<Owner>,
    /// Good, disabled or revoked.
    pub standing: Standing,
    /// Before this the key is pending.
    pub not_before: Option<Timestamp>,
    /// From this on the key is expired.
    pub expires_at: Option<Timestamp>,
    /// The length of time that `expires_at` was given as; rotation starts it anew.
    pub lifetime: Option<Lifetime>,
    /// Unique among the live keys of the project.
    pub name: Name,
    /// When it was made.
    pub created_at: Timestamp,
    /// When anything of it but its use last changed.
    pub updated_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// Why it was revoked.
    pub revoke_reason: Option<Reason>,
    /// What it may do, before its owner's ceiling.
    pub scopes: ScopeSet,
    /// The paths it is limited to; none means no limit.
    pub paths: Vec<PathPattern>,
    /// The addresses it is limited to; none means no limit.
    pub ips: Vec<IpBlock>,
    /// The customers it is limited to; none means no limit.
    pub customers: Vec<Customer>,
    /// How often it may be used.
    pub rate_limit: Option<RateLimit>,
    /// Names and values for people and filters.
    pub labels: BTreeMap<LabelKey, LabelValue>,
    /// A note for people.
    pub note: Option<Note>,
    /// Whether its token can be shown again.
    pub recoverable: bool,
    /// The number of the generation that is current.
    pub generation: u32,
    /// The number that the next generation gets; numbers are never used again.
    pub next_generation: u32,
    /// Every generation that is remembered, in order of their numbers.
    pub generations: Vec<Generation>,
}

/// One token of a key.
#[derive(Clone, Debug)]
pub struct Generation {
    /// Its number, from 1.
    pub n: u32,
    /// The public part of its token.
    pub public_id: PublicId,
    /// The digest of its token (`docs/token-format.md`).
    pub digest: TokenDigest,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends or ended; `None` for the current one.
    pub valid_until: Option<Timestamp>,
    /// When a token of it was last seen to be valid, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// What the key's expiry was when this generation was replaced with a grace, until that has
    /// been ended: what cancelling the rotation goes back to.
    pub(crate) replaced: Option<Replaced>,
    /// The token itself, sealed for administrators, when the key is recoverable.
    pub(crate) sealed_token: Option<Vec<u8>>,
}

impl Generation {
    /// What it is where `current` is the number of the current one. A rotation without a grace, or one
    /// whose grace was ended, has ended the old generation for good, whatever a clock says.
    pub(super) fn tenure(&self, current: u32) -> Tenure {
        if self.n == current {
            Tenure::Current
        } else if self.replaced.is_some() {
            Tenure::InGrace
        } else {
            Tenure::Ended
        }
    }
}

/// The expiry that a key had before a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Replaced {
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) lifetime: Option<Lifetime>,
}

impl Key {
    /// What the key is at `now`; derived, never stored.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> Status {
        Status::derive(self.standing, self.not_before, self.expires_at, now)
    }

    /// Neither revoked nor deleted: a live key keeps its name.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.standing != Standing::Revoked
    }

    /// The current generation.
    #[must_use]
    pub fn current(&self) -> &Generation {
        self.generation(self.generation).expect("a key always has its current generation")
    }

    /// The generation with that number.
    #[must_use]
    pub fn generation(&self, n: u32) -> Option<&Generation> {
        self.generations.iter().find(|g| g.n == n)
    }

    pub(crate) fn generation_mut(&mut self, n: u32) -> Option<&mut Generation> {
        self.generations.iter_mut().find(|g| g.n == n)
    }

    /// The generation that a rotation replaced and that is still valid at `now`.
    #[must_use]
    pub fn in_grace(&self, now: Timestamp) -> Option<&Generation> {
        self.replaced().filter(|g| g.valid_until.is_some_and(|end| now < end))
    }

    /// The generation that a rotation replaced with a grace, which may have run out, but which no
    /// change has ended: by a clock that is set back it would go on.
    pub(crate) fn replaced(&self) -> Option<&Generation> {
        self.generations.iter().find(|g| g.replaced.is_some())
    }

    /// Ends a grace that has run out for good, whatever a clock says later.
    pub(crate) fn close_grace(&mut self, now: Timestamp) {
        for generation in &mut self.generations {
            if generation.valid_until.is_some_and(|end| now >= end) {
                generation.replaced = None;
            }
        }
    }

    /// A token that has ended for good is of no use to anybody, and not kept.
    pub(crate) fn forget_ended_tokens(&mut self) {
        let live = self.is_live();
        let ended: Vec<bool> = self
            .generations
            .iter()
            .map(|g| !live || g.tenure(self.generation) == Tenure::Ended)
            .collect();
        for (generation, ended) in self.generations.iter_mut().zip(ended) {
            if ended {
                generation.sealed_token = None;
            }
        }
    }

    /// When the key was last seen to be valid, over all its generations.
    #[must_use]
    pub fn last_used_at(&self) -> Option<Timestamp> {
        self.generations.iter().filter_map(|g| g.last_used_at).max()
    }

    /// Takes over later uses of the same generations from another state of the key.
    pub fn take_uses(&mut self, other: &Key) {
        for generation in &mut self.generations {
            let seen = other.generation(generation.n).and_then(|g| g.last_used_at);
            generation.last_used_at = generation.last_used_at.max(seen);
        }
    }

    /// The public start of the tokens of `generation`.
    #[must_use]
    pub fn prefix(&self, brand: &Brand, generation: &Generation) -> Prefix {
        Prefix::new(brand.clone(), self.environment, generation.public_id)
    }

    /// An upper bound of the bytes that a bundle needs for what it says of one generation: each
    /// text with three bytes of length, and 256 for everything of fixed size.
    #[must_use]
    pub fn grant_size(&self) -> usize {
        fn size<T: Display>(items: impl IntoIterator<Item = T>) -> usize {
            items.into_iter().map(|item| item.to_smolstr().len() + 3).sum()
        }
        let labels: usize =
            self.labels.iter().map(|(k, v)| k.as_str().len() + v.as_str().len() + 6).sum();
        256 + size(self.project.iter())
            + size(self.owner.iter())
            + size(self.scopes.iter())
            + size(self.paths.iter())
            + size(self.ips.iter())
            + size(self.customers.iter())
            + labels
    }
}
