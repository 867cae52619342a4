//! Vaults of so many keys, each in a home of its own, unlocked by a key file: without the slow hash.

use std::fs;
use std::io::{BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::process::command;

/// How many keys are made by one command: the audit log has an entry for it.
const AT_ONCE: u64 = 100_000;

/// A vault.
pub struct Vault {
    keyctl: PathBuf,
    home: PathBuf,
    /// Seconds that making all its keys took.
    pub created: f64,
    /// The id of one of its keys.
    pub id: String,
}

impl Vault {
    /// Makes one below a folder, or takes the one that is there.
    pub fn of(keyctl: &Path, folder: &Path, keys: u64) -> Self {
        let home = folder.join(format!("vault-{keys}"));
        let mut vault = Vault { keyctl: keyctl.to_owned(), home, created: 0.0, id: String::new() };
        let _ = fs::remove_dir_all(&vault.home);
        fs::create_dir_all(&vault.home).expect("a folder of ours");
        vault.run("init --no-recovery --kdf-memory 64 --kdf-passes 3");
        let keyfile = vault.path("key");
        vault.run(&format!(
            "vault slot add bench --role admin --kind keyfile --new-keyfile {keyfile}"
        ));
        for begin in (0..keys).step_by(AT_ONCE as usize) {
            let records = vault.path("records.csv");
            write_records(Path::new(&records), begin..keys.min(begin + AT_ONCE))
                .expect("a folder of ours");
            let mut create = vault.command(&format!(
                "create --from {records} --tokens-to {}",
                vault.path(&format!("tokens-{begin}.csv"))
            ));
            let begun = Instant::now();
            let output = create.output().expect("it runs");
            vault.created += begun.elapsed().as_secs_f64();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        let ids = vault.run("list --all --sort none --limit 1 --field id");
        vault.id = ids.trim().to_owned();
        vault.first_token();
        vault
    }

    /// A file in its home.
    pub fn path(&self, name: &str) -> String {
        self.home.join(name).display().to_string()
    }

    /// A command line with the names of its key and its files.
    pub fn filled(&self, line: &str) -> String {
        let files = [("{token}", "token"), ("{bundle}", "bundle.kcb"), ("{backup}", "backup")];
        let line = line.replace("{id}", &self.id);
        files.into_iter().fold(line, |line, (name, file)| line.replace(name, &self.path(file)))
    }

    /// Bytes of the file.
    pub fn size(&self) -> u64 {
        fs::metadata(self.path("data/keyctl/vault.db")).expect("it was made").len()
    }

    /// A command with this vault, unlocked by its key file.
    pub fn command(&self, line: &str) -> Command {
        let mut command =
            command(&format!("{} --keyfile {} {line}", self.keyctl.display(), self.path("key")));
        self.at_home(&mut command);
        command
    }

    fn at_home(&self, command: &mut Command) {
        command.env("HOME", &self.home).env("XDG_DATA_HOME", self.path("data"));
        command
            .env("XDG_STATE_HOME", self.path("state"))
            .env("XDG_CONFIG_HOME", self.path("config"));
    }

    fn run(&self, line: &str) -> String {
        let mut command = command(&format!("{} {line}", self.keyctl.display()));
        self.at_home(&mut command);
        let output = command.env("KEYCTL_PASSPHRASE", "of a benchmark").output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line}: {said}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// Puts the token of one key into a file of its own.
    fn first_token(&self) {
        let tokens = fs::read_to_string(self.path("tokens-0.csv")).expect("it was written");
        let mut lines = tokens.lines();
        let at = lines.next().and_then(|header| header.split(',').position(|name| name == "token"));
        let token = lines.next().and_then(|line| line.split(',').nth(at?)).expect("a token a line");
        fs::write(self.path("token"), token).expect("a folder of ours");
    }
}

fn write_records(path: &Path, keys: Range<u64>) -> std::io::Result<()> {
    let mut file = BufWriter::new(fs::File::create(path)?);
    writeln!(file, "name,project,scopes,owner,expires,labels")?;
    for n in keys {
        let (project, owner, team) = (n % 500, n % 2_000, n % 7);
        writeln!(
            file,
            "service-{n},project-{project},orders:read stock:write,owner-{owner},90d,team=t{team}"
        )?;
    }
    file.flush()
}
