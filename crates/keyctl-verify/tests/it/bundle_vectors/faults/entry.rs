//! Step 12: the sizes of entries, and entries that do not open.

use crate::bundle_vectors::case::Case;
use crate::bundle_vectors::entry::{CONTEXT, Entry, OVERHEAD, SIZES};
use crate::bundle_vectors::forge::{Forge, Member, put};
use crate::bundle_vectors::grant::Grant;
use crate::vectors::plain;

fn plain_entry() -> Entry {
    Entry::new(&plain(), Grant::plain().encode())
}

fn corrupt(name: &str, about: &str, entry: Entry) -> Case {
    Case::corrupt(name, about, &Forge::of_entry(entry))
}

pub(in crate::bundle_vectors) fn sizes() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut least = None;
    for size in SIZES {
        let full = size - OVERHEAD;
        let about = format!("An entry of {size} bytes that the grant fills to the last.");
        let forge = Forge::of(Grant::of_size(full));
        cases.push(Case::ok(&format!("ok-entry-{size}-full"), &about, &forge));
        if let Some(least) = least {
            let about = format!("The smallest grant that needs an entry of {size} bytes.");
            let forge = Forge::of(Grant::of_size(least));
            cases.push(Case::ok(&format!("ok-entry-{size}-least"), &about, &forge));
            let about =
                format!("An entry of {size} bytes, of which the grant needs one size less.");
            let entry = Entry::new(&plain(), Grant::of_size(least - 1).encode());
            let entry = entry.but(|entry| entry.size = Some(size));
            cases.push(corrupt(&format!("entry-{size}-too-large"), &about, entry));
        }
        least = Some(full + 1);
    }
    cases.push(corrupt(
        "entry-4032-for-94",
        "The largest entry for a grant that would fit the smallest.",
        plain_entry().but(|entry| entry.size = Some(4032)),
    ));
    cases.extend(said_sizes());
    cases
}

/// Entries that say another size than they have.
fn said_sizes() -> Vec<Case> {
    let says = |size: u16| plain_entry().then(move |entry| put(entry, 16, &size.to_be_bytes()));
    let none = [0, 16, 34, 64, 127, 129, 192, 4031, 4033, 4080, 8192, 65535].map(|size| {
        let about = format!("An entry says that it has {size} bytes: none of the six sizes.");
        corrupt(&format!("entry-size-{size}"), &about, says(size))
    });
    let members = crate::bundle_vectors::forge::members(2);
    let pair = |size: u16| {
        let forge = Forge::of_leaves(std::slice::from_ref(&members), 0);
        forge.page_at(0, 0, 16 + 128 + 16, &size.to_be_bytes())
    };
    let mut cases = Vec::from(none);
    cases.extend([
        corrupt(
            "entry-size-little-endian",
            "The bytes of the size are the wrong way round.",
            says(0x8000),
        ),
        corrupt("entry-size-256", "An entry of 128 bytes says that it has 256.", says(256)),
        Case::corrupt(
            "entry-size-beyond",
            "The second of two entries says that it is larger than the rest of the page.",
            &pair(4032),
        ),
        Case::corrupt(
            "entry-size-second-0",
            "The second of two entries says that it has 0 bytes.",
            &pair(0),
        ),
        Case::corrupt(
            "entry-head-beyond",
            "After 31 entries comes the head of one more, for which the page has no room.",
            &Forge::tree(&[31], 3).page(0, 0, |page| {
                page[3] = 32;
                put(page, 16 + 31 * 128, &[255; 16]);
                put(page, 32 + 31 * 128, &[0, 128]);
            }),
        ),
    ]);
    cases
}

pub(in crate::bundle_vectors) fn seals() -> Vec<Case> {
    [ciphertexts(), keys(), contents()].into_iter().flatten().collect()
}

fn ciphertexts() -> Vec<Case> {
    let flipped = |at: usize| plain_entry().then(move |entry| entry[at] ^= 1);
    vec![
        corrupt("seal-first-byte", "A bit of the sealed grant's first byte is wrong.", flipped(18)),
        corrupt("seal-tag-first", "A bit of the tag's first byte is wrong.", flipped(112)),
        corrupt(
            "seal-tag-zero",
            "The tag is zero.",
            plain_entry().then(|entry| entry[112..].fill(0)),
        ),
        corrupt(
            "seal-not-sealed",
            "The grant lies there as it is, with zeros for a tag.",
            plain_entry().then(|entry| {
                let text = Grant::plain().encode();
                entry[18..].fill(0);
                put(entry, 18, &text);
            }),
        ),
        Case::refused(
            "UNKNOWN",
            "seal-lk",
            "A bit of the entry's lk is wrong, so that nobody finds it.",
            &Forge::of_entry(flipped(15)),
        ),
    ]
}

