//! Where secrets come from. Never from an argument: those can be read by every process of the
//! machine.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use keyctl_vault::{Identities, IdentityError, Passphrase, RecoveryKey, Secret, files};
use zeroize::Zeroizing;

use super::process;
use super::settings::Settings;
use super::stdin::Stdin;
use crate::error::{CliError, Kind};
use crate::global::UnlockArgs;
use crate::ui::{PromptError, Ui};

/// The most bytes of a secret that are read.
const MAX_SECRET: u64 = 1 << 20;
/// A passphrase with fewer characters gets a warning.
const SHORT: usize = 10;

/// Where a passphrase comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    File(PathBuf),
    Fd(u32),
    Command(String),
    Variable,
    Terminal,
}

impl Source {
    fn read(&self) -> Result<Zeroizing<String>, CliError> {
        match self {
            Source::File(path) => read_text(path, "the passphrase file"),
            Source::Fd(0) => text_of(Stdin, "stdin"),
            Source::Fd(fd) => read_text(&PathBuf::from(format!("/dev/fd/{fd}")), "the descriptor"),
            Source::Command(command) => run(command),
            Source::Variable => process::set_variable(process::PASSPHRASE)
                .unwrap_or_default()
                .into_string()
                .map(Zeroizing::new)
                .map_err(|_| CliError::locked("KEYCTL_PASSPHRASE is not UTF-8")),
            Source::Terminal => Err(no_passphrase()),
        }
    }
}

/// The secret that opens the vault: a flag beats the environment, which beats the prompt.
pub(super) fn unlocking(
    ui: &mut Ui,
    args: &UnlockArgs,
    settings: &Settings,
) -> Result<Secret, CliError> {
    args.check_one()?;
    if let Some(path) = &args.keyfile {
        let contents = Zeroizing::new(
            files::read_bounded(path, 1 << 20)
                .map_err(|e| CliError::locked(e.to_string()).hint(UNREADABLE))?,
        );
        let short = || CliError::locked(format!("the key file '{}' is too short", path.display()));
        return Secret::keyfile(&contents)
            .ok_or_else(|| short().hint("a key file has at least 32 bytes"));
    }
    if let Some(path) = &args.recovery_file {
        let text = read_text(path, "the recovery file")?;
        let key = RecoveryKey::parse(&text);
        return key.map(Secret::Recovery).map_err(|e| {
            CliError::locked(format!("'{}': {e}", path.display()))
                .hint("compare it with what was written down at 'keyctl init'")
        });
    }
    if let Some(path) = &args.identity {
        return identities(path);
    }
    let text = match source(args, settings) {
        Source::Terminal if ui.can_ask_hidden() => {
            ui.ask_hidden("Passphrase").map_err(no_answer)?
        }
        Source::Terminal => {
            let mut error = no_passphrase();
            let more = "'keyctl unlock', at a terminal of this login, keeps the vault open";
            error.hint = error.hint.map(|hint| format!("{hint}; {more}"));
            return Err(error);
        }
        source => source.read()?,
    };
    passphrase(&text).map(Secret::Passphrase)
}

/// What opens another vault: the identities of a file, or a passphrase from `source` or the
/// terminal.
pub(super) fn other(
    ui: &mut Ui,
    what: &str,
    source: Option<Source>,
    identity: Option<&Path>,
) -> Result<Secret, CliError> {
    if let Some(path) = identity {
        return identities(path);
    }
    let text = match source {
        Some(source) => source.read()?,
        None if ui.can_ask_hidden() => {
            ui.ask_hidden(&format!("Passphrase of {what}")).map_err(no_answer)?
        }
        None => {
            let message = format!(
                "no passphrase of {what} was given, and there is no terminal to ask for it"
            );
            return Err(CliError::locked(message).hint(
                "use --source-passphrase-file, --source-passphrase-fd, --source-passphrase-command or --source-identity",
            ));
        }
    };
    passphrase(&text).map(Secret::Passphrase)
}

fn identities(path: &Path) -> Result<Secret, CliError> {
    let text = read_text(path, "the identity file")?;
    Identities::parse(&text).map(Secret::Identity).map_err(|e| {
        CliError::locked(format!("identity file '{}': {e}", path.display())).hint(match e {
            IdentityError::Encrypted => "decrypt it first with 'age -d', into a pipe if need be",
            _ => "name a file that age-keygen has made",
        })
    })
}

/// A passphrase that is to be set: from `source`, or twice from the terminal.
pub(super) fn setting(ui: &mut Ui, source: &Source) -> Result<Passphrase, CliError> {
    let new = match source {
        Source::Terminal if ui.can_ask_hidden() => {
            let first = passphrase(&ui.ask_hidden("New passphrase").map_err(no_answer)?)?;
            let again = passphrase(&ui.ask_hidden("New passphrase again").map_err(no_answer)?)?;
            if !first.same_as(&again) {
                return Err(CliError::locked("the two passphrases differ").hint("try again"));
            }
            first
        }
        source => passphrase(&source.read()?)?,
    };
    if new.chars() < SHORT {
        ui.warn(&format!("a passphrase of {} characters is quickly guessed by who has the file; take four or more words", new.chars()));
    }
    Ok(new)
}

