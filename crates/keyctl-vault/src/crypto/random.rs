//! Random bytes come from the operating system, and from nowhere else.

use keyctl_verify::Base62;

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

/// `N` base62 characters without bias (`docs/token-format.md`).
pub(crate) fn draw<const N: usize>() -> Result<Base62<N>, VaultError> {
    Base62::draw(fill)
}
