//! The verbs, one a file: what it takes, whose doc comments are its help, and what it does.

pub(crate) mod audit;
pub(crate) mod bundle;
pub(crate) mod completions;
pub(crate) mod compromised;
pub(crate) mod config;
pub(crate) mod create;
mod create_many;
pub(crate) mod delete;
pub(crate) mod disable;
pub(crate) mod doctor;
pub(crate) mod edit;
pub(crate) mod enable;
pub(crate) mod init;
pub(crate) mod list;
pub(crate) mod lock;
pub(crate) mod man;
pub(crate) mod overview;
pub(crate) mod owner;
pub(crate) mod policy;
mod records;
pub(crate) mod reveal;
pub(crate) mod revoke;
pub(crate) mod rotate;
pub(crate) mod scan;
pub(crate) mod scope;
pub(crate) mod show;
pub(crate) mod unlock;
pub(crate) mod usage;
pub(crate) mod vault;
pub(crate) mod verify;

pub(crate) mod bulk;
mod filter;
#[cfg(fuzzing)]
pub(crate) mod fuzzing {
    //! What `crate::fuzzing` passes on.
    pub(crate) use super::records::{Origin, Record, of_text};
    pub(crate) use super::scan::tokens_in;
}
mod handover;
mod ids;
mod outcome;
mod pick;
mod scopes;
mod secrets_file;
mod snippet;
mod target;
mod trust;
