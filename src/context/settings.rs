//! Defaults: from the environment, else from `config.toml`. Flags win over both.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use keyctl_vault::files;
use keyctl_vault::issue::Expiry;
use keyctl_vault::{Owner, Project, VaultKey};
use keyctl_verify::{Environment, PublicKey};
use serde::{Deserialize, Deserializer};

use super::process;
use crate::error::{CliError, Kind};
use crate::global::Output;
use crate::parse;

const MAX_CONFIG: usize = 1 << 20;

/// What is not said on the command line.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    pub(crate) project: Option<Project>,
    pub(crate) environment: Option<Environment>,
    pub(crate) owner: Option<Owner>,
    pub(crate) output: Option<Output>,
    pub(crate) expires: Option<Expiry>,
    /// What the file says, as it says it.
    file: ConfigFile,
    /// Empty for a user without a home.
    pub(crate) vault: PathBuf,
    /// Empty for a user without a home.
    pub(crate) state: PathBuf,
    /// `config.toml`, be it there or not; empty for a user without a home.
    pub(crate) config: PathBuf,
    pub(crate) passphrase_file: Option<PathBuf>,
    pub(crate) passphrase_command: Option<String>,
    /// Which vault is expected.
    pub(crate) vault_key: Option<VaultKey>,
}

/// Whether a verb can do anything for a user without a home directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    Needed,
    NotNeeded,
}

/// What `config.toml` may set.
const ENTRIES: [&str; 6] = ["project", "env", "output", "expires", "owner", "trust"];

/// `config.toml`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    project: Option<String>,
    env: Option<String>,
    output: Option<String>,
    expires: Option<String>,
    owner: Option<String>,
    #[serde(default, deserialize_with = "joined")]
    trust: Option<String>,
}

/// One key or several.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "trust is a key kcpub_… or a list of them")]
enum Trust {
    One(String),
    Many(Vec<String>),
}

fn joined<'de, D: Deserializer<'de>>(file: D) -> Result<Option<String>, D::Error> {
    Ok(Some(match Trust::deserialize(file)? {
        Trust::One(key) => key,
        Trust::Many(keys) => keys.join(","),
    }))
}

impl Settings {
    /// Reads the environment and the file. `vault` is what the command line says. A user without
    /// a home directory has no file, and only verbs that need none (`home`) get on.
    pub(crate) fn read(vault: Option<&Path>, home: Home) -> Result<Self, CliError> {
        let dirs = ProjectDirs::from("", "", "keyctl");
        if dirs.is_none() && home == Home::Needed {
            return Err(
                CliError::new(Kind::Failed, "this user has no home directory").hint("set HOME")
            );
        }
        let dirs = dirs.as_ref();
        let config = dirs.map(|dirs| dirs.config_dir().join("config.toml")).unwrap_or_default();
        let file = match dirs {
            Some(_) => read_file(&config, home)?,
            None => ConfigFile::default(),
        };
        let state = dirs.map(|dirs| dirs.state_dir().unwrap_or(dirs.data_local_dir()).to_owned());
        let from_env = process::variable("KEYCTL_VAULT").map(PathBuf::from);
        let chosen = vault.map(Path::to_owned).or(from_env);
        let mut settings = Settings {
            output: setting("KEYCTL_OUTPUT", "output", file.output.clone(), output)?,
            vault: chosen.or(dirs.map(|dirs| dirs.data_dir().join("vault.db"))).unwrap_or_default(),
            state: state.unwrap_or_default(),
            config,
            file,
            passphrase_file: process::variable("KEYCTL_PASSPHRASE_FILE").map(PathBuf::from),
            passphrase_command: process::text_variable("KEYCTL_PASSPHRASE_COMMAND")?,
            vault_key: setting("KEYCTL_VAULT_KEY", "", None, parse::vault_key)?,
            ..Settings::default()
        };
        if home == Home::Needed {
            settings.read_defaults()?;
        }
        Ok(settings)
    }

    /// The defaults of what is made and listed, which a verifier has none of.
    fn read_defaults(&mut self) -> Result<(), CliError> {
        let file = &self.file;
        self.project = setting("KEYCTL_PROJECT", "project", file.project.clone(), parse::project)?;
        self.environment = setting("KEYCTL_ENV", "env", file.env.clone(), parse::environment)?;
        self.owner = setting("KEYCTL_OWNER", "owner", file.owner.clone(), parse::owner)?;
        self.expires = setting("KEYCTL_EXPIRES", "expires", file.expires.clone(), parse::expiry)?;
        Ok(())
    }

