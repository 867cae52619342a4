//! Steps 5 to 8: stream, clock, age and serial; and that the steps are taken in their order.

use crate::bundle_vectors::case::Case;
use crate::bundle_vectors::entry::CONTEXT;
use crate::bundle_vectors::forge::{Forge, ISSUED_AT, NOW, VALID_UNTIL};
use crate::bundle_vectors::signer::{OTHER, SECOND};

const OTHER_STREAM: [u8; 16] = *b"another stream..";

fn ok(name: &str, about: &str) -> Case {
    Case::ok(name, about, &Forge::plain())
}

fn refused(code: &'static str, name: &str, about: &str) -> Case {
    Case::refused(code, name, about, &Forge::plain())
}

pub(in crate::bundle_vectors) fn streams() -> Vec<Case> {
    let untrusted = |name, about| refused("BUNDLE_UNTRUSTED", name, about);
    vec![
        ok("ok-stream-asked", "It is of the stream that was asked for.").stream(CONTEXT.stream),
        ok("ok-stream-remembered", "It is of the stream that was asked for and remembered.")
            .stream(CONTEXT.stream)
            .remembering(|_| ())
            .warns(&[]),
        untrusted("stream-another", "Another stream was asked for.").stream(OTHER_STREAM),
        untrusted("stream-remembered-another", "A bundle of another stream was remembered.")
            .remembering(|r| {
                r.stream = OTHER_STREAM;
                r.serial -= 1;
            }),
        untrusted(
            "stream-asked-but-remembered-another",
            "It is of the stream that was asked for, but that of another was remembered.",
        )
        .stream(CONTEXT.stream)
        .remembering(|r| r.stream = OTHER_STREAM),
    ]
}

pub(in crate::bundle_vectors) fn clocks() -> Vec<Case> {
    let stale = |name, about| refused("BUNDLE_STALE", name, about);
    let skew = |name, about| refused("CLOCK_SKEW", name, about);
    vec![
        ok("ok-clock-300-behind", "It was made 300 seconds from now.").at(ISSUED_AT - 300),
        skew("clock-301-behind", "It was made 301 seconds from now.").at(ISSUED_AT - 301),
        ok("ok-last-second", "The last second before it ends.")
            .at(VALID_UNTIL - 1)
            .warns(&["BUNDLE_AGING", "NO_MEMORY"]),
        stale("stale", "It ends now.").at(VALID_UNTIL),
        ok("ok-max-age", "Exactly as old as it may be.").max_age(NOW - ISSUED_AT),
        ok("ok-max-age-future", "It was made 300 seconds from now, and may have no age.")
            .at(ISSUED_AT - 300)
            .max_age(0),
        stale("stale-max-age", "One second older than it may be.").max_age(NOW - ISSUED_AT - 1),
        ok("ok-aging-not-yet", "One second less than half of its life is over.")
            .at(ISSUED_AT + 43_199),
        ok("ok-aging", "Exactly half of its life is over.")
            .at(ISSUED_AT + 43_200)
            .warns(&["BUNDLE_AGING", "NO_MEMORY"]),
        Case::ok(
            "ok-aging-odd",
            "A life of an odd number of seconds, of which just more than half are over.",
            &Forge::plain().times(ISSUED_AT, ISSUED_AT + 86_401),
        )
        .at(ISSUED_AT + 43_201)
        .warns(&["BUNDLE_AGING", "NO_MEMORY"]),
    ]
}

pub(in crate::bundle_vectors) fn serials() -> Vec<Case> {
    let back = |name, about| refused("BUNDLE_ROLLED_BACK", name, about);
    let serial = CONTEXT.serial;
    let resigned = Forge::plain().signed(vec![OTHER.slot()]);
    let resigned = Case::ok(
        "ok-remembered-other-signer",
        "The same header was remembered, which another key had signed: the hash is the same.",
        &resigned,
    );
    vec![
        ok("ok-min-serial", "Its serial is the smallest that was asked for.")
            .min_serial(serial)
            .warns(&[]),
        ok("ok-min-serial-0", "Any serial is enough, and that was said.").min_serial(0).warns(&[]),
        back("min-serial", "Its serial is too small by one.").min_serial(serial + 1),
        ok("ok-remembered", "It was remembered itself.").remembering(|_| ()).warns(&[]),
        ok("ok-remembered-older", "A bundle with a smaller serial was remembered.")
            .remembering(|r| {
                r.serial -= 1;
                r.header_hash = [7; 32];
            })
            .warns(&[]),
        resigned.remembering(|_| ()).warns(&[]).trusting(&[OTHER, SECOND]).signed_by(OTHER),
        back("remembered-later", "A bundle with a greater serial was remembered.")
            .remembering(|r| r.serial += 1),
        back("remembered-fork", "Another bundle with the same serial was remembered.")
            .remembering(|r| r.header_hash[31] ^= 1),
        back("min-serial-remembered", "It was remembered itself, but a later one was asked for.")
            .min_serial(serial + 1)
            .remembering(|_| ()),
        ok(
            "ok-remembered-300-later",
            "What was remembered was made 300 seconds later, with a smaller serial.",
        )
        .remembering(|r| {
            r.serial -= 1;
            r.issued_at += 300;
        })
        .warns(&[]),
        refused(
            "CLOCK_SKEW",
            "remembered-301-later",
            "What was remembered was made 301 seconds later, with a smaller serial.",
        )
        .remembering(|r| {
            r.serial -= 1;
            r.issued_at += 301;
        }),
    ]
}

/// Two things are wrong, and the code is that of the step that comes first.
pub(in crate::bundle_vectors) fn steps() -> Vec<Case> {
    let zero = || Forge::plain().header(168, &[1]);
    vec![
        Case::unbelieved(
            "BUNDLE_UNTRUSTED",
            "order-signature-before-fields",
            "The signature is bad, and a zero is not zero.",
            &zero().flip(3900),
        ),
        Case::impossible(
            "order-fields-before-stream",
            "A zero is not zero, and it is of another stream.",
            &zero(),
        )
        .stream(OTHER_STREAM),
        refused(
            "CLOCK_SKEW",
            "order-clock-before-serial",
            "Made in the future, and the serial is too small.",
        )
        .min_serial(CONTEXT.serial + 1)
        .at(ISSUED_AT - 1000),
        refused(
            "BUNDLE_STALE",
            "order-age-before-serial",
            "It has ended, and the serial is too small.",
        )
        .min_serial(CONTEXT.serial + 1)
        .at(VALID_UNTIL),
        refused(
            "BUNDLE_ROLLED_BACK",
            "order-serial-before-skew",
            "The serial is too small, and it was made too early.",
        )
        .remembering(|r| {
            r.serial += 1;
            r.issued_at += 1000;
        }),
        refused("BUNDLE_STALE", "order-age-before-token", "It has ended, and the token is none.")
            .at(VALID_UNTIL)
            .token("kc_prod_"),
        Case::refused(
            "MALFORMED",
            "order-token-before-pages",
            "The token is none, and the only leaf is damaged.",
            &Forge::plain().flip(4096 + 40),
        )
        .token("kc_prod_"),
        Case::corrupt(
            "order-pages-before-unknown",
            "The token is in no entry, and the leaf in which it would be is damaged.",
            &Forge::plain().flip(8191),
        )
        .token(crate::bundle_vectors::forge::Member::number(1).token),
    ]
}
