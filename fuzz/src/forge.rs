//! Bundles made from the specification (`docs/bundle-format.md`, sections 2 to 5) by somebody who
//! signs whatever he likes: a fuzzer that has to guess a signature, a hash or a seal gets nowhere.

use std::sync::LazyLock;

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce, Tag};
use ed25519_dalek::{Signer, SigningKey};
use hkdf::Hkdf;
use keyctl_verify::{
    Environment, Grant, KeyId, Kind, PublicKey, RateLimit, Scope, Sealer, Standing, StreamId,
    Tenure, Token,
};
use sha2::{Digest, Sha256};

pub const PAGE: usize = 4096;
const SIGNED: usize = 3840;
const SIZES: [usize; 6] = [128, 256, 512, 1024, 2048, 4032];
/// `lk`, size and tag.
const OVERHEAD: usize = 16 + 2 + 16;

pub const SALT: [u8; 32] = *b"the salt of all of these bundles";
pub const STREAM: [u8; 16] = *b"a fuzzed stream.";
pub const SERIAL: u64 = 1_800_000_000_000;

/// Whoever is trusted.
static SIGNER: LazyLock<(SigningKey, PublicKey)> = LazyLock::new(|| {
    let signer = SigningKey::from_bytes(&[9; 32]);
    let public = PublicKey::from_bytes(signer.verifying_key().to_bytes());
    (signer, public.expect("it is a public key"))
});

/// The key of whoever signs here.
pub fn trusted() -> PublicKey {
    SIGNER.1
}

pub fn stream() -> StreamId {
    StreamId::from_bytes(STREAM)
}

/// The token that asks.
pub fn token() -> &'static str {
    "kc_prod_3fK9aQ1xZ0bT_Q7mZ0xV3bN8kL2pR5tW9yA1cD4fG6hJ0sE3uI7oP2qX0mPTk8"
}

fn derive<const N: usize>(purpose: &str) -> [u8; N] {
    let digest = Token::parse(token()).expect("it is a token").digest();
    let info = [purpose.as_bytes(), &STREAM, &SERIAL.to_be_bytes()].concat();
    let mut out = [0; N];
    let hkdf = Hkdf::<Sha256>::new(Some(&SALT), digest.as_bytes());
    hkdf.expand(&info, &mut out).expect("far below the limit");
    out
}

/// The text of an entry for the token, sealed; none when it is larger than the largest.
pub fn entry(text: &[u8]) -> Option<Vec<u8>> {
    let size = SIZES.into_iter().find(|size| *size >= text.len() + OVERHEAD)?;
    let lk: [u8; 16] = derive("keyctl/v1/bundle/lookup");
    let ek: [u8; 32] = derive("keyctl/v1/bundle/entry");
    let mut text = text.to_vec();
    text.resize(size - OVERHEAD, 0);
    let tag = ChaCha20Poly1305::new(&ek.into())
        .encrypt_inout_detached(&Nonce::default(), &lk, text.as_mut_slice().into())
        .expect("far below the limit");
    Some([&lk[..], &(size as u16).to_be_bytes(), &text, &tag].concat())
}

/// A key that may do something, and little is said of.
pub fn grant() -> Grant {
    Grant {
        key_id: KeyId::parse("key_3fK9aQ1xZ0bT").expect("it is an id"),
        generation: 1,
        tenure: Tenure::Current,
        environment: Environment::Production,
        redacted: false,
        project: Some("shop".to_owned()),
        kind: Kind::General,
        owner: Some("ci".to_owned()),
        standing: Standing::Good,
        scopes: Scope::parse("orders:*").into_iter().collect(),
        paths: Vec::new(),
        ips: Vec::new(),
        customers: Vec::new(),
        rate_limit: RateLimit::parse("100/m").ok(),
        not_before: None,
        expires_at: Some(super::at(86_400 * 30)),
        valid_until: None,
        labels: None,
    }
}

