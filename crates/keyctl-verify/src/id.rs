//! The id of a key, which never changes and is no secret.

use std::fmt;

use crate::Base62;

/// `key_` and 12 base62 characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 16]);

impl KeyId {
    /// What every id begins with.
    pub const MARK: &'static str = "key_";

    /// Reads an id.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.strip_prefix(Self::MARK).and_then(Base62::parse).map(KeyId::from_body)
    }

    /// An id from the 12 characters after its mark.
    #[must_use]
    pub fn from_body(body: Base62<12>) -> Self {
        let mut text = [0; 16];
        let (mark, rest) = text.split_at_mut(Self::MARK.len());
        mark.copy_from_slice(Self::MARK.as_bytes());
        rest.copy_from_slice(body.as_str().as_bytes());
        KeyId(text)
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("base62 is ASCII")
    }

    /// The 12 characters after its mark.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.as_str()[Self::MARK.len()..]
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
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
