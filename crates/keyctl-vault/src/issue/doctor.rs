//! What is wrong with keys: not with the vault, which is `check`, but with what the keys may do, for
//! how long, and whether anybody still uses them.
//!
//! Only keys that can still let somebody in are judged: a revoked or expired one is no danger. What
//! a key *is* (its scopes, its owner, its expiry) counts for disabled and pending keys too, because
//! they come to life without being looked at again; what becomes of it with time counts for active
//! ones only.

use std::fmt;
use std::str::FromStr;

use keyctl_verify::{KeyId, Kind, Scope, ScopeSet, Status, Timestamp};

use crate::domain::{Ceilings, Generation, Key, Lifetime, Owner, OwnerRecord, Policy};

const DAY: u64 = 86_400;
/// A key that was never used is found after this many seconds, or sooner when shorter times without
/// use are asked for: whoever gets a new token has a month to put it in its place.
const TIME_TO_BEGIN: u64 = 30 * DAY;
/// A key that ends within this many seconds ends soon, as `EXPIRES_SOON` of a verdict says.
const SOON: u64 = 14 * DAY;

/// What is looked for, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// The key can do everything.
    FullAccess,
    /// Nobody answers for the key.
    NoOwner,
    /// The key has no expiry.
    NeverExpires,
    /// A token that was rotated away still works.
    GraceOpen,
    /// Most of the token's life is over.
    RotationOverdue,
    /// The key ends soon.
    ExpiringSoon,
    /// The key was used, but not lately.
    Unused,
    /// The key was not used at all.
    NeverUsed,
    /// The key can do nothing.
    EmptyScopes,
}

impl Check {
    /// Every check, in the order of the findings of a key.
    pub const ALL: [Check; 9] = [
        Check::FullAccess,
        Check::NoOwner,
        Check::NeverExpires,
        Check::GraceOpen,
        Check::RotationOverdue,
        Check::ExpiringSoon,
        Check::Unused,
        Check::NeverUsed,
        Check::EmptyScopes,
    ];

    /// The code of a finding.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Check::FullAccess => "full_access",
            Check::NoOwner => "no_owner",
            Check::NeverExpires => "never_expires",
            Check::GraceOpen => "grace_open",
            Check::RotationOverdue => "rotation_overdue",
            Check::ExpiringSoon => "expiring_soon",
            Check::Unused => "unused",
            Check::NeverUsed => "never_used",
            Check::EmptyScopes => "empty_scopes",
        }
    }
}

