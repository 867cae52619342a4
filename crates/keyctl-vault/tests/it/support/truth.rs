//! What a vault says before it is attacked, and whether it ever says anything else afterwards.

use keyctl_vault::issue::verify;
use keyctl_vault::{CheckReport, Key, Records, Snapshot, UnlockedVault, VaultError};
use keyctl_verify::{Code, KeyId, Request, Timestamp};

use super::{KEYFILE, Lab, Made, keyfile};

/// Everything that can be asked of a vault, with the answers.
#[derive(Clone)]
pub(crate) struct Truth {
    now: Timestamp,
    keys: Vec<(KeyId, String)>,
    tokens: Vec<(String, Code)>,
    absent: KeyId,
    rules: String,
    log: Vec<String>,
}

/// What an attacked vault answered.
pub(crate) struct Examination {
    /// Answers that are not the truth.
    pub(crate) wrong: Vec<String>,
    /// Refusals to answer.
    pub(crate) errors: Vec<VaultError>,
    /// What `check` said, or why the vault could not even be opened.
    pub(crate) check: Result<CheckReport, VaultError>,
}

impl Lab {
    pub(crate) fn truth(&self, made: &[Made], now: Timestamp) -> Truth {
        let mut vault = self.open();
        let snapshot = vault.snapshot().unwrap();
        let tokens = made.iter().map(|made| made.token.clone());
        Truth {
            now,
            keys: listed(&snapshot).unwrap(),
            tokens: tokens.map(|t| (t.clone(), verdict(&snapshot, &t, now).unwrap())).collect(),
            absent: KeyId::parse("key_000000000000").unwrap(),
            rules: rules(&snapshot).unwrap(),
            log: log(&snapshot).unwrap(),
        }
    }

    /// Asks everything again with the key file.
    pub(crate) fn examine(&self, truth: &Truth) -> Examination {
        match self.unlock(&keyfile(KEYFILE)) {
            Ok(mut vault) => Examination::of(&mut vault, truth),
            Err(error) => Examination::refused(error),
        }
    }
}

impl Examination {
    fn refused(error: VaultError) -> Self {
        Examination { wrong: Vec::new(), errors: Vec::new(), check: Err(error) }
    }

    /// Asks a vault that is open everything.
    pub(crate) fn of(vault: &mut UnlockedVault, truth: &Truth) -> Self {
        let snapshot = match vault.snapshot() {
            Ok(snapshot) => snapshot,
            Err(error) => return Examination::refused(error),
        };
        let mut found =
            Examination { wrong: Vec::new(), errors: Vec::new(), check: snapshot.check() };
        found.note("list", listed(&snapshot), &truth.keys);
        for (token, code) in &truth.tokens {
            found.note("verify", verdict(&snapshot, token, truth.now), code);
        }
        for (id, text) in &truth.keys {
            found.note("key", shown(&snapshot, *id), &Some(text.clone()));
        }
        found.note("absent key", shown(&snapshot, truth.absent), &None);
        found.note("owners and policy", rules(&snapshot), &truth.rules);
        found.note("audit", log(&snapshot), &truth.log);
        found
    }

    fn note<T: PartialEq>(&mut self, what: &str, answer: Result<T, VaultError>, truth: &T) {
        match answer {
            Ok(answer) if answer == *truth => {}
            Ok(_) => self.wrong.push(what.to_owned()),
            Err(error) => self.errors.push(error),
        }
    }

    /// Every refusal.
    pub(crate) fn refusals(&self) -> impl Iterator<Item = &VaultError> {
        self.errors.iter().chain(self.check.as_ref().err())
    }
}

/// Every key, in full, in the order of their ids.
pub(crate) fn listed(snapshot: &Snapshot<'_>) -> Result<Vec<(KeyId, String)>, VaultError> {
    let mut keys: Vec<Key> = snapshot.keys(Some)?;
    keys.sort_by_key(|key| key.id);
    keys.into_iter().map(|key| named(snapshot, &key).map(|text| (key.id, text))).collect()
}

fn shown(snapshot: &Snapshot<'_>, id: KeyId) -> Result<Option<String>, VaultError> {
    snapshot.key(id)?.map(|key| named(snapshot, &key)).transpose()
}

/// A key in full, and who has its name.
fn named(snapshot: &Snapshot<'_>, key: &Key) -> Result<String, VaultError> {
    let holder = snapshot.live_key_named(key.project.as_ref(), &key.name)?;
    Ok(format!("{key:?} {holder:?}"))
}

/// Every owner, and the policy.
fn rules(snapshot: &Snapshot<'_>) -> Result<String, VaultError> {
    Ok(format!("{:?} {:?}", snapshot.owners()?, snapshot.policy()?))
}

/// The audit log, but for what is drawn at random.
fn log(snapshot: &Snapshot<'_>) -> Result<Vec<String>, VaultError> {
    let entries = snapshot.audit(1)?;
    let shown = entries.iter().map(|entry| {
        format!("{} {} {} {:?}", entry.generation, entry.verb, entry.slot, entry.changes)
    });
    Ok(shown.collect())
}

fn verdict(snapshot: &Snapshot<'_>, token: &str, now: Timestamp) -> Result<Code, VaultError> {
    Ok(verify(snapshot, token, &Request::default(), now)?.code())
}
