//! `create`: the token is alone on stdout unless the command line itself asks for more, and a key
//! whose token cannot be handed over is not made, or is named.

use crate::support::Home;

/// The record's fields, in the order of the contract, and the token.
const FIELDS: [&str; 26] = [
    "id",
    "name",
    "kind",
    "project",
    "environment",
    "owner",
    "prefix",
    "status",
    "scopes",
    "paths",
    "ips",
    "customers",
    "rate_limit",
    "labels",
    "note",
    "recoverable",
    "generation",
    "not_before",
    "created_at",
    "updated_at",
    "expires_at",
    "last_used_at",
    "revoked_at",
    "revoke_reason",
    "generations",
    "token",
];

/// A key with something in each field.
const FULL: [&str; 30] = [
    "create",
    "--project",
    "shop",
    "--name",
    "full",
    "--env",
    "production",
    "--scope",
    "orders:read",
    "--scope",
    "orders:*",
    "--expires",
    "2099-01-31",
    "--not-before",
    "2098-01-31T12:00:00Z",
    "--owner",
    "alice",
    "--path",
    "GET /v1/orders/**",
    "--ip",
    "10.0.0.0/8",
    "--customer",
    "acme",
    "--rate",
    "100/1m",
    "--label",
    "team=shop",
    "--note",
    "the release pipeline",
    "--kind=personal",
];

