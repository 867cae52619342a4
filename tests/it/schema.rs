//! `docs/schema/`: what each command writes as JSON fits its schema there, and has no field that is
//! not in it.
//!
//! The schemas themselves let unknown fields pass, so that later versions can add some. Here they
//! are read strictly: a field that nobody wrote down would otherwise never be noticed.

mod errors;
mod keys;
mod owners;
mod tokens;
mod vault;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::support::{Home, Run};

/// Commands without a schema, and why.
const WITHOUT: [(&str, &str); 3] = [
    ("keyctl", "the overview is for people, whatever the format"),
    ("keyctl completions", "a script for a shell"),
    ("keyctl man", "a page for people"),
];

/// Runs a command with `-o json` that exits like that; its answer, which fits the command's schema.
pub(super) fn exits(home: &Home, exit: i32, command: &str, args: &[&str]) -> Value {
    let all = command.split(' ').chain(args.iter().copied()).chain(["-o", "json"]);
    let run = home.run(all);
    assert_eq!(run.code, exit, "{command}: {run:?}");
    fits(command, run.json())
}

/// The same of a command that succeeds.
pub(super) fn answer(home: &Home, command: &str, args: &[&str]) -> Value {
    exits(home, 0, command, args)
}

/// An answer, which fits the command's schema.
pub(super) fn fits(command: &str, answer: Value) -> Value {
    let wrong = faults(&strict(&schema(command)), &answer);
    assert!(wrong.is_empty(), "{command}: {wrong:#?}\n{answer:#}");
    answer
}

/// The code of a failure, whose line fits its schema.
pub(super) fn failure(run: &Run) -> String {
    let line = run.stderr.lines().next_back().unwrap_or_default();
    let line = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {run:?}"));
    fits("error", line)["error"]["code"].as_str().unwrap().to_owned()
}

/// Whether a field is null in none and given in another of some answers.
pub(super) fn varies(answers: &[Value], field: &str) -> bool {
    let nulls = answers.iter().filter(|answer| answer[field].is_null()).count();
    0 < nulls && nulls < answers.len()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema")
}

fn schema(command: &str) -> Value {
    let name = command.replace(" --", "-").replace(' ', "-");
    let text = fs::read_to_string(folder().join(name).with_extension("json"));
    serde_json::from_str(&text.unwrap_or_else(|e| panic!("{command}: {e}"))).unwrap()
}

/// Every committed schema, by its file's name.
fn schemas() -> Vec<(String, Value)> {
    let paths = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let files = paths.filter(|path| path.extension().is_some_and(|end| end == "json"));
    let name = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let read = |path: &Path| serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    files.map(|path| (name(&path), read(&path))).collect()
}

/// The same schema, which lets no field pass that it does not name.
fn strict(schema: &Value) -> Value {
    match schema {
        Value::Object(object) => {
            let below = object.iter().map(|(name, value)| (name.clone(), strict(value)));
            let last = is_view(object).then(|| ("additionalProperties".to_owned(), json!(false)));
            below.chain(last).collect()
        }
        Value::Array(items) => items.iter().map(strict).collect(),
        other => other.clone(),
    }
}

/// True for the schema of an object with named fields, and not for a field of that name.
fn is_view(object: &Map<String, Value>) -> bool {
    object.get("type") == Some(&json!("object")) && object.contains_key("properties")
}

fn validator(schema: &Value) -> Validator {
    jsonschema::options().should_validate_formats(true).build(schema).unwrap()
}

fn faults(schema: &Value, answer: &Value) -> Vec<String> {
    let validator = validator(schema);
    validator.iter_errors(answer).map(|e| format!("{}: {e}", e.instance_path())).collect()
}

/// Every view in a schema, whatever it is nested in.
fn views(schema: &Value) -> Vec<&Map<String, Value>> {
    let below: Vec<&Value> = match schema {
        Value::Object(object) => object.values().collect(),
        Value::Array(items) => items.iter().collect(),
        _ => Vec::new(),
    };
    let own = schema.as_object().filter(|object| is_view(object));
    own.into_iter().chain(below.into_iter().flat_map(views)).collect()
}

#[test]
fn every_command_that_has_json_has_a_schema() {
    let mut runnable = BTreeSet::new();
    let mut waiting = vec![("keyctl".to_owned(), keyctl::command())];
    while let Some((name, command)) = waiting.pop() {
        let below = command.get_subcommands();
        waiting.extend(below.map(|sub| (format!("{name} {}", sub.get_name()), sub.clone())));
        if !command.is_subcommand_required_set() {
            runnable.insert(name);
        }
    }
    assert!(runnable.contains("keyctl audit") && !runnable.contains("keyctl vault"));
    for (name, _) in WITHOUT {
        assert!(runnable.remove(name), "{name} is no command");
    }
    let described = keyctl::schemas().into_iter().map(|(command, _)| format!("keyctl {command}"));
    // What is not a command of its own: an answer of another shape, and no answer.
    let apart = ["keyctl verify --batch", "keyctl error"];
    let described: BTreeSet<String> = described.filter(|name| !apart.contains(&&**name)).collect();
    assert_eq!(described, runnable);
}

