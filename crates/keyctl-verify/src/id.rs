//! The id of a key, which never changes and is no secret.

use std::fmt;

use crate::Base62;

/// `key_` and 12 base62 characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(Base62<12>);

impl KeyId {
    /// What every id begins with.
    pub const MARK: &'static str = "key_";

    /// Reads an id.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.strip_prefix(Self::MARK).and_then(Base62::parse).map(KeyId)
    }

    /// An id from the 12 characters after its mark.
    #[must_use]
    pub fn from_body(body: Base62<12>) -> Self {
        KeyId(body)
    }

    /// The 12 characters after its mark.
    #[must_use]
    pub fn body(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", Self::MARK, self.0)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let id = KeyId::parse("key_3fK9aQ1xZ0bT").unwrap();
        assert_eq!(id.to_string(), "key_3fK9aQ1xZ0bT");
        for text in ["3fK9aQ1xZ0bT", "key_3fK9aQ1xZ0b", "Key_3fK9aQ1xZ0bT", "key_"] {
            assert!(KeyId::parse(text).is_none(), "{text}");
        }
    }
}
