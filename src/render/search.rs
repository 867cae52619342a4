//! Fuzzy search over names.

use std::cell::RefCell;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

thread_local! {
    /// A matcher is large, and every core of a scan needs one.
    static MATCHER: RefCell<Matcher> = RefCell::new(Matcher::new(Config::DEFAULT));
}

/// What names are searched for.
pub(crate) struct Search(Pattern);

impl Search {
    pub(crate) fn new(text: &str) -> Self {
        Search(Pattern::new(text, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy))
    }

    /// How well a name fits; `None` when it does not.
    pub(crate) fn score(&self, name: &str) -> Option<u32> {
        let mut buffer = Vec::new();
        let name = Utf32Str::new(name, &mut buffer);
        MATCHER.with_borrow_mut(|matcher| self.0.score(name, matcher))
    }

    /// Which characters of a name fit, by their positions.
    pub(crate) fn positions(&self, name: &str) -> Vec<u32> {
        let (mut buffer, mut positions) = (Vec::new(), Vec::new());
        let name = Utf32Str::new(name, &mut buffer);
        MATCHER.with_borrow_mut(|matcher| self.0.indices(name, matcher, &mut positions));
        positions.sort_unstable();
        positions.dedup();
        positions
    }
}
