//! The encrypted, tamper-evident vault behind `keyctl`.
//!
//! One SQLite file holds sealed pages of key records under a two-level hash tree and a signed
//! head; `docs/vault-format.md` specifies every byte. The crate is layered, and the layers are
//! its modules: `domain` says what a key is, `crypto` seals, signs and derives, `store` moves
//! sealed bytes in and out of SQLite and knows no plaintext, `vault` joins the three into
//! "open, verify, read, write", and [`issue`] makes keys out of that. It has no command line, no
//! terminal, no environment and no clock: times, paths and names come from the caller.

mod beside;
mod crypto;
mod domain;
mod error;
pub mod issue;
mod store;
mod vault;

pub use crypto::{
    Exchange, Identities, IdentityError, KdfParams, KdfParamsError, MIN_KEYFILE_LEN, Passphrase,
    PassphraseError, Recipient, RecipientError, RecoveryKey, RecoveryKeyError, Secret, SlotKind,
    VaultKey, random_keyfile,
};
pub use domain::{
    Author, Ceilings, Change, Customer, Entry, FieldChange, GRANT_BUDGET, Generation, Key,
    KeyFields, KeyRecord, KeyRecords, LabelKey, LabelValue, Lifetime, LifetimeError,
    MAX_GENERATIONS, MAX_ITEMS, Name, NameError, Note, Outline, Owner, OwnerRecord, Policy,
    Project, Reason, Role, Subject, TextError, Verb, is_deceptive,
};
pub use error::{Finding, VaultError};
pub use store::{Doubt, Waiting, doubts, files};
#[cfg(fuzzing)]
#[doc(hidden)]
pub use vault::fuzzing;

pub use vault::{
    BundleKeyInfo, CheckReport, ExportSlot, FirstUse, InitOptions, Initialized, LockedVault,
    LogPlace, Reach, Records, RekeyOptions, Rekeyed, Rollback, Session, SlotChoice, SlotError,
    SlotInfo, Snapshot, Transaction, UnlockedVault, VaultInfo, init, was_there,
};
