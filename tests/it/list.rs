//! `list`: which keys, in which order, and in which shape.

use crate::past::{self, DAY};
use crate::support::{Home, Run};
use keyctl_vault::issue::Expiry;

/// The names that `list` gives with these flags, in their order.
fn names(home: &Home, flags: &[&str]) -> Vec<String> {
    let args = ["list", "--field", "name"].into_iter().chain(flags.iter().copied());
    let run = home.run(args);
    assert_eq!(run.code, 0, "{flags:?} {}", run.stderr);
    run.stdout.lines().map(str::to_owned).collect()
}

/// Keys that differ in everything that can be asked for.
fn assorted() -> Home {
    let home = Home::new();
    let create = |name: &str, flags: &[&str]| {
        let args = ["create", "--name", name].into_iter().chain(flags.iter().copied());
        home.ok(args);
    };
    create("alpha", &["--project", "shop", "--scope", "orders:read", "--label", "team=a"]);
    create("beta", &["--project", "web", "--scope", "orders:*", "--label", "team=b"]);
    create("gamma", &["--project", "shop", "--env", "production", "--scope", "*"]);
    create("delta", &["--project", "web", "--owner", "bob", "--expires", "5d", "--scope", "x"]);
    create("hook", &["--project", "shop", "--kind", "webhook", "--scope", "x"]);
    home.ok(["revoke", "gamma", "--yes"]);
    home.ok(["disable", "beta"]);
    home
}

#[test]
fn the_newest_is_first_even_within_a_second() {
    let home = Home::new();
    for name in ["one", "two", "three", "four", "five"] {
        past::key(&home, name, 100, Expiry::Never).clear();
    }
    past::key(&home, "old", 9 * DAY, Expiry::Never).clear();
    assert_eq!(names(&home, &[]), ["five", "four", "three", "two", "one", "old"]);
}

#[test]
fn each_filter_narrows() {
    let home = assorted();
    for (flags, expected) in [
        (&["--project", "web"][..], &["delta", "beta"][..]),
        (&["--env", "production"], &["gamma"]),
        (&["--owner", "bob"], &["delta"]),
        (&["--mine"], &["gamma", "beta", "alpha"]),
        (&["--kind", "general", "--project", "shop"], &["gamma", "alpha"]),
        (&["--kind", "webhook"], &["hook"]),
        (&["--status", "revoked"], &["gamma"]),
        (&["--status", "revoked,inactive"], &["gamma", "beta"]),
        (&["--status", "revoked", "--status", "active"], &["delta", "gamma", "alpha"]),
        (&["--label", "team"], &["beta", "alpha"]),
        (&["--label", "team=b"], &["beta"]),
        (&["--label", "team=a", "--label", "team=b"], &[]),
        (&["--scope", "orders:read"], &["gamma", "beta", "alpha"]),
        (&["--scope", "orders:read", "--hide-revoked"], &["beta", "alpha"]),
        (&["--expiring-within", "7d"], &["delta"]),
        (&["--expiring-within", "1d"], &[]),
        (&["--unused-for", "1d"], &[]),
        (&["--all"], &["hook", "delta", "gamma", "beta", "alpha"]),
    ] {
        assert_eq!(names(&home, flags), expected, "{flags:?}");
    }
}

#[test]
fn never_used_counts_from_creation() {
    let home = Home::new();
    past::key(&home, "old", 40 * DAY, Expiry::Never).clear();
    let used = past::key(&home, "old-but-used", 40 * DAY, Expiry::Never);
    home.token("new");
    assert_eq!(home.verify(&used, &[]).code, 0);
    assert_eq!(names(&home, &["--unused-for", "30d"]), ["old"]);
}

#[test]
fn a_search_is_fuzzy_over_names_only_and_gives_the_best_first() {
    let home = Home::new();
    for name in ["deploy", "d-e-p-l-o-y-scattered", "billing", "redeploy-old"] {
        home.token(name);
    }
    let found = names(&home, &["--search", "deploy"]);
    assert_eq!(found[0], "deploy");
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(names(&home, &["--search", "DPLY"]).len(), 3);
    assert_eq!(names(&home, &["--search", "shop"]), [""; 0], "a project is no name");
    assert_eq!(names(&home, &["--search", "deploy", "--sort", "name"])[0], "d-e-p-l-o-y-scattered");
}

