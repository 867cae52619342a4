//! What opens a vault, in the forms in which people hold it, and 32-byte keys.

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::key32::Key32;
use super::recipient::Identities;
use crate::error::VaultError;

/// The shortest key file, in bytes: a file of that many random bytes cannot be guessed.
pub const MIN_KEYFILE_LEN: usize = 32;
/// The longest passphrase, in bytes of UTF-8.
const MAX_PASSPHRASE_LEN: usize = 1024;
/// Bytes of checksum in a recovery key: 32 + 3 bytes are exactly 56 base32 characters.
const RECOVERY_CHECK_LEN: usize = 3;
const RECOVERY_CHECK_TAG: &[u8] = b"keyctl/v1/recovery-check\0";

/// A passphrase in Unicode normalisation form C, so that the same keys typed on another system
/// give the same bytes. 1 to 1,024 bytes.
pub struct Passphrase(Zeroizing<String>);

/// Why a text cannot be a passphrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseError {
    /// Nothing was given.
    #[error("the passphrase is empty")]
    Empty,
    /// More than 1,024 bytes.
    #[error("the passphrase is longer than {MAX_PASSPHRASE_LEN} bytes")]
    TooLong,
}

impl Passphrase {
    /// Takes a passphrase.
    ///
    /// # Errors
    /// When it is empty or longer than 1,024 bytes.
    pub fn new(text: &str) -> Result<Self, PassphraseError> {
        if text.is_empty() {
            return Err(PassphraseError::Empty);
        }
        if text.len() > MAX_PASSPHRASE_LEN {
            return Err(PassphraseError::TooLong);
        }
        // NFC never makes a text more than three times as long (Unicode annex 15).
        let mut normal = Zeroizing::new(String::with_capacity(text.len() * 3));
        normal.extend(text.nfc());
        Ok(Passphrase(normal))
    }

    /// Characters in it.
    #[must_use]
    pub fn chars(&self) -> usize {
        self.0.chars().count()
    }

    /// Compares in constant time.
    #[must_use]
    pub fn same_as(&self, other: &Passphrase) -> bool {
        self.expose_bytes().ct_eq(other.expose_bytes()).into()
    }

    pub(crate) fn expose_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// A recovery key: 256 random bits, written as 56 base32 characters (RFC 4648) in groups of
/// seven, the last 24 bits being a checksum against typing errors.
pub struct RecoveryKey(pub(super) Key32);

/// Why a text is no recovery key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryKeyError {
    /// Wrong length or characters.
    #[error("not a recovery key (56 letters and digits 2-7, in groups of seven)")]
    Malformed,
    /// The checksum does not fit.
    #[error("a character of the recovery key is wrong (its checksum does not match)")]
    Checksum,
}

impl RecoveryKey {
    pub(crate) fn random() -> Result<Self, VaultError> {
        Key32::random().map(RecoveryKey)
    }

    /// Reads a recovery key; case, spaces and hyphens do not matter.
    ///
    /// # Errors
    /// When it is not one, or was mistyped.
    pub fn parse(text: &str) -> Result<Self, RecoveryKeyError> {
        let mut compact = Zeroizing::new(String::with_capacity(64));
        compact.extend(
            text.chars()
                .filter(|c| !c.is_ascii_whitespace() && *c != '-')
                .take(64)
                .map(|c| c.to_ascii_uppercase()),
        );
        let bytes = BASE32_NOPAD.decode(compact.as_bytes()).map(Zeroizing::new);
        let bytes = bytes.map_err(|_| RecoveryKeyError::Malformed)?;
        let Some((key, check)) = bytes.split_last_chunk::<RECOVERY_CHECK_LEN>() else {
            return Err(RecoveryKeyError::Malformed);
        };
        let key = Key32::from_slice(key).ok_or(RecoveryKeyError::Malformed)?;
        if *check == recovery_check(&key) {
            Ok(RecoveryKey(key))
        } else {
            Err(RecoveryKeyError::Checksum)
        }
    }

    /// The text to write down: eight groups of seven characters.
    #[must_use]
    pub fn expose_text(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(32 + RECOVERY_CHECK_LEN));
        bytes.extend_from_slice(self.0.expose_key());
        bytes.extend_from_slice(&recovery_check(&self.0));
        let compact = Zeroizing::new(BASE32_NOPAD.encode(&bytes));
        let mut text = Zeroizing::new(String::with_capacity(64));
        for (i, c) in compact.chars().enumerate() {
            if i > 0 && i % 7 == 0 {
                text.push('-');
            }
            text.push(c);
        }
        text
    }
}

impl fmt::Debug for RecoveryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryKey(…)")
    }
}

fn recovery_check(key: &Key32) -> [u8; RECOVERY_CHECK_LEN] {
    let hash =
        Sha256::new_with_prefix(RECOVERY_CHECK_TAG).chain_update(key.expose_key()).finalize();
    [hash[0], hash[1], hash[2]]
}

/// What somebody presents to open a slot.
#[derive(Debug)]
pub enum Secret {
    /// A passphrase, through Argon2id.
    Passphrase(Passphrase),
    /// The recovery key.
    Recovery(RecoveryKey),
    /// The contents of a key file.
    Keyfile(Keyfile),
    /// An age identity file.
    Identity(Identities),
}

