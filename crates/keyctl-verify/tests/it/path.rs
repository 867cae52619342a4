//! Path patterns against a matcher that tries everything.

use keyctl_verify::{Method, PathPattern, RequestPath};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn matches(pattern: &str, method: Option<&str>, path: &str) -> bool {
    let method = method.map(|method| Method::parse(method).unwrap());
    let pattern = PathPattern::parse(pattern).unwrap_or_else(|error| panic!("{pattern} {error}"));
    pattern.matches(method.as_ref(), &RequestPath::parse(path).unwrap())
}

fn should_match(pattern: &str, method: Option<&str>, path: &str) -> bool {
    let (wanted, pattern) = match pattern.split_once(' ') {
        Some((wanted, pattern)) => (Some(wanted), pattern),
        None => (None, pattern),
    };
    let method_fits = wanted.is_none() || wanted == method;
    method_fits && (pattern == "/**" || segments_fit(&segments(pattern), &segments(path)))
}

fn segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|segment| !segment.is_empty()).collect()
}

fn segments_fit(pattern: &[&str], path: &[&str]) -> bool {
    match pattern {
        [] => path.is_empty(),
        ["**"] => !path.is_empty(),
        ["**", rest @ ..] => (0..=path.len()).any(|taken| segments_fit(rest, &path[taken..])),
        [first, rest @ ..] => path.split_first().is_some_and(|(segment, others)| {
            characters_fit(first.as_bytes(), segment.as_bytes()) && segments_fit(rest, others)
        }),
    }
}

fn characters_fit(pattern: &[u8], segment: &[u8]) -> bool {
    match pattern {
        [] => segment.is_empty(),
        [b'*', rest @ ..] => {
            (0..=segment.len()).any(|taken| characters_fit(rest, &segment[taken..]))
        }
        [first, rest @ ..] => segment
            .split_first()
            .is_some_and(|(byte, others)| byte == first && characters_fit(rest, others)),
    }
}

/// Every path of up to `depth` of the segments.
fn paths(of: &[&str], depth: usize) -> Vec<String> {
    let mut all = vec!["/".to_owned()];
    let mut longest = vec![String::new()];
    for _ in 0..depth {
        longest = longest
            .iter()
            .flat_map(|path| of.iter().map(move |segment| format!("{path}/{segment}")))
            .collect();
        all.extend_from_slice(&longest);
    }
    all
}

#[test]
fn small_patterns_match_what_they_should() {
    let requests = paths(&["a", "b", "ab"], 4);
    for pattern in paths(&["a", "*", "**", "a*"], 4) {
        let compiled = PathPattern::parse(&pattern).unwrap();
        for path in &requests {
            let says = compiled.matches(None, &RequestPath::parse(path).unwrap());
            assert_eq!(says, should_match(&pattern, None, path), "{pattern} {path}");
        }
    }
}

/// A segment with stars, none beside another.
fn starred() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[ab]{0,3}(\\*[ab]{1,2}){0,3}\\*?", 1 => Just("**".to_owned())]
        .prop_filter("segments are not empty", |segment| !segment.is_empty())
}

fn joined(segments: &[String]) -> String {
    if segments.is_empty() { "/".to_owned() } else { format!("/{}", segments.join("/")) }
}

const METHODS: [Option<&str>; 3] = [None, Some("GET"), Some("POST")];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn patterns_match_what_they_should(
        pattern in vec(starred(), 0..5),
        path in vec("[ab]{1,6}", 0..6),
        wanted in select(&METHODS[..]),
        method in select(&METHODS[..]),
    ) {
        let wanted = wanted.map(|wanted| format!("{wanted} ")).unwrap_or_default();
        let (pattern, path) = (format!("{wanted}{}", joined(&pattern)), joined(&path));
        let says = matches(&pattern, method, &path);
        prop_assert_eq!(says, should_match(&pattern, method, &path), "{} {}", pattern, path);
    }

    /// A path made from the pattern by filling its stars: nearly all of the above match nothing.
    #[test]
    fn a_pattern_matches_what_fills_its_stars(
        pattern in vec(starred(), 1..5),
        deep in vec("[ab]{1,3}", 1..4),
        fill in "[ab]{1,3}",
    ) {
        let filled: Vec<String> = pattern
            .iter()
            .map(|segment| if segment == "**" { deep.join("/") } else { segment.replace('*', &fill) })
            .collect();
        prop_assert!(matches(&joined(&pattern), None, &joined(&filled)));
    }
}

#[test]
fn what_is_matched_is_characters_and_not_bytes() {
    for (pattern, path, fits) in [
        ("/ä", "/ä", true),
        ("/*ä", "/ää", true),
        ("/ä*", "/äö", true),
        ("/ä", "/a\u{308}", false),
        ("/%C3%A4", "/ä", false),
        ("/%c3%a4", "/%C3%A4", false),
    ] {
        assert_eq!(matches(pattern, None, path), fits, "{pattern} {path}");
    }
}
