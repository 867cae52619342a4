//! The worked example of `docs/bundle-format.md`, computed anew from its vector.

use std::fs;
use std::path::Path;

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce, Tag};
use data_encoding::HEXLOWER;
use hkdf::Hkdf;
use serde_json::Value;
use sha2::{Digest, Sha256};

fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

fn sha(tag: &str, parts: &[&[u8]]) -> String {
    let hash = Sha256::new_with_prefix(tag.as_bytes());
    hex(&parts.iter().fold(hash, Digest::chain_update).finalize())
}

/// The vector's token, key and file.
fn example() -> (String, String, Vec<u8>) {
    let path = "tests/vectors/bundles/ok-environment-unchecked.json";
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let vector: Value = serde_json::from_str(&text).unwrap();
    let mut file = vec![0; usize::try_from(vector["bundle"]["size"].as_u64().unwrap()).unwrap()];
    for part in vector["bundle"]["parts"].as_array().unwrap() {
        let at = usize::try_from(part[0].as_u64().unwrap()).unwrap();
        let bytes = HEXLOWER.decode(part[1].as_str().unwrap().as_bytes()).unwrap();
        file[at..at + bytes.len()].copy_from_slice(&bytes);
    }
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&vector["token"]), text(&vector["trust"][0]), file)
}

#[test]
fn the_worked_example_is_right() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/bundle-format.md");
    let words = fs::read_to_string(path).unwrap();
    // Bytes are shown in groups, over several lines.
    let packed: String = words.split_whitespace().collect();
    let (token, trust, file) = example();

    let digest = Sha256::digest(["keyctl/token/v1\0", &token].concat());
    let (context, salt) = (&file[16..40], &file[104..136]);
    let hkdf = Hkdf::<Sha256>::new(Some(salt), &digest);
    let (mut lk, mut ek) = ([0; 16], [0; 32]);
    hkdf.expand_multi_info(&[b"keyctl/v1/bundle/lookup", context], &mut lk).unwrap();
    hkdf.expand_multi_info(&[b"keyctl/v1/bundle/entry", context], &mut ek).unwrap();
    let page = &file[4096..];
    let entry = &page[16..16 + 128];
    assert_eq!(entry[..18], [&lk[..], &[0, 128]].concat());
    let cipher = ChaCha20Poly1305::new(&Key::from(ek));
    let (sealed, tag) = entry[18..].split_last_chunk::<16>().unwrap();
    let mut text = sealed.to_vec();
    let buffer = text.as_mut_slice().into();
    cipher.decrypt_inout_detached(&Nonce::default(), &lk, buffer, &Tag::from(*tag)).unwrap();
    let (grant, padding) = text.split_at(50);
    assert_eq!((text.len(), padding), (94, &[0; 44][..]));

    let key = HEXLOWER.decode(&trust.as_bytes()[6..70]).unwrap();
    let root = sha("keyctl/v1/bundle-page\0", &[&[0], &1_u64.to_be_bytes(), page]);
    assert_eq!(root, hex(&file[72..104]));
    let id = &sha("keyctl/v1/bundle-key\0", &[&key])[..32];
    assert_eq!(id, hex(&file[3848..3864]));
    for shown in [
        token.as_str(),
        &hex(&digest),
        &hex(context),
        &hex(salt),
        &hex(&lk),
        &hex(&ek),
        &hex(grant),
        &hex(entry),
        &root,
        &sha("keyctl/v1/bundle-header\0", &[&file[..3840]]),
        &trust,
        id,
        &hex(&file[3864..3928]),
    ] {
        assert!(packed.contains(shown), "docs/bundle-format.md does not show {shown}");
    }
}
