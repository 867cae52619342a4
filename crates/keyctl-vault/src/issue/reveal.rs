//! Showing a token again. Nothing changes by it, but the audit log has to tell.

use keyctl_verify::{KeyId, Token};

use super::end::given;
use super::policy::check_reason;
use super::{IssueError, Refusal};
use crate::domain::{Change, FieldChange, Key, Reason, Subject};
use crate::vault::{Records, Transaction};

/// A token that was shown again.
#[derive(Debug)]
pub struct Revealed {
    /// The key, which is as it was.
    pub key: Key,
    /// The token of its current generation.
    pub token: Token,
}

/// Opens the current token of a recoverable key, and notes that somebody has seen it.
///
/// # Errors
/// When the key is revoked or not recoverable, or the policy wants a reason.
pub fn reveal(
    tx: &mut Transaction<'_>,
    id: KeyId,
    reason: Option<&Reason>,
) -> Result<Revealed, IssueError> {
    let key = tx.key(id)?.ok_or_else(|| IssueError::NotFound { wanted: id.to_string() })?;
    if !key.is_live() {
        return Err(Refusal::Revoked { id }.into());
    }
    check_reason(tx, reason)?;
    let token = tx.open_token(&key, key.generation)?.ok_or(Refusal::NotRecoverable { id })?;
    let mut fields = vec![FieldChange::new("revealed", None, Some(token.prefix().to_string()))];
    fields.extend(given(reason));
    tx.note(&Change { subject: Subject::key(&key), fields });
    Ok(Revealed { key, token })
}