#[test]
fn what_is_hidden_is_said() {
    let home = assorted();
    insta::assert_snapshot!(home.run(["list", "--hide-revoked", "--columns", "name"]).shown(&home), @"
    exit 0
    --- stdout
    NAME
    delta
    beta
    alpha
    --- stderr
    note: 1 key hidden: revoked
    note: 1 key hidden: for webhooks; --all or --kind webhook shows them
    ");
    insta::assert_snapshot!(home.run(["list", "--field", "name", "-q"]).shown(&home), @"
    exit 0
    --- stdout
    delta
    gamma
    beta
    alpha
    ");
}

#[test]
fn a_list_can_be_sorted_turned_and_cut() {
    let home = assorted();
    assert_eq!(names(&home, &["--sort", "name"]), ["alpha", "beta", "delta", "gamma"]);
    assert_eq!(names(&home, &["--sort", "name", "--reverse"])[0], "gamma");
    assert_eq!(names(&home, &["--reverse"])[0], "alpha");
    assert_eq!(names(&home, &["--sort", "expires"])[0], "delta");
    assert_eq!(names(&home, &["--limit", "2"]), ["delta", "gamma"]);
    assert_eq!(names(&home, &["--limit", "0"]), [""; 0]);
    assert_eq!(names(&home, &["--sort", "none"]).len(), 4);
}

#[test]
fn the_latest_used_is_first_when_asked() {
    let home = Home::new();
    let used = past::key(&home, "used", 40 * DAY, Expiry::Never);
    home.token("never-used");
    assert_eq!(home.verify(&used, &[]).code, 0);
    assert_eq!(names(&home, &["--sort", "last-used"]), ["used", "never-used"]);
}

#[test]
fn the_table_of_a_pipe_has_every_column_in_full() {
    let home = assorted();
    insta::assert_snapshot!(home.run(["list", "--project", "web"]).shown(&home), @"
    exit 0
    --- stdout
    NAME   PREFIX               PROJECT  ENVIRONMENT  STATUS    SCOPES    EXPIRES               LAST USED  CREATED
    delta  [kc-dev-prefix]  web      development  active    x         [time]  never      [time]
    beta   [kc-dev-prefix]  web      development  inactive  orders:*  never                 never      [time]
    ");
}

#[test]
fn json_is_a_bare_array_and_jsonl_an_object_a_line() {
    let home = assorted();
    let run = home.run(["list", "--owner", "bob", "-o", "json"]);
    insta::assert_snapshot!(run.shown(&home), @r#"
    exit 0
    --- stdout
    [
    {"id":"[id]","name":"delta","kind":"general","project":"web","environment":"development","owner":"bob","prefix":"[kc-dev-prefix]","status":"active","scopes":["x"],"paths":[],"ips":[],"customers":[],"rate_limit":null,"labels":{},"note":null,"recoverable":false,"generation":1,"not_before":null,"created_at":"[time]","updated_at":"[time]","expires_at":"[time]","last_used_at":null,"revoked_at":null,"revoke_reason":null,"generations":[{"n":1,"prefix":"[kc-dev-prefix]","created_at":"[time]","valid_until":null,"last_used_at":null}]}
    ]
    "#);
    let run = home.run(["list", "--all", "-o", "jsonl"]);
    assert_eq!(run.stdout.lines().count(), 5);
    for line in run.stdout.lines() {
        let key: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(key["id"].is_string() && key.get("token").is_none());
    }
}

/// Lists are written straight from the records, and a key by itself from its view.
#[test]
fn a_list_has_each_key_as_show_has_it() {
    let home = assorted();
    let every = "create --name every --project a,b --owner bob --scope b:* --scope a:read --path /v1/** \
        --path /x --ip 10.0.0.0/8 --ip ::1/128 --customer c-1 --customer c2 --rate 100/1m \
        --label team=a --label x=2 --expires 30d --recoverable";
    let told = ["--note", "two\nlines \"quoted\" \\ =1 ä 鍵", "--label", "said=a \"b\" c"];
    home.ok(every.split_whitespace().chain(told));
    home.ok(["create", "--name", "=1+1", "--project", "ключ 鍵", "--scope", "x"]);
    home.ok(["rotate", "every", "--grace", "1d"]);
    home.ok(["revoke", "alpha", "--reason", "\"retired\", ü", "--yes"]);
    let ids = home.ok(["list", "--all", "--field", "id"]);
    assert_eq!(ids.lines().count(), 7);
    let whole = home.ok(["list", "--all", "-o", "jsonl"]);
    for (id, listed) in ids.lines().zip(whole.lines()) {
        let shown = home.ok(["show", id, "-o", "json"]);
        let (shown, _) = shown.split_once(",\"effective_scopes\"").unwrap();
        assert_eq!(listed, format!("{shown}}}"));
    }
    let name = |home: &Home, id: &str| home.ok(["show", id, "--field", "name"]);
    let csv = home.ok(["list", "--all", "-o", "csv"]);
    let rows = |text: &str| {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().unwrap().clone();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        (header, rows)
    };
    let (header, listed) = rows(&csv);
    for (id, listed) in ids.lines().zip(listed) {
        let (columns, shown) = rows(&home.ok(["show", id, "-o", "csv"]));
        for (column, cell) in header.iter().zip(&listed) {
            let at = columns.iter().position(|own| own == column).unwrap();
            assert_eq!(cell, &shown[0][at], "{column} of {}", name(&home, id));
        }
    }
}

#[test]
fn columns_choose_for_tables_and_csv() {
    let home = assorted();
    let run = home.run(["list", "--columns", "name,scopes,labels,note", "--sort", "name", "-q"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    NAME   SCOPES       LABELS  NOTE
    alpha  orders:read  team=a  -
    beta   orders:*     team=b  -
    delta  x            -       -
    gamma  *            -       -
    ");
    let args = ["list", "--columns", "name,expires_at,labels", "--sort", "name", "-q", "-o", "csv"];
    insta::assert_snapshot!(home.run(args).shown(&home), @"
    exit 0
    --- stdout
    name,expires_at,labels
    alpha,,team=a
    beta,,team=b
    delta,[time],
    gamma,,
    ");
    insta::assert_snapshot!(home.run(["list", "--columns", "name,token"]).shown(&home), @"
    exit 2
    --- stderr
    error: 'token' is no field
    hint: the fields are id, name, kind, project, environment, owner, prefix, status, scopes, paths, ips, customers, rate_limit, labels, note, recoverable, generation, not_before, created_at, updated_at, expires_at, last_used_at, revoked_at, revoke_reason, generations
    ");
}

#[test]
fn cells_of_csv_start_no_formula() {
    let home = Home::new();
    for (name, note) in [("=1+1", "@x"), ("+1", "-2"), ("plain, with \"quotes\"", "=x")] {
        let name = format!("--name={name}");
        let note = format!("--note={note}");
        home.ok(["create", "--project", "shop", "--scope", "x", &name, &note]);
    }
    let run = home.run(["list", "-o", "csv", "--columns", "name,note"]);
    insta::assert_snapshot!(run.stdout, @r#"
    name,note
    "plain, with ""quotes""",'=x
    '+1,'-2
    '=1+1,'@x
    "#);
}

#[test]
fn an_empty_list_is_empty_in_its_format() {
    let home = Home::new();
    assert_eq!(home.run(["list"]).stdout, "");
    assert_eq!(home.run(["list", "-o", "json"]).stdout, "[]\n");
    assert_eq!(home.run(["list", "-o", "jsonl"]).stdout, "");
    assert_eq!(home.run(["list", "-o", "csv"]).stdout.lines().count(), 1);
    assert_eq!(home.run(["list", "--field", "id"]).stdout, "");
}

#[test]
fn defaults_come_from_the_environment_and_are_said() {
    let home = assorted();
    let args = ["list", "--columns", "name"];
    insta::assert_snapshot!(home.run_in(&[("KEYCTL_PROJECT", "web")], args).shown(&home), @"
    exit 0
    --- stdout
    NAME
    delta
    beta
    --- stderr
    note: only the project 'web', your default; --all shows every one
    ");
    let run = home.run_in(&[("KEYCTL_PROJECT", "web")], ["list", "--all", "--field", "name"]);
    assert_eq!(run.stdout.lines().count(), 5);
    let run = home.run_in(&[("KEYCTL_ENV", "production")], ["list", "--field", "name"]);
    assert_eq!(run.stdout, "gamma\n");
    let args = ["list", "--project", "shop", "--field", "name", "-q"];
    assert_eq!(home.run_in(&[("KEYCTL_PROJECT", "web")], args).stdout, "gamma\nalpha\n");
    let run = home.run_in(&[("KEYCTL_OUTPUT", "jsonl")], ["list", "--owner", "bob"]);
    assert!(run.json()["id"].is_string());
}

#[test]
fn a_default_environment_is_said_too() {
    let home = assorted();
    let args = ["list", "--columns", "name"];
    insta::assert_snapshot!(home.run_in(&[("KEYCTL_ENV", "production")], args).shown(&home), @"
    exit 0
    --- stdout
    NAME
    gamma
    --- stderr
    note: only the environment production, your default; --all shows every one
    ");
    let run = home.run_in(&[("KEYCTL_ENV", "production")], ["list", "--env", "staging"]);
    assert_eq!(run.stderr, "note: no key fits\n");
}

#[test]
fn mine_are_those_of_the_default_owner_in_the_default_project() {
    let home = assorted();
    home.ok(["create", "--project", "shop", "--name", "for-bob", "--owner", "bob", "-q"]);
    let mine = |variables: &[(&str, &str)], flags: &[&str]| {
        let args = ["list", "--mine", "--field", "name", "-q"];
        let run = home.run_in(variables, args.into_iter().chain(flags.iter().copied()));
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stdout.lines().collect::<Vec<_>>().join(" ")
    };
    let bob = ("KEYCTL_OWNER", "bob");
    assert_eq!(mine(&[bob], &[]), "for-bob delta");
    assert_eq!(mine(&[bob, ("KEYCTL_PROJECT", "web")], &[]), "delta");
    assert_eq!(mine(&[bob, ("KEYCTL_PROJECT", "web")], &["--project", "shop"]), "for-bob");
    assert_eq!(mine(&[bob, ("KEYCTL_PROJECT", "web")], &["--all"]), "for-bob delta");
    assert_eq!(home.run(["list", "--mine", "--owner", "bob"]).code, 2);
}

/// As `create` makes them: by the configuration, else by the login name.
#[test]
fn without_a_variable_mine_are_those_that_create_makes() {
    let home = Home::new();
    let nobody = [("KEYCTL_OWNER", "")];
    let names = || {
        let run = home.run_in(&nobody, ["list", "--mine", "--field", "name", "-q"]);
        run.stdout.lines().collect::<Vec<_>>().join(" ")
    };
    let create = |name: &str| {
        let args = ["create", "--project", "shop", "--name", name, "-q"];
        assert_eq!(home.run_in(&nobody, args).code, 0);
    };
    home.token("testers");
    create("of-the-login");
    assert_eq!(names(), "of-the-login");
    std::fs::create_dir_all(home.file("config/keyctl")).unwrap();
    home.write("config/keyctl/config.toml", "owner = \"carol\"\n");
    create("carols");
    assert_eq!(names(), "carols");
    assert_eq!(home.json(["show", "carols"])["owner"], "carol");
}

#[test]
fn the_environment_beats_the_configuration_file() {
    let home = assorted();
    std::fs::create_dir_all(home.file("config/keyctl")).unwrap();
    home.write("config/keyctl/config.toml", "project = \"web\"\noutput = \"csv\"\n");
    let run = home.run(["list", "--columns", "name", "-q"]);
    assert_eq!(run.stdout, "name\ndelta\nbeta\n");
    let variables = [("KEYCTL_PROJECT", "shop"), ("KEYCTL_OUTPUT", "table")];
    let run = home.run_in(&variables, ["list", "--columns", "name", "-q"]);
    assert_eq!(run.stdout, "NAME\ngamma\nalpha\n");
}

#[test]
fn a_wrong_configuration_file_is_named() {
    let home = Home::empty();
    std::fs::create_dir_all(home.file("config/keyctl")).unwrap();
    for text in ["projcet = \"web\"\n", "output = \"xml\"\n", "project = 3\n", "not toml"] {
        home.write("config/keyctl/config.toml", text);
        let run = home.run(["list"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{text}");
        assert!(run.stderr.contains("config.toml"), "{text}: {}", run.stderr);
    }
}

#[test]
fn a_reader_that_went_away_ends_it_quietly() {
    let home = assorted();
    for args in
        [&["list"][..], &["list", "-o", "json"], &["show", "alpha"], &["audit"], &["--help"]]
    {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = home.command(args.iter().copied().chain(["-q"]));
        command.stdout(writer);
        let run = Run::after(command);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{args:?}");
    }
}

#[test]
fn a_full_disk_behind_stdout_is_a_failure() {
    let home = assorted();
    insta::assert_snapshot!(home.script("keyctl list -q >/dev/full").shown(&home), @"
    exit 1
    --- stderr
    error: cannot write to stdout: No space left on device (os error 28)
    ");
}