/// True when a flag or the environment says what to unlock with, or which slot.
pub(super) fn is_said(args: &UnlockArgs, settings: &Settings) -> bool {
    let another = args.keyfile.is_some() || args.recovery_file.is_some() || args.identity.is_some();
    another || args.slot.is_some() || source(args, settings) != Source::Terminal
}

/// Where the passphrase of this run comes from.
pub(super) fn source(args: &UnlockArgs, settings: &Settings) -> Source {
    let flags = flag_source(
        args.passphrase_file.as_deref(),
        args.passphrase_fd,
        args.passphrase_command.as_deref(),
    );
    let file = || settings.passphrase_file.clone().map(Source::File);
    let command = || settings.passphrase_command.clone().map(Source::Command);
    let variable = || process::set_variable(process::PASSPHRASE).map(|_| Source::Variable);
    flags.or_else(file).or_else(command).or_else(variable).unwrap_or(Source::Terminal)
}

/// The source that one of three flags names.
pub(crate) fn flag_source(
    file: Option<&Path>,
    fd: Option<u32>,
    command: Option<&str>,
) -> Option<Source> {
    let file = file.map(|path| Source::File(path.to_owned()));
    file.or(fd.map(Source::Fd)).or(command.map(|command| Source::Command(command.to_owned())))
}

fn passphrase(text: &str) -> Result<Passphrase, CliError> {
    let hint = "check where it comes from: 'keyctl list --help' lists the ways, under Unlocking";
    Passphrase::new(text).map_err(|e| CliError::locked(e.to_string()).hint(hint))
}

/// A question for a passphrase that was not answered.
fn no_answer(error: PromptError) -> CliError {
    match error {
        PromptError::NoTerminal => CliError::locked("no passphrase was given").hint("try again"),
        error => error.into(),
    }
}

const UNREADABLE: &str = "check that it is there and can be read; nothing was changed";

fn no_passphrase() -> CliError {
    CliError::locked("no passphrase was given, and there is no terminal to ask for it").hint(
        "use --passphrase-file FILE, --passphrase-fd N or --passphrase-command CMD, or set KEYCTL_PASSPHRASE",
    )
}

fn read_text(path: &Path, what: &str) -> Result<Zeroizing<String>, CliError> {
    let unreadable = |e: io::Error| {
        CliError::locked(format!("cannot read {what} '{}': {e}", path.display())).hint(UNREADABLE)
    };
    text_of(File::open(path).map_err(unreadable)?, &format!("{what} '{}'", path.display()))
}

/// All of a stream without its one trailing line end.
fn text_of(stream: impl Read, what: &str) -> Result<Zeroizing<String>, CliError> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
    let read = stream.take(MAX_SECRET).read_to_end(&mut bytes);
    read.map_err(|e| CliError::locked(format!("cannot read {what}: {e}")).hint(UNREADABLE))?;
    let text = std::str::from_utf8(without_line_end(&bytes));
    let text =
        text.map_err(|_| CliError::locked(format!("{what} is not UTF-8")).hint(UNREADABLE))?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// Without one line end at the end.
pub(crate) fn without_line_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

/// Runs a command in the shell; what it writes is the passphrase. It does not see ours.
fn run(command: &str) -> Result<Zeroizing<String>, CliError> {
    let failed = |what: String| {
        CliError::locked(format!("the passphrase command failed: {what}"))
            .hint("run it by itself: it must write the passphrase to its stdout")
    };
    let output = Command::new("sh")
        .args(["-c", command])
        .env_remove(process::PASSPHRASE)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| failed(e.to_string()))?;
    let written = Zeroizing::new(output.stdout);
    if !output.status.success() {
        return Err(failed(output.status.to_string()));
    }
    text_of(written.as_slice(), "the passphrase command's output")
}

impl UnlockArgs {
    /// Two secrets are one too many.
    pub(super) fn check_one(&self) -> Result<(), CliError> {
        let given: Vec<&str> = [
            (self.passphrase_file.is_some(), "--passphrase-file"),
            (self.passphrase_fd.is_some(), "--passphrase-fd"),
            (self.passphrase_command.is_some(), "--passphrase-command"),
            (self.keyfile.is_some(), "--keyfile"),
            (self.recovery_file.is_some(), "--recovery-file"),
            (self.identity.is_some(), "--identity"),
        ]
        .into_iter()
        .filter_map(|(given, flag)| given.then_some(flag))
        .collect();
        if given.len() < 2 {
            return Ok(());
        }
        let message = format!("{} cannot be used together", given.join(" and "));
        Err(CliError::new(Kind::Usage, message).hint("give one way to unlock the vault"))
    }
}
