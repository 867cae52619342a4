//! KEYs from stdin: what `list --print0` or `list --field id` has written.

use std::io::Read;

use crate::context::Context;
use crate::error::{CliError, Kind};

/// What stands for them on the command line.
pub(crate) const STDIN: &str = "-";
/// The most bytes that are read: some millions of ids.
const MOST: u64 = 256 << 20;

/// The texts on stdin: NUL-terminated where there is a NUL, else a line each. Blank ones are none.
pub(crate) fn read(ctx: &Context) -> Result<Vec<String>, CliError> {
    if ctx.unlocks_from_stdin() {
        return Err(CliError::usage("stdin cannot give both the KEYs and the passphrase")
            .hint("use another way to unlock"));
    }
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(MOST + 1).read_to_end(&mut bytes);
    read.map_err(|e| CliError::new(Kind::Failed, format!("cannot read stdin: {e}")))?;
    if bytes.len() as u64 > MOST {
        return Err(CliError::usage("stdin has too many KEYs").hint("give them in several runs"));
    }
    let text = String::from_utf8(bytes).map_err(|_| CliError::usage("stdin is not UTF-8"))?;
    Ok(split(&text))
}

fn split(text: &str) -> Vec<String> {
    let end = if text.contains('\0') { '\0' } else { '\n' };
    let texts = text.split(end).map(|text| text.trim_matches(['\r', '\n', ' ']));
    texts.filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn lines_and_nul_terminated_texts_are_taken() {
        assert_eq!(split("a\nb\r\n\n c \n"), ["a", "b", "c"]);
        assert_eq!(split("a b\0c\nd\0"), ["a b", "c\nd"]);
        assert!(split("\n\n").is_empty());
        assert!(split("").is_empty());
    }
}
