//! `scan`: the forms of its answer, and what becomes of it when nobody reads it.

use std::process::Stdio;

use crate::scan::{by_shape, by_vault, checked, offline, stray};
use crate::support::{Home, Run};

/// A home with two files: a token of the key `bot`, and one that nobody knows.
fn leaks() -> (Home, String) {
    let home = Home::new();
    let token = home.token("bot");
    home.write("a.txt", format!("x\n  {token}\n"));
    home.write("b.txt", stray("acme_prod_3fK9aQ1xZ0bT", 9));
    (home, token)
}

const FILES: [&str; 2] = ["a.txt", "b.txt"];

fn written(home: &Home, token: &str, format: &str) -> Run {
    by_vault(home, token, &[&FILES[..], &["-q", "-o", format]].concat())
}

#[test]
fn json_is_an_array_of_findings() {
    let (home, token) = leaks();
    let run = written(&home, &token, "json");
    assert_eq!(run.json().as_array().unwrap().len(), 2);
    insta::assert_snapshot!(run.shown(&home), @r#"
    exit 5
    --- stdout
    [
    {"file":"a.txt","line":2,"column":3,"prefix":"[kc-dev-prefix]","live":true,"status":"active","id":"[id]","name":"bot","project":"shop","environment":"development","owner":"tester"},
    {"file":"b.txt","line":1,"column":1,"prefix":"[acme-prod-prefix]","live":false,"status":"unknown","id":null,"name":null,"project":null,"environment":null,"owner":null}
    ]
    "#);
    home.write("clean.txt", "");
    assert_eq!(by_vault(&home, &token, &["clean.txt", "--json"]).stdout, "[]\n");
}

#[test]
fn jsonl_is_a_finding_a_line() {
    let (home, token) = leaks();
    insta::assert_snapshot!(written(&home, &token, "jsonl").shown(&home), @r#"
    exit 5
    --- stdout
    {"file":"a.txt","line":2,"column":3,"prefix":"[kc-dev-prefix]","live":true,"status":"active","id":"[id]","name":"bot","project":"shop","environment":"development","owner":"tester"}
    {"file":"b.txt","line":1,"column":1,"prefix":"[acme-prod-prefix]","live":false,"status":"unknown","id":null,"name":null,"project":null,"environment":null,"owner":null}
    "#);
}

#[test]
fn csv_has_every_field() {
    let (home, token) = leaks();
    insta::assert_snapshot!(written(&home, &token, "csv").shown(&home), @"
    exit 5
    --- stdout
    file,line,column,prefix,live,status,id,name,project,environment,owner
    a.txt,2,3,[kc-dev-prefix],true,active,[id],bot,shop,development,tester
    b.txt,1,1,[acme-prod-prefix],false,unknown,,,,,
    ");
}

#[test]
fn tables_cut_nothing() {
    let (home, token) = leaks();
    insta::assert_snapshot!(written(&home, &token, "table").shown(&home), @"
    exit 5
    --- stdout
    PLACE      PREFIX                  STATUS   KEY  OWNER
    a.txt:2:3  [kc-dev-prefix]     active   bot  tester
    b.txt:1:1  [acme-prod-prefix]  unknown  -    -
    ");
    home.write(&format!("{}.txt", "long".repeat(50)), &token);
    let run = by_vault(&home, &token, &[".", "-o", "table"]);
    assert!(run.stdout.contains(&format!("{}.txt:1:1 ", "long".repeat(50))), "{run:?}");
}

/// A document of SARIF with its rules and results a line each.
fn condensed(mut run: Run, home: &Home) -> String {
    let mut document = run.json();
    let mut lines = Vec::new();
    for pointer in ["/runs/0/tool/driver/rules", "/runs/0/results"] {
        let list = document.pointer_mut(pointer).unwrap().take();
        lines.extend(list.as_array().unwrap().iter().map(ToString::to_string));
    }
    run.stdout = format!("{document}\n{}\n", lines.join("\n"));
    run.shown(home)
}

#[test]
fn sarif_is_what_code_scanning_reads() {
    let (home, token) = leaks();
    insta::assert_snapshot!(condensed(written(&home, &token, "sarif"), &home), @r#"
    exit 5
    --- stdout
    {"$schema":"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json","version":"2.1.0","runs":[{"tool":{"driver":{"name":"keyctl","semanticVersion":"0.1.0","rules":null}},"invocations":[{"executionSuccessful":true}],"columnKind":"unicodeCodePoints","results":null}]}
    {"id":"live-token","name":"LiveToken","shortDescription":{"text":"An API token that is live lies in a file"},"help":{"text":"Whoever can read the file can use the token. Run 'keyctl compromised KEY' with the prefix as KEY: it revokes the key and makes a replacement. Then take the token out of the file."},"defaultConfiguration":{"level":"error"},"properties":{"tags":["security"],"security-severity":"9.0"}}
    {"id":"dead-token","name":"DeadToken","shortDescription":{"text":"An API token that is of no use any more lies in a file"},"help":{"text":"It was revoked or rotated away, or nobody knows it. Take it out of the file."},"defaultConfiguration":{"level":"note"},"properties":{"tags":["security"],"security-severity":"0.1"}}
    {"ruleId":"live-token","ruleIndex":0,"level":"error","message":{"text":"API token [kc-dev-prefix], status: active"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a.txt"},"region":{"startLine":2,"startColumn":3,"endColumn":72}}}],"partialFingerprints":{"tokenPrefix/v1":"[kc-dev-prefix]"},"properties":{"status":"active","id":"[id]","name":"bot","project":"shop","environment":"development","owner":"tester"}}
    {"ruleId":"dead-token","ruleIndex":1,"level":"note","message":{"text":"API token [acme-prod-prefix], status: unknown"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"b.txt"},"region":{"startLine":1,"startColumn":1,"endColumn":73}}}],"partialFingerprints":{"tokenPrefix/v1":"[acme-prod-prefix]"},"properties":{"status":"unknown","id":null,"name":null,"project":null,"environment":null,"owner":null}}
    "#);
}

/// What the schema of SARIF 2.1.0 requires, and what GitHub asks for beyond it.
#[test]
fn sarif_has_the_structure_of_its_standard() {
    let (home, token) = leaks();
    home.write("ä b%.txt", &token);
    let run = by_vault(&home, &token, &["-o", "sarif", "a.txt", "b.txt", "ä b%.txt"]);
    let document = run.json();
    assert_eq!(document["version"], "2.1.0");
    let run = &document["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!((rules.len(), results.len()), (2, 3));
    let mut uris = Vec::new();
    for result in results {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert_eq!(rule["defaultConfiguration"]["level"], result["level"]);
        assert!(result["message"]["text"].is_string());
        let fingerprint = &result["partialFingerprints"]["tokenPrefix/v1"];
        assert!(
            result["message"]["text"].as_str().unwrap().contains(fingerprint.as_str().unwrap())
        );
        let place = &result["locations"][0]["physicalLocation"];
        uris.push(place["artifactLocation"]["uri"].as_str().unwrap());
        let number = |name: &str| place["region"][name].as_u64().unwrap();
        assert!(number("startLine") >= 1 && number("startColumn") >= 1);
        // The tokens are one brand of two letters in `dev`, and one of four in `prod`.
        let width = number("endColumn") - number("startColumn");
        let expected = if result["level"] == "error" { 69 } else { 72 };
        assert_eq!(width, expected);
    }
    assert_eq!(uris, ["a.txt", "b.txt", "%C3%A4%20b%25.txt"]);
}

#[test]
fn sarif_of_nothing_is_a_run_without_results() {
    let home = Home::empty();
    home.write("clean.txt", "");
    let run = home.run(["scan", "-o", "sarif", "clean.txt"]);
    assert_eq!(run.code, 0);
    assert_eq!(run.json()["runs"][0]["results"], serde_json::json!([]));
}

#[test]
fn places_in_sarif_are_relative_to_where_the_scan_runs() {
    let (home, token) = leaks();
    let whole = home.file("a.txt").display().to_string();
    let run = by_vault(&home, &token, &["-o", "sarif", &whole]);
    let place = &run.json()["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a.txt");
}

#[test]
fn only_scan_has_sarif() {
    let home = Home::new();
    insta::assert_snapshot!(home.run(["list", "-o", "sarif"]).shown(&home), @r#"
    exit 2
    --- stderr
    {"error":{"code":"usage","message":"--output: only 'keyctl scan' has sarif","hint":"use table, json, jsonl or csv"}}
    "#);
    let run = home.run_in(&[("KEYCTL_OUTPUT", "sarif")], ["scan", "."]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 2
    --- stderr
    error: KEYCTL_OUTPUT: 'sarif' is not table, json, jsonl or csv
    ");
    let run = home.run(["scan", "-o", "sarif", "nowhere"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert_eq!(run.json_error()["code"], "failed");
    assert_eq!(home.run(["scan", "-o", "sarif", "--nope"]).json_error()["code"], "usage");
}

#[test]
fn a_configured_format_is_used() {
    let (home, token) = leaks();
    let args = ["scan", "a.txt"];
    let run = checked(home.run_in(&[("KEYCTL_OUTPUT", "jsonl")], args), &token);
    assert_eq!(run.json()["line"], 2);
}

/// The exit of a scan by shape whose stdout is closed while it waits for what to scan.
fn unread(text: &str) -> Run {
    let home = Home::empty();
    let mut command = offline(&home, ["--shape-only"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut stdin, text.as_bytes()).unwrap();
    drop(stdin);
    Run::of(&child.wait_with_output().unwrap())
}

#[test]
fn the_findings_are_the_exit_whether_anybody_reads_them_or_not() {
    let token = stray("acme_prod_3fK9aQ1xZ0bT", 9);
    let run = checked(unread(&format!("{token}\n").repeat(2000)), &token);
    assert_eq!(run.code, 5, "{run:?}");
    assert!(!run.stderr.contains("error"), "{run:?}");
    assert_eq!(unread("nothing").code, 0);
    let (home, _) = leaks();
    assert_eq!(home.script("keyctl scan a.txt >/dev/full").code, 5);
    insta::assert_snapshot!(home.script("keyctl scan b.txt >/dev/full").shown(&home), @"
    exit 1
    --- stderr
    1 token in 1 file, not live; 1 file scanned
    error: cannot write to stdout: No space left on device (os error 28)
    ");
}

#[test]
fn a_token_in_the_name_of_a_file_is_not_shown() {
    let (home, token) = leaks();
    let (prefix, _) = token.rsplit_once('_').unwrap();
    for name in [format!("{token}.txt"), format!("old_{token}_1.txt"), format!("Z{token}")] {
        home.write(&name, &token);
        for format in ["table", "json", "jsonl", "csv", "sarif"] {
            let run = by_vault(&home, &token, &[&name, "-o", format]);
            assert_eq!(run.code, 5, "{format}");
            assert!(run.stdout.contains(prefix), "{format}");
        }
        assert_eq!(by_shape(&home, &token, &[&format!("{name}/x")]).code, 1);
    }
}

#[test]
fn names_of_files_do_not_act_on_terminals_or_spreadsheets() {
    let (home, token) = leaks();
    home.write("=1+1\u{1b}]52;c;x\u{7}", &token);
    let run = |format| by_vault(&home, &token, &["-q", "-o", format, "."]).stdout;
    for format in ["table", "json", "csv", "sarif"] {
        assert!(!run(format).contains('\u{1b}'), "{format}");
    }
    assert!(run("csv").contains("\n'=1+1"), "{}", run("csv"));
}
