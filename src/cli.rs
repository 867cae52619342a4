//! The table of contents: the list of verbs, and how one of them is run.

use std::ffi::OsString;
use std::io::ErrorKind::{BrokenPipe, NotFound};
use std::io::Write;

use anstyle::AnsiColor;
use clap::error::ErrorKind;
use clap::{Args, FromArgMatches, Parser, Subcommand};

use crate::commands;
use crate::context::{self, Context, Home};
use crate::error::{CliError, Kind};
use crate::exit::Exit;
use crate::global::{ColorChoice, GlobalArgs, Output};
use crate::render::FailureView;
use crate::ui::{json_escape, safe_line};
use crate::usage::{color_in, output_in, usage_error};
use crate::verb::Verb;

/// Issues, finds, narrows, rotates, revokes and verifies API keys.
///
/// All keys live in one encrypted file, the vault. A token is shown once, when its key is made
/// or rotated; the vault keeps only a digest of it.
#[derive(Parser)]
#[command(
    name = "keyctl",
    version,
    max_term_width = 100,
    disable_help_subcommand = true,
    after_help = "A KEY is an id (key_3fK9aQ1xZ0bT), the prefix of one of its tokens\n(kc_dev_3fK9aQ1xZ0bT), or an exact name.\n\nExit codes: 0 done, 1 failed, 2 usage, 3 no such key, 4 locked, 5 refused,\n6 needs --yes, 7 tampered with; 'verify' exits 0 valid, 10 like HTTP's 401,\n11 like 403, 12 like 429, 13 like 503."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,

    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// The verbs, in the order in which somebody meets them. Only the one that is asked for is built:
/// describing all of them takes longer than verifying a token.
#[derive(Subcommand)]
#[command(defer = true)]
pub(crate) enum Command {
    Init(Verb<commands::init::InitArgs>),
    Create(Verb<commands::create::CreateArgs>),
    List(Verb<commands::list::ListArgs>),
    Show(Verb<commands::show::ShowArgs>),
    Edit(Verb<commands::edit::EditArgs>),
    Scope(Verb<commands::scope::ScopeArgs>),
    Rotate(Verb<commands::rotate::RotateArgs>),
    Reveal(Verb<commands::reveal::RevealArgs>),
    Revoke(Verb<commands::revoke::RevokeArgs>),
    Disable(Verb<commands::disable::DisableArgs>),
    Enable(Verb<commands::enable::EnableArgs>),
    Delete(Verb<commands::delete::DeleteArgs>),
    Compromised(Verb<commands::compromised::CompromisedArgs>),
    Verify(Verb<commands::verify::VerifyArgs>),
    Scan(Verb<commands::scan::ScanArgs>),
    Bundle(Verb<commands::bundle::BundleArgs>),
    Owner(Verb<commands::owner::OwnerArgs>),
    Policy(Verb<commands::policy::PolicyArgs>),
    Doctor(Verb<commands::doctor::DoctorArgs>),
    Usage(Verb<commands::usage::UsageArgs>),
    Audit(Verb<commands::audit::AuditArgs>),
    Vault(Verb<commands::vault::VaultArgs>),
    Config(Verb<commands::config::ConfigArgs>),
    Unlock(Verb<commands::unlock::UnlockCommandArgs>),
    Lock(Verb<commands::lock::LockArgs>),
    Completions(Verb<commands::completions::CompletionsArgs>),
    Man(Verb<commands::man::ManArgs>),
}

impl Command {
    /// What works offline asks nothing of the machine that it runs on.
    fn home(&self) -> Home {
        let offline = match self {
            Command::Verify(args) => args.0.is_offline(),
            Command::Bundle(args) => args.0.is_offline(),
            Command::Scan(args) => args.0.is_offline(),
            _ => false,
        };
        if offline { Home::NotNeeded } else { Home::Needed }
    }
}

/// Parses and runs one command line.
pub(crate) fn run(args: &[OsString]) -> Exit {
    let cli = match parse(args) {
        Ok(cli) => cli,
        Err(error) => return stopped_by_clap(&error, args),
    };
    let (output, color) = (cli.global.output(), cli.global.color);
    match dispatch(cli) {
        Ok(exit) => exit,
        Err(error) => fail(&error, output, color),
    }
}

/// Parses with the one verb that is asked for. Describing the others, and handing every flag down
/// to each of them, takes longer than verifying a token; so that is done only where this one does
/// not do: for help, and for what is wrong, whose suggestions come from all of them.
fn parse(args: &[OsString]) -> Result<Cli, clap::Error> {
    let first = args.get(1).and_then(|word| word.to_str()).and_then(only);
    let verb = first.or_else(|| only(&behind_flags(args)?));
    let parsed = verb.and_then(|mut command| {
        let mut matches = command.try_get_matches_from_mut(args).ok()?;
        Cli::from_arg_matches_mut(&mut matches).ok()
    });
    if let Some(cli) = parsed {
        return Ok(cli);
    }
    // No verb at all, or the version.
    Cli::try_parse_from(args).or_else(|error| match error.kind() {
        ErrorKind::DisplayVersion => Err(error),
        _ => parse_with_all(args),
    })
}

/// The program as if it had only this verb.
fn only(verb: &str) -> Option<clap::Command> {
    let all = Command::augment_subcommands(clap::Command::new("keyctl"));
    let verb = all.find_subcommand(verb)?.clone();
    Some(GlobalArgs::augment_args(clap::Command::new("keyctl")).subcommand(verb))
}

