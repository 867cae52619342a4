//! The keys that sign bundles, as the vault keeps them: one record among the settings.

use keyctl_verify::{HeaderSigner, PublicKey, StreamId, Timestamp};

use super::head::Head;
use super::layout::{Table, What, locate};
use super::snapshot::Snapshot;
use super::transaction::Transaction;
use super::tree::write_table;
use super::unlocked::UnlockedVault;
use crate::crypto::{AdminKeys, BundleSigner, random, stream_of};
use crate::domain::{BundleKey, BundleSetting, Change, FieldChange, Subject};
use crate::error::{Finding, VaultError};
use crate::store::Tx;

/// A public key of the vault's bundles, and for how long it signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleKeyInfo {
    /// What verifiers trust.
    pub public: PublicKey,
    /// When it was made.
    pub since: Timestamp,
    /// From this on it signs no more; `None` for the current one.
    pub until: Option<Timestamp>,
}

impl BundleKeyInfo {
    fn of(key: &BundleKey) -> Self {
        BundleKeyInfo { public: key.public, since: key.since, until: key.until }
    }

    /// Whether bundles made at `now` are signed by it.
    #[must_use]
    pub fn signs_at(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// What it takes to sign a vault's bundles.
pub(crate) struct BundleSigners {
    stream_root: [u8; 32],
    /// Those that sign now, the newest first; one or two.
    pub(crate) signers: Vec<BundleSigner>,
    /// Every key that is remembered.
    pub(crate) known: Vec<PublicKey>,
}

impl BundleSigners {
    /// The stream of a selection of keys.
    pub(crate) fn stream(&self, selection: &[u8]) -> StreamId {
        stream_of(&self.stream_root, selection)
    }
}

impl UnlockedVault {
    /// The public keys of the vault's bundles, the newest first.
    ///
    /// # Errors
    /// [`VaultError::NoBundleKey`] for a vault from before there were bundles; as
    /// [`UnlockedVault::snapshot`].
    pub fn bundle_keys(&mut self) -> Result<Vec<BundleKeyInfo>, VaultError> {
        let setting = self.snapshot()?.bundle_setting()?.ok_or(VaultError::NoBundleKey)?;
        Ok(setting.keys.iter().map(BundleKeyInfo::of).collect())
    }

    /// The present state, and what signs its bundles at `now`.
    ///
    /// # Errors
    /// [`VaultError::Role`] when the slot is a viewer's; as [`UnlockedVault::bundle_keys`].
    pub(crate) fn bundle_snapshot(
        &mut self,
        now: Timestamp,
    ) -> Result<(BundleSigners, Snapshot<'_>), VaultError> {
        let (id, bundle) = (self.vault_id(), self.bundle_key()?.duplicate());
        let snapshot = self.snapshot()?;
        let setting = snapshot.bundle_setting()?.ok_or(VaultError::NoBundleKey)?;
        let mut signers = Vec::new();
        for key in setting.keys.iter().filter(|key| BundleKeyInfo::of(key).signs_at(now)) {
            let Some(sealed) = &key.sealed_seed else { continue };
            let signer = BundleSigner::open(&bundle, id, &key.public, sealed);
            let damaged =
                || Finding::damaged(format!("the bundle key {} does not open", key.public));
            signers.push(signer.ok_or_else(damaged)?);
        }
        let known = setting.keys.iter().map(|key| key.public).collect();
        Ok((BundleSigners { stream_root: setting.stream_root, signers, known }, snapshot))
    }
}

impl Snapshot<'_> {
    pub(super) fn bundle_setting(&self) -> Result<Option<BundleSetting>, VaultError> {
        let loc = self.locate(Table::Settings, What::Setting, "", BundleSetting::NAME);
        self.record(Table::Settings, loc)?.map(|record| read_setting(&record)).transpose()
    }
}

fn read_setting(record: &[u8]) -> Result<BundleSetting, VaultError> {
    let damaged = |_| Finding::damaged("the setting 'bundle' is malformed").into();
    BundleSetting::decode(record).map_err(damaged)
}

impl Transaction<'_> {
    /// Makes a new key that signs bundles; the one before it goes on signing beside it until
    /// `overlap_end`, and one that still did so ends now. The new one, and the one in overlap.
    ///
    /// # Errors
    /// When the settings are damaged, or the system gives no random bytes.
    pub fn rotate_bundle_key(
        &mut self,
        overlap_end: Timestamp,
        now: Timestamp,
    ) -> Result<(PublicKey, Option<BundleKeyInfo>), VaultError> {
        let loc = self.snapshot.locate(Table::Settings, What::Setting, "", BundleSetting::NAME);
        let before = self.record(Table::Settings, loc)?;
        let before = before.map(|record| read_setting(&record)).transpose()?;
        let mut setting = match &before {
            Some(setting) => setting.clone(),
            None => BundleSetting { stream_root: random()?, keys: Vec::new() },
        };
        for key in &mut setting.keys {
            key.until = Some(key.until.map_or(overlap_end, |until| until.min(now)));
            if !BundleKeyInfo::of(key).signs_at(now) {
                key.sealed_seed = None;
            }
        }
        let key = new_key(self.admin, now)?;
        let fresh = key.public;
        setting.keys.insert(0, key);
        setting.keys.truncate(BundleSetting::MAX_KEYS);
        let record = setting.encode();
        self.put(Table::Settings, What::Setting, "", BundleSetting::NAME, record)?;
        let old = setting.keys.get(1).map(BundleKeyInfo::of);
        let from = old.as_ref().map(|key| key.public.to_string());
        let field = FieldChange::new("bundle_key", from, Some(fresh.to_string()));
        self.note(&Change { subject: Subject::vault(), fields: vec![field] });
        Ok((fresh, old.filter(|old| old.signs_at(now))))
    }
}

pub(super) fn new_key(admin: &AdminKeys, now: Timestamp) -> Result<BundleKey, VaultError> {
    let signer = BundleSigner::random()?;
    let sealed_seed = Some(signer.seal(&admin.bundle, admin.id)?);
    Ok(BundleKey { public: signer.public_key(), since: now, until: None, sealed_seed })
}

/// Writes the first bundle key of a new vault.
pub(super) fn put_first_key(
    tx: &Tx<'_>,
    keys: &AdminKeys,
    head: &mut Head,
    now: Timestamp,
) -> Result<(), VaultError> {
    let setting = BundleSetting { stream_root: random()?, keys: vec![new_key(keys, now)?] };
    let table = Table::Settings;
    let loc = locate(&keys.read, table, What::Setting, "", BundleSetting::NAME);
    let records = vec![(loc, setting.encode())];
    let bits = head.table(table).bits;
    *head.table_mut(table) = write_table(tx, &keys.read, keys.id, table, bits, records)?;
    Ok(())
}
