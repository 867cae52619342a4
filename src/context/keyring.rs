//! The kernel's keyring, where `unlock` leaves what opens a vault for the next commands of this
//! login.
//!
//! The key is in the session keyring: every login has its own, and what runs in it inherits it. Only
//! who possesses the key may read it, and the kernel throws it away when its time is over. The time
//! is in the payload too, for `vault info` and in case the kernel's was never set.

use keyctl_vault::Session;
use keyctl_verify::Timestamp;
use linux_keyutils::{
    Key, KeyError, KeyPermissionsBuilder, KeyRing, KeyRingIdentifier, LinkNode, Permission,
};
use zeroize::Zeroizing;

use crate::error::{CliError, Kind};

/// What the descriptions of our keys begin with; the vault's id follows.
const NAME: &str = "keyctl:vault:";
/// More than any session has.
const MAX_LEN: usize = 1024;
/// The most keys of a login that are looked through.
const MAX_KEYS: usize = 4096;

/// A session, and when it ends.
pub(crate) struct Kept {
    pub(crate) session: Session,
    pub(crate) until: Timestamp,
}

/// Keeps a session for `seconds` from `now`, in the place of one that is there.
pub(super) fn keep(
    vault: &str,
    session: &Session,
    now: Timestamp,
    seconds: u32,
) -> Result<Timestamp, CliError> {
    let until = now.saturating_add(u64::from(seconds));
    let mut payload = Zeroizing::new(until.unix().to_be_bytes().to_vec());
    payload.reserve_exact(MAX_LEN);
    payload.extend_from_slice(session.expose_bytes());
    let key = ring().and_then(|ring| ring.add_key(&name(vault), payload.as_slice()));
    let key = key.map_err(|e| refused(e, "keep the vault open"))?;
    limit(key, seconds).map_err(|e| {
        let _ = key.invalidate();
        refused(e, "keep the vault open")
    })?;
    Ok(until)
}

/// Who possesses the key may use it, and nobody else; and only for so long.
fn limit(key: Key, seconds: u32) -> Result<(), KeyError> {
    let all = Permission::ALL;
    key.set_perms(KeyPermissionsBuilder::builder().posessor(all).build())?;
    key.set_timeout(usize::try_from(seconds).unwrap_or(usize::MAX))
}

/// The session that is kept for a vault, if any.
pub(super) fn find(vault: &str, now: Timestamp) -> Result<Option<Kept>, CliError> {
    let Some(key) = search(vault)? else { return Ok(None) };
    let mut payload = Zeroizing::new(vec![0; MAX_LEN]);
    let read = match key.read(&mut *payload) {
        Ok(read) => read.min(MAX_LEN),
        Err(error) if is_gone(error) => return Ok(None),
        Err(error) => return Err(refused(error, "say whether the vault is open")),
    };
    let kept = payload[..read].split_first_chunk::<8>().and_then(|(until, session)| {
        let until = Timestamp::from_unix(i64::from_be_bytes(*until))?;
        Some(Kept { session: Session::parse(session)?, until })
    });
    Ok(kept.filter(|kept| now < kept.until))
}

/// Ends the session of a vault; whether there was one.
pub(super) fn end(vault: &str) -> Result<bool, CliError> {
    let Some(key) = search(vault)? else { return Ok(false) };
    key.invalidate().map_err(|e| refused(e, "lock the vault"))?;
    Ok(true)
}

/// Ends every session of this login; how many there were.
pub(super) fn end_all() -> Result<usize, CliError> {
    let keys = ring().and_then(|ring| ring.get_links(MAX_KEYS));
    let keys = keys.map_err(|e| refused(e, "lock the vaults"))?;
    let is_ours = |key: &Key| {
        key.metadata().is_ok_and(|metadata| metadata.get_description().starts_with(NAME))
    };
    let ours: Vec<Key> = keys.iter().filter_map(LinkNode::as_key).filter(is_ours).collect();
    for key in &ours {
        key.invalidate().map_err(|e| refused(e, "lock the vaults"))?;
    }
    Ok(ours.len())
}

fn search(vault: &str) -> Result<Option<Key>, CliError> {
    match ring().and_then(|ring| ring.search(&name(vault))) {
        Ok(key) => Ok(Some(key)),
        Err(error) if is_gone(error) => Ok(None),
        Err(error) => Err(refused(error, "say whether the vault is open")),
    }
}

/// The session keyring as it is: a new one would end with this process.
fn ring() -> Result<KeyRing, KeyError> {
    KeyRing::from_special_id(KeyRingIdentifier::Session, false)
}

fn name(vault: &str) -> String {
    format!("{NAME}{vault}")
}

fn is_gone(error: KeyError) -> bool {
    matches!(
        error,
        KeyError::KeyDoesNotExist
            | KeyError::KeyExpired
            | KeyError::KeyRevoked
            | KeyError::KeyringDoesNotExist
    )
}

fn refused(error: KeyError, what: &str) -> CliError {
    /// `ENOSYS`
    const NO_SUCH_CALL: i32 = 38;
    let why = match error {
        KeyError::PermissionDenied | KeyError::AccessDenied => {
            "it is not permitted here, as in many containers".to_owned()
        }
        KeyError::Unknown(NO_SUCH_CALL) | KeyError::OperationNotSupported => {
            "this system has none".to_owned()
        }
        KeyError::QuotaExceeded => "this user's keys take too much room in it".to_owned(),
        other => format!("{other}"),
    };
    CliError::new(Kind::Failed, format!("the kernel's keyring cannot {what}: {why}"))
        .hint("go on as before: every command can ask for the passphrase itself")
}
