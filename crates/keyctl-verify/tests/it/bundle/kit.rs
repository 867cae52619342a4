//! Tokens, grants, signers and files, the same ones in every run, and all that a verdict says.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::{self, Cursor};

use ed25519_dalek::{Signer as _, SigningKey};
use keyctl_verify::{
    Advice, BundleFacts, ByteSource, Class, Code, Entry, Environment, Grant, Header, HeaderSigner,
    KeyFacts, KeyId, Kind, Policy, PublicKey, Request, Scope, Sealer, Standing, StreamId, Tenure,
    Terms, Timestamp, Token, Unchecked, UnverifiedBundle, Verdict, VerifiedBundle, Warning,
    WriteError,
};
use sha2::{Digest, Sha256};

use crate::reference::{DIGITS, sealed, six_digits};

pub(super) const PAGE: usize = 4096;
pub(super) const ISSUED: i64 = 1_800_000_000;
pub(super) const DAY: i64 = 86_400;
/// When questions are asked, unless it matters: before a bundle begins to age.
pub(super) const NOW: i64 = ISSUED + 3_600;

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

pub(super) fn stream() -> StreamId {
    StreamId::from_bytes(*b"a stream of them")
}

/// A token of that number.
pub(super) fn token_in(environment: Environment, number: u64) -> Token {
    let digits = six_digits(number, DIGITS);
    let text = format!("kc_{}_Tok3nN{digits}_{}{digits}", environment.tag(), "S".repeat(37));
    Token::parse(&sealed(text)).unwrap()
}

pub(super) fn token(number: u64) -> Token {
    token_in(Environment::Production, number)
}

