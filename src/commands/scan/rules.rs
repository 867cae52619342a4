//! The same pattern for other scanners, in the forms that they read. None of them can compute a
//! token's check, so each finds a little more than this program does.

use clap::ValueEnum;
use keyctl_verify::{Brand, Environment};

/// Whose form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Rule {
    /// A .gitleaks.toml
    Gitleaks,
    /// A configuration with a custom detector
    Trufflehog,
    /// The fields of a custom pattern of GitHub's secret scanning
    Github,
    /// A .pre-commit-config.yaml with a hook that runs this program
    PreCommit,
}

/// The rule, for the tokens of one brand or of all.
pub(super) fn text(rule: Rule, brand: Option<&Brand>) -> String {
    let brand = brand.map(Brand::as_str);
    match rule {
        Rule::Gitleaks => gitleaks(brand),
        Rule::Trufflehog => trufflehog(brand),
        Rule::Github => github(brand),
        Rule::PreCommit => pre_commit(brand),
    }
}

/// The shape of a token as RE2, Hyperscan and others read it. No group captures anything: some
/// scanners would take a group for the secret.
fn pattern(brand: Option<&str>) -> String {
    let brand = brand.unwrap_or("[a-z][a-z0-9]{1,11}");
    let tags = Environment::ALL.map(Environment::tag).join("|");
    format!("{brand}_(?:{tags})_[0-9A-Za-z]{{12}}_[0-9A-Za-z]{{49}}")
}

/// What every token has in it: scanners look for these words first.
fn keywords(brand: Option<&str>) -> [String; 3] {
    let brand = brand.unwrap_or_default();
    Environment::ALL.map(|environment| format!("{brand}_{}_", environment.tag()))
}

fn gitleaks(brand: Option<&str>) -> String {
    let keywords = keywords(brand).map(|word| format!("\"{word}\"")).join(", ");
    format!(
        r#"# A .gitleaks.toml that finds API tokens of keyctl. To add it to another, leave out [extend].
[extend]
useDefault = true

[[rules]]
id = "keyctl-api-token"
description = "API token of keyctl"
regex = '''\b{}\b'''
keywords = [{keywords}]
"#,
        pattern(brand)
    )
}

fn trufflehog(brand: Option<&str>) -> String {
    let keywords = keywords(brand).map(|word| format!("      - {word}\n")).concat();
    format!(
        r"# A detector of API tokens of keyctl: trufflehog filesystem . --config=keyctl.yaml
# It cannot ask whether a token is live, so all of them are reported as unverified.
detectors:
  - name: keyctl API token
    keywords:
{keywords}    regex:
      token: '\b{}\b'
",
        pattern(brand)
    )
}

fn github(brand: Option<&str>) -> String {
    format!(
        r"# API tokens of keyctl, for GitHub's secret scanning. Make a new custom pattern in the settings of
# the repository or the organization, and fill in its fields; the last two are under 'More options'.

# Pattern name
keyctl API token

# Secret format
{}

# Before secret
\A|[^0-9A-Za-z_]

# After secret
\z|[^0-9A-Za-z_]
",
        pattern(brand)
    )
}

fn pre_commit(brand: Option<&str>) -> String {
    let brand = brand.map(|brand| format!(" --token-prefix {brand}")).unwrap_or_default();
    format!(
        "# A .pre-commit-config.yaml that stops commits with API tokens in them. keyctl has to be on the PATH.
repos:
  - repo: local
    hooks:
      - id: keyctl-scan
        name: no API tokens of keyctl
        language: system
        entry: keyctl scan --shape-only{brand} --
"
    )
}
