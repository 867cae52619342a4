//! Step 2, and what was changed after it was signed.

use crate::bundle_vectors::case::Case;
use crate::bundle_vectors::forge::{Forge, PAGE, put};

fn unreadable(name: &str, about: &str, forge: &Forge) -> Case {
    Case::unbelieved("BUNDLE_UNREADABLE", name, about, forge)
}

pub(in crate::bundle_vectors) fn files() -> Vec<Case> {
    let cut = |len| Forge::plain().file(move |file| file.truncate(len));
    vec![
        unreadable("file-empty", "A file of no bytes.", &cut(0)),
        unreadable("file-4095", "A header without its last byte, which is zero.", &cut(PAGE - 1)),
        unreadable("file-zeros", "Two pages of zeros.", &Forge::plain().file(|f| f.fill(0))),
        unreadable(
            "version-0",
            "Version 0; everything else is right, and signed.",
            &Forge::plain().header(8, &[0, 0]),
        ),
        unreadable("version-2", "Version 2, signed.", &Forge::plain().header(8, &[0, 2])),
        unreadable("version-65535", "Version 65535, signed.", &Forge::plain().header(8, &[255; 2])),
        unreadable(
            "version-little-endian",
            "Version 1 with its bytes the wrong way round.",
            &Forge::plain().header(8, &[1, 0]),
        ),
        unreadable(
            "version-unsigned",
            "Version 2, and the signature is of version 1: the version is looked at first.",
            &Forge::plain().file_at(9, &[2]),
        ),
    ]
}

pub(in crate::bundle_vectors) fn magics() -> Vec<Case> {
    let says = |magic: &[u8; 8]| Forge::plain().header(0, magic);
    let replaced = |from: &'static [u8], to: &'static [u8]| {
        Forge::plain().file(move |file| {
            let rest = file.split_off(from.len());
            assert_eq!(file, from);
            *file = [to, &rest].concat();
        })
    };
    vec![
        unreadable(
            "magic-png",
            "The magic of PNG, which this one is like.",
            &says(b"\x89PNG\r\n\x1a\n"),
        ),
        unreadable(
            "magic-seven-bits",
            "The highest bit of the first byte was lost on the way.",
            &says(b"\x09KCB\r\n\x1a\n"),
        ),
        unreadable(
            "magic-crlf-to-lf",
            "Sent as text: CR LF became LF, and all that follows lies a byte earlier.",
            &replaced(b"\x89KCB\r\n", b"\x89KCB\n"),
        ),
        unreadable(
            "magic-lf-to-crlf",
            "Sent as text: every LF of the magic became CR LF, and all that follows lies later.",
            &replaced(b"\x89KCB\r\n\x1a\n", b"\x89KCB\r\r\n\x1a\r\n"),
        ),
        unreadable(
            "magic-byte-order-mark",
            "A byte-order mark before the magic.",
            &Forge::plain().file(|file| *file = [b"\xef\xbb\xbf", &file[..]].concat()),
        ),
    ]
}

/// A field that was changed after it was signed: the signature covers every one of them.
pub(in crate::bundle_vectors) fn unsigned() -> Vec<Case> {
    let fields = [
        ("stream", "the stream", 16),
        ("serial", "the serial", 39),
        ("issued-at", "the time of issue", 47),
        ("root", "the root's hash", 72),
        ("salt", "the salt", 135),
        ("vault-head", "the vault's head", 167),
        ("last", "the last signed byte", 3839),
    ];
    let mut cases: Vec<_> = fields
        .into_iter()
        .map(|(name, what, at)| {
            let about = format!("One bit of {what} was changed after the header was signed.");
            let forge = Forge::plain().flip(at);
            Case::unbelieved("BUNDLE_UNTRUSTED", &format!("unsigned-{name}"), &about, &forge)
        })
        .collect();
    cases.push(Case::unbelieved(
        "BUNDLE_UNTRUSTED",
        "unsigned-prolonged",
        "The end was moved by a year by somebody who cannot sign.",
        &Forge::plain().file(|file| put(file, 48, &1_831_622_400_u64.to_be_bytes())),
    ));
    cases
}
