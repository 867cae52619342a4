//! `keyctl verify`

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::net::IpAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::Args;
use keyctl_vault::issue::{self, ReceiptBox, Verified};
use keyctl_vault::{Customer, Project, Snapshot};
use keyctl_verify::{
    Environment, Method, ReceiptLabel, Request, Scope, Strictness, Unchecked, Verdict,
};
use zeroize::Zeroizing;

use crate::context::{Context, without_line_end};
use crate::error::{CliError, Kind};
use crate::exit::Exit;
use crate::global::Output;
use crate::parse;
use crate::render::{self, LineView, VerdictView, check_field_of, verdict_line};
use crate::ui::PromptError;

/// The most bytes of a token that are read; a longer one is malformed anyway.
const MAX_TOKEN: u64 = 4096;

/// May the holder of this token do that?
///
/// Reads the token from stdin, or asks for it at a terminal; never from an argument. The exit
/// code is the verdict: 0 valid, 10 not or no longer known (like 401), 11 known but not allowed
/// (like 403). The vault is never written.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  printf %s \"$TOKEN\" | keyctl verify --project shop --scope orders:read\n  keyctl verify --token-env TOKEN --strict -o json \\\n    --project shop --env production --scope orders:read\n  keyctl verify --batch < tokens.txt\n  keyctl verify --token-file t.txt --method GET --path /v1/orders --ip 192.0.2.7"
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
    let request = args.request();
    if ctx.unlocks_from_stdin() && args.token_file.is_none() && args.token_env.is_none() {
        return Err(CliError::usage("stdin cannot give both the token and the passphrase")
            .hint("use --token-file, --token-env or another way to unlock"));
    }
    if args.batch {
        return batch(ctx, args, &request);
    }
    let token = read_token(ctx, args)?;
    let mut vault = ctx.open()?;
    let mut keeper = Keeper::new(args, ctx.receipts(&vault))?;
    let snapshot = vault.snapshot()?;
    let verified = verify(&snapshot, &token, &request, ctx)?;
    drop(snapshot);
    keeper.append(ctx, &verified, args)?;
    let verdict = &verified.verdict;
    // The exit is the verdict, whether anybody reads it or not.
    drop(answer(ctx, args, verdict).and_then(|()| Ok(ctx.ui.flush()?)));
    say_unchecked(ctx, verdict.unchecked(), request.strictness);
    for advice in verdict.advice() {
        ctx.ui.hint(&advice.to_string());
    }
    keeper.record(ctx, &verified, args);
    Ok(Exit::of_verdict(verdict.code()))
}

impl VerifyArgs {
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

/// A token that is not UTF-8 is no token, and refused as such.
fn verify(
    snapshot: &Snapshot<'_>,
    token: &[u8],
    request: &Request,
    ctx: &Context,
) -> Result<Verified, CliError> {
    let token = std::str::from_utf8(token).unwrap_or("");
    Ok(issue::verify(snapshot, token, request, ctx.now)?)
}

fn read_token(ctx: &mut Context, args: &VerifyArgs) -> Result<Zeroizing<Vec<u8>>, CliError> {
    if let Some(name) = &args.token_env {
        let value = ctx.token_variable(name).ok_or_else(|| {
            CliError::usage(format!("--token-env: the variable '{name}' is not set"))
                .hint("export it, or pipe the token in")
        })?;
        return Ok(Zeroizing::new(value.into_encoded_bytes()));
    }
    let bytes = match &args.token_file {
        Some(path) => read_all(open(path)?, path)?,
        None if io::stdin().is_terminal() => {
            let token = match ctx.ui.ask_hidden("Token") {
                Err(PromptError::NoTerminal) => return Err(no_token()),
                answer => answer?,
            };
            return Ok(Zeroizing::new(token.as_bytes().to_vec()));
        }
        None => read_all(io::stdin().lock(), Path::new("stdin"))?,
    };
    Ok(Zeroizing::new(without_line_end(&bytes).to_vec()))
}

fn no_token() -> CliError {
    CliError::usage("no token was given").hint("pipe it in, or use --token-file or --token-env")
}

fn read_all(stream: impl Read, path: &Path) -> Result<Zeroizing<Vec<u8>>, CliError> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(256));
    let read = stream.take(MAX_TOKEN).read_to_end(&mut bytes);
    read.map_err(|e| {
        CliError::new(Kind::Failed, format!("cannot read '{}': {e}", path.display()))
    })?;
    Ok(bytes)
}

fn open(path: &Path) -> Result<File, CliError> {
    File::open(path).map_err(|e| {
        CliError::new(Kind::Failed, format!("cannot open the token file '{}': {e}", path.display()))
            .hint("check the path, or pipe the token in")
    })
}

