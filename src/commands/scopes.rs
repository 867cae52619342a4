//! Asking for scopes: chosen from those that a project uses, or typed.

use std::collections::{BTreeMap, BTreeSet};

use keyctl_vault::{Key, Name, Project, Records, UnlockedVault};
use keyctl_verify::{Scope, ScopeSet};

use crate::context::Context;
use crate::error::CliError;
use crate::parse;

/// The most scopes that are offered: the most used.
const MOST: usize = 50;
const OTHERS: &str = "(others…)";

/// What the live keys of a project are called, and what they may do.
#[derive(Default)]
pub(crate) struct Usage {
    names: BTreeSet<String>,
    scopes: BTreeMap<Scope, usize>,
}

impl Usage {
    /// Of one project, or of keys without one.
    pub(crate) fn of(
        vault: &mut UnlockedVault,
        project: Option<&Project>,
    ) -> Result<Self, CliError> {
        let keys = vault.snapshot()?.keys(|key| {
            (key.is_live() && key.project.as_ref() == project).then_some((key.name, key.scopes))
        })?;
        let mut usage = Usage::default();
        for (name, scopes) in keys {
            usage.names.insert(name.to_string());
            for scope in scopes.iter() {
                *usage.scopes.entry(scope.clone()).or_default() += 1;
            }
        }
        Ok(usage)
    }

    /// Of one key.
    pub(crate) fn of_key(key: &Key) -> Self {
        let scopes = key.scopes.iter().map(|scope| (scope.clone(), 1)).collect();
        Usage { scopes, ..Usage::default() }
    }

    /// Whether a live key has that name.
    pub(crate) fn has_name(&self, name: &Name) -> bool {
        self.names.contains(name.as_str())
    }

    /// The scopes in use, the most used first.
    fn most_used(&self) -> Vec<&Scope> {
        let mut scopes: Vec<(&Scope, &usize)> = self.scopes.iter().collect();
        scopes.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.as_str().cmp(b.0.as_str())));
        scopes.into_iter().take(MOST).map(|(scope, _)| scope).collect()
    }
}

/// Asks for scopes, none being an answer too; not beyond `ceiling`.
pub(crate) fn ask(
    ctx: &mut Context,
    question: &str,
    usage: &Usage,
    ceiling: Option<&ScopeSet>,
) -> Result<Vec<Scope>, CliError> {
    let allowed = |scope: &Scope| ceiling.is_none_or(|ceiling| ceiling.grants(scope));
    let offered: Vec<&Scope> =
        usage.most_used().into_iter().filter(|scope| allowed(scope)).collect();
    let mut chosen: Vec<Scope> = Vec::new();
    if !offered.is_empty() {
        let items: Vec<String> = offered.iter().map(ToString::to_string).collect();
        let items: Vec<String> = items.into_iter().chain([OTHERS.to_owned()]).collect();
        let asked = format!("{question} (space chooses, enter goes on)");
        let places = ctx.ui.choose_some(&asked, &items)?;
        chosen.extend(places.iter().filter_map(|i| offered.get(*i)).copied().cloned());
        if !places.contains(&offered.len()) {
            return Ok(chosen);
        }
    }
    let parse = |text: &str| {
        let words = text.split([' ', ',']).filter(|word| !word.is_empty());
        let scopes: Vec<Scope> = words.map(parse::scope).collect::<Result<_, _>>()?;
        match ceiling.filter(|ceiling| !scopes.iter().all(|scope| ceiling.grants(scope))) {
            Some(ceiling) => {
                let ceiling: Vec<String> = ceiling.iter().map(ToString::to_string).collect();
                Err(format!("goes beyond what the owner may have: {}", ceiling.join(", ")))
            }
            None => Ok(scopes),
        }
    };
    let hint = "like orders:read users:*; separated by spaces";
    chosen.extend(ctx.ui.ask_for(question, hint, "none", parse)?);
    Ok(chosen)
}