impl FromStr for Check {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Check::ALL.into_iter().find(|check| check.as_str() == text).ok_or(())
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is wrong with a key, with what is needed to say and to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyFinding {
    /// It can do everything.
    FullAccess {
        /// The registered owner whose personal key it is: then the ceiling alone decides.
        personal: Option<Owner>,
    },
    /// Nobody answers for it.
    NoOwner {
        /// The owner who is not registered; `None` for a key without any.
        unregistered: Option<Owner>,
    },
    /// It has no expiry.
    NeverExpires,
    /// A token that was rotated away still works.
    GraceOpen {
        /// The generation of that token.
        generation: u32,
        /// Until when.
        until: Timestamp,
    },
    /// Two thirds of the time from the making of the token to the expiry are over.
    RotationOverdue {
        /// When the token was made.
        made: Timestamp,
        /// The expiry.
        ends: Timestamp,
    },
    /// It ends soon.
    ExpiringSoon {
        /// When.
        ends: Timestamp,
        /// Whether a rotation, which starts its lifetime anew, would mend that: not when the expiry
        /// was given as a date, or the whole lifetime is that short.
        renewable: bool,
    },
    /// It was last used long ago.
    Unused {
        /// When.
        last: Timestamp,
    },
    /// It was not used since it could be.
    NeverUsed {
        /// From when it could be.
        since: Timestamp,
    },
    /// It can do nothing.
    EmptyScopes {
        /// The owner whose ceiling leaves nothing of its scopes; `None` for a key without any.
        above: Option<Owner>,
    },
}

impl KeyFinding {
    /// What was looked for.
    #[must_use]
    pub fn check(&self) -> Check {
        match self {
            KeyFinding::FullAccess { .. } => Check::FullAccess,
            KeyFinding::NoOwner { .. } => Check::NoOwner,
            KeyFinding::NeverExpires => Check::NeverExpires,
            KeyFinding::GraceOpen { .. } => Check::GraceOpen,
            KeyFinding::RotationOverdue { .. } => Check::RotationOverdue,
            KeyFinding::ExpiringSoon { .. } => Check::ExpiringSoon,
            KeyFinding::Unused { .. } => Check::Unused,
            KeyFinding::NeverUsed { .. } => Check::NeverUsed,
            KeyFinding::EmptyScopes { .. } => Check::EmptyScopes,
        }
    }
}

/// A key with something wrong: no more of it than has to be said, so that a million fit into memory.
#[derive(Clone, Debug)]
pub struct Examined {
    /// Its id.
    pub id: KeyId,
    /// How many keys the vault had made before this one.
    pub order: u64,
    /// Its name.
    pub name: String,
    /// Its project.
    pub project: Option<String>,
    /// What is wrong, in the order of the checks; never nothing.
    pub findings: Box<[KeyFinding]>,
}

/// Judges keys by the owners and the policy of their vault.
#[derive(Debug)]
pub struct Doctor {
    checks: Vec<Check>,
    unused_for: u64,
    ceilings: Ceilings,
    wants_registered: bool,
}

impl Doctor {
    /// Looks for `checks`. A key is unused when it was not used for `unused_for`; one that was never
    /// used is found after 30 days, or after `unused_for` where that is shorter.
    #[must_use]
    pub fn new(
        mut checks: Vec<Check>,
        unused_for: Lifetime,
        owners: Vec<OwnerRecord>,
        policy: &Policy,
    ) -> Self {
        checks.sort_unstable();
        checks.dedup();
        // Where nobody is registered, and nobody has to be, a name is as good as another.
        let wants_registered = policy.require_owner || !owners.is_empty();
        let ceilings = owners.into_iter().collect();
        Doctor { checks, unused_for: unused_for.seconds(), ceilings, wants_registered }
    }

    /// The key, when something is wrong with it at `now`.
    #[must_use]
    pub fn examine(&self, key: &Key, now: Timestamp) -> Option<Examined> {
        let findings: Box<[KeyFinding]> = self.findings(key, now).into();
        (!findings.is_empty()).then(|| Examined {
            id: key.id,
            order: key.order,
            name: key.name.to_string(),
            project: key.project.as_ref().map(ToString::to_string),
            findings,
        })
    }

    /// Whether a key can still let somebody in, now or later: else there is nothing to judge.
    #[must_use]
    pub fn looks_at(key: &Key, now: Timestamp) -> bool {
        // A disabled key can have expired too, which its status does not say.
        key.is_live() && key.expires_at.is_none_or(|end| now < end)
    }

    fn findings(&self, key: &Key, now: Timestamp) -> Vec<KeyFinding> {
        if !Self::looks_at(key, now) {
            return Vec::new();
        }
        let is_active = key.status(now) == Status::Active;
        let effective = self.ceilings.effective(key);
        let found = self.checks.iter().filter_map(|check| match check {
            Check::FullAccess => self.full_access(key, &effective),
            Check::NoOwner => self.no_owner(key),
            Check::NeverExpires => key.expires_at.is_none().then_some(KeyFinding::NeverExpires),
            Check::EmptyScopes => empty_scopes(key, &effective),
            _ if !is_active => None,
            Check::GraceOpen => key.in_grace(now).and_then(grace_open),
            Check::RotationOverdue => rotation_overdue(key, now),
            Check::ExpiringSoon => expiring_soon(key, now),
            Check::Unused => self.unused(key, now),
            Check::NeverUsed => self.never_used(key, now),
        });
        found.collect()
    }

    fn full_access(&self, key: &Key, effective: &ScopeSet) -> Option<KeyFinding> {
        let is_personal = |owner: &Owner| key.kind == Kind::Personal && self.ceilings.has(owner);
        let personal = key.owner.clone().filter(is_personal);
        let is_full = effective.iter().any(Scope::is_full_access);
        is_full.then_some(KeyFinding::FullAccess { personal })
    }

