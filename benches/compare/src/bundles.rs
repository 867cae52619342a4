//! Bundles of any number of tokens, made without a vault.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use ed25519_dalek::{Signer, SigningKey};
use keyctl_verify::{
    Brand, Entry, Environment, Grant, HeaderSigner, KeyId, Kind, Prefix, PublicId, PublicKey,
    Scope, Sealer, SecretBody, Standing, StreamId, Tenure, Terms, Timestamp, Token, WriteError,
};
use rayon::prelude::*;
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

/// So many entries are in memory at once, sealed.
const AT_ONCE: usize = 1 << 18;

/// Makes a fresh bundle of so many tokens there. Each is sealed once to learn where it lies, and once more when
/// its turn has come: memory for a hundred million entries would be 20 GB.
pub fn make(folder: &Path, tokens: u64) -> PathBuf {
    let path = path(folder, tokens);
    let (issued_at, serial) = (now(), now().unix().unsigned_abs() * 1000);
    let new = || Sealer::new(StreamId::from_bytes([7; 16]), serial, |salt| noise(3, salt));
    let (sealer, writer) = (new().expect("noise"), new().expect("the same noise"));
    let seal = |number: u64| {
        let token = token(number);
        sealer.seal(&token.digest(), &grant(&token)).expect("it fits")
    };
    let place = |number| {
        let lk: [u8; 16] = *seal(u64::from(number)).as_bytes().first_chunk().expect("it begins so");
        (lk, number)
    };
    let tokens = u32::try_from(tokens).expect("not so many");
    let mut places: Vec<([u8; 16], u32)> = (0..tokens).into_par_iter().map(place).collect();
    places.par_sort_unstable();
    let entries = places.chunks(AT_ONCE).flat_map(|some| -> Vec<Entry> {
        some.par_iter().map(|(_, number)| seal(u64::from(*number))).collect()
    });
    let valid_until = issued_at.saturating_add(30 * 86_400);
    let terms = Terms { issued_at, valid_until, vault_head: [1; 32] };
    let out = BufWriter::new(File::create(&path).expect("a folder of ours"));
    let entries = entries.map(Ok::<_, WriteError>);
    writer.write(out, entries, &terms, &[&key() as &dyn HeaderSigner]).expect("it can be written");
    path
}
