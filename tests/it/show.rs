//! `show`, and how every command finds the KEY it is given.

use crate::support::Home;

/// Two projects with a key of the same name.
fn namesakes() -> Home {
    let home = Home::new();
    home.token("bot");
    home.ok([
        "create",
        "--project",
        "web",
        "--env",
        "production",
        "--scope",
        "read",
        "--name",
        "bot",
    ]);
    home
}

#[test]
fn a_card_shows_everything_that_is_given() {
    let home = Home::new();
    home.ok(["create", "--project", "shop", "--name", "bot", "--scope", "*", "--note", "in CI"]);
    insta::assert_snapshot!(home.run(["show", "bot"]).shown(&home), @"
    exit 0
    --- stdout
    name         bot
    id           [id]
    prefix       [kc-dev-prefix]
    status       active
    kind         general
    project      shop
    environment  development
    owner        tester
    scopes       * (full access)
    note         in CI
    expires      never
    last used    never
    created      [time] ([relative])
    updated      [time]
    ");
}

#[test]
fn its_generations_are_shown_too() {
    let home = Home::new();
    home.token("bot");
    home.ok(["rotate", "bot", "--grace", "24h"]);
    insta::assert_snapshot!(home.run(["show", "bot"]).shown(&home), @"
    exit 0
    --- stdout
    name         bot
    id           [id]
    prefix       [kc-dev-prefix]
    status       active
    kind         general
    project      shop
    environment  development
    owner        tester
    scopes       read
    expires      never
    last used    never
    created      [time] ([relative])
    updated      [time]

    GENERATION   PREFIX               CREATED AT            VALID UNTIL           LAST USED AT
    2 (current)  [kc-dev-prefix]  [time]  -                     never
    1            [kc-dev-prefix]  [time]  [time]  never
    ");
    let shown = home.json(["show", "bot"]);
    assert_eq!(shown["generation"], 2);
    assert_eq!(shown["generations"][0]["n"], 1);
    assert!(shown["generations"][0]["valid_until"].is_string());
    assert!(shown["generations"][1]["valid_until"].is_null());
}

#[test]
fn an_id_its_beginning_a_prefix_of_any_generation_and_a_name_find_it() {
    let home = Home::new();
    home.token("bot");
    let old = home.ok(["show", "bot", "--field", "prefix"]);
    home.ok(["rotate", "bot"]);
    let id = home.ok(["show", "bot", "--field", "id"]);
    let new = home.ok(["show", "bot", "--field", "prefix"]);
    for key in [id.as_str(), &id[..10], &old, &new, "bot"] {
        assert_eq!(home.ok(["show", key, "--field", "id"]), id, "{key}");
    }
    assert_eq!(home.run(["show", &id[..9]]).code, 3, "5 characters are too few");
}

#[test]
fn a_name_of_two_keys_is_ambiguous_and_the_candidates_are_listed() {
    let home = namesakes();
    insta::assert_snapshot!(home.run(["show", "bot"]).shown(&home), @"
    exit 3
    --- stderr
    error: 'bot' fits 2 keys:
      [id]  bot (web, production, active)
      [id]  bot (shop, development, active)
    hint: name it by its id, or say which --project
    ");
    let error = home.run(["show", "bot", "-o", "json"]).json_error();
    assert_eq!(error["code"], "ambiguous");
    assert_eq!(home.json(["show", "bot", "--project", "web"])["environment"], "production");
}

#[test]
fn a_live_key_comes_before_a_revoked_one_of_the_same_name() {
    let home = Home::new();
    home.token("bot");
    home.ok(["revoke", "bot", "--yes"]);
    assert_eq!(home.json(["show", "bot"])["status"], "revoked");
    home.token("bot");
    assert_eq!(home.json(["show", "bot"])["status"], "active");
}

#[test]
fn what_is_not_there_is_3() {
    let home = Home::new();
    insta::assert_snapshot!(home.run(["show", "nobody"]).shown(&home), @"
    exit 3
    --- stderr
    error: no key fits 'nobody'
    hint: 'keyctl list' shows the keys; a KEY is an id, a prefix or an exact name
    ");
    for key in ["key_3fK9aQ1xZ0bT", "key_3fK9aQ", "kc_dev_3fK9aQ1xZ0bT"] {
        assert_eq!(home.run(["show", key]).code, 3, "{key}");
    }
    assert_eq!(home.run(["show", "nobody", "--json"]).json_error()["code"], "not_found");
    insta::assert_snapshot!(home.run(["show", ""]).shown(&home), @"
    exit 2
    --- stderr
    error: not an id, a prefix or a name of a key
    hint: a KEY is an id like [id], a prefix, or an exact name
    ");
}

#[test]
fn a_token_is_refused_as_a_key_and_not_echoed() {
    let home = Home::new();
    let token = home.token("bot");
    insta::assert_snapshot!(home.run(["show", &token]).shown(&home), @"
    exit 2
    --- stderr
    error: a token was given where a key is wanted; its prefix is enough, and no secret
    hint: give its prefix, like [kc-dev-prefix]; to check a token, pipe it into 'keyctl verify'
    ");
    for text in [token.as_str(), &token[..60], &token[..40]] {
        for verb in ["show", "edit", "rotate", "revoke", "delete", "disable", "enable"] {
            let run = home.run([verb, text, "--yes"]);
            assert_eq!(run.code, 2, "{verb}");
            assert!(!run.stderr.contains(&token[20..40]), "{verb}: {}", run.stderr);
        }
        let run = home.run(["audit", "--key", text]);
        assert!(run.code == 2 && !run.stderr.contains(&token[20..40]));
    }
}

#[test]
fn fields_are_written_raw() {
    let home = Home::new();
    home.ok(["create", "--project", "shop", "--name", "bot", "--scope", "a:b", "--scope", "c"]);
    let field = |name: &str| home.run(["show", "bot", "--field", name]).stdout;
    assert_eq!(field("name"), "bot\n");
    assert_eq!(field("scopes"), "a:b c\n");
    assert_eq!(field("expires_at"), "\n");
    assert_eq!(field("recoverable"), "false\n");
    assert_eq!(field("generation"), "1\n");
    let run = home.run(["show", "bot", "--field", "token"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
}

#[test]
fn every_format_has_the_same_record() {
    let home = Home::new();
    home.token("bot");
    let run = home.run(["show", "bot", "-o", "csv"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    id,name,kind,project,environment,owner,prefix,status,scopes,paths,ips,customers,rate_limit,labels,note,recoverable,generation,not_before,created_at,updated_at,expires_at,last_used_at,revoked_at,revoke_reason,generations,effective_scopes
    [id],bot,general,shop,development,tester,[kc-dev-prefix],active,read,,,,,,,false,1,,[time],[time],,,,,[kc-dev-prefix],read
    ");
    let line = home.run(["show", "bot", "-o", "jsonl"]);
    assert_eq!(line.json(), home.json(["show", "bot"]));
    let mut listed = home.json(["list"])[0].clone();
    listed["effective_scopes"] = serde_json::json!(["read"]);
    assert_eq!(line.json(), listed);
}
