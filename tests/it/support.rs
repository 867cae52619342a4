//! A home of its own for every test, with a vault in it whose passphrase hash is as cheap as the
//! bounds allow.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::exits;

/// The passphrase of every test vault.
pub const PASSPHRASE: &str = "correct horse battery staple";

/// A temporary home.
pub struct Home {
    dir: tempfile::TempDir,
}

/// What a run left behind.
#[derive(Debug)]
#[must_use = "look at the streams or at the exit code"]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Home {
    /// A home without a vault.
    pub fn empty() -> Self {
        Home { dir: tempfile::tempdir().unwrap() }
    }

    /// The same in memory where that can be had, for who writes much.
    pub fn in_memory() -> Self {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        Home { dir: tempfile::tempdir_in(folder).unwrap() }
    }

    /// A home with a vault.
    pub fn new() -> Self {
        let home = Home::empty();
        let run = home.run(["init", "--no-recovery", "--kdf-memory", "19", "--kdf-passes", "1"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        home
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Where the vault lies.
    pub fn vault(&self) -> PathBuf {
        self.file("data/keyctl/vault.db")
    }

    /// Where pins and receipts lie.
    pub fn state(&self) -> PathBuf {
        self.file("state/keyctl")
    }

    /// A command in this home, without a terminal, with the passphrase in the environment.
    pub fn command<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Command {
        let program = std::env::var("KEYCTL_TEST_PROGRAM");
        let mut command = self.program(program.as_deref().unwrap_or(env!("CARGO_BIN_EXE_keyctl")));
        command.args(args).env("KEYCTL_PASSPHRASE", PASSPHRASE).env("KEYCTL_OWNER", "tester");
        command
    }

    /// Another program in this home, which knows no passphrase.
    pub fn program(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        command
            .env_clear()
            .env("HOME", self.path())
            .env("XDG_DATA_HOME", self.file("data"))
            .env("XDG_CONFIG_HOME", self.file("config"))
            .env("XDG_STATE_HOME", self.file("state"))
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            // Large pages for the slow hash, which is most of what a test costs; for one that runs
            // after another they are at hand (docs/performance.md, "What was tried").
            .env("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1")
            .current_dir(self.path())
            .stdin(Stdio::null());
        command
    }

    pub fn run<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Run {
        Run::after(self.command(args))
    }

    /// The same with more variables in the environment; an empty one is taken out of it.
    pub fn run_in<'a>(
        &self,
        variables: &[(&str, &str)],
        args: impl IntoIterator<Item = &'a str>,
    ) -> Run {
        let mut command = self.command(args);
        for (name, value) in variables {
            match *value {
                "" => command.env_remove(name),
                value => command.env(name, value),
            };
        }
        Run::after(command)
    }

    /// What a shell makes of a script; `keyctl` is the binary.
    pub fn script(&self, script: &str) -> Run {
        let mut command = self.command([]);
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("alias keyctl={}\n{script}", env!("CARGO_BIN_EXE_keyctl"))]);
        shell.env_clear().current_dir(self.path()).stdin(Stdio::null());
        for (name, value) in command.stdin(Stdio::null()).get_envs() {
            shell.env(name, value.unwrap());
        }
        Run::after(shell)
    }

    /// Writes a file into this home; its path.
    pub fn write(&self, name: &str, contents: impl AsRef<[u8]>) -> String {
        fs::write(self.file(name), contents).unwrap();
        self.file(name).display().to_string()
    }

    /// What a file of this home holds.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap()
    }

    /// Gives the vault a slot that a passphrase opens.
    pub fn add_slot(&self, name: &str, role: &str, passphrase: &str) {
        let file = self.write(&format!("{name}.pass"), passphrase);
        self.ok(["vault", "slot", "add", name, "--role", role, "--new-passphrase-file", &file]);
    }

    /// What `verify` says of a token, with these flags.
    pub fn verify(&self, token: &str, flags: &[&str]) -> Run {
        let args = std::iter::once("verify").chain(flags.iter().copied());
        self.run_with(args, token.as_bytes())
    }

    /// The same with something on stdin.
    pub fn run_with<'a>(&self, args: impl IntoIterator<Item = &'a str>, stdin: &[u8]) -> Run {
        feed(self.command(args), stdin)
    }

    /// Runs what must succeed, and gives its stdout without the last line end.
    pub fn ok<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> String {
        let run = self.run(args);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        run.stdout.trim_end_matches('\n').to_owned()
    }

    /// Runs what must succeed with `-o json` as its format.
    pub fn json<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> serde_json::Value {
        let args = args.into_iter().chain(["-o", "json"]);
        serde_json::from_str(&self.ok(args)).unwrap()
    }

    /// A key of that name in the project `shop` that may read; its token.
    pub fn token(&self, name: &str) -> String {
        self.ok(["create", "--project", "shop", "--name", name, "--scope", "read"])
    }
}

