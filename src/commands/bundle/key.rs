//! `keyctl bundle key`

use clap::{Args, Subcommand};
use keyctl_vault::issue::IssueError;
use keyctl_vault::{BundleKeyInfo, Verb};
use schemars::JsonSchema;
use serde::Serialize;

use crate::commands::trust::to_pem;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::global::Output;
use crate::parse;
use crate::render::{self, Card, instant, relative};
use crate::words::Instant;

/// Show or change the key that signs bundles
#[derive(Args)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:\n  keyctl bundle key show\n  keyctl bundle key rotate --overlap 14d"
)]
pub(super) struct KeyArgs {
    #[command(subcommand)]
    command: KeyCommand,
}

#[derive(Subcommand)]
enum KeyCommand {
    /// Show the public key that verifiers trust
    ///
    /// Alone on stdout when that is not a terminal, one a line while two sign. It is no secret.
    #[command(
        after_help = "Examples:\n  keyctl bundle key show\n  TRUST=$(keyctl bundle key show)\n  keyctl bundle key show --pem > bundle.pem"
    )]
    Show {
        /// In PEM, as OpenSSL reads it
        #[arg(long, conflicts_with_all = ["output", "json"])]
        pem: bool,
    },
    /// Make a new key; for a while, bundles are signed by the old one too
    ///
    /// Hand the new key to every verifier before the overlap ends. Whoever had a slot that could
    /// export may still have the old key: end it at once with --overlap 0. Who has kept the keys of
    /// such a slot and can still read the vault's file can open the new one too.
    #[command(
        after_help = "Examples:\n  keyctl bundle key rotate\n  keyctl bundle key rotate --overlap 0"
    )]
    Rotate {
        /// For how long bundles are signed by the old key too; 0 for no longer
        #[arg(long, value_name = "DURATION", default_value = "30d", value_parser = parse::seconds)]
        overlap: u64,
    },
}

/// A key that signs bundles.
#[derive(JsonSchema, Serialize)]
pub(crate) struct KeyView {
    /// What verifiers trust: kcpub_ and 72 hex digits.
    public_key: String,
    /// When it was made.
    #[schemars(with = "Instant")]
    since: String,
    /// Until when it signs beside its successor; null for the one that has none.
    #[schemars(with = "Option<Instant>")]
    until: Option<String>,
    #[serde(skip)]
    shown: String,
}

/// The new key that signs bundles.
#[derive(JsonSchema, Serialize)]
pub(crate) struct RotatedView {
    /// What verifiers trust from now on: kcpub_ and 72 hex digits.
    public_key: String,
    /// The public key that was there before; null when it signs no longer.
    previous: Option<String>,
    /// Until when bundles are signed by the previous key too; null when they are not.
    #[schemars(with = "Option<Instant>")]
    previous_until: Option<String>,
    /// Always true.
    changed: bool,
}

pub(super) fn run(ctx: &mut Context, args: &KeyArgs) -> Result<Exit, CliError> {
    match args.command {
        KeyCommand::Show { pem } => show(ctx, pem),
        KeyCommand::Rotate { overlap } => rotate(ctx, overlap),
    }
}

fn show(ctx: &mut Context, pem: bool) -> Result<Exit, CliError> {
    let mut vault = ctx.open()?;
    let keys = vault.bundle_keys()?;
    let signing: Vec<BundleKeyInfo> = keys.into_iter().filter(|k| k.signs_at(ctx.now)).collect();
    if pem {
        signing.iter().try_for_each(|key| ctx.ui.write(&to_pem(&key.public)))?;
        return Ok(Exit::Done);
    }
    let views: Vec<KeyView> = signing.iter().map(|key| KeyView::of(key, ctx)).collect();
    let format = ctx.output.unwrap_or(Output::Table);
    if format == Output::Table && !ctx.ui.out_is_terminal() {
        views.iter().try_for_each(|view| ctx.ui.write(&format!("{}\n", view.public_key)))?;
        return Ok(Exit::Done);
    }
    match format {
        Output::Table => {
            views.iter().try_for_each(|view| render::single(&mut ctx.ui, format, view))?;
        }
        format => render::rows(&mut ctx.ui, format, &["public_key", "since", "until"], &views)?,
    }
    Ok(Exit::Done)
}

fn rotate(ctx: &mut Context, overlap: u64) -> Result<Exit, CliError> {
    let mut vault = ctx.open_for_change()?;
    let now = ctx.now;
    let end = now.saturating_add(overlap);
    let (fresh, previous) = ctx.change(&mut vault, Verb::BundleKey, |tx| {
        tx.rotate_bundle_key(end, now).map_err(IssueError::from)
    })?;
    let view = RotatedView {
        public_key: fresh.to_string(),
        previous: previous.as_ref().map(|key| key.public.to_string()),
        previous_until: previous.as_ref().and_then(|key| key.until).map(instant),
        changed: true,
    };
    match &previous {
        Some(key) => ctx.ui.status(&format!(
            "bundles are signed by {} too, until {}: let every verifier trust the new key by then",
            key.public,
            key.until.map(instant).unwrap_or_default()
        )),
        None => ctx.ui.status("bundles made from now on are signed by the new key alone"),
    }
    let format = ctx.format();
    render::single(&mut ctx.ui, format, &view)?;
    Ok(Exit::Done)
}

impl KeyView {
    fn of(key: &BundleKeyInfo, ctx: &Context) -> Self {
        let shown = match key.until {
            None => "signs every bundle".to_owned(),
            Some(until) => format!("signs beside the new one; ends {}", relative(ctx.now, until)),
        };
        KeyView {
            public_key: key.public.to_string(),
            since: instant(key.since),
            until: key.until.map(instant),
            shown,
        }
    }
}

impl Card for KeyView {
    fn card(&self) -> Vec<(String, String)> {
        vec![
            ("public key".to_owned(), self.public_key.clone()),
            ("since".to_owned(), self.since.clone()),
            ("now".to_owned(), self.shown.clone()),
        ]
    }
}

impl Card for RotatedView {
    fn card(&self) -> Vec<(String, String)> {
        let mut card = vec![("public key".to_owned(), self.public_key.clone())];
        if let (Some(previous), Some(until)) = (&self.previous, &self.previous_until) {
            card.push(("previous".to_owned(), format!("{previous} until {until}")));
        }
        card
    }
}
