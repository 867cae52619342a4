//! The vault's policy: limits that every key has to keep from then on (`docs/vault-format.md`,
//! section 7). What a key has already is left as it is.

use keyctl_verify::Timestamp;
use keyctl_verify::cbor::{Malformed, Reader, Writer};

use super::Lifetime;

/// What a vault asks of its keys. The default asks for nothing but a bounded grace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How long a key lives when nothing was said.
    pub default_lifetime: Option<Lifetime>,
    /// The longest that a key may live, from when its expiry is set.
    pub max_lifetime: Option<Lifetime>,
    /// The most live keys of one owner in one project; 0 for no limit.
    pub max_keys_per_owner: u32,
    /// Every key must expire.
    pub require_expiry: bool,
    /// Every key must act for a registered owner.
    pub require_owner: bool,
    /// Whoever revokes, deletes or reveals must say why.
    pub require_reason: bool,
    /// The longest grace of a rotation.
    pub max_grace: Lifetime,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            default_lifetime: None,
            max_lifetime: None,
            max_keys_per_owner: 0,
            require_expiry: false,
            require_owner: false,
            require_reason: false,
            max_grace: "7d".parse().expect("seven days are a length of time"),
        }
    }
}

const FIELDS: usize = 8;

impl Policy {
    /// What the record is found by.
    pub(crate) const NAME: &'static str = "policy";

    /// Whether a key may end then, when that is said at `now`.
    #[must_use]
    pub fn allows_expiry(&self, expires_at: Option<Timestamp>, now: Timestamp) -> bool {
        match (expires_at, self.max_lifetime) {
            (None, max) => !self.require_expiry && max.is_none(),
            (Some(end), Some(max)) => end <= max.after(now),
            (Some(_), None) => true,
        }
    }

    /// How long a key that is made at `now` lives when nothing is said. Months and years differ in
    /// length, so the default can pass a maximum that is no less on average; the maximum counts then.
    pub(crate) fn lifetime_unsaid(&self, now: Timestamp) -> Option<Lifetime> {
        let default = self.default_lifetime?;
        let max = self.max_lifetime.filter(|max| max.after(now) < default.after(now));
        Some(max.unwrap_or(default))
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut w = Writer::default();
        w.array(FIELDS).text(Self::NAME);
        for lifetime in [self.default_lifetime, self.max_lifetime] {
            w.option(lifetime, |w, lifetime| {
                w.text(&lifetime.to_string());
            });
        }
        w.uint(u64::from(self.max_keys_per_owner))
            .bool(self.require_expiry)
            .bool(self.require_owner)
            .bool(self.require_reason)
            .text(&self.max_grace.to_string());
        w.into_bytes()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut r = Reader::new(bytes);
        r.array(FIELDS)?;
        if r.text()? != Self::NAME {
            return Err(Malformed);
        }
        let policy = Policy {
            default_lifetime: r.option(read_lifetime)?,
            max_lifetime: r.option(read_lifetime)?,
            max_keys_per_owner: r.small()?,
            require_expiry: r.bool()?,
            require_owner: r.bool()?,
            require_reason: r.bool()?,
            max_grace: read_lifetime(&mut r)?,
        };
        r.end()?;
        Ok(policy)
    }
}

fn read_lifetime(r: &mut Reader<'_>) -> Result<Lifetime, Malformed> {
    r.parsed(|text| text.parse().ok())
}
