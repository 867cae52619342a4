//! One vector: a bundle, a caller, a request, and the whole verdict on it.

use data_encoding::HEXLOWER;

use super::entry::CONTEXT;
use super::forge::{Forge, ISSUED_AT, Member, NOW, PAGE, header_hash};
use super::json::{lines, list, number, object, quoted, text};
use super::signer::{SIGNER, Signer};

/// So many zeros between two parts are rather written than left out.
const GAP: usize = 8;

/// A file, of which only what is not zero is there.
pub(super) struct Bundle {
    pub(super) size: u64,
    pub(super) chunks: Vec<(u64, Vec<u8>)>,
}

impl From<Vec<u8>> for Bundle {
    fn from(file: Vec<u8>) -> Self {
        Bundle { size: file.len() as u64, chunks: vec![(0, file)] }
    }
}

impl Bundle {
    fn header(&self) -> &[u8] {
        &self.chunks[0].1
    }

    fn render(&self) -> String {
        let mut parts = Vec::new();
        for (offset, bytes) in &self.chunks {
            for (start, end) in runs(bytes) {
                let hex = HEXLOWER.encode(&bytes[start..end]);
                parts.push(format!("      [{}, \"{hex}\"]", offset + start as u64));
            }
        }
        let parts = match parts.len() {
            0 => "[]".to_owned(),
            _ => format!("[\n{}\n    ]", parts.join(",\n")),
        };
        lines(&[("size", self.size.to_string()), ("parts", parts)], "  ")
    }
}

/// Where the bytes that are not zero begin and end.
fn runs(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte != 0) {
        match runs.last_mut() {
            Some((_, end)) if at - *end <= GAP => *end = at + 1,
            _ => runs.push((at, at + 1)),
        }
    }
    runs
}

/// What was remembered of a bundle before.
#[derive(Clone)]
pub(super) struct Remembered {
    pub(super) stream: [u8; 16],
    pub(super) serial: u64,
    pub(super) header_hash: [u8; 32],
    pub(super) issued_at: u64,
}

impl Remembered {
    /// What a verifier remembers that has accepted the bundle of a vector itself.
    fn of(bundle: &Bundle) -> Self {
        Remembered {
            stream: CONTEXT.stream,
            serial: CONTEXT.serial,
            header_hash: header_hash(bundle.header()),
            issued_at: ISSUED_AT,
        }
    }

    fn render(&self) -> String {
        object(&[
            ("stream", quoted(&HEXLOWER.encode(&self.stream))),
            ("serial", self.serial.to_string()),
            ("header_hash", quoted(&HEXLOWER.encode(&self.header_hash))),
            ("issued_at", self.issued_at.to_string()),
        ])
    }
}

/// What is asked for; the default names what the plain grant grants.
pub(super) struct Request {
    pub(super) project: Option<String>,
    pub(super) environment: Option<&'static str>,
    pub(super) scopes: Vec<String>,
    pub(super) method: Option<String>,
    pub(super) path: Option<String>,
    pub(super) ip: Option<String>,
    pub(super) customer: Option<String>,
    pub(super) strict: bool,
}

impl Request {
    fn plain() -> Self {
        Request {
            project: Some("shop".to_owned()),
            environment: Some("production"),
            scopes: vec!["orders:read".to_owned()],
            method: None,
            path: None,
            ip: None,
            customer: None,
            strict: false,
        }
    }

    fn unchecked(&self) -> Vec<&'static str> {
        let missing = [
            (self.project.is_none(), "project"),
            (self.environment.is_none(), "environment"),
            (self.scopes.is_empty(), "scopes"),
        ];
        missing.into_iter().filter_map(|(missing, what)| missing.then_some(what)).collect()
    }

    fn render(&self) -> String {
        object(&[
            ("project", text(self.project.as_deref())),
            ("environment", text(self.environment)),
            ("scopes", list(&self.scopes)),
            ("method", text(self.method.as_deref())),
            ("path", text(self.path.as_deref())),
            ("ip", text(self.ip.as_deref())),
            ("customer", text(self.customer.as_deref())),
            ("strict", self.strict.to_string()),
        ])
    }
}

/// A vector.
pub(super) struct Case {
    pub(super) name: String,
    about: String,
    bundle: Bundle,
    trust: Vec<String>,
    now: u64,
    stream: Option<String>,
    min_serial: Option<u64>,
    max_age: Option<u64>,
    remembered: Option<Remembered>,
    member: Member,
    token: String,
    request: Request,
    reasons: Vec<&'static str>,
    warnings: Vec<&'static str>,
    /// The key's status, when anything is said about the key.
    status: Option<&'static str>,
    /// Who signed, when that could be believed.
    signer: Option<String>,
}

impl Case {
    fn new(name: &str, about: &str, bundle: Bundle, member: Member) -> Self {
        Case {
            name: name.to_owned(),
            about: about.to_owned(),
            bundle,
            trust: vec![SIGNER.key()],
            now: NOW,
            stream: None,
            min_serial: None,
            max_age: None,
            remembered: None,
            token: member.token.clone(),
            member,
            request: Request::plain(),
            reasons: vec![],
            warnings: vec![],
            status: None,
            signer: Some(SIGNER.key()),
        }
    }

    /// Everything in it is right: `VALID`.
    pub(super) fn ok(name: &str, about: &str, forge: &Forge) -> Self {
        Case::ok_of(name, about, forge.build().into(), forge.member.clone())
    }

