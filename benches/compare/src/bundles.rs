//! Bundles of any number of tokens, made without a vault.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use ed25519_dalek::{Signer, SigningKey};
use keyctl_verify::{
    Brand, Environment, Grant, HeaderSigner, KeyId, Kind, Prefix, PublicId, PublicKey, Scope,
    Sealer, SecretBody, Standing, StreamId, Tenure, Terms, Timestamp, Token, WriteError,
};
use sha2::{Digest, Sha256};

struct Key(SigningKey);

impl HeaderSigner for Key {
    fn public_key(&self) -> PublicKey {
        PublicKey::from_bytes(self.0.verifying_key().to_bytes()).expect("a key of ours")
    }

    fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

fn key() -> Key {
    Key(SigningKey::from_bytes(&[7; 32]))
}

/// Whom verifiers of these bundles trust.
pub fn public_key() -> PublicKey {
    key().public_key()
}

/// The time of day.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    Timestamp::from_unix(since.as_secs().cast_signed()).expect("before 10000")
}

/// Bytes that look drawn, and are the same in each run.
fn noise(number: u64, buffer: &mut [u8]) -> Result<(), ()> {
    for (i, chunk) in buffer.chunks_mut(32).enumerate() {
        let hash =
            Sha256::new().chain_update(number.to_be_bytes()).chain_update([i as u8]).finalize();
        chunk.copy_from_slice(&hash[..chunk.len()]);
        chunk.iter_mut().for_each(|byte| *byte %= 248);
    }
    Ok(())
}

/// The token of a number.
pub fn token(number: u64) -> Token {
    let id = PublicId::draw(|buffer| noise(number, buffer)).expect("noise");
    let secret = SecretBody::draw(|buffer| noise(!number, buffer)).expect("noise");
    Token::assemble(&Prefix::new(Brand::default(), Environment::Production, id), &secret)
}

fn grant(token: &Token) -> Grant {
    Grant {
        key_id: KeyId::from_body(token.prefix().public_id()),
        generation: 1,
        tenure: Tenure::Current,
        standing: Standing::Good,
        environment: Environment::Production,
        kind: Kind::General,
        redacted: false,
        project: Some("shop".to_owned()),
        owner: Some("ci".to_owned()),
        scopes: [Scope::parse("orders:write").expect("a scope")].into_iter().collect(),
        paths: Vec::new(),
        ips: Vec::new(),
        customers: Vec::new(),
        rate_limit: None,
        not_before: None,
        expires_at: None,
        valid_until: None,
        labels: None,
    }
}

/// Where the bundle of so many tokens is.
pub fn path(folder: &Path, tokens: u64) -> PathBuf {
    folder.join(format!("{tokens}.kcb"))
}

/// Makes a fresh bundle of so many tokens there.
pub fn make(folder: &Path, tokens: u64) -> PathBuf {
    let path = path(folder, tokens);
    let (issued_at, serial) = (now(), now().unix().unsigned_abs() * 1000);
    let sealer =
        Sealer::new(StreamId::from_bytes([7; 16]), serial, |salt| noise(3, salt)).expect("noise");
    let mut entries = Vec::new();
    for number in 0..tokens {
        let token = token(number);
        entries.push(sealer.seal(&token.digest(), &grant(&token)).expect("it fits"));
    }
    entries.sort_unstable();
    let valid_until = issued_at.saturating_add(30 * 86_400);
    let terms = Terms { issued_at, valid_until, vault_head: [1; 32] };
    let out = BufWriter::new(File::create(&path).expect("a folder of ours"));
    let entries = entries.into_iter().map(Ok::<_, WriteError>);
    sealer.write(out, entries, &terms, &[&key() as &dyn HeaderSigner]).expect("it can be written");
    path
}
