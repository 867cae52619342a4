//! What can be said of a bundle in a few words: its stream, its age, and what a verdict tells of it.

use std::fmt;

use crate::hex;
use crate::public_key::PublicKey;
use crate::time::Timestamp;

/// A series of bundles, each of which replaces the one before: 16 bytes, outside the file 32
/// lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(pub(crate) [u8; 16]);

impl StreamId {
    /// A stream from its bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        StreamId(bytes)
    }

    /// Reads 32 lower-case hex digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        hex::decode(text).map(StreamId)
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl fmt::Debug for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How old a bundle is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Made at a time that lies ahead by more than clocks may differ.
    Early,
    /// In the first half of its life.
    Fresh,
    /// In the second half of its life.
    Aging,
    /// Its time is over.
    Stale,
}

impl Freshness {
    /// Every one, from before a bundle's time to after it.
    pub const ALL: [Freshness; 4] =
        [Freshness::Early, Freshness::Fresh, Freshness::Aging, Freshness::Stale];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Freshness::Early => "early",
            Freshness::Fresh => "fresh",
            Freshness::Aging => "aging",
            Freshness::Stale => "stale",
        }
    }
}

/// What a verdict says of the bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleFacts {
    /// The series.
    pub stream: StreamId,
    /// Which of the series.
    pub serial: u64,
    /// When it was made.
    pub issued_at: Timestamp,
    /// From this instant on it is stale.
    pub valid_until: Timestamp,
    /// The trusted key that signed it.
    pub signer: PublicKey,
}
