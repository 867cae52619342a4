//! The binary as people and scripts meet it: each test has a home of its own, and looks at both
//! streams and the exit code.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod support;