impl Secret {
    /// A key file's contents: at least [`MIN_KEYFILE_LEN`] bytes, else `None`. One line end at its
    /// end does not count, because it is easily lost on the way.
    #[must_use]
    pub fn keyfile(contents: &[u8]) -> Option<Self> {
        let contents = contents.strip_suffix(b"\n").unwrap_or(contents);
        let contents = contents.strip_suffix(b"\r").unwrap_or(contents);
        (contents.len() >= MIN_KEYFILE_LEN).then(|| Secret::Keyfile(Keyfile::new(contents)))
    }

    /// What it is, for people.
    pub(crate) fn noun(&self) -> &'static str {
        match self {
            Secret::Passphrase(_) => "passphrase",
            Secret::Recovery(_) => "recovery key",
            Secret::Keyfile(_) => "key file",
            Secret::Identity(_) => "age identity",
        }
    }
}

/// The contents of a new key file: 256 random bits in base32, a line.
///
/// # Errors
/// When the system gives no random bytes.
pub fn random_keyfile() -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let key = Key32::random()?;
    let text = Zeroizing::new(BASE32_NOPAD.encode(key.expose_key()));
    Ok(Zeroizing::new([text.as_bytes(), b"\n"].concat()))
}

/// The digest of a key file's contents.
#[derive(Debug)]
pub struct Keyfile(pub(super) Key32);

impl Keyfile {
    fn new(contents: &[u8]) -> Self {
        Keyfile(Key32::fill_with(|key| {
            let hash = Sha256::new_with_prefix(b"keyctl/v1/keyfile\0").chain_update(contents);
            hash.finalize_into(key.into());
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_key_reads_back_however_it_is_spaced() {
        let key = RecoveryKey::random().unwrap();
        let text = key.expose_text();
        assert_eq!(text.len(), 56 + 7);
        assert!(text.split('-').all(|group| group.len() == 7), "eight groups of seven");
        let loose = text.replace('-', " ").to_lowercase();
        let again = RecoveryKey::parse(&loose).unwrap();
        assert_eq!(again.0.expose_key(), key.0.expose_key());
    }

    #[test]
    fn every_mistyped_character_of_a_recovery_key_is_noticed() {
        let key = RecoveryKey(Key32::fill_with(|k| *k = [7; 32]));
        let text = key.expose_text();
        for i in (0..text.len()).filter(|i| &text[*i..=*i] != "-") {
            let mut wrong = text.to_string();
            let other = if &text[i..=i] == "A" { "B" } else { "A" };
            wrong.replace_range(i..=i, other);
            assert_eq!(RecoveryKey::parse(&wrong).unwrap_err(), RecoveryKeyError::Checksum, "{i}");
        }
    }

    #[test]
    fn what_is_no_recovery_key_says_so() {
        for text in ["", "AAAA", "1234567", &"A".repeat(55), &"A".repeat(64), &"A".repeat(100_000)]
        {
            assert_eq!(RecoveryKey::parse(text).unwrap_err(), RecoveryKeyError::Malformed);
        }
    }

    #[test]
    fn a_passphrase_is_normalised_and_bounded() {
        let composed = Passphrase::new("caf\u{e9}").unwrap();
        let decomposed = Passphrase::new("cafe\u{301}").unwrap();
        assert!(composed.same_as(&decomposed));
        assert!(!composed.same_as(&Passphrase::new("cafe").unwrap()));
        assert_eq!((composed.chars(), Passphrase::new("x").unwrap().chars()), (4, 1));
        assert_eq!(Passphrase::new("").unwrap_err(), PassphraseError::Empty);
        assert_eq!(Passphrase::new(&"x".repeat(1025)).unwrap_err(), PassphraseError::TooLong);
        assert!(Passphrase::new(&"\u{fb2c}".repeat(341)).is_ok());
    }

    #[test]
    fn a_new_key_file_is_a_line_of_256_random_bits() {
        let (a, b) = (random_keyfile().unwrap(), random_keyfile().unwrap());
        assert_ne!(a, b);
        let digits = a.strip_suffix(b"\n").unwrap();
        assert_eq!(BASE32_NOPAD.decode(digits).unwrap().len(), 32);
        assert!(Secret::keyfile(&a).is_some());
    }

    #[test]
    fn what_a_secret_is_has_a_word_for_people() {
        let identity = Identities::parse(
            "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX",
        );
        let nouns = [
            Secret::Passphrase(Passphrase::new("x").unwrap()),
            Secret::Recovery(RecoveryKey::random().unwrap()),
            Secret::keyfile(&[1; 32]).unwrap(),
            Secret::Identity(identity.unwrap()),
        ]
        .map(|secret| secret.noun());
        assert_eq!(nouns, ["passphrase", "recovery key", "key file", "age identity"]);
    }

    #[test]
    fn secrets_show_nothing() {
        let passphrase = Secret::Passphrase(Passphrase::new("hunter2").unwrap());
        assert!(!format!("{passphrase:?}").contains("hunter2"));
        assert_eq!(format!("{:?}", Key32::fill_with(|k| *k = [1; 32])), "Key32(…)");
        assert!(Secret::keyfile(&[0; 31]).is_none());
        assert!(Secret::keyfile(&[0; 32]).is_some());
        let with_end = [&[1; 32][..], b"\r\n"].concat();
        let (Some(Secret::Keyfile(a)), Some(Secret::Keyfile(b))) =
            (Secret::keyfile(&[1; 32]), Secret::keyfile(&with_end))
        else {
            panic!("32 bytes are enough");
        };
        assert_eq!(a.0.expose_key(), b.0.expose_key());
    }
}