/// Says what was not checked, in one line.
fn say_unchecked(ctx: &mut Context, unchecked: &[Unchecked], strictness: Strictness) {
    if unchecked.is_empty() {
        return;
    }
    let names: Vec<&str> = unchecked.iter().map(|what| what.as_str()).collect();
    let names = names.join(", ");
    let text = match strictness {
        Strictness::Lenient => {
            format!("not checked, because not named: {names}; --strict denies then")
        }
        Strictness::Strict => format!("denied, because not named: {names}"),
    };
    ctx.ui.note(&text);
}

/// Keeps that tokens were used: in the state directory, and in the file of `--receipt`.
struct Keeper {
    receipts: ReceiptBox,
    file: Option<File>,
    trouble_said: bool,
}

impl Keeper {
    /// The file is opened before anything is decided, so that it cannot be missed afterwards.
    fn new(args: &VerifyArgs, receipts: ReceiptBox) -> Result<Self, CliError> {
        let file = args.receipt.as_ref().map(|path| {
            let mut options = OpenOptions::new();
            options.append(true).create(true).mode(0o600).open(path).map_err(|e| {
                CliError::new(
                    Kind::Failed,
                    format!("cannot open the receipt file '{}': {e}", path.display()),
                )
                .hint("check the path; nothing was decided")
            })
        });
        Ok(Keeper { receipts, file: file.transpose()?, trouble_said: false })
    }

    /// Appends to the file of `--receipt`, before the verdict is given.
    fn append(
        &mut self,
        ctx: &Context,
        verified: &Verified,
        args: &VerifyArgs,
    ) -> Result<(), CliError> {
        let receipt = verified.receipt(ctx.now, args.receipt_label.clone());
        let (Some(file), Some(receipt)) = (&mut self.file, receipt) else { return Ok(()) };
        // One write, so that lines of several processes do not mix.
        file.write_all(format!("{receipt}\n").as_bytes()).map_err(|e| {
            CliError::new(Kind::Failed, format!("cannot write the receipt file: {e}"))
                .hint("make room, or do without --receipt")
        })
    }

    /// Keeps the use in the state directory, after the verdict was given.
    fn record(&mut self, ctx: &mut Context, verified: &Verified, args: &VerifyArgs) {
        let Some(receipt) = verified.receipt(ctx.now, None).filter(|_| !args.no_record) else {
            return;
        };
        if let (Err(error), false) = (self.receipts.keep(&receipt), self.trouble_said) {
            self.trouble_said = true;
            ctx.ui.note(&format!("the use was not recorded: {error}; --no-record does without"));
        }
    }
}

/// A verdict a line; the exit is that of the worst.
fn batch(ctx: &mut Context, args: &VerifyArgs, request: &Request) -> Result<Exit, CliError> {
    let mut input: Box<dyn BufRead> = match &args.token_file {
        Some(path) => Box::new(io::BufReader::new(open(path)?)),
        None => Box::new(io::stdin().lock()),
    };
    let mut vault = ctx.open()?;
    let mut keeper = Keeper::new(args, ctx.receipts(&vault))?;
    let (mut exit, mut n) = (Exit::Done, 0_u64);
    let mut unchecked = Vec::new();
    loop {
        let token = match read_line(&mut *input) {
            Ok(Some(token)) => token,
            Ok(None) => break,
            Err(error) => {
                ctx.ui.warn(&format!("the batch was cut short after line {n}: {error}"));
                exit = exit.worse(Exit::Unavailable);
                break;
            }
        };
        n += 1;
        // Each token is judged by the vault and the clock of its moment, and nothing is held
        // while waiting for the next.
        ctx.refresh_now()?;
        let verified = verify(&vault.snapshot()?, &token, request, ctx)?;
        keeper.append(ctx, &verified, args)?;
        keeper.record(ctx, &verified, args);
        exit = exit.worse(Exit::of_verdict(verified.verdict.code()));
        unchecked = verified.verdict.unchecked().to_vec();
        let view = LineView { line: n, verdict: VerdictView::of(&verified.verdict) };
        // At once: somebody may wait for this verdict before giving the next token.
        drop(render::line(&mut ctx.ui, &view).and_then(|()| Ok(ctx.ui.flush()?)));
    }
    drop(ctx.ui.flush());
    say_unchecked(ctx, &unchecked, request.strictness);
    if n == 0 && exit == Exit::Done {
        return Err(CliError::usage("no token was given: the batch is empty")
            .hint("give a token a line on stdin"));
    }
    Ok(exit)
}

/// The next line without its end; what is too long for a token is cut, and stays malformed.
fn read_line(input: &mut dyn BufRead) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut line = Zeroizing::new(Vec::with_capacity(256));
    if input.take(MAX_TOKEN).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    while !line.ends_with(b"\n") {
        let mut rest = Zeroizing::new(Vec::with_capacity(256));
        if input.take(MAX_TOKEN).read_until(b'\n', &mut rest)? == 0 {
            break;
        }
        if rest.ends_with(b"\n") {
            line.push(b'\n');
        }
    }
    Ok(Some(Zeroizing::new(without_line_end(&line).to_vec())))
}
