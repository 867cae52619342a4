//! Makes a bundle of synthetic tokens, for measuring: `make_bundle COUNT FILE`. Writes the key to
//! trust and a token that the bundle knows.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a tool for measuring")]

use std::fs::File;
use std::io::BufWriter;
use std::time::{SystemTime, UNIX_EPOCH};

use ed25519_dalek::{Signer, SigningKey};
use keyctl_verify::{
    Brand, Entry, Environment, Grant, HeaderSigner, KeyId, Kind, Prefix, PublicId, PublicKey,
    Scope, Sealer, SecretBody, Standing, StreamId, Tenure, Terms, Timestamp, Token, WriteError,
};
use sha2::{Digest, Sha256};

struct Signing(SigningKey);

impl HeaderSigner for Signing {
    fn public_key(&self) -> PublicKey {
        PublicKey::from_bytes(self.0.verifying_key().to_bytes()).unwrap()
    }

    fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

/// Bytes that look random and are the same for the same number.
fn noise(n: u64, buffer: &mut [u8]) -> Result<(), ()> {
    for (i, chunk) in buffer.chunks_mut(32).enumerate() {
        let hash = Sha256::new().chain_update(n.to_be_bytes()).chain_update([i as u8]).finalize();
        chunk.copy_from_slice(&hash[..chunk.len()]);
        chunk.iter_mut().for_each(|byte| *byte %= 248);
    }
    Ok(())
}

fn token(n: u64) -> Token {
    let id = PublicId::draw(|buffer| noise(n, buffer)).unwrap();
    let secret = SecretBody::draw(|buffer| noise(!n, buffer)).unwrap();
    Token::assemble(&Prefix::new(Brand::default(), Environment::Production, id), &secret)
}

fn grant(n: u64) -> Grant {
    Grant {
        key_id: KeyId::from_body(PublicId::draw(|buffer| noise(n, buffer)).unwrap()),
        generation: 1,
        tenure: Tenure::Current,
        environment: Environment::Production,
        redacted: false,
        project: Some("shop".to_owned()),
        kind: Kind::General,
        owner: Some("ci".to_owned()),
        standing: Standing::Good,
        scopes: [Scope::parse("orders:write").unwrap()].into_iter().collect(),
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

#[allow(clippy::disallowed_methods, reason = "it is no part of keyctl")]
fn main() {
    let mut args = std::env::args().skip(1);
    let count: u64 = args.next().unwrap().parse().unwrap();
    let file = File::create(args.next().unwrap()).unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let issued_at = Timestamp::from_unix(i64::try_from(now).unwrap()).unwrap();
    let signing = Signing(SigningKey::from_bytes(&[7; 32]));
    let sealer =
        Sealer::new(StreamId::from_bytes([1; 16]), now * 1000, |salt| noise(now, salt)).unwrap();
    let seal = |n| sealer.seal(&token(n).digest(), &grant(n)).unwrap();
    let mut entries: Vec<Entry> = (0..count).map(seal).collect();
    entries.sort_unstable();
    let valid_until = issued_at.saturating_add(30 * 86_400);
    let terms = Terms { issued_at, valid_until, vault_head: [0; 32] };
    let entries = entries.into_iter().map(Ok::<_, WriteError>);
    let header = sealer.write(BufWriter::new(file), entries, &terms, &[&signing]).unwrap();
    println!("{}\n{}", signing.public_key(), token(0).expose_token());
    assert_eq!(header.entries, count);
}