#[test]
fn every_schema_says_what_it_is_of_and_what_is_promised() {
    let all = schemas();
    assert_eq!(all.len(), keyctl::schemas().len());
    for (name, schema) in all {
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
        assert!(jsonschema::meta::is_valid(&schema), "{name} is no schema");
        let title = schema["title"].as_str().unwrap();
        let title = title.trim_start_matches("keyctl").replace([':', '-'], " ");
        assert_eq!(title.split_whitespace().collect::<Vec<_>>().join("-"), name);
        let promise = "Later versions may add fields; those that are here never change";
        assert!(schema["description"].as_str().unwrap().contains(promise), "{name}");
        let closed = views(&schema).iter().any(|view| view.contains_key("additionalProperties"));
        assert!(!closed, "{name} lets no later version add a field");
    }
}

#[test]
fn every_field_is_described_and_every_instant_is_one() {
    let instants = ["_at", "_until", "not_before", "time", "since", "until", "first", "last"];
    for (name, schema) in schemas() {
        for view in views(&schema) {
            for (field, schema) in view["properties"].as_object().unwrap() {
                let described = schema["description"].as_str().is_some_and(|text| text.len() > 4);
                assert!(described, "{name}: {field} is not described");
                let ends =
                    |end: &&str| field == end || end.starts_with('_') && field.ends_with(end);
                let is_instant = schema["format"] == "date-time";
                assert_eq!(is_instant, instants.iter().any(ends), "{name}: {field}");
            }
        }
    }
}

#[test]
fn closed_sets_of_words_are_listed() {
    let words = |command: &str, pointer: &str| -> Vec<String> {
        let schema = schema(command);
        let found = schema.pointer(pointer).unwrap_or_else(|| panic!("{command}{pointer}"));
        let words = found["enum"].as_array().unwrap_or_else(|| panic!("{found}"));
        words.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let key = |field: &str| words("list", &format!("/items/properties/{field}"));
    assert_eq!(key("status"), ["active", "inactive", "pending", "expired", "revoked"]);
    assert_eq!(key("kind"), ["general", "personal", "webhook"]);
    assert_eq!(key("environment"), ["production", "staging", "development"]);
    assert_eq!(words("verify", "/properties/code").len(), 22);
    assert_eq!(words("verify", "/properties/warnings/items").len(), 4);
    assert_eq!(
        words("verify", "/properties/unchecked/items"),
        ["project", "environment", "scopes"]
    );
    let standings = words("scan", "/items/properties/status");
    assert_eq!(standings.len(), 8, "{standings:?}");
    assert_eq!(words("scan", "/items/properties/environment").len(), 3);
    assert_eq!(words("vault slot list", "/items/properties/role").len(), 3);
    assert_eq!(words("vault slot list", "/items/properties/kind").len(), 4);
    assert_eq!(
        words("owner remove", "/items/properties/result"),
        ["changed", "unchanged", "failed"]
    );
    assert_eq!(words("vault import", "/items/properties/result").len(), 4);
    assert_eq!(words("vault import", "/items/properties/kept/items").len(), 5);
    assert_eq!(words("doctor", "/items/properties/code").len(), 9);
    assert_eq!(words("bundle inspect", "/properties/freshness").len(), 4);
    assert_eq!(words("error", "/$defs/Error/properties/code").len(), 10);
}

#[test]
fn what_does_not_fit_is_found() {
    let home = Home::new();
    home.token("bot");
    let list = answer(&home, "list", &[]);
    let after = |change: fn(&mut Map<String, Value>)| -> Vec<String> {
        let mut wrong = list.clone();
        change(wrong[0].as_object_mut().unwrap());
        faults(&strict(&schema("list")), &wrong)
    };
    assert_eq!(after(|_| ()), [""; 0]);
    let wrong: [fn(&mut Map<String, Value>); 8] = [
        |key| drop(key.insert("more".to_owned(), json!(1))),
        |key| drop(key.insert("token".to_owned(), json!("kc_dev_x"))),
        |key| drop(key.remove("note")),
        |key| drop(key.insert("name".to_owned(), json!(null))),
        |key| drop(key.insert("status".to_owned(), json!("asleep"))),
        |key| drop(key.insert("created_at".to_owned(), json!("yesterday"))),
        |key| drop(key.insert("generation".to_owned(), json!(-1))),
        |key| drop(key["generations"][0].as_object_mut().unwrap().insert("x".into(), json!(1))),
    ];
    for (n, change) in wrong.into_iter().enumerate() {
        assert_eq!(after(change).len(), 1, "fault {n} is not found");
    }
    // A reader that is not strict takes what a later version adds.
    let mut later = list.clone();
    later[0]["more"] = json!(1);
    later[0]["generations"][0]["more"] = json!(1);
    assert!(validator(&schema("list")).is_valid(&later));
}

#[test]
fn a_line_of_jsonl_is_an_item_or_the_object() {
    let home = Home::new();
    home.token("bot");
    let line = |args: &str| -> Value {
        let text = home.ok(args.split(' ').chain(["-o", "jsonl"]));
        serde_json::from_str(text.lines().next().unwrap()).unwrap()
    };
    for command in ["list", "audit", "doctor --check never_expires", "vault slot list"] {
        let run = home.run(command.split(' ').chain(["-o", "jsonl"]));
        let name = command.split(" --").next().unwrap();
        assert!(run.stdout.lines().count() > 0, "{run:?}");
        for text in run.stdout.lines() {
            fits(name, json!([serde_json::from_str::<Value>(text).unwrap()]));
        }
    }
    fits("show", line("show bot"));
    fits("scope list", json!([line("scope list bot")]));
    fits("vault info", line("vault info"));
}
