//! Scopes: what a key may do. A scope is a path of words; a final `*` stands for everything
//! below it. Because a pattern can only end in `*`, any two of them are either disjoint or one
//! contains the other, which is what makes the intersection of two sets exact.

use std::fmt;

/// A scope such as `orders:read`, `orders:*` or `*`, at most 128 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(String);

/// The text is no scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeError {
    /// Not of the grammar.
    Malformed,
    /// Longer than 128 characters.
    TooLong,
}

impl fmt::Display for ScopeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ScopeError::Malformed => f.write_str("is not a scope like orders:read, orders:* or *"),
            ScopeError::TooLong => write!(f, "is longer than {} characters", Scope::MAX),
        }
    }
}

impl std::error::Error for ScopeError {}

impl Scope {
    /// The most characters of a scope.
    pub const MAX: usize = 128;

    /// Reads a scope: words of `[a-z0-9._-]`, joined by `:`; the last may be `*`.
    ///
    /// # Errors
    /// When it is none, or too long.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        if text.len() > Self::MAX {
            return Err(ScopeError::TooLong);
        }
        let words = match text.strip_suffix('*') {
            Some("") => return Ok(Scope(text.to_owned())),
            Some(stem) => stem.strip_suffix(':').ok_or(ScopeError::Malformed)?,
            None => text,
        };
        if words.as_bytes().split(|byte| *byte == b':').all(is_word) {
            Ok(Scope(text.to_owned()))
        } else {
            Err(ScopeError::Malformed)
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True when whoever has `self` has all of `other`: `a:*` covers `a:b`, `a:b:c` and `a:b:*`,
    /// but not `a`.
    #[must_use]
    pub fn covers(&self, other: &Scope) -> bool {
        match self.0.strip_suffix('*') {
            None => self == other,
            Some(stem) => other.0.starts_with(stem),
        }
    }

    /// True for `*`.
    #[must_use]
    pub fn is_full_access(&self) -> bool {
        self.0 == "*"
    }
}

fn is_word(word: &[u8]) -> bool {
    let fits = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-');
    !word.is_empty() && word.iter().all(fits)
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A set of scopes, in order and without duplicates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopeSet(Vec<Scope>);

impl ScopeSet {
    /// The scopes in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Scope> {
        self.0.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True when there are none, and so nothing is granted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True when this very scope is in the set.
    #[must_use]
    pub fn contains(&self, scope: &Scope) -> bool {
        self.0.binary_search(scope).is_ok()
    }

    /// True when a scope of the set covers `scope`.
    #[must_use]
    pub fn grants(&self, scope: &Scope) -> bool {
        self.0.iter().any(|own| own.covers(scope))
    }

    /// Adds a scope; false when it was there.
    pub fn insert(&mut self, scope: Scope) -> bool {
        let found = self.0.binary_search(&scope);
        if let Err(at) = found {
            self.0.insert(at, scope);
        }
        found.is_err()
    }

    /// Removes this very scope; false when it was not there.
    pub fn remove(&mut self, scope: &Scope) -> bool {
        let found = self.0.binary_search(scope);
        found.map(|at| self.0.remove(at)).is_ok()
    }

    /// What both sets grant, with nothing in it twice.
    #[must_use]
    pub fn intersect(&self, other: &ScopeSet) -> ScopeSet {
        let of_self = self.iter().filter(|scope| other.grants(scope));
        let of_other = other.iter().filter(|scope| self.grants(scope));
        let all: ScopeSet = of_self.chain(of_other).cloned().collect();
        let covered = |scope: &Scope| all.iter().any(|s| s != scope && s.covers(scope));
        ScopeSet(all.iter().filter(|scope| !covered(scope)).cloned().collect())
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        let mut scopes: Vec<Scope> = scopes.into_iter().collect();
        scopes.sort_unstable();
        scopes.dedup();
        ScopeSet(scopes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(text: &str) -> Scope {
        Scope::parse(text).unwrap()
    }

    fn set(texts: &[&str]) -> ScopeSet {
        texts.iter().map(|text| scope(text)).collect()
    }

    #[test]
    fn a_star_covers_what_is_below_and_not_the_stem() {
        for (own, asked) in [
            ("a:*", "a:b"),
            ("a:*", "a:b:c"),
            ("a:*", "a:b:*"),
            ("a:*", "a:*"),
            ("*", "a"),
            ("*", "*"),
        ] {
            assert!(scope(own).covers(&scope(asked)), "{own} {asked}");
        }
        for (own, asked) in [
            ("a:*", "a"),
            ("a:*", "ab:c"),
            ("a:*", "*"),
            ("a:b", "a:*"),
            ("a", "a:b"),
            ("a:b:*", "a:*"),
        ] {
            assert!(!scope(own).covers(&scope(asked)), "{own} {asked}");
        }
    }

    #[test]
    fn only_the_grammar_is_a_scope() {
        for text in ["read", "orders:read", "a.b_c-d:9", "a:*", "*"] {
            assert!(Scope::parse(text).is_ok(), "{text}");
        }
        for text in
            ["", ":", "a:", ":a", "a::b", "A:b", "a*", "a:*:b", "**", "a:b*", "a b", "ä", "*:a"]
        {
            assert_eq!(Scope::parse(text), Err(ScopeError::Malformed), "{text}");
        }
        assert!(Scope::parse(&"a".repeat(128)).is_ok());
        assert_eq!(Scope::parse(&"a".repeat(129)), Err(ScopeError::TooLong));
    }

    #[test]
    fn a_set_knows_what_is_in_it() {
        let mut own = set(&["b:*", "a"]);
        assert_eq!((own.len(), own.is_empty()), (2, false));
        assert!(own.contains(&scope("a")) && !own.contains(&scope("b:c")));
        assert!(own.grants(&scope("b:c")) && !own.grants(&scope("c")));
        assert!(own.insert(scope("c")) && !own.insert(scope("c")));
        assert_eq!(own.iter().map(Scope::as_str).collect::<Vec<_>>(), ["a", "b:*", "c"]);
        assert!(own.remove(&scope("a")) && !own.remove(&scope("a")));
        assert_eq!(own, set(&["b:*", "c"]));
        assert_eq!((set(&[]).len(), set(&[]).is_empty()), (0, true));
    }

    #[test]
    fn only_a_star_alone_is_full_access() {
        assert!(scope("*").is_full_access());
        assert!(!scope("a:*").is_full_access() && !scope("a").is_full_access());
        assert_eq!(scope("a:*").to_string(), "a:*");
    }

    #[test]
    fn an_intersection_is_exact_and_minimal() {
        let both = set(&["orders:*", "users:read"]).intersect(&set(&[
            "orders:read",
            "orders:read:own",
            "users:*",
        ]));
        assert_eq!(both, set(&["orders:read", "orders:read:own", "users:read"]));
        assert_eq!(set(&["*"]).intersect(&set(&["a:*", "a:b"])), set(&["a:*"]));
        assert!(set(&["a"]).intersect(&set(&["a:*"])).is_empty());
    }
}
