//! `keyctl config`

use clap::{Args, Subcommand};
use keyctl_vault::files;
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::{CliError, Kind};
use crate::exit::Exit;
use crate::global::Output;
use crate::render::{self, Card};

/// The file that `config init` makes: every setting, none of them set.
const TEMPLATE: &str = include_str!("config/template.toml");

/// Make or explain the configuration
///
/// config.toml holds defaults for 'create' and 'list'. A flag wins over the environment, and the
/// environment over the file. 'verify' has no defaults but whom it trusts.
#[derive(Args)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:\n  keyctl config init\n  keyctl config show\n  keyctl config show -o json | jq '.[] | select(.source != \"default\")'"
)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    command: ConfigCommand,
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Make config.toml, with a comment on each setting and nothing set
    #[command(
        after_help = "Example:\n  keyctl config init && ${EDITOR:-vi} \"$(keyctl config show --field config)\""
    )]
    Init,
    Show(ShowArgs),
}

/// Show every setting, and where its value comes from
#[derive(Args)]
#[command(
    after_help = "Examples:\n  keyctl config show\n  keyctl config show --field vault\n  KEYCTL_PROJECT=shop keyctl config show -o json"
)]
struct ShowArgs {
    /// Write only the value of this setting, raw
    #[arg(long, value_name = "NAME", conflicts_with_all = ["output", "json"])]
    field: Option<String>,
}

/// A configuration file that was made.
#[derive(JsonSchema, Serialize)]
pub(crate) struct InitView {
    /// The file.
    config: String,
}

impl Card for InitView {
    fn card(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}

/// One setting.
#[derive(JsonSchema, Serialize)]
pub(crate) struct SettingView {
    /// What it is called in config.toml, if it may stand there.
    name: &'static str,
    /// Its value as it was said; null when it has none. Of a passphrase only that it is set.
    value: Option<String>,
    /// What gave it that value: a flag, a variable, config.toml or default.
    source: &'static str,
}

pub(crate) fn run(ctx: &mut Context, args: &ConfigArgs) -> Result<Exit, CliError> {
    match &args.command {
        ConfigCommand::Init => init(ctx),
        ConfigCommand::Show(args) => show(ctx, args),
    }
}

fn init(ctx: &mut Context) -> Result<Exit, CliError> {
    let path = ctx.settings.config.clone();
    if path.symlink_metadata().is_ok() {
        let message = format!("the configuration '{}' is there already", path.display());
        return Err(CliError::new(Kind::Refused, message)
            .hint("edit it; 'keyctl config show' says what it does"));
    }
    files::make_private_folder(files::folder_of(&path))?;
    files::write_new(&path, TEMPLATE.as_bytes())?;
    let view = InitView { config: path.display().to_string() };
    match ctx.format() {
        Output::Table => {}
        format => render::single(&mut ctx.ui, format, &view)?,
    }
    ctx.ui.status(&format!("Made '{}': take the # away from what you want to set.", view.config));
    Ok(Exit::Done)
}

fn show(ctx: &mut Context, args: &ShowArgs) -> Result<Exit, CliError> {
    let origins = ctx.origins()?;
    let views: Vec<SettingView> = origins
        .into_iter()
        .map(|origin| SettingView { name: origin.name, value: origin.value, source: origin.source })
        .collect();
    if let Some(name) = &args.field {
        let names: Vec<&str> = views.iter().map(|view| view.name).collect();
        render::check_field_of(&names, Some(name))?;
        let value = views.into_iter().find(|view| view.name == name).and_then(|view| view.value);
        ctx.ui.write(&format!("{}\n", value.unwrap_or_default()))?;
        return Ok(Exit::Done);
    }
    let format = ctx.format();
    render::rows(&mut ctx.ui, format, &["name", "value", "source"], &views)?;
    Ok(Exit::Done)
}
