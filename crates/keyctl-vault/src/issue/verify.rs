//! Verification against the vault. It reads, and never writes.

use keyctl_verify::{Matched, Refusal as TokenRefusal, Request, Timestamp, Token, Verdict, decide};

use crate::domain::Key;
use crate::error::VaultError;
use crate::vault::{Records, effective_scopes};

/// Decides about a token.
///
/// # Errors
/// When the vault is damaged or cannot be read.
pub fn verify(
    records: &impl Records,
    token: &str,
    request: &Request,
    now: Timestamp,
) -> Result<Verdict, VaultError> {
    let token = match Token::parse(token) {
        Ok(token) => token,
        Err(error) => return Ok(Verdict::refused(error.into(), request)),
    };
    let unknown = || Verdict::refused(TokenRefusal::Unknown, request);
    let Some((mut key, n)) = records.key_with_public_id(token.prefix().public_id())? else {
        return Ok(unknown());
    };
    key.scopes = effective_scopes(records, &key)?;
    Ok(judge(&key, n, &token, request, now).unwrap_or_else(unknown))
}

fn judge(key: &Key, n: u32, token: &Token, request: &Request, now: Timestamp) -> Option<Verdict> {
    let generation = key.generation(n)?;
    let grant = key.grant(generation);
    let matched = Matched::new(&grant, &generation.digest, token)?;
    Some(decide(&matched, request, now))
}
