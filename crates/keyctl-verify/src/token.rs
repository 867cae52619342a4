//! The token (`docs/token-format.md`): its grammar, its check and its digest.
//!
//! ```text
//! kc_prod_3fK9aQ1xZ0bT_<43 characters of secret><6 characters of check>
//! └┬┘└─┬┘ └────┬─────┘
//! brand env  public id      prefix = brand_env_public id
//! ```

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use crate::base62::{ALPHABET, draw_into};
use crate::{Base62, PublicId};

/// Characters of secret: 43 · log₂ 62 = 256.03 bits.
const SECRET_LEN: usize = 43;
/// Characters of the check: 62⁶ > 2³².
const CHECK_LEN: usize = 6;
const PUBLIC_ID_LEN: usize = 12;
const MIN_BRAND_LEN: usize = 2;
const MAX_BRAND_LEN: usize = 12;
/// The longest token: a brand of 12, an environment of 5, three underscores.
const MAX_LEN: usize = MAX_BRAND_LEN + 5 + 3 + PUBLIC_ID_LEN + SECRET_LEN + CHECK_LEN;
const DIGEST_TAG: &[u8] = b"keyctl/token/v1\0";

/// Prefixes of well-known issuers, and words of keyctl's own: no vault may take one as its
/// brand, because scanners and people would take its tokens for somebody else's.
pub const RESERVED_BRANDS: [&str; 40] = [
    "age", "aiza", "akia", "aws", "dckr", "dop", "eyj", "figd", "gho", "ghp", "ghr", "ghs", "ghu",
    "github", "gldt", "glpat", "glptt", "glsa", "hf", "kcpub", "kcrk", "kcvk", "key", "npm", "pk",
    "pypi", "rk", "sg", "shpat", "shpca", "shppa", "sk", "vault", "whsec", "xapp", "xoxa", "xoxb",
    "xoxp", "xoxr", "xoxs",
];

/// Where a key may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Environment {
    /// `prod` in tokens.
    Production,
    /// `stage` in tokens.
    Staging,
    /// `dev` in tokens.
    Development,
}

impl Environment {
    /// Every environment.
    pub const ALL: [Environment; 3] =
        [Environment::Production, Environment::Staging, Environment::Development];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Environment::Production => "production",
            Environment::Staging => "staging",
            Environment::Development => "development",
        }
    }

    /// Its short form in tokens.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Environment::Production => "prod",
            Environment::Staging => "stage",
            Environment::Development => "dev",
        }
    }

    fn from_tag(tag: &str) -> Option<Self> {
        Environment::ALL.into_iter().find(|environment| environment.tag() == tag)
    }
}

impl FromStr for Environment {
    type Err = ();

    /// Reads the word or the short form.
    fn from_str(text: &str) -> Result<Self, ()> {
        let named = |e: &Environment| e.as_str() == text || e.tag() == text;
        Environment::ALL.into_iter().find(named).ok_or(())
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What all tokens of a vault begin with: a letter and 1 to 11 letters or digits, lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Brand(String);

/// The text is no brand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrandError {
    /// Not of the grammar.
    Grammar,
    /// One of [`RESERVED_BRANDS`].
    Reserved,
}

impl fmt::Display for BrandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BrandError::Grammar => {
                "must be 2 to 12 lower-case letters and digits, a letter first, like kc or acme"
            }
            BrandError::Reserved => {
                "is what tokens of another issuer begin with; take one of your own, like kc or acme"
            }
        })
    }
}

impl std::error::Error for BrandError {}

impl Brand {
    /// Takes a brand for a new vault.
    ///
    /// # Errors
    /// When it is not of the grammar, or reserved.
    pub fn parse(text: &str) -> Result<Self, BrandError> {
        let brand = Brand::read(text).ok_or(BrandError::Grammar)?;
        if RESERVED_BRANDS.contains(&text) { Err(BrandError::Reserved) } else { Ok(brand) }
    }

    /// The brand.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads the brand of a token or a vault that exists, for which only the grammar counts: the
    /// list of reserved ones may grow, and tokens do not change.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let fits = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let well_formed = (MIN_BRAND_LEN..=MAX_BRAND_LEN).contains(&text.len())
            && text.as_bytes()[0].is_ascii_lowercase()
            && text.as_bytes().iter().all(fits);
        well_formed.then(|| Brand(text.to_owned()))
    }
}

