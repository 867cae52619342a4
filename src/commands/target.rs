//! The KEY that a verb is about.

use clap::Args;
use keyctl_vault::issue::KeyRef;
use keyctl_vault::{Project, UnlockedVault};

use super::pick::{self, Offer};
use crate::context::Context;
use crate::error::CliError;
use crate::parse;

/// One key.
#[derive(Args)]
pub(crate) struct TargetArgs {
    /// The key: an id, a token's prefix, or an exact name; at a terminal, chosen when not named
    #[arg(value_name = "KEY")]
    key: Option<String>,

    /// The project of the name, where two projects share it
    #[arg(long, value_name = "PROJECT", value_parser = parse::project)]
    pub(crate) project: Option<Project>,
}

/// What was said of the KEY, which may be nothing where somebody can be asked.
pub(crate) struct Wanted(Option<KeyRef>);

impl TargetArgs {
    /// Looks at what was said, before anything is opened.
    pub(crate) fn wanted(&self, ctx: &Context) -> Result<Wanted, CliError> {
        match &self.key {
            Some(key) => Ok(Wanted(Some(KeyRef::parse(key)?))),
            None => pick::check(ctx).map(|()| Wanted(None)),
        }
    }

    /// The key that is meant.
    pub(crate) fn key(
        &self,
        ctx: &mut Context,
        vault: &mut UnlockedVault,
        wanted: Wanted,
        offer: Offer,
    ) -> Result<KeyRef, CliError> {
        pick::or_ask(ctx, vault, wanted.0, self.project.as_ref(), offer)
    }
}
