//! The audit log as a book: whoever does all that it says once more, from nothing, must come to what
//! the vault shows.

use std::collections::BTreeMap;

use serde_json::Value;

use super::writer::Done;

/// A key: its fields as people read them.
type Fields = BTreeMap<String, String>;

/// Does all that the log says. Each change must begin where the one before has ended.
pub fn replay(log: &Value) -> BTreeMap<String, Fields> {
    let mut keys: BTreeMap<String, Fields> = BTreeMap::new();
    let mut entries: Vec<&Value> = log.as_array().unwrap().iter().collect();
    entries.sort_by_key(|entry| entry["generation"].as_u64());
    for (entry, generation) in entries.iter().zip(1..) {
        assert_eq!(entry["generation"], generation, "a generation without an entry");
        let changes = entry["changes"].as_array().unwrap().iter();
        for change in changes.filter(|change| change["kind"] == "key") {
            apply(&mut keys, entry["verb"].as_str().unwrap(), change);
        }
    }
    keys
}

fn apply(keys: &mut BTreeMap<String, Fields>, verb: &str, change: &Value) {
    let id = change["id"].as_str().unwrap().to_owned();
    if verb == "delete" {
        assert!(keys.remove(&id).is_some(), "{id} was deleted, and was not there");
        return;
    }
    let is_new = verb == "create";
    assert_eq!(keys.contains_key(&id), !is_new, "{verb} of {id}");
    let key = keys.entry(id).or_default();
    if is_new {
        key.insert("name".to_owned(), change["name"].as_str().unwrap().to_owned());
        key.insert("generation".to_owned(), "1".to_owned());
    }
    for field in change["fields"].as_array().unwrap() {
        let name = field["field"].as_str().unwrap();
        let (from, to) = (field["from"].as_str(), field["to"].as_str());
        assert_eq!(key.get(name).map(String::as_str), from, "{verb} of {name}: {change}");
        match to {
            Some(to) => key.insert(name.to_owned(), to.to_owned()),
            None => key.remove(name),
        };
    }
}

/// What the log comes to is what `list` shows.
pub fn compare(replayed: &BTreeMap<String, Fields>, list: &Value) {
    let shown: BTreeMap<String, Fields> = list.as_array().unwrap().iter().map(shown).collect();
    let seen = ["name", "status", "scopes", "note", "generation", "revoke_reason"];
    let only_seen = |fields: &Fields| -> Fields {
        let fields = fields.iter().filter(|(name, _)| seen.contains(&name.as_str()));
        fields.map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    let replayed: BTreeMap<String, Fields> =
        replayed.iter().map(|(id, fields)| (id.clone(), only_seen(fields))).collect();
    assert_eq!(replayed, shown);
}

fn shown(key: &Value) -> (String, Fields) {
    let text = |value: &Value| match value {
        Value::Null => None,
        Value::Array(items) => {
            let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            Some(items.join(" ")).filter(|text| !text.is_empty())
        }
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    let seen = ["name", "status", "scopes", "note", "generation", "revoke_reason"];
    let fields = seen.iter().filter_map(|name| Some(((*name).to_owned(), text(&key[*name])?)));
    (key["id"].as_str().unwrap().to_owned(), fields.collect())
}

/// Every note that somebody was told is written has been written once; of a command that was killed,
/// at most once; and no other.
pub fn compare_notes(log: &Value, done: &Done) {
    let fields =
        log.as_array().unwrap().iter().flat_map(|entry| entry["changes"].as_array().unwrap());
    let fields = fields.flat_map(|change| change["fields"].as_array().unwrap());
    let notes = fields.filter(|field| field["field"] == "note");
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for note in notes.filter_map(|field| field["to"].as_str()) {
        *counts.entry(note).or_default() += 1;
    }
    for (note, count) in &counts {
        assert_eq!(*count, 1, "{note} was written {count} times");
        assert!(done.written.contains(*note) || done.doubtful.contains(*note), "{note}");
    }
    for note in &done.written {
        assert!(counts.contains_key(note.as_str()), "{note} is lost");
    }
}