    fn no_owner(&self, key: &Key) -> Option<KeyFinding> {
        match &key.owner {
            None => Some(KeyFinding::NoOwner { unregistered: None }),
            Some(owner) => {
                let is_stranger = self.wants_registered && !self.ceilings.has(owner);
                is_stranger.then(|| KeyFinding::NoOwner { unregistered: Some(owner.clone()) })
            }
        }
    }

    fn unused(&self, key: &Key, now: Timestamp) -> Option<KeyFinding> {
        let last = key.last_used_at()?;
        (last.seconds_until(now) >= self.unused_for).then_some(KeyFinding::Unused { last })
    }

    fn never_used(&self, key: &Key, now: Timestamp) -> Option<KeyFinding> {
        let since = key.created_at.max(key.not_before.unwrap_or(key.created_at));
        let is_late = since.seconds_until(now) >= self.unused_for.min(TIME_TO_BEGIN);
        (key.last_used_at().is_none() && is_late).then_some(KeyFinding::NeverUsed { since })
    }
}

fn empty_scopes(key: &Key, effective: &ScopeSet) -> Option<KeyFinding> {
    let above = key.owner.clone().filter(|_| !key.scopes.is_empty());
    effective.is_empty().then_some(KeyFinding::EmptyScopes { above })
}

fn grace_open(old: &Generation) -> Option<KeyFinding> {
    Some(KeyFinding::GraceOpen { generation: old.n, until: old.valid_until? })
}

fn rotation_overdue(key: &Key, now: Timestamp) -> Option<KeyFinding> {
    let (made, ends) = (key.current().created_at, key.expires_at?);
    let is_overdue = made.seconds_until(now) * 3 >= made.seconds_until(ends) * 2;
    is_overdue.then_some(KeyFinding::RotationOverdue { made, ends })
}

fn expiring_soon(key: &Key, now: Timestamp) -> Option<KeyFinding> {
    let ends = key.expires_at?;
    let renewable = key.lifetime.is_some_and(|lifetime| lifetime.seconds() > SOON);
    (now.seconds_until(ends) <= SOON).then_some(KeyFinding::ExpiringSoon { ends, renewable })
}

#[cfg(test)]
mod tests {
    use keyctl_verify::{Environment, PublicId, Standing, TokenDigest};

    use super::*;
    use crate::domain::{Name, Project, Replaced};

    const NOW: u64 = 1_800_000_000;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_unix(i64::try_from(seconds).unwrap()).unwrap()
    }

    fn days_ago(days: u64) -> Timestamp {
        at(NOW - days * DAY)
    }

    fn in_days(days: u64) -> Timestamp {
        at(NOW + days * DAY)
    }

    fn scopes(texts: &[&str]) -> ScopeSet {
        texts.iter().map(|text| Scope::parse(text).unwrap()).collect()
    }

    fn generation(n: u32, created_at: Timestamp) -> Generation {
        Generation {
            n,
            public_id: PublicId::parse("3fK9aQ1xZ0bT").unwrap(),
            digest: TokenDigest::from_bytes([0; 32]),
            created_at,
            valid_until: None,
            last_used_at: None,
            replaced: None,
            sealed_token: None,
        }
    }

    /// A key of ten days ago with nothing wrong: it ends in 40 days and was used yesterday.
    fn sound() -> Key {
        let mut key = Key {
            id: KeyId::parse("key_3fK9aQ1xZ0bT").unwrap(),
            order: 0,
            project: Some(Project::parse("shop").unwrap()),
            environment: Environment::Production,
            kind: Kind::General,
            owner: Some(Owner::parse("ada").unwrap()),
            standing: Standing::Good,
            not_before: None,
            expires_at: Some(in_days(40)),
            lifetime: None,
            name: Name::parse("bot").unwrap(),
            created_at: days_ago(10),
            updated_at: days_ago(10),
            revoked_at: None,
            revoke_reason: None,
            scopes: scopes(&["orders:read"]),
            paths: Vec::new(),
            ips: Vec::new(),
            customers: Vec::new(),
            rate_limit: None,
            labels: Default::default(),
            note: None,
            recoverable: false,
            generation: 1,
            next_generation: 2,
            generations: vec![generation(1, days_ago(10))],
        };
        key.generations[0].last_used_at = Some(days_ago(1));
        key
    }

