//! Where the token comes from: stdin, a file, a variable, the terminal. Never an argument, which
//! every process of the machine can read.

use std::fs::File;
use std::io::{self, BufRead, IsTerminal, Read};
use std::path::Path;

use zeroize::Zeroizing;

use super::VerifyArgs;
use crate::context::{Context, without_line_end};
use crate::error::{CliError, Kind};
use crate::ui::PromptError;

/// The most bytes of a token that are read; a longer one is malformed anyway.
const MAX_TOKEN: u64 = 4096;

pub(crate) type TokenBytes = Zeroizing<Vec<u8>>;

pub(super) fn read(ctx: &mut Context, args: &VerifyArgs) -> Result<TokenBytes, CliError> {
    read_from(ctx, args.token_file.as_deref(), args.token_env.as_deref())
}

/// The token in a file, in a variable, on stdin, or from the terminal.
pub(crate) fn read_from(
    ctx: &mut Context,
    file: Option<&Path>,
    variable: Option<&str>,
) -> Result<TokenBytes, CliError> {
    if let Some(name) = variable {
        let value = ctx.token_variable(name).ok_or_else(|| {
            CliError::usage(format!("--token-env: the variable '{name}' is not set"))
                .hint("export it, or pipe the token in")
        })?;
        return Ok(Zeroizing::new(value.into_encoded_bytes()));
    }
    let bytes = match file {
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

fn read_all(stream: impl Read, path: &Path) -> Result<TokenBytes, CliError> {
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

/// The tokens of a batch, a line each.
pub(super) struct Lines(Box<dyn BufRead>);

impl Lines {
    pub(super) fn open(args: &VerifyArgs) -> Result<Self, CliError> {
        Ok(Lines(match &args.token_file {
            Some(path) => Box::new(io::BufReader::new(open(path)?)),
            None => Box::new(io::stdin().lock()),
        }))
    }

    /// The next line without its end; what is too long for a token is cut, and stays malformed.
    pub(super) fn next(&mut self) -> io::Result<Option<TokenBytes>> {
        let input = &mut *self.0;
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
}
