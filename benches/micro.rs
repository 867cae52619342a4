//! Single steps, without a process around them: `benches/micro [FILTER]`.
//!
//! What is timed here is what a service or a list does a million times. Whole processes, and what others
//! take, are in `benches/run`.

#[path = "compare/src/bundles.rs"]
mod bundles;

use std::hint::black_box;
use std::path::Path;

use divan::Bencher;
use divan::counter::ItemsCount;
use keyctl_vault::issue::{self, Expiry, NameChoice, NewKey};
use keyctl_vault::{
    Author, InitOptions, KdfParams, KeyRecord, LockedVault, Name, Passphrase, Project, Role,
    Secret, SlotChoice, UnlockedVault, Verb, init,
};
use keyctl_verify::cbor::Malformed;
use keyctl_verify::{
    Brand, Environment, Kind, Policy, Request, Scope, ScopeSet, Token, UnverifiedBundle,
    VerifiedBundle,
};

/// Tokens of a bundle, and keys of a vault.
const MANY: u64 = 10_000;

fn main() {
    divan::main();
}

fn request() -> Request {
    let scopes = vec![Scope::parse("orders:write").expect("a scope")];
    let (project, environment) = (Some("shop".to_owned()), Some(Environment::Production));
    Request { project, environment, scopes, ..Request::default() }
}

#[divan::bench]
fn token_parse(bencher: Bencher<'_, '_>) {
    let token = bundles::token(7);
    bencher.bench(|| Token::parse(black_box(token.expose_token())));
}

#[divan::bench]
fn token_digest(bencher: Bencher<'_, '_>) {
    let token = bundles::token(7);
    bencher.bench(|| black_box(&token).digest());
}

#[divan::bench]
fn scope_grants(bencher: Bencher<'_, '_>) {
    let scope = |text: &str| Scope::parse(text).expect("a scope");
    let own: ScopeSet = ["orders:read", "stock:*", "billing:read"].map(scope).into_iter().collect();
    let asked = scope("stock:write");
    bencher.bench(|| black_box(&own).grants(black_box(&asked)));
}

#[divan::bench]
fn bundle_open(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = std::fs::read(bundles::make(folder.path(), 1_000)).expect("it was made");
    bencher.bench(|| genuine(black_box(&bytes[..])));
}

fn genuine<S: keyctl_verify::ByteSource>(source: S) -> VerifiedBundle<S> {
    let bundle = UnverifiedBundle::open(source).expect("a bundle");
    bundle.verify(&[bundles::public_key()], Policy::default(), bundles::now()).expect("genuine")
}

/// A different token each time, of which all have come by before.
#[divan::bench(args = ["memory", "file"], sample_size = 100)]
fn bundle_decide(bencher: Bencher<'_, '_>, source: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = bundles::make(folder.path(), MANY);
    let texts: Vec<String> =
        (0..MANY).map(|n| bundles::token(n).expose_token().to_owned()).collect();
    let (request, now) = (request(), bundles::now());
    if source == "memory" {
        let bundle = genuine(std::fs::read(&path).expect("it was made"));
        each(bencher, &texts, |text| bundle.decide(text, &request, now).is_valid());
    } else {
        let bundle = genuine(std::fs::File::open(&path).expect("it was made"));
        each(bencher, &texts, |text| bundle.decide(text, &request, now).is_valid());
    }
}

fn each(bencher: Bencher<'_, '_>, texts: &[String], decide: impl Fn(&str) -> bool) {
    assert!(texts.iter().all(|text| decide(text)), "all are valid");
    let mut texts = texts.iter().cycle();
    bencher.bench_local(|| decide(texts.next().expect("it never ends")));
}

fn author() -> Author {
    Author { actor: "bench".to_owned(), host: "bench".to_owned(), now: bundles::now() }
}

fn new_key(name: NameChoice) -> NewKey {
    NewKey {
        project: Project::parse("shop").ok(),
        environment: Environment::Production,
        kind: Kind::General,
        owner: None,
        name,
        expires: Expiry::Never,
        not_before: None,
        scopes: [Scope::parse("orders:read").expect("a scope")].into_iter().collect(),
        paths: Vec::new(),
        ips: Vec::new(),
        customers: Vec::new(),
        rate_limit: None,
        labels: std::collections::BTreeMap::default(),
        note: None,
        recoverable: false,
    }
}

/// A vault of so many keys, opened by a key file.
fn vault(folder: &Path, keys: u64) -> UnlockedVault {
    let (path, state) = (folder.join("vault.db"), folder.join("state"));
    let secret = || Secret::keyfile(&[1; 32]).expect("long enough");
    let options = InitOptions {
        brand: Brand::default(),
        kdf: KdfParams::from_mib(19, 1).expect("the least"),
        passphrase: Secret::Passphrase(Passphrase::new("of a benchmark").expect("long enough")),
        with_recovery: false,
    };
    init(&path, &state, &options, &author(), |_| Ok(())).expect("a new vault");
    let mut vault = LockedVault::open(&path, &state)
        .and_then(|locked| locked.unlock(&options.passphrase, &SlotChoice::Any))
        .expect("it opens");
    let slot = Name::parse("bench").expect("a name");
    vault.add_slot(&author(), &slot, Role::Admin, &secret()).expect("a slot");
    let made = vault.transaction(&author(), Verb::Create, |tx| {
        for n in 0..keys {
            let name = Name::parse(&format!("service-{n}")).expect("a name");
            issue::create(tx, new_key(NameChoice::Given(name)), bundles::now())?;
        }
        Ok::<_, issue::IssueError>(())
    });
    made.expect("keys");
    LockedVault::open(&path, &state)
        .and_then(|locked| locked.unlock(&secret(), &SlotChoice::Any))
        .expect("it opens")
}

/// Reads of each record as much as a search does, or all of it.
#[divan::bench(args = ["outlines", "keys"])]
fn vault_scan(bencher: Bencher<'_, '_>, what: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut vault = vault(folder.path(), MANY);
    let whole = what == "keys";
    let add = |count: &mut u64, record: KeyRecord<'_>| -> Result<(), Malformed> {
        let is_live = match whole {
            true => record.key()?.is_live(),
            false => !record.outline()?.name.is_empty(),
        };
        *count += u64::from(is_live);
        Ok(())
    };
    bencher.counter(ItemsCount::new(MANY)).bench_local(|| {
        let mut sum = 0;
        let snapshot = vault.snapshot().expect("it is right");
        let taken = snapshot.gather_keys(add, |counts: Vec<u64>| {
            sum += counts.iter().sum::<u64>();
            Ok(())
        });
        taken.expect("it is right");
        assert_eq!(sum, MANY);
    });
}

/// A change with all its syncs.
#[divan::bench]
fn vault_create(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut vault = vault(folder.path(), 1_000);
    bencher.bench_local(|| {
        vault.transaction(&author(), Verb::Create, |tx| {
            issue::create(tx, new_key(NameChoice::Automatic), bundles::now())
        })
    });
}
