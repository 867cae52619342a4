//! Bundles: signed files to verify tokens against, offline (`docs/bundle-format.md`).
//!
//! Three states, three types. An [`UnverifiedBundle`] is bytes that nobody has vouched for; all it
//! can do is be verified. A [`VerifiedBundle`] answers with a [`Verdict`](crate::Verdict). What is
//! wrong with a bundle is a [`BundleRefusal`], which becomes a verdict too, and never a valid one.

mod entry;
mod facts;
mod grant;
mod header;
mod kept;
mod layout;
mod page;
mod read;
mod refusal;
mod shape;
mod source;
mod write;

pub use entry::{Entry, SealError, Sealer};
pub use facts::{BundleFacts, Freshness, StreamId};
pub use header::Header;
pub use read::{Policy, Remembered, Survey, UnverifiedBundle, VerifiedBundle};
pub use refusal::{BundleFault, BundleRefusal, Unreadable, Untrusted};
pub use source::ByteSource;
pub use write::{HeaderSigner, Push, Terms, WriteError};
