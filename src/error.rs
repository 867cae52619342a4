//! What a user is told when something does not work: a cause, a next step, an exit code. The
//! table of next steps is here and nowhere else.

use std::borrow::Cow;
use std::io;
use std::path::Path;

use keyctl_vault::issue::{Candidate, ExportError, IssueError, KeyRefError, Refusal};
use keyctl_vault::{Finding, SlotError, VaultError};

use crate::exit::Exit;
use crate::ui::{PromptError, last_argument};
use crate::words::Words;

/// A failure, ready to be shown.
#[derive(Debug)]
pub(crate) struct CliError {
    pub(crate) kind: Kind,
    pub(crate) message: String,
    /// Lines that follow the message, such as the keys that fit.
    pub(crate) details: Vec<String>,
    pub(crate) hint: Option<String>,
    /// True when the message is about the vault and does not say which.
    pub(crate) lacks_vault: bool,
    /// True when the change was made all the same.
    pub(crate) is_made: bool,
}

/// The `code` of an error in JSON, and its exit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Failed,
    Usage,
    NotFound,
    Ambiguous,
    Locked,
    Refused,
    NeedsConfirmation,
    Integrity,
    Interrupted,
    /// The reader of stdout went away: nothing to be told, and no failure.
    ClosedOutput,
}

impl Kind {
    /// Every one that is told.
    const ALL: [Kind; 9] = [
        Kind::Failed,
        Kind::Usage,
        Kind::NotFound,
        Kind::Ambiguous,
        Kind::Locked,
        Kind::Refused,
        Kind::NeedsConfirmation,
        Kind::Integrity,
        Kind::Interrupted,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Kind::Failed => "failed",
            Kind::Usage => "usage",
            Kind::NotFound => "not_found",
            Kind::Ambiguous => "ambiguous",
            Kind::Locked => "locked",
            Kind::Refused => "refused",
            Kind::NeedsConfirmation => "needs_confirmation",
            Kind::Integrity => "integrity",
            Kind::Interrupted => "interrupted",
            Kind::ClosedOutput => "closed_output",
        }
    }

    pub(crate) fn exit(self) -> Exit {
        match self {
            Kind::Failed => Exit::Failed,
            Kind::Usage => Exit::Usage,
            Kind::NotFound | Kind::Ambiguous => Exit::NotFound,
            Kind::Locked => Exit::Locked,
            Kind::Refused => Exit::Refused,
            Kind::NeedsConfirmation => Exit::NeedsConfirmation,
            Kind::Integrity => Exit::Integrity,
            Kind::Interrupted => Exit::Interrupted,
            Kind::ClosedOutput => Exit::Done,
        }
    }
}

impl Words for Kind {
    fn words() -> Vec<String> {
        // A bug has no way to come back as an error; its word is the contract's all the same.
        let words = Kind::ALL.map(Kind::as_str).into_iter().chain(["bug"]);
        words.map(str::to_owned).collect()
    }
}

impl CliError {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        CliError {
            kind,
            message: message.into(),
            details: Vec::new(),
            hint: None,
            lacks_vault: false,
            is_made: false,
        }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        CliError::new(Kind::Usage, message)
    }

    pub(crate) fn locked(message: impl Into<String>) -> Self {
        CliError::new(Kind::Locked, message)
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same about the vault at `path`, where the message does not say which.
    pub(crate) fn about(mut self, path: &Path) -> Self {
        if self.lacks_vault {
            self.message = format!("vault '{}': {}", path.display(), self.message);
            self.lacks_vault = false;
        }
        self
    }

    /// What could not be written to stdout, or to the pager in its place.
    pub(crate) fn output(source: &io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::BrokenPipe => CliError::new(Kind::ClosedOutput, "stdout was closed"),
            io::ErrorKind::NotFound => CliError::new(Kind::Failed, "the pager cannot be started")
                .hint("set KEYCTL_PAGER, or leave --pager out"),
            _ => CliError::new(Kind::Failed, format!("cannot write to stdout: {source}")),
        }
    }
}

impl From<io::Error> for CliError {
    /// The only bare I/O is that of stdout; everything else carries its path.
    fn from(source: io::Error) -> Self {
        CliError::output(&source)
    }
}

const LOST: &str = "put a backup back: keyctl vault restore BACKUP --accept-rollback; or say with --vault where it is now";

