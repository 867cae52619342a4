//! What a list or a bulk command is narrowed by. All parts must fit.

use keyctl_verify::{Environment, Kind, Scope, Status, Timestamp};

use crate::domain::{Ceilings, Key, LabelKey, LabelValue, Lifetime, Owner, Project};

/// A label that a key must have, with any value or with this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelFilter {
    /// Its name.
    pub key: LabelKey,
    /// Its value.
    pub value: Option<LabelValue>,
}

/// What keys must be to be chosen; the empty filter chooses all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this project.
    pub project: Option<Project>,
    /// Of this environment.
    pub environment: Option<Environment>,
    /// Of this owner.
    pub owner: Option<Owner>,
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Of one of these; empty for any.
    pub statuses: Vec<Status>,
    /// Allowed to do this.
    pub scope: Option<Scope>,
    /// With all of these.
    pub labels: Vec<LabelFilter>,
    /// Not seen to be valid for this long; a key that never was counts from its creation.
    pub unused_for: Option<Lifetime>,
    /// Not expired, but going to be within this time.
    pub expiring_within: Option<Lifetime>,
}

impl Filter {
    /// True when a key is chosen, going by its own scopes.
    #[must_use]
    pub fn matches(&self, key: &Key, now: Timestamp) -> bool {
        self.scope.as_ref().is_none_or(|scope| key.scopes.grants(scope)) && self.fits(key, now)
    }

    /// True when a key is chosen, going by what its owner's ceiling leaves of its scopes.
    #[must_use]
    pub fn matches_effectively(&self, key: &Key, ceilings: &Ceilings, now: Timestamp) -> bool {
        let allows = |scope| ceilings.effective(key).grants(scope);
        self.fits(key, now) && self.scope.as_ref().is_none_or(allows)
    }

    /// Everything but the scope.
    fn fits(&self, key: &Key, now: Timestamp) -> bool {
        let fits = |label: &LabelFilter| {
            let own = key.labels.get(&label.key);
            own.is_some_and(|own| label.value.as_ref().is_none_or(|value| value == own))
        };
        self.project.as_ref().is_none_or(|project| key.project.as_ref() == Some(project))
            && self.environment.is_none_or(|environment| key.environment == environment)
            && self.owner.as_ref().is_none_or(|owner| key.owner.as_ref() == Some(owner))
            && self.kind.is_none_or(|kind| key.kind == kind)
            && (self.statuses.is_empty() || self.statuses.contains(&key.status(now)))
            && self.labels.iter().all(fits)
            && self.unused_for.is_none_or(|time| is_unused(key, time, now))
            && self.expiring_within.is_none_or(|time| is_expiring(key, time, now))
    }
}

fn is_unused(key: &Key, time: Lifetime, now: Timestamp) -> bool {
    let last = key.last_used_at().unwrap_or(key.created_at);
    last.seconds_until(now) >= time.seconds()
}

fn is_expiring(key: &Key, time: Lifetime, now: Timestamp) -> bool {
    let ends = key.expires_at.is_some_and(|end| now < end && end <= time.after(now));
    ends && key.is_live()
}
