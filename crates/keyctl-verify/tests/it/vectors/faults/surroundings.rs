//! Whole tokens with something around them or inside, and texts that are no token at all.

use super::{ID, SECRET, Vector, malformed, plain, token};
use crate::reference::sealed;

const HUGE: usize = 1 << 20;

pub(super) fn blanks() -> Vec<Vector> {
    let plain = plain();
    let half = plain.len() / 2;
    let inside = |what: &str| format!("{}{what}{}", &plain[..half], &plain[half..]);
    vec![
        malformed("blank-newline-last", "A newline after the token.", format!("{plain}\n")),
        malformed(
            "blank-crlf-last",
            "A carriage return and a newline after the token.",
            format!("{plain}\r\n"),
        ),
        malformed(
            "blank-carriage-return-last",
            "A carriage return after the token.",
            format!("{plain}\r"),
        ),
        malformed("blank-newline-first", "A newline before the token.", format!("\n{plain}")),
        malformed("blank-newline-inside", "A token broken over two lines.", inside("\n")),
        malformed("blank-space-first", "A space before the token.", format!(" {plain}")),
        malformed("blank-space-last", "A space after the token.", format!("{plain} ")),
        malformed("blank-space-inside", "A space inside the token.", inside(" ")),
        malformed(
            "blank-space-replaces",
            "A space for a character of the secret, with a check that fits.",
            token("kc", "prod", ID, &SECRET.replacen('x', " ", 1)),
        ),
        malformed("blank-tab-last", "A tab after the token.", format!("{plain}\t")),
        malformed(
            "blank-no-break-space-first",
            "A no-break space before the token.",
            format!("\u{a0}{plain}"),
        ),
        malformed(
            "blank-zero-width-inside",
            "A zero-width space inside the token.",
            inside("\u{200b}"),
        ),
        malformed(
            "blank-line-separator-last",
            "The line separator of Unicode after the token.",
            format!("{plain}\u{2028}"),
        ),
        malformed(
            "blank-newline-for-check-end",
            "A newline for the last character: the length is right.",
            format!("{}\n", &plain[..plain.len() - 1]),
        ),
        malformed("nul-first", "A NUL before the token.", format!("\0{plain}")),
        malformed(
            "nul-inside",
            "A NUL for a character of the secret, with a check that fits.",
            token("kc", "prod", ID, &SECRET.replacen('x', "\0", 1)),
        ),
        malformed(
            "nul-last",
            "A NUL after the token, as the end of a C string.",
            format!("{plain}\0"),
        ),
        malformed(
            "nul-and-more",
            "A NUL after the token and text after that.",
            format!("{plain}\0anything"),
        ),
    ]
}

pub(super) fn scripts() -> Vec<Vector> {
    let plain = plain();
    let secret = |secret: &str| token("kc", "prod", ID, secret);
    let invalid = [plain.as_bytes(), &[0xff]].concat();
    let overlong: Vec<u8> =
        plain.bytes().flat_map(|b| if b == b'_' { vec![0xc1, 0x9f] } else { vec![b] }).collect();
    let lone_surrogate = [plain.as_bytes(), &[0xed, 0xa0, 0x80]].concat();
    let utf16: Vec<u8> = plain.encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        malformed("script-bom", "A byte order mark before the token.", format!("\u{feff}{plain}")),
        malformed("script-utf-16", "The token in UTF-16, little-endian.", utf16),
        malformed("script-invalid-utf-8", "A byte after the token that UTF-8 never has.", invalid),
        malformed("script-overlong-underscore", "The underscores as overlong UTF-8.", overlong),
        malformed(
            "script-lone-surrogate",
            "Half a surrogate pair after the token.",
            lone_surrogate,
        ),
        malformed(
            "script-homoglyph",
            "A Cyrillic a in the id.",
            token("kc", "prod", "3fK9\u{430}Q1xZ0bT", SECRET),
        ),
        malformed(
            "script-full-width-digit",
            "A full-width digit in the secret: 43 characters, but more bytes.",
            secret(&SECRET.replacen('7', "\u{ff17}", 1)),
        ),
        malformed(
            "script-full-width-length",
            "A full-width digit in the secret: 43 bytes, but fewer characters.",
            secret(&SECRET.replacen("7mZ", "\u{ff17}", 1)),
        ),
        malformed(
            "script-arabic-digit",
            "An Arabic-Indic digit in the id.",
            token("kc", "prod", "3fK9aQ1xZ\u{660}bT", SECRET),
        ),
        malformed(
            "script-superscript",
            "A superscript two, which some call a digit, in the secret.",
            secret(&SECRET.replacen('2', "\u{b2}", 1)),
        ),
        malformed(
            "script-combining",
            "An accent that combines with the last character of the check.",
            format!("{plain}\u{301}"),
        ),
        malformed(
            "script-low-line",
            "A full-width low line for the last underscore.",
            sealed(format!("kc_prod_{ID}\u{ff3f}{SECRET}")),
        ),
    ]
}

