//! The README's examples, run from its top to its bottom in one home, as a reader would.

use std::fs;
use std::path::Path;

use crate::support::{Home, PASSPHRASE, skip, tool};

/// The lines of the README that begin with a prompt.
fn examples() -> Vec<String> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(readme).unwrap();
    text.lines().filter_map(|line| line.strip_prefix("$ ").map(str::to_owned)).collect()
}

#[test]
fn the_examples_work_in_their_order() {
    if !tool("jq") {
        return skip("the README's examples need jq");
    }
    let examples = examples();
    assert!(examples.len() > 20, "the README has lost its examples");
    let home = Home::empty();
    home.write("pass.txt", format!("{PASSPHRASE}\n"));
    let steps = examples.iter().map(|line| format!("echo '+ '{}\n{line}\n", quoted(line)));
    let setting = "set -eu\nunset KEYCTL_PASSPHRASE\nexport KEYCTL_PASSPHRASE_FILE=pass.txt\n";
    let run = home.script(&format!("{setting}{}", steps.collect::<String>()));
    assert_eq!(run.code, 0, "{}\n{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("\ndeploy-bot\n"), "{}", run.stdout);
    assert!(run.stdout.contains("VALID key_"), "{}", run.stdout);
}

fn quoted(line: &str) -> String {
    format!("'{}'", line.replace('\'', "'\\''"))
}
