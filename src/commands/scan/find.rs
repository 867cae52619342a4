//! Tokens in bytes: of any file, text or not, of any size, in memory that does not grow with it.
//!
//! Every token has `_prod_`, `_stage_` or `_dev_` in it. These are looked for first, many bytes at
//! a time; only the word around one is looked at byte by byte, and the parser of tokens has the
//! last word on it. A word is what `\b` of a regular expression is the border of: letters, digits
//! and `_`, all of ASCII.

use std::io::{self, ErrorKind, Read};
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use keyctl_verify::{Brand, Environment, Token};
use memchr::{memchr_iter, memrchr};
use zeroize::Zeroizing;

/// The bytes that are looked at in one go.
const CHUNK: usize = 256 << 10;
/// The last bytes of a chunk are looked at again with the next one: a token that may go on there,
/// and the byte before it.
const OVERLAP: usize = Token::MAX_LEN + 1;

/// Looks for tokens.
pub(super) struct Finder {
    anchors: AhoCorasick,
    /// Of these vaults only.
    brand: Option<Brand>,
}

/// A token, and where it begins.
pub(super) struct Found {
    pub(super) place: Place,
    pub(super) token: Token,
}

/// A place in a file. Lines end with `\n`; a column is a character of UTF-8, and any byte that is
/// none and does not go on with one. Both count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) line: u64,
    pub(super) column: u64,
}

/// Where the bytes of a file are put, one after another; cleared when dropped.
pub(super) struct Buffer(Zeroizing<Vec<u8>>);

impl Buffer {
    pub(super) fn new() -> Self {
        Buffer::of(CHUNK)
    }

    fn of(size: usize) -> Self {
        assert!(size > OVERLAP, "a chunk has to go on after the last one");
        Buffer(Zeroizing::new(vec![0; size]))
    }
}

impl Finder {
    pub(super) fn new(brand: Option<Brand>) -> Self {
        let anchors = Environment::ALL.map(|environment| format!("_{}_", environment.tag()));
        // Leftmost, because only then the search is one for many bytes at a time.
        let anchors = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(anchors);
        Finder { anchors: anchors.expect("three short words are not too many"), brand }
    }

    /// Adds the tokens of `source`, in their order.
    ///
    /// # Errors
    /// When it cannot be read to its end; what came before has been added.
    pub(super) fn search(
        &self,
        mut source: impl Read,
        buffer: &mut Buffer,
        found: &mut Vec<Found>,
    ) -> io::Result<()> {
        let buffer = &mut buffer.0[..];
        let (mut place, mut kept) = (Place { line: 1, column: 1 }, 0);
        loop {
            let len = kept + fill(&mut source, &mut buffer[kept..])?;
            let is_last = len < buffer.len();
            self.search_chunk(&buffer[..len], kept, is_last, place, found);
            if is_last {
                return Ok(());
            }
            let done = len - OVERLAP;
            place.advance(&buffer[..done]);
            buffer.copy_within(done..len, 0);
            kept = OVERLAP;
        }
    }

    /// The tokens of a chunk that begins at `place`. Its first `kept` bytes were the last of the
    /// chunk before, and what ended in them was found there.
    fn search_chunk(
        &self,
        chunk: &[u8],
        kept: usize,
        is_last: bool,
        mut place: Place,
        found: &mut Vec<Found>,
    ) {
        let (mut here, mut judged) = (0, 0);
        for anchor in self.anchors.find_iter(chunk) {
            // A word is judged once, however many anchors it has.
            if anchor.start() < judged {
                continue;
            }
            let word = word_around(chunk, anchor.range());
            judged = word.end;
            let goes_on = word.end == chunk.len() && !is_last;
            if word.end < kept || goes_on {
                continue;
            }
            if let Some(token) = self.token(&chunk[word.clone()]) {
                place.advance(&chunk[here..word.start]);
                here = word.start;
                found.push(Found { place, token });
            }
        }
    }

    fn token(&self, word: &[u8]) -> Option<Token> {
        let token = Token::parse(std::str::from_utf8(word).ok()?).ok()?;
        let is_ours = |brand| token.prefix().brand() == brand;
        self.brand.as_ref().is_none_or(is_ours).then_some(token)
    }
}

/// The word that the bytes `inside` belong to, or so much of it that it is too long for a token.
fn word_around(chunk: &[u8], inside: Range<usize>) -> Range<usize> {
    let before = chunk[..inside.start].iter().rev();
    let before = before.take(Token::MAX_LEN).take_while(|byte| is_word(**byte)).count();
    let after = chunk[inside.end..].iter();
    let after = after.take(Token::MAX_LEN).take_while(|byte| is_word(**byte)).count();
    inside.start - before..inside.end + after
}

