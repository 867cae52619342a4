//! The golden vectors in `tests/vectors/bundles` (`docs/bundle-format.md`, section 11): made here
//! from the specification, kept on disk for every other implementation, compared with what is made
//! here, and read back for the crate to be judged by.

mod case;
mod cbor;
mod entry;
#[expect(clippy::too_many_lines, reason = "they are lists, one vector after the other")]
mod faults;
mod forge;
mod grant;
mod json;
mod signer;
mod tall;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::LazyLock;

use data_encoding::HEXLOWER;
use keyctl_verify::{
    BundleFacts, ByteSource, Environment, KeyFacts, Method, Policy, PublicKey, Remembered, Request,
    Scope, StreamId, Strictness, Timestamp, UnverifiedBundle, Verdict,
};
use serde_json::{Value, json};

const BLESS: &str = "KEYCTL_BLESS=1 cargo test --locked -p keyctl-verify --test it";

/// The files by name, as they should be.
fn made() -> BTreeMap<String, String> {
    let cases = faults::all();
    let files: BTreeMap<_, _> =
        cases.iter().map(|case| (format!("{}.json", case.name), case.render())).collect();
    assert_eq!(files.len(), cases.len(), "two faults of one name");
    files
}

/// The files by name, as they are; with `KEYCTL_BLESS` they are written first.
static ON_DISK: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/bundles");
    if std::env::var_os("KEYCTL_BLESS").is_some() {
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in made() {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let read = |entry: io::Result<fs::DirEntry>| {
        let entry = entry.unwrap();
        (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap())
    };
    fs::read_dir(&folder).unwrap_or_else(|_| panic!("no vectors; run {BLESS}")).map(read).collect()
});

/// The vectors by the names of their files.
fn vectors() -> impl Iterator<Item = (&'static str, Value)> {
    ON_DISK.iter().map(|(name, text)| {
        let vector = serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name.as_str(), vector)
    })
}

/// A file of which only what is not zero is in memory: some would not fit anywhere.
struct Sparse {
    size: u64,
    parts: Vec<(u64, Vec<u8>)>,
}

impl Sparse {
    fn of(bundle: &Value) -> Self {
        let part = |part: &Value| {
            let bytes = HEXLOWER.decode(part[1].as_str().unwrap().as_bytes()).unwrap();
            (part[0].as_u64().unwrap(), bytes)
        };
        let parts = bundle["parts"].as_array().unwrap().iter().map(part).collect();
        Sparse { size: bundle["size"].as_u64().unwrap(), parts }
    }
}

impl ByteSource for Sparse {
    fn size(&self) -> io::Result<u64> {
        Ok(self.size)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let end = offset + buffer.len() as u64;
        if end > self.size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        buffer.fill(0);
        for (start, bytes) in &self.parts {
            let (from, to) = (offset.max(*start), end.min(start + bytes.len() as u64));
            if from < to {
                let at = |position: u64, base: u64| usize::try_from(position - base).unwrap();
                buffer[at(from, offset)..at(to, offset)]
                    .copy_from_slice(&bytes[at(from, *start)..at(to, *start)]);
            }
        }
        Ok(())
    }
}

