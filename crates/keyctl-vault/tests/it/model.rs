//! A random life of a vault beside a model of the contract that knows no vault: after each step
//! both must say the same of every key, and of every token that was ever issued.

pub(crate) mod contract;

use keyctl_vault::issue::{self, Expiry, IssueError, KeyEdit, NewKey, Rotation, ScopeEdit};
use keyctl_vault::{Key, Records, Snapshot, UnlockedVault, Verb};
use keyctl_verify::{KeyId, Request, Standing};
use proptest::prelude::*;

use super::support::{DAY, HOUR, Lab, act, at, name, new_key, project, scope};
use contract::{Ends, Model, No, Shown};

/// One step; keys are meant by the order of their creation, and may be gone.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Create { project: usize, name: usize, starts: Option<i64>, ends: Ends },
    Scope { key: usize, add: bool, scope: usize },
    Rename { key: usize, name: usize },
    Extend { key: usize, ends: Ends },
    Rotate { key: usize, grace: Option<i64> },
    Finish { key: usize },
    Cancel { key: usize },
    Disable { key: usize },
    Enable { key: usize },
    Revoke { key: usize },
    Delete { key: usize },
    Advance { seconds: i64 },
    Reopen,
}

const PROJECTS: [&str; 2] = ["alpha", "beta"];
const NAMES: [&str; 4] = ["deploy", "build", "report", "mirror"];
const SCOPES: [&str; 3] = ["orders:read", "orders:write", "users:*"];

fn ends() -> impl Strategy<Value = Ends> {
    prop_oneof![
        3 => Just(Ends::Never),
        2 => (-HOUR..20 * DAY).prop_map(Ends::In),
        2 => (1..20_i64).prop_map(Ends::AfterDays),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let key = 0..10_usize;
    prop_oneof![
        5 => (0..2_usize, 0..4_usize, prop::option::weighted(0.2, 0..5 * DAY), ends())
            .prop_map(|(project, name, starts, ends)| Step::Create { project, name, starts, ends }),
        2 => (key.clone(), any::<bool>(), 0..3_usize)
            .prop_map(|(key, add, scope)| Step::Scope { key, add, scope }),
        2 => (key.clone(), 0..4_usize).prop_map(|(key, name)| Step::Rename { key, name }),
        1 => (key.clone(), ends()).prop_map(|(key, ends)| Step::Extend { key, ends }),
        6 => (key.clone(), prop::option::weighted(0.8, 1..9 * 24_i64))
            .prop_map(|(key, hours)| Step::Rotate { key, grace: hours.map(|h| h * HOUR) }),
        2 => key.clone().prop_map(|key| Step::Finish { key }),
        3 => key.clone().prop_map(|key| Step::Cancel { key }),
        1 => key.clone().prop_map(|key| Step::Disable { key }),
        1 => key.clone().prop_map(|key| Step::Enable { key }),
        1 => key.clone().prop_map(|key| Step::Revoke { key }),
        1 => key.prop_map(|key| Step::Delete { key }),
        4 => prop_oneof![1..10_i64, HOUR..2 * DAY].prop_map(|seconds| Step::Advance { seconds }),
        1 => Just(Step::Reopen),
    ]
}

/// The vault and the model, side by side.
struct Pair {
    lab: Lab,
    vault: UnlockedVault,
    ids: Vec<KeyId>,
    model: Model,
}

impl Pair {
    fn new() -> Self {
        let lab = Lab::new();
        let vault = lab.open();
        Pair { lab, vault, ids: Vec::new(), model: Model::default() }
    }

    /// Does a step with both; whether they agree on what came of it.
    fn step(&mut self, step: &Step) -> Both {
        match step {
            Step::Advance { seconds } => {
                self.model.now += seconds;
                (Ok(()), Ok(()))
            }
            Step::Reopen => {
                self.vault = self.lab.open();
                (Ok(()), Ok(()))
            }
            other => {
                let Pair { vault, ids, model, .. } = self;
                Sides { vault, ids, model }.step(other).unwrap()
            }
        }
    }
}

/// What the vault and the model say of a step.
pub(crate) type Both = (Result<(), No>, Result<(), No>);

/// A vault and a model while one step is done with both.
pub(crate) struct Sides<'a> {
    pub(crate) vault: &'a mut UnlockedVault,
    pub(crate) ids: &'a mut Vec<KeyId>,
    pub(crate) model: &'a mut Model,
}

