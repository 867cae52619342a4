//! Handing a token over: it is shown once, so a stdout that does not take it is a failure that
//! names the key and says what to do.

use crate::support::{Home, Run};

#[test]
fn a_closed_stdout_is_refused_before_anything_is_made() {
    let home = Home::new();
    let run = home.script("keyctl create --project shop --scope read >&-");
    insta::assert_snapshot!(run.shown(&home), @"
    exit 1
    --- stderr
    error: stdout is closed, so the secret could not be handed over
    hint: nothing was changed; redirect stdout to where the secret shall go
    ");
    assert_eq!(home.json(["list"]).as_array().unwrap().len(), 0);
    assert_eq!(home.json(["audit", "verify"])["entries"], 1);
}

#[test]
fn a_token_that_cannot_be_written_names_the_key_and_what_to_do() {
    let home = Home::new();
    let run = home.script("keyctl create --project shop --scope read --name bot >/dev/full");
    insta::assert_snapshot!(run.shown(&home), @"
    exit 1
    --- stderr
    note: the key never expires; --expires 90d would end it by itself
    Created [id] (bot, project shop).
      environment development, owner tester
      scopes read
      expires never
    error: [id] is made, but its new token could not be handed over: cannot write to stdout: No space left on device (os error 28)
    hint: make another token with 'keyctl rotate [id]', or end the key with 'keyctl revoke [id]'
    ");
    let id = home.json(["show", "bot"])["id"].as_str().unwrap().to_owned();
    assert!(run.stderr.contains(&id));
}

#[test]
fn a_reader_that_went_away_is_the_same_failure() {
    let home = Home::new();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command =
        home.command(["create", "--project", "shop", "--scope", "read", "-o", "json"]);
    command.stdout(writer);
    let run = Run::after(command);
    insta::assert_snapshot!(run.shown(&home), @r#"
    exit 1
    --- stderr
    note: the key never expires; --expires 90d would end it by itself
    Created [id] (API key [stamp], project shop).
    {"error":{"code":"failed","message":"[id] is made, but its new token could not be handed over: stdout was closed","hint":"make another token with 'keyctl rotate [id]', or end the key with 'keyctl revoke [id]'"}}
    "#);
}

#[test]
fn a_token_thrown_away_on_purpose_is_no_failure() {
    let home = Home::new();
    assert_eq!(home.script("keyctl create --project shop --scope read >/dev/null").code, 0);
}

#[test]
fn a_rotation_behind_a_closed_stdout_is_refused_before_it_happens() {
    let home = Home::new();
    let old = home.token("bot");
    insta::assert_snapshot!(home.script("keyctl rotate bot >&-").shown(&home), @"
    exit 1
    --- stderr
    error: stdout is closed, so the secret could not be handed over
    hint: nothing was changed; redirect stdout to where the secret shall go
    ");
    assert_eq!(home.verify(&old, &[]).code, 0);
}

#[test]
fn a_rotated_token_that_cannot_be_written_names_the_key() {
    let home = Home::new();
    home.token("bot");
    let id = home.ok(["show", "bot", "--field", "id"]);
    let run = home.script("keyctl rotate bot -q >/dev/full");
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.contains(&format!("keyctl rotate {id}")), "{}", run.stderr);
}
