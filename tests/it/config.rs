//! `config`: the file that is made, and where each value comes from.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::{Home, PASSPHRASE};

const FILE: &str = "config/keyctl/config.toml";

/// A home with that configuration.
fn with(config: &str) -> Home {
    let home = Home::empty();
    fs::create_dir_all(home.file("config/keyctl")).unwrap();
    home.write(FILE, config);
    home
}

/// The value of a setting and who says it.
fn setting(home: &Home, name: &str, variables: &[(&str, &str)], flags: &[&str]) -> [String; 2] {
    let args = ["config", "show"].into_iter().chain(flags.iter().copied());
    let run = home.run_in(variables, args.chain(["-o", "json"]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let all = run.json();
    let found = all.as_array().unwrap().iter().find(|setting| setting["name"] == name).unwrap();
    ["value", "source"].map(|field| found[field].as_str().unwrap_or("null").to_owned())
}

fn mode(home: &Home, name: &str) -> u32 {
    fs::metadata(home.file(name)).unwrap().permissions().mode() & 0o777
}

#[test]
fn init_makes_a_file_that_only_its_owner_reads() {
    let home = Home::empty();
    insta::assert_snapshot!(home.run(["config", "init"]).shown(&home), @"
    exit 0
    --- stderr
    Made '[home]/config/keyctl/config.toml': take the # away from what you want to set.
    ");
    assert_eq!((mode(&home, FILE), mode(&home, "config/keyctl")), (0o600, 0o700));
    let other = Home::empty();
    insta::assert_snapshot!(other.run(["config", "init", "-o", "json"]).shown(&other), @r#"
    exit 0
    --- stdout
    {"config":"[home]/config/keyctl/config.toml"}
    --- stderr
    Made '[home]/config/keyctl/config.toml': take the # away from what you want to set.
    "#);
}

#[test]
fn init_never_overwrites() {
    let home = with("project = \"shop\"\n");
    insta::assert_snapshot!(home.run(["config", "init"]).shown(&home), @"
    exit 5
    --- stderr
    error: the configuration '[home]/config/keyctl/config.toml' is there already
    hint: edit it; 'keyctl config show' says what it does
    ");
    assert_eq!(home.run(["config", "init", "--yes"]).code, 5);
    assert_eq!(home.read(FILE), "project = \"shop\"\n");
    fs::remove_file(home.file(FILE)).unwrap();
    std::os::unix::fs::symlink("elsewhere", home.file(FILE)).unwrap();
    assert_eq!(home.run(["config", "init"]).code, 5);
    assert!(!home.file("config/keyctl/elsewhere").exists());
}

#[test]
fn what_init_makes_changes_nothing_until_a_comment_is_taken_away() {
    let home = Home::new();
    home.ok(["config", "init"]);
    let made = home.json(["config", "show"]);
    assert!(made.as_array().unwrap().iter().all(|setting| setting["source"] != "config.toml"));
    let key = home.ok(["bundle", "key", "show"]);
    let set: String = home
        .read(FILE)
        .lines()
        .map(|line| match line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')) {
            Some(setting) => setting.replace("kcpub_…", &key) + "\n",
            None => line.to_owned() + "\n",
        })
        .collect();
    home.write(FILE, set);
    for (name, value) in
        [("project", "shop"), ("env", "development"), ("expires", "90d"), ("trust", key.as_str())]
    {
        assert_eq!(setting(&home, name, &[], &[])[0], value, "{name}");
    }
    let owner = setting(&home, "owner", &[("KEYCTL_OWNER", "")], &[]);
    assert_eq!(owner, ["alice", "config.toml"]);
    assert_eq!(home.run(["create", "--name", "bot", "-q"]).code, 0, "and they count");
    assert_eq!(home.ok(["show", "bot", "--field", "project"]), "shop");
}

#[test]
fn every_setting_has_a_source_a_flag_before_a_variable_before_the_file() {
    let home = with("project = \"from-file\"\noutput = \"csv\"\n");
    let project = |variables: &[(&str, &str)]| setting(&home, "project", variables, &[]);
    assert_eq!(project(&[]), ["from-file", "config.toml"]);
    let variable = [("KEYCTL_PROJECT", "from-variable")];
    assert_eq!(project(&variable), ["from-variable", "KEYCTL_PROJECT"]);
    assert_eq!(setting(&home, "output", &[], &[]), ["json", "--output"]);
    assert_eq!(setting(&home, "env", &[], &[]), ["development", "default"]);
    assert_eq!(setting(&home, "trust", &[], &[]), ["null", "default"]);
    let vault = |flags: &[&str]| setting(&home, "vault", &[("KEYCTL_VAULT", "/a.db")], flags);
    assert_eq!(vault(&[]), ["/a.db", "KEYCTL_VAULT"]);
    assert_eq!(vault(&["--vault", "/b.db"]), ["/b.db", "--vault"]);
    let file = setting(&home, "passphrase_file", &[], &["--passphrase-file", "p"]);
    assert_eq!(file, ["p", "--passphrase-file"]);
    let command = [("KEYCTL_PASSPHRASE_COMMAND", "pass keyctl")];
    let command = setting(&home, "passphrase_command", &command, &[]);
    assert_eq!(command, ["pass keyctl", "KEYCTL_PASSPHRASE_COMMAND"]);
}

#[test]
fn a_passphrase_is_never_shown() {
    let home = Home::empty();
    for format in ["table", "json", "jsonl", "csv"] {
        let run = home.run(["config", "show", "-o", format]);
        assert!(run.stdout.contains("(set)") && !run.stdout.contains(PASSPHRASE), "{format}");
    }
    assert_eq!(home.ok(["config", "show", "--field", "passphrase"]), "(set)");
    let none = setting(&home, "passphrase", &[("KEYCTL_PASSPHRASE", "")], &[]);
    assert_eq!(none, ["null", "default"]);
}

#[test]
fn show_takes_the_formats_of_every_list() {
    let home = with("expires = \"30d\"\n");
    let shown = home.run(["config", "show"]).shown(&home);
    // Columns are as wide as the paths of this home.
    let cells = |line: &str| {
        line.split("  ")
            .map(str::trim)
            .filter(|cell| !cell.is_empty())
            .collect::<Vec<_>>()
            .join("  ")
    };
    insta::assert_snapshot!(shown.lines().map(cells).collect::<Vec<_>>().join("\n"), @"
    exit 0
    --- stdout
    NAME  VALUE  SOURCE
    project  -  default
    env  development  default
    owner  tester  KEYCTL_OWNER
    expires  30d  config.toml
    output  table  default
    trust  -  default
    vault  [home]/data/keyctl/vault.db  default
    vault_key  -  default
    passphrase_file  -  default
    passphrase_command  -  default
    passphrase  (set)  KEYCTL_PASSPHRASE
    config  [home]/config/keyctl/config.toml  default
    state  [home]/state/keyctl  default
    ");
    let csv = home.ok(["config", "show", "-o", "csv"]);
    assert!(csv.starts_with("name,value,source\n") && csv.contains("\nexpires,30d,config.toml\n"));
    assert_eq!(home.ok(["config", "show", "--field", "expires"]), "30d");
    assert_eq!(home.ok(["config", "show", "--field", "project"]), "");
    let config = home.ok(["config", "show", "--field", "config"]);
    assert_eq!(config, home.file(FILE).display().to_string());
    insta::assert_snapshot!(home.run(["config", "show", "--field", "porject"]).shown(&home), @"
    exit 2
    --- stderr
    error: 'porject' is no field
    hint: the fields are project, env, owner, expires, output, trust, vault, vault_key, passphrase_file, passphrase_command, passphrase, config, state
    ");
}

#[test]
fn a_setting_that_there_is_none_gets_the_nearest() {
    let said = ["porject", "enviroment", "ouput", "expire", "owners", "trusted", "zzz", "vault"]
        .map(|name| {
            let home = with(&format!("{name} = \"x\"\n"));
            let run = home.run(["config", "show"]);
            assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{name}");
            let first = run.stderr.lines().next().unwrap();
            first.split_once("is wrong: ").unwrap().1.to_owned() + "\n"
        });
    insta::assert_snapshot!(said.concat(), @"
    there is no setting 'porject'; did you mean 'project'?
    there is no setting 'enviroment'; did you mean 'env'?
    there is no setting 'ouput'; did you mean 'output'?
    there is no setting 'expire'; did you mean 'expires'?
    there is no setting 'owners'; did you mean 'owner'?
    there is no setting 'trusted'; did you mean 'trust'?
    there is no setting 'zzz'
    there is no setting 'vault'
    ");
}

#[test]
fn what_is_wrong_with_a_value_is_said_with_its_place() {
    let said = [
        ("output = \"xml\"", &[][..]),
        ("trust = 3", &[]),
        ("project = [\"a\"]", &[]),
        ("", &[("KEYCTL_EXPIRES", "soon")]),
    ]
    .map(|(config, variables)| {
        let run = with(config).run_in(variables, ["config", "show"]);
        assert_eq!(run.code, 2, "{config}");
        let first = run.stderr.lines().next().unwrap();
        first.rsplit_once("' is wrong: ").map_or(first, |(_, what)| what).to_owned() + "\n"
    });
    insta::assert_snapshot!(said.concat(), @"
    error: 'output' in config.toml: 'xml' is not table, json, jsonl or csv
    trust is a key kcpub_… or a list of them
    invalid type: sequence, expected a string
    error: KEYCTL_EXPIRES: 'soon' is not never, a duration like 90d, 12h or 18mo, a date like 2030-01-31, or an instant like 2030-01-31T12:00:00Z
    ");
}
