//! Whom a verifier trusts: the flags for it, and the forms in which a key is written.

use std::path::{Path, PathBuf};

use clap::Args;
use data_encoding::BASE64;
use keyctl_vault::{VaultError, files};
use keyctl_verify::PublicKey;

use crate::context::Context;
use crate::error::CliError;
use crate::parse;

/// The most bytes of a file of keys.
const MAX_FILE: usize = 64 << 10;
/// What comes before the key in a SubjectPublicKeyInfo (RFC 8410, section 4).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const PEM_BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const PEM_END: &str = "-----END PUBLIC KEY-----";

/// Whose signature on a bundle counts.
#[derive(Args)]
pub(super) struct TrustArgs {
    /// Trust bundles signed by this key (kcpub_…; several with commas or spaces, or repeated)
    #[arg(long, value_name = "KEY", value_parser = given)]
    trust: Vec<Given>,

    /// Trust the keys in this file: a kcpub_… a line, or PEM
    #[arg(long, value_name = "FILE")]
    trust_file: Option<PathBuf>,
}

/// The keys of one flag: 'keyctl bundle key show' writes several while two keys overlap.
#[derive(Clone)]
struct Given(Vec<PublicKey>);

fn given(text: &str) -> Result<Given, String> {
    match parse::public_keys(text)? {
        keys if keys.is_empty() => parse::public_key(text).map(|key| Given(vec![key])),
        keys => Ok(Given(keys)),
    }
}

impl TrustArgs {
    /// True when a flag says whom to trust.
    fn is_given(&self) -> bool {
        !self.trust.is_empty() || self.trust_file.is_some()
    }

    /// The keys: of the flags, else of the environment, else of the configuration.
    pub(super) fn keys(&self, ctx: &Context) -> Result<Vec<PublicKey>, CliError> {
        if !self.is_given() {
            return ctx.settings.trust();
        }
        let mut keys: Vec<_> = self.trust.iter().flat_map(|given| given.0.clone()).collect();
        if let Some(path) = &self.trust_file {
            keys.extend(read_file(path)?);
        }
        Ok(keys)
    }

    /// The same, where there is nothing to be done without any.
    pub(super) fn some_keys(&self, ctx: &Context) -> Result<Vec<PublicKey>, CliError> {
        let keys = self.keys(ctx)?;
        if keys.is_empty() {
            return Err(CliError::usage("no key is trusted, so no bundle can be believed").hint(
                "give --trust kcpub_…; 'keyctl bundle key show' prints it where the vault is",
            ));
        }
        Ok(keys)
    }

    /// Refuses these flags where there is no bundle to believe.
    pub(super) fn check_bundle(&self, bundle: Option<&Path>) -> Result<(), CliError> {
        if bundle.is_none() && self.is_given() {
            let message = "--trust says whose bundle to believe, but there is no --bundle";
            return Err(CliError::usage(message).hint("add --bundle FILE"));
        }
        Ok(())
    }
}

fn read_file(path: &Path) -> Result<Vec<PublicKey>, CliError> {
    let missing = || VaultError::io("open", path)(std::io::Error::other("it is not there"));
    let text = files::read_plain(path, MAX_FILE)?.ok_or_else(missing)?;
    let text = String::from_utf8(text).unwrap_or_default();
    let wrong = |what: &str| {
        let message = format!("the trust file '{}' {what}", path.display());
        CliError::usage(message)
            .hint("it has a kcpub_… a line, or PEM; 'keyctl bundle key show' prints both")
    };
    match parse_keys(&text) {
        Some(keys) if keys.is_empty() => Err(wrong("has no key")),
        Some(keys) => Ok(keys),
        None => Err(wrong("has a line that is no public key")),
    }
}

/// The keys of a text. Each line is blank, a comment, a key, or part of a PEM block; nothing is
/// passed over.
fn parse_keys(text: &str) -> Option<Vec<PublicKey>> {
    let mut keys = Vec::new();
    let mut lines = text.lines().map(str::trim);
    while let Some(line) = lines.next() {
        if line == PEM_BEGIN {
            let mut body = String::new();
            while let line = lines.next()?
                && line != PEM_END
            {
                body.push_str(line);
            }
            keys.push(from_pem(&body)?);
        } else if !line.is_empty() && !line.starts_with('#') {
            keys.push(PublicKey::parse(line)?);
        }
    }
    Some(keys)
}

/// What lies between the first and the last line of a PEM block.
fn from_pem(body: &str) -> Option<PublicKey> {
    let der = BASE64.decode(body.as_bytes()).ok()?;
    PublicKey::from_bytes(der.strip_prefix(&SPKI)?.try_into().ok()?)
}

/// A key as OpenSSL and others read it.
pub(super) fn to_pem(key: &PublicKey) -> String {
    let der = [&SPKI[..], key.as_bytes()].concat();
    format!("{PEM_BEGIN}\n{}\n{PEM_END}\n", BASE64.encode(&der))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pem_reads_back_and_nothing_else_does() {
        // The public key of RFC 8410, section 10.1.
        let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
        let [key] = parse_keys(pem).unwrap()[..] else { panic!("one key") };
        assert_eq!(to_pem(&key), pem);
        assert_eq!(parse_keys(&format!("# ours\n\n{key}\n{pem}")), Some(vec![key, key]));
        for (from, to) in [
            ("MCow", "MCov"),
            ("ZuE=", ""),
            (PEM_END, ""),
            (PEM_BEGIN, "# -----BEGIN PUBLIC KEY-----"),
            (PEM_BEGIN, "kcpub_\n-----BEGIN PUBLIC KEY-----"),
        ] {
            assert_eq!(parse_keys(&pem.replace(from, to)), None, "{to}");
        }
    }
}
