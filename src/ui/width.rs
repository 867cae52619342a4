//! How much of a text fits, in columns of a terminal.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The beginning of a text that fits into so many columns, with an ellipsis where something is
/// missing. What is seen as one character is never cut.
pub(crate) fn shorten(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    for part in text.graphemes(true) {
        // By the whole: joined emoji are narrower together than one by one.
        if short.width() + part.width() + 1 > width {
            break;
        }
        short.push_str(part);
    }
    short.push('…');
    short
}

/// How many lines of a terminal a text takes, and the cursor after it.
pub(super) fn rows(text: &str, columns: usize) -> usize {
    let (mut rows, mut used) = (1, 0);
    // The cursor takes a place like a character.
    for width in text.graphemes(true).map(UnicodeWidthStr::width).chain([1]) {
        if used + width > columns {
            (rows, used) = (rows + 1, 0);
        }
        used += width;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_ends_in_an_ellipsis() {
        assert_eq!(shorten("deploy-bot", 10), "deploy-bot");
        assert_eq!(shorten("deploy-bot-2", 10), "deploy-bo…");
        assert_eq!(shorten("鍵鍵鍵鍵", 6), "鍵鍵…");
    }

    #[test]
    fn no_character_is_cut_in_two() {
        assert_eq!(shorten("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
        let family = "👩\u{200d}👩\u{200d}👧";
        assert_eq!(shorten(&format!("{family}{family}{family}"), 5), format!("{family}{family}…"));
        assert_eq!(shorten("🇩🇪🇫🇷🇮🇹", 5), "🇩🇪🇫🇷…");
    }

    #[test]
    fn a_text_takes_as_many_lines_as_a_terminal_shows() {
        assert_eq!(rows("", 4), 1);
        assert_eq!(rows("abc", 4), 1);
        assert_eq!(rows("abcd", 4), 2);
        assert_eq!(rows("abc鍵", 4), 2, "a wide character is never cut");
        assert_eq!(rows("abcdefg", 4), 2);
    }
}
