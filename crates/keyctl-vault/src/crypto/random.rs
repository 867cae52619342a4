//! Random bytes come from the operating system, and from nowhere else.

use keyctl_verify::Base62;
use zeroize::Zeroizing;

use crate::error::VaultError;

/// `N` random bytes.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Ok(bytes)
}

/// Fills `bytes` from the operating system.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), VaultError> {
    getrandom::fill(bytes).map_err(|_| VaultError::NoRandom)
}

/// Random bytes for several short draws, which the operating system gives all at once. What is not
/// used is wiped.
pub(crate) struct Draws {
    bytes: Zeroizing<[u8; 128]>,
    used: usize,
}

impl Draws {
    pub(crate) fn new() -> Self {
        let bytes = Zeroizing::new([0; 128]);
        Draws { used: bytes.len(), bytes }
    }

    /// `N` base62 characters without bias (`docs/token-format.md`).
    pub(crate) fn base62<const N: usize>(&mut self) -> Result<Base62<N>, VaultError> {
        Base62::draw(|out| self.fill(out))
    }

    /// Fills at most 128 bytes, none of which was given out before.
    pub(crate) fn fill(&mut self, out: &mut [u8]) -> Result<(), VaultError> {
        self.fill_from(out, fill)
    }

    fn fill_from(
        &mut self,
        out: &mut [u8],
        mut source: impl FnMut(&mut [u8]) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        if self.bytes.len() - self.used < out.len() {
            source(&mut *self.bytes)?;
            self.used = 0;
        }
        out.copy_from_slice(&self.bytes[self.used..][..out.len()]);
        self.used += out.len();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_source_is_asked_when_there_are_too_few_bytes_and_not_before() {
        let (mut draws, mut asked) = (Draws::new(), 0);
        let mut draw = |len| {
            let mut out = vec![0; len];
            draws
                .fill_from(&mut out, |bytes| {
                    asked += 1;
                    bytes.iter_mut().zip(0..).for_each(|(byte, n)| *byte = n);
                    Ok(())
                })
                .unwrap();
            (asked, out[0])
        };
        assert_eq!(draw(12), (1, 0));
        assert_eq!(draw(43), (1, 12));
        assert_eq!(draw(73), (1, 55), "to the last of 128");
        assert_eq!(draw(1), (2, 0));
        assert_eq!(draw(128), (3, 0));
        assert_eq!(draw(127), (4, 0));
        assert_eq!(draw(2), (5, 0), "one is left, which is let go");
    }

    #[test]
    fn no_bytes_are_drawn_twice() {
        let mut draws = Draws::new();
        let mut seen = BTreeSet::new();
        for n in 0..1000 {
            let mut bytes = vec![0; 9 + n % 120];
            draws.fill(&mut bytes).unwrap();
            for eight in bytes.windows(8) {
                assert!(seen.insert(<[u8; 8]>::try_from(eight).unwrap()), "draw {n}");
            }
        }
        assert_ne!(draws.base62::<12>().unwrap(), draws.base62::<12>().unwrap());
    }
}
