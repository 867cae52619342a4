//! A KEY that was not named: chosen from a list, where somebody is there to choose.

use keyctl_vault::issue::KeyRef;
use keyctl_vault::{Key, Project, Records, UnlockedVault};
use keyctl_verify::Standing;
use unicode_width::UnicodeWidthStr;

use crate::context::Context;
use crate::error::{CliError, Kind};
use crate::ui::{Item, shorten};

/// The most keys that are offered: more could not be searched as fast as somebody types.
const MOST: usize = 5000;
/// The widest name and project that are shown in full.
const NAME_WIDTH: usize = 28;
const PROJECT_WIDTH: usize = 14;
/// What stands before a name and between it and the prefix, in columns, and one at the end.
const MARGIN: usize = 5;

/// Which keys a verb can do something with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offer {
    Any,
    Live,
    Enabled,
    Disabled,
    Recoverable,
}

impl Offer {
    fn fits(self, key: &Key) -> bool {
        match self {
            Offer::Any => true,
            Offer::Live => key.is_live(),
            Offer::Enabled => key.is_live() && key.standing != Standing::Disabled,
            Offer::Disabled => key.standing == Standing::Disabled,
            Offer::Recoverable => key.recoverable && key.is_live(),
        }
    }

    /// As in `no key is live`.
    fn as_str(self) -> &'static str {
        match self {
            Offer::Any => "there",
            Offer::Live => "live",
            Offer::Enabled => "live and enabled",
            Offer::Disabled => "disabled",
            Offer::Recoverable => "live and recoverable",
        }
    }
}

/// The error of a verb that needs a KEY and has none, where nobody is there to be asked.
pub(crate) fn check(ctx: &Context) -> Result<(), CliError> {
    if ctx.ui.can_ask() {
        return Ok(());
    }
    Err(CliError::usage("no KEY was named")
        .hint("name one: an id, a token's prefix or an exact name; 'keyctl list' shows them"))
}

/// The KEY that was named, or one that is chosen now.
pub(crate) fn or_ask(
    ctx: &mut Context,
    vault: &mut UnlockedVault,
    wanted: Option<KeyRef>,
    project: Option<&Project>,
    offer: Offer,
) -> Result<KeyRef, CliError> {
    if let Some(wanted) = wanted {
        return Ok(wanted);
    }
    let keys = offered(vault, project, offer)?;
    if keys.is_empty() {
        let place = project.map(|p| format!(" in the project '{p}'")).unwrap_or_default();
        let message = format!("no key is {}{place}", offer.as_str());
        return Err(
            CliError::new(Kind::NotFound, message).hint("'keyctl list --all' shows the keys")
        );
    }
    if keys.len() > MOST {
        let rest = keys.len() - MOST;
        ctx.ui.note(&format!("only the newest {MOST} are offered; name one of the other {rest}"));
    }
    let brand = vault.snapshot()?.brand().clone();
    let keys = &keys[..keys.len().min(MOST)];
    let prefixes: Vec<String> =
        keys.iter().map(|key| key.prefix(&brand, key.current()).to_string()).collect();
    let items = items(keys, &prefixes, ctx);
    let chosen = ctx.ui.pick("Which key? (type to search)", &items)?;
    Ok(KeyRef::Id(keys[chosen].id))
}

/// The newest first.
fn offered(
    vault: &mut UnlockedVault,
    project: Option<&Project>,
    offer: Offer,
) -> Result<Vec<Key>, CliError> {
    let fits = |key: &Key| {
        offer.fits(key) && project.is_none_or(|project| key.project.as_ref() == Some(project))
    };
    let mut keys = vault.snapshot()?.keys(|key| Some(key).filter(&fits))?;
    keys.sort_by_key(|key| std::cmp::Reverse((key.created_at, key.order)));
    Ok(keys)
}

/// A line for each: name, prefix, status, project. What tells two keys apart, the prefix, stands
/// where it is never cut off: on a narrow terminal the name gives way.
fn items(keys: &[Key], prefixes: &[String], ctx: &Context) -> Vec<Item> {
    let project = |key: &Key| key.project.as_ref().map_or("no project", |p| p.as_str()).to_owned();
    let widest =
        |texts: &mut dyn Iterator<Item = usize>, most: usize| texts.max().unwrap_or(0).min(most);
    let prefix_width = widest(&mut prefixes.iter().map(|prefix| prefix.width()), usize::MAX);
    let room = ctx.ui.question_width().saturating_sub(prefix_width + MARGIN).clamp(1, NAME_WIDTH);
    let name_width = widest(&mut keys.iter().map(|key| key.name.as_str().width()), room);
    let project_width = widest(&mut keys.iter().map(|key| project(key).width()), PROJECT_WIDTH);
    let item = |(key, prefix): (&Key, &String)| {
        let name = padded(key.name.as_str(), name_width);
        let project = padded(&project(key), project_width);
        let line = format!("{name}  {prefix}  {:<8}  {project}", key.status(ctx.now).as_str());
        Item { name: key.name.to_string(), line }
    };
    keys.iter().zip(prefixes).map(item).collect()
}

fn padded(text: &str, width: usize) -> String {
    let text = shorten(text, width);
    let pad = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(pad))
}
