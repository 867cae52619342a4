//! Base62, the alphabet of ids and secrets: a double click selects all of it.

use std::fmt;

/// The digits in order of their values.
pub(crate) const ALPHABET: &[u8; 62] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The largest multiple of 62 that a byte can hold. A byte from here on is drawn again, because
/// taking it modulo 62 would favour the first eight digits.
const FAIR: u8 = 248;

/// `N` characters of `0-9A-Za-z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Base62<const N: usize>([u8; N]);

/// The public id of a token: 12 characters, of which a vault never has two alike.
pub type PublicId = Base62<12>;

impl<const N: usize> Base62<N> {
    /// Reads exactly `N` characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Base62::<N>::fits(text).then(|| Base62(text.as_bytes().try_into().expect("it has N bytes")))
    }

    /// Whether it is `N` characters of the alphabet: looked at where it lies, because a copy of a secret
    /// would stay behind.
    pub(crate) fn fits(text: &str) -> bool {
        text.len() == N && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
    }

    /// Draws `N` characters without bias from the random bytes that `fill` gives.
    ///
    /// # Errors
    /// Whatever `fill` fails with.
    pub fn draw<E>(mut fill: impl FnMut(&mut [u8]) -> Result<(), E>) -> Result<Self, E> {
        let mut digits = [0; N];
        draw_into(&mut digits, &mut fill)?;
        Ok(Base62(digits))
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("base62 is ASCII")
    }
}

impl<const N: usize> fmt::Display for Base62<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<const N: usize> fmt::Debug for Base62<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Replaces every byte of `digits` by a fair digit.
pub(crate) fn draw_into<E>(
    digits: &mut [u8],
    fill: &mut impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<(), E> {
    fill(digits)?;
    for byte in digits {
        while *byte >= FAIR {
            fill(std::slice::from_mut(byte))?;
        }
        *byte = ALPHABET[usize::from(*byte % 62)];
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn every_digit_comes_from_exactly_four_bytes() {
        let mut counts = BTreeMap::new();
        let mut redrawn = 0;
        for first in 0..=u8::MAX {
            let mut source = [first, 0].into_iter();
            let digit = Base62::<1>::draw(|buf| {
                buf.fill_with(|| source.next().unwrap());
                Ok::<_, Infallible>(())
            })
            .unwrap();
            if source.len() == 0 {
                redrawn += 1;
            } else {
                *counts.entry(digit.as_str().to_owned()).or_insert(0) += 1;
            }
        }
        assert_eq!(redrawn, 8);
        assert_eq!(counts.len(), 62);
        assert!(counts.values().all(|count| *count == 4), "{counts:?}");
    }

    #[test]
    fn a_failing_source_fails_the_draw() {
        assert_eq!(Base62::<3>::draw(|_| Err("no entropy")), Err("no entropy"));
    }

    #[test]
    fn reads_only_its_own_length_and_alphabet() {
        assert!(PublicId::parse("3fK9aQ1xZ0bT").is_some());
        for text in ["", "3fK9aQ1xZ0b", "3fK9aQ1xZ0bTT", "3fK9aQ1xZ0b_", "3fK9aQ1xZ0é"] {
            assert!(PublicId::parse(text).is_none(), "{text}");
        }
    }
}
