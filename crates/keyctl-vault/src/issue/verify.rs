//! Verification against the vault. It reads, and never writes.

use keyctl_verify::{
    Matched, Receipt, ReceiptLabel, Refusal as TokenRefusal, Request, Timestamp, Token, Verdict,
    decide,
};

use crate::domain::Key;
use crate::error::VaultError;
use crate::vault::Records;

/// A verdict, and the token it is about once its secret has matched.
pub struct Verified {
    /// The verdict.
    pub verdict: Verdict,
    token: Option<Token>,
}

/// Decides about a token.
///
/// # Errors
/// When the vault is damaged or cannot be read.
pub fn verify(
    records: &impl Records,
    token: &str,
    request: &Request,
    now: Timestamp,
) -> Result<Verified, VaultError> {
    let refused = |refusal| Verified { verdict: Verdict::refused(refusal, request), token: None };
    let token = match Token::parse(token) {
        Ok(token) => token,
        Err(error) => return Ok(refused(error.into())),
    };
    let verdict = records
        .key_with_public_id(token.prefix().public_id())?
        .and_then(|(key, n)| judge(records, &key, n, &token, request, now));
    match verdict {
        Some(verdict) => Ok(Verified { verdict, token: Some(token) }),
        None => Ok(refused(TokenRefusal::Unknown)),
    }
}

fn judge(
    records: &impl Records,
    key: &Key,
    n: u32,
    token: &Token,
    request: &Request,
    now: Timestamp,
) -> Option<Verdict> {
    let generation = key.generation(n)?;
    let grant = key.grant(records.brand(), generation);
    let matched = Matched::new(&grant, &generation.digest, token)?;
    Some(decide(&matched, request, now))
}

impl Verified {
    /// The line that proves the token was verified; none when it led to no key.
    #[must_use]
    pub fn receipt(&self, now: Timestamp, label: Option<ReceiptLabel>) -> Option<Receipt> {
        let token = self.token.as_ref()?;
        let code = self.verdict.code();
        Some(Receipt::new(&token.digest(), token.prefix().clone(), now, code, label))
    }
}