impl Default for Brand {
    fn default() -> Self {
        Brand("kc".to_owned())
    }
}

impl fmt::Display for Brand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The public start of a token, such as `kc_prod_3fK9aQ1xZ0bT`: safe in logs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prefix {
    brand: Brand,
    environment: Environment,
    public_id: PublicId,
}

impl Prefix {
    /// A prefix from its parts.
    #[must_use]
    pub fn new(brand: Brand, environment: Environment, public_id: PublicId) -> Self {
        Prefix { brand, environment, public_id }
    }

    /// Reads a prefix.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_LEN {
            return None;
        }
        let mut parts = text.split('_');
        let (brand, tag, id) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let (brand, environment) = (Brand::read(brand)?, Environment::from_tag(tag)?);
        Some(Prefix { brand, environment, public_id: PublicId::parse(id)? })
    }

    /// The brand.
    #[must_use]
    pub fn brand(&self) -> &Brand {
        &self.brand
    }

    /// The environment that the token is bound to.
    #[must_use]
    pub fn environment(&self) -> Environment {
        self.environment
    }

    /// The public id.
    #[must_use]
    pub fn public_id(&self) -> PublicId {
        self.public_id
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Lists have millions of them.
        let parts =
            [self.brand.as_str(), "_", self.environment.tag(), "_", self.public_id.as_str()];
        parts.into_iter().try_for_each(|part| f.write_str(part))
    }
}

impl fmt::Debug for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The secret part of a token, cleared when dropped.
pub struct SecretBody([u8; SECRET_LEN]);

impl SecretBody {
    /// Draws a secret without bias from the random bytes that `fill` gives.
    ///
    /// # Errors
    /// Whatever `fill` fails with.
    pub fn draw<E>(mut fill: impl FnMut(&mut [u8]) -> Result<(), E>) -> Result<Self, E> {
        let mut secret = SecretBody([0; SECRET_LEN]);
        draw_into(&mut secret.0, &mut fill)?;
        Ok(secret)
    }
}

impl Drop for SecretBody {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for SecretBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretBody(…)")
    }
}

/// A whole token. Not `Clone`, not `Display`, cleared when dropped.
pub struct Token {
    text: Zeroizing<String>,
    prefix: Prefix,
}

/// The text is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// Not of the grammar.
    Malformed,
    /// Of the grammar, but the check does not fit: a typing error.
    BadChecksum,
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TokenError::Malformed => "not a token",
            TokenError::BadChecksum => "the token's checksum does not match",
        })
    }
}

impl std::error::Error for TokenError {}

impl Token {
    /// The most bytes of a token.
    pub const MAX_LEN: usize = MAX_LEN;

    /// Reads a token; nothing may stand before or after it.
    ///
    /// # Errors
    /// When it is not of the grammar, or its check does not fit.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        if text.len() > MAX_LEN {
            return Err(TokenError::Malformed);
        }
        let (prefix, body) = text.rsplit_once('_').ok_or(TokenError::Malformed)?;
        let prefix = Prefix::parse(prefix).ok_or(TokenError::Malformed)?;
        if !Base62::<{ SECRET_LEN + CHECK_LEN }>::fits(body) {
            return Err(TokenError::Malformed);
        }
        let (checked, check) = text.split_at(text.len() - CHECK_LEN);
        if check.as_bytes() != check_of(checked) {
            return Err(TokenError::BadChecksum);
        }
        Ok(Token { text: Zeroizing::new(text.to_owned()), prefix })
    }

    /// Joins a prefix, a secret and the check of both.
    #[must_use]
    pub fn assemble(prefix: &Prefix, secret: &SecretBody) -> Self {
        // The whole length at once: a string that grows leaves copies behind.
        let mut text = Zeroizing::new(String::with_capacity(MAX_LEN));
        text.push_str(&prefix.to_string());
        text.push('_');
        text.extend(secret.0.iter().map(|byte| char::from(*byte)));
        let check = check_of(&text);
        text.extend(check.map(char::from));
        Token { text, prefix: prefix.clone() }
    }

    /// The public start.
    #[must_use]
    pub fn prefix(&self) -> &Prefix {
        &self.prefix
    }

    /// `SHA-256("keyctl/token/v1\0" || token)`.
    #[must_use]
    pub fn digest(&self) -> TokenDigest {
        let hash = Sha256::new_with_prefix(DIGEST_TAG).chain_update(self.text.as_bytes());
        TokenDigest(hash.finalize().into())
    }

    /// The token itself, for the one place that hands it over.
    #[must_use]
    pub fn expose_token(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({}_…)", self.prefix)
    }
}