const LEFT: &str = "try what is in it ('keyctl verify', 'keyctl list --recovery-file'), then move it to where it belongs, or remove it";
const FULL: &str = "nothing was changed; make room, and try again";
const NOT_WRITABLE: &str = "nothing was changed; see who may write there";
const FAILING: &str = "see whether the disk is full or failing; if it is whole, 'keyctl vault check' reads everything";
const MEMORY: &str = "raise the limit of the shell or the container; 'init --kdf-memory' makes a vault that needs less, and a key file opens one without any";
const UNCONFIRMED: &str = "see to the disk, then look at 'keyctl audit'; 'keyctl rotate' replaces a token that was not shown";

/// What to do after a failure of the operating system.
fn after_io(source: &io::Error) -> &'static str {
    /// What a disk says that fails.
    const EIO: i32 = 5;
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room, and try again",
        io::ErrorKind::ReadOnlyFilesystem => "name a file elsewhere: nothing can be written there",
        _ if source.raw_os_error() == Some(EIO) => FAILING,
        _ => "check the path, and who may read and write there",
    }
}

impl From<VaultError> for CliError {
    fn from(error: VaultError) -> Self {
        let message = error.to_string();
        let (kind, hint) = match &error {
            VaultError::Missing { .. } => {
                (Kind::Failed, Some("run 'keyctl init' to create one".to_owned()))
            }
            VaultError::Lost { .. } => (Kind::Failed, Some(LOST.to_owned())),
            VaultError::Exists { .. } => {
                (Kind::Refused, Some("choose another path, or move that file away".to_owned()))
            }
            VaultError::UnsafeFile { mend, .. } => {
                let mend = mend.as_ref().map(|mend| format!("run {mend}"));
                let other = || "name another file, or find out how it came to be so".to_owned();
                (Kind::Failed, Some(mend.unwrap_or_else(other)))
            }
            VaultError::Newer { .. } => {
                (Kind::Failed, Some("install the latest keyctl".to_owned()))
            }
            VaultError::Integrity(finding) => (Kind::Integrity, Some(after(finding).to_owned())),
            VaultError::Locked { secret: "passphrase" } => (
                Kind::Locked,
                Some("try again; if it is lost, unlock with --recovery-file".to_owned()),
            ),
            VaultError::Locked { .. } => {
                (Kind::Locked, Some("check that it belongs to this vault".to_owned()))
            }
            VaultError::Left { .. } => (Kind::Refused, Some(LEFT.to_owned())),
            VaultError::Io { source, .. } => (Kind::Failed, Some(after_io(source).to_owned())),
            VaultError::Full { .. } => (Kind::Failed, Some(FULL.to_owned())),
            VaultError::Disk { .. } => (Kind::Failed, Some(FAILING.to_owned())),
            VaultError::Unconfirmed { .. } => (Kind::Failed, Some(UNCONFIRMED.to_owned())),
            VaultError::SlotGone { .. } => (
                Kind::Locked,
                Some("try again; unlock with another slot if that one was removed".to_owned()),
            ),
            VaultError::NoSuchSlot { .. } => {
                (Kind::Locked, Some("'keyctl vault slot list' names the slots".to_owned()))
            }
            VaultError::ExcessiveWork { .. } => {
                (Kind::Locked, Some("name the slot to try with --slot NAME".to_owned()))
            }
            VaultError::KdfMemory { .. } => (Kind::Failed, Some(MEMORY.to_owned())),
            VaultError::Role { .. } => {
                (Kind::Refused, Some("unlock with a slot of that role".to_owned()))
            }
            VaultError::TooManySlots { .. } => {
                (Kind::Refused, Some("remove a slot that nobody uses first".to_owned()))
            }
            VaultError::NoBundleKey => (
                Kind::Refused,
                Some("let an administrator run 'keyctl bundle key rotate'".to_owned()),
            ),
            VaultError::TooLarge { .. } => (Kind::Refused, Some("change less at once".to_owned())),
            VaultError::Busy { .. } | VaultError::Replaced { .. } => {
                (Kind::Failed, Some("try again; nothing was changed".to_owned()))
            }
            VaultError::NotWritable { .. } => (Kind::Failed, Some(NOT_WRITABLE.to_owned())),
            _ => (Kind::Failed, None),
        };
        let (lacks_vault, is_made) = (lacks_vault(&error), error.is_made());
        CliError { kind, message, details: Vec::new(), hint, lacks_vault, is_made }
    }
}

