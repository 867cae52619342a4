//! Examples in pages of 80 columns: what is longer is continued on another line, as a shell reads it.

/// Columns of an example, after the indentation of a page.
const COLUMNS: usize = 71;

/// The lines of an example.
pub(super) fn lines(example: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = example.to_owned();
    while rest.trim_end_matches(" \\").chars().count() > COLUMNS
        && let Some(at) = place_to_break(&rest)
    {
        let after = rest.split_off(at);
        lines.push(format!("{rest} \\"));
        rest = format!("    {}", after.trim_start());
    }
    lines.push(rest);
    lines
}

/// The last space that begins a flag outside of quotes, and leaves room for the continuation.
fn place_to_break(line: &str) -> Option<usize> {
    let (mut quoted, mut place) = (false, None);
    for (column, (at, c)) in line.char_indices().enumerate() {
        quoted ^= c == '\'';
        let begins = line[at..].starts_with(" --") || line[at..].starts_with(" | ");
        if begins && !quoted && column + 2 <= COLUMNS && !line[..at].trim().is_empty() {
            place = Some(at);
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_continued_before_a_flag() {
        let long = "keyctl create --project shop --kind webhook --path 'POST /h --or' --scope hook --snippet curl";
        assert_eq!(
            lines(long),
            [
                "keyctl create --project shop --kind webhook --path 'POST /h --or' \\",
                "    --scope hook --snippet curl"
            ]
        );
        assert_eq!(lines("keyctl list"), ["keyctl list"]);
        let continued = format!("{} \\", "x --y".repeat(13));
        assert_eq!(lines(&continued), [continued.as_str()]);
        let endless = "x".repeat(100);
        assert_eq!(lines(&endless), [endless.as_str()]);
    }
}
