//! Text that came from somebody, made safe for where it goes.

use std::borrow::Cow;

use keyctl_vault::is_deceptive;

/// Shows what a terminal would act on, or not show, as `\u{…}`.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(is_deceptive) {
        return Cow::Borrowed(text);
    }
    let escaped = text.chars().map(|c| match c {
        '\n' => "\\n".to_owned(),
        '\t' => "\\t".to_owned(),
        c if is_deceptive(c) => format!("\\u{{{:x}}}", u32::from(c)),
        c => c.to_string(),
    });
    Cow::Owned(escaped.collect())
}

/// The same for JSON, whose strings can say it in their own way: the value stays the same.
pub(crate) fn json_escape(json: &str) -> Cow<'_, str> {
    // Between its strings JSON has line ends, which are meant.
    let acts = |c: char| is_deceptive(c) && c != '\n';
    if !json.contains(acts) {
        return Cow::Borrowed(json);
    }
    let mut escaped = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if acts(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

/// A cell that no spreadsheet takes for a formula. Line ends and tabs inside of it stay: CSV can
/// quote them.
pub(crate) fn csv_cell(text: &str) -> Cow<'_, str> {
    let lines: Vec<_> = text.split_inclusive(['\n', '\t']).map(escape_within).collect();
    let escaped = if let [line] = &lines[..] { line.clone() } else { lines.concat().into() };
    if escaped.starts_with(['=', '+', '-', '@', '\t', '\n']) {
        Cow::Owned(format!("'{escaped}"))
    } else {
        escaped
    }
}

/// Escapes all but a line end or a tab at the end.
fn escape_within(text: &str) -> Cow<'_, str> {
    match text.strip_suffix(['\n', '\t']) {
        None => escape(text),
        Some(before) => Cow::Owned(format!("{}{}", escape(before), &text[before.len()..])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_osc52_and_bidi_instead_of_sending_them() {
        assert_eq!(escape("\u{1b}]52;c;x\u{7}"), "\\u{1b}]52;c;x\\u{7}");
        assert_eq!(escape("a\u{202e}b\nc"), "a\\u{202e}b\\nc");
        assert_eq!(escape("plain ä 鍵"), "plain ä 鍵");
    }

    #[test]
    fn json_keeps_its_value() {
        let value = "\u{9b}31m \u{202e} \u{e0041} ä";
        let json = serde_json::to_string(value).unwrap();
        let escaped = json_escape(&json);
        assert!(!escaped.contains(is_deceptive), "{escaped}");
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), value);
    }

    #[test]
    fn cells_start_no_formula() {
        for cell in ["=1+1", "+1", "-1", "@x", "\t=1"] {
            assert!(!csv_cell(cell).starts_with(['=', '+', '-', '@', '\t']), "{cell}");
        }
        assert_eq!(csv_cell("a=b"), "a=b");
        assert_eq!(csv_cell("two\nlines\u{1b}"), "two\nlines\\u{1b}");
        assert_eq!(csv_cell(""), "");
    }
}
