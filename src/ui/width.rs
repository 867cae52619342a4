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
}
