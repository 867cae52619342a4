//! `keyctl` alone: what it is, and where to begin.

use std::io::Write;

use crate::error::CliError;
use crate::exit::Exit;

const OVERVIEW: &str = "\
keyctl keeps API keys in one encrypted file: it issues, finds, narrows, rotates,
revokes and verifies them.

Begin with
  keyctl init                                make a vault
  keyctl create --project shop --scope read  make a key; shows its token once
  keyctl list                                see the keys
  keyctl rotate KEY --grace 24h              a new token; the old has a day left
  keyctl verify < token.txt                  is this token good?

'keyctl --help' lists every command, 'keyctl COMMAND --help' explains one.
";

pub(crate) fn run() -> Result<Exit, CliError> {
    std::io::stdout().lock().write_all(OVERVIEW.as_bytes())?;
    Ok(Exit::Done)
}
