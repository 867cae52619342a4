//! Handing a new token over: the one moment in which it is shown.

use keyctl_vault::Key;
use keyctl_verify::{Status, Token};
use zeroize::Zeroizing;

use super::snippet::Snippet;
use crate::context::Context;
use crate::error::{CliError, Kind};
use crate::global::Output;
use crate::render::{self, KeyView};

/// How a verb that makes a token was asked to answer.
pub(crate) struct Answer<'a> {
    /// The field of `--field`.
    pub(crate) field: Option<&'a str>,
    /// The command to write instead of the token.
    pub(crate) snippet: Option<Snippet>,
    /// What was done, for people.
    pub(crate) headline: String,
    /// What stays done when the token cannot be handed over.
    pub(crate) done: String,
}

/// Writes the record and the token, or the token alone; what people need to know goes to stderr.
pub(crate) fn hand_over(
    ctx: &mut Context,
    key: &Key,
    view: KeyView,
    token: &Token,
    answer: &Answer<'_>,
) -> Result<(), CliError> {
    let bare = ctx.output.is_none() && answer.field.is_none();
    let written = if bare {
        summarise(ctx, &view, &answer.headline);
        let text = match answer.snippet {
            Some(snippet) => snippet.text(key, token),
            // At a terminal it stands out.
            None if ctx.ui.out_is_terminal() => {
                let token = Zeroizing::new(ctx.ui.colors().bold(token.expose_token()));
                Zeroizing::new(format!("\n{}\n\n", *token))
            }
            None => Zeroizing::new(format!("{}\n", token.expose_token())),
        };
        ctx.ui.write(&text).map_err(CliError::from)
    } else {
        ctx.ui.status(&answer.headline);
        let view = view.with_token(token);
        match answer.field {
            Some(field) => render::field(&mut ctx.ui, &view, field),
            None => render::single(&mut ctx.ui, ctx.output.unwrap_or(Output::Table), &view),
        }
    };
    written
        .and_then(|()| ctx.ui.flush().map_err(CliError::from))
        .map_err(|e| undelivered(key, &answer.done, &e))?;
    match answer.field {
        Some(field) if field != "token" => ctx.ui.warn(&format!(
            "the token was not asked for and is gone; 'keyctl rotate {}' makes another",
            key.id
        )),
        _ if key.recoverable => ctx.ui.status(&format!(
            "The token is kept, sealed for administrators: 'keyctl reveal {}' shows it again.",
            key.id
        )),
        _ => ctx.ui.status("The token is shown only now: put it where it belongs."),
    }
    if key.status(ctx.now) == Status::Inactive {
        ctx.ui.warn(&format!(
            "the key is disabled, so its token is refused; 'keyctl enable {}' lets it go on",
            key.id
        ));
    }
    Ok(())
}

/// A few lines for people, on stderr: stdout has the token alone.
fn summarise(ctx: &mut Context, view: &KeyView, headline: &str) {
    ctx.ui.status(headline);
    for line in view.summary() {
        ctx.ui.status(&format!("  {line}"));
    }
}

/// What was done stays done, but nobody has the token.
fn undelivered(key: &Key, done: &str, error: &CliError) -> CliError {
    let why = match error.kind {
        Kind::ClosedOutput => "stdout was closed",
        _ => error.message.as_str(),
    };
    let message = format!("{done}, but its new token could not be handed over: {why}");
    CliError::new(Kind::Failed, message).hint(format!(
        "make another token with 'keyctl rotate {0}', or end the key with 'keyctl revoke {0}'",
        key.id
    ))
}
