//! `keyctl verify`

mod explain;
mod judge;
mod keeper;
mod memory;
mod token;

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;
use keyctl_vault::{Customer, Lifetime, Project};
use keyctl_verify::{
    Environment, Method, ReceiptLabel, Request, Scope, StreamId, Strictness, Verdict,
};

use super::trust::TrustArgs;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::global::Output;
use crate::parse;
use crate::render::{self, LineView, VerdictView, check_field_of, verdict_line};
use explain::{explain, say_unchecked, why};
use judge::Judge;
use keeper::Keeper;
use memory::Memory;

pub(crate) use explain::next_step;
pub(crate) use judge::open;
pub(crate) use token::read_from as read_token;

/// May the holder of this token do that?
///
/// Reads the token from stdin, or asks for it at a terminal; never from an argument. The exit
/// code is the verdict: 0 valid, 10 not or no longer known (like 401), 11 known but not allowed
/// (like 403), 12 too often (like 429), 13 nothing can be said (like 503). The vault is never
/// written. With --bundle neither vault nor passphrase is needed, and nothing is written but the
/// files of --state and --receipt.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  printf %s \"$TOKEN\" | keyctl verify --project shop --scope orders:read\n  keyctl verify --token-env TOKEN --strict -o json \\\n    --project shop --env production --scope orders:read\n  keyctl verify --batch < tokens.txt\n  keyctl verify --token-file t.txt --method GET --path /v1/orders --ip 192.0.2.7\n  printf %s \"$TOKEN\" | keyctl verify --bundle keys.kcb --trust kcpub_… \\\n    --project shop --env production --scope orders:write"
)]
pub(crate) struct VerifyArgs {
    /// The project that is acted on
    #[arg(long, value_name = "PROJECT", value_parser = parse::project)]
    project: Option<Project>,

    /// The environment of the service: production, staging or development
    #[arg(long, value_name = "ENV", value_parser = parse::environment)]
    env: Option<Environment>,

    /// A scope that the request needs (can be repeated; all must be granted)
    #[arg(long, value_name = "SCOPE", value_parser = parse::scope)]
    scope: Vec<Scope>,

    /// The request's path
    #[arg(long, value_name = "PATH")]
    path: Option<String>,

    /// The request's method
    #[arg(long, value_name = "METHOD", value_parser = parse::method)]
    method: Option<Method>,

    /// The caller's address
    #[arg(long, value_name = "ADDRESS", value_parser = parse::ip)]
    ip: Option<IpAddr>,

    /// The customer that is acted for
    #[arg(long, value_name = "ID", value_parser = parse::customer)]
    customer: Option<Customer>,

    /// Deny when the project, the environment or the scopes are not named
    #[arg(long, env = "KEYCTL_STRICT", value_parser = clap::builder::FalseyValueParser::new(), hide_env_values = true)]
    strict: bool,

    /// Verify against this bundle instead of the vault
    #[arg(long, value_name = "FILE", help_heading = "Offline verification")]
    bundle: Option<PathBuf>,

    #[command(flatten, next_help_heading = "Offline verification")]
    trust: TrustArgs,

    /// Accept only bundles of this stream
    #[arg(long, value_name = "STREAM", value_parser = parse::stream, requires = "bundle", help_heading = "Offline verification")]
    stream: Option<StreamId>,

    /// Accept only bundles of this serial or a later one
    #[arg(long, value_name = "N", requires = "bundle", help_heading = "Offline verification")]
    min_serial: Option<u64>,

    /// Accept only bundles that were made this long ago or less
    #[arg(long, value_name = "DURATION", value_parser = parse::duration, requires = "bundle", help_heading = "Offline verification")]
    max_age: Option<Lifetime>,

    /// Remember bundles in this file, so that no older one is accepted, and count rate limits
    #[arg(long, value_name = "FILE", help_heading = "Offline verification")]
    state: Option<PathBuf>,

    /// Read the token from a file
    #[arg(long, value_name = "FILE", group = "source")]
    token_file: Option<PathBuf>,

    /// Read the token from this environment variable
    #[arg(long, value_name = "NAME", group = "source")]
    token_env: Option<String>,

    /// Read a token a line, and write a verdict a line, as JSON
    #[arg(long, conflicts_with_all = ["token_env", "field"])]
    batch: bool,

    /// Append a receipt to this file: a line that proves the use, without the token
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,

    /// What receipts say of where they were made
    #[arg(long, value_name = "LABEL", value_parser = parse::receipt_label, requires = "receipt")]
    receipt_label: Option<ReceiptLabel>,

    /// Do not keep in the state directory that the key was used
    #[arg(long)]
    no_record: bool,

    /// Write only this field, raw
    #[arg(long, value_name = "NAME", conflicts_with_all = ["output", "json"])]
    field: Option<String>,
}