fn keys() -> Vec<Case> {
    let plain = plain();
    let other = Member::number(0);
    let but = |change: fn(&mut Entry)| plain_entry().but(change);
    let with_ek = |ek: [u8; 32]| plain_entry().but(|entry| entry.ek = Some(ek));
    let of_other = |change: fn(&mut Entry)| {
        Entry::new(&other.token, other.grant.encode()).but(|entry| {
            entry.lk = Some(CONTEXT.lk(&crate::vectors::plain()));
            change(entry);
        })
    };
    let purpose = b"keyctl/v1/bundle/entry";
    vec![
        corrupt(
            "seal-nonce",
            "Sealed with a nonce of one, not zero.",
            but(|entry| entry.nonce[11] = 1),
        ),
        corrupt(
            "seal-aad-empty",
            "Sealed without additional data.",
            but(|entry| entry.aad = Some(vec![])),
        ),
        corrupt(
            "seal-aad-head",
            "Sealed with lk and size as additional data.",
            but(|entry| {
                let lk = CONTEXT.lk(&entry.token);
                entry.aad = Some([&lk[..], &[0, 128]].concat());
            }),
        ),
        corrupt(
            "seal-key-lookup",
            "Sealed with a key that was derived like lk.",
            with_ek(CONTEXT.expand(&plain, &info(b"keyctl/v1/bundle/lookup", true, true))),
        ),
        corrupt(
            "seal-key-no-context",
            "The key was derived without stream and serial.",
            with_ek(CONTEXT.expand(&plain, &info(purpose, false, false))),
        ),
        corrupt("seal-key-serial", "The key is that of the bundle before.", {
            let mut context = CONTEXT;
            context.serial -= 1;
            with_ek(context.ek(&plain))
        }),
        corrupt("seal-key-salt", "The key is that of a bundle with another salt.", {
            let mut context = CONTEXT;
            context.salt[0] ^= 1;
            with_ek(context.ek(&plain))
        }),
        corrupt(
            "seal-of-another",
            "Another token's entry, sealed for it under this token's lk.",
            of_other(|_| ()),
        ),
        corrupt(
            "seal-moved",
            "Another token's entry, to which this token's lk was put.",
            of_other(|entry| entry.aad = Some(CONTEXT.lk(&entry.token).to_vec())),
        ),
    ]
}

fn info(purpose: &[u8], stream: bool, serial: bool) -> Vec<u8> {
    let mut info = purpose.to_vec();
    info.extend_from_slice(if stream { &CONTEXT.stream } else { &[] });
    let number = CONTEXT.serial.to_be_bytes();
    info.extend_from_slice(if serial { &number } else { &[] });
    info
}

/// Entries that open, and what is in them.
fn contents() -> Vec<Case> {
    let text = |text: Vec<u8>| Entry::new(&plain(), text);
    let grant = Grant::plain().encode();
    let padded = |at: usize| {
        let mut text = Grant::plain().encode();
        text.resize(128 - OVERHEAD, 0);
        text[at] = 1;
        text
    };
    vec![
        corrupt("content-zeros", "Nothing but zeros.", text(vec![])),
        corrupt(
            "content-padding-first",
            "The first byte after the grant is not zero.",
            text(padded(grant.len())),
        ),
        corrupt(
            "content-padding-last",
            "The last byte of the padding is not zero.",
            text(padded(93)),
        ),
        corrupt(
            "content-zero-first",
            "A zero before the grant.",
            text([&[0], &grant[..]].concat()),
        ),
        corrupt(
            "content-twice",
            "The grant twice over.",
            text(Grant::with(|g| g.project = None).encode().repeat(2)),
        ),
        corrupt("content-staging", "A grant for staging under a token for production.", {
            text(Grant::with(|g| g.environment = 2).encode())
        }),
    ]
}
