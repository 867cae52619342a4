//! `keyctl bundle`: signed files to verify tokens against, offline.

mod export;
mod inspect;
mod key;

use clap::{Args, Subcommand};

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;

pub(crate) use export::{ExportView, make};
pub(crate) use inspect::InspectView;
pub(crate) use key::{KeyView, RotatedView};

/// Make and look into signed bundles for offline verification
///
/// A bundle is a file against which 'keyctl verify --bundle' decides without the vault and
/// without a passphrase. Who holds no token learns nothing from it.
#[derive(Args)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:\n  keyctl bundle key show\n  keyctl bundle export keys.kcb --env production\n  keyctl bundle inspect keys.kcb --trust kcpub_…"
)]
pub(crate) struct BundleArgs {
    #[command(subcommand)]
    command: BundleCommand,
}

#[derive(Subcommand)]
enum BundleCommand {
    Export(export::ExportArgs),
    Inspect(inspect::InspectArgs),
    Key(key::KeyArgs),
}

impl BundleArgs {
    /// True when neither vault nor home is needed.
    pub(crate) fn is_offline(&self) -> bool {
        matches!(self.command, BundleCommand::Inspect(_))
    }
}

pub(crate) fn run(ctx: &mut Context, args: &BundleArgs) -> Result<Exit, CliError> {
    match &args.command {
        BundleCommand::Export(args) => export::run(ctx, args),
        BundleCommand::Inspect(args) => inspect::run(ctx, args),
        BundleCommand::Key(args) => key::run(ctx, args),
    }
}