pub(crate) fn run(ctx: &mut Context, args: &VerifyArgs) -> Result<Exit, CliError> {
    check_field_of(VerdictView::FIELDS, args.field.as_deref())?;
    args.trust.check_bundle(args.bundle.as_deref())?;
    let request = args.request();
    let reads_stdin = args.token_file.is_none() && args.token_env.is_none();
    if args.bundle.is_none() && ctx.unlocks_from_stdin() && reads_stdin {
        return Err(CliError::usage("stdin cannot give both the token and the passphrase")
            .hint("use --token-file, --token-env or another way to unlock"));
    }
    if args.batch {
        return batch(ctx, args, &request);
    }
    let token = token::read(ctx, args)?;
    let memory = args.state.as_deref().map(Memory::at);
    let mut judge = Judge::new(ctx, args)?;
    let mut keeper = Keeper::new(args, judge.receipts(ctx))?;
    let verdict = judge.decide(ctx, memory.as_ref(), &token, &request)?;
    keeper.append(ctx, &verdict, args)?;
    // The exit is the verdict, whether anybody reads it or not.
    drop(answer(ctx, args, &verdict).and_then(|()| Ok(ctx.ui.flush()?)));
    if verdict.fault().is_none() {
        say_unchecked(ctx, verdict.unchecked(), request.strictness);
    }
    explain(ctx, args, &verdict);
    if let Some(hint) = why(&verdict, &token, &request) {
        ctx.ui.hint(&hint);
    }
    keeper.record(ctx, &verdict);
    Ok(Exit::of_verdict(verdict.code()))
}

impl VerifyArgs {
    /// True when neither vault nor home is needed.
    pub(crate) fn is_offline(&self) -> bool {
        self.bundle.is_some()
    }

    fn request(&self) -> Request {
        Request {
            project: self.project.as_ref().map(ToString::to_string),
            environment: self.env,
            scopes: self.scope.clone(),
            method: self.method.clone(),
            path: self.path.clone(),
            ip: self.ip,
            customer: self.customer.as_ref().map(ToString::to_string),
            strictness: if self.strict { Strictness::Strict } else { Strictness::Lenient },
        }
    }
}

fn answer(ctx: &mut Context, args: &VerifyArgs, verdict: &Verdict) -> Result<(), CliError> {
    let view = VerdictView::of(verdict);
    match (&args.field, ctx.format()) {
        (Some(field), _) => render::field(&mut ctx.ui, &view, field),
        (None, Output::Table) => {
            let line = verdict_line(&ctx.ui, verdict);
            Ok(ctx.ui.write(&line)?)
        }
        (None, format) => render::single(&mut ctx.ui, format, &view),
    }
}

/// A verdict a line; the exit is that of the worst.
fn batch(ctx: &mut Context, args: &VerifyArgs, request: &Request) -> Result<Exit, CliError> {
    let mut lines = token::Lines::open(args)?;
    let memory = args.state.as_deref().map(Memory::at);
    let mut judge = Judge::new(ctx, args)?;
    let mut keeper = Keeper::new(args, judge.receipts(ctx))?;
    let (mut exit, mut n) = (Exit::Done, 0_u64);
    let mut unchecked = Vec::new();
    let mut explained = None;
    loop {
        let token = match lines.next() {
            Ok(Some(token)) => token,
            Ok(None) => break,
            Err(error) => {
                cut_short(ctx, n, &error.to_string());
                exit = exit.worse(Exit::Unavailable);
                break;
            }
        };
        let judged = judge.decide(ctx, memory.as_ref(), &token, request);
        let judged = judged.and_then(|verdict| {
            keeper.append(ctx, &verdict, args)?;
            Ok(verdict)
        });
        let verdict = match judged {
            Ok(verdict) => verdict,
            Err(error) if n == 0 => return Err(error),
            Err(error) => {
                cut_short(ctx, n, &error.message);
                exit = exit.worse(Exit::Unavailable);
                break;
            }
        };
        n += 1;
        keeper.record(ctx, &verdict);
        exit = exit.worse(Exit::of_verdict(verdict.code()));
        if verdict.fault().is_none() {
            unchecked = verdict.unchecked().to_vec();
        }
        let view = LineView { line: n, verdict: VerdictView::of(&verdict) };
        // At once: somebody may wait for this verdict before giving the next token.
        drop(render::line(&mut ctx.ui, &view).and_then(|()| Ok(ctx.ui.flush()?)));
        let fault = verdict.fault().map(|_| verdict.code());
        if fault.is_some() && fault != explained {
            explain(ctx, args, &verdict);
        }
        explained = fault;
    }
    drop(ctx.ui.flush());
    say_unchecked(ctx, &unchecked, request.strictness);
    if n == 0 && exit == Exit::Done {
        return Err(CliError::usage("no token was given: the batch is empty")
            .hint("give a token a line on stdin"));
    }
    Ok(exit)
}

fn cut_short(ctx: &mut Context, line: u64, why: &str) {
    ctx.ui.warn(&format!("the batch was cut short after line {line}: {why}"));
}
