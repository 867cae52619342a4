//! `keyctl vault check`

use keyctl_vault::CheckReport;
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::render::{self, Card};

/// A vault in which everything was read and found to be right.
#[derive(JsonSchema, Serialize)]
pub(crate) struct CheckView {
    /// Always true: anything else is an error.
    ok: bool,
    /// The vault's generation.
    generation: u64,
    /// How many slots it has.
    slots: u64,
    /// How many keys it has, revoked ones too.
    keys: u64,
    /// How many pages it has.
    pages: u64,
    /// How many nodes its hash tree has.
    nodes: u64,
    /// How many entries its audit log has.
    audit_entries: u64,
}

impl CheckView {
    pub(super) fn of(report: &CheckReport) -> Self {
        CheckView {
            ok: true,
            generation: report.generation,
            slots: report.slots,
            keys: report.keys,
            pages: report.pages,
            nodes: report.nodes,
            audit_entries: report.audit_entries,
        }
    }
}

impl Card for CheckView {
    fn card(&self) -> Vec<(String, String)> {
        let counts = [
            ("generation", self.generation),
            ("slots", self.slots),
            ("keys", self.keys),
            ("pages", self.pages),
            ("nodes", self.nodes),
            ("audit entries", self.audit_entries),
        ];
        let verdict = ("vault".to_owned(), "everything is as it should be".to_owned());
        std::iter::once(verdict)
            .chain(counts.into_iter().map(|(name, n)| (name.to_owned(), n.to_string())))
            .collect()
    }
}

pub(super) fn run(ctx: &mut Context) -> Result<Exit, CliError> {
    let mut vault = ctx.open()?;
    let spinner = ctx.ui.spinner("reading everything");
    let report = vault.snapshot()?.check();
    drop(spinner);
    let report = report?;
    let format = ctx.format();
    render::single(&mut ctx.ui, format, &CheckView::of(&report))?;
    Ok(Exit::Done)
}
