//! Verification against the vault. It reads, and never writes.

use keyctl_verify::cbor::Malformed;
use keyctl_verify::{Matched, Refusal as TokenRefusal, Request, Timestamp, Token, Verdict, decide};

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
    let Some(generation) = key.generation(n) else { return Ok(unknown()) };
    let grant = key.with_fields(|fields| fields.grant(generation)).ok_or(Malformed)?;
    let matched = Matched::new(&grant, &generation.digest, &token);
    Ok(matched.map_or_else(unknown, |matched| decide(&matched, request, now)))
}
