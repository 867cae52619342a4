//! Findings as SARIF 2.1.0, which code scanning services show beside the lines of a change.

use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path};

use serde_json::{Value, json};

use super::judge::Finding;
use crate::ui::without_tokens;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// A token that somebody can use, or could again.
const LIVE: usize = 0;
/// A token that is of no use any more.
const DEAD: usize = 1;

/// The document. `folder` is what relative places start from; `is_whole` is false when something
/// could not be read.
pub(super) fn document(findings: &[Finding], folder: Option<&Path>, is_whole: bool) -> Value {
    let results: Vec<Value> = findings.iter().map(|finding| result(finding, folder)).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "keyctl",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules(),
            }},
            "invocations": [{ "executionSuccessful": is_whole }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rules() -> [Value; 2] {
    let rule = |id, name, level, severity, short, help| {
        json!({
            "id": id,
            "name": name,
            "shortDescription": { "text": short },
            "help": { "text": help },
            "defaultConfiguration": { "level": level },
            "properties": { "tags": ["security"], "security-severity": severity },
        })
    };
    [
        rule(
            "live-token",
            "LiveToken",
            "error",
            "9.0",
            "An API token that is live lies in a file",
            "Whoever can read the file can use the token. Run 'keyctl compromised KEY' with the prefix as KEY: it revokes the key and makes a replacement. Then take the token out of the file.",
        ),
        rule(
            "dead-token",
            "DeadToken",
            "note",
            "0.1",
            "An API token that is of no use any more lies in a file",
            "It was revoked or rotated away, or nobody knows it. Take it out of the file.",
        ),
    ]
}

fn result(finding: &Finding, folder: Option<&Path>) -> Value {
    let is_live = finding.standing.is_live();
    let rule = if is_live { LIVE } else { DEAD };
    let (id, level) = [("live-token", "error"), ("dead-token", "note")][rule];
    let status = finding.standing.as_str();
    let key = finding.key.as_ref();
    json!({
        "ruleId": id,
        "ruleIndex": rule,
        "level": level,
        "message": { "text": format!("API token {}, status: {status}", finding.prefix) },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(&finding.path, folder) },
            "region": {
                "startLine": finding.place.line,
                "startColumn": finding.place.column,
                "endColumn": finding.place.column + finding.width,
            },
        }}],
        // The prefix is public, and stays when lines move.
        "partialFingerprints": { "tokenPrefix/v1": finding.prefix },
        "properties": {
            "status": status,
            "id": key.map(|key| &key.id),
            "name": key.and_then(|key| key.name.as_ref()),
            "project": key.and_then(|key| key.project.as_ref()),
            "environment": key.map(|key| key.environment),
            "owner": key.and_then(|key| key.owner.as_ref()),
        },
    })
}

/// Where a file lies: relative to `folder` when it is in there, so that the service finds it in its
/// own copy.
fn uri(path: &Path, folder: Option<&Path>) -> String {
    let leads_out = |path: &Path| path.components().any(|part| part == Component::ParentDir);
    if path.is_relative() && !leads_out(path) {
        return encoded(path);
    }
    let Some(folder) = folder else { return encoded(path) };
    let whole = folder.join(path);
    match whole.strip_prefix(folder) {
        Ok(inside) if !leads_out(inside) => encoded(inside),
        _ => format!("file://{}", encoded(&whole)),
    }
}

/// Percent-encodes what is not unreserved (RFC 3986, section 2.3), but for the `/` between names.
/// A token in a name is cut to its prefix.
fn encoded(path: &Path) -> String {
    let text = path.to_string_lossy();
    let safe = without_tokens(&text);
    let bytes = if *safe == *text { path.as_os_str().as_bytes() } else { safe.as_bytes() };
    let encode = |byte: &u8| match byte {
        b'/' | b'-' | b'.' | b'_' | b'~' => char::from(*byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(*byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    bytes.iter().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_relative_where_it_can_be() {
        let folder = Path::new("/srv/shop");
        for (path, expected) in [
            ("src/a.env", "src/a.env"),
            ("/srv/shop/src/a.env", "src/a.env"),
            ("/srv/other/a.env", "file:///srv/other/a.env"),
            ("../other/a.env", "file:///srv/shop/../other/a.env"),
            ("a b/ä:1?#%.env", "a%20b/%C3%A4%3A1%3F%23%25.env"),
            ("<stdin>", "%3Cstdin%3E"),
        ] {
            assert_eq!(uri(Path::new(path), Some(folder)), expected, "{path}");
        }
    }

    #[test]
    fn a_name_that_is_not_utf8_is_encoded_by_its_bytes() {
        let name = std::ffi::OsStr::from_bytes(b"a\xff");
        assert_eq!(encoded(Path::new(name)), "a%FF");
    }

    #[test]
    fn a_token_in_a_name_is_cut() {
        let name = format!("kc_prod_3fK9aQ1xZ0bT_{}.txt", "x".repeat(49));
        assert_eq!(encoded(Path::new(&name)), "kc_prod_3fK9aQ1xZ0bT_%E2%80%A6.txt");
    }
}
