//! What a key is: the words of the record, their bounds, and how they are written down.
//!
//! Everything here is parsed once, at the edge, and cannot hold a value that the format or the
//! contract forbids. No cryptography, no storage.

mod audit;
mod entry;
mod key;
mod lifetime;
mod outline;
mod owner;
mod policy;
mod record;
mod role;
mod setting;
mod text;

pub use audit::{Author, Change, Entry, FieldChange, Subject, Verb};
pub(crate) use entry::Changes;
pub(crate) use key::Replaced;
pub use key::{GRANT_BUDGET, Generation, Key, MAX_GENERATIONS, MAX_ITEMS};
pub use lifetime::{Lifetime, LifetimeError};
pub use outline::{KeyFields, KeyRecord, KeyRecords, Outline};
pub use owner::{Ceilings, OwnerRecord};
pub use policy::Policy;
pub(crate) use record::{NameEntry, PublicIdEntry};
pub use role::Role;
pub(crate) use setting::{BundleKey, BundleSetting};
pub use text::{
    Customer, LabelKey, LabelValue, Name, NameError, Note, Owner, Project, Reason, TextError,
    is_deceptive,
};
