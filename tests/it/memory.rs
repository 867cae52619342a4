//! What lies in the memory of a process that has opened the vault and waits: the keys that it works
//! with, and no trace any more of what was typed or read to get at them.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use rustix::process::{Pid, Signal, kill_process};

use crate::recipient::{IDENTITY, RECIPIENT};
use crate::support::{Home, skip, tool};
use crate::terminal::run_watched;

/// A trace of a secret is twelve bytes of it: each of them holds one of these pieces.
const PIECE: usize = 8;
const STEP: usize = 4;
const CANARY: &str = "Xq7v-CANARY wombat 7719 quilted Zephyr 0uPk";

/// A home whose vault opens with the canary, and how.
fn home() -> Home {
    let home = Home::empty();
    home.write("pass", CANARY);
    let init = ["init", "--recovery-to", "recovery", "--kdf-memory", "19", "--kdf-passes", "1"];
    let run = home.run_in(&[("KEYCTL_PASSPHRASE", CANARY)], init);
    assert_eq!(run.code, 0, "{}", run.stderr);
    home
}

/// A `verify --batch` that has opened the vault, has judged one token and waits for the next.
struct Waiting {
    child: Child,
    tokens: Box<dyn Write>,
    stdout: BufReader<ChildStdout>,
}

impl Waiting {
    /// Runs a command and gives it the first token: on stdin, or through a pipe of that name when
    /// stdin has something else.
    fn after(mut command: Command, stdin: Option<(&str, &Path)>, token: &str) -> Self {
        command.env_remove("KEYCTL_PASSPHRASE");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut tokens: Box<dyn Write> = Box::new(child.stdin.take().unwrap());
        if let Some((text, pipe)) = stdin {
            tokens.write_all(text.as_bytes()).unwrap();
            drop(tokens);
            tokens = Box::new(File::create(pipe).unwrap());
        }
        writeln!(tokens, "{token}").unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut verdict = String::new();
        stdout.read_line(&mut verdict).unwrap();
        assert!(verdict.contains("\"code\":\"VALID\""), "{verdict}");
        Waiting { child, tokens, stdout }
    }

    /// Lets it come to its end.
    fn end(self) {
        let Waiting { mut child, tokens, mut stdout } = self;
        drop(tokens);
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).unwrap();
        assert!(child.wait().unwrap().success(), "{rest}");
    }
}

/// All that a process has in its memory; `None` where nobody may look.
fn memory(pid: u32) -> Option<Vec<(String, Vec<u8>)>> {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).ok()?;
    let mut memory = File::open(format!("/proc/{pid}/mem")).ok()?;
    let mut all = Vec::new();
    for line in maps.lines() {
        let mut words = line.split_whitespace();
        let (range, modes) = (words.next()?, words.next()?);
        let (from, to) = range.split_once('-')?;
        let at = |text| u64::from_str_radix(text, 16).ok();
        let (from, to) = (at(from)?, at(to)?);
        let mut bytes = vec![0; usize::try_from(to - from).ok()?];
        let is_read = modes.starts_with('r')
            && memory.seek(SeekFrom::Start(from)).is_ok()
            && memory.read_exact(&mut bytes).is_ok();
        if is_read {
            all.push((line.to_owned(), bytes));
        }
    }
    Some(all)
}

/// Where in a memory any part of a secret lies.
fn traces(memory: &[(String, Vec<u8>)], secret: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for piece in secret.windows(PIECE).step_by(STEP) {
        let piece = memchr::memmem::Finder::new(piece);
        for (place, bytes) in memory {
            found.extend(piece.find_iter(bytes).map(|at| {
                let around = &bytes[at.saturating_sub(24)..(at + 40).min(bytes.len())];
                format!("{place} + {at:#x}: {}", around.escape_ascii())
            }));
        }
    }
    found
}

/// What is left of a secret once the process has come to rest: it writes its answer before it
/// clears the last token.
fn left_of(pid: u32, secret: &str) -> Vec<String> {
    const LOOKS: usize = 200;
    let gone = || vec!["the process is gone".to_owned()];
    let look = || memory(pid).map_or_else(gone, |memory| traces(&memory, secret.as_bytes()));
    (0..LOOKS).map(|_| look()).find(Vec::is_empty).unwrap_or_else(look)
}