/// True when the error is about the vault and does not say which.
fn lacks_vault(error: &VaultError) -> bool {
    matches!(
        error,
        VaultError::Integrity(_)
            | VaultError::Locked { .. }
            | VaultError::SlotGone { .. }
            | VaultError::NoSuchSlot { .. }
            | VaultError::NoBundleKey
            | VaultError::ExcessiveWork { .. }
            | VaultError::Role { .. }
    )
}

/// What to do after an integrity finding.
fn after(finding: &Finding) -> &'static str {
    match finding {
        Finding::RolledBack { .. } => {
            "put the newer file back; an old copy would bring revoked keys back to life"
        }
        Finding::Forked { .. } => {
            "two histories of this vault exist: find out who wrote the other one, and keep only one file"
        }
        Finding::NotContinued { .. } => {
            "if somebody has put a backup back, ask them for the vault key: keyctl vault trust kcvk_…; else two histories of this vault exist: keep only one file"
        }
        Finding::OtherVault { .. } => {
            "if somebody has rekeyed or replaced the vault, ask them for its key: keyctl vault trust kcvk_…; else do not use this file"
        }
        Finding::Unvouched => {
            "ask whoever made the vault for its key ('keyctl vault info' shows it), and say it: --vault-key kcvk_…"
        }
        Finding::Pin { .. } => {
            "find out who changed it; removing the whole folder makes this machine forget which states of its vaults it has seen"
        }
        Finding::LogBeside { .. } => {
            "move it away, and find out who put it there; then 'keyctl vault check' reads everything"
        }
        Finding::NotAVault { .. } => {
            "check the path; if it is right, put a backup of the vault back"
        }
        _ => {
            "do not use this file: put a backup back, and find out who changed it; 'keyctl vault check' reads everything"
        }
    }
}

impl From<IssueError> for CliError {
    fn from(error: IssueError) -> Self {
        let message = error.to_string();
        match error {
            IssueError::Vault(error) => error.into(),
            IssueError::Refused(refusal) => refused(&refusal),
            IssueError::InRecord { place, source } => {
                let mut error = CliError::from(*source);
                error.message = format!("{place}: {}", error.message);
                error.hint = error.hint.map(|hint| format!("nothing was made; {hint}"));
                error
            }
            IssueError::NotFound { .. } => CliError::new(Kind::NotFound, message)
                .hint("'keyctl list' shows the keys; a KEY is an id, a prefix or an exact name"),
            IssueError::NoSuchOwner { .. } => CliError::new(Kind::NotFound, message)
                .hint("'keyctl owner list' shows who is; 'keyctl owner add' registers"),
            IssueError::Ambiguous { candidates, .. } => {
                let mut error = CliError::new(Kind::Ambiguous, message)
                    .hint("name it by its id, or say which --project");
                error.details = candidates.iter().map(candidate).collect();
                error
            }
        }
    }
}

fn candidate(candidate: &Candidate) -> String {
    let Candidate { id, project, environment, name, status } = candidate;
    let project = project.as_deref().unwrap_or("no project");
    format!("{id}  {name} ({project}, {environment}, {status})")
}

fn refused(refusal: &Refusal) -> CliError {
    let kind = match refusal {
        Refusal::DefaultTooLong { .. } | Refusal::NeverValid | Refusal::ExpiryPast { .. } => {
            Kind::Usage
        }
        _ => Kind::Refused,
    };
    CliError::new(kind, refusal.to_string()).hint(instead_of(refusal))
}

