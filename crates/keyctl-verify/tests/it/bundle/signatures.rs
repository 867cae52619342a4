//! Who has signed: one key, two keys, the wrong one, or nobody.

use keyctl_verify::{Code, HeaderSigner, PublicKey};

use super::kit::{PAGE, Recipe, Signer, ask_trusting, key, members, token};
use super::layout::{SIGNED, put};

const FIRST: usize = SIGNED + 8;
const SECOND: usize = FIRST + 80;

fn signed_by(signers: &[u8]) -> Vec<u8> {
    Recipe { signers: signers.to_vec(), ..Recipe::default() }.file(&members(3))
}

/// The code, and the seed of the signer that the verdict names.
fn ask(file: &[u8], trusted: &[u8]) -> (Code, Option<u8>) {
    let keys: Vec<_> = trusted.iter().map(|seed| key(*seed)).collect();
    let said = ask_trusting(file, &keys, &token(0));
    let signer = said.bundle.map(|facts| facts.signer);
    (said.code, signer.map(|signer| (1..9).find(|seed| key(*seed) == signer).unwrap()))
}

const UNTRUSTED: (Code, Option<u8>) = (Code::BundleUntrusted, None);

#[test]
fn while_a_key_is_changed_old_and_new_verifiers_accept_the_same_file() {
    let file = signed_by(&[2, 1]);
    for (trusted, signer) in
        [(&[1][..], 1), (&[2], 2), (&[1, 2], 2), (&[2, 1], 2), (&[3, 1], 1), (&[1, 1], 1)]
    {
        assert_eq!(ask(&file, trusted), (Code::Valid, Some(signer)), "{trusted:?}");
    }
    for trusted in [&[][..], &[3], &[3, 4]] {
        assert_eq!(ask(&file, trusted), UNTRUSTED, "{trusted:?}");
    }
    // Before and after, one of them.
    assert_eq!(ask(&signed_by(&[1]), &[2]), UNTRUSTED);
    assert_eq!(ask(&signed_by(&[2]), &[1]), UNTRUSTED);
}

#[test]
fn the_number_of_signatures_is_the_number_of_signatures() {
    for (signers, counts) in [(&[1][..], [0_u8, 2, 3, 4, 255]), (&[1, 2], [0, 1, 3, 4, 255])] {
        for count in counts {
            let mut file = signed_by(signers);
            file[SIGNED] = count;
            let expected = match (signers.len(), count) {
                // An empty second signature is one of a key that nobody has.
                (1, 2) => (Code::Valid, Some(1)),
                _ => UNTRUSTED,
            };
            assert_eq!(ask(&file, &[1]), expected, "{count} of {signers:?}");
        }
    }
}

#[test]
fn nobody_signs_twice() {
    let mut file = signed_by(&[1]);
    file.copy_within(FIRST..SECOND, SECOND);
    file[SIGNED] = 2;
    assert_eq!(ask(&file, &[1]), UNTRUSTED);
    // Not even when it is somebody whom nobody trusts.
    let mut file = signed_by(&[2, 1]);
    file.copy_within(FIRST..FIRST + 16, SECOND);
    assert_eq!(ask(&file, &[1]), UNTRUSTED);
}

#[test]
fn the_key_comes_from_the_verifier_and_not_from_the_file() {
    // Somebody signs with a key of their own, and writes another's name to it.
    let mut file = signed_by(&[7]);
    let genuine = signed_by(&[1]);
    put(&mut file, FIRST, &genuine[FIRST..FIRST + 16]);
    assert_eq!(ask(&file, &[1]), UNTRUSTED);
    assert_eq!(ask(&file, &[7]), UNTRUSTED);
    assert_eq!(ask(&file, &[1, 7]), UNTRUSTED);
}

/// The order of Ed25519's group, the lowest byte first.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

#[test]
fn a_signature_has_one_form() {
    let mut file = signed_by(&[1]);
    let s = FIRST + 16 + 32;
    // S plus the order of the group, as often as there is room for it: the same equation.
    for _ in 0..15 {
        let mut carry = 0;
        for (byte, order) in file[s..s + 32].iter_mut().zip(ORDER) {
            let sum = u16::from(*byte) + u16::from(order) + carry;
            [*byte, _] = sum.to_le_bytes();
            carry = sum >> 8;
        }
        if carry > 0 {
            break;
        }
        assert_eq!(ask(&file, &[1]), UNTRUSTED);
    }
}

#[test]
fn a_point_that_signs_everything_signs_nothing() {
    // R of small order, and S zero: good for every message under a key of small order, which is
    // no key to begin with.
    for first in [0, 1] {
        let mut point = [0; 32];
        point[0] = first;
        assert_eq!(PublicKey::from_bytes(point), None);
        let mut file = signed_by(&[1]);
        put(&mut file, FIRST + 16, &point);
        put(&mut file, FIRST + 48, &[0; 32]);
        assert_eq!(ask(&file, &[1]), UNTRUSTED);
    }
}

#[test]
fn a_signature_is_of_a_bundle_and_of_nothing_else() {
    let mut file = signed_by(&[1]);
    let signer = Signer::new(1);
    for message in [
        file[..SIGNED].to_vec(),
        [b"keyctl/v1/bundle-header", &file[..SIGNED]].concat(),
        [b"keyctl/v1/bundle-header\0", &file[..SIGNED - 1]].concat(),
        [b"keyctl/v1/bundle-header\0", &file[..PAGE]].concat(),
        [b"keyctl/v1/bundle-page\0", &file[..SIGNED]].concat(),
    ] {
        put(&mut file, FIRST + 16, &signer.sign(&message));
        assert_eq!(ask(&file, &[1]), UNTRUSTED);
    }
    let message = [&b"keyctl/v1/bundle-header\0"[..], &file[..SIGNED]].concat();
    put(&mut file, FIRST + 16, &signer.sign(&message));
    assert_eq!(ask(&file, &[1]), (Code::Valid, Some(1)));
}
