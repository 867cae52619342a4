//! Everything a verb needs from outside: settings, streams, time, and the vault.

mod keyring;
mod opening;
mod origin;
mod process;
mod secrets;
mod settings;
mod stdin;

use std::path::{Path, PathBuf};

use keyctl_vault::issue::{self, IssueError, ReceiptBox, Seen};
use keyctl_vault::{Author, Owner, Passphrase, Secret, Transaction, UnlockedVault, Verb, files};
use keyctl_verify::Timestamp;

use crate::error::{CliError, Kind};
use crate::global::{ColorChoice, GlobalArgs, Output, UnlockArgs};
use crate::ui::{Clipboard, Colors, Ui};

pub(crate) use keyring::Kept;
pub(crate) use origin::Origin;
pub(crate) use process::harden;
pub(crate) use secrets::{Source, flag_source, without_line_end};
#[cfg(fuzzing)]
pub(crate) use settings::settings_in;
pub(crate) use settings::{Home, Settings};
pub(crate) use stdin::Stdin;

/// One run of the program.
pub(crate) struct Context {
    pub(crate) ui: Ui,
    pub(crate) settings: Settings,
    pub(crate) now: Timestamp,
    /// What the command line says about the output, if anything.
    pub(crate) output: Option<Output>,
    /// Whether the command line asks for SARIF.
    pub(crate) sarif: bool,
    /// Whether questions are answered beforehand.
    pub(crate) yes: bool,
    unlocking: UnlockArgs,
    /// Flags of every verb that settings can say too, as they were given.
    flags: Vec<(&'static str, String)>,
    /// The secret of a vault that this run has made: it need not be asked for again.
    known: Option<Secret>,
}

/// The format that errors take, known before anything else is.
pub(crate) fn error_format(explicit: Option<Output>) -> Output {
    let configured =
        || Settings::read(None, Home::NotNeeded).ok().and_then(|settings| settings.output);
    explicit.or_else(configured).unwrap_or(Output::Table)
}

/// How what is said beside an answer is coloured, known before anything else is.
pub(crate) fn error_colors(asked: ColorChoice) -> Colors {
    Colors::of_stderr(asked, no_color())
}

/// Whether the environment asks for no colours, or has a terminal without any.
fn no_color() -> bool {
    let is_dumb = process::variable("TERM").is_some_and(|term| term == "dumb");
    is_dumb || process::variable("NO_COLOR").is_some()
}

impl Context {
    pub(crate) fn new(global: GlobalArgs, home: Home) -> Result<Self, CliError> {
        let (output, sarif) = (global.output(), global.is_sarif());
        let ui = Ui::new(global.color, no_color(), global.quiet, global.no_input);
        let settings = Settings::read(global.vault.as_deref(), home)?;
        let now = process::now()?;
        Ok(Context {
            ui,
            settings,
            now,
            output,
            sarif,
            yes: global.yes,
            flags: origin::flags(&global),
            unlocking: global.unlock,
            known: None,
        })
    }

    /// The output that is asked for here, or configured, or the table.
    pub(crate) fn format(&self) -> Output {
        self.output.or(self.settings.output).unwrap_or(Output::Table)
    }

    /// The working directory, unless it is gone.
    pub(crate) fn folder(&self) -> Option<PathBuf> {
        process::folder().ok()
    }

    /// Whom this user is.
    pub(crate) fn owner(&self) -> Result<Owner, CliError> {
        if let Some(owner) = &self.settings.owner {
            return Ok(owner.clone());
        }
        let login = process::login_name();
        Owner::parse(&login).map_err(|e| {
            CliError::usage(format!("the login name '{login}' {e}")).hint("say --owner NAME")
        })
    }

    /// Every setting, and where its value comes from.
    pub(crate) fn origins(&self) -> Result<Vec<Origin>, CliError> {
        origin::origins(&self.settings, &self.flags, &process::login_name())
    }

    /// Who makes a change, as the audit log will say.
    pub(crate) fn author(&self) -> Author {
        Author { actor: process::login_name(), host: process::host_name(), now: self.now }
    }

    /// The vault's path, and whether a file is there.
    pub(crate) fn vault_path(&self) -> (&Path, bool) {
        let path = self.settings.vault.as_path();
        (path, path.symlink_metadata().is_ok())
    }

    /// Keeps the secret of a vault that was just made.
    pub(crate) fn keep_secret(&mut self, secret: Secret) {
        self.known = Some(secret);
    }

    /// The state directory: pins and receipts.
    pub(crate) fn state(&self) -> &Path {
        &self.settings.state
    }

    /// Makes the folder of a new vault where there is none.
    pub(crate) fn prepare_vault_folder(&self) -> Result<(), CliError> {
        Ok(files::make_private_folder(files::folder_of(&self.settings.vault))?)
    }

    /// Makes one change of the vault.
    pub(crate) fn change<T>(
        &mut self,
        vault: &mut UnlockedVault,
        verb: Verb,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T, IssueError>,
    ) -> Result<T, CliError> {
        let (author, receipts) = (self.author(), self.receipts(vault));
        let result = issue::change(vault, &author, verb, &receipts, work);
        self.report_pin_trouble(vault);
        Ok(result?)
    }

