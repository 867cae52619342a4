//! Step 3: who signed, how the block is written, and what is a signature.

use sha2::{Digest, Sha256};

use crate::bundle_vectors::case::Case;
use crate::bundle_vectors::forge::{Forge, put};
use crate::bundle_vectors::signer::{
    HEADER_TAG, OTHER, SECOND, SIGNER, Scalar, Signer, Slot, key_id, message, named,
    plus_order_two, written,
};

/// A key that nobody trusts.
const STRANGER: Signer = SECOND;

fn untrusted(name: &str, about: &str, forge: &Forge) -> Case {
    Case::unbelieved("BUNDLE_UNTRUSTED", name, about, forge)
}

fn signed(slots: Vec<Slot>) -> Forge {
    Forge::plain().signed(slots)
}

/// A signature that is not even tried to be one.
fn nonsense(signer: Signer) -> Slot {
    signer.slot_by(|_| [0x55; 64])
}

pub(in crate::bundle_vectors) fn keys() -> Vec<Case> {
    let both = || signed(vec![SIGNER.slot(), SECOND.slot()]);
    vec![
        Case::ok(
            "ok-plain",
            "One entry, one signature, by the key that is trusted.",
            &Forge::plain(),
        ),
        Case::ok(
            "ok-trust-two",
            "Two keys are trusted, and the second one has signed.",
            &Forge::plain(),
        )
        .trusting(&[SECOND, SIGNER]),
        Case::ok("ok-trust-twice", "The same key is trusted twice over.", &Forge::plain())
            .trusting(&[SIGNER, SIGNER]),
        Case::ok(
            "ok-signatures-both",
            "Two signatures by two trusted keys: the first counts.",
            &both(),
        )
        .trusting(&[SECOND, SIGNER]),
        Case::ok(
            "ok-signatures-first",
            "Of two signatures the first is by the trusted key.",
            &both(),
        ),
        Case::ok(
            "ok-signatures-second",
            "Of two signatures the second is by the trusted key.",
            &both(),
        )
        .trusting(&[SECOND])
        .signed_by(SECOND),
        Case::ok(
            "ok-signatures-bad-stranger",
            "The second signature is bad, but by a key that nobody trusts: it is ignored.",
            &signed(vec![SIGNER.slot(), nonsense(STRANGER)]),
        ),
        Case::ok(
            "ok-signatures-bad-stranger-first",
            "The first signature is bad, but by a key that nobody trusts: it is ignored.",
            &signed(vec![nonsense(STRANGER), SIGNER.slot()]),
        ),
        Case::ok(
            "ok-signatures-second-zeros",
            "Two signatures, of which the second is all zeros: that of a key that nobody trusts.",
            &signed(vec![SIGNER.slot(), Box::new(|_| vec![0; 80])]),
        ),
        untrusted("trust-nobody", "A good signature, but no key is trusted.", &Forge::plain())
            .trusting(&[]),
        untrusted(
            "trust-another",
            "A good signature by a key that is not trusted.",
            &Forge::plain(),
        )
        .trusting(&[SECOND]),
        untrusted(
            "signatures-second-bad",
            "Two trusted keys; the first signature is good, the second is bad.",
            &signed(vec![SIGNER.slot(), nonsense(SECOND)]),
        )
        .trusting(&[SIGNER, SECOND]),
    ]
}

pub(in crate::bundle_vectors) fn blocks() -> Vec<Case> {
    let counted = |count: u8| Forge::plain().file_at(3840, &[count]);
    vec![
        untrusted(
            "signatures-none",
            "No signature at all: number and block are zero.",
            &signed(vec![]),
        ),
        untrusted(
            "signatures-count-0",
            "A good signature, but their number is said to be 0.",
            &counted(0),
        ),
        untrusted(
            "signatures-count-1-of-2",
            "Two good signatures, but their number is said to be 1: the second is not zero.",
            &signed(vec![SIGNER.slot(), SECOND.slot()]).file_at(3840, &[1]),
        ),
        untrusted("signatures-count-3", "Their number is said to be 3.", &counted(3)),
        untrusted(
            "signatures-count-255",
            "Their number is said to be 255, beyond the page.",
            &counted(255),
        ),
        untrusted(
            "signatures-same-twice",
            "The same good signature twice.",
            &signed(vec![SIGNER.slot(), SIGNER.slot()]),
        ),
        untrusted(
            "signatures-same-id-twice",
            "Two signatures under the same key id, the first good, the second bad.",
            &signed(vec![SIGNER.slot(), nonsense(SIGNER)]),
        ),
        untrusted(
            "block-zero-first",
            "The first zero after the number is not zero.",
            &Forge::plain().flip(3841),
        ),
        untrusted(
            "block-zero-last",
            "The last zero before the signatures is not zero.",
            &Forge::plain().flip(3847),
        ),
        untrusted(
            "block-second-first",
            "One signature, and the first byte of the second is not zero.",
            &Forge::plain().flip(3928),
        ),
        untrusted(
            "block-second-last",
            "One signature, and the last byte of the second is not zero.",
            &Forge::plain().flip(4007),
        ),
        untrusted(
            "block-end-first",
            "The first byte after the signatures is not zero.",
            &Forge::plain().flip(4008),
        ),
        untrusted(
            "block-end-last",
            "The last byte of the header is not zero.",
            &Forge::plain().flip(4095),
        ),
        untrusted("signature-bad-id", "A bit of the key id is wrong.", &Forge::plain().flip(3848)),
        untrusted(
            "signature-bad-r",
            "A bit of the signature's R is wrong.",
            &Forge::plain().flip(3864),
        ),
        untrusted(
            "signature-bad-s",
            "A bit of the signature's S is wrong.",
            &Forge::plain().flip(3896),
        ),
        untrusted(
            "signature-id-without-tag",
            "The key id is the hash of the key without the tag.",
            &signed(vec![named(
                Sha256::digest(SIGNER.public())[..16].try_into().unwrap(),
                |signed| SIGNER.sign(&message(signed)),
            )]),
        ),
        untrusted(
            "signature-in-second-place",
            "The only signature stands in the place of the second.",
            &Forge::plain().file(|file| file.copy_within(3848..3928, 3928)).file_at(3848, &[0; 80]),
        ),
    ]
}

