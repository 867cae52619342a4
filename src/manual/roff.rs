//! The language of man pages: text that is escaped, and the macros of man(7) that are used here.

use std::borrow::Cow;

/// A page that is being written.
#[derive(Default)]
pub(super) struct Roff(String);

/// A piece of a line.
pub(super) enum Span<'a> {
    Plain(Cow<'a, str>),
    Bold(Cow<'a, str>),
    Italic(Cow<'a, str>),
}

/// Text as it is.
pub(super) fn plain<'a>(text: impl Into<Cow<'a, str>>) -> Span<'a> {
    Span::Plain(text.into())
}

/// Text that is typed as it stands.
pub(super) fn bold<'a>(text: impl Into<Cow<'a, str>>) -> Span<'a> {
    Span::Bold(text.into())
}

/// Text in whose place something else is put.
pub(super) fn italic<'a>(text: impl Into<Cow<'a, str>>) -> Span<'a> {
    Span::Italic(text.into())
}

impl Roff {
    /// A request or macro, with arguments that are escaped, and quoted where they have to be: macros
    /// take the quotes away, requests do not.
    pub(super) fn request(&mut self, name: &str, arguments: &[&str]) {
        self.0.push('.');
        self.0.push_str(name);
        for argument in arguments {
            let argument = escaped(argument).replace('"', "\\(dq");
            let quote = if argument.is_empty() || argument.contains(' ') { "\"" } else { "" };
            self.0.push_str(&format!(" {quote}{argument}{quote}"));
        }
        self.0.push('\n');
    }

    /// A heading.
    pub(super) fn section(&mut self, title: &str) {
        self.request("SH", &[title]);
    }

    /// A line of text.
    pub(super) fn line(&mut self, spans: &[Span<'_>]) {
        let mut line = String::new();
        for span in spans {
            match span {
                Span::Plain(text) => line.push_str(&escaped(text)),
                Span::Bold(text) => line.push_str(&format!("\\fB{}\\fR", escaped(text))),
                Span::Italic(text) => line.push_str(&format!("\\fI{}\\fR", escaped(text))),
            }
        }
        // Such a line would be a request.
        if line.starts_with(['.', '\'']) {
            self.0.push_str("\\&");
        }
        self.0.push_str(&line);
        self.0.push('\n');
    }

    /// Prose: paragraphs apart by empty lines, flags in bold, indented lines as they stand.
    pub(super) fn prose(&mut self, text: &str) {
        for (number, paragraph) in text.split("\n\n").enumerate() {
            if number > 0 {
                self.request("PP", &[]);
            }
            let lines: Vec<&str> = paragraph.lines().collect();
            for run in lines.chunk_by(|a, b| a.starts_with("  ") == b.starts_with("  ")) {
                if let Some(list) = definitions(run) {
                    self.definitions(&list);
                } else if run[0].starts_with("  ") {
                    self.verbatim(run.iter().map(|line| line.strip_prefix("  ").unwrap_or(line)));
                } else {
                    let line = run.join(" ");
                    self.line(&with_flags(&line));
                }
            }
        }
    }

    /// Lines that are not filled, indented.
    pub(super) fn verbatim<'a>(&mut self, lines: impl Iterator<Item = &'a str>) {
        self.request("RS", &["4"]);
        self.request("EX", &[]);
        for line in lines {
            self.line(&[plain(line)]);
        }
        self.request("EE", &[]);
        self.request("RE", &[]);
    }

    /// Words, and beside each what it means.
    pub(super) fn definitions(&mut self, list: &[(&str, String)]) {
        let widest = list.iter().map(|(word, _)| word.len()).max().unwrap_or_default();
        let width = (widest + 2).to_string();
        self.request("RS", &[]);
        self.request("PD", &["0"]);
        for (word, meaning) in list {
            self.request("TP", &[&width]);
            self.line(&[bold(*word)]);
            self.line(&with_flags(meaning));
        }
        self.request("PD", &[]);
        self.request("RE", &[]);
    }

