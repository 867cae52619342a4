//! The grant in plain values: its eighteen items (`docs/bundle-format.md`, section 6), and what a
//! verdict tells of it (section 11).

use super::cbor::{FALSE, TRUE, array, option, text, texts, uint};
use super::json::{list, number, object, quoted};

/// Items of a grant.
pub(super) const KEY_ID: usize = 0;
pub(super) const GENERATION: usize = 1;
pub(super) const ENVIRONMENT: usize = 2;
pub(super) const KIND: usize = 3;
pub(super) const STANDING: usize = 4;
pub(super) const TENURE: usize = 5;
pub(super) const REDACTED: usize = 6;
pub(super) const OWNER: usize = 8;
pub(super) const SCOPES: usize = 9;
pub(super) const PATHS: usize = 10;
pub(super) const BLOCKS: usize = 11;
pub(super) const CUSTOMERS: usize = 12;
pub(super) const RATE: usize = 13;
pub(super) const NOT_BEFORE: usize = 14;
pub(super) const EXPIRES_AT: usize = 15;
pub(super) const ENDS_AT: usize = 16;
pub(super) const LABELS: usize = 17;

/// A grant; the coded fields are what section 6 writes for them.
#[derive(Clone)]
pub(super) struct Grant {
    pub(super) id: String,
    pub(super) generation: u64,
    pub(super) environment: u64,
    pub(super) kind: u64,
    pub(super) standing: u64,
    pub(super) tenure: u64,
    pub(super) redacted: bool,
    pub(super) project: Option<String>,
    pub(super) owner: Option<String>,
    pub(super) scopes: Vec<String>,
    pub(super) paths: Vec<String>,
    pub(super) blocks: Vec<String>,
    pub(super) customers: Vec<String>,
    /// Count and seconds, and how a verdict writes them.
    pub(super) rate: Option<(u64, u64, &'static str)>,
    pub(super) not_before: Option<u64>,
    pub(super) expires_at: Option<u64>,
    pub(super) ends_at: Option<u64>,
    pub(super) labels: Option<Vec<(String, String)>>,
}

impl Grant {
    /// What all others are variations of.
    pub(super) fn plain() -> Self {
        Grant {
            id: "Grant0000001".to_owned(),
            generation: 1,
            environment: 1,
            kind: 1,
            standing: 1,
            tenure: 1,
            redacted: false,
            project: Some("shop".to_owned()),
            owner: Some("ana".to_owned()),
            scopes: vec!["orders:read".to_owned()],
            paths: vec![],
            blocks: vec![],
            customers: vec![],
            rate: None,
            not_before: None,
            expires_at: None,
            ends_at: None,
            labels: None,
        }
    }

    /// The plain grant, changed.
    pub(super) fn with(change: impl FnOnce(&mut Grant)) -> Self {
        let mut grant = Grant::plain();
        change(&mut grant);
        grant
    }

    /// The plain grant with an owner so long that it takes exactly that many bytes.
    pub(super) fn of_size(len: usize) -> Self {
        let owner = |n| Grant::with(|g| g.owner = Some("o".repeat(n)));
        (1..len).map(owner).find(|grant| grant.encode().len() == len).unwrap()
    }

    /// Its items, each as CBOR.
    pub(super) fn items(&self) -> Vec<Vec<u8>> {
        let pair = |(name, value): &(String, String)| texts(&[name, value]);
        vec![
            text(&self.id),
            uint(self.generation),
            uint(self.environment),
            uint(self.kind),
            uint(self.standing),
            uint(self.tenure),
            vec![if self.redacted { TRUE } else { FALSE }],
            option(self.project.as_ref(), text),
            option(self.owner.as_ref(), text),
            texts(&self.scopes),
            texts(&self.paths),
            texts(&self.blocks),
            texts(&self.customers),
            option(self.rate, |(count, seconds, _)| array(&[uint(count), uint(seconds)])),
            option(self.not_before, uint),
            option(self.expires_at, uint),
            option(self.ends_at, uint),
            option(self.labels.as_ref(), |all| array(&all.iter().map(pair).collect::<Vec<_>>())),
        ]
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        array(&self.items())
    }

    /// What a verdict says of the key.
    pub(super) fn facts(&self, prefix: &str, status: &str) -> String {
        let of = |names: &[&str], code: u64| {
            let at = usize::try_from(code - 1).unwrap();
            quoted(names[at])
        };
        let null = || "null".to_owned();
        let text = |value: &Option<String>| value.as_ref().map_or_else(null, |text| quoted(text));
        let label = |(name, value): &(String, String)| (name.clone(), quoted(value));
        object(&[
            ("id", quoted(&format!("key_{}", self.id))),
            ("prefix", quoted(prefix)),
            ("generation", self.generation.to_string()),
            ("project", text(&self.project)),
            ("environment", of(&["production", "staging", "development"], self.environment)),
            ("kind", of(&["general", "personal", "webhook"], self.kind)),
            ("owner", text(&self.owner)),
            ("status", quoted(status)),
            ("scopes", list(&self.scopes)),
            ("rate_limit", self.rate.map_or_else(null, |(_, _, shown)| quoted(shown))),
            ("not_before", number(self.not_before)),
            ("expires_at", number(self.expires_at)),
            ("valid_until", number(self.ends_at)),
            (
                "labels",
                self.labels
                    .as_ref()
                    .map_or_else(null, |all| object(&all.iter().map(label).collect::<Vec<_>>())),
            ),
        ])
    }
}
