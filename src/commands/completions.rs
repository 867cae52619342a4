//! `keyctl completions`
//!
//! Runs without a [`Context`](crate::context::Context): a shell that starts must get its script
//! whatever is wrong with the configuration or the home.

use std::io::Write;

use clap::Args;

use crate::completions::{Shell, script};
use crate::error::CliError;
use crate::exit::Exit;

/// Write the completion script of a shell
///
/// The line that brings them into every new shell, where no package and no 'cargo xtask install' has
/// put them into place.
///
/// Of bash, in ~/.bashrc:
///   source <(keyctl completions bash)
///
/// Of zsh, in ~/.zshrc, after compinit:
///   source <(keyctl completions zsh)
///
/// Of fish, run once:
///   keyctl completions fish > ~/.config/fish/completions/keyctl.fish
///
/// Of PowerShell, in the file that $PROFILE names:
///   keyctl completions powershell | Out-String | Invoke-Expression
///
/// Of elvish, in ~/.config/elvish/rc.elv:
///   eval (keyctl completions elvish | slurp)
///
/// Of nushell, run once:
///   keyctl completions nushell | save -f $"($nu.user-autoload-dirs.0)/keyctl.nu"
#[derive(Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:\n  source <(keyctl completions bash)\n  keyctl completions zsh > ~/.zfunc/_keyctl\n  keyctl completions fish > ~/.config/fish/completions/keyctl.fish"
)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub(crate) fn run(args: &CompletionsArgs) -> Result<Exit, CliError> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(&script(crate::command(), args.shell))?;
    stdout.flush()?;
    Ok(Exit::Done)
}
