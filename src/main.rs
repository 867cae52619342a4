//! `keyctl`: issues, finds, narrows, rotates, revokes and verifies API keys.

use std::process::ExitCode;

fn main() -> ExitCode {
    keyctl::run(std::env::args_os())
}