pub(super) fn grant(number: u64) -> Grant {
    Grant {
        key_id: KeyId::parse(&format!("key_keyNum{}", six_digits(number, DIGITS))).unwrap(),
        generation: 1,
        tenure: Tenure::Current,
        environment: Environment::Production,
        redacted: false,
        project: None,
        kind: Kind::General,
        owner: None,
        standing: Standing::Good,
        scopes: [Scope::parse("*").unwrap()].into_iter().collect(),
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

/// A grant that is longer by about that many bytes.
pub(super) fn padded(number: u64, padding: usize) -> Grant {
    let labels = BTreeMap::from([("l".to_owned(), "x".repeat(padding))]);
    Grant { labels: Some(labels), ..grant(number) }
}

pub(super) type Member = (Token, Grant);

/// The tokens `0..count`; every fifth is revoked.
pub(super) fn members(count: u64) -> Vec<Member> {
    let member = |number: u64| {
        let standing = if number % 5 == 4 { Standing::Revoked } else { Standing::Good };
        (token(number), Grant { standing, ..grant(number) })
    };
    (0..count).map(member).collect()
}

/// Random bytes that come from a seed.
pub(super) fn fill(seed: u8) -> impl FnOnce(&mut [u8]) -> Result<(), Infallible> {
    move |buffer| {
        for (number, chunk) in (0_u64..).zip(buffer.chunks_mut(32)) {
            let hash = Sha256::new_with_prefix([seed]).chain_update(number.to_be_bytes());
            chunk.copy_from_slice(&hash.finalize()[..chunk.len()]);
        }
        Ok(())
    }
}

/// Whoever signs.
pub(super) struct Signer(SigningKey);

impl Signer {
    pub(super) fn new(seed: u8) -> Self {
        Signer(SigningKey::from_bytes(&[seed; 32]))
    }
}

impl HeaderSigner for Signer {
    fn public_key(&self) -> PublicKey {
        PublicKey::from_bytes(self.0.verifying_key().to_bytes()).unwrap()
    }

    fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

/// The public key of the signer of that seed.
pub(super) fn key(seed: u8) -> PublicKey {
    Signer::new(seed).public_key()
}

/// What a file is made with.
#[derive(Clone)]
pub(super) struct Recipe {
    pub(super) stream: StreamId,
    pub(super) serial: u64,
    pub(super) salt: u8,
    pub(super) issued_at: i64,
    pub(super) valid_until: i64,
    /// The seeds of those who sign.
    pub(super) signers: Vec<u8>,
}

impl Default for Recipe {
    fn default() -> Self {
        Recipe {
            stream: stream(),
            serial: 1_800_000_000_000,
            salt: 1,
            issued_at: ISSUED,
            valid_until: ISSUED + DAY,
            signers: vec![1],
        }
    }
}

impl Recipe {
    pub(super) fn sealer(&self) -> Sealer {
        Sealer::new(self.stream, self.serial, fill(self.salt)).unwrap()
    }

    pub(super) fn terms(&self) -> Terms {
        Terms {
            issued_at: at(self.issued_at),
            valid_until: at(self.valid_until),
            vault_head: [0x5a; 32],
        }
    }

    /// The file with those entries, in whatever order they come.
    pub(super) fn write(
        &self,
        sealer: Sealer,
        mut entries: Vec<Entry>,
    ) -> Result<(Vec<u8>, Header), WriteError> {
        entries.sort();
        let signers: Vec<_> = self.signers.iter().map(|seed| Signer::new(*seed)).collect();
        let signers: Vec<_> = signers.iter().map(|signer| signer as &dyn HeaderSigner).collect();
        let mut file = Cursor::new(Vec::new());
        let entries = entries.into_iter().map(Ok::<_, WriteError>);
        let header = sealer.write(&mut file, entries, &self.terms(), &signers)?;
        Ok((file.into_inner(), header))
    }

    /// The file in which those members are.
    pub(super) fn file(&self, members: &[Member]) -> Vec<u8> {
        let sealer = self.sealer();
        let seal = |(token, grant): &Member| sealer.seal(&token.digest(), grant).unwrap();
        let entries = members.iter().map(seal).collect();
        self.write(sealer, entries).unwrap().0
    }
}

/// Verifies with the signer of seed 1, and asks for nothing else.
pub(super) fn open<S: ByteSource>(source: S) -> VerifiedBundle<S> {
    UnverifiedBundle::open(source).unwrap().verify(&[key(1)], Policy::default(), at(NOW)).unwrap()
}

/// Everything that is said to a question, from opening the file on.
pub(super) fn ask(source: impl ByteSource, token: &Token) -> Said {
    ask_trusting(source, &[key(1)], token)
}

pub(super) fn ask_trusting(source: impl ByteSource, trusted: &[PublicKey], token: &Token) -> Said {
    let request = Request::default();
    let opened = UnverifiedBundle::open(source)
        .and_then(|bundle| bundle.verify(trusted, Policy::default(), at(NOW)));
    match opened {
        Ok(bundle) => Said::of(&bundle.decide(token.expose_token(), &request, at(NOW))),
        Err(refusal) => Said::of(&refusal.verdict(&request)),
    }
}

/// Asks a bundle that is kept open.
pub(super) fn ask_open<S: ByteSource>(bundle: &VerifiedBundle<S>, token: &Token) -> Said {
    Said::of(&bundle.decide(token.expose_token(), &Request::default(), at(NOW)))
}

/// All of a verdict, to be compared with another.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Said {
    pub(super) code: Code,
    pub(super) reasons: Vec<Code>,
    pub(super) warnings: Vec<Warning>,
    pub(super) unchecked: Vec<Unchecked>,
    pub(super) advice: Vec<Advice>,
    pub(super) key: Option<KeyFacts>,
    pub(super) bundle: Option<BundleFacts>,
    pub(super) has_fault: bool,
    pub(super) retry_after_s: Option<u64>,
    pub(super) receipt: Option<String>,
}

impl Said {
    pub(super) fn of(verdict: &Verdict) -> Self {
        assert_eq!(verdict.is_valid(), verdict.code() == Code::Valid);
        let said = Said {
            code: verdict.code(),
            reasons: verdict.reasons().to_vec(),
            warnings: verdict.warnings().to_vec(),
            unchecked: verdict.unchecked().to_vec(),
            advice: verdict.advice().to_vec(),
            key: verdict.key().cloned(),
            bundle: verdict.bundle().cloned(),
            has_fault: verdict.fault().is_some(),
            retry_after_s: verdict.retry_after_s(),
            receipt: verdict.receipt(at(NOW), None).map(|receipt| receipt.to_string()),
        };
        let unavailable = said.code.class() == Class::Unavailable;
        assert_eq!(said.has_fault, unavailable, "{said:?}");
        assert!(!unavailable || said.is_bare(), "{said:?}");
        said
    }

    /// One reason, and nothing about a key.
    pub(super) fn is_bare(&self) -> bool {
        self.reasons == [self.code]
            && self.key.is_none()
            && self.receipt.is_none()
            && self.warnings.is_empty()
    }

    /// Refused because of the bundle, and so nothing was told about a key.
    pub(super) fn is_unavailable(&self) -> bool {
        self.code.class() == Class::Unavailable
    }
}

/// A file that changes while it is open.
pub(super) struct Changing(pub(super) RefCell<Vec<u8>>);

impl Changing {
    pub(super) fn new(file: &[u8]) -> Self {
        Changing(RefCell::new(file.to_vec()))
    }

    /// Flips one bit: the other value, or back.
    pub(super) fn flip(&self, bit: usize) {
        self.0.borrow_mut()[bit / 8] ^= 1 << (bit % 8);
    }
}

impl ByteSource for Changing {
    fn size(&self) -> io::Result<u64> {
        self.0.borrow().size()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.0.borrow().read_at(buffer, offset)
    }
}

/// A file of which every read is written down.
pub(super) struct Watched<'a> {
    file: &'a [u8],
    reads: RefCell<Vec<(u64, usize)>>,
}

impl<'a> Watched<'a> {
    pub(super) fn new(file: &'a [u8]) -> Self {
        Watched { file, reads: RefCell::default() }
    }

    /// Offset and length of the reads since this was asked last.
    pub(super) fn reads(&self) -> Vec<(u64, usize)> {
        self.reads.take()
    }
}

impl ByteSource for Watched<'_> {
    fn size(&self) -> io::Result<u64> {
        self.file.size()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.reads.borrow_mut().push((offset, buffer.len()));
        self.file.read_at(buffer, offset)
    }
}

/// The pages, by number, that a question about the token reads after the header.
pub(super) fn pages_read(file: &[u8], token: &Token) -> Vec<usize> {
    let watched = Watched::new(file);
    let bundle = open(&watched);
    watched.reads();
    let _ = ask_open(&bundle, token);
    watched.reads().iter().map(|(offset, _)| usize::try_from(*offset).unwrap() / PAGE).collect()
}
