//! `audit`: an entry for every change, newest first, and nothing for what changed nothing.

use crate::past::{self, DAY};
use crate::support::{Home, Run};
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
    let verbs = verbs(&home);
    insta::assert_snapshot!(verbs.join(" "), @"init create edit scope disable enable rotate revoke delete slot-add slot-remove");
    for verb in &verbs {
        assert_eq!(entries(&home, &["--verb", verb]).len(), 1, "{verb}");
    }
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
          "owner": "tester",
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
fn since_and_until_are_a_beginning_and_an_end() {
    let home = Home::new();
    for (name, age) in [("old", 9), ("middle", 5), ("new", 1)] {
        past::key(&home, name, age * DAY, Expiry::Never).clear();
    }
    let named = |flags: &[&str]| {
        let entries =
            entries(&home, &["--verb", "create"].iter().chain(flags).copied().collect::<Vec<_>>());
        let name = |entry: &Value| entry["changes"][0]["name"].as_str().unwrap().to_owned();
        entries.iter().map(name).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(named(&["--until", "3d"]), "middle old");
    assert_eq!(named(&["--since", "7d", "--until", "3d"]), "middle");
    assert_eq!(named(&["--until", "1990-01-01"]), "");
    let at = entries(&home, &["--key", "middle"])[0]["time"].as_str().unwrap().to_owned();
    assert_eq!(named(&["--since", &at]), "new middle", "it begins with that second");
    assert_eq!(named(&["--until", &at]), "old", "it ends before that second");
    insta::assert_snapshot!(home.run(["audit", "--since", "3d", "--until", "7d"]).shown(&home), @"
    exit 2
    --- stderr
    error: --until is not later than --since, so nothing can fit
    hint: --since 7d --until 1d is from 7 days ago to 1 day ago
    ");
}

#[test]
fn who_and_where_are_matched_exactly() {
    let home = Home::new();
    past::key(&home, "by-the-library", DAY, Expiry::Never).clear();
    home.add_slot("ops", "admin", "other pass words");
    let other = [("KEYCTL_PASSPHRASE", "other pass words")];
    assert_eq!(home.run_in(&other, ["disable", "by-the-library"]).code, 0);
    let verbs = |flags: &[&str]| {
        let entries = entries(&home, flags);
        let verbs: Vec<&str> = entries.iter().map(|e| e["verb"].as_str().unwrap()).collect();
        verbs.join(" ")
    };
    assert_eq!(verbs(&["--actor", "tester"]), "create");
    assert_eq!(verbs(&["--host", "host"]), "create");
    assert_eq!(verbs(&["--host", "hos"]), "");
    assert_eq!(verbs(&["--actor", "tester", "--verb", "disable"]), "");
    assert_eq!(verbs(&["--with-slot", "ops"]), "disable");
    assert_eq!(verbs(&["--with-slot", "main", "--verb", "create,disable"]), "create");
    assert_eq!(verbs(&["--verb", "create", "--verb", "disable"]), "disable create");
}

#[test]
fn nothing_that_fits_is_said() {
    let home = Home::new();
    for flags in [&["--actor", "nobody"][..], &["--actor", "nobody", "-o", "json"]] {
        let run = home.run(["audit"].iter().chain(flags).copied());
        assert_eq!((run.code, run.stderr.as_str()), (0, "note: no entry fits\n"), "{flags:?}");
    }
    assert_eq!(home.run(["audit"]).stderr, "");
    assert_eq!(home.run(["audit", "--limit", "0"]).stderr, "");
}

#[test]
fn a_verb_that_does_not_exist_gets_the_nearest_one() {
    let home = Home::new();
    insta::assert_snapshot!(home.run(["audit", "--verb", "revok"]).shown(&home), @"
    exit 2
    --- stderr
    error: invalid value 'revok' for '--verb <VERB>' [possible values: init, create, edit, scope, rotate, revoke, disable, enable, delete, usage, slot-add, slot-remove, passphrase, bundle-key, reveal, policy, owner-add, owner-edit, owner-remove, rekey, restore, export, import, compromised]
    hint: did you mean 'revoke'?
    ");
}

#[test]
fn an_owner_is_followed_with_the_keys_that_act_for_them() {
    let home = Home::new();
    home.ok(["owner", "add", "ada"]);
    home.ok(["owner", "edit", "ada", "--scope", "read"]);
    home.ok(["create", "--project", "shop", "--name", "adas", "--owner", "ada", "--scope", "read"]);
    home.token("testers");
    let verbs: Vec<Value> =
        entries(&home, &["--owner", "ada"]).iter().map(|entry| entry["verb"].clone()).collect();
    assert_eq!(verbs, ["create", "owner-edit", "owner-add"]);
    assert_eq!(entries(&home, &["--owner", "adas"]).len(), 0, "a key of that name is no owner");
    assert_eq!(entries(&home, &["--owner", "ada", "--key", "testers"]).len(), 0);
}

#[test]
fn the_oldest_are_first_when_asked() {
    let home = Home::new();
    home.token("one");
    home.token("two");
    let generations = |flags: &[&str]| {
        let entries = entries(&home, flags);
        entries.iter().map(|e| e["generation"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(generations(&[]), [3, 2, 1]);
    assert_eq!(generations(&["--reverse"]), [1, 2, 3]);
    assert_eq!(generations(&["--limit", "2"]), [3, 2]);
    assert_eq!(generations(&["--reverse", "--limit", "2"]), [1, 2]);
    assert_eq!(generations(&["--limit", "0"]), [0; 0]);
}

/// More entries than one segment of the log has.
#[test]
fn a_long_log_is_complete_in_both_directions() {
    let home = Home::new();
    past::changes(&home, 150);
    let generations = |flags: &[&str]| {
        let run = home.run(["audit", "-o", "jsonl"].into_iter().chain(flags.iter().copied()));
        let line = |line: &str| serde_json::from_str::<Value>(line).unwrap()["generation"].as_u64();
        run.stdout.lines().map(|text| line(text).unwrap()).collect::<Vec<_>>()
    };
    let all: Vec<u64> = (1..=152).collect();
    let newest_first: Vec<u64> = all.iter().rev().copied().collect();
    assert_eq!(generations(&[]), newest_first);
    assert_eq!(generations(&["--reverse"]), all);
    for limit in [1, 63, 64, 65, 100, 151, 152, 200] {
        let (limit, flag) = (limit.min(152), limit.to_string());
        assert_eq!(generations(&["--limit", &flag]), newest_first[..limit], "{flag}");
        assert_eq!(generations(&["--limit", &flag, "--reverse"]), all[..limit], "{flag}");
    }
    assert_eq!(generations(&["--verb", "create,init"]), [2, 1]);
    assert_eq!(generations(&["--key", "bot", "--limit", "3"]), [152, 151, 150]);
    let first = home.json(["audit", "verify"]);
    assert_eq!((&first["entries"], &first["generation"]), (&152.into(), &152.into()));
    assert_eq!(home.run(["audit", "--key", "nobody"]).code, 3);
}

/// What was done to so many is not kept between the two looks at the log.
#[test]
fn a_change_of_thousands_of_keys_far_back_is_shown_in_both_directions() {
    let home = Home::new();
    let rows: String = (0..4_100).map(|n| format!("key-{n},read\n")).collect();
    home.write("many.csv", format!("name,scopes\n{rows}"));
    home.ok(["create", "--from", "many.csv", "--tokens-to", "t.csv", "--project", "shop"]);
    past::changes(&home, 70);
    let shown = |flags: &[&str]| {
        let run = home.run(["audit", "-o", "jsonl"].into_iter().chain(flags.iter().copied()));
        let line = |line: &str| -> (u64, usize) {
            let entry: Value = serde_json::from_str(line).unwrap();
            let changes = entry["changes"].as_array().unwrap().len();
            (entry["generation"].as_u64().unwrap(), changes)
        };
        run.stdout.lines().map(line).collect::<Vec<_>>()
    };
    let oldest_first: Vec<(u64, usize)> =
        (1..=73).map(|n| (n, if n == 2 { 4_100 } else { 1 })).collect();
    let newest_first: Vec<(u64, usize)> = oldest_first.iter().rev().copied().collect();
    assert_eq!(shown(&["--reverse"]), oldest_first);
    assert_eq!(shown(&[]), newest_first);
    assert_eq!(shown(&["--verb", "create"]), [(3, 1), (2, 4_100)]);
    assert_eq!(shown(&["--key", "key-4099"]), [(2, 1)]);
}

/// Damage far back in the log is found before anything is written.
#[test]
fn a_damaged_log_has_no_answer() {
    let home = Home::new();
    past::changes(&home, 150);
    let file = rusqlite::Connection::open(home.vault()).unwrap();
    let changed =
        file.execute("UPDATE audit SET d = zeroblob(length(d)) WHERE id = 1", []).unwrap();
    assert_eq!(changed, 1);
    drop(file);
    for format in ["table", "json", "jsonl", "csv"] {
        for direction in [&["audit", "-o", format][..], &["audit", "-o", format, "--reverse"]] {
            let run = home.run(direction.iter().copied());
            assert_eq!((run.code, run.stdout.as_str()), (7, ""), "{direction:?}");
        }
    }
    assert_eq!(home.run(["audit", "verify"]).code, 7);
    let newest = home.run(["audit", "--limit", "1"]);
    assert_eq!(newest.code, 0, "the newest are vouched for by the head alone");
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
fn csv_has_a_column_for_each_part_of_a_subject() {
    let home = Home::new();
    home.token("bot");
    home.token("other");
    home.ok(["disable", "bot", "other", "--yes"]);
    let run = home.run(["audit", "-o", "csv", "--key", "bot"]);
    let csv: Vec<Vec<String>> = run
        .stdout
        .lines()
        .map(|line| line.split(',').enumerate())
        .map(|cells| {
            cells.filter(|(i, _)| ![3, 4].contains(i)).map(|(_, c)| c.to_owned()).collect()
        })
        .collect();
    let run = Run { stdout: csv.iter().map(|row| row.join(",") + "\n").collect(), ..run };
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    generation,time,verb,slot,kind,id,project,name,owner,changes
    4,[time],disable,main,key,[id],shop,bot,tester,status: active → inactive
    2,[time],create,main,key,[id],shop,bot,tester,status: - → active; environment: - → development; kind: - → general; scopes: - → read
    ");
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

#[test]
fn json_has_only_the_changes_that_are_asked_for() {
    let home = Home::new();
    for (name, owner) in [("a", "anna"), ("b", "ben")] {
        home.ok(["create", "--project", "p", "--name", name, "--owner", owner]);
    }
    home.ok(["disable", "a", "b", "--yes"]);
    for flags in [["--key", "a"], ["--owner", "anna"]] {
        let log = home.json(["audit"].into_iter().chain(flags));
        let changes = log.as_array().unwrap().iter().flat_map(|e| e["changes"].as_array().unwrap());
        let names: Vec<&str> = changes.map(|change| change["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["a", "a"], "{flags:?}");
    }
}