impl Run {
    pub fn after(mut command: Command) -> Self {
        let run = Run::of(&command.output().unwrap());
        exits::check(&command, run.code);
        run
    }

    pub fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    /// Exit code and both streams in one text, with what differs from run to run replaced: for
    /// inline snapshots.
    pub fn shown(&self, home: &Home) -> String {
        let mut text = format!("exit {}\n", self.code);
        for (name, stream) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !stream.is_empty() {
                write!(text, "--- {name}\n{stream}").unwrap();
            }
        }
        redact(&text, home)
    }

    /// stdout as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    /// The exit code, and stdout as a JSON document of several lines.
    pub fn shown_json(&self, home: &Home) -> String {
        let pretty = serde_json::to_string_pretty(&self.json()).unwrap();
        redact(&format!("exit {}\n{pretty}", self.code), home)
    }

    /// The error that the last line of stderr is in JSON.
    pub fn json_error(&self) -> serde_json::Value {
        let last = self.stderr.lines().next_back().unwrap_or_default();
        serde_json::from_str::<serde_json::Value>(last).unwrap()["error"].clone()
    }
}

/// Runs a command with something on stdin; that the command may not read it is no failure.
pub fn feed(mut command: Command, stdin: &[u8]) -> Run {
    let run = Run::of(&feed_bytes(&mut command, stdin));
    exits::check(&command, run.code);
    run
}

/// The same, and all that became of it.
pub fn feed_bytes(command: &mut Command, stdin: &[u8]) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdin.take().unwrap().write_all(stdin));
    child.wait_with_output().unwrap()
}

/// Replaces ids, tokens, prefixes, times and this home by their kinds.
pub fn redact(text: &str, home: &Home) -> String {
    let text = text.replace(&home.path().display().to_string(), "[home]");
    let mut out = String::new();
    let mut word = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_alphanumeric() || "_:+-.".contains(c) {
            word.push(c);
        } else {
            out.push_str(&redact_word(&word));
            word.clear();
            if c != '\0' {
                out.push(c);
            }
        }
    }
    without_lengths(&out)
}

/// Replaces `(in 12 days)` and `(3 h ago)`, which depend on how fast a test runs.
fn without_lengths(text: &str) -> String {
    let mut parts = text.split('(');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push('(');
        match part.split_once(')') {
            Some((inside, rest))
                if inside == "just now"
                    || inside.starts_with("in ")
                    || inside.ends_with(" ago") =>
            {
                write!(out, "[relative]){rest}").unwrap();
            }
            _ => out.push_str(part),
        }
    }
    out
}

fn redact_word(word: &str) -> String {
    let base = word.trim_end_matches(['.', ':']);
    let end = &word[base.len()..];
    let parts: Vec<&str> = base.split('_').collect();
    let is_env = |tag: &str| ["prod", "stage", "dev"].contains(&tag);
    let kind = match parts.as_slice() {
        ["key", id] if id.len() == 12 => "[id]",
        ["kcvk", _] => "[vault-key]",
        ["kcpub", hex] if hex.len() == 72 => "[public-key]",
        // The serial of a bundle: milliseconds since 1970.
        [serial] if serial.len() == 13 && is_digits(serial) => "[serial]",
        [serial] if serial.len() == 14 && serial.strip_prefix(':').is_some_and(is_digits) => {
            ":[serial]"
        }
        [hex]
            if (hex.len() == 64 || hex.len() == 32)
                && hex.bytes().all(|b| b.is_ascii_hexdigit()) =>
        {
            "[hex]"
        }
        [brand, tag, id] if is_env(tag) && id.len() == 12 => {
            return format!("[{brand}-{tag}-prefix]{end}");
        }
        [brand, tag, _, body] if is_env(tag) && body.len() == 49 => {
            return format!("[{brand}-{tag}-token]{end}");
        }
        _ if (base.len() == 20 || base.len() == 24)
            && base.ends_with('Z')
            && base.contains('T') =>
        {
            "[time]"
        }
        _ if base.len() == 14
            && base.starts_with("20")
            && base.bytes().all(|b| b.is_ascii_digit()) =>
        {
            "[stamp]"
        }
        _ => return word.to_owned(),
    };
    format!("{kind}{end}")
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// True when a program is there.
pub fn tool(name: &str) -> bool {
    Command::new(name).arg("--version").output().is_ok()
}

/// Says why a test is skipped; a failure where every tool should be there.
pub fn skip(why: &str) {
    assert!(std::env::var_os("KEYCTL_TEST_ALL").is_none(), "skipped: {why}");
    drop(writeln!(std::io::stderr(), "skipped: {why}"));
}
