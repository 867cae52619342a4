//! The binary as people and scripts meet it: each test has a home of its own, and looks at both
//! streams and the exit code.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]
#![allow(unreachable_pub, reason = "a test binary has nothing to be reached")]
#![allow(clippy::disallowed_methods, reason = "tests read the clock, and open a vault as a thief")]

mod past;
mod support;
mod terminal;

mod audit;
mod backup;
mod bulk_edit;
mod bundle_alone;
mod bundle_batch;
mod bundle_export;
mod bundle_inspect;
mod bundle_key;
mod bundle_refusals;
mod bundle_site;
mod bundle_state;
mod bundle_trust;
mod bundle_verify;
mod canary;
mod compromised;
mod compromised_bundle;
mod compromised_token;
mod concurrent;
mod create;
mod create_from;
mod create_from_refusals;
mod create_refusals;
mod doctor;
mod edit;
mod end;
mod features;
mod fixture;
mod flips;
mod handover;
mod help;
mod house;
mod import_records;
mod init;
mod integrity;
mod list;
mod memory;
mod mistakes;
mod output;
mod owner;
mod policy;
mod readme;
mod recipes;
mod recipient;
mod rekey;
mod restore;
mod reveal;
mod rotate;
mod rotate_edges;
mod scan;
mod scan_output;
mod scan_rules;
mod scan_walk;
mod schema;
mod second_reader;
mod second_verifier;
mod secrets;
mod session_payload;
mod show;
mod snippet;
mod transfer;
mod trust;
mod unlocking;
mod usage;
mod vault;
mod verify;
mod verify_sources;