/// CRC-32 (IEEE) of the text, as six base62 digits, the most significant first.
fn check_of(text: &str) -> [u8; CHECK_LEN] {
    let mut rest = crc32fast::hash(text.as_bytes());
    let mut digits = [ALPHABET[0]; CHECK_LEN];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(rest % 62) as usize];
        rest /= 62;
    }
    digits
}

/// What is kept of a token: enough to recognise it, of no use to whoever steals it.
#[derive(Clone)]
pub struct TokenDigest([u8; 32]);

impl TokenDigest {
    /// A digest that was stored.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        TokenDigest(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Compares in constant time.
    #[must_use]
    pub fn matches(&self, other: &TokenDigest) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for TokenDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenDigest(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(fill: u8) -> Token {
        let draw = |buf: &mut [u8]| {
            buf.fill(fill);
            Ok::<_, ()>(())
        };
        let id = PublicId::parse("3fK9aQ1xZ0bT").unwrap();
        let prefix = Prefix::new(Brand::default(), Environment::Production, id);
        Token::assemble(&prefix, &SecretBody::draw(draw).unwrap())
    }

    #[test]
    fn a_token_reads_back_and_shows_only_its_prefix() {
        let token = token(17);
        let again = Token::parse(token.expose_token()).unwrap();
        assert!(again.digest().matches(&token.digest()));
        assert_eq!(again.prefix().to_string(), "kc_prod_3fK9aQ1xZ0bT");
        assert_eq!(format!("{again:?}"), "Token(kc_prod_3fK9aQ1xZ0bT_…)");
        assert_eq!(format!("{:?}", again.digest()), "TokenDigest(…)");
    }

    #[test]
    fn brands_of_others_cannot_be_taken_but_can_be_read() {
        assert_eq!(Brand::parse("sk"), Err(BrandError::Reserved));
        assert!(Prefix::parse("sk_prod_3fK9aQ1xZ0bT").is_some());
        for text in ["", "k", "Kc", "1kc", "kc_", "abcdefghijklm", "k-c", "ké"] {
            assert_eq!(Brand::parse(text), Err(BrandError::Grammar), "{text}");
        }
        assert_eq!(Brand::parse("abcdefghijkl").unwrap().to_string(), "abcdefghijkl");
        assert!(RESERVED_BRANDS.is_sorted());
    }

    #[test]
    fn the_check_is_the_common_crc_in_base62() {
        // CRC-32/ISO-HDLC of "123456789" is cbf43926.
        let value = check_of("123456789").iter().fold(0_u64, |value, digit| {
            value * 62 + ALPHABET.iter().position(|d| d == digit).unwrap() as u64
        });
        assert_eq!(value, 0xcbf4_3926);
    }

    /// What lies at an address of this process, be it freed or not.
    #[cfg(target_os = "linux")]
    fn memory_at<const N: usize>(memory: &std::fs::File, address: usize) -> [u8; N] {
        let mut bytes = [0; N];
        std::os::unix::fs::FileExt::read_exact_at(memory, &mut bytes, address as u64).unwrap();
        bytes
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_secret_that_is_let_go_leaves_nothing_in_memory() {
        let memory = std::fs::File::open("/proc/self/mem").unwrap();
        let draw = |buf: &mut [u8]| {
            buf.fill(41);
            Ok::<_, ()>(())
        };
        let secret = Box::new(SecretBody::draw(draw).unwrap());
        let at = secret.0.as_ptr().addr();
        assert_eq!(memory_at(&memory, at), [b'f'; SECRET_LEN]);
        drop(secret);
        // The allocator writes to the first bytes of what it gets back.
        assert!(!memory_at::<SECRET_LEN>(&memory, at)[16..].contains(&b'f'));
    }

    #[test]
    fn environments_read_both_of_their_names() {
        for environment in Environment::ALL {
            assert_eq!(environment.as_str().parse(), Ok(environment));
            assert_eq!(environment.tag().parse(), Ok(environment));
        }
        assert_eq!("Production".parse::<Environment>(), Err(()));
    }
}
