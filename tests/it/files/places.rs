//! Every place of a file, with something else in it.

use std::fs;
use std::path::PathBuf;

use super::{Thing, line, put, take_away};
use crate::support::{Home, Run, feed, skip};

/// A home with a vault, a key that opens it without a slow hash, a bundle, and a token.
struct Site {
    home: Home,
    token: String,
    trust: String,
}

impl Site {
    fn new() -> Self {
        let home = Home::new();
        let add = ["vault", "slot", "add", "robot", "--role", "admin", "--kind", "keyfile"];
        home.ok(add.into_iter().chain(["--new-keyfile", "robot.key"]));
        let token = home.token("bot");
        home.ok(["bundle", "export", "keys.kcb"]);
        home.write("keys.csv", "name,scopes\none,read\n");
        home.write("token", &token);
        let trust = home.ok(["bundle", "key", "show"]);
        Site { home, token, trust }
    }

    /// A file of the pins, by the end of its name.
    fn pin(&self, end: &str) -> PathBuf {
        let all = fs::read_dir(self.home.state().join("pins")).unwrap();
        let mut paths = all.map(|entry| entry.unwrap().path());
        let is_place =
            |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with("at-");
        let fits = |path: &PathBuf| match end {
            "at" => is_place(path),
            end => !is_place(path) && path.to_string_lossy().ends_with(end),
        };
        paths.find(fits).unwrap()
    }

    fn run(&self, line: &str) -> Run {
        let line = line.replace("{trust}", &self.trust);
        let words: Vec<&str> = line.split_whitespace().collect();
        feed(self.home.command(words), self.token.as_bytes())
    }

    /// What is said when the thing lies in each place.
    fn rows(&self, thing: Thing) -> String {
        const BY_BUNDLE: &str = "verify --quiet --bundle keys.kcb --trust {trust}";
        let home = &self.home;
        let journal = home.file("data/keyctl/vault.db-journal");
        let rows = [
            ("vault", home.vault(), "list --keyfile robot.key".to_owned()),
            ("journal", journal, "list --keyfile robot.key".to_owned()),
            ("pin", self.pin(".json"), "list --keyfile robot.key".to_owned()),
            ("pin of the place", self.pin("at"), "list --keyfile robot.key".to_owned()),
            ("lock of the pin", self.pin(".lock"), "disable bot --keyfile robot.key".to_owned()),
            ("state", home.file("seen"), format!("{BY_BUNDLE} --state seen")),
            ("lock of the state", home.file("seen.lock"), format!("{BY_BUNDLE} --state seen")),
            ("receipt", home.file("uses"), format!("{BY_BUNDLE} --receipt uses")),
            ("bundle, read", home.file("keys.kcb"), BY_BUNDLE.to_owned()),
            (
                "bundle, made",
                home.file("keys.kcb"),
                "bundle export keys.kcb --keyfile robot.key --quiet".to_owned(),
            ),
            (
                "configuration",
                home.file("config/keyctl/config.toml"),
                "list --keyfile robot.key".to_owned(),
            ),
            (
                "tokens",
                home.file("tokens.csv"),
                "create --from keys.csv --tokens-to tokens.csv --project shop --keyfile robot.key"
                    .to_owned(),
            ),
            (
                "backup",
                home.file("backup.db"),
                "vault backup backup.db --keyfile robot.key --quiet".to_owned(),
            ),
        ];
        let secrets = [
            ("key file", home.file("robot.key"), "list --keyfile robot.key".to_owned()),
            (
                "token file",
                home.file("token"),
                "verify --quiet --token-file token --keyfile robot.key".to_owned(),
            ),
        ];
        // A shell hands over secrets by a pipe, which is worth waiting for.
        let secrets = secrets.into_iter().filter(|_| !matches!(thing, Thing::Pipe));
        let mut said = String::new();
        for (what, path, command) in rows.into_iter().chain(secrets) {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            put(thing, &path);
            said += &line(home, what, &self.run(&command));
            take_away(&path);
        }
        said
    }
}

