//! What a list or a bulk command is narrowed by. All parts must fit.

use keyctl_verify::{Environment, Kind, Scope, Standing, Status, Timestamp};

use crate::domain::{Ceilings, Key, LabelKey, LabelValue, Lifetime, Outline, Owner, Project};

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

    /// True when the rest of a key may fit, going by its outline.
    #[must_use]
    pub fn may_match(&self, outline: &Outline<'_>, now: Timestamp) -> bool {
        let is = |wanted: Option<&str>, own| wanted.is_none_or(|wanted| own == Some(wanted));
        is(self.project.as_ref().map(Project::as_str), outline.project)
            && self.environment.is_none_or(|environment| outline.environment == environment)
            && is(self.owner.as_ref().map(Owner::as_str), outline.owner)
            && self.kind.is_none_or(|kind| outline.kind == kind)
            && (self.statuses.is_empty() || self.statuses.contains(&outline.status(now)))
            && self.expiring_within.is_none_or(|time| is_expiring(outline, time, now))
    }

    /// True when an outline tells all that is asked for.
    #[must_use]
    pub fn needs_outline_only(&self) -> bool {
        self.scope.is_none() && self.labels.is_empty() && self.unused_for.is_none()
    }

    /// Everything but the scope.
    fn fits(&self, key: &Key, now: Timestamp) -> bool {
        let fits = |label: &LabelFilter| {
            let own = key.labels.get(&label.key);
            own.is_some_and(|own| label.value.as_ref().is_none_or(|value| value == own))
        };
        self.may_match(&key.outline(), now)
            && self.labels.iter().all(fits)
            && self.unused_for.is_none_or(|time| is_unused(key, time, now))
    }
}

fn is_unused(key: &Key, time: Lifetime, now: Timestamp) -> bool {
    let last = key.last_used_at().unwrap_or(key.created_at);
    last.seconds_until(now) >= time.seconds()
}

fn is_expiring(outline: &Outline<'_>, time: Lifetime, now: Timestamp) -> bool {
    let ends = outline.expires_at.is_some_and(|end| now < end && end <= time.after(now));
    ends && outline.standing != Standing::Revoked
}
