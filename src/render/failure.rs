//! The view of a failure: the last line of stderr, where the answer would have been JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::error::Kind;
use crate::ui::without_tokens;
use crate::words::Word;

/// The cause, and the next step.
#[derive(JsonSchema, Serialize)]
pub(crate) struct FailureView {
    /// What went wrong, and what to do.
    error: ErrorView,
}

/// An error.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Error")]
struct ErrorView {
    /// What kind of failure it is; each goes with one exit code.
    #[schemars(with = "Word<Kind>")]
    code: &'static str,
    /// The cause, for people; several lines when it lists something.
    message: String,
    /// What to do next, for people; null when there is nothing to say.
    hint: Option<String>,
}

impl FailureView {
    pub(crate) fn of(kind: Kind, message: &str, hint: Option<&str>) -> Self {
        FailureView {
            error: ErrorView {
                code: kind.as_str(),
                message: without_tokens(message).into_owned(),
                hint: hint.map(|hint| without_tokens(hint).into_owned()),
            },
        }
    }

    /// The line.
    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts are JSON")
    }
}