/// The verb behind flags that every verb understands.
fn behind_flags(args: &[OsString]) -> Option<String> {
    let flags = GlobalArgs::augment_args(clap::Command::new("keyctl"));
    let flags = flags.disable_help_flag(true).allow_external_subcommands(true);
    flags.try_get_matches_from(args).ok()?.subcommand_name().map(str::to_owned)
}

fn parse_with_all(args: &[OsString]) -> Result<Cli, clap::Error> {
    let mut command = crate::command();
    let mut matches = command.try_get_matches_from_mut(args)?;
    Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}

fn dispatch(cli: Cli) -> Result<Exit, CliError> {
    let command = match cli.command {
        None => return commands::overview::run(),
        Some(Command::Completions(args)) => return commands::completions::run(&args.0),
        Some(Command::Man(args)) => return commands::man::run(&args.0),
        Some(command) => command,
    };
    if cli.global.is_sarif() && !matches!(command, Command::Scan(_)) {
        return Err(CliError::usage("--output: only 'keyctl scan' has sarif")
            .hint("use table, json, jsonl or csv"));
    }
    let mut ctx = Context::new(cli.global, command.home())?;
    // What was found out is the exit of these, whether it could be written or not.
    let is_verdict = matches!(command, Command::Verify(_) | Command::Scan(_));
    let exit = run_verb(&mut ctx, command).map_err(|error| match ctx.ui.finish() {
        // Nobody reads, because the pager is not there.
        Err(why) if error.kind == Kind::ClosedOutput && why.kind() == NotFound => why.into(),
        _ => error.about(ctx.vault_path().0),
    })?;
    match ctx.ui.finish() {
        // Nor do findings go away because nobody read them to their end.
        Err(error) if exit == Exit::Refused && error.kind() == BrokenPipe => Ok(exit),
        Err(error) if !is_verdict => Err(error.into()),
        _ => Ok(exit),
    }
}

fn run_verb(ctx: &mut Context, command: Command) -> Result<Exit, CliError> {
    match command {
        Command::Init(args) => commands::init::run(ctx, *args.0),
        Command::Create(args) => commands::create::run(ctx, *args.0),
        Command::List(args) => commands::list::run(ctx, &args.0),
        Command::Show(args) => commands::show::run(ctx, &args.0),
        Command::Edit(args) => commands::edit::run(ctx, *args.0),
        Command::Scope(args) => commands::scope::run(ctx, *args.0),
        Command::Rotate(args) => commands::rotate::run(ctx, &args.0),
        Command::Reveal(args) => commands::reveal::run(ctx, &args.0),
        Command::Revoke(args) => commands::revoke::run(ctx, &args.0),
        Command::Disable(args) => commands::disable::run(ctx, &args.0),
        Command::Enable(args) => commands::enable::run(ctx, &args.0),
        Command::Delete(args) => commands::delete::run(ctx, &args.0),
        Command::Compromised(args) => commands::compromised::run(ctx, &args.0),
        Command::Verify(args) => commands::verify::run(ctx, &args.0),
        Command::Scan(args) => commands::scan::run(ctx, &args.0),
        Command::Bundle(args) => commands::bundle::run(ctx, &args.0),
        Command::Owner(args) => commands::owner::run(ctx, *args.0),
        Command::Policy(args) => commands::policy::run(ctx, &args.0),
        Command::Doctor(args) => commands::doctor::run(ctx, &args.0),
        Command::Usage(args) => commands::usage::run(ctx, &args.0),
        Command::Audit(args) => commands::audit::run(ctx, &args.0),
        Command::Vault(args) => commands::vault::run(ctx, *args.0),
        Command::Config(args) => commands::config::run(ctx, &args.0),
        Command::Unlock(args) => commands::unlock::run(ctx, &args.0),
        Command::Lock(args) => commands::lock::run(ctx, &args.0),
        Command::Completions(args) => commands::completions::run(&args.0),
        Command::Man(args) => commands::man::run(&args.0),
    }
}

/// Shows a failure; the last line of stderr is JSON where the answer would have been.
fn fail(error: &CliError, output: Option<Output>, color: ColorChoice) -> Exit {
    if error.kind == Kind::ClosedOutput {
        return Exit::Done;
    }
    let json = matches!(context::error_format(output), Output::Json | Output::Jsonl);
    let mut stderr = std::io::stderr().lock();
    if json {
        let message = std::iter::once(&error.message).chain(&error.details);
        let message = message.map(String::as_str).collect::<Vec<_>>().join("\n");
        let line = FailureView::of(error.kind, &message, error.hint.as_deref()).to_json();
        drop(writeln!(stderr, "{}", json_escape(&line)));
    } else {
        let colors = context::error_colors(color);
        let label = colors.label(AnsiColor::Red, "error:");
        let more = if error.details.is_empty() { "" } else { ":" };
        drop(writeln!(stderr, "{label} {}{more}", safe_line(&error.message)));
        for line in &error.details {
            drop(writeln!(stderr, "  {}", safe_line(line)));
        }
        if let Some(hint) = &error.hint {
            let label = colors.label(AnsiColor::Cyan, "hint:");
            drop(writeln!(stderr, "{label} {}", safe_line(hint)));
        }
    }
    error.kind.exit()
}

/// Help and version are answers; everything else is a usage error in our own words.
fn stopped_by_clap(error: &clap::Error, args: &[OsString]) -> Exit {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let text = error.render().to_string();
            let written = std::io::stdout().lock().write_all(text.as_bytes());
            let failed = |e| fail(&CliError::output(&e), None, color_in(args));
            written.map_or_else(failed, |()| Exit::Done)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let text = error.render().to_string();
            drop(std::io::stderr().lock().write_all(text.as_bytes()));
            Exit::Usage
        }
        _ => fail(&usage_error(error, args), output_in(args), color_in(args)),
    }
}