/// The tokens of `bytes` and where they begin, in chunks of that size or of the smallest there is.
#[cfg(fuzzing)]
pub(crate) fn tokens_in(bytes: &[u8], chunk: usize) -> Vec<(u64, u64, Token)> {
    let (mut found, mut buffer) = (Vec::new(), Buffer::of(chunk.max(OVERLAP + 1)));
    let searched = Finder::new(None).search(bytes, &mut buffer, &mut found);
    searched.expect("memory can be read");
    found.into_iter().map(|found| (found.place.line, found.place.column, found.token)).collect()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Reads until the buffer is full, or there is no more; how much it was.
fn fill(source: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut len = 0;
    while len < buffer.len() {
        match source.read(&mut buffer[len..]) {
            Ok(0) => break,
            Ok(n) => len += n,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(len)
}

impl Place {
    /// The place after these bytes.
    fn advance(&mut self, bytes: &[u8]) {
        let rest = match memrchr(b'\n', bytes) {
            None => bytes,
            Some(last) => {
                self.line += memchr_iter(b'\n', bytes).count() as u64;
                self.column = 1;
                &bytes[last + 1..]
            }
        };
        // Every byte of UTF-8 that is not 10xxxxxx begins a character.
        self.column += rest.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use keyctl_verify::{Prefix, PublicId, SecretBody};

    fn token(brand: &str, environment: Environment, fill: u8) -> String {
        let id = PublicId::parse("3fK9aQ1xZ0bT").unwrap();
        let prefix = Prefix::new(Brand::read(brand).unwrap(), environment, id);
        let draw = |bytes: &mut [u8]| {
            bytes.fill(fill);
            Ok::<_, ()>(())
        };
        let secret = SecretBody::draw(draw).unwrap();
        Token::assemble(&prefix, &secret).expose_token().to_owned()
    }

    fn short() -> String {
        token("kc", Environment::Development, 17)
    }

    fn long() -> String {
        token("abcdefghijkl", Environment::Staging, 18)
    }

    /// What is found with a buffer of that size: line, column and token.
    fn found_in(bytes: &[u8], size: usize) -> Vec<(u64, u64, String)> {
        let mut found = Vec::new();
        Finder::new(None).search(bytes, &mut Buffer::of(size), &mut found).unwrap();
        let show = |f: &Found| (f.place.line, f.place.column, f.token.expose_token().to_owned());
        found.iter().map(show).collect()
    }

    fn found(text: &str) -> Vec<(u64, u64, String)> {
        found_in(text.as_bytes(), CHUNK)
    }

    #[test]
    fn tokens_are_found_at_the_start_at_the_end_and_side_by_side() {
        let (a, b) = (short(), long());
        assert_eq!(found(&a), [(1, 1, a.clone())]);
        assert_eq!(found(&format!("\n\n  {a}")), [(3, 3, a.clone())]);
        assert_eq!(found(&format!("{a}\r\nx={b}\r\n")), [(1, 1, a.clone()), (2, 3, b.clone())]);
        let column = a.len() as u64 + 2;
        assert_eq!(found(&format!("{a},{b}")), [(1, 1, a.clone()), (1, column, b.clone())]);
        assert_eq!(found(&format!("\"{a}\"-{a}")).len(), 2);
    }

    #[test]
    fn every_environment_is_found() {
        for environment in Environment::ALL {
            let token = token("acme", environment, 3);
            assert_eq!(found(&token), [(1, 1, token.clone())]);
        }
    }

    #[test]
    fn what_only_looks_like_a_token_is_not_found() {
        let token = short();
        let last = if token.ends_with('0') { "1" } else { "0" };
        let mistyped = format!("{}{last}", &token[..token.len() - 1]);
        for text in [
            mistyped,
            format!("{token}0"),
            format!("{token}_"),
            format!("_{token}"),
            format!("a{token}"),
            format!("{}_{token}", "x".repeat(100)),
            format!("{token}{}", "x".repeat(100)),
            token[..token.len() - 1].to_owned(),
            token.replace("_dev_", "_test_"),
            "_dev__prod__stage_".to_owned(),
            "_dev_prod_stage_dev_".repeat(100),
        ] {
            assert_eq!(found(&text), [], "{text}");
        }
    }

    #[test]
    fn letters_beyond_ascii_end_a_word_and_are_one_column() {
        let token = short();
        assert_eq!(found(&format!("ä鍵{token}ä")), [(1, 3, token.clone())]);
        let bytes = [b"\xff\x00\xfe", token.as_bytes(), b"\xff"].concat();
        assert_eq!(found_in(&bytes, CHUNK), [(1, 4, token)]);
    }

    #[test]
    fn only_one_brand_is_found_when_asked_for() {
        let text = format!("{}\n{}", short(), long());
        let mut found = Vec::new();
        let finder = Finder::new(Brand::read("abcdefghijkl"));
        finder.search(text.as_bytes(), &mut Buffer::new(), &mut found).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].place, Place { line: 2, column: 1 });
    }

    /// Wherever the border between two chunks falls, and however small they are, the same is found.
    #[test]
    fn chunks_make_no_difference() {
        let (a, b) = (short(), long());
        let longer = format!("{a}{}", "x".repeat(30));
        for before in 0..200 {
            let text = format!(
                "ä\n{}\n{a} {longer}é{b}\n{a}{}{b}",
                "é".repeat(before),
                "\n".repeat(before)
            );
            let all = found(&text);
            let words: Vec<&str> = all.iter().map(|(_, _, token)| token.as_str()).collect();
            let expected = if before == 0 { vec![&*a, &*b] } else { vec![&*a, &*b, &*a, &*b] };
            assert_eq!(words, expected);
            for size in [OVERLAP + 1, OVERLAP + 2, 128, 200, 301] {
                assert_eq!(found_in(text.as_bytes(), size), all, "{size} {before}");
            }
        }
    }

    /// A source that gives a byte at a time, and fails in the end.
    struct Broken<'a>(&'a [u8]);

    impl Read for Broken<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let (first, rest) = self.0.split_first().ok_or_else(|| io::Error::other("broken"))?;
            buffer[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    #[test]
    fn what_was_found_before_a_source_broke_is_kept() {
        let text = format!("{}\n{}", short(), "x".repeat(300));
        let mut found = Vec::new();
        let mut buffer = Buffer::of(OVERLAP + 10);
        let result = Finder::new(None).search(Broken(text.as_bytes()), &mut buffer, &mut found);
        assert!(result.is_err());
        assert_eq!(found.len(), 1);
    }
}
