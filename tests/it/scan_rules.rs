//! `scan --rule`: what other scanners are given finds tokens, and nothing that only begins like one.

use std::process::Command;

use regex::bytes::Regex;

use crate::scan::{offline, stray};
use crate::support::{Home, Run};

fn rule(home: &Home, name: &str, flags: &[&str]) -> String {
    let args = ["--rule", name].into_iter().chain(flags.iter().copied());
    let mut command: Command = offline(home, args);
    command.env_remove("HOME");
    let run = Run::after(command);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{name}");
    run.stdout
}

/// The pattern in the rule for gitleaks, and the words that it looks for first.
fn gitleaks(home: &Home, flags: &[&str]) -> (String, Vec<String>) {
    let config: toml::Table = rule(home, "gitleaks", flags).parse().unwrap();
    assert_eq!(config["extend"]["useDefault"].as_bool(), Some(true));
    let rule = &config["rules"].as_array().unwrap()[0];
    assert!(rule["id"].is_str() && rule["description"].is_str());
    let words = rule["keywords"].as_array().unwrap().iter();
    let words = words.map(|word| word.as_str().unwrap().to_owned()).collect();
    (rule["regex"].as_str().unwrap().to_owned(), words)
}

/// RE2 takes `\b` for a border of ASCII.
fn engine(pattern: &str) -> Regex {
    regex::bytes::RegexBuilder::new(pattern).unicode(false).build().unwrap()
}

#[test]
fn the_rules_are_as_their_tools_read_them() {
    let home = Home::empty();
    insta::assert_snapshot!(rule(&home, "gitleaks", &[]), @r#"
    # A .gitleaks.toml that finds API tokens of keyctl. To add it to another, leave out [extend].
    [extend]
    useDefault = true

    [[rules]]
    id = "keyctl-api-token"
    description = "API token of keyctl"
    regex = '''\b[a-z][a-z0-9]{1,11}_(?:prod|stage|dev)_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}\b'''
    keywords = ["_prod_", "_stage_", "_dev_"]
    "#);
    insta::assert_snapshot!(rule(&home, "trufflehog", &[]), @r"
    # A detector of API tokens of keyctl: trufflehog filesystem . --config=keyctl.yaml
    # It cannot ask whether a token is live, so all of them are reported as unverified.
    detectors:
      - name: keyctl API token
        keywords:
          - _prod_
          - _stage_
          - _dev_
        regex:
          token: '\b[a-z][a-z0-9]{1,11}_(?:prod|stage|dev)_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}\b'
    ");
    insta::assert_snapshot!(rule(&home, "github", &[]), @r"
    # API tokens of keyctl, for GitHub's secret scanning. Make a new custom pattern in the settings of
    # the repository or the organization, and fill in its fields; the last two are under 'More options'.

    # Pattern name
    keyctl API token

    # Secret format
    [a-z][a-z0-9]{1,11}_(?:prod|stage|dev)_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}

    # Before secret
    \A|[^0-9A-Za-z_]

    # After secret
    \z|[^0-9A-Za-z_]
    ");
    insta::assert_snapshot!(rule(&home, "pre-commit", &[]), @"
    # A .pre-commit-config.yaml that stops commits with API tokens in them. keyctl has to be on the PATH.
    repos:
      - repo: local
        hooks:
          - id: keyctl-scan
            name: no API tokens of keyctl
            language: system
            entry: keyctl scan --shape-only --
    ");
}

#[test]
fn a_brand_narrows_them() {
    let home = Home::empty();
    let acme = ["--token-prefix", "acme"];
    let (pattern, words) = gitleaks(&home, &acme);
    assert_eq!(words, ["acme_prod_", "acme_stage_", "acme_dev_"]);
    assert!(engine(&pattern).is_match(stray("acme_prod_3fK9aQ1xZ0bT", 9).as_bytes()));
    assert!(!engine(&pattern).is_match(stray("kc_prod_3fK9aQ1xZ0bT", 9).as_bytes()));
    for name in ["trufflehog", "github"] {
        assert!(rule(&home, name, &acme).contains(&pattern[2..pattern.len() - 2]), "{name}");
    }
    let hook = rule(&home, "pre-commit", &acme);
    assert!(hook.contains("entry: keyctl scan --shape-only --token-prefix acme --\n"), "{hook}");
}

#[test]
fn the_pattern_matches_what_the_scan_finds() {
    let home = Home::empty();
    let (pattern, words) = gitleaks(&home, &[]);
    let engine = engine(&pattern);
    // Gitleaks would take a group for the secret.
    assert_eq!(engine.captures_len(), 1);
    let token = stray("abcdefghijkl_stage_3fK9aQ1xZ0bT", 9);
    let short = stray("kc_dev_3fK9aQ1xZ0bT", 9);
    for (text, hits) in [
        (token.clone(), 1),
        (format!("X={token}\r\n"), 1),
        (format!("\"{short}\",'{token}'"), 2),
        (format!("ä{short}ä"), 1),
        (format!("a{token}"), 0),
        (format!("_{short}"), 0),
        (format!("{short}_"), 0),
        (format!("{short}0"), 0),
        (short[..short.len() - 1].to_owned(), 0),
        (short.replace("_dev_", "_test_"), 0),
        (short.replace("kc_", "Kc_"), 0),
        (short.replace("kc_", "k_"), 0),
    ] {
        assert_eq!(engine.find_iter(text.as_bytes()).count(), hits, "{text}");
        home.write("sample", &text);
        let run = Run::after(offline(&home, ["--shape-only", "sample", "-o", "json"]));
        assert_eq!(run.json().as_array().unwrap().len(), hits, "{text}");
        let has_word = words.iter().any(|word| text.contains(word));
        assert!(hits == 0 || has_word, "{text}");
    }
}

#[test]
fn the_parts_for_github_fit_together() {
    let home = Home::empty();
    let text = rule(&home, "github", &[]);
    let field = |name: &str| {
        let mut lines = text.lines().skip_while(|line| *line != format!("# {name}"));
        lines.nth(1).unwrap().to_owned()
    };
    let [secret, before, after] = ["Secret format", "Before secret", "After secret"].map(field);
    let engine = engine(&format!("(?:{before}){secret}(?:{after})"));
    let token = stray("kc_dev_3fK9aQ1xZ0bT", 9);
    for text in [token.clone(), format!("x={token}\n"), format!("\"{token}\"")] {
        assert!(engine.is_match(text.as_bytes()), "{text}");
    }
    for text in [format!("{token}0"), format!("_{token}"), format!("A{token}")] {
        assert!(!engine.is_match(text.as_bytes()), "{text}");
    }
}

#[test]
fn the_hook_stops_a_commit_with_a_token_in_it() {
    let home = Home::empty();
    let text = rule(&home, "pre-commit", &[]);
    let entry = text.lines().find_map(|line| line.trim().strip_prefix("entry: ")).unwrap();
    home.write("-leak.txt", stray("kc_dev_3fK9aQ1xZ0bT", 9));
    home.write("clean.txt", "nothing");
    assert_eq!(home.script(&format!("{entry} clean.txt")).code, 0);
    let run = home.script(&format!("{entry} clean.txt -leak.txt"));
    assert_eq!(run.code, 5, "{run:?}");
    assert!(run.stdout.contains("-leak.txt:1:1"), "{run:?}");
}
