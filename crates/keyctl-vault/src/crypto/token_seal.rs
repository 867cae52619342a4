//! Tokens that can be shown again: sealed under K_token, which only administrators have, and bound
//! to their key and generation (`docs/vault-format.md`, section 7).

use keyctl_verify::{KeyId, Token};

use super::keys::AdminKeys;
use super::seal::{Sealed, open, seal};
use crate::error::VaultError;

const AAD_TAG: &[u8] = b"keyctl/v1/token\0";

/// `seal(K_token, aad = "keyctl/v1/token\0" || vault id || key id || generation u32, token)`.
pub(crate) fn seal_token(
    keys: &AdminKeys,
    key: KeyId,
    n: u32,
    token: &Token,
) -> Result<Sealed, VaultError> {
    seal(&keys.token, &aad(keys, key, n), token.expose_token().as_bytes())
}

/// Opens a sealed token; `None` when it is not that of the key and generation.
pub(crate) fn open_token(keys: &AdminKeys, key: KeyId, n: u32, sealed: &[u8]) -> Option<Token> {
    let text = open(&keys.token, &aad(keys, key, n), sealed)?;
    Token::parse(std::str::from_utf8(&text).ok()?).ok()
}

fn aad(keys: &AdminKeys, key: KeyId, n: u32) -> Vec<u8> {
    [AAD_TAG, &keys.id.0, key.to_string().as_bytes(), &n.to_be_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use keyctl_verify::{Brand, Environment, Prefix, PublicId, SecretBody};

    use super::super::key32::Key32;
    use super::super::keys::VaultId;
    use super::*;

    #[test]
    fn a_token_opens_only_for_its_key_its_generation_and_its_vault() {
        let admin = |id| AdminKeys::derive(VaultId([id; 16]), Key32::fill_with(|k| *k = [9; 32]));
        let id = PublicId::parse("3fK9aQ1xZ0bT").unwrap();
        let prefix = Prefix::new(Brand::default(), Environment::Production, id);
        let secret = SecretBody::draw(|buf| {
            buf.fill(7);
            Ok::<_, ()>(())
        })
        .unwrap();
        let token = Token::assemble(&prefix, &secret);
        let [key, other] =
            ["key_3fK9aQ1xZ0bT", "key_3fK9aQ1xZ0bU"].map(|k| KeyId::parse(k).unwrap());
        let sealed = seal_token(&admin(1), key, 2, &token).unwrap();
        let opened = open_token(&admin(1), key, 2, &sealed).unwrap();
        assert_eq!(opened.expose_token(), token.expose_token());
        assert!(open_token(&admin(1), other, 2, &sealed).is_none());
        assert!(open_token(&admin(1), key, 3, &sealed).is_none());
        assert!(open_token(&admin(2), key, 2, &sealed).is_none());
    }
}