fn owned(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn time(value: &Value) -> Timestamp {
    Timestamp::from_unix(value.as_i64().unwrap()).unwrap()
}

/// Keys that nobody could sign with are no keys, so nobody can trust them.
fn trusted(vector: &Value) -> Vec<PublicKey> {
    let keys = vector["trust"].as_array().unwrap().iter();
    keys.filter_map(|key| PublicKey::parse(key.as_str().unwrap())).collect()
}

fn policy(vector: &Value) -> Policy {
    let stream = |value: &Value| value.as_str().map(|text| StreamId::parse(text).unwrap());
    let remembered = vector["remembered"].as_object().map(|remembered| {
        let hash = remembered["header_hash"].as_str().unwrap().as_bytes();
        Remembered {
            // Vectors do not say who had signed: nothing here depends on it.
            signer: PublicKey::parse(&signer::SIGNER.key()).unwrap(),
            stream: stream(&remembered["stream"]).unwrap(),
            serial: remembered["serial"].as_u64().unwrap(),
            header_hash: HEXLOWER.decode(hash).unwrap().try_into().unwrap(),
            issued_at: time(&remembered["issued_at"]),
        }
    });
    Policy {
        stream: stream(&vector["stream"]),
        min_serial: vector["min_serial"].as_u64(),
        max_age: vector["max_age"].as_u64(),
        remembered,
        elsewhere: Vec::new(),
    }
}

fn request(value: &Value) -> Request {
    let strict = value["strict"].as_bool().unwrap();
    let scopes = value["scopes"].as_array().unwrap().iter();
    Request {
        project: owned(&value["project"]),
        environment: value["environment"].as_str().map(|text| text.parse::<Environment>().unwrap()),
        scopes: scopes.map(|scope| Scope::parse(scope.as_str().unwrap()).unwrap()).collect(),
        method: value["method"].as_str().map(|text| Method::parse(text).unwrap()),
        path: owned(&value["path"]),
        ip: value["ip"].as_str().map(|text| text.parse().unwrap()),
        customer: owned(&value["customer"]),
        strictness: if strict { Strictness::Strict } else { Strictness::Lenient },
    }
}

/// What the crate says of a vector.
fn judged(vector: &Value) -> Verdict {
    let (request, now) = (request(&vector["request"]), time(&vector["now"]));
    let opened = UnverifiedBundle::open(Sparse::of(&vector["bundle"]));
    match opened.and_then(|bundle| bundle.verify(&trusted(vector), policy(vector), now)) {
        Ok(bundle) => bundle.decide(vector["token"].as_str().unwrap(), &request, now),
        Err(refusal) => refusal.verdict(&request),
    }
}

/// A verdict as vectors write it.
fn written(verdict: &Verdict) -> Value {
    let words = |words: Vec<&'static str>| json!(words);
    json!({
        "code": verdict.code().as_str(),
        "reasons": words(verdict.reasons().iter().map(|code| code.as_str()).collect()),
        "warnings": words(verdict.warnings().iter().map(|warning| warning.as_str()).collect()),
        "unchecked": words(verdict.unchecked().iter().map(|what| what.as_str()).collect()),
        "key": verdict.key().map(key_facts),
        "bundle": verdict.bundle().map(bundle_facts),
    })
}

fn key_facts(key: &KeyFacts) -> Value {
    let unix = |time: Option<Timestamp>| time.map(Timestamp::unix);
    json!({
        "id": key.id.to_string(),
        "prefix": key.prefix.to_string(),
        "generation": key.generation,
        "project": key.project,
        "environment": key.environment.to_string(),
        "kind": key.kind.as_str(),
        "owner": key.owner,
        "status": key.status.as_str(),
        "scopes": key.scopes.iter().map(Scope::as_str).collect::<Vec<_>>(),
        "rate_limit": key.rate_limit.map(|rate| rate.to_string()),
        "not_before": unix(key.not_before),
        "expires_at": unix(key.expires_at),
        "valid_until": unix(key.valid_until),
        "labels": key.labels,
    })
}

fn bundle_facts(bundle: &BundleFacts) -> Value {
    json!({
        "stream": bundle.stream.to_string(),
        "serial": bundle.serial,
        "issued_at": bundle.issued_at.unix(),
        "valid_until": bundle.valid_until.unix(),
        "signer": bundle.signer.to_string(),
    })
}

#[test]
fn the_bundles_on_disk_are_those_that_are_made() {
    let made = made();
    for name in ON_DISK.keys() {
        assert!(made.contains_key(name), "{name} is nobody's; run {BLESS}");
    }
    for (name, text) in made {
        assert_eq!(ON_DISK.get(&name), Some(&text), "{name} differs; run {BLESS}");
    }
}

#[test]
fn the_crate_says_of_every_bundle_what_the_vector_says() {
    let wrong: Vec<_> = vectors()
        .filter_map(|(name, vector)| {
            let said = written(&judged(&vector));
            let about = || format!("{name}: said {said}\nexpected {}", vector["expect"]);
            (said != vector["expect"]).then(about)
        })
        .collect();
    assert!(wrong.is_empty(), "{} are wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_bundle_has_its_name_and_a_sentence() {
    assert!(ON_DISK.len() >= 150, "{} vectors", ON_DISK.len());
    for (name, vector) in vectors() {
        assert_eq!(name.strip_suffix(".json"), vector["fault"].as_str());
        let valid = vector["expect"]["code"] == "VALID";
        assert_eq!(name.starts_with("ok-"), valid, "{name}");
        assert!(vector["about"].as_str().unwrap().ends_with('.'), "{name}");
        assert!(ON_DISK[name].is_ascii() && ON_DISK[name].ends_with("}\n"), "{name}");
    }
}

#[test]
fn no_two_vectors_have_the_same_bundle_and_request() {
    let mut inputs = BTreeMap::new();
    for (name, mut vector) in vectors() {
        let fields = vector.as_object_mut().unwrap();
        for field in ["fault", "about", "expect"] {
            fields.remove(field);
        }
        let input = vector.to_string();
        if let Some(other) = inputs.insert(input, name) {
            panic!("{name} is {other} once more");
        }
    }
}