    fn owner(name: &str, ceiling: &[&str]) -> OwnerRecord {
        OwnerRecord {
            name: Owner::parse(name).unwrap(),
            ceiling: scopes(ceiling),
            created_at: days_ago(10),
            updated_at: days_ago(10),
            personal_key: KeyId::parse("key_3fK9aQ1xZ0bT").unwrap(),
        }
    }

    fn doctor(owners: Vec<OwnerRecord>) -> Doctor {
        Doctor::new(Check::ALL.into(), "90d".parse().unwrap(), owners, &Policy::default())
    }

    fn found_by(doctor: &Doctor, key: &Key) -> Vec<Check> {
        let examined = doctor.examine(key, at(NOW));
        examined.iter().flat_map(|e| e.findings.iter().map(KeyFinding::check)).collect()
    }

    fn found(change: impl FnOnce(&mut Key)) -> Vec<Check> {
        let mut key = sound();
        change(&mut key);
        found_by(&doctor(Vec::new()), &key)
    }

    #[test]
    fn a_sound_key_has_no_findings() {
        assert_eq!(found(|_| ()), []);
    }

    #[test]
    fn each_fault_is_found_alone() {
        assert_eq!(found(|key| key.scopes = scopes(&["*", "a"])), [Check::FullAccess]);
        assert_eq!(found(|key| key.scopes = scopes(&["a:*"])), []);
        assert_eq!(found(|key| key.scopes = scopes(&[])), [Check::EmptyScopes]);
        assert_eq!(found(|key| key.owner = None), [Check::NoOwner]);
        assert_eq!(found(|key| key.expires_at = None), [Check::NeverExpires]);
    }

    #[test]
    fn a_key_that_ends_within_14_days_ends_soon() {
        let made_now = |key: &mut Key| key.generations[0].created_at = at(NOW);
        let ends = |end: Timestamp| {
            found(|key| {
                made_now(key);
                key.expires_at = Some(end);
            })
        };
        assert_eq!(ends(in_days(14)), [Check::ExpiringSoon]);
        assert_eq!(ends(in_days(14).saturating_add(1)), []);
        assert_eq!(ends(at(NOW)), [], "it has ended");
    }

    #[test]
    fn a_rotation_is_overdue_after_two_thirds_of_the_tokens_life() {
        let made = |made: Timestamp| found(|key| key.generations[0].created_at = made);
        assert_eq!(made(days_ago(80)), [Check::RotationOverdue]);
        assert_eq!(made(days_ago(80).saturating_add(2)), []);
        let never = found(|key| {
            key.generations[0].created_at = days_ago(1000);
            key.expires_at = None;
        });
        assert_eq!(never, [Check::NeverExpires], "what has no end has no two thirds");
    }

    #[test]
    fn a_grace_is_found_until_it_ends() {
        let rotated = |until: Timestamp, replaced: bool| {
            found(|key| {
                let old = &mut key.generations[0];
                old.valid_until = Some(until);
                old.replaced = replaced.then_some(Replaced { expires_at: None, lifetime: None });
                key.generations.push(generation(2, days_ago(1)));
                key.generation = 2;
            })
        };
        assert_eq!(rotated(in_days(1), true), [Check::GraceOpen]);
        assert_eq!(rotated(at(NOW), true), []);
        assert_eq!(rotated(in_days(1), false), [], "a rotation without a grace");
    }

    #[test]
    fn unused_and_never_used_are_two_things() {
        let used = |used: Option<Timestamp>, created: Timestamp| {
            found(|key| {
                key.created_at = created;
                key.generations[0].last_used_at = used;
            })
        };
        assert_eq!(used(Some(days_ago(90)), days_ago(400)), [Check::Unused]);
        assert_eq!(used(Some(days_ago(89)), days_ago(400)), []);
        assert_eq!(used(None, days_ago(30)), [Check::NeverUsed]);
        assert_eq!(used(None, days_ago(29)), []);
    }