/// What is under the trusted key's id but is no signature of the header by that key.
pub(in crate::bundle_vectors) fn forged() -> Vec<Case> {
    let by = |name: &str, about: &str, sign: fn(&[u8]) -> [u8; 64]| {
        untrusted(name, about, &signed(vec![named(key_id(&SIGNER.public()), sign)]))
    };
    let identity: [u8; 32] = std::array::from_fn(|i| u8::from(i == 0));
    let mut cases = vec![
        by("signature-by-another", "The trusted key's id, but another key has signed.", |signed| {
            SECOND.sign(&message(signed))
        }),
        by("signature-no-tag", "The signed bytes were signed without the tag.", |signed| {
            SIGNER.sign(signed)
        }),
        by("signature-other-tag", "Signed under the tag of pages.", |signed| {
            SIGNER.sign(&[b"keyctl/v1/bundle-page\0", signed].concat())
        }),
        by(
            "signature-tag-without-zero",
            "The tag was signed without the zero at its end.",
            |signed| SIGNER.sign(&[&HEADER_TAG[..HEADER_TAG.len() - 1], signed].concat()),
        ),
        by(
            "signature-fields-only",
            "Only the fields were signed, not the room after them.",
            |signed| SIGNER.sign(&message(&signed[..168])),
        ),
        by("signature-of-hash", "The header hash was signed in place of the bytes.", |signed| {
            SIGNER.sign(&Sha256::digest(message(signed)))
        }),
        by("signature-zeros", "A signature of zeros.", |_| [0; 64]),
        by("signature-halves-swapped", "S stands before R.", |signed| {
            let signature = SIGNER.sign(&message(signed));
            [&signature[32..], &signature[..32]].concat().try_into().unwrap()
        }),
        by("signature-s-plus-order", "S is too large by the order of the group.", |signed| {
            let mut signature = SIGNER.sign(&message(signed));
            let s = Scalar(signature[32..].try_into().unwrap());
            put(&mut signature, 32, &s.plus_unreduced(Scalar::order()).0);
            signature
        }),
        by(
            "signature-r-small-order",
            "R is the neutral point, for which S can be computed.",
            |signed| {
                let neutral = std::array::from_fn(|i| u8::from(i == 0));
                SIGNER.sign_with(Scalar::ZERO, neutral, &message(signed))
            },
        ),
        by(
            "signature-r-not-canonical",
            "R is the neutral point with p added to its y.",
            |signed| {
                let mut longer = [0xff; 32];
                (longer[0], longer[31]) = (0xee, 0x7f);
                SIGNER.sign_with(Scalar::ZERO, longer, &message(signed))
            },
        ),
        by(
            "signature-cofactor",
            "R has a part of order two: good only with the cofactor.",
            |signed| {
                let nonce = OTHER;
                let point = plus_order_two(nonce.public());
                SIGNER.sign_with(nonce.scalar(), point, &message(signed))
            },
        ),
    ];
    // Under such a key R = the neutral point and S = 0 are good for every message.
    let weak = named(key_id(&identity), move |_| [identity, [0; 32]].concat().try_into().unwrap());
    let about = "The trusted key is the neutral point, for which everybody can sign.";
    let weak = untrusted("trust-small-order", about, &signed(vec![weak]));
    cases.push(weak.trusting_keys(vec![written(&identity)]));
    cases
}
