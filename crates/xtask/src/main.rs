//! `cargo xtask generate` writes what is made from the command tree: `completions/`, `man/` and
//! `docs/cli.md`. A test fails when they are stale. `cargo xtask install` puts the program and all of
//! that into place.

mod generate;
mod install;
mod pictures;
mod place;
mod svg;

use std::process::ExitCode;

use install::Installation;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match args[..] {
        ["generate"] => generate::write(),
        ["generate", "--check"] => generate::check(),
        ["pictures"] => pictures::draw(),
        ["install", ref args @ ..] => match Installation::parse(args) {
            Some(installation) => installation.run().map(|said| report(&said)),
            None => Err(format!("usage: {}", install::USAGE)),
        },
        _ => Err(format!(
            "usage: cargo xtask generate [--check]\n       cargo xtask pictures\n       {}",
            install::USAGE
        )),
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
