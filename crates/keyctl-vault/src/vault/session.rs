//! What keeps a vault open from one process to the next: keys, and which slot gave them.
//!
//! It is not a way around the slots. A session names the slot that was used by a digest of all its
//! bytes, so that it ends when that slot is changed or removed or the vault gets another root key;
//! and everything that is read with its keys is verified against the vault key in it.
//!
//! ```text
//! session  version u8 || role u8 || SHA-256(tag || slot) || keys || vault key
//! keys     VRK (admin) or RRK (viewer)
//! ```

use zeroize::Zeroizing;

use super::unlocked::UnlockedVault;
use crate::crypto::{Digest, Keys, Slot, VaultId, VaultKey, digest, parse_contents};
use crate::domain::Role;
use crate::error::VaultError;

const VERSION: u8 = 1;
const DIGEST_LEN: usize = 32;
/// Bytes of a session: the same whatever its role.
const LEN: usize = 2 + DIGEST_LEN + 32 + 32;

/// How far a session goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// To read everything but tokens.
    Read,
    /// To do everything.
    Admin,
}

/// Keys of an opened vault, to be kept where only this login can get at them.
pub struct Session {
    role: Role,
    bytes: Zeroizing<Vec<u8>>,
}

impl Session {
    /// Takes back what [`Session::expose_bytes`] gave out; `None` for anything else.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let (&[version, role], _) = bytes.split_first_chunk::<2>()?;
        let role = Role::from_code(role).filter(|role| *role != Role::Exporter)?;
        let is_one = version == VERSION && bytes.len() == LEN;
        is_one.then(|| Session { role, bytes: Zeroizing::new(bytes.to_vec()) })
    }

    /// The bytes to be kept. They open the vault.
    #[must_use]
    pub fn expose_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What it allows.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    pub(super) fn is_of(&self, slot: &Slot) -> bool {
        self.bytes[2..2 + DIGEST_LEN] == slot_digest(slot.as_bytes())
    }

    pub(super) fn keys(&self, id: VaultId) -> Option<(Keys, VaultKey)> {
        parse_contents(id, self.role, &self.bytes[2 + DIGEST_LEN..])
    }
}

impl UnlockedVault {
    /// What opens this vault again without a secret, to read or for everything.
    ///
    /// # Errors
    /// [`VaultError::Role`] when everything is asked for and the slot is not an administrator's.
    pub fn session(&self, reach: Reach) -> Result<Session, VaultError> {
        let (keys, slot) = self.held();
        let (role, key) = match reach {
            Reach::Admin => (Role::Admin, &self.admin()?.vrk),
            Reach::Read => (Role::Viewer, &keys.read().rrk),
        };
        let mut bytes = Zeroizing::new(Vec::with_capacity(LEN));
        bytes.extend_from_slice(&[VERSION, role.code()]);
        bytes.extend_from_slice(&slot_digest(slot));
        bytes.extend_from_slice(key.expose_key());
        bytes.extend_from_slice(self.vault_key().as_bytes());
        Ok(Session { role, bytes })
    }
}

fn slot_digest(slot: &[u8]) -> Digest {
    digest("keyctl/v1/session-slot\0", &[slot])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_session_is_taken_for_one() {
        let good = [&[VERSION, Role::Viewer.code()][..], &[7; LEN - 2]].concat();
        assert_eq!(Session::parse(&good).unwrap().role(), Role::Viewer);
        assert!(Session::parse(&good[1..]).is_none());
        assert!(Session::parse(&[&good[..], &[0]].concat()).is_none());
        assert!(Session::parse(&[&[2][..], &good[1..]].concat()).is_none());
        assert!(Session::parse(&[&[1, Role::Exporter.code()][..], &good[2..]].concat()).is_none());
        assert!(Session::parse(&[&[1, 9][..], &good[2..]].concat()).is_none());
        assert!(Session::parse(&[]).is_none());
    }
}
