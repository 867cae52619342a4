//! Path patterns, and the one form in which a request's path is looked at.
//!
//! Decoding a path differently from the service behind is the classic hole, so nothing is decoded
//! here: a path that could mean something else to somebody else is not in normal form, and is
//! denied.

use std::fmt;

/// A request method, in capitals.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Method(String);

impl Method {
    /// Takes 1 to 16 letters and makes them capitals.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=16).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphabetic());
        fits.then(|| Method(text.to_ascii_uppercase()))
    }

    /// The method.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The path of a request in normal form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestPath<'a>(&'a str);

impl<'a> RequestPath<'a> {
    const MAX: usize = 8192;

    /// Takes a path of at most 8,192 bytes that begins with `/` and has no empty, `.` or `..`
    /// segment, no query or fragment, no `\`, no control character or space, and none of `%2F`,
    /// `%5C`, `%00` and `%2E` in either case. `/` alone is in normal form.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let path = text.strip_prefix('/')?;
        let fits = text.len() <= Self::MAX
            && !text.contains(is_ambiguous)
            && !has_ambiguous_escape(text)
            && (path.is_empty() || path.split('/').all(is_segment));
        fits.then_some(RequestPath(text))
    }

    fn segments(self) -> Vec<&'a str> {
        segments(self.0)
    }
}

/// A pattern that paths are matched with: `GET /v1/orders/**` or `/v1/*`, at most 512 bytes.
///
/// It is anchored at both ends. `*` stands for any characters inside one segment; `**` stands
/// for whole segments: for one or more at the end, for any number elsewhere. `/**` alone is the
/// whole site. A pattern with a method matches only requests that name that method.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathPattern {
    text: String,
    method: Option<Method>,
    /// Where the path begins in `text`.
    path_at: usize,
}

/// The text is no path pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathPatternError {
    /// Longer than 512 bytes.
    TooLong,
    /// What stands before the path is no method.
    Method,
    /// Does not begin with `/`.
    NotAbsolute,
    /// `**` with something beside it.
    GluedStars,
    /// A character that patterns of other tools give a meaning.
    Character,
    /// Could never match, because no path in normal form looks like that.
    Unmatchable,
}

impl fmt::Display for PathPatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PathPatternError::TooLong => "is longer than 512 bytes",
            PathPatternError::Method => "does not begin with a method like GET or with /",
            PathPatternError::NotAbsolute => {
                "does not begin with /, as in /v1/orders/** or GET /v1/orders/*"
            }
            PathPatternError::GluedStars => {
                "has ** beside other characters; it stands for whole segments, as in /v1/**"
            }
            PathPatternError::Character => {
                "has one of ? [ ] { } \\ # or a space; patterns know only * and **"
            }
            PathPatternError::Unmatchable => {
                "can match no path: segments cannot be empty, . or .., nor hold %2F %5C %00 %2E"
            }
        })
    }
}

impl std::error::Error for PathPatternError {}

impl PathPattern {
    const MAX: usize = 512;

    /// Reads a pattern.
    ///
    /// # Errors
    /// When it is too long, or not of the form above.
    pub fn parse(text: &str) -> Result<Self, PathPatternError> {
        if text.len() > Self::MAX {
            return Err(PathPatternError::TooLong);
        }
        let (method, path) = match text.split_once(' ') {
            Some((method, path)) => {
                (Some(Method::parse(method).ok_or(PathPatternError::Method)?), path)
            }
            None => (None, text),
        };
        check_pattern(path)?;
        let text = method.as_ref().map_or(path.to_owned(), |m| format!("{} {path}", m.as_str()));
        Ok(PathPattern { path_at: text.len() - path.len(), text, method })
    }

    /// The pattern as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// True when it matches only requests of one method.
    #[must_use]
    pub fn needs_method(&self) -> bool {
        self.method.is_some()
    }

