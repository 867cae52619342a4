//! What `keyctl-verify` promises, tested from outside: tokens against golden vectors, scopes and
//! paths against their definitions, decisions against a table of every combination.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and learns from its environment whether to bless"
)]

mod bundle;
mod bundle_specification;
mod bundle_vectors;
mod decide;
mod messages;
mod path;
mod reference;
mod scope;
mod specification;
mod token;
mod vectors;
mod words;
