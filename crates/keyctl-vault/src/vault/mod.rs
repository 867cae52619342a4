//! Opening, verifying, reading and writing one vault: where `crypto` and `store` meet.
//!
//! The states are types. A [`LockedVault`] has been looked at but not believed; an
//! [`UnlockedVault`] holds keys, and gives out [`Snapshot`]s, which have been verified, and
//! [`Transaction`]s, which are snapshots that can end in a commit.

mod again;
mod audit;
mod backup;
mod bundle_keys;
mod check;
mod export;
#[cfg(fuzzing)]
pub mod fuzzing;
mod head;
mod info;
mod init;
mod layout;
mod locked;
mod log;
mod mint;
mod node;
mod owners;
mod page;
mod pin;
mod rebuild;
mod rekey;
#[cfg(test)]
mod sample;
mod scan;
mod segment;
mod session;
mod settings;
mod slots;
mod snapshot;
mod spread;
mod stream;
mod transaction;
mod transfer;
mod tree;
mod unlocked;

pub use backup::Rollback;
pub use bundle_keys::BundleKeyInfo;
pub(crate) use bundle_keys::BundleSigners;
pub use check::CheckReport;
pub use export::ExportSlot;
pub use info::{SlotInfo, VaultInfo};
pub use init::{InitOptions, Initialized, init};
pub use locked::{LockedVault, SlotChoice, was_there};
pub use log::LogPlace;
pub(crate) use mint::{Clash, Minter, Ready};
pub(crate) use owners::effective_scopes;
pub use rekey::{RekeyOptions, Rekeyed};
pub use session::{Reach, Session};
pub use slots::SlotError;
pub use snapshot::{Records, Snapshot};
pub use transaction::Transaction;
pub use unlocked::{FirstUse, UnlockedVault};