#[test]
fn links_are_followed_where_they_do_no_harm() {
    insta::assert_snapshot!(Site::new().rows(Thing::Link), @"
    vault: 1 error: '[home]/data/keyctl/vault.db' is a symbolic link, which is not followed / hint: name another file, or find out how it came to be so
    journal: 1 error: '[home]/data/keyctl/vault.db-journal' is a symbolic link, which is not followed / hint: name another file, or find out how it came to be so
    pin: 7 error: vault '[home]/data/keyctl/vault.db': the pin '[home]/state/keyctl/pins/[hex].json' cannot be read: it is not a file that only its owner can write / hint: find out who changed it; removing the whole folder makes this machine forget which states of its vaults it has seen
    pin of the place: 7 error: vault '[home]/data/keyctl/vault.db': the pin '[home]/state/keyctl/pins/at-[hex].json' cannot be read: it is not a file that only its owner can write / hint: find out who changed it; removing the whole folder makes this machine forget which states of its vaults it has seen
    lock of the pin: 1 error: '[home]/state/keyctl/pins/[hex].lock' is not a plain file / hint: name another file, or find out how it came to be so
    state: 1 error: the state file 'seen' cannot be read: it is not a plain file / hint: no verdict without it; mend that, or remove the file, which forgets what was seen
    lock of the state: 1 error: the state file 'seen' cannot be locked: 'seen.lock' is not a plain file / hint: no verdict without it; mend that, or remove the file, which forgets what was seen
    receipt: 0 
    bundle, read: 0 
    bundle, made: 5 error: '[home]/keys.kcb' is not a plain file / hint: choose another file; a bundle replaces only an older one of the same vault, projects and environments
    configuration: 0 
    tokens: 5 error: 'tokens.csv' already exists / hint: name a file that is not there
    backup: 5 error: '[home]/backup.db' already exists / hint: choose another path, or move that file away
    key file: 0 
    token file: 0
    ");
}

#[test]
fn a_folder_is_no_file() {
    insta::assert_snapshot!(Site::new().rows(Thing::Folder), @"
    vault: 1 error: '[home]/data/keyctl/vault.db' is not a plain file / hint: name another file, or find out how it came to be so
    journal: 1 error: '[home]/data/keyctl/vault.db-journal' is not a plain file / hint: name another file, or find out how it came to be so
    pin: 7 error: vault '[home]/data/keyctl/vault.db': the pin '[home]/state/keyctl/pins/[hex].json' cannot be read: it is not a file that only its owner can write / hint: find out who changed it; removing the whole folder makes this machine forget which states of its vaults it has seen
    pin of the place: 7 error: vault '[home]/data/keyctl/vault.db': the pin '[home]/state/keyctl/pins/at-[hex].json' cannot be read: it is not a file that only its owner can write / hint: find out who changed it; removing the whole folder makes this machine forget which states of its vaults it has seen
    lock of the pin: 1 error: '[home]/state/keyctl/pins/[hex].lock' is not a plain file / hint: name another file, or find out how it came to be so
    state: 1 error: the state file 'seen' cannot be read: it is not a plain file / hint: no verdict without it; mend that, or remove the file, which forgets what was seen
    lock of the state: 1 error: the state file 'seen' cannot be locked: 'seen.lock' is not a plain file / hint: no verdict without it; mend that, or remove the file, which forgets what was seen
    receipt: 1 error: cannot open the receipt file 'uses': Is a directory (os error 21) / hint: check the path; nothing was decided
    bundle, read: 13 warning: 'keys.kcb': the bundle cannot be read: not a plain file
    bundle, made: 5 error: '[home]/keys.kcb' is not a plain file / hint: choose another file; a bundle replaces only an older one of the same vault, projects and environments
    configuration: 1 error: '[home]/config/keyctl/config.toml' is not a plain file / hint: name another file, or find out how it came to be so
    tokens: 5 error: 'tokens.csv' already exists / hint: name a file that is not there
    backup: 5 error: '[home]/backup.db' already exists / hint: choose another path, or move that file away
    key file: 4 error: cannot read 'robot.key': Is a directory (os error 21) / hint: check that it is there and can be read; nothing was changed
    token file: 1 error: cannot read 'token': Is a directory (os error 21) / hint: name a file that holds the token, or pipe it in
    ");
}

#[test]
fn a_pipe_is_not_waited_for() {
    insta::assert_snapshot!(Site::new().rows(Thing::Pipe), @"
    vault: 1 error: '[home]/data/keyctl/vault.db' is not a plain file / hint: name another file, or find out how it came to be so
    journal: 1 error: '[home]/data/keyctl/vault.db-journal' is not a plain file / hint: name another file, or find out how it came to be so
    pin: 7 error: vault '[home]/data/keyctl/vault.db': the pin '[home]/state/keyctl/pins/[hex].json' cannot be read: it is not a file that only its owner can write / hint: find out who changed it; removing the whole folder makes this machine forget which states of its vaults it has seen
    pin of the place: 7 error: vault '[home]/data/keyctl/vault.db': the pin '[home]/state/keyctl/pins/at-[hex].json' cannot be read: it is not a file that only its owner can write / hint: find out who changed it; removing the whole folder makes this machine forget which states of its vaults it has seen
    lock of the pin: 1 error: '[home]/state/keyctl/pins/[hex].lock' is not a plain file / hint: name another file, or find out how it came to be so
    state: 1 error: the state file 'seen' cannot be read: it is not a plain file / hint: no verdict without it; mend that, or remove the file, which forgets what was seen
    lock of the state: 1 error: the state file 'seen' cannot be locked: 'seen.lock' is not a plain file / hint: no verdict without it; mend that, or remove the file, which forgets what was seen
    receipt: 1 error: cannot open the receipt file 'uses': it is not a plain file / hint: check the path; nothing was decided
    bundle, read: 13 warning: 'keys.kcb': the bundle cannot be read: not a plain file
    bundle, made: 5 error: '[home]/keys.kcb' is not a plain file / hint: choose another file; a bundle replaces only an older one of the same vault, projects and environments
    configuration: 1 error: '[home]/config/keyctl/config.toml' is not a plain file / hint: name another file, or find out how it came to be so
    tokens: 5 error: 'tokens.csv' already exists / hint: name a file that is not there
    backup: 5 error: '[home]/backup.db' already exists / hint: choose another path, or move that file away
    ");
}

#[test]
fn a_device_is_not_read_for_ever() {
    let site = Site::new();
    if !rustix::process::geteuid().is_root() {
        return skip("only root makes devices");
    }
    insta::assert_snapshot!(site.rows(Thing::Device), @"
    vault: 1 error: '[home]/data/keyctl/vault.db' is not a plain file / hint: name another file, or find out how it came to be so
    journal: 1 error: '[home]/data/keyctl/vault.db-journal' is not a plain file / hint: name another file, or find out how it came to be so
    pin: 7 error: vault '[home]/data/keyctl/vault.db': the pin '[home]/state/keyctl/pins/[hex].json' cannot be read: it is not a file that only its owner can write / hint: find out who changed it; removing the whole folder makes this machine forget which states of its vaults it has seen
    pin of the place: 7 error: vault '[home]/data/keyctl/vault.db': the pin '[home]/state/keyctl/pins/at-[hex].json' cannot be read: it is not a file that only its owner can write / hint: find out who changed it; removing the whole folder makes this machine forget which states of its vaults it has seen
    lock of the pin: 1 error: '[home]/state/keyctl/pins/[hex].lock' is not a plain file / hint: name another file, or find out how it came to be so
    state: 1 error: the state file 'seen' cannot be read: it is not a plain file / hint: no verdict without it; mend that, or remove the file, which forgets what was seen
    lock of the state: 1 error: the state file 'seen' cannot be locked: 'seen.lock' is not a plain file / hint: no verdict without it; mend that, or remove the file, which forgets what was seen
    receipt: 1 error: cannot open the receipt file 'uses': it is not a plain file / hint: check the path; nothing was decided
    bundle, read: 13 warning: 'keys.kcb': the bundle cannot be read: not a plain file
    bundle, made: 5 error: '[home]/keys.kcb' is not a plain file / hint: choose another file; a bundle replaces only an older one of the same vault, projects and environments
    configuration: 1 error: '[home]/config/keyctl/config.toml' is not a plain file / hint: name another file, or find out how it came to be so
    tokens: 5 error: 'tokens.csv' already exists / hint: name a file that is not there
    backup: 5 error: '[home]/backup.db' already exists / hint: choose another path, or move that file away
    key file: 4 error: cannot read 'robot.key': it is larger than expected / hint: check that it is there and can be read; nothing was changed
    token file: 10
    ");
}

#[test]
fn a_second_name_of_the_vault_is_a_warning_to_who_changes_it() {
    let site = Site::new();
    fs::hard_link(site.home.vault(), site.home.file("other.db")).unwrap();
    let edit = site.run("edit bot --note x --keyfile robot.key");
    insta::assert_snapshot!(line(&site.home, "edit", &edit), @"edit: 0 warning: the vault '[home]/data/keyctl/vault.db' has 2 names (hard links): remove the others, for who opens it by another name damages it when a change was broken off");
    assert_eq!(site.run("list --keyfile robot.key").stderr, "", "who reads is not bothered");
    fs::remove_file(site.home.file("other.db")).unwrap();
    assert_eq!(site.run("edit bot --note y --keyfile robot.key").stderr, "");
}

#[test]
fn whom_a_file_says_to_trust_that_others_can_write_is_not_believed() {
    use std::os::unix::fs::PermissionsExt;
    let site = Site::new();
    let config = site.home.file("config/keyctl/config.toml");
    site.home.ok(["config", "init", "--quiet"]);
    fs::write(&config, format!("trust = '{}'\n", site.trust)).unwrap();
    let set = |mode| fs::set_permissions(&config, fs::Permissions::from_mode(mode)).unwrap();
    set(0o644);
    assert_eq!(site.run("verify --bundle keys.kcb --quiet").code, 0);
    set(0o666);
    let verify = site.run("verify --bundle keys.kcb --quiet");
    insta::assert_snapshot!(line(&site.home, "verify", &verify), @"verify: 1 error: '[home]/config/keyctl/config.toml' can be written by other users / hint: run chmod go-w '[home]/config/keyctl/config.toml'");
    let named = site.run("verify --bundle keys.kcb --quiet --trust {trust}");
    assert_eq!(named.code, 0, "{named:?}");
    assert_eq!(site.run("list --keyfile robot.key").code, 0, "its defaults do no harm");
}
