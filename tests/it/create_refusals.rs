//! What `create` refuses: one error that names the flag and shows what would be right, exit 2,
//! and no key.

use crate::support::Home;

/// `create` with that flag; it must be refused as usage.
fn refused(home: &Home, flag: &str, value: &str) -> String {
    let run = home.run(["create", "--project", "shop", "--scope", "read", flag, value]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{flag} {value}");
    assert!(run.stderr.starts_with("error: ") && run.stderr.contains(flag), "{}", run.stderr);
    assert!(run.stderr.matches("error:").count() == 1, "{}", run.stderr);
    run.stderr
}

fn refusals(flag: &str, values: &[&str]) -> String {
    let home = Home::empty();
    values.iter().map(|value| refused(&home, flag, value)).collect()
}

#[test]
fn scopes() {
    insta::assert_snapshot!(refusals("--scope", &["Read Me", "", "a:*:b", "a::b", "**"]), @"
    error: --scope <SCOPE>: 'Read Me' is not a scope like orders:read, orders:* or *
    hint: 'keyctl create --help' says what each flag takes
    error: --scope <SCOPE>: '' is not a scope like orders:read, orders:* or *
    hint: 'keyctl create --help' says what each flag takes
    error: --scope <SCOPE>: 'a:*:b' is not a scope like orders:read, orders:* or *
    hint: 'keyctl create --help' says what each flag takes
    error: --scope <SCOPE>: 'a::b' is not a scope like orders:read, orders:* or *
    hint: 'keyctl create --help' says what each flag takes
    error: --scope <SCOPE>: '**' is not a scope like orders:read, orders:* or *
    hint: 'keyctl create --help' says what each flag takes
    ");
}

#[test]
fn paths() {
    insta::assert_snapshot!(refusals("--path", &["v1/x", "/a//b", "/a/../b", "/a%2Fb", ""]), @"
    error: --path <PATTERN>: 'v1/x' does not begin with /, as in /v1/orders/** or GET /v1/orders/*
    hint: 'keyctl create --help' says what each flag takes
    error: --path <PATTERN>: '/a//b' can match no path: segments cannot be empty, . or .., nor hold %2F %5C %00 %2E
    hint: 'keyctl create --help' says what each flag takes
    error: --path <PATTERN>: '/a/../b' can match no path: segments cannot be empty, . or .., nor hold %2F %5C %00 %2E
    hint: 'keyctl create --help' says what each flag takes
    error: --path <PATTERN>: '/a%2Fb' can match no path: segments cannot be empty, . or .., nor hold %2F %5C %00 %2E
    hint: 'keyctl create --help' says what each flag takes
    error: --path <PATTERN>: '' does not begin with /, as in /v1/orders/** or GET /v1/orders/*
    hint: 'keyctl create --help' says what each flag takes
    ");
}

#[test]
fn blocks_of_addresses() {
    let values = ["10.0.0.1/8", "10.0.0.0/33", "300.0.0.1", "2001:db8::1/32", "10.0.0.0/x", ""];
    insta::assert_snapshot!(refusals("--ip", &values), @"
    error: --ip <CIDR>: '10.0.0.1/8' has bits set beyond its prefix; did you mean 10.0.0.0/8?
    hint: 'keyctl create --help' says what each flag takes
    error: --ip <CIDR>: '10.0.0.0/33' is not an address or a CIDR block like 10.0.0.0/8 or 2001:db8::/32
    hint: 'keyctl create --help' says what each flag takes
    error: --ip <CIDR>: '300.0.0.1' is not an address or a CIDR block like 10.0.0.0/8 or 2001:db8::/32
    hint: 'keyctl create --help' says what each flag takes
    error: --ip <CIDR>: '2001:db8::1/32' has bits set beyond its prefix; did you mean 2001:db8::/32?
    hint: 'keyctl create --help' says what each flag takes
    error: --ip <CIDR>: '10.0.0.0/x' is not an address or a CIDR block like 10.0.0.0/8 or 2001:db8::/32
    hint: 'keyctl create --help' says what each flag takes
    error: --ip <CIDR>: '' is not an address or a CIDR block like 10.0.0.0/8 or 2001:db8::/32
    hint: 'keyctl create --help' says what each flag takes
    ");
}

#[test]
fn rates() {
    insta::assert_snapshot!(refusals("--rate", &["100", "0/1m", "1/0s", "a/b", "1/1y", ""]), @"
    error: --rate <N/T>: '100' is not a rate like 100/1m or 5/s
    hint: 'keyctl create --help' says what each flag takes
    error: --rate <N/T>: '0/1m' allows nothing; both numbers must be at least 1
    hint: 'keyctl create --help' says what each flag takes
    error: --rate <N/T>: '1/0s' allows nothing; both numbers must be at least 1
    hint: 'keyctl create --help' says what each flag takes
    error: --rate <N/T>: 'a/b' is not a rate like 100/1m or 5/s
    hint: 'keyctl create --help' says what each flag takes
    error: --rate <N/T>: '1/1y' is not a rate like 100/1m or 5/s
    hint: 'keyctl create --help' says what each flag takes
    error: --rate <N/T>: '' is not a rate like 100/1m or 5/s
    hint: 'keyctl create --help' says what each flag takes
    ");
}

#[test]
fn lifetimes() {
    let values = ["soon", "", "0d", "200y", "2030-02-30", "31.01.2030", "2020-01-01"];
    insta::assert_snapshot!(refusals("--expires", &values), @"
    error: --expires <WHEN>: 'soon' is not never, a duration like 90d, 12h or 18mo, a date like 2030-01-31, or an instant like 2030-01-31T12:00:00Z
    hint: 'keyctl create --help' says what each flag takes
    error: --expires <WHEN>: '' is not never, a duration like 90d, 12h or 18mo, a date like 2030-01-31, or an instant like 2030-01-31T12:00:00Z
    hint: 'keyctl create --help' says what each flag takes
    error: --expires <WHEN>: '0d' is no time at all; use 90d, 1y or never, for example
    hint: 'keyctl create --help' says what each flag takes
    error: --expires <WHEN>: '200y' is more than 100 years; use 90d, 1y or never, for example
    hint: 'keyctl create --help' says what each flag takes
    error: --expires <WHEN>: '2030-02-30' is not never, a duration like 90d, 12h or 18mo, a date like 2030-01-31, or an instant like 2030-01-31T12:00:00Z
    hint: 'keyctl create --help' says what each flag takes
    error: --expires <WHEN>: '31.01.2030' is not never, a duration like 90d, 12h or 18mo, a date like 2030-01-31, or an instant like 2030-01-31T12:00:00Z
    hint: 'keyctl create --help' says what each flag takes
    error: --expires lies in the past
    hint: use --expires 90d, for example, or a date that is still to come
    ");
}

#[test]
fn beginnings() {
    insta::assert_snapshot!(refusals("--not-before", &["soon", "2020-01-01", "never"]), @"
    error: --not-before <WHEN>: 'soon' is not a duration like 7d, a date like 2030-01-31, or an instant like 2030-01-31T12:00:00Z
    hint: 'keyctl create --help' says what each flag takes
    error: --not-before lies in the past
    hint: use --not-before 7d, for example, or a date that is still to come
    error: --not-before <WHEN>: 'never' is not a duration like 7d, a date like 2030-01-31, or an instant like 2030-01-31T12:00:00Z
    hint: 'keyctl create --help' says what each flag takes
    ");
}

#[test]
fn names() {
    let long = "x".repeat(201);
    let values =
        ["", " x", &long, "key_3fK9aQ1xZ0bT", "kc_prod_3fK9aQ1xZ0bT", "a\u{202e}b", "a\tb"];
    insta::assert_snapshot!(refusals("--name", &values), @r"
    error: --name <NAME>: '' is empty; a name has 1 to 200 characters, like deploy-bot
    hint: 'keyctl create --help' says what each flag takes
    error: --name <NAME>: ' x' begins or ends with white space; a name has 1 to 200 characters, like deploy-bot
    hint: 'keyctl create --help' says what each flag takes
    error: --name <NAME>: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…' is 201 characters long, at most 200 are allowed; a name has 1 to 200 characters, like deploy-bot
    hint: 'keyctl create --help' says what each flag takes
    error: --name <NAME>: 'key_3fK9aQ1xZ0bT' is shaped like a key's id or a token's prefix; choose another, like deploy-bot
    hint: 'keyctl create --help' says what each flag takes
    error: --name <NAME>: 'kc_prod_3fK9aQ1xZ0bT' is shaped like a key's id or a token's prefix; choose another, like deploy-bot
    hint: 'keyctl create --help' says what each flag takes
    error: --name <NAME>: 'a\u{202e}b' contains U+202E, a control, bidirectional or zero-width character; a name has 1 to 200 characters, like deploy-bot
    hint: 'keyctl create --help' says what each flag takes
    error: --name <NAME>: 'a\tb' contains U+0009, a control, bidirectional or zero-width character; a name has 1 to 200 characters, like deploy-bot
    hint: 'keyctl create --help' says what each flag takes
    ");
}

#[test]
fn a_name_may_have_200_characters() {
    let home = Home::new();
    let name = "ä".repeat(200);
    let made = home.json(["create", "--project", "shop", "--scope", "read", "--name", &name]);
    assert_eq!(made["name"], name);
}

#[test]
fn a_name_is_normalised() {
    let home = Home::new();
    let made =
        home.json(["create", "--project", "shop", "--scope", "read", "--name", "cafe\u{301}"]);
    assert_eq!(made["name"], "caf\u{e9}");
    assert_eq!(home.run(["show", "cafe\u{301}"]).code, 0);
}

#[test]
fn labels() {
    let values = ["team", "=x", "team=", "te am=x", "team=a\u{1b}[31m"];
    insta::assert_snapshot!(refusals("--label", &values), @r"
    error: --label <LABEL>: 'team' is not NAME=VALUE, like team=shop
    hint: 'keyctl create --help' says what each flag takes
    error: --label <LABEL>: '=x' has a name that is empty, where team=shop would do
    hint: 'keyctl create --help' says what each flag takes
    error: --label <LABEL>: 'team=' has a value that is empty, where team=shop would do
    hint: 'keyctl create --help' says what each flag takes
    error: --label <LABEL>: 'te am=x' has a name that may only have letters, digits and . _ / -, where team=shop would do
    hint: 'keyctl create --help' says what each flag takes
    error: --label <LABEL>: 'team=a\u{1b}[31m' has a value that contains U+001B, a control, bidirectional or zero-width character, where team=shop would do
    hint: 'keyctl create --help' says what each flag takes
    ");
}

#[test]
fn customers_notes_owners_and_projects() {
    insta::assert_snapshot!(refusals("--customer", &[""]), @"
    error: --customer <ID>: '' is empty; a customer is an identifier like acme-42
    hint: 'keyctl create --help' says what each flag takes
    ");
    insta::assert_snapshot!(refusals("--note", &["", "a\u{1b}]52;c;x\u{7}"]), @r"
    error: --note <TEXT>: '' is empty; a note has 1 to 1000 characters
    hint: 'keyctl create --help' says what each flag takes
    error: --note <TEXT>: 'a\u{1b}]52;c;x\u{7}' contains U+001B, a control, bidirectional or zero-width character; a note has 1 to 1000 characters
    hint: 'keyctl create --help' says what each flag takes
    ");
    insta::assert_snapshot!(refusals("--owner", &["", "a\u{200b}"]), @r"
    error: --owner <OWNER>: '' is empty; an owner is a name like alice or billing-service
    hint: 'keyctl create --help' says what each flag takes
    error: --owner <OWNER>: 'a\u{200b}' contains U+200B, a control, bidirectional or zero-width character; an owner is a name like alice or billing-service
    hint: 'keyctl create --help' says what each flag takes
    ");
    let run = Home::empty().run(["create", "--project", "", "--scope", "read"]);
    insta::assert_snapshot!(run.stderr, @"
    error: --project <PROJECT>: '' is empty; a project is a name like shop
    hint: 'keyctl create --help' says what each flag takes
    ");
    let long = "x".repeat(1001);
    assert!(refusals("--note", &[&long]).contains("1001 characters"));
}

#[test]
fn environments_and_kinds() {
    insta::assert_snapshot!(refusals("--env", &["qa", ""]), @"
    error: --env <ENV>: 'qa' is not production, staging or development
    hint: 'keyctl create --help' says what each flag takes
    error: --env <ENV>: '' is not production, staging or development
    hint: 'keyctl create --help' says what each flag takes
    ");
    insta::assert_snapshot!(refusals("--kind", &["bot", ""]), @"
    error: --kind <KIND>: 'bot' is not general, personal or webhook
    hint: 'keyctl create --help' says what each flag takes
    error: --kind <KIND>: '' is not general, personal or webhook
    hint: 'keyctl create --help' says what each flag takes
    ");
}

#[test]
fn a_project_is_needed() {
    let home = Home::empty();
    insta::assert_snapshot!(home.run(["create", "--scope", "read"]).shown(&home), @"
    exit 2
    --- stderr
    error: a key needs a project: --project is missing
    hint: add --project NAME, or set KEYCTL_PROJECT or 'project' in config.toml
    ");
}

#[test]
fn a_key_that_would_end_before_it_begins() {
    let home = Home::new();
    let args = ["--project", "shop", "--scope", "read", "--expires", "7d", "--not-before", "30d"];
    let run = home.run(["create"].into_iter().chain(args));
    insta::assert_snapshot!(run.shown(&home), @"
    exit 2
    --- stderr
    error: the key would expire before it becomes valid
    hint: --expires must be later than --not-before
    ");
}

#[test]
fn flags_that_exclude_each_other() {
    let home = Home::empty();
    let run = home.run(["create", "--project", "shop", "--field", "id", "-o", "json"]);
    assert_eq!(run.code, 2);
    assert_eq!(run.json_error()["code"], "usage");
}

#[test]
fn wrong_values_in_the_environment_name_the_variable() {
    let home = Home::empty();
    let create = |name: &str, value: &str| {
        let run = home.run_in(&[(name, value)], ["create", "--project", "shop"]);
        assert_eq!(run.code, 2, "{name}");
        run.stderr
    };
    let said = [
        create("KEYCTL_ENV", "qa"),
        create("KEYCTL_EXPIRES", "soon"),
        create("KEYCTL_OUTPUT", "xml"),
        create("KEYCTL_OWNER", "a\u{1b}b"),
        create("KEYCTL_PROJECT", " "),
    ];
    insta::assert_snapshot!(said.concat(), @r"
    error: KEYCTL_ENV: 'qa' is not production, staging or development
    error: KEYCTL_EXPIRES: 'soon' is not never, a duration like 90d, 12h or 18mo, a date like 2030-01-31, or an instant like 2030-01-31T12:00:00Z
    error: KEYCTL_OUTPUT: 'xml' is not table, json, jsonl or csv
    error: KEYCTL_OWNER: 'a\u{1b}b' contains U+001B, a control, bidirectional or zero-width character; an owner is a name like alice or billing-service
    error: KEYCTL_PROJECT: ' ' begins or ends with white space; a project is a name like shop
    ");
}
