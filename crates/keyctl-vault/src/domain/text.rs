//! The texts of a record. All are normalised to Unicode form C, bounded in characters, and free
//! of characters that could make one name look like another or act on a terminal.

use std::borrow::Borrow;
use std::fmt;

use keyctl_verify::{Environment, Prefix};
use smol_str::SmolStr;
use unicode_normalization::UnicodeNormalization;

/// Why a text was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing was given.
    #[error("is empty")]
    Empty,
    /// Longer than the bound, in characters.
    #[error("is {len} characters long, at most {max} are allowed")]
    TooLong {
        /// Its length in characters.
        len: usize,
        /// The most that is allowed.
        max: usize,
    },
    /// A control, bidirectional or zero-width character.
    #[error("contains U+{:04X}, a control, bidirectional or zero-width character", u32::from(*.0))]
    Deceptive(char),
    /// Begins or ends with white space.
    #[error("begins or ends with white space")]
    Padded,
    /// A token, which is a secret, and would be shown for ever.
    #[error("holds a token, which is a secret; name the key by its prefix")]
    Token,
    /// White space inside of an identifier.
    #[error("holds white space")]
    Spaced,
    /// Characters outside the small set that label names are made of.
    #[error("may only have letters, digits and . _ / -")]
    LabelKey,
}

