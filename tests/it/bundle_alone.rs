//! `verify --bundle` where nothing else is: no home, no environment, no vault. It leaves nothing
//! behind that it was not told to.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::bundle_site::{Site, tree};
use crate::support::{Run, feed};

/// The binary with an empty environment in an empty folder that nobody may write.
fn alone<'a>(folder: &Path, args: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyctl"));
    command.args(args).env_clear().current_dir(folder);
    command
}

/// A machine that has only the bundle: a folder with it, and an empty one to stand in.
struct Machine {
    site: Site,
    folder: tempfile::TempDir,
    bundle: String,
}

impl Machine {
    fn new() -> Self {
        let site = Site::new();
        let folder = tempfile::tempdir().unwrap();
        let bundle = folder.path().join("keys.kcb");
        fs::copy(site.home.file("keys.kcb"), &bundle).unwrap();
        fs::create_dir(folder.path().join("empty")).unwrap();
        let mode = fs::Permissions::from_mode(0o555);
        fs::set_permissions(folder.path().join("empty"), mode).unwrap();
        let bundle = bundle.display().to_string();
        Machine { site, folder, bundle }
    }

    /// Runs, and makes sure that nothing in the folder has changed.
    fn run(&self, args: &[&str], stdin: &str) -> Run {
        let before = tree(self.folder.path());
        let empty = self.folder.path().join("empty");
        let run = feed(alone(&empty, args.iter().copied()), stdin.as_bytes());
        assert_eq!(tree(self.folder.path()), before);
        run
    }

    fn verify(&self, flags: &[&str], token: &str) -> Run {
        let trust = &self.site.trust;
        let all = [&["verify", "--bundle", &self.bundle, "--trust", trust], flags].concat();
        self.run(&all, token)
    }
}

#[test]
fn it_needs_no_environment_and_no_home() {
    let machine = Machine::new();
    let token = &machine.site.token;
    for (flags, token, exit) in [
        (&[][..], token.as_str(), 0),
        (&["-o", "json"], token, 0),
        (&["--batch"], token, 0),
        (&["--env", "production"], token, 10),
        (&["--project", "web"], token, 11),
        (&["--stream", "00000000000000000000000000000000"], token, 13),
        (&[], "", 10),
        (&["-o", "xml"], token, 2),
    ] {
        let run = machine.verify(flags, token);
        assert_eq!(run.code, exit, "{flags:?} {run:?}");
    }
    let run = machine.run(&["bundle", "inspect", &machine.bundle], "");
    assert_eq!(run.code, 0, "{run:?}");
    let run = machine.run(&["verify", "--bundle", &machine.bundle], token);
    assert_eq!(run.code, 2, "nobody is trusted: {run:?}");
}

#[test]
fn a_home_that_does_not_exist_is_no_trouble() {
    let machine = Machine::new();
    for home in ["/nonexistent", "relative"] {
        let args = ["verify", "--bundle", &machine.bundle, "--trust", &machine.site.trust];
        let mut command = alone(machine.folder.path(), args);
        command.env("HOME", home);
        let run = feed(command, machine.site.token.as_bytes());
        assert_eq!(run.code, 0, "{home}: {run:?}");
    }
    assert_eq!(tree(machine.folder.path()).len(), 3, "nothing was made");
}

#[test]
fn a_home_that_is_no_folder_is_no_trouble() {
    let machine = Machine::new();
    let args = ["verify", "--bundle", &machine.bundle, "--trust", &machine.site.trust];
    let mut command = alone(machine.folder.path(), args);
    command.env("HOME", "/dev/null");
    let run = feed(command, machine.site.token.as_bytes());
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn nothing_is_written_in_the_home_however_it_is_configured() {
    let site = Site::new();
    let trust = &site.trust;
    fs::create_dir_all(site.home.file("config/keyctl")).unwrap();
    site.home.write(
        "config/keyctl/config.toml",
        format!(
            "project = \"web\"\nenv = \"production\"\noutput = \"json\"\nexpires = \"90d\"\n\
             owner = \"nobody\"\ntrust = [\"{trust}\"]\n"
        ),
    );
    site.home.write("tokens", format!("{0}\nhello\n{0}\n", site.token));
    let before = tree(site.home.path());
    let run = |args: &[&str]| {
        let mut command = site.home.command(args.iter().copied());
        command.env_remove("KEYCTL_PASSPHRASE");
        let run = feed(command, site.token.as_bytes());
        assert_eq!(tree(site.home.path()), before, "{args:?}");
        run
    };
    let verify = ["verify", "--bundle", "keys.kcb"];
    let valid = run(&verify);
    assert_eq!(valid.code, 0, "{valid:?}");
    // The format applies, the rest does not.
    assert_eq!(valid.json()["unchecked"], serde_json::json!(["project", "environment", "scopes"]));
    assert_eq!(run(&[&verify[..], &["--project", "shop", "--no-record"]].concat()).code, 0);
    assert_eq!(run(&[&verify[..], &["--project", "web"]].concat()).code, 11);
    assert_eq!(run(&["verify", "--bundle", "nowhere"]).code, 13);
    assert_eq!(run(&[&verify[..], &["--batch", "--token-file", "tokens"]].concat()).code, 10);
    assert_eq!(run(&["bundle", "inspect", "keys.kcb", "--check"]).code, 0);
}

#[test]
fn it_works_where_no_file_may_be_written_at_all() {
    let site = Site::new();
    // A write to any file would be answered with a signal.
    let verify = format!(
        "ulimit -f 0; printf %s '{}' | keyctl verify --bundle keys.kcb --trust {}",
        site.token, site.trust
    );
    assert_eq!(site.home.script(&verify).code, 0);
    assert_eq!(site.home.script(&format!("{verify} --batch")).code, 0);
    let told = site.home.script(&format!("{verify} --receipt receipts"));
    assert_ne!(told.code, 0, "so this would have been noticed: {told:?}");
}

#[test]
fn the_passphrase_is_not_asked_for_and_a_wrong_one_does_not_matter() {
    let site = Site::new();
    fs::remove_file(site.home.vault()).unwrap();
    site.home.write("token", &site.token);
    let args = ["verify", "--bundle", "keys.kcb", "--trust", &site.trust, "--token-file", "token"];
    for passphrase in ["wrong", ""] {
        let run = site.home.run_in(&[("KEYCTL_PASSPHRASE", passphrase)], args);
        assert_eq!(run.code, 0, "{run:?}");
    }
    let command = ("KEYCTL_PASSPHRASE_COMMAND", "touch asked; echo x");
    assert_eq!(site.home.run_in(&[("KEYCTL_PASSPHRASE", ""), command], args).code, 0);
    assert!(!site.home.file("asked").exists());
}