#[test]
fn in_a_pipe_the_token_is_alone_on_stdout() {
    let home = Home::new();
    let run = home.run(["create", "--project", "shop", "--scope", "read", "--name", "bot"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    [kc-dev-token]
    --- stderr
    note: the key never expires; --expires 90d would end it by itself
    Created [id] (bot, project shop).
      environment development, owner tester
      scopes read
      expires never
    The token is shown only now: put it where it belongs.
    ");
    assert_eq!(home.verify(&run.stdout, &[]).code, 0);
}

#[test]
fn a_shell_catches_the_token() {
    let home = Home::new();
    let run = home.script(
        "TOKEN=$(keyctl create --project shop --scope read --expires 30d) || exit 9
         printf %s \"$TOKEN\" | keyctl verify --scope read --project shop --env development",
    );
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    VALID [id] [kc-dev-prefix] project=shop environment=development owner=tester generation=1
    --- stderr
    Created [id] (API key [stamp], project shop).
      environment development, owner tester
      scopes read
      expires [time]
    The token is shown only now: put it where it belongs.
    ");
}

#[test]
fn a_quiet_run_says_nothing_but_the_token() {
    let home = Home::new();
    let run = home.run(["create", "--project", "shop", "--scope", "read", "-q"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    [kc-dev-token]
    ");
}

#[test]
fn json_has_every_field_in_the_order_of_the_contract_and_then_the_token() {
    let home = Home::new();
    let run = home.run(FULL.into_iter().chain(["-o", "json"]));
    let record = run.json();
    let names: Vec<&str> = record.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, FIELDS);
    insta::assert_snapshot!(run.shown_json(&home), @r#"
    exit 0
    {
      "id": "[id]",
      "name": "full",
      "kind": "personal",
      "project": "shop",
      "environment": "production",
      "owner": "alice",
      "prefix": "[kc-prod-prefix]",
      "status": "pending",
      "scopes": [
        "orders:*",
        "orders:read"
      ],
      "paths": [
        "GET /v1/orders/**"
      ],
      "ips": [
        "10.0.0.0/8"
      ],
      "customers": [
        "acme"
      ],
      "rate_limit": "100/1m",
      "labels": {
        "team": "shop"
      },
      "note": "the release pipeline",
      "recoverable": false,
      "generation": 1,
      "not_before": "[time]",
      "created_at": "[time]",
      "updated_at": "[time]",
      "expires_at": "[time]",
      "last_used_at": null,
      "revoked_at": null,
      "revoke_reason": null,
      "generations": [
        {
          "n": 1,
          "prefix": "[kc-prod-prefix]",
          "created_at": "[time]",
          "valid_until": null,
          "last_used_at": null
        }
      ],
      "token": "[kc-prod-token]"
    }
    "#);
}

#[test]
fn json_of_a_plain_key_says_null_for_what_is_absent() {
    let home = Home::new();
    let run =
        home.run(["create", "--project", "shop", "--scope", "read", "--name", "bot", "--json"]);
    insta::assert_snapshot!(run.shown(&home), @r#"
    exit 0
    --- stdout
    {"id":"[id]","name":"bot","kind":"general","project":"shop","environment":"development","owner":"tester","prefix":"[kc-dev-prefix]","status":"active","scopes":["read"],"paths":[],"ips":[],"customers":[],"rate_limit":null,"labels":{},"note":null,"recoverable":false,"generation":1,"not_before":null,"created_at":"[time]","updated_at":"[time]","expires_at":null,"last_used_at":null,"revoked_at":null,"revoke_reason":null,"generations":[{"n":1,"prefix":"[kc-dev-prefix]","created_at":"[time]","valid_until":null,"last_used_at":null}],"token":"[kc-dev-token]"}
    --- stderr
    note: the key never expires; --expires 90d would end it by itself
    Created [id] (bot, project shop).
    The token is shown only now: put it where it belongs.
    "#);
}

#[test]
fn jsonl_is_the_same_object_on_one_line() {
    let home = Home::new();
    let run = home.run(FULL.into_iter().chain(["-o", "jsonl"]));
    assert_eq!(run.stdout.lines().count(), 1);
    assert!(run.json()["token"].is_string());
}

#[test]
fn a_table_shows_the_record_and_the_token() {
    let home = Home::new();
    let run = home.run(FULL.into_iter().chain(["-o", "table"]));
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    name         full
    id           [id]
    prefix       [kc-prod-prefix]
    status       pending
    kind         personal
    project      shop
    environment  production
    owner        alice
    scopes       orders:* orders:read
    paths        GET /v1/orders/**
    addresses    10.0.0.0/8
    customers    acme
    rate limit   100/1m
    labels       team=shop
    note         the release pipeline
    not before   [time]
    expires      [time] ([relative])
    last used    never
    created      [time] ([relative])
    updated      [time]
    token        [kc-prod-token]
    --- stderr
    Created [id] (full, project shop).
    The token is shown only now: put it where it belongs.
    ");
}

#[test]
fn csv_has_a_header_and_the_record() {
    let home = Home::new();
    let run = home.run(FULL.into_iter().chain(["-o", "csv"]));
    assert_eq!(run.stdout.lines().next().unwrap(), FIELDS.join(","));
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    id,name,kind,project,environment,owner,prefix,status,scopes,paths,ips,customers,rate_limit,labels,note,recoverable,generation,not_before,created_at,updated_at,expires_at,last_used_at,revoked_at,revoke_reason,generations,token
    [id],full,personal,shop,production,alice,[kc-prod-prefix],pending,orders:* orders:read,GET /v1/orders/**,10.0.0.0/8,acme,100/1m,team=shop,the release pipeline,false,1,[time],[time],[time],[time],,,,[kc-prod-prefix],[kc-prod-token]
    --- stderr
    Created [id] (full, project shop).
    The token is shown only now: put it where it belongs.
    ");
}

#[test]
fn a_field_is_written_raw() {
    let home = Home::new();
    let create = |name: &str, field: &str| {
        home.run([
            "create",
            "--project",
            "shop",
            "--scope",
            "read",
            "--name",
            name,
            "--field",
            field,
        ])
    };
    let token = create("one", "token");
    assert_eq!(home.verify(&token.stdout, &[]).code, 0);
    insta::assert_snapshot!(create("two", "prefix").shown(&home), @"
    exit 0
    --- stdout
    [kc-dev-prefix]
    --- stderr
    note: the key never expires; --expires 90d would end it by itself
    Created [id] (two, project shop).
    warning: the token was not asked for and is gone; 'keyctl rotate [id]' makes another
    ");
    insta::assert_snapshot!(create("three", "secret").shown(&home), @"
    exit 2
    --- stderr
    error: 'secret' is no field
    hint: the fields are id, name, kind, project, environment, owner, prefix, status, scopes, paths, ips, customers, rate_limit, labels, note, recoverable, generation, not_before, created_at, updated_at, expires_at, last_used_at, revoked_at, revoke_reason, generations
    ");
    assert_eq!(home.run(["show", "three"]).code, 3, "nothing was made");
}

#[test]
fn a_configured_format_never_changes_the_bare_token() {
    let home = Home::new();
    let args = ["create", "--project", "shop", "--scope", "read", "-q"];
    for format in ["json", "jsonl", "csv", "table"] {
        let run = home.run_in(&[("KEYCTL_OUTPUT", format)], args);
        assert_eq!(home.verify(&run.stdout, &[]).code, 0, "{format}: {run:?}");
    }
    std::fs::create_dir_all(home.file("config/keyctl")).unwrap();
    home.write("config/keyctl/config.toml", "output = \"json\"\n");
    let run = home.run(args);
    assert_eq!(home.verify(&run.stdout, &["-o", "table"]).code, 0, "{run:?}");
}

#[test]
fn defaults_come_from_the_environment_and_flags_win() {
    let home = Home::new();
    let variables = [
        ("KEYCTL_PROJECT", "shop"),
        ("KEYCTL_ENV", "staging"),
        ("KEYCTL_OWNER", "alice"),
        ("KEYCTL_EXPIRES", "2099-01-31"),
    ];
    let made = home.run_in(&variables, ["create", "-o", "json"]).json();
    assert_eq!(made["project"], "shop");
    assert_eq!(made["environment"], "staging");
    assert_eq!(made["owner"], "alice");
    assert_eq!(made["expires_at"], "2099-01-31T00:00:00Z");
    let flags = ["--project", "web", "--env", "production", "--owner", "bob", "--expires", "never"];
    let made = home.run_in(&variables, ["create", "-o", "json"].into_iter().chain(flags)).json();
    assert_eq!(made["project"], "web");
    assert_eq!(made["environment"], "production");
    assert_eq!(made["owner"], "bob");
    assert!(made["expires_at"].is_null());
}

#[test]
fn a_key_without_a_name_is_named_after_its_creation_and_uniquely() {
    let home = Home::new();
    let create = || home.json(["create", "--project", "shop", "--scope", "read"]);
    let names: Vec<String> =
        (0..3).map(|_| create()["name"].as_str().unwrap().to_owned()).collect();
    for name in &names {
        assert!(name.starts_with("API key 20"), "{name}");
    }
    assert!(names[0] != names[1] && names[1] != names[2] && names[0] != names[2], "{names:?}");
}

#[test]
fn a_key_without_scopes_is_made_and_said_to_be_powerless() {
    let home = Home::new();
    let run = home.run(["create", "--project", "shop", "--name", "idle", "--expires", "30d"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    [kc-dev-token]
    --- stderr
    warning: the key has no scopes, so it can do nothing; add some with 'keyctl scope add'
    Created [id] (idle, project shop).
      environment development, owner tester
      scopes none
      expires [time]
    The token is shown only now: put it where it belongs.
    ");
    let verdict = home.verify(&run.stdout, &["-o", "json"]);
    assert_eq!((verdict.code, &verdict.json()["code"]), (11, &"INSUFFICIENT_SCOPE".into()));
}

#[test]
fn a_live_name_is_taken_in_its_project_only() {
    let home = Home::new();
    home.token("bot");
    let again = ["create", "--project", "shop", "--scope", "read", "--name", "bot"];
    insta::assert_snapshot!(home.run(again).shown(&home), @"
    exit 5
    --- stderr
    error: the name 'bot' is taken by [id] in the project 'shop'
    hint: choose another --name, or rotate that key, or revoke it first
    ");
    let id = home.json(["show", "bot"])["id"].as_str().unwrap().to_owned();
    assert!(home.run(again).stderr.contains(&id), "the other key is named");
    home.ok(["create", "--project", "web", "--scope", "read", "--name", "bot"]);
    home.ok(["revoke", &id, "--yes"]);
    home.ok(again);
}

#[test]
fn a_key_that_needs_a_vault_says_how_to_get_one() {
    let home = Home::empty();
    let run = home.run(["create", "--project", "shop", "--scope", "read"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 1
    --- stderr
    error: no vault at '[home]/data/keyctl/vault.db'
    hint: run 'keyctl init' to create one
    ");
}
