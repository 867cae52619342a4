//! The audit log as a terminal shows it: an entry after the other, like the log of a version
//! control system, because no table has room for what a change can be.

use keyctl_verify::Timestamp;

use super::AuditView;
use super::time::relative;
use crate::ui::{Ui, escape};

/// The fewest columns that a change is broken into.
const NARROW: usize = 40;

/// One entry, with the empty line after it.
pub(crate) fn entry(ui: &Ui, view: &AuditView, at: Timestamp, now: Timestamp) -> String {
    let width = ui.width().unwrap_or(usize::MAX).max(NARROW);
    let who = format!("{}@{}, slot {}", view.actor, view.host, view.slot);
    let verb = ui.colors().bold(&escape(view.verb));
    let mut text =
        format!("{}  {verb}  {}  {}\n", view.generation, relative(now, at), escape(&who));
    for (subject, fields) in view.for_people() {
        text += &format!("    {}\n", escape(&subject));
        for field in fields {
            text += &wrapped(&escape(&field), width, "      ");
        }
    }
    text + "\n"
}

/// Lines of at most so many columns, all but the first further in.
fn wrapped(text: &str, width: usize, indent: &str) -> String {
    let further = format!("{indent}  ");
    let options = textwrap::Options::new(width).initial_indent(indent).subsequent_indent(&further);
    textwrap::fill(text, options) + "\n"
}
