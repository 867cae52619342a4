//! How the vault is opened: with what `unlock` has left, or with a secret.

use std::path::Path;

use keyctl_vault::{
    Doubt, FirstUse, LockedVault, Reach, Role, Secret, SlotChoice, UnlockedVault, VaultError,
    VaultKey, doubts,
};
use keyctl_verify::Timestamp;

use super::{Context, Kept, Source, keyring, process, secrets};
use crate::error::CliError;

impl Context {
    /// Opens the vault to be read, and says so when this machine had not known it.
    pub(crate) fn open(&mut self) -> Result<UnlockedVault, CliError> {
        self.open_to(Reach::Read)
    }

    /// Opens the vault to sign bundles, which takes more than to read it.
    pub(crate) fn open_for_export(&mut self) -> Result<UnlockedVault, CliError> {
        self.open_to(Reach::Admin)
    }

    /// Opens the vault with what `unlock` has left, when that goes far enough, else with a secret.
    fn open_to(&mut self, reach: Reach) -> Result<UnlockedVault, CliError> {
        let locked = self.locked()?;
        let vault = match self.resume(locked, reach) {
            Ok(vault) => vault,
            Err(locked) => {
                let secret = self.secret()?;
                self.unlock(*locked, &secret)?
            }
        };
        self.settled(vault)
    }

    /// Opens the vault with a secret, whatever `unlock` has left; also the secret.
    pub(crate) fn open_with_secret(&mut self) -> Result<(UnlockedVault, Secret), CliError> {
        let locked = self.locked()?;
        let secret = self.secret()?;
        let vault = self.unlock(locked, &secret)?;
        Ok((self.settled(vault)?, secret))
    }

    /// The slow hash of a passphrase is what takes time.
    fn unlock(&self, locked: LockedVault, secret: &Secret) -> Result<UnlockedVault, VaultError> {
        let _spinner = self.ui.spinner("unlocking");
        locked.unlock(secret, &self.slot_choice())
    }

    fn locked(&self) -> Result<LockedVault, CliError> {
        let locked = LockedVault::open(&self.settings.vault, self.state())?;
        Ok(locked.expect(self.expected_key()))
    }

    /// Verifies the state of a vault that was just opened.
    fn settled(&mut self, mut vault: UnlockedVault) -> Result<UnlockedVault, CliError> {
        let path = self.settings.vault.clone();
        drop(vault.snapshot()?);
        // Somebody may have typed for a while.
        self.now = process::now()?;
        match vault.first_use() {
            Some(FirstUse::Remembered) => self.ui.say(&format!(
                "note: first use of the vault '{}' on this machine; its key {} is remembered from now on",
                path.display(),
                vault.vault_key()
            )),
            Some(FirstUse::NotRemembered(why)) => self.ui.warn(&format!(
                "the vault '{}' cannot be remembered, so an older copy would not be noticed: {why}",
                path.display()
            )),
            None => {}
        }
        Ok(vault)
    }

    /// Goes on with what `unlock` has left, unless something else is said to unlock with. A kernel
    /// that refuses is as good as one that has nothing: `unlock` has said why.
    fn resume(
        &mut self,
        locked: LockedVault,
        reach: Reach,
    ) -> Result<UnlockedVault, Box<LockedVault>> {
        let is_said = self.known.is_some() || secrets::is_said(&self.unlocking, &self.settings);
        let kept =
            if is_said { None } else { keyring::find(&locked.id(), self.now).ok().flatten() };
        let goes_far = |kept: &Kept| reach == Reach::Read || kept.session.role() == Role::Admin;
        let Some(kept) = kept.filter(goes_far) else { return Err(Box::new(locked)) };
        let id = locked.id();
        locked.resume(&kept.session).inspect_err(|_| {
            drop(keyring::end(&id));
            self.ui.note("the vault is locked again: what it was unlocked with has changed since");
        })
    }

