//! The table of settings: records that are found by their name.

use keyctl_verify::cbor::Malformed;

use super::layout::{Table, What};
use super::snapshot::Snapshot;
use super::transaction::Transaction;
use crate::domain::{BundleSetting, Policy};
use crate::error::{Finding, VaultError};

pub(super) fn read_policy(record: Option<Vec<u8>>) -> Result<Policy, VaultError> {
    let Some(record) = record else { return Ok(Policy::default()) };
    let damaged = |Malformed| Finding::damaged("the setting 'policy' is malformed").into();
    Policy::decode(&record).map_err(damaged)
}

/// Any setting is well formed when it is one that is known.
pub(super) fn check_setting(record: &[u8]) -> Result<Option<()>, Malformed> {
    let known = BundleSetting::decode(record).map(drop);
    known.or_else(|Malformed| Policy::decode(record).map(drop)).map(Some)
}

impl Snapshot<'_> {
    /// What the vault asks of its keys.
    ///
    /// # Errors
    /// When the vault is damaged or cannot be read.
    pub fn policy(&self) -> Result<Policy, VaultError> {
        let loc = self.locate(Table::Settings, What::Setting, "", Policy::NAME);
        read_policy(self.record(Table::Settings, loc)?)
    }
}

impl Transaction<'_> {
    /// What the vault asks of its keys.
    ///
    /// # Errors
    /// When the vault is damaged or cannot be read.
    pub fn policy(&self) -> Result<Policy, VaultError> {
        let loc = self.snapshot.locate(Table::Settings, What::Setting, "", Policy::NAME);
        read_policy(self.record(Table::Settings, loc)?)
    }

    pub(crate) fn put_policy(&mut self, policy: &Policy) -> Result<(), VaultError> {
        self.put(Table::Settings, What::Setting, "", Policy::NAME, policy.encode())
    }
}
