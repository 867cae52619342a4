//! Answers about owners, the policy, uses and the audit log.

use serde_json::{Value, json};

use super::{answer, varies};
use crate::support::Home;

#[test]
fn owners_fit() {
    let home = Home::new();
    assert_eq!(answer(&home, "owner list", &[]), json!([]));
    assert_eq!(answer(&home, "owner add", &["ada"])["changed"], true);
    answer(&home, "owner add", &["ben", "--scope", "read", "--project", "shop"]);
    answer(&home, "delete", &["personal ben", "--yes"]);
    assert!(answer(&home, "owner show", &["ben"]).get("changed").is_none());
    let edit = ["ada", "--scope", "read"];
    assert_eq!(answer(&home, "owner edit", &edit)["changed"], true);
    assert_eq!(answer(&home, "owner edit", &edit)["changed"], false);
    let list = answer(&home, "owner list", &[]);
    assert!(varies(list.as_array().unwrap(), "personal_key"), "{list}");
    assert_eq!(answer(&home, "owner remove", &["ada", "--yes"])[0]["result"], "changed");
    assert_eq!(answer(&home, "owner remove", &["ben", "--yes"]), json!([]));
}

#[test]
fn policies_fit() {
    let home = Home::new();
    let unset = answer(&home, "policy show", &[]);
    let set = ["--max-lifetime", "1y", "--default-lifetime", "90d", "--require-reason"];
    assert_eq!(answer(&home, "policy set", &set)["changed"], true);
    assert_eq!(answer(&home, "policy set", &set)["changed"], false);
    let both = [unset, answer(&home, "policy show", &[])];
    assert!(varies(&both, "max_lifetime") && varies(&both, "default_lifetime"), "{both:?}");
}

#[test]
fn imported_uses_fit() {
    let home = Home::new();
    let token = home.token("bot");
    assert_eq!(home.verify(&token, &["--receipt", "receipts", "--no-record", "-q"]).code, 0);
    home.write("more", format!("{}no receipt\n", home.read("receipts")));
    let report = answer(&home, "usage import", &["more"]);
    assert_eq!((&report["counted"], &report["rejected"]), (&json!(1), &json!(1)));
    assert_eq!(answer(&home, "usage import", &["receipts"])["changed"], false);
}

#[test]
fn the_audit_log_fits() {
    let home = Home::new();
    answer(&home, "owner add", &["ada"]);
    let made = answer(&home, "create", &["--project", "shop", "--name", "bot", "--note", "n"]);
    answer(&home, "edit", &["bot", "--clear-note"]);
    answer(&home, "policy set", &["--require-reason"]);
    home.add_slot("ci", "viewer", "viewer pass words");
    let entries = answer(&home, "audit", &[]);
    let changes = entries.as_array().unwrap().iter().flat_map(|e| e["changes"].as_array().unwrap());
    let changes: Vec<Value> = changes.cloned().collect();
    for field in ["id", "project", "name", "owner"] {
        assert!(varies(&changes, field), "{field}: {changes:?}");
    }
    for kind in ["key", "slot", "owner", "vault"] {
        assert!(changes.iter().any(|change| change["kind"] == kind), "{kind}");
    }
    let fields = changes.iter().flat_map(|change| change["fields"].as_array().unwrap());
    let fields: Vec<Value> = fields.cloned().collect();
    assert!(varies(&fields, "from") && varies(&fields, "to"), "{fields:?}");
    answer(&home, "audit", &["--key", made["id"].as_str().unwrap()]);
    assert_eq!(answer(&home, "audit", &["--actor", "nobody"]), json!([]));
    assert_eq!(answer(&home, "audit verify", &[])["entries"], 6);
}
