//! How much of a text fits, in columns of a terminal.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The beginning of a text that fits into so many columns, with an ellipsis where something is
/// missing. What is seen as one character is never cut.
pub(crate) fn shorten(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
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
    Cow::Owned(short)
}

/// How many lines of a terminal a text takes, and the cursor after it.
pub(super) fn rows(text: &str, columns: usize) -> usize {
    // The cursor takes a place like a character.
    let text = format!("{text}_");
    text.split('\n').map(|line| rows_of_line(line, columns)).sum()
}

fn rows_of_line(line: &str, columns: usize) -> usize {
    let (mut rows, mut used) = (1, 0);
    for width in line.graphemes(true).map(UnicodeWidthStr::width) {
        if used + width > columns {
            (rows, used) = (rows + 1, 0);
        }
        used += width;
    }
    rows
}

/// A text in lines that fit, broken where there are spaces; at the end of the last there is `room`.
pub(super) fn wrapped(text: &str, room: usize, columns: usize) -> String {
    let (mut lines, mut used) = (String::new(), 0);
    let mut words = text.split(' ').peekable();
    while let Some(word) = words.next() {
        let needed = word.width() + if words.peek().is_none() { room } else { 0 };
        if used > 0 && used + 1 + needed > columns {
            lines.push('\n');
            used = 0;
        } else if used > 0 {
            lines.push(' ');
            used += 1;
        }
        lines.push_str(word);
        used += word.width();
    }
    lines
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
        assert_eq!(rows("abcd\nabcd", 4), 3, "a line that is just full needs no other");
    }

    #[test]
    fn lines_are_broken_between_words() {
        assert_eq!(wrapped("end it now [y/N]", 1, 80), "end it now [y/N]");
        assert_eq!(wrapped("end it now [y/N]", 1, 16), "end it now\n[y/N]");
        assert_eq!(wrapped("end it now", 0, 6), "end it\nnow");
        assert_eq!(wrapped("a-word-of-14-c end", 0, 6), "a-word-of-14-c\nend");
    }
}
