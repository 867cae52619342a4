//! Everything a verb needs from outside: settings, streams, time, and the vault.

mod keyring;
mod origin;
mod process;
mod secrets;
mod settings;
mod stdin;

use std::path::{Path, PathBuf};

use keyctl_vault::issue::{self, IssueError, ReceiptBox, Seen};
use keyctl_vault::{
    Author, Doubt, FirstUse, LockedVault, Owner, Passphrase, Reach, Role, Secret, SlotChoice,
    Transaction, UnlockedVault, VaultError, VaultKey, Verb, doubts, files,
};
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

    /// Opens the vault to be read, and says so when this machine had not known it.
    pub(crate) fn open(&mut self) -> Result<UnlockedVault, CliError> {
        self.open_to(Reach::Read)
    }

    /// Opens the vault to sign bundles, which takes more than to read it.
    pub(crate) fn open_for_export(&mut self) -> Result<UnlockedVault, CliError> {
        self.open_to(Reach::Admin)
    }

    /// Opens the vault with what `unlock` has left, when that goes far enough, else with a secret.
    fn open_to(&mut self, reach: Reach) -> Result<UnlockedVault, CliError> {
        let locked = self.locked()?;
        let vault = match self.resume(locked, reach) {
            Ok(vault) => vault,
            Err(locked) => {
                let secret = self.secret()?;
                self.unlock(*locked, &secret)?
            }
        };
        self.settled(vault)
    }

    /// Opens the vault with a secret, whatever `unlock` has left; also the secret.
    pub(crate) fn open_with_secret(&mut self) -> Result<(UnlockedVault, Secret), CliError> {
        let locked = self.locked()?;
        let secret = self.secret()?;
        let vault = self.unlock(locked, &secret)?;
        Ok((self.settled(vault)?, secret))
    }

    /// The slow hash of a passphrase is what takes time.
    fn unlock(&self, locked: LockedVault, secret: &Secret) -> Result<UnlockedVault, VaultError> {
        let _spinner = self.ui.spinner("unlocking");
        locked.unlock(secret, &self.slot_choice())
    }

    fn locked(&self) -> Result<LockedVault, CliError> {
        let locked = LockedVault::open(&self.settings.vault, self.state())?;
        Ok(locked.expect(self.expected_key()))
    }

    /// Verifies the state of a vault that was just opened.
    fn settled(&mut self, mut vault: UnlockedVault) -> Result<UnlockedVault, CliError> {
        let path = self.settings.vault.clone();
        drop(vault.snapshot()?);
        // Somebody may have typed for a while.
        self.now = process::now()?;
        match vault.first_use() {
            Some(FirstUse::Remembered) => self.ui.say(&format!(
                "note: first use of the vault '{}' on this machine; its key {} is remembered from now on",
                path.display(),
                vault.vault_key()
            )),
            Some(FirstUse::NotRemembered(why)) => self.ui.warn(&format!(
                "the vault '{}' cannot be remembered, so an older copy would not be noticed: {why}",
                path.display()
            )),
            None => {}
        }
        Ok(vault)
    }

    /// Goes on with what `unlock` has left, unless something else is said to unlock with. A kernel
    /// that refuses is as good as one that has nothing: `unlock` has said why.
    fn resume(
        &mut self,
        locked: LockedVault,
        reach: Reach,
    ) -> Result<UnlockedVault, Box<LockedVault>> {
        let is_said = self.known.is_some() || secrets::is_said(&self.unlocking, &self.settings);
        let kept =
            if is_said { None } else { keyring::find(&locked.id(), self.now).ok().flatten() };
        let goes_far = |kept: &Kept| reach == Reach::Read || kept.session.role() == Role::Admin;
        let Some(kept) = kept.filter(goes_far) else { return Err(Box::new(locked)) };
        let id = locked.id();
        locked.resume(&kept.session).inspect_err(|_| {
            drop(keyring::end(&id));
            self.ui.note("the vault is locked again: what it was unlocked with has changed since");
        })
    }

    /// Keeps the vault open for the next commands of this login; until when.
    pub(crate) fn keep_open(
        &mut self,
        vault: &UnlockedVault,
        reach: Reach,
        seconds: u32,
    ) -> Result<Timestamp, CliError> {
        keyring::keep(&vault.id(), &vault.session(reach)?, self.now, seconds)
    }

    /// What keeps the vault open for this login, if anything.
    pub(crate) fn kept_open(&self, id: &str) -> Result<Option<Kept>, CliError> {
        keyring::find(id, self.now)
    }

    /// Ends what keeps the vault open for this login; whether it was open.
    pub(crate) fn lock(&self) -> Result<bool, CliError> {
        keyring::end(&LockedVault::open_copy(&self.settings.vault, self.state())?.id())
    }

    /// The same for every vault; how many were open.
    pub(crate) fn lock_all(&self) -> Result<usize, CliError> {
        keyring::end_all()
    }

    /// Ends it after a change that it must not outlive. A kernel without a keyring keeps nothing.
    pub(crate) fn end_session(&self, vault: &UnlockedVault) {
        drop(keyring::end(&vault.id()));
    }

    /// Opens a copy of a vault with what unlocks the vault itself, without comparing it with what
    /// this machine remembers; also the secret.
    pub(crate) fn open_copy(
        &mut self,
        path: &Path,
        expected: Option<VaultKey>,
    ) -> Result<(UnlockedVault, Secret), CliError> {
        let locked = LockedVault::open_copy(path, self.state())?;
        let locked = locked.expect(expected.or(self.expected_key()));
        let secret = self.secret()?;
        Ok((self.unlock(locked, &secret)?, secret))
    }

    /// What opens another vault, from flags of its own or from the terminal.
    pub(crate) fn other_secret(
        &mut self,
        what: &str,
        source: Option<Source>,
        identity: Option<&Path>,
    ) -> Result<Secret, CliError> {
        secrets::other(&mut self.ui, what, source, identity)
    }

    fn expected_key(&self) -> Option<VaultKey> {
        self.unlocking.vault_key.or(self.settings.vault_key)
    }

    fn secret(&mut self) -> Result<Secret, CliError> {
        match self.known.take() {
            Some(secret) => Ok(secret),
            None => secrets::unlocking(&mut self.ui, &self.unlocking, &self.settings),
        }
    }

    fn slot_choice(&self) -> SlotChoice {
        self.unlocking.slot.clone().map_or(SlotChoice::Any, SlotChoice::Named)
    }

    /// Opens the vault for a change: refused at once when the slot is not an administrator's.
    pub(crate) fn open_for_change(&mut self) -> Result<UnlockedVault, CliError> {
        let vault = self.open_to(Reach::Admin)?;
        check_admin(&vault)?;
        self.warn_of_place();
        Ok(vault)
    }

    /// The same, and the secret that opened it.
    pub(crate) fn open_for_change_with_secret(
        &mut self,
    ) -> Result<(UnlockedVault, Secret), CliError> {
        let (vault, secret) = self.open_with_secret()?;
        check_admin(&vault)?;
        self.warn_of_place();
        Ok((vault, secret))
    }

    /// Says what is doubtful about where the vault lies, to who is about to change it.
    pub(crate) fn warn_of_place(&mut self) {
        let path = self.settings.vault.display().to_string();
        for doubt in doubts(&self.settings.vault) {
            self.ui.warn(&match doubt {
                Doubt::Network(kind) => format!("the vault '{path}' lies on a network file system ({kind}), which may not keep two machines from writing at once: change it from one machine at a time"),
                Doubt::Names(names) => format!("the vault '{path}' has {names} names (hard links): remove the others, for who opens it by another name damages it when a change was broken off"),
            });
        }
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
        if made.map(|entry| entry.file_name()).any(|name| name != "lock") {
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

fn check_admin(vault: &UnlockedVault) -> Result<(), CliError> {
    if vault.role() == Role::Admin {
        return Ok(());
    }
    let (slot, role) = (vault.slot().to_owned(), vault.role());
    Err(VaultError::Role { slot, role, needed: "admin" }.into())
}

pub(crate) fn needs_confirmation(question: &str) -> CliError {
    let question = question.trim_end_matches('?').to_owned();
    CliError::new(Kind::NeedsConfirmation, format!("this needs a confirmation: {question}"))
        .hint("add --yes to go ahead without being asked")
}
