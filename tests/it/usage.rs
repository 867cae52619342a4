//! `usage import`: receipts become last-used, each counted once and checked.

use crate::support::Home;

/// A home with a key that was verified with a receipt and without a record.
fn with_receipt() -> Home {
    let home = Home::new();
    let token = home.token("bot");
    let run = home.verify(&token, &["--receipt", "receipts", "--no-record", "-q"]);
    assert_eq!(run.code, 0);
    home
}

#[test]
fn a_receipt_is_counted_once() {
    let home = with_receipt();
    insta::assert_snapshot!(home.run(["usage", "import", "receipts"]).shown(&home), @"
    exit 0
    --- stdout
    receipts         1
    counted          1
    known already    0
    of other vaults  0
    rejected         0
    ");
    assert!(home.json(["show", "bot"])["last_used_at"].is_string());
    let run = home.run(["usage", "import", "receipts", "-o", "json"]);
    insta::assert_snapshot!(run.shown(&home), @r#"
    exit 0
    --- stdout
    {"lines":1,"counted":0,"unchanged":1,"unknown":0,"rejected":0,"changed":false}
    "#);
}

#[test]
fn several_files_are_one_change() {
    let home = with_receipt();
    home.write("copy", home.read("receipts"));
    let report = home.json(["usage", "import", "receipts", "copy"]);
    assert_eq!((&report["lines"], &report["counted"]), (&2.into(), &1.into()));
    assert_eq!(home.json(["audit", "verify"])["entries"], 3);
}

#[test]
fn what_is_no_receipt_not_genuine_or_of_another_vault_is_not_counted() {
    let home = with_receipt();
    let other = with_receipt();
    let line = home.read("receipts");
    let digit = if line.trim_end().ends_with('0') { '1' } else { '0' };
    let forged = format!("{}{digit}", &line[..line.trim_end().len() - 1]);
    home.write("mixed", format!("{forged}\nhello\n{}", other.read("receipts")));
    let run = home.run(["usage", "import", "mixed", "-o", "json"]);
    insta::assert_snapshot!(run.shown(&home), @r#"
    exit 0
    --- stdout
    {"lines":3,"counted":0,"unchanged":0,"unknown":1,"rejected":2,"changed":false}
    --- stderr
    warning: not counted, because no receipt, not genuine or from the future: 2 of 3 lines
    "#);
    assert!(home.json(["show", "bot"])["last_used_at"].is_null());
}

#[test]
fn a_file_that_is_not_there_changes_nothing() {
    let home = with_receipt();
    let run = home.run(["usage", "import", "receipts", "nowhere"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 1
    --- stderr
    error: cannot open 'nowhere': No such file or directory (os error 2)
    hint: check the path, and who may read and write there
    ");
    assert!(home.json(["show", "bot"])["last_used_at"].is_null());
    assert_eq!(home.run(["usage", "import"]).code, 2);
}

#[test]
fn what_verify_keeps_is_counted_at_once_and_folded_into_the_next_change() {
    let home = Home::new();
    let token = home.token("bot");
    assert_eq!(home.verify(&token, &["-q"]).code, 0);
    let seen = home.json(["list"])[0]["last_used_at"].clone();
    assert!(seen.is_string());
    assert_eq!(home.json(["audit", "verify"])["entries"], 2, "reading changes nothing");
    home.token("other");
    assert_eq!(home.json(["show", "bot"])["last_used_at"], seen);
    assert_eq!(home.json(["show", "bot"])["generations"][0]["last_used_at"], seen);
}