impl Sides<'_> {
    /// Does a step with both, of which the model's part is done even when the vault fails.
    pub(crate) fn step(&mut self, step: &Step) -> Result<Both, IssueError> {
        match step {
            Step::Create { project, name, starts, ends } => {
                self.create(PROJECTS[*project], NAMES[*name], *starts, *ends)
            }
            Step::Rotate { key, grace } => self.rotate(*key, *grace),
            other => self.change(other),
        }
    }

    fn create(
        &mut self,
        within: &str,
        text: &str,
        starts: Option<i64>,
        ends: Ends,
    ) -> Result<Both, IssueError> {
        let now = self.model.now;
        let new = NewKey {
            project: Some(project(within)),
            not_before: starts.map(|seconds| at(now + seconds)),
            expires: expiry(ends, now),
            ..new_key(text)
        };
        // Tables get more pages with the second key, and more again with the fifth.
        let room = [0, 5_000, 0, 0, 40_000].get(self.ids.len()).copied().unwrap_or_default();
        let real = act(self.vault, Verb::Create, at(now), |tx| {
            tx.make_room(room)?;
            issue::create(tx, new, at(now))
        });
        let token = real.as_ref().ok().map(|made| made.token.expose_token().to_owned());
        let model = self.model.create(within, text, starts, ends, token.unwrap_or_default());
        let real = real.map(|made| self.ids.push(made.key.id));
        Ok((verdict(real)?, model))
    }

    fn rotate(&mut self, key: usize, grace: Option<i64>) -> Result<Both, IssueError> {
        let Some(id) = self.ids.get(key).copied() else { return Ok((Ok(()), Ok(()))) };
        let now = at(self.model.now);
        let how = Rotation::Begin { grace: grace.map(|s| format!("{s}s").parse().unwrap()) };
        let real = act(self.vault, Verb::Rotate, now, |tx| issue::rotate(tx, id, how, now));
        let token = real.as_ref().ok().and_then(|rotated| rotated.token.as_ref());
        let token = token.map(|token| token.expose_token().to_owned()).unwrap_or_default();
        let model = self.model.change(key, |model| model.rotate(key, grace, token));
        Ok((verdict(real.map(drop))?, model))
    }

    fn change(&mut self, step: &Step) -> Result<Both, IssueError> {
        let (key, verb) = match step {
            Step::Scope { key, .. } => (*key, Verb::Scope),
            Step::Rename { key, .. } | Step::Extend { key, .. } => (*key, Verb::Edit),
            Step::Finish { key } | Step::Cancel { key } => (*key, Verb::Rotate),
            Step::Disable { key } => (*key, Verb::Disable),
            Step::Enable { key } => (*key, Verb::Enable),
            Step::Revoke { key } => (*key, Verb::Revoke),
            Step::Delete { key } => (*key, Verb::Delete),
            other => unreachable!("done before: {other:?}"),
        };
        let Some(id) = self.ids.get(key).copied() else { return Ok((Ok(()), Ok(()))) };
        let time = self.model.now;
        let now = at(time);
        let edited = edit_of(step, time);
        let real = act(self.vault, verb, now, |tx| match step {
            Step::Finish { .. } => issue::rotate(tx, id, Rotation::Finish, now).map(drop),
            Step::Cancel { .. } => issue::rotate(tx, id, Rotation::Cancel, now).map(drop),
            Step::Disable { .. } => issue::disable(tx, id, now).map(drop),
            Step::Enable { .. } => issue::enable(tx, id, now).map(drop),
            Step::Revoke { .. } => issue::revoke(tx, id, None, now).map(drop),
            Step::Delete { .. } => issue::delete(tx, id, None, now).map(drop),
            _ => issue::edit(tx, id, edited, now).map(drop),
        });
        let model = self.model.change(key, |model| match step {
            Step::Scope { add, scope, .. } => model.scope(key, *add, SCOPES[*scope]),
            Step::Rename { name, .. } => model.rename(key, NAMES[*name]),
            Step::Extend { ends, .. } => model.extend(key, *ends),
            Step::Finish { .. } => model.finish(key),
            Step::Cancel { .. } => model.cancel(key),
            Step::Disable { .. } => model.stand(key, Standing::Disabled),
            Step::Enable { .. } => model.stand(key, Standing::Good),
            Step::Revoke { .. } => model.stand(key, Standing::Revoked),
            _ => model.delete(key),
        });
        Ok((verdict(real)?, model))
    }
}

