//! Texts of somebody's on their way out: a terminal gets nothing that acts, a spreadsheet no
//! formula, JSON keeps its value, and a token is left out.
#![no_main]

use keyctl::fuzzing::{for_csv, for_json, for_terminal, without_secrets};
use keyctl_fuzz::forge;
use keyctl_vault::{Customer, Name, Note, Project, is_deceptive};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data).replace('\u{1}', forge::token());
    let shown = for_terminal(&text);
    assert!(!shown.contains(is_deceptive), "{shown:?}");
    assert_eq!(for_terminal(&shown), shown);

    let (cell, read) = for_csv(&text);
    assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\n', '\r']), "{cell:?}");
    assert!(!cell.contains(|c| is_deceptive(c) && !"\n\t".contains(c)), "{cell:?}");
    if !text.contains(is_deceptive) {
        assert_eq!(read, text, "a cell is read back as it was");
    }

    let json = Value::from(text.as_str()).to_string();
    let escaped = for_json(&json);
    assert!(!escaped.contains(|c| is_deceptive(c) && c != '\n'), "{escaped:?}");
    assert_eq!(serde_json::from_str::<Value>(&escaped).ok(), Some(Value::from(text.as_str())));

    let safe = without_secrets(&text);
    let secret = &forge::token()[21..];
    if String::from_utf8_lossy(data).contains(secret) {
        return;
    }
    assert!(!safe.contains(secret), "{safe:?}");
    assert_eq!(without_secrets(&safe), safe);

    // What is taken as a text of a record is shown as it is, and has one form.
    if let Ok(name) = Name::parse(&text) {
        assert_eq!(Name::parse(name.as_str()).as_ref(), Ok(&name));
        assert_eq!(for_terminal(name.as_str()), name.as_str());
        assert!(!name.as_str().contains(secret));
    }
    if let Ok(note) = Note::parse(&text) {
        assert_eq!(Note::parse(note.as_str()).as_ref().map(Note::as_str), Ok(note.as_str()));
    }
    if let Ok(project) = Project::parse(&text) {
        assert_eq!(
            Project::parse(project.as_str()).as_ref().map(Project::as_str),
            Ok(project.as_str())
        );
    }
    if let Ok(customer) = Customer::parse(&text) {
        assert_eq!(
            Customer::parse(customer.as_str()).as_ref().map(Customer::as_str),
            Ok(customer.as_str())
        );
    }
});