    /// Keeps the vault open for the next commands of this login; until when.
    pub(crate) fn keep_open(
        &mut self,
        vault: &UnlockedVault,
        reach: Reach,
        seconds: u32,
    ) -> Result<Timestamp, CliError> {
        keyring::keep(&vault.id(), &vault.session(reach)?, self.now, seconds)
    }

    /// What keeps the vault open for this login, if anything.
    pub(crate) fn kept_open(&self, id: &str) -> Result<Option<Kept>, CliError> {
        keyring::find(id, self.now)
    }

    /// Ends what keeps the vault open for this login; whether it was open.
    pub(crate) fn lock(&self) -> Result<bool, CliError> {
        keyring::end(&LockedVault::open_copy(&self.settings.vault, self.state())?.id())
    }

    /// The same for every vault; how many were open.
    pub(crate) fn lock_all(&self) -> Result<usize, CliError> {
        keyring::end_all()
    }

    /// Ends it after a change that it must not outlive. A kernel without a keyring keeps nothing.
    pub(crate) fn end_session(&self, vault: &UnlockedVault) {
        drop(keyring::end(&vault.id()));
    }

    /// Opens a copy of a vault with what unlocks the vault itself, without comparing it with what
    /// this machine remembers; also the secret.
    pub(crate) fn open_copy(
        &mut self,
        path: &Path,
        expected: Option<VaultKey>,
    ) -> Result<(UnlockedVault, Secret), CliError> {
        let locked = LockedVault::open_copy(path, self.state())?;
        let locked = locked.expect(expected.or(self.expected_key()));
        let secret = self.secret()?;
        Ok((self.unlock(locked, &secret)?, secret))
    }

    /// What opens another vault, from flags of its own or from the terminal.
    pub(crate) fn other_secret(
        &mut self,
        what: &str,
        source: Option<Source>,
        identity: Option<&Path>,
    ) -> Result<Secret, CliError> {
        secrets::other(&mut self.ui, what, source, identity)
    }

    fn expected_key(&self) -> Option<VaultKey> {
        self.unlocking.vault_key.or(self.settings.vault_key)
    }

    fn secret(&mut self) -> Result<Secret, CliError> {
        match self.known.take() {
            Some(secret) => Ok(secret),
            None => secrets::unlocking(&mut self.ui, &self.unlocking, &self.settings),
        }
    }

    fn slot_choice(&self) -> SlotChoice {
        self.unlocking.slot.clone().map_or(SlotChoice::Any, SlotChoice::Named)
    }

    /// Opens the vault for a change: refused at once when the slot is not an administrator's.
    pub(crate) fn open_for_change(&mut self) -> Result<UnlockedVault, CliError> {
        let vault = self.open_to(Reach::Admin)?;
        check_admin(&vault)?;
        self.warn_of_place();
        Ok(vault)
    }

    /// The same, and the secret that opened it.
    pub(crate) fn open_for_change_with_secret(
        &mut self,
    ) -> Result<(UnlockedVault, Secret), CliError> {
        let (vault, secret) = self.open_with_secret()?;
        check_admin(&vault)?;
        self.warn_of_place();
        Ok((vault, secret))
    }

    /// Says what is doubtful about where the vault lies, to who is about to change it.
    pub(crate) fn warn_of_place(&mut self) {
        let path = self.settings.vault.display().to_string();
        for doubt in doubts(&self.settings.vault) {
            self.ui.warn(&match doubt {
                Doubt::Network(kind) => format!("the vault '{path}' lies on a network file system ({kind}), which may not keep two machines from writing at once: change it from one machine at a time"),
                Doubt::Names(names) => format!("the vault '{path}' has {names} names (hard links): remove the others, for who opens it by another name damages it when a change was broken off"),
            });
        }
    }
}

fn check_admin(vault: &UnlockedVault) -> Result<(), CliError> {
    if vault.role() == Role::Admin {
        return Ok(());
    }
    let (slot, role) = (vault.slot().to_owned(), vault.role());
    Err(VaultError::Role { slot, role, needed: "admin" }.into())
}
