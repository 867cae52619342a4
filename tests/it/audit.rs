//! `audit`: an entry for every change, newest first, and nothing for what changed nothing.

use crate::past::{self, DAY};
use crate::support::Home;
use keyctl_vault::issue::Expiry;
use serde_json::Value;

/// The verbs of the log, oldest first.
fn verbs(home: &Home) -> Vec<String> {
    let mut verbs: Vec<String> =
        entries(home, &[]).iter().map(|entry| entry["verb"].as_str().unwrap().to_owned()).collect();
    verbs.reverse();
    verbs
}

fn entries(home: &Home, flags: &[&str]) -> Vec<Value> {
    let args = ["audit"].into_iter().chain(flags.iter().copied());
    home.json(args).as_array().unwrap().clone()
}

#[test]
fn every_verb_that_changes_something_is_an_entry() {
    let home = Home::new();
    let token = home.token("bot");
    home.ok(["edit", "bot", "--note", "x"]);
    home.ok(["scope", "add", "bot", "b"]);
    home.ok(["disable", "bot"]);
    home.ok(["enable", "bot"]);
    home.ok(["rotate", "bot", "--grace", "1h"]);
    home.ok(["revoke", "bot", "--yes"]);
    home.ok(["delete", "bot", "--yes"]);
    home.add_slot("ro", "viewer", "viewer pass words");
    home.ok(["vault", "slot", "remove", "ro", "--yes"]);
    assert_eq!(home.verify(&token, &[]).code, 10);
    insta::assert_snapshot!(verbs(&home).join(" "), @"init create edit scope disable enable rotate revoke delete slot-add slot-remove");
}

#[test]
fn an_entry_says_who_when_which_key_and_what() {
    let home = Home::new();
    home.token("bot");
    home.ok(["edit", "bot", "--name", "bot-eu"]);
    let mut entry = entries(&home, &["--limit", "1"]).remove(0);
    for claimed in ["actor", "host"] {
        assert!(!entry[claimed].as_str().unwrap().is_empty());
        entry[claimed] = claimed.into();
    }
    let id = home.ok(["show", "bot-eu", "--field", "id"]);
    assert_eq!(entry["changes"][0]["id"], id.as_str());
    entry["changes"][0]["id"] = "id".into();
    entry["time"] = "time".into();
    insta::assert_snapshot!(serde_json::to_string_pretty(&entry).unwrap(), @r#"
    {
      "generation": 3,
      "time": "time",
      "verb": "edit",
      "actor": "actor",
      "host": "host",
      "slot": "main",
      "changes": [
        {
          "kind": "key",
          "id": "id",
          "project": "shop",
          "name": "bot-eu",
          "fields": [
            {
              "field": "name",
              "from": "bot",
              "to": "bot-eu"
            }
          ]
        }
      ],
      "uses": 0
    }
    "#);
}

#[test]
fn a_bulk_change_is_one_entry_with_all_its_keys() {
    let home = Home::new();
    home.token("one");
    home.token("two");
    home.ok(["revoke", "--project", "shop", "--yes"]);
    let entries = entries(&home, &["--limit", "1"]);
    assert_eq!(entries[0]["changes"].as_array().unwrap().len(), 2);
    let table = home.run(["audit", "--limit", "1", "-o", "csv"]);
    assert_eq!(table.stdout.lines().count(), 3, "a line for each key");
}

#[test]
fn the_log_can_be_narrowed() {
    let home = Home::new();
    past::key(&home, "old", 9 * DAY, Expiry::Never).clear();
    home.token("new");
    assert_eq!(entries(&home, &["--key", "new"]).len(), 1);
    assert_eq!(entries(&home, &["--limit", "1"]).len(), 1);
    assert_eq!(entries(&home, &["--since", "2099-01-01"]).len(), 0);
    let recent = entries(&home, &["--since", "1d"]);
    assert!(recent.iter().all(|entry| entry["changes"][0]["name"] != "old"), "{recent:?}");
    insta::assert_snapshot!(home.run(["audit", "--since", "soon"]).shown(&home), @"
    exit 2
    --- stderr
    error: --since <WHEN>: 'soon' is not a duration like 7d, a date like 2030-01-31, or an instant like [time]
    hint: 'keyctl audit --help' says what each flag takes
    ");
}

#[test]
fn a_key_that_was_renamed_is_found_by_its_id_and_a_deleted_one_too() {
    let home = Home::new();
    home.token("bot");
    let id = home.ok(["show", "bot", "--field", "id"]);
    home.ok(["edit", "bot", "--name", "bot-eu"]);
    home.ok(["delete", "bot-eu", "--yes"]);
    assert_eq!(entries(&home, &["--key", &id]).len(), 3);
}

#[test]
fn the_table_shows_a_line_for_each_subject() {
    let home = Home::new();
    home.token("bot");
    let run = home.run(["audit", "--limit", "1"]);
    let header: Vec<&str> = run.stdout.lines().next().unwrap().split_whitespace().collect();
    assert_eq!(header.join(" "), "GENERATION TIME VERB ACTOR HOST SUBJECT CHANGES");
    assert!(run.stdout.contains("status: - → active"), "{}", run.stdout);
}

#[test]
fn verification_counts_every_generation() {
    let home = Home::new();
    home.token("bot");
    insta::assert_snapshot!(home.run(["audit", "verify"]).shown(&home), @"
    exit 0
    --- stdout
    audit log  complete and untouched
    entries    2
    first      [time]
    last       [time]
    ");
    insta::assert_snapshot!(home.run(["audit", "verify", "-o", "json"]).shown(&home), @r#"
    exit 0
    --- stdout
    {"ok":true,"entries":2,"generation":2,"first":"[time]","last":"[time]"}
    "#);
}

#[test]
fn a_viewer_can_read_it() {
    let home = Home::new();
    home.add_slot("ro", "viewer", "viewer pass words");
    let run = home.run_in(&[("KEYCTL_PASSPHRASE", "viewer pass words")], ["audit", "verify"]);
    assert_eq!(run.code, 0);
}