pub(super) fn wrappings() -> Vec<Vector> {
    let plain = plain();
    vec![
        malformed(
            "wrapped-bearer",
            "The scheme of an HTTP header before the token.",
            format!("Bearer {plain}"),
        ),
        malformed(
            "wrapped-header",
            "A whole HTTP header.",
            format!("Authorization: Bearer {plain}"),
        ),
        malformed(
            "wrapped-double-quotes",
            "Double quotes around the token.",
            format!("\"{plain}\""),
        ),
        malformed("wrapped-single-quotes", "Single quotes around the token.", format!("'{plain}'")),
        malformed(
            "wrapped-angle-brackets",
            "Angle brackets around the token.",
            format!("<{plain}>"),
        ),
        malformed(
            "wrapped-backslash",
            "A backslash before an underscore, as Markdown writes it.",
            plain.replacen('_', "\\_", 1),
        ),
        malformed(
            "wrapped-variable",
            "The line of an environment file.",
            format!("KEYCTL_TOKEN={plain}"),
        ),
        malformed("wrapped-comma", "A comma after the token.", format!("{plain},")),
        malformed("wrapped-full-stop", "A full stop after the token.", format!("{plain}.")),
        malformed(
            "wrapped-url",
            "The token as the user of a URL.",
            format!("https://{plain}@example.com"),
        ),
        malformed("two-tokens-joined", "Two tokens with nothing between them.", plain.repeat(2)),
        malformed(
            "two-tokens-underscore",
            "Two tokens with an underscore between them.",
            format!("{plain}_{plain}"),
        ),
        malformed("two-tokens-lines", "Two tokens, each on its line.", format!("{plain}\n{plain}")),
        malformed("other-prefix", "Only the prefix.", format!("kc_prod_{ID}")),
        malformed(
            "other-prefix-underscore",
            "Only the prefix and an underscore.",
            format!("kc_prod_{ID}_"),
        ),
        malformed("other-key-id", "The id of a key.", format!("key_{ID}")),
        malformed("other-shortened", "A token shortened for a screen.", format!("kc_prod_{ID}_…")),
        malformed(
            "other-masked",
            "A token whose secret was masked.",
            sealed(format!("kc_prod_{ID}_{}", "*".repeat(43))),
        ),
    ]
}

pub(super) fn sizes() -> Vec<Vector> {
    vec![
        malformed("size-empty", "Nothing at all.", ""),
        malformed("size-one", "One letter.", "k"),
        malformed("size-huge", "A mebibyte of one letter.", "").repeat('a', HUGE),
        malformed("size-huge-brand", "A brand of a mebibyte, without an end.", "kc")
            .repeat('c', HUGE),
        malformed("size-huge-secret", "A secret of a mebibyte.", format!("kc_prod_{ID}_"))
            .repeat('0', HUGE),
        malformed("size-huge-tail", "A token and a mebibyte of spaces.", plain()).repeat(' ', HUGE),
        malformed("size-huge-separators", "A token and a mebibyte of underscores.", plain())
            .repeat('_', HUGE),
    ]
}
