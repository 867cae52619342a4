//! Faults in the parts of a token and in what stands between them.

use super::{ID, SECRET, Vector, checked, malformed, plain, token};
use crate::reference::sealed;

pub(super) fn separators() -> Vec<Vector> {
    let with = |a: &str, b: &str, c: &str| sealed(format!("kc{a}prod{b}{ID}{c}{SECRET}"));
    vec![
        malformed("separator-1-missing", "No underscore after the brand.", with("", "_", "_")),
        malformed(
            "separator-2-missing",
            "No underscore after the environment.",
            with("_", "", "_"),
        ),
        malformed("separator-3-missing", "No underscore after the id.", with("_", "_", "")),
        malformed("separator-1-doubled", "Two underscores after the brand.", with("__", "_", "_")),
        malformed(
            "separator-2-doubled",
            "Two underscores after the environment.",
            with("_", "__", "_"),
        ),
        malformed("separator-3-doubled", "Two underscores after the id.", with("_", "_", "__")),
        malformed("separator-1-hyphen", "A hyphen after the brand.", with("-", "_", "_")),
        malformed("separator-2-hyphen", "A hyphen after the environment.", with("_", "-", "_")),
        malformed("separator-3-hyphen", "A hyphen after the id.", with("_", "_", "-")),
        malformed("separator-dots", "Dots for all underscores.", with(".", ".", ".")),
        malformed(
            "separator-url-encoded",
            "The underscores are URL-encoded; a reader decodes nothing.",
            with("%5F", "%5F", "%5F"),
        ),
        malformed(
            "separator-before-check",
            "An underscore between secret and check.",
            sealed(format!("{}_", checked())),
        ),
        malformed(
            "separator-first",
            "An underscore before the brand.",
            sealed(format!("_{}", checked())),
        ),
        malformed("separator-last", "An underscore after the check.", format!("{}_", plain())),
        malformed("separators-only", "Three underscores and nothing between them.", "___"),
    ]
}

pub(super) fn brands() -> Vec<Vector> {
    let branded = |brand: &str| token(brand, "prod", ID, SECRET);
    vec![
        malformed("brand-empty", "No brand before the first underscore.", branded("")),
        malformed(
            "brand-missing",
            "The token begins with its environment.",
            sealed(format!("prod_{ID}_{SECRET}")),
        ),
        malformed("brand-short", "A brand of one character.", branded("k")),
        malformed("brand-long", "A brand of thirteen characters.", branded("abcdefghijklm")),
        malformed("brand-upper-case", "A brand in capitals.", branded("KC")),
        malformed("brand-capital", "A brand with one capital.", branded("kC")),
        malformed("brand-digit-first", "A brand that begins with a digit.", branded("1kc")),
        malformed("brand-underscore", "A brand with an underscore in it.", branded("my_kc")),
        malformed("brand-hyphen", "A brand with a hyphen in it.", branded("my-kc")),
        malformed(
            "brand-kelvin",
            "A brand whose k is the Kelvin sign, which becomes k in lower case.",
            branded("\u{212a}c"),
        ),
        malformed("brand-homoglyph", "A brand whose c is a Cyrillic es.", branded("k\u{441}")),
    ]
}

pub(super) fn environments() -> Vec<Vector> {
    let within = |environment: &str| token("kc", environment, ID, SECRET);
    vec![
        malformed("environment-empty", "Nothing between the first two underscores.", within("")),
        malformed(
            "environment-missing",
            "The id comes right after the brand.",
            sealed(format!("kc_{ID}_{SECRET}")),
        ),
        malformed("environment-unknown", "An environment that does not exist.", within("test")),
        malformed("environment-production", "The long name of production.", within("production")),
        malformed("environment-staging", "The long name of staging.", within("staging")),
        malformed(
            "environment-development",
            "The long name of development.",
            within("development"),
        ),
        malformed("environment-upper-case", "An environment in capitals.", within("PROD")),
        malformed("environment-capital", "An environment with one capital.", within("Prod")),
        malformed("environment-cut", "An environment that lacks its last letter.", within("stag")),
        malformed("environment-twice", "Two environments.", within("prod_prod")),
    ]
}

pub(super) fn bodies() -> Vec<Vector> {
    let id = |id: &str| token("kc", "prod", id, SECRET);
    let secret = |secret: &str| token("kc", "prod", ID, secret);
    vec![
        malformed("id-empty", "Nothing between the last two underscores.", id("")),
        malformed("id-short", "An id of eleven characters.", id(&ID[..11])),
        malformed("id-long", "An id of thirteen characters.", id(&format!("{ID}U"))),
        malformed("id-not-base62", "An id with a plus sign.", id("3fK9aQ+xZ0bT")),
        malformed(
            "id-hyphen",
            "An id with a hyphen, as URL-safe base64 has it.",
            id("3fK9aQ-xZ0bT"),
        ),
        malformed("secret-empty", "The check comes right after the id.", secret("")),
        malformed("secret-short", "A secret of 42 characters.", secret(&SECRET[..42])),
        malformed("secret-long", "A secret of 44 characters.", secret(&format!("{SECRET}Y"))),
        malformed(
            "secret-not-base62",
            "A secret with a slash.",
            secret(&SECRET.replacen('x', "/", 1)),
        ),
        malformed(
            "secret-hyphen",
            "A secret with a hyphen.",
            secret(&SECRET.replacen('x', "-", 1)),
        ),
        malformed(
            "secret-underscore",
            "A secret with an underscore.",
            secret(&SECRET.replacen('x', "_", 1)),
        ),
        malformed(
            "secret-equals",
            "A secret that ends with the padding of base64.",
            secret(&format!("{}=", &SECRET[..42])),
        ),
    ]
}
