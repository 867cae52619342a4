//! The process around us: its environment, its clock, its user. Read here and nowhere else.

use std::ffi::OsString;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use keyctl_verify::Timestamp;
use rustix::fs::{OFlags, fcntl_getfl, fstat};
use rustix::process::{
    DumpableBehavior, Resource, Rlimit, getuid, set_dumpable_behavior, setrlimit,
};

use crate::error::{CliError, Kind};
use crate::exit::Exit;

/// The variable that holds a passphrase; never handed on to a child.
pub(super) const PASSPHRASE: &str = "KEYCTL_PASSPHRASE";

/// Makes sure that no secret ends in a core file or a debugger of the same user, and that a bug
/// ends with its own exit code and says nothing that could be secret.
pub(crate) fn harden() {
    // Where the system refuses, there is nothing better to do than to go on.
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    std::panic::set_hook(Box::new(|panic| {
        use std::io::Write;
        let place = panic.location().map(|l| format!("{}:{}", l.file(), l.line()));
        let place = place.unwrap_or_else(|| "an unknown place".to_owned());
        drop(writeln!(
            io::stderr().lock(),
            "error: a bug in keyctl, at {place}\nhint: please report it; look at the vault with 'keyctl vault check'"
        ));
        leave(Exit::Bug);
    }));
}

#[expect(clippy::exit, clippy::disallowed_methods, reason = "a panic has no way back to main")]
fn leave(exit: Exit) {
    std::process::exit(i32::from(exit.code()));
}

/// A variable that is set and not empty.
pub(super) fn variable(name: &str) -> Option<OsString> {
    set_variable(name).filter(|value| !value.is_empty())
}

/// A variable that is set, be it to nothing.
#[expect(clippy::disallowed_methods, reason = "the home of the environment")]
pub(super) fn set_variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// A variable as text.
pub(super) fn text_variable(name: &str) -> Result<Option<String>, CliError> {
    let not_text = |_| CliError::usage(format!("the variable {name} is not UTF-8"));
    variable(name).map(|value| value.into_string().map_err(not_text)).transpose()
}

/// The time, read once per run.
pub(super) fn now() -> Result<Timestamp, CliError> {
    let seconds = i64::try_from(nanos()? / 1_000_000_000).ok();
    seconds.and_then(Timestamp::from_unix).ok_or_else(wrong_clock)
}

/// The time in nanoseconds since 1970, until the year 2554.
#[expect(clippy::disallowed_methods, reason = "the home of the clock")]
pub(super) fn nanos() -> Result<u64, CliError> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    since.and_then(|since| u64::try_from(since.as_nanos()).ok()).ok_or_else(wrong_clock)
}

fn wrong_clock() -> CliError {
    CliError::new(Kind::Failed, "the clock of this machine is out of range").hint("set it")
}

/// The pager, and whether it is less and was not told how to behave.
pub(super) fn pager() -> (OsString, bool) {
    let named = variable("KEYCTL_PAGER").or_else(|| variable("PAGER"));
    let named = named.unwrap_or_else(|| OsString::from("less"));
    let is_less = named == "less" && variable("LESS").is_none();
    (named, is_less)
}

/// The working directory.
#[expect(clippy::disallowed_methods, reason = "the home of the working directory")]
pub(super) fn folder() -> io::Result<PathBuf> {
    std::env::current_dir()
}

/// The login name, or the user's number where it has none.
pub(super) fn login_name() -> String {
    whoami::username().unwrap_or_else(|_| format!("uid-{}", getuid().as_raw()))
}

/// The name of this machine.
pub(super) fn host_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// True when stdout goes nowhere: whoever started us had closed it. The runtime then puts
/// `/dev/null` in its place, opened for reading and writing, which nobody who redirects an output
/// does.
pub(super) fn stdout_is_closed() -> bool {
    let stdout = io::stdout();
    let Ok(flags) = fcntl_getfl(&stdout) else { return true };
    let (Ok(stat), Ok(null)) = (fstat(&stdout), std::fs::metadata("/dev/null")) else {
        return false;
    };
    let is_null = null.file_type().is_char_device() && stat.st_rdev == null.rdev();
    is_null && flags.contains(OFlags::RDWR)
}