    /// True when a request of that method and path is what the pattern describes.
    #[must_use]
    pub fn matches(&self, method: Option<&Method>, path: &RequestPath<'_>) -> bool {
        let path_pattern = &self.text[self.path_at..];
        let method_fits = self.method.is_none() || self.method.as_ref() == method;
        method_fits && (path_pattern == "/**" || segments_match(path_pattern, *path))
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn check_pattern(path: &str) -> Result<(), PathPatternError> {
    if !path.starts_with('/') {
        return Err(PathPatternError::NotAbsolute);
    }
    if path.contains(|c| is_ambiguous(c) || "[]{}".contains(c)) {
        return Err(PathPatternError::Character);
    }
    let segments = segments(path);
    if segments.iter().any(|s| s.contains("**") && *s != "**") {
        return Err(PathPatternError::GluedStars);
    }
    if has_ambiguous_escape(path) || !segments.iter().all(|s| is_segment(s)) {
        return Err(PathPatternError::Unmatchable);
    }
    Ok(())
}

/// The segments between the slashes; `/` has none.
fn segments(path: &str) -> Vec<&str> {
    let inner = path.strip_prefix('/').unwrap_or(path);
    if inner.is_empty() { Vec::new() } else { inner.split('/').collect() }
}

fn is_segment(segment: &str) -> bool {
    !matches!(segment, "" | "." | "..")
}

fn is_ambiguous(c: char) -> bool {
    c.is_control() || c.is_whitespace() || matches!(c, '\\' | '?' | '#')
}

fn has_ambiguous_escape(text: &str) -> bool {
    let escapes = ["2f", "5c", "00", "2e"];
    text.as_bytes()
        .windows(3)
        .any(|w| w[0] == b'%' && escapes.iter().any(|e| w[1..].eq_ignore_ascii_case(e.as_bytes())))
}

/// Matches segment by segment; the greedy walk with one point to come back to needs at most
/// `pattern × path` steps (the same walk as for `*` in a segment, over segments).
fn segments_match(pattern: &str, path: RequestPath<'_>) -> bool {
    let (pattern, path) = (segments(pattern), path.segments());
    // A `**` at the end stands for at least one segment: let a plain `*` be that one.
    let mut units: Vec<&str> = pattern;
    if units.last() == Some(&"**") {
        units.push("*");
    }
    walk(&units, &path, |unit| *unit == "**", |unit, segment| segment_matches(unit, segment))
}

fn segment_matches(pattern: &str, segment: &str) -> bool {
    walk(pattern.as_bytes(), segment.as_bytes(), |unit| *unit == b'*', |unit, byte| unit == byte)
}

/// Matches `items` with `units`, of which those that are a `star` stand for any number of items.
/// On a mismatch the last star takes one item more; earlier stars never have to.
fn walk<U, I>(
    units: &[U],
    items: &[I],
    star: impl Fn(&U) -> bool,
    fits: impl Fn(&U, &I) -> bool,
) -> bool {
    let (mut unit, mut item) = (0, 0);
    let mut last_star = None;
    while item < items.len() {
        if unit < units.len() && star(&units[unit]) {
            last_star = Some((unit, item));
            unit += 1;
        } else if unit < units.len() && fits(&units[unit], &items[item]) {
            unit += 1;
            item += 1;
        } else if let Some((star_unit, taken)) = last_star {
            last_star = Some((star_unit, taken + 1));
            unit = star_unit + 1;
            item = taken + 1;
        } else {
            return false;
        }
    }
    units[unit..].iter().all(star)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, request: &str) -> bool {
        let pattern = PathPattern::parse(pattern).unwrap();
        let (method, path) = request.split_once(' ').unwrap_or(("", request));
        pattern.matches(Method::parse(method).as_ref(), &RequestPath::parse(path).unwrap())
    }

    #[test]
    fn patterns_are_anchored_and_stars_stay_where_they_belong() {
        for (pattern, request) in [
            ("/v1/orders", "/v1/orders"),
            ("/v1/*", "/v1/orders"),
            ("/v1/ord*s", "/v1/orders"),
            ("/v1/ord*s", "/v1/ords"),
            ("/v1/**", "/v1/a/b/c"),
            ("/a/**/b", "/a/b"),
            ("/a/**/b", "/a/x/y/b"),
            ("/**/b", "/b"),
            ("/**", "/"),
            ("/", "/"),
            ("GET /v1/*", "GET /v1/a"),
            ("get /v1/*", "GET /v1/a"),
            ("/v1/*", "DELETE /v1/a"),
            ("/**/x/**", "/x/x"),
        ] {
            assert!(matches(pattern, request), "{pattern} {request}");
        }
        for (pattern, request) in [
            ("/v1/orders", "/v1/orders/1"),
            ("/v1/orders", "/x/v1/orders"),
            ("/v1/*", "/v1"),
            ("/v1/*", "/v1/a/b"),
            ("/v1/**", "/v1"),
            ("/a/**/b", "/a/bb"),
            ("/v1/ord*s", "/v1/order"),
            ("GET /v1/*", "/v1/a"),
            ("GET /v1/*", "POST /v1/a"),
            ("/", "/a"),
            ("/**/x/**", "/x"),
        ] {
            assert!(!matches(pattern, request), "{pattern} {request}");
        }
    }

    #[test]
    fn a_method_is_one_to_sixteen_letters_and_written_in_capitals() {
        let read = |text: &str| Method::parse(text).map(|method| method.as_str().to_owned());
        assert_eq!(read("get").as_deref(), Some("GET"));
        assert_eq!(read(&"m".repeat(16)), Some("M".repeat(16)));
        for text in ["", "G3T", "GE T", "gét", &"m".repeat(17)] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_pattern_is_written_in_one_way() {
        let pattern = PathPattern::parse("get /v1/*").unwrap();
        assert_eq!((pattern.as_str(), pattern.needs_method()), ("GET /v1/*", true));
        assert_eq!(pattern.to_string(), "GET /v1/*");
        assert!(!PathPattern::parse("/v1/*").unwrap().needs_method());
    }

    #[test]
    fn a_path_that_others_may_read_differently_is_not_in_normal_form() {
        for path in [
            "",
            "v1",
            "//",
            "/v1/",
            "/v1//a",
            "/./a",
            "/a/..",
            "/a%2fb",
            "/a%2Fb",
            "/%5c",
            "/%00",
            "/%2e%2E/",
            "/a\\b",
            "/a?x=1",
            "/a#b",
            "/a b",
            "/a\n",
            "/a\u{a0}b",
        ] {
            assert_eq!(RequestPath::parse(path), None, "{path}");
        }
        for path in ["/", "/a", "/a.b/...", "/%20", "/a%", "/%c3%a4", "/ä"] {
            assert!(RequestPath::parse(path).is_some(), "{path}");
        }
        assert!(RequestPath::parse(&format!("/{}", "a".repeat(8191))).is_some());
        assert_eq!(RequestPath::parse(&format!("/{}", "a".repeat(8192))), None);
    }

    #[test]
    fn patterns_that_mean_something_elsewhere_are_refused() {
        use PathPatternError as E;
        for (pattern, error) in [
            ("", E::NotAbsolute),
            ("v1", E::NotAbsolute),
            ("GET v1", E::NotAbsolute),
            ("G3T /v1", E::Method),
            (" /v1", E::Method),
            ("/v1/a**", E::GluedStars),
            ("/v1/***", E::GluedStars),
            ("/v1/a?", E::Character),
            ("/v1/[ab]", E::Character),
            ("/v1/{a,b}", E::Character),
            ("GET /v1 /a", E::Character),
            ("/v1/", E::Unmatchable),
            ("/v1//a", E::Unmatchable),
            ("/../a", E::Unmatchable),
            ("/a%2Fb", E::Unmatchable),
        ] {
            assert_eq!(PathPattern::parse(pattern), Err(error), "{pattern}");
        }
        assert!(PathPattern::parse(&format!("/{}", "a".repeat(511))).is_ok());
        assert_eq!(PathPattern::parse(&format!("/{}", "a".repeat(512))), Err(E::TooLong));
    }

    #[test]
    fn matching_takes_no_longer_than_pattern_times_path() {
        let pattern = format!("/{}b", "a*".repeat(250));
        let path = format!("/{}", "a".repeat(8000));
        assert!(!matches(&pattern, &path));
        let pattern = format!("/{}b", "**/a/".repeat(100));
        assert!(!matches(&pattern, &"/a".repeat(4000)));
    }
}