/// Every key as both show it, and every token as both judge it; where they differ.
pub(crate) fn compare(snapshot: &Snapshot<'_>, model: &Model) -> Result<(), String> {
    let now = at(model.now);
    let mut keys: Vec<Key> = snapshot.keys(Some).map_err(|e| e.to_string())?;
    keys.sort_by_key(|key| key.order);
    let shown: Vec<Shown> = keys.iter().map(|key| show(key, model.now)).collect();
    if shown != model.list() {
        return Err(format!("{shown:#?} is not {:#?}", model.list()));
    }
    for (token, expected) in model.tokens() {
        let said = issue::verify(snapshot, token, &Request::default(), now);
        let said = said.map_err(|e| e.to_string())?.code();
        if said != expected {
            return Err(format!("{token} is {said:?} and not {expected:?}"));
        }
    }
    Ok(())
}

fn edit_of(step: &Step, now: i64) -> KeyEdit {
    match step {
        Step::Scope { add, scope: n, .. } => {
            let scopes = vec![scope(SCOPES[*n])];
            let edit = if *add { ScopeEdit::Add(scopes) } else { ScopeEdit::Remove(scopes) };
            KeyEdit { scopes: Some(edit), ..KeyEdit::default() }
        }
        Step::Rename { name: n, .. } => {
            KeyEdit { name: Some(name(NAMES[*n])), ..KeyEdit::default() }
        }
        Step::Extend { ends, .. } => {
            KeyEdit { expires: Some(expiry(*ends, now)), ..KeyEdit::default() }
        }
        _ => KeyEdit::default(),
    }
}

fn expiry(ends: Ends, now: i64) -> Expiry {
    match ends {
        Ends::Never => Expiry::Never,
        Ends::In(seconds) => Expiry::At(at(now + seconds)),
        Ends::AfterDays(days) => Expiry::After(format!("{days}d").parse().unwrap()),
    }
}

/// The vault's answer in the words of the contract.
fn verdict(result: Result<(), IssueError>) -> Result<Result<(), No>, IssueError> {
    match result {
        Ok(()) => Ok(Ok(())),
        Err(IssueError::Refused(_)) => Ok(Err(No::Refused)),
        Err(IssueError::NotFound { .. }) => Ok(Err(No::Gone)),
        Err(other) => Err(other),
    }
}

fn show(key: &Key, now: i64) -> Shown {
    let relative = |time: keyctl_verify::Timestamp| time.unix() - at(0).unix();
    Shown {
        project: key.project.as_ref().unwrap().to_string(),
        name: key.name.to_string(),
        status: key.status(at(now)),
        scopes: key.scopes.iter().map(ToString::to_string).collect(),
        expires: key.expires_at.map(relative),
        current: key.generation,
        generations: key.generations.iter().map(|g| (g.n, g.valid_until.map(relative))).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_vault_does_what_the_contract_says(steps in prop::collection::vec(step(), 20..45)) {
        let mut pair = Pair::new();
        for step in &steps {
            let (vault, model) = pair.step(step);
            prop_assert_eq!(vault, model, "{:?}", step);
            let snapshot = pair.vault.snapshot().unwrap();
            prop_assert_eq!(compare(&snapshot, &pair.model), Ok(()));
        }
        pair.vault.snapshot().unwrap().check().unwrap();
    }
}
