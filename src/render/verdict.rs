//! The view of a verdict.

use std::collections::BTreeMap;

use anstyle::AnsiColor;
use keyctl_verify::{BundleFacts, KeyFacts, Verdict};
use serde::Serialize;

use super::Card;
use super::time::instant;
use crate::ui::{Ui, escape};

/// A verdict, field for field as the contract names them.
#[derive(Serialize)]
pub(crate) struct VerdictView {
    valid: bool,
    code: &'static str,
    reasons: Vec<&'static str>,
    warnings: Vec<&'static str>,
    unchecked: Vec<&'static str>,
    key: Option<FactsView>,
    /// Null for verdicts of the vault.
    bundle: Option<BundleFactsView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_s: Option<u64>,
}

/// What is told about the bundle that a verdict comes from.
#[derive(Serialize)]
pub(crate) struct BundleFactsView {
    stream: String,
    serial: u64,
    issued_at: String,
    valid_until: String,
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
#[derive(Serialize)]
pub(crate) struct LineView {
    pub(crate) line: u64,
    #[serde(flatten)]
    pub(crate) verdict: VerdictView,
}

/// What is told about a key.
#[derive(Serialize)]
struct FactsView {
    id: String,
    prefix: String,
    generation: u32,
    project: Option<String>,
    environment: &'static str,
    kind: &'static str,
    owner: Option<String>,
    status: &'static str,
    scopes: Vec<String>,
    rate_limit: Option<String>,
    not_before: Option<String>,
    expires_at: Option<String>,
    valid_until: Option<String>,
    /// Only where the bundle tells them.
    #[serde(skip_serializing_if = "Option::is_none")]
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
    let mut parts = vec![ui.paint(color, verdict.code().as_str())];
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
