//! `keyctl unlock`

use clap::Args;
use keyctl_vault::{Reach, Role};
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::global::Output;
use crate::parse;
use crate::render::{self, Card, instant, length};
use crate::words::Instant;

/// The longest that a vault is kept open, in seconds.
const MAX: u64 = 86_400;

/// Keep the vault open for this login, for a while
///
/// The next commands of this login then ask for nothing and take milliseconds. What opens the vault
/// lies in the kernel's keyring, out of reach of other users and, where the system gives each login
/// a keyring of its own, of other logins. It is gone when the time is over, with 'keyctl lock', with
/// a change of the passphrase, or with 'vault rekey'.
/// Changes go on asking, unless --admin is said. Every program of this login can use what is kept.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl unlock\n  keyctl unlock --for 1h\n  keyctl unlock --for 10m --admin && keyctl rotate deploy-bot && keyctl lock"
)]
pub(crate) struct UnlockCommandArgs {
    /// For how long, at most 24h
    #[arg(long = "for", value_name = "TIME", default_value = "15m", value_parser = parse::seconds)]
    time: u64,

    /// For changes too, and not only to read
    #[arg(long)]
    admin: bool,
}

/// What a vault that is kept open allows without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Access {
    Read,
    Admin,
}

impl Access {
    pub(crate) fn of(role: Role) -> Self {
        if role == Role::Admin { Access::Admin } else { Access::Read }
    }

    /// As in `open to read`.
    pub(crate) fn for_people(self) -> &'static str {
        match self {
            Access::Read => "to read",
            Access::Admin => "for everything",
        }
    }
}

/// A vault that is kept open.
#[derive(JsonSchema, Serialize)]
pub(crate) struct UnlockView {
    /// The vault's file.
    vault: String,
    /// What it allows without asking: to read everything but tokens, or everything.
    access: Access,
    /// When it is locked again by itself.
    #[schemars(with = "Instant")]
    until: String,
}

impl Card for UnlockView {
    fn card(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}

pub(crate) fn run(ctx: &mut Context, args: &UnlockCommandArgs) -> Result<Exit, CliError> {
    let seconds = u32::try_from(args.time).ok().filter(|_| (1..=MAX).contains(&args.time));
    let seconds = seconds.ok_or_else(|| {
        CliError::usage("--for: a vault is kept open for 1 second to 24 hours")
            .hint("for longer than that a job has --passphrase-file or --keyfile")
    })?;
    // Where the kernel refuses, it says so before anybody types a passphrase.
    ctx.kept_open("")?;
    let reach = if args.admin { Reach::Admin } else { Reach::Read };
    let vault = match reach {
        Reach::Admin => ctx.open_for_change_with_secret()?.0,
        Reach::Read => ctx.open_with_secret()?.0,
    };
    let until = ctx.keep_open(&vault, reach, seconds)?;
    let access = if args.admin { Access::Admin } else { Access::Read };
    match ctx.format() {
        Output::Table => {}
        format => {
            let vault = ctx.settings.vault.display().to_string();
            let view = UnlockView { vault, access, until: instant(until) };
            render::single(&mut ctx.ui, format, &view)?;
        }
    }
    let what = access.for_people();
    let time = length(args.time);
    ctx.ui.status(&format!("The vault is open {what} for {time}; 'keyctl lock' closes it."));
    Ok(Exit::Done)
}