    /// The same for a bundle that the forge did not make.
    pub(super) fn ok_of(name: &str, about: &str, bundle: Bundle, member: Member) -> Self {
        assert!(name.starts_with("ok-"), "{name}");
        let case = Case::new(name, about, bundle, member);
        Case { warnings: vec!["NO_MEMORY"], status: Some("active"), ..case }
    }

    /// The entry opens, and the request is denied for these reasons.
    pub(super) fn denied(
        reasons: &[&'static str],
        name: &str,
        about: &str,
        grant: super::grant::Grant,
    ) -> Self {
        let case = Case::refused("", name, about, &Forge::of(grant));
        Case { reasons: reasons.to_vec(), status: Some("active"), ..case }
    }

    /// The bundle is believed, and nothing can be said about a key.
    pub(super) fn refused(code: &'static str, name: &str, about: &str, forge: &Forge) -> Self {
        let case = Case::new(name, about, forge.build().into(), forge.member.clone());
        Case { reasons: vec![code], ..case }
    }

    /// The header is signed, and a field of it cannot be (step 4). Section 11 gives what it says of
    /// itself from step 3 on, be it out of range.
    pub(super) fn impossible(name: &str, about: &str, forge: &Forge) -> Self {
        Case::unbelieved("BUNDLE_CORRUPT", name, about, forge)
    }

    /// The bundle is signed, and wrong.
    pub(super) fn corrupt(name: &str, about: &str, forge: &Forge) -> Self {
        Case::refused("BUNDLE_CORRUPT", name, about, forge)
    }

    /// Nothing that the bundle says of itself is believed.
    pub(super) fn unbelieved(code: &'static str, name: &str, about: &str, forge: &Forge) -> Self {
        Case { signer: None, ..Case::refused(code, name, about, forge) }
    }

    /// The same with a bundle that the forge did not make.
    pub(super) fn of_bundle(self, bundle: Bundle) -> Self {
        Case { bundle, ..self }
    }

    pub(super) fn trusting(self, trust: &[Signer]) -> Self {
        self.trusting_keys(trust.iter().map(|signer| signer.key()).collect())
    }

    pub(super) fn trusting_keys(self, trust: Vec<String>) -> Self {
        Case { trust, ..self }
    }

    /// Another than the usual one has signed.
    pub(super) fn signed_by(self, signer: Signer) -> Self {
        Case { signer: Some(signer.key()), ..self }
    }

    pub(super) fn at(self, now: u64) -> Self {
        Case { now, ..self }
    }

    pub(super) fn stream(self, stream: [u8; 16]) -> Self {
        Case { stream: Some(HEXLOWER.encode(&stream)), ..self }
    }

    pub(super) fn min_serial(self, serial: u64) -> Self {
        Case { min_serial: Some(serial), ..self }
    }

    pub(super) fn max_age(self, seconds: u64) -> Self {
        Case { max_age: Some(seconds), ..self }
    }

    /// What was remembered is this very bundle, but for what is changed.
    pub(super) fn remembering(self, change: impl FnOnce(&mut Remembered)) -> Self {
        let mut remembered = Remembered::of(&self.bundle);
        change(&mut remembered);
        Case { remembered: Some(remembered), ..self }
    }

    pub(super) fn token(self, token: impl Into<String>) -> Self {
        Case { token: token.into(), ..self }
    }

    pub(super) fn request(mut self, change: impl FnOnce(&mut Request)) -> Self {
        change(&mut self.request);
        self
    }

    pub(super) fn warns(self, warnings: &[&'static str]) -> Self {
        Case { warnings: warnings.to_vec(), ..self }
    }

    pub(super) fn status(self, status: &'static str) -> Self {
        Case { status: Some(status), ..self }
    }

    /// The content of the vector's file.
    pub(super) fn render(&self) -> String {
        let fields = [
            ("fault", quoted(&self.name)),
            ("about", quoted(&self.about)),
            ("bundle", self.bundle.render()),
            ("trust", list(&self.trust)),
            ("now", self.now.to_string()),
            ("stream", text(self.stream.as_deref())),
            ("min_serial", number(self.min_serial)),
            ("max_age", number(self.max_age)),
            ("remembered", self.remembered.as_ref().map_or("null".to_owned(), Remembered::render)),
            ("token", quoted(&self.token)),
            ("request", self.request.render()),
            ("expect", self.expect()),
        ];
        lines(&fields, "") + "\n"
    }

    fn expect(&self) -> String {
        let prefix = || self.token.rsplit_once('_').unwrap().0;
        let facts = |status| self.member.grant.facts(prefix(), status);
        let fields = [
            ("code", quoted(self.reasons.first().unwrap_or(&"VALID"))),
            ("reasons", list(&self.reasons)),
            ("warnings", list(&self.warnings)),
            ("unchecked", list(&self.request.unchecked())),
            ("key", self.status.map_or("null".to_owned(), facts)),
            ("bundle", self.bundle_facts()),
        ];
        lines(&fields, "  ")
    }

    /// From the header as it lies in the file, whatever was done to it.
    fn bundle_facts(&self) -> String {
        let Some(signer) = &self.signer else { return "null".to_owned() };
        let header = &self.bundle.header()[..PAGE];
        let number = |at: usize| {
            let bytes = header[at..at + 8].try_into().unwrap();
            u64::from_be_bytes(bytes).to_string()
        };
        object(&[
            ("stream", quoted(&HEXLOWER.encode(&header[16..32]))),
            ("serial", number(32)),
            ("issued_at", number(40)),
            ("valid_until", number(48)),
            ("signer", quoted(signer)),
        ])
    }
}