/// What to do instead of what a rule forbids.
fn instead_of(refusal: &Refusal) -> Cow<'static, str> {
    match refusal {
        Refusal::NameTaken { .. } => {
            "choose another --name, or rotate that key, or revoke it first".into()
        }
        Refusal::PersonalNameTaken { holder, .. } => {
            format!("give that key another name first: keyctl edit {holder} --name NAME").into()
        }
        Refusal::Revoked { .. } => "create a new key instead".into(),
        Refusal::Expired { id } => {
            format!("give it a new expiry first: keyctl edit {id} --expires 90d").into()
        }
        Refusal::ExpiryRequired => {
            "add --expires 90d, for example; before a rotation: keyctl edit KEY --expires 90d"
                .into()
        }
        Refusal::LifetimeTooLong { max } => format!(
            "use --expires {max} or less; before a rotation: keyctl edit KEY --expires {max}"
        )
        .into(),
        Refusal::OwnerRequired { .. } => "'keyctl owner list' shows who is registered".into(),
        Refusal::TooManyKeys { .. } => "revoke one that nobody uses first, or rotate it".into(),
        Refusal::ReasonRequired => "add --reason TEXT".into(),
        Refusal::DefaultTooLong { .. } => "give both: --default-lifetime and --max-lifetime".into(),
        Refusal::OwnerTaken { owner } => format!(
            "to change what they may have: keyctl owner edit --scope … {}",
            last_argument(owner)
        )
        .into(),
        Refusal::BeyondCeiling { owner, scope, ceiling } => {
            let present = ceiling.split(' ').filter(|scope| *scope != "nothing");
            let scopes = present.chain([scope.as_str()]);
            let flags: Vec<String> = scopes.map(|scope| format!("--scope '{scope}'")).collect();
            format!(
                "ask for less, or widen the ceiling: keyctl owner edit {} {}",
                flags.join(" "),
                last_argument(owner)
            )
            .into()
        }
        Refusal::NotRecoverable { id } => format!(
            "'keyctl rotate {id}' makes a new token; only keys made with --recoverable keep theirs"
        )
        .into(),
        Refusal::GraceTooLong { max, .. } => format!("use --grace {max} or less").into(),
        Refusal::NotInGrace { id } => format!("'keyctl show {id}' lists its generations").into(),
        Refusal::OtherTokenPrefix { theirs, .. } => {
            format!("import into a vault made with 'keyctl init --token-prefix {theirs}'").into()
        }
        Refusal::NeverValid => "--expires must be later than --not-before".into(),
        Refusal::ExpiryPast { .. } => "use --expires 90d, for example".into(),
        _ => "ask for less, or split it into two keys".into(),
    }
}

impl From<ExportError> for CliError {
    fn from(error: ExportError) -> Self {
        let message = error.to_string();
        let (kind, hint) = match error {
            ExportError::Vault(error) => return error.into(),
            ExportError::InTheWay { .. } => (
                Kind::Refused,
                "choose another file; a bundle replaces only an older one of the same vault, projects and environments",
            ),
            ExportError::Clock { .. } => (
                Kind::Failed,
                "set the clock; if it is right now and was ahead once, remove that file: verifiers that have seen the larger serial must forget it too",
            ),
            ExportError::TooLarge { .. } => {
                (Kind::Refused, "shorten its labels and lists, or export without --with-labels")
            }
            ExportError::Write { .. } => {
                (Kind::Failed, "make room, and see who may write there; the old file is as it was")
            }
        };
        CliError::new(kind, message).hint(hint)
    }
}

impl From<SlotError> for CliError {
    fn from(error: SlotError) -> Self {
        let message = error.to_string();
        let (kind, hint) = match error {
            SlotError::Vault(error) => return error.into(),
            SlotError::NameTaken { .. } => (Kind::Refused, "choose another name"),
            SlotError::NameTooLong => (Kind::Refused, "choose a shorter name"),
            SlotError::Full => (Kind::Refused, "remove a slot that nobody uses first"),
            SlotError::NotFound { .. } => {
                (Kind::NotFound, "'keyctl vault slot list' names the slots")
            }
            SlotError::LastAdmin { .. } => {
                (Kind::Refused, "add another slot with --role admin first")
            }
            SlotError::NotAPassphrase { .. } => {
                (Kind::Refused, "name the slot whose passphrase to change")
            }
        };
        CliError::new(kind, message).hint(hint)
    }
}

impl From<KeyRefError> for CliError {
    fn from(error: KeyRefError) -> Self {
        let hint = match error {
            KeyRefError::Token => {
                "give its prefix, like kc_dev_3fK9aQ1xZ0bT; to check a token, pipe it into 'keyctl verify'"
            }
            KeyRefError::Malformed => {
                "a KEY is an id like key_3fK9aQ1xZ0bT, a prefix, or an exact name"
            }
        };
        CliError::usage(error.to_string()).hint(hint)
    }
}

impl From<PromptError> for CliError {
    fn from(error: PromptError) -> Self {
        match error {
            PromptError::NoTerminal => {
                CliError::new(Kind::NeedsConfirmation, "nobody is there to ask")
            }
            PromptError::Interrupted => {
                CliError::new(Kind::Interrupted, "interrupted; nothing was changed")
            }
            PromptError::Io(source) => {
                CliError::new(Kind::Failed, format!("the terminal failed: {source}"))
            }
        }
    }
}