/// The text that the encoder makes of a grant: what it seals for the token, opened.
pub fn text_of(grant: &Grant) -> Vec<u8> {
    let sealer = Sealer::new(stream(), SERIAL, |salt| {
        salt.copy_from_slice(&SALT);
        Ok::<_, ()>(())
    });
    let digest = Token::parse(token()).expect("it is a token").digest();
    let entry = sealer.expect("the salt is given").seal(&digest, grant).expect("it is small");
    let (lk, sealed) = entry.as_bytes().split_at(16);
    let (text, tag) = sealed[2..].split_last_chunk::<16>().expect("it ends with a tag");
    let (mut text, ek) = (text.to_vec(), derive::<32>("keyctl/v1/bundle/entry"));
    ChaCha20Poly1305::new(&ek.into())
        .decrypt_inout_detached(&Nonce::default(), lk, text.as_mut_slice().into(), &Tag::from(*tag))
        .expect("it was just sealed");
    text.truncate(text.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1));
    text
}

/// A leaf with these entries, which should be in order.
pub fn leaf(entries: &[Vec<u8>]) -> Vec<u8> {
    let mut page = vec![0; 16];
    page[2..4].copy_from_slice(&(entries.len() as u16).to_be_bytes());
    page.extend(entries.concat());
    page.resize(PAGE, 0);
    page
}

/// A node over leaves: their first `lk` and their hashes.
fn node(children: &[(usize, &Vec<u8>)]) -> Vec<u8> {
    let mut page = vec![0; 16];
    page[0] = 1;
    page[2..4].copy_from_slice(&(children.len() as u16).to_be_bytes());
    for (number, leaf) in children {
        page.extend_from_slice(&leaf[16..32]);
        page.extend_from_slice(&hash(0, *number, leaf));
    }
    page.resize(PAGE, 0);
    page
}

fn hash(level: u8, number: usize, page: &[u8]) -> [u8; 32] {
    let tag = Sha256::new_with_prefix(b"keyctl/v1/bundle-page\0");
    tag.chain_update([level])
        .chain_update((number as u64).to_be_bytes())
        .chain_update(page)
        .finalize()
        .into()
}

/// A bundle of one leaf, or of several below a node, after `edit` was done to each page before it
/// was hashed (the node is page number `leaves`), and to the header before it was signed.
pub fn bundle(
    mut leaves: Vec<Vec<u8>>,
    entries: u64,
    mut edit: impl FnMut(usize, &mut Vec<u8>),
) -> Vec<u8> {
    let count = leaves.len();
    for (n, leaf) in leaves.iter_mut().enumerate() {
        edit(n + 1, leaf);
        leaf.resize(PAGE, 0);
    }
    let mut pages = leaves;
    let mut root = [0; 32];
    if count == 1 {
        root = hash(0, 1, &pages[0]);
    } else if count > 1 {
        let children: Vec<(usize, &Vec<u8>)> = (1..).zip(&pages).collect();
        let mut node = node(&children);
        edit(count + 1, &mut node);
        node.resize(PAGE, 0);
        root = hash(1, count + 1, &node);
        pages.push(node);
    }
    let mut header = header(entries, count as u64, root);
    edit(0, &mut header);
    sign(&mut header);
    [header, pages.concat()].concat()
}

fn header(entries: u64, leaves: u64, root: [u8; 32]) -> Vec<u8> {
    let mut page = b"\x89KCB\r\n\x1a\n\x00\x01\0\0\0\0\0\0".to_vec();
    page.extend_from_slice(&STREAM);
    let from = super::NOW as u64;
    for number in [SERIAL, from, from + 86_400, entries, leaves] {
        page.extend_from_slice(&number.to_be_bytes());
    }
    page.extend_from_slice(&root);
    page.extend_from_slice(&SALT);
    page.resize(PAGE, 0);
    page
}

/// Signs the header of a file, if it has one.
pub fn sign(file: &mut [u8]) {
    if file.len() < PAGE {
        return;
    }
    let message = [b"keyctl/v1/bundle-header\0", &file[..SIGNED]].concat();
    file[SIGNED..PAGE].fill(0);
    file[SIGNED] = 1;
    let key = trusted();
    let id =
        Sha256::new_with_prefix(b"keyctl/v1/bundle-key\0").chain_update(key.as_bytes()).finalize();
    file[SIGNED + 8..SIGNED + 24].copy_from_slice(&id[..16]);
    file[SIGNED + 24..SIGNED + 88].copy_from_slice(&SIGNER.0.sign(&message).to_bytes());
}