    /// The page.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// Indented lines as the list that they are: each a word, two spaces, what it means, and further
/// below what else it means. None where a line is anything else.
fn definitions<'a>(lines: &[&'a str]) -> Option<Vec<(&'a str, String)>> {
    let mut list: Vec<(&str, String)> = Vec::new();
    for line in lines {
        let line = line.strip_prefix("  ")?;
        if let (true, Some((_, meaning))) = (line.starts_with("    "), list.last_mut()) {
            meaning.push(' ');
            meaning.push_str(line.trim_start());
        } else {
            let (word, meaning) = line.split_once("  ")?;
            list.push((word, meaning.trim_start().to_owned()));
        }
    }
    Some(list)
}

/// Prose in which each flag stands in bold.
pub(super) fn with_flags(text: &str) -> Vec<Span<'_>> {
    let mut spans = Vec::new();
    let (mut begin, mut at) = (0, 0);
    for word in text.split_inclusive([' ', '(', ')', '\'', ',', '.', ';', ':', '|', '\n']) {
        let flag = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        if is_flag(flag) {
            spans.push(plain(&text[begin..at]));
            spans.push(bold(flag));
            begin = at + flag.len();
        }
        at += word.len();
    }
    spans.push(plain(&text[begin..]));
    spans
}

fn is_flag(word: &str) -> bool {
    let letters = |name: &str| name.starts_with(|c: char| c.is_ascii_lowercase());
    word.strip_prefix("--").is_some_and(letters)
        || word.strip_prefix('-').is_some_and(|name| name.len() == 1 && letters(name))
}

/// Text in which nothing is a command, and every character looks as it was typed.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("\\e"),
            '-' => escaped.push_str("\\-"),
            '\'' => escaped.push_str("\\(aq"),
            '`' => escaped.push_str("\\(ga"),
            '^' => escaped.push_str("\\(ha"),
            '~' => escaped.push_str("\\(ti"),
            '…' => escaped.push_str("..."),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Roff)) -> String {
        let mut roff = Roff::default();
        write(&mut roff);
        roff.finish()
    }

    #[test]
    fn no_text_is_a_request_or_an_escape() {
        let line = |text| written(|roff| roff.line(&[plain(text)]));
        assert_eq!(line(".SH x"), "\\&.SH x\n");
        assert_eq!(line("'s"), "\\(aqs\n");
        assert_eq!(line("a\\fBb"), "a\\efBb\n");
        assert_eq!(line("'.[].id' ~ ^ `"), "\\(aq.[].id\\(aq \\(ti \\(ha \\(ga\n");
        assert_eq!(written(|roff| roff.section("A \"B\"")), ".SH \"A \\(dqB\\(dq\"\n");
    }

    #[test]
    fn flags_in_prose_are_bold_and_nothing_else_is() {
        let text = "Use --max-age, or -o json (--strict); a-b, 1-2, -- and '-' are none.";
        assert_eq!(
            written(|roff| roff.prose(text)),
            "Use \\fB\\-\\-max\\-age\\fR, or \\fB\\-o\\fR json (\\fB\\-\\-strict\\fR); a\\-b, 1\\-2, \\-\\- and \\(aq\\-\\(aq are none.\n"
        );
    }

    #[test]
    fn indented_lines_stand_as_they_are() {
        let text = "What:\n  a b\n    c\n\nMore\nof it.";
        assert_eq!(
            written(|roff| roff.prose(text)),
            "What:\n.RS 4\n.EX\na b\n  c\n.EE\n.RE\n.PP\nMore of it.\n"
        );
    }

    #[test]
    fn a_list_in_the_help_is_a_list_in_the_page() {
        let text = "  one    it is\n         the first\n  second it is not";
        assert!(
            written(|roff| roff.prose(text)).contains(".EX"),
            "the last line has no two spaces"
        );
        let text = "  one     it is\n          the first\n  second  it is not";
        assert_eq!(
            written(|roff| roff.prose(text)),
            ".RS\n.PD 0\n.TP 8\n\\fBone\\fR\nit is the first\n.TP 8\n\\fBsecond\\fR\nit is not\n.PD\n.RE\n"
        );
    }
}
