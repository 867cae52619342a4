//! A key of 32 bytes: the one form in which every symmetric key and seed lives in memory.

use std::fmt;

use zeroize::Zeroize;

use super::random;
use crate::error::VaultError;

/// 32 secret bytes on the heap, cleared when dropped.
pub(crate) struct Key32(Box<[u8; 32]>);

impl Key32 {
    pub(crate) fn random() -> Result<Self, VaultError> {
        let mut key = Key32(Box::new([0; 32]));
        random::fill(&mut key.0[..])?;
        Ok(key)
    }

    /// Makes a key by having `write` fill it in place.
    pub(crate) fn fill_with(write: impl FnOnce(&mut [u8; 32])) -> Self {
        let mut key = Key32(Box::new([0; 32]));
        write(&mut key.0);
        key
    }

    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        (bytes.len() == 32).then(|| Key32::fill_with(|key| key.copy_from_slice(bytes)))
    }

    /// Another copy of it, for keys that are derived from it anew.
    pub(crate) fn duplicate(&self) -> Self {
        Key32::fill_with(|copy| *copy = *self.0)
    }

    /// The bytes themselves; they must not outlive the call they are passed to.
    pub(crate) fn expose_key(&self) -> &[u8; 32] {
        &self.0
    }
}

impl Drop for Key32 {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Key32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key32(…)")
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::fs::File;
    use std::os::unix::fs::FileExt;

    use super::*;

    #[test]
    fn a_key_that_is_let_go_leaves_nothing_in_memory() {
        let memory = File::open("/proc/self/mem").unwrap();
        let key = Key32::fill_with(|key| *key = [0xc7; 32]);
        let at = key.expose_key().as_ptr().addr() as u64;
        let mut found = [0; 32];
        memory.read_exact_at(&mut found, at).unwrap();
        assert_eq!(found, [0xc7; 32]);
        drop(key);
        memory.read_exact_at(&mut found, at).unwrap();
        // The allocator writes to the first bytes of what it gets back.
        assert!(!found[16..].contains(&0xc7));
    }
}