/// True for characters that are invisible or act instead of being shown: controls, format and
/// bidirectional controls, zero-width characters, fillers, line separators, tags. A text meant
/// for people must not hold one, and a terminal must not be sent one.
#[must_use]
pub fn is_deceptive(c: char) -> bool {
    if matches!(c, ' '..='~') {
        return false;
    }
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

fn parse(text: &str, max: usize, allowed: fn(char) -> bool) -> Result<SmolStr, TextError> {
    // A text of more than four times the bound in bytes cannot be within it.
    if text.len() > max * 4 {
        return Err(TextError::TooLong { len: text.chars().count(), max });
    }
    // Printable ASCII is in form C, and hides nothing.
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let normal: SmolStr = if is_plain { text.into() } else { text.nfc().collect() };
    let len = normal.chars().count();
    if len == 0 {
        return Err(TextError::Empty);
    }
    if len > max {
        return Err(TextError::TooLong { len, max });
    }
    if !is_plain && let Some(c) = normal.chars().find(|c| is_deceptive(*c) && !allowed(*c)) {
        return Err(TextError::Deceptive(c));
    }
    if normal.trim().len() != normal.len() {
        return Err(TextError::Padded);
    }
    if holds_token(&normal) { Err(TextError::Token) } else { Ok(normal) }
}

/// A stored text is only bounded: four bytes a character.
fn stored(text: &str, max: usize) -> Option<SmolStr> {
    (1..=max * 4).contains(&text.len()).then(|| text.into())
}

/// True when there is a token in the text, be it mistyped, without its check, or with something
/// before or after it, as when it was pasted twice.
fn holds_token(text: &str) -> bool {
    if text.len() < ID_AND_SECRET {
        return false;
    }
    Environment::ALL.iter().any(|environment| {
        let tag = format!("_{}_", environment.tag());
        text.match_indices(&tag).any(|(at, _)| is_id_and_secret(&text[at + tag.len()..]))
    })
}

/// The least that a token has after its environment: 12 characters, an underscore and 43.
const ID_AND_SECRET: usize = 12 + 1 + 43;

/// 12 characters of public id and 43 of secret (`docs/token-format.md`), whatever follows.
fn is_id_and_secret(text: &str) -> bool {
    let run = |text: &str| text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    run(text) == 12 && text[12..].strip_prefix('_').is_some_and(|secret| run(secret) >= 43)
}

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $max:literal, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(SmolStr);

        impl $name {
            /// The most characters it may have.
            pub const MAX: usize = $max;

            /// Takes the text in Unicode normalisation form C.
            ///
            /// # Errors
            /// When it is empty, too long, padded with white space, or holds a character that
            /// [`is_deceptive`].
            pub fn parse(text: &str) -> Result<Self, TextError> {
                parse(text, $max, $allowed).map($name)
            }

            /// A text that was stored: what is accepted may change, what was accepted stays.
            pub(crate) fn from_stored(text: &str) -> Option<Self> {
                stored(text, $max).map($name)
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

const NONE: fn(char) -> bool = |_| false;

text_type!(
    /// The project a key is bound to, 1 to 100 characters.
    Project, 100, NONE
);
text_type!(
    /// The person or service that a key acts for, 1 to 100 characters.
    Owner, 100, NONE
);
text_type!(
    /// Why a key was revoked, 1 to 200 characters.
    Reason, 200, NONE
);
text_type!(
    /// A note on a key, 1 to 1,000 characters; line ends and tabs are allowed.
    Note, 1000, |c| matches!(c, '\n' | '\t')
);
text_type!(
    /// The value of a label, 1 to 200 characters.
    LabelValue, 200, NONE
);

/// An identifier of a customer that a key is limited to: 1 to 100 characters without white space.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Customer(SmolStr);

impl Customer {
    /// A text that was stored: what is accepted may change, what was accepted stays.
    pub(crate) fn from_stored(text: &str) -> Option<Self> {
        stored(text, 100).map(Customer)
    }

    /// Takes an identifier in Unicode normalisation form C.
    ///
    /// # Errors
    /// As the other texts, and when it holds white space: lists of customers are separated by it.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = parse(text, 100, NONE)?;
        if text.contains(char::is_whitespace) { Err(TextError::Spaced) } else { Ok(Customer(text)) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a label: 1 to 60 of `A-Za-z0-9._/-`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelKey(SmolStr);

impl LabelKey {
    /// A text that was stored: what is accepted may change, what was accepted stays.
    pub(crate) fn from_stored(text: &str) -> Option<Self> {
        stored(text, 60).map(LabelKey)
    }

    /// Takes the name of a label.
    ///
    /// # Errors
    /// When it is empty, longer than 60 characters, or has others than those above.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = parse(text, 60, NONE)?;
        let fits = |c: char| c.is_ascii_alphanumeric() || "._/-".contains(c);
        if text.chars().all(fits) { Ok(LabelKey(text)) } else { Err(TextError::LabelKey) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LabelKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a key or a slot: 1 to 200 characters, and never shaped like an id, a prefix or a
/// token, so that what a user types can mean only one of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(SmolStr);

/// Why a name was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The text itself will not do.
    #[error(transparent)]
    Text(#[from] TextError),
    /// It could be taken for a key's id, a prefix or a token.
    #[error("is shaped like a key's id or a token's prefix")]
    ShapedLikeId,
}

impl Name {
    /// The most characters it may have.
    pub const MAX: usize = 200;

    /// A name that was stored: what is accepted may change, what was accepted stays.
    pub(crate) fn from_stored(text: &str) -> Option<Self> {
        stored(text, Self::MAX).map(Name)
    }

    /// Takes a name in Unicode normalisation form C.
    ///
    /// # Errors
    /// As the other texts, and when it is shaped like an id, a prefix or a token.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let text = parse(text, Self::MAX, NONE)?;
        if shaped_like_id(&text) { Err(NameError::ShapedLikeId) } else { Ok(Name(text)) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn shaped_like_id(text: &str) -> bool {
    let base62 = |s: &str| s.chars().all(|c| c.is_ascii_alphanumeric());
    let like_id = text
        .strip_prefix("key_")
        .is_some_and(|rest| (6..=12).contains(&rest.len()) && base62(rest));
    let like_prefix = |text: &str| Prefix::parse(text).is_some();
    like_id
        || like_prefix(text)
        || text.rsplit_once('_').is_some_and(|(start, _)| like_prefix(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_bounded_in_characters_and_normalised() {
        assert_eq!(Name::parse("").unwrap_err(), NameError::Text(TextError::Empty));
        assert!(Name::parse(&"ä".repeat(200)).is_ok());
        let long = Name::parse(&"x".repeat(201)).unwrap_err();
        assert_eq!(long, NameError::Text(TextError::TooLong { len: 201, max: 200 }));
        assert_eq!(Name::parse("caf\u{e9}"), Name::parse("cafe\u{301}"));
        assert!(Name::parse(&"e\u{301}".repeat(200)).is_ok());
    }

    #[test]
    fn names_hold_nothing_invisible() {
        for c in
            ['\0', '\u{1b}', '\u{7f}', '\u{9b}', '\u{202e}', '\u{200b}', '\u{200d}', '\u{feff}']
        {
            let err = Name::parse(&format!("a{c}b")).unwrap_err();
            assert_eq!(err, NameError::Text(TextError::Deceptive(c)), "{c:?}");
        }
        assert_eq!(Name::parse(" a").unwrap_err(), NameError::Text(TextError::Padded));
        assert!(Name::parse("مفتاح 鍵 🚀 deploy bot").is_ok());
        assert!(Name::parse("❤\u{fe0f}").is_err(), "a variation selector is not seen");
        assert!(Note::parse("two\nlines").is_ok());
        assert!(Note::parse("an\u{1b}[31m escape").is_err());
    }

    #[test]
    fn names_cannot_pass_for_ids() {
        for text in [
            "key_3fK9aQ",
            "key_3fK9aQ1xZ0bT",
            "kc_prod_3fK9aQ1xZ0bT",
            "kc_dev_3fK9aQ1xZ0bT_mybackup",
        ] {
            assert_eq!(Name::parse(text).unwrap_err(), NameError::ShapedLikeId, "{text}");
        }
        for text in ["key_3fK9a", "key_of-the-door", "kc_prod", "deploy_bot_2"] {
            assert!(Name::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn no_text_holds_a_token() {
        let token = "kc_prod_3fK9aQ1xZ0bT_Q7mZ0xV3bN8kL2pR5tW9yA1cD4fG6hJ0sE3uI7oP2qX0mPTk8";
        let mistyped = token.replace("Q7mZ", "Q7mz");
        let glued = format!("x{token}");
        let twice = format!("{token}{token}");
        let cut = &token[..token.len() - 6];
        for text in [token, &mistyped, &format!("see {token}!"), &glued, &twice, cut] {
            assert_eq!(Owner::parse(&text[..text.len().min(100)]), Err(TextError::Token), "{text}");
            assert_eq!(Note::parse(text), Err(TextError::Token), "{text}");
        }
        assert!(Note::parse(&token[..20]).is_ok(), "a prefix is no secret");
        assert!(Note::parse(&format!("{}_staging", &token[..20])).is_ok(), "nor is a name of it");
        assert_eq!(Customer::parse("a b"), Err(TextError::Spaced));
    }

    #[test]
    fn label_names_are_plain() {
        assert!(LabelKey::parse("team/cost-centre.2").is_ok());
        assert_eq!(LabelKey::parse("a b").unwrap_err(), TextError::LabelKey);
    }
}
