//! `docs/features.md` names a test for every row: each of them has to be there.

use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What stands between backticks in the last column of the tables.
fn named() -> Vec<String> {
    let text = fs::read_to_string(Path::new(ROOT).join("docs/features.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| row"));
    let last = rows.filter_map(|row| row.trim_end_matches([' ', '|']).rsplit_once(" | "));
    let quoted = last.flat_map(|(_, cell)| cell.split('`').skip(1).step_by(2));
    quoted.map(str::to_owned).collect()
}

/// The file of a module: `owner::ceiling` is `owner/ceiling.rs`.
fn file(folder: &str, module: &str) -> PathBuf {
    Path::new(ROOT).join(folder).join(format!("{}.rs", module.replace("::", "/")))
}

#[test]
fn every_test_that_the_table_names_is_there() {
    let named = named();
    assert!(named.len() > 60, "the table has lost its tests: {}", named.len());
    for name in named {
        let (folder, test) = match name.strip_prefix("keyctl-vault ") {
            Some(test) => ("crates/keyctl-vault/tests/it", test),
            None => ("tests/it", name.as_str()),
        };
        let (module, function) = test.rsplit_once("::").unwrap_or_else(|| panic!("{name}"));
        let path = file(folder, module);
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
        let is_there = function == "*" || text.contains(&format!("\nfn {function}()"));
        assert!(is_there, "{name}: no such test in {}", path.display());
    }
}

#[test]
fn every_row_names_a_test() {
    let text = fs::read_to_string(Path::new(ROOT).join("docs/features.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| row"));
    for row in rows {
        assert!(row.matches(" | ").count() == 2 && row.contains("::"), "{row}");
    }
}
