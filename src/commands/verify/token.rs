//! Where the token comes from: stdin, a file, a variable, the terminal. Never an argument, which
//! every process of the machine can read.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::ops::Range;
use std::path::Path;

use zeroize::{Zeroize, Zeroizing};

use super::VerifyArgs;
use crate::context::{Context, Stdin, without_line_end};
use crate::error::{CliError, Kind};
use crate::ui::PromptError;

/// The most bytes of a token that are read; a longer one is malformed anyway.
const MAX_TOKEN: u64 = 4096;
/// The same of a line of a batch.
const MAX_LINE: usize = 4096;
/// How much of a batch is read at once.
const BUFFER: usize = 8192;

/// How far below its caller [`clear_stack`] goes, in words: further than judging a token does.
const STACK_WORDS: usize = 8192;

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
        None => read_all(Stdin, Path::new("stdin"))?,
    };
    Ok(Zeroizing::new(without_line_end(&bytes).to_vec()))
}

/// Overwrites what calls that have returned left on the stack, where a compiler puts pieces of a token.
#[expect(clippy::large_stack_arrays, reason = "it is what the function is for")]
#[inline(never)]
fn clear_stack() {
    let mut left = [0_u64; STACK_WORDS];
    left.zeroize();
}

fn no_token() -> CliError {
    CliError::usage("no token was given").hint("pipe it in, or use --token-file or --token-env")
}

fn read_all(stream: impl Read, path: &Path) -> Result<TokenBytes, CliError> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_LINE));
    let read = stream.take(MAX_TOKEN).read_to_end(&mut bytes);
    read.map_err(|e| {
        CliError::new(Kind::Failed, format!("cannot read '{}': {e}", path.display()))
            .hint("name a file that holds the token, or pipe it in")
    })?;
    Ok(bytes)
}

fn open(path: &Path) -> Result<File, CliError> {
    File::open(path).map_err(|e| {
        CliError::new(Kind::Failed, format!("cannot open the token file '{}': {e}", path.display()))
            .hint("check the path, or pipe the token in")
    })
}

/// The tokens of a batch, a line each. What was taken out of the buffer is cleared in it.
pub(super) struct Lines {
    source: Box<dyn Read>,
    buffer: TokenBytes,
    waiting: Range<usize>,
}

impl Lines {
    pub(super) fn open(args: &VerifyArgs) -> Result<Self, CliError> {
        Ok(Lines::of(match &args.token_file {
            Some(path) => Box::new(open(path)?),
            None => Box::new(Stdin),
        }))
    }

    fn of(source: Box<dyn Read>) -> Self {
        Lines { source, buffer: Zeroizing::new(vec![0; BUFFER]), waiting: 0..0 }
    }

    /// The next line without its end; what is too long for a token is cut, and stays malformed.
    pub(super) fn next(&mut self) -> io::Result<Option<TokenBytes>> {
        let mut line = Zeroizing::new(Vec::with_capacity(MAX_LINE));
        let mut is_begun = false;
        while self.fill()? {
            is_begun = true;
            let part = &mut self.buffer[self.waiting.clone()];
            let end = memchr::memchr(b'\n', part);
            let taken = end.map_or(part.len(), |end| end + 1);
            let part = &mut part[..taken];
            let kept = taken.min(MAX_LINE - line.len());
            line.extend_from_slice(&part[..kept]);
            self.waiting.start += taken;
            part.zeroize();
            if end.is_some() {
                break;
            }
        }
        Ok(is_begun.then(|| Zeroizing::new(without_line_end(&line).to_vec())))
    }

    /// Whether there is anything more, which is then in the buffer.
    fn fill(&mut self) -> io::Result<bool> {
        while self.waiting.is_empty() {
            // What comes next may be long in coming.
            clear_stack();
            match self.source.read(&mut self.buffer) {
                Ok(0) => return Ok(false),
                Ok(read) => self.waiting = 0..read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8]) -> Vec<Vec<u8>> {
        let mut lines = Lines::of(Box::new(io::Cursor::new(text.to_vec())));
        let all: Vec<_> = std::iter::from_fn(|| lines.next().unwrap()).collect();
        assert!(lines.buffer.iter().all(|byte| *byte == 0), "nothing of it stays in the buffer");
        all.iter().map(|line| line.to_vec()).collect()
    }

    #[test]
    fn a_line_is_given_without_its_end_and_the_last_needs_none() {
        assert_eq!(lines(b"a\nb\r\n\nc"), [&b"a"[..], b"b", b"", b"c"]);
        assert_eq!(lines(b"a\n"), [b"a"]);
        assert!(lines(b"").is_empty());
    }

    #[test]
    fn a_line_of_any_length_is_one_line() {
        for length in [MAX_LINE - 1, MAX_LINE, BUFFER - 1, BUFFER, BUFFER + 1, 3 * BUFFER] {
            let text = [&vec![b'x'; length][..], b"\nnext\n"].concat();
            let found = lines(&text);
            assert_eq!(found[0].len(), length.min(MAX_LINE), "{length}");
            assert_eq!(found[1..], [b"next"], "{length}");
        }
    }
}
