//! The KEY that a verb is about.

use clap::Args;
use keyctl_vault::Project;
use keyctl_vault::issue::KeyRef;

use crate::error::CliError;
use crate::parse;

/// One key.
#[derive(Args)]
pub(crate) struct TargetArgs {
    /// The key: an id, a token's prefix, or an exact name
    #[arg(value_name = "KEY")]
    key: String,

    /// The project of the name, where two projects share it
    #[arg(long, value_name = "PROJECT", value_parser = parse::project)]
    pub(crate) project: Option<Project>,
}

impl TargetArgs {
    pub(crate) fn key_ref(&self) -> Result<KeyRef, CliError> {
        Ok(KeyRef::parse(&self.key)?)
    }
}
