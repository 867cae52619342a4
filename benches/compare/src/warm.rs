//! Verifications a second in one process, on one core: bundles, and signed JWTs with the same curve.

use std::fs::File;
use std::path::Path;
use std::time::Instant;

use data_encoding::BASE64URL_NOPAD;
use ed25519_dalek::{Signature, Signer, SigningKey};
use keyctl_verify::{
    ByteSource, Environment, Policy, Request, Scope, UnverifiedBundle, VerifiedBundle,
};

use crate::bundles;
use crate::{human, median};

/// How many distinct tokens are verified in a round.
const TOKENS: u64 = 100_000;
const JWTS: u64 = 10_000;
const ROUNDS: usize = 5;

/// Microseconds for one verification.
struct Warm {
    file: f64,
    memory: f64,
    jwt: f64,
}

/// Makes a bundle of so many keys, and a row of a table of what it costs.
pub fn row(folder: &Path, keys: u64) -> String {
    let bundle = bundles::make(folder, keys);
    let bytes = std::fs::metadata(&bundle).map_or(0.0, |meta| meta.len() as f64 / keys as f64);
    let Warm { file, memory, jwt } = measure(&bundle, keys);
    format!(
        "| {} keys | {file:.2} µs | {memory:.2} µs | {jwt:.2} µs | {:.1} × | {:.1} × | {bytes:.1} |",
        human(keys),
        jwt / file,
        jwt / memory
    )
}

/// Times all three in turn, round by round.
fn measure(bundle: &Path, tokens: u64) -> Warm {
    let step = (tokens / TOKENS.min(tokens)).max(1);
    let texts: Vec<String> =
        (0..TOKENS).map(|i| bundles::token(i * step % tokens).expose_token().to_owned()).collect();
    let file = open(File::open(bundle).expect("it was made"));
    let memory = open(std::fs::read(bundle).expect("it was made"));
    let (key, jwts) = jwts();
    let request = Request {
        project: Some("shop".to_owned()),
        environment: Some(Environment::Production),
        scopes: vec![Scope::parse("orders:write").expect("a scope")],
        ..Request::default()
    };
    let (mut of_file, mut of_memory, mut of_jwt) = (Vec::new(), Vec::new(), Vec::new());
    // The first round warms up.
    for _ in 0..=ROUNDS {
        of_file.push(each(&texts, |text| decide(&file, text, &request)));
        of_memory.push(each(&texts, |text| decide(&memory, text, &request)));
        of_jwt.push(each(&jwts, |text| decode(&key, text)));
    }
    Warm { file: median(&of_file[1..]), memory: median(&of_memory[1..]), jwt: median(&of_jwt[1..]) }
}

fn each(texts: &[String], check: impl Fn(&str) -> bool) -> f64 {
    let begun = Instant::now();
    assert!(texts.iter().all(|text| check(text)), "all are valid");
    begun.elapsed().as_secs_f64() * 1e6 / texts.len() as f64
}

fn open<S: ByteSource>(source: S) -> VerifiedBundle<S> {
    let bundle = UnverifiedBundle::open(source).expect("a bundle");
    bundle.verify(&[bundles::public_key()], Policy::default(), bundles::now()).expect("genuine")
}

fn decide<S: ByteSource>(bundle: &VerifiedBundle<S>, text: &str, request: &Request) -> bool {
    bundle.decide(text, request, bundles::now()).is_valid()
}

/// A signed token, of which the public key is put into a folder.
pub fn jwt_in(folder: &Path) -> String {
    // RFC 8410, section 4: what stands before the 32 bytes of a public key.
    let der = [
        &data_encoding::HEXLOWER.decode(b"302a300506032b6570032100").expect("hex"),
        &jwts().0.to_bytes()[..],
    ]
    .concat();
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        data_encoding::BASE64.encode(&der)
    );
    std::fs::write(folder.join("jwt.pub.pem"), pem).expect("a folder of ours");
    jwts().1.swap_remove(0)
}

fn jwts() -> (ed25519_dalek::VerifyingKey, Vec<String>) {
    let key = SigningKey::from_bytes(&[9; 32]);
    let header = BASE64URL_NOPAD.encode(br#"{"alg":"EdDSA","typ":"JWT"}"#);
    let jwt = |number| {
        let claims = format!(
            r#"{{"sub":"key{number}","scope":"orders:write","project":"shop","exp":4102444800}}"#
        );
        let text = format!("{header}.{}", BASE64URL_NOPAD.encode(claims.as_bytes()));
        let signature = key.sign(text.as_bytes()).to_bytes();
        format!("{text}.{}", BASE64URL_NOPAD.encode(&signature))
    };
    (key.verifying_key(), (0..JWTS).map(jwt).collect())
}

/// What a verifier of JWTs does: split, signature, claims, expiry and scope.
fn decode(key: &ed25519_dalek::VerifyingKey, jwt: &str) -> bool {
    let decoded = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).expect("base64");
    let (text, signature) = jwt.rsplit_once('.').expect("three parts");
    let signature = Signature::from_slice(&decoded(signature)).expect("64 bytes");
    let (_, claims) = text.split_once('.').expect("three parts");
    let is_signed = key.verify_strict(text.as_bytes(), &signature).is_ok();
    let claims: serde_json::Value = serde_json::from_slice(&decoded(claims)).expect("JSON");
    let is_fresh = claims["exp"].as_i64().is_some_and(|end| end > bundles::now().unix());
    is_signed && is_fresh && claims["scope"] == "orders:write"
}
