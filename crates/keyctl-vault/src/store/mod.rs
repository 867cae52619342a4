//! Sealed bytes in and out of one SQLite file, and the files around it.
//!
//! This layer sees no plaintext and no key: a second store would be a second file here and not a
//! second design. It also holds the line against a hostile file: what SQLite is allowed to do is
//! cut down to reading and writing six tables of blobs.

pub mod files;
mod header;
mod ours;
mod place;
mod sql_error;
mod sqlite;
mod waiting;

pub(crate) use header::{FORMAT, FileId, journals_of};
pub use place::{Doubt, doubts};
pub(crate) use sqlite::{Access, Relation, Store, Tx, check_free};
pub use waiting::Waiting;
