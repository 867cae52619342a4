//! SHA-256 under a domain tag: every digest of the vault begins with a text of its own, so that
//! no two kinds of digest can be taken for each other.

use sha2::{Digest as _, Sha256};

/// The output of SHA-256. Digests of sealed bytes are no secrets.
pub(crate) type Digest = [u8; 32];

/// `SHA-256(tag || parts…)`; the parts are of fixed length or carry their length.
pub(crate) fn digest(tag: &str, parts: &[&[u8]]) -> Digest {
    let mut hasher = Hasher::new(tag);
    for part in parts {
        hasher.update(part);
    }
    hasher.finish()
}

/// The same, in steps.
pub(crate) struct Hasher(Sha256);

impl Hasher {
    pub(crate) fn new(tag: &str) -> Self {
        Hasher(Sha256::new_with_prefix(tag.as_bytes()))
    }

    pub(crate) fn update(&mut self, part: &[u8]) {
        self.0.update(part);
    }

    pub(crate) fn finish(self) -> Digest {
        self.0.finalize().into()
    }
}
