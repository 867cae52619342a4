//! Where each setting comes from: for `config show`, which answers "why does it do that?".

use super::process;
use super::settings::Settings;
use crate::error::CliError;
use crate::global::GlobalArgs;

/// A setting, its value as somebody said it, and who did.
pub(crate) struct Origin {
    pub(crate) name: &'static str,
    pub(crate) value: Option<String>,
    /// A flag, a variable, `config.toml` or `default`.
    pub(crate) source: &'static str,
}

const DEFAULT: &str = "default";

/// Settings, the variable of each, and the flag of every command that beats it.
const SETTINGS: [(&str, &str, &str); 11] = [
    ("project", "KEYCTL_PROJECT", ""),
    ("env", "KEYCTL_ENV", ""),
    ("owner", "KEYCTL_OWNER", ""),
    ("expires", "KEYCTL_EXPIRES", ""),
    ("output", "KEYCTL_OUTPUT", "--output"),
    ("trust", "KEYCTL_TRUST", ""),
    ("vault", "KEYCTL_VAULT", "--vault"),
    ("vault_key", "KEYCTL_VAULT_KEY", "--vault-key"),
    ("passphrase_file", "KEYCTL_PASSPHRASE_FILE", "--passphrase-file"),
    ("passphrase_command", "KEYCTL_PASSPHRASE_COMMAND", "--passphrase-command"),
    ("passphrase", process::PASSPHRASE, ""),
];

/// Every setting and, at the end, the places of files. Of a passphrase it only says that it is set.
pub(super) fn origins(
    settings: &Settings,
    flags: &[(&'static str, String)],
    owner: &str,
) -> Result<Vec<Origin>, CliError> {
    let mut origins = Vec::new();
    for (name, variable, flag) in SETTINGS {
        let said = flags.iter().find(|(said, _)| *said == flag).map(|(flag, v)| (*flag, v.clone()));
        let (source, value) = match (said, process::text_variable(variable)?) {
            (Some((flag, value)), _) => (flag, Some(value)),
            (None, Some(_)) if variable == process::PASSPHRASE => (variable, Some("(set)".into())),
            (None, Some(value)) => (variable, Some(value)),
            (None, None) => match settings.in_file(name) {
                Some(value) => ("config.toml", Some(value.to_owned())),
                None => (DEFAULT, unsaid(name, settings, owner)),
            },
        };
        origins.push(Origin { name, value, source });
    }
    for (name, path) in [("config", &settings.config), ("state", &settings.state)] {
        origins.push(Origin { name, value: Some(path.display().to_string()), source: DEFAULT });
    }
    Ok(origins)
}

/// What counts when nobody says anything.
fn unsaid(name: &str, settings: &Settings, owner: &str) -> Option<String> {
    match name {
        "env" => Some("development".to_owned()),
        "owner" => Some(owner.to_owned()),
        "output" => Some("table".to_owned()),
        "vault" => Some(settings.vault.display().to_string()),
        _ => None,
    }
}

/// The flags that are given of those that settings can say too.
pub(super) fn flags(global: &GlobalArgs) -> Vec<(&'static str, String)> {
    let path = |path: &Option<std::path::PathBuf>| path.as_ref().map(|p| p.display().to_string());
    let unlock = &global.unlock;
    let given = [
        ("--vault", path(&global.vault)),
        ("--output", global.output().map(|output| output.as_str().to_owned())),
        ("--vault-key", unlock.vault_key.map(|key| key.to_string())),
        ("--passphrase-file", path(&unlock.passphrase_file)),
        ("--passphrase-command", unlock.passphrase_command.clone()),
    ];
    given.into_iter().filter_map(|(flag, value)| Some((flag, value?))).collect()
}
