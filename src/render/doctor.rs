//! The view of what is wrong with a key: a sentence, and the command that mends it.

use anstyle::AnsiColor;
use keyctl_vault::issue::{Check, Examined, KeyFinding};
use keyctl_vault::{Lifetime, Policy};
use keyctl_verify::{KeyId, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use super::time::{instant, relative};
use crate::ui::{Ui, escape, last_argument};
use crate::words::Word;

/// Something that is wrong with a key.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Finding")]
pub(crate) struct KeyFindingView {
    /// The key's id.
    id: String,
    /// The key's name.
    name: String,
    /// The key's project; null for none.
    project: Option<String>,
    /// What is wrong.
    #[schemars(with = "Word<Check>")]
    code: &'static str,
    /// The same in a sentence, for people.
    message: String,
    /// The command that mends it; a word in capitals is to be filled in.
    command: String,
}

/// What commands that mend keys put in, so that the policy lets them.
#[derive(Clone, Copy)]
pub(crate) struct Remedy {
    expires: Lifetime,
    grace: Lifetime,
}

impl Remedy {
    /// The lifetime that the policy gives, else 90 days, and a day of grace; less where it allows
    /// only less.
    pub(crate) fn within(policy: &Policy) -> Self {
        let usual = |text: &str| -> Lifetime { text.parse().expect("a length of time") };
        let shorter = |a: Lifetime, b: Lifetime| if b.seconds() < a.seconds() { b } else { a };
        let expires = policy.default_lifetime.unwrap_or_else(|| usual("90d"));
        let grace = shorter(usual("24h"), policy.max_grace);
        Remedy { expires: policy.max_lifetime.map_or(expires, |max| shorter(expires, max)), grace }
    }
}

impl KeyFindingView {
    /// The fields.
    pub(crate) const FIELDS: [&str; 6] = ["id", "name", "project", "code", "message", "command"];

    /// A view of each finding of a key.
    pub(crate) fn all_of(examined: &Examined, remedy: Remedy, now: Timestamp) -> Vec<Self> {
        let view = |finding: &KeyFinding| KeyFindingView {
            id: examined.id.to_string(),
            name: examined.name.clone(),
            project: examined.project.clone(),
            code: finding.check().as_str(),
            message: message(finding, now),
            command: command(finding, examined.id, remedy),
        };
        examined.findings.iter().map(view).collect()
    }

    /// The findings of one key under its name, for people.
    pub(crate) fn group(ui: &Ui, views: &[Self]) -> String {
        let Some(first) = views.first() else { return String::new() };
        let project = first.project.as_deref();
        let project = project.map_or("no project".to_owned(), |p| format!("project {}", escape(p)));
        let head =
            format!("{} ({}, {project})\n", ui.colors().bold(&escape(&first.name)), first.id);
        let lines = views.iter().map(|view| {
            let code = ui.colors().paint(AnsiColor::Yellow, view.code);
            format!("  {code}: {}\n    {}\n", escape(&view.message), escape(&view.command))
        });
        head + &lines.collect::<String>()
    }
}

/// What is wrong, in a sentence.
fn message(finding: &KeyFinding, now: Timestamp) -> String {
    match finding {
        KeyFinding::FullAccess { personal: None } => "it can do everything".to_owned(),
        KeyFinding::FullAccess { personal: Some(owner) } => {
            format!("it can do everything, because the ceiling of '{owner}' is *")
        }
        KeyFinding::NoOwner { unregistered: None } => "nobody owns it".to_owned(),
        KeyFinding::NoOwner { unregistered: Some(owner) } => {
            format!("its owner '{owner}' is not registered")
        }
        KeyFinding::NeverExpires => "it never expires".to_owned(),
        KeyFinding::GraceOpen { generation, until } => {
            format!("its token of generation {generation} still works until {}", instant(*until))
        }
        KeyFinding::RotationOverdue { made, ends } => {
            format!("its token was made {} and ends {}", relative(now, *made), relative(now, *ends))
        }
        KeyFinding::ExpiringSoon { ends, .. } => {
            format!("it expires at {} ({})", instant(*ends), relative(now, *ends))
        }
        KeyFinding::Unused { last } => {
            format!("it was last used at {} ({})", instant(*last), relative(now, *last))
        }
        KeyFinding::NeverUsed { since } => {
            format!("it was never used since {} ({})", instant(*since), relative(now, *since))
        }
        KeyFinding::EmptyScopes { above: None } => {
            "it has no scopes, so it can do nothing".to_owned()
        }
        KeyFinding::EmptyScopes { above: Some(owner) } => {
            format!("it can do nothing: the ceiling of '{owner}' has none of its scopes")
        }
    }
}

/// The command that mends it. A word in capitals is for whoever runs it to fill in: as it stands it
/// is refused, and changes nothing.
fn command(finding: &KeyFinding, id: KeyId, remedy: Remedy) -> String {
    let Remedy { expires, grace } = remedy;
    match finding {
        KeyFinding::FullAccess { personal: None } | KeyFinding::EmptyScopes { above: Some(_) } => {
            format!("keyctl scope set {id} SCOPE")
        }
        KeyFinding::FullAccess { personal: Some(owner) } => {
            format!("keyctl owner edit --scope SCOPE {}", last_argument(owner.as_str()))
        }
        KeyFinding::NoOwner { unregistered: None } => {
            format!("keyctl revoke {id} --reason 'nobody owns it'")
        }
        KeyFinding::NoOwner { unregistered: Some(owner) } => {
            format!(
                "keyctl owner add --scope SCOPE --expires {expires} {}",
                last_argument(owner.as_str())
            )
        }
        KeyFinding::NeverExpires | KeyFinding::ExpiringSoon { renewable: false, .. } => {
            format!("keyctl edit {id} --expires {expires}")
        }
        KeyFinding::GraceOpen { .. } => format!("keyctl rotate {id} --finish"),
        KeyFinding::RotationOverdue { .. } | KeyFinding::ExpiringSoon { renewable: true, .. } => {
            format!("keyctl rotate {id} --grace {grace}")
        }
        KeyFinding::Unused { .. } | KeyFinding::NeverUsed { .. } => format!("keyctl disable {id}"),
        KeyFinding::EmptyScopes { above: None } => format!("keyctl scope add {id} SCOPE"),
    }
}