    #[test]
    fn a_shorter_time_without_use_counts_for_new_keys_too() {
        let of = |time: &str| {
            Doctor::new(Check::ALL.into(), time.parse().unwrap(), Vec::new(), &Policy::default())
        };
        let mut key = sound();
        key.generations[0].last_used_at = None;
        assert_eq!(found_by(&of("7d"), &key), [Check::NeverUsed]);
        assert_eq!(found_by(&of("180d"), &key), []);
        key.created_at = days_ago(40);
        key.not_before = Some(days_ago(5));
        assert_eq!(found_by(&of("7d"), &key), [], "it could be used for five days only");
    }

    #[test]
    fn the_ceiling_decides_what_a_key_can_do() {
        let personal = |ceiling: &[&str]| {
            let mut key = sound();
            key.kind = Kind::Personal;
            key.scopes = scopes(&["*"]);
            found_by(&doctor(vec![owner("ada", ceiling)]), &key)
        };
        assert_eq!(personal(&["*"]), [Check::FullAccess]);
        assert_eq!(personal(&["orders:*"]), []);
        let beside = found_by(&doctor(vec![owner("ada", &["users:read"])]), &sound());
        assert_eq!(beside, [Check::EmptyScopes]);
    }

    #[test]
    fn an_owner_must_be_registered_where_owners_are() {
        let key = sound();
        assert_eq!(found_by(&doctor(Vec::new()), &key), []);
        assert_eq!(found_by(&doctor(vec![owner("ada", &["*"])]), &key), []);
        assert_eq!(found_by(&doctor(vec![owner("bob", &["*"])]), &key), [Check::NoOwner]);
        let policy = Policy { require_owner: true, ..Policy::default() };
        let strict = Doctor::new(vec![Check::NoOwner], "90d".parse().unwrap(), Vec::new(), &policy);
        assert_eq!(found_by(&strict, &key), [Check::NoOwner]);
    }

    /// Everything at once, on a key that is not active: what it is counts, its use does not.
    #[test]
    fn the_status_decides_what_counts() {
        let wrong = |change: fn(&mut Key)| {
            found(|key| {
                key.scopes = scopes(&["*"]);
                key.expires_at = Some(in_days(1));
                key.created_at = days_ago(400);
                key.generations[0].created_at = days_ago(400);
                key.generations[0].last_used_at = Some(days_ago(300));
                change(key);
            })
        };
        let active =
            [Check::FullAccess, Check::RotationOverdue, Check::ExpiringSoon, Check::Unused];
        assert_eq!(wrong(|_| ()), active);
        assert_eq!(wrong(|key| key.standing = Standing::Disabled), [Check::FullAccess]);
        assert_eq!(wrong(|key| key.not_before = Some(at(NOW + 5))), [Check::FullAccess]);
        assert_eq!(wrong(|key| key.standing = Standing::Revoked), []);
        assert_eq!(wrong(|key| key.expires_at = Some(days_ago(1))), []);
        let disabled_and_expired = |key: &mut Key| {
            key.standing = Standing::Disabled;
            key.expires_at = Some(days_ago(1));
        };
        assert_eq!(wrong(disabled_and_expired), []);
    }

    #[test]
    fn only_what_is_looked_for_is_found_in_the_order_of_the_checks() {
        let mut key = sound();
        key.expires_at = None;
        key.scopes = scopes(&["*"]);
        let checks = vec![Check::NeverExpires, Check::FullAccess, Check::NeverExpires];
        let some = Doctor::new(checks, "90d".parse().unwrap(), Vec::new(), &Policy::default());
        assert_eq!(found_by(&some, &key), [Check::FullAccess, Check::NeverExpires]);
        key.owner = None;
        let one = Doctor::new(
            vec![Check::NoOwner],
            "90d".parse().unwrap(),
            Vec::new(),
            &Policy::default(),
        );
        assert_eq!(found_by(&one, &key), [Check::NoOwner]);
    }

    #[test]
    fn codes_are_read_as_they_are_written() {
        for check in Check::ALL {
            assert_eq!(check.to_string().parse(), Ok(check));
        }
        assert!(Check::ALL.is_sorted());
    }
}
