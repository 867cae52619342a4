//! What a change answers with: the record and whether anything changed, or what differs.

use keyctl_vault::issue::Changed;
use keyctl_vault::{FieldChange, UnlockedVault};

use crate::context::Context;
use crate::error::CliError;
use crate::global::Output;
use crate::render::{self, KeyView};
use crate::ui::escape;

/// Answers for one key: `done` is what was done to it, as in `revoked`.
pub(crate) fn changed(
    ctx: &mut Context,
    vault: &UnlockedVault,
    done: &str,
    changed: &Changed,
) -> Result<(), CliError> {
    let seen = ctx.seen(vault);
    let mut key = changed.key.clone();
    seen.count_in(&mut key, &changed.brand, ctx.now);
    let view = KeyView::of(&key, &changed.brand, ctx.now).with_changed(changed.is_changed());
    match ctx.format() {
        Output::Table => {
            let what = format!("{} ({})", changed.key.id, view.name_for_people());
            let text = if changed.is_changed() {
                let lines: String = changed.fields.iter().map(difference).collect();
                format!("{done} {what}\n{lines}")
            } else {
                format!("unchanged {what}: it is so already\n")
            };
            ctx.ui.write(&text)?;
        }
        format => render::single(&mut ctx.ui, format, &view)?,
    }
    Ok(())
}

fn difference(change: &FieldChange) -> String {
    let none = if change.field == "expires_at" { "never" } else { "-" };
    let shown = |value: Option<&str>| value.map_or_else(|| none.into(), escape).into_owned();
    format!(
        "  {}: {} → {}\n",
        change.field.replace('_', " "),
        shown(change.from.as_deref()),
        shown(change.to.as_deref())
    )
}
