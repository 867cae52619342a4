//! What `keyctl-vault` promises, attacked from outside: the file, its history, its pins, its
//! slots, and the rules under which keys are issued.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and opens the vault as an attacker would"
)]

mod audit;
mod bundle;
mod concurrency;
mod export;
mod fixture;
mod gap;
mod gather;
mod laundering;
mod lifecycle;
mod matrix;
mod memory;
mod model;
mod owner;
mod policy;
mod put_back;
mod recipients;
mod rekey;
mod restore;
mod reveal;
mod roles;
mod rollback;
mod room;
mod session;
mod simulation;
mod splice;
mod support;
mod tamper;