    /// Says that verifiers with a bundle learn of an end only later, where bundles are made.
    pub(crate) fn remind_of_bundles(&mut self, vault: &UnlockedVault) {
        let notes = self.state().join("bundles").join(vault.id());
        let made = std::fs::read_dir(notes).into_iter().flatten().flatten();
        // What a killed export has left begins with a dot.
        let is_note =
            |name: std::ffi::OsString| name != "lock" && !name.as_encoded_bytes().starts_with(b".");
        if made.map(|entry| entry.file_name()).any(is_note) {
            self.ui.note(
                "verifiers with a bundle learn of it with the next one: 'keyctl bundle export'",
            );
        }
    }

    /// Says when a change was made but could not be remembered.
    pub(crate) fn report_pin_trouble(&mut self, vault: &mut UnlockedVault) {
        if let Some(trouble) = vault.take_pin_trouble() {
            let text =
                format!("the change is made, but this machine could not remember it: {trouble}");
            self.ui.warn(&text);
        }
    }

    /// The receipts that gather here for a vault.
    pub(crate) fn receipts(&self, vault: &UnlockedVault) -> ReceiptBox {
        ReceiptBox::new(self.state(), &vault.id())
    }

    /// What those receipts say of last uses.
    pub(crate) fn seen(&self, vault: &UnlockedVault) -> Seen {
        Seen::load(&self.receipts(vault))
    }

    /// The passphrase of a new vault: from where this run takes its passphrase.
    pub(crate) fn first_passphrase(&mut self) -> Result<Passphrase, CliError> {
        let unlock = &self.unlocking;
        if unlock.keyfile.is_some() || unlock.recovery_file.is_some() || unlock.identity.is_some() {
            return Err(CliError::usage("the first slot of a vault takes a passphrase")
                .hint("add a key file afterwards with 'keyctl vault slot add --kind keyfile'"));
        }
        self.unlocking.check_one()?;
        let source = secrets::source(&self.unlocking, &self.settings);
        secrets::setting(&mut self.ui, &source)
    }

    /// A passphrase that is to be set: from flags of its own, or from the terminal.
    pub(crate) fn new_passphrase(
        &mut self,
        source: Option<Source>,
    ) -> Result<Passphrase, CliError> {
        let source = source.unwrap_or(Source::Terminal);
        if source == Source::Terminal && !self.ui.can_ask_hidden() {
            return Err(CliError::locked("no new passphrase was given, and there is no terminal to ask for it")
                .hint("use --new-passphrase-file FILE, --new-passphrase-fd N or --new-passphrase-command CMD"));
        }
        secrets::setting(&mut self.ui, &source)
    }

    /// Fails while nothing has happened yet when a secret could not be handed over.
    pub(crate) fn check_stdout(&self) -> Result<(), CliError> {
        if process::stdout_is_closed() {
            return Err(CliError::new(
                Kind::Failed,
                "stdout is closed, so the secret could not be handed over",
            )
            .hint("nothing was changed; redirect stdout to where the secret shall go"));
        }
        Ok(())
    }

    /// Asks before something that cannot be taken back, unless told not to.
    pub(crate) fn confirm(&mut self, question: &str) -> Result<(), CliError> {
        if self.yes {
            return Ok(());
        }
        if !self.ui.can_ask() {
            return Err(needs_confirmation(question));
        }
        if self.ui.confirm(question)? {
            Ok(())
        } else {
            Err(CliError::new(Kind::Interrupted, "nothing was changed"))
        }
    }

    /// Reads the clock again, for a run that goes on for long.
    pub(crate) fn refresh_now(&mut self) -> Result<(), CliError> {
        self.now = process::now()?;
        Ok(())
    }

    /// The time to the nanosecond, since 1970: for what is finer than a second.
    pub(crate) fn nanos(&self) -> Result<u64, CliError> {
        process::nanos()
    }

    /// The clipboard of this desktop, if there is one.
    pub(crate) fn clipboard(&self) -> Option<Clipboard> {
        let is_set = |name| process::variable(name).is_some();
        let path = process::variable("PATH")?;
        Clipboard::find(is_set("WAYLAND_DISPLAY"), is_set("DISPLAY"), &path)
    }

    /// Pages through the answer from here on.
    pub(crate) fn start_pager(&mut self) -> Result<(), CliError> {
        let (command, less) = process::pager();
        let started = self.ui.start_pager(&command, less, process::PASSPHRASE);
        started.map_err(|e| {
            let message = format!("the pager '{}' cannot be started: {e}", command.display());
            CliError::new(Kind::Failed, message).hint("set KEYCTL_PAGER, or leave --pager out")
        })
    }

    /// Puts a secret into the clipboard for a while.
    pub(crate) fn copy(&self, clipboard: Clipboard, secret: &str) -> std::io::Result<()> {
        clipboard.put(secret, process::PASSPHRASE)
    }

    /// True when the passphrase is to be read from stdin.
    pub(crate) fn unlocks_from_stdin(&self) -> bool {
        self.unlocking.passphrase_fd == Some(0)
    }

    /// The variable that `--token-env` names.
    pub(crate) fn token_variable(&self, name: &str) -> Option<std::ffi::OsString> {
        process::set_variable(name)
    }
}

pub(crate) fn needs_confirmation(question: &str) -> CliError {
    let question = question.trim_end_matches('?').to_owned();
    CliError::new(Kind::NeedsConfirmation, format!("this needs a confirmation: {question}"))
        .hint("add --yes to go ahead without being asked")
}
