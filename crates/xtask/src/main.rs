//! `cargo xtask generate` writes what is made from the command tree: `completions/`, `man/` and
//! `docs/cli.md`. A test fails when they are stale.

mod generate;
mod pictures;
mod svg;

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let result = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["generate"] => generate::write(),
        ["generate", "--check"] => generate::check(),
        ["pictures"] => pictures::draw(),
        _ => Err("usage: cargo xtask generate [--check] | pictures".to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            report(&message);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "this program has no other output")]
fn report(message: &str) {
    eprintln!("{message}");
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_generated_is_committed() {
        super::generate::check().unwrap();
    }
}
