//! Lists of keys in CSV, JSON and JSON lines: the rows are the same in each form, what is made keeps
//! the rules, and nothing that is said of a row shows a token.
#![no_main]

use keyctl::fuzzing;
use keyctl_fuzz::{Input, at};
use keyctl_vault::issue::Expiry;
use keyctl_verify::Kind;
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

fuzz_target!(|data: &[u8]| {
    let mut input = Input::new(data);
    let theirs = input.byte() % 2 == 1;
    let Ok(text) = std::str::from_utf8(input.rest()) else { return };
    let Ok((made, cells)) = fuzzing::records(text, theirs, at(0)) else { return };
    assert_eq!(made.len(), cells.len());
    for (name, new) in &made {
        assert_eq!(fuzzing::without_secrets(name), *name, "a name shows no token");
        match new {
            Err(why) => assert_eq!(fuzzing::without_secrets(why), *why, "nor does a fault"),
            Ok(new) => {
                assert!(new.project.is_some() || (theirs && new.kind == Kind::Personal));
                assert!(new.not_before.is_none_or(|start| start > at(0)));
                if let (Expiry::At(end), false) = (new.expires, theirs) {
                    assert!(end > at(0), "what is over is not made");
                }
            }
        }
    }
    again(&cells, theirs, &made);
});

/// The same rows as JSON lines make the same keys.
fn again(cells: &[fuzzing::Cells], theirs: bool, made: &[fuzzing::Made]) {
    let mut lines = String::new();
    for row in cells {
        let object: Map<String, Value> = row.iter().cloned().collect();
        if object.len() != row.len() || object.is_empty() {
            return;
        }
        lines.push_str(&Value::Object(object).to_string());
        lines.push('\n');
    }
    if lines.is_empty() {
        return;
    }
    let (other, _) = fuzzing::records(&lines, theirs, at(0)).expect("it is JSON lines");
    let shown = |made: &[fuzzing::Made]| -> Vec<String> {
        made.iter().map(|(name, new)| format!("{name} {new:?}")).collect()
    };
    // Objects have no order, which shows where two columns are wrong.
    if made.iter().all(|(_, new)| new.is_ok()) {
        assert_eq!(shown(&other), shown(made));
    }
}
