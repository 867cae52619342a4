//! Files of secrets that a change makes, and what becomes of them when it is made or not.

use keyctl_vault::Waiting;

use crate::error::{CliError, Kind};

/// Gives the file its own name when the change is made; else it goes, because secrets of a change
/// that was not made would only be taken for real ones.
pub(crate) fn settle<T>(file: Option<Waiting>, done: Result<T, CliError>) -> Result<T, CliError> {
    let is_made = done.as_ref().map_or_else(|error| error.is_made, |_| true);
    let Some(file) = file.filter(|_| is_made) else { return done };
    let waiting = file.waiting_at().display().to_string();
    let kept = file.keep();
    let done = done?;
    kept.map(|()| done).map_err(|error| {
        if error.is_made() {
            return error.into();
        }
        let message =
            format!("the change is made, but its secrets are still in '{waiting}': {error}");
        let mut error = CliError::new(Kind::Failed, message)
            .hint("nothing is lost: move that file to where it belongs");
        error.is_made = true;
        error
    })
}
