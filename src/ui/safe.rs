//! Text that came from somebody, made safe for where it goes.

use std::borrow::Cow;

use keyctl_vault::is_deceptive;
use keyctl_verify::{Environment, PublicId};

/// True when every byte fits. Most of what is written is plain, and found to be so many bytes at a
/// time, because none of them ends the loop.
pub(crate) fn is_plain(text: &str, fits: impl Fn(u8) -> bool) -> bool {
    text.as_bytes().chunks(64).all(|bytes| bytes.iter().fold(true, |all, b| all & fits(*b)))
}

/// Shows what a terminal would act on, or not show, as `\u{…}`.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    if is_plain(text, |b| matches!(b, b' '..=b'~')) || !text.contains(is_deceptive) {
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

/// A name as the last argument of a command line that can be pasted into a shell: in quotes where
/// it needs them, and behind `--` where it would be a flag.
pub(crate) fn last_argument(name: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_.:/@+,".contains(c);
    let quoted = if !name.is_empty() && name.chars().all(is_plain) {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', r"'\''"))
    };
    if name.starts_with('-') { format!("-- {quoted}") } else { quoted }
}

/// Puts the prefix in the place of every token, or of what could be one that was mistyped: what
/// somebody typed in the wrong place must not be shown again.
pub(crate) fn without_tokens(text: &str) -> Cow<'_, str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut safe = String::new();
    let mut shown = 0;
    let mut start = 0;
    for (end, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if is_word(c) {
            continue;
        }
        if let Some(prefix) = before_secret(&text[start..end]) {
            safe.push_str(&text[shown..start]);
            safe.push_str(&format!("{prefix}_…"));
            shown = end;
        }
        start = end + c.len_utf8();
    }
    if shown == 0 { Cow::Borrowed(text) } else { Cow::Owned(safe + &text[shown..]) }
}

/// The word up to the end of a token's prefix, when something follows that could be a secret. What
/// stands before or after does not matter: in the name of a file anything may.
fn before_secret(word: &str) -> Option<&str> {
    let ends = |i: usize| word[..i].rsplit('_').take(3).collect::<Vec<_>>();
    word.match_indices('_').map(|(i, _)| i).find_map(|i| {
        let is_prefix = matches!(&ends(i)[..], [id, tag, _] if is_tag(tag) && is_public_id(id));
        let has_more = word.as_bytes().get(i + 1).is_some_and(u8::is_ascii_alphanumeric);
        (is_prefix && has_more).then(|| &word[..i])
    })
}

fn is_tag(text: &str) -> bool {
    Environment::ALL.iter().any(|environment| environment.tag() == text)
}

fn is_public_id(text: &str) -> bool {
    PublicId::parse(text).is_some()
}

/// The same for JSON, whose strings can say it in their own way: the value stays the same.
pub(crate) fn json_escape(json: &str) -> Cow<'_, str> {
    if is_plain(json, |b| matches!(b, b' '..=b'~' | b'\n')) {
        return Cow::Borrowed(json);
    }
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
    if is_plain(text, |b| matches!(b, b' '..=b'~')) {
        return if is_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) };
    }
    let lines: Vec<_> = text.split_inclusive(['\n', '\t']).map(escape_within).collect();
    let escaped = if let [line] = &lines[..] { line.clone() } else { lines.concat().into() };
    if is_formula(&escaped) { Cow::Owned(format!("'{escaped}")) } else { escaped }
}

/// The text of a cell without the mark that [`csv_cell`] put before it.
pub(crate) fn without_formula_mark(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell)
}

/// True for what a spreadsheet would take for a formula, which a dash alone is not. What has a mark already is marked again,
/// so that its own is not taken away with ours.
fn is_formula(text: &str) -> bool {
    let bare = text.trim_start_matches('\'');
    bare != "-" && bare.starts_with(['=', '+', '-', '@', '\t', '\n'])
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
    fn a_shell_takes_a_name_as_one_argument() {
        for (name, argument) in [
            ("ada", "ada"),
            ("zoë@eu/1", "zoë@eu/1"),
            ("the team", "'the team'"),
            ("ada's", r"'ada'\''s'"),
            ("$HOME;`id`", "'$HOME;`id`'"),
            ("=cmd", "'=cmd'"),
            ("~root", "'~root'"),
            ("-x", "-- -x"),
            ("", "''"),
        ] {
            assert_eq!(last_argument(name), argument);
        }
    }

    #[test]
    fn no_token_is_shown_again() {
        let token = format!("kc_prod_3fK9aQ1xZ0bT_{}", "x".repeat(49));
        for (text, shown) in [
            (format!("unexpected '{token}' found"), "unexpected 'kc_prod_3fK9aQ1xZ0bT_…' found"),
            (format!("{token}, {token}"), "kc_prod_3fK9aQ1xZ0bT_…, kc_prod_3fK9aQ1xZ0bT_…"),
            (token.clone(), "kc_prod_3fK9aQ1xZ0bT_…"),
            (format!("old_{token}_copy.txt"), "old_kc_prod_3fK9aQ1xZ0bT_….txt"),
            (format!("Old{token}"), "Oldkc_prod_3fK9aQ1xZ0bT_…"),
            ("kc_prod_3fK9aQ1xZ0bT is ä prefix".to_owned(), "kc_prod_3fK9aQ1xZ0bT is ä prefix"),
        ] {
            assert_eq!(without_tokens(&text), shown);
        }
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
        for text in ["=1", "'=1", "''-1", "'", "'a", "a'=1"] {
            assert_eq!(without_formula_mark(&csv_cell(text)), text);
        }
        assert_eq!(csv_cell("a=b"), "a=b");
        assert_eq!(csv_cell("two\nlines\u{1b}"), "two\nlines\\u{1b}");
        assert_eq!(csv_cell(""), "");
    }
}