#[test]
fn what_opened_the_vault_is_gone_from_memory_once_it_is_open() {
    let home = home();
    let given = ("KEYCTL_PASSPHRASE", CANARY);
    let create = ["create", "--project", "shop", "--scope", "x", "-q"];
    let token = home.run_in(&[given], create).stdout.trim_end().to_owned();
    let add = ["vault", "slot", "add", "robot", "--role", "admin", "--kind", "keyfile"];
    let made = home.run_in(&[given], add.into_iter().chain(["--new-keyfile", "keyfile"]));
    assert_eq!(made.code, 0, "{}", made.stderr);
    let (keyfile, recovery) = (home.read("keyfile"), home.read("recovery"));
    let pipe = home.file("tokens");
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    home.write("identity", IDENTITY);
    let slot = ["--role", "admin", "--kind", "x25519", "--recipient", RECIPIENT];
    let add = ["vault", "slot", "add", "alice"].into_iter().chain(slot);
    assert_eq!(home.run_in(&[given], add).code, 0);
    let flags: [(&[&str], &str); 7] = [
        (&["--identity", "identity"], IDENTITY.rsplit_once('1').unwrap().1),
        (&["--passphrase-fd", "0", "--token-file", "tokens"], CANARY),
        (&["--passphrase-file", "pass"], CANARY),
        (&["--passphrase-fd", "7"], CANARY),
        (&["--passphrase-command", "cat pass"], CANARY),
        (&["--keyfile", "keyfile"], keyfile.trim_end()),
        (&["--recovery-file", "recovery"], recovery.trim_end()),
    ];
    for (flags, secret) in flags {
        let args = ["verify", "--batch"].into_iter().chain(flags.iter().copied());
        let command = match flags[0] {
            "--passphrase-fd" if flags[1] != "0" => with_descriptor(&home, args),
            _ => home.command(args),
        };
        let stdin = (flags[1] == "0").then_some((CANARY, pipe.as_path()));
        let waiting = Waiting::after(command, stdin, &token);
        let Some(memory) = memory(waiting.child.id()) else {
            return skip("nobody but root may look into another process's memory");
        };
        assert!(!traces(&memory, &token.as_bytes()[..20]).is_empty(), "the prefix is there");
        for secret in [secret, token.rsplit_once('_').unwrap().1] {
            let found = left_of(waiting.child.id(), secret);
            assert!(found.is_empty(), "{flags:?} {secret}: {found:#?}");
        }
        waiting.end();
    }
}

#[test]
fn what_was_typed_is_gone_from_memory_when_the_next_question_comes() {
    let home = home();
    let create = ["create", "--project", "shop", "--name", "bot", "-q"];
    assert_eq!(home.run_in(&[("KEYCTL_PASSPHRASE", CANARY)], create).code, 0);
    if !tool("setsid") {
        return skip("setsid is not there, which makes a terminal one's own");
    }
    let mut command =
        through_shell(&home, "exec setsid -c \"$0\" \"$@\"", &home.command(["revoke", "bot"]));
    command.env_remove("KEYCTL_PASSPHRASE");
    let mut looked = 0;
    let dialogue = [("Passphrase", CANARY), ("revoke", "n")];
    let run = run_watched(command, &dialogue, |question, pid| {
        let Some(memory) = memory(pid).filter(|_| question == "revoke") else { return };
        looked += 1;
        assert_eq!(traces(&memory, CANARY.as_bytes()), Vec::<String>::new());
    });
    assert_eq!(run.code, 130, "{run:?}");
    if looked == 0 {
        skip("nobody but root may look into another process's memory");
    }
}

/// The command with the file `pass` as its descriptor 7.
fn with_descriptor<'a>(home: &Home, args: impl IntoIterator<Item = &'a str>) -> Command {
    through_shell(home, "exec \"$0\" \"$@\" 7<pass", &home.command(args))
}

/// A command that a shell becomes after it has prepared something.
fn through_shell(home: &Home, script: &str, keyctl: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).arg(keyctl.get_program()).args(keyctl.get_args());
    shell.env_clear().current_dir(home.path());
    for (name, value) in keyctl.get_envs() {
        shell.env(name, value.unwrap());
    }
    shell
}

#[test]
fn a_process_that_dies_leaves_no_core_file() {
    let home = home();
    let token = home.run_in(
        &[("KEYCTL_PASSPHRASE", CANARY)],
        ["create", "--project", "shop", "--scope", "x", "-q"],
    );
    let keyctl = home.command(["verify", "--batch", "--passphrase-file", "pass"]);
    let shell = through_shell(&home, "ulimit -c unlimited; exec \"$0\" \"$@\"", &keyctl);
    let mut waiting = Waiting::after(shell, None, token.stdout.trim_end());
    let pid = waiting.child.id();
    let limits = fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"]);
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    kill_process(pid, Signal::ABORT).unwrap();
    let status = waiting.child.wait().unwrap();
    assert_eq!((status.signal(), status.core_dumped()), (Some(6), false));
}
