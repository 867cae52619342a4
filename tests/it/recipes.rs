//! The commands of `docs/recipes.md`, run from its top to its bottom in one home, and what comes of
//! them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{Home, PASSPHRASE, Run, skip, tool};

/// What stands in for GitHub's program: it keeps what it is given, by name.
const GH: &str = "#!/bin/sh\n[ \"$1 $2\" = 'secret set' ] || exit 9\ncat > \"secret-$3\"\n";

/// The shell blocks of the page.
fn recipes() -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/recipes.md");
    let text = fs::read_to_string(page).unwrap();
    let blocks = text.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.map(str::to_owned).collect()
}

/// A home with keys that the recipes find something to do for.
fn home() -> Home {
    let home = Home::new();
    for (name, expires) in [("soon bot", "10d"), ("later", "90d"), ("old", "never")] {
        let key = ["create", "--project", "shop", "--name", name, "--scope", "*"];
        home.ok(key.into_iter().chain(["--expires", expires]));
    }
    home.ok(["revoke", "old", "--yes"]);
    fs::create_dir(home.file("bin")).unwrap();
    home.write("bin/gh", GH);
    fs::set_permissions(home.file("bin/gh"), fs::Permissions::from_mode(0o755)).unwrap();
    home.write("pass.txt", PASSPHRASE);
    home
}

/// What a shell makes of a script, with the binary under its name on the path.
fn shell(home: &Home, script: &str) -> Run {
    let binary = Path::new(env!("CARGO_BIN_EXE_keyctl")).parent().unwrap().display().to_string();
    let path = format!("{}:{binary}:{}", home.file("bin").display(), env!("PATH"));
    let mut command = Command::new("sh");
    command.args(["-eu", "-c", script]).env_clear().current_dir(home.path());
    for (name, value) in home.command([]).get_envs() {
        command.env(name, value.unwrap());
    }
    command.env_remove("KEYCTL_PASSPHRASE").env("KEYCTL_PASSPHRASE_FILE", "pass.txt");
    command.env("PATH", path).stdin(Stdio::null());
    Run::after(command)
}

#[test]
fn the_recipes_do_what_they_say() {
    if !(tool("jq") && tool("git")) {
        return skip("the recipes need jq and git");
    }
    let home = home();
    let begin = shell(
        &home,
        "git init -q . && git config user.email t@example.com && git config user.name t",
    );
    assert_eq!(begin.code, 0, "{begin:?}");
    let recipes = recipes();
    assert!(recipes.len() > 12, "the page has lost its recipes");
    for recipe in &recipes {
        let run = shell(&home, recipe);
        assert_eq!(run.code, 0, "{recipe}\n{}\n{}", run.stdout, run.stderr);
    }
    let status = |secret: &str| home.verify(&home.read(secret), &[]).code;
    assert_eq!(status("secret-DEPLOY_TOKEN"), 0);
    assert_eq!(status("secret-SOON_BOT"), 0);
    assert!(!home.file("secret-LATER").exists());
    let soon = home.json(["show", "soon bot"]);
    assert_eq!(soon["generation"], 2);
    assert!(soon["generations"][0]["valid_until"].is_string(), "{soon}");
    assert!(home.json(["bundle", "inspect", "keys.kcb"])["entries"].as_u64() > Some(2));
}

#[test]
fn the_hook_stops_a_commit_that_has_a_token() {
    if !tool("git") {
        return skip("a hook needs git");
    }
    let home = home();
    let set_up = "git init -q . && git config user.email t@example.com && git config user.name t";
    assert_eq!(shell(&home, set_up).code, 0);
    let hook = recipes().into_iter().find(|recipe| recipe.contains("pre-commit")).unwrap();
    assert_eq!(shell(&home, &hook).code, 0);
    let commit = |text: &str| {
        home.write("config.txt", text);
        shell(&home, "git add config.txt && git commit -q -m x")
    };
    assert_eq!(commit("nothing to see").code, 0);
    let stopped = commit(&format!("API_TOKEN={}", home.token("leaked")));
    assert_ne!(stopped.code, 0, "{stopped:?}");
}

#[test]
fn what_is_unused_is_revoked_but_not_what_has_a_label() {
    if !tool("jq") {
        return skip("the recipe needs jq");
    }
    let home = home();
    home.ok(["edit", "later", "--label", "keep=yes"]);
    let recipe = recipes().into_iter().find(|recipe| recipe.contains(".labels.keep")).unwrap();
    let now = recipe.replace("180d", "1s");
    // Nobody has used these keys for a second once that has passed.
    let gone = || home.json(["show", "soon bot"])["status"] == "revoked";
    let is_gone = (0..1000).any(|_| {
        assert_eq!(shell(&home, &now).code, 0);
        gone()
    });
    assert!(is_gone);
    assert_eq!(home.json(["show", "later"])["status"], "active");
}
