//! The view of a verdict.

use std::collections::BTreeMap;

use anstyle::AnsiColor;
use keyctl_verify::{
    BundleFacts, Code, Environment, KeyFacts, Kind, Status, Unchecked, Verdict, Warning,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::Card;
use super::time::instant;
use crate::ui::{Ui, escape};
use crate::words::{Instant, Word};

/// A verdict: whether a token is valid, and why not.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Verdict")]
pub(crate) struct VerdictView {
    /// True for VALID and for nothing else.
    valid: bool,
    /// The first check that failed, in the order of the checks; VALID when none did.
    #[schemars(with = "Word<Code>")]
    code: &'static str,
    /// Every check that failed; empty when none did.
    #[schemars(with = "Vec<Word<Code>>")]
    reasons: Vec<&'static str>,
    /// What to know although the token is valid.
    #[schemars(with = "Vec<Word<Warning>>")]
    warnings: Vec<&'static str>,
    /// What was not checked because the request did not name it.
    #[schemars(with = "Vec<Word<Unchecked>>")]
    unchecked: Vec<&'static str>,
    /// The key; null when there is none whose secret has matched, or when the bundle cannot be
    /// believed.
    key: Option<FactsView>,
    /// The bundle that was asked; null when it was the vault, or when nothing can be said of it.
    bundle: Option<BundleFactsView>,
    /// In how many seconds the key can be used again; there only with RATE_LIMITED.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64")]
    retry_after_s: Option<u64>,
}

/// A bundle, as a verdict tells of it.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Bundle")]
pub(crate) struct BundleFactsView {
    /// The series of bundles that it is of: 32 hex digits.
    stream: String,
    /// Its number; a later bundle of the stream has a larger one.
    serial: u64,
    /// When it was made.
    #[schemars(with = "Instant")]
    issued_at: String,
    /// Until when it can be believed.
    #[schemars(with = "Instant")]
    valid_until: String,
    /// The public key that it was signed by.
    signer: String,
}

impl BundleFactsView {
    fn of(facts: &BundleFacts) -> Self {
        BundleFactsView {
            stream: facts.stream.to_string(),
            serial: facts.serial,
            issued_at: instant(facts.issued_at),
            valid_until: instant(facts.valid_until),
            signer: facts.signer.to_string(),
        }
    }
}

/// A verdict of a batch.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Line")]
pub(crate) struct LineView {
    /// The number of the token's line, from 1.
    pub(crate) line: u64,
    #[serde(flatten)]
    pub(crate) verdict: VerdictView,
}

/// A key, as a verdict tells of it.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Key")]
struct FactsView {
    /// The key's id.
    id: String,
    /// The public start of the token.
    prefix: String,
    /// The number of the token's generation.
    generation: u32,
    /// The project that the key is bound to; null for none, or when the bundle leaves it out.
    project: Option<String>,
    /// Where the key may be used.
    #[schemars(with = "Word<Environment>")]
    environment: &'static str,
    /// What the key is for.
    #[schemars(with = "Word<Kind>")]
    kind: &'static str,
    /// Whom the key acts for; null for nobody, or when the bundle leaves it out.
    owner: Option<String>,
    /// What the key is now.
    #[schemars(with = "Word<Status>")]
    status: &'static str,
    /// What the key may do within its owner's ceiling.
    scopes: Vec<String>,
    /// N/T: up to N uses at once, then N per T; null for no limit.
    rate_limit: Option<String>,
    /// When the key begins to be valid; null for at once.
    #[schemars(with = "Option<Instant>")]
    not_before: Option<String>,
    /// When the key ends by itself; null for never.
    #[schemars(with = "Option<Instant>")]
    expires_at: Option<String>,
    /// When this token ends because of a rotation; null for the current one.
    #[schemars(with = "Option<Instant>")]
    valid_until: Option<String>,
    /// The key's labels by their names; there only when the bundle tells them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "BTreeMap<String, String>")]
    labels: Option<BTreeMap<String, String>>,
}

impl VerdictView {
    /// What `--field` may name.
    pub(crate) const FIELDS: &[&str] =
        &["valid", "code", "reasons", "warnings", "unchecked", "retry_after_s"];

    pub(crate) fn of(verdict: &Verdict) -> Self {
        VerdictView {
            valid: verdict.is_valid(),
            code: verdict.code().as_str(),
            reasons: verdict.reasons().iter().map(|code| code.as_str()).collect(),
            warnings: verdict.warnings().iter().map(|warning| warning.as_str()).collect(),
            unchecked: verdict.unchecked().iter().map(|what| what.as_str()).collect(),
            key: verdict.key().map(FactsView::of),
            bundle: verdict.bundle().map(BundleFactsView::of),
            retry_after_s: verdict.retry_after_s(),
        }
    }
}

impl FactsView {
    fn of(facts: &KeyFacts) -> Self {
        FactsView {
            id: facts.id.to_string(),
            prefix: facts.prefix.to_string(),
            generation: facts.generation,
            project: facts.project.clone(),
            environment: facts.environment.as_str(),
            kind: facts.kind.as_str(),
            owner: facts.owner.clone(),
            status: facts.status.as_str(),
            scopes: facts.scopes.iter().map(ToString::to_string).collect(),
            rate_limit: facts.rate_limit.map(|rate| rate.to_string()),
            not_before: facts.not_before.map(instant),
            expires_at: facts.expires_at.map(instant),
            valid_until: facts.valid_until.map(instant),
            labels: facts.labels.clone(),
        }
    }
}

impl Card for VerdictView {
    fn card(&self) -> Vec<(String, String)> {
        vec![("code".to_owned(), self.code.to_owned())]
    }
}

/// The verdict in one line: the code, the other reasons, and whose key it is.
pub(crate) fn verdict_line(ui: &Ui, verdict: &Verdict) -> String {
    let color = if verdict.is_valid() { AnsiColor::Green } else { AnsiColor::Red };
    let mut parts = vec![ui.colors().paint(color, verdict.code().as_str())];
    if let Some(facts) = verdict.key() {
        let project = facts.project.as_deref().unwrap_or("-");
        let owner = facts.owner.as_deref().unwrap_or("-");
        parts.push(format!(
            "{} {} project={} environment={} owner={} generation={}",
            facts.id,
            facts.prefix,
            escape(project),
            facts.environment,
            escape(owner),
            facts.generation
        ));
    }
    if verdict.reasons().len() > 1 {
        let others: Vec<&str> = verdict.reasons()[1..].iter().map(|code| code.as_str()).collect();
        parts.push(format!("also={}", others.join(",")));
    }
    if let Some(seconds) = verdict.retry_after_s() {
        parts.push(format!("retry_after={seconds}s"));
    }
    if !verdict.warnings().is_empty() {
        let warnings: Vec<&str> = verdict.warnings().iter().map(|w| w.as_str()).collect();
        parts.push(format!("warnings={}", warnings.join(",")));
    }
    parts.join(" ") + "\n"
}