    /// What the file says of a setting.
    pub(super) fn in_file(&self, name: &str) -> Option<&str> {
        let file = &self.file;
        let entry = match name {
            "project" => &file.project,
            "env" => &file.env,
            "output" => &file.output,
            "expires" => &file.expires,
            "owner" => &file.owner,
            "trust" => &file.trust,
            _ => &None,
        };
        entry.as_deref()
    }

    /// Whose bundles are believed, by the environment, else by the file. Read only where it counts:
    /// a file that others can write says whom they trust, and not whom its owner does.
    pub(crate) fn trust(&self) -> Result<Vec<PublicKey>, CliError> {
        if self.file.trust.is_some() && process::variable("KEYCTL_TRUST").is_none() {
            files::check_unshared(&self.config)?;
        }
        let keys = setting("KEYCTL_TRUST", "trust", self.file.trust.clone(), parse::public_keys)?;
        Ok(keys.unwrap_or_default())
    }
}

fn read_file(path: &Path, home: Home) -> Result<ConfigFile, CliError> {
    // A service's home is often a file, or another user's.
    let out_of_reach = [ErrorKind::NotFound, ErrorKind::NotADirectory, ErrorKind::PermissionDenied];
    let is_out = |e: std::io::Error| out_of_reach.contains(&e.kind());
    if home == Home::NotNeeded && path.symlink_metadata().is_err_and(is_out) {
        return Ok(ConfigFile::default());
    }
    let Some(contents) = files::read_plain(path, MAX_CONFIG)? else {
        return Ok(ConfigFile::default());
    };
    parse_file(contents).map_err(|what| {
        let what = what.trim_end().lines().next_back().unwrap_or_default().to_owned();
        CliError::usage(format!("the configuration '{}' is wrong: {what}", path.display()))
            .hint("it may have project, env, output, expires, owner and trust")
    })
}

fn parse_file(contents: Vec<u8>) -> Result<ConfigFile, String> {
    let text = String::from_utf8(contents).map_err(|e| e.to_string())?;
    let table: toml::Table = text.parse().map_err(|e: toml::de::Error| e.to_string())?;
    if let Some(unknown) = table.keys().find(|key| !ENTRIES.contains(&key.as_str())) {
        return Err(format!("there is no setting '{unknown}'{}", nearest(unknown)));
    }
    toml::from_str(&text).map_err(|e| e.to_string())
}

/// The settings that a file sets, by their names, if it is one and each is what it should be.
#[cfg(fuzzing)]
pub(crate) fn settings_in(contents: Vec<u8>) -> Result<Vec<(&'static str, String)>, String> {
    let file = parse_file(contents)?;
    let checks: [(&str, &Option<String>, fn(&str) -> Result<(), String>); 6] = [
        ("project", &file.project, |text| parse::project(text).map(drop)),
        ("env", &file.env, |text| parse::environment(text).map(drop)),
        ("output", &file.output, |text| output(text).map(drop)),
        ("expires", &file.expires, |text| parse::expiry(text).map(drop)),
        ("owner", &file.owner, |text| parse::owner(text).map(drop)),
        ("trust", &file.trust, |text| parse::public_keys(text).map(drop)),
    ];
    let given = checks.into_iter().filter_map(|(name, text, check)| {
        text.as_ref().map(|text| check(text).map(|()| (name, text.clone())))
    });
    given.collect()
}

/// `; did you mean 'project'?`, where one is near enough.
fn nearest(unknown: &str) -> String {
    let near = |entry: &&str| strsim::jaro_winkler(unknown, entry);
    let best = ENTRIES.iter().max_by(|a, b| near(a).total_cmp(&near(b)));
    let best = best.filter(|entry| near(entry) > 0.75);
    best.map(|entry| format!("; did you mean '{entry}'?")).unwrap_or_default()
}

/// The variable, else the file's entry, each with its own name in the error.
fn setting<T>(
    variable: &str,
    entry: &str,
    file: Option<String>,
    parse: fn(&str) -> Result<T, String>,
) -> Result<Option<T>, CliError> {
    let (source, text) = match process::text_variable(variable)? {
        Some(text) => (variable.to_owned(), text),
        None => match file {
            Some(text) => (format!("'{entry}' in config.toml"), text),
            None => return Ok(None),
        },
    };
    parse(&text).map(Some).map_err(|e| CliError::usage(format!("{source}: '{text}' {e}")))
}

fn output(text: &str) -> Result<Output, String> {
    clap::ValueEnum::from_str(text, false)
        .map_err(|_| "is not table, json, jsonl or csv".to_owned())
}
